//! Shuts evaluators in: an evaluated program sees its own folder and nothing else of this machine, can
//! write nothing and reaches no network.
//!
//! The evaluator runs in namespaces of its own, under a root in which the program's folder is `/pwd` on
//! every machine, the evaluator's installation `/oracle` and its state `/scratch`: the names that they have
//! in outcomes. The root cannot be listed, so a program finds nothing but its own folder. Where the kernel refuses namespaces, evaluators run in the open, under the same limits, and
//! [`refusal`] says why.

mod embedded;
pub(crate) mod tools;
mod visible;

use std::{
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

pub use embedded::CACHE_VARIABLE;
pub(crate) use embedded::SNAPSHOT;
pub use tools::TOOLS_PATH;
pub(crate) use visible::extra;
pub use visible::{Seen, Visible};

use crate::{program::ROOT, settings::Limits};

/// Where the installation of the evaluator is, inside.
pub const ORACLE: &str = "/oracle";

/// Where the evaluator keeps its state, inside.
pub const SCRATCH: &str = "/scratch";

/// The folder of the store, which is there and empty: not every machine has one.
pub(crate) const STORE: &str = "/nix/store";

/// What the collector of C++ Nix reads of this file: how many processors there are. It wants no threads.
const STATISTICS: &str = "cpu  0 0 0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0 0 0\n";

/// The stack that every oracle gets: the depth that 2.3 reaches depends on it, and later releases raise
/// it themselves.
pub(crate) const STACK: u64 = 8 << 20;

/// The largest file that an oracle may write.
pub(crate) const FILE: u64 = 64 << 20;

/// The program that shuts in, and whether the kernel lets it.
struct Jail {
    executable: PathBuf,
    refusal: Option<String>,
}

fn jail() -> Result<&'static Jail, &'static str> {
    static JAIL: OnceLock<Result<Jail, String>> = OnceLock::new();
    JAIL.get_or_init(|| {
        let executable = embedded::JAIL.written()?;
        let refusal = probe(&executable).err();
        Ok(Jail {
            executable,
            refusal,
        })
    })
    .as_ref()
    .map_err(String::as_str)
}

/// Whether the kernel allows all that is needed.
fn probe(executable: &Path) -> Result<(), String> {
    let folder = std::env::temp_dir();
    let tried = Command::new(executable)
        .args(["namespaces", "see"])
        .arg(&folder)
        .args([ROOT, "folder", ROOT])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run {}: {error}", executable.display()))?;
    if tried.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&tried.stderr).trim().to_owned())
}

/// Why evaluators are not shut in; `None` where they are.
pub fn refusal() -> Option<&'static str> {
    match jail() {
        Ok(jail) => jail.refusal.as_deref(),
        Err(why) => Some(why),
    }
}

/// What an evaluator finds where, besides its limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sandbox {
    words: Vec<OsString>,
    /// Whether what is inside can start others.
    has_tools: bool,
    /// What is at [`SCRATCH`].
    scratch: Option<PathBuf>,
}

impl Sandbox {
    /// An empty one around a program's folder; `None` where evaluators cannot be shut in.
    pub fn around(folder: &Path) -> Option<Self> {
        if refusal().is_some() {
            return None;
        }
        let mut sandbox = Self {
            words: vec!["namespaces".into()],
            has_tools: false,
            scratch: None,
        };
        sandbox.see(folder, ROOT);
        // The collector looks for its stack there, and for the number of processors.
        sandbox.see("/proc/self/maps", "/proc/self/maps");
        sandbox
            .words
            .extend(["file".into(), "/proc/stat".into(), STATISTICS.into()]);
        sandbox.words.extend(["passage".into(), STORE.into()]);
        Some(sandbox)
    }

    fn add(&mut self, how: &str, source: &OsStr, at: &OsStr) {
        self.words
            .extend([how.into(), source.to_owned(), at.to_owned()]);
    }

    /// Makes a file or folder visible, to read.
    pub fn see(&mut self, source: impl AsRef<OsStr>, at: impl AsRef<OsStr>) {
        self.add("see", source.as_ref(), at.as_ref());
    }

    /// Makes a folder visible, to write as well.
    pub fn r#use(&mut self, source: impl AsRef<OsStr>, at: impl AsRef<OsStr>) {
        if at.as_ref() == SCRATCH {
            self.scratch = Some(source.as_ref().into());
        }
        self.add("use", source.as_ref(), at.as_ref());
    }

    /// Whether what is inside can start other programs.
    pub(crate) fn has_tools(&self) -> bool {
        self.has_tools
    }

    /// The scratch folder, if there is one, as this machine calls it.
    pub(crate) fn scratch(&self) -> Option<&Path> {
        self.scratch.as_deref()
    }

    /// Makes a device visible.
    pub fn device(&mut self, at: impl AsRef<OsStr>) {
        let at = at.as_ref().to_owned();
        self.words.extend(["device".into(), at]);
    }

    /// Puts a symbolic link somewhere.
    pub fn link(&mut self, at: impl AsRef<OsStr>, target: impl AsRef<OsStr>) {
        self.add("link", at.as_ref(), target.as_ref());
    }
}

/// What a jailed process may use up, where it differs from [`Limits`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Amounts {
    pub(crate) file: u64,
    /// Seconds of processor time; none for a process that serves many programs.
    pub(crate) processor: Option<u64>,
    pub(crate) memory: u64,
}

impl Amounts {
    /// Those of a process that runs one program.
    pub(crate) fn of(limits: &Limits) -> Self {
        Self {
            file: FILE,
            // Threads of the child count together, so processor time may run ahead of wall time. This
            // limit also ends the child when its parent was killed.
            processor: Some(limits.time.as_secs().saturating_mul(4).saturating_add(4)),
            memory: limits.memory,
        }
    }
}

/// A command that sets the limits, shuts itself in, and becomes this program in this folder.
///
/// # Errors
/// When there is no jail in this build.
pub(crate) fn command(
    amounts: Amounts,
    sandbox: Option<&Sandbox>,
    options: &[&OsStr],
    folder: &Path,
    program: &Path,
    arguments: &[OsString],
) -> io::Result<Command> {
    let jail = jail().map_err(io::Error::other)?;
    let mut command = Command::new(&jail.executable);
    let mut limit = |how: &str, name: &str, amount: u64| {
        command.args([how, name, &amount.to_string()]);
    };
    limit("limit", "core", 0);
    limit("softly", "stack", STACK);
    limit("limit", "file", amounts.file);
    if let Some(seconds) = amounts.processor {
        limit("limit", "cpu", seconds);
    }
    limit("limit", "memory", amounts.memory);
    if let Some(sandbox) = sandbox {
        command.args(&sandbox.words);
    }
    command
        .args(options)
        .arg("folder")
        .arg(folder)
        .arg("--")
        .arg(program)
        .args(arguments);
    Ok(command)
}
