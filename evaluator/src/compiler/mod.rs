//! From the intermediate representation to chunks of bytecode: variables are
//! resolved for a whole file, then each unit is compiled when it is first run.

mod bindings;
mod chunk;
mod deferred;
mod emit;
mod fuse;
mod operators;
mod resolve;
mod selection;
mod surroundings;
#[cfg(test)]
mod tests;
mod unit;
mod variables;

pub use chunk::{BoolContext, BoundFormal, Chunk, DefaultValue, FormalsTable, Op, Place, Purpose};
pub use emit::compile;
pub(crate) use fuse::TOLD_AFTER;
pub use resolve::{Globals, Habits, resolve};
pub use surroundings::{InlineOp, OPERATORS, Surroundings};
pub use unit::{Scope, Unit, VarInfo, WithChain};
pub use variables::argument_of;
