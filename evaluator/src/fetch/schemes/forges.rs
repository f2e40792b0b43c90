//! Commits at GitHub, GitLab and SourceHut (`libfetchers/github.cc`).

use super::super::attrs::Attributes;
use super::super::input::{Input, Rulebook, git_revision};
use super::super::problem::{Problem, Result};
use super::super::url::{Rules, Url, segments};
use super::names::{is_git_reference, is_reference, is_revision};
use super::{Scheme, follows_standard};
use crate::formats::hash::{Algorithm, Format};
use bstr::{BString, ByteSlice};

/// The attributes that they take.
pub const NAMES: &[&str] = &[
    "owner",
    "repo",
    "ref",
    "rev",
    "narHash",
    "lastModified",
    "host",
    "treeHash",
];

/// The attributes that they take in 2.8.
pub const OLD_NAMES: &[&str] = &[
    "owner",
    "repo",
    "ref",
    "rev",
    "narHash",
    "lastModified",
    "host",
];

fn is_host(text: &[u8], rules: Rules) -> bool {
    text.iter().all(|byte| {
        byte.is_ascii_alphanumeric() || *byte == b'.' || *byte == b'-' && rules != Rules::Verbatim
    })
}

pub fn from_url(scheme: Scheme, book: &Rulebook, url: &Url) -> Result<Option<Attributes>> {
    if url.scheme != scheme.name() {
        return Ok(None);
    }
    let shown = || url.shown(book.rules);
    let path = url.names();
    let standard = follows_standard(book);
    let mut revision: Option<BString> = None;
    let mut reference: Option<BString> = None;
    let mut host = None;
    match path.as_slice() {
        [] | [_] => {
            return Err(Problem::bad_url(format!("URL '{}' is invalid", shown())));
        }
        [_, _] => {}
        [_, _, third] if is_revision(third) => revision = Some(third.clone()),
        [_, _, third] if standard || is_reference(third, book.rules) => {
            reference = Some(third.clone());
        }
        [_, _, third] => {
            return Err(Problem::bad_url(format!(
                "in URL '{}', '{third}' is not a commit hash or branch/tag name",
                shown()
            )));
        }
        [_, _, more @ ..] => {
            let joined: BString = bstr::join("/", more).into();
            if !standard && !is_reference(&joined, book.rules) {
                return Err(Problem::bad_url(format!(
                    "in URL '{}', '{joined}' is not a branch/tag name",
                    shown()
                )));
            }
            reference = Some(joined);
        }
    }
    for (name, value) in &url.query {
        match name.as_slice() {
            b"rev" if revision.is_some() => {
                return Err(Problem::bad_url(format!(
                    "URL '{}' contains multiple commit hashes",
                    shown()
                )));
            }
            b"rev" => {
                if !standard {
                    book.hash(value, Some(Algorithm::Sha1))?;
                }
                revision = Some(value.clone());
            }
            b"ref" => {
                if !standard && !is_reference(value, book.rules) {
                    return Err(Problem::bad_url(format!(
                        "URL '{}' contains an invalid branch/tag name",
                        shown()
                    )));
                }
                if reference.is_some() {
                    return Err(Problem::bad_url(format!(
                        "URL '{}' contains multiple branch/tag names",
                        shown()
                    )));
                }
                reference = Some(value.clone());
            }
            b"host" => {
                if !standard && !is_host(value, book.rules) {
                    return Err(Problem::bad_url(format!(
                        "URL '{}' contains an invalid instance host",
                        shown()
                    )));
                }
                host = Some(value.clone());
            }
            _ => {}
        }
    }
    if !standard && let (Some(reference), Some(revision)) = (&reference, &revision) {
        let revision = git_revision(&book.hash(revision, Some(Algorithm::Sha1))?);
        return Err(Problem::bad_url(format!(
            "URL '{}' contains both a commit hash and a branch/tag name {reference} {revision}",
            shown()
        )));
    }
    let mut attributes = Attributes::new();
    attributes.set_text("type", scheme.name());
    attributes.set_text("owner", path[0].clone());
    attributes.set_text("repo", path[1].clone());
    if let Some(revision) = revision {
        let revision = if standard {
            revision
        } else {
            git_revision(&book.hash(&revision, Some(Algorithm::Sha1))?).into()
        };
        attributes.set_text("rev", revision);
    }
    if let Some(reference) = reference {
        attributes.set_text("ref", reference);
    }
    if let Some(host) = host {
        attributes.set_text("host", host);
    }
    if book.is_recent()
        && let Some(hash) = url.query.get(b"narHash".as_bstr())
    {
        attributes.set_text("narHash", hash.clone());
    }
    if standard {
        return from_attributes(book, attributes).map(Some);
    }
    Ok(Some(attributes))
}

pub fn from_attributes(book: &Rulebook, attributes: Attributes) -> Result<Attributes> {
    attributes.need_text(book.dialect, "owner")?;
    attributes.need_text(book.dialect, "repo")?;
    if !follows_standard(book) {
        return Ok(attributes);
    }
    let reference = attributes.text(book.dialect, "ref")?;
    let revision = attributes.text(book.dialect, "rev")?;
    let json = || attributes.json(book.dialect);
    if let (Some(reference), Some(revision)) = (reference, revision) {
        return Err(Problem::bad_url(format!(
            "input {} contains both a commit hash ('{revision}') and a branch/tag name ('{reference}')",
            json()
        )));
    }
    if let Some(revision) = revision {
        book.hash(revision, Some(Algorithm::Sha1))?;
    }
    if reference.is_some_and(|name| !is_git_reference(name, book.rules)) {
        return Err(Problem::bad_url(format!(
            "input {} contains an invalid branch/tag name",
            json()
        )));
    }
    let host = attributes.text(book.dialect, "host")?;
    if host.is_some_and(|host| !is_host(host, book.rules)) {
        return Err(Problem::bad_url(format!(
            "input {} contains an invalid instance host",
            json()
        )));
    }
    Ok(attributes)
}

pub fn url(scheme: Scheme, book: &Rulebook, input: &Input) -> Result<Url> {
    let attributes = &input.attributes;
    let mut url = Url::new(scheme.name(), None, b"");
    url.path = vec![
        attributes.need_text(book.dialect, "owner")?.clone(),
        attributes.need_text(book.dialect, "repo")?.clone(),
    ];
    let reference = input.reference(book)?;
    let revision = input.revision(book)?;
    if reference.is_some() && revision.is_some() {
        // The older releases end here by a failed assertion.
        return Err(Problem::new(format!(
            "input '{}' has both a commit hash and a branch or tag",
            attributes.json(book.dialect)
        )));
    }
    url.path.extend(reference.cloned());
    url.path
        .extend(revision.map(|revision| revision.print(Format::Base16, false).into()));
    if !follows_standard(book) {
        url.path = segments(&url.path_text());
    }
    if book.is_recent()
        && let Some(hash) = input.nar_hash(book)?
    {
        url.query
            .insert("narHash".into(), hash.print(Format::Sri, true).into());
    }
    if follows_standard(book)
        && let Some(host) = attributes.text(book.dialect, "host")?
    {
        url.query.insert("host".into(), host.clone());
    }
    Ok(url)
}
