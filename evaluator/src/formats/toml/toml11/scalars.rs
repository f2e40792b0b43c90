//! Strings, numbers and timestamps of toml11. Versions 3 and 4 differ in what becomes of numbers
//! that do not fit, and 3 needs no timestamps, as Nix refused them all.

use super::scan;
use crate::formats::Release;
use crate::formats::toml::{TomlError, TomlNode, no_timestamps, syntax_error};

type Scanned<T> = Result<(T, usize), TomlError>;

/// A single-line string or quoted key, with its length in the text.
pub(super) fn quoted(text: &[u8]) -> Scanned<Vec<u8>> {
    let quote = text[0];
    let mut string = Vec::new();
    let mut at = 1;
    loop {
        let rest = &text[at..];
        match rest.first() {
            Some(byte) if *byte == quote => return Ok((string, at + 1)),
            Some(b'\\') if quote == b'"' => at += escape(rest, &mut string)?,
            _ => at += plain(rest, &mut string)?,
        }
    }
}

/// A multi-line string; `text` starts with its three quotes. One or two more quotes may stand
/// right before the closing three.
pub(super) fn multi_line(text: &[u8]) -> Scanned<Vec<u8>> {
    let quote = text[0];
    let mut string = Vec::new();
    let mut at = 3 + scan::newline(&text[3..]).unwrap_or(0);
    loop {
        let rest = &text[at..];
        let quotes = rest.iter().take_while(|byte| **byte == quote).count();
        if quotes >= 3 {
            let extra = quotes.min(5) - 3;
            string.extend(std::iter::repeat_n(quote, extra));
            return Ok((string, at + 3 + extra));
        }
        if let Some(length) = scan::newline(rest) {
            string.extend_from_slice(&rest[..length]);
            at += length;
        } else if rest.first() == Some(&b'\\') && quote == b'"' {
            at += match escaped_newline(rest) {
                Some(length) => length,
                None => escape(rest, &mut string)?,
            };
        } else {
            at += plain(rest, &mut string)?;
        }
    }
}

fn plain(rest: &[u8], string: &mut Vec<u8>) -> Result<usize, TomlError> {
    let length = scan::plain_character(rest).ok_or_else(|| syntax_error("invalid string"))?;
    string.extend_from_slice(&rest[..length]);
    Ok(length)
}

/// A backslash at the end of a line swallows all blanks and newlines that follow.
fn escaped_newline(rest: &[u8]) -> Option<usize> {
    let mut at = 1 + scan::blanks(&rest[1..]);
    at += scan::newline(&rest[at..])?;
    loop {
        let blanks = scan::blanks(&rest[at..]);
        let newline = scan::newline(&rest[at + blanks..]).unwrap_or(0);
        if blanks + newline == 0 {
            return Some(at);
        }
        at += blanks + newline;
    }
}

fn escape(rest: &[u8], string: &mut Vec<u8>) -> Result<usize, TomlError> {
    let byte = match rest.get(1) {
        Some(byte @ (b'"' | b'\\')) => *byte,
        Some(b'b') => 8,
        Some(b'f') => 12,
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(b'u') => return unicode_escape(rest, 4, string),
        Some(b'U') => return unicode_escape(rest, 8, string),
        _ => return Err(syntax_error("unknown escape sequence")),
    };
    string.push(byte);
    Ok(2)
}

fn unicode_escape(rest: &[u8], digits: usize, string: &mut Vec<u8>) -> Result<usize, TomlError> {
    let invalid = || syntax_error("invalid unicode escape sequence");
    let hex = rest.get(2..2 + digits).ok_or_else(invalid)?;
    let mut code = 0u32;
    for byte in hex {
        let digit = char::from(*byte).to_digit(16).ok_or_else(invalid)?;
        code = code << 4 | digit;
    }
    let character = char::from_u32(code).ok_or_else(invalid)?;
    let mut buffer = [0; 4];
    string.extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
    Ok(2 + digits)
}

/// A boolean, number or timestamp.
pub(super) fn word(release: Release, text: &[u8]) -> Scanned<TomlNode> {
    if text.starts_with(b"true") {
        return Ok((TomlNode::Bool(true), 4));
    }
    if text.starts_with(b"false") {
        return Ok((TomlNode::Bool(false), 5));
    }
    if let Some(date) = scan::local_date(text) {
        return dated(release, text, date);
    }
    if let Some(length) = scan::local_time(text) {
        let time = Time::of(&text[..length])?;
        return timestamp(release, time.print(release), length);
    }
    if let Some(length) = scan::float(text) {
        return Ok((
            TomlNode::Float(float_value(release, &text[..length])?),
            length,
        ));
    }
    let (value, length) = match scan::prefixed_integer(text) {
        Some((length, radix)) => (prefixed(release, &text[2..length], radix)?, length),
        None => {
            let length = scan::decimal_integer(text)
                .ok_or_else(|| syntax_error("bad format: unknown value appeared"))?;
            (decimal(release, &text[..length])?, length)
        }
    };
    // What would be the rest of a malformed number or date. A value may end before most other
    // bytes, even before a table header (version 4).
    let malformed = matches!(
        text.get(length),
        Some(b'_' | b'0'..=b'9' | b':' | b'-' | b'.' | b'e' | b'E')
    );
    if malformed {
        return Err(syntax_error("bad number"));
    }
    Ok((TomlNode::Int(value), length))
}

fn without_underscores(text: &[u8]) -> String {
    text.iter()
        .filter(|byte| **byte != b'_')
        .map(|byte| char::from(*byte))
        .collect()
}

