//! What is printed to something that is no terminal: without the commands that
//! a terminal would follow (`filterANSIEscapes` in `terminal.cc`, earlier in
//! `util.cc`).

use crate::dialect::{Behaviour, Dialect};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};
use unicode_width::UnicodeWidthChar;

/// What counts as a column, up to whose next multiple of eight a tab goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Columns {
    /// Each byte, bells included, which stay (2.3).
    Bytes,
    /// Each character, ends of lines included (2.8).
    Characters,
    /// What a terminal shows: wide characters count twice, those without a
    /// width, ends of lines among them, not at all (since 2.26).
    Cells,
}

/// Where a command for a terminal ends that begins with `ESC ]`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Commands {
    /// There: they are read like any other pair (until 2.8).
    Pair,
    /// Before the next escape, which begins a command of its own (2.26).
    Escape,
    /// With the next bell or `ESC \\` (2.34).
    Bell,
}

/// How a release reads what a terminal would follow.
#[derive(Clone, Copy)]
pub struct Terminal {
    columns: Columns,
    commands: Commands,
}

impl Terminal {
    /// As a release does it.
    pub fn of(dialect: Dialect) -> Terminal {
        let columns = if dialect.has(Behaviour::TabsReachCells) {
            Columns::Cells
        } else if dialect.has(Behaviour::TracesArePrefixes) {
            Columns::Bytes
        } else {
            Columns::Characters
        };
        let commands = if dialect.has(Behaviour::BellsEndCommands) {
            Commands::Bell
        } else if dialect.has(Behaviour::CommandsHaveTexts) {
            Commands::Escape
        } else {
            Commands::Pair
        };
        Terminal { columns, commands }
    }
}

/// The text without escape sequences, bells and carriage returns; tabs become
/// spaces, up to a multiple of eight from the start of the text (not the line).
pub fn without_escapes(text: &[u8], terminal: Terminal) -> Vec<u8> {
    let Terminal { columns, commands } = terminal;
    if !text
        .iter()
        .any(|byte| matches!(byte, 0x1b | b'\t' | b'\r' | 7))
    {
        return text.to_vec();
    }
    let mut out = Vec::with_capacity(text.len());
    let mut width = 0;
    let mut rest = text;
    while let Some(&byte) = rest.first() {
        rest = match byte {
            0x1b => after_sequence(&rest[1..], commands),
            b'\t' => {
                loop {
                    out.push(b' ');
                    width += 1;
                    if width % 8 == 0 {
                        break;
                    }
                }
                &rest[1..]
            }
            b'\r' => &rest[1..],
            7 if columns != Columns::Bytes => &rest[1..],
            _ => {
                let (wide, bytes) = match columns {
                    Columns::Bytes => (1, 1),
                    Columns::Characters => (1, announced(rest).1),
                    Columns::Cells => cells_of_first(rest),
                };
                width += wide;
                out.extend_from_slice(&rest[..bytes]);
                &rest[bytes..]
            }
        };
    }
    out
}

/// How many bytes the first character of a text announces, and how many follow of these (`filterANSIEscapes`).
fn announced(text: &[u8]) -> (usize, usize) {
    let announced = match text.first() {
        Some(0xc0..=0xdf) => 2,
        Some(0xe0..=0xef) => 3,
        Some(0xf0..=0xf7) => 4,
        _ => 1,
    };
    let rest = text.iter().take(announced).skip(1);
    let there = 1 + rest.take_while(|&&byte| byte & 0xc0 == 0x80).count();
    (announced, there)
}

/// How many cells the first character of a text takes, and how many bytes it has. What is no UTF-8 takes as many cells as
/// bytes, what is longer than it has to be is what it stands for (`charWidthUTF8Helper` in `terminal.cc`).
fn cells_of_first(text: &[u8]) -> (usize, usize) {
    let first = text.first().copied().unwrap_or_default();
    // Nearly all of them, and looking them up is slow.
    if (b' '..=b'~').contains(&first) {
        return (1, 1);
    }
    let (announced, bytes) = announced(text);
    if bytes < announced || announced == 1 && !first.is_ascii() {
        return (bytes, bytes);
    }
    // The bits of the first byte that say how many bytes there are.
    let length = if bytes == 1 { 0 } else { 0xff << (7 - bytes) };
    let rest = text.iter().take(bytes).skip(1);
    let code = rest.fold(u32::from(first & !length), |code, &byte| {
        code << 6 | u32::from(byte & 0x3f)
    });
    let wide = match char::from_u32(code) {
        Some(character) => cells(character),
        None if code > u32::from(char::MAX) => bytes,
        None => 0,
    };
    (wide, bytes)
}

