//! Questions about the syntax tree that several passes ask.

use rnix::{
    NodeOrToken, Root,
    SyntaxKind::{self, *},
    SyntaxNode, SyntaxToken, TextRange,
};
use std::ops::Range;

use crate::bytes::length;

/// How tightly an expression holds together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// Stands anywhere.
    Atom,
    /// `a.b`
    Select,
    /// `f x`
    Apply,
    /// `a + b`, `-a`, `a ? b`
    Operator,
    /// Takes all that follows: `x: e`, `let … in e`, `if`, `with`, `assert`.
    Open,
}

/// The tree of a text, and whether it is a program as far as rnix can tell.
pub(crate) fn parse(text: &str) -> (SyntaxNode, bool) {
    let parsed = Root::parse(text);
    (parsed.syntax(), parsed.errors().is_empty())
}

/// Bytes of the program whose text this is that are neither white space nor comments.
pub(crate) fn significant(text: &str) -> usize {
    let (root, _) = parse(text);
    tokens(&root).map(|token| length(token.text())).sum()
}

/// The tokens of a tree but for white space and comments.
pub(crate) fn tokens(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> + use<> {
    node.descendants_with_tokens()
        .filter_map(NodeOrToken::into_token)
        .filter(|token| !token.kind().is_trivia())
}

pub(crate) fn span(range: TextRange) -> Range<usize> {
    range.start().into()..range.end().into()
}

pub(crate) fn range(node: &SyntaxNode) -> Range<usize> {
    span(node.text_range())
}

/// The level of a kind of expression; `None` for what is none.
pub(crate) fn level(kind: SyntaxKind) -> Option<Level> {
    Some(match kind {
        NODE_ATTR_SET | NODE_CUR_POS | NODE_IDENT | NODE_LEGACY_LET | NODE_LIST | NODE_LITERAL
        | NODE_PAREN | NODE_PATH_ABS | NODE_PATH_HOME | NODE_PATH_REL | NODE_PATH_SEARCH
        | NODE_STRING => Level::Atom,
        NODE_SELECT => Level::Select,
        NODE_APPLY => Level::Apply,
        NODE_BIN_OP | NODE_UNARY_OP | NODE_HAS_ATTR => Level::Operator,
        NODE_LAMBDA | NODE_LET_IN | NODE_IF_ELSE | NODE_WITH | NODE_ASSERT => Level::Open,
        _ => return None,
    })
}

/// Whether a node is an expression: some kinds name things as well.
pub(crate) fn is_expression(node: &SyntaxNode) -> bool {
    if level(node.kind()).is_none() {
        return false;
    }
    let Some(parent) = node.parent() else {
        return false;
    };
    match parent.kind() {
        NODE_ATTRPATH | NODE_INHERIT | NODE_PAT_BIND | NODE_IDENT_PARAM => false,
        // The name of a formal, and its default.
        NODE_PAT_ENTRY => parent.first_child().as_ref() != Some(node),
        _ => true,
    }
}

/// What may stand in the place of an expression without parentheses.
fn slot(node: &SyntaxNode) -> Level {
    let Some(parent) = node.parent() else {
        return Level::Open;
    };
    let is_first = parent.first_child().as_ref() == Some(node);
    match parent.kind() {
        NODE_LIST => Level::Select,
        NODE_APPLY if is_first => Level::Apply,
        NODE_APPLY => Level::Select,
        NODE_SELECT if is_first => Level::Atom,
        NODE_SELECT => Level::Select,
        NODE_BIN_OP | NODE_UNARY_OP | NODE_HAS_ATTR => Level::Apply,
        _ => Level::Open,
    }
}

/// A text as it has to be written in the place of an expression.
pub(crate) fn fitted(text: &str, level: Level, place: &SyntaxNode) -> String {
    if level <= slot(place) {
        text.to_owned()
    } else {
        format!("({text})")
    }
}

/// An expression as an atom.
pub(crate) fn atom(node: &SyntaxNode) -> String {
    match level(node.kind()) {
        Some(Level::Atom) => node.text().to_string(),
        _ => format!("({})", node.text()),
    }
}

/// An expression without the parentheses around it.
pub(crate) fn bare(node: &SyntaxNode) -> SyntaxNode {
    let mut node = node.clone();
    while node.kind() == NODE_PAREN {
        let Some(inner) = node.children().find(is_expression) else {
            break;
        };
        node = inner;
    }
    node
}

/// The expressions directly within one, with none between.
pub(crate) fn children(node: &SyntaxNode) -> Vec<SyntaxNode> {
    let mut found = Vec::new();
    let mut open: Vec<SyntaxNode> = node.children().collect();
    open.reverse();
    while let Some(next) = open.pop() {
        if is_expression(&next) {
            found.push(next);
        } else {
            let mut inner: Vec<SyntaxNode> = next.children().collect();
            inner.reverse();
            open.extend(inner);
        }
    }
    found
}

/// The bindings of a set or a `let`.
pub(crate) fn entries(node: &SyntaxNode) -> Vec<SyntaxNode> {
    node.children()
        .filter(|child| matches!(child.kind(), NODE_ATTRPATH_VALUE | NODE_INHERIT))
        .collect()
}

/// Whether the bindings of a node see each other.
pub(crate) fn is_recursive(node: &SyntaxNode) -> bool {
    match node.kind() {
        NODE_LET_IN | NODE_LEGACY_LET => true,
        NODE_ATTR_SET => has_token(node, TOKEN_REC),
        _ => false,
    }
}

pub(crate) fn has_token(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    token(node, kind).is_some()
}

/// The first token of a kind that belongs to the node itself.
pub(crate) fn token(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxToken> {
    node.children_with_tokens()
        .filter_map(NodeOrToken::into_token)
        .find(|token| token.kind() == kind)
}

/// The name that an attribute is written as, if it is no computed one.
pub(crate) fn attribute_name(attribute: &SyntaxNode) -> Option<String> {
    match attribute.kind() {
        NODE_IDENT => Some(attribute.text().to_string()),
        NODE_STRING if attribute.children().next().is_none() => {
            let text = attribute.text().to_string();
            let text = text.strip_prefix('"')?.strip_suffix('"')?;
            (!text.contains('\\')).then(|| text.to_owned())
        }
        _ => None,
    }
}

/// The attributes of an attribute path.
pub(crate) fn attributes(node: &SyntaxNode) -> Vec<SyntaxNode> {
    node.children()
        .find(|child| child.kind() == NODE_ATTRPATH)
        .map(|path| path.children().collect())
        .unwrap_or_default()
}
