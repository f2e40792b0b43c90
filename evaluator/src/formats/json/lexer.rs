//! The tokens of nlohmann's JSON library (3.11), with its notion of position and of what was
//! "last read", both of which appear in messages.

/// A token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token {
    True,
    False,
    Null,
    /// Its text is in [`Lexer::string`].
    String,
    Unsigned(u64),
    Integer(i64),
    Float(f64),
    BeginArray,
    BeginObject,
    EndArray,
    EndObject,
    NameSeparator,
    ValueSeparator,
    EndOfInput,
    /// No token; why is in [`Lexer::error`].
    Error,
}

impl Token {
    pub(super) fn name(self) -> &'static str {
        match self {
            Token::True => "true literal",
            Token::False => "false literal",
            Token::Null => "null literal",
            Token::String => "string literal",
            Token::Unsigned(_) | Token::Integer(_) | Token::Float(_) => "number literal",
            Token::BeginArray => "'['",
            Token::BeginObject => "'{'",
            Token::EndArray => "']'",
            Token::EndObject => "'}'",
            Token::NameSeparator => "':'",
            Token::ValueSeparator => "','",
            Token::EndOfInput => "end of input",
            Token::Error => "<parse error>",
        }
    }
}

const CONTROL_NAMES: [&str; 32] = [
    "NUL", "SOH", "STX", "ETX", "EOT", "ENQ", "ACK", "BEL", "BS", "HT", "LF", "VT", "FF", "CR",
    "SO", "SI", "DLE", "DC1", "DC2", "DC3", "DC4", "NAK", "SYN", "ETB", "CAN", "EM", "SUB", "ESC",
    "FS", "GS", "RS", "US",
];

const BAD_HEX: &str = "invalid string: '\\u' must be followed by 4 hex digits";
const LONE_HIGH: &str =
    "invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF";
const LONE_LOW: &str = "invalid string: surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF";
const BAD_UTF8: &str = "invalid string: ill-formed UTF-8 byte";

pub(super) struct Lexer<'a> {
    text: &'a [u8],
    /// How many characters were asked for, those past the end included.
    pub(super) read: usize,
    pub(super) line: usize,
    pub(super) column: usize,
    token_start: usize,
    /// The decoded text of the last string token.
    pub(super) string: Vec<u8>,
    /// Why the last token is [`Token::Error`].
    pub(super) error: String,
}

