//! Unfolds `let`, `rec`, `with` and `inherit`.

use std::collections::BTreeSet;

use rnix::{SyntaxKind::*, SyntaxNode};

use super::Found;
use crate::{
    edit::Splice,
    scope::{Use, bound_by, bound_in, holds, needed, used, uses},
    syntax::{
        Level, atom, attribute_name, attributes, children, entries, has_token, is_expression,
        is_recursive, level, range, span, token,
    },
};

/// Of a node with more bindings than this, none is put in the place of the body before others are
/// dropped.
const FEW: usize = 40;

fn body(node: &SyntaxNode) -> Option<SyntaxNode> {
    (node.kind() == NODE_LET_IN)
        .then(|| node.children().filter(is_expression).last())
        .flatten()
}

fn written(bindings: &[SyntaxNode], body: &str) -> String {
    let bindings: Vec<String> = bindings.iter().map(|it| it.text().to_string()).collect();
    format!("let {} in {body}", bindings.join(" "))
}

/// Drops the bindings of a `let` that its body does not need.
pub(super) fn prune(node: &SyntaxNode, found: &mut Found<'_>) {
    let Some(body) = body(node) else { return };
    let all = entries(node);
    let needed = needed(&all, &body);
    if needed.len() < all.len() {
        found.put(
            node,
            &written(&needed, &body.text().to_string()),
            Level::Open,
        );
    }
}

/// The value of a binding of one name.
fn value_of(entry: &SyntaxNode) -> Option<SyntaxNode> {
    let is_plain = entry.kind() == NODE_ATTRPATH_VALUE && attributes(entry).len() == 1;
    is_plain
        .then(|| entry.children().filter(is_expression).last())
        .flatten()
}

/// Puts the value of a binding, with the bindings that it needs, in the place of everything.
pub(super) fn focus(node: &SyntaxNode, found: &mut Found<'_>) {
    if !is_recursive(node) {
        return;
    }
    let all = entries(node);
    if all.len() > FEW {
        return;
    }
    for entry in &all {
        let Some(value) = value_of(entry) else {
            continue;
        };
        let needed = needed(&all, &value);
        found.put(
            node,
            &written(&needed, &value.text().to_string()),
            Level::Open,
        );
    }
}

/// What has to stand where a variable was used, for one that has this value.
fn substitution(found: &Found<'_>, place: &Use, value: &str, level: Level) -> Splice {
    match place {
        Use::Expression(place) => found.placed(place, value, level),
        Use::Inherit(name) => {
            // `inherit a b;` becomes `inherit b; a = value;`, written where the name stood.
            Splice {
                range: range(name),
                text: format!("; {} = {value}; inherit", name.text()),
            }
        }
    }
}

/// Splices that put a value where a name is used.
pub(super) fn substituted(
    found: &Found<'_>,
    within: &SyntaxNode,
    name: &str,
    value: &str,
    level: Level,
) -> Vec<Splice> {
    uses(within, name)
        .iter()
        .map(|place| substitution(found, place, value, level))
        .collect()
}

/// Puts the value of a binding where its name is used, and drops the binding.
pub(super) fn inline(node: &SyntaxNode, found: &mut Found<'_>) {
    if node.kind() != NODE_LET_IN {
        return;
    }
    let all = entries(node);
    for entry in &all {
        for (name, value, level, dropped) in bound_values(entry) {
            let mut splices: Vec<Splice> = node
                .children()
                .filter(|child| child != entry)
                .flat_map(|child| substituted(found, &child, &name, &value, level))
                .collect();
            splices.push(Splice {
                range: dropped,
                text: String::new(),
            });
            // A let without bindings is dropped with its last one.
            if all.len() == 1
                && let Some(body) = body(node)
                && bound_by(entry).len() == 1
            {
                let start = range(node).start;
                splices.retain(|splice| holds(&body, &splice.range));
                splices.push(Splice {
                    range: start..range(&body).start,
                    text: String::new(),
                });
            }
            found.splices(splices);
        }
    }
}

