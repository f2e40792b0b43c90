//! `twinix check --table`: every builtin, every kind of argument, every position, in every release. The
//! rows are made from tables, so nothing is left out by taste, and all of them are run.

mod kinds;
mod rows;
mod signatures;

pub use rows::{by_dialects, is_builtin, rows};
