//! What one evaluation put into the store, or would have: derivations, texts,
//! copies of source trees.

use super::aterm::{Derivation, HashedInputs, Reading, Unread, derivation_path, parse_strictly};
use super::modulo::{Modulo, hashed_inputs, is_fixed, modulo};
use super::nar::{Archiver, Sink, Step, archive};
use super::store_path::{Method, StoreDir, derivation_name, is_derivation};
use super::taken::check;
use crate::builtins::derivation::require;
use crate::builtins::internal;
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, ErrorKind, Limit, Result};
use crate::formats::hash::{Algorithm, Hash, Hasher, digest};
use crate::io::{Content, FileKind, Node, StorePart, Tree};
use crate::load::{check_path, kind_of, read_file, resolve_links};
use crate::paths;
use crate::state::State;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The store as one evaluation sees it.
#[derive(Default)]
pub struct Store {
    /// By path of a derivation.
    modulos: RefCell<FxHashMap<Vec<u8>, Rc<Modulo>>>,
    /// The derivations that were made, by path.
    derivations: RefCell<BTreeMap<Vec<u8>, Rc<Derivation>>>,
    /// The files of other derivations: the store refused them, or somebody wrote them by hand.
    files: RefCell<BTreeMap<Vec<u8>, Vec<u8>>>,
    /// The texts and copies that were made: path to what they refer to.
    texts: RefCell<FxHashMap<Vec<u8>, BTreeSet<Vec<u8>>>>,
    /// How many bytes were written, as [`Limits::store`](crate::limits::Limits::store) counts them.
    written: Cell<usize>,
    /// Source paths that were copied, with their copies.
    sources: RefCell<FxHashMap<Vec<u8>, Vec<u8>>>,
    /// The copies.
    copies: RefCell<BTreeSet<Vec<u8>>>,
    /// What was downloaded where nothing is kept: 2.3 knows that it has it, but there is nothing to be read.
    unseen: RefCell<BTreeSet<Vec<u8>>>,
}

impl Store {
    /// The files of derivations that there are so far, by path.
    pub fn derivations(&self, dialect: Dialect) -> BTreeMap<Vec<u8>, Vec<u8>> {
        let mut all = self.files.borrow().clone();
        let made = self.derivations.borrow();
        all.extend((made.iter()).map(|(path, made)| (path.clone(), made.write(dialect))));
        all
    }
}

impl State<'_> {
    /// Where store objects are.
    pub fn store_dir(&self) -> StoreDir<'_> {
        StoreDir {
            directory: &self.settings.store_dir,
            dialect: self.dialect(),
        }
    }
}

/// The error for a path that should be in the store and is not. A derivation
/// that is not there cannot be built either.
pub fn not_valid(state: &State<'_>, path: &[u8]) -> Error {
    not_valid_at(match state.store_dir().inside(path) {
        Some(base) if state.has(Behaviour::InvalidPathsOmitStore) => base,
        _ => path,
    })
}

/// The same error where it shows the path as it is.
pub fn not_valid_at(path: &[u8]) -> Error {
    let kind = if is_derivation(path) {
        ErrorKind::ImportFromDerivation
    } else {
        ErrorKind::Value
    };
    let path = String::from_utf8_lossy(path);
    Error::new(kind, format!("path '{path}' is not valid"))
}

/// The error for a derivation that is not there.
fn not_made(path: &[u8]) -> Error {
    let path = String::from_utf8_lossy(path);
    Error::value(format!("derivation '{path}' is not valid"))
}

/// The error for the file of a derivation that is not there.
fn not_read(state: &State<'_>, path: &[u8]) -> Error {
    if state.settings.read_only {
        return not_made(path);
    }
    let path = String::from_utf8_lossy(path);
    let message = if state.has(Behaviour::OutputsAreCheckedFirst) {
        format!("store path '{path}' does not exist")
    } else {
        format!("opening file '{path}': No such file or directory")
    };
    Error::new(ErrorKind::Io, message)
}

/// Whether an object is in the store. What a read-only evaluation computes is
/// not put there.
pub fn is_valid(state: &State<'_>, path: &[u8]) -> bool {
    let made = !state.settings.read_only && {
        let store = &state.store;
        store.derivations.borrow().contains_key(path)
            || store.texts.borrow().contains_key(path)
            || store.copies.borrow().contains(path)
    };
    made || state.store.unseen.borrow().contains(path) || state.io.kind(path).is_ok()
}

