//! The builtins: a table of families, one file each.

use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, ErrorKind, Result, best_matches};
use crate::heap::{Bytes, PartialCall, ThunkState, Value, View};
use crate::print::describe::write_name;
use crate::state::State;
use crate::symbols::Symbol;
use crate::vm::nested_outputs;
use crate::vm::{Arguments, Co, Coroutine, Shared};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::LazyLock;

pub use start::{Start, globals};

pub(crate) use control::say;
pub(crate) use derivation::require;

pub mod addresses;
mod arithmetic;
mod attributes;
mod closure;
mod constants;
mod context;
mod control;
pub mod demand;
pub(crate) mod derivation;
mod fetchers;
pub mod files;
mod flakes;
pub mod internal;
pub mod json;
mod lists;
mod mercurial;
mod realise;
mod references;
mod regex;
mod registered;
mod search_path;
mod size;
mod sort;
mod sources;
mod start;
mod strings;
#[cfg(test)]
pub(crate) mod testing;
mod toml;
mod trees;
mod types;
pub mod xml;

/// A builtin function.
pub struct Builtin {
    /// Its name in `builtins`.
    pub name: &'static str,
    /// How many arguments it takes, one to three.
    pub arity: u8,
    /// Whether it is a global under its own name; others are globals with `__`
    /// before it.
    pub global: bool,
    /// The first dialect that has it.
    pub since: Dialect,
    /// The first dialect that has it no more.
    pub until: Option<Dialect>,
    /// The experimental feature without which it does not exist.
    pub feature: Option<&'static str>,
    /// Whether it stands for the value that it computes when that is first
    /// needed, not for a function.
    pub constant: bool,
    /// What it does.
    pub run: Run,
    /// A way without a generator for the arguments that are common.
    pub quick: Option<Quick>,
}

/// How a builtin that is a generator gets its result without one, for arguments that need no evaluation
/// or little: a generator costs more than most of these builtins do.
#[derive(Clone, Copy)]
pub struct Quick {
    /// Arguments to force before; if one is of another type, the generator runs at once. These must be
    /// what the generator forces first, in this order and with this line of trace.
    pub wants: &'static [Want],
    /// The list whose elements are forced next, one after another.
    pub items: Option<Items>,
    /// The result, which is no thunk; `None` leaves everything to the generator: where an argument is
    /// still a thunk, and for every error. It must have no effect then.
    pub run: for<'h> fn(&State<'h>, &[Value<'h>]) -> Option<Value<'h>>,
}

/// A list whose elements a builtin forces in their order, and nothing else between them: no line of trace
/// tells of an element whose evaluation fails.
#[derive(Clone, Copy)]
pub struct Items {
    /// Which argument the list is, one that is wanted.
    pub argument: u8,
    /// What each element must be: the generator takes over at the first that is something else.
    pub kind: Kind,
}

/// How a builtin runs.
pub enum Run {
    /// The arguments are forced and checked in the order of the list, then a
    /// plain function runs. If its result is a thunk, that is forced.
    Plain(
        &'static [Want],
        for<'h> fn(&State<'h>, &[Value<'h>]) -> Result<Value<'h>>,
    ),
    /// `foldl'`: the function and the list are forced and checked, then the VM
    /// calls the function for each element.
    Fold(&'static [Want]),
    /// A generator; no argument is forced before. If its result is a thunk,
    /// that is forced.
    Generator(for<'h> fn(Co<'h>, Shared<'h>, Arguments<'h>) -> Coroutine<'h>),
}

/// What a builtin wants of one of its arguments.
pub struct Want {
    /// Which argument, from 0.
    pub argument: u8,
    /// What it must be.
    pub kind: Kind,
    /// The line of trace if forcing fails or the type is wrong, as C++ Nix
    /// words it; empty: none.
    pub context: &'static str,
}

/// The type that is wanted of an argument.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Any type: it is just forced.
    Any,
    /// Any type, and its cell is kept: what is printed of a value that contains
    /// itself depends on what holds it.
    Cell,
    /// Any type, forced within a coercion to a string, which is a level of its
    /// own where structures count as depth.
    Coerced,
    /// An integer.
    Int,
    /// An integer that is not negative; others are left to the generator.
    Natural,
    /// An integer above zero; others are left to the generator.
    Positive,
    /// A number.
    Number,
    /// A boolean.
    Bool,
    /// A string.
    String,
    /// A string without context.
    PlainString,
    /// A list.
    List,
    /// A set.
    Attrs,
    /// A function or a set with `__functor`.
    Function,
    /// The same, for argument 0, unless argument 1 says that there is nothing to
    /// call it for (or nothing sensible): an empty list, a negative number.
    FunctionForItems,
}

/// A want of argument `argument`.
pub const fn want(argument: u8, kind: Kind, context: &'static str) -> Want {
    Want {
        argument,
        kind,
        context,
    }
}

/// A builtin that every dialect has, with `__` before its global name.
pub const fn builtin(name: &'static str, arity: u8, run: Run) -> Builtin {
    Builtin {
        name,
        arity,
        global: false,
        since: Dialect::V2_3,
        until: None,
        feature: None,
        constant: false,
        run,
        quick: None,
    }
}

impl Builtin {
    /// The arguments that are forced before it runs, in this order.
    pub fn wants(&self) -> &'static [Want] {
        match (&self.run, self.quick) {
            (Run::Plain(wants, _) | Run::Fold(wants), _) => wants,
            (Run::Generator(_), Some(quick)) => quick.wants,
            (Run::Generator(_), None) => &[],
        }
    }

