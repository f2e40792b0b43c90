//! Puts simpler expressions in the place of others.

use std::collections::BTreeMap;

use rnix::{SyntaxKind::*, SyntaxNode};

use super::Found;
use crate::{
    scope::{bound_in, needed, used},
    syntax::{Level, bare, children, entries, is_expression, level, range, span, tokens},
};

/// Of an expression with more children than this, none takes its place before others are dropped.
const FEW: usize = 8;

/// Expressions larger than this are not lifted out of the depth of a file.
const LIFTED: usize = 400;

/// How many expressions are lifted at most in one round.
const LIFTS: usize = 200;

/// Puts a child in the place of an expression; each argument counts as a child of a call with several.
pub(super) fn by_child(node: &SyntaxNode, found: &mut Found<'_>) {
    if !is_expression(node) {
        return;
    }
    let mut children = children(node);
    let mut function = children.first().map(bare);
    while let Some(call) =
        function.filter(|it| node.kind() == NODE_APPLY && it.kind() == NODE_APPLY)
    {
        let inner = crate::syntax::children(&call);
        function = inner.first().map(bare);
        children.extend(inner);
    }
    if children.len() > FEW {
        return;
    }
    for child in children {
        let child = bare(&child);
        if let Some(level) = level(child.kind()) {
            found.put(node, &child.text().to_string(), level);
        }
    }
}

/// Puts expressions from deep inside in the place of a whole file, each with the bindings around it
/// that it needs, smallest first. The one that shows a bug is mostly small, and the way to it by
/// children is long.
pub(super) fn by_descendant(node: &SyntaxNode, found: &mut Found<'_>) {
    if node.kind() != NODE_ROOT {
        return;
    }
    let mut lifted: Vec<(usize, SyntaxNode)> = node
        .descendants()
        .filter(is_expression)
        .filter(|inner| {
            !matches!(
                inner.kind(),
                NODE_IDENT | NODE_LITERAL | NODE_PAREN | NODE_CUR_POS
            )
        })
        .filter_map(|inner| {
            let length = range(&inner).len();
            let is_whole = inner.parent().as_ref() == Some(node);
            (length <= LIFTED && !is_whole).then_some((length, inner))
        })
        .collect();
    lifted.sort_by_key(|(length, _)| std::cmp::Reverse(*length));
    lifted.truncate(LIFTS);
    for (_, inner) in lifted {
        if let Some(text) = with_bindings(&inner) {
            found.replace(range(node), text);
        }
    }
}

/// An expression with the bindings around it that it needs; `None` where it needs the argument of a
/// function.
fn with_bindings(inner: &SyntaxNode) -> Option<String> {
    let mut text = inner.text().to_string();
    let mut wanted = used(inner);
    for outer in inner.ancestors().skip(1) {
        let names = bound_in(&outer);
        if !names.iter().any(|name| wanted.contains(name)) {
            continue;
        }
        if outer.kind() == NODE_LAMBDA {
            return None;
        }
        let mut bindings = needed(&entries(&outer), inner);
        for binding in entries(&outer) {
            let binds = crate::scope::bound_by(&binding);
            let is_wanted = binds.iter().any(|name| wanted.contains(name));
            if is_wanted && !bindings.contains(&binding) {
                bindings.push(binding);
            }
        }
        for binding in &bindings {
            wanted.extend(used(binding));
        }
        let bindings: Vec<String> = bindings.iter().map(|it| it.text().to_string()).collect();
        text = format!("let {} in {text}", bindings.join(" "));
    }
    Some(text)
}

/// Puts 0 in the place of an expression: the simplest one there is.
pub(super) fn by_zero(node: &SyntaxNode, found: &mut Found<'_>) {
    if is_expression(node) {
        found.put(node, "0", Level::Atom);
    }
}

/// What stands in for other expressions, shortest first.
const STAND_INS: &[(&str, Level)] = &[
    ("1", Level::Atom),
    ("\"\"", Level::Atom),
    ("[ ]", Level::Atom),
    ("{ }", Level::Atom),
    ("null", Level::Atom),
    ("x: x", Level::Open),
    ("throw \"\"", Level::Apply),
];

/// Puts simple expressions of every type in the place of another.
pub(super) fn by_stand_in(node: &SyntaxNode, found: &mut Found<'_>) {
    if !is_expression(node) {
        return;
    }
    for (text, level) in STAND_INS {
        found.put(node, text, *level);
    }
}

/// Puts 0 or "" wherever the same literal stands, all at once: what has to be equal stays equal.
pub(super) fn alike(root: &SyntaxNode, found: &mut Found<'_>) {
    let mut places: BTreeMap<String, Vec<SyntaxNode>> = BTreeMap::new();
    for node in root.descendants().filter(is_expression) {
        if matches!(node.kind(), NODE_LITERAL | NODE_STRING) {
            let text = node.text().to_string();
            places.entry(text).or_default().push(node);
        }
    }
    for same in places.values().filter(|same| same.len() > 1) {
        for by in ["0", "\"\""] {
            let put = |node: &SyntaxNode| found.placed(node, by, Level::Atom);
            let splices = same.iter().map(put).collect();
            found.splices(splices);
        }
    }
}

/// Operators and builtins, each with the one among its kin that is tried for all of them.
const KIN: &[(&str, &str)] = &[
    ("==", "!="),
    (">", "<"),
    (">=", "<"),
    ("<=", "<"),
    ("derivationStrict", "derivation"),
];

/// Writes one operator or builtin for all that are its kin.
pub(super) fn operators(node: &SyntaxNode, found: &mut Found<'_>) {
    if !matches!(node.kind(), NODE_BIN_OP | NODE_IDENT) {
        return;
    }
    for token in tokens(node).filter(|token| token.parent().as_ref() == Some(node)) {
        if let Some((_, by)) = KIN.iter().find(|(kin, _)| *kin == token.text()) {
            found.replace(span(token.text_range()), *by);
        }
    }
}
