//! The names that a release knows before it reads a program, in the order in which it creates them: that in which it
//! evaluates and compares attributes that are called so.
//!
//! They were read off the releases themselves: a set of all names, each with a `trace` as its value, says in what order
//! its attributes are evaluated (`corpus/seeds/bindings/names-of-globals-come-first.nix`).

use crate::dialect::{Behaviour, Dialect};
use crate::state::Settings;
use crate::symbols::Symbols;

/// Interns the names of all globals. Features that are not enabled have none.
pub(super) fn intern_names(symbols: &Symbols, settings: &Settings) {
    let names = match settings.dialect {
        Dialect::V2_3 => [IN_2_3, "", ""],
        Dialect::V2_8 => [IN_2_8, "", ""],
        Dialect::V2_26 => [SINCE_2_26, FLAKES_IN_2_26, "derivation"],
        Dialect::V2_34 => [SINCE_2_26, FLAKES_IN_2_34, "derivation"],
    };
    for name in names.into_iter().flat_map(str::split_ascii_whitespace) {
        let name = match name.split_once(':') {
            Some((feature, _)) if !settings.feature(feature) => continue,
            Some((_, name)) => name,
            None => name,
        };
        let (name, is_hidden_first) = match name.strip_prefix('+') {
            Some(name) => (name, true),
            None => (name, false),
        };
        if is_hidden_first {
            symbols.intern(format!("__{name}").as_bytes());
        }
        symbols.intern(name.as_bytes());
    }
    if settings.dialect.has(Behaviour::DerivationIsReadFirst) {
        intern_names_in_derivation(symbols, 0, None);
    } else if !settings.dialect.has(Behaviour::DerivationIsNamedFirst) {
        intern_names_in_derivation(symbols, settings.names.in_free_memory, Some("derivation"));
    }
}

/// Interns the names in `derivation.nix` where that is read after all other names are known.
pub(super) fn intern_late_names(symbols: &Symbols, settings: &Settings) {
    let dialect = settings.dialect;
    if dialect.has(Behaviour::DerivationIsNamedFirst)
        && !dialect.has(Behaviour::DerivationIsReadFirst)
    {
        intern_names_in_derivation(symbols, settings.names.in_free_memory, None);
    }
}

/// These names, and one that comes after them.
fn intern_names_in_derivation(symbols: &Symbols, others: usize, after: Option<&str>) {
    let names = IN_DERIVATION.split_ascii_whitespace().chain(after);
    symbols.intern_behind(others, names.map(str::as_bytes));
}

// `+name` are `__name` and `name`; what stands before a colon is the feature that must be enabled.

/// In 2.3.7.
const IN_2_3: &str =
    "builtins true false null throw +currentTime +currentSystem +nixVersion +storeDir +langVersion
scopedImport import typeOf __typeOf isNull isFunction __isFunction isString __isString isInt
__isInt isFloat __isFloat isBool __isBool isPath __isPath genericClosure __genericClosure abort
addErrorContext __addErrorContext tryEval __tryEval getEnv __getEnv seq __seq deepSeq __deepSeq
trace __trace valueSize __valueSize toPath __toPath storePath __storePath pathExists
__pathExists baseNameOf dirOf readFile __readFile readDir __readDir findFile __findFile hashFile
__hashFile toXML __toXML toJSON __toJSON fromJSON __fromJSON toFile __toFile filterSource
__filterSource path __path attrNames __attrNames attrValues __attrValues getAttr __getAttr
unsafeGetAttrPos __unsafeGetAttrPos hasAttr __hasAttr isAttrs __isAttrs removeAttrs listToAttrs
__listToAttrs intersectAttrs __intersectAttrs catAttrs __catAttrs functionArgs __functionArgs
mapAttrs __mapAttrs isList __isList elemAt __elemAt head __head tail __tail map filter __filter
elem __elem concatLists __concatLists length __length foldl' __foldl' any __any all __all
genList __genList sort __sort partition __partition concatMap __concatMap add __add sub __sub
mul __mul div __div bitAnd __bitAnd bitOr __bitOr bitXor __bitXor lessThan __lessThan toString
substring __substring stringLength __stringLength hashString __hashString match __match split
__split concatStringsSep __concatStringsSep replaceStrings __replaceStrings parseDrvName
__parseDrvName compareVersions __compareVersions splitVersion __splitVersion derivationStrict
placeholder fetchurl __fetchurl fetchTarball prefix +nixPath unsafeDiscardStringContext
__unsafeDiscardStringContext hasContext __hasContext unsafeDiscardOutputDependency
__unsafeDiscardOutputDependency getContext __getContext appendContext __appendContext fetchGit
fetchMercurial fromTOML";

