//! Fetched files as store objects (`fetchers.cc`, `mountInput` in
//! `paths.cc`).

use super::attrs::Attr;
use super::input::{Input, Rulebook};
use super::problem::{Problem, Result};
use super::schemes::Scheme;
use super::source::{Outside, fetch};
use super::url::Rules;
use crate::derivation::store::{add_copy, is_valid, note_copy, note_unseen, tree_hash, write_tree};
use crate::derivation::store_path::Method;
use crate::dialect::Behaviour;
use crate::errors::ErrorKind;
use crate::formats::hash::{Format, Hash};
use crate::io::Tree;
use crate::paths;
use crate::state::State;
use bstr::{BString, ByteSlice};

/// Where a tree stands while its store path is not known.
const UNNAMED: &[u8] = b"/\x01fetched";

/// A store object and the hash of its NAR.
#[derive(Clone)]
pub struct Object {
    /// Its path.
    pub path: Vec<u8>,
    /// Its hash.
    pub hash: Hash,
}

/// What of the outside fetching may use.
pub fn outside<'s>(state: &'s State<'_>) -> Outside<'s> {
    Outside {
        io: state.io.as_ref(),
        base: &state.settings.base_directory,
        network: state.settings.network,
        allow_dirty: state.settings.allow_dirty,
        warn_dirty: state.settings.warn_dirty,
        memory: state.settings.limits.memory,
    }
}

/// Makes a tree a store object, which may be read from then on.
///
/// # Errors
/// As [`put_tree`].
pub fn add_tree(state: &State<'_>, name: &[u8], tree: Tree) -> Result<Object> {
    let object = put_tree(state, name, tree)?;
    state.access.allow(&object.path);
    Ok(object)
}

/// Makes a tree a store object.
///
/// # Errors
/// If its files cannot be read or its name is not allowed.
pub fn put_tree(state: &State<'_>, name: &[u8], tree: Tree) -> Result<Object> {
    state.trees.mount(UNNAMED, tree);
    let hash = tree_hash(state, UNNAMED);
    let tree = state.trees.unmount(UNNAMED).unwrap_or_default();
    let hash = hash?;
    let path = state.store_dir().fixed_output(Method::Nar, &hash, name)?;
    show(state, &path, tree)?;
    Ok(Object { path, hash })
}

/// Whether what is downloaded is nowhere.
pub fn is_unseen(state: &State<'_>) -> bool {
    state.has(Behaviour::FetchGitIsItsOwn) && state.io.hides_downloads()
}

/// Lets a store object be seen at its path, and writes it there if the
/// evaluation writes.
fn show(state: &State<'_>, path: &[u8], tree: Tree) -> Result<()> {
    if is_unseen(state) {
        note_unseen(state, path);
    } else if state.io.kind(path).is_err() {
        state.trees.mount(path, tree);
        write_tree(state, path)?;
    }
    note_copy(state, path);
    Ok(())
}

/// Makes a file a store object that its bytes address.
///
/// # Errors
/// If its name is not allowed.
pub fn add_file(state: &State<'_>, name: &[u8], content: Vec<u8>) -> Result<Object> {
    use crate::formats::hash::{Algorithm, digest};
    use crate::io::{Content, Node};
    let hash = digest(Algorithm::Sha256, &content);
    let path = state.store_dir().fixed_output(Method::Flat, &hash, name)?;
    let node = Node::File {
        executable: false,
        content: Content::Bytes(content.into()),
    };
    show(state, &path, Tree::of(node))?;
    state.access.allow(&path);
    Ok(Object { path, hash })
}

/// The store object that an input with a hash must become, if it is there.
fn present(state: &State<'_>, book: &Rulebook, input: &Input) -> Result<Option<Object>> {
    let Some(hash) = input.nar_hash(book)? else {
        return Ok(None);
    };
    let name = input.name(book)?;
    let path = state.store_dir().fixed_output(Method::Nar, &hash, &name)?;
    Ok(is_valid(state, &path).then_some(Object { path, hash }))
}

/// Whether 2.8 knows all of an input that it wants to know, so that it need not
/// be fetched if it is in the store.
fn has_all(book: &Rulebook, input: &Input) -> Result<bool> {
    if !input.attributes.has("narHash") {
        return Ok(false);
    }
    let has_date = input.attributes.has("lastModified");
    Ok(match input.scheme {
        Some(Scheme::Path | Scheme::Tarball | Scheme::File) => true,
        Some(Scheme::Git) => {
            let is_complete = input.flag("shallow")?
                || input.reference(book)?.is_none()
                || input.attributes.has("revCount");
            has_date && is_complete
        }
        Some(Scheme::GitHub | Scheme::GitLab | Scheme::SourceHut) => {
            has_date && input.revision(book)?.is_some()
        }
        Some(Scheme::Mercurial) => input.attributes.has("revCount"),
        Some(Scheme::Indirect) | None => false,
    })
}

