//! Rewrites of functions and calls.

use arbitrary::{Result, Unstructured};
use rnix::{SyntaxKind::*, SyntaxNode};

use super::{
    bindings::{renamed, text_of_entries},
    facts::{Program, is_cell, is_plain_set, names, simple},
};
use crate::lossless::{
    Edit, Role, has_token, is_expression, operands, peel, role,
    scope::{Meaning, bound_names, entries, free_names, is_within, meaning, references},
};

type Rewritten = Result<Option<Vec<Edit>>>;

/// The parameter and the body of a function.
fn parts(lambda: &SyntaxNode) -> Option<(SyntaxNode, SyntaxNode)> {
    let lambda = peel(lambda);
    if lambda.kind() != NODE_LAMBDA {
        return None;
    }
    let mut children = lambda.children();
    Some((children.next()?, children.next()?))
}

/// Sound where the argument does not use a variable of the parameter's name, for a `let` sees its own:
/// the variable gets the cell of the argument in both; one call less.
pub(super) fn call_to_let(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if node.kind() != NODE_APPLY || !is_expression(node) {
        return Ok(None);
    }
    let calls = operands(node);
    let [function, argument] = calls.as_slice() else {
        return Ok(None);
    };
    let Some((param, body)) = parts(function) else {
        return Ok(None);
    };
    let name = param.text().to_string();
    if param.kind() != NODE_IDENT_PARAM || name == "or" || free_names(argument).contains(&name) {
        return Ok(None);
    }
    let text = format!("(let {name} = {}\n; in {}\n)", argument.text(), body.text());
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound where the set gives exactly the formal arguments, none of which has a default, and its values
/// use none of them: each variable gets the cell of its attribute in both. No argument is missing or
/// unexpected, so the call cannot fail.
pub(super) fn formals_to_let(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if node.kind() != NODE_APPLY || !is_expression(node) {
        return Ok(None);
    }
    let calls = operands(node);
    let [function, argument] = calls.as_slice() else {
        return Ok(None);
    };
    let (Some((param, body)), argument) = (parts(function), peel(argument)) else {
        return Ok(None);
    };
    let is_bare = param.kind() == NODE_PATTERN
        && param
            .children()
            .all(|child| child.kind() == NODE_PAT_ENTRY && !has_token(&child, TOKEN_QUESTION));
    let is_simple = is_plain_set(&argument)
        && entries(&argument)
            .iter()
            .all(|entry| simple(entry).is_some());
    if !is_bare || !is_simple {
        return Ok(None);
    }
    let mut formals = bound_names(&peel(function));
    let mut given = names(&argument);
    formals.sort();
    given.sort();
    let free = free_names(&argument);
    if formals != given
        || given.windows(2).any(|pair| pair[0] == pair[1])
        || given.iter().any(|name| free.contains(name))
    {
        return Ok(None);
    }
    let text = format!(
        "(let {}\n in {}\n)",
        text_of_entries(&argument),
        body.text()
    );
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound for a formal argument without default, used where its value is needed and its cell is not: the
/// set has that attribute, or the function would not have been called. `functionArgs` stays what it is.
pub(super) fn formal_select(
    u: &mut Unstructured<'_>,
    program: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if node.kind() != NODE_LAMBDA || program.sees_parameters {
        return Ok(None);
    }
    let Some(pattern) = node
        .first_child()
        .filter(|param| param.kind() == NODE_PATTERN)
    else {
        return Ok(None);
    };
    if pattern
        .children()
        .any(|child| child.kind() == NODE_PAT_BIND)
    {
        return Ok(None);
    }
    let formals: Vec<String> = pattern
        .children()
        .filter(|formal| !has_token(formal, TOKEN_QUESTION))
        .filter_map(|formal| formal.first_child())
        .map(|name| name.text().to_string())
        .collect();
    let found: Vec<_> = references(node)
        .into_iter()
        .filter(|found| {
            let place = role(&found.node);
            formals.contains(&found.name)
                && !found.inherited
                && place.is_some_and(|place| place != Role::Name && !is_cell(&found.node, place))
                && meaning(&found.node, &found.name) == Meaning::Bound(node.clone())
        })
        .collect();
    if found.is_empty() {
        return Ok(None);
    }
    let found = &found[u.choose_index(found.len())?];
    let fresh = program.fresh();
    Ok(Some(vec![
        Edit::insert(pattern.text_range().end(), format!("@{fresh}")),
        Edit::expression(&found.node, format!("({fresh}.{})", found.name)),
    ]))
}

/// Sound for what is written as a function of one plain parameter: `functionArgs` is empty in both, no
/// functor nor builtin becomes a function, and the argument goes through as the cell that it is; one
/// call deeper. The parameter keeps its name, which `toXML` writes.
pub(super) fn eta(_: &mut Unstructured<'_>, _: &Program<'_>, node: &SyntaxNode) -> Rewritten {
    let Some((param, _)) = parts(node).filter(|_| node.kind() == NODE_LAMBDA) else {
        return Ok(None);
    };
    if param.kind() != NODE_IDENT_PARAM {
        return Ok(None);
    }
    let name = param.text();
    let text = format!("({name}: ({}\n) {name})", node.text());
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound for a variable that a scope around the function binds: when the function is evaluated, that
/// scope is complete, so the variable is a cell, and the call hands on that cell.
pub(super) fn lambda_lift(
    u: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if node.kind() != NODE_LAMBDA {
        return Ok(None);
    }
    let free: Vec<String> = free_names(node)
        .into_iter()
        .filter(|name| {
            matches!(meaning(node, name), Meaning::Bound(scope) if !is_within(&scope, node))
                && name
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '_' | '\'' | '-'))
        })
        .collect();
    if free.is_empty() {
        return Ok(None);
    }
    let name = &free[u.choose_index(free.len())?];
    let text = format!("(({name}: {}\n) {name})", node.text());
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound: as for the variables of a `let`; but `toXML` writes the names of parameters.
pub(super) fn rename(
    _: &mut Unstructured<'_>,
    program: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if node.kind() != NODE_LAMBDA || program.sees_parameters {
        return Ok(None);
    }
    let Some((param, _)) = parts(node) else {
        return Ok(None);
    };
    let binder = match param.kind() {
        NODE_IDENT_PARAM => param.first_child(),
        _ => param
            .children()
            .find(|child| child.kind() == NODE_PAT_BIND)
            .and_then(|bind| bind.first_child()),
    };
    // One that is bound twice is an error.
    let binder = binder.filter(|binder| {
        let name = binder.text().to_string();
        bound_names(node)
            .iter()
            .filter(|bound| **bound == name)
            .count()
            == 1
    });
    Ok(binder.and_then(|binder| renamed(node, &binder, program)))
}
