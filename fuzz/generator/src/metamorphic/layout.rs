//! The rewrite of what means nothing: spaces and comments.

use arbitrary::{Result, Unstructured};
use rnix::{SyntaxKind::*, SyntaxNode};
use rowan::NodeOrToken;

use super::facts::Program;
use crate::lossless::Edit;

const SPACES: &[&str] = &[
    " ",
    "\n",
    "\n\n  ",
    "\t",
    " /* c */ ",
    " /**/ ",
    " /* a\n * b **/\n",
    " # c\n",
    " # ${\n  ",
    " /* \" '' */ ",
    "\r\n",
];

/// Sound: the lexer drops all of these, and a space is left that divides tokens (`x: /**/y` without it
/// would be a URL). Spaces in strings
/// are no tokens of their own. What stands at the very start is left, for tools read it.
pub(super) fn layout(
    u: &mut Unstructured<'_>,
    _: &Program<'_>,
    node: &SyntaxNode,
) -> Result<Option<Vec<Edit>>> {
    let gaps: Vec<_> = node
        .children_with_tokens()
        .filter_map(NodeOrToken::into_token)
        .filter(|token| match token.kind() {
            TOKEN_WHITESPACE => !token.text_range().start().eq(&0.into()),
            // A comment up to the end of its line is followed by that.
            TOKEN_COMMENT => !token.text_range().start().eq(&0.into()),
            _ => false,
        })
        .collect();
    if gaps.is_empty() {
        return Ok(None);
    }
    let gap = &gaps[u.choose_index(gaps.len())?];
    let space = *u.choose(SPACES)?;
    // A comment that ends a line needs the line break that follows it, which may be the gap.
    let after_comment = gap
        .prev_token()
        .is_some_and(|token| token.kind() == TOKEN_COMMENT && token.text().starts_with('#'));
    let text = if after_comment {
        format!("\n{space}")
    } else {
        space.to_owned()
    };
    Ok(Some(vec![Edit::replace(gap.text_range(), text)]))
}
