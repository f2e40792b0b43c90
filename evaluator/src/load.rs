//! From a source to a unit: reads, parses and resolves files and expressions.

use crate::builtins::internal;
use crate::compiler::{Habits, Unit, resolve};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::io::{FileKind, IoError};
use crate::paths;
use crate::positions::Origin;
use crate::state::State;
use crate::syntax::ast::ExprRef;
use crate::syntax::{ParseContext, parse};
use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

/// How many symbolic links a path may lead through (`resolveExprPath`).
const MAX_LINKS: usize = 1024;

/// Parses a source.
///
/// # Errors
/// If it is no program.
pub fn parse_source<'h>(
    state: &State<'h>,
    origin: Origin,
    text: &[u8],
    directory: &[u8],
) -> Result<ExprRef<'h>> {
    let start = state
        .positions
        .add(origin, Rc::from(text))
        .map_err(|_| Error::new(ErrorKind::Parse, "all sources together exceed 4 GiB"))?;
    let context = ParseContext {
        heap: state.heap,
        symbols: &state.symbols,
        positions: &state.positions,
        base_path: directory,
        home: &state.settings.home,
        options: state.syntax_options(),
        warnings: RefCell::default(),
    };
    let parsed = parse(text, start, &context);
    for (warning, _) in context.warnings.into_inner() {
        (state.trace)(format!("warning: {warning}").as_bytes());
    }
    parsed.map_err(|error| {
        // An operator whose feature is off is a token, not a mistake of syntax.
        let kind = if error.message.starts_with("experimental Nix feature '") {
            ErrorKind::Feature
        } else {
            ErrorKind::Parse
        };
        Error::new(kind, error.message).at(error.pos)
    })
}

/// Parses a source and resolves its variables.
///
/// # Errors
/// If it is no program or mentions an undefined variable.
pub fn load_source<'h>(
    state: &State<'h>,
    origin: Origin,
    text: &[u8],
    directory: &[u8],
) -> Result<&'h Unit<'h>> {
    let expr = parse_source(state, origin, text, directory)?;
    resolve_program(state, expr)
}

/// Resolves the variables of a program.
///
/// # Errors
/// An undefined variable.
pub fn resolve_program<'h>(state: &State<'h>, expr: ExprRef<'h>) -> Result<&'h Unit<'h>> {
    if state.settings.names.evaluated_first {
        state.symbols.enter_room();
    }
    resolve(
        state.heap,
        &state.symbols,
        state.global_names(),
        Habits {
            empty_list_is_value: state.has(Behaviour::EmptyListIsValue),
            withs_are_looked_through: state.has(Behaviour::WithsAreLookedThrough),
            formals_in_source_order: state.has(Behaviour::FormalsInSourceOrder),
        },
        expr,
    )
}

/// Reads and parses a file; `path` is the file itself, not its directory.
///
/// # Errors
/// If it cannot be read or is no program.
pub fn parse_file<'h>(state: &State<'h>, path: &[u8]) -> Result<ExprRef<'h>> {
    let text = read_program(state, path)?;
    state.read.set(state.read.get() + 1);
    if state.read.get() == state.settings.names.first_again {
        state.symbols.enter_room();
    }
    parse_source(
        state,
        Origin::File(Rc::from(path)),
        &text,
        paths::parent(path),
    )
}

/// The content of a file to import, as [`read_file`].
///
/// # Errors
/// If it cannot be read.
pub fn read_program(state: &State<'_>, path: &[u8]) -> Result<Vec<u8>> {
    match internal::source(state, path) {
        Some(text) => Ok(text.to_vec()),
        None => read_file(state, path),
    }
}

