//! Which URLs name a store to download from (`fetchClosure.cc`,
//! `StoreReference::parse` in `store-reference.cc`, `http-binary-cache-store.cc`).

use super::Problem;
use super::url::{Rules, Url, parse};
use crate::errors::ErrorKind;
use bstr::{BStr, ByteSlice};
use std::net::Ipv6Addr;

/// Checks that a text names a store that is asked by HTTP, without parameters.
///
/// # Errors
/// If it names another store or none, if it has parameters, or if it names no
/// host where the release looks for one before it connects.
pub fn check(text: &[u8], rules: Rules) -> Result<(), Problem> {
    let url = match parse(text, rules, true) {
        Ok(parsed) => parsed.url,
        Err(_) if rules == Rules::Rfc3986 => return check_older_notation(text),
        Err(problem) => return Err(problem),
    };
    if url.scheme != "http" && url.scheme != "https" {
        return Err(another_store());
    }
    if !url.query.is_empty() {
        return Err(parameters(text));
    }
    if names_no_host(&url, rules) {
        return Err(Problem::of(
            ErrorKind::Value,
            format!(
                "`{}` Store requires a non-empty authority in Store URL",
                url.scheme
            ),
        ));
    }
    Ok(())
}

fn another_store() -> Problem {
    Problem::of(
        ErrorKind::Value,
        "'fetchClosure' only supports http:// and https:// stores",
    )
}

fn parameters(text: &[u8]) -> Problem {
    Problem::of(
        ErrorKind::Value,
        format!(
            "'fetchClosure' does not support URL query parameters (in '{}')",
            text.as_bstr()
        ),
    )
}

/// 2.8 connects without looking. 2.26 looks for any text behind the scheme, 2.34
/// for a host in what stands there, slashes or not.
fn names_no_host(url: &Url, rules: Rules) -> bool {
    let authority = url
        .authority
        .as_ref()
        .map_or(BStr::new(b""), |authority| authority.as_bstr());
    match rules {
        Rules::Verbatim => false,
        Rules::Decoded => authority.is_empty() && url.path_text().is_empty(),
        Rules::Rfc3986 => {
            let path = url.path_text();
            let rest = [authority.as_bytes(), &path].concat();
            let authority = rest.split_str("/").next().unwrap_or_default();
            let host = match authority.rsplit_once_str("@") {
                Some((_, host)) => host,
                None => authority,
            };
            host.is_empty() || host.starts_with(b":")
        }
    }
}

/// What 2.34 takes for a store though it is no URL: words, paths, and addresses
/// of IPv6 without brackets.
fn check_older_notation(text: &[u8]) -> Result<(), Problem> {
    let (base, query) = text.split_once_str("?").unwrap_or((text, b""));
    let is_path = !base.contains_str("://") && base.contains(&b'/');
    if matches!(base, b"" | b"auto" | b"daemon" | b"local") || is_path {
        return Err(another_store());
    }
    let Some((scheme, _)) = base.split_once_str(":").filter(|(_, rest)| {
        let rest = rest.strip_prefix(b"//").unwrap_or(rest);
        is_ipv6(rest.rsplit_once_str("@").map_or(rest, |(_, host)| host))
    }) else {
        return Err(Problem::of(
            ErrorKind::Value,
            format!("Cannot parse Nix store '{}'", text.as_bstr()),
        ));
    };
    if scheme != b"http" && scheme != b"https" {
        return Err(another_store());
    }
    if query.contains(&b'=') {
        return Err(parameters(text));
    }
    Ok(())
}

/// Whether a host is an address of IPv6, with brackets or without, and with a
/// zone or without.
fn is_ipv6(host: &[u8]) -> bool {
    let host = host
        .strip_prefix(b"[")
        .and_then(|host| host.strip_suffix(b"]"))
        .unwrap_or(host);
    let address = host
        .split_once_str("%")
        .map_or(host, |(address, _)| address);
    address
        .to_str()
        .is_ok_and(|address| address.parse::<Ipv6Addr>().is_ok())
}
