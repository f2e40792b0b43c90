//! Observation: which instructions and builtins a program ran, on which kinds
//! of values, with which endings. It steers campaigns to what was not tried
//! yet, tells what a corpus covers, and profiles.
//!
//! A job is observed if [`Settings::observe`](crate::state::Settings::observe)
//! says so. Otherwise it costs nothing in the loop over the instructions, which
//! is compiled twice, and one test of a pointer in each call of a builtin.

mod feature;
mod hits;
mod kinds;
mod observer;
mod opcodes;
#[cfg(test)]
mod tests;

pub use feature::{Ending, Feature, Subject};
pub use hits::Hits;
pub use kinds::Kind;
pub use opcodes::Opcode;

pub(crate) use observer::{Caller, Observer};