/// How many cells of a terminal a character takes (`charWidthUTF8Helper` in `terminal.cc`): none if it does not stand
/// by itself, or nobody but its users knows how it looks.
fn cells(character: char) -> usize {
    match (character.general_category_group(), character) {
        // The vowels and finals of Korean syllables.
        (_, '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7ff}') => 0,
        // Where Chinese characters may yet come (UAX #11).
        (_, '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fffd}' | '\u{30000}'..='\u{3fffd}') => 2,
        (GeneralCategoryGroup::Mark | GeneralCategoryGroup::Other, _) => 0,
        (_, '\u{2028}' | '\u{2029}') => 0,
        // The library has none for what fills the place of a letter.
        (_, '\u{3164}') => 2,
        // The library counts characters that change their neighbours as none.
        _ => character.width().unwrap_or(0).max(1),
    }
}

/// What follows an escape sequence whose first byte was read.
fn after_sequence(text: &[u8], commands: Commands) -> &[u8] {
    let skip = |text: &'_ [u8], low: u8, high: u8| {
        text.iter()
            .take_while(|byte| (low..=high).contains(byte))
            .count()
    };
    match text.first() {
        Some(b'[') => {
            let mut rest = &text[1..];
            rest = &rest[skip(rest, 0x30, 0x3f)..];
            rest = &rest[skip(rest, 0x20, 0x2f)..];
            match rest.first() {
                Some(0x40..=0x7e) => &rest[1..],
                _ => rest,
            }
        }
        Some(b']') if commands != Commands::Pair => {
            let has_bells = commands == Commands::Bell;
            let end = text
                .iter()
                .position(|&byte| byte == 0x1b || (byte == 7 && has_bells))
                .unwrap_or(text.len());
            let rest = &text[end..];
            match rest {
                [0x1b, b'\\', after @ ..] | [_, after @ ..] if has_bells => after,
                _ => rest,
            }
        }
        Some(0x40..=0x5f) => &text[1..],
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{Terminal, without_escapes};
    use crate::dialect::Dialect;

    fn read(text: &[u8], dialect: Dialect) -> Vec<u8> {
        without_escapes(text, Terminal::of(dialect))
    }

    #[test]
    fn colours_links_and_bells_are_dropped_and_tabs_expanded() {
        let cells = |text| read(text, Dialect::V2_34);
        assert_eq!(cells(b"a\x1b[31;1mb\x1b[0mc"), b"abc");
        assert_eq!(cells(b"\x1b]8;;x\x1b\\link\x07"), b"link");
        assert_eq!(cells(b"ab\tc\r\n\td"), b"ab      c\n       d");
    }

    #[test]
    fn each_release_ends_commands_its_own_way() {
        let all = |text: &[u8]| Dialect::ALL.map(|dialect| read(text, dialect));
        assert_eq!(all(b"a\x1b]b\x07c"), [&b"ab\x07c"[..], b"abc", b"a", b"ac"]);
        assert_eq!(all(b"a\x1b]b\x1b\\c"), [&b"abc"[..], b"abc", b"ac", b"ac"]);
        assert_eq!(all(b"a\x1b]b\x1bXc"), [&b"abc"[..], b"abc", b"ac", b"aXc"]);
        assert_eq!(all(b"a\x1b]b"), [&b"ab"[..], b"ab", b"a", b"a"]);
    }

    #[test]
    fn what_is_no_text_has_the_width_that_the_release_gives_it() {
        let spaces = |text: &[u8]| {
            let out = read(&[text, b"\tx"].concat(), Dialect::V2_34);
            out.iter().filter(|&&byte| byte == b' ').count()
        };
        assert_eq!(spaces(b"\xed\x80"), 6);
        assert_eq!(spaces(b"\xff\xc3"), 6);
        assert_eq!(spaces(b"\xf4\x90\x80\x80"), 4);
        // Half of a pair, and what is longer than it has to be.
        assert_eq!(spaces(b"\xed\xa0\x80"), 8);
        assert_eq!(spaces(b"\xc0\x80"), 8);
        assert_eq!(spaces(b"\xc1\x81"), 7);
        assert_eq!(spaces("\u{e9}".as_bytes()), 7);
        assert_eq!(spaces("\u{3042}".as_bytes()), 6);
        assert_eq!(spaces("\u{1f600}".as_bytes()), 6);
    }

    #[test]
    fn each_release_counts_columns_its_own_way() {
        let text = "\n\u{feff}\u{e9}\u{3042}\tx".as_bytes();
        let spaces = |dialect| {
            let out = read(text, dialect);
            out.iter().filter(|&&byte| byte == b' ').count()
        };
        assert_eq!(Dialect::ALL.map(spaces), [7, 4, 5, 5]);
    }
}
