//! The order in which names first occur.
//!
//! C++ Nix forces the attributes of a set in the order in which their names were first interned, so a
//! program can tell that order by which of two errors, or which trace, comes first (Nix issue 7933).
//! Names are interned while a file is parsed: nearly as they stand in the text, but those of parameters
//! when the parser is done with the function. A rewrite has to keep both orders.
//!
//! The variables of a scope are filled in that order as well, which shows where one is written as
//! another of the same scope: `let y = x; x = [ … ]; in …` makes `y` the cell of `x` only if that is
//! there already.

use std::collections::BTreeSet;

use rnix::{SyntaxKind::*, SyntaxNode};

use crate::lossless::{is_expression, scope::bound_names, static_name};

use super::facts::has_alias;

/// Whether the names that can be attributes first occur in the same order in both programs. A name that
/// only one of them has is new, or gone, with all its uses.
pub(super) fn is_kept(before: &SyntaxNode, after: &SyntaxNode) -> bool {
    let mut attributes = attributes(before);
    attributes.extend(self::attributes(after));
    [in_text as fn(&SyntaxNode, &mut Vec<String>), as_parsed]
        .iter()
        .all(|walk| {
            let mut old = firsts(before, *walk, &attributes);
            let mut new = firsts(after, *walk, &attributes);
            let gone: BTreeSet<_> = old
                .iter()
                .filter(|name| !new.contains(name))
                .cloned()
                .collect();
            new.retain(|name| old.contains(name));
            old.retain(|name| !gone.contains(name));
            old == new
        })
}

/// The names that are attributes, formal arguments or words in strings, which may become attributes.
fn attributes(root: &SyntaxNode) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for node in root.descendants() {
        if (is_attribute(&node) || is_formal(&node))
            && let Some(name) = static_name(&node)
        {
            names.insert(name);
        }
        if has_alias(&node) {
            names.extend(bound_names(&node));
        }
        if node.kind() == NODE_STRING {
            let text = node.text().to_string();
            let words =
                text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '\''));
            names.extend(words.filter(|word| !word.is_empty()).map(str::to_owned));
        }
    }
    names
}

/// Whether a node names an attribute, and not only a variable of a `let`.
fn is_attribute(node: &SyntaxNode) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    let binds_variable = |entry: Option<SyntaxNode>| {
        entry
            .and_then(|entry| entry.parent())
            .is_some_and(|scope| scope.kind() == NODE_LET_IN)
    };
    match parent.kind() {
        NODE_INHERIT => !binds_variable(Some(parent)),
        NODE_ATTRPATH => {
            let is_first = parent.first_child().as_ref() == Some(node);
            let binding = parent
                .parent()
                .filter(|binding| binding.kind() == NODE_ATTRPATH_VALUE);
            !(is_first && binds_variable(binding))
        }
        _ => false,
    }
}

fn is_formal(node: &SyntaxNode) -> bool {
    node.kind() == NODE_IDENT
        && !is_expression(node)
        && node
            .parent()
            .is_some_and(|parent| parent.kind() == NODE_PAT_ENTRY)
}

/// The names that matter, each where it first occurs.
fn firsts(
    root: &SyntaxNode,
    walk: fn(&SyntaxNode, &mut Vec<String>),
    attributes: &BTreeSet<String>,
) -> Vec<String> {
    let mut all = Vec::new();
    walk(root, &mut all);
    let mut seen = BTreeSet::new();
    all.retain(|name| attributes.contains(name) && seen.insert(name.clone()));
    all
}

fn in_text(root: &SyntaxNode, found: &mut Vec<String>) {
    for node in root.descendants() {
        found.extend(name_of(&node));
    }
}

/// The name that a node is, where it is one.
fn name_of(node: &SyntaxNode) -> Option<String> {
    let is_attribute = node
        .parent()
        .is_some_and(|parent| matches!(parent.kind(), NODE_ATTRPATH | NODE_INHERIT));
    (node.kind() == NODE_IDENT || is_attribute)
        .then(|| static_name(node))
        .flatten()
}

/// The same in the order in which C++ Nix's parser is done with each (`parser.y`).
fn as_parsed(node: &SyntaxNode, found: &mut Vec<String>) {
    found.extend(name_of(node));
    match node.kind() {
        NODE_LAMBDA => {
            let mut children = node.children();
            let (Some(param), Some(body)) = (children.next(), children.next()) else {
                return;
            };
            if param.kind() == NODE_PATTERN {
                for formal in param
                    .children()
                    .filter(|child| child.kind() == NODE_PAT_ENTRY)
                {
                    let mut parts = formal.children();
                    let name = parts.next();
                    parts.for_each(|default| as_parsed(&default, found));
                    found.extend(name.and_then(|name| static_name(&name)));
                }
            }
            as_parsed(&body, found);
            match param.kind() {
                NODE_PATTERN => param
                    .children()
                    .filter(|child| child.kind() == NODE_PAT_BIND)
                    .for_each(|bind| as_parsed(&bind, found)),
                _ => as_parsed(&param, found),
            }
        }
        _ => node.children().for_each(|child| as_parsed(&child, found)),
    }
}
