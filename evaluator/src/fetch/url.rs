//! URLs as the releases read and write them: 2.8 and 2.26 by a regular
//! expression of their own, 2.34 by RFC 3986 (`url.cc`, `url-parts.hh`). The
//! `url` crate follows the WHATWG instead, which accepts, repairs and rewrites
//! what Nix refuses or keeps.

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

/// The parts of a URL by their delimiters, which all releases agree on.
struct Split<'t> {
    scheme: &'t [u8],
    rest: &'t [u8],
    query: Option<&'t [u8]>,
    fragment: Option<&'t [u8]>,
}

fn split(text: &[u8]) -> Option<Split<'_>> {
    let (before, fragment) = match text.split_once_str("#") {
        Some((before, fragment)) => (before, Some(fragment)),
        None => (text, None),
    };
    let (before, query) = match before.split_once_str("?") {
        Some((before, query)) => (before, Some(query)),
        None => (before, None),
    };
    let (scheme, rest) = before.split_once_str(":")?;
    Some(Split {
        scheme,
        rest,
        query,
        fragment,
    })
}

/// Reads a URL. A `lenient` reader of RFC 3986 takes spaces and quotation marks
/// in the query, and these and `^` in the fragment, as all did before.
///
/// # Errors
/// If it is none.
pub fn parse(text: &[u8], rules: Rules, lenient: bool) -> Result<Parsed> {
    match rules {
        Rules::Rfc3986 => parse_rfc3986(text, lenient),
        _ => parse_regex(text, rules),
    }
}

fn not_a_url(text: &[u8]) -> Problem {
    Problem::bad_url(format!("'{}' is not a valid URL", text.as_bstr()))
}

/// `uriRegex` of 2.8 and 2.26.
fn parse_regex(text: &[u8], rules: Rules) -> Result<Parsed> {
    let parts = split(text).ok_or_else(|| not_a_url(text))?;
    let is_scheme = |scheme: &[u8]| {
        scheme.first().is_some_and(u8::is_ascii_lowercase)
            && scheme.iter().all(|byte| {
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+.-".contains(byte)
            })
    };
    // A quotation mark is among the delimiters of these releases.
    let in_path = |byte| is_path_character(byte) || byte == b'/' || byte == b'"';
    let in_query = |byte| in_path(byte) || byte == b'?' || byte == b' ';
    let fragment = parts.fragment.unwrap_or_default();
    if !is_scheme(parts.scheme)
        || !is_made_of(parts.query.unwrap_or_default(), in_query)
        || !is_fragment(fragment, rules)
    {
        return Err(not_a_url(text));
    }
    let mut authority = None;
    let mut path = parts.rest;
    if let Some(rest) = parts.rest.strip_prefix(b"//") {
        let end = rest.find_byte(b'/').unwrap_or(rest.len());
        if is_authority(&rest[..end]) {
            authority = Some(BString::from(&rest[..end]));
            path = &rest[end..];
        }
    }
    if !is_made_of(path, in_path) {
        return Err(not_a_url(text));
    }
    let is_file = match rules {
        Rules::Verbatim => parts.scheme.contains_str("file"),
        _ => transport(parts.scheme) == b"file",
    };
    check_file_authority(text, &authority, is_file)?;
    let path = if is_file && path.is_empty() {
        b"/"
    } else {
        path
    };
    let mut warnings = Vec::new();
    Ok(Parsed {
        url: Url {
            scheme: parts.scheme.into(),
            authority,
            path: match rules {
                Rules::Verbatim => segments(path),
                _ => segments(&decode(path, rules)?),
            },
            query: decode_query(parts.query.unwrap_or_default(), rules, true, &mut warnings)?,
            fragment: decode(fragment, rules)?,
            text: text.into(),
        },
        warnings,
    })
}

fn transport(scheme: &[u8]) -> &[u8] {
    scheme
        .split_once_str("+")
        .map_or(scheme, |(_, transport)| transport)
}

fn check_file_authority(text: &[u8], authority: &Option<BString>, is_file: bool) -> Result<()> {
    match authority {
        Some(authority) if is_file && !authority.is_empty() => Err(Problem::bad_url(format!(
            "file:// URL '{}' has unexpected authority '{authority}'",
            text.as_bstr()
        ))),
        _ => Ok(()),
    }
}

/// `authorityRegex`: `user@host:port`, where the host may be an IPv6 address
/// with or without brackets.
fn is_authority(text: &[u8]) -> bool {
    let in_name = |byte| is_unreserved(byte) || is_sub_delimiter(byte) || byte == b'"';
    let host_and_port = match text.split_once_str("@") {
        Some((user, rest)) if is_made_of(user, |byte| in_name(byte) || byte == b':') => rest,
        Some(_) => return false,
        None => text,
    };
    let is_host = |host: &[u8]| {
        let bare = host
            .strip_prefix(b"[")
            .and_then(|inner| inner.strip_suffix(b"]"));
        is_made_of(host, in_name) || is_ipv6(bare.unwrap_or(host))
    };
    if is_host(host_and_port) {
        return true;
    }
    match host_and_port.rsplit_once_str(":") {
        Some((host, port)) => {
            !port.is_empty() && port.iter().all(u8::is_ascii_digit) && is_host(host)
        }
        None => false,
    }
}

fn is_ipv6(text: &[u8]) -> bool {
    let (address, zone) = match text.split_once_str("%") {
        Some((address, zone)) => (address, Some(zone)),
        None => (text, None),
    };
    !address.is_empty()
        && address
            .iter()
            .all(|byte| byte.is_ascii_hexdigit() || *byte == b':')
        && zone.is_none_or(|zone| {
            !zone.is_empty()
                && zone
                    .iter()
                    .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        })
}

