//! The file system and environment of this machine.

use super::{FileKind, GitAnswer, Io, IoError, StorePart, git_environment};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, FileType};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// The machine itself.
#[derive(Default)]
pub struct RealIo {
    store: Option<StoreRoot>,
    /// Directories that were seen, and what stood in those that were read, where that is remembered.
    seen: Option<Mutex<FxHashMap<Vec<u8>, FileKind>>>,
}

/// A directory in which another `/` begins, as far as store objects go.
struct StoreRoot {
    root: PathBuf,
    /// The store's directory as programs see it, with a slash at its end.
    prefix: Vec<u8>,
}

impl RealIo {
    /// The same, which remembers the directories that it saw and what it read in them: for one evaluation,
    /// in which none becomes anything else. Each path is looked at from its root on, so most looks are at
    /// directories, and who reads a directory mostly looks at its entries next; C++ Nix
    /// remembers what it saw as well (`PosixSourceAccessor::cachedLstat` in `posix-source-accessor.cc`).
    pub fn remembering(self) -> RealIo {
        RealIo {
            seen: Some(Mutex::default()),
            ..self
        }
    }

    /// What is remembered, if anything is.
    fn seen(&self) -> Option<MutexGuard<'_, FxHashMap<Vec<u8>, FileKind>>> {
        let seen = self.seen.as_ref()?;
        Some(seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The machine, with a directory that store objects are written to and
    /// looked for in besides their own paths: `/nix/store/x` is
    /// `ROOT/nix/store/x`.
    pub fn with_store(root: PathBuf, store_dir: &[u8]) -> RealIo {
        RealIo {
            store: Some(StoreRoot {
                root,
                prefix: [store_dir, b"/"].concat(),
            }),
            ..RealIo::default()
        }
    }

    /// Where a path really is.
    fn place<'p>(&self, at: &'p [u8]) -> Cow<'p, Path> {
        if let Some(store) = &self.store {
            let is_store = store.prefix.strip_suffix(b"/") == Some(at);
            if at.starts_with(&store.prefix) || is_store && !path(at).exists() {
                let kept = store.place(at);
                if fs::symlink_metadata(&kept).is_ok() {
                    return Cow::Owned(kept);
                }
            }
        }
        Cow::Borrowed(path(at))
    }
}

impl StoreRoot {
    fn place(&self, at: &[u8]) -> PathBuf {
        self.root.join(path(at.strip_prefix(b"/").unwrap_or(at)))
    }

    /// Writes a file under another name first, no longer than its own may be: who reads it at the same time
    /// sees all of it or nothing.
    fn write(&self, file: &Path, content: &[u8], executable: bool) -> std::io::Result<()> {
        static DRAFTS: AtomicU64 = AtomicU64::new(0);
        let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
        let draft = file.with_file_name(format!(".twinix-{}-{number}", std::process::id()));
        fs::write(&draft, content)?;
        if executable {
            fs::set_permissions(&draft, fs::Permissions::from_mode(0o755))?;
        }
        fs::rename(&draft, file)
    }
}

fn path(bytes: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(bytes))
}

/// Files up to this size are read with one question to the system beside opening and closing them.
const SMALL_FILE: u64 = 64 << 20;

/// The content of a file. Unlike `fs::read` it does not ask for the position of what was just opened, nor
/// reads once more to see that a file of known size has ended.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let about = file.metadata()?;
    if !about.is_file() || !(1..=SMALL_FILE).contains(&about.len()) {
        // What has no size (`/proc`, pipes) has its content all the same.
        let mut content = Vec::new();
        file.read_to_end(&mut content)?;
        return Ok(content);
    }
    let mut content = vec![0; about.len() as usize];
    let mut filled = 0;
    while filled < content.len() {
        match file.read(&mut content[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(problem) if problem.kind() == ErrorKind::Interrupted => {}
            Err(problem) => return Err(problem),
        }
    }
    content.truncate(filled);
    Ok(content)
}

fn kind(file_type: FileType) -> FileKind {
    if file_type.is_file() {
        FileKind::Regular
    } else if file_type.is_dir() {
        FileKind::Directory
    } else if file_type.is_symlink() {
        FileKind::Symlink
    } else {
        FileKind::Unknown
    }
}

fn error(error: std::io::Error) -> IoError {
    match error.kind() {
        ErrorKind::NotFound => IoError::NotFound,
        ErrorKind::IsADirectory => IoError::IsADirectory,
        ErrorKind::NotADirectory => IoError::NotADirectory,
        _ => {
            // The number of the error says nothing that its words do not.
            let text = error.to_string();
            let words = text.split(" (os error").next().unwrap_or_default();
            IoError::Other(words.to_owned())
        }
    }
}

impl Io for RealIo {
    fn kind(&self, at: &[u8]) -> Result<FileKind, IoError> {
        let mut seen = self.seen();
        if let Some(&kind) = seen.as_ref().and_then(|seen| seen.get(at)) {
            return Ok(kind);
        }
        let metadata = fs::symlink_metadata(self.place(at)).map_err(error)?;
        let kind = kind(metadata.file_type());
        if let Some(seen) = &mut seen
            && matches!(kind, FileKind::Directory)
        {
            seen.insert(at.to_vec(), kind);
        }
        Ok(kind)
    }

    fn read_file(&self, at: &[u8]) -> Result<Vec<u8>, IoError> {
        read(&self.place(at)).map_err(error)
    }

