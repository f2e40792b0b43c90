//! Interned names: attribute names and variables are compared as numbers.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
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
}

/// The names of one evaluation.
#[derive(Default)]
pub struct Symbols {
    table: RefCell<Table>,
}

impl Symbols {
    /// The symbol for `name`, made if it is new.
    pub fn intern(&self, name: &[u8]) -> Symbol {
        let mut table = self.table.borrow_mut();
        if let Some(&number) = table.numbers.get(name) {
            return Symbol(number);
        }
        let number = u32::try_from(table.names.len())
            .expect("four billion distinct names need more memory than any limit allows");
        let name: Rc<[u8]> = Rc::from(name);
        table.names.push(Rc::clone(&name));
        table.numbers.insert(name, number);
        Symbol(number)
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
