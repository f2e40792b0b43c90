//! Strings, numbers and the guessing of kinds in cpptoml. Timestamps are recognized only to be
//! refused, as Nix 2.3 has no type for them.

use crate::formats::float;
use crate::formats::toml::{TomlError, TomlErrorKind, TomlNode, syntax_error};

type Parsed<T> = Result<T, TomlError>;

/// The kind that cpptoml guesses of a value before it reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    String,
    Timestamp,
    Integer,
    Float,
    Bool,
    Array,
    InlineTable,
}

pub(super) fn kind_of(text: &[u8]) -> Parsed<Kind> {
    let Some(&first) = text.first() else {
        return Err(syntax_error("Failed to parse value type"));
    };
    let special = text.starts_with(b"inf") || text.starts_with(b"nan");
    Ok(match first {
        b'"' | b'\'' => Kind::String,
        _ if is_time(text) || is_date(text) => Kind::Timestamp,
        b'0'..=b'9' | b'-' | b'+' => number_kind(text)?,
        _ if special => Kind::Float,
        b't' | b'f' => Kind::Bool,
        b'[' => Kind::Array,
        b'{' => Kind::InlineTable,
        _ => return Err(syntax_error("Failed to parse value type")),
    })
}

fn number_kind(text: &[u8]) -> Parsed<Kind> {
    let text = text
        .strip_prefix(b"-")
        .or_else(|| text.strip_prefix(b"+"))
        .unwrap_or(text);
    if text.is_empty() {
        return Err(syntax_error("Malformed number"));
    }
    let digits = count(text, |byte| byte.is_ascii_digit());
    Ok(match (text[0], text.get(digits)) {
        (b'i' | b'n', _) | (_, Some(b'.')) => Kind::Float,
        _ => Kind::Integer,
    })
}

fn count(text: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|byte| wanted(**byte)).count()
}

fn is_time(text: &[u8]) -> bool {
    let length = count(text, |byte| matches!(byte, b'0'..=b'9' | b':' | b'.'));
    length >= 8
        && text[2] == b':'
        && text[5] == b':'
        && (length == 8 || (text[8] == b'.' && length > 9))
}

fn is_date(text: &[u8]) -> bool {
    let mut start = count(text, |byte| matches!(byte, b'0'..=b'9' | b'-'));
    if text.get(start) == Some(&b' ') && text.get(start + 1).is_some_and(u8::is_ascii_digit) {
        start += 1;
    }
    let length = start
        + count(&text[start..], |byte| {
            matches!(byte, b'0'..=b'9' | b'T' | b'Z' | b':' | b'-' | b'+' | b'.')
        });
    if length < 10 || text[4] != b'-' || text[7] != b'-' {
        return false;
    }
    let datetime = length >= 19 && matches!(text[10], b'T' | b' ') && is_time(&text[11..length]);
    datetime || length == 10
}

/// A string on one line, and the blanks after it.
pub(super) fn quoted(text: &[u8]) -> Parsed<(Vec<u8>, usize)> {
    let quote = text[0];
    let mut string = Vec::new();
    let mut at = 1;
    while let Some(&byte) = text.get(at) {
        if quote == b'"' && byte == b'\\' {
            at += escape(&text[at..], &mut string)?;
        } else if byte == quote {
            at += 1;
            at += count(&text[at..], |byte| matches!(byte, b' ' | b'\t'));
            return Ok((string, at));
        } else {
            string.push(byte);
            at += 1;
        }
    }
    Err(syntax_error("Unterminated string literal"))
}

/// One escape sequence, appended to the string; answers its length.
pub(super) fn escape(text: &[u8], string: &mut Vec<u8>) -> Parsed<usize> {
    let byte = match text.get(1) {
        Some(b'b') => 8,
        Some(b't') => b'\t',
        Some(b'n') => b'\n',
        Some(b'f') => 12,
        Some(b'r') => b'\r',
        Some(byte @ (b'"' | b'\\')) => *byte,
        Some(b'u') => return unicode_escape(text, 4, string),
        Some(b'U') => return unicode_escape(text, 8, string),
        _ => return Err(syntax_error("Invalid escape sequence")),
    };
    string.push(byte);
    Ok(2)
}

fn unicode_escape(text: &[u8], digits: usize, string: &mut Vec<u8>) -> Parsed<usize> {
    let mut code = 0u32;
    for at in 2..2 + digits {
        let byte = text
            .get(at)
            .ok_or_else(|| syntax_error("Unexpected end of unicode sequence"))?;
        let digit = char::from(*byte)
            .to_digit(16)
            .ok_or_else(|| syntax_error("Invalid unicode escape sequence"))?;
        code = code << 4 | digit;
    }
    let character = char::from_u32(code)
        .ok_or_else(|| syntax_error("Unicode escape sequence is not a Unicode scalar value"))?;
    let mut buffer = [0; 4];
    string.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
    Ok(2 + digits)
}

