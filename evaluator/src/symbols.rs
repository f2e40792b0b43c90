//! Interned names: attribute names and variables are compared as numbers.

use crate::dialect::Dialect;
use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ops::Range;
use std::rc::Rc;

/// An interned name. Ordered by when it was first seen, which is the order in
/// which C++ Nix forces attributes (`symbol-table.hh`), but for what [`Symbols::at_turn`] says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol(pub u32);

type Hasher = BuildHasherDefault<rustc_hash::FxHasher>;

/// About how many names are there before a program is read: the table is not to grow until then.
const NAMES_AT_START: usize = 440;

#[derive(Clone)]
struct Table {
    numbers: HashMap<Rc<[u8]>, u32, Hasher>,
    names: Vec<Rc<[u8]>>,
    /// Free numbers before others that are taken.
    gap: Range<usize>,
    /// Free numbers before those, for later.
    room: Range<usize>,
    /// After how many names more that room is entered; never if it is 0.
    until_room: usize,
    /// Whether numbers go down from [`LAST`], so that each new name comes before the one before.
    descends: bool,
    /// Which of the [`LEADING_ORDERS`] the names have that come first of all.
    leading: usize,
}

impl Table {
    fn enter_room(&mut self) {
        if !self.room.is_empty() {
            self.gap = std::mem::take(&mut self.room);
        }
    }
}

/// How many names may come in another order than they are interned in, which depends on what was taken or freed in
/// memory before.
const LEADERS: usize = 7;

/// The orders that these had in a release, behind the same command line in the same environment always the same one: that
/// of 2.3 and that of 2.8 with `--strict`, and those of 2.3 without it, with `--json`, with `--xml` and with an expression
/// beside them.
pub const LEADING_ORDERS: [[Symbol; LEADERS]; 6] = {
    use known::{DRV_PATH, META, NAME, OUT_PATH, TYPE, VALUE, WITH};
    [
        [WITH, OUT_PATH, DRV_PATH, TYPE, META, NAME, VALUE],
        [META, TYPE, DRV_PATH, OUT_PATH, WITH, NAME, VALUE],
        [WITH, DRV_PATH, OUT_PATH, TYPE, META, NAME, VALUE],
        [NAME, DRV_PATH, META, OUT_PATH, WITH, TYPE, VALUE],
        [META, DRV_PATH, OUT_PATH, WITH, TYPE, NAME, VALUE],
        [NAME, VALUE, DRV_PATH, META, OUT_PATH, WITH, TYPE],
    ]
};

/// How many of them, from the first on, are the usual ones of a release.
pub const FREQUENT_LEADING_ORDERS: usize = 2;

/// The last number that a name may have; the one after it is [`known::NAMELESS`].
const LAST: u32 = u32::MAX - 1;

/// The names of one evaluation.
#[derive(Clone)]
pub struct Symbols {
    dialect: Dialect,
    table: RefCell<Table>,
}

/// A name that some releases intern before they read the program, and others when they need it, which
/// shows in the order in which they force attributes.
#[derive(Clone, Copy)]
pub struct Late {
    symbol: Symbol,
    name: &'static str,
    since: Option<Dialect>,
}

impl Late {
    fn is_first_in(self, dialect: Dialect) -> bool {
        self.since.is_some_and(|since| since <= dialect)
    }
}

