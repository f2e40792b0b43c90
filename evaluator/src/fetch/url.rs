//! URLs as the releases read and write them: 2.8 and 2.26 by a regular
//! expression of their own, 2.34 by RFC 3986 (`url.cc`, `url-parts.hh`). The
//! `url` crate follows the WHATWG instead, which accepts, repairs and rewrites
//! what Nix refuses or keeps.

mod parse;

pub use parse::parse;

use super::problem::{Problem, Result};
use crate::dialect::{Behaviour, Dialect};
use bstr::{BStr, BString, ByteSlice, ByteVec};
use std::collections::BTreeMap;

/// Query parameters.
pub type Query = BTreeMap<BString, BString>;

/// How a release treats URLs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rules {
    /// 2.8: paths stay as they are written.
    Verbatim,
    /// 2.26: paths are decoded when read and encoded when written.
    Decoded,
    /// 2.34: RFC 3986, each segment of the path for itself.
    Rfc3986,
}

impl Rules {
    /// The rules of a dialect.
    pub fn of(dialect: Dialect) -> Rules {
        if dialect.has(Behaviour::UrlsFollowRfc3986) {
            Rules::Rfc3986
        } else if dialect.has(Behaviour::UrlPathsAreDecoded) {
            Rules::Decoded
        } else {
            Rules::Verbatim
        }
    }
}

/// A URL taken apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Url {
    /// What stands before the colon.
    pub scheme: BString,
    /// What stands behind `//`, as it is printed; an empty one is not none.
    pub authority: Option<BString>,
    /// The segments of the path, divided by slashes.
    pub path: Vec<BString>,
    /// The parameters.
    pub query: Query,
    /// What stands behind `#`.
    pub fragment: BString,
    /// The text it was read from, which older releases show in messages.
    pub text: BString,
}

/// What was read and what there is to warn of.
pub struct Parsed {
    /// The URL.
    pub url: Url,
    /// Lines for standard error.
    pub warnings: Vec<String>,
}

impl Url {
    /// A URL of parts, without query.
    pub fn new(scheme: &str, authority: Option<&str>, path: &[u8]) -> Url {
        Url {
            scheme: scheme.into(),
            authority: authority.map(Into::into),
            path: segments(path),
            query: Query::new(),
            fragment: BString::default(),
            text: BString::default(),
        }
    }

    /// The path in one piece.
    pub fn path_text(&self) -> BString {
        bstr::join("/", &self.path).into()
    }

    /// The segments that are not empty.
    pub fn names(&self) -> Vec<BString> {
        self.path
            .iter()
            .filter(|part| !part.is_empty())
            .cloned()
            .collect()
    }

    /// What stands before the `+` of the scheme, and what behind it.
    pub fn scheme_parts(&self) -> (Option<&BStr>, &BStr) {
        match self.scheme.split_once_str("+") {
            Some((application, transport)) => (Some(application.as_bstr()), transport.as_bstr()),
            None => (None, self.scheme.as_bstr()),
        }
    }

    /// The URL as text (`ParsedURL::to_string`).
    pub fn print(&self, rules: Rules) -> BString {
        let mut out = self.scheme.clone();
        out.push(b':');
        if let Some(authority) = &self.authority {
            out.push_str("//");
            out.push_str(authority);
        }
        for (index, part) in self.path.iter().enumerate() {
            if index > 0 {
                out.push(b'/');
            }
            match rules {
                Rules::Verbatim => out.push_str(part),
                _ => encode(part, b":@", &mut out),
            }
        }
        for (index, (name, value)) in self.query.iter().enumerate() {
            out.push(if index == 0 { b'?' } else { b'&' });
            encode_query(name, rules, &mut out);
            out.push(b'=');
            encode_query(value, rules, &mut out);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            match rules {
                Rules::Verbatim => encode_verbatim(&self.fragment, &mut out),
                _ => encode(&self.fragment, b"", &mut out),
            }
        }
        out
    }

    /// How messages show it: 2.8 as it was written.
    pub fn shown(&self, rules: Rules) -> BString {
        match rules {
            Rules::Verbatim => self.text.clone(),
            _ => self.print(rules),
        }
    }
}

