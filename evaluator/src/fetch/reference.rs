//! Flake references: an input and the directory of the flake in it, as a text
//! or as attributes (`flakeref.cc`).

use super::attrs::{Attr, Attributes};
use super::input::{Input, Rulebook};
use super::problem::{Problem, Result};
use super::schemes::{is_flake_id, is_reference};
use super::url::{self, Rules, Url, decode, decode_query};
use bstr::{BString, ByteSlice};

/// A flake reference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FlakeRef {
    /// What to fetch.
    pub input: Input,
    /// Where in it the flake is; empty: at its root.
    pub directory: BString,
}

/// How a text is read as a flake reference.
#[derive(Clone, Copy)]
pub struct Reading<'t> {
    /// The directory that a relative path starts at (2.8 only: later releases
    /// keep it relative).
    pub base: Option<&'t [u8]>,
    /// Whether it stands for a flake, not just any tree or file.
    pub flake: bool,
    /// Whether a path may be relative to the flake that mentions it.
    pub relative: bool,
}

impl FlakeRef {
    /// Reads a reference; it must not have a fragment.
    ///
    /// # Errors
    /// If it is none.
    pub fn parse(book: &Rulebook, text: &[u8], reading: Reading<'_>) -> Result<FlakeRef> {
        let (reference, fragment) = parse_with_fragment(book, text, reading)?;
        if fragment.is_empty() {
            return Ok(reference);
        }
        Err(Problem::new(format!(
            "unexpected fragment '{fragment}' in flake reference '{}'",
            text.as_bstr()
        )))
    }

    /// The reference with these attributes.
    ///
    /// # Errors
    /// If they do not make one.
    pub fn from_attributes(book: &Rulebook, mut attributes: Attributes) -> Result<FlakeRef> {
        let directory = attributes.text(book.dialect, "dir").cloned_text();
        attributes.remove("dir");
        let input = Input::from_attributes(book, attributes)?;
        Ok(FlakeRef {
            input,
            directory: directory?.unwrap_or_default(),
        })
    }

    /// The attributes.
    pub fn attributes(&self) -> Attributes {
        let mut attributes = self.input.attributes.clone();
        if !self.directory.is_empty() {
            attributes.add("dir", Attr::Text(self.directory.clone()));
        }
        attributes
    }

    /// The text.
    ///
    /// # Errors
    /// If it has none.
    pub fn print(&self, book: &Rulebook) -> Result<BString> {
        let mut url = self.input.url(book)?;
        if !self.directory.is_empty() {
            url.query
                .entry("dir".into())
                .or_insert_with(|| self.directory.clone());
        }
        Ok(url.print(book.rules))
    }

    /// The reference without the `dir` that old lock files repeat in the URL
    /// (`FlakeRef::canonicalize`).
    pub fn canonical(&self, book: &Rulebook) -> FlakeRef {
        let mut reference = self.clone();
        if book.rules != Rules::Rfc3986 {
            return reference;
        }
        if let Some(Attr::Text(text)) = self.input.attributes.get("url")
            && let Ok(mut parsed) = book.lenient_url(text)
        {
            let dir = b"dir".as_bstr();
            if !self.directory.is_empty() && parsed.query.get(dir) == Some(&self.directory) {
                parsed.query.remove(dir);
            }
            let text = parsed.print(book.rules);
            reference.input.attributes.set_text("url", text);
        }
        reference
    }
}

/// Copies what a look-up borrowed.
trait ClonedText {
    fn cloned_text(self) -> Result<Option<BString>>;
}

impl ClonedText for Result<Option<&BString>> {
    fn cloned_text(self) -> Result<Option<BString>> {
        self.map(|text| text.cloned())
    }
}

fn parse_with_fragment(
    book: &Rulebook,
    text: &[u8],
    reading: Reading<'_>,
) -> Result<(FlakeRef, BString)> {
    if let Some(found) = parse_name(book, text, reading)? {
        return Ok(found);
    }
    if book.rules == Rules::Verbatim {
        return match old_path_parts(text) {
            Some(parts) => parse_old_path(book, text, parts, reading),
            None => {
                let mut url = book.lenient_url(text)?;
                let fragment = std::mem::take(&mut url.fragment);
                let directory = directory_of(&url);
                let mut input = Input::from_url(book, &url, reading.flake)?;
                input.parent = reading.base.map(Into::into);
                Ok((FlakeRef { input, directory }, fragment))
            }
        };
    }
    match book
        .lenient_url(text)
        .and_then(|url| from_url(book, url, reading))
    {
        Err(problem) if problem.is_bad_url() => parse_path(book, text, reading),
        found => found,
    }
}

fn directory_of(url: &Url) -> BString {
    url.query.get(b"dir".as_bstr()).cloned().unwrap_or_default()
}

fn from_url(book: &Rulebook, mut url: Url, reading: Reading<'_>) -> Result<(FlakeRef, BString)> {
    let directory = directory_of(&url);
    url.query.remove(b"dir".as_bstr());
    let fragment = std::mem::take(&mut url.fragment);
    let input = Input::from_url(book, &url, reading.flake)?;
    Ok((FlakeRef { input, directory }, fragment))
}

