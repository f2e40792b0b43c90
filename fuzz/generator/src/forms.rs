//! Which spellings a program uses, so that it can be told whether the generator makes each that the lexer
//! and the grammar of C++ Nix know besides the usual ones.

use std::collections::BTreeSet;

use rnix::{
    Root,
    SyntaxKind::{self, *},
    SyntaxNode, SyntaxToken,
};

/// Every spelling that is looked for.
pub const FORMS: &[&str] = &[
    "string: \\ before a line feed",
    "string: \\ before a carriage return",
    "string: \\ before NUL",
    "string: \\ before an ordinary character",
    "string: $\\{",
    "string: $${",
    "string: a line end of its own",
    "string: bytes that are no UTF-8",
    "indented: ''\\n",
    "indented: ''\\r",
    "indented: ''\\t",
    "indented: ''\\ before a line feed",
    "indented: ''\\ before a carriage return",
    "indented: ''\\ before a tab",
    "indented: ''\\ before NUL",
    "indented: ''\\ before $",
    "indented: ''\\ before '",
    "indented: ''\\ before an ordinary character",
    "indented: $''\\{",
    "indented: ''$ that opens nothing",
    "indented: '''",
    "indented: bytes that are no UTF-8",
    "integer: zeros in front",
    "float: begins with its dot",
    "float: ends with its dot",
    "float: an exponent after the dot",
    "float: an exponent",
    "formals: a comma at the end",
    "or: an attribute",
    "or: inherited",
    "or: a variable",
    "inherit: a name in quotes",
    "inherit: a name in braces",
    "inherit: nothing",
    "inherit: nothing of something",
    "let: nothing",
    "path: no dot in front",
    "path: a hole after ~/",
    "path: a hole after /",
    "space: a carriage return of its own",
    "comment: NUL",
    "comment: bytes that are no UTF-8",
    "name: bytes that are no UTF-8",
];

/// The spellings in a program, some of [`FORMS`].
pub fn forms(text: &[u8]) -> BTreeSet<&'static str> {
    let text = String::from_utf8_lossy(text);
    let root = Root::parse(&text).syntax();
    let mut found = BTreeSet::new();
    for part in root.descendants_with_tokens() {
        if let Some(token) = part.as_token() {
            of_token(token, &mut found);
        } else if let Some(node) = part.as_node() {
            of_node(node, &mut found);
        }
    }
    found
}

fn of_token(token: &SyntaxToken, found: &mut BTreeSet<&'static str>) {
    let text = token.text();
    let mut note = |is_so: bool, form| {
        if is_so {
            found.insert(form);
        }
    };
    match token.kind() {
        TOKEN_INTEGER => note(
            text.len() > 1 && text.starts_with('0'),
            "integer: zeros in front",
        ),
        TOKEN_FLOAT => {
            note(text.starts_with('.'), "float: begins with its dot");
            note(text.ends_with('.'), "float: ends with its dot");
            let lower = text.to_ascii_lowercase();
            note(lower.contains(".e"), "float: an exponent after the dot");
            note(lower.contains('e'), "float: an exponent");
        }
        TOKEN_COMMA => {
            let next = std::iter::successors(token.next_token(), SyntaxToken::next_token)
                .find(|next| !next.kind().is_trivia());
            let closes = next.is_some_and(|next| next.kind() == TOKEN_R_BRACE);
            note(closes, "formals: a comma at the end");
        }
        TOKEN_COMMENT => {
            note(text.contains('\0'), "comment: NUL");
            note(is_raw(text), "comment: bytes that are no UTF-8");
        }
        TOKEN_WHITESPACE => {
            let alone = text.replace("\r\n", "").contains('\r');
            note(alone, "space: a carriage return of its own");
        }
        TOKEN_PATH_REL => note(!text.starts_with('.'), "path: no dot in front"),
        TOKEN_PATH_HOME => note(text == "~/", "path: a hole after ~/"),
        TOKEN_PATH_ABS => note(text == "/", "path: a hole after /"),
        TOKEN_STRING_CONTENT => {
            let start = token.parent().and_then(|string| string.first_token());
            match start.as_ref().map(|start| start.text()) {
                Some("\"") => of_string(text, found),
                Some("''") => of_indented(text, found),
                _ => {}
            }
        }
        _ => {}
    }
}

fn of_string(text: &str, found: &mut BTreeSet<&'static str>) {
    if is_raw(text) {
        found.insert("string: bytes that are no UTF-8");
    }
    let mut characters = text.chars().peekable();
    let mut after_dollar = false;
    while let Some(character) = characters.next() {
        let form = match (character, characters.peek()) {
            ('\\', Some(&next)) => {
                characters.next();
                match next {
                    '\n' => Some("string: \\ before a line feed"),
                    '\r' => Some("string: \\ before a carriage return"),
                    '\0' => Some("string: \\ before NUL"),
                    '{' if after_dollar => Some("string: $\\{"),
                    'n' | 'r' | 't' | '"' | '\\' | '$' => None,
                    _ => Some("string: \\ before an ordinary character"),
                }
            }
            ('$', Some('{')) if after_dollar => Some("string: $${"),
            ('{', _) if after_dollar => Some("string: $${"),
            ('\n' | '\r', _) => Some("string: a line end of its own"),
            _ => None,
        };
        found.extend(form);
        after_dollar = character == '$';
    }
}