/// The segments of a path.
pub fn segments(path: &[u8]) -> Vec<BString> {
    path.split(|&byte| byte == b'/').map(Into::into).collect()
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

fn encode(text: &[u8], keep: &[u8], out: &mut BString) {
    for &byte in text {
        if is_unreserved(byte) || keep.contains(&byte) {
            out.push(byte);
        } else {
            out.push_str(format!("%{byte:02X}"));
        }
    }
}

/// The encoding of 2.8, which takes bytes past ASCII for negative numbers.
fn encode_verbatim(text: &[u8], out: &mut BString) {
    for &byte in text {
        if is_unreserved(byte) || b"!$&'()*+,;=:@".contains(&byte) {
            out.push(byte);
        } else {
            out.push_str(format!("%{:02x}", i32::from(byte as i8)));
        }
    }
}

fn encode_query(text: &[u8], rules: Rules, out: &mut BString) {
    match rules {
        Rules::Verbatim => encode_verbatim(text, out),
        _ => encode(text, b":@/?", out),
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

/// Decodes `%XX`.
///
/// # Errors
/// If two digits do not follow each `%`.
pub fn decode(text: &[u8], rules: Rules) -> Result<BString> {
    let mut out = BString::default();
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'%' {
            out.push(byte);
            rest = after;
            continue;
        }
        let [high, low, after @ ..] = after else {
            return Err(bad_parameter(text, rules, "incomplete pct-encoding"));
        };
        let decoded = match (hex(*high), hex(*low)) {
            (Some(high), Some(low)) => Some(high << 4 | low),
            _ if rules == Rules::Rfc3986 => None,
            _ => loose_hex(*high, *low),
        };
        match decoded {
            Some(decoded) => out.push(decoded),
            None => return Err(bad_parameter(text, rules, "bad hexdig in pct-encoding")),
        }
        rest = after;
    }
    Ok(out)
}

/// What `stoul` makes of two characters of which not both are digits.
fn loose_hex(high: u8, low: u8) -> Option<u8> {
    match (hex(high), hex(low)) {
        (Some(high), None) => Some(high),
        (None, Some(low)) if high.is_ascii_whitespace() || high == 0x0b || high == b'+' => {
            Some(low)
        }
        (None, Some(low)) if high == b'-' => Some(low.wrapping_neg()),
        _ => None,
    }
}

fn bad_parameter(text: &[u8], rules: Rules, why: &str) -> Problem {
    let why = match rules {
        Rules::Rfc3986 => format!(": {why}"),
        _ => String::new(),
    };
    Problem::bad_url(format!("invalid URI parameter '{}'{why}", text.as_bstr()))
}

/// Reads a query string. Of equal names the first counts.
///
/// # Errors
/// If an encoding is malformed.
pub fn decode_query(
    text: &[u8],
    rules: Rules,
    lenient: bool,
    warnings: &mut Vec<String>,
) -> Result<Query> {
    let in_query = |byte| is_query(byte) || lenient && (byte == b' ' || byte == b'"');
    if rules == Rules::Rfc3986 && !is_made_of(text, in_query) {
        return Err(Problem::bad_url(format!(
            "invalid URI query '{}': leftover",
            text.as_bstr()
        )));
    }
    let mut query = Query::new();
    // RFC 3986 knows empty parameters.
    let keep_empty = rules == Rules::Rfc3986 && !text.is_empty();
    let parts = text.split_str("&");
    for part in parts.filter(|part| keep_empty || !part.is_empty()) {
        match part.split_once_str("=") {
            Some((name, value)) => {
                let name = match rules {
                    Rules::Rfc3986 => decode(name, rules)?,
                    _ => name.into(),
                };
                query.entry(name).or_insert(decode(value, rules)?);
            }
            None if rules == Rules::Verbatim => {}
            None => warnings.push(format!(
                "warning: dubious URI query '{}' is missing equal sign '=', ignoring",
                part.as_bstr()
            )),
        }
    }
    Ok(query)
}

/// Whether a text consists of the characters of a class and of well-formed
/// `%XX`.
fn is_made_of(text: &[u8], class: impl Fn(u8) -> bool) -> bool {
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match (byte, after) {
            (b'%', [high, low, after @ ..]) if hex(*high).is_some() && hex(*low).is_some() => after,
            (b'%', _) => return false,
            _ if class(byte) => after,
            _ => return false,
        };
    }
    true
}

fn is_sub_delimiter(byte: u8) -> bool {
    b"!$&'()*+,;=".contains(&byte)
}

fn is_path_character(byte: u8) -> bool {
    is_unreserved(byte) || is_sub_delimiter(byte) || byte == b':' || byte == b'@'
}

fn is_query(byte: u8) -> bool {
    is_path_character(byte) || b"/?[]".contains(&byte)
}

/// Whether a text may stand behind the `#` of a flake reference
/// (`fragmentRegex`; 2.8 uses its `queryRegex`).
pub fn is_fragment(text: &[u8], rules: Rules) -> bool {
    is_made_of(text, |byte| {
        is_path_character(byte)
            || b"/? \"".contains(&byte)
            || byte == b'^' && rules != Rules::Verbatim
    })
}
