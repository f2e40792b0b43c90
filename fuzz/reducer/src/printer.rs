//! Lays a program out in one canonical way: on one line, with the spaces that people write.

use rnix::{NodeOrToken, SyntaxKind::*, SyntaxNode, SyntaxToken};

use crate::syntax::{parse, tokens};

/// The text without comments, laid out; `None` where that would be another program.
pub fn print(text: &str) -> Option<String> {
    let (root, _) = parse(text);
    let mut printer = Printer::default();
    printer.node(&root);
    let printed = printer.text;
    let (again, _) = parse(&printed);
    let texts = |node: &SyntaxNode| -> Vec<String> {
        tokens(node).map(|token| token.text().to_owned()).collect()
    };
    (texts(&root) == texts(&again)).then_some(printed)
}

#[derive(Default)]
struct Printer {
    text: String,
    last: Option<SyntaxToken>,
}

impl Printer {
    fn node(&mut self, node: &SyntaxNode) {
        for part in node.children_with_tokens() {
            match part {
                NodeOrToken::Node(inner) => self.node(&inner),
                NodeOrToken::Token(token) if token.kind().is_trivia() => {}
                NodeOrToken::Token(token) => self.token(token),
            }
        }
    }

    fn token(&mut self, token: SyntaxToken) {
        if let Some(last) = &self.last
            && is_apart(last, &token)
        {
            self.text.push(' ');
        }
        self.text.push_str(token.text());
        self.last = Some(token);
    }
}

/// Whether there is a space between two tokens.
fn is_apart(left: &SyntaxToken, right: &SyntaxToken) -> bool {
    let parent = |token: &SyntaxToken| token.parent().map(|parent| parent.kind());
    match left.kind() {
        TOKEN_STRING_START | TOKEN_INTERPOL_START | TOKEN_L_PAREN | TOKEN_DOT | TOKEN_AT
        | TOKEN_INVERT => return false,
        // What stands in a string, or between the parts of a path, is text.
        TOKEN_STRING_CONTENT => return false,
        TOKEN_SUB if parent(left) == Some(NODE_UNARY_OP) => return false,
        TOKEN_INTERPOL_END if is_within_text(left) => {
            // A path may end with it.
            let path = left.parent().and_then(|inner| inner.parent());
            return !right
                .parent_ancestors()
                .any(|outer| Some(&outer) == path.as_ref());
        }
        TOKEN_PATH_ABS | TOKEN_PATH_HOME | TOKEN_PATH_REL
            if right.kind() == TOKEN_INTERPOL_START =>
        {
            return false;
        }
        _ => {}
    }
    let is_path = matches!(
        left.kind(),
        TOKEN_PATH_ABS | TOKEN_PATH_HOME | TOKEN_PATH_REL
    );
    match right.kind() {
        TOKEN_DOT if is_path => true,
        // It would be the point of a float.
        TOKEN_DOT if left.kind() == TOKEN_INTEGER => true,
        TOKEN_STRING_CONTENT | TOKEN_STRING_END | TOKEN_INTERPOL_END | TOKEN_R_PAREN
        | TOKEN_DOT | TOKEN_AT | TOKEN_SEMICOLON | TOKEN_COMMA | TOKEN_COLON => false,
        TOKEN_INTERPOL_START if parent(right) == Some(NODE_INTERPOL) => !is_within_text(right),
        _ => true,
    }
}

/// Whether an interpolation is a part of a string or a path.
fn is_within_text(token: &SyntaxToken) -> bool {
    let outer = token.parent().and_then(|inner| inner.parent());
    outer.is_some_and(|outer| {
        matches!(
            outer.kind(),
            NODE_STRING | NODE_PATH_ABS | NODE_PATH_HOME | NODE_PATH_REL
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_laid_out_as_people_write_it() {
        for (text, printed) in [
            ("{a=1;b=[1 2];}", "{ a = 1; b = [ 1 2 ]; }"),
            ("let x=1;# one\nin\n  x+1", "let x = 1; in x + 1"),
            ("{a,b?1,...}@c: a.b", "{ a, b ? 1, ... }@c: a.b"),
            ("c@{a}:-a", "c@{ a }: -a"),
            ("\"a ${ x } b\"", "\"a ${x} b\""),
            ("a.${ b }.\"c\" or d", "a.${b}.\"c\" or d"),
            ("f (x: x) [ ]", "f (x: x) [ ]"),
            ("a?b.c&&!d", "a ? b.c && !d"),
            ("inherit", "inherit"),
            (
                "{inherit (a) b c;inherit d;}",
                "{ inherit (a) b c; inherit d; }",
            ),
            ("rec{}", "rec { }"),
            ("with a;b", "with a; b"),
            ("./a/${x}/b", "./a/${x}/b"),
            ("./a/${x} +b", "./a/${x} + b"),
            ("./a .b", "./a .b"),
            ("1 - -1", "1 - -1"),
            ("''\n  a ${b}\n''", "''\n  a ${b}\n''"),
        ] {
            assert_eq!(print(text).as_deref(), Some(printed), "{text}");
            assert_eq!(print(printed).as_deref(), Some(printed), "{printed}");
        }
    }
}
