//! What is global without being a function, and the order in which C++ Nix
//! registers its globals (`createBaseEnv` in `primops.cc`).

use super::internal;
use crate::dialect::Behaviour;
use crate::heap::Value;
use crate::positions::Pos;
use crate::state::{Settings, State};
use crate::symbols::known;

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