/// Adds a derivation whose outputs are complete, and gives its path. `inputs`: as from [`hashed_inputs`], where its
/// outputs were made of them.
///
/// # Errors
/// If its name is not allowed, an input is not to be had, or it cannot be
/// written.
pub fn add_derivation(
    state: &State<'_>,
    name: &[u8],
    derivation: Derivation,
    inputs: Option<HashedInputs>,
) -> Result<Vec<u8>> {
    let text = derivation.write(state.dialect());
    let path = derivation_path(state.store_dir(), name, &derivation, &text)?;
    if state.store.modulos.borrow().contains_key(&path) {
        return Ok(path);
    }
    let inputs = match inputs {
        None if !is_fixed(&derivation) => {
            hashed_inputs(state.dialect(), &derivation, name, |input| {
                find_modulo(state, input)
            })?
        }
        inputs => inputs,
    };
    let modulo = Rc::new(modulo(state.dialect(), &derivation, inputs.as_ref()));
    write_text(state, &path, &text)?;
    let store = &state.store;
    // Only a system that was written without escapes can be read as another one.
    let needs_escapes = |byte: &u8| matches!(byte, b'"' | b'\\');
    if !state.has(Behaviour::SystemIsEscaped) && derivation.system.iter().any(needs_escapes) {
        take_in(state, &path, &text)?;
    }
    store.modulos.borrow_mut().insert(path.clone(), modulo);
    if state.settings.keep_derivations || !state.settings.read_only {
        let mut derivations = store.derivations.borrow_mut();
        derivations.insert(path.clone(), Rc::new(derivation));
    }
    Ok(path)
}

/// Takes in what was written to the store at `path`: if it is a derivation, it has to be one that the store accepts.
///
/// # Errors
/// If not.
pub fn take_in(state: &State<'_>, path: &[u8], text: &[u8]) -> Result<()> {
    if state.settings.read_only || !is_derivation(path) {
        return Ok(());
    }
    let mut files = state.store.files.borrow_mut();
    files.insert(path.to_vec(), text.to_vec());
    drop(files);
    check(state, path, text)
}

/// What is known of the derivation at `path`: it was made by this evaluation, or
/// is in the store.
///
/// # Errors
/// If it is not there or is no derivation.
pub fn find_modulo(state: &State<'_>, path: &[u8]) -> Result<Rc<Modulo>> {
    let known = |path: &[u8]| state.store.modulos.borrow().get(path).cloned();
    if let Some(modulo) = known(path) {
        return Ok(modulo);
    }
    // Of what was there before the whole closure may have to be read, as deep as
    // it goes.
    let mut work = vec![(path.to_vec(), None::<Derivation>)];
    while let Some((path, read)) = work.pop() {
        if known(&path).is_some() {
            continue;
        }
        match read {
            None => {
                let derivation = read_derivation(state, &path)?;
                let inputs: Vec<Vec<u8>> = if is_fixed(&derivation) {
                    Vec::new()
                } else {
                    derivation.input_derivations.keys().cloned().collect()
                };
                work.push((path, Some(derivation)));
                work.extend(inputs.into_iter().map(|input| (input, None)));
            }
            Some(derivation) => {
                let name = derivation_name(&path);
                let inputs = if is_fixed(&derivation) {
                    None
                } else {
                    hashed_inputs(state.dialect(), &derivation, name, |input| {
                        known(input).ok_or_else(|| not_made(input))
                    })?
                };
                let modulo = Rc::new(modulo(state.dialect(), &derivation, inputs.as_ref()));
                state.store.modulos.borrow_mut().insert(path, modulo);
            }
        }
    }
    known(path).ok_or_else(|| not_made(path))
}

/// The derivation at a store path.
///
/// # Errors
/// If it is not there or is no derivation.
pub fn read_derivation(state: &State<'_>, path: &[u8]) -> Result<Derivation> {
    if let Some(made) = state.store.derivations.borrow().get(path) {
        return Ok(Derivation::clone(made));
    }
    let text = state
        .io
        .read_file(path)
        .map_err(|_| not_read(state, path))?;
    read(state, path, &text)
}

/// A text as the derivation at `path`.
///
/// # Errors
/// If it is none.
pub fn read(state: &State<'_>, path: &[u8], text: &[u8]) -> Result<Derivation> {
    let reading = Reading {
        name: derivation_name(path),
        require: &|feature, reason| {
            let says_why = state.has(Behaviour::FeatureErrorsGiveReason);
            require(state, feature, if says_why { reason } else { "" })
        },
        blake3: state.feature("blake3-hashes"),
    };
    parse_strictly(state.store_dir(), reading, text).map_err(|why| match why {
        Unread::Malformed(message) => {
            let path = String::from_utf8_lossy(path);
            let nested = if state.has(Behaviour::DerivationErrorsNest) {
                "error: "
            } else {
                ""
            };
            Error::value(format!(
                "error parsing derivation '{path}': {nested}{message}"
            ))
        }
        Unread::Wrong(error) => error,
    })
}

