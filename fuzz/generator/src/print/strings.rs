//! Strings, paths and names in quotes.

use super::{ANY, Printer};
use crate::tree::{Expr, Part};

impl Printer<'_> {
    /// A token that nothing may follow without space: a path or a URI goes on as far as it can.
    pub(super) fn closed_token(&mut self, text: &str) {
        self.token(text);
        self.writer.close();
    }

    pub(super) fn path(&mut self, parts: &[Part]) {
        for (index, part) in parts.iter().enumerate() {
            match part {
                Part::Text(text) if index == 0 => self.token(text),
                Part::Text(text) => self.writer.raw(text),
                Part::Hole(expr) => self.hole(expr),
            }
        }
        self.writer.close();
    }

    fn hole(&mut self, expr: &Expr) {
        self.writer.raw("${");
        self.expr(expr, ANY);
        self.token("}");
    }

    pub(super) fn quoted_name(&mut self, name: &str) {
        self.double_quoted(&[Part::Text(name.to_owned())]);
    }

    /// A string with a fixed value: in either kind of quotes.
    pub(super) fn string(&mut self, parts: &[Part]) {
        let single = self.chance(self.style().quotes) && parts.iter().all(keeps_its_layout);
        if single {
            self.single_quoted(parts);
        } else {
            self.double_quoted(parts);
        }
    }

    pub(super) fn double_quoted(&mut self, parts: &[Part]) {
        self.quoted("\"", parts, Self::double_quoted_text);
    }

    pub(super) fn single_quoted(&mut self, parts: &[Part]) {
        self.quoted("''", parts, Self::single_quoted_text);
    }

    /// Writes holes, and texts each with what follows it.
    fn quoted(&mut self, quotes: &str, parts: &[Part], write: fn(&mut Self, &str, Option<&Part>)) {
        self.token(quotes);
        for (index, part) in parts.iter().enumerate() {
            match part {
                Part::Text(text) => write(self, text, parts.get(index + 1)),
                Part::Hole(expr) => self.hole(expr),
            }
        }
        self.writer.raw(quotes);
    }

    fn double_quoted_text(&mut self, text: &str, follows: Option<&Part>) {
        let before_hole = matches!(follows, Some(Part::Hole(_)));
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let next = characters.peek().copied();
            match character {
                // Two of them stand for themselves, whatever follows; left alone, the first would go with
                // the second, and the second not with what follows it.
                '$' if next == Some('$') && self.choices.below(2) == 1 => {
                    characters.next();
                    self.writer.raw("$$");
                }
                '$' if next == Some('$') => self.writer.raw("\\$"),
                '$' if next == Some('{') && self.rarely() => {
                    characters.next();
                    self.writer.raw("$\\{");
                }
                '$' if next == Some('{') || next.is_none() && before_hole => self.writer.raw("\\$"),
                _ => self.escaped(character),
            }
        }
    }

    /// A character within double quotes.
    fn escaped(&mut self, character: char) {
        match character {
            '"' => self.writer.raw("\\\""),
            '\\' => self.writer.raw("\\\\"),
            // By itself it ends the string in older releases, and is refused by newer ones.
            '\0' => self.writer.raw("\\\0"),
            '\r' if self.rarely() => self.writer.raw("\\\r"),
            '\r' => self.writer.raw("\\r"),
            '\n' if self.rarely() => self.writer.raw("\\\n"),
            '\n' if self.choices.below(4) != 3 => self.writer.raw("\\n"),
            // A newline is what every end of a line means.
            '\n' if self.choices.below(4) == 3 => {
                let end = ["\r\n", "\r\n", "\r"][self.choices.below(3) as usize];
                self.writer.raw(end);
            }
            '\t' if self.choices.below(4) != 3 => self.writer.raw("\\t"),
            'n' | 'r' | 't' => self.writer.raw(character.encode_utf8(&mut [0; 4])),
            _ => {
                if self.chance(self.style().escapes) {
                    self.writer.raw("\\");
                }
                self.writer.raw(character.encode_utf8(&mut [0; 4]));
            }
        }
    }

    fn single_quoted_text(&mut self, text: &str, follows: Option<&Part>) {
        let before_hole = matches!(follows, Some(Part::Hole(_)));
        let before_syntax = before_hole || follows.is_none();
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            let next = characters.peek().copied();
            match character {
                '$' if next == Some('$') && self.choices.below(2) == 1 => {
                    characters.next();
                    self.writer.raw("$$");
                }
                '$' if next == Some('$') => self.writer.raw("''$"),
                '\'' if next == Some('\'') => {
                    characters.next();
                    let ends = |next: &char| next.is_alphanumeric() || *next == ' ';
                    if characters.peek().is_some_and(ends) {
                        self.writer.raw("'''");
                        continue;
                    }
                    // What stands after it decides whether it ends the string, so one by one.
                    self.writer.raw("''\\'''\\'");
                }
                // Next to another escape, or to the quotes at the end, it would be read with them.
                '\'' if next.map_or(before_syntax, |next| self.may_escape(next)) => {
                    self.writer.raw("''\\'");
                }
                '\0' => self.writer.raw("''\\\0"),
                '$' if next == Some('{') && self.rarely() => {
                    characters.next();
                    self.writer.raw("$''\\{");
                }
                _ if self.chance(2 * self.style().rare) => self.needlessly_escaped(character),
                '$' if next == Some('{') || next.is_none() && before_hole => self.writer.raw("''$"),
                '\r' => self.writer.raw("''\\r"),
                '\t' if self.choices.below(2) == 1 => self.writer.raw("''\\t"),
                _ => self.writer.raw(character.encode_utf8(&mut [0; 4])),
            }
        }
    }
}

impl Printer<'_> {
    /// Whether a character within two single quotes may be written with the quotes of an escape.
    fn may_escape(&self, character: char) -> bool {
        self.style().rare > 0 || matches!(character, '$' | '\r' | '\t' | '\0')
    }

    /// A character within two single quotes, as an escape of its own.
    fn needlessly_escaped(&mut self, character: char) {
        let by_name = self.choices.below(2) == 1;
        match character {
            '$' if by_name => self.writer.raw("''$"),
            '\n' if by_name => self.writer.raw("''\\n"),
            // After a backslash they would be other characters.
            'n' | 'r' | 't' => self.writer.raw(character.encode_utf8(&mut [0; 4])),
            _ => {
                self.writer.raw("''\\");
                self.writer.raw(character.encode_utf8(&mut [0; 4]));
            }
        }
    }
}

/// Whether a part is the same within single quotes: no spaces and lines that indentation is about.
fn keeps_its_layout(part: &Part) -> bool {
    match part {
        Part::Text(text) => !text.contains('\n') && !text.starts_with(' '),
        Part::Hole(_) => true,
    }
}
