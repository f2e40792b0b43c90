//! Mutations of the forms of the language: operators, formal arguments, bindings, attribute paths.

use arbitrary::{Result, Unstructured};
use rnix::{SyntaxKind::*, SyntaxNode};

use super::{
    Subject, choose,
    names::attribute_name,
    subtrees::{inherits, one_of, text_of},
};
use crate::lossless::{
    self, Edit, operands as children,
    scope::{entries, has_source, inherited},
    static_name,
};

const OPERATORS: &[&str] = &[
    "+", "-", "*", "/", "++", "//", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "->",
];

pub(super) fn operator(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let is_operation = |node: &SyntaxNode| matches!(node.kind(), NODE_BIN_OP | NODE_UNARY_OP);
    let Some(node) = one_of(u, subject, is_operation)? else {
        return Ok(None);
    };
    let Some(token) = lossless::operator(&node) else {
        return Ok(None);
    };
    if node.kind() == NODE_UNARY_OP {
        let other = if token.text() == "!" { "-" } else { "!" };
        return Ok(Some(vec![Edit::replace(token.text_range(), other)]));
    }
    let operator = choose(u, OPERATORS)?.map_or("+", |operator| operator);
    // Operands keep together whatever binds more tightly now.
    let text = match children(&node).as_slice() {
        [left, right] => format!("({} {operator} {})", text_of(left), text_of(right)),
        _ => return Ok(None),
    };
    Ok(Some(vec![Edit::expression(&node, text)]))
}

pub(super) fn operands(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let Some(node) = one_of(u, subject, |node| node.kind() == NODE_BIN_OP)? else {
        return Ok(None);
    };
    let operands = children(&node);
    let [left, right] = operands.as_slice() else {
        return Ok(None);
    };
    Ok(Some(vec![
        Edit::expression(left, text_of(right)),
        Edit::expression(right, text_of(left)),
    ]))
}

pub(super) fn branches(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let Some(node) = one_of(u, subject, |node| node.kind() == NODE_IF_ELSE)? else {
        return Ok(None);
    };
    let parts = children(&node);
    let [condition, then, otherwise] = parts.as_slice() else {
        return Ok(None);
    };
    if u.int_in_range(0..=2_u8)? == 0 {
        let negated = format!("(!{})", text_of(condition));
        return Ok(Some(vec![Edit::expression(condition, negated)]));
    }
    Ok(Some(vec![
        Edit::expression(then, text_of(otherwise)),
        Edit::expression(otherwise, text_of(then)),
    ]))
}

/// The braces of a function's formals.
fn is_pattern(node: &SyntaxNode) -> bool {
    node.kind() == NODE_PATTERN
}

pub(super) fn add_formal(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let is_param = |node: &SyntaxNode| matches!(node.kind(), NODE_PATTERN | NODE_IDENT_PARAM);
    let Some(param) = one_of(u, subject, is_param)? else {
        return Ok(None);
    };
    let name = attribute_name(u, subject)?;
    if name.starts_with('"') || name.starts_with('$') || name == "or" {
        return Ok(None);
    }
    let formal = match u.int_in_range(0..=2_u8)? {
        0 => name,
        1 => format!("{name} ? null"),
        _ => format!("{name} ? (throw \"default\")"),
    };
    if param.kind() == NODE_IDENT_PARAM {
        let text = format!("{{ {formal}, ... }}@{}", param.text());
        return Ok(Some(vec![Edit::replace(param.text_range(), text)]));
    }
    let brace = param
        .children_with_tokens()
        .find(|child| child.kind() == TOKEN_L_BRACE);
    let is_empty = !lossless::has_token(&param, TOKEN_ELLIPSIS)
        && !param.children().any(|child| child.kind() == NODE_PAT_ENTRY);
    Ok(brace.map(|brace| {
        let comma = if is_empty { "" } else { "," };
        vec![Edit::insert(
            brace.text_range().end(),
            format!(" {formal}{comma} "),
        )]
    }))
}

pub(super) fn default(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let Some(formal) = one_of(u, subject, |node| node.kind() == NODE_PAT_ENTRY)? else {
        return Ok(None);
    };
    let Some(name) = formal.first_child() else {
        return Ok(None);
    };
    let text = if lossless::has_token(&formal, TOKEN_QUESTION) {
        name.text().to_string()
    } else {
        format!("{} ? {{ }}", name.text())
    };
    Ok(Some(vec![Edit::replace(formal.text_range(), text)]))
}

pub(super) fn ellipsis(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let Some(pattern) = one_of(u, subject, is_pattern)? else {
        return Ok(None);
    };
    let find = |kind| {
        pattern
            .children_with_tokens()
            .find(|child| child.kind() == kind)
    };
    if let Some(ellipsis) = find(TOKEN_ELLIPSIS) {
        // A comma before the closing brace is allowed in no release.
        let last_comma = pattern
            .children_with_tokens()
            .filter(|child| child.kind() == TOKEN_COMMA)
            .last();
        let start = last_comma.map_or(ellipsis.text_range(), |comma| comma.text_range());
        return Ok(Some(vec![Edit::replace(
            start.cover(ellipsis.text_range()),
            "",
        )]));
    }
    let has_formals = pattern
        .children()
        .any(|child| child.kind() == NODE_PAT_ENTRY);
    Ok(find(TOKEN_R_BRACE).map(|brace| {
        let text = if has_formals { ", ... " } else { " ... " };
        vec![Edit::insert(brace.text_range().start(), text)]
    }))
}

