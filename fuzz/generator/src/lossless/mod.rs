//! Programs as lossless trees, and edits of their text.
//!
//! Mutations and rewrites read the tree of rnix and answer with [`Edit`]s of the text, so that all they
//! do not touch stays as it was, byte for byte.

use rnix::{
    SyntaxKind::{self, *},
    SyntaxNode, ast,
};
use rowan::{TextRange, TextSize, WalkEvent, ast::AstNode};

pub(crate) mod scope;

/// Longer programs are left alone: rnix and rowan recurse on chains of operators.
const MOST_TOKENS: usize = 10_000;

/// Nor are still longer ones taken apart into tokens.
const MOST_BYTES: usize = 1 << 20;

/// Programs nested more deeply are left alone, for the same reason.
const MOST_DEPTH: usize = 400;

/// The replacement of a range of a program's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    /// What is replaced.
    pub range: TextRange,
    /// What stands there afterwards.
    pub text: String,
}

impl Edit {
    /// Puts another expression in the place of one. Spaces around an expression never mean anything.
    pub fn expression(node: &SyntaxNode, text: impl AsRef<str>) -> Edit {
        Edit {
            range: node.text_range(),
            text: format!(" {} ", text.as_ref()),
        }
    }

    /// Replaces a whole node or token.
    pub fn replace(range: TextRange, text: impl Into<String>) -> Edit {
        Edit {
            range,
            text: text.into(),
        }
    }

    /// Inserts text before an offset.
    pub fn insert(at: TextSize, text: impl Into<String>) -> Edit {
        Edit::replace(TextRange::empty(at), text)
    }
}

/// The tree of a program; none if rnix finds an error or it is too large.
pub(crate) fn parse(text: &str) -> Option<SyntaxNode> {
    if text.len() > MOST_BYTES || rnix::tokenize(text).nth(MOST_TOKENS).is_some() {
        return None;
    }
    let parsed = rnix::Root::parse(text);
    if !parsed.errors().is_empty() {
        return None;
    }
    let root = parsed.syntax();
    let mut depth = 0_usize;
    for event in root.preorder() {
        match event {
            WalkEvent::Enter(_) => depth += 1,
            WalkEvent::Leave(_) => depth -= 1,
        }
        if depth > MOST_DEPTH {
            return None;
        }
    }
    Some(root)
}

/// The text after all edits; none where two of them overlap.
pub(crate) fn apply(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort_by_key(|edit| (edit.range.start(), edit.range.end()));
    let mut result = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for edit in &edits {
        let (start, end) = (
            usize::from(edit.range.start()),
            usize::from(edit.range.end()),
        );
        result.push_str(text.get(done..start)?);
        result.push_str(&edit.text);
        done = end;
    }
    result.push_str(text.get(done..)?);
    Some(result)
}

/// Where an expression stands, parentheses around it aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It is the program.
    Program,
    /// An item of a list.
    Item,
    /// What is called.
    Function,
    /// What a function is called with.
    Argument,
    /// The condition of an `if`.
    Condition,
    /// What follows `then` or `else`.
    Branch,
    /// The condition of an `assert`.
    Asserted,
    /// What follows an `assert`, a `with`, a `let` or the head of a function.
    Body,
    /// The value of a binding.
    Value,
    /// The default of a formal argument.
    Default,
    /// What is selected from, in `e.a` and `e ? a`.
    Selected,
    /// What stands after `or`.
    Otherwise,
    /// An operand.
    Operand,
    /// The set of a `with`.
    Namespace,
    /// In `"${e}"`.
    Interpolated,
    /// In `${e}` as the name of an attribute.
    Name,
    /// In `inherit (e)`.
    Source,
}

/// Whether a node is an expression, rather than the name of something.
pub(crate) fn is_expression(node: &SyntaxNode) -> bool {
    if node.kind() == NODE_ROOT || !ast::Expr::can_cast(node.kind()) {
        return false;
    }
    let Some(parent) = node.parent() else {
        return false;
    };
    match parent.kind() {
        NODE_ATTRPATH | NODE_INHERIT | NODE_IDENT_PARAM | NODE_PAT_BIND => false,
        NODE_PAT_ENTRY => parent.first_child().as_ref() != Some(node),
        // `a or` as C++ Nix reads it: `or` is then an argument, but can be no other expression.
        NODE_APPLY => node.text() != "or",
        _ => true,
    }
}

/// All expressions of a tree, outer ones first.
pub(crate) fn expressions(root: &SyntaxNode) -> Vec<SyntaxNode> {
    root.descendants().filter(is_expression).collect()
}

/// The expressions that are children of a node, in order.
pub(crate) fn operands(node: &SyntaxNode) -> Vec<SyntaxNode> {
    node.children().filter(is_expression).collect()
}

