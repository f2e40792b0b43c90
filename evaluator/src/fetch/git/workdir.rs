//! The files of a working tree that Git knows, as they are now.

use super::super::problem::Result;
use super::Repository;
use super::commit::{Submodule, is_under};
use crate::io::{Content, FileKind, Node, Tree};
use bstr::{BString, ByteSlice};
use std::collections::{BTreeMap, BTreeSet};

/// What a working tree is like.
pub struct Workdir {
    /// The files, without those that were deleted.
    pub files: BTreeSet<BString>,
    /// Whether anything differs from the commit that is checked out.
    pub is_dirty: bool,
    /// That commit.
    pub head: Option<BString>,
    /// The submodules.
    pub submodules: Vec<Submodule>,
}

impl Repository<'_> {
    /// Looks at the working tree (`GitRepo::getWorkdirInfo`).
    pub fn workdir(&self) -> Result<Workdir> {
        let status = self.run(
            &[
                b"status",
                b"--porcelain=v1",
                b"-z",
                b"--no-renames",
                b"--untracked-files=no",
                b"--ignore-submodules=all",
            ],
            Vec::new(),
        )?;
        let mut deleted = BTreeSet::new();
        for line in status.split_str("\0").filter(|line| line.len() > 3) {
            if line[..2].contains(&b'D') {
                deleted.insert(line[3..].as_bstr());
            }
        }
        let listed = self.run(&[b"ls-files", b"-z", b"-s"], Vec::new())?;
        let files = listed
            .split_str("\0")
            .filter(|line| !line.starts_with(b"160000"))
            .filter_map(|line| line.split_once_str("\t"))
            .map(|(_, path)| path.as_bstr())
            .filter(|path| !deleted.contains(path))
            .map(|path| path.to_owned())
            .collect();
        let submodules = if self.kind(b".gitmodules") == Some(FileKind::Regular) {
            self.module_file(&[b"config", b"-f", b".gitmodules"])?
        } else {
            Vec::new()
        };
        Ok(Workdir {
            files,
            is_dirty: !status.is_empty(),
            head: self.head()?,
            submodules,
        })
    }

    /// A tree of files of the working tree. A directory on the way to one of
    /// them is there even if the file is not: the releases keep a directory
    /// below which they know of a file (`AllowListSourceAccessor` and, before
    /// it, the filter of `fetchGit`).
    pub fn files_tree(&self, files: &BTreeSet<BString>, export_ignore: bool) -> Result<Tree> {
        let above: BTreeSet<&[u8]> = files
            .iter()
            .flat_map(|file| file.find_iter(b"/").map(|slash| &file[..slash]))
            .collect();
        let ignored = if export_ignore {
            let all = files.iter().map(|file| file.as_slice());
            self.export_ignored(all.chain(above.iter().copied()), None)?
        } else {
            BTreeSet::new()
        };
        let mut tree = Tree::default();
        for directory in above {
            if !is_under(directory, &ignored) && self.kind(directory) == Some(FileKind::Directory) {
                let names: Vec<&[u8]> = directory.split_str("/").collect();
                tree.insert(&names, Node::Directory(BTreeMap::new()));
            }
        }
        let mut work: Vec<BString> = files
            .iter()
            .filter(|file| !is_under(file, &ignored))
            .cloned()
            .collect();
        while let Some(file) = work.pop() {
            let names: Vec<&[u8]> = file.split_str("/").collect();
            let path = self.path(&file);
            let node = match self.io.kind(&path) {
                Ok(FileKind::Regular) => Node::File {
                    executable: self.io.is_executable(&path),
                    content: Content::At(path.into()),
                },
                Ok(FileKind::Symlink) => match self.io.read_link(&path) {
                    Ok(target) => Node::Symlink(target),
                    Err(_) => continue,
                },
                // A directory stands where the index has a file: all of it is
                // visible.
                Ok(FileKind::Directory) => {
                    for (name, _) in self.io.read_dir(&path).unwrap_or_default() {
                        work.push([file.as_slice(), b"/", &name].concat().into());
                    }
                    Node::Directory(BTreeMap::new())
                }
                Ok(FileKind::Unknown) | Err(_) => continue,
            };
            tree.insert(&names, node);
        }
        Ok(tree)
    }
}
