//! The virtual machine: one loop over a stack of frames, of bytecode and of
//! generators.

pub mod arithmetic;
mod builtin;
mod bytecode;
mod call;
pub mod coerce;
mod compare;
mod coroutine;
mod deep;
mod equal;
mod explain;
mod formals;
mod frame;
mod leaf;
pub mod nested_outputs;
mod observe;
mod operators;
mod refusals;
mod run;
mod trace;
pub mod walk;

pub use compare::less_than;
pub use coroutine::{Arguments, Co, Coroutine, Request, Shared};
pub use deep::{force_deep, own_pos};
pub use equal::{equal, equal_scalars, is_derivation};
pub use run::Vm;
pub use trace::address;

use crate::dialect::Behaviour;
use crate::state::State;

/// How many nested calls the releases that have no limit of their own reach
/// before their native stack ends, 8 MB in 2.3 and 64 MB in 2.8. This is what
/// the cheapest call reaches, one in the place of the function's result; what
/// waits for a result needs more: below `1 +` the ends are 9,300 and 73,000,
/// below `toString` 8,000 and 40,000.
fn native_stack_depth(state: &State<'_>) -> u32 {
    if state.has(Behaviour::CorepkgsAreBuiltIn) {
        122_000
    } else {
        37_000
    }
}