/// The content of a file; symbolic links are followed.
///
/// # Errors
/// If it cannot be read.
pub fn read_file(state: &State<'_>, path: &[u8]) -> Result<Vec<u8>> {
    if let Some(text) = internal::source(state, path)
        && !internal::are_only_imported(state)
    {
        return Ok(text.to_vec());
    }
    let of_evaluator = |error: &IoError| {
        let path = internal::in_file_system(state, path)?;
        let what = match error {
            IoError::NotFound => "does not exist",
            IoError::IsADirectory => "is not a regular file",
            _ => return None,
        };
        let message = format!("file '{path}' {what}");
        Some(Error::new(ErrorKind::Io, message))
    };
    state.io.read_file(path).map_err(|error| match error {
        error if let Some(error) = of_evaluator(&error) => error,
        IoError::NotFound if state.has(Behaviour::FilesAreLookedAtFirst) => not_there(state, path),
        error => {
            let path = String::from_utf8_lossy(path);
            let what = if error != IoError::IsADirectory {
                format!("opening file '{path}'")
            } else if state.has(Behaviour::FilesAreLookedAtFirst) {
                "read of 4096 bytes".to_owned()
            } else if state.has(Behaviour::FileErrorsNameFile) {
                format!("reading from file '{path}'")
            } else {
                "reading from file".to_owned()
            };
            Error::new(ErrorKind::Io, format!("{what}: {}", error.describe()))
        }
    })
}

/// The error for a path at which nothing is.
pub fn not_there(state: &State<'_>, path: &[u8]) -> Error {
    let path = internal::shown(state, path);
    let path = String::from_utf8_lossy(&path);
    let message = if state.has(Behaviour::FileErrorsNameFile) {
        format!("path '{path}' does not exist")
    } else {
        format!("getting status of '{path}': No such file or directory")
    };
    Error::new(ErrorKind::Io, message)
}

/// What stands at a path.
///
/// # Errors
/// If nothing does, or it cannot be looked at.
pub fn kind_of(state: &State<'_>, path: &[u8]) -> Result<FileKind> {
    if internal::source(state, path).is_some() {
        return Ok(FileKind::Regular);
    }
    if internal::name(state, path) == Some(b"") && !internal::are_only_imported(state) {
        return Ok(FileKind::Directory);
    }
    state.io.kind(path).map_err(|error| match error {
        IoError::NotFound | IoError::NotADirectory if state.has(Behaviour::FileErrorsNameFile) => {
            not_there(state, path)
        }
        error => {
            let path = String::from_utf8_lossy(path);
            Error::new(
                ErrorKind::Io,
                format!("getting status of '{path}': {}", error.describe()),
            )
        }
    })
}

/// The path without symbolic links; what does not exist stays as it is
/// (`resolveSymlinks` in `source-accessor.cc`).
///
/// # Errors
/// If the links lead in a circle.
pub fn resolve_links(state: &State<'_>, path: &[u8], also_last: bool) -> Result<Vec<u8>> {
    let forbidden = if state.has(Behaviour::AccessChecksEachPart) {
        Forbidden::Fails
    } else if state.has(Behaviour::AccessIncludesParents) {
        Forbidden::IsNotThere
    } else {
        Forbidden::IsSeen
    };
    follow(state, path, also_last, forbidden)
}

/// What a forbidden part does to a path whose links are followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Forbidden {
    /// It is followed like others.
    IsSeen,
    /// It ends the evaluation.
    Fails,
    /// It is no link (`FilteringSourceAccessor::maybeLstat`).
    IsNotThere,
}

/// As [`resolve_links`], of a path that nothing is read from: it need not be
/// allowed (`canonPath` in `file-system.cc`).
///
/// # Errors
/// If the links lead in a circle.
pub fn resolve_freely(state: &State<'_>, path: &[u8]) -> Result<Vec<u8>> {
    follow(state, path, true, Forbidden::IsSeen)
}

