//! Drives Nix evaluators, captures their outcomes, compares them and decides the verdict.
//!
//! A [`Program`] goes with its [`Settings`] to an [`Evaluator`], which gives back an [`Outcome`]. The
//! outcomes of the subject and of each oracle are compared under a precision; together they make a
//! verdict. Only this crate starts evaluator processes.

#![warn(missing_docs)]

pub mod canonical;
pub mod dialect;
pub mod discover;
pub mod evaluator;
pub mod outcome;
mod places;
pub mod process;
pub mod program;
pub mod recorded;
pub mod root;
pub mod run;
pub mod settings;
pub mod stderr;
pub mod taxonomy;

pub use dialect::Dialect;
pub use evaluator::{Evaluator, Unavailable};
pub use outcome::Outcome;
pub use program::Program;
pub use settings::Settings;
