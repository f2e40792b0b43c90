//! The outside as a program sees it under an oracle: its own folder, as `/pwd`, and the environment that
//! all evaluators are given. Nothing else of this machine is there, as in the sandbox of an oracle.

use std::{
    collections::{BTreeMap, HashMap},
    ffi::{OsStr, OsString},
    fs, io,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Component, Path, PathBuf},
    sync::{Arc, OnceLock},
};

use twinix_evaluator::io::{
    FileKind, GitAnswer, Io, IoError, MemoryIo, RealIo, StorePart, git_environment,
};
use twinix_oracle::{
    Program, Settings,
    clock::STOPPED_CLOCK,
    git,
    process::Ending,
    program::{FILE_NAME, Placed, ROOT},
    sandbox::{Seen, Visible},
    settings::{Limits, Mode},
};

/// What the system says of a folder that may be walked through, but not listed.
const DENIED: &str = "Permission denied";

/// What it says of a circle of links.
const CIRCLE: &str = "Too many levels of symbolic links";

/// More links than this, one after the other, are a circle.
const MOST_LINKS: usize = 40;

/// Where derivations are instantiated.
#[derive(Clone)]
struct Store {
    root: PathBuf,
    /// The folder of the store as programs see it.
    folder: PathBuf,
}

/// What one program sees.
#[derive(Clone)]
pub struct Outside {
    /// Files that are on no disk.
    memory: MemoryIo,
    /// The places of these files and of their folders.
    kept: Vec<PathBuf>,
    visible: Visible,
    store: Option<Store>,
    real: Arc<RealIo>,
    environment: HashMap<Vec<u8>, Vec<u8>>,
    /// What starts `git`, where programs may have it started.
    tools: Option<Tools>,
}

/// A program as `git` is to see it.
#[derive(Clone)]
struct Tools {
    program: Program,
    limits: Limits,
    /// Where its files are; they are written when they are asked for.
    placed: Arc<OnceLock<Placed>>,
}

impl Tools {
    fn folder(&self) -> io::Result<&Path> {
        if let Some(placed) = self.placed.get() {
            return Ok(placed.root());
        }
        let placed = self.program.place()?;
        Ok(self.placed.get_or_init(|| placed).root())
    }
}

/// Where something is.
enum Place {
    Memory,
    Real(PathBuf),
    /// A folder that cannot be listed.
    Passage,
    Nowhere(IoError),
}

impl Outside {
    /// The outside of a program, with a file that is on no disk. A program that was given as text is on
    /// none either; another one is where it was placed.
    pub fn of(
        program: &Program,
        placed: Option<&Placed>,
        file: Option<(&Path, &[u8])>,
        settings: &Settings,
        environment: &BTreeMap<Vec<u8>, Vec<u8>>,
    ) -> Self {
        let mut files = Vec::new();
        let mut kept = Vec::new();
        let visible = match (program.given(), placed) {
            (Some(given), _) => {
                let root = Path::new(ROOT);
                let at = |path: &Path| bytes(&root.join(path)).to_vec();
                let siblings = given.siblings.iter();
                files.extend(siblings.map(|(path, content)| (at(path), content.clone())));
                files.push((at(Path::new(FILE_NAME)), given.text.clone()));
                kept.push(root.to_owned());
                Visible::beside(settings)
            }
            (None, Some(placed)) => Visible::around(placed.root(), settings),
            (None, None) => Visible::beside(settings),
        };
        if let Some((path, content)) = file {
            files.push((bytes(path).to_vec(), content.to_vec()));
            kept.push(path.to_owned());
        }
        Self {
            memory: MemoryIo::new(files),
            kept,
            visible,
            store: None,
            real: Arc::default(),
            environment: environment.clone().into_iter().collect(),
            tools: (settings.mode == Mode::Instantiate).then(|| Tools {
                program: program.clone(),
                limits: settings.limits,
                placed: Arc::default(),
            }),
        }
    }

