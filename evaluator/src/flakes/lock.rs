//! Which trees the inputs of a flake are: what its lock file says, as far as it
//! still fits what `flake.nix` asks for, and what is fetched anew
//! (`lockFlake` in `flake.cc`). Nothing is written back.

mod trees;

use super::lockfile::{Edge, InputPath, Lock, LockFile, NodeId, show};
use super::source::{FlakeInput, Source, named};
use crate::dialect::Behaviour;
use crate::errors::{Error, Result};
use crate::fetch::store::Object;
use crate::fetch::{FlakeRef, Rulebook};
use crate::paths;
use crate::state::State;
use bstr::{BString, ByteSlice};
use std::collections::BTreeMap;

/// How deep inputs may nest in inputs.
const MAX_DEPTH: usize = 128;

/// A flake that was fetched and read.
struct Flake {
    source: Source,
    /// Exactly what it was fetched from.
    locked: FlakeRef,
    /// Its directory in the store.
    directory: Vec<u8>,
}

/// Where an input that was fetched while locking stands in the store.
pub struct Place {
    /// The store object.
    pub object: Vec<u8>,
    /// The directory in it, empty for its root.
    pub inside: BString,
}

/// A flake with all its inputs known.
pub struct LockedFlake {
    /// Exactly what it was fetched from.
    pub locked: FlakeRef,
    /// Its store object.
    pub object: Object,
    /// Its inputs.
    pub lock: LockFile,
    /// What was fetched already.
    pub places: BTreeMap<NodeId, Place>,
    /// Whether its lock file does not fit it, so that it is not what its
    /// revision says.
    pub is_dirty: bool,
}

/// What a flake says another flake's input is to be.
#[derive(Clone)]
struct Override {
    input: FlakeInput,
    directory: Vec<u8>,
    parent: InputPath,
}

/// What the inputs of one node are locked by.
struct Surroundings<'p> {
    inputs: BTreeMap<BString, FlakeInput>,
    node: NodeId,
    /// The way to the node.
    path: InputPath,
    /// The node of an existing lock file that its inputs are looked up in.
    old: Option<(&'p LockFile, NodeId)>,
    /// What is put before what is followed in that file.
    follows_prefix: InputPath,
    /// The directory of the node's flake.
    directory: Vec<u8>,
    /// Whether that file is known to be the one of this flake.
    trusted: bool,
}

/// Locks a flake.
pub struct Locker<'s, 'h> {
    state: &'s State<'h>,
    book: &'s Rulebook,
    /// Trees that were fetched: by what was asked for.
    fetched: Vec<(FlakeRef, Vec<u8>, FlakeRef)>,
    overrides: BTreeMap<InputPath, Override>,
    new: LockFile,
    places: BTreeMap<NodeId, Place>,
    parents: Vec<FlakeRef>,
}

impl<'s, 'h> Locker<'s, 'h> {
    /// A locker that knows nothing.
    pub fn new(state: &'s State<'h>, book: &'s Rulebook) -> Locker<'s, 'h> {
        Locker {
            state,
            book,
            fetched: Vec::new(),
            overrides: BTreeMap::new(),
            new: LockFile::default(),
            places: BTreeMap::new(),
            parents: Vec::new(),
        }
    }

    /// Locks the flake that a reference stands for.
    ///
    /// # Errors
    /// If something is not to be had or malformed.
    pub fn lock(mut self, top: &FlakeRef) -> Result<LockedFlake> {
        let flake = self.flake(top, &[])?;
        let book = self.book;
        self.with_lock(top, flake)
            .map_err(|(error, locked)| match locked.print(book) {
                Ok(shown) => error.traced(
                    crate::positions::Pos::NONE,
                    format!("while updating the lock file of flake '{shown}'"),
                ),
                Err(_) => error,
            })
    }

    fn with_lock(
        &mut self,
        top: &FlakeRef,
        flake: Flake,
    ) -> std::result::Result<LockedFlake, (Error, FlakeRef)> {
        let locked = flake.locked.clone();
        self.try_lock(top, flake).map_err(|error| (error, locked))
    }

