//! A complete evaluator of the Nix language, faithful to C++ Nix release by
//! release.
#![warn(missing_docs)]

pub mod compiler;
pub mod context;
pub mod errors;
pub mod formats;
pub mod heap;
pub mod positions;
pub mod symbols;
pub mod syntax;