    /// The same builtin as a global under its own name.
    pub const fn global(mut self) -> Builtin {
        self.global = true;
        self
    }

    /// The same builtin from `dialect` on.
    pub const fn since(mut self, dialect: Dialect) -> Builtin {
        self.since = dialect;
        self
    }

    /// The same builtin before `dialect`.
    pub const fn until(mut self, dialect: Dialect) -> Builtin {
        self.until = Some(dialect);
        self
    }

    /// The value that this builtin computes when it is first needed.
    pub const fn constant(mut self) -> Builtin {
        self.constant = true;
        self
    }

    /// The same builtin, whose generator runs only if `run` has no result.
    pub const fn quick(
        mut self,
        wants: &'static [Want],
        run: for<'h> fn(&State<'h>, &[Value<'h>]) -> Option<Value<'h>>,
    ) -> Builtin {
        self.quick = Some(Quick {
            wants,
            items: None,
            run,
        });
        self
    }

    /// The same quick way, for which the elements of the list `argument` are forced before.
    pub const fn items(mut self, argument: u8, kind: Kind) -> Builtin {
        if let Some(quick) = &mut self.quick {
            quick.items = Some(Items { argument, kind });
        }
        self
    }

    /// The same builtin behind an experimental feature.
    pub const fn feature(mut self, feature: &'static str) -> Builtin {
        self.feature = Some(feature);
        self
    }
}

/// The families. A builtin's number is its family's index here times 256 plus
/// its index there.
#[rustfmt::skip]
const FAMILIES: &[&[Builtin]] = &[
    arithmetic::BUILTINS,
    attributes::BUILTINS,
    closure::BUILTINS,
    context::BUILTINS,
    control::BUILTINS,
    derivation::BUILTINS,
    fetchers::BUILTINS,
    files::BUILTINS,
    flakes::BUILTINS,
    json::BUILTINS,
    lists::BUILTINS,
    mercurial::BUILTINS,
    regex::BUILTINS,
    search_path::BUILTINS,
    size::BUILTINS,
    sources::BUILTINS,
    strings::BUILTINS,
    toml::BUILTINS,
    trees::BUILTINS,
    types::BUILTINS,
    xml::BUILTINS,
];

/// The builtin of a number.
#[inline]
pub fn by_number(number: u32) -> &'static Builtin {
    &FAMILIES[(number >> 8) as usize][(number & 255) as usize]
}

/// The number of the first builtin that has the name of this one. A name occurs
/// more than once where the dialects have it under different conditions.
pub(crate) fn canonical_number(number: u32) -> u32 {
    static CANONICAL: LazyLock<FxHashMap<u32, u32>> = LazyLock::new(|| {
        let mut first: FxHashMap<&str, u32> = FxHashMap::default();
        let all = FAMILIES.iter().enumerate().flat_map(|(family, builtins)| {
            (0..builtins.len()).map(move |index| (family as u32) << 8 | index as u32)
        });
        all.map(|number| {
            (
                number,
                *first.entry(by_number(number).name).or_insert(number),
            )
        })
        .collect()
    });
    CANONICAL.get(&number).copied().unwrap_or(number)
}

/// The feature of builtins that only the evaluator itself uses.
const INTERNAL: &str = "internal to the evaluator";

/// The first builtin of a name, whether programs can name it or not.
///
/// # Panics
/// If there is none: the names are those of this program.
pub fn of_evaluator<'h>(name: &str) -> Value<'h> {
    let found = FAMILIES.iter().enumerate().find_map(|(family, builtins)| {
        let index = builtins.iter().position(|builtin| builtin.name == name)?;
        Some((family as u32) << 8 | index as u32)
    });
    Value::builtin(found.expect("the evaluator asks only for builtins that it has"))
}

/// The set that describes a fetched tree.
///
/// # Errors
/// If the attributes of the input are malformed.
pub fn describe_tree<'h>(
    state: &State<'h>,
    book: &crate::fetch::Rulebook,
    object: &crate::fetch::store::Object,
    input: &crate::fetch::Input,
    forced_dirty: bool,
) -> Result<Value<'h>> {
    Ok(trees::describe(
        state,
        book,
        object,
        input,
        false,
        forced_dirty,
    )?)
}