/// A stream that reads a number too large for it leaves the largest one there is and a flag;
/// version 3 does not look at the flag.
fn out_of_range<T>(release: Release, saturated: T) -> Result<T, TomlError> {
    if release.toml_is_toml11_v3() {
        Ok(saturated)
    } else {
        Err(syntax_error("too large number"))
    }
}

fn float_value(release: Release, text: &[u8]) -> Result<f64, TomlError> {
    let text = without_underscores(text);
    let value: f64 = text
        .parse()
        .map_err(|_| syntax_error("bad float: invalid format"))?;
    if value.is_nan() && text.starts_with('-') {
        return Ok(value.copysign(-1.0));
    }
    if value.is_infinite() && !text.ends_with("inf") {
        return out_of_range(release, f64::MAX.copysign(value));
    }
    Ok(value)
}

fn decimal(release: Release, text: &[u8]) -> Result<i64, TomlError> {
    let text = without_underscores(text);
    match text.parse() {
        Ok(value) => Ok(value),
        Err(_) if text.starts_with('-') => out_of_range(release, i64::MIN),
        Err(_) => out_of_range(release, i64::MAX),
    }
}

fn prefixed(release: Release, digits: &[u8], radix: u32) -> Result<i64, TomlError> {
    let digits = without_underscores(digits);
    if radix == 2 && release.toml_is_toml11_v3() {
        // Adds up powers of two that overflow, so only the last 64 digits count.
        let kept = &digits[digits.len().saturating_sub(64)..];
        return u64::from_str_radix(kept, 2)
            .map(u64::cast_signed)
            .map_err(|_| syntax_error("bad integer"));
    }
    match i64::from_str_radix(&digits, radix) {
        Ok(value) => Ok(value),
        Err(_) => out_of_range(release, i64::MAX),
    }
}

fn timestamp(release: Release, text: String, length: usize) -> Scanned<TomlNode> {
    if release.toml_is_toml11_v3() {
        return Err(no_timestamps());
    }
    Ok((TomlNode::Timestamp(text), length))
}

fn dated(release: Release, text: &[u8], date: usize) -> Scanned<TomlNode> {
    check_date(&text[..date])?;
    let day = String::from_utf8_lossy(&text[..date]);
    let Some(length) = scan::local_datetime(text) else {
        let bad_time = match text.get(date) {
            Some(b'T' | b't' | b'0'..=b'9') => true,
            Some(b' ') => text.get(date + 1).is_some_and(u8::is_ascii_digit),
            _ => false,
        };
        if bad_time {
            return Err(syntax_error("bad time: must be HH:MM:SS.subsec"));
        }
        return timestamp(release, day.into_owned(), date);
    };
    let delimiter = if release.normalizes_timestamps() {
        'T'
    } else {
        char::from(text[date])
    };
    let time = Time::of(&text[date + 1..length])?.print(release);
    let rest = &text[length..];
    let Some(width) = scan::time_offset(rest) else {
        if let Some(b'+' | b'-') = rest.first() {
            return Err(syntax_error("bad offset: must be [+-]HH:MM or Z"));
        }
        return timestamp(release, format!("{day}{delimiter}{time}"), length);
    };
    let offset = print_offset(&rest[..width])?;
    timestamp(
        release,
        format!("{day}{delimiter}{time}{offset}"),
        length + width,
    )
}

fn number(digits: &[u8]) -> u32 {
    digits
        .iter()
        .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
}

fn check_date(date: &[u8]) -> Result<(), TomlError> {
    let (year, month, day) = (number(&date[..4]), number(&date[5..7]), number(&date[8..]));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if (1..=12).contains(&month) && (1..=days).contains(&day) {
        Ok(())
    } else {
        Err(syntax_error("invalid date"))
    }
}

struct Time<'a> {
    to_the_second: &'a [u8],
    fraction: &'a [u8],
}

impl Time<'_> {
    fn of(text: &[u8]) -> Result<Time<'_>, TomlError> {
        let (to_the_second, fraction) = text.split_at(8);
        let in_range = number(&to_the_second[..2]) < 24
            && number(&to_the_second[3..5]) < 60
            && number(&to_the_second[6..]) <= 60;
        if !in_range {
            return Err(syntax_error("invalid time"));
        }
        Ok(Time {
            to_the_second,
            fraction: fraction.get(1..).unwrap_or_default(),
        })
    }

    /// Nine decimals are kept; 2.34 shows them in groups of three as long as they are not zero.
    fn print(&self, release: Release) -> String {
        let kept = &self.fraction[..self.fraction.len().min(9)];
        let mut decimals = String::from_utf8_lossy(kept).into_owned();
        if release.normalizes_timestamps() {
            let significant = decimals.trim_end_matches('0').len();
            let width = significant.next_multiple_of(3);
            decimals = format!("{decimals:0<9}")[..width].to_string();
        }
        let mut text = String::from_utf8_lossy(self.to_the_second).into_owned();
        if !decimals.is_empty() {
            text.push('.');
            text.push_str(&decimals);
        }
        text
    }
}

fn print_offset(text: &[u8]) -> Result<String, TomlError> {
    if text.len() == 1 {
        return Ok("Z".into());
    }
    let (hours, minutes) = (number(&text[1..3]), number(&text[4..6]));
    if hours > 24 || minutes > 60 {
        return Err(syntax_error(
            "too large offset: |hour| <= 24, |minute| <= 60",
        ));
    }
    let total = hours * 60 + minutes;
    Ok(if total == 0 {
        "Z".into()
    } else {
        let sign = char::from(text[0]);
        format!("{sign}{:02}:{:02}", total / 60, total % 60)
    })
}