/// Writes a file to the store, unless nothing is written.
///
/// # Errors
/// If it cannot be written.
pub fn write_text(state: &State<'_>, path: &[u8], content: &[u8]) -> Result<()> {
    if state.settings.read_only {
        return Ok(());
    }
    let part = StorePart::File {
        content,
        executable: false,
    };
    write_part(state, path, part)
}

/// What an object of the store takes on a disk, however small it is.
const PAGE: usize = 4096;

fn write_part(state: &State<'_>, path: &[u8], part: StorePart<'_>) -> Result<()> {
    let size = match part {
        StorePart::File { content, .. } => content.len(),
        StorePart::Symlink(target) => target.len(),
        StorePart::Directory => 0,
    };
    let written = &state.store.written;
    written.set(written.get().saturating_add(size).saturating_add(PAGE));
    if written.get() > state.settings.limits.store {
        return Err(Error::new(
            ErrorKind::Limit(Limit::Memory),
            "the evaluation puts more into the store than allowed",
        ));
    }
    state.io.add_to_store(path, part).map_err(|error| {
        Error::new(
            ErrorKind::Io,
            format!(
                "cannot write '{}' to the store: {}",
                String::from_utf8_lossy(path),
                error.describe()
            ),
        )
    })
}

/// Notes what an object refers to that was made, if that is not known.
pub fn refer(state: &State<'_>, path: &[u8], references: BTreeSet<Vec<u8>>) {
    let mut texts = state.store.texts.borrow_mut();
    texts.entry(path.to_vec()).or_insert(references);
}

/// Adds a text that refers to `references`, and gives its path.
///
/// # Errors
/// If the name is not allowed or it cannot be written.
pub fn add_text(
    state: &State<'_>,
    name: &[u8],
    content: &[u8],
    references: BTreeSet<Vec<u8>>,
) -> Result<Vec<u8>> {
    let hash = digest(Algorithm::Sha256, content);
    let path = state
        .store_dir()
        .text(name, &hash, references.iter().map(Vec::as_slice))?;
    let is_known = !state.settings.read_only && is_valid(state, &path);
    write_text(state, &path, content)?;
    refer(state, &path, references);
    if !is_known {
        take_in(state, &path, content)?;
    }
    Ok(path)
}

/// Notes that a source tree was put into the store at `path`, where it may be read from then on but in 2.3.
pub fn add_copy(state: &State<'_>, path: &[u8]) {
    note_copy(state, path);
    if state.has(Behaviour::CopiesMayBeRead) {
        state.access.allow(path);
    }
}

/// Notes that something was downloaded that cannot be read.
pub fn note_unseen(state: &State<'_>, path: &[u8]) {
    state.store.unseen.borrow_mut().insert(path.to_vec());
}

/// Notes that a source tree was put into the store at `path`.
pub fn note_copy(state: &State<'_>, path: &[u8]) {
    state.store.copies.borrow_mut().insert(path.to_vec());
}

/// Writes a tree to the store that is seen at its path there already.
///
/// # Errors
/// If something cannot be read or written.
pub fn write_tree(state: &State<'_>, path: &[u8]) -> Result<()> {
    if state.settings.read_only || !state.io.keeps_store() {
        return Ok(());
    }
    let (_, entries) = hash_and_entries(state, path)?;
    write_copy(state, path, path, &entries)
}

/// Puts a source tree into the store at `path`. Of the tree at `source` only
/// `entries` are in it, each after the directory that it is in.
///
/// # Errors
/// If something cannot be read or written.
pub fn write_copy(
    state: &State<'_>,
    path: &[u8],
    source: &[u8],
    entries: &[Vec<u8>],
) -> Result<()> {
    if state.settings.read_only || !state.io.keeps_store() {
        return Ok(());
    }
    let all = std::iter::once(source).chain(entries.iter().map(Vec::as_slice));
    for entry in all {
        let target = [path, entry.strip_prefix(source).unwrap_or_default()].concat();
        match kind_of(state, entry)? {
            FileKind::Directory => write_part(state, &target, StorePart::Directory)?,
            FileKind::Symlink => {
                let link = state.io.read_link(entry).map_err(|error| {
                    let entry = String::from_utf8_lossy(entry);
                    let what = format!("reading symbolic link '{entry}': {}", error.describe());
                    Error::new(ErrorKind::Io, what)
                })?;
                write_part(state, &target, StorePart::Symlink(&link))?;
            }
            FileKind::Regular | FileKind::Unknown => {
                let content = read_file(state, entry)?;
                let part = StorePart::File {
                    content: &content,
                    executable: state.io.is_executable(entry),
                };
                write_part(state, &target, part)?;
            }
        }
    }
    Ok(())
}

/// The hash of a whole tree's NAR.
///
/// # Errors
/// If it cannot be read.
pub fn tree_hash(state: &State<'_>, path: &[u8]) -> Result<Hash> {
    Ok(hash_and_entries(state, path)?.0)
}

