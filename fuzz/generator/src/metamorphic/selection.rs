//! Rewrites of selections, `?` and `with`.

use arbitrary::{Result, Unstructured};
use rnix::{SyntaxKind::*, SyntaxNode};

use super::facts::{Program, is_cell, is_plain_set};
use crate::{
    builtins::TABLE,
    config::Release,
    lossless::{
        Edit, Role, closed, is_expression, operands, peel, role,
        scope::{Meaning, bound_names, entries, is_within, meaning, references},
        static_path,
    },
};

type Rewritten = Result<Option<Vec<Edit>>>;

/// The set, the path and the default of a selection, or the first two of `e ? a`; none where the path
/// has a dynamic name.
fn parts(node: &SyntaxNode) -> Option<(SyntaxNode, Vec<String>, Option<SyntaxNode>)> {
    let path = node
        .children()
        .find(|child| child.kind() == NODE_ATTRPATH)?;
    static_path(&path)?;
    let mut operands = operands(node).into_iter();
    let attrs = path
        .children()
        .map(|attr| attr.text().to_string())
        .collect();
    Some((operands.next()?, attrs, operands.next()))
}

/// Sound where the set is a variable, so evaluated once: `?` asks step by step, and says no where
/// something on the way is missing or no set. The steps are selected in the same order.
pub(super) fn has_split(u: &mut Unstructured<'_>, _: &Program<'_>, node: &SyntaxNode) -> Rewritten {
    let Some((set, attrs, _)) = parts(node).filter(|_| node.kind() == NODE_HAS_ATTR) else {
        return Ok(None);
    };
    if peel(&set).kind() != NODE_IDENT || attrs.len() < 2 {
        return Ok(None);
    }
    let index = u.int_in_range(1..=attrs.len() - 1)?;
    let (above, below) = (attrs[..index].join("."), attrs[index..].join("."));
    let set = closed(&set);
    let text = format!("(({set} ? {above}) && (({set}.{above}) ? {below}))");
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound where the set is a variable, so evaluated once: `or` answers for a missing attribute and for
/// what is no set, exactly where `?` says no; errors on the way are errors in both.
pub(super) fn or_to_if(_: &mut Unstructured<'_>, _: &Program<'_>, node: &SyntaxNode) -> Rewritten {
    let Some((set, attrs, Some(otherwise))) = parts(node).filter(|_| node.kind() == NODE_SELECT)
    else {
        return Ok(None);
    };
    if peel(&set).kind() != NODE_IDENT {
        return Ok(None);
    }
    let (set, path) = (closed(&set), attrs.join("."));
    let text = format!(
        "(if {set} ? {path} then {set}.{path} else {}\n)",
        otherwise.text()
    );
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound without a default: each step forces what it selects from.
pub(super) fn select_split(
    u: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    let Some((set, attrs, None)) = parts(node).filter(|_| node.kind() == NODE_SELECT) else {
        return Ok(None);
    };
    if attrs.len() < 2 {
        return Ok(None);
    }
    let index = u.int_in_range(1..=attrs.len() - 1)?;
    let (above, below) = (attrs[..index].join("."), attrs[index..].join("."));
    // A space, for `8.a` begins with a float and `./x.a` is a path.
    let text = format!("(({} .{above}).{below})", closed(&set));
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound: the other way round.
pub(super) fn select_join(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    let is_select = |node: &SyntaxNode| node.kind() == NODE_SELECT;
    let Some((set, below, None)) = parts(node).filter(|_| is_select(node)) else {
        return Ok(None);
    };
    let inner = peel(&set);
    let Some((set, above, None)) = parts(&inner).filter(|_| is_select(&inner)) else {
        return Ok(None);
    };
    let text = format!(
        "({} .{}.{})",
        closed(&set),
        above.join("."),
        below.join(".")
    );
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound where the set is written down, all that the body takes from it is in it, and there is no other
/// `with` inside: then each variable is the attribute of the set, which is evaluated when the first of
/// them is. A variable from a `with` is a cell of its own in one release and that of the attribute in
/// another: so in a place that keeps its cell it is replaced only where it is a number or a string,
/// whose cell nobody can tell.
pub(super) fn with_to_select(
    _: &mut Unstructured<'_>,
    program: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if node.kind() != NODE_WITH {
        return Ok(None);
    }
    let operands = operands(node);
    let [namespace, body] = operands.as_slice() else {
        return Ok(None);
    };
    let set = peel(namespace);
    let has_inner_with = body.descendants().any(|inner| inner.kind() == NODE_WITH);
    if !is_plain_set(&set) || has_inner_with {
        return Ok(None);
    }
    let names = bound_names(&set);
    let fresh = program.fresh();
    let mut text = body.text().to_string();
    let offset = usize::from(body.text_range().start());
    let mut found = references(body);
    // A name that a release lacks is refused there before anything is evaluated, once no `with` may bring it.
    if found.iter().any(|found| is_new(&found.name)) {
        return Ok(None);
    }
    found.retain(|found| meaning(&found.node, &found.name) == Meaning::With(node.clone()));
    // From the end, so that the offsets of what is left stay true.
    for found in found.iter().rev() {
        let Some(place) = role(&found.node) else {
            return Ok(None);
        };
        let is_fit = !found.inherited
            && names.contains(&found.name)
            && place != Role::Name
            && is_within(&found.node, body)
            && is_expression(&found.node)
            && (!is_cell(&found.node, place) || is_scalar(&set, &found.name));
        if !is_fit {
            return Ok(None);
        }
        let range = found.node.text_range();
        let (start, end) = (usize::from(range.start()), usize::from(range.end()));
        text.replace_range(
            start - offset..end - offset,
            &format!(" ({fresh}.{}) ", found.name),
        );
    }
    let text = format!("(let {fresh} = {}\n; in {text}\n)", namespace.text());
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Whether the oldest release lacks a builtin of this name.
fn is_new(name: &str) -> bool {
    let name = name.strip_prefix("__").unwrap_or(name);
    let mut rows = TABLE.iter();
    rows.any(|row| row.name == name && row.since > Release::V2_3)
}

/// Whether an attribute of a set is written as a number or a string.
fn is_scalar(set: &SyntaxNode, name: &str) -> bool {
    entries(set).iter().any(|entry| {
        super::facts::simple(entry).is_some_and(|(attr, value)| {
            attr.text() == name && matches!(peel(&value).kind(), NODE_LITERAL | NODE_STRING)
        })
    })
}
