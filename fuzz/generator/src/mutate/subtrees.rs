//! Mutations that move whole subtrees.

use arbitrary::{Result, Unstructured};
use rnix::{
    SyntaxKind::{self, *},
    SyntaxNode,
};
use rowan::{Direction, TextRange};

use super::{Subject, choose};
use crate::lossless::{
    self, Edit, closed, expressions, operands, peel,
    scope::{self, entries, free_names, inherited, visible},
};

/// Small values that stand in for any expression.
const SMALL: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "1",
    "(-1)",
    "0.5",
    "\"\"",
    "\"a\"",
    "[ ]",
    "[ 1 ]",
    "{ }",
    "{ a = 1; }",
    "(x: x)",
    "(x: y: x)",
    "({ a ? 1, ... }: a)",
    "./.",
    "(throw \"t\")",
    "(abort \"a\")",
    "(assert false; 1)",
    "builtins",
    "{ outPath = \"o\"; }",
    "{ __functor = s: x: x; }",
    "{ __toString = s: \"s\"; }",
    "{ type = \"derivation\"; }",
    "(let x = x; in x)",
    "(let x = [ x ]; in x)",
];

/// What an expression looks as if it had for a value. Two of one class can replace each other without
/// a type error, mostly.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    Number,
    String,
    Path,
    List,
    Set,
    Function,
    Boolean,
    Other,
}

pub(super) fn class(node: &SyntaxNode) -> Class {
    let node = peel(node);
    match node.kind() {
        NODE_LITERAL if lossless::has_token(&node, TOKEN_URI) => Class::String,
        NODE_LITERAL => Class::Number,
        NODE_STRING => Class::String,
        NODE_PATH_ABS | NODE_PATH_HOME | NODE_PATH_REL | NODE_PATH_SEARCH => Class::Path,
        NODE_LIST => Class::List,
        NODE_ATTR_SET => Class::Set,
        NODE_LAMBDA => Class::Function,
        NODE_HAS_ATTR => Class::Boolean,
        NODE_UNARY_OP if lossless::has_token(&node, TOKEN_INVERT) => Class::Boolean,
        NODE_UNARY_OP => Class::Number,
        NODE_BIN_OP => match operator_kind(&node) {
            Some(TOKEN_ADD) => operands(&node).first().map_or(Class::Other, class),
            Some(TOKEN_SUB | TOKEN_MUL | TOKEN_DIV) => Class::Number,
            Some(TOKEN_CONCAT) => Class::List,
            Some(TOKEN_UPDATE) => Class::Set,
            Some(TOKEN_PIPE_LEFT | TOKEN_PIPE_RIGHT) | None => Class::Other,
            Some(_) => Class::Boolean,
        },
        NODE_LET_IN | NODE_WITH | NODE_ASSERT => operands(&node).last().map_or(Class::Other, class),
        NODE_IDENT if matches!(node.text().to_string().as_str(), "true" | "false") => {
            Class::Boolean
        }
        _ => Class::Other,
    }
}

pub(super) fn operator_kind(node: &SyntaxNode) -> Option<SyntaxKind> {
    lossless::operator(node).map(|token| token.kind())
}

/// An expression of the program.
pub(super) fn any(u: &mut Unstructured<'_>, subject: &Subject<'_>) -> Result<Option<SyntaxNode>> {
    Ok(choose(u, &expressions(subject.root))?.cloned())
}

/// The nodes of some kinds, of which one is chosen.
pub(super) fn one_of(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
    is_wanted: impl Fn(&SyntaxNode) -> bool,
) -> Result<Option<SyntaxNode>> {
    let nodes: Vec<_> = subject
        .root
        .descendants()
        .filter(|node| is_wanted(node))
        .collect();
    Ok(choose(u, &nodes)?.cloned())
}

pub(super) fn splice(u: &mut Unstructured<'_>, subject: &Subject<'_>) -> Result<Option<Vec<Edit>>> {
    graft(u, subject, true)
}

pub(super) fn splice_any(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    graft(u, subject, false)
}

