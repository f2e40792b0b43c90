//! The virtual machine: one loop over a stack of frames, of bytecode and of
//! generators.

pub mod arithmetic;
pub mod coerce;
mod call;
mod compare;
mod coroutine;
mod equal;
mod frame;
mod operators;
mod run;

pub use compare::less_than;
pub use coroutine::{Arguments, Co, Coroutine, Request, Shared};
pub use equal::{equal, equal_scalars};
pub use run::Vm;
