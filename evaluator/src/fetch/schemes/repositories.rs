//! Git repositories, as far as references go (`libfetchers/git.cc`,
//! `fixGitURL` in `url.cc`).

use super::super::attrs::{Attr, Attributes};
use super::super::input::{Input, Rulebook, git_revision};
use super::super::problem::{Problem, Result};
use super::super::url::{Query, Rules, Url, segments};
use super::names::is_git_reference;
use super::{follows_standard, is_known_transport, print_with_query};
use crate::formats::json::Json;
use bstr::{BString, ByteSlice, ByteVec};

const FLAGS: [&str; 6] = [
    "shallow",
    "submodules",
    "exportIgnore",
    "allRefs",
    "verifyCommit",
    "lfs",
];
const SIGNATURES: [&str; 4] = ["verifyCommit", "keytype", "publicKey", "publicKeys"];

/// The attributes that it takes.
pub fn names(rules: Rules) -> &'static [&'static str] {
    const ALL: [&str; 18] = [
        "url",
        "ref",
        "rev",
        "shallow",
        "submodules",
        "lastModified",
        "revCount",
        "narHash",
        "allRefs",
        "name",
        "exportIgnore",
        "dirtyRev",
        "dirtyShortRev",
        "verifyCommit",
        "keytype",
        "publicKey",
        "publicKeys",
        "lfs",
    ];
    match rules {
        Rules::Verbatim => &ALL[..10],
        Rules::Decoded => &ALL[..17],
        Rules::Rfc3986 => &ALL,
    }
}

pub fn from_url(book: &Rulebook, url: &Url) -> Result<Option<Attributes>> {
    let is_ours = url.scheme == "git"
        || match book.rules {
            Rules::Rfc3986 => url.scheme_parts().0.is_some_and(|name| name == "git"),
            _ => is_known_transport(url, "git"),
        };
    if !is_ours {
        return Ok(None);
    }
    let flags = match book.rules {
        Rules::Verbatim => &FLAGS[..2],
        Rules::Decoded => &FLAGS[..5],
        Rules::Rfc3986 => &FLAGS,
    };
    let mut attributes = Attributes::new();
    attributes.set_text("type", "git");
    let mut rest = Query::new();
    for (name, value) in &url.query {
        let is_text = name == "rev"
            || name == "ref"
            || book.is_recent() && SIGNATURES[1..].iter().any(|known| name == known);
        if is_text {
            attributes.add(name.clone(), Attr::Text(value.clone()));
        } else if flags.iter().any(|known| name == known) {
            attributes.add(name.clone(), Attr::Bool(value == "1"));
        } else {
            rest.insert(name.clone(), value.clone());
        }
    }
    let mut server = url.clone();
    if !follows_standard(book) {
        server.scheme = url.scheme_parts().1.to_owned();
    }
    attributes.add("url", Attr::Text(print_with_query(book, &server, rest)));
    from_attributes(book, attributes).map(Some)
}

pub fn from_attributes(book: &Rulebook, mut attributes: Attributes) -> Result<Attributes> {
    if book.is_recent() {
        if SIGNATURES.iter().any(|name| attributes.has(name)) && !book.verified_fetches {
            return Err(Problem::feature("verified-fetches", false));
        }
        attributes.flag("verifyCommit")?;
    } else {
        book.url(attributes.need_text(book.dialect, "url")?)?;
        for name in ["shallow", "submodules", "allRefs"] {
            attributes.flag(name)?;
        }
    }
    if let Some(reference) = attributes.text(book.dialect, "ref")?
        && !is_git_reference(reference, book.rules)
    {
        return Err(Problem::bad_url(format!(
            "invalid Git branch/tag name '{reference}'"
        )));
    }
    if book.is_recent() {
        let url = fix_url(book, attributes.need_text(book.dialect, "url")?)?;
        if !follows_standard(book) {
            book.url(&url)?;
        }
        attributes.set_text("url", url);
        for name in ["shallow", "submodules", "allRefs"] {
            attributes.flag(name)?;
        }
    }
    Ok(attributes)
}

/// `user@host:path`, as SSH programs take it, taken apart.
pub fn scp_parts(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    if text.starts_with(b"/") || text.contains(&b'\n') {
        return None;
    }
    let last_colon = text.rfind_byte(b':')?;
    let first_slash = text.find_byte(b'/').unwrap_or(text.len());
    let at = text[..last_colon.min(first_slash)].rfind_byte(b'@')?;
    Some((
        &text[..at],
        &text[at + 1..last_colon],
        &text[last_colon + 1..],
    ))
}

