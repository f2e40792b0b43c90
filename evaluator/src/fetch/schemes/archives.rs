//! Archives and plain files by their URL (`libfetchers/tarball.cc`).

use super::super::attrs::{Attr, Attributes};
use super::super::input::{Input, Rulebook};
use super::super::problem::Result;
use super::super::url::Url;
use super::{Scheme, number};
use crate::formats::hash::Format;
use bstr::ByteSlice;

/// The attributes that both schemes take.
pub const NAMES: &[&str] = &[
    "url",
    "narHash",
    "name",
    "unpack",
    "rev",
    "revCount",
    "lastModified",
];

/// What the name of an archive ends with.
const ENDINGS: [&str; 7] = [
    ".zip", ".tar", ".tgz", ".tar.gz", ".tar.xz", ".tar.bz2", ".tar.zst",
];

fn has_ending(url: &Url) -> bool {
    let last = url
        .path
        .last()
        .map_or(b"".as_slice(), |last| last.as_slice());
    ENDINGS.iter().any(|ending| last.ends_with_str(ending))
}

/// Whether the URL is of this scheme of the two.
fn is_for(scheme: Scheme, url: &Url, tree: bool) -> bool {
    let (application, transport) = url.scheme_parts();
    if !["file", "http", "https"]
        .iter()
        .any(|known| transport == known)
    {
        return false;
    }
    match application {
        Some(application) => application == scheme.name(),
        None => (tree || has_ending(url)) == (scheme == Scheme::Tarball),
    }
}

pub fn from_url(
    scheme: Scheme,
    book: &Rulebook,
    url: &Url,
    tree: bool,
) -> Result<Option<Attributes>> {
    let mut attributes = Attributes::new();
    if !book.is_recent() {
        let known = ["file", "http", "https"]
            .iter()
            .any(|known| url.scheme == *known);
        if !known || !has_ending(url) {
            return Ok(None);
        }
        attributes.set_text("type", "tarball");
        attributes.set_text("url", url.print(book.rules));
        if let Some(hash) = url.query.get(b"narHash".as_bstr()) {
            attributes.set_text("narHash", hash.clone());
        }
        return Ok(Some(attributes));
    }
    if !is_for(scheme, url, tree) {
        return Ok(None);
    }
    for name in ["narHash", "rev"] {
        if let Some(value) = url.query.get(name.as_bytes().as_bstr()) {
            attributes.set_text(name, value.clone());
        }
    }
    for name in ["revCount", "lastModified"] {
        let value = url.query.get(name.as_bytes().as_bstr());
        if let Some(number) = value.and_then(|value| number(value)) {
            attributes.set(name, Attr::Number(number));
        }
    }
    let mut server = url.clone();
    server.scheme = url.scheme_parts().1.to_owned();
    for name in NAMES {
        server.query.remove(name.as_bytes().as_bstr());
    }
    if !super::follows_standard(book) {
        server.query.remove(b"type".as_bstr());
    }
    attributes.set_text("type", scheme.name());
    attributes.set_text("url", server.print(book.rules));
    Ok(Some(attributes))
}

pub fn url(book: &Rulebook, input: &Input) -> Result<Url> {
    let mut url = book.url(input.attributes.need_text(book.dialect, "url")?)?;
    if let Some(hash) = input.nar_hash(book)? {
        url.query
            .insert("narHash".into(), hash.print(Format::Sri, true).into());
    }
    Ok(url)
}
