//! Canonical names and layout: two reductions of one bug are to be one text.

use std::collections::{BTreeMap, BTreeSet};

use rnix::{NodeOrToken, SyntaxKind::*, SyntaxNode};

use super::Found;
use crate::{
    edit::Splice,
    printer,
    scope::{bound_by, bound_in},
    syntax::{range, span},
};

/// Lays a file out as its tree is.
pub(super) fn layout(root: &SyntaxNode, found: &mut Found<'_>) {
    if let Some(text) = printer::print(found.text()) {
        found.replace(range(root), text);
    }
}

/// Drops comments one by one.
pub(super) fn drop_comments(root: &SyntaxNode, found: &mut Found<'_>) {
    let comments = root
        .descendants_with_tokens()
        .filter_map(NodeOrToken::into_token)
        .filter(|token| token.kind() == TOKEN_COMMENT);
    for comment in comments {
        found.replace(span(comment.text_range()), " ");
    }
}

/// Short names in their order: `a` to `z`, then `a0` and on.
fn short_names() -> impl Iterator<Item = String> {
    let letters = ('a'..='z').map(String::from);
    let numbered = (0..).flat_map(|n| ('a'..='z').map(move |c| format!("{c}{n}")));
    letters.chain(numbered)
}

/// Calls what the file binds `a`, `b`, `c` in the order in which it appears: all at once, else one by
/// one, and then also what nothing binds.
pub(super) fn rename(root: &SyntaxNode, found: &mut Found<'_>) {
    let bound: BTreeSet<String> = root
        .descendants()
        .flat_map(|node| {
            let mut names = bound_in(&node);
            if matches!(node.kind(), NODE_ATTRPATH_VALUE | NODE_INHERIT) {
                names.extend(bound_by(&node));
            }
            if node.kind() == NODE_ATTRPATH_VALUE {
                let path = crate::syntax::attributes(&node);
                names.extend(path.iter().filter_map(crate::syntax::attribute_name));
            }
            names
        })
        .collect();
    let places: Vec<SyntaxNode> = root
        .descendants()
        .filter(|node| node.kind() == NODE_IDENT)
        .collect();
    let mut order: Vec<String> = Vec::new();
    let mut unbound: BTreeSet<String> = BTreeSet::new();
    for place in &places {
        let name = place.text().to_string();
        if !bound.contains(&name) {
            unbound.insert(name.clone());
        }
        if !order.contains(&name) {
            order.push(name);
        }
    }
    let rename = |names: &BTreeMap<String, String>| -> Vec<Splice> {
        let changed = places.iter().filter_map(|place| {
            let text = names.get(&place.text().to_string())?.clone();
            Some(Splice {
                range: range(place),
                text,
            })
        });
        changed.collect()
    };
    let all: BTreeMap<String, String> = order
        .iter()
        .filter(|name| !unbound.contains(*name))
        .cloned()
        .zip(short_names().filter(|name| !unbound.contains(name)))
        .collect();
    found.splices(rename(&all));
    let simpler = |a: &str, b: &str| (a.len(), a) < (b.len(), b);
    for name in &order {
        let target = short_names().find(|it| !order.contains(it));
        if let Some(target) = target
            && simpler(&target, name)
        {
            found.splices(rename(&BTreeMap::from([(name.clone(), target)])));
        }
    }
}
