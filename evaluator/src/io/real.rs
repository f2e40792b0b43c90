//! The file system and environment of this machine.

use super::{FileKind, GitAnswer, Io, IoError, StorePart};
use rustc_hash::FxHashSet;
use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::fs::{self, FileType};
use std::io::{ErrorKind, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

/// The machine itself.
#[derive(Default)]
pub struct RealIo {
    store: Option<StoreRoot>,
    /// Directories that were seen, where they are remembered.
    directories: Option<Mutex<FxHashSet<Vec<u8>>>>,
}

/// A directory in which another `/` begins, as far as store objects go.
struct StoreRoot {
    root: PathBuf,
    /// The store's directory as programs see it, with a slash at its end.
    prefix: Vec<u8>,
}

impl RealIo {
    /// The same, which remembers the directories that it saw: for one evaluation, in which none becomes
    /// anything else. Each path is looked at from its root on, so most looks are at directories; C++ Nix
    /// remembers what it saw as well (`PosixSourceAccessor::cachedLstat` in `posix-source-accessor.cc`).
    pub fn remembering(self) -> RealIo {
        RealIo {
            directories: Some(Mutex::default()),
            ..self
        }
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
        if let Some(store) = &self.store
            && at.starts_with(&store.prefix)
        {
            let kept = store.place(at);
            if fs::symlink_metadata(&kept).is_ok() {
                return Cow::Owned(kept);
            }
        }
        Cow::Borrowed(path(at))
    }
}

impl StoreRoot {
    fn place(&self, at: &[u8]) -> PathBuf {
        self.root.join(path(at.strip_prefix(b"/").unwrap_or(at)))
    }

    /// Writes a file under another name first: who reads it at the same time
    /// sees all of it or nothing.
    fn write(&self, file: &Path, content: &[u8], executable: bool) -> std::io::Result<()> {
        let mut name = OsString::from(".twinix-");
        name.push(std::process::id().to_string());
        name.push("-");
        name.push(file.file_name().unwrap_or_default());
        let draft = file.with_file_name(name);
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
        let mut directories = self
            .directories
            .as_ref()
            .map(|it| it.lock().unwrap_or_else(PoisonError::into_inner));
        if directories.as_ref().is_some_and(|seen| seen.contains(at)) {
            return Ok(FileKind::Directory);
        }
        let metadata = fs::symlink_metadata(self.place(at)).map_err(error)?;
        let kind = kind(metadata.file_type());
        if let Some(seen) = &mut directories
            && matches!(kind, FileKind::Directory)
        {
            seen.insert(at.to_vec());
        }
        Ok(kind)
    }

    fn read_file(&self, at: &[u8]) -> Result<Vec<u8>, IoError> {
        fs::read(self.place(at)).map_err(error)
    }

    fn read_dir(&self, at: &[u8]) -> Result<Vec<(Vec<u8>, FileKind)>, IoError> {
        fs::read_dir(self.place(at))
            .map_err(error)?
            .map(|entry| {
                let entry = entry.map_err(error)?;
                let kind = entry.file_type().map_or(FileKind::Unknown, kind);
                Ok((entry.file_name().into_vec(), kind))
            })
            .collect()
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
        let mut child = Command::new("git")
            .arg("-C")
            .arg(path(directory))
            .args(arguments.iter().map(|argument| OsStr::from_bytes(argument)))
            // The repository is here, not somewhere above.
            .env(
                "GIT_CEILING_DIRECTORIES",
                path(directory).parent().unwrap_or_else(|| Path::new("/")),
            )
            .env("LC_ALL", "C")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
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
