//! Shrinks a program while a predicate holds.
//!
//! A [`Source`] goes to [`reduce`] with a predicate, [`Interesting`]. Passes (the table
//! [`passes::PASSES`]) propose changes on the syntax tree; a work queue has the largest first; batches of
//! candidates go to the predicate, and what is interesting and simpler is kept, until no pass finds
//! anything more. This crate starts no processes and knows no evaluator.

#![warn(missing_docs)]

mod bytes;
mod edit;
mod engine;
mod interesting;
mod parts;
pub mod passes;
pub mod printer;
mod queue;
mod restate;
mod scope;
mod source;
mod syntax;
mod values;
mod words;

pub use engine::{CannotReduce, End, Options, Reduced, reduce};
pub use interesting::{Interesting, Progress, State};
pub use parts::{parts, stand_in};
pub use restate::{applied, restatements};
pub use source::{Cost, Source};
pub use values::{expression_of, quoted};
pub use words::{builtins, vocabulary, words};
