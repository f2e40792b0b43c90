//! When a function makes its environment: at once, or, where it begins with conditions that need none, in
//! the branch that makes the first thunk or function. Functions that are called for each element of a list
//! often end in a branch that makes neither.
//!
//! Until then the arguments are in the frame only. They are there afterwards, too, and since no instruction
//! changes them the unit itself reads them there.

use super::chunk::Op;
use super::emit::{Emitter, next};
use super::surroundings::Surroundings;
use super::unit::Unit;
use crate::syntax::ast::{AttrName, Expr, ExprRef, Lazy};

/// So many expressions are looked at to find out whether one needs an environment; a larger one is
/// taken to need it.
const LOOKED_AT: u32 = 64;

/// Whether the activations of a unit begin without their environment.
pub(super) fn begins_without<'h>(unit: &'h Unit<'h>) -> bool {
    let takes_sets = unit.lambdas.iter().any(|lambda| lambda.formals.is_some());
    let begins = match unit.body {
        Expr::If(branch) => !needs_environment(branch.condition),
        _ => false,
    };
    begins && unit.has_env.get() && !takes_sets && !unit.lambdas.is_empty()
}

/// Whether instructions for an expression may use the environment of their own activation: to make a thunk
/// or a function, or for a variable other than an argument.
pub(super) fn needs_environment(expr: ExprRef<'_>) -> bool {
    let mut left = LOOKED_AT;
    looks_needy(expr, &mut left)
}

fn looks_needy(expr: ExprRef<'_>, left: &mut u32) -> bool {
    let Some(fewer) = left.checked_sub(1) else {
        return true;
    };
    *left = fewer;
    let lazy = |lazy: &Lazy<'_>| lazy.unit.get().is_some();
    match expr {
        Expr::Int(_)
        | Expr::Float(_)
        | Expr::String(_)
        | Expr::Path(_)
        | Expr::Var(_)
        | Expr::CurPos(_) => false,
        Expr::Select(select) => {
            looks_needy(select.set, left)
                || path_looks_needy(select.path, left)
                || select
                    .default
                    .is_some_and(|default| looks_needy(default, left))
        }
        Expr::HasAttr(has) => looks_needy(has.set, left) || path_looks_needy(has.path, left),
        Expr::List(items) => items.iter().any(lazy),
        Expr::Call(call) => {
            // The operands of an operator have no thunks.
            let is_operator = super::resolve::is_operator(call);
            looks_needy(call.function, left)
                || (call.arguments.iter()).any(|argument| match is_operator {
                    true => looks_needy(argument.expr, left),
                    false => lazy(argument),
                })
        }
        Expr::If(branch) => [branch.condition, branch.then, branch.otherwise]
            .into_iter()
            .any(|part| looks_needy(part, left)),
        Expr::Not(operand) => looks_needy(operand, left),
        Expr::Binary(binary) => looks_needy(binary.left, left) || looks_needy(binary.right, left),
        Expr::Concat(concat) => (concat.parts.iter()).any(|(_, part)| looks_needy(part, left)),
        Expr::InheritFrom(_)
        | Expr::Attrs(_)
        | Expr::Lambda(_)
        | Expr::Let(_)
        | Expr::With(_)
        | Expr::Assert(_) => true,
    }
}

fn path_looks_needy(path: &[AttrName<'_>], left: &mut u32) -> bool {
    path.iter().any(|name| match name {
        AttrName::Static(_) => false,
        AttrName::Dynamic(expr) => looks_needy(expr, left),
    })
}

impl<'h, S: Surroundings<'h>> Emitter<'h, '_, S> {
    /// Emits the last part of a unit that has no environment so far, which it gets here if it needs one.
    pub(super) fn tail_deferred(&mut self, expr: ExprRef<'h>) {
        if let Expr::If(branch) = expr
            && !needs_environment(branch.condition)
        {
            let otherwise = self.condition(branch);
            self.tail(branch.then);
            self.land(otherwise);
            self.tail(branch.otherwise);
            return;
        }
        if !needs_environment(expr) {
            self.tail_expr(expr);
            return;
        }
        let from = next(&self.ops);
        self.op(Op::Environment(0));
        self.has_own_env = true;
        for (lambda, argument) in self.unit.lambdas.iter().zip(0..) {
            if let Some(scope) = lambda.scope.get()
                && scope.vars[0].captured.get()
            {
                self.op(Op::Local(argument));
                self.store(scope, 0);
            }
        }
        self.tail_expr(expr);
        self.has_own_env = false;
        let to = next(&self.ops);
        self.environments.push((from, to));
    }

    /// Says in the instructions that make the environment how large it is: known when all is emitted.
    pub(super) fn size_environments(&mut self) {
        for op in &mut self.ops {
            if let Op::Environment(slots) = op {
                *slots = self.env_slots;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::builtins::testing::check;

    #[test]
    fn variables_are_found_before_and_after_the_environment_is_made() {
        check(&[
            (
                "let k = 10; f = x: y: if x == y then x + k else if x < y then map (z: z + x + k) [ y ] \
                 else let w = x - y; in [ (w + k) ]; in [ (f 1 1) (f 1 2) (f 5 2) ]",
                "[ 11 [ 13 ] [ 13 ] ]",
            ),
            (
                "let f = x: (y: if y then z: x + z else z: x) true; in f 1 2",
                "3",
            ),
        ]);
    }
}