    /// Keeps what is put into the store below a folder.
    pub fn with_store(mut self, root: PathBuf, store: &[u8]) -> Self {
        self.real = Arc::new(RealIo::with_store(root.clone(), store));
        self.store = Some(Store {
            root,
            folder: PathBuf::from(OsStr::from_bytes(store)),
        });
        self
    }

    /// A slash at the end, which paths of the standard library do not have, asks for a directory.
    fn place(&self, path: &[u8], follow: bool) -> Place {
        let at = Path::new(OsStr::from_bytes(path));
        if !(path.ends_with(b"/") || path.ends_with(b"/.")) {
            return self.place_of(at, follow);
        }
        let at: PathBuf = at.components().collect();
        let place = self.place_of(&at, true);
        let kind = match &place {
            Place::Memory => self.memory.kind(bytes(&at)),
            Place::Real(real) => self.real.kind(bytes(real)),
            Place::Passage | Place::Nowhere(_) => return place,
        };
        match kind {
            Ok(FileKind::Directory) | Err(_) => place,
            Ok(_) => Place::Nowhere(IoError::NotADirectory),
        }
    }

    fn place_of(&self, at: &Path, follow: bool) -> Place {
        if self.kept.iter().any(|kept| at.starts_with(kept)) {
            return self.place_in_memory(at);
        }
        if let Some(store) = &self.store
            && at.starts_with(&store.folder)
        {
            return self.place_in_store(store, at, follow);
        }
        match self.visible.look(at, follow) {
            Seen::Real(real) => Place::Real(real),
            Seen::Passage => Place::Passage,
            Seen::Circle => Place::Nowhere(IoError::Other(CIRCLE.to_owned())),
            Seen::Nothing if self.kept.iter().any(|kept| kept.starts_with(at)) => Place::Passage,
            Seen::Nothing => Place::Nowhere(IoError::NotFound),
        }
    }

    /// Where something in the store is. Links are followed here: the machine itself would follow them to its own files.
    fn place_in_store(&self, store: &Store, at: &Path, follow: bool) -> Place {
        let real = |at: &Path| store.root.join(at.strip_prefix("/").unwrap_or(at));
        let mut path = at.to_owned();
        for _ in 0..MOST_LINKS {
            if !path.starts_with(&store.folder) {
                return self.place_of(&path, follow);
            }
            let parts: Vec<&Path> = path.ancestors().collect();
            let mut link = None;
            for part in parts.into_iter().rev() {
                let Ok(about) = fs::symlink_metadata(real(part)) else {
                    return Place::Nowhere(IoError::NotFound);
                };
                if about.is_symlink() && (follow || part != path) {
                    link = Some(part.to_owned());
                    break;
                }
            }
            let Some(link) = link else {
                return Place::Real(real(&path));
            };
            let Ok(target) = fs::read_link(real(&link)) else {
                return Place::Nowhere(IoError::NotFound);
            };
            let rest = path.strip_prefix(&link).unwrap_or(Path::new(""));
            let above = link.parent().unwrap_or(Path::new("/"));
            path = plain(&above.join(target).join(rest));
        }
        Place::Nowhere(IoError::Other(CIRCLE.to_owned()))
    }

    fn place_in_memory(&self, at: &Path) -> Place {
        let is_below_a_file = at.ancestors().skip(1).any(|above| {
            let kind = self.memory.kind(above.as_os_str().as_bytes());
            kind == Ok(FileKind::Regular)
        });
        if is_below_a_file {
            Place::Nowhere(IoError::NotADirectory)
        } else {
            Place::Memory
        }
    }
}

/// A path without `.` and `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::CurDir => {}
            _ => plain.push(part),
        }
    }
    plain
}

fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

impl Io for Outside {
    fn kind(&self, path: &[u8]) -> Result<FileKind, IoError> {
        match self.place(path, false) {
            Place::Memory => self.memory.kind(path),
            Place::Real(real) => self.real.kind(bytes(&real)),
            Place::Passage => Ok(FileKind::Directory),
            Place::Nowhere(error) => Err(error),
        }
    }

