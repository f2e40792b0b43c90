//! `path:` inputs (`libfetchers/path.cc`).

use super::super::attrs::{Attr, Attributes};
use super::super::input::{Input, Rulebook};
use super::super::problem::{Problem, Result};
use super::super::url::Url;
use super::{follows_standard, number};
use bstr::{BString, ByteSlice};

pub fn from_url(book: &Rulebook, url: &Url) -> Result<Option<Attributes>> {
    if url.scheme != "path" {
        return Ok(None);
    }
    let shown = || url.print(book.rules);
    // 2.34 asks for the host alone.
    let host = |authority: &BString| match authority.rsplit_str("@").next() {
        Some(host) if follows_standard(book) => !host.is_empty() && !host.starts_with(b":"),
        _ => !authority.is_empty(),
    };
    if let Some(authority) = &url.authority
        && host(authority)
    {
        return Err(Problem::new(format!(
            "path URL '{}' should not have an authority ('{authority}')",
            url.shown(book.rules)
        )));
    }
    let mut attributes = Attributes::new();
    attributes.set_text("type", "path");
    let path = if follows_standard(book) {
        joined(&url.path)?
    } else {
        url.path_text()
    };
    attributes.set_text("path", path);
    for (name, value) in &url.query {
        let value = match name.as_slice() {
            b"rev" | b"narHash" => Attr::Text(value.clone()),
            b"revCount" | b"lastModified" => match number(value) {
                Some(number) => Attr::Number(number),
                None => {
                    return Err(Problem::new(format!(
                        "path URL '{}' has invalid parameter '{name}'",
                        shown()
                    )));
                }
            },
            _ => {
                return Err(Problem::new(format!(
                    "path URL '{}' has unsupported parameter '{name}'",
                    shown()
                )));
            }
        };
        attributes.set(name.clone(), value);
    }
    Ok(Some(attributes))
}

/// The segments of a URL as a path of the file system, joined as the C++
/// library does it (`urlPathToPath`).
///
/// # Errors
/// If a segment is no name of a file.
pub fn joined(segments: &[BString]) -> Result<BString> {
    for segment in segments {
        if segment.contains(&b'/') {
            return Err(Problem::bad_url(format!(
                "URL path component '{segment}' contains '/', which is not allowed in file names"
            )));
        }
        if segment.contains(&0) {
            let shown = segment.replace("\0", "␀");
            return Err(Problem::bad_url(format!(
                "URL path component '{}' contains NUL byte which is not allowed",
                shown.as_bstr()
            )));
        }
    }
    let (mut out, rest) = match segments.split_first() {
        Some((first, rest)) if first.is_empty() => (BString::from("/"), rest),
        _ => (BString::default(), segments),
    };
    for segment in rest {
        if !out.is_empty() && !out.ends_with(b"/") {
            out.push(b'/');
        }
        out.extend_from_slice(segment);
    }
    Ok(out)
}

pub fn url(book: &Rulebook, input: &Input) -> Result<Url> {
    let path = input.attributes.need_text(book.dialect, "path")?;
    let mut url = Url::new("path", None, path);
    url.query = input.attributes.query();
    for name in ["path", "type", "__final"] {
        url.query.remove(name.as_bytes().as_bstr());
    }
    Ok(url)
}
