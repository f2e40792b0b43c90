//! Rewrites of sets and lists.

use arbitrary::{Result, Unstructured};
use rnix::{SyntaxKind::*, SyntaxNode};

use super::{
    bindings::text_of_entries,
    facts::{
        Program, is_only_definition, is_operation, is_plain_set, is_replaceable, may_be_set, names,
    },
};
use crate::lossless::{
    Edit, Role, is_expression, operands, peel, role,
    scope::{entries, entry_names},
    static_path,
};

type Rewritten = Result<Option<Vec<Edit>>>;

/// Sound for sets that are neither recursive nor dynamic, where both parts define different names: the
/// attributes are the same cells, and both sets are made without evaluating anything. A set that the
/// parser merges stays a literal.
pub(super) fn update_split(
    u: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    let entries = entries(node);
    if !is_plain_set(node) || entries.len() < 2 || !is_replaceable(node) {
        return Ok(None);
    }
    let index = u.int_in_range(1..=entries.len() - 1)?;
    let (left, right) = entries.split_at(index);
    let lefts: Vec<String> = left.iter().flat_map(entry_names).collect();
    if right
        .iter()
        .flat_map(entry_names)
        .any(|name| lefts.contains(&name))
    {
        return Ok(None);
    }
    let text = |part: &[SyntaxNode]| {
        let texts: Vec<String> = part.iter().map(|entry| entry.text().to_string()).collect();
        texts.join("\n")
    };
    let text = format!("({{ {}\n }} // {{ {}\n }})", text(left), text(right));
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound: the other way round. It must not come to stand where the parser would merge it.
pub(super) fn update_merge(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if !is_operation(node, TOKEN_UPDATE) || !may_be_set(node) {
        return Ok(None);
    }
    let sets: Vec<SyntaxNode> = operands(node).iter().map(peel).collect();
    let [left, right] = sets.as_slice() else {
        return Ok(None);
    };
    let lefts = names(left);
    let is_fit = is_plain_set(left)
        && is_plain_set(right)
        && !names(right).iter().any(|name| lefts.contains(name));
    let text = format!(
        "{{ {}\n{}\n }}",
        text_of_entries(left),
        text_of_entries(right)
    );
    Ok(is_fit.then(|| vec![Edit::expression(node, text)]))
}

/// Sound where nothing else defines the first name: the parser makes the same sets of both.
pub(super) fn path_split(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    let parts = path_and_value(node);
    let Some((path, value)) = parts.filter(|_| is_only_definition(node)) else {
        return Ok(None);
    };
    let attrs: Vec<String> = path
        .children()
        .map(|attr| attr.text().to_string())
        .collect();
    if attrs.len() < 2 {
        return Ok(None);
    }
    let text = format!(
        "{} = {{ {} = {}\n; }};",
        attrs[0],
        attrs[1..].join("."),
        value.text()
    );
    Ok(Some(vec![Edit::replace(node.text_range(), text)]))
}

/// Sound where nothing else defines the first name, and the inner set is neither recursive nor dynamic
/// nor inherits anything: the parser makes the same sets of both.
pub(super) fn path_merge(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    let parts = path_and_value(node);
    let Some((path, value)) = parts.filter(|_| is_only_definition(node)) else {
        return Ok(None);
    };
    let inner = peel(&value);
    let bindings = entries(&inner);
    if !is_plain_set(&inner) || bindings.is_empty() {
        return Ok(None);
    }
    let mut texts = Vec::new();
    for binding in &bindings {
        let Some((below, value)) = path_and_value(binding) else {
            return Ok(None);
        };
        texts.push(format!(
            "{}.{} = {}\n;",
            path.text(),
            below.text(),
            value.text()
        ));
    }
    Ok(Some(vec![Edit::replace(
        node.text_range(),
        texts.join(" "),
    )]))
}

/// The parts of a binding whose path is static.
fn path_and_value(binding: &SyntaxNode) -> Option<(SyntaxNode, SyntaxNode)> {
    if binding.kind() != NODE_ATTRPATH_VALUE {
        return None;
    }
    let path = binding
        .first_child()
        .filter(|path| static_path(path).is_some())?;
    Some((path, operands(binding).pop()?))
}

/// Sound where neither part is empty, for `++` hands on the other list then: the items are the same
/// cells, and both lists are made without evaluating anything.
pub(super) fn concat_split(
    u: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    let items: Vec<String> = operands(node)
        .iter()
        .map(|item| item.text().to_string())
        .collect();
    if node.kind() != NODE_LIST || items.len() < 2 || role(node) == Some(Role::Name) {
        return Ok(None);
    }
    let index = u.int_in_range(1..=items.len() - 1)?;
    let (left, right) = items.split_at(index);
    let text = format!("([ {} ] ++ [ {} ])", left.join("\n"), right.join("\n"));
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound: the other way round.
pub(super) fn concat_merge(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if !is_operation(node, TOKEN_CONCAT) || !is_expression(node) {
        return Ok(None);
    }
    let mut items = Vec::new();
    for operand in operands(node) {
        let list = peel(&operand);
        let own = operands(&list);
        if list.kind() != NODE_LIST || own.is_empty() {
            return Ok(None);
        }
        items.extend(own.iter().map(|item| item.text().to_string()));
    }
    let text = format!("[ {} ]", items.join("\n"));
    Ok(Some(vec![Edit::expression(node, text)]))
}
