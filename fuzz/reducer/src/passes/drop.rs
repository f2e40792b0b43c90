//! Drops one or many of the parts that stand side by side.

use std::ops::Range;

use rnix::{SyntaxKind::*, SyntaxNode};

use super::Found;
use crate::syntax::{attribute_name, entries, has_token, is_expression, range};

/// Every run of parts to drop together: all, then halves, quarters, down to one.
pub(super) fn runs(count: usize) -> Vec<Range<usize>> {
    let mut runs = Vec::new();
    let mut length = count;
    while length > 0 {
        let mut start = 0;
        while start < count {
            runs.push(start..(start + length).min(count));
            start += length;
        }
        length = match length {
            1 => 0,
            _ => length.div_ceil(2),
        };
    }
    runs
}

/// Drops bindings, elements and inherited names.
pub(super) fn siblings(node: &SyntaxNode, found: &mut Found<'_>) {
    let parts: Vec<SyntaxNode> = match node.kind() {
        NODE_LIST => node.children().filter(is_expression).collect(),
        NODE_ATTR_SET | NODE_LET_IN | NODE_LEGACY_LET => entries(node),
        NODE_INHERIT => node
            .children()
            .filter(|child| child.kind() != NODE_INHERIT_FROM)
            .collect(),
        _ => return,
    };
    for run in runs(parts.len()) {
        if let (Some(first), Some(last)) = (parts.get(run.start), parts.get(run.end - 1)) {
            found.drop(range(first).start..range(last).end);
        }
    }
}

/// Writes the formals of a function with less in them.
pub(super) fn formals(node: &SyntaxNode, found: &mut Found<'_>) {
    if node.kind() != NODE_PATTERN {
        return;
    }
    let entries: Vec<SyntaxNode> = node
        .children()
        .filter(|child| child.kind() == NODE_PAT_ENTRY)
        .collect();
    let bound = node
        .children()
        .find(|child| child.kind() == NODE_PAT_BIND)
        .and_then(|bind| bind.children().next())
        .map(|name| name.text().to_string());
    let open = has_token(node, TOKEN_ELLIPSIS);
    let text = |entry: &SyntaxNode| entry.text().to_string();
    let written = |formals: Vec<String>, open: bool, bound: Option<&String>| {
        let mut formals = formals;
        if open {
            formals.push("...".to_owned());
        }
        let formals = formals.join(", ");
        let bound = bound.map(|name| format!("@{name}")).unwrap_or_default();
        format!("{{ {formals} }}{bound}")
    };
    let mut proposed = Vec::new();
    for run in runs(entries.len()) {
        let kept = entries.iter().enumerate();
        let kept: Vec<String> = kept
            .filter(|(at, _)| !run.contains(at))
            .map(|(_, entry)| text(entry))
            .collect();
        proposed.push(written(kept.clone(), open, bound.as_ref()));
        proposed.push(written(kept, true, bound.as_ref()));
    }
    let all: Vec<String> = entries.iter().map(text).collect();
    for (at, entry) in entries.iter().enumerate() {
        let Some(name) = entry.children().next().and_then(|it| attribute_name(&it)) else {
            continue;
        };
        let mut simpler = all.clone();
        if let Some(place) = simpler.get_mut(at) {
            *place = name;
        }
        proposed.push(written(simpler, open, bound.as_ref()));
    }
    proposed.push(written(all.clone(), false, bound.as_ref()));
    proposed.push(written(all, open, None));
    proposed.push(bound.unwrap_or_else(|| "x".to_owned()));
    for text in proposed {
        found.replace(range(node), text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_all_then_halves_then_single_ones() {
        assert!(runs(0).is_empty());
        assert_eq!(runs(1).len(), 1);
        assert_eq!(runs(3), [0..3, 0..2, 2..3, 0..1, 1..2, 2..3]);
    }
}