/// The names of a binding with their values, and what has to go when one is put in its places.
fn bound_values(entry: &SyntaxNode) -> Vec<(String, String, Level, std::ops::Range<usize>)> {
    if let Some(value) = value_of(entry) {
        let name = bound_by(entry).into_iter().next();
        let level = level(value.kind());
        return match (name, level) {
            (Some(name), Some(level)) if !used(&value).contains(&name) => {
                vec![(name, value.text().to_string(), level, range(entry))]
            }
            _ => Vec::new(),
        };
    }
    let source = entry
        .children()
        .find(|child| child.kind() == NODE_INHERIT_FROM)
        .and_then(|from| from.children().find(is_expression));
    let Some(source) = source else {
        return Vec::new();
    };
    let names: Vec<SyntaxNode> = entry
        .children()
        .filter(|child| child.kind() != NODE_INHERIT_FROM)
        .collect();
    let is_only = names.len() == 1;
    let values = names.iter().filter_map(|name| {
        let value = format!("{}.{}", atom(&source), name.text());
        let dropped = range(if is_only { entry } else { name });
        Some((attribute_name(name)?, value, Level::Select, dropped))
    });
    values.collect()
}

/// Drops `rec`, or makes a `let` of a recursive set that is only selected from.
pub(super) fn unfold_rec(node: &SyntaxNode, found: &mut Found<'_>) {
    if node.kind() == NODE_ATTR_SET
        && let Some(rec) = token(node, TOKEN_REC)
    {
        found.drop(span(rec.text_range()));
    }
    if node.kind() == NODE_LEGACY_LET
        && let Some(word) = token(node, TOKEN_LET)
    {
        found.replace(span(word.text_range()), "rec ");
    }
    if node.kind() == NODE_SELECT
        && let Some(base) = children(node).into_iter().next()
    {
        let set = crate::syntax::bare(&base);
        let path: Vec<SyntaxNode> = attributes(node);
        if set.kind() == NODE_ATTR_SET && has_token(&set, TOKEN_REC) && !path.is_empty() {
            let names: Vec<String> = path.iter().map(|it| it.text().to_string()).collect();
            let text = written(&entries(&set), &names.join("."));
            found.put(node, &text, Level::Open);
        }
    }
}

/// Selects from the set of a `with` what the body may take from it.
pub(super) fn unfold_with(node: &SyntaxNode, found: &mut Found<'_>) {
    if node.kind() != NODE_WITH {
        return;
    }
    let parts: Vec<SyntaxNode> = node.children().filter(is_expression).collect();
    let [set, body] = parts.as_slice() else {
        return;
    };
    let bound: BTreeSet<String> = node
        .ancestors()
        .flat_map(|outer| bound_in(&outer))
        .collect();
    let inner: BTreeSet<String> = body
        .descendants()
        .flat_map(|inner| bound_in(&inner))
        .collect();
    let names: Vec<String> = used(body)
        .into_iter()
        .filter(|name| !bound.contains(name) && !inner.contains(name))
        .collect();
    let source = atom(set);
    let splices_of = |names: &[String], found: &Found<'_>| {
        let mut splices = vec![Splice {
            range: range(node).start..range(body).start,
            text: String::new(),
        }];
        for name in names {
            let value = format!("{source}.{name}");
            splices.extend(substituted(found, body, name, &value, Level::Select));
        }
        splices
    };
    let all = splices_of(&names, found);
    found.splices(all);
    if names.len() > 1 && names.len() <= FEW {
        for name in &names {
            let one = splices_of(std::slice::from_ref(name), found);
            found.splices(one);
        }
    }
}

/// Drops the source of an `inherit`, or binds its only name by itself.
pub(super) fn unfold_inherit(node: &SyntaxNode, found: &mut Found<'_>) {
    if node.kind() != NODE_INHERIT {
        return;
    }
    let from = node
        .children()
        .find(|child| child.kind() == NODE_INHERIT_FROM);
    let names: Vec<SyntaxNode> = node
        .children()
        .filter(|child| child.kind() != NODE_INHERIT_FROM)
        .collect();
    if let Some(from) = &from {
        found.drop(range(from));
    }
    if let ([name], Some(from)) = (names.as_slice(), &from)
        && let Some(source) = from.children().find(is_expression)
    {
        let name = name.text();
        found.replace(range(node), format!("{name} = {}.{name};", atom(&source)));
    }
    if let ([name], None) = (names.as_slice(), &from) {
        found.replace(range(node), format!("{} = 1;", name.text()));
    }
}