/// Fetches an input into the store. The input that comes back knows its hash,
/// revision and date.
///
/// # Errors
/// If it is not to be had, or is not what the input says of it.
pub fn fetch_to_store(
    state: &State<'_>,
    book: &Rulebook,
    input: &Input,
) -> Result<(Object, Input)> {
    let may_be_present = if book.is_recent() {
        input.is_final()
    } else {
        has_all(book, input)?
    };
    if input.scheme.is_some()
        && may_be_present
        && let Some(object) = present(state, book, input)?
    {
        add_copy(state, &object.path);
        return Ok((object, input.clone()));
    }
    // 2.8 looks at the name before it fetches.
    if !book.is_recent() {
        input.name(book)?;
    }
    let during = |problem: Problem| match input.print(book) {
        Ok(shown) if input.scheme.is_some() => {
            problem.during(format!("while fetching the input '{shown}'"))
        }
        // 2.8 reads the address only where it says so.
        Err(why) if !book.is_recent() => why,
        _ => problem,
    };
    check_parent(state, input).map_err(during)?;
    let (object, mut result) = match in_store_already(state, book, input)? {
        Some(found) => found,
        None => {
            let fetched = fetch(book, &outside(state), input).map_err(during)?;
            let name = input.name(book)?;
            let fingerprint = fingerprint(book, &name, &fetched.input)?;
            let known = fingerprint.as_ref().and_then(|of| {
                let copies = state.copies.borrow();
                copies.get(of).cloned()
            });
            let object = match known {
                Some(object) => object,
                None => add_tree(state, &name, fetched.tree)?,
            };
            if let Some(fingerprint) = fingerprint {
                let mut copies = state.copies.borrow_mut();
                copies.insert(fingerprint, object.clone());
            }
            (object, fetched.input)
        }
    };
    result
        .attributes
        .set_text("narHash", object.hash.print(Format::Sri, true));
    if book.is_recent() {
        check_recent(book, input, &mut result).map_err(during)?;
    } else {
        check_2_8(book, input, &result, &object)?;
    }
    Ok((object, result))
}

/// What tells the files of a commit from all others: they are copied once, whether the first to fetch them saw a working
/// tree, where submodules are nothing, or the commit, where they are empty directories (`getFingerprint` in `git.cc`,
/// `fetchToStore`).
fn fingerprint(book: &Rulebook, name: &[u8], fetched: &Input) -> Result<Option<Vec<u8>>> {
    if !book.is_recent() || fetched.scheme != Some(Scheme::Git) {
        return Ok(None);
    }
    let Some(revision) = fetched.revision(book)? else {
        return Ok(None);
    };
    let mut text = super::input::git_revision(&revision).into_bytes();
    for flag in ["submodules", "exportIgnore", "lfs"] {
        text.push(if fetched.flag(flag)? { b'1' } else { b'0' });
    }
    text.extend_from_slice(name);
    Ok(Some(text))
}

/// In 2.8 a relative path stays in the store object that it starts in.
fn check_parent(state: &State<'_>, input: &Input) -> Result<()> {
    let Some(Attr::Text(path)) = input.attributes.get("path") else {
        return Ok(());
    };
    let parent = input.parent.as_ref().filter(|_| !path.starts_with(b"/"));
    let Some((object, _)) = parent.and_then(|parent| state.store_dir().split(parent)) else {
        return Ok(());
    };
    let place = paths::absolute(path, parent.map_or(b"", |parent| parent.as_slice()));
    if place
        .strip_prefix(object)
        .is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
    {
        return Ok(());
    }
    Err(Problem::new(format!(
        "relative path '{path}' points outside of its parent's store path '{}'",
        object.as_bstr()
    )))
}

