//! Rewrites of `let`, recursive sets and `inherit`.

use arbitrary::{Result, Unstructured};
use rnix::{SyntaxKind::*, SyntaxNode};

use super::facts::{
    Program, has_alias, is_only_definition, is_plain_set, is_static, may_be_set, names, simple,
};
use crate::lossless::{
    Edit, Role, has_token, is_expression, operands, peel, role,
    scope::{
        Meaning, Reference, between, bound_names, entries, entry_names, free_names, has_source,
        inherited, is_scope, is_within, meaning, uses,
    },
};

type Rewritten = Result<Option<Vec<Edit>>>;

/// The text of all bindings of a `let` or a set.
pub(super) fn text_of_entries(set: &SyntaxNode) -> String {
    let entries = entries(set);
    let texts: Vec<String> = entries
        .iter()
        .map(|entry| entry.text().to_string())
        .collect();
    texts.join("\n")
}

fn body_of(node: &SyntaxNode) -> Option<SyntaxNode> {
    operands(node).pop()
}

/// Whether the free names of an expression mean where `to` stands what they mean inside `around`: no
/// scope between binds one of them, nor a `with` one that no scope binds.
fn means_the_same(value: &SyntaxNode, to: &SyntaxNode, around: &SyntaxNode) -> bool {
    let free = free_names(value);
    let crossed = between(to, around);
    let is_shadowed = crossed
        .iter()
        .filter(|node| is_scope(node))
        .flat_map(bound_names)
        .any(|name| free.contains(&name));
    let crosses_with = crossed.iter().any(|node| node.kind() == NODE_WITH);
    let needs_with = free
        .iter()
        .any(|name| !matches!(meaning(value, name), Meaning::Bound(_)));
    !(is_shadowed || crosses_with && needs_with)
}

/// Sound where `x` is used once, and where it is used is evaluated once for each time that the `let` is:
/// not in a function, nor where `assert` or (in some releases) `inherit (…)` evaluates again. The value
/// is then forced at the same moment, in a cell of its own in both programs: a value that is a variable
/// itself is none, so it stays; a set is not put where the parser would merge it, nor a string where it
/// would make a name static. After a failure that `tryEval` caught, the old cell would know `x` already
/// and the new one would evaluate it again: so not where a trace could tell.
pub(super) fn let_inline(
    u: &mut Unstructured<'_>,
    program: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if node.kind() != NODE_LET_IN || program.sees_failures {
        return Ok(None);
    }
    let entries = entries(node);
    if entries.is_empty() {
        return Ok(None);
    }
    let start = u.choose_index(entries.len())?;
    for entry in entries[start..].iter().chain(&entries[..start]) {
        if let Some(edits) = inline(node, entry) {
            return Ok(Some(edits));
        }
    }
    Ok(None)
}

fn inline(scope: &SyntaxNode, entry: &SyntaxNode) -> Option<Vec<Edit>> {
    let (name, value) = simple(entry)?;
    let found = uses(scope, &name.text().to_string());
    let [
        Reference {
            node,
            inherited: false,
            ..
        },
    ] = found.as_slice()
    else {
        return None;
    };
    let inner = peel(&value);
    let place = role(node)?;
    let repeats = between(node, scope).iter().any(|crossed| {
        matches!(
            crossed.kind(),
            NODE_LAMBDA | NODE_ASSERT | NODE_INHERIT_FROM
        )
    });
    let is_fit = is_only_definition(entry)
        && !repeats
        && !is_within(node, &value)
        && inner.kind() != NODE_IDENT
        && place != Role::Name
        && !(place == Role::Value && inner.kind() == NODE_ATTR_SET)
        && means_the_same(&value, node, scope);
    is_fit.then(|| {
        vec![
            Edit::replace(entry.text_range(), " "),
            Edit::expression(node, format!("({}\n)", value.text())),
        ]
    })
}