    fn try_lock(&mut self, top: &FlakeRef, flake: Flake) -> Result<LockedFlake> {
        let old = self.read_lock(&flake.directory)?;
        self.place(LockFile::ROOT, &flake.directory)?;
        self.compute(
            Surroundings {
                inputs: flake.source.inputs.clone(),
                node: LockFile::ROOT,
                path: Vec::new(),
                old: Some((&old, LockFile::ROOT)),
                follows_prefix: Vec::new(),
                directory: flake.directory.clone(),
                trusted: false,
            },
            0,
        )?;
        let new = std::mem::take(&mut self.new);
        new.check()?;
        let mut is_dirty = false;
        if !new.same(&old) {
            is_dirty = self.refuse_to_write(top, &old, &new)?;
        }
        let hash = flake.locked.input.nar_hash(self.book)?;
        let root = self.places.get(&LockFile::ROOT);
        let (Some(hash), Some(root)) = (hash, root) else {
            return Err(Error::value("a fetched flake has no hash"));
        };
        let object = Object {
            path: root.object.clone(),
            hash,
        };
        Ok(LockedFlake {
            locked: flake.locked,
            object,
            lock: new,
            places: std::mem::take(&mut self.places),
            is_dirty,
        })
    }

    /// Says that the new lock file is not written; whether the flake counts as
    /// changed therefore.
    fn refuse_to_write(&self, top: &FlakeRef, old: &LockFile, new: &LockFile) -> Result<bool> {
        let shown = top.print(self.book)?;
        let warn = |text: String| self.book.warn(text);
        if self.book.is_recent() {
            warn(format!(
                "warning: not writing modified lock file of flake '{shown}':{}",
                old.changes(new, self.book)?
            ));
            return Ok(true);
        }
        let has_source = match top.input.kind().as_bytes() {
            b"path" => true,
            b"git" | b"hg" => {
                let url = top.input.attributes.need_text(self.book.dialect, "url")?;
                url.starts_with(b"file:")
                    && !top.input.attributes.has("ref")
                    && !top.input.attributes.has("rev")
            }
            _ => false,
        };
        if !has_source {
            return Err(Error::value(format!(
                "cannot write modified lock file of flake '{shown}' (use '--no-write-lock-file' to ignore)"
            )));
        }
        for lock in new.locks() {
            if !lock.locked.input.is_locked(self.book)? {
                warn(format!(
                    "warning: will not write lock file of flake '{shown}' because it has a mutable input"
                ));
                return Ok(false);
            }
        }
        Err(Error::value(format!(
            "flake '{shown}' requires lock file changes but they're not allowed due to '--no-update-lock-file'"
        )))
    }

    fn read_lock(&self, directory: &[u8]) -> Result<LockFile> {
        let path = paths::canonical(&[directory, b"/flake.lock"].concat());
        if self.state.io.kind(&path).is_err() {
            return Ok(LockFile::default());
        }
        let text = crate::load::read_file(self.state, &path)?;
        let name = String::from_utf8_lossy(&path).into_owned();
        Ok(LockFile::parse(self.book, &text, &name)?)
    }

    /// Notes where a node stands.
    fn place(&mut self, node: NodeId, directory: &[u8]) -> Result<()> {
        let split = self.state.store_dir().split(directory);
        let Some((object, inside)) = split else {
            return Err(Error::value(format!(
                "path '{}' is not in the Nix store",
                directory.as_bstr()
            )));
        };
        // A relative path may lead out of its flake, past the object that holds it.
        let store = self.state.store_dir();
        let base = store.inside(object).unwrap_or_default();
        if !store.is_base(base) {
            return Err(Error::value(store.base_problem(base)));
        }
        let place = Place {
            object: object.to_vec(),
            inside: inside.trim_with(|c| c == '/').into(),
        };
        self.places.insert(node, place);
        Ok(())
    }

