//! The outside with trees that exist only in the evaluation: fetched sources
//! stand at their store paths without being written anywhere.

use super::tree::{Content, Id, Node, Tree};
use super::{FileKind, GitAnswer, Io, IoError, StorePart};
use crate::paths;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many symbolic links a path may lead through.
const MAX_LINKS: usize = 256;

/// Trees by the paths they stand at. Clones are the same trees.
#[derive(Clone, Default)]
pub struct Trees(Rc<RefCell<BTreeMap<Vec<u8>, Tree>>>);

impl Trees {
    /// Puts a tree at a path.
    pub fn mount(&self, path: &[u8], tree: Tree) {
        self.0.borrow_mut().insert(path.to_vec(), tree);
    }

    /// Takes a tree away again.
    pub fn unmount(&self, path: &[u8]) -> Option<Tree> {
        self.0.borrow_mut().remove(path)
    }
}

/// The outside under a layer of trees.
pub struct Overlay {
    base: Box<dyn Io>,
    trees: Trees,
}

/// Where a path leads.
enum Place {
    /// To a node of the tree at this path.
    Mounted(Vec<u8>, Id),
    /// Out of all trees.
    Base,
    /// Nowhere.
    Nothing,
}

impl Overlay {
    /// The outside with these trees, which may become more.
    pub fn new(base: Box<dyn Io>, trees: Trees) -> Overlay {
        Overlay { base, trees }
    }

    /// Follows a path through the trees. Links that lead out of them are left
    /// to the base.
    fn place(&self, path: &[u8], also_last: bool) -> Place {
        let trees = self.trees.0.borrow();
        if trees.is_empty() {
            return Place::Base;
        }
        let mut path = paths::canonical(path);
        for _ in 0..MAX_LINKS {
            let Some((root, tree)) = trees.iter().find(|(root, _)| is_below(&path, root)) else {
                return Place::Base;
            };
            let rest: Vec<&[u8]> = path[root.len()..]
                .split(|&byte| byte == b'/')
                .filter(|name| !name.is_empty())
                .collect();
            let mut here = tree.root();
            let mut link = None;
            for depth in 0..=rest.len() {
                let is_last = depth == rest.len();
                if let Node::Symlink(target) = tree.node(here)
                    && (also_last || !is_last)
                {
                    link = Some((depth, target));
                    break;
                }
                if is_last {
                    return Place::Mounted(root.clone(), here);
                }
                match tree.entry(here, rest[depth]) {
                    Some(id) => here = id,
                    None => return Place::Nothing,
                }
            }
            let Some((depth, target)) = link else {
                return Place::Nothing;
            };
            let mut link_path = root.clone();
            for name in &rest[..depth] {
                link_path.push(b'/');
                link_path.extend_from_slice(name);
            }
            let mut next = paths::absolute(target, paths::parent(&link_path));
            for name in &rest[depth..] {
                next.push(b'/');
                next.extend_from_slice(name);
            }
            path = paths::canonical(&next);
        }
        Place::Nothing
    }

    /// What `use_node` makes of the node at a path, `None` outside of all
    /// trees.
    fn at<T>(
        &self,
        path: &[u8],
        also_last: bool,
        use_node: impl FnOnce(&Tree, Id) -> Result<T, IoError>,
    ) -> Option<Result<T, IoError>> {
        match self.place(path, also_last) {
            Place::Base => None,
            Place::Nothing => Some(Err(IoError::NotFound)),
            Place::Mounted(root, id) => self
                .trees
                .0
                .borrow()
                .get(&root)
                .map(|tree| use_node(tree, id)),
        }
    }
}

fn is_below(path: &[u8], root: &[u8]) -> bool {
    path.strip_prefix(root)
        .is_some_and(|rest| rest.is_empty() || rest[0] == b'/')
}

impl Io for Overlay {
    fn kind(&self, path: &[u8]) -> Result<FileKind, IoError> {
        self.at(path, false, |tree, id| Ok(tree.kind(id)))
            .unwrap_or_else(|| self.base.kind(path))
    }

