//! Thunks that need no frame: a function, a variable or a selection of which everything is evaluated
//! already. One thunk in five of a large evaluation is one.

use super::bytecode::environment;
use crate::compiler::{Op, Unit};
use crate::heap::{Closure, Env, Heap, Value};

/// The value of a thunk, if that takes no evaluation; nothing is done otherwise.
#[inline]
pub(super) fn value_of_leaf<'h>(
    heap: &'h Heap,
    unit: &'h Unit<'h>,
    env: Option<Env<'h>>,
) -> Option<Value<'h>> {
    let chunk = unit.chunk.get()?;
    let ops = chunk.ops;
    let mut value = match ops[0] {
        // Its instructions count an environment of its own, which there is not.
        _ if chunk.env_slots > 0 => return None,
        Op::Closure(index) if matches!(ops[1], Op::Return) => {
            let unit = chunk.units[index as usize];
            return Some(Value::closure(heap.alloc(Closure { unit, env })));
        }
        Op::OuterSelect { up, slot } | Op::OuterReturn { up, slot } => {
            environment(env, up).get(slot as usize).evaluated()?
        }
        _ => return None,
    };
    for op in &ops[1..] {
        match *op {
            Op::SelectForced { name, .. } => {
                let (set, index) = value.as_attrs()?.find(name)?;
                value = set.values()[index].evaluated()?;
            }
            Op::Return => break,
            _ => return None,
        }
    }
    // A result that is a thunk itself goes through the frames of who asks for it.
    value.as_suspended().is_none().then_some(value)
}

#[cfg(test)]
mod tests {
    use crate::builtins::testing::check;

    // A thunk is a leaf only when its code was compiled, so each of these runs twice.
    #[test]
    fn leaves_have_the_values_of_their_expressions() {
        check(&[
            (
                "let f = x: x; g = s: f s.a.b; in map g [ { a.b = 1; } { a.b = 1 + 1; } ]",
                "[ 1 2 ]",
            ),
            (
                "let f = x: x 1; g = n: f (m: n + m); in map g [ 1 2 ]",
                "[ 2 3 ]",
            ),
            (
                "let f = x: (builtins.tryEval x).success; g = s: f s.a; in map g [ { a = 1; } { a = throw \"x\"; } ]",
                "[ true false ]",
            ),
        ]);
    }

    #[test]
    fn a_leaf_can_be_what_a_builtin_hands_back() {
        check(&[
            (
                "builtins.foldl' (p: builtins.seq 1 (t: p + t)) 0 [ 1 2 3 ]",
                "6",
            ),
            (
                "builtins.sort (a: builtins.seq 1 (b: a < b)) [ 2 1 3 ]",
                "[ 1 2 3 ]",
            ),
            (
                "let f = s: builtins.seq 1 s.a.b; in map (s: f s + 1) [ { a.b = 1; } { a.b = 2; } ]",
                "[ 2 3 ]",
            ),
        ]);
    }

    #[test]
    fn a_thunk_with_variables_of_its_own_is_no_leaf() {
        check(&[(
            "let f = x: x; g = s: f (if s.a then let y = s.b; in map (z: y + z) [ 1 ] else s); \
             in map g [ { a = true; b = 1; } { a = true; b = 2; } ]",
            "[ [ 2 ] [ 3 ] ]",
        )]);
    }
}
