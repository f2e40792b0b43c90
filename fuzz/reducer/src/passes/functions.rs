//! Applies functions and selects attributes, as far as the text shows both sides.

use rnix::{SyntaxKind::*, SyntaxNode};

use super::{Found, bindings::substituted};
use crate::{
    edit::{Splice, spliced},
    scope::bound_by,
    syntax::{
        Level, attribute_name, attributes, bare, children, entries, has_token, is_expression,
        level, range,
    },
};

/// Puts the argument of a call where the function uses it.
pub(super) fn apply(node: &SyntaxNode, found: &mut Found<'_>) {
    if node.kind() != NODE_APPLY {
        return;
    }
    let parts: Vec<SyntaxNode> = node.children().filter(is_expression).collect();
    let [function, argument] = parts.as_slice() else {
        return;
    };
    let function = bare(function);
    if function.kind() != NODE_LAMBDA {
        return;
    }
    let Some(parameter) = function.children().next() else {
        return;
    };
    let Some(body) = function.children().filter(is_expression).last() else {
        return;
    };
    let argument = bare(argument);
    let Some(of_argument) = level(argument.kind()) else {
        return;
    };
    let text = argument.text().to_string();
    if parameter.kind() == NODE_IDENT_PARAM {
        let name = parameter.text().to_string();
        let splices = substituted(found, &body, &name, &text, of_argument);
        if let Some(text) = rewritten(found, &body, splices) {
            found.put(node, &text, Level::Open);
        }
        return;
    }
    if parameter.kind() != NODE_PATTERN {
        return;
    }
    // A let of the formals that have something to stand for them.
    let mut bindings = Vec::new();
    let written = if argument.kind() == NODE_ATTR_SET {
        entries(&argument)
    } else {
        Vec::new()
    };
    for entry in parameter
        .children()
        .filter(|child| child.kind() == NODE_PAT_ENTRY)
    {
        let mut inner = entry.children();
        let Some(name) = inner.next().and_then(|it| attribute_name(&it)) else {
            continue;
        };
        let default = inner.find(is_expression);
        let given = written.iter().find(|entry| bound_by(entry).contains(&name));
        bindings.push(match (given, default) {
            (Some(given), _) => given.text().to_string(),
            (None, Some(default)) => format!("{name} = {};", default.text()),
            (None, None) => format!("{name} = {}.{name};", crate::syntax::atom(&argument)),
        });
    }
    if let Some(bind) = parameter
        .children()
        .find(|child| child.kind() == NODE_PAT_BIND)
        && let Some(name) = bind.children().next()
    {
        bindings.push(format!("{} = {text};", name.text()));
    }
    let body = body.text().to_string();
    let text = if bindings.is_empty() {
        body
    } else {
        format!("let {} in {body}", bindings.join(" "))
    };
    found.put(node, &text, Level::Open);
}

/// The text of a node after changes inside of it.
fn rewritten(found: &Found<'_>, node: &SyntaxNode, mut splices: Vec<Splice>) -> Option<String> {
    let node = range(node);
    splices.sort_by_key(|splice| splice.range.start);
    for splice in &mut splices {
        splice.range = splice.range.start.checked_sub(node.start)?
            ..splice.range.end.checked_sub(node.start)?;
    }
    let text = found.text().get(node)?;
    String::from_utf8(spliced(text.as_bytes(), &splices)?).ok()
}

/// Writes `x: f x` as `f`.
pub(super) fn eta(node: &SyntaxNode, found: &mut Found<'_>) {
    if node.kind() != NODE_LAMBDA {
        return;
    }
    let parameter = node.children().find(|it| it.kind() == NODE_IDENT_PARAM);
    let body = node.children().filter(is_expression).last();
    let (Some(parameter), Some(body)) = (parameter, body) else {
        return;
    };
    let body = bare(&body);
    if body.kind() != NODE_APPLY {
        return;
    }
    let parts: Vec<SyntaxNode> = body.children().filter(is_expression).collect();
    if let [function, argument] = parts.as_slice()
        && argument.text() == parameter.text()
        && let Some(level) = level(function.kind())
    {
        found.put(node, &function.text().to_string(), level);
    }
}

/// Puts the attribute of a written set in the place of its selection, and shortens attribute paths.
pub(super) fn select(node: &SyntaxNode, found: &mut Found<'_>) {
    if let NODE_SELECT | NODE_HAS_ATTR | NODE_ATTRPATH_VALUE = node.kind() {
        let path = attributes(node);
        if let ([first, .., last], true) = (path.as_slice(), path.len() > 1) {
            for attribute in &path {
                let kept: Vec<String> = path
                    .iter()
                    .filter(|other| *other != attribute)
                    .map(|it| it.text().to_string())
                    .collect();
                found.replace(range(first).start..range(last).end, kept.join("."));
            }
        }
    }
    if node.kind() != NODE_SELECT {
        return;
    }
    if has_token(node, TOKEN_OR)
        && let (Some(base), Some(path)) = (
            children(node).into_iter().next(),
            node.children().find(|child| child.kind() == NODE_ATTRPATH),
        )
    {
        let text = found.text().get(range(&base).start..range(&path).end);
        if let Some(text) = text {
            found.put(node, text, Level::Select);
        }
    }
    let path = attributes(node);
    let (Some(base), Some(name)) = (
        children(node).into_iter().next(),
        path.first().and_then(attribute_name),
    ) else {
        return;
    };
    let set = bare(&base);
    if set.kind() != NODE_ATTR_SET {
        return;
    }
    let entry = entries(&set).into_iter().find(|entry| {
        entry.kind() == NODE_ATTRPATH_VALUE
            && attributes(entry).len() == 1
            && bound_by(entry).contains(&name)
    });
    if let Some(entry) = entry
        && let Some(value) = entry.children().filter(is_expression).last()
        && let Some(level) = level(value.kind())
    {
        let rest: Vec<String> = path
            .iter()
            .skip(1)
            .map(|it| it.text().to_string())
            .collect();
        if rest.is_empty() {
            found.put(node, &value.text().to_string(), level);
        } else {
            let text = format!("{}.{}", crate::syntax::atom(&value), rest.join("."));
            found.put(node, &text, Level::Select);
        }
    }
}