    fn read_file(&self, path: &[u8]) -> Result<Vec<u8>, IoError> {
        match self.place(path, true) {
            Place::Memory => self.memory.read_file(path),
            Place::Real(real) => self.real.read_file(bytes(&real)),
            Place::Passage => Err(IoError::IsADirectory),
            Place::Nowhere(error) => Err(error),
        }
    }

    fn read_dir(&self, path: &[u8]) -> Result<Vec<(Vec<u8>, FileKind)>, IoError> {
        match self.place(path, true) {
            Place::Memory => self.memory.read_dir(path),
            Place::Real(real) => self.real.read_dir(bytes(&real)),
            Place::Passage => Err(IoError::Other(DENIED.to_owned())),
            Place::Nowhere(error) => Err(error),
        }
    }

    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, IoError> {
        match self.place(path, false) {
            Place::Memory => self.memory.read_link(path),
            Place::Real(real) => self.real.read_link(bytes(&real)),
            Place::Passage => Err(IoError::NotASymlink),
            Place::Nowhere(error) => Err(error),
        }
    }

    fn is_executable(&self, path: &[u8]) -> bool {
        match self.place(path, true) {
            Place::Real(real) => self.real.is_executable(bytes(&real)),
            _ => false,
        }
    }

    fn keeps_store(&self) -> bool {
        self.real.keeps_store()
    }

    fn hides_downloads(&self) -> bool {
        self.store.is_none()
    }

    fn add_to_store(&self, path: &[u8], part: StorePart<'_>) -> Result<(), IoError> {
        self.real.add_to_store(path, part)
    }

    fn build(&self, derivation: &[u8], output: &[u8]) -> Result<(), String> {
        self.real.build(derivation, output)
    }

