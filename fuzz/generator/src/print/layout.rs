//! Space between tokens: as little as the lexer needs, lines, comments.

use crate::choices::Choices;

/// How a program is laid out and spelled; percentages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// How space is made.
    pub space: Space,
    /// Comments between tokens.
    pub comments: u8,
    /// Parentheses around what needs none.
    pub parentheses: u8,
    /// Quotes around names that need none.
    pub quotes: u8,
    /// Sets within sets written as attribute paths.
    pub spread: u8,
    /// Characters written as escapes that need none.
    pub escapes: u8,
    /// Spellings that people hardly use: numbers with zeros in front, commas that nothing follows.
    pub rare: u8,
    /// Whether comments may have bytes that are no UTF-8.
    pub raw: bool,
}

/// How space is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Space {
    /// One line.
    #[default]
    Line,
    /// Lines, indented.
    Lines,
    /// None where there need not be any.
    Dense,
    /// Any.
    Wild,
}

/// What is written so far.
pub struct Writer {
    pub out: String,
    pub style: Style,
    depth: usize,
    line: bool,
    closed: bool,
}

const WILD: [&str; 9] = [
    " ", "  ", "\n", "\t", "\r\n", "\n\n", " \n\t ", "\n  ", "\r",
];
const COMMENTS: [&str; 13] = [
    "# a comment\n",
    "/* a comment */",
    "/**/",
    "/** doc: x */",
    "#\n",
    "# \"${ ''\n",
    "/* \" '' ${ # */",
    "/***/",
    "/*/ 1 + */",
    "/*/**/",
    "# a\r\n",
    "# é\n",
    "/* lines\n * of it\n **/",
];

const RAW_COMMENTS: [&str; 4] = [
    "# \u{f7ff}\u{f780}\n",
    "/* caf\u{f7e9} */",
    "/** \u{f7c3}*/",
    "# \0 \u{f7fe}\n",
];

impl Writer {
    pub fn new(style: Style) -> Writer {
        Writer {
            out: String::new(),
            style,
            depth: 0,
            line: false,
            closed: false,
        }
    }

    pub fn deeper(&mut self) {
        self.depth += 1;
    }

    pub fn shallower(&mut self) {
        self.depth -= 1;
    }

    /// The next token may begin a line.
    pub fn line(&mut self) {
        self.line = true;
    }

    /// Nothing may follow the last token without space between.
    pub fn close(&mut self) {
        self.closed = true;
    }

    pub fn token(&mut self, text: &str, choices: &mut dyn Choices) {
        self.space_before(text, choices);
        self.out.push_str(text);
    }

    /// Text that belongs to the last token.
    pub fn raw(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Space and comments where a token begins.
    pub fn space_before(&mut self, next: &str, choices: &mut dyn Choices) {
        let line = std::mem::take(&mut self.line);
        let closed = std::mem::take(&mut self.closed);
        if self.style.comments > 0 && choices.below(1000) < u32::from(self.style.comments) {
            self.comment(&COMMENTS, choices);
        } else if self.style.raw && choices.below(50) == 49 {
            self.comment(&RAW_COMMENTS, choices);
        }
        let needed = closed || must_part(&self.out, next);
        match self.style.space {
            _ if self.out.is_empty() => {}
            Space::Line if needed || wants_space(&self.out, next) => self.out.push(' '),
            Space::Lines if line => {
                self.out.push('\n');
                self.out.extend(std::iter::repeat_n("  ", self.depth));
            }
            Space::Lines if needed || wants_space(&self.out, next) => self.out.push(' '),
            Space::Dense if needed => self.out.push(' '),
            Space::Wild if needed || choices.below(3) == 0 => {
                // The last is hardly ever seen.
                let common = WILD.len() as u32 - u32::from(self.style.rare == 0);
                self.out.push_str(WILD[choices.below(common) as usize]);
            }
            _ => {}
        }
    }

    fn comment(&mut self, of: &[&str], choices: &mut dyn Choices) {
        let at = choices.below(of.len() as u32) as usize;
        self.out.push(' ');
        self.out.push_str(of[at]);
    }

    pub fn end(&mut self, choices: &mut dyn Choices) {
        if self.style.space != Space::Dense && choices.below(2) == 1 {
            self.out.push('\n');
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'\'' | b'-' | b'.' | b'/' | b'+' | b'~')
}

/// Whether two tokens side by side would be read as something else.
fn must_part(before: &str, next: &str) -> bool {
    let (Some(&last), Some(&first)) = (before.as_bytes().last(), next.as_bytes().first()) else {
        return false;
    };
    match (last, first) {
        // Operators, `:` and `.` read differently next to words: paths, URIs, numbers. Dots of
        // attribute paths stand between names, brackets and quotes.
        (_, b'.') if next.len() > 1 && next != "..." => true,
        (b'.', _) if ends_with_number(before) => true,
        (b'.', _) if !before.ends_with("...") => false,
        (_, b'.') if next == "." => last.is_ascii_digit(),
        (b':' | b'+' | b'-' | b'*' | b'/' | b'<' | b'>' | b'=' | b'!' | b'&' | b'|', _) => true,
        (_, b':' | b'+' | b'-' | b'*' | b'/' | b'<' | b'>' | b'=' | b'!' | b'&' | b'|') => true,
        (b'?' | b'@', _) | (_, b'?' | b'@') => false,
        (b'$', b'{') => true,
        _ => is_word(last) && is_word(first),
    }
}

/// Whether the last dot is that of a number.
fn ends_with_number(before: &str) -> bool {
    before
        .trim_end_matches('.')
        .ends_with(|last: char| last.is_ascii_digit())
}

/// Whether one would write a space there.
fn wants_space(before: &str, next: &str) -> bool {
    let opens = before.ends_with(['(', '.']) || before.ends_with("${");
    let closes =
        matches!(next, ")" | ";" | "," | "." | ":") || next == "}" && before.ends_with('{');
    !opens && !closes
}
