//! What is global without being a function, and the order in which C++ Nix
//! registers its globals (`createBaseEnv` in `primops.cc`).

use super::internal;
use crate::dialect::Behaviour;
use crate::heap::Value;
use crate::positions::Pos;
use crate::state::{Settings, State};
use crate::symbols::{Symbols, known};

/// A global that is no function.
pub(super) struct Constant {
    /// Its name in `builtins`.
    pub name: &'static str,
    /// Its name as a global.
    pub global: &'static str,
    /// Whether pure evaluation has it.
    pure: bool,
    /// Its value.
    pub value: for<'h> fn(&State<'h>) -> Value<'h>,
}

const fn constant(
    name: &'static str,
    global: &'static str,
    value: for<'h> fn(&State<'h>) -> Value<'h>,
) -> Constant {
    Constant {
        name,
        global,
        pure: true,
        value,
    }
}

/// All of them, without `builtins` itself.
const CONSTANTS: &[Constant] = &[
    constant("true", "true", |_| Value::bool(true)),
    constant("false", "false", |_| Value::bool(false)),
    constant("null", "null", |_| Value::null()),
    constant("nixVersion", "__nixVersion", |state| {
        state.string(state.dialect().version().as_bytes())
    }),
    constant("storeDir", "__storeDir", |state| {
        state.string(&state.settings.store_dir)
    }),
    constant("langVersion", "__langVersion", |state| {
        state.int(if state.has(Behaviour::LanguageVersionIs6) {
            6
        } else {
            5
        })
    }),
    constant("nixPath", "__nixPath", search_path),
    Constant {
        pure: false,
        ..constant("currentTime", "__currentTime", |state| {
            state.int(state.io.now())
        })
    },
    Constant {
        pure: false,
        ..constant("currentSystem", "__currentSystem", |state| {
            state.string(state.settings.system.as_bytes())
        })
    },
];

/// The constants that are variables without `__`.
pub(super) fn globals() -> impl Iterator<Item = &'static str> {
    let named = CONSTANTS
        .iter()
        .filter(|constant| constant.global == constant.name);
    named.map(|constant| constant.name)
}

/// The constants that there are with these settings.
pub(super) fn of(settings: &Settings) -> impl Iterator<Item = &'static Constant> + use<> {
    let pure = settings.pure;
    (CONSTANTS.iter()).filter(move |constant| constant.pure || !pure)
}

/// `builtins.nixPath`: what `<…>` is looked up in. Pure evaluation has none of
/// the entries that were given (`EvalState` in `eval.cc`).
fn search_path<'h>(state: &State<'h>) -> Value<'h> {
    let given = if state.settings.pure {
        &[]
    } else {
        state.settings.search_path.as_slice()
    };
    let entry = |path: &[u8], prefix: &[u8]| {
        state.attrs(vec![
            (
                state.symbols.late(known::PATH),
                Pos::NONE,
                state.string(path),
            ),
            (
                state.symbols.late(known::PREFIX),
                Pos::NONE,
                state.string(prefix),
            ),
        ])
    };
    let mut entries: Vec<Value<'h>> = given
        .iter()
        .map(|given| match given.iter().position(|&byte| byte == b'=') {
            Some(equals) => entry(&given[equals + 1..], &given[..equals]),
            None => entry(given, b""),
        })
        .collect();
    if !state.has(Behaviour::CorepkgsAreBuiltIn) {
        entries.push(entry(&internal::directory(state), b"nix"));
    }
    state.list(&entries)
}

/// Interns the names of all globals in the order in which C++ Nix does. It is
/// the order in which attributes of these names are forced and compared.
pub(super) fn intern_names(symbols: &Symbols, settings: &Settings) {
    let names = if settings.dialect.has(Behaviour::PrimopsRegisterThemselves) {
        REGISTERED
    } else {
        REGISTERED_IN_2_3
    };
    for name in names.split_ascii_whitespace() {
        // The search path is made before its constant gets a name.
        if name == "nixPath" && !settings.search_path.is_empty() {
            symbols.late(known::PREFIX);
        }
        symbols.intern(name.as_bytes());
    }
    if settings.dialect.has(Behaviour::DerivationIsReadFirst) {
        intern_names_in_derivation(symbols, 0);
    }
}

/// Interns the names in `derivation.nix` where that is read after all other names are known.
pub(super) fn intern_late_names(symbols: &Symbols, settings: &Settings) {
    if !settings.dialect.has(Behaviour::DerivationIsReadFirst) {
        intern_names_in_derivation(symbols, settings.names.in_free_memory);
    }
}

fn intern_names_in_derivation(symbols: &Symbols, others: usize) {
    let names = IN_DERIVATION.split_ascii_whitespace().map(str::as_bytes);
    symbols.intern_behind(others, names);
}

const REGISTERED: &str = "builtins true false null currentTime currentSystem nixVersion storeDir
langVersion traceVerbose nixPath scopedImport import typeOf isNull isFunction isInt isFloat
isString isBool isPath genericClosure break abort throw addErrorContext ceil floor tryEval getEnv
seq deepSeq trace warn derivationStrict placeholder toPath storePath pathExists baseNameOf dirOf
readFile findFile hashFile readFileType readDir toXML toJSON fromJSON toFile filterSource path
attrNames attrValues getAttr unsafeGetAttrPos hasAttr isAttrs removeAttrs listToAttrs
intersectAttrs catAttrs functionArgs mapAttrs zipAttrsWith isList elemAt head tail map filter elem
concatLists length foldl' any all genList sort partition groupBy concatMap add sub mul div bitAnd
bitOr bitXor lessThan toString substring stringLength hashString convertHash match split
concatStringsSep replaceStrings parseDrvName compareVersions splitVersion
unsafeDiscardStringContext hasContext unsafeDiscardOutputDependency addDrvOutputDependencies
getContext appendContext fetchMercurial fetchTree fetchurl fetchTarball fetchGit fromTOML getFlake
parseFlakeRef flakeRefToString derivation";

const REGISTERED_IN_2_3: &str =
    "builtins true false null throw currentTime currentSystem nixVersion
storeDir langVersion scopedImport import typeOf isNull isFunction isString isInt isFloat isBool
isPath genericClosure abort addErrorContext tryEval getEnv seq deepSeq trace valueSize toPath
storePath pathExists baseNameOf dirOf readFile readDir findFile hashFile toXML toJSON fromJSON
toFile filterSource path attrNames attrValues getAttr unsafeGetAttrPos hasAttr isAttrs removeAttrs
listToAttrs intersectAttrs catAttrs functionArgs mapAttrs isList elemAt head tail map filter elem
concatLists length foldl' any all genList sort partition concatMap add sub mul div bitAnd bitOr
bitXor lessThan toString substring stringLength hashString match split concatStringsSep
replaceStrings parseDrvName compareVersions splitVersion derivationStrict placeholder fetchurl
fetchTarball nixPath unsafeDiscardStringContext hasContext unsafeDiscardOutputDependency
getContext appendContext fetchGit fetchMercurial fromTOML derivation";

/// The names in `derivation.nix` that are not known before.
const IN_DERIVATION: &str = "strict drvAttrs commonAttrs outputsList x outputToAttrListElement";
