//! A complete evaluator of the Nix language, faithful to C++ Nix release by
//! release.
#![warn(missing_docs)]

pub mod builtins;
pub mod compiler;
pub mod context;
pub mod derivation;
pub mod dialect;
pub mod errors;
pub mod fetch;
pub mod flakes;
pub mod formats;
pub mod heap;
pub mod instantiate;
pub mod io;
pub mod job;
pub mod limits;
pub mod load;
pub mod name_order;
pub mod observation;
pub mod paths;
pub mod positions;
pub mod print;
pub mod profile;
pub mod regex;
pub mod state;
pub mod symbols;
pub mod syntax;
pub mod vm;
