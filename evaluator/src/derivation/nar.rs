//! NAR, the archive format whose hash addresses source trees (`archive.cc`):
//! names in order, contents, links, the executable bit, nothing else.

use crate::errors::{Error, ErrorKind, Result};
use crate::formats::hash::Hasher;
use crate::io::{FileKind, Io, IoError};

/// How deep directories may nest in the releases that limit it.
const MAX_DEPTH: usize = 64;

/// Takes the bytes of an archive.
pub trait Sink {
    /// Takes more bytes.
    fn take(&mut self, bytes: &[u8]);
}

impl Sink for Hasher {
    fn take(&mut self, bytes: &[u8]) {
        self.update(bytes);
    }
}

impl Sink for Vec<u8> {
    fn take(&mut self, bytes: &[u8]) {
        self.extend_from_slice(bytes);
    }
}

/// A directory that is being archived.
struct Level {
    path: Vec<u8>,
    /// The names still to come, the first last.
    left: Vec<Vec<u8>>,
}

/// Archiving in steps: whoever drives it decides for each entry of a directory
/// whether it is in, which may mean calling a Nix function.
pub struct Archiver<'a, S> {
    io: &'a dyn Io,
    sink: S,
    levels: Vec<Level>,
    /// The entry that was asked about.
    asked: Option<Vec<u8>>,
    limits_depth: bool,
}

/// What comes next.
pub enum Step {
    /// Is the entry at this path in?
    Ask(Vec<u8>),
    /// The archive is complete.
    Done,
}

impl<'a, S: Sink> Archiver<'a, S> {
    /// Starts the archive of what stands at `path`; `limits_depth`: of at most
    /// 64 directories in each other.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn new(io: &'a dyn Io, path: &[u8], sink: S, limits_depth: bool) -> Result<Self> {
        let mut archiver = Archiver {
            io,
            sink,
            levels: Vec::new(),
            asked: None,
            limits_depth,
        };
        archiver.string(b"nix-archive-1");
        archiver.node(path)?;
        Ok(archiver)
    }

    /// Goes on to the next question.
    pub fn advance(&mut self) -> Step {
        while let Some(level) = self.levels.last_mut() {
            if let Some(name) = level.left.pop() {
                let separator: &[u8] = if level.path == b"/" { b"" } else { b"/" };
                let path = [level.path.as_slice(), separator, &name].concat();
                self.asked = Some(name);
                return Step::Ask(path);
            }
            self.levels.pop();
            self.close_node();
        }
        Step::Done
    }

    /// Puts the entry in that was asked about (not called: leaves it out).
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn include(&mut self, path: &[u8]) -> Result<()> {
        let Some(name) = self.asked.take() else {
            return Ok(());
        };
        self.string(b"entry");
        self.string(b"(");
        self.string(b"name");
        self.string(&name);
        self.string(b"node");
        self.node(path)
    }

    /// The sink, when the archive is complete.
    pub fn finish(self) -> S {
        self.sink
    }

    fn string(&mut self, text: &[u8]) {
        self.sink.take(&(text.len() as u64).to_le_bytes());
        self.sink.take(text);
        let over = text.len() % 8;
        if over > 0 {
            self.sink.take(&[0; 8][over..]);
        }
    }

    fn node(&mut self, path: &[u8]) -> Result<()> {
        if self.limits_depth && self.levels.len() >= MAX_DEPTH {
            return Err(Error::new(
                ErrorKind::Io,
                format!(
                    "path '{}' exceeds maximum NAR directory depth of {MAX_DEPTH}",
                    String::from_utf8_lossy(path)
                ),
            ));
        }
        let kind = self
            .io
            .kind(path)
            .map_err(|error| failed("getting status of", path, &error))?;
        self.string(b"(");
        match kind {
            FileKind::Regular => {
                self.string(b"type");
                self.string(b"regular");
                if self.io.is_executable(path) {
                    self.string(b"executable");
                    self.string(b"");
                }
                let content = self
                    .io
                    .read_file(path)
                    .map_err(|error| failed("opening file", path, &error))?;
                self.string(b"contents");
                self.string(&content);
                self.close_node();
            }
            FileKind::Symlink => {
                let target = self
                    .io
                    .read_link(path)
                    .map_err(|error| failed("reading symbolic link", path, &error))?;
                self.string(b"type");
                self.string(b"symlink");
                self.string(b"target");
                self.string(&target);
                self.close_node();
            }
            FileKind::Directory => {
                self.string(b"type");
                self.string(b"directory");
                let mut left: Vec<Vec<u8>> = self
                    .io
                    .read_dir(path)
                    .map_err(|error| failed("opening directory", path, &error))?
                    .into_iter()
                    .map(|(name, _)| name)
                    .collect();
                left.sort_unstable_by(|a, b| b.cmp(a));
                self.levels.push(Level {
                    path: path.to_vec(),
                    left,
                });
            }
            FileKind::Unknown => {
                return Err(Error::new(
                    ErrorKind::Io,
                    format!(
                        "file '{}' has an unsupported type",
                        String::from_utf8_lossy(path)
                    ),
                ));
            }
        }
        Ok(())
    }

    /// Ends a node, and the entry that it is.
    fn close_node(&mut self) {
        self.string(b")");
        if !self.levels.is_empty() {
            self.string(b")");
        }
    }
}

/// The error of reading a part of a tree.
fn failed(what: &str, path: &[u8], error: &IoError) -> Error {
    let path = String::from_utf8_lossy(path);
    match error {
        IoError::NotFound => Error::new(ErrorKind::Io, format!("path '{path}' does not exist")),
        error => Error::new(
            ErrorKind::Io,
            format!("{what} '{path}': {}", error.describe()),
        ),
    }
}

/// Archives a whole tree.
///
/// # Errors
/// If it cannot be read.
pub fn archive<S: Sink>(io: &dyn Io, path: &[u8], sink: S, limits_depth: bool) -> Result<S> {
    let mut archiver = Archiver::new(io, path, sink, limits_depth)?;
    while let Step::Ask(entry) = archiver.advance() {
        archiver.include(&entry)?;
    }
    Ok(archiver.finish())
}

#[cfg(test)]
mod tests {
    use super::archive;
    use crate::formats::hash::{Algorithm, Format, Hasher};
    use crate::io::MemoryIo;

    #[test]
    fn a_file_archives_as_nix_hash_says() {
        let io = MemoryIo::new([(b"/f".to_vec(), b"hello\n".to_vec())]);
        let hash = archive(&io, b"/f", Hasher::new(Algorithm::Sha256), true)
            .unwrap()
            .finish();
        // nix-hash --type sha256 of a file that holds "hello\n"
        assert_eq!(
            hash.print(Format::Nix32, false),
            "04zwf782yjwnh3q6hz5izfd6jyip8kgw6g6yj43fiqhbyhdd0dqw"
        );
    }

    #[test]
    fn directories_are_archived_in_order() {
        let tree = |names: [&str; 3]| {
            MemoryIo::new(names.map(|name| (format!("/t/{name}").into_bytes(), b"x".to_vec())))
        };
        let one = archive(&tree(["b", "a", "c/d"]), b"/t", Vec::new(), true).unwrap();
        let two = archive(&tree(["c/d", "b", "a"]), b"/t", Vec::new(), true).unwrap();
        assert_eq!(one, two);
        assert!(one.windows(6).any(|window| window == b"direct"));
    }
}
