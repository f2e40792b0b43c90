//! Rewrites that put something around an expression which hands on its value.
//!
//! All but the first two make a thunk of a literal in a cell, so they need everything to be forced.

use arbitrary::{Result, Unstructured};
use rnix::{SyntaxKind::*, SyntaxNode};

use super::facts::{Program, is_replaceable};
use crate::lossless::{
    Edit, is_expression,
    scope::{self, Meaning, meaning, references},
};

type Rewritten = Result<Option<Vec<Edit>>>;

/// Sound: C++ Nix's grammar drops parentheses (`expr_simple: '(' expr ')'` is the inner expression), so
/// both programs are one after parsing, merging of sets and static names of attributes included.
pub(super) fn parenthesise(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if !is_expression(node) {
        return Ok(None);
    }
    Ok(Some(vec![Edit::expression(
        node,
        format!("({})", node.text()),
    )]))
}

/// Sound: as above. What is left needs no parentheses: another pair, or a single token.
pub(super) fn unparenthesise(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if node.kind() != NODE_PAREN {
        return Ok(None);
    }
    let Some(inner) = node.first_child() else {
        return Ok(None);
    };
    let is_single = matches!(
        inner.kind(),
        NODE_PAREN | NODE_IDENT | NODE_STRING | NODE_LIST | NODE_ATTR_SET
    );
    // `x` before `:` would be a parameter, and `or` is no variable.
    let is_plain = is_single && inner.text() != "or";
    Ok(is_plain.then(|| vec![Edit::expression(node, inner.text().to_string())]))
}

fn around(node: &SyntaxNode, before: &str, after: &str) -> Option<Vec<Edit>> {
    is_replaceable(node).then(|| {
        // A line break, for a comment may stand at the end.
        let text = format!("({before} ({}\n) {after})", node.text());
        vec![Edit::expression(node, text)]
    })
}

/// Sound: the new cell is evaluated when the `let` is, at once, and nobody else can see it; the value
/// is copied to where it would have been written.
pub(super) fn let_introduce(
    _: &mut Unstructured<'_>,
    program: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    let name = program.fresh();
    Ok(around(
        node,
        &format!("let {name} ="),
        &format!("; in {name}"),
    ))
}

/// Sound: as `let`, with the cell of an argument; one call deeper.
pub(super) fn identity(
    _: &mut Unstructured<'_>,
    program: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    let name = program.fresh();
    Ok(around(node, &format!("({name}: {name})"), ""))
}

/// Sound: the body of a function that is called at once is evaluated at once, each time the call is;
/// the argument is not looked at; one call deeper.
pub(super) fn thunk(
    _: &mut Unstructured<'_>,
    program: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    let name = program.fresh();
    Ok(around(node, &format!("({name}:"), ") null"))
}

/// Sound where every variable is bound by a scope, or known to every program: those do not look into a
/// `with`, whose set is then never evaluated.
pub(super) fn with_introduce(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if !is_replaceable(node) {
        return Ok(None);
    }
    let is_bound = |reference: &scope::Reference| match meaning(&reference.node, &reference.name) {
        Meaning::Bound(_) => true,
        Meaning::With(_) => false,
        Meaning::Free => scope::GLOBALS.contains(&reference.name.as_str()),
    };
    if !references(node).iter().all(is_bound) {
        return Ok(None);
    }
    Ok(around(node, "with { };", ""))
}

/// Sound: `==` of two integers is an operator that no program can redefine; the other branch is not
/// looked at.
pub(super) fn if_constant(
    u: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    Ok(match u.int_in_range(0..=2_u8)? {
        0 => around(node, "if 1 == 1 then", "else 1 + [ ]"),
        1 => around(node, "if 1 == 2 then { }.x else", ""),
        _ => around(node, "if !(1 == 2) then", "else 0"),
    })
}

/// Sound: the assertion holds, and hands on what follows it.
pub(super) fn assert_constant(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    Ok(around(node, "assert 1 == 1;", ""))
}

/// Sound where `builtins` is that of Nix: `seq` forces a literal and then its second argument, whose
/// value it hands on.
pub(super) fn seq(_: &mut Unstructured<'_>, _: &Program<'_>, node: &SyntaxNode) -> Rewritten {
    if meaning(node, "builtins") != Meaning::Free {
        return Ok(None);
    }
    Ok(around(node, "builtins.seq 1", ""))
}

/// Sound: as `let`, with the cell of an attribute; the name is new, so no order changes.
pub(super) fn select_introduce(
    _: &mut Unstructured<'_>,
    program: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    let name = program.fresh();
    Ok(around(
        node,
        &format!("{{ {name} ="),
        &format!("; }}.{name}"),
    ))
}