/// A bare name: `ID`, `ID/REF`, `ID/REV` or `ID/REF/REV` (`parseFlakeIdRef`).
fn parse_name(
    book: &Rulebook,
    text: &[u8],
    reading: Reading<'_>,
) -> Result<Option<(FlakeRef, BString)>> {
    let (name, fragment) = text.split_once_str("#").unwrap_or((text, b""));
    let is_name = match name.split_once_str("/") {
        None => is_flake_id(name),
        Some((id, rest)) => is_flake_id(id) && is_reference(rest, book.rules),
    };
    if !is_name || !url::is_fragment(fragment, book.rules) {
        return Ok(None);
    }
    let authority = (book.rules != Rules::Rfc3986).then_some("");
    let mut url = Url::new("flake", authority, name);
    url.text = text.into();
    let input = Input::from_url(book, &url, reading.flake)?;
    let reference = FlakeRef {
        input,
        directory: BString::default(),
    };
    Ok(Some((reference, decode(fragment, book.rules)?)))
}

/// A path (`parsePathFlakeRefWithFragment`).
fn parse_path(book: &Rulebook, text: &[u8], reading: Reading<'_>) -> Result<(FlakeRef, BString)> {
    let (before, fragment) = text.split_once_str("#").unwrap_or((text, b""));
    let (path, query) = before.split_once_str("?").unwrap_or((before, b""));
    if fragment.contains(&b'\n') || fragment.contains(&b'\r') {
        return Err(Problem::new(format!(
            "invalid flakeref '{}'",
            text.as_bstr()
        )));
    }
    let query = decode_query(query, book.rules, true, &mut book.warnings.borrow_mut())?;
    let fragment = decode(fragment, book.rules)?;
    let is_absolute = path.starts_with(b"/");
    if !reading.relative && !is_absolute {
        return Err(not_absolute(text));
    }
    let mut url = match book.rules {
        Rules::Rfc3986 => {
            let mut url = Url::new("path", is_absolute.then_some(""), b"");
            url.path = native_segments(path);
            url
        }
        _ => Url::new("path", Some(""), path),
    };
    url.query = query;
    url.fragment = fragment;
    from_url(book, url, reading)
}

fn not_absolute(text: &[u8]) -> Problem {
    Problem::bad_url(format!(
        "flake reference '{}' is not an absolute path",
        text.as_bstr()
    ))
}

/// The parts of a path as the C++ library iterates over them
/// (`pathToUrlPath`).
fn native_segments(path: &[u8]) -> Vec<BString> {
    let mut parts: Vec<BString> = Vec::new();
    if path.starts_with(b"/") {
        parts.push(BString::default());
    }
    parts.extend(
        path.split_str("/")
            .filter(|part| !part.is_empty())
            .map(BString::from),
    );
    // Its iterator gives the end of a path that ends in a slash, and so does
    // the function itself.
    let is_root = path.iter().all(|&byte| byte == b'/');
    if path.ends_with(b"/") && !is_root {
        parts.push(BString::default());
    }
    if path.is_empty() || path.ends_with(b"/") {
        parts.push(BString::default());
    }
    parts
}

/// `pathUrlRegex` of 2.8: the path, the query, the fragment.
fn old_path_parts(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (before, fragment) = text.split_once_str("#").unwrap_or((text, b""));
    let (path, query) = before.split_once_str("?").unwrap_or((before, b""));
    let is_name_character =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~!$&'\"()*+,;=".contains(byte);
    let inner = path.strip_prefix(b"/").unwrap_or(path);
    let inner = inner.strip_suffix(b"/").unwrap_or(inner);
    let is_path = !inner.is_empty()
        && inner
            .split_str("/")
            .all(|part| !part.is_empty() && part.iter().all(is_name_character));
    let good = is_path
        && url::is_fragment(query, Rules::Verbatim)
        && url::is_fragment(fragment, Rules::Verbatim);
    good.then_some((path, query, fragment))
}

fn parse_old_path(
    book: &Rulebook,
    text: &[u8],
    (path, query, fragment): (&[u8], &[u8], &[u8]),
    reading: Reading<'_>,
) -> Result<(FlakeRef, BString)> {
    let fragment = decode(fragment, book.rules)?;
    let path = match reading.base {
        Some(base) => crate::paths::absolute(path, base),
        None if !path.starts_with(b"/") => return Err(not_absolute(text)),
        None => {
            let query = decode_query(query, book.rules, true, &mut Vec::new())?;
            let directory = query.get(b"dir".as_bstr()).cloned().unwrap_or_default();
            crate::paths::canonical(&[path, b"/", directory.as_slice()].concat())
        }
    };
    let mut attributes = Attributes::new();
    attributes.set_text("type", "path");
    attributes.set_text("path", path);
    let reference = FlakeRef {
        input: Input::from_attributes(book, attributes)?,
        directory: BString::default(),
    };
    Ok((reference, fragment))
}
