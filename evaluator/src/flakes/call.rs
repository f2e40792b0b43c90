//! Evaluating a locked flake: its `outputs` applied to its inputs (`callFlake`
//! in `flake.cc`). The knot of inputs is tied in Nix (`call.nix`).

use super::lock::LockedFlake;
use super::lockfile::{Edge, LockFile, NodeId};
use crate::builtins;
use crate::dialect::Behaviour;
use crate::errors::Result;
use crate::fetch::Rulebook;
use crate::fetch::attrs::{Attr, Attributes};
use crate::fetch::problem::Problem;
use crate::fetch::store::Object;
use crate::formats::hash::{Algorithm, Hash};
use crate::heap::{Thunk, Value};
use crate::load::load_source;
use crate::positions::{Origin, Pos};
use crate::state::State;
use crate::symbols::Symbol;
use bstr::BString;
use std::collections::BTreeMap;

/// The function and its argument: calling it gives the flake.
pub struct Call<'h> {
    /// The function of `call.nix`.
    pub function: Value<'h>,
    /// The nodes, and how to fetch them.
    pub argument: Value<'h>,
}

/// Prepares the evaluation of a flake.
///
/// # Errors
/// If an input that is followed does not exist.
pub fn prepare<'h>(state: &State<'h>, book: &Rulebook, flake: &LockedFlake) -> Result<Call<'h>> {
    let recent = book.is_recent();
    let mut nodes = Vec::new();
    let mut left = vec![LockFile::ROOT];
    let mut seen = BTreeMap::from([(LockFile::ROOT, ())]);
    while let Some(id) = left.pop() {
        let node = flake.lock.node(id);
        let mut inputs = Vec::new();
        for (name, edge) in &node.inputs {
            let target = resolve(&flake.lock, edge)?;
            if seen.insert(target, ()).is_none() {
                left.push(target);
            }
            let name = state.symbols.intern(name);
            inputs.push((name, Pos::NONE, state.string(node_name(target).as_bytes())));
        }
        let mut members = Members::new(state);
        members.add("inputs", state.attrs(inputs));
        let lock = node.lock.as_ref();
        members.add(
            "isFlake",
            Value::bool(lock.is_none_or(|lock| lock.is_flake)),
        );
        let place = flake.places.get(&id).filter(|_| recent || lock.is_none());
        let dir = match (place, lock) {
            (Some(place), _) => place.inside.clone(),
            (None, Some(lock)) => lock.locked.directory.clone(),
            (None, None) => BString::default(),
        };
        members.add("dir", state.string(&dir));
        match (place, lock) {
            (Some(place), lock) => {
                let input = lock.map_or(&flake.locked.input, |lock| &lock.locked.input);
                let object = Object {
                    path: place.object.clone(),
                    hash: Hash::zero(Algorithm::Sha256),
                };
                let dirty = lock.is_none() && flake.is_dirty;
                let source = builtins::describe_tree(state, book, &object, input, dirty)?;
                members.add("source", source);
            }
            (None, Some(lock)) => {
                let mut attributes = lock.locked.input.attributes.clone();
                attributes.remove("__final");
                if recent && let Some(path) = lock.locked.input.relative_path() {
                    let parent = lock.parent.clone().unwrap_or_default();
                    let parent = flake.lock.find_input(&parent)?.ok_or_else(|| {
                        Problem::new("lock file names a parent that does not exist")
                    })?;
                    if seen.insert(parent, ()).is_none() {
                        left.push(parent);
                    }
                    members.add("parent", state.string(node_name(parent).as_bytes()));
                    members.add("path", state.string(path));
                } else {
                    members.add("locked", attributes_to_value(state, &attributes));
                }
            }
            (None, None) => {}
        }
        let name = state.symbols.intern(node_name(id).as_bytes());
        nodes.push((name, Pos::NONE, members.set()));
    }
    let mut ways = Members::new(state);
    let shares = state.has(Behaviour::UrlsFollowRfc3986);
    ways.add("shareTree", Value::bool(shares));
    ways.add("shadow", Value::bool(recent));
    let fetcher = if recent {
        "fetchFinalTree"
    } else {
        "fetchTree"
    };
    let mut argument = Members::new(state);
    argument.add("nodes", state.attrs(nodes));
    argument.add("fetch", builtins::of_evaluator(fetcher));
    argument.add("ways", ways.set());
    let unit = load_source(
        state,
        Origin::Internal("call-flake.nix"),
        include_bytes!("call.nix"),
        b"/",
    )?;
    Ok(Call {
        function: Value::thunk(Thunk::suspend(state.heap, unit, None)),
        argument: argument.set(),
    })
}

fn node_name(id: NodeId) -> String {
    if id == LockFile::ROOT {
        "root".to_owned()
    } else {
        format!("node{}", id.0)
    }
}

fn resolve(lock: &LockFile, edge: &Edge) -> Result<NodeId> {
    match edge {
        Edge::Node(id) => Ok(*id),
        Edge::Follows(path) => Ok(lock.find_input(path)?.ok_or_else(|| {
            Problem::new(format!(
                "input follows a non-existent input '{}'",
                super::lockfile::show(path)
            ))
        })?),
    }
}

/// A set of the attributes of an input.
pub fn attributes_to_value<'h>(state: &State<'h>, attributes: &Attributes) -> Value<'h> {
    let pairs = attributes
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Attr::Text(text) => state.string(text),
                Attr::Number(number) => state.int(*number as i64),
                Attr::Bool(flag) => Value::bool(*flag),
            };
            (state.symbols.intern(name), Pos::NONE, value)
        })
        .collect();
    state.attrs(pairs)
}

/// A set being made.
struct Members<'s, 'h> {
    state: &'s State<'h>,
    pairs: Vec<(Symbol, Pos, Value<'h>)>,
}

impl<'s, 'h> Members<'s, 'h> {
    fn new(state: &'s State<'h>) -> Members<'s, 'h> {
        Members {
            state,
            pairs: Vec::new(),
        }
    }

    fn add(&mut self, name: &str, value: Value<'h>) {
        let name = self.state.symbols.intern(name.as_bytes());
        self.pairs.push((name, Pos::NONE, value));
    }

    fn set(self) -> Value<'h> {
        self.state.attrs(self.pairs)
    }
}
