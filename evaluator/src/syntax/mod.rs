//! From source text to the intermediate representation: lexer, parser and the
//! printer behind `--parse`.

pub mod ast;
mod growing;

pub use growing::Growing;
