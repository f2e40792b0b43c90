//! Mutations of names: variables, attributes, builtins.

use arbitrary::{Result, Unstructured};
use rnix::{SyntaxKind::*, SyntaxNode};

use super::{Subject, choose, subtrees::one_of};
use crate::lossless::{
    Edit, expressions,
    scope::{self, bound_names, references, uses, visible},
};

/// Names that programs share by accident: short ones, those that mean something to Nix, and some that
/// need quotes.
const NAMES: &[&str] = &[
    "a",
    "b",
    "x",
    "y",
    "name",
    "value",
    "type",
    "outPath",
    "drvPath",
    "__functor",
    "__toString",
    "__overrides",
    "__sub",
    "__lessThan",
    "body",
    "key",
    "args",
    "system",
    "builder",
    "outputs",
    "or",
    "x'",
    "a-b",
    "_",
    "true",
    "null",
    "builtins",
    "map",
    "\"\"",
    "\"a b\"",
    "\"a.b\"",
    "\"if\"",
    "\"1\"",
];

/// Builtins by the number of their arguments. None of them reads anything but its arguments.
const BUILTINS: &[&[&str]] = &[
    &[
        "abort",
        "add",
        "attrNames",
        "attrValues",
        "baseNameOf",
        "ceil",
        "concatLists",
        "fromJSON",
        "fromTOML",
        "functionArgs",
        "genericClosure",
        "getContext",
        "head",
        "isAttrs",
        "isBool",
        "isFloat",
        "isFunction",
        "isInt",
        "isList",
        "isNull",
        "isPath",
        "isString",
        "length",
        "listToAttrs",
        "floor",
        "parseDrvName",
        "placeholder",
        "splitVersion",
        "stringLength",
        "tail",
        "throw",
        "toJSON",
        "toString",
        "toXML",
        "tryEval",
        "typeOf",
        "unsafeDiscardOutputDependency",
        "unsafeDiscardStringContext",
    ],
    &[
        "add",
        "addErrorContext",
        "all",
        "any",
        "appendContext",
        "bitAnd",
        "bitOr",
        "bitXor",
        "catAttrs",
        "compareVersions",
        "concatMap",
        "concatStringsSep",
        "deepSeq",
        "div",
        "elem",
        "elemAt",
        "filter",
        "genList",
        "getAttr",
        "groupBy",
        "hasAttr",
        "hashString",
        "intersectAttrs",
        "lessThan",
        "map",
        "mapAttrs",
        "match",
        "mul",
        "partition",
        "removeAttrs",
        "seq",
        "sort",
        "split",
        "sub",
        "toFile",
        "trace",
        "unsafeGetAttrPos",
        "zipAttrsWith",
    ],
    &["foldl'", "replaceStrings", "substring"],
];

/// A name for an attribute: one of the program's, mostly.
pub(super) fn attribute_name(u: &mut Unstructured<'_>, subject: &Subject<'_>) -> Result<String> {
    let own: Vec<String> = subject
        .root
        .descendants()
        .filter(|node| node.parent().is_some_and(|p| p.kind() == NODE_ATTRPATH))
        .map(|node| node.text().to_string())
        .collect();
    match choose(u, &own)? {
        Some(name) if u.int_in_range(0..=2_u8)? > 0 => Ok(name.clone()),
        _ => Ok(choose(u, NAMES)?.map_or("a", |name| name).to_owned()),
    }
}

/// A name for a variable, which has no quotes.
fn variable(u: &mut Unstructured<'_>) -> Result<String> {
    let names: Vec<_> = NAMES
        .iter()
        .filter(|name| !name.starts_with('"') && **name != "or")
        .collect();
    Ok(choose(u, &names)?.map_or("a", |name| name).to_owned())
}

