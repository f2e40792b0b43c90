//! Mutations of literals.

use arbitrary::{Result, Unstructured};
use rnix::{SyntaxKind::*, SyntaxNode};
use rowan::TextSize;

use super::{Subject, choose, subtrees::one_of};
use crate::lossless::{self, Edit, is_expression, scope::visible};

/// Numbers where something changes.
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "7",
    "10",
    "31",
    "32",
    "63",
    "64",
    "127",
    "128",
    "255",
    "256",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740992",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "(-1)",
    "(-2147483648)",
    "(-2147483649)",
    "(-9223372036854775807 - 1)",
    "007",
    "0.0",
    "(-0.0)",
    "0.1",
    ".5",
    "1.0",
    "1.",
    "1e3",
    "1.5e3",
    "0.000001",
    "0.0000001",
    "1234567.0",
    "123456.7",
    "1e15",
    "1e16",
    "1.0e17",
    "4.9e-324",
    "2.2250738585072014e-308",
    "1.7976931348623157e308",
    "9.2233720368547758e18",
    "(1.0e308 * 10)",
    "(1.0e308 * 10 - 1.0e308 * 10)",
];

/// Pieces of strings in double quotes.
const PIECES: &[&str] = &[
    "a",
    " ",
    "\\n",
    "\\r",
    "\\t",
    "\\\\",
    "\\\"",
    "\\$",
    "\\${",
    "\\a",
    "\\0",
    "$",
    "$$",
    "$${",
    "$a",
    "''",
    "'",
    "\n",
    "\n  ",
    "\t",
    "\r\n",
    "ä",
    "\u{1f600}",
    "\u{7f}",
    "\u{1}",
    "\u{200b}",
    ".",
    "/",
    "-",
    "0",
    "é",
    "${\"\"}",
    "${toString 1}",
    "%",
    "{",
    "}",
    "[",
    "(",
    "*",
    "|",
    "^",
    "<a/>",
    "&",
    "#",
    "\\u0041",
];

/// The same for strings in doubled single quotes.
const INDENTED_PIECES: &[&str] = &[
    "a",
    " ",
    "\n",
    "\n    ",
    "\n\t",
    "\n  a\n    b\n",
    "'''",
    "''$",
    "''${",
    "''\\n",
    "''\\t",
    "''\\r",
    "''\\\\",
    "''\\a",
    "''\\${",
    "''\\\n  ",
    "$",
    "$$",
    "$${",
    "\\",
    "\\n",
    "\"",
    "'",
    "ä",
    "${\"\"}",
    "${\"\\n  \"}",
    "\r\n",
    "#",
];

/// Paths that stay in the program's folder; mostly nothing is there.
const PATHS: &[&str] = &[
    "./.",
    "./a",
    "./a/b",
    "./a.nix",
    "./a/./b",
    "./a//b",
    "./a-b_c+d",
    "./.a",
    "./${\"a\"}",
    "./a${\"b\"}/c",
    "a/b",
    "<nix/fetchurl.nix>",
];

fn is_number(node: &SyntaxNode) -> bool {
    node.kind() == NODE_LITERAL && !lossless::has_token(node, TOKEN_URI)
}

pub(super) fn number(u: &mut Unstructured<'_>, subject: &Subject<'_>) -> Result<Option<Vec<Edit>>> {
    let Some(node) = one_of(u, subject, is_number)? else {
        return Ok(None);
    };
    let old = node.text().to_string();
    let near = old.parse::<i64>().ok();
    let text = match (u.int_in_range(0..=5_u8)?, near) {
        (0, Some(value)) => value.wrapping_add(1).to_string(),
        (1, Some(value)) => (value - 1).to_string(),
        (2, Some(_)) => format!("{old}.0"),
        (3, Some(_)) => format!("{old}0"),
        _ => choose(u, NUMBERS)?.map_or("0", |number| number).to_owned(),
    };
    let text = if text.starts_with('-') {
        format!("({text})")
    } else {
        text
    };
    Ok(Some(vec![Edit::expression(&node, text)]))
}