    fn read_dir(&self, at: &[u8]) -> Result<Vec<(Vec<u8>, FileKind)>, IoError> {
        let entries: Vec<(Vec<u8>, FileKind)> = fs::read_dir(self.place(at))
            .map_err(error)?
            .map(|entry| {
                let entry = entry.map_err(error)?;
                let kind = entry.file_type().map_or(FileKind::Unknown, kind);
                Ok((entry.file_name().into_vec(), kind))
            })
            .collect::<Result<_, _>>()?;
        // An entry of the store may be one that is kept elsewhere.
        if self.store.is_none()
            && let Some(mut seen) = self.seen()
        {
            let plain = |kind| matches!(kind, FileKind::Directory | FileKind::Regular);
            for (name, kind) in entries.iter().filter(|(_, kind)| plain(*kind)) {
                seen.insert([at, b"/", name].concat(), *kind);
            }
        }
        Ok(entries)
    }

    fn read_link(&self, at: &[u8]) -> Result<Vec<u8>, IoError> {
        fs::read_link(self.place(at))
            .map(|target| target.into_os_string().into_vec())
            .map_err(|problem| match problem.kind() {
                ErrorKind::InvalidInput => IoError::NotASymlink,
                _ => error(problem),
            })
    }

    fn is_executable(&self, at: &[u8]) -> bool {
        fs::metadata(self.place(at))
            .is_ok_and(|metadata| metadata.permissions().mode() & 0o100 != 0)
    }

    fn keeps_store(&self) -> bool {
        self.store.is_some()
    }

    fn add_to_store(&self, at: &[u8], part: StorePart<'_>) -> Result<(), IoError> {
        let Some(store) = &self.store else {
            return Ok(());
        };
        let place = store.place(at);
        if fs::symlink_metadata(&place).is_ok() {
            return Ok(());
        }
        if let Some(directory) = place.parent() {
            fs::create_dir_all(directory).map_err(error)?;
        }
        match part {
            StorePart::File {
                content,
                executable,
            } => store.write(&place, content, executable),
            StorePart::Directory => fs::create_dir(&place),
            StorePart::Symlink(target) => std::os::unix::fs::symlink(path(target), &place),
        }
        .map_err(error)
    }

    fn build(&self, _: &[u8], _: &[u8]) -> Result<(), String> {
        Err("derivations are built in the store that --store names, and there is none".to_owned())
    }

    fn modified(&self, at: &[u8]) -> Result<i64, IoError> {
        fs::symlink_metadata(self.place(at))
            .map(|metadata| metadata.mtime())
            .map_err(error)
    }

    fn git(
        &self,
        directory: &[u8],
        arguments: &[&[u8]],
        input: Vec<u8>,
    ) -> Result<GitAnswer, IoError> {
        let environment = git_environment(directory);
        let environment = environment.map(|(name, value)| (name, OsString::from_vec(value)));
        let mut child = Command::new("git")
            .arg("-C")
            .arg(path(directory))
            .args(arguments.iter().map(|argument| OsStr::from_bytes(argument)))
            .envs(environment)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(error)?;
        let stdin = child.stdin.take();
        // Its answers may fill the pipe before it has read everything.
        let writer = std::thread::spawn(move || {
            if let Some(mut stdin) = stdin {
                // It may end without reading: then it says why.
                let _ = stdin.write_all(&input);
            }
        });
        let output = child.wait_with_output().map_err(error)?;
        let _ = writer.join();
        Ok(GitAnswer {
            status: output.status.code(),
            output: output.stdout,
            errors: output.stderr,
        })
    }

    fn environment(&self, name: &[u8]) -> Option<Vec<u8>> {
        std::env::var_os(OsStr::from_bytes(name)).map(OsStringExt::into_vec)
    }

    fn now(&self) -> i64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs() as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_without_a_size_have_content() {
        let io = RealIo::default();
        let maps = io.read_file(b"/proc/self/maps").unwrap();
        assert!(maps.len() > 100);
        assert_eq!(io.read_file(b"/dev/null"), Ok(Vec::new()));
        assert_eq!(io.read_file(b"/proc/self"), Err(IoError::IsADirectory));
        assert_eq!(io.read_file(b"/proc/self/none"), Err(IoError::NotFound));
        let source =
            io.read_file(concat!(env!("CARGO_MANIFEST_DIR"), "/src/io/real.rs").as_bytes());
        assert_eq!(source.unwrap(), include_bytes!("real.rs"));
    }

    #[test]
    fn a_store_that_the_machine_lacks_is_where_it_is_kept() {
        let root = tempfile::tempdir().unwrap();
        let kept = root.path().join("no-such/store");
        fs::create_dir_all(&kept).unwrap();
        let io = RealIo::with_store(root.path().to_owned(), b"/no-such/store");
        assert_eq!(io.kind(b"/no-such/store"), Ok(FileKind::Directory));
        assert_eq!(io.read_dir(b"/no-such/store"), Ok(Vec::new()));
        assert_eq!(io.kind(b"/no-such/store/x"), Err(IoError::NotFound));
        // What the machine has is not hidden.
        let io = RealIo::with_store(root.path().to_owned(), b"/proc");
        assert!(io.kind(b"/proc/self").is_ok());
    }

    #[test]
    fn what_a_directory_lists_is_remembered() {
        let io = RealIo::default().remembering();
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/io").as_bytes();
        io.read_dir(folder).unwrap();
        let known = io
            .seen()
            .unwrap()
            .get([folder, b"/real.rs"].concat().as_slice())
            .copied();
        assert_eq!(known, Some(FileKind::Regular));
        assert_eq!(
            io.kind(&[folder, b"/real.rs"].concat()),
            Ok(FileKind::Regular)
        );
        assert_eq!(io.kind(folder), Ok(FileKind::Directory));
    }
}
