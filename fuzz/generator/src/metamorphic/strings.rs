//! Rewrites of strings.

use arbitrary::{Result, Unstructured};
use rnix::{SyntaxKind::*, SyntaxNode};

use super::facts::{Program, is_replaceable};
use crate::lossless::{Edit, Role, is_expression, plain_string, role};

type Rewritten = Result<Option<Vec<Edit>>>;

/// Sound for a string without escapes: a string literal has no context, `+` of two strings is a string,
/// and an interpolated string is itself. The literal was a shared constant and is now computed, so
/// everything has to be forced.
pub(super) fn split(u: &mut Unstructured<'_>, _: &Program<'_>, node: &SyntaxNode) -> Rewritten {
    let content = match plain_string(node) {
        Some(content) if node.kind() == NODE_STRING && is_replaceable(node) => content,
        _ => return Ok(None),
    };
    let mut gaps: Vec<usize> = content.char_indices().map(|(index, _)| index).collect();
    gaps.push(content.len());
    let (left, right) = content.split_at(gaps[u.choose_index(gaps.len())?]);
    let text = match u.int_in_range(0..=3_u8)? {
        0 => format!("(\"{left}\" + \"{right}\")"),
        1 => format!("\"{left}${{\"{right}\"}}\""),
        2 => format!("\"${{\"{left}\"}}{right}\""),
        _ => format!("\"${{\"{content}\"}}\""),
    };
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound for one line of plain characters that does not begin with a space: nothing is escaped in
/// either form, there is no indentation to strip, and both are the same constant after parsing.
pub(super) fn quotes(_: &mut Unstructured<'_>, _: &Program<'_>, node: &SyntaxNode) -> Rewritten {
    if node.kind() != NODE_STRING || !is_expression(node) || role(node) == Some(Role::Name) {
        return Ok(None);
    }
    let text = node.text().to_string();
    let strip = |quotes: &str| {
        text.strip_prefix(quotes)
            .and_then(|rest| rest.strip_suffix(quotes))
            .filter(|content| {
                !content.starts_with(' ')
                    && !content.contains(|c: char| c.is_control() || "'\"\\$".contains(c))
            })
    };
    let other = match (strip("''"), strip("\"")) {
        (Some(content), _) => format!("\"{content}\""),
        (None, Some(content)) => format!("''{content}''"),
        (None, None) => return Ok(None),
    };
    Ok(Some(vec![Edit::expression(node, other)]))
}
