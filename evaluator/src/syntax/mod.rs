//! From source text to the intermediate representation: lexer, parser and the
//! printer behind `--parse`.

pub mod ast;
mod attrs;
mod diagnosis;
mod growing;
mod lexer;
mod options;
mod parser;
mod paths;
mod printer;
mod strings;
mod token;

#[cfg(test)]
mod tests;

pub use growing::Growing;
pub use lexer::past;
pub use options::{Grammar, Lint, Lints, NulBytes, PipeOperators, PositionStyle, SyntaxOptions};
pub use parser::{ParseContext, ParseError, parse};
pub use printer::Printer;
