//! A program in which names come in another order. 2.3 and 2.8 order names by their places in memory, so a
//! program that does something else then says nothing about them.

use std::collections::BTreeSet;

use twinix_oracle::Program;

/// The program with its names known before it in reverse: they stand in what is parsed and never
/// evaluated. None for one that is not in memory.
pub fn with_names_reversed(program: &Program) -> Option<Program> {
    const KEYWORDS: [&str; 10] = [
        "if", "then", "else", "assert", "with", "let", "in", "rec", "inherit", "or",
    ];
    let given = program.given()?;
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "_'-".contains(c);
    let is_word = |name: &str| {
        name.chars().all(is_of_name)
            && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
    };
    let text = std::str::from_utf8(&given.text).ok()?;
    // What is before the program would move its positions.
    if text.contains("curPos") || text.contains("AttrPos") {
        return None;
    }
    // Quotes open and close by turns, as far as a program is simple enough to be told from its text.
    let pieces = text.split('"').enumerate();
    let names = pieces.flat_map(|(place, piece)| {
        let is_quoted = place % 2 == 1;
        // An escape that stands for another character than its own is not worth reading here.
        let written = piece.replace('\\', "");
        let is_plain = !piece.contains(['$', '\n', '\r']);
        let is_more = piece.contains('\\') || !is_word(piece);
        let quoted = (is_quoted && is_plain && is_more).then(|| format!("\"{written}\""));
        let unquoted = if quoted.is_some() { "" } else { piece };
        let words = unquoted.split(|c| !is_of_name(c));
        let words = words.filter(|name| is_word(name) && !KEYWORDS.contains(name));
        quoted.into_iter().chain(words.map(str::to_owned))
    });
    let mut seen = BTreeSet::new();
    let mut names: Vec<String> = names.filter(|name| seen.insert(name.clone())).collect();
    names.reverse();
    let names: String = names.iter().map(|name| format!("{name} = 0; ")).collect();
    let text = format!("assert true || {{ {names}}} == 0; {text}");
    let mut reversed = Program::text(program.name(), text);
    for (path, content) in &given.siblings {
        reversed = reversed.with_sibling(path, content.as_slice()).ok()?;
    }
    Some(reversed)
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
    fn what_shows_positions_is_left_alone() {
        assert_eq!(reversed("__curPos"), None);
    }
}
