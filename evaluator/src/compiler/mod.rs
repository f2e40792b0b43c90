//! From the intermediate representation to chunks of bytecode.

mod unit;

pub use unit::{Scope, Unit, VarInfo};
