//! Which names a piece of a program binds and uses. This needs not be exact: what comes out wrong is not
//! interesting and is not kept.

use std::{collections::BTreeSet, ops::Range};

use rnix::{SyntaxKind::*, SyntaxNode};

use crate::syntax::{attribute_name, attributes, entries, is_expression, is_recursive, range};

/// The names that a binding binds.
pub(crate) fn bound_by(entry: &SyntaxNode) -> Vec<String> {
    if entry.kind() == NODE_INHERIT {
        return entry
            .children()
            .filter_map(|attribute| attribute_name(&attribute))
            .collect();
    }
    let first = attributes(entry).into_iter().next();
    first
        .and_then(|attribute| attribute_name(&attribute))
        .into_iter()
        .collect()
}

/// The names that a node binds for what is inside of it.
pub(crate) fn bound_in(node: &SyntaxNode) -> Vec<String> {
    if node.kind() == NODE_LAMBDA {
        let names = node
            .children()
            .filter(|child| matches!(child.kind(), NODE_PATTERN | NODE_IDENT_PARAM))
            .flat_map(|parameter| parameter.descendants().collect::<Vec<_>>())
            .filter(|name| name.kind() == NODE_IDENT && !is_expression(name));
        return names.map(|name| name.text().to_string()).collect();
    }
    if is_recursive(node) {
        return entries(node).iter().flat_map(bound_by).collect();
    }
    Vec::new()
}

/// Every name that a node uses as a variable, bound inside of it or not.
pub(crate) fn used(node: &SyntaxNode) -> BTreeSet<String> {
    node.descendants()
        .filter(|name| name.kind() == NODE_IDENT && (is_expression(name) || is_inherited(name)))
        .map(|name| name.text().to_string())
        .collect()
}

/// Whether a name stands in an `inherit` that takes it from the scope.
fn is_inherited(name: &SyntaxNode) -> bool {
    name.parent().is_some_and(|parent| {
        parent.kind() == NODE_INHERIT
            && !parent
                .children()
                .any(|child| child.kind() == NODE_INHERIT_FROM)
    })
}

/// A place where a variable is used.
pub(crate) enum Use {
    /// As an expression.
    Expression(SyntaxNode),
    /// In an `inherit`.
    Inherit(SyntaxNode),
}

/// Where a variable of this name is used in a node that does not bind it itself.
pub(crate) fn uses(node: &SyntaxNode, name: &str) -> Vec<Use> {
    let mut found = Vec::new();
    let mut open = vec![node.clone()];
    while let Some(next) = open.pop() {
        if bound_in(&next).iter().any(|other| other == name) {
            // An `inherit` in the node that binds it takes it from outside.
            let inherits = entries(&next).into_iter().filter(|entry| {
                entry.kind() == NODE_INHERIT && bound_by(entry).iter().any(|other| other == name)
            });
            let names = inherits
                .flat_map(|inherit| inherit.children().collect::<Vec<_>>())
                .filter(|child| child.text() == name && is_inherited(child));
            found.extend(names.map(Use::Inherit));
            continue;
        }
        if next.kind() == NODE_IDENT && next.text() == name {
            if is_expression(&next) {
                found.push(Use::Expression(next));
            } else if is_inherited(&next) {
                found.push(Use::Inherit(next));
            }
            continue;
        }
        open.extend(next.children());
    }
    found
}

/// The bindings that an expression needs out of these, in their order.
pub(crate) fn needed(bindings: &[SyntaxNode], by: &SyntaxNode) -> Vec<SyntaxNode> {
    let mut wanted = used(by);
    let mut taken = vec![false; bindings.len()];
    loop {
        let mut changed = false;
        for (binding, taken) in bindings.iter().zip(&mut taken) {
            if *taken || !bound_by(binding).iter().any(|name| wanted.contains(name)) {
                continue;
            }
            *taken = true;
            changed = true;
            wanted.extend(used(binding));
        }
        if !changed {
            break;
        }
    }
    let needed = bindings.iter().zip(taken).filter(|(_, taken)| *taken);
    needed.map(|(binding, _)| binding.clone()).collect()
}

/// Whether a range holds another.
pub(crate) fn holds(outer: &SyntaxNode, inner: &Range<usize>) -> bool {
    let outer = range(outer);
    outer.start <= inner.start && inner.end <= outer.end
}