/// A boolean or number, and its length.
pub(super) fn word(kind: Kind, text: &[u8]) -> Parsed<(TomlNode, usize)> {
    match kind {
        Kind::Bool if text.starts_with(b"true") => Ok((TomlNode::Bool(true), 4)),
        Kind::Bool if text.starts_with(b"false") => Ok((TomlNode::Bool(false), 5)),
        Kind::Bool => Err(syntax_error("Attempted to parse invalid boolean value")),
        Kind::Integer | Kind::Float => number(text),
        _ => Err(TomlError {
            kind: TomlErrorKind::Timestamp,
            message: "unsupported value type in TOML".into(),
        }),
    }
}

struct Number<'a> {
    text: &'a [u8],
    at: usize,
    /// Where cpptoml believes the number to end.
    end: usize,
}

fn number(text: &[u8]) -> Parsed<(TomlNode, usize)> {
    let mut end = count(text, |byte| {
        matches!(
            byte,
            b'0'..=b'9' | b'_' | b'.' | b'e' | b'E' | b'-' | b'+' | b'x' | b'o' | b'b'
        )
    });
    if text[end..].starts_with(b"inf") || text[end..].starts_with(b"nan") {
        end += 3;
    }
    let mut number = Number { text, at: 0, end };
    if number.end > 1 && text[0] == b'0' {
        let radix = match text[1] {
            b'x' => Some(16),
            b'o' => Some(8),
            b'b' => Some(2),
            _ => None,
        };
        if let Some(radix) = radix {
            number.at = 2;
            number.digits(|byte| {
                byte.is_ascii_digit() || (radix == 16 && byte.is_ascii_hexdigit())
            })?;
            let value = integer(&text[2..number.at], radix)?;
            return Ok((TomlNode::Int(value), number.at));
        }
    }
    number.sign();
    number.no_leading_zero()?;
    let special = match &text[number.at..] {
        [b'i', b'n', b'f', ..] => Some(f64::INFINITY),
        [b'n', b'a', b'n', ..] => Some(f64::NAN.copysign(1.0)),
        _ => None,
    };
    if let Some(value) = special {
        let value = if text[0] == b'-' { -value } else { value };
        return Ok((TomlNode::Float(value), number.at + 3));
    }
    number.decimal_digits()?;
    let is_float = match number.peek() {
        Some(b'.') => {
            number.pass_point()?;
            number.decimal_digits()?;
            if let Some(b'e' | b'E') = number.peek() {
                number.at += 1;
                number.exponent()?;
            }
            true
        }
        Some(b'e' | b'E') => {
            number.pass_point()?;
            number.exponent()?;
            true
        }
        _ => false,
    };
    let node = if is_float {
        let text = without_underscores(&text[..number.at]);
        let parsed = float::strtod(&text)
            .ok_or_else(|| syntax_error("Malformed number (invalid argument: stod)"))?;
        if parsed.out_of_range {
            return Err(syntax_error("Malformed number (out of range: stod)"));
        }
        TomlNode::Float(parsed.value)
    } else {
        TomlNode::Int(integer(&text[..number.at], 10)?)
    };
    Ok((node, number.at))
}

impl Number<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn sign(&mut self) {
        if let Some(b'-' | b'+') = self.peek() {
            self.at += 1;
        }
    }

    fn no_leading_zero(&self) -> Parsed<()> {
        let zero = self.peek() == Some(b'0');
        if zero && self.at + 1 != self.end && self.text.get(self.at + 1) != Some(&b'.') {
            return Err(syntax_error("Numbers may not have leading zeros"));
        }
        Ok(())
    }

    fn pass_point(&mut self) -> Parsed<()> {
        self.at += 1;
        if self.at == self.text.len() {
            return Err(syntax_error("Floats must have trailing digits"));
        }
        Ok(())
    }

    fn exponent(&mut self) -> Parsed<()> {
        self.sign();
        self.no_leading_zero()?;
        self.decimal_digits()
    }

    fn decimal_digits(&mut self) -> Parsed<()> {
        self.digits(|byte| byte.is_ascii_digit())
    }

    /// Digits with single underscores between them.
    fn digits(&mut self, wanted: impl Fn(u8) -> bool) -> Parsed<()> {
        let start = self.at;
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
            if self.peek() == Some(b'_') {
                self.at += 1;
                if !self.peek().is_some_and(&wanted) {
                    return Err(syntax_error("Malformed number"));
                }
            }
        }
        if self.at == start {
            return Err(syntax_error("Malformed number"));
        }
        Ok(())
    }
}

fn without_underscores(text: &[u8]) -> String {
    text.iter()
        .filter(|byte| **byte != b'_')
        .map(|byte| char::from(*byte))
        .collect()
}

/// `std::stoll`: stops quietly at the first digit that the radix does not have.
fn integer(text: &[u8], radix: u32) -> Parsed<i64> {
    let text = without_underscores(text);
    let valid = text
        .char_indices()
        .find(|(at, character)| {
            !(character.is_digit(radix) || (*at == 0 && matches!(character, '+' | '-')))
        })
        .map_or(text.len(), |(at, _)| at);
    // Octal numbers are read with a zero before them.
    if valid == 0 {
        return if radix == 8 {
            Ok(0)
        } else {
            Err(syntax_error("Malformed number (invalid argument: stoll)"))
        };
    }
    i64::from_str_radix(&text[..valid], radix)
        .map_err(|_| syntax_error("Malformed number (out of range: stoll)"))
}
