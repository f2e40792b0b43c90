//! The lexer: hand-written, driven by a table of byte classes, with the
//! longest-match rules and the states of C++ Nix's `lexer.l`.

mod numbers;
pub mod past;
mod paths;
mod strings;
#[cfg(test)]
mod tests;

use super::options::{PipeOperators, SyntaxOptions};
use super::token::{Kind, Token};
use memchr::{memchr2, memmem};
use std::ops::Range;

const ID_START: u8 = 1;
const ID: u8 = 2;
const PATH: u8 = 4;
const URI: u8 = 8;
const SCHEME: u8 = 16;
const SPACE: u8 = 32;
const DIGIT: u8 = 64;
/// What ends the fast scan of an identifier: a byte that may make it a path or
/// a URL.
const LONGER: u8 = 128;

const CLASS: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut i = 0;
    while i < 256 {
        let c = i as u8;
        let mut class = 0;
        if c.is_ascii_alphabetic() {
            class |= ID_START | ID | PATH | URI | SCHEME;
        }
        if c.is_ascii_digit() {
            class |= ID | PATH | URI | SCHEME | DIGIT;
        }
        class |= match c {
            b'_' => ID_START | ID | PATH | URI,
            b'\'' => ID | URI,
            b'-' => ID | PATH | URI | SCHEME,
            b'.' | b'+' => PATH | URI | SCHEME | LONGER,
            b'/' | b':' => URI | LONGER,
            b'%' | b'?' | b'@' | b'&' | b'=' | b'$' | b',' | b'!' | b'~' | b'*' => URI,
            b' ' | b'\t' | b'\r' | b'\n' => SPACE,
            _ => 0,
        };
        table[i] = class;
        i += 1;
    }
    table
};

/// The start conditions of `lexer.l`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    /// The bottom of the stack, which `}` does not leave.
    Initial,
    Default,
    String,
    Indented,
    /// In a path, after something else than a slash.
    Path,
    /// In a path, after a slash.
    PathSlash,
}

/// What the lexer refuses by itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LexError {
    /// The message as C++ Nix prints it.
    pub message: String,
    /// The byte it complains about.
    pub at: usize,
}

type Fallible<T> = Result<T, Box<LexError>>;

/// The lexer; cheap to copy except for its stack of modes.
#[derive(Clone)]
pub struct Lexer<'s> {
    source: &'s [u8],
    position: usize,
    mode: Mode,
    modes: Vec<Mode>,
    pipes: PipeOperators,
    interpolated_paths: bool,
    /// Where the last match of flex began, blanks and comments included: where
    /// C++ Nix sees the end of the file.
    last: usize,
    /// Where the match before that began.
    before_last: usize,
    /// Where C++ Nix thinks that the source ends.
    end: usize,
    /// The last run of path characters that was looked at to its end, and the
    /// last one of characters of a URL's scheme. Tokens like `a.b.c` and `---`
    /// are each looked at as the start of something longer; without this the
    /// whole run would be scanned for each of them.
    path_run: Range<usize>,
    scheme_run: Range<usize>,
    /// The value of the last integer token.
    pub integer: i64,
    /// The value of the last float token.
    pub float: f64,
}