/// Every builtin of every dialect, also those behind a feature. A name occurs
/// more than once where the dialects have it under different conditions.
pub fn registered() -> impl Iterator<Item = &'static Builtin> {
    let all = FAMILIES.iter().flat_map(|family| family.iter());
    all.filter(|builtin| builtin.feature != Some(INTERNAL))
}

/// The variables that programs have in some dialect, but for those that have the name of something in `builtins` after
/// `__`.
pub fn global_names() -> BTreeSet<&'static str> {
    let builtins = registered().filter(|builtin| builtin.global);
    let functions = builtins.map(|builtin| builtin.name);
    functions
        .chain(constants::globals())
        .chain(["builtins", "derivation"])
        .collect()
}

/// What `import` is in the releases where it is no builtin of its own.
fn scoped_import_of_nothing<'h>(state: &State<'h>) -> Option<Value<'h>> {
    let is_it = |builtin: &Builtin| builtin.name == "scopedImport";
    let builtin = FAMILIES.iter().enumerate().find_map(|(family, builtins)| {
        let index = builtins.iter().position(is_it)?;
        Some((family as u32) << 8 | index as u32)
    })?;
    let arguments = state.heap.alloc_slice(&[state.attrs(Vec::new())]);
    let call = PartialCall { builtin, arguments };
    Some(Value::partial(state.heap, call))
}

/// The value of a constant that was not needed so far: the releases have it from the start, and print it.
pub fn constant_value<'h>(state: &State<'h>, cell: Value<'h>) -> Option<Value<'h>> {
    let thunk = cell.as_thunk()?;
    let ThunkState::Call([function, _]) = thunk.state() else {
        return None;
    };
    let View::Builtin(number) = function.view() else {
        return None;
    };
    match by_number(number) {
        Builtin {
            constant: true,
            run: Run::Plain(_, compute),
            ..
        } => {
            let value = compute(state, &[]).ok()?;
            thunk.finish(value);
            thunk.value()
        }
        _ => None,
    }
}

/// The error for an attribute that a set lacks.
#[cold]
pub fn missing_attribute(state: &State<'_>, name: Symbol) -> Error {
    let mut message = b"attribute '".to_vec();
    if state.has(Behaviour::ErrorsQuoteNames) {
        write_name(state, &mut message, name);
    } else {
        message.extend_from_slice(&state.symbols.name(name));
    }
    message.extend_from_slice(b"' missing");
    Error::new(ErrorKind::MissingAttribute, message)
}

