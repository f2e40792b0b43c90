//! Mercurial repositories, as far as references go: fetching them is not built
//! in (`libfetchers/mercurial.cc`).

use super::super::attrs::{Attr, Attributes};
use super::super::input::{Input, Rulebook, git_revision};
use super::super::problem::{Problem, Result};
use super::super::url::{Query, Url};
use super::{is_known_transport, is_reference, print_with_query};
use bstr::ByteSlice;

pub fn from_url(book: &Rulebook, url: &Url) -> Result<Option<Attributes>> {
    if !is_known_transport(url, "hg") {
        return Ok(None);
    }
    let mut attributes = Attributes::new();
    attributes.set_text("type", "hg");
    let mut rest = Query::new();
    for (name, value) in &url.query {
        if name == "rev" || name == "ref" {
            attributes.add(name.clone(), Attr::Text(value.clone()));
        } else {
            rest.insert(name.clone(), value.clone());
        }
    }
    let mut server = url.clone();
    server.scheme = url.scheme_parts().1.to_owned();
    server.fragment.clear();
    attributes.add("url", Attr::Text(print_with_query(book, &server, rest)));
    from_attributes(book, attributes).map(Some)
}

pub fn from_attributes(book: &Rulebook, attributes: Attributes) -> Result<Attributes> {
    book.url(attributes.need_text(book.dialect, "url")?)?;
    if let Some(reference) = attributes.text(book.dialect, "ref")?
        && !is_reference(reference, book.rules)
    {
        return Err(Problem::bad_url(format!(
            "invalid Mercurial branch/tag name '{reference}'"
        )));
    }
    Ok(attributes)
}

pub fn url(book: &Rulebook, input: &Input) -> Result<Url> {
    let mut url = book.url(input.attributes.need_text(book.dialect, "url")?)?;
    url.scheme = [b"hg+".as_slice(), url.scheme.as_bytes()].concat().into();
    if let Some(revision) = input.revision(book)? {
        url.query
            .insert("rev".into(), git_revision(&revision).into());
    }
    if let Some(reference) = input.reference(book)? {
        url.query.insert("ref".into(), reference.clone());
    }
    Ok(url)
}
