//! Entries of registries: `flake:` and bare names (`libfetchers/indirect.cc`).

use super::super::attrs::Attributes;
use super::super::input::{Input, Rulebook, git_revision};
use super::super::problem::{Problem, Result};
use super::super::url::Url;
use super::follows_standard;
use super::names::{is_flake_id, is_git_reference, is_reference, is_revision};

pub fn from_url(book: &Rulebook, url: &Url) -> Result<Option<Attributes>> {
    if url.scheme != "flake" {
        return Ok(None);
    }
    let path = url.names();
    let shown = || url.shown(book.rules);
    let is_branch = |text: &[u8]| {
        if follows_standard(book) {
            is_git_reference(text, book.rules)
        } else {
            is_reference(text, book.rules)
        }
    };
    let (reference, revision) = match path.as_slice() {
        [_] => (None, None),
        [_, revision] if is_revision(revision) => (None, Some(revision)),
        [_, reference] if is_branch(reference) => (Some(reference), None),
        [_, other] => {
            return Err(Problem::bad_url(format!(
                "in flake URL '{}', '{other}' is not a commit hash or branch/tag name",
                shown()
            )));
        }
        [_, reference, _] if !is_branch(reference) => {
            return Err(Problem::bad_url(format!(
                "in flake URL '{}', '{reference}' is not a branch/tag name",
                shown()
            )));
        }
        [_, _, revision] if !is_revision(revision) => {
            return Err(Problem::bad_url(format!(
                "in flake URL '{}', '{revision}' is not a commit hash",
                shown()
            )));
        }
        [_, reference, revision] => (Some(reference), Some(revision)),
        _ => {
            return Err(Problem::bad_url(format!(
                "GitHub URL '{}' is invalid",
                shown()
            )));
        }
    };
    check_id(&path[0])?;
    let mut attributes = Attributes::new();
    attributes.set_text("type", "indirect");
    attributes.set_text("id", path[0].clone());
    if let Some(revision) = revision {
        attributes.set_text("rev", revision.to_ascii_lowercase());
    }
    if let Some(reference) = reference {
        attributes.set_text("ref", reference.clone());
    }
    Ok(Some(attributes))
}

fn check_id(id: &[u8]) -> Result<()> {
    if is_flake_id(id) {
        return Ok(());
    }
    Err(Problem::bad_url(format!(
        "'{}' is not a valid flake ID",
        bstr::BStr::new(id)
    )))
}

pub fn from_attributes(book: &Rulebook, attributes: Attributes) -> Result<Attributes> {
    check_id(attributes.need_text(book.dialect, "id")?)?;
    Ok(attributes)
}

pub fn url(book: &Rulebook, input: &Input) -> Result<Url> {
    let id = input.attributes.need_text(book.dialect, "id")?;
    let mut url = Url::new("flake", None, b"");
    url.path = vec![id.clone()];
    if let Some(reference) = input.reference(book)? {
        url.path.push(reference.clone());
    }
    if let Some(revision) = input.revision(book)? {
        url.path.push(git_revision(&revision).into());
    }
    if !follows_standard(book) {
        url.path = super::super::url::segments(&url.path_text());
    }
    Ok(url)
}
