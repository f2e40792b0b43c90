//! Trees that exist only in an evaluation: what was fetched, and the parts of
//! a directory that a fetcher selected.

use super::{FileKind, IoError};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The content of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// The bytes.
    Bytes(Rc<[u8]>),
    /// What the file at this path holds.
    At(Rc<[u8]>),
}

/// What stands at a path of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A directory: its entries by name.
    Directory(BTreeMap<Vec<u8>, Id>),
    /// A file.
    File {
        /// Whether its owner may execute it.
        executable: bool,
        /// What it holds.
        content: Content,
    },
    /// A symbolic link and where it points.
    Symlink(Vec<u8>),
}

/// The number of a node in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Id(usize);

/// A tree of files. Nodes lie in one list, so that no depth of it can exhaust
/// the native stack.
#[derive(Clone, Debug)]
pub struct Tree {
    nodes: Vec<Node>,
    root: Id,
}

impl Default for Tree {
    fn default() -> Tree {
        Tree::of(Node::Directory(BTreeMap::new()))
    }
}

impl Tree {
    /// The tree that consists of this node.
    pub fn of(node: Node) -> Tree {
        Tree {
            nodes: vec![node],
            root: Id(0),
        }
    }

    /// The node at the root.
    pub fn root(&self) -> Id {
        self.root
    }

    /// A node.
    pub fn node(&self, id: Id) -> &Node {
        &self.nodes[id.0]
    }

    /// What kind of thing a node is.
    pub fn kind(&self, id: Id) -> FileKind {
        match self.node(id) {
            Node::Directory(_) => FileKind::Directory,
            Node::File { .. } => FileKind::Regular,
            Node::Symlink(_) => FileKind::Symlink,
        }
    }

    /// The entry of a directory.
    pub fn entry(&self, directory: Id, name: &[u8]) -> Option<Id> {
        match self.node(directory) {
            Node::Directory(entries) => entries.get(name).copied(),
            _ => None,
        }
    }

    /// Makes another node the root.
    pub fn enter(&mut self, id: Id) {
        self.root = id;
    }

    /// Puts a node at a path of names; directories on the way are made, other
    /// things there replaced. A directory that is there already stays.
    pub fn insert(&mut self, path: &[&[u8]], node: Node) -> Id {
        let mut here = self.root;
        for name in path {
            if !matches!(self.node(here), Node::Directory(_)) {
                self.nodes[here.0] = Node::Directory(BTreeMap::new());
            }
            here = match self.entry(here, name) {
                Some(id) => id,
                None => {
                    let id = Id(self.nodes.len());
                    self.nodes.push(Node::Directory(BTreeMap::new()));
                    if let Node::Directory(entries) = &mut self.nodes[here.0] {
                        entries.insert(name.to_vec(), id);
                    }
                    id
                }
            };
        }
        let keep = matches!(node, Node::Directory(_)) && self.kind(here) == FileKind::Directory;
        if !keep {
            self.nodes[here.0] = node;
        }
        here
    }

    /// Puts a whole tree at a path.
    pub fn graft(&mut self, path: &[&[u8]], tree: &Tree) {
        let place = self.insert(path, Node::Directory(BTreeMap::new()));
        let shift = self.nodes.len();
        self.nodes.extend(tree.nodes.iter().map(|node| {
            match node {
                Node::Directory(entries) => Node::Directory(
                    entries
                        .iter()
                        .map(|(name, id)| (name.clone(), Id(id.0 + shift)))
                        .collect(),
                ),
                node => node.clone(),
            }
        }));
        self.nodes[place.0] = self.nodes[tree.root.0 + shift].clone();
    }

    /// The node at a path of names; symbolic links on the way are not followed.
    pub fn find(&self, path: &[&[u8]]) -> Option<Id> {
        path.iter()
            .try_fold(self.root, |here, name| self.entry(here, name))
    }

    /// The entries of a directory with their kinds.
    ///
    /// # Errors
    /// If it is none.
    pub fn read_dir(&self, id: Id) -> Result<Vec<(Vec<u8>, FileKind)>, IoError> {
        match self.node(id) {
            Node::Directory(entries) => Ok(entries
                .iter()
                .map(|(name, id)| (name.clone(), self.kind(*id)))
                .collect()),
            _ => Err(IoError::NotADirectory),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> Node {
        Node::File {
            executable: false,
            content: Content::Bytes(text.as_bytes().into()),
        }
    }

    #[test]
    fn directories_on_the_way_are_made() {
        let mut tree = Tree::default();
        tree.insert(&[b"a", b"b"], file("x"));
        let a = tree.find(&[b"a"]).unwrap();
        assert_eq!(
            tree.read_dir(a),
            Ok(vec![(b"b".to_vec(), FileKind::Regular)])
        );
        assert!(tree.find(&[b"a", b"b", b"c"]).is_none());
    }

    #[test]
    fn a_grafted_tree_keeps_its_nodes() {
        let mut inner = Tree::default();
        inner.insert(&[b"f"], file("x"));
        let mut outer = Tree::default();
        outer.insert(&[b"g"], file("y"));
        outer.graft(&[b"sub"], &inner);
        let found = outer.find(&[b"sub", b"f"]).unwrap();
        assert_eq!(outer.node(found), &file("x"));
        assert!(outer.find(&[b"g"]).is_some());
    }
}
