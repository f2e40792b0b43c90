//! Reading URLs: the regular expressions of 2.8 and 2.26, RFC 3986 in 2.34.

use super::super::problem::{Problem, Result};
use super::{
    Parsed, Rules, Url, decode, decode_query, encode, is_fragment, is_made_of, is_path_character,
    is_query, is_sub_delimiter, is_unreserved, segments,
};
use bstr::{BString, ByteSlice, ByteVec};

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

/// Files are on this machine: RFC 3986 looks at the host for that, the older
/// releases at all that names it.
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
    let invalid = || not_rfc3986(text);
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
        is_path_character(byte) || b"/?#".contains(&byte) || lenient && b" \"^".contains(&byte)
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
    let host = authority
        .as_ref()
        .and_then(|text| text.rsplit_str("@").next());
    if host.is_some_and(|host| !host.is_empty() && !host.starts_with(b":")) {
        check_file_authority(text, &authority, is_file)?;
    }
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

/// The error of the library: its words depend on what it stopped at.
fn not_rfc3986(text: &[u8]) -> Problem {
    let stop = text.find_byte(b'?').unwrap_or(text.len());
    let mut at = 0;
    while at < stop {
        let is_encoded = text[at] == b'%'
            && text
                .get(at + 1..at + 3)
                .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        if is_encoded {
            at += 3;
        } else if is_path_character(text[at]) || b"/#".contains(&text[at]) {
            at += 1;
        } else {
            break;
        }
    }
    let why = match text.get(at) {
        Some(b'%') => "mismatch",
        Some(b'[') if text[..at].ends_with(b"://") || text[..at].ends_with(b"@") => "mismatch",
        _ => "leftover",
    };
    Problem::bad_url(format!("'{}' is not a valid URL: {why}", text.as_bstr()))
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
    let invalid = || not_rfc3986(url);
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
