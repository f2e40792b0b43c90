//! `parse`: our parser and rnix accept the same programs.
//!
//! rnix reads the grammar and nothing else, in its newest form. So only what the
//! newest dialect accepts must be accepted by it, and what it accepts may still
//! be refused for one of the reasons that the grammar does not know.

use crate::program::{Program, run, shown};
use crate::{Broken, Checked};
use rnix::{SyntaxKind, SyntaxNode};
use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::errors::ErrorKind;
use twinix_evaluator::job::Output;

/// How refusals begin whose reason is not the grammar's: what C++ Nix checks
/// beside it. rnix leaves these to who reads its tree.
const BESIDE_THE_GRAMMAR: &[&str] = &[
    "attribute '",
    "duplicate formal function argument",
    "dynamic attributes not allowed in",
    "invalid integer",
    "invalid float",
    "path has a trailing slash",
    "path '",
    // rnix takes these for strings wherever those may be.
    "syntax error, unexpected start of an indented string",
];

/// Reads the program in our parser and in rnix.
///
/// # Errors
/// If one accepts what the other refuses.
pub fn check(data: &[u8]) -> Checked {
    let Some(program) = Program::of(data) else {
        return Ok(());
    };
    let refusal = match run(program.job(Output::Parse)).result {
        Err(failure) if failure.kind == ErrorKind::Parse => Some(failure.message),
        // Undefined variables are found in what was parsed.
        _ => None,
    };
    let Ok(text) = std::str::from_utf8(program.text) else {
        return Ok(());
    };
    if program.dialect != Dialect::V2_34 || lexer_differs(text) {
        return Ok(());
    }
    let theirs = rnix::Root::parse(text);
    match (&refusal, theirs.errors().first()) {
        (None, Some(error)) if !has_legacy_let(&theirs.syntax()) => {
            Err(Broken::new(format!("rnix refuses it: {error}")))
        }
        (Some(message), None) if !is_beside_the_grammar(message) => Err(Broken::new(format!(
            "rnix accepts it; we: {}",
            shown(message)
        ))),
        _ => Ok(()),
    }
}

fn is_beside_the_grammar(message: &[u8]) -> bool {
    BESIDE_THE_GRAMMAR
        .iter()
        .any(|begin| message.starts_with(begin.as_bytes()))
}

/// Whether a program has something that rnix is known to divide into words
/// otherwise than C++ Nix, which we follow.
fn lexer_differs(text: &str) -> bool {
    // A line ends at a carriage return, a program at NUL, and neither vertical
    // tabs nor form feeds are blanks.
    text.contains(['\r', '\0', '\u{b}', '\u{c}'])
        // Names in paths may be dots alone, and search paths end in no slash.
        || text.contains(".../")
        || text.contains("/>")
}

/// Whether there is `let { body = …; }`: from that, rnix selects nothing.
fn has_legacy_let(root: &SyntaxNode) -> bool {
    root.descendants()
        .any(|node| node.kind() == SyntaxKind::NODE_LEGACY_LET)
}