fn graft(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
    same_class: bool,
) -> Result<Option<Vec<Edit>>> {
    let Some(place) = any(u, subject)? else {
        return Ok(None);
    };
    let Some(donor) = choose(u, subject.donors)?.and_then(|donor| lossless::parse(donor)) else {
        return Ok(None);
    };
    let wanted = class(&place);
    let scions: Vec<_> = expressions(&donor)
        .into_iter()
        .filter(|scion| !same_class || class(scion) == wanted)
        .collect();
    let Some(scion) = choose(u, &scions)? else {
        return Ok(None);
    };
    let text = settled(u, scion, &place)?;
    Ok(Some(vec![Edit::expression(&place, text)]))
}

/// The text of an expression made to fit where another one stands: mostly, what it uses and nobody
/// binds there becomes one of the variables that are bound there, or a value; C++ Nix would not even
/// read the program otherwise.
fn settled(u: &mut Unstructured<'_>, scion: &SyntaxNode, place: &SyntaxNode) -> Result<String> {
    let text = scion.text().to_string();
    let stays_foreign = u.int_in_range(0..=15_u8)? == 15;
    if stays_foreign {
        return Ok(format!("({text})"));
    }
    let names: Vec<String> = visible(place).into_iter().collect();
    let offset = scion.text_range().start();
    let mut edits = Vec::new();
    let free = free_names(scion);
    for name in free {
        let is_known = names.contains(&name)
            || scope::GLOBALS.contains(&name.as_str())
            || name.starts_with("__");
        if is_known {
            continue;
        }
        let substitute = match choose(u, &names)? {
            Some(name) if u.int_in_range(0..=3_u8)? > 0 => name.clone(),
            _ => choose(u, SMALL)?.map_or("null", |small| small).to_owned(),
        };
        for reference in scope::references(scion) {
            if reference.name != name
                || matches!(scope::meaning(&reference.node, &name),
                    scope::Meaning::Bound(scope) if scope::is_within(&scope, scion))
            {
                continue;
            }
            let range = reference.node.text_range();
            let range = TextRange::new(range.start() - offset, range.end() - offset);
            if reference.inherited {
                // `inherit x` cannot name a value: it goes.
                edits.push(Edit::replace(range, ""));
            } else {
                edits.push(Edit::replace(range, format!(" {substitute} ")));
            }
        }
    }
    let fitted = lossless::apply(&text, edits).unwrap_or(text);
    Ok(format!("({fitted})"))
}

pub(super) fn replace(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let Some(place) = any(u, subject)? else {
        return Ok(None);
    };
    let Some(small) = choose(u, SMALL)? else {
        return Ok(None);
    };
    Ok(Some(vec![Edit::expression(&place, small)]))
}

pub(super) fn copy(u: &mut Unstructured<'_>, subject: &Subject<'_>) -> Result<Option<Vec<Edit>>> {
    let (Some(place), Some(source)) = (any(u, subject)?, any(u, subject)?) else {
        return Ok(None);
    };
    let text = settled(u, &source, &place)?;
    Ok(Some(vec![Edit::expression(&place, text)]))
}

pub(super) fn hoist(u: &mut Unstructured<'_>, subject: &Subject<'_>) -> Result<Option<Vec<Edit>>> {
    let Some(place) = any(u, subject)? else {
        return Ok(None);
    };
    let parts: Vec<_> = expressions(&place)
        .into_iter()
        .filter(|part| part.parent().is_some_and(|parent| parent != place))
        .collect();
    let Some(part) = choose(u, &parts)? else {
        return Ok(None);
    };
    let text = settled(u, part, &place)?;
    Ok(Some(vec![Edit::expression(&place, text)]))
}

/// The things of which there may be one more or less.
fn repeatable(node: &SyntaxNode) -> bool {
    let Some(parent) = node.parent() else {
        return false;
    };
    match parent.kind() {
        NODE_LIST => true,
        NODE_INHERIT => node.kind() != NODE_INHERIT_FROM,
        _ => matches!(
            node.kind(),
            NODE_ATTRPATH_VALUE | NODE_INHERIT | NODE_PAT_ENTRY
        ),
    }
}