impl<'s> Lexer<'s> {
    /// A lexer at the start of `source`.
    pub fn new(source: &'s [u8], options: &SyntaxOptions) -> Lexer<'s> {
        Lexer {
            source,
            position: 0,
            mode: Mode::Initial,
            modes: Vec::new(),
            pipes: options.pipe_operators,
            interpolated_paths: options.path_interpolation,
            last: 0,
            before_last: 0,
            end: source.len(),
            path_run: 0..0,
            scheme_run: 0..0,
            integer: 0,
            float: 0.0,
        }
    }

    /// The byte at `i`; zero past the end.
    #[inline(always)]
    fn at(&self, i: usize) -> u8 {
        match self.source.get(i) {
            Some(&byte) => byte,
            None => 0,
        }
    }

    #[inline(always)]
    fn class(&self, i: usize) -> u8 {
        match self.source.get(i) {
            Some(&byte) => CLASS[byte as usize],
            None => 0,
        }
    }

    #[inline(always)]
    fn emit(&mut self, kind: Kind, start: usize, end: usize) -> Token {
        self.position = end;
        self.before_last = self.last;
        self.last = start;
        Token {
            kind,
            escaped: false,
            start: start as u32,
            end: end as u32,
        }
    }

    /// The end of the file, with the place of the last match.
    #[cold]
    fn end(&self) -> Token {
        Token {
            kind: Kind::End,
            escaped: false,
            start: self.last as u32,
            end: self.end as u32,
        }
    }

    #[inline]
    fn push(&mut self, mode: Mode) {
        self.modes.push(self.mode);
        self.mode = mode;
    }

    #[inline]
    fn pop(&mut self) {
        self.mode = self.modes.pop().unwrap_or(Mode::Initial);
    }

    /// The next token.
    ///
    /// # Errors
    /// Numbers out of range, a path that ends in a slash, operators that need
    /// a feature.
    #[inline]
    pub fn next(&mut self) -> Fallible<Token> {
        match self.mode {
            Mode::Initial | Mode::Default => self.next_default(),
            Mode::String => Ok(self.next_string()),
            Mode::Indented => Ok(self.next_indented()),
            Mode::Path | Mode::PathSlash => self.next_path(),
        }
    }

    #[inline]
    fn skip_blanks(&mut self) {
        let mut i = self.position;
        loop {
            if self.class(i) & SPACE != 0 {
                self.before_last = self.last;
                self.last = i;
                i += 1;
                while self.class(i) & SPACE != 0 {
                    i += 1;
                }
            }
            match self.at(i) {
                b'#' => {
                    self.before_last = self.last;
                    self.last = i;
                    i = match memchr2(b'\n', b'\r', &self.source[i..]) {
                        Some(n) => i + n,
                        None => self.source.len(),
                    }
                }
                b'/' if self.at(i + 1) == b'*' => {
                    match memmem::find(&self.source[i + 2..], b"*/") {
                        Some(n) => {
                            self.before_last = self.last;
                            self.last = i;
                            i += n + 4;
                        }
                        None => break,
                    }
                }
                _ => break,
            }
        }
        self.position = i;
    }

    fn next_default(&mut self) -> Fallible<Token> {
        self.skip_blanks();
        let start = self.position;
        let byte = self.at(start);
        let class = CLASS[byte as usize];
        if class & ID_START != 0 {
            let mut end = start + 1;
            while self.class(end) & ID != 0 {
                end += 1;
            }
            if self.class(end) & LONGER != 0 {
                return self.name_or_longer(start, end);
            }
            let kind = keyword(&self.source[start..end]);
            return Ok(self.emit(kind, start, end));
        }
        if class & DIGIT != 0 {
            return self.number(start);
        }
        let next = self.at(start + 1);
        let (kind, length) = match byte {
            b';' => (Kind::Semicolon, 1),
            b'"' => {
                self.push(Mode::String);
                (Kind::Quote, 1)
            }
            b'{' => {
                self.push(Mode::Default);
                (Kind::LeftBrace, 1)
            }
            b'}' => {
                if self.mode != Mode::Initial {
                    self.pop();
                }
                (Kind::RightBrace, 1)
            }
            b'(' => (Kind::LeftParen, 1),
            b')' => (Kind::RightParen, 1),
            b'[' => (Kind::LeftBracket, 1),
            b']' => (Kind::RightBracket, 1),
            b':' => (Kind::Colon, 1),
            b',' => (Kind::Comma, 1),
            b'@' => (Kind::At, 1),
            b'?' => (Kind::Question, 1),
            b'*' => (Kind::Star, 1),
            b'=' if next == b'=' => (Kind::Eq, 2),
            b'=' => (Kind::Assign, 1),
            b'!' if next == b'=' => (Kind::NotEq, 2),
            b'!' => (Kind::Bang, 1),
            b'>' if next == b'=' => (Kind::GreaterEq, 2),
            b'>' => (Kind::Greater, 1),
            b'&' if next == b'&' => (Kind::AndAnd, 2),
            b'$' if next == b'{' => {
                self.push(Mode::Default);
                (Kind::DollarCurly, 2)
            }
            b'\'' if next == b'\'' => {
                self.push(Mode::Indented);
                let mut end = start + 2;
                while self.at(end) == b' ' {
                    end += 1;
                }
                let end = if self.at(end) == b'\n' {
                    end + 1
                } else {
                    start + 2
                };
                (Kind::IndOpen, end - start)
            }
            b'|' if next == b'|' => (Kind::OrOr, 2),
            b'|' if next == b'>' => return self.pipe(Kind::PipeInto, start),
            b'.' | b'+' | b'-' | b'/' => return self.path_or_operator(start),
            b'~' if next == b'/' => return self.home_path(start),
            b'<' => return self.less_or_search_path(start),
            0 if start >= self.source.len() => return Ok(self.end()),
            0 => (Kind::End, 0),
            _ => (Kind::Invalid, 1),
        };
        Ok(self.emit(kind, start, start + length))
    }

    fn pipe(&mut self, kind: Kind, start: usize) -> Fallible<Token> {
        match self.pipes {
            PipeOperators::Enabled => Ok(self.emit(kind, start, start + 2)),
            PipeOperators::Disabled => Err(Box::new(LexError {
                message: "experimental Nix feature 'pipe-operators' is disabled; add \
                          '--extra-experimental-features pipe-operators' to enable it"
                    .into(),
                at: start,
            })),
            PipeOperators::Unknown if kind == Kind::PipeFrom => {
                Ok(self.emit(Kind::Less, start, start + 1))
            }
            PipeOperators::Unknown => Ok(self.emit(Kind::Invalid, start, start + 1)),
        }
    }

    fn uri_end(&mut self, start: usize) -> Option<usize> {
        if !self.scheme_run.contains(&start) {
            let mut end = start;
            while self.class(end) & SCHEME != 0 {
                end += 1;
            }
            self.scheme_run = start..end;
        }
        let mut i = self.scheme_run.end;
        if self.at(i) != b':' || self.class(i + 1) & URI == 0 {
            return None;
        }
        i += 1;
        while self.class(i) & URI != 0 {
            i += 1;
        }
        Some(i)
    }

    fn name_or_longer(&mut self, start: usize, end: usize) -> Fallible<Token> {
        let mut longest = end - start;
        let mut uri = None;
        if self.at(start) != b'_'
            && let Some(end) = self.uri_end(start)
            && end - start > longest
        {
            longest = end - start;
            uri = Some(end);
        }
        if let Some(path) = self.path(start, longest)? {
            return Ok(path);
        }
        if let Some(end) = uri {
            return Ok(self.emit(Kind::Uri, start, end));
        }
        let kind = keyword(&self.source[start..end]);
        Ok(self.emit(kind, start, end))
    }

    fn path_or_operator(&mut self, start: usize) -> Fallible<Token> {
        let next = self.at(start + 1);
        let (kind, length) = match (self.at(start), next) {
            (b'.', b'.') if self.at(start + 2) == b'.' => (Kind::Ellipsis, 3),
            (b'.', _) => (Kind::Dot, 1),
            (b'+', b'+') => (Kind::Concat, 2),
            (b'+', _) => (Kind::Plus, 1),
            (b'-', b'>') => (Kind::Implies, 2),
            (b'-', _) => (Kind::Minus, 1),
            (_, b'/') => (Kind::Update, 2),
            (_, _) => (Kind::Slash, 1),
        };
        if CLASS[next as usize] & (PATH | LONGER) == 0 && next != b'$' {
            return Ok(self.emit(kind, start, start + length));
        }
        let float = if next.is_ascii_digit() && kind == Kind::Dot {
            self.float_end(start)
        } else {
            None
        };
        let longest = float.map_or(length, |end| end - start);
        if let Some(path) = self.path(start, longest)? {
            return Ok(path);
        }
        match float {
            Some(end) => self.float(start, end),
            None => Ok(self.emit(kind, start, start + length)),
        }
    }
}

#[inline]
fn keyword(text: &[u8]) -> Kind {
    if text.len() > 7 || text.len() < 2 {
        return Kind::Id;
    }
    match text {
        b"if" => Kind::If,
        b"then" => Kind::Then,
        b"else" => Kind::Else,
        b"assert" => Kind::Assert,
        b"with" => Kind::With,
        b"let" => Kind::Let,
        b"in" => Kind::In,
        b"rec" => Kind::Rec,
        b"inherit" => Kind::Inherit,
        b"or" => Kind::Or,
        _ => Kind::Id,
    }
}