/// An expression without the parentheses around it.
pub(crate) fn peel(node: &SyntaxNode) -> SyntaxNode {
    let mut node = node.clone();
    while node.kind() == NODE_PAREN {
        match node.first_child() {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

/// An expression with all parentheses around it.
pub(crate) fn outermost(node: &SyntaxNode) -> SyntaxNode {
    let mut node = node.clone();
    while let Some(parent) = node.parent().filter(|parent| parent.kind() == NODE_PAREN) {
        node = parent;
    }
    node
}

/// Where an expression stands.
pub(crate) fn role(node: &SyntaxNode) -> Option<Role> {
    let node = outermost(node);
    let parent = node.parent()?;
    let index = operands(&parent).iter().position(|child| *child == node)?;
    Some(match (parent.kind(), index) {
        (NODE_ROOT, _) => Role::Program,
        (NODE_LIST, _) => Role::Item,
        (NODE_APPLY, 0) => Role::Function,
        (NODE_APPLY, _) => Role::Argument,
        (NODE_IF_ELSE, 0) => Role::Condition,
        (NODE_IF_ELSE, _) => Role::Branch,
        (NODE_ASSERT, 0) => Role::Asserted,
        (NODE_WITH, 0) => Role::Namespace,
        (NODE_ASSERT | NODE_WITH | NODE_LET_IN | NODE_LAMBDA, _) => Role::Body,
        (NODE_ATTRPATH_VALUE, _) => Role::Value,
        (NODE_PAT_ENTRY, _) => Role::Default,
        (NODE_SELECT | NODE_HAS_ATTR, 0) => Role::Selected,
        (NODE_SELECT, _) => Role::Otherwise,
        (NODE_BIN_OP | NODE_UNARY_OP, _) => Role::Operand,
        (NODE_INTERPOL, _) => Role::Interpolated,
        (NODE_DYNAMIC, _) => Role::Name,
        (NODE_INHERIT_FROM, _) => Role::Source,
        _ => return None,
    })
}

/// The node around an expression and the parentheses around that.
pub(crate) fn holder(node: &SyntaxNode) -> Option<SyntaxNode> {
    outermost(node).parent()
}

/// Whether the text of an expression of this kind can stand wherever an expression can.
pub(crate) fn is_closed(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        NODE_IDENT
            | NODE_LITERAL
            | NODE_STRING
            | NODE_LIST
            | NODE_ATTR_SET
            | NODE_PAREN
            | NODE_PATH_ABS
            | NODE_PATH_HOME
            | NODE_PATH_REL
            | NODE_PATH_SEARCH
            | NODE_CUR_POS
    )
}

/// The text of an expression, in parentheses where it needs them.
pub(crate) fn closed(node: &SyntaxNode) -> String {
    if is_closed(node.kind()) {
        node.text().to_string()
    } else {
        format!("({})", node.text())
    }
}

/// The name that an identifier, a string or `${"…"}` gives to an attribute; none where only evaluation
/// tells. As in C++ Nix, `${"a"}` is as static as `a`.
pub(crate) fn static_name(attr: &SyntaxNode) -> Option<String> {
    match attr.kind() {
        NODE_IDENT => Some(attr.text().to_string()),
        NODE_STRING => plain_string(attr),
        NODE_DYNAMIC => {
            let inner = peel(&attr.first_child()?);
            (inner.kind() == NODE_STRING)
                .then(|| plain_string(&inner))
                .flatten()
        }
        _ => None,
    }
}

/// The content of a string in double quotes that has neither interpolation nor escapes.
pub(crate) fn plain_string(string: &SyntaxNode) -> Option<String> {
    let text = string.text().to_string();
    let content = text.strip_prefix('"')?.strip_suffix('"')?;
    let is_plain = string.children().next().is_none() && !content.contains(['\\', '$', '\r']);
    is_plain.then(|| content.to_owned())
}

/// The names of an attribute path; none where one is not static.
pub(crate) fn static_path(path: &SyntaxNode) -> Option<Vec<String>> {
    path.children().map(|attr| static_name(&attr)).collect()
}

/// The operator of a binary or unary operation.
pub(crate) fn operator(node: &SyntaxNode) -> Option<rnix::SyntaxToken> {
    node.children_with_tokens()
        .filter_map(rowan::NodeOrToken::into_token)
        .find(|token| !token.kind().is_trivia())
}

/// Whether a node has a token of this kind as its own.
pub(crate) fn has_token(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    node.children_with_tokens()
        .any(|child| child.as_token().is_some() && child.kind() == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(text: &str) -> Vec<String> {
        let root = parse(text).expect("the program is one");
        expressions(&root)
            .iter()
            .filter(|node| node.kind() != NODE_PAREN)
            .map(|node| format!("{}: {:?}", node.text(), role(node).expect("it has a role")))
            .collect()
    }

    #[test]
    fn every_expression_has_a_role() {
        insta::assert_snapshot!(roles("with a; ((f) { b, c ? d, ... }@e: [ g.h.\"i\" or (j) ])").join("\n"), @r#"
        with a; ((f) { b, c ? d, ... }@e: [ g.h."i" or (j) ]): Program
        a: Namespace
        (f) { b, c ? d, ... }@e: [ g.h."i" or (j) ]: Body
        f: Function
        { b, c ? d, ... }@e: [ g.h."i" or (j) ]: Argument
        d: Default
        [ g.h."i" or (j) ]: Body
        g.h."i" or (j): Item
        g: Selected
        j: Otherwise
        "#);
    }

    #[test]
    fn edits_are_applied_from_left_to_right_and_must_not_overlap() {
        let range = |start: u32, end: u32| TextRange::new(start.into(), end.into());
        let edits = vec![
            Edit::replace(range(2, 3), "y"),
            Edit::replace(range(0, 1), "xx"),
        ];
        assert_eq!(apply("a b", edits).as_deref(), Some("xx y"));
        let edits = vec![
            Edit::replace(range(0, 2), "y"),
            Edit::replace(range(1, 3), "z"),
        ];
        assert_eq!(apply("a b", edits), None);
    }

    #[test]
    fn what_nests_too_deeply_is_left_alone() {
        assert!(parse(&"-".repeat(9_000)).is_none());
        assert!(parse(&format!("{}1", "-".repeat(5_000))).is_none());
        assert!(parse(&"1 + ".repeat(50_000)).is_none());
        assert!(parse(&format!("1{}", " + 1".repeat(300))).is_some());
    }
}