pub(super) fn delete(u: &mut Unstructured<'_>, subject: &Subject<'_>) -> Result<Option<Vec<Edit>>> {
    let Some(victim) = one_of(u, subject, repeatable)? else {
        return Ok(None);
    };
    let mut range = victim.text_range();
    if victim.kind() == NODE_PAT_ENTRY {
        // The comma that divides it from the next one goes with it, or that before it.
        let comma = |direction| {
            victim
                .siblings_with_tokens(direction)
                .skip(1)
                .take_while(|sibling| sibling.as_token().is_some())
                .find(|sibling| sibling.kind() == TOKEN_COMMA)
        };
        let comma = comma(Direction::Next).or_else(|| comma(Direction::Prev));
        if let Some(comma) = comma {
            range = range.cover(comma.text_range());
        }
    }
    Ok(Some(vec![Edit::replace(range, " ")]))
}

pub(super) fn duplicate(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let Some(node) = one_of(u, subject, repeatable)? else {
        return Ok(None);
    };
    let text = if node.kind() == NODE_PAT_ENTRY {
        // Twice the same name is an error in every release.
        format!("{}, d{} ", node.text(), node.text())
    } else {
        format!("{} {} ", node.text(), node.text())
    };
    Ok(Some(vec![Edit::replace(node.text_range(), text)]))
}

pub(super) fn swap(u: &mut Unstructured<'_>, subject: &Subject<'_>) -> Result<Option<Vec<Edit>>> {
    let (Some(one), Some(other)) = (any(u, subject)?, any(u, subject)?) else {
        return Ok(None);
    };
    if one
        .text_range()
        .intersect(other.text_range())
        .is_some_and(|common| !common.is_empty())
    {
        return Ok(None);
    }
    let (first, second) = (settled(u, &other, &one)?, settled(u, &one, &other)?);
    Ok(Some(vec![
        Edit::expression(&one, first),
        Edit::expression(&other, second),
    ]))
}

pub(super) fn swap_entries(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let Some(set) = one_of(u, subject, |node| entries(node).len() > 1)? else {
        return Ok(None);
    };
    let entries = entries(&set);
    let index = u.choose_index(entries.len() - 1)?;
    let (one, other) = (&entries[index], &entries[index + 1]);
    Ok(Some(vec![
        Edit::replace(one.text_range(), other.text().to_string()),
        Edit::replace(other.text_range(), one.text().to_string()),
    ]))
}

pub(super) fn add_item(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let Some(list) = one_of(u, subject, |node| node.kind() == NODE_LIST)? else {
        return Ok(None);
    };
    let Some(end) = list.last_token() else {
        return Ok(None);
    };
    let item = match any(u, subject)? {
        Some(source) if u.int_in_range(0..=1_u8)? == 1 => settled(u, &source, &list)?,
        _ => choose(u, SMALL)?.map_or("null", |small| small).to_owned(),
    };
    Ok(Some(vec![Edit::insert(
        end.text_range().start(),
        format!(" {item} "),
    )]))
}

pub(super) fn add_binding(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let is_set =
        |node: &SyntaxNode| matches!(node.kind(), NODE_ATTR_SET | NODE_LET_IN | NODE_LEGACY_LET);
    let Some(set) = one_of(u, subject, is_set)? else {
        return Ok(None);
    };
    let end = set.children_with_tokens().find(|child| {
        matches!(child.kind(), TOKEN_R_BRACE | TOKEN_IN) && child.as_token().is_some()
    });
    let Some(end) = end else {
        return Ok(None);
    };
    let name = super::names::attribute_name(u, subject)?;
    let value = choose(u, SMALL)?.map_or("null", |small| small);
    let text = match u.int_in_range(0..=3_u8)? {
        0 => format!(" inherit ({value}) {name}; "),
        1 => format!(" {name}.{name} = {value}; "),
        _ => format!(" {name} = {value}; "),
    };
    Ok(Some(vec![Edit::insert(end.text_range().start(), text)]))
}

/// The inherited names of a program, for the mutations that change them.
pub(super) fn inherits(subject: &Subject<'_>) -> Vec<SyntaxNode> {
    subject
        .root
        .descendants()
        .filter(|node| node.kind() == NODE_INHERIT && !inherited(node).is_empty())
        .collect()
}

/// The text of an expression for use inside another one.
pub(super) fn text_of(node: &SyntaxNode) -> String {
    closed(node)
}
