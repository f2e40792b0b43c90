//! What has to be known of a program before any of it is rewritten.

use rnix::{SyntaxKind::*, SyntaxNode};

use crate::lossless::{
    self, Role, has_token, holder, operands, operator, peel, plain_string, role,
    scope::{Meaning, bound_names, entries, entry_names, is_scope, meaning, references},
    static_name, static_path,
};

/// A program that cannot see how it is written.
pub(super) struct Program<'a> {
    pub text: &'a str,
    pub root: SyntaxNode,
    /// Whether it can see the names of parameters (`toXML` writes them).
    pub sees_parameters: bool,
    /// Whether it can see how often something fails: a thunk that failed is evaluated again in the
    /// releases before 2.34, and `tryEval` lets a program go on and look.
    pub sees_failures: bool,
}

impl<'a> Program<'a> {
    /// None where the text is no program, or the program may see positions, its own text, or what is
    /// evaluated and what is not.
    pub fn new(text: &'a str) -> Option<Self> {
        // Names that a program puts together at run time are of no use to it: `builtins` is only used
        // in ways that spell the names.
        const SEES_ITSELF: &[&str] = &[
            "__curPos",
            "unsafeGetAttrPos",
            "__overrides",
            "valueSize",
            // In 2.26 it refuses attributes that are not evaluated yet.
            "flakeRefToString",
        ];
        // White space of rnix that C++ Nix does not know.
        let is_odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        // A carriage return alone ends a line, and so a comment, in C++ Nix and not in rnix.
        let is_alone = |(at, _): (usize, &str)| text.as_bytes().get(at + 1) != Some(&b'\n');
        if text.contains(is_odd) || text.match_indices('\r').any(is_alone) {
            return None;
        }
        if SEES_ITSELF.iter().any(|name| text.contains(name)) {
            return None;
        }
        let root = lossless::parse(text)?;
        let is_blind = root.descendants().all(|node| {
            let binds_operators =
                || is_scope(&node) && bound_names(&node).iter().any(|name| name.starts_with("__"));
            match node.kind() {
                // `builtins."trace"`: names of such builtins are looked for where they are plain.
                NODE_STRING => !plain_string(&node).is_some_and(|name| writes_values(&name)),
                NODE_IDENT => {
                    !is_open_builtins(&node) && !shows_values(&node) && !is_variable_or(&node)
                }
                NODE_DYNAMIC => {
                    !sees_its_set(&node) && !is_in_merged_set(&node) && !is_indented_text(&node)
                }
                NODE_PATH_REL => is_elsewhere(&node, text),
                // Which of its variables are recursive depends on what it is merged with.
                NODE_ATTR_SET if has_token(&node, TOKEN_REC) && !may_be_set(&node) => false,
                // `"${./.}"` as text is a path too.
                NODE_PATH_ABS | NODE_PATH_HOME => !text.contains("toString"),
                _ => !binds_operators(),
            }
        });
        is_blind.then(|| Program {
            text,
            root,
            sees_parameters: text.contains("toXML"),
            sees_failures: text.contains("tryEval")
                && (text.contains("race") || text.contains("warn")),
        })
    }

    /// A name that does not occur in the program, not even in a string.
    pub fn fresh(&self) -> String {
        let mut name = "v".to_owned();
        let mut number = 0;
        while self.text.contains(&name) {
            number += 1;
            name = format!("v{number}");
        }
        name
    }
}

/// Whether this is `or` as a variable, in `a or` and `f a or b`: it is none that anything here knows of.
fn is_variable_or(ident: &SyntaxNode) -> bool {
    let is_applied = |outer: SyntaxNode| outer.kind() == NODE_APPLY;
    ident.text() == "or" && ident.parent().is_some_and(is_applied)
}

/// Whether this is `builtins`, used in a way that does not spell the name of the builtin.
fn is_open_builtins(ident: &SyntaxNode) -> bool {
    if ident.text() != "builtins" || !lossless::is_expression(ident) {
        return false;
    }
    let Some(parent) = holder(ident) else {
        return true;
    };
    match role(ident) {
        Some(Role::Selected) => parent
            .children()
            .find(|child| child.kind() == NODE_ATTRPATH)
            .and_then(|path| static_path(&path))
            // `builtins.builtins` is again the set.
            .is_none_or(|path| path.first().is_none_or(|name| name == "builtins")),
        Some(Role::Namespace | Role::Source) => false,
        _ => true,
    }
}

