//! What one evaluation put into the store, or would have: derivations, texts,
//! copies of source trees.

use super::aterm::{Derivation, derivation_path, parse};
use super::modulo::{Modulo, hashed_inputs, modulo};
use super::nar::{Sink, archive};
use super::store_path::{Method, StoreDir, is_derivation};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::formats::hash::{Algorithm, Hash, Hasher, digest};
use crate::load::resolve_links;
use crate::paths;
use crate::state::State;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The store as one evaluation sees it.
#[derive(Default)]
pub struct Store {
    /// By path of a derivation.
    modulos: RefCell<FxHashMap<Vec<u8>, Rc<Modulo>>>,
    /// The derivations that were made, by path.
    derivations: RefCell<BTreeMap<Vec<u8>, Rc<Derivation>>>,
    /// The texts that were made: path to what they refer to.
    texts: RefCell<FxHashMap<Vec<u8>, BTreeSet<Vec<u8>>>>,
    /// Source paths that were copied, with their copies.
    sources: RefCell<FxHashMap<Vec<u8>, Vec<u8>>>,
    /// The copies.
    copies: RefCell<BTreeSet<Vec<u8>>>,
}

impl Store {
    /// The derivations that were made so far, by path.
    pub fn derivations(&self) -> BTreeMap<Vec<u8>, Rc<Derivation>> {
        self.derivations.borrow().clone()
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
    let shown = match state.store_dir().inside(path) {
        Some(base) if state.has(Behaviour::InvalidPathsOmitStore) => base,
        _ => path,
    };
    let kind = if is_derivation(path) {
        ErrorKind::ImportFromDerivation
    } else {
        ErrorKind::Value
    };
    let shown = String::from_utf8_lossy(shown);
    Error::new(kind, format!("path '{shown}' is not valid"))
}

/// The error for a derivation that another one uses and that is not there.
fn no_derivation(path: &[u8]) -> Error {
    let path = String::from_utf8_lossy(path);
    Error::value(format!("derivation '{path}' is not valid"))
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
    made || state.io.kind(path).is_ok()
}

/// Adds a derivation whose outputs are complete, and gives its path.
///
/// # Errors
/// If its name is not allowed, an input is not to be had, or it cannot be
/// written.
pub fn add_derivation(state: &State<'_>, name: &[u8], derivation: Derivation) -> Result<Vec<u8>> {
    let text = derivation.write();
    let path = derivation_path(state.store_dir(), name, &derivation, &text)?;
    if state.store.modulos.borrow().contains_key(&path) {
        return Ok(path);
    }
    let inputs = hashed_inputs(&derivation, name, |input| find_modulo(state, input))?;
    let modulo = Rc::new(modulo(&derivation, inputs.as_ref()));
    if !state.settings.read_only {
        write(state, &path, &text)?;
    }
    let store = &state.store;
    store.modulos.borrow_mut().insert(path.clone(), modulo);
    if state.settings.keep_derivations || !state.settings.read_only {
        let mut derivations = store.derivations.borrow_mut();
        derivations.insert(path.clone(), Rc::new(derivation));
    }
    Ok(path)
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
                let inputs: Vec<Vec<u8>> = derivation.input_derivations.keys().cloned().collect();
                work.push((path, Some(derivation)));
                work.extend(inputs.into_iter().map(|input| (input, None)));
            }
            Some(derivation) => {
                let name = super::store_path::name_of(&path);
                let inputs = hashed_inputs(&derivation, name, |input| {
                    known(input).ok_or_else(|| no_derivation(input))
                })?;
                let modulo = Rc::new(modulo(&derivation, inputs.as_ref()));
                state.store.modulos.borrow_mut().insert(path, modulo);
            }
        }
    }
    known(path).ok_or_else(|| no_derivation(path))
}

/// The derivation at a store path.
///
/// # Errors
/// If it is not there or is no derivation.
pub fn read_derivation(state: &State<'_>, path: &[u8]) -> Result<Derivation> {
    if let Some(made) = state.store.derivations.borrow().get(path) {
        return Ok(Derivation::clone(made));
    }
    let text = state.io.read_file(path).map_err(|_| no_derivation(path))?;
    parse(state.store_dir(), &text).map_err(|error| {
        Error::value(format!(
            "error parsing derivation '{}': {error}",
            String::from_utf8_lossy(path)
        ))
    })
}

fn write(state: &State<'_>, path: &[u8], content: &[u8]) -> Result<()> {
    state.io.add_to_store(path, content).map_err(|error| {
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
    if !state.settings.read_only {
        write(state, &path, content)?;
    }
    let mut texts = state.store.texts.borrow_mut();
    texts.insert(path.clone(), references);
    Ok(path)
}

/// Notes that a source tree was put into the store at `path`.
pub fn add_copy(state: &State<'_>, path: &[u8]) {
    state.store.copies.borrow_mut().insert(path.to_vec());
    state.access.allow(path);
}

/// The hash of a whole tree's NAR.
///
/// # Errors
/// If it cannot be read.
pub fn tree_hash(state: &State<'_>, path: &[u8]) -> Result<Hash> {
    let limited = state.has(Behaviour::NarsNestLittle);
    let sink = Hasher::new(Algorithm::Sha256);
    Ok(archive(state.io.as_ref(), path, sink, limited)?.finish())
}

/// The NAR of a whole tree.
///
/// # Errors
/// If it cannot be read.
pub fn tree_archive<S: Sink>(state: &State<'_>, path: &[u8], sink: S) -> Result<S> {
    let limited = state.has(Behaviour::NarsNestLittle);
    archive(state.io.as_ref(), path, sink, limited)
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
    state.access.check(path)?;
    let source = if state.has(Behaviour::CopiesResolveParents) {
        resolve_links(state, path, false)?
    } else {
        path.to_vec()
    };
    let hash = tree_hash(state, &source)?;
    let name: &[u8] = match path.rsplit(|&byte| byte == b'/').next() {
        Some(name) if !name.is_empty() => name,
        _ if state.has(Behaviour::CopiesResolveParents) => b"source",
        _ => b"",
    };
    let copy = state.store_dir().fixed_output(Method::Nar, &hash, name)?;
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
            return Err(not_valid(state, &path));
        }
        if is_derivation(&path) {
            let derivation = read_derivation(state, &path)?;
            work.extend(derivation.input_sources);
            work.extend(derivation.input_derivations.into_keys());
        } else if let Some(references) = state.store.texts.borrow().get(&path) {
            work.extend(references.iter().cloned());
        }
    }
    Ok(closure)
}
