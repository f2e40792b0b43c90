//! A program is one Nix expression, always kept as source text, with the files that it reads and the
//! way it is handed to an evaluator.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io,
    path::{Component, Path, PathBuf},
    time::SystemTime,
};

use crate::scratch::ScratchFolder;

/// The name under which the program's folder appears in outcomes, whatever it is called on this
/// machine. C++ Nix's own language tests use the same name.
pub const ROOT: &str = "/pwd";

/// The name of a program's file where it was given as text.
pub const FILE_NAME: &str = "program.nix";

/// How a program reaches its evaluator; positions and relative paths depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Delivery {
    /// As a file named on the command line.
    #[default]
    File,
    /// On standard input (`-`).
    Stdin,
    /// As an argument (`-E`).
    Expression,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    Text(Text),
    Disk {
        root: PathBuf,
        file: PathBuf,
        /// What it was made from, where it was placed: it need not be read again.
        text: Option<Text>,
    },
}

/// A program that was given as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The source text.
    pub text: Vec<u8>,
    /// The files beside it, by their paths from there.
    pub siblings: BTreeMap<PathBuf, Vec<u8>>,
}

/// One program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    name: String,
    source: Source,
    delivery: Delivery,
}

impl Program {
    /// A program given as text.
    pub fn text(name: impl Into<String>, text: impl Into<Vec<u8>>) -> Self {
        let source = Source::Text(Text {
            text: text.into(),
            siblings: BTreeMap::new(),
        });
        Self {
            name: name.into(),
            source,
            delivery: Delivery::File,
        }
    }

    /// A program in a file, whose folder is its working folder.
    pub fn file(file: impl AsRef<Path>) -> io::Result<Self> {
        let file = fs::canonicalize(file)?;
        let root = file.parent().unwrap_or(Path::new("/")).to_owned();
        Ok(Self::on_disk(root, file))
    }

    /// A program in a file somewhere below its working folder; outcomes name paths relative to the
    /// working folder, and relative flags (`-I lang/dir1`) start there.
    pub fn file_in(root: impl AsRef<Path>, file: impl AsRef<Path>) -> io::Result<Self> {
        let root = fs::canonicalize(root)?;
        let file = fs::canonicalize(root.join(file))?;
        Ok(Self::on_disk(root, file))
    }

    fn on_disk(root: PathBuf, file: PathBuf) -> Self {
        let name = file
            .strip_prefix(&root)
            .unwrap_or(&file)
            .display()
            .to_string();
        Self {
            name,
            source: Source::Disk {
                root,
                file,
                text: None,
            },
            delivery: Delivery::File,
        }
    }

