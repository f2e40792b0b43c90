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