fn parse_rfc3986(text: &[u8], lenient: bool) -> Result<Parsed> {
    let invalid = || Problem::bad_url(format!("'{}' is not a valid URL: leftover", text.as_bstr()));
    let parts = split(text).ok_or_else(|| {
        let relative = is_made_of(text, |byte| is_query(byte) || byte == b'#');
        if relative {
            Problem::bad_url(format!("'{}' doesn't have a scheme", text.as_bstr()))
        } else {
            invalid()
        }
    })?;
    let scheme_is_valid = parts.scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && parts
            .scheme
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(byte));
    let fragment = parts.fragment.unwrap_or_default();
    let in_fragment = |byte| {
        is_path_character(byte) || b"/?".contains(&byte) || lenient && b" \"^".contains(&byte)
    };
    let in_query = |byte| is_query(byte) || lenient && b" \"".contains(&byte);
    if !scheme_is_valid
        || !is_made_of(parts.query.unwrap_or_default(), in_query)
        || !is_made_of(fragment, in_fragment)
    {
        return Err(invalid());
    }
    let (authority, path) = match parts.rest.strip_prefix(b"//") {
        Some(rest) => {
            let end = rest.find_byte(b'/').unwrap_or(rest.len());
            (Some(rfc_authority(&rest[..end], text)?), &rest[end..])
        }
        None => (None, parts.rest),
    };
    if !is_made_of(path, |byte| is_path_character(byte) || byte == b'/') {
        return Err(invalid());
    }
    let is_file = transport(parts.scheme) == b"file";
    check_file_authority(text, &authority, is_file)?;
    let path = if is_file && path.is_empty() {
        b"/"
    } else {
        path
    };
    let mut warnings = Vec::new();
    Ok(Parsed {
        url: Url {
            scheme: parts.scheme.into(),
            authority,
            path: path
                .split_str("/")
                .map(|part| decode(part, Rules::Rfc3986))
                .collect::<Result<Vec<_>>>()?,
            query: decode_query(
                parts.query.unwrap_or_default(),
                Rules::Rfc3986,
                lenient,
                &mut warnings,
            )?,
            fragment: decode(fragment, Rules::Rfc3986)?,
            text: text.into(),
        },
        warnings,
    })
}

/// What may stand in brackets: an IPv6 address, perhaps with a zone, or an
/// address of a future version.
fn is_literal_address(text: &[u8]) -> bool {
    if let Some(future) = text.strip_prefix(b"v") {
        return future.split_once_str(".").is_some_and(|(version, rest)| {
            let in_rest =
                |byte: &u8| is_unreserved(*byte) || is_sub_delimiter(*byte) || *byte == b':';
            !version.is_empty()
                && version.iter().all(u8::is_ascii_hexdigit)
                && !rest.is_empty()
                && rest.iter().all(in_rest)
        });
    }
    let (address, zone) = match text.split_once_str("%25") {
        Some((address, zone)) => (address, Some(zone)),
        None => (text, None),
    };
    address
        .to_str()
        .is_ok_and(|text| text.parse::<std::net::Ipv6Addr>().is_ok())
        && zone.is_none_or(|zone| !zone.is_empty() && is_made_of(zone, is_unreserved))
}

/// An authority in the form in which it is printed again.
fn rfc_authority(text: &[u8], url: &[u8]) -> Result<BString> {
    let invalid = || Problem::bad_url(format!("'{}' is not a valid URL: leftover", url.as_bstr()));
    let mut out = BString::default();
    let host_and_port = match text.rsplit_once_str("@") {
        Some((user, rest)) => {
            let in_user = |byte| is_unreserved(byte) || is_sub_delimiter(byte) || byte == b':';
            if !is_made_of(user, in_user) {
                return Err(invalid());
            }
            let (name, password) = match user.split_once_str(":") {
                Some((name, password)) => (name, Some(password)),
                None => (user, None),
            };
            encode(&decode(name, Rules::Rfc3986)?, b"", &mut out);
            if let Some(password) = password {
                out.push(b':');
                encode(&decode(password, Rules::Rfc3986)?, b"", &mut out);
            }
            out.push(b'@');
            rest
        }
        None => text,
    };
    let (host, port) = match host_and_port.rsplit_once_str(":") {
        Some((host, port)) if !port.contains(&b']') => (host, port),
        _ => (host_and_port, b"".as_slice()),
    };
    if let Some(inner) = host.strip_prefix(b"[") {
        let inner = inner.strip_suffix(b"]").ok_or_else(invalid)?;
        if !is_literal_address(inner) {
            return Err(invalid());
        }
        let mut address = decode(inner, Rules::Rfc3986)?;
        // The library does not cut what decoding leaves over.
        address.resize(inner.len(), 0);
        out.push(b'[');
        encode(&address, b":", &mut out);
        out.push(b']');
    } else if is_made_of(host, |byte| is_unreserved(byte) || is_sub_delimiter(byte)) {
        encode(&decode(host, Rules::Rfc3986)?, b"", &mut out);
    } else {
        return Err(invalid());
    }
    if !port.is_empty() {
        if !port.iter().all(u8::is_ascii_digit) {
            return Err(invalid());
        }
        let number = port.to_str_lossy().parse::<u16>().unwrap_or(0);
        if number == 0 {
            return Err(Problem::bad_url(format!(
                "port '{}' is invalid",
                port.as_bstr()
            )));
        }
        out.push_str(format!(":{number}"));
    }
    Ok(out)
}