pub(super) fn recursive(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let Some(set) = one_of(u, subject, |node| node.kind() == NODE_ATTR_SET)? else {
        return Ok(None);
    };
    let rec = set
        .children_with_tokens()
        .find(|child| child.kind() == TOKEN_REC);
    Ok(Some(vec![match rec {
        Some(rec) => Edit::replace(rec.text_range(), " "),
        None => Edit::insert(set.text_range().start(), " rec "),
    }]))
}

pub(super) fn inherit(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let inherits = inherits(subject);
    if u.int_in_range(0..=2_u8)? == 0 || inherits.is_empty() {
        // `a = e;` becomes `inherit a;` or `inherit (e) a;`.
        let is_binding = |node: &SyntaxNode| node.kind() == NODE_ATTRPATH_VALUE;
        let Some(binding) = one_of(u, subject, is_binding)? else {
            return Ok(None);
        };
        let (Some(path), Some(value)) = (binding.first_child(), children(&binding).pop()) else {
            return Ok(None);
        };
        let Some(name) = path.first_child() else {
            return Ok(None);
        };
        let text = if u.arbitrary()? {
            format!("inherit {};", name.text())
        } else {
            format!("inherit ({}) {};", value.text(), name.text())
        };
        return Ok(Some(vec![Edit::replace(binding.text_range(), text)]));
    }
    let Some(inherit) = choose(u, &inherits)? else {
        return Ok(None);
    };
    let names: Vec<String> = inherited(inherit)
        .iter()
        .map(|attr| attr.text().to_string())
        .collect();
    let text = match (has_source(inherit), u.int_in_range(0..=1_u8)?) {
        (true, 0) => format!("inherit {};", names.join(" ")),
        (false, 0) => format!("inherit ({{ a = 1; }}) {};", names.join(" ")),
        (true, _) => {
            let source = inherit
                .first_child()
                .map(|source| source.text().to_string());
            let source = source.unwrap_or_default();
            let each = names
                .iter()
                .map(|name| format!("{name} = {source}.{name};"));
            each.collect::<Vec<_>>().join(" ")
        }
        (false, _) => {
            let each = names.iter().map(|name| format!("{name} = {name};"));
            each.collect::<Vec<_>>().join(" ")
        }
    };
    Ok(Some(vec![Edit::replace(inherit.text_range(), text)]))
}

pub(super) fn path_length(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let Some(path) = one_of(u, subject, |node| node.kind() == NODE_ATTRPATH)? else {
        return Ok(None);
    };
    let mut names: Vec<String> = path
        .children()
        .map(|attr| attr.text().to_string())
        .collect();
    if names.len() > 1 && u.arbitrary()? {
        let index = u.choose_index(names.len())?;
        names.remove(index);
    } else {
        let name = attribute_name(u, subject)?;
        let index = u.int_in_range(0..=names.len())?;
        names.insert(index, name);
    }
    Ok(Some(vec![Edit::replace(
        path.text_range(),
        names.join("."),
    )]))
}

pub(super) fn dynamic(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let is_attribute = |node: &SyntaxNode| node.parent().is_some_and(|p| p.kind() == NODE_ATTRPATH);
    let Some(attr) = one_of(u, subject, is_attribute)? else {
        return Ok(None);
    };
    let text = match (attr.kind(), static_name(&attr)) {
        (NODE_DYNAMIC, Some(name)) => format!("\"{name}\""),
        (NODE_DYNAMIC, None) => attribute_name(u, subject)?,
        (NODE_STRING, _) => format!("${{{}}}", attr.text()),
        _ => match u.int_in_range(0..=3_u8)? {
            0 => format!("\"{}\"", attr.text()),
            1 => format!("${{\"{}\"}}", attr.text()),
            2 => "${null}".to_owned(),
            _ => format!("${{\"{}\" + \"\"}}", attr.text()),
        },
    };
    Ok(Some(vec![Edit::replace(attr.text_range(), text)]))
}

pub(super) fn otherwise(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let is_selection = |node: &SyntaxNode| matches!(node.kind(), NODE_SELECT | NODE_HAS_ATTR);
    let Some(node) = one_of(u, subject, is_selection)? else {
        return Ok(None);
    };
    let operands = children(&node);
    let path = node.children().find(|child| child.kind() == NODE_ATTRPATH);
    let (Some(set), Some(path)) = (operands.first(), path) else {
        return Ok(None);
    };
    let (set, path) = (text_of(set), path.text());
    let text = match (node.kind(), operands.len(), u.int_in_range(0..=2_u8)?) {
        (NODE_HAS_ATTR, _, 0) => format!("({set}.{path})"),
        (NODE_SELECT, 2, 0) => format!("({set}.{path})"),
        (_, _, 1) => format!("({set} ? {path})"),
        _ => format!("({set}.{path} or null)"),
    };
    Ok(Some(vec![Edit::expression(&node, text)]))
}

pub(super) fn let_kind(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let is_let = |node: &SyntaxNode| node.kind() == NODE_LET_IN;
    let Some(node) = one_of(u, subject, is_let)? else {
        return Ok(None);
    };
    let Some(body) = children(&node).pop() else {
        return Ok(None);
    };
    let bindings: Vec<String> = entries(&node)
        .iter()
        .map(|entry| entry.text().to_string())
        .collect();
    let (bindings, body) = (bindings.join(" "), body.text());
    let text = match u.int_in_range(0..=2_u8)? {
        0 => format!("(let {{ {bindings} body = {body}; }})"),
        1 => format!("(with {{ {bindings} }}; {body})"),
        _ => format!("(rec {{ {bindings} body = {body}; }}).body"),
    };
    Ok(Some(vec![Edit::expression(&node, format!("({text})"))]))
}