macro_rules! known {
    ($($constant:ident $name:literal $(since $dialect:ident)? $(when $needed:ident)?),* $(,)?) => {
        /// Names that the evaluator itself uses. They are interned first, in
        /// the order in which C++ Nix creates them (`EvalState` in `eval.hh`).
        pub mod known {
            use super::{Late, Symbol};

            #[allow(clippy::upper_case_acronyms, non_camel_case_types, reason = "numbers the constants below")]
            #[repr(u32)]
            enum Number { $($constant),* }

            $(known!(@constant $constant $name $($dialect)? $($needed)?);)*

            pub(super) const NAMES: &[Late] = &[
                $(Late {
                    symbol: Symbol(Number::$constant as u32),
                    name: $name,
                    since: known!(@since $($dialect)? $($needed)?),
                },)*
            ];

            /// The name of variables that no program can mention.
            pub const NAMELESS: Symbol = Symbol(u32::MAX);
        }
    };
    (@constant $constant:ident $name:literal) => {
        #[doc = concat!("`", $name, "`")]
        pub const $constant: Symbol = Symbol(Number::$constant as u32);
    };
    (@constant $constant:ident $name:literal $some:ident) => {
        #[doc = concat!("`", $name, "`")]
        pub const $constant: Late = NAMES[Number::$constant as usize];
    };
    (@since) => { Some(crate::dialect::Dialect::V2_3) };
    (@since needed) => { None };
    (@since $dialect:ident) => { Some(crate::dialect::Dialect::$dialect) };
}

known! {
    WITH "<with>",
    OUT_PATH "outPath",
    DRV_PATH "drvPath",
    TYPE "type",
    META "meta",
    NAME "name",
    VALUE "value",
    SYSTEM "system",
    OVERRIDES "__overrides",
    OUTPUTS "outputs",
    OUTPUT_NAME "outputName",
    IGNORE_NULLS "__ignoreNulls",
    FILE "file",
    LINE "line",
    COLUMN "column",
    FUNCTOR "__functor",
    TO_STRING "__toString",
    RIGHT "right",
    WRONG "wrong",
    STRUCTURED_ATTRS "__structuredAttrs",
    JSON "__json" since V2_34,
    ALLOWED_REFERENCES "allowedReferences" since V2_26,
    ALLOWED_REQUISITES "allowedRequisites" since V2_26,
    DISALLOWED_REFERENCES "disallowedReferences" since V2_26,
    DISALLOWED_REQUISITES "disallowedRequisites" since V2_26,
    MAX_SIZE "maxSize" since V2_26,
    MAX_CLOSURE_SIZE "maxClosureSize" since V2_26,
    BUILDER "builder",
    ARGS "args",
    CONTENT_ADDRESSED "__contentAddressed" since V2_8,
    IMPURE "__impure" since V2_8,
    OUTPUT_HASH "outputHash",
    OUTPUT_HASH_ALGO "outputHashAlgo",
    OUTPUT_HASH_MODE "outputHashMode",
    RECURSE_FOR_DERIVATIONS "recurseForDerivations" since V2_8,
    DESCRIPTION "description" since V2_8,
    SELF "self" since V2_8,
    EPSILON "" since V2_8,
    START_SET "startSet" since V2_8,
    OPERATOR "operator" since V2_8,
    KEY "key" since V2_8,
    PATH "path" since V2_8,
    PREFIX "prefix" since V2_8,
    OUTPUT_SPECIFIED "outputSpecified" since V2_26,
    SUB "__sub" since V2_26,
    LESS_THAN "__lessThan" since V2_26,
    MUL "__mul" since V2_26,
    DIV "__div" since V2_26,
    OR "or" since V2_26,
    FIND_FILE "__findFile" since V2_26,
    NIX_PATH "__nixPath" since V2_26,
    BODY "body" since V2_26,
    SUCCESS "success" when needed,
}

impl Symbols {
    /// A table that holds those [`known`] names only that this dialect interns first.
    pub fn new(dialect: Dialect) -> Symbols {
        let mut table = Table {
            numbers: HashMap::with_capacity_and_hasher(NAMES_AT_START, Hasher::default()),
            names: Vec::with_capacity(NAMES_AT_START),
            gap: 0..0,
            room: 0..0,
            until_room: 0,
            descends: false,
            leading: usize::from(dialect == Dialect::V2_8),
        };
        for late in known::NAMES {
            let name: Rc<[u8]> = Rc::from(late.name.as_bytes());
            table.names.push(Rc::clone(&name));
            if late.is_first_in(dialect) {
                table.numbers.insert(name, late.symbol.0);
            }
        }
        Symbols {
            dialect,
            table: RefCell::new(table),
        }
    }