/// As [`missing_attribute`], in a set that the builtin `function` was given (`getAttr` in `primops.cc`).
#[cold]
pub fn missing_in_call(state: &State<'_>, name: Symbol, function: &str) -> Error {
    if !state.has(Behaviour::MissingAttributesNameBuiltin) {
        return missing_attribute(state, name);
    }
    let mut message = b"attribute '".to_vec();
    write_name(state, &mut message, name);
    message.extend_from_slice(format!("' missing for call to '{function}'").as_bytes());
    Error::new(ErrorKind::MissingAttribute, message)
}

/// The names that may have been meant where there is no `wanted`.
#[cold]
pub fn suggestions(
    state: &State<'_>,
    wanted: Symbol,
    names: impl Iterator<Item = Symbol>,
) -> Vec<String> {
    if !state.has(Behaviour::NamesAreSuggested) {
        return Vec::new();
    }
    let names: Vec<_> = names.map(|name| state.symbols.name(name)).collect();
    best_matches(
        names.iter().map(|name| &**name),
        &state.symbols.name(wanted),
    )
}

/// The error for a string with context where that is not allowed, which `traced`
/// says more of (`forceStringNoCtx` in `eval.cc`).
///
/// To show the context 2.34 reads it, which fails by itself where it names outputs of outputs.
pub fn context_not_allowed<'h>(
    state: &State<'h>,
    text: Bytes<'h>,
    traced: impl FnOnce(Error) -> Error,
) -> Error {
    use crate::context::ContextElement;
    let elements = text.context().map_or(&[][..], |context| context.elements);
    let encoded = |element: &ContextElement<'_>| {
        let short = state.has(Behaviour::ContextErrorsOmitStore);
        element.encoded(&state.settings.store_dir, short)
    };
    let path = if state.has(Behaviour::ContextErrorsShowAsInstallables) {
        match nested_outputs::first(state, text) {
            Err(error) => return error,
            Ok(first) => first.as_ref().map(ContextElement::installable),
        }
    } else if state.has(Behaviour::ContextsAreTexts) {
        elements.iter().map(encoded).min()
    } else {
        elements.first().map(encoded)
    }
    .unwrap_or_default();
    let message = [
        b"the string '".as_slice(),
        text.bytes(),
        b"' is not allowed to refer to a store path (such as '",
        &path,
        b"')",
    ]
    .concat();
    traced(Error::new(ErrorKind::Value, message))
}

/// What a string has of a text with the name of an attribute in it: in some releases all up to a NUL byte.
pub(crate) fn before_nul<'n>(state: &State<'_>, text: &'n [u8]) -> &'n [u8] {
    match text.iter().position(|&byte| byte == 0) {
        Some(end) if state.has(Behaviour::NamesEndAtNul) => &text[..end],
        _ => text,
    }
}

/// The bytes of a string without context (`forceStringNoCtx` in `eval.cc`).
///
/// # Errors
/// If it is none.
pub fn plain_string<'h>(state: &State<'h>, value: Value<'h>) -> Result<&'h [u8]> {
    match value.view() {
        View::String(text) if text.context().is_none() => Ok(text.bytes()),
        View::String(text) => Err(context_not_allowed(state, text, |error| error)),
        _ => Err(crate::vm::arithmetic::expected(state, "a string", value)),
    }
}

#[cfg(test)]
mod tests {
    use super::global_names;

    #[test]
    fn what_every_program_has_is_global() {
        let all = "abort baseNameOf break builtins derivation derivationStrict dirOf false fetchGit fetchMercurial \
                   fetchTarball fetchTree fromTOML import isNull map null placeholder removeAttrs scopedImport throw \
                   toString true";
        let found: Vec<&str> = global_names().into_iter().collect();
        assert_eq!(found.join(" "), all);
    }
}