/// In 2.8.0.
const IN_2_8: &str =
    "builtins true false null +currentTime +currentSystem +nixVersion +storeDir +langVersion
flakes:+getFlake +nixPath scopedImport import +typeOf isNull +isFunction +isInt +isFloat
+isString +isBool +isPath +genericClosure abort throw +addErrorContext +ceil +floor +tryEval
+getEnv +seq +deepSeq +trace derivationStrict placeholder +toPath +storePath +pathExists
baseNameOf dirOf +readFile +findFile +hashFile +readDir +toXML +toJSON +fromJSON +toFile
+filterSource __path +attrNames +attrValues +getAttr +unsafeGetAttrPos +hasAttr +isAttrs
removeAttrs +listToAttrs +intersectAttrs +catAttrs +functionArgs +mapAttrs +zipAttrsWith +isList
+elemAt +head +tail map +filter +elem +concatLists +length +foldl' +any +all +genList +sort
+partition +groupBy +concatMap +add +sub +mul +div +bitAnd +bitOr +bitXor +lessThan toString
+substring +stringLength +hashString +match +split +concatStringsSep +replaceStrings
+parseDrvName +compareVersions +splitVersion +unsafeDiscardStringContext +hasContext
+unsafeDiscardOutputDependency +getContext +appendContext fetch-closure:+fetchClosure
fetchMercurial fetchTree +fetchurl fetchTarball fetchGit fromTOML derivation";

/// In 2.26.3 and 2.34.8.
const SINCE_2_26: &str =
    "builtins true false null +currentTime +currentSystem +nixVersion +storeDir +langVersion
+traceVerbose nixPath scopedImport import +typeOf isNull +isFunction +isInt +isFloat +isString
+isBool +isPath +genericClosure break abort throw +addErrorContext +ceil +floor +tryEval +getEnv
+seq +deepSeq +trace +warn derivationStrict placeholder +toPath +storePath +pathExists
baseNameOf dirOf +readFile findFile +hashFile +readFileType +readDir
dynamic-derivations:+outputOf +toXML +toJSON +fromJSON +toFile +filterSource __path +attrNames
+attrValues +getAttr +unsafeGetAttrPos +hasAttr +isAttrs removeAttrs +listToAttrs
+intersectAttrs +catAttrs +functionArgs +mapAttrs +zipAttrsWith +isList +elemAt +head +tail map
+filter +elem +concatLists +length +foldl' +any +all +genList +sort +partition +groupBy
+concatMap +add sub mul div +bitAnd +bitOr +bitXor lessThan toString +substring +stringLength
+hashString +convertHash +match +split +concatStringsSep +replaceStrings +parseDrvName
+compareVersions +splitVersion +unsafeDiscardStringContext +hasContext
+unsafeDiscardOutputDependency +addDrvOutputDependencies +getContext +appendContext
fetch-closure:+fetchClosure fetchMercurial fetch-tree:fetchTree fetchFinalTree +fetchurl
fetchTarball fetchGit fromTOML";

/// What comes behind them in 2.26.3.
const FLAKES_IN_2_26: &str = "flakes:+parseFlakeRef flakes:+flakeRefToString flakes:+getFlake";

/// And in 2.34.8.
const FLAKES_IN_2_34: &str = "+getFlake +parseFlakeRef +flakeRefToString";

/// The names in `derivation.nix` that are not known before.
const IN_DERIVATION: &str = "strict drvAttrs commonAttrs outputsList x outputToAttrListElement";