pub(super) fn rename(u: &mut Unstructured<'_>, subject: &Subject<'_>) -> Result<Option<Vec<Edit>>> {
    let is_binding = |node: &SyntaxNode| scope::is_scope(node) && !bound_names(node).is_empty();
    let Some(scope) = one_of(u, subject, is_binding)? else {
        return Ok(None);
    };
    let names = bound_names(&scope);
    let Some(old) = choose(u, &names)? else {
        return Ok(None);
    };
    let new = variable(u)?;
    let mut edits: Vec<Edit> = uses(&scope, old)
        .iter()
        .map(|reference| {
            let text = if reference.inherited { old } else { &new };
            Edit::replace(reference.node.text_range(), text)
        })
        .collect();
    for definition in definitions(&scope, old) {
        edits.push(Edit::replace(definition.text_range(), new.clone()));
    }
    // Now and then a use is forgotten.
    if edits.len() > 1 && u.int_in_range(0..=3_u8)? == 3 {
        let forgotten = u.choose_index(edits.len())?;
        edits.swap_remove(forgotten);
    }
    Ok(Some(edits))
}

/// The identifiers by which a scope binds a name.
fn definitions(scope: &SyntaxNode, name: &str) -> Vec<SyntaxNode> {
    let binders: Vec<SyntaxNode> = if scope.kind() == NODE_LAMBDA {
        let formals = scope.first_child().into_iter().flat_map(|param| {
            let own = (param.kind() == NODE_IDENT_PARAM).then(|| param.clone());
            own.into_iter().chain(param.children()).collect::<Vec<_>>()
        });
        formals.filter_map(|formal| formal.first_child()).collect()
    } else {
        scope::entries(scope)
            .iter()
            .filter(|entry| entry.kind() == NODE_ATTRPATH_VALUE)
            .filter_map(|entry| entry.first_child()?.first_child())
            .collect()
    };
    binders
        .into_iter()
        .filter(|binder| binder.kind() == NODE_IDENT && binder.text() == name)
        .collect()
}

pub(super) fn retarget(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let uses = references(subject.root);
    let Some(reference) = choose(u, &uses)? else {
        return Ok(None);
    };
    let names: Vec<String> = visible(&reference.node).into_iter().collect();
    let Some(name) = choose(u, &names)? else {
        return Ok(None);
    };
    Ok(Some(vec![Edit::replace(
        reference.node.text_range(),
        name.clone(),
    )]))
}

pub(super) fn rename_attribute(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    let is_attribute = |node: &SyntaxNode| node.parent().is_some_and(|p| p.kind() == NODE_ATTRPATH);
    let Some(node) = one_of(u, subject, is_attribute)? else {
        return Ok(None);
    };
    let name = attribute_name(u, subject)?;
    Ok(Some(vec![Edit::replace(node.text_range(), name)]))
}

pub(super) fn builtin(
    u: &mut Unstructured<'_>,
    subject: &Subject<'_>,
) -> Result<Option<Vec<Edit>>> {
    // `builtins.NAME`, and globals.
    let mut places = Vec::new();
    for node in expressions(subject.root) {
        let (name, is_variable) = match node.kind() {
            NODE_IDENT => (node.text().to_string(), true),
            NODE_SELECT => {
                let of_builtins = node
                    .first_child()
                    .is_some_and(|set| set.text() == "builtins");
                let Some(path) = node.children().nth(1).filter(|_| of_builtins) else {
                    continue;
                };
                (path.text().to_string(), false)
            }
            _ => continue,
        };
        let arity = BUILTINS
            .iter()
            .position(|names| names.contains(&name.as_str()));
        if let Some(arity) =
            arity.filter(|_| !is_variable || scope::GLOBALS.contains(&name.as_str()))
        {
            places.push((node, arity));
        }
    }
    let Some((node, arity)) = choose(u, &places)? else {
        return Ok(None);
    };
    // Now and then one that takes another number.
    let arity = match u.int_in_range(0..=7_u8)? {
        7 => u.choose_index(BUILTINS.len())?,
        _ => *arity,
    };
    let name = choose(u, BUILTINS[arity])?.map_or("typeOf", |name| name);
    Ok(Some(vec![Edit::expression(
        node,
        format!("builtins.{name}"),
    )]))
}
