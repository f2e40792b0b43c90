//! A small file system in memory: for tests and fuzzing, where a program must
//! see nothing but its own files.

use super::{FileKind, Io, IoError, StorePart};
use crate::paths::canonical;
use std::collections::{BTreeMap, BTreeSet};

/// Files by absolute path; directories are implied. No symbolic links, no
/// environment, no time.
#[derive(Clone, Debug, Default)]
pub struct MemoryIo {
    files: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl MemoryIo {
    /// The file system that holds these files.
    pub fn new(files: impl IntoIterator<Item = (Vec<u8>, Vec<u8>)>) -> MemoryIo {
        MemoryIo {
            files: files.into_iter().collect(),
        }
    }

    /// The files below a directory, by their path from there.
    fn below<'s>(&'s self, path: &[u8]) -> impl Iterator<Item = &'s [u8]> + use<'s> {
        let mut prefix = path.to_vec();
        if prefix.last() != Some(&b'/') {
            prefix.push(b'/');
        }
        let length = prefix.len();
        self.files
            .range(prefix.clone()..)
            .map(|(path, _)| path.as_slice())
            .take_while(move |path| path.starts_with(&prefix))
            .map(move |path| &path[length..])
    }
}

impl Io for MemoryIo {
    fn kind(&self, path: &[u8]) -> Result<FileKind, IoError> {
        let path = &*canonical(path);
        if self.files.contains_key(path) {
            Ok(FileKind::Regular)
        } else if path == b"/" || self.below(path).next().is_some() {
            Ok(FileKind::Directory)
        } else {
            Err(IoError::NotFound)
        }
    }

    fn read_file(&self, path: &[u8]) -> Result<Vec<u8>, IoError> {
        match self.kind(path)? {
            FileKind::Directory => Err(IoError::IsADirectory),
            _ => self
                .files
                .get(&canonical(path))
                .cloned()
                .ok_or(IoError::NotFound),
        }
    }

    fn read_dir(&self, path: &[u8]) -> Result<Vec<(Vec<u8>, FileKind)>, IoError> {
        if self.kind(path)? != FileKind::Directory {
            return Err(IoError::NotADirectory);
        }
        let mut files = BTreeSet::new();
        let mut directories = BTreeSet::new();
        for file in self.below(&canonical(path)) {
            match file.iter().position(|&byte| byte == b'/') {
                Some(slash) => directories.insert(file[..slash].to_vec()),
                None => files.insert(file.to_vec()),
            };
        }
        Ok(directories
            .into_iter()
            .map(|name| (name, FileKind::Directory))
            .chain(files.into_iter().map(|name| (name, FileKind::Regular)))
            .collect())
    }

    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, IoError> {
        self.kind(path).and(Err(IoError::NotASymlink))
    }

    fn is_executable(&self, _path: &[u8]) -> bool {
        false
    }

    fn keeps_store(&self) -> bool {
        false
    }

    fn add_to_store(&self, _: &[u8], _: StorePart<'_>) -> Result<(), IoError> {
        Ok(())
    }

    fn build(&self, _: &[u8], _: &[u8]) -> Result<(), String> {
        Err("nothing is built here".to_owned())
    }

    fn environment(&self, _name: &[u8]) -> Option<Vec<u8>> {
        None
    }

    fn now(&self) -> i64 {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::{FileKind, Io, IoError, MemoryIo};

    #[test]
    fn directories_are_implied_by_files() {
        let io = MemoryIo::new([
            (b"/a/b/c.nix".to_vec(), b"1".to_vec()),
            (b"/a/d".to_vec(), b"2".to_vec()),
        ]);
        assert_eq!(io.kind(b"/a/b"), Ok(FileKind::Directory));
        assert_eq!(io.read_file(b"/a/d"), Ok(b"2".to_vec()));
        assert_eq!(io.read_file(b"/a"), Err(IoError::IsADirectory));
        assert_eq!(
            io.read_dir(b"/a"),
            Ok(vec![
                (b"b".to_vec(), FileKind::Directory),
                (b"d".to_vec(), FileKind::Regular)
            ])
        );
        assert_eq!(io.kind(b"/a/x"), Err(IoError::NotFound));
    }
}