/// Sound where the value does not use the variable: the argument gets the cell that the variable had
/// (that of another variable, where the value is one); one call deeper. The order of evaluation is that
/// of the body in both.
pub(super) fn let_to_call(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if node.kind() != NODE_LET_IN {
        return Ok(None);
    }
    let entries = entries(node);
    let ([entry], Some(body)) = (entries.as_slice(), body_of(node)) else {
        return Ok(None);
    };
    let Some((name, value)) = simple(entry) else {
        return Ok(None);
    };
    let name = name.text().to_string();
    if free_names(&value).contains(&name) {
        return Ok(None);
    }
    let text = format!("(({name}: {}\n) ({}\n))", body.text(), value.text());
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound where the names are different, the outer bindings do not use the inner names, and no inner
/// value is an outer variable: that would be its cell, which may not be there yet where both are bound
/// at once. The inner `let` was evaluated whenever the outer one was, at once.
pub(super) fn let_merge(_: &mut Unstructured<'_>, _: &Program<'_>, node: &SyntaxNode) -> Rewritten {
    if node.kind() != NODE_LET_IN {
        return Ok(None);
    }
    let Some(inner) = body_of(node).map(|body| peel(&body)) else {
        return Ok(None);
    };
    if inner.kind() != NODE_LET_IN || !is_static(node) || !is_static(&inner) {
        return Ok(None);
    }
    let Some(body) = body_of(&inner) else {
        return Ok(None);
    };
    let (outer_names, inner_names) = (names(node), names(&inner));
    let outer_uses = entries(node).iter().any(|entry| {
        let mut used = free_names(entry);
        if entry.kind() == NODE_INHERIT && !has_source(entry) {
            used.clear();
        }
        inner_names.iter().any(|name| used.contains(name))
    });
    let is_alias = |entry: &SyntaxNode| {
        body_of(entry).is_some_and(|value| peel(&value).kind() == NODE_IDENT)
            || entry.kind() == NODE_INHERIT && has_source(entry)
    };
    let is_mixed = outer_names.iter().any(|name| inner_names.contains(name))
        || outer_uses
        || entries(&inner).iter().any(is_alias);
    if is_mixed {
        return Ok(None);
    }
    let text = format!(
        "(let {}\n{} in {})",
        text_of_entries(node),
        text_of_entries(&inner),
        body.text()
    );
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound where nothing is called `body`: C++ Nix reads `let { … }` as `(rec { … }).body`, which binds as
/// `let` does. The body gets a cell that is forced at once.
pub(super) fn legacy_let(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if node.kind() != NODE_LET_IN || !is_static(node) || node.text().to_string().contains("body") {
        return Ok(None);
    }
    let Some(body) = body_of(node) else {
        return Ok(None);
    };
    let text = format!(
        "(let {{ {}\nbody = {}\n; }})",
        text_of_entries(node),
        body.text()
    );
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound: that is how C++ Nix reads it.
pub(super) fn modern_let(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if node.kind() != NODE_LEGACY_LET {
        return Ok(None);
    }
    let text = format!("((rec {{ {}\n }}).body)", text_of_entries(node));
    Ok(Some(vec![Edit::expression(node, text)]))
}

/// Sound where all names are static: the attributes are the cells of the variables in both, filled in
/// the same order. A recursive set with dynamic names, or with `__overrides`, does more.
pub(super) fn rec_to_let(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    let is_recursive = node.kind() == NODE_ATTR_SET && has_token(node, TOKEN_REC);
    if !is_recursive || !is_static(node) || !is_expression(node) || !may_be_set(node) {
        return Ok(None);
    }
    let is_name = |name: &String| {
        name != "or"
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && !is_keyword(name)
    };
    let mut names = names(node);
    if names.is_empty() || !names.iter().all(is_name) {
        return Ok(None);
    }
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    let text = format!(
        "(let {}\n in {{ inherit {}; }})",
        text_of_entries(node),
        names.join(" ")
    );
    Ok(Some(vec![Edit::expression(node, text)]))
}

fn is_keyword(name: &str) -> bool {
    matches!(
        name,
        "if" | "then" | "else" | "assert" | "with" | "let" | "in" | "rec" | "inherit" | "or"
    )
}

/// Sound where both define different names that are static: C++ Nix keeps bindings in a map by name.
/// That the names still first occur in the same order is looked at afterwards.
pub(super) fn reorder(u: &mut Unstructured<'_>, _: &Program<'_>, node: &SyntaxNode) -> Rewritten {
    let has_entries = matches!(node.kind(), NODE_ATTR_SET | NODE_LET_IN | NODE_LEGACY_LET);
    let entries = entries(node);
    if !has_entries || entries.len() < 2 || !is_static(node) {
        return Ok(None);
    }
    let index = u.choose_index(entries.len() - 1)?;
    let (one, other) = (&entries[index], &entries[index + 1]);
    let others = entry_names(other);
    if entry_names(one).iter().any(|name| others.contains(name)) {
        return Ok(None);
    }
    Ok(Some(vec![
        Edit::replace(one.text_range(), other.text().to_string()),
        Edit::replace(other.text_range(), one.text().to_string()),
    ]))
}

/// Sound: names of variables are seen by nobody, the new one is used nowhere, and every use is found
/// (an `inherit` would also name an attribute, so there must be none). But the new name comes after all
/// others, so not where that shows.
pub(super) fn rename(
    u: &mut Unstructured<'_>,
    program: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if node.kind() != NODE_LET_IN || has_alias(node) {
        return Ok(None);
    }
    let entries: Vec<_> = entries(node)
        .into_iter()
        .filter(|entry| simple(entry).is_some() && is_only_definition(entry))
        .collect();
    if entries.is_empty() {
        return Ok(None);
    }
    let entry = &entries[u.choose_index(entries.len())?];
    Ok(simple(entry).and_then(|(name, _)| renamed(node, &name, program)))
}

/// The edits that give a variable of a scope a new name.
pub(super) fn renamed(
    scope: &SyntaxNode,
    binder: &SyntaxNode,
    program: &Program<'_>,
) -> Option<Vec<Edit>> {
    let uses = uses(scope, &binder.text().to_string());
    if uses.iter().any(|found| found.inherited) {
        return None;
    }
    let fresh = program.fresh();
    // `x:x` is a URL, where `a_b:a_b` is a function.
    let mut edits = vec![Edit::replace(binder.text_range(), format!("{fresh} "))];
    edits.extend(
        uses.iter()
            .map(|found| Edit::replace(found.node.text_range(), fresh.clone())),
    );
    Some(edits)
}

/// The set of a binding, where it is neither recursive nor dynamic: what is bound there sees the names
/// outside.
fn plain_set_of(entry: &SyntaxNode) -> bool {
    entry.parent().is_some_and(|set| is_plain_set(&set)) && is_only_definitions(entry)
}

/// Whether nothing else in the set defines a name that an entry defines.
fn is_only_definitions(entry: &SyntaxNode) -> bool {
    let Some(set) = entry.parent() else {
        return false;
    };
    let all = names(&set);
    entry_names(entry)
        .iter()
        .all(|name| all.iter().filter(|other| *other == name).count() == 1)
}

/// Sound in a set that is not recursive: both are a variable of the scope outside.
pub(super) fn inherit_expand(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if node.kind() != NODE_INHERIT || has_source(node) || !plain_set_of(node) {
        return Ok(None);
    }
    let attrs = inherited(node);
    if attrs.is_empty()
        || attrs
            .iter()
            .any(|attr| attr.kind() != NODE_IDENT || attr.text() == "or")
    {
        return Ok(None);
    }
    let bindings: Vec<String> = attrs
        .iter()
        .map(|attr| format!("{0} = {0};", attr.text()))
        .collect();
    Ok(Some(vec![Edit::replace(
        node.text_range(),
        bindings.join(" "),
    )]))
}

/// Sound in a set that is not recursive: as above.
pub(super) fn inherit_contract(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    let Some((name, value)) = simple(node) else {
        return Ok(None);
    };
    let value = peel(&value);
    if value.kind() != NODE_IDENT || value.text() != name.text() || !plain_set_of(node) {
        return Ok(None);
    }
    Ok(Some(vec![Edit::replace(
        node.text_range(),
        format!("inherit {};", name.text()),
    )]))
}

/// Sound in a set that is not recursive, for one name: the source is evaluated when the attribute is,
/// once in every release, and has nobody else to share it with.
pub(super) fn inherit_select(
    _: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Rewritten {
    if node.kind() != NODE_INHERIT || !has_source(node) || !plain_set_of(node) {
        return Ok(None);
    }
    let attrs = inherited(node);
    let source = node.first_child().and_then(|source| source.first_child());
    let ([attr], Some(source)) = (attrs.as_slice(), source) else {
        return Ok(None);
    };
    if attr.kind() != NODE_IDENT || attr.text() == "or" {
        return Ok(None);
    }
    let text = format!("{0} = ({1}\n).{0};", attr.text(), source.text());
    Ok(Some(vec![Edit::replace(node.text_range(), text)]))
}
