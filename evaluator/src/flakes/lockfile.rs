//! `flake.lock`: which trees a flake's inputs were when it was locked
//! (`lockfile.cc`).

use crate::dialect::Behaviour;
use crate::fetch::attrs::{Attr, Attributes};
use crate::fetch::dates::date_text;
use crate::fetch::problem::{Problem, Result};
use crate::fetch::schemes::is_flake_id;
use crate::fetch::{FlakeRef, Rulebook};
use crate::formats::json::Json;
use crate::formats::json::normal::type_name;
use bstr::{BString, ByteSlice};
use std::collections::{BTreeMap, BTreeSet};

/// Through how many inputs one may be followed.
const MOST_FOLLOWED: usize = 1000;

/// The way from the root to an input: names.
pub type InputPath = Vec<BString>;

/// The number of a node in its lock file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub usize);

/// What an input is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Edge {
    /// A node of its own.
    Node(NodeId),
    /// What another input is, by its path from the root.
    Follows(InputPath),
}

/// What a node other than the root is locked to.
#[derive(Clone, PartialEq, Debug)]
pub struct Lock {
    /// Exactly what to fetch.
    pub locked: FlakeRef,
    /// What the flake asked for.
    pub original: FlakeRef,
    /// Whether it is a flake, not just any tree.
    pub is_flake: bool,
    /// The input whose directory a relative path starts at.
    pub parent: Option<InputPath>,
}

/// A node: the flake itself or an input.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Node {
    /// Its inputs.
    pub inputs: BTreeMap<BString, Edge>,
    /// What it is locked to; none for the root.
    pub lock: Option<Lock>,
}

/// A lock file. The root is the first node.
#[derive(Clone, Debug)]
pub struct LockFile {
    nodes: Vec<Node>,
}

impl Default for LockFile {
    fn default() -> LockFile {
        LockFile {
            nodes: vec![Node::default()],
        }
    }
}

/// An input path as messages show it.
pub fn show(path: &[BString]) -> BString {
    bstr::join("/", path).into()
}

/// Reads an input path: names with slashes between them.
///
/// # Errors
/// If a name is none of a flake.
pub fn parse_input_path(book: &Rulebook, text: &[u8]) -> Result<InputPath> {
    text.split_str("/")
        .filter(|name| !name.is_empty())
        .map(|name| {
            if is_flake_id(name) {
                return Ok(name.into());
            }
            let what = if book.dialect.has(Behaviour::UrlsFollowRfc3986) {
                "input attribute path"
            } else {
                "input path"
            };
            Err(Problem::new(format!(
                "invalid flake {what} element '{}'",
                name.as_bstr()
            )))
        })
        .collect()
}

impl LockFile {
    /// The root.
    pub const ROOT: NodeId = NodeId(0);