/// A path input that is a store object called `source` needs no copy.
fn in_store_already(
    state: &State<'_>,
    book: &Rulebook,
    input: &Input,
) -> Result<Option<(Object, Input)>> {
    if input.scheme != Some(Scheme::Path) {
        return Ok(None);
    }
    let path = input.attributes.need_text(book.dialect, "path")?;
    let path = paths::canonical(path);
    let is_source =
        path.ends_with(b"-source") && state.store_dir().is_object(&path) && is_valid(state, &path);
    if !is_source || crate::derivation::store_path::name_of(&path) != b"source" {
        return Ok(None);
    }
    let hash = tree_hash(state, &path)?;
    let made = state
        .store_dir()
        .fixed_output(Method::Nar, &hash, b"source")?;
    if made != path {
        return Ok(None);
    }
    let mut result = input.clone();
    if book.is_recent() {
        result.attributes.add("lastModified", Attr::Number(0));
    } else {
        result.attributes.set("lastModified", Attr::Number(0));
    }
    add_copy(state, &path);
    Ok(Some((Object { path, hash }, result)))
}

fn mismatch(message: String) -> Problem {
    Problem::of(ErrorKind::HashMismatch, message)
}

/// `Input::checkLocks`
fn check_recent(book: &Rulebook, input: &Input, result: &mut Input) -> Result<()> {
    let mut wanted = input.clone();
    if let Some(hash) = input.nar_hash(book)? {
        let hash = hash.print(Format::Sri, true);
        wanted.attributes.set_text("narHash", hash);
    }
    if input.is_final() {
        for (name, value) in wanted.attributes.iter() {
            let name_text = name.to_str_lossy();
            if result
                .attributes
                .get(&name_text)
                .is_some_and(|found| found != value)
            {
                return Err(mismatch(format!(
                    "mismatch in field '{name}' of input '{}', got '{}'",
                    wanted.attributes.json(book.dialect),
                    result.attributes.json(book.dialect)
                )));
            }
        }
        result.attributes = wanted.attributes;
        return Ok(());
    }
    let hash = |input: &Input| -> Result<String> {
        let hash = input.nar_hash(book)?;
        Ok(hash.map_or_else(String::new, |hash| hash.print(Format::Sri, true)))
    };
    if input.attributes.has("narHash") && hash(input)? != hash(result)? {
        let (specified, got) = (hash(input)?, hash(result)?);
        // 2.34 looks again when it puts the files in place, and swaps the two.
        let is_late = book.rules == Rules::Rfc3986
            && !matches!(input.scheme, Some(Scheme::Tarball | Scheme::File));
        let (expected, got) = if is_late {
            (got, specified)
        } else {
            (specified, got)
        };
        return Err(mismatch(format!(
            "NAR hash mismatch in input '{}', expected '{expected}' but got '{got}'",
            input.print(book)?
        )));
    }
    let number = |input: &Input, name: &str| input.attributes.number(name);
    if let Some(date) = number(input, "lastModified")?
        && number(result, "lastModified")? != Some(date)
    {
        let got = number(result, "lastModified")?.map_or(-1, |date| date as i64);
        return Err(mismatch(format!(
            "'lastModified' attribute mismatch in input '{}', expected {date}, got {got}",
            result.print(book)?
        )));
    }
    if let Some(revision) = input.revision(book)?
        && result.revision(book)?.as_ref() != Some(&revision)
    {
        return Err(mismatch(format!(
            "'rev' attribute mismatch in input '{}', expected {}",
            result.print(book)?,
            super::input::git_revision(&revision)
        )));
    }
    check_count(book, input, result)
}

fn check_count(book: &Rulebook, input: &Input, result: &Input) -> Result<()> {
    let count = input.attributes.number("revCount")?;
    match count {
        Some(count) if result.attributes.number("revCount")? != Some(count) => {
            Err(mismatch(format!(
                "'revCount' attribute mismatch in input '{}', expected {count}",
                result.print(book)?
            )))
        }
        _ => Ok(()),
    }
}

fn check_2_8(book: &Rulebook, input: &Input, result: &Input, object: &Object) -> Result<()> {
    if let Some(hash) = input.nar_hash(book)?
        && hash != object.hash
    {
        return Err(mismatch(format!(
            "NAR hash mismatch in input '{}' ({}), expected '{}', got '{}'",
            input.print(book)?,
            BString::from(object.path.as_slice()),
            hash.print(Format::Sri, true),
            object.hash.print(Format::Sri, true)
        )));
    }
    if let Some(date) = input.attributes.number("lastModified")?
        && result.attributes.number("lastModified")? != Some(date)
    {
        return Err(mismatch(format!(
            "'lastModified' attribute mismatch in input '{}', expected {}",
            result.print(book)?,
            date as i64
        )));
    }
    check_count(book, input, result)
}
