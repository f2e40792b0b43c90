//! Makes literals shorter, then simpler.

use rnix::{NodeOrToken, SyntaxKind::*, SyntaxNode, SyntaxToken};

use super::{Found, drop::runs, text::shorter};
use crate::syntax::{attribute_name, range, span};

fn literal(node: &SyntaxNode) -> Option<SyntaxToken> {
    (node.kind() == NODE_LITERAL)
        .then(|| node.first_token())
        .flatten()
}

/// Shortens numbers.
pub(super) fn numbers(node: &SyntaxNode, found: &mut Found<'_>) {
    let Some(token) = literal(node) else { return };
    let text = token.text();
    match token.kind() {
        TOKEN_INTEGER => {
            found.replace(range(node), "1");
        }
        TOKEN_FLOAT => {
            for simple in ["1.0", "0.5"] {
                found.replace(range(node), simple);
            }
        }
        _ => return,
    }
    for run in runs(text.len()) {
        let mut shorter = text.to_owned();
        shorter.replace_range(run, "");
        if !shorter.is_empty() {
            found.replace(range(node), shorter);
        }
    }
    for (at, c) in text.char_indices() {
        for simple in ["0", "1"] {
            if c.is_ascii_digit() && simple < c.to_string().as_str() {
                let mut simpler = text.to_owned();
                simpler.replace_range(at..=at, simple);
                found.replace(range(node), simpler);
            }
        }
    }
}

/// The literal parts of a string.
fn contents(node: &SyntaxNode) -> Vec<SyntaxToken> {
    if node.kind() != NODE_STRING {
        return Vec::new();
    }
    node.children_with_tokens()
        .filter_map(NodeOrToken::into_token)
        .filter(|token| token.kind() == TOKEN_STRING_CONTENT)
        .collect()
}

fn is_indented(node: &SyntaxNode) -> bool {
    node.first_token().is_some_and(|token| token.text() == "''")
}

/// Drops parts of strings.
pub(super) fn strings(node: &SyntaxNode, found: &mut Found<'_>) {
    if node.kind() != NODE_STRING {
        return;
    }
    for part in node.children() {
        found.drop(range(&part));
    }
    for content in contents(node) {
        let start = span(content.text_range()).start;
        for splice in shorter(content.text(), '\\') {
            let range = splice.range.start + start..splice.range.end + start;
            found.replace(range, splice.text);
        }
    }
    if is_indented(node) {
        let text = node.text().to_string();
        let inner = text.strip_prefix("''").and_then(|it| it.strip_suffix("''"));
        if let Some(inner) = inner {
            let quoted = inner.replace('\\', "\\\\").replace('"', "\\\"");
            found.replace(range(node), format!("\"{quoted}\""));
            found.replace(range(node), format!("\"{}\"", quoted.trim()));
        }
    }
}

/// Writes the characters of strings as simpler ones.
pub(super) fn characters(node: &SyntaxNode, found: &mut Found<'_>) {
    for content in contents(node) {
        let start = span(content.text_range()).start;
        let text = content.text();
        let mut is_escaped = false;
        let mut simple = String::with_capacity(text.len());
        for (at, c) in text.char_indices() {
            let by = match c {
                _ if is_escaped => c,
                c if c.is_ascii_lowercase() => 'a',
                c if c.is_ascii_uppercase() => 'A',
                c if c.is_ascii_digit() => '0',
                c => c,
            };
            is_escaped = c == '\\' && !is_escaped;
            if by != c {
                found.replace(start + at..start + at + c.len_utf8(), by);
            }
            simple.push(by);
        }
        found.replace(span(content.text_range()), simple);
    }
}

/// Shortens paths, search paths and URLs.
pub(super) fn paths(node: &SyntaxNode, found: &mut Found<'_>) {
    let is_path = matches!(
        node.kind(),
        NODE_PATH_ABS | NODE_PATH_HOME | NODE_PATH_REL | NODE_PATH_SEARCH
    );
    let is_url = literal(node).is_some_and(|token| token.kind() == TOKEN_URI);
    if !is_path && !is_url {
        return;
    }
    for part in node.children() {
        found.drop(range(&part));
    }
    let text = node.text().to_string();
    let shortest = match node.kind() {
        NODE_PATH_ABS => "/a",
        NODE_PATH_HOME => "~/a",
        NODE_PATH_REL => "./a",
        NODE_PATH_SEARCH => "<a>",
        _ => "a:a",
    };
    found.replace(range(node), shortest);
    if node.kind() == NODE_PATH_REL {
        found.replace(range(node), "./.");
    }
    if node.children().next().is_some() {
        return;
    }
    let pieces: Vec<&str> = text.split('/').collect();
    for run in runs(pieces.len()) {
        let kept: Vec<&str> = pieces
            .iter()
            .enumerate()
            .filter(|(at, _)| !run.contains(at))
            .map(|(_, piece)| *piece)
            .collect();
        if !kept.is_empty() {
            found.replace(range(node), kept.join("/"));
        }
    }
    for at in 0..pieces.len() {
        let mut simpler = pieces.clone();
        if let Some(piece) = simpler.get_mut(at)
            && !piece.contains(['.', '<', '>', '~'])
            && !piece.is_empty()
        {
            *piece = "a";
            found.replace(range(node), simpler.join("/"));
        }
    }
}

/// Writes computed and quoted attribute names as plain ones.
pub(super) fn attribute_names(node: &SyntaxNode, found: &mut Found<'_>) {
    let names_something = node
        .parent()
        .is_some_and(|parent| matches!(parent.kind(), NODE_ATTRPATH | NODE_INHERIT));
    if !names_something || !matches!(node.kind(), NODE_DYNAMIC | NODE_STRING) {
        return;
    }
    if let Some(name) = attribute_name(node) {
        let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if is_plain {
            found.replace(range(node), name);
        }
    }
    found.replace(range(node), "a");
    if let (NODE_DYNAMIC, Some(inner)) = (node.kind(), node.children().next())
        && inner.kind() == NODE_STRING
    {
        found.replace(range(node), inner.text().to_string());
    }
}