/// The offsets in a string where something can be put, which are those between two characters that are
/// not escaped and begin no interpolation.
fn gaps(string: &SyntaxNode) -> Vec<TextSize> {
    let mut gaps = Vec::new();
    for token in string
        .children_with_tokens()
        .filter_map(rowan::NodeOrToken::into_token)
    {
        match token.kind() {
            TOKEN_STRING_START => gaps.push(token.text_range().end()),
            TOKEN_STRING_CONTENT => {
                let text = token.text();
                for (index, _) in text.char_indices() {
                    let before = &text[..index];
                    if !before.ends_with(['\\', '$', '\'']) {
                        let index = u32::try_from(index).unwrap_or(0);
                        gaps.push(token.text_range().start() + TextSize::from(index));
                    }
                }
                gaps.push(token.text_range().end());
            }
            _ => {}
        }
    }
    gaps
}

pub(super) fn string(u: &mut Unstructured<'_>, subject: &Subject<'_>) -> Result<Option<Vec<Edit>>> {
    let Some(node) = one_of(u, subject, |node| node.kind() == NODE_STRING)? else {
        return Ok(None);
    };
    let gaps = gaps(&node);
    let Some(gap) = choose(u, &gaps)? else {
        return Ok(None);
    };
    if u.int_in_range(0..=5_u8)? == 0 {
        // A part goes instead.
        let Some(end) = choose(u, &gaps)? else {
            return Ok(None);
        };
        let inner = node.children().next().is_some();
        if inner || end <= gap {
            return Ok(None);
        }
        return Ok(Some(vec![Edit::replace(
            rowan::TextRange::new(*gap, *end),
            "",
        )]));
    }
    let names: Vec<String> = visible(&node).into_iter().collect();
    let is_indented = node.text().to_string().starts_with("''");
    let pieces = if is_indented { INDENTED_PIECES } else { PIECES };
    let piece = match choose(u, &names)? {
        Some(name) if u.int_in_range(0..=4_u8)? == 0 => format!("${{{name}}}"),
        _ => choose(u, pieces)?.map_or("a", |piece| piece).to_owned(),
    };
    Ok(Some(vec![Edit::insert(*gap, piece)]))
}

pub(super) fn quotes(u: &mut Unstructured<'_>, subject: &Subject<'_>) -> Result<Option<Vec<Edit>>> {
    let is_wanted = |node: &SyntaxNode| node.kind() == NODE_STRING && is_expression(node);
    let Some(node) = one_of(u, subject, is_wanted)? else {
        return Ok(None);
    };
    let (Some(start), Some(end)) = (node.first_token(), node.last_token()) else {
        return Ok(None);
    };
    // What is inside means something else now, which is the point.
    let quotes = if start.text() == "\"" { "''" } else { "\"" };
    Ok(Some(vec![
        Edit::replace(start.text_range(), quotes),
        Edit::replace(end.text_range(), quotes),
    ]))
}

pub(super) fn path(u: &mut Unstructured<'_>, subject: &Subject<'_>) -> Result<Option<Vec<Edit>>> {
    let is_path = |node: &SyntaxNode| {
        matches!(
            node.kind(),
            NODE_PATH_REL | NODE_PATH_ABS | NODE_PATH_HOME | NODE_PATH_SEARCH
        )
    };
    let Some(node) = one_of(u, subject, is_path)? else {
        return Ok(None);
    };
    let path = choose(u, PATHS)?.map_or("./.", |path| path);
    Ok(Some(vec![Edit::expression(&node, path)]))
}

pub(super) fn constant(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    const CONSTANTS: &[&str] = &["true", "false", "null"];
    let is_constant = |node: &SyntaxNode| {
        node.kind() == NODE_IDENT
            && is_expression(node)
            && CONSTANTS.contains(&node.text().to_string().as_str())
    };
    let Some(node) = one_of(u, subject, is_constant)? else {
        return Ok(None);
    };
    let constant = choose(u, CONSTANTS)?.map_or("null", |constant| constant);
    Ok(Some(vec![Edit::replace(node.text_range(), constant)]))
}
