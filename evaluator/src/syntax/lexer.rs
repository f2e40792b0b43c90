//! The lexer: hand-written, driven by a table of byte classes, with the
//! longest-match rules and the states of C++ Nix's `lexer.l`.

use super::options::{PipeOperators, SyntaxOptions};
use super::token::{Kind, Token};
use memchr::{memchr2, memmem};

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
    pub fn next(&mut self) -> Result<Token, Box<LexError>> {
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

    fn next_default(&mut self) -> Result<Token, Box<LexError>> {
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

    fn pipe(&mut self, kind: Kind, start: usize) -> Result<Token, Box<LexError>> {
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

    /// Where a path that starts at `start` ends: `PATH_CHAR*(/PATH_CHAR+)+/?`.
    fn path_end(&self, start: usize) -> Option<usize> {
        let mut i = start;
        while self.class(i) & PATH != 0 {
            i += 1;
        }
        let mut end = None;
        while self.at(i) == b'/' && self.class(i + 1) & PATH != 0 {
            i += 2;
            while self.class(i) & PATH != 0 {
                i += 1;
            }
            end = Some(i);
        }
        end.map(|end| if self.at(end) == b'/' { end + 1 } else { end })
    }

    /// Where the segment before an interpolation ends: `PATH_CHAR*/` and then `${`.
    fn segment_end(&self, start: usize) -> Option<usize> {
        if !self.interpolated_paths {
            return None;
        }
        let mut i = start;
        while self.class(i) & PATH != 0 {
            i += 1;
        }
        (self.at(i) == b'/' && self.at(i + 1) == b'$' && self.at(i + 2) == b'{').then_some(i + 1)
    }

    /// A path at `start` if it is longer than `shortest` bytes.
    fn path(&mut self, start: usize, shortest: usize) -> Result<Option<Token>, Box<LexError>> {
        if let Some(end) = self.path_end(start)
            && end - start > shortest
        {
            return self.start_path(Kind::Path, start, end).map(Some);
        }
        if let Some(end) = self.segment_end(start)
            && end + 2 - start > shortest
        {
            return self.start_path(Kind::Path, start, end).map(Some);
        }
        Ok(None)
    }

    fn start_path(&mut self, kind: Kind, start: usize, end: usize) -> Result<Token, Box<LexError>> {
        let slash = self.at(end - 1) == b'/';
        if !self.interpolated_paths {
            if slash {
                let text = String::from_utf8_lossy(&self.source[start..end]);
                return Err(Box::new(LexError {
                    message: format!("path '{text}' has a trailing slash"),
                    at: start,
                }));
            }
            return Ok(self.emit(kind, start, end));
        }
        self.push(if slash { Mode::PathSlash } else { Mode::Path });
        Ok(self.emit(kind, start, end))
    }

    #[cold]
    #[inline(never)]
    fn uri_end(&self, start: usize) -> Option<usize> {
        let mut i = start;
        while self.class(i) & SCHEME != 0 {
            i += 1;
        }
        if self.at(i) != b':' || self.class(i + 1) & URI == 0 {
            return None;
        }
        i += 1;
        while self.class(i) & URI != 0 {
            i += 1;
        }
        Some(i)
    }

    fn name_or_longer(&mut self, start: usize, end: usize) -> Result<Token, Box<LexError>> {
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

    /// `FLOAT` of `lexer.l`: where a float that starts at `start` ends.
    fn float_end(&self, start: usize) -> Option<usize> {
        let digits = |mut i: usize| {
            while self.class(i) & DIGIT != 0 {
                i += 1;
            }
            i
        };
        let mut end = if matches!(self.at(start), b'1'..=b'9') {
            let dot = digits(start);
            if self.at(dot) != b'.' {
                return None;
            }
            digits(dot + 1)
        } else {
            let dot = start + usize::from(self.at(start) == b'0');
            if self.at(dot) != b'.' || self.class(dot + 1) & DIGIT == 0 {
                return None;
            }
            digits(dot + 1)
        };
        if matches!(self.at(end), b'e' | b'E') {
            let sign = usize::from(matches!(self.at(end + 1), b'+' | b'-'));
            let exponent = end + 1 + sign;
            if self.class(exponent) & DIGIT != 0 {
                end = digits(exponent);
            }
        }
        Some(end)
    }

    fn number(&mut self, start: usize) -> Result<Token, Box<LexError>> {
        let mut end = start + 1;
        while self.class(end) & DIGIT != 0 {
            end += 1;
        }
        let float = self.float_end(start);
        let longest = float.unwrap_or(end) - start;
        if self.class(end) & (PATH | LONGER) != 0
            && let Some(path) = self.path(start, longest)?
        {
            return Ok(path);
        }
        match float {
            Some(end) => self.float(start, end),
            None => {
                let text = &self.source[start..end];
                match std::str::from_utf8(text)
                    .ok()
                    .and_then(|text| text.parse().ok())
                {
                    Some(integer) => {
                        self.integer = integer;
                        Ok(self.emit(Kind::Int, start, end))
                    }
                    None => Err(Box::new(LexError {
                        message: format!("invalid integer '{}'", String::from_utf8_lossy(text)),
                        at: start,
                    })),
                }
            }
        }
    }

    /// `strtod` sets `errno` when the number is too large and also when it is
    /// so small that it loses precision.
    fn float(&mut self, start: usize, end: usize) -> Result<Token, Box<LexError>> {
        let text = String::from_utf8_lossy(&self.source[start..end]);
        let value: f64 = text.parse().unwrap_or(f64::NAN);
        let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
        let zero = mantissa.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        if value.is_normal() || zero {
            self.float = value;
            Ok(self.emit(Kind::Float, start, end))
        } else {
            Err(Box::new(LexError {
                message: format!("invalid float '{text}'"),
                at: start,
            }))
        }
    }

    fn path_or_operator(&mut self, start: usize) -> Result<Token, Box<LexError>> {
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

    fn home_path(&mut self, start: usize) -> Result<Token, Box<LexError>> {
        if self.class(start + 2) & PATH != 0
            && let Some(end) = self.path_end(start + 1)
        {
            return self.start_path(Kind::HomePath, start, end);
        }
        if self.interpolated_paths && self.at(start + 2) == b'$' && self.at(start + 3) == b'{' {
            return self.start_path(Kind::HomePath, start, start + 2);
        }
        Ok(self.emit(Kind::Invalid, start, start + 1))
    }

    fn less_or_search_path(&mut self, start: usize) -> Result<Token, Box<LexError>> {
        let mut i = start + 1;
        if self.class(i) & PATH != 0 {
            loop {
                while self.class(i) & PATH != 0 {
                    i += 1;
                }
                if self.at(i) != b'/' || self.class(i + 1) & PATH == 0 {
                    break;
                }
                i += 1;
            }
            if self.at(i) == b'>' {
                return Ok(self.emit(Kind::SearchPath, start, i + 1));
            }
        }
        match self.at(start + 1) {
            b'=' => Ok(self.emit(Kind::LessEq, start, start + 2)),
            b'|' => self.pipe(Kind::PipeFrom, start),
            _ => Ok(self.emit(Kind::Less, start, start + 1)),
        }
    }

    fn next_string(&mut self) -> Token {
        let start = self.position;
        let mut i = start;
        let mut escaped = false;
        while let Some(&byte) = self.source.get(i) {
            match byte {
                b'"' => break,
                b'\\' => {
                    if i + 1 >= self.source.len() {
                        break;
                    }
                    escaped = true;
                    i += 2;
                }
                b'$' => match self.source.get(i + 1) {
                    Some(b'{') | None => break,
                    Some(b'"') => i += 1,
                    Some(b'\\') => {
                        if i + 2 >= self.source.len() {
                            break;
                        }
                        escaped = true;
                        i += 3;
                    }
                    Some(_) => i += 2,
                },
                b'\r' => {
                    escaped = true;
                    i += 1;
                }
                _ => i += 1,
            }
        }
        // The byte after a `$` may be a carriage return.
        let escaped = escaped || self.source[start..i].contains(&b'\r');
        if i > start {
            let token = self.emit(Kind::Str, start, i);
            return Token { escaped, ..token };
        }
        match self.at(start) {
            b'"' => {
                self.pop();
                self.emit(Kind::Quote, start, start + 1)
            }
            b'$' if self.at(start + 1) == b'{' => {
                self.push(Mode::Default);
                self.emit(Kind::DollarCurly, start, start + 2)
            }
            _ if start >= self.source.len() => self.end(),
            _ => self.emit(Kind::End, start, start + 1),
        }
    }

    fn next_indented(&mut self) -> Token {
        let start = self.position;
        let mut i = start;
        while let Some(&byte) = self.source.get(i) {
            match byte {
                b'$' => match self.source.get(i + 1) {
                    Some(b'{' | b'\'') | None => break,
                    Some(_) => i += 2,
                },
                b'\'' => match self.source.get(i + 1) {
                    Some(b'\'' | b'$') | None => break,
                    Some(_) => i += 2,
                },
                _ => i += 1,
            }
        }
        if i > start {
            return self.emit(Kind::IndStr, start, i);
        }
        let escape = |token: Token| Token {
            escaped: true,
            ..token
        };
        let third = self.at(start + 2);
        match (self.at(start), self.at(start + 1)) {
            (b'\'', b'\'') => match third {
                b'$' | b'\'' => escape(self.emit(Kind::IndStr, start, start + 3)),
                b'\\' if start + 3 < self.source.len() => {
                    escape(self.emit(Kind::IndStr, start, start + 4))
                }
                _ => {
                    self.pop();
                    self.emit(Kind::IndClose, start, start + 2)
                }
            },
            (b'$', b'{') => {
                self.push(Mode::Default);
                self.emit(Kind::DollarCurly, start, start + 2)
            }
            (b'$' | b'\'', _) if start < self.source.len() => {
                escape(self.emit(Kind::IndStr, start, start + 1))
            }
            _ => self.end(),
        }
    }

    fn next_path(&mut self) -> Result<Token, Box<LexError>> {
        let start = self.position;
        if self.at(start) == b'$' && self.at(start + 1) == b'{' {
            self.mode = Mode::Path;
            self.push(Mode::Default);
            return Ok(self.emit(Kind::DollarCurly, start, start + 2));
        }
        let mut run = start;
        while self.class(run) & PATH != 0 {
            run += 1;
        }
        let end = match self.path_end(start) {
            Some(end) => end,
            None if self.at(run) == b'/' => run + 1,
            None => run,
        };
        if end > start {
            self.mode = if self.at(end - 1) == b'/' {
                Mode::PathSlash
            } else {
                Mode::Path
            };
            return Ok(self.emit(Kind::Str, start, end));
        }
        if self.mode == Mode::PathSlash {
            return Err(Box::new(LexError {
                message: "path has a trailing slash".into(),
                at: if start < self.source.len() {
                    start
                } else {
                    self.last
                },
            }));
        }
        self.pop();
        // The end of a path is no match of its own, so it has the location of
        // the match before it; at the end of the file, even of the one before
        // that, and the file seems to end there.
        if start >= self.source.len() {
            self.end = self.last;
            self.last = self.before_last;
        }
        Ok(Token {
            kind: Kind::PathEnd,
            escaped: false,
            start: self.last as u32,
            end: start as u32,
        })
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