fn follow(
    state: &State<'_>,
    path: &[u8],
    also_last: bool,
    forbidden: Forbidden,
) -> Result<Vec<u8>> {
    let sees_all = forbidden == Forbidden::IsSeen || state.access.is_unrestricted();
    let known = if sees_all {
        known_directory(state, path)
    } else {
        0
    };
    let mut resolved: Vec<u8> = Vec::with_capacity(path.len());
    resolved.extend_from_slice(&path[..known]);
    let mut parts = Parts::of(Cow::Borrowed(path), known);
    let mut links = 0;
    while let Some(part) = parts.next() {
        if part == b".." {
            resolved.truncate(resolved.iter().rposition(|&b| b == b'/').unwrap_or(0));
            continue;
        }
        let here = resolved.len();
        resolved.push(b'/');
        resolved.extend_from_slice(part);
        if !sees_all && !internal::is_allowed(state, &resolved) {
            match forbidden {
                Forbidden::Fails => state.access.check(&resolved)?,
                Forbidden::IsNotThere if !state.access.permits(&resolved) => continue,
                Forbidden::IsNotThere | Forbidden::IsSeen => {}
            }
        }
        if (also_last || !parts.is_empty()) && is_link(state, &resolved) {
            links += 1;
            if links >= MAX_LINKS {
                let path = String::from_utf8_lossy(path);
                return Err(Error::new(
                    ErrorKind::Io,
                    format!("infinite symlink recursion in path '{path}'"),
                ));
            }
            if let Ok(target) = state.io.read_link(&resolved) {
                if target.first() == Some(&b'/') {
                    resolved.clear();
                } else {
                    resolved.truncate(here);
                }
                parts = Parts::of(
                    Cow::Owned([target.as_slice(), b"/", parts.left()].concat()),
                    0,
                );
            }
        }
    }
    if resolved.is_empty() {
        resolved.push(b'/');
    }
    Ok(resolved)
}

/// How much of a path is a directory that links were followed to before, all of it or its parent: each
/// path to a file of a package set begins with many parts that others begin with as well.
fn known_directory(state: &State<'_>, path: &[u8]) -> usize {
    if !paths::is_canonical(path) {
        return 0;
    }
    let directories = state.directories.borrow();
    let parent = paths::parent(path);
    if directories.contains(path) {
        path.len()
    } else if directories.contains(parent) {
        parent.len()
    } else {
        0
    }
}

/// The components of a path that were not looked at yet; without empty ones and `.`.
struct Parts<'p> {
    path: Cow<'p, [u8]>,
    next: usize,
}