    /// The same program under another name.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Adds a file that the program can read, at a path relative to it.
    ///
    /// # Errors
    /// When the program is not given as text, or the path leaves the program's folder.
    pub fn with_sibling(
        mut self,
        path: impl Into<PathBuf>,
        content: impl Into<Vec<u8>>,
    ) -> io::Result<Self> {
        let path = path.into();
        let stays_inside = path
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        match &mut self.source {
            Source::Text(Text { siblings, .. }) if stays_inside => {
                siblings.insert(path, content.into());
                Ok(self)
            }
            _ => Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("'{}' cannot be put beside the program", path.display()),
            )),
        }
    }

    /// The same program, handed over in another way.
    pub fn delivered(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }

    /// What to call it in a report.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it reaches its evaluator.
    pub fn delivery(&self) -> Delivery {
        self.delivery
    }

    /// The source text, as bytes: a program under test need not be UTF-8.
    pub fn source(&self) -> io::Result<Vec<u8>> {
        match &self.source {
            Source::Text(Text { text, .. })
            | Source::Disk {
                text: Some(Text { text, .. }),
                ..
            } => Ok(text.clone()),
            Source::Disk { file, .. } => fs::read(file),
        }
    }

    /// The text and the files beside it, where it was given so.
    pub fn given(&self) -> Option<&Text> {
        match &self.source {
            Source::Text(text) => Some(text),
            Source::Disk { text, .. } => text.as_ref(),
        }
    }

    /// The file that holds it, where it came from one.
    pub fn path(&self) -> Option<&Path> {
        match &self.source {
            Source::Text(_) => None,
            Source::Disk { file, .. } => Some(file),
        }
    }

    /// Puts the program on disk, so that several evaluators see it under one path; a program that came
    /// from a file stays where it is.
    pub fn place(&self) -> io::Result<Placed> {
        match &self.source {
            Source::Disk { root, file, .. } => Ok(Placed {
                program: self.clone(),
                root: root.clone(),
                file: file.clone(),
                _scratch: None,
            }),
            Source::Text(Text { text, siblings }) => {
                // As the servers keep it: `builtins.path` says how large a folder is, which depends on the file system.
                let scratch = ScratchFolder::in_memory("twinix-program-")?;
                let root = fs::canonicalize(scratch.path())?;
                for (path, content) in siblings {
                    let path = root.join(path);
                    if let Some(folder) = path.parent() {
                        fs::create_dir_all(folder)?;
                    }
                    fs::write(path, content)?;
                }
                let file = root.join(FILE_NAME);
                fs::write(&file, text)?;
                if !siblings.is_empty() {
                    stop_time(&root, siblings.keys())?;
                }
                let program = Self {
                    name: self.name.clone(),
                    source: Source::Disk {
                        root: root.clone(),
                        file: file.clone(),
                        text: self.given().cloned(),
                    },
                    delivery: self.delivery,
                };
                Ok(Placed {
                    program,
                    root,
                    file,
                    _scratch: Some(scratch),
                })
            }
        }
    }
}

/// Gives files and their folders the time that files in memory have: fetchers tell it.
fn stop_time<'p>(root: &Path, files: impl Iterator<Item = &'p PathBuf>) -> io::Result<()> {
    let mut places = BTreeSet::new();
    for file in files {
        let within = file.ancestors();
        places.extend(within.map(|place| root.join(place)));
    }
    for place in places {
        File::open(place)?.set_modified(SystemTime::UNIX_EPOCH)?;
    }
    Ok(())
}

/// A program that is on disk; what was written for it goes away with this value.
#[derive(Debug)]
pub struct Placed {
    program: Program,
    root: PathBuf,
    file: PathBuf,
    _scratch: Option<ScratchFolder>,
}

impl Placed {
    /// The program, now in a file.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The absolute path of its working folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The absolute path of its file.
    pub fn file(&self) -> &Path {
        &self.file
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    #[test]
    fn a_text_is_placed_with_its_siblings_and_leaves_nothing_behind() {
        let program = Program::text("t", "import ./a/b.nix")
            .with_sibling("a/b.nix", "1")
            .unwrap();
        let placed = program.place().unwrap();
        let root = placed.root().to_owned();
        assert_eq!(fs::read(placed.file()).unwrap(), b"import ./a/b.nix");
        assert_eq!(fs::read(root.join("a/b.nix")).unwrap(), b"1");
        drop(placed);
        assert!(!root.exists());
    }

    #[test]
    fn a_sibling_cannot_leave_the_folder() {
        assert!(Program::text("t", "1").with_sibling("../x", "").is_err());
        assert!(Program::text("t", "1").with_sibling("/x", "").is_err());
    }

    #[test]
    fn a_file_stays_where_it_is() {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("lang")).unwrap();
        fs::write(folder.path().join("lang/x.nix"), "1").unwrap();
        let program = Program::file_in(folder.path(), "lang/x.nix").unwrap();
        assert_eq!(program.name(), "lang/x.nix");
        let placed = program.place().unwrap();
        assert_eq!(
            placed.file(),
            fs::canonicalize(folder.path()).unwrap().join("lang/x.nix")
        );
        drop(placed);
        assert!(folder.path().join("lang/x.nix").exists());
    }
}