/// The URL of a repository in its usual form: `git@host:path` becomes
/// `ssh://`, a path becomes `file://` (`fixGitURL`).
///
/// # Errors
/// If it is no URL, in 2.34.
pub fn fix_url(book: &Rulebook, text: &[u8]) -> Result<BString> {
    let mut text = BString::from(text);
    if let Some((user, host, path)) = scp_parts(&text) {
        let fixed = [b"ssh://", user, b"@", host, b"/", path].concat();
        if !follows_standard(book) {
            return Ok(fixed.into());
        }
        text = fixed.into();
    }
    let standard = follows_standard(book);
    if text.starts_with(b"file:") && !standard {
        return Ok(text);
    }
    let is_url =
        text.starts_with(b"file:") || text.starts_with(b"git+file:") || text.contains_str("://");
    if !is_url || !standard && !text.contains_str("://") {
        let path = segments(&text);
        if standard && path.first().is_some_and(|first| first.contains(&b':')) {
            return Err(Problem::bad_url(format!(
                "SCP-like URL '{text}' is not supported; use SSH URL syntax instead (ssh://...)"
            )));
        }
        let authority = (!standard || text.starts_with(b"/")).then_some("");
        let url = Url::new("file", authority, &text);
        return Ok(url.print(book.rules));
    }
    if !standard {
        return Ok(text);
    }
    let mut url = book.url(&text)?;
    if let (Some(application), transport) = url.scheme_parts()
        && application == "git"
    {
        url.scheme = transport.to_owned();
    }
    Ok(url.print(book.rules))
}

pub fn url(book: &Rulebook, input: &Input) -> Result<Url> {
    let mut url = book.url(input.attributes.need_text(book.dialect, "url")?)?;
    if url.scheme != "git" {
        let mut scheme = BString::from("git+");
        scheme.push_str(&url.scheme);
        url.scheme = scheme;
    }
    if let Some(revision) = input.revision(book)? {
        url.query
            .insert("rev".into(), git_revision(&revision).into());
    }
    if let Some(reference) = input.reference(book)? {
        url.query.insert("ref".into(), reference.clone());
    }
    let flags: &[&str] = match book.rules {
        Rules::Verbatim => &["shallow"],
        Rules::Decoded => &["shallow", "submodules", "exportIgnore", "verifyCommit"],
        Rules::Rfc3986 => &[
            "shallow",
            "lfs",
            "submodules",
            "exportIgnore",
            "verifyCommit",
        ],
    };
    for name in flags {
        if input.flag(name)? {
            url.query.insert((*name).into(), "1".into());
        }
    }
    if book.is_recent() {
        let keys = public_keys(book, &input.attributes)?;
        match keys.as_slice() {
            [] => {}
            [(kind, key)] => {
                url.query.insert("keytype".into(), kind.clone());
                url.query.insert("publicKey".into(), key.clone());
            }
            _ => {
                let mut text = BString::from("[");
                for (index, (kind, key)) in keys.iter().enumerate() {
                    let mut attributes = Attributes::new();
                    attributes.set_text("key", key.clone());
                    attributes.set_text("type", kind.clone());
                    if index > 0 {
                        text.push(b',');
                    }
                    text.push_str(attributes.json(book.dialect));
                }
                text.push(b']');
                url.query.insert("publicKeys".into(), text);
            }
        }
    }
    Ok(url)
}

/// Keys for signatures, each with its type (`getPublicKeys`).
fn public_keys(book: &Rulebook, attributes: &Attributes) -> Result<Vec<(BString, BString)>> {
    let mut keys = Vec::new();
    if let Some(text) = attributes.text(book.dialect, "publicKeys")? {
        let json = Json::parse(book.dialect, text).map_err(|error| Problem::new(error.message))?;
        let Json::Array(items) = &json else {
            return Err(Problem::new(format!(
                "Expected JSON value to be of type 'array' but it is not: {text}"
            )));
        };
        for item in items {
            let member = |name: &[u8]| match item {
                Json::Object(members) => members.iter().find_map(|(found, value)| match value {
                    Json::String(value) if found == name => Some(BString::from(value.as_slice())),
                    _ => None,
                }),
                _ => None,
            };
            let Some(key) = member(b"key") else {
                return Err(Problem::new("Expected JSON object to contain key 'key'"));
            };
            keys.push((member(b"type").unwrap_or_else(|| "ssh-ed25519".into()), key));
        }
    }
    if let Some(key) = attributes.text(book.dialect, "publicKey")? {
        let kind = attributes.text(book.dialect, "keytype")?;
        let kind = kind.cloned().unwrap_or_else(|| "ssh-ed25519".into());
        keys.push((kind, key.clone()));
    }
    Ok(keys)
}
