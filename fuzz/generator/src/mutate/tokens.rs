//! Mutation of tokens, after which most programs do not parse: what evaluators say of those is compared as well.

use arbitrary::{Result, Unstructured};
use rnix::SyntaxKind::{TOKEN_COMMENT, TOKEN_WHITESPACE};

use super::{Subject, choose};
use crate::lossless::Edit;

/// What can stand where nothing of it belongs.
const STRAY: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "${",
    "\"",
    "''",
    ";",
    ":",
    "=",
    ",",
    ".",
    "...",
    "@",
    "?",
    "!",
    "~",
    "^",
    "&",
    "|",
    "|>",
    "<|",
    "->",
    "==",
    "<",
    "/",
    "//",
    "\\",
    "$",
    "#",
    "/*",
    "*/",
    "'",
    "é",
    "\u{a0}",
    "\u{feff}",
    "\r",
    "\0",
    "let",
    "in",
    "rec",
    "with",
    "inherit",
    "if",
    "then",
    "else",
    "assert",
    "or",
    "or'",
    "let {",
    "1.",
    ".5e",
    "0x1",
    "9223372036854775808",
    "1e999",
    "\"\\",
    "<a",
    "<a/b>",
    "a:b",
    "~/",
    "./",
    "../a",
    "a/",
    "__curPos",
    "\"${",
    "''${",
    "''$",
    "'''",
    "/** x",
];

/// Takes away a token, repeats it, puts a stray one in its place or before it, or ends the program there.
pub(super) fn token(u: &mut Unstructured<'_>, subject: &Subject<'_>) -> Result<Option<Vec<Edit>>> {
    let tokens = subject.root.descendants_with_tokens();
    let tokens: Vec<_> = tokens
        .filter_map(|element| element.into_token())
        .filter(|token| !matches!(token.kind(), TOKEN_WHITESPACE | TOKEN_COMMENT))
        .collect();
    let Some(token) = choose(u, &tokens)? else {
        return Ok(None);
    };
    let range = token.text_range();
    let stray = choose(u, STRAY)?.map_or(";", |stray| stray);
    Ok(Some(vec![match u.int_in_range(0..=9_u8)? {
        0 | 1 => Edit::replace(range, ""),
        2 => Edit::replace(range, format!("{} {}", token.text(), token.text())),
        3 | 4 => Edit::replace(range, stray),
        5 => {
            let end = subject.root.text_range().end();
            Edit::replace(rowan::TextRange::new(range.start(), end), "")
        }
        6 => Edit::replace(range, format!("{}{stray}", token.text())),
        _ => Edit::replace(range, format!("{stray} {}", token.text())),
    }]))
}
