//! The lexical rules that both versions of toml11 share (TOML 1.0): each function takes the text
//! from some position on and answers how long the match is.

pub(super) fn blanks(text: &[u8]) -> usize {
    text.iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

/// A line feed, with or without a carriage return before it.
pub(super) fn newline(text: &[u8]) -> Option<usize> {
    match text {
        [b'\n', ..] => Some(1),
        [b'\r', b'\n', ..] => Some(2),
        _ => None,
    }
}

/// A comment up to its newline, or up to the first byte that may not stand in a comment.
pub(super) fn comment(text: &[u8]) -> Option<usize> {
    let rest = text.strip_prefix(b"#")?;
    let mut at = 0;
    while let Some(length) = plain_character(&rest[at..]) {
        at += length;
    }
    Some(1 + at)
}

/// One character that is no control character except tab; ill-formed UTF-8 is none.
pub(super) fn plain_character(text: &[u8]) -> Option<usize> {
    let in_range =
        |at: usize, low: u8, high: u8| text.get(at).is_some_and(|byte| (low..=high).contains(byte));
    let tail = |at: usize| in_range(at, 0x80, 0xBF);
    match text.first()? {
        b'\t' | 0x20..=0x7E => Some(1),
        0xC2..=0xDF => tail(1).then_some(2),
        0xE0 => (in_range(1, 0xA0, 0xBF) && tail(2)).then_some(3),
        0xE1..=0xEC | 0xEE | 0xEF => (tail(1) && tail(2)).then_some(3),
        0xED => (in_range(1, 0x80, 0x9F) && tail(2)).then_some(3),
        0xF0 => (in_range(1, 0x90, 0xBF) && tail(2) && tail(3)).then_some(4),
        0xF1..=0xF3 => (tail(1) && tail(2) && tail(3)).then_some(4),
        0xF4 => (in_range(1, 0x80, 0x8F) && tail(2) && tail(3)).then_some(4),
        _ => None,
    }
}

pub(super) fn bare_key(text: &[u8]) -> Option<usize> {
    let length = text
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        .count();
    (length > 0).then_some(length)
}

/// A digit, then digits with single underscores between them.
fn grouped(text: &[u8], is_digit: impl Fn(u8) -> bool) -> Option<usize> {
    let digit_at = |at: usize| text.get(at).is_some_and(|byte| is_digit(*byte));
    if !digit_at(0) {
        return None;
    }
    let mut at = 1;
    loop {
        if digit_at(at) {
            at += 1;
        } else if text.get(at) == Some(&b'_') && digit_at(at + 1) {
            at += 2;
        } else {
            return Some(at);
        }
    }
}

fn is_decimal(byte: u8) -> bool {
    byte.is_ascii_digit()
}

fn sign(text: &[u8]) -> usize {
    usize::from(matches!(text.first(), Some(b'+' | b'-')))
}

/// A decimal integer without leading zeros: of `012` only the `0` matches.
pub(super) fn decimal_integer(text: &[u8]) -> Option<usize> {
    let sign = sign(text);
    match text.get(sign)? {
        b'0' => Some(sign + 1),
        _ => Some(sign + grouped(&text[sign..], is_decimal)?),
    }
}

/// An integer with the prefix `0x`, `0o` or `0b`, and its radix.
pub(super) fn prefixed_integer(text: &[u8]) -> Option<(usize, u32)> {
    let (radix, is_digit): (u32, fn(u8) -> bool) = match text {
        [b'0', b'x', ..] => (16, |byte| byte.is_ascii_hexdigit()),
        [b'0', b'o', ..] => (8, |byte| (b'0'..=b'7').contains(&byte)),
        [b'0', b'b', ..] => (2, |byte| matches!(byte, b'0' | b'1')),
        _ => return None,
    };
    Some((2 + grouped(&text[2..], is_digit)?, radix))
}

pub(super) fn float(text: &[u8]) -> Option<usize> {
    let sign = sign(text);
    if text[sign..].starts_with(b"inf") || text[sign..].starts_with(b"nan") {
        return Some(sign + 3);
    }
    let mut at = decimal_integer(text)?;
    let whole = at;
    if text.get(at) == Some(&b'.') {
        at += 1 + grouped(&text[at + 1..], is_decimal)?;
    }
    if let Some(length) = exponent(&text[at..]) {
        at += length;
    }
    (at > whole).then_some(at)
}

fn exponent(text: &[u8]) -> Option<usize> {
    if !matches!(text.first(), Some(b'e' | b'E')) {
        return None;
    }
    let sign = sign(&text[1..]);
    Some(1 + sign + grouped(&text[1 + sign..], is_decimal)?)
}

/// The shape of a text in which `d` stands for any digit.
fn shaped(text: &[u8], shape: &[u8]) -> bool {
    text.len() >= shape.len()
        && shape.iter().zip(text).all(|(wanted, byte)| match wanted {
            b'd' => byte.is_ascii_digit(),
            _ => wanted == byte,
        })
}

pub(super) fn local_date(text: &[u8]) -> Option<usize> {
    shaped(text, b"dddd-dd-dd").then_some(10)
}

pub(super) fn local_time(text: &[u8]) -> Option<usize> {
    if !shaped(text, b"dd:dd:dd") {
        return None;
    }
    let rest = &text[8..];
    let fraction = rest.iter().skip(1).take_while(|byte| is_decimal(**byte));
    let digits = fraction.count();
    if rest.first() == Some(&b'.') && digits > 0 {
        Some(9 + digits)
    } else {
        Some(8)
    }
}

/// A date, `T`, `t` or a space, and a time.
pub(super) fn local_datetime(text: &[u8]) -> Option<usize> {
    let date = local_date(text)?;
    if !matches!(text.get(date), Some(b'T' | b't' | b' ')) {
        return None;
    }
    Some(date + 1 + local_time(&text[date + 1..])?)
}

pub(super) fn time_offset(text: &[u8]) -> Option<usize> {
    match text.first()? {
        b'Z' | b'z' => Some(1),
        b'+' | b'-' => shaped(&text[1..], b"dd:dd").then_some(6),
        _ => None,
    }
}
