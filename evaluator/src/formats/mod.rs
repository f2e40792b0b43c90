//! Text formats of the language: JSON, TOML, XML, floats, versions, hashes and printed strings,
//! each as every release of C++ Nix reads and writes it. Pure functions on bytes: nothing here
//! knows of values, contexts or errors of the evaluator, and nothing recurses on its input.

pub mod float;
pub mod hash;
pub mod json;
pub mod release;
pub mod replace;
pub mod strings;
pub mod toml;
pub mod versions;
pub mod xml_write;

pub use release::Release;
