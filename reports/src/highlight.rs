//! The colours of a Nix program: runs of bytes that look alike.

use rnix::SyntaxKind::{self, *};

/// How a run looks. The numbers are those of the page's classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Look {
    /// As text.
    Plain = 0,
    /// `let`, `if` …
    Keyword = 1,
    /// Strings, with their quotes.
    String = 2,
    /// Numbers.
    Number = 3,
    /// Paths and URIs.
    Path = 4,
    /// Comments.
    Comment = 5,
    /// `builtins`, `true`, `throw` and the like.
    Builtin = 6,
    /// Operators and punctuation.
    Operator = 7,
    /// What is no Nix.
    Error = 8,
}

/// Names that stand for the same in every program that does not hide them.
const NAMED: [&str; 12] = [
    "abort",
    "builtins",
    "derivation",
    "false",
    "import",
    "map",
    "null",
    "removeAttrs",
    "throw",
    "toString",
    "true",
    "__curPos",
];

/// The text in runs.
pub fn runs(program: &str) -> Vec<(Look, &str)> {
    let mut runs: Vec<(Look, &str)> = Vec::new();
    let mut begin = 0;
    let mut end = 0;
    let mut current = Look::Plain;
    let mut after_builtins = 0;
    for (kind, text) in rnix::tokenize(program) {
        let mut look = look(kind, text);
        // `builtins.NAME` is a name of two words.
        after_builtins = match (after_builtins, kind) {
            (_, TOKEN_IDENT) if text == "builtins" => 1,
            (1, TOKEN_DOT) => 2,
            (2, TOKEN_IDENT) => {
                look = Look::Builtin;
                0
            }
            _ => 0,
        };
        if look != current {
            push(&mut runs, current, program.get(begin..end));
            begin = end;
            current = look;
        }
        end += text.len();
    }
    push(&mut runs, current, program.get(begin..end));
    // Whatever the tokens leave out is shown all the same.
    push(&mut runs, Look::Plain, program.get(end..));
    runs
}

fn push<'a>(runs: &mut Vec<(Look, &'a str)>, look: Look, text: Option<&'a str>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        runs.push((look, text));
    }
}

fn look(kind: SyntaxKind, text: &str) -> Look {
    match kind {
        TOKEN_ASSERT | TOKEN_ELSE | TOKEN_IF | TOKEN_IN | TOKEN_INHERIT | TOKEN_LET | TOKEN_OR
        | TOKEN_REC | TOKEN_THEN | TOKEN_WITH => Look::Keyword,
        TOKEN_STRING_CONTENT | TOKEN_STRING_END | TOKEN_STRING_START => Look::String,
        TOKEN_FLOAT | TOKEN_INTEGER => Look::Number,
        TOKEN_PATH_ABS | TOKEN_PATH_HOME | TOKEN_PATH_REL | TOKEN_PATH_SEARCH | TOKEN_URI => {
            Look::Path
        }
        TOKEN_COMMENT => Look::Comment,
        TOKEN_CUR_POS => Look::Builtin,
        TOKEN_IDENT if NAMED.contains(&text) || text.starts_with("__") => Look::Builtin,
        TOKEN_IDENT | TOKEN_WHITESPACE => Look::Plain,
        TOKEN_ERROR => Look::Error,
        _ => Look::Operator,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(program: &str) -> String {
        let run = |(look, text): &(Look, &str)| format!("{look:?} {text:?}");
        runs(program).iter().map(run).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_program_has_colours() {
        insta::assert_snapshot!(looks("let a = ./x; in builtins.map \"b${c}\" 1.5 # d"), @r##"
        Keyword "let"
        Plain " a "
        Operator "="
        Plain " "
        Path "./x"
        Operator ";"
        Plain " "
        Keyword "in"
        Plain " "
        Builtin "builtins"
        Operator "."
        Builtin "map"
        Plain " "
        String "\"b"
        Operator "${"
        Plain "c"
        Operator "}"
        String "\""
        Plain " "
        Number "1.5"
        Plain " "
        Comment "# d"
        "##);
    }

    #[test]
    fn nothing_is_lost() {
        for program in [
            "",
            "\"",
            "''${",
            "a\0b",
            "<script>é",
            "/* x",
            "1e",
            "\r\n~/x",
        ] {
            let text: String = runs(program).into_iter().map(|(_, text)| text).collect();
            assert_eq!(text, program);
        }
    }
}
