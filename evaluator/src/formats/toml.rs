//! `fromTOML`: three parsers with their own ideas of TOML. 2.3 has cpptoml (TOML 0.5, by lines,
//! very lax), 2.8 has toml11 3.x (TOML 1.0, saturating numbers, tables judged by the text that
//! defined them), 2.26 and 2.34 have toml11 4.4 (TOML 1.0, stricter about numbers, laxer about
//! where a table header may begin). No TOML crate accepts what any of the three accepts, so each
//! is written here after its original.

mod cpptoml;
mod toml11;

use std::collections::BTreeMap;

use super::Release;
use super::json::nul_message;

/// A document: an arena of nodes, so that neither building nor dropping it recurses.
#[derive(Clone, Debug, PartialEq)]
pub struct Toml {
    nodes: Vec<TomlNode>,
}

/// A node of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TomlId(u32);

/// A value of TOML.
#[derive(Clone, Debug, PartialEq)]
pub enum TomlNode {
    /// `true` or `false`
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string; bytes, since 2.3 checks no UTF-8. Until 2.26 it ends before its first NUL.
    String(Vec<u8>),
    /// A date or time as the release prints it (2.26 and later, behind the experimental feature
    /// `parse-toml-timestamps`): the `value` of `{ _type = "timestamp"; value = …; }`.
    Timestamp(String),
    /// An array.
    Array(Vec<TomlId>),
    /// A table. Until 2.26 a key may hold a NUL.
    Table(BTreeMap<Vec<u8>, TomlId>),
}

impl Toml {
    /// The root, always a table.
    pub fn root(&self) -> TomlId {
        TomlId(0)
    }

    /// A node.
    pub fn node(&self, id: TomlId) -> &TomlNode {
        &self.nodes[id.0 as usize]
    }
}

/// Why a text is not TOML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TomlError {
    /// What went wrong.
    pub kind: TomlErrorKind,
    /// The message without what the release puts before it (`while parsing TOML: ` and the like).
    /// Exact for 2.3, for timestamps and for NUL bytes; a short description where C++ Nix shows
    /// a diagnostic of toml11 over several lines. Bytes, as it may quote the text.
    pub message: Vec<u8>,
}

/// The kinds of [`TomlError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TomlErrorKind {
    /// The text is malformed.
    Syntax,
    /// A timestamp where timestamps are not allowed. In 2.3 this one has no prefix.
    Timestamp,
    /// A string or key holds a NUL byte (2.26 and later).
    NulByte,
    /// The release crashes: 2.8 on a key that leads into an empty array. (It also aborts on most
    /// literal strings that are not UTF-8, depending on where they stand; here they are errors.)
    Crash,
}

/// Reads a document the way `builtins.fromTOML` of a release does. `timestamps` is the
/// experimental feature `parse-toml-timestamps`, which 2.26 and later look at.
pub fn parse(release: Release, text: &[u8], timestamps: bool) -> Result<Toml, TomlError> {
    let mut toml = if release.toml_is_cpptoml() {
        cpptoml::parse(text)?
    } else {
        toml11::parse(release, text)?
    };
    for node in &mut toml.nodes {
        match node {
            TomlNode::Timestamp(_) if !(timestamps && release.refuses_nul()) => {
                return Err(no_timestamps());
            }
            TomlNode::String(string) => {
                if let Some(at) = memchr::memchr(0, string) {
                    if release.refuses_nul() {
                        return Err(nul_byte(string));
                    }
                    string.truncate(at);
                }
            }
            TomlNode::Table(members) if release.refuses_nul() => {
                if let Some(key) = members.keys().find(|key| key.contains(&0)) {
                    return Err(nul_byte(key));
                }
            }
            _ => {}
        }
    }
    Ok(toml)
}

fn no_timestamps() -> TomlError {
    TomlError {
        kind: TomlErrorKind::Timestamp,
        message: "Dates and times are not supported".into(),
    }
}

fn nul_byte(text: &[u8]) -> TomlError {
    TomlError {
        kind: TomlErrorKind::NulByte,
        message: [b"error: ".to_vec(), nul_message(text)].concat(),
    }
}

fn syntax_error(message: impl Into<Vec<u8>>) -> TomlError {
    TomlError {
        kind: TomlErrorKind::Syntax,
        message: message.into(),
    }
}

/// The arena while a parser fills it, with what the parser must know of a table or an array.
struct Arena<M> {
    nodes: Vec<TomlNode>,
    marks: Vec<M>,
}

impl<M: Default> Arena<M> {
    /// An arena whose first node is the root table.
    fn new(root: M) -> Arena<M> {
        Arena {
            nodes: vec![TomlNode::Table(BTreeMap::new())],
            marks: vec![root],
        }
    }

    fn add(&mut self, node: TomlNode, mark: M) -> TomlId {
        let id =
            TomlId(u32::try_from(self.nodes.len()).expect("a text has fewer than 2^32 values"));
        self.nodes.push(node);
        self.marks.push(mark);
        id
    }

    fn add_table(&mut self, mark: M) -> TomlId {
        self.add(TomlNode::Table(BTreeMap::new()), mark)
    }

    fn add_scalar(&mut self, node: TomlNode) -> TomlId {
        self.add(node, M::default())
    }

    fn mark(&self, id: TomlId) -> &M {
        &self.marks[id.0 as usize]
    }

    fn set_mark(&mut self, id: TomlId, mark: M) {
        self.marks[id.0 as usize] = mark;
    }

    fn node(&self, id: TomlId) -> &TomlNode {
        &self.nodes[id.0 as usize]
    }

    fn is_table(&self, id: TomlId) -> bool {
        matches!(self.node(id), TomlNode::Table(_))
    }

    /// The elements of an array; of anything else there are none.
    fn elements(&self, id: TomlId) -> &[TomlId] {
        match self.node(id) {
            TomlNode::Array(elements) => elements,
            _ => &[],
        }
    }

    fn push(&mut self, array: TomlId, element: TomlId) {
        if let TomlNode::Array(elements) = &mut self.nodes[array.0 as usize] {
            elements.push(element);
        }
    }

    fn get(&self, table: TomlId, key: &[u8]) -> Option<TomlId> {
        match self.node(table) {
            TomlNode::Table(members) => members.get(key).copied(),
            _ => None,
        }
    }

    fn insert(&mut self, table: TomlId, key: Vec<u8>, value: TomlId) {
        if let TomlNode::Table(members) = &mut self.nodes[table.0 as usize] {
            members.insert(key, value);
        }
    }

    fn finish(self) -> Toml {
        Toml { nodes: self.nodes }
    }
}

#[cfg(test)]
mod tests;
