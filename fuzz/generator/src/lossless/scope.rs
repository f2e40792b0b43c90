//! Which binding an identifier means.
//!
//! C++ Nix resolves variables when it has parsed a file: what a `let`, a recursive set or a function
//! around it binds, the innermost first; what is left may come from a `with`, the innermost first.

use std::collections::BTreeSet;

use rnix::{SyntaxKind::*, SyntaxNode};

use super::{has_token, is_expression, operands, static_name};

/// The variables that every program has under their own name.
pub(crate) const GLOBALS: &[&str] = &[
    "abort",
    "baseNameOf",
    "break",
    "builtins",
    "derivation",
    "derivationStrict",
    "dirOf",
    "false",
    "fetchGit",
    "fetchMercurial",
    "fetchTarball",
    "fetchTree",
    "fromTOML",
    "import",
    "isNull",
    "map",
    "null",
    "placeholder",
    "removeAttrs",
    "scopedImport",
    "throw",
    "toString",
    "true",
];

/// What an identifier means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// What this `let`, recursive set or function binds.
    Bound(SyntaxNode),
    /// Nothing binds it: a variable of every program, or none.
    Free,
    /// Nothing binds it, but there is a `with` around: the innermost.
    With(SyntaxNode),
}

/// A use of a variable.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    /// The identifier.
    pub node: SyntaxNode,
    /// Its name.
    pub name: String,
    /// Whether it stands in an `inherit` without a source, which also binds or names it.
    pub inherited: bool,
}

/// Whether a node binds names for what is in it.
pub(crate) fn is_scope(node: &SyntaxNode) -> bool {
    match node.kind() {
        NODE_LET_IN | NODE_LEGACY_LET | NODE_LAMBDA => true,
        NODE_ATTR_SET => has_token(node, TOKEN_REC),
        _ => false,
    }
}

/// The names that a scope binds, in order. Dynamic attributes bind nothing.
pub(crate) fn bound_names(scope: &SyntaxNode) -> Vec<String> {
    if scope.kind() == NODE_LAMBDA {
        return scope
            .first_child()
            .into_iter()
            .flat_map(|param| param.descendants().collect::<Vec<_>>())
            .filter(|node| node.kind() == NODE_IDENT && !is_expression(node))
            .filter(|node| {
                // The nearest function around a formal is this one; those in defaults have others.
                let owner = node
                    .ancestors()
                    .find(|ancestor| ancestor.kind() == NODE_LAMBDA);
                let is_formal = node.parent().is_some_and(|parent| {
                    matches!(
                        parent.kind(),
                        NODE_IDENT_PARAM | NODE_PAT_ENTRY | NODE_PAT_BIND
                    )
                });
                is_formal && owner.as_ref() == Some(scope)
            })
            .map(|node| node.text().to_string())
            .collect();
    }
    entries(scope).iter().flat_map(entry_names).collect()
}

/// The bindings and `inherit`s of a set or a `let`.
pub(crate) fn entries(set: &SyntaxNode) -> Vec<SyntaxNode> {
    set.children()
        .filter(|child| matches!(child.kind(), NODE_ATTRPATH_VALUE | NODE_INHERIT))
        .collect()
}

/// The names that a binding or an `inherit` gives to its set: first names of paths only.
pub(crate) fn entry_names(entry: &SyntaxNode) -> Vec<String> {
    match entry.kind() {
        NODE_ATTRPATH_VALUE => entry
            .first_child()
            .and_then(|path| path.first_child())
            .and_then(|attr| static_name(&attr))
            .into_iter()
            .collect(),
        NODE_INHERIT => inherited(entry).iter().filter_map(static_name).collect(),
        _ => Vec::new(),
    }
}

/// The attributes that an `inherit` lists.
pub(crate) fn inherited(inherit: &SyntaxNode) -> Vec<SyntaxNode> {
    inherit
        .children()
        .filter(|child| child.kind() != NODE_INHERIT_FROM)
        .collect()
}

/// Whether an `inherit` has a source.
pub(crate) fn has_source(inherit: &SyntaxNode) -> bool {
    inherit
        .children()
        .any(|child| child.kind() == NODE_INHERIT_FROM)
}

/// The uses of variables in a tree.
pub(crate) fn references(root: &SyntaxNode) -> Vec<Reference> {
    root.descendants()
        .filter_map(|node| {
            let inherited = node
                .parent()
                .is_some_and(|parent| parent.kind() == NODE_INHERIT && !has_source(&parent));
            let name = if inherited {
                static_name(&node)?
            } else if node.kind() == NODE_IDENT && is_expression(&node) {
                node.text().to_string()
            } else {
                return None;
            };
            Some(Reference {
                node,
                name,
                inherited,
            })
        })
        .collect()
}