    /// A node.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0]
    }

    /// A node, to be changed.
    pub fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0]
    }

    /// Adds a node.
    pub fn add(&mut self, lock: Lock) -> NodeId {
        self.nodes.push(Node {
            inputs: BTreeMap::new(),
            lock: Some(lock),
        });
        NodeId(self.nodes.len() - 1)
    }

    /// Reads a lock file; `name` is what messages call it.
    ///
    /// # Errors
    /// If it is malformed, of another version or has inputs that are not
    /// locked.
    pub fn parse(book: &Rulebook, content: &[u8], name: &str) -> Result<LockFile> {
        let json = Json::parse(book.dialect, content).map_err(|error| {
            let why = error.message.as_bstr();
            Problem::new(if book.dialect.has(Behaviour::UrlPathsAreDecoded) {
                format!("Could not parse '{name}': {why}")
            } else {
                why.to_string()
            })
        })?;
        let version = match member(&json, "version") {
            Some(Json::Int(version)) => *version,
            _ => 0,
        };
        if !(5..=7).contains(&version) {
            return Err(Problem::new(format!(
                "lock file '{name}' has unsupported version {version}"
            )));
        }
        let malformed = || Problem::new(format!("lock file '{name}' is malformed"));
        let none = Json::Null;
        let nodes = member(&json, "nodes").unwrap_or(&none);
        if !matches!(nodes, Json::Object(_) | Json::Null) {
            return Err(Problem::new(format!(
                "[json.exception.type_error.305] cannot use operator[] with a string argument with {}",
                type_name(nodes)
            )));
        }
        let root = text_member(&json, "root").ok_or_else(malformed)?;
        let mut file = LockFile::default();
        let mut ids = BTreeMap::from([(root.clone(), LockFile::ROOT)]);
        let mut work = vec![(LockFile::ROOT, root)];
        while let Some((id, key)) = work.pop() {
            let Some(inputs) = find(nodes, &key).and_then(|node| member(node, "inputs")) else {
                continue;
            };
            for (input, target) in items(inputs) {
                let edge = match target {
                    Json::Array(_) => Edge::Follows(names(target)?),
                    target => {
                        let key = need_text(target)?;
                        let target = match ids.get(&key) {
                            Some(&LockFile::ROOT) => {
                                return Err(Problem::new("lock file contains cycle to root node"));
                            }
                            Some(&target) => target,
                            None => {
                                let json = find(nodes, &key).ok_or_else(|| {
                                    Problem::new(format!(
                                        "lock file references missing node '{key}'"
                                    ))
                                })?;
                                let target = file.add(lock(book, json)?);
                                ids.insert(key.clone(), target);
                                work.push((target, key));
                                target
                            }
                        };
                        Edge::Node(target)
                    }
                };
                file.node_mut(id).inputs.insert(input, edge);
            }
        }
        Ok(file)
    }

    /// The node that a path of inputs leads to; none if there is no such input
    /// (`findInput`).
    ///
    /// # Errors
    /// If following leads in a circle.
    pub fn find_input(&self, path: &[BString]) -> Result<Option<NodeId>> {
        self.find_unvisited(path, &mut Vec::new())
    }

    fn find_unvisited(
        &self,
        path: &[BString],
        visited: &mut Vec<InputPath>,
    ) -> Result<Option<NodeId>> {
        if visited.iter().any(|seen| seen == path) {
            let shown: Vec<BString> = visited.iter().map(|path| show(path)).collect();
            return Err(Problem::new(format!(
                "follow cycle detected: [{} -> {}]",
                BString::from(bstr::join(" -> ", shown)),
                show(path)
            )));
        }
        if visited.len() >= MOST_FOLLOWED {
            return Err(Problem::new(format!(
                "the input '{}' is followed through too many others",
                show(path)
            )));
        }
        visited.push(path.to_vec());
        let mut here = LockFile::ROOT;
        for name in path {
            let found = match self.node(here).inputs.get(name) {
                None => None,
                Some(Edge::Node(id)) => Some(*id),
                Some(Edge::Follows(target)) => self.find_unvisited(target, visited)?,
            };
            match found {
                None => return Ok(None),
                Some(id) => here = id,
            }
        }
        Ok(Some(here))
    }

    /// All inputs by their paths, those of inputs that were seen before once.
    pub fn all_inputs(&self) -> BTreeMap<InputPath, Edge> {
        let mut all = BTreeMap::new();
        let mut done = vec![false; self.nodes.len()];
        let mut work = vec![(InputPath::new(), LockFile::ROOT)];
        while let Some((prefix, id)) = work.pop() {
            if std::mem::replace(&mut done[id.0], true) {
                continue;
            }
            for (name, edge) in &self.node(id).inputs {
                let mut path = prefix.clone();
                path.push(name.clone());
                if let Edge::Node(id) = edge {
                    work.push((path.clone(), *id));
                }
                all.insert(path, edge.clone());
            }
        }
        all
    }

    /// Checks that everything that is followed exists (`LockFile::check`).
    ///
    /// # Errors
    /// If something does not.
    pub fn check(&self) -> Result<()> {
        let all = self.all_inputs();
        for (path, edge) in &all {
            let Edge::Follows(target) = edge else {
                continue;
            };
            if !target.is_empty() && self.find_input(target)?.is_none() {
                return Err(Problem::new(format!(
                    "input '{}' follows a non-existent input '{}'",
                    show(path),
                    show(target)
                )));
            }
        }
        Ok(())
    }

    /// What a newer file says otherwise, in words (`LockFile::diff`).
    ///
    /// # Errors
    /// If a reference cannot be printed.
    pub fn changes(&self, newer: &LockFile, book: &Rulebook) -> Result<String> {
        let (old, new) = (self.all_inputs(), newer.all_inputs());
        let mut text = String::new();
        let paths: BTreeSet<&InputPath> = old.keys().chain(new.keys()).collect();
        for path in paths {
            let shown = show(path);
            match (old.get(path), new.get(path)) {
                (None, Some(edge)) => {
                    let edge = newer.describe(edge, book)?;
                    text.push_str(&format!("\n• Added input '{shown}':\n    {edge}"));
                }
                (Some(_), None) => text.push_str(&format!("\n• Removed input '{shown}'")),
                (Some(before), Some(after)) => {
                    let (before, after) =
                        (self.describe(before, book)?, newer.describe(after, book)?);
                    if before != after {
                        text.push_str(&format!(
                            "\n• Updated input '{shown}':\n    {before}\n  → {after}"
                        ));
                    }
                }
                (None, None) => {}
            }
        }
        Ok(text)
    }

    fn describe(&self, edge: &Edge, book: &Rulebook) -> Result<String> {
        let id = match edge {
            Edge::Follows(path) => return Ok(format!("follows '{}'", show(path))),
            Edge::Node(id) => *id,
        };
        let Some(lock) = &self.node(id).lock else {
            return Ok(String::new());
        };
        let mut text = format!("'{}'", lock.locked.print(book)?);
        if let Some(date) = lock.locked.input.attributes.number("lastModified")? {
            let date = date_text(date as i64);
            let (year, rest) = date.split_at(date.len() - 10);
            text.push_str(&format!(" ({year}-{}-{})", &rest[..2], &rest[2..4]));
        }
        Ok(text)
    }

    /// Whether two files say the same, whatever their nodes are called.
    pub fn same(&self, other: &LockFile) -> bool {
        let mut work = vec![(LockFile::ROOT, LockFile::ROOT)];
        let mut pairs: BTreeMap<NodeId, NodeId> = BTreeMap::new();
        while let Some((one, two)) = work.pop() {
            match pairs.get(&one) {
                Some(known) if *known == two => continue,
                Some(_) => return false,
                None => pairs.insert(one, two),
            };
            let (one, two) = (self.node(one), other.node(two));
            if one.lock != two.lock || one.inputs.len() != two.inputs.len() {
                return false;
            }
            for ((name, edge), (other_name, other_edge)) in one.inputs.iter().zip(&two.inputs) {
                if name != other_name {
                    return false;
                }
                match (edge, other_edge) {
                    (Edge::Node(one), Edge::Node(two)) => work.push((*one, *two)),
                    (Edge::Follows(one), Edge::Follows(two)) if one == two => {}
                    _ => return false,
                }
            }
        }
        true
    }

    /// All nodes but the root.
    pub fn locks(&self) -> impl Iterator<Item = &Lock> {
        self.nodes.iter().filter_map(|node| node.lock.as_ref())
    }
}