/// Whether this names a builtin that writes values, with what is not evaluated as `<CODE>` and with
/// positions of functions, in a way that does not make sure that it is given a string.
fn shows_values(ident: &SyntaxNode) -> bool {
    if !writes_values(&ident.text().to_string()) {
        return false;
    }
    let Some(parent) = ident.parent() else {
        return true;
    };
    let function = match parent.kind() {
        NODE_INHERIT => return false,
        NODE_ATTRPATH => match parent.parent() {
            Some(select) if select.kind() == NODE_SELECT => select,
            _ => return true,
        },
        _ if lossless::is_expression(ident) => ident.clone(),
        _ => return true,
    };
    if role(&function) != Some(Role::Function) {
        return true;
    }
    holder(&function)
        .and_then(|call| operands(&call).into_iter().nth(1))
        .is_none_or(|argument| !is_text(&argument))
}

/// Whether the name of an attribute may ask for the set that it belongs to, while that is being made: 2.3
/// and 2.8 make a set where its value goes, so that the cell of a variable holds it before its names are
/// known, and `with s;` finds nothing there; in later releases it is still being evaluated. With another
/// cell between the set and the variable that is so in all releases.
fn sees_its_set(dynamic: &SyntaxNode) -> bool {
    let defines = dynamic
        .parent()
        .and_then(|path| path.parent())
        .is_some_and(|binding| binding.kind() == NODE_ATTRPATH_VALUE);
    defines
        && references(dynamic)
            .iter()
            .any(|found| match meaning(&found.node, &found.name) {
                Meaning::With(_) => true,
                Meaning::Free => false,
                // In the binding of a `let` or a recursive set, not in its body.
                Meaning::Bound(scope) => dynamic.ancestors().any(|ancestor| {
                    matches!(ancestor.kind(), NODE_ATTRPATH_VALUE | NODE_INHERIT)
                        && ancestor.parent().as_ref() == Some(&scope)
                }),
            })
}

/// Whether the name of an attribute is an indented string with an interpolation: where that is a string and nothing else
/// is there, the name is static, so that what is interpolated cannot be written otherwise.
fn is_indented_text(dynamic: &SyntaxNode) -> bool {
    let name = dynamic.first_child().map(|inner| peel(&inner));
    name.is_some_and(|name| {
        name.kind() == NODE_STRING
            && name.text().to_string().starts_with("''")
            && name.children().any(|part| part.kind() == NODE_INTERPOL)
    })
}

/// Whether the name of an attribute is in a set that is written in several parts. There it is looked up by
/// its spelling, as the first part says (issue 7115 of Nix), so that a variable cannot be renamed.
fn is_in_merged_set(dynamic: &SyntaxNode) -> bool {
    dynamic
        .ancestors()
        .filter(|binding| binding.kind() == NODE_ATTRPATH_VALUE)
        .any(|binding| {
            let first = |entry: &SyntaxNode| {
                let path = entry
                    .children()
                    .find(|child| child.kind() == NODE_ATTRPATH)?;
                static_name(&path.children().next()?)
            };
            let Some(name) = first(&binding) else {
                return false;
            };
            binding
                .parent()
                .into_iter()
                .flat_map(|set| set.children())
                .any(|other| other != binding && first(&other).as_ref() == Some(&name))
        })
}

/// Whether a builtin of this name writes values.
fn writes_values(name: &str) -> bool {
    matches!(
        name.trim_start_matches('_'),
        "trace" | "traceVerbose" | "warn" | "break"
    )
}

/// Whether an expression is a string, if it is anything.
fn is_text(node: &SyntaxNode) -> bool {
    let node = peel(node);
    match node.kind() {
        NODE_STRING => true,
        NODE_BIN_OP => {
            operator(&node).is_some_and(|token| token.kind() == TOKEN_ADD)
                && operands(&node).first().is_some_and(is_text)
        }
        NODE_APPLY => operands(&node)
            .first()
            .is_some_and(|function| function.text() == "toString"),
        _ => false,
    }
}

/// Whether a path leads to another file than the program's own, and not to a folder that has it.
fn is_elsewhere(path: &SyntaxNode, text: &str) -> bool {
    let written = path.text().to_string();
    let below = written.strip_prefix("./").unwrap_or(&written);
    let first = below.split('/').next().unwrap_or_default();
    let has_pieces = path.children().next().is_some();
    !has_pieces
        && !matches!(first, "" | "." | ".." | "program.nix" | "default.nix")
        && !text.contains("..\"")
        && !text.contains("../")
        && !text.contains("/..")
        && !text.contains("dirOf")
}

/// Whether an expression can become another one that has the same value and is evaluated when this one
/// would be: where it is no variable that stands for its cell, no set that the parser merges, no name
/// of an attribute, and no `==` that `assert` takes apart.
pub(super) fn is_replaceable(node: &SyntaxNode) -> bool {
    if !lossless::is_expression(node) {
        return false;
    }
    let inner = peel(node);
    let Some(role) = role(node) else {
        return false;
    };
    match role {
        Role::Name => false,
        Role::Asserted => !is_operation(&inner, TOKEN_EQUAL),
        Role::Value if inner.kind() == NODE_ATTR_SET => may_be_set(node),
        _ => !(is_cell(node, role) && inner.kind() == NODE_IDENT),
    }
}

