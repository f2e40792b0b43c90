//! Whether two programs as `--parse` prints them are the same but for the order of their attributes.
//!
//! 2.3 and 2.8 print attributes, formals and the definitions of a `let` in the order in which the names
//! lie in memory (`std::map` by `Symbol`, which is a pointer): it depends on what the allocator had at
//! hand, so no evaluator can give it and it says nothing about the program.

/// A program as parts whose order does not matter: a word, or what stands between two brackets, cut at
/// the separators that can be exchanged.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part<'a> {
    Word(&'a str),
    Group(char, Vec<Vec<Part<'a>>>),
}

/// Whether the texts are equal once the definitions of each set and `let`, the formals of each function
/// and the names of each `inherit` are brought into one order. Elements of lists keep theirs.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a == b || read(a) == read(b)
}

/// The program; brackets that do not match are read as if they did, since both texts are read alike.
fn read(text: &str) -> Vec<Vec<Part<'_>>> {
    let mut open: Vec<(char, Vec<Vec<Part<'_>>>)> = vec![('\0', vec![Vec::new()])];
    for word in words(text) {
        match word {
            "(" | "[" | "{" => open.push((word.chars().next().unwrap_or('('), vec![Vec::new()])),
            ")" | "]" | "}" if open.len() > 1 => {
                if let Some((bracket, parts)) = open.pop() {
                    push(&mut open, Part::Group(bracket, in_order(bracket, parts)));
                }
            }
            // `let` and the set that `inherit` is in are cut in the same places.
            ";" | "," | "let" | "in" => {
                if let Some((_, parts)) = open.last_mut() {
                    parts.push(Vec::new());
                }
            }
            _ => push(&mut open, Part::Word(word)),
        }
    }
    while open.len() > 1 {
        if let Some((bracket, parts)) = open.pop() {
            push(&mut open, Part::Group(bracket, in_order(bracket, parts)));
        }
    }
    open.pop()
        .map(|(bracket, parts)| in_order(bracket, parts))
        .unwrap_or_default()
}

fn push<'a>(open: &mut [(char, Vec<Vec<Part<'a>>>)], part: Part<'a>) {
    if let Some(last) = open.last_mut().and_then(|(_, parts)| parts.last_mut()) {
        last.push(part);
    }
}

fn in_order(bracket: char, mut parts: Vec<Vec<Part<'_>>>) -> Vec<Vec<Part<'_>>> {
    if bracket != '[' {
        for part in &mut parts {
            if part.first() == Some(&Part::Word("inherit")) {
                part[1..].sort();
            }
        }
        parts.retain(|part| !part.is_empty());
        parts.sort();
    }
    parts
}

/// Strings, brackets and separators by themselves; whatever else stands between spaces.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            // The name of a dynamic attribute, `"${…}"`, with an expression as it is.
            '"' if rest.starts_with("\"${") => 2,
            '}' if rest.starts_with("}\"") => {
                words.push(&rest[..1]);
                rest = rest[2..].trim_start();
                continue;
            }
            '"' => string(rest),
            '(' | ')' | '[' | ']' | '{' | '}' | ';' | ',' => 1,
            _ => rest
                .find(|c: char| c.is_whitespace() || "()[]{};,\"".contains(c))
                .unwrap_or(rest.len()),
        };
        words.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    words
}

/// The length of the string that the text starts with.
fn string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn definitions_formals_and_inherited_names_may_be_exchanged() {
        for (a, b) in [
            (
                "{ a = 1; b = { c = 2; d = 3; }; }",
                "{ b = { d = 3; c = 2; }; a = 1; }",
            ),
            (
                "(let x = \"a;b\"; y = 1; in x)",
                "(let y = 1; x = \"a;b\"; in x)",
            ),
            ("({ a, b ? 1, ... }: a)", "({ b ? 1, a, ... }: a)"),
            ("{ inherit a b; }", "{ inherit b a; }"),
            (
                r#"{ "${({ a = ";}"; b = 1; }).a}" = 1; c = "d"; }"#,
                r#"{ c = "d"; "${({ b = 1; a = ";}"; }).a}" = 1; }"#,
            ),
        ] {
            assert!(same(a, b), "{a} and {b}");
        }
    }

    #[test]
    fn nothing_else_is() {
        for (a, b) in [
            ("[ (1) (2) ]", "[ (2) (1) ]"),
            ("{ a = 1; b = 2; }", "{ a = 2; b = 1; }"),
            ("{ a = \"x;y\"; }", "{ a = \"y;x\"; }"),
            ("(let x = 1; in y)", "(let y = 1; in x)"),
            ("(f a b)", "(f b a)"),
            ("{ a = 1; }", "{ a = 1; a = 1; }"),
            ("({ a }: 1)", "({ a, ... }: 1)"),
        ] {
            assert!(!same(a, b), "{a} and {b}");
        }
    }
}