    /// The symbol for a name that this dialect may not have interned yet.
    pub fn late(&self, late: Late) -> Symbol {
        if late.is_first_in(self.dialect) {
            late.symbol
        } else {
            self.intern(late.name.as_bytes())
        }
    }

    /// The symbol for `name`, made if it is new.
    pub fn intern(&self, name: &[u8]) -> Symbol {
        let mut table = self.table.borrow_mut();
        if let Some(&number) = table.numbers.get(name) {
            return Symbol(number);
        }
        if table.until_room > 0 {
            table.until_room -= 1;
            if table.until_room == 0 {
                table.enter_room();
            }
        }
        let name: Rc<[u8]> = Rc::from(name);
        let free = if table.descends {
            None
        } else {
            table.gap.next()
        };
        let at = match free {
            Some(free) => {
                table.names[free] = Rc::clone(&name);
                free
            }
            None => {
                table.names.push(Rc::clone(&name));
                table.names.len() - 1
            }
        };
        let number = u32::try_from(at)
            .ok()
            .filter(|&number| number < LAST / 2)
            .expect("two billion distinct names need more memory than any limit allows");
        let number = if table.descends {
            LAST - number
        } else {
            number
        };
        table.numbers.insert(name, number);
        Symbol(number)
    }

    /// Interns names behind a number of others that are not known yet.
    pub fn intern_behind<'n>(&self, others: usize, names: impl Iterator<Item = &'n [u8]>) {
        let start = self.table.borrow().names.len();
        let nameless = Rc::from(b"".as_slice());
        (self.table.borrow_mut().names).resize(start + others, nameless);
        for name in names {
            self.intern(name);
        }
        self.table.borrow_mut().gap = start..start + others;
    }

    /// Lets each name that comes from now on stand before the one before it, behind those that are known: the other
    /// extreme of what the order of names can be where it is that of their places in memory.
    pub fn newest_first(&self) {
        self.table.borrow_mut().descends = true;
    }

    /// Leaves room before the names that come from now on: half of what [`intern_behind`](Self::intern_behind) left.
    pub fn leave_room(&self) {
        let mut table = self.table.borrow_mut();
        let middle = table.gap.start + table.gap.len() / 2;
        table.room = table.gap.start..middle;
        table.gap.start = middle;
    }

    /// Lets the names that come from now on stand in the room that was left.
    pub fn enter_room(&self) {
        self.table.borrow_mut().enter_room();
    }

    /// Does that with the name that comes after so many others from now on, itself included; never if it is 0.
    pub fn enter_room_after(&self, names: usize) {
        self.table.borrow_mut().until_room = names;
    }

    /// Lets the leading names come in one of the [`LEADING_ORDERS`].
    pub fn lead_in_order(&self, order: usize) {
        self.table.borrow_mut().leading = order.min(LEADING_ORDERS.len() - 1);
    }

    /// Which of the attributes with these names, ascending, is the `turn`th that is evaluated where all are. Other walks
    /// through names (of formals, of definitions that are bound) keep the usual order, which shows in errors only.
    pub fn at_turn(&self, turn: usize, names: impl Iterator<Item = Symbol>) -> usize {
        let order = self.table.borrow().leading;
        if turn >= LEADERS || order == 0 {
            return turn;
        }
        let mut present = [None; LEADERS];
        let leading = names.take_while(|&name| name <= known::VALUE);
        for (place, name) in present.iter_mut().zip(leading) {
            *place = Some(name);
        }
        let place = |name: Symbol| present.iter().position(|&other| other == Some(name));
        let mut places = LEADING_ORDERS[order].iter().filter_map(|&name| place(name));
        places.nth(turn).unwrap_or(turn)
    }

    /// How many names are known.
    pub fn known(&self) -> usize {
        self.table.borrow().numbers.len()
    }

    /// The symbol for `name`, if it was seen before.
    pub fn find(&self, name: &[u8]) -> Option<Symbol> {
        self.table.borrow().numbers.get(name).copied().map(Symbol)
    }

    /// The name of a symbol.
    pub fn name(&self, symbol: Symbol) -> Rc<[u8]> {
        let names = &self.table.borrow().names;
        // There are no more than half as many names as numbers.
        let place = symbol.0.min(LAST - symbol.0);
        Rc::clone(&names[place as usize])
    }

    /// The name of a symbol as text; bytes that are no UTF-8 are replaced.
    pub fn text(&self, symbol: Symbol) -> String {
        String::from_utf8_lossy(&self.name(symbol)).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_between_come_before_those_behind_them() {
        let symbols = Symbols::new(Dialect::V2_3);
        symbols.intern_behind(2, [b"late".as_slice()].into_iter());
        let of = |name: &str| symbols.intern(name.as_bytes());
        let (late, first, second, third) = (of("late"), of("first"), of("second"), of("third"));
        assert!(first < second && second < late && late < third);
        for (symbol, name) in [(first, "first"), (late, "late"), (third, "third")] {
            assert_eq!(symbols.text(symbol), name);
        }
        assert_eq!(of("second"), second);
    }

    #[test]
    fn later_names_come_first_where_room_was_left() {
        let symbols = Symbols::new(Dialect::V2_3);
        symbols.intern_behind(4, [b"late".as_slice()].into_iter());
        symbols.leave_room();
        let of = |name: &str| symbols.intern(name.as_bytes());
        let first = of("first");
        symbols.enter_room();
        let (second, third) = (of("second"), of("third"));
        symbols.enter_room();
        let fourth = of("fourth");
        assert!(second < third && third < first && first < of("late") && of("late") < fourth);
        assert_eq!(symbols.text(third), "third");
    }

    #[test]
    fn a_name_in_the_middle_can_be_the_first() {
        let symbols = Symbols::new(Dialect::V2_3);
        symbols.intern_behind(8, [b"late".as_slice()].into_iter());
        symbols.leave_room();
        symbols.enter_room_after(2);
        let [first, second, third] =
            ["first", "second", "third"].map(|n| symbols.intern(n.as_bytes()));
        assert!(second < third && third < first && first < symbols.intern(b"late"));
    }

    #[test]
    fn the_leading_names_come_in_an_order_of_the_release() {
        let names = [known::OUT_PATH, known::TYPE, known::META, known::NAME];
        let order = |symbols: &Symbols| {
            let turns = 0..names.len();
            let places: Vec<usize> = turns
                .map(|turn| symbols.at_turn(turn, names.into_iter()))
                .collect();
            places
        };
        let old = Symbols::new(Dialect::V2_3);
        assert_eq!(order(&old), [0, 1, 2, 3]);
        old.lead_in_order(1);
        assert_eq!(order(&old), [2, 1, 0, 3]);
        let later = Symbols::new(Dialect::V2_8);
        assert_eq!(order(&later), [2, 1, 0, 3]);
        let with = [known::WITH, known::OUT_PATH, known::NAME];
        assert_eq!(later.at_turn(0, with.into_iter()), 1);
        old.lead_in_order(3);
        assert_eq!(order(&old), [3, 2, 0, 1]);
        assert_eq!(order(&Symbols::new(Dialect::V2_34)), [0, 1, 2, 3]);
    }

    #[test]
    fn the_newest_name_can_be_the_first_behind_the_known() {
        let symbols = Symbols::new(Dialect::V2_3);
        symbols.intern_behind(2, [b"late".as_slice()].into_iter());
        symbols.newest_first();
        let of = |name: &str| symbols.intern(name.as_bytes());
        let (first, second, third) = (of("first"), of("second"), of("third"));
        assert!(known::NAME < of("late") && of("late") < third);
        assert!(third < second && second < first && first < known::NAMELESS);
        for (symbol, name) in [(first, "first"), (third, "third"), (known::NAME, "name")] {
            assert_eq!(symbols.text(symbol), name);
        }
        assert_eq!(of("first"), first);
    }
}
