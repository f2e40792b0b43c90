//! Rewrites of booleans and conditions. All operands are evaluated in the same order and checked to be
//! booleans by the same rules; what a cell holds was computed before and is now.

use arbitrary::{Result, Unstructured};
use rnix::{SyntaxKind::*, SyntaxNode};

use super::facts::{Program, is_operation, is_replaceable};
use crate::lossless::{Edit, closed, operands, operator, peel};

type Rewritten = Result<Option<Vec<Edit>>>;

/// Whether an expression is a boolean, if it is anything.
fn is_boolean(node: &SyntaxNode) -> bool {
    match node.kind() {
        NODE_HAS_ATTR => true,
        NODE_UNARY_OP => is_operation(node, TOKEN_INVERT),
        NODE_BIN_OP => operator(node).is_some_and(|token| {
            matches!(
                token.kind(),
                TOKEN_AND_AND
                    | TOKEN_OR_OR
                    | TOKEN_IMPLICATION
                    | TOKEN_EQUAL
                    | TOKEN_NOT_EQUAL
                    | TOKEN_LESS
                    | TOKEN_LESS_OR_EQ
                    | TOKEN_MORE
                    | TOKEN_MORE_OR_EQ
            )
        }),
        _ => false,
    }
}

/// Sound for what can only be a boolean: `!` would refuse anything else.
pub(super) fn double_negation(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    let is_fit = is_boolean(node) && is_replaceable(node);
    Ok(is_fit.then(|| vec![Edit::expression(node, format!("(!(!({})))", node.text()))]))
}

/// Sound: the second operand is evaluated in the same cases, and each must be a boolean in both.
pub(super) fn de_morgan(_: &mut Unstructured<'_>, _: &Program<'_>, node: &SyntaxNode) -> Rewritten {
    let other = if is_operation(node, TOKEN_AND_AND) {
        "||"
    } else if is_operation(node, TOKEN_OR_OR) {
        "&&"
    } else {
        return Ok(None);
    };
    let operands = operands(node);
    let [left, right] = operands.as_slice() else {
        return Ok(None);
    };
    let text = format!("(!(!{} {other} !{}))", closed(left), closed(right));
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound: that is what `->` means.
pub(super) fn implication(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    let operands = operands(node);
    let [left, right] = operands.as_slice() else {
        return Ok(None);
    };
    if is_operation(node, TOKEN_IMPLICATION) {
        let text = format!("(!{} || {})", closed(left), closed(right));
        return Ok(Some(vec![Edit::expression(node, text)]));
    }
    let negated = peel(left);
    if !is_operation(node, TOKEN_OR_OR) || !is_operation(&negated, TOKEN_INVERT) {
        return Ok(None);
    }
    let Some(premise) = self::operands(&negated).pop() else {
        return Ok(None);
    };
    let text = format!("({} -> {})", closed(&premise), closed(right));
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound: that is what `!=` means. `assert` takes neither form apart.
pub(super) fn not_equal(_: &mut Unstructured<'_>, _: &Program<'_>, node: &SyntaxNode) -> Rewritten {
    let (compared, other) = if is_operation(node, TOKEN_NOT_EQUAL) {
        (node.clone(), "==")
    } else if is_operation(node, TOKEN_INVERT) {
        match operands(node).pop().map(|operand| peel(&operand)) {
            Some(operand) if is_operation(&operand, TOKEN_EQUAL) => (operand, "!="),
            _ => return Ok(None),
        }
    } else {
        return Ok(None);
    };
    let operands = operands(&compared);
    let [left, right] = operands.as_slice() else {
        return Ok(None);
    };
    let negation = if other == "==" { "!" } else { "" };
    let text = format!("({negation}({} {other} {}))", closed(left), closed(right));
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound: the condition must be a boolean in both.
pub(super) fn if_negate(_: &mut Unstructured<'_>, _: &Program<'_>, node: &SyntaxNode) -> Rewritten {
    if node.kind() != NODE_IF_ELSE {
        return Ok(None);
    }
    let parts = operands(node);
    let [condition, then, otherwise] = parts.as_slice() else {
        return Ok(None);
    };
    let text = format!(
        "(if !{} then {}\n else {}\n)",
        closed(condition),
        otherwise.text(),
        then.text()
    );
    Ok(Some(vec![Edit::expression(node, text)]))
}
