//! A program in which names come in another order. 2.3 and 2.8 order names by their places in memory, so a
//! program that does something else then says nothing about them.

use std::collections::BTreeSet;

use rnix::SyntaxKind::{
    TOKEN_IDENT, TOKEN_STRING_CONTENT, TOKEN_STRING_END, TOKEN_STRING_START, TOKEN_WHITESPACE,
};
use rnix::tokenize;
use twinix_oracle::Program;

const KEYWORDS: [&str; 9] = [
    "if", "then", "else", "assert", "with", "let", "in", "rec", "inherit",
];

/// The program with its names known before it in reverse. None for one that is not in memory.
pub fn with_names_reversed(program: &Program) -> Option<Program> {
    let given = program.given()?;
    let text = std::str::from_utf8(&given.text).ok()?;
    let text = format!("{}{text}", names_reversed(program)?);
    let mut reversed = Program::text(program.name(), text);
    for (path, content) in &given.siblings {
        reversed = reversed.with_sibling(path, content.as_slice()).ok()?;
    }
    Some(reversed)
}

/// What makes the names of the program known in reverse, in front of any expression: they stand in what is parsed
/// and never evaluated.
pub fn names_reversed(program: &Program) -> Option<String> {
    let given = program.given()?;
    let text = std::str::from_utf8(&given.text).ok()?;
    // What is before the program would move its positions.
    if text.contains("curPos") || text.contains("AttrPos") {
        return None;
    }
    let mut seen = BTreeSet::new();
    let mut names: Vec<String> = names(text)
        .filter(|name| seen.insert(name.clone()))
        .collect();
    names.reverse();
    let names: String = names
        .iter()
        .map(|name| format!("{} = 0; ", written(name)))
        .collect();
    Some(format!("assert true || {{ {names}}} == 0; "))
}

/// The names in a program, in their order. A string can be a name, and in 2.3 each is, whatever it is there for.
fn names(text: &str) -> impl Iterator<Item = String> {
    // The last three tokens: a string without interpolations is two or three.
    let mut before = [(TOKEN_WHITESPACE, ""); 2];
    let all = tokenize(text).filter_map(move |token| {
        let [first, second] = before;
        before = [second, token];
        match (first, second, token) {
            (_, _, (TOKEN_IDENT, name)) => Some(name.to_owned()),
            (_, (TOKEN_STRING_START, "\""), (TOKEN_STRING_END, _)) => Some(String::new()),
            (
                (TOKEN_STRING_START, "\""),
                (TOKEN_STRING_CONTENT, content),
                (TOKEN_STRING_END, _),
            ) => Some(meant(content)),
            _ => None,
        }
    });
    // Where a string ends at a NUL it may be another name that is there.
    all.filter(|name| !name.contains('\0'))
}

/// What stands between quotes, without its escapes.
fn meant(content: &str) -> String {
    let content = content.replace("\r\n", "\n").replace('\r', "\n");
    let mut characters = content.chars();
    let mut text = String::new();
    while let Some(character) = characters.next() {
        text.extend(match character {
            '\\' => characters.next().map(|escaped| match escaped {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other => other,
            }),
            other => Some(other),
        });
    }
    text
}

/// A name as it is written where an attribute is defined, on one line.
fn written(name: &str) -> String {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "_'-".contains(c);
    let is_word = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(is_of_name)
        && !KEYWORDS.contains(&name);
    if is_word {
        return name.to_owned();
    }
    let mut text = String::from("\"");
    for character in name.chars() {
        match character {
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '"' | '\\' | '$' => text.extend(['\\', character]),
            other => text.push(other),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reversed(text: &str) -> Option<String> {
        let program = with_names_reversed(&Program::text("p", text))?;
        let given = program.given()?;
        String::from_utf8(given.text.clone()).ok()
    }

    #[test]
    fn names_stand_before_the_program_in_reverse() {
        assert_eq!(
            reversed("let a = 1; b' = a; in [ a b' ]").unwrap(),
            "assert true || { b' = 0; a = 0; } == 0; let a = 1; b' = a; in [ a b' ]"
        );
    }

    #[test]
    fn names_in_quotes_are_names() {
        assert_eq!(
            reversed("{ \"\" = 1; a = \"b c\"; \"d\" = \"${a}\"; }").unwrap(),
            "assert true || { d = 0; \"b c\" = 0; a = 0; \"\" = 0; } == 0; \
             { \"\" = 1; a = \"b c\"; \"d\" = \"${a}\"; }"
        );
    }

    #[test]
    fn quotes_in_strings_end_none() {
        assert_eq!(
            reversed("[ \"a\\\"b\" ''c'd\"'' \"e\\n\" \"f${g}\" \"or\" \"in\" ]").unwrap(),
            "assert true || { \"in\" = 0; or = 0; g = 0; \"e\\n\" = 0; \"a\\\"b\" = 0; } == 0; \
             [ \"a\\\"b\" ''c'd\"'' \"e\\n\" \"f${g}\" \"or\" \"in\" ]"
        );
    }

    #[test]
    fn a_name_is_there_once_however_it_is_written() {
        assert_eq!(
            reversed("{ foo = 0; \"f\\oo\" = [ \"$\" \"\\$\" \"a\nb\" \"a\\nb\" \"x\\\\\" ]; }")
                .unwrap(),
            "assert true || { \"x\\\\\" = 0; \"a\\nb\" = 0; \"\\$\" = 0; foo = 0; } == 0; \
             { foo = 0; \"f\\oo\" = [ \"$\" \"\\$\" \"a\nb\" \"a\\nb\" \"x\\\\\" ]; }"
        );
    }

    #[test]
    fn what_shows_positions_is_left_alone() {
        assert_eq!(reversed("__curPos"), None);
    }
}