fn find<'j>(json: &'j Json, name: &[u8]) -> Option<&'j Json> {
    match json {
        Json::Object(members) => members
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value),
        _ => None,
    }
}

fn member<'j>(json: &'j Json, name: &str) -> Option<&'j Json> {
    find(json, name.as_bytes())
}

fn text(json: &Json) -> Option<BString> {
    match json {
        Json::String(text) => Some(text.as_slice().into()),
        _ => None,
    }
}

fn text_member(json: &Json, name: &str) -> Option<BString> {
    member(json, name).and_then(text)
}

fn attributes(json: &Json) -> Result<Attributes> {
    let mut attributes = Attributes::new();
    let unsupported = || Problem::new("unsupported input attribute type in lock file");
    let Json::Object(members) = json else {
        return Err(unsupported());
    };
    for (name, value) in members {
        let value = match value {
            Json::Int(number) => Attr::Number(*number as u64),
            Json::Float(number) => Attr::Number(*number as u64),
            Json::String(text) => Attr::Text(text.as_slice().into()),
            Json::Bool(flag) => Attr::Bool(*flag),
            _ => return Err(unsupported()),
        };
        attributes.set(name.clone(), value);
    }
    Ok(attributes)
}

fn reference(book: &Rulebook, json: &Json, name: &str, more: Option<&str>) -> Result<FlakeRef> {
    let found = member(json, name)
        .ok_or_else(|| Problem::new(format!("attribute '{name}' missing in lock file")))?;
    let mut attributes = attributes(found)?;
    // Version 5 kept some apart.
    if let Some(more) = more.and_then(|more| member(json, more)) {
        for (name, value) in self::attributes(more)?.iter() {
            attributes.set(name.clone(), value.clone());
        }
    }
    FlakeRef::from_attributes(book, attributes)
}

