//! Every access of an evaluation to the outside stands behind one trait.

mod access;
mod git;
mod memory;
mod overlay;
mod real;
mod tree;

pub use access::Access;
pub use git::{GitAnswer, git_environment};
pub use memory::MemoryIo;
pub use overlay::{Overlay, Trees};
pub use real::RealIo;
pub use tree::{Content, Id, Node, Tree};

/// What stands at a path.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// Anything else.
    Unknown,
}

impl FileKind {
    /// The name that `readFileType` and `readDir` give it.
    pub fn name(self) -> &'static str {
        match self {
            FileKind::Regular => "regular",
            FileKind::Directory => "directory",
            FileKind::Symlink => "symlink",
            FileKind::Unknown => "unknown",
        }
    }
}

/// Why an access failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IoError {
    /// Nothing is there.
    NotFound,
    /// It is a directory where a file was wanted.
    IsADirectory,
    /// It is no directory where one was wanted.
    NotADirectory,
    /// It is no symbolic link where one was wanted.
    NotASymlink,
    /// A program that was asked took longer than an evaluation may.
    OutOfTime,
    /// Anything else, in the words of the system.
    Other(String),
}

impl IoError {
    /// What the system says, as `strerror` words it.
    pub fn describe(&self) -> String {
        match self {
            IoError::NotFound => "No such file or directory".to_owned(),
            IoError::IsADirectory => "Is a directory".to_owned(),
            IoError::NotADirectory => "Not a directory".to_owned(),
            IoError::NotASymlink => "Invalid argument".to_owned(),
            IoError::OutOfTime => "took longer than allowed".to_owned(),
            IoError::Other(text) => text.clone(),
        }
    }
}

/// A part of a store object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StorePart<'a> {
    /// A file.
    File {
        /// What is in it.
        content: &'a [u8],
        /// Whether it may be executed.
        executable: bool,
    },
    /// A directory, which parts that come later are in.
    Directory,
    /// A symbolic link, and where it points.
    Symlink(&'a [u8]),
}

/// The outside as an evaluation sees it. Paths are absolute bytes.
pub trait Io {
    /// What stands at `path`; a symbolic link is not followed.
    ///
    /// # Errors
    /// If nothing is there or it cannot be looked at.
    fn kind(&self, path: &[u8]) -> Result<FileKind, IoError>;

    /// The content of a file; symbolic links are followed.
    ///
    /// # Errors
    /// If it is no readable file.
    fn read_file(&self, path: &[u8]) -> Result<Vec<u8>, IoError>;

    /// The entries of a directory with their kinds, in any order.
    ///
    /// # Errors
    /// If it is no readable directory.
    fn read_dir(&self, path: &[u8]) -> Result<Vec<(Vec<u8>, FileKind)>, IoError>;

    /// Where a symbolic link points.
    ///
    /// # Errors
    /// If it is no symbolic link.
    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, IoError>;

    /// Whether the owner may execute the file.
    fn is_executable(&self, path: &[u8]) -> bool;

    /// When a file was changed, in seconds since 1970; a symbolic link is not
    /// followed.
    ///
    /// # Errors
    /// If nothing is there.
    fn modified(&self, path: &[u8]) -> Result<i64, IoError> {
        self.kind(path).map(|_| 0)
    }

    /// Runs `git` on a repository of this machine; `input` goes to its standard
    /// input. Only questions are asked in this way, nothing is changed or
    /// downloaded.
    ///
    /// # Errors
    /// If there is no `git`.
    fn git(
        &self,
        _directory: &[u8],
        _arguments: &[&[u8]],
        _input: Vec<u8>,
    ) -> Result<GitAnswer, IoError> {
        Err(IoError::NotFound)
    }

    /// Whether what is put into the store can be read from there.
    fn keeps_store(&self) -> bool;

    /// Whether what 2.3 downloads cannot be read afterwards: its store takes it, but is no folder, as that of an oracle
    /// which is to keep nothing.
    fn hides_downloads(&self) -> bool {
        false
    }

    /// Puts something at a store path, or at a path below one. What is there
    /// already stays: a store path says what is in it.
    ///
    /// # Errors
    /// If it cannot be written.
    fn add_to_store(&self, path: &[u8], part: StorePart<'_>) -> Result<(), IoError>;

    /// Builds an output of a derivation that is in the store, with all that it
    /// needs.
    ///
    /// # Errors
    /// If it cannot be built, in words.
    fn build(&self, derivation: &[u8], output: &[u8]) -> Result<(), String>;

    /// An environment variable.
    fn environment(&self, name: &[u8]) -> Option<Vec<u8>>;

    /// Seconds since 1970.
    fn now(&self) -> i64;
}
