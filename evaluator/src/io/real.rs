//! The file system and environment of this machine.

use super::{FileKind, GitAnswer, Io, IoError};
use std::ffi::OsStr;
use std::fs::{self, FileType};
use std::io::{ErrorKind, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

/// The machine itself.
#[derive(Default)]
pub struct RealIo {
    /// Where store objects are written to, and looked for besides their own
    /// paths: `/nix/store/x` is `ROOT/nix/store/x`. `None`: nowhere.
    store_root: Option<PathBuf>,
}

impl RealIo {
    /// The machine, with a directory that store objects are written to.
    pub fn with_store(root: PathBuf) -> RealIo {
        RealIo {
            store_root: Some(root),
        }
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
        fs::symlink_metadata(path(at))
            .map(|metadata| kind(metadata.file_type()))
            .map_err(error)
    }

    fn read_file(&self, at: &[u8]) -> Result<Vec<u8>, IoError> {
        fs::read(path(at)).map_err(error)
    }

    fn read_dir(&self, at: &[u8]) -> Result<Vec<(Vec<u8>, FileKind)>, IoError> {
        fs::read_dir(path(at))
            .map_err(error)?
            .map(|entry| {
                let entry = entry.map_err(error)?;
                let kind = entry.file_type().map_or(FileKind::Unknown, kind);
                Ok((entry.file_name().into_vec(), kind))
            })
            .collect()
    }

    fn read_link(&self, at: &[u8]) -> Result<Vec<u8>, IoError> {
        fs::read_link(path(at))
            .map(|target| target.into_os_string().into_vec())
            .map_err(|problem| match problem.kind() {
                ErrorKind::InvalidInput => IoError::NotASymlink,
                _ => error(problem),
            })
    }

    fn is_executable(&self, at: &[u8]) -> bool {
        fs::metadata(path(at)).is_ok_and(|metadata| metadata.permissions().mode() & 0o100 != 0)
    }

    fn add_to_store(&self, at: &[u8], content: &[u8]) -> Result<(), IoError> {
        let Some(root) = &self.store_root else {
            return Ok(());
        };
        let relative = at.strip_prefix(b"/").unwrap_or(at);
        let file = root.join(path(relative));
        if file.exists() {
            return Ok(());
        }
        if let Some(directory) = file.parent() {
            fs::create_dir_all(directory).map_err(error)?;
        }
        fs::write(&file, content).map_err(error)
    }

    fn modified(&self, at: &[u8]) -> Result<i64, IoError> {
        fs::symlink_metadata(path(at))
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
