//! What every evaluation begins with: the names that are known, the globals, the set `builtins`.
//!
//! Which names and globals there are depends on few settings, so a thread makes them once for each
//! combination and copies them: a campaign evaluates millions of programs that are smaller than this.

use super::{FAMILIES, by_number, constants, registered, scoped_import_of_nothing};
use crate::compiler::{Globals, InlineOp};
use crate::dialect::{Behaviour, Dialect};
use crate::heap::{Attrs, Key, Keys, Thunk, Value};
use crate::positions::Pos;
use crate::state::{Settings, State};
use crate::symbols::{Symbol, Symbols};
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::cell::RefCell;
use std::rc::Rc;

/// What evaluations with certain settings begin with.
pub struct Start {
    /// The names.
    pub symbols: Symbols,
    /// The numbers of the globals, by their names.
    pub globals: Globals,
    /// Which globals are builtins that operators stand for.
    pub inline_ops: FxHashMap<u32, InlineOp>,
    /// The numbers of the builtins that there are: the first globals.
    builtins: Vec<u32>,
    /// The keys of `builtins`.
    keys: Vec<Key>,
    /// The globals that are the values of `builtins`, in the order of the keys; one past the last constant
    /// is the set itself.
    members: Vec<u32>,
}

/// What the start depends on.
#[derive(PartialEq)]
struct Terms {
    dialect: Dialect,
    features: Vec<String>,
    pure: bool,
    names_in_free_memory: usize,
}

/// No release has more globals.
const GLOBALS: usize = 128;

/// How many combinations of settings a thread keeps.
const KEPT: usize = 16;

type Starts = Vec<(Terms, Rc<Start>)>;

thread_local! {
    static STARTS: RefCell<Starts> = const { RefCell::new(Vec::new()) };
}

impl Start {
    /// The start of an evaluation with these settings.
    pub fn of(settings: &Settings) -> Rc<Start> {
        let is_it = |terms: &Terms| {
            terms.dialect == settings.dialect
                && terms.pure == settings.pure
                && terms.names_in_free_memory == settings.names.in_free_memory
                && terms.features == settings.features
        };
        STARTS.with_borrow_mut(|starts| {
            if let Some((_, start)) = starts.iter().find(|(terms, _)| is_it(terms)) {
                return Rc::clone(start);
            }
            let start = Rc::new(Start::new(settings));
            if starts.len() == KEPT {
                starts.remove(0);
            }
            let terms = Terms {
                dialect: settings.dialect,
                features: settings.features.clone(),
                pure: settings.pure,
                names_in_free_memory: settings.names.in_free_memory,
            };
            starts.push((terms, Rc::clone(&start)));
            start
        })
    }

    fn new(settings: &Settings) -> Start {
        let dialect = settings.dialect;
        let symbols = Symbols::new(dialect);
        registered::intern_names(&symbols, settings);
        let mut start = Start {
            symbols,
            globals: FxHashMap::with_capacity_and_hasher(GLOBALS, FxBuildHasher),
            inline_ops: FxHashMap::default(),
            builtins: Vec::with_capacity(GLOBALS),
            keys: Vec::with_capacity(GLOBALS),
            members: Vec::with_capacity(GLOBALS),
        };
        let mut members = Vec::with_capacity(GLOBALS);
        let mut global = String::new();
        for (family, builtins) in (0..).zip(FAMILIES) {
            for (index, builtin) in (0..).zip(*builtins) {
                if dialect < builtin.since
                    || builtin.until.is_some_and(|until| dialect >= until)
                    || builtin.feature.is_some_and(|name| !settings.feature(name))
                {
                    continue;
                }
                start.builtins.push(family << 8 | index);
                members.push(start.symbols.intern(builtin.name.as_bytes()));
                global.clear();
                if !builtin.global {
                    global.push_str("__");
                }
                global.push_str(builtin.name);
                start.add_global(&global);
            }
        }
        for constant in constants::of(settings) {
            members.push(start.symbols.intern(constant.name.as_bytes()));
            start.add_global(constant.global);
        }
        members.push(start.symbols.intern(b"builtins"));
        let mut order: Vec<(Symbol, u32)> = members.into_iter().zip(0..).collect();
        order.sort_unstable_by_key(|member| member.0);
        for (name, global) in order {
            start.members.push(global);
            start.keys.push(Key {
                name,
                pos: Pos::NONE,
            });
        }
        start.add_global("builtins");
        registered::intern_late_names(&start.symbols, settings);
        start
    }

    fn add_global(&mut self, name: &str) {
        let symbol = self.symbols.intern(name.as_bytes());
        let index = u32::try_from(self.globals.len()).expect("there are some hundred globals");
        self.globals.insert(symbol, index);
        let op = match name {
            "__sub" => InlineOp::Sub,
            "__mul" => InlineOp::Mul,
            "__div" => InlineOp::Div,
            "__lessThan" => InlineOp::Less,
            _ => return,
        };
        self.inline_ops.insert(index, op);
    }
}

/// The values of the globals of a state that begins.
pub fn globals<'h>(state: &State<'h>, start: &Start) -> Vec<Value<'h>> {
    let mut globals = Vec::with_capacity(start.keys.len());
    for &number in &start.builtins {
        let builtin = by_number(number);
        let mut value = Value::builtin(number);
        if builtin.name == "import" && state.has(Behaviour::ImportIsScopedImport) {
            value = scoped_import_of_nothing(state).unwrap_or(value);
        }
        if builtin.constant {
            let call = [value, Value::null()];
            value = Value::thunk(Thunk::suspend_call(state.heap, &call));
        }
        globals.push(value);
    }
    globals.extend(constants::of(&state.settings).map(|constant| (constant.value)(state)));
    // The set contains itself, by way of a cell that is filled afterwards.
    let cell = Thunk::suspend_call(state.heap, &[Value::null()]);
    globals.push(Value::thunk(cell));
    let members: Vec<Value<'h>> = (start.members.iter())
        .map(|&global| globals[global as usize])
        .collect();
    let keys = Keys::new(state.heap, &start.keys);
    let set = Value::attrs(Attrs::new(state.heap, keys, &members));
    cell.finish(set);
    if let Some(last) = globals.last_mut() {
        *last = set;
    }
    globals
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compiler::OPERATORS;

    #[test]
    fn what_operators_stand_for_comes_first() {
        for dialect in Dialect::ALL {
            let settings = Settings {
                dialect,
                ..Settings::default()
            };
            let mut first: Vec<u32> = Start::of(&settings).inline_ops.keys().copied().collect();
            first.sort_unstable();
            assert_eq!(first, (0..OPERATORS).collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_start_is_made_once_for_its_settings() {
        let plain = Settings::default();
        assert!(Rc::ptr_eq(&Start::of(&plain), &Start::of(&plain)));
        let pure = Settings {
            pure: true,
            ..Settings::default()
        };
        let (one, other) = (Start::of(&plain), Start::of(&pure));
        assert!(one.keys.len() > other.keys.len());
        let flakes = Settings {
            features: vec!["flakes".to_owned()],
            ..Settings::default()
        };
        assert!(Start::of(&flakes).keys.len() > one.keys.len());
    }

    #[test]
    fn names_that_a_program_adds_are_not_in_the_next() {
        let settings = Settings::default();
        let symbols = Start::of(&settings).symbols.clone();
        symbols.intern(b"a name of one program");
        assert!(
            Start::of(&settings)
                .symbols
                .find(b"a name of one program")
                .is_none()
        );
    }
}