fn of_indented(text: &str, found: &mut BTreeSet<&'static str>) {
    if is_raw(text) {
        found.insert("indented: bytes that are no UTF-8");
    }
    let mut rest = text;
    while let Some(at) = rest.find("''") {
        let after_dollar = rest[..at].ends_with('$');
        rest = &rest[at + 2..];
        let mut characters = rest.chars();
        let form = match (characters.next(), characters.next()) {
            (Some('\''), _) => Some("indented: '''"),
            (Some('$'), next) if next.is_some_and(|next| next != '{') => {
                Some("indented: ''$ that opens nothing")
            }
            (Some('\\'), Some(next)) => Some(match next {
                'n' => "indented: ''\\n",
                'r' => "indented: ''\\r",
                't' => "indented: ''\\t",
                '\n' => "indented: ''\\ before a line feed",
                '\r' => "indented: ''\\ before a carriage return",
                '\t' => "indented: ''\\ before a tab",
                '\0' => "indented: ''\\ before NUL",
                '$' => "indented: ''\\ before $",
                '\'' => "indented: ''\\ before '",
                '{' if after_dollar => "indented: $''\\{",
                _ => "indented: ''\\ before an ordinary character",
            }),
            _ => None,
        };
        // What is escaped opens no escape itself.
        let escaped = match rest.as_bytes().first() {
            Some(b'\\') => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            Some(_) => rest.chars().next().map_or(0, char::len_utf8),
            None => 0,
        };
        rest = &rest[escaped..];
        found.extend(form);
    }
}

fn of_node(node: &SyntaxNode, found: &mut BTreeSet<&'static str>) {
    let has = |kind: SyntaxKind| node.children().any(|child| child.kind() == kind);
    let is_in = |kind: SyntaxKind| node.parent().is_some_and(|outer| outer.kind() == kind);
    match node.kind() {
        NODE_IDENT if node.text() == "or" => {
            let places = [
                (NODE_ATTRPATH, "or: an attribute"),
                (NODE_INHERIT, "or: inherited"),
                (NODE_APPLY, "or: a variable"),
            ];
            found.extend(
                places
                    .iter()
                    .filter(|(kind, _)| is_in(*kind))
                    .map(|(_, form)| form),
            );
        }
        NODE_STRING if is_in(NODE_ATTRPATH) && is_raw(&node.text().to_string()) => {
            found.insert("name: bytes that are no UTF-8");
        }
        NODE_INHERIT => {
            let named = [
                (NODE_STRING, "inherit: a name in quotes"),
                (NODE_DYNAMIC, "inherit: a name in braces"),
            ];
            found.extend(
                named
                    .iter()
                    .filter(|(kind, _)| has(*kind))
                    .map(|(_, form)| form),
            );
            match node.children().next() {
                None => found.extend(["inherit: nothing"]),
                Some(only) if only.kind() == NODE_INHERIT_FROM && node.children().count() == 1 => {
                    found.extend(["inherit: nothing of something"]);
                }
                Some(_) => {}
            }
        }
        NODE_LET_IN if !has(NODE_ATTRPATH_VALUE) && !has(NODE_INHERIT) => {
            found.insert("let: nothing");
        }
        _ => {}
    }
}

/// Whether bytes were replaced here that are no UTF-8: the generator writes this character nowhere else.
fn is_raw(text: &str) -> bool {
    text.contains(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_found_where_they_are() {
        let all: [(&[u8], &str); 14] = [
            (b"\"a\\\nb\"", "string: \\ before a line feed"),
            (b"\"a\\\0b\"", "string: \\ before NUL"),
            (b"\"$\\{\"", "string: $\\{"),
            (b"\"$${\"", "string: $${"),
            (b"''a''\\nb''", "indented: ''\\n"),
            (b"''a''\\\nb''", "indented: ''\\ before a line feed"),
            (b"''$''\\{''", "indented: $''\\{"),
            (b"''a''$b''", "indented: ''$ that opens nothing"),
            (b"007", "integer: zeros in front"),
            (b"{ a, }: a", "formals: a comma at the end"),
            (b"[ (f or) ]", "or: a variable"),
            (b"{ inherit; }", "inherit: nothing"),
            (b"let in 1", "let: nothing"),
            (b"{ \"\xff\" = 1; }", "name: bytes that are no UTF-8"),
        ];
        for (text, form) in all {
            assert!(FORMS.contains(&form), "{form}");
            assert!(forms(text).contains(form), "{form}: {:?}", forms(text));
        }
        let usual = b"{ a, b ? 1.5 }: let x = 10; in [ \"a\\n$\" ''b\n  c'' ./a (x.y or 2) ]";
        assert_eq!(forms(usual), BTreeSet::new());
    }
}