/// Whether what stands here gets a cell that outlives its evaluation.
pub(super) fn is_cell(node: &SyntaxNode, role: Role) -> bool {
    match role {
        Role::Item
        | Role::Argument
        | Role::Value
        | Role::Default
        | Role::Namespace
        | Role::Source => true,
        Role::Operand => holder(node).is_some_and(|holder| {
            is_operation(&holder, TOKEN_PIPE_LEFT) || is_operation(&holder, TOKEN_PIPE_RIGHT)
        }),
        _ => false,
    }
}

/// Whether a node is an operation with this operator.
pub(super) fn is_operation(node: &SyntaxNode, kind: rnix::SyntaxKind) -> bool {
    match node.kind() {
        NODE_BIN_OP | NODE_UNARY_OP => operator(node).is_some_and(|token| token.kind() == kind),
        _ => false,
    }
}

/// Whether a literal set can stand here, or no longer stand here, without being merged with another
/// definition of the same attribute.
pub(super) fn may_be_set(node: &SyntaxNode) -> bool {
    if role(node) != Some(Role::Value) {
        return true;
    }
    holder(node).is_some_and(|binding| is_only_definition(&binding))
}

/// Whether a binding is the only one of its set for the first name of its path, which is static; and
/// its set, where that is the value of an attribute, is not merged with another one either.
pub(super) fn is_only_definition(binding: &SyntaxNode) -> bool {
    let own = entry_names(binding);
    let (Some(set), [name]) = (binding.parent(), own.as_slice()) else {
        return false;
    };
    let is_single = names(&set).iter().filter(|other| *other == name).count() == 1;
    is_single
        && !entries(&set).iter().any(has_escaped_name)
        && (set.kind() != NODE_ATTR_SET || may_be_set(&set))
}

/// Whether the first name of an entry is a string with escapes: it is static, and may be any name.
fn has_escaped_name(entry: &SyntaxNode) -> bool {
    let path = entry.children().find(|child| child.kind() == NODE_ATTRPATH);
    let Some(first) = path.and_then(|path| path.first_child()) else {
        return false;
    };
    let text = match first.kind() {
        NODE_DYNAMIC => first.first_child().map(|inner| peel(&inner)),
        _ => Some(first.clone()),
    };
    let is_text =
        text.is_some_and(|text| text.kind() == NODE_STRING && text.children().next().is_none());
    is_text && static_name(&first).is_none()
}

/// Whether a set or a `let` has only attributes whose names, and those in their paths, are static.
pub(super) fn is_static(set: &SyntaxNode) -> bool {
    entries(set).iter().all(|entry| match entry.kind() {
        NODE_ATTRPATH_VALUE => entry
            .first_child()
            .is_some_and(|path| static_path(&path).is_some()),
        _ => entry
            .children()
            .filter(|child| child.kind() != NODE_INHERIT_FROM)
            .all(|attr| static_name(&attr).is_some()),
    })
}

/// Whether a node is a set that is not recursive, and whose names are all static.
pub(super) fn is_plain_set(node: &SyntaxNode) -> bool {
    node.kind() == NODE_ATTR_SET && !has_token(node, TOKEN_REC) && is_static(node)
}

/// The names of a set or a `let`, one for each definition.
pub(super) fn names(set: &SyntaxNode) -> Vec<String> {
    entries(set).iter().flat_map(entry_names).collect()
}

/// The single name of a binding `x = e;` and its value.
pub(super) fn simple(binding: &SyntaxNode) -> Option<(SyntaxNode, SyntaxNode)> {
    if binding.kind() != NODE_ATTRPATH_VALUE {
        return None;
    }
    let path = binding.first_child()?;
    let mut attrs = path.children();
    let name = attrs.next().filter(|name| name.kind() == NODE_IDENT)?;
    if attrs.next().is_some() || name.text() == "or" {
        return None;
    }
    Some((name, operands(binding).pop()?))
}

/// Whether a scope binds one of its variables to another one, just so: then it shows which is bound
/// first, and that depends on their names.
pub(super) fn has_alias(scope: &SyntaxNode) -> bool {
    is_scope(scope)
        && entries(scope).iter().any(|entry| {
            let value = operands(entry).pop().map(|value| peel(&value));
            value.is_some_and(|value| {
                value.kind() == NODE_IDENT
                    && meaning(&value, &value.text().to_string()) == Meaning::Bound(scope.clone())
            })
        })
}