impl<'p> Parts<'p> {
    fn of(path: Cow<'p, [u8]>, next: usize) -> Parts<'p> {
        let mut parts = Parts { path, next };
        parts.skip();
        parts
    }

    /// Goes on to the next component.
    fn skip(&mut self) {
        while let [b'/', ..] | [b'.', b'/', ..] | [b'.'] = self.path[self.next..] {
            self.next += 1;
        }
    }

    fn next(&mut self) -> Option<&[u8]> {
        if self.is_empty() {
            return None;
        }
        let start = self.next;
        let left = &self.path[start..];
        let end = start + memchr::memchr(b'/', left).unwrap_or(left.len());
        self.next = end;
        self.skip();
        Some(&self.path[start..end])
    }

    fn is_empty(&self) -> bool {
        self.next == self.path.len()
    }

    fn left(&self) -> &[u8] {
        &self.path[self.next..]
    }
}

/// Whether a symbolic link stands at a path. That a directory stands there is
/// remembered: C++ Nix looks at each path once, too.
fn is_link(state: &State<'_>, path: &[u8]) -> bool {
    if state.directories.borrow().contains(path) {
        return false;
    }
    match state.io.kind(path) {
        Ok(FileKind::Directory) => {
            state.directories.borrow_mut().insert(path.to_vec());
            false
        }
        kind => kind == Ok(FileKind::Symlink),
    }
}

/// Fails if a text that is to become a path has a NUL byte (`ensureNoNullBytes` in `canon-path.cc`).
///
/// # Errors
/// If so, in the newest dialect.
pub fn refuse_nul(state: &State<'_>, text: &[u8]) -> Result<()> {
    if !text.contains(&0) || !state.has(Behaviour::PathsRefuseNul) {
        return Ok(());
    }
    let shown = String::from_utf8_lossy(text).replace('\0', "␀");
    let message = format!("path segment '{shown}' must not contain null (\\0) bytes");
    Err(Error::value(message))
}

/// Fails if restricted or pure evaluation forbids reading what a path leads to;
/// `also_last`: a link at its end is followed (`checkSourcePath` in `eval.cc`,
/// later `AllowListSourceAccessor`).
///
/// # Errors
/// If so, or if links lead in a circle.
pub fn check_path(state: &State<'_>, path: &[u8], also_last: bool) -> Result<()> {
    if state.access.is_unrestricted() || internal::is_allowed(state, path) {
        return Ok(());
    }
    if !state.has(Behaviour::AccessIncludesParents) {
        state.access.check(path)?;
        let target = resolve_links(state, path, true)?;
        // It looks at each part of the path (`canonPath` in `util.cc`).
        if state.io.kind(&target) == Err(IoError::NotFound) {
            return Err(not_there(state, &target));
        }
        return state.access.check_target(&target);
    }
    let resolved = resolve_links(state, path, also_last)?;
    state.access.check(&resolved)
}

/// The path that is read from after [`check_path`]: where access is limited, older releases go on with what the path
/// leads to.
///
/// # Errors
/// As `check_path`.
pub fn checked_path(state: &State<'_>, path: &[u8]) -> Result<Vec<u8>> {
    check_path(state, path, true)?;
    if state.has(Behaviour::AccessChecksResolve) && !state.access.is_unrestricted() {
        return resolve_links(state, path, true);
    }
    Ok(path.to_vec())
}

/// Fails where nothing is at a path in the store whose name no object of a store can have
/// (`LocalStoreAccessor::requireStoreObject` in `local-fs-store.cc`). A store that keeps nothing (`dummy://`) does not look;
/// whether evaluation writes to its store stands in for whether it is one.
///
/// # Errors
/// If so.
pub fn check_store_name(state: &State<'_>, path: &[u8]) -> Result<()> {
    if state.settings.read_only || !state.has(Behaviour::StoreIsAFileSystem) {
        return Ok(());
    }
    let store = state.store_dir();
    let Some((object, _)) = store.split(path) else {
        return Ok(());
    };
    let base = &object[store.directory.len() + 1..];
    if store.is_base(base) || state.io.kind(path).is_ok() {
        return Ok(());
    }
    Err(Error::value(store.base_problem(base)).foreign())
}

/// The file that importing `path` reads: links are followed, so that relative
/// paths in it work, and a directory stands for its `default.nix`
/// (`resolveExprPath` in `eval.cc`).
///
/// # Errors
/// If nothing is there.
pub fn file_to_import(state: &State<'_>, path: &[u8]) -> Result<Vec<u8>> {
    let as_written = state.strings_are_paths_as_written();
    let mut path = path.to_vec();
    let mut links = 0;
    while path != b"/" {
        links += 1;
        if links >= MAX_LINKS {
            let path = String::from_utf8_lossy(&path);
            return Err(Error::new(
                ErrorKind::Io,
                format!("too many symbolic links encountered while traversing the path '{path}'"),
            ));
        }
        let direct = if as_written {
            path.clone()
        } else {
            let directory = resolve_links(state, paths::parent(&path), true)?;
            let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
            paths::into_canonical([&directory, b"/".as_slice(), name].concat())
        };
        let kind = kind_of(state, &direct)?;
        if kind != FileKind::Symlink {
            // What there is left to follow was just followed, and looked at.
            if !as_written && state.access.is_unrestricted() && paths::is_canonical(&path) {
                return Ok(imported_path(path, kind));
            }
            break;
        }
        let target = state.io.read_link(&direct).map_err(|error| {
            Error::new(
                ErrorKind::Io,
                format!("reading a link: {}", error.describe()),
            )
        })?;
        path = paths::absolute(&target, paths::parent(&path));
    }
    let resolved = if as_written {
        path.clone()
    } else {
        resolve_links(state, &path, true)?
    };
    let kind = kind_of(state, &resolved)?;
    Ok(imported_path(path, kind))
}

/// The file that importing what is at `path` reads.
fn imported_path(path: Vec<u8>, kind: FileKind) -> Vec<u8> {
    if kind == FileKind::Directory {
        paths::into_canonical([&path, b"/default.nix".as_slice()].concat())
    } else {
        path
    }
}

#[cfg(test)]
mod tests {
    use super::Parts;
    use std::borrow::Cow;

    #[test]
    fn parts_of_a_path_leave_out_what_leads_nowhere() {
        let mut parts = Parts::of(Cow::Borrowed(b"/./a//.b/../c/./"), 0);
        let mut found = Vec::new();
        while let Some(part) = parts.next() {
            found.push(part.to_vec());
        }
        let expected: [&[u8]; 4] = [b"a", b".b", b"..", b"c"];
        assert_eq!(found, expected);
        assert!(parts.is_empty());
        assert!(Parts::of(Cow::Borrowed(b"/a/."), 2).is_empty());
    }
}