    fn read_file(&self, path: &[u8]) -> Result<Vec<u8>, IoError> {
        let found = self.at(path, true, |tree, id| match tree.node(id) {
            Node::File { content, .. } => Ok(content.clone()),
            _ => Err(IoError::IsADirectory),
        });
        match found {
            None => self.base.read_file(path),
            Some(content) => match content? {
                Content::Bytes(bytes) => Ok(bytes.to_vec()),
                Content::At(path) => self.base.read_file(&path),
            },
        }
    }

    fn read_dir(&self, path: &[u8]) -> Result<Vec<(Vec<u8>, FileKind)>, IoError> {
        self.at(path, true, Tree::read_dir)
            .unwrap_or_else(|| self.base.read_dir(path))
    }

    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, IoError> {
        self.at(path, false, |tree, id| match tree.node(id) {
            Node::Symlink(target) => Ok(target.clone()),
            _ => Err(IoError::NotASymlink),
        })
        .unwrap_or_else(|| self.base.read_link(path))
    }

    fn is_executable(&self, path: &[u8]) -> bool {
        let found = self.at(path, true, |tree, id| {
            Ok(matches!(
                tree.node(id),
                Node::File {
                    executable: true,
                    ..
                }
            ))
        });
        match found {
            None => self.base.is_executable(path),
            Some(found) => found.unwrap_or(false),
        }
    }

    fn modified(&self, path: &[u8]) -> Result<i64, IoError> {
        // What is in the store has no time.
        self.at(path, false, |_, _| Ok(1))
            .unwrap_or_else(|| self.base.modified(path))
    }

    fn keeps_store(&self) -> bool {
        self.base.keeps_store()
    }

    fn hides_downloads(&self) -> bool {
        self.base.hides_downloads()
    }

    fn add_to_store(&self, path: &[u8], part: StorePart<'_>) -> Result<(), IoError> {
        self.base.add_to_store(path, part)
    }

    fn build(&self, derivation: &[u8], output: &[u8]) -> Result<(), String> {
        self.base.build(derivation, output)
    }

    fn git(
        &self,
        directory: &[u8],
        arguments: &[&[u8]],
        input: Vec<u8>,
    ) -> Result<GitAnswer, IoError> {
        self.base.git(directory, arguments, input)
    }

    fn environment(&self, name: &[u8]) -> Option<Vec<u8>> {
        self.base.environment(name)
    }

    fn now(&self) -> i64 {
        self.base.now()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::MemoryIo;

    fn overlay() -> Overlay {
        let base = MemoryIo::new([(b"/d/f".to_vec(), b"base".to_vec())]);
        let trees = Trees::default();
        let file = |text: &str| Node::File {
            executable: true,
            content: Content::Bytes(text.as_bytes().into()),
        };
        let mut tree = Tree::default();
        tree.insert(&[b"a", b"f"], file("tree"));
        tree.insert(&[b"l"], Node::Symlink(b"a".to_vec()));
        tree.insert(&[b"out"], Node::Symlink(b"/d/f".to_vec()));
        tree.insert(&[b"loop"], Node::Symlink(b"loop".to_vec()));
        trees.mount(b"/s/x", tree);
        Overlay::new(Box::new(base), trees)
    }

    #[test]
    fn trees_lie_over_the_base() {
        let io = overlay();
        assert_eq!(io.read_file(b"/s/x/a/f"), Ok(b"tree".to_vec()));
        assert_eq!(io.read_file(b"/d/f"), Ok(b"base".to_vec()));
        assert_eq!(io.kind(b"/s/x"), Ok(FileKind::Directory));
        assert_eq!(io.kind(b"/s/x/none"), Err(IoError::NotFound));
        assert_eq!(io.kind(b"/s/xy"), Err(IoError::NotFound));
        assert!(io.is_executable(b"/s/x/a/f"));
    }

    #[test]
    fn links_are_followed_except_the_last() {
        let io = overlay();
        assert_eq!(io.read_file(b"/s/x/l/f"), Ok(b"tree".to_vec()));
        assert_eq!(io.kind(b"/s/x/l"), Ok(FileKind::Symlink));
        assert_eq!(io.read_link(b"/s/x/l"), Ok(b"a".to_vec()));
        assert_eq!(io.read_file(b"/s/x/loop"), Err(IoError::NotFound));
    }
}