/// The hash of a whole tree's NAR, and the paths of what is in the tree.
fn hash_and_entries(state: &State<'_>, path: &[u8]) -> Result<(Hash, Vec<Vec<u8>>)> {
    let limited = state.has(Behaviour::NarsNestLittle);
    let sink = Hasher::new(Algorithm::Sha256);
    let mut archiver = Archiver::new(state.io.as_ref(), path, sink, limited)?;
    let mut entries = Vec::new();
    while let Step::Ask(entry) = archiver.advance() {
        archiver.include(&entry)?;
        entries.push(entry);
    }
    Ok((archiver.finish().finish(), entries))
}

/// The NAR of a whole tree.
///
/// # Errors
/// If it cannot be read.
pub fn tree_archive<S: Sink>(state: &State<'_>, path: &[u8], sink: S) -> Result<S> {
    let limited = state.has(Behaviour::NarsNestLittle);
    archive(state.io.as_ref(), path, sink, limited)
}

/// Fails where a release that archives a tree finds that nothing is there
/// (`dump` in `archive.cc`).
///
/// # Errors
/// If so.
pub fn look_at_source(state: &State<'_>, source: &[u8]) -> Result<()> {
    if state.has(Behaviour::CopiesResolveParents) {
        return Ok(());
    }
    let what = if state.has(Behaviour::CopiesTakeContexts) {
        "getting status of"
    } else {
        "getting attributes of path"
    };
    state.io.kind(source).map(drop).map_err(|problem| {
        let source = String::from_utf8_lossy(source);
        let message = format!("{what} '{source}': {}", problem.describe());
        Error::new(ErrorKind::Io, message)
    })
}

/// The store path that a source path is copied to when it becomes part of a
/// string (`copyPathToStore` in `eval.cc`).
///
/// # Errors
/// If it cannot be read or its name is not allowed.
pub fn copy_source(state: &State<'_>, path: &[u8]) -> Result<Vec<u8>> {
    if is_derivation(path) {
        return Err(Error::value("file names are not allowed to end in '.drv'"));
    }
    if let Some(copy) = state.store.sources.borrow().get(path) {
        return Ok(copy.clone());
    }
    check_path(state, path, false)?;
    if let Some(text) = internal::source(state, path)
        && (state.has(Behaviour::CorepkgsHaveNoDirectory)
            || !state.has(Behaviour::CorepkgsAreBuiltIn))
        && state.io.kind(path).is_err()
    {
        // The machine has no such file, but a release has one here.
        let file = Node::File {
            executable: false,
            content: Content::Bytes(text.into()),
        };
        state.trees.mount(path, Tree::of(file));
    }
    let source = if state.has(Behaviour::CopiesResolveParents) {
        resolve_links(state, path, false)?
    } else {
        path.to_vec()
    };
    look_at_source(state, &source)?;
    let (hash, entries) = hash_and_entries(state, &source)?;
    let name: &[u8] = match path.rsplit(|&byte| byte == b'/').next() {
        Some(name) if !name.is_empty() => name,
        _ if state.has(Behaviour::CopiesResolveParents) => b"source",
        _ => b"",
    };
    let copy = state.store_dir().fixed_output(Method::Nar, &hash, name)?;
    write_copy(state, &copy, &source, &entries)?;
    add_copy(state, &copy);
    let mut sources = state.store.sources.borrow_mut();
    sources.insert(paths::canonical(path), copy.clone());
    Ok(copy)
}

/// All store objects that one refers to, directly and through others, itself
/// included (`computeFSClosure`).
///
/// # Errors
/// If one of them is not in the store: always, in a read-only evaluation, for
/// what it made itself.
pub fn closure(state: &State<'_>, path: &[u8]) -> Result<BTreeSet<Vec<u8>>> {
    let mut closure = BTreeSet::new();
    let mut work = vec![path.to_vec()];
    while let Some(path) = work.pop() {
        if !closure.insert(path.clone()) {
            continue;
        }
        if !is_valid(state, &path) {
            return Err(not_valid_at(&path));
        }
        work.extend(references(state, &path)?);
    }
    Ok(closure)
}

/// The objects that a store object refers to, as far as it can be known: what an earlier evaluation or a build put
/// into the store has its references in the store's database, which is not read.
///
/// # Errors
/// If it is a derivation that cannot be read.
pub fn references(state: &State<'_>, path: &[u8]) -> Result<BTreeSet<Vec<u8>>> {
    if let Some(references) = state.store.texts.borrow().get(path) {
        return Ok(references.clone());
    }
    if is_derivation(path) && !state.store.copies.borrow().contains(path) {
        let derivation = read_derivation(state, path)?;
        let inputs = derivation.input_derivations.into_keys();
        return Ok(derivation.input_sources.into_iter().chain(inputs).collect());
    }
    Ok(BTreeSet::new())
}
