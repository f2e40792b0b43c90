//! Interned names: attribute names and variables are compared as numbers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::ops::Range;
use std::rc::Rc;

/// An interned name. Ordered by when it was first seen, which is the order in
/// which C++ Nix forces attributes (`symbol-table.hh`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol(pub u32);

type Hasher = BuildHasherDefault<rustc_hash::FxHasher>;

#[derive(Default)]
struct Table {
    numbers: HashMap<Rc<[u8]>, u32, Hasher>,
    names: Vec<Rc<[u8]>>,
    /// Free numbers before others that are taken.
    gap: Range<usize>,
}

/// The names of one evaluation.
pub struct Symbols {
    table: RefCell<Table>,
}

macro_rules! known {
    ($($constant:ident $name:literal),* $(,)?) => {
        /// Names that the evaluator itself uses. They are interned first, in
        /// the order in which C++ Nix creates them (`EvalState` in `eval.hh`).
        pub mod known {
            use super::Symbol;

            #[allow(clippy::upper_case_acronyms, non_camel_case_types, reason = "numbers the constants below")]
            #[repr(u32)]
            enum Number { $($constant),* }

            $(
                #[doc = concat!("`", $name, "`")]
                pub const $constant: Symbol = Symbol(Number::$constant as u32);
            )*

            pub(super) const NAMES: &[&str] = &[$($name),*];

            /// The name of variables that no program can mention.
            pub const NAMELESS: Symbol = Symbol(u32::MAX);
        }
    };
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
    JSON "__json",
    ALLOWED_REFERENCES "allowedReferences",
    ALLOWED_REQUISITES "allowedRequisites",
    DISALLOWED_REFERENCES "disallowedReferences",
    DISALLOWED_REQUISITES "disallowedRequisites",
    MAX_SIZE "maxSize",
    MAX_CLOSURE_SIZE "maxClosureSize",
    BUILDER "builder",
    ARGS "args",
    CONTENT_ADDRESSED "__contentAddressed",
    IMPURE "__impure",
    OUTPUT_HASH "outputHash",
    OUTPUT_HASH_ALGO "outputHashAlgo",
    OUTPUT_HASH_MODE "outputHashMode",
    RECURSE_FOR_DERIVATIONS "recurseForDerivations",
    DESCRIPTION "description",
    SELF "self",
    EPSILON "",
    START_SET "startSet",
    OPERATOR "operator",
    KEY "key",
    PATH "path",
    PREFIX "prefix",
    OUTPUT_SPECIFIED "outputSpecified",
    SUB "__sub",
    LESS_THAN "__lessThan",
    MUL "__mul",
    DIV "__div",
    FIND_FILE "__findFile",
    NIX_PATH "__nixPath",
    BODY "body",
    OR "or",
    SUCCESS "success",
}

impl Default for Symbols {
    fn default() -> Symbols {
        Symbols::new()
    }
}

impl Symbols {
    /// A table that holds the [`known`] names only.
    pub fn new() -> Symbols {
        let symbols = Symbols {
            table: RefCell::default(),
        };
        for name in known::NAMES {
            symbols.intern(name.as_bytes());
        }
        symbols
    }

    /// The symbol for `name`, made if it is new.
    pub fn intern(&self, name: &[u8]) -> Symbol {
        let mut table = self.table.borrow_mut();
        if let Some(&number) = table.numbers.get(name) {
            return Symbol(number);
        }
        let name: Rc<[u8]> = Rc::from(name);
        let at = match table.gap.next() {
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
            .expect("four billion distinct names need more memory than any limit allows");
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

    /// The symbol for `name`, if it was seen before.
    pub fn find(&self, name: &[u8]) -> Option<Symbol> {
        self.table.borrow().numbers.get(name).copied().map(Symbol)
    }

    /// The name of a symbol.
    pub fn name(&self, symbol: Symbol) -> Rc<[u8]> {
        Rc::clone(&self.table.borrow().names[symbol.0 as usize])
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
        let symbols = Symbols::new();
        symbols.intern_behind(2, [b"late".as_slice()].into_iter());
        let of = |name: &str| symbols.intern(name.as_bytes());
        let (late, first, second, third) = (of("late"), of("first"), of("second"), of("third"));
        assert!(first < second && second < late && late < third);
        for (symbol, name) in [(first, "first"), (late, "late"), (third, "third")] {
            assert_eq!(symbols.text(symbol), name);
        }
        assert_eq!(of("second"), second);
    }
}