    fn git(
        &self,
        directory: &[u8],
        arguments: &[&[u8]],
        input: Vec<u8>,
    ) -> Result<GitAnswer, IoError> {
        let Some(tools) = &self.tools else {
            return Err(IoError::NotFound);
        };
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => IoError::NotFound,
            _ => IoError::Other(error.to_string()),
        };
        let environment = git_environment(directory).into_iter();
        let question = git::Question {
            directory,
            arguments,
            input: &input,
            environment: environment
                .map(|(name, value)| (name.into(), OsString::from_vec(value)))
                .collect(),
        };
        let root = tools.folder().map_err(failed)?;
        let store = self.store.as_ref().map(|store| store.root.as_path());
        let answer = git::ask(root, store, &question, &tools.limits).map_err(failed)?;
        match answer.ending {
            Ending::OutOfTime => Err(IoError::OutOfTime),
            Ending::TooMuchOutput => Err(IoError::Other("git says too much".to_owned())),
            Ending::Crowded => Err(IoError::Other("git starts too much".to_owned())),
            Ending::Signal(_) => Ok((None, answer)),
            Ending::Status(status) => Ok((Some(status), answer)),
        }
        .map(|(status, answer)| GitAnswer {
            status,
            output: answer.stdout,
            errors: answer.stderr,
        })
    }

    fn environment(&self, name: &[u8]) -> Option<Vec<u8>> {
        self.environment.get(name).cloned()
    }

    fn now(&self) -> i64 {
        STOPPED_CLOCK
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{os::unix::fs::symlink, time::Duration};
    use tempfile::TempDir;

    #[test]
    fn a_program_given_as_text_is_read_from_memory() {
        let program = Program::text("p", "1")
            .with_sibling("a/b.nix", "2")
            .unwrap();
        let outside = Outside::of(&program, None, None, &Settings::default(), &BTreeMap::new());
        assert_eq!(outside.read_file(b"/pwd/program.nix"), Ok(b"1".to_vec()));
        assert_eq!(outside.kind(b"/pwd/a"), Ok(FileKind::Directory));
        assert_eq!(outside.kind(b"/"), Ok(FileKind::Directory));
        assert_eq!(
            outside.read_dir(b"/"),
            Err(IoError::Other(DENIED.to_owned()))
        );
        assert_eq!(outside.kind(b"/pwd/a/b.nix/c"), Err(IoError::NotADirectory));
        assert_eq!(outside.kind(b"/pwd/a/b.nix/"), Err(IoError::NotADirectory));
        assert_eq!(outside.kind(b"/pwd/a/."), Ok(FileKind::Directory));
        assert_eq!(outside.read_file(b"/etc/passwd"), Err(IoError::NotFound));
    }

    #[test]
    fn a_link_does_not_lead_to_this_machine() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("p.nix"), "1").unwrap();
        symlink("/etc/passwd", folder.path().join("out")).unwrap();
        let program = Program::file(folder.path().join("p.nix")).unwrap();
        let placed = program.place().unwrap();
        let environment = BTreeMap::new();
        let settings = Settings::default();
        let outside = Outside::of(&program, Some(&placed), None, &settings, &environment);
        assert_eq!(outside.read_file(b"/pwd/p.nix"), Ok(b"1".to_vec()));
        assert_eq!(outside.kind(b"/pwd/out"), Ok(FileKind::Symlink));
        assert_eq!(outside.read_file(b"/pwd/out"), Err(IoError::NotFound));
    }

    #[test]
    fn a_link_in_the_store_does_not_lead_to_this_machine() {
        let root = TempDir::new().unwrap();
        let store = root.path().join("nix/store");
        fs::create_dir_all(store.join("d")).unwrap();
        fs::write(store.join("d/file"), "1").unwrap();
        symlink("/etc/passwd", store.join("out")).unwrap();
        symlink("../d/../d/file", store.join("d/in")).unwrap();
        symlink("/nix/store/d", store.join("whole")).unwrap();
        symlink("circle", store.join("circle")).unwrap();
        let program = Program::text("p", "1");
        let outside = Outside::of(&program, None, None, &Settings::default(), &BTreeMap::new())
            .with_store(root.path().to_owned(), b"/nix/store");
        let read = |path: &str| outside.read_file(path.as_bytes());
        assert_eq!(read("/nix/store/out"), Err(IoError::NotFound));
        // Whether this machine has a store of its own or not.
        assert_eq!(outside.kind(b"/nix/store"), Ok(FileKind::Directory));
        let listed = outside.read_dir(b"/nix/store");
        assert_eq!(listed.map(|entries| entries.len()), Ok(4));
        assert_eq!(outside.kind(b"/nix/store/out"), Ok(FileKind::Symlink));
        assert_eq!(read("/nix/store/d/in"), Ok(b"1".to_vec()));
        assert_eq!(read("/nix/store/whole/in"), Ok(b"1".to_vec()));
        assert_eq!(
            read("/nix/store/circle"),
            Err(IoError::Other(CIRCLE.to_owned()))
        );
    }

    #[test]
    fn git_that_is_late_is_told_from_git_that_fails() {
        let program = Program::text("p", "1");
        let environment = BTreeMap::new();
        let ask = |time| {
            let settings = Settings {
                mode: Mode::Instantiate,
                limits: Limits {
                    time,
                    ..Limits::default()
                },
                ..Settings::default()
            };
            let outside = Outside::of(&program, None, None, &settings, &environment);
            outside.git(b"/pwd", &[b"rev-parse"], Vec::new())
        };
        // A machine that cannot shut evaluators in has no git either.
        if matches!(ask(Duration::from_secs(60)), Err(IoError::NotFound)) {
            return;
        }
        assert_eq!(
            ask(Duration::from_secs(60)).map(|answer| answer.status),
            Ok(Some(128))
        );
        assert!(matches!(ask(Duration::ZERO), Err(IoError::OutOfTime)));
    }
}