    fn compute(&mut self, around: Surroundings<'_>, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(Error::value("flake inputs nest too deeply"));
        }
        let nested = self.state.has(Behaviour::FlakesConfigureThemselves);
        for (name, input) in &around.inputs {
            let mut path = around.path.clone();
            path.push(name.clone());
            self.add_overrides(input, &path, &around, nested);
        }
        self.warn_of_idle_overrides(&around);
        for (name, input) in &around.inputs {
            let mut path = around.path.clone();
            path.push(name.clone());
            self.input(name, input, &path, &around, depth)
                .map_err(|error| {
                    error.traced(
                        crate::positions::Pos::NONE,
                        format!("while updating the flake input '{}'", show(&path)),
                    )
                })?;
        }
        Ok(())
    }

    /// Says which inputs are overridden that are not there.
    fn warn_of_idle_overrides(&self, around: &Surroundings<'_>) {
        if !self.book.is_recent() {
            return;
        }
        for path in self.overrides.keys() {
            if let Some((name, before)) = path.split_last()
                && before == around.path.as_slice()
                && !around.inputs.contains_key(name)
            {
                self.book.warn(format!(
                    "warning: input '{}' has an override for a non-existent input '{name}'",
                    show(&around.path)
                ));
            }
        }
    }

    fn add_overrides(
        &mut self,
        input: &FlakeInput,
        path: &[BString],
        around: &Surroundings<'_>,
        nested: bool,
    ) {
        for (name, inner) in &input.overrides {
            let mut path = path.to_vec();
            path.push(name.clone());
            if !nested || inner.reference.is_some() || inner.follows.is_some() {
                let found = Override {
                    input: inner.clone(),
                    directory: around.directory.clone(),
                    parent: around.path.clone(),
                };
                // From 2.26 on the outermost counts, before the innermost.
                if self.book.is_recent() {
                    self.overrides.entry(path.clone()).or_insert(found);
                } else {
                    self.overrides.insert(path.clone(), found);
                }
            }
            if nested {
                self.add_overrides(inner, &path, around, nested);
            }
        }
    }

    fn input(
        &mut self,
        name: &BString,
        asked: &FlakeInput,
        path: &InputPath,
        around: &Surroundings<'_>,
        depth: usize,
    ) -> Result<()> {
        let recent = self.book.is_recent();
        let found = self.overrides.get(path).cloned();
        let mut input = found
            .as_ref()
            .map_or_else(|| asked.clone(), |found| found.input.clone());
        input.is_flake = asked.is_flake;
        if let Some(target) = input.follows {
            self.new
                .node_mut(around.node)
                .inputs
                .insert(name.clone(), Edge::Follows(target));
            return Ok(());
        }
        let reference = match input.reference {
            Some(reference) => reference,
            None => named(self.book, name)?,
        };
        let (base, parent_path) = match &found {
            Some(found) => (found.directory.clone(), &found.parent),
            None => (around.directory.clone(), &around.path),
        };
        let relative = reference.input.relative_path().filter(|_| recent).cloned();
        let parent = relative.is_some().then(|| parent_path.clone());
        let resolved = relative.map(|relative| paths::absolute(&relative, &base));
        let old = around
            .old
            .and_then(|(file, node)| match file.node(node).inputs.get(name) {
                Some(Edge::Node(id)) => Some((file, *id)),
                _ => None,
            });
        let kept = old.filter(|(file, id)| {
            file.node(*id).lock.as_ref().is_some_and(|lock| {
                let same = lock.original.canonical(self.book) == reference.canonical(self.book);
                same && if recent {
                    lock.parent == parent
                } else {
                    found.is_none()
                }
            })
        });
        if let Some((file, id)) = kept {
            return self.keep(name, (file, id), path, around, resolved, depth);
        }
        let is_locked = reference.input.is_locked(self.book)?;
        if self.state.settings.pure && !is_locked && resolved.is_none() {
            let unlocked = if recent { "unlocked " } else { "" };
            return Err(Error::value(format!(
                "cannot update {unlocked}flake input '{}' in pure mode",
                show(path)
            )));
        }
        if !input.is_flake {
            let (directory, locked) = match resolved {
                Some(directory) => (directory, reference.clone()),
                None => self.tree(&reference)?,
            };
            let node = self.add_node(name, around.node, locked, reference, false, parent);
            return self.place(node, &directory);
        }
        let flake = match resolved {
            Some(directory) => {
                let directory = below(&directory, &reference.directory);
                self.read_at(&reference, directory, reference.clone(), path)?
            }
            None => self.flake(&reference, path)?,
        };
        let original = match (&asked.reference, recent) {
            (Some(asked), false) => asked.clone(),
            _ => reference.clone(),
        };
        let node = self.add_node(
            name,
            around.node,
            flake.locked.clone(),
            original,
            true,
            parent,
        );
        if self.parents.contains(&reference) {
            return Err(Error::value(format!(
                "found circular import of flake '{}'",
                reference.print(self.book)?
            )));
        }
        self.place(node, &flake.directory)?;
        self.parents.push(reference);
        // Until 2.26 an entry that no longer fits still served its own inputs.
        let reused = old.filter(|_| !self.state.has(Behaviour::FlakesConfigureThemselves));
        let own = self.read_lock(&flake.directory)?;
        let result = self.compute(
            Surroundings {
                inputs: flake.source.inputs,
                node,
                path: path.clone(),
                old: Some(reused.unwrap_or((&own, LockFile::ROOT))),
                follows_prefix: match reused {
                    Some(_) => around.follows_prefix.clone(),
                    None => path.clone(),
                },
                directory: flake.directory,
                trusted: false,
            },
            depth + 1,
        );
        self.parents.pop();
        result
    }

    fn add_node(
        &mut self,
        name: &BString,
        to: NodeId,
        locked: FlakeRef,
        original: FlakeRef,
        is_flake: bool,
        parent: Option<InputPath>,
    ) -> NodeId {
        let node = self.new.add(Lock {
            locked,
            original,
            is_flake,
            parent,
        });
        let edge = Edge::Node(node);
        self.new.node_mut(to).inputs.insert(name.clone(), edge);
        node
    }

    /// Keeps the entry of the old lock file, which need not be fetched, unless
    /// its own inputs cannot be told without it.
    fn keep(
        &mut self,
        name: &BString,
        (file, id): (&LockFile, NodeId),
        path: &InputPath,
        around: &Surroundings<'_>,
        resolved: Option<Vec<u8>>,
        depth: usize,
    ) -> Result<()> {
        let Some(lock) = file.node(id).lock.clone() else {
            return Ok(());
        };
        let locked = lock.locked.clone();
        let node = self.add_node(
            name,
            around.node,
            lock.locked,
            lock.original,
            lock.is_flake,
            lock.parent,
        );
        let mut inputs = BTreeMap::new();
        let mut must_fetch = false;
        for (name, edge) in &file.node(id).inputs {
            let input = match edge {
                Edge::Node(inner) => match &file.node(*inner).lock {
                    Some(lock) => FlakeInput {
                        reference: Some(lock.original.clone()),
                        is_flake: lock.is_flake,
                        ..FlakeInput::default()
                    },
                    None => continue,
                },
                Edge::Follows(target) => {
                    let mut inner = path.clone();
                    inner.push(name.clone());
                    if !around.trusted && !self.overrides.contains_key(&inner) {
                        must_fetch = true;
                        break;
                    }
                    let mut absolute = around.follows_prefix.clone();
                    absolute.extend(target.iter().cloned());
                    FlakeInput {
                        follows: Some(absolute),
                        is_flake: true,
                        ..FlakeInput::default()
                    }
                }
            };
            inputs.insert(name.clone(), input);
        }
        let mut directory = around.directory.clone();
        if must_fetch {
            let flake = match resolved {
                Some(resolved) => {
                    let directory = below(&resolved, &locked.directory);
                    self.read_at(&locked, directory, locked.clone(), path)?
                }
                None => self.flake(&locked, path)?,
            };
            if self.book.is_recent() {
                self.place(node, &flake.directory)?;
                directory = flake.directory;
            }
            inputs = flake.source.inputs;
        }
        self.compute(
            Surroundings {
                inputs,
                node,
                path: path.clone(),
                old: Some((file, id)),
                follows_prefix: around.follows_prefix.clone(),
                directory,
                trusted: !must_fetch,
            },
            depth + 1,
        )
    }
}

/// A directory of a tree.
fn below(tree: &[u8], directory: &[u8]) -> Vec<u8> {
    paths::canonical(&[tree, b"/", directory].concat())
}