type Scan<T> = Result<T, String>;

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a [u8]) -> Lexer<'a> {
        Lexer {
            text,
            read: 0,
            line: 0,
            column: 0,
            token_start: 0,
            string: Vec::new(),
            error: String::new(),
        }
    }

    /// Everything read since the last string or number began, control characters made visible.
    pub(super) fn last_read(&self) -> Vec<u8> {
        let mut shown = Vec::new();
        for &byte in &self.text[self.token_start..self.read.min(self.text.len())] {
            if byte < 0x20 {
                shown.extend_from_slice(format!("<U+{byte:04X}>").as_bytes());
            } else {
                shown.push(byte);
            }
        }
        shown
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.text.get(self.read).copied();
        self.read += 1;
        self.column += 1;
        if byte == Some(b'\n') {
            self.line += 1;
            self.column = 0;
        }
        byte
    }

    /// Gives back the character that `next` answered last.
    fn give_back(&mut self) {
        self.read -= 1;
        if self.column == 0 {
            self.line = self.line.saturating_sub(1);
        } else {
            self.column -= 1;
        }
    }

    pub(super) fn token(&mut self) -> Token {
        match self.scan() {
            Ok(token) => token,
            Err(message) => {
                self.error = message;
                Token::Error
            }
        }
    }

    fn scan(&mut self) -> Scan<Token> {
        if self.read == 0 && self.text.first() == Some(&0xEF) {
            self.next();
            if self.next() != Some(0xBB) || self.next() != Some(0xBF) {
                return Err("invalid BOM; must be 0xEF 0xBB 0xBF if given".into());
            }
        }
        let mut first = self.next();
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = first {
            first = self.next();
        }
        match first {
            Some(b'[') => Ok(Token::BeginArray),
            Some(b']') => Ok(Token::EndArray),
            Some(b'{') => Ok(Token::BeginObject),
            Some(b'}') => Ok(Token::EndObject),
            Some(b':') => Ok(Token::NameSeparator),
            Some(b',') => Ok(Token::ValueSeparator),
            Some(b't') => self.word(b"rue", Token::True),
            Some(b'f') => self.word(b"alse", Token::False),
            Some(b'n') => self.word(b"ull", Token::Null),
            Some(b'"') => self.scan_string(),
            Some(byte @ (b'-' | b'0'..=b'9')) => self.scan_number(byte),
            None | Some(0) => Ok(Token::EndOfInput),
            Some(_) => Err("invalid literal".into()),
        }
    }

    fn word(&mut self, rest: &[u8], token: Token) -> Scan<Token> {
        for byte in rest {
            if self.next() != Some(*byte) {
                return Err("invalid literal".into());
            }
        }
        Ok(token)
    }

    fn scan_string(&mut self) -> Scan<Token> {
        self.token_start = self.read - 1;
        self.string.clear();
        loop {
            let Some(byte) = self.next() else {
                return Err("invalid string: missing closing quote".into());
            };
            match byte {
                b'"' => return Ok(Token::String),
                b'\\' => self.escape()?,
                0..=0x1F => return Err(control_message(byte)),
                0x20..=0x7F => self.string.push(byte),
                0xC2..=0xDF => self.sequence(byte, &[(0x80, 0xBF)])?,
                0xE0 => self.sequence(byte, &[(0xA0, 0xBF), (0x80, 0xBF)])?,
                0xE1..=0xEC | 0xEE | 0xEF => self.sequence(byte, &[(0x80, 0xBF); 2])?,
                0xED => self.sequence(byte, &[(0x80, 0x9F), (0x80, 0xBF)])?,
                0xF0 => self.sequence(byte, &[(0x90, 0xBF), (0x80, 0xBF), (0x80, 0xBF)])?,
                0xF1..=0xF3 => self.sequence(byte, &[(0x80, 0xBF); 3])?,
                0xF4 => self.sequence(byte, &[(0x80, 0x8F), (0x80, 0xBF), (0x80, 0xBF)])?,
                _ => return Err(BAD_UTF8.into()),
            }
        }
    }

    fn sequence(&mut self, first: u8, rest: &[(u8, u8)]) -> Scan<()> {
        self.string.push(first);
        for (low, high) in rest {
            match self.next() {
                Some(byte) if (*low..=*high).contains(&byte) => self.string.push(byte),
                _ => return Err(BAD_UTF8.into()),
            }
        }
        Ok(())
    }

    fn escape(&mut self) -> Scan<()> {
        let byte = match self.next() {
            Some(byte @ (b'"' | b'\\' | b'/')) => byte,
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(b'n') => b'\n',
            Some(b'r') => b'\r',
            Some(b't') => b'\t',
            Some(b'u') => return self.unicode_escape(),
            _ => return Err("invalid string: forbidden character after backslash".into()),
        };
        self.string.push(byte);
        Ok(())
    }

    fn unicode_escape(&mut self) -> Scan<()> {
        let mut code = self.four_hex_digits()?;
        match code {
            0xD800..=0xDBFF => {
                if self.next() != Some(b'\\') || self.next() != Some(b'u') {
                    return Err(LONE_HIGH.into());
                }
                let low = self.four_hex_digits()?;
                if !(0xDC00..=0xDFFF).contains(&low) {
                    return Err(LONE_HIGH.into());
                }
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            }
            0xDC00..=0xDFFF => return Err(LONE_LOW.into()),
            _ => {}
        }
        let character = char::from_u32(code).ok_or(BAD_HEX)?;
        let mut buffer = [0; 4];
        self.string
            .extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
        Ok(())
    }

    fn four_hex_digits(&mut self) -> Scan<u32> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = self
                .next()
                .and_then(|byte| char::from(byte).to_digit(16))
                .ok_or(BAD_HEX)?;
            code = code << 4 | digit;
        }
        Ok(code)
    }

    fn scan_number(&mut self, first: u8) -> Scan<Token> {
        self.token_start = self.read - 1;
        let mut integer = true;
        let leading = if first == b'-' {
            self.next()
        } else {
            Some(first)
        };
        let mut after = match leading {
            Some(b'0') => self.next(),
            Some(b'1'..=b'9') => self.skip_digits(),
            _ => return Err("invalid number; expected digit after '-'".into()),
        };
        if after == Some(b'.') {
            integer = false;
            after = match self.next() {
                Some(b'0'..=b'9') => self.skip_digits(),
                _ => return Err("invalid number; expected digit after '.'".into()),
            };
        }
        if let Some(b'e' | b'E') = after {
            integer = false;
            match self.next() {
                Some(b'+' | b'-') => {
                    let Some(b'0'..=b'9') = self.next() else {
                        return Err("invalid number; expected digit after exponent sign".into());
                    };
                }
                Some(b'0'..=b'9') => {}
                _ => {
                    return Err("invalid number; expected '+', '-', or digit after exponent".into());
                }
            }
            self.skip_digits();
        }
        self.give_back();
        let number = std::str::from_utf8(&self.text[self.token_start..self.read])
            .expect("only ASCII characters were accepted");
        if integer {
            if first == b'-' {
                if let Ok(value) = number.parse() {
                    return Ok(Token::Integer(value));
                }
            } else if let Ok(value) = number.parse() {
                return Ok(Token::Unsigned(value));
            }
        }
        let value = number
            .parse()
            .expect("the accepted form is that of a Rust float");
        Ok(Token::Float(value))
    }

    fn skip_digits(&mut self) -> Option<u8> {
        loop {
            let next = self.next();
            if !next.is_some_and(|byte| byte.is_ascii_digit()) {
                return next;
            }
        }
    }
}

fn control_message(byte: u8) -> String {
    let short = match byte {
        8 => " or \\b",
        9 => " or \\t",
        10 => " or \\n",
        12 => " or \\f",
        13 => " or \\r",
        _ => "",
    };
    let name = CONTROL_NAMES[usize::from(byte)];
    format!(
        "invalid string: control character U+{byte:04X} ({name}) must be escaped to \
         \\u{byte:04X}{short}"
    )
}
