//! Drives Nix evaluators, captures their outcomes, compares them and decides the verdict.
//!
//! A [`Program`] goes with its [`Settings`] to an [`Evaluator`], which gives back an [`Outcome`]. The
//! outcomes of the subject and of each oracle are compared under a [`Precision`]; together they make a
//! [`Verdict`]. Only this crate starts evaluator processes.

#![warn(missing_docs)]

pub mod apt;
pub mod build;
pub mod canonical;
pub mod chance;
pub mod clock;
pub mod compare;
pub mod confine;
mod crowd;
pub mod dialect;
pub mod diff;
pub mod discover;
pub mod doctor;
pub mod evaluator;
pub mod git;
pub mod home;
mod inside;
pub mod install;
pub mod known;
pub mod lang_suite;
pub mod outcome;
mod parse_order;
pub mod parts;
pub mod places;
pub mod process;
pub mod program;
pub mod recorded;
pub mod root;
pub mod run;
pub mod sandbox;
pub mod scratch;
pub mod settings;
pub mod signature;
pub mod snapshot;
pub mod stderr;
pub mod suite;
pub mod taxonomy;
pub mod template;
mod undecidable;
pub mod verdict;

pub use compare::Precision;
pub use dialect::Dialect;
pub use evaluator::{Evaluator, Unavailable};
pub use outcome::Outcome;
pub use program::Program;
pub use settings::Settings;
pub use verdict::Verdict;