fn lock(book: &Rulebook, json: &Json) -> Result<Lock> {
    let mut locked = reference(book, json, "locked", Some("info"))?;
    let original = reference(book, json, "original", None)?;
    let recent = book.is_recent();
    let is_relative = recent && locked.input.relative_path().is_some();
    // Its hash is read in any case.
    if !locked.input.is_locked(book)? && !is_relative {
        let json = locked.attributes().json(book.dialect);
        if !recent {
            return Err(Problem::new(format!(
                "lockfile contains mutable lock '{json}'"
            )));
        }
        if locked.input.attributes.has("narHash") {
            if book.dialect.has(Behaviour::UrlsFollowRfc3986) {
                let entry = locked.print(book)?;
                book.warn(format!(
                    "warning: Lock file entry '{entry}' is unlocked (e.g. lacks a Git revision) but is checked by NAR hash. This is not reproducible and will break after garbage collection or when shared."
                ));
            } else {
                return Err(unlocked(&json));
            }
        } else {
            return Err(unlocked(&json));
        }
    }
    if recent {
        locked.input.attributes.set("__final", Attr::Bool(true));
    }
    let parent = match member(json, "parent") {
        Some(parent) => Some(names(parent)?),
        None => None,
    };
    Ok(Lock {
        locked,
        original,
        is_flake: truth(member(json, "flake"))?,
        parent,
    })
}

/// Whether it is so, where nothing says that it is not.
fn truth(json: Option<&Json>) -> Result<bool> {
    match json {
        None => Ok(true),
        Some(Json::Bool(truth)) => Ok(*truth),
        Some(other) => Err(not_of_kind("boolean", other)),
    }
}

fn need_text(json: &Json) -> Result<BString> {
    text(json).ok_or_else(|| not_of_kind("string", json))
}

fn names(json: &Json) -> Result<Vec<BString>> {
    match json {
        Json::Array(names) => names.iter().map(need_text).collect(),
        other => Err(not_of_kind("array", other)),
    }
}

/// What the library iterates over: the items of arrays have their numbers for names, and what is neither
/// array nor object is its only item.
fn items(json: &Json) -> Vec<(BString, &Json)> {
    match json {
        Json::Null => Vec::new(),
        Json::Object(members) => {
            let named = members
                .iter()
                .map(|(name, value)| (name.clone().into(), value));
            named.collect()
        }
        Json::Array(items) => {
            let numbered = items.iter().enumerate();
            numbered
                .map(|(number, item)| (number.to_string().into(), item))
                .collect()
        }
        other => vec![(BString::default(), other)],
    }
}

/// What the library says of a value of another kind.
fn not_of_kind(wanted: &str, found: &Json) -> Problem {
    let found = type_name(found);
    Problem::new(format!(
        "[json.exception.type_error.302] type must be {wanted}, but is {found}"
    ))
}

fn unlocked(json: &BString) -> Problem {
    Problem::new(format!(
        "Lock file contains unlocked input '{json}'. Use '--allow-dirty-locks' to accept this lock file."
    ))
}
