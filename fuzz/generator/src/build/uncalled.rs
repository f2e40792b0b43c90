//! Functions that nothing calls, because there is nothing to call them with: whether they are functions
//! some builtins ask all the same, and releases changed their minds about it.

use super::Generator;
use crate::{
    tree::Expr,
    types::{Str, Type},
};

impl Generator<'_> {
    /// What is no function.
    fn no_function(&mut self) -> Expr {
        let of = [
            Type::Int(63),
            Type::Bool,
            Type::Null,
            Type::Str(Str::Plain),
            Type::list(Type::Null),
            Type::map(Type::Null),
        ];
        let at = self.below(of.len() as u32) as usize;
        match &of[at] {
            // Any attributes may make it one.
            Type::Map(_) => Expr::set::<&str>([]),
            of => self.leaf(of),
        }
    }

    /// A call that fails in the newest release although its function is never called.
    pub(super) fn asked_for_a_function(&mut self) -> Expr {
        let function = self.no_function();
        let empty = Expr::List(Vec::new());
        match self.below(9) {
            0..=2 => self.call("genList", [function, Expr::Int(0)]),
            3 => self.call("foldl'", [function, Expr::Int(0), empty]),
            4 if self.has_named("zipAttrsWith") => self.call("zipAttrsWith", [function, empty]),
            5 if self.has_named("groupBy") => self.call("groupBy", [function, empty]),
            6 => self.call("concatMap", [function, empty]),
            7 => self.call("partition", [function, empty]),
            _ => {
                let name = self.pick(&["all", "any"]);
                self.call(name, [function, empty])
            }
        }
    }
}

/// An empty list that a builtin gives, which does not look at its function.
pub(super) fn list(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let Type::List(_, 0) = wanted else {
        return None;
    };
    let function = generator.no_function();
    let empty = Expr::List(Vec::new());
    let name = generator.pick(&["map", "filter", "sort", "genericClosure"]);
    if name == "genericClosure" {
        let fields = [("startSet", empty), ("operator", function)];
        return Some(generator.call(name, [Expr::set(fields)]));
    }
    Some(generator.call(name, [function, empty]))
}

/// The same for sets.
pub(super) fn map(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let Type::Map(_) = wanted else {
        return None;
    };
    let function = generator.no_function();
    Some(generator.call("mapAttrs", [function, Expr::set::<&str>([])]))
}
