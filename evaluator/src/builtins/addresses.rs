//! Addresses where a path is expected, in the search path and as the program: what they lead to is fetched
//! (`resolveLookupPathPath` in `eval.cc`, `lookupFileArg` in `common-eval-args.cc`).

use super::derivation::base_name;
use super::fetchers::{resolve_channel, unpacked};
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, ErrorKind, Result};
use crate::fetch::problem::DOWNLOAD;
use crate::fetch::store::{fetch_to_store, put_tree};
use crate::fetch::{FlakeRef, Problem, Reading};
use crate::flakes::registry::look_up;
use crate::state::State;

/// What stands before `://` in the address of an archive.
const SCHEMES: [&[u8]; 7] = [
    b"http", b"https", b"file", b"channel", b"git", b"s3", b"ssh",
];

/// What an address leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Target<'t> {
    Archive,
    /// A flake, by the rest of the text.
    Flake(&'t [u8]),
}

fn target(dialect: Dialect, text: &[u8]) -> Option<Target<'_>> {
    if let Some(rest) = text.strip_prefix(b"flake:") {
        let is_known = dialect.has(Behaviour::FlakesAreLookedUp);
        return is_known.then_some(Target::Flake(rest));
    }
    let scheme = bstr::ByteSlice::find(text, "://").map(|end| &text[..end]);
    let is_archive =
        text.starts_with(b"channel:") || scheme.is_some_and(|scheme| SCHEMES.contains(&scheme));
    is_archive.then_some(Target::Archive)
}

/// Whether text that may be a path is an address in this release.
pub fn is_address(dialect: Dialect, text: &[u8]) -> bool {
    target(dialect, text).is_some()
}

/// The store object that an address leads to.
///
/// # Errors
/// If it is not to be had.
pub fn fetch(state: &State<'_>, text: &[u8]) -> Result<Vec<u8>> {
    match target(state.dialect(), text) {
        Some(Target::Flake(reference)) => flake(state, reference),
        _ => archive(state, text),
    }
}

fn archive(state: &State<'_>, text: &[u8]) -> Result<Vec<u8>> {
    let url = resolve_channel(state, text);
    let name = if state.has(Behaviour::FetchGitIsItsOwn) {
        base_name(&url)
    } else {
        b"source"
    };
    let book = state.rulebook();
    let tree = unpacked(state, &book, &url);
    state.print_warnings(&book);
    // The program may not read it for that.
    Ok(put_tree(state, name, tree?)?.path)
}

fn flake(state: &State<'_>, reference: &[u8]) -> Result<Vec<u8>> {
    if !state.feature("flakes") {
        return Err(Problem::feature("flakes", false).into());
    }
    let book = state.rulebook();
    let reading = Reading {
        base: None,
        flake: true,
        relative: false,
    };
    let fetched = || -> Result<Vec<u8>> {
        let mut input = FlakeRef::parse(&book, reference, reading)?.input;
        if !input.is_direct() {
            input = look_up(state, &book, &input)?.input;
        }
        Ok(fetch_to_store(state, &book, &input)?.0.path)
    };
    let path = fetched();
    state.print_warnings(&book);
    path
}

/// The store object that an entry of the search path stands for, where it is an address; `None` where what
/// is looked for is a path, or not there.
///
/// # Errors
/// If an archive is none, or a flake is not to be had.
pub(super) fn of_entry(state: &State<'_>, text: &[u8]) -> Result<Option<Vec<u8>>> {
    let Some(target) = target(state.dialect(), text) else {
        return Ok(None);
    };
    if let Some(known) = state.fetched_entries.borrow().get(text) {
        return Ok(known.clone());
    }
    let found = match fetch(state, text) {
        Ok(path) => {
            let given = &state.settings.search_path;
            // Older releases look up what they are given before the program runs, and let it be read.
            if !state.has(Behaviour::FlakesAreLookedUp)
                && !state.settings.pure
                && given.iter().any(|entry| address_of(entry) == text)
            {
                state.access.allow(&path);
            }
            Some(path)
        }
        Err(error) if target == Target::Archive && is_passed_over(state, &error) => {
            let entry = String::from_utf8_lossy(text);
            if !text.starts_with(b"file:") {
                let why = String::from_utf8_lossy(error.message());
                state.warn_once(&format!("warning: {why}"));
            }
            state.warn_once(&format!(
                "warning: Nix search path entry '{entry}' cannot be downloaded, ignoring"
            ));
            None
        }
        Err(error) => return Err(error),
    };
    let mut entries = state.fetched_entries.borrow_mut();
    entries.insert(text.to_vec(), found.clone());
    Ok(found)
}

/// What an entry of the search path says behind its prefix.
pub fn address_of(entry: &[u8]) -> &[u8] {
    let equals = entry.iter().position(|&byte| byte == b'=');
    equals.map_or(entry, |equals| &entry[equals + 1..])
}

/// Older releases go on where nothing was downloaded, later ones after any error.
fn is_passed_over(state: &State<'_>, error: &Error) -> bool {
    !matches!(error.kind(), ErrorKind::Limit(_))
        && (state.has(Behaviour::FlakesAreLookedUp)
            || error.message().starts_with(DOWNLOAD.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_of_the_schemes() {
        let is = |text: &str| is_address(Dialect::V2_34, text.as_bytes());
        for text in ["file:///a", "channel:x", "https://x/y", "flake:nixpkgs"] {
            assert!(is(text), "{text}");
        }
        for text in ["/a", "a://b", "file:/a", "git+file:///a", "x", "./file:"] {
            assert!(!is(text), "{text}");
        }
        assert!(!is_address(Dialect::V2_8, b"flake:nixpkgs"));
    }
}