/// The scopes and `with`s whose names a node sees, innermost first.
fn surroundings(reference: &SyntaxNode) -> Vec<SyntaxNode> {
    let mut child = reference.clone();
    let mut found = Vec::new();
    let mut skip_next_scope = child.parent().is_some_and(|parent| {
        parent.kind() == NODE_INHERIT && !has_source(&parent) && child.kind() != NODE_INHERIT_FROM
    });
    while let Some(parent) = child.parent() {
        match parent.kind() {
            NODE_WITH if operands(&parent).get(1) == Some(&child) => found.push(parent.clone()),
            NODE_ATTR_SET | NODE_LET_IN | NODE_LEGACY_LET if skip_next_scope => {
                skip_next_scope = false;
            }
            _ if is_scope(&parent) => found.push(parent.clone()),
            _ => {}
        }
        child = parent;
    }
    found
}

/// What a name means where a node stands.
pub(crate) fn meaning(at: &SyntaxNode, name: &str) -> Meaning {
    let mut with = None;
    for around in surroundings(at) {
        if around.kind() == NODE_WITH {
            with = with.or(Some(around));
        } else if bound_names(&around).iter().any(|bound| bound == name) {
            return Meaning::Bound(around);
        }
    }
    match with {
        Some(with) if !GLOBALS.contains(&name) && !name.starts_with("__") => Meaning::With(with),
        _ => Meaning::Free,
    }
}

/// The names that are bound where a node stands.
pub(crate) fn visible(at: &SyntaxNode) -> BTreeSet<String> {
    surroundings(at)
        .iter()
        .filter(|around| around.kind() != NODE_WITH)
        .flat_map(bound_names)
        .collect()
}

/// The names that a tree uses and does not bind itself.
pub(crate) fn free_names(tree: &SyntaxNode) -> BTreeSet<String> {
    references(tree)
        .into_iter()
        .filter(
            |reference| match meaning(&reference.node, &reference.name) {
                Meaning::Bound(scope) => !is_within(&scope, tree),
                Meaning::Free | Meaning::With(_) => true,
            },
        )
        .map(|reference| reference.name)
        .collect()
}

/// Whether a node is in another one, or is that.
pub(crate) fn is_within(node: &SyntaxNode, tree: &SyntaxNode) -> bool {
    node.ancestors().any(|ancestor| ancestor == *tree)
}

/// The uses of a name that a scope binds.
pub(crate) fn uses(scope: &SyntaxNode, name: &str) -> Vec<Reference> {
    references(scope)
        .into_iter()
        .filter(|reference| {
            reference.name == name
                && meaning(&reference.node, name) == Meaning::Bound(scope.clone())
        })
        .collect()
}

/// The nodes strictly between a node and one around it, innermost first.
pub(crate) fn between(node: &SyntaxNode, around: &SyntaxNode) -> Vec<SyntaxNode> {
    node.ancestors()
        .skip(1)
        .take_while(|ancestor| ancestor != around)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lossless::parse;
    use twinix_evaluator::builtins::global_names;

    #[test]
    fn the_globals_are_those_of_the_evaluator() {
        assert!(GLOBALS.iter().copied().eq(global_names()));
    }

    /// Each use of a variable with the kind of what binds it.
    fn meanings(text: &str) -> String {
        let root = parse(text).expect("the program is one");
        references(&root)
            .iter()
            .map(
                |reference| match meaning(&reference.node, &reference.name) {
                    Meaning::Bound(scope) => format!(
                        "{}→{:?}@{}",
                        reference.name,
                        scope.kind(),
                        usize::from(scope.text_range().start())
                    ),
                    Meaning::With(_) => format!("{}→with", reference.name),
                    Meaning::Free => format!("{}→free", reference.name),
                },
            )
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn inherited_names_are_those_outside() {
        insta::assert_snapshot!(meanings("let a = 1; in rec { inherit a; b = a; inherit (a) c; }"), @"a→NODE_LET_IN@0 a→NODE_ATTR_SET@14 a→NODE_ATTR_SET@14");
        insta::assert_snapshot!(meanings("let inherit (x) x; in x"), @"x→NODE_LET_IN@0 x→NODE_LET_IN@0");
    }

    #[test]
    fn functions_bind_their_formals_also_in_defaults() {
        insta::assert_snapshot!(meanings("{ a, b ? a, ... }@c: a b c d"), @"a→NODE_LAMBDA@0 a→NODE_LAMBDA@0 b→NODE_LAMBDA@0 c→NODE_LAMBDA@0 d→free");
        insta::assert_snapshot!(meanings("{ a ? (x: x) }: x"), @"x→NODE_LAMBDA@7 x→free");
    }

    #[test]
    fn bindings_win_over_with() {
        insta::assert_snapshot!(meanings("x: with { x = y; y = 1; }; x y true"), @"y→free x→NODE_LAMBDA@0 y→with true→free");
    }

    #[test]
    fn what_a_tree_does_not_bind_is_free() {
        let root = parse("let a = b; in x: a + x + c").expect("the program is one");
        let names: Vec<_> = free_names(&root).into_iter().collect();
        assert_eq!(names, ["b", "c"]);
        let function = root.descendants().find(|node| node.kind() == NODE_LAMBDA);
        let names: Vec<_> = free_names(&function.expect("it has one"))
            .into_iter()
            .collect();
        assert_eq!(names, ["a", "c"]);
    }
}
