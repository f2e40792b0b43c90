//! One server: an evaluator that was stopped just before it reads its program, in a folder of its own
//! whose contents are replaced for each program.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    fs::{self, File},
    io::{self, Seek, Write},
    os::{
        fd::OwnedFd,
        unix::{fs::FileExt, net::UnixStream, process::CommandExt},
    },
    path::{Path, PathBuf},
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use rustix::{
    fs::{MemfdFlags, memfd_create},
    process::{Pid, Signal, kill_process, kill_process_group},
};

use super::protocol::{LIFETIME, Reply, STOP_AT, Taint};
use crate::{
    dialect::Version,
    inside::{Inside, Scratch},
    outcome::text_of_bytes,
    process::{Ending, Finished},
    program::{Delivery, FILE_NAME, Text},
    root::Launch,
    run::{Asked, expression, flags},
    sandbox::{self, Amounts, SNAPSHOT},
    scratch::{Noted, ScratchFolder},
    settings::Settings,
};

/// How long an evaluator may take to start, on a busy machine.
const START: Duration = Duration::from_secs(60);

/// How much longer than its time a program may run when nobody watches.
const GRACE: u64 = 5;

/// Where the library is, inside.
const LIBRARY: &str = "/snapshot.so";

/// Of a longer output only so much is kept in memory until the next one replaces it. It begins with what
/// was printed before the program, which has to stay.
const KEPT: u64 = 1 << 20;

/// Memory has to stay where it was when the process was stopped, so nothing is given back to the system.
const KEEP_MEMORY: &[(&str, &str)] = &[
    ("GC_UNMAP_THRESHOLD", "0"),
    ("MALLOC_TRIM_THRESHOLD_", "1099511627776"),
    ("MALLOC_MMAP_MAX_", "0"),
    (
        "GLIBC_TUNABLES",
        "glibc.malloc.trim_threshold=1099511627776:glibc.malloc.mmap_max=0",
    ),
];

/// What a server is started for; it can serve every program that is asked about in this way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Shape {
    pub(super) asked: Asked,
    /// As a file, or on standard input.
    pub(super) delivery: Delivery,
    pub(super) settings: Settings,
}

/// What became of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It can serve the next program.
    Ready,
    /// It can, after a fork.
    Forks(Why),
    /// It has to go.
    Spent,
}

/// Why it has to fork.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    Time,
    Crash,
    Process,
    Memory,
}

/// Why a server gave no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// It ended before it came to the program, and said this: no server of this shape will do.
    NeverReady(String),
    /// It is gone, or cannot be understood.
    Lost(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Lost(error)
    }
}

/// A running server.
pub(super) struct Server {
    child: Child,
    noted: Option<Noted>,
    line: UnixStream,
    /// The process that serves, where there is one.
    worker: Option<Pid>,
    has_served: bool,
    stdout: File,
    stderr: File,
    folder: ScratchFolder,
    _scratch: Scratch,
    program: File,
    /// The files of the last program beside it.
    siblings: BTreeSet<PathBuf>,
    pub(super) inside: Inside,
}

impl Server {
    /// Starts one; it is not waited for.
    pub(super) fn start(launch: &Launch, version: &Version, shape: &Shape) -> io::Result<Self> {
        let library = SNAPSHOT.written().map_err(io::Error::other)?;
        let settings = &shape.settings;
        let folder = ScratchFolder::in_memory("twinix-server-")?;
        let root = fs::canonicalize(folder.path())?;
        let scratch = Scratch::new()?;
        let program = File::create(root.join(FILE_NAME))?;
        let mut inside = Inside::of(launch, &root, &scratch, settings)?;
        let library = match &mut inside.sandbox {
            Some(sandbox) => {
                sandbox.see(&library, LIBRARY);
                PathBuf::from(LIBRARY)
            }
            None => library,
        };
        let file = inside.root.join(FILE_NAME);
        let mut arguments = inside.launch.arguments.clone();
        arguments.extend(flags(version, shape.asked, settings, &inside));
        let mut options: Vec<&OsStr> =
            vec!["server".as_ref(), "preload".as_ref(), library.as_os_str()];
        let mut stop_at = FILE_NAME;
        if let Some(expression) = expression(shape.asked, settings, &file, &inside) {
            arguments.extend(expression);
        } else if shape.delivery == Delivery::Stdin {
            arguments.push("-".into());
            options.extend([OsStr::new("stdin"), file.as_os_str()]);
            stop_at = "-";
        } else {
            arguments.push(Path::new(".").join(FILE_NAME).into_os_string());
        }
        let amounts = Amounts {
            // Each stream is a file, which may be as long as both together and a byte more.
            file: settings.limits.output as u64 + 1,
            processor: None,
            memory: settings.limits.memory,
        };
        let (line, theirs) = UnixStream::pair()?;
        let (stdout, stderr) = (memory_file("stdout")?, memory_file("stderr")?);
        let mut command = sandbox::command(
            amounts,
            inside.sandbox.as_ref(),
            &options,
            &inside.root,
            &inside.launch.program,
            &arguments,
        )?;
        let lifetime = settings.limits.time.as_secs().saturating_add(GRACE);
        command
            .env_clear()
            .envs(inside.environment(settings))
            .envs(KEEP_MEMORY.iter().copied())
            .env(STOP_AT, stop_at)
            .env(LIFETIME, lifetime.to_string())
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::from(stdout.try_clone()?))
            .stderr(Stdio::from(stderr.try_clone()?))
            .process_group(0);
        let (child, noted) = Noted::start(|| command.spawn())?;
        Ok(Self {
            child,
            noted: Some(noted),
            line,
            worker: None,
            has_served: false,
            stdout,
            stderr,
            folder,
            _scratch: scratch,
            program,
            siblings: BTreeSet::new(),
            inside,
        })
    }

    /// Evaluates a program.
    pub(super) fn run(
        &mut self,
        text: &Text,
        settings: &Settings,
    ) -> Result<(Finished, Fate), Failure> {
        self.place(text)?;
        self.line.write_all(b"g")?;
        let mut deadline = Instant::now() + settings.limits.time;
        loop {
            if self.worker.is_none() {
                deadline = Instant::now() + START;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            // A time of zero would be none at all.
            self.line
                .set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
            match Reply::read(&mut self.line) {
                Ok(Reply::Forked(worker)) => {
                    self.worker = Pid::from_raw(worker);
                    self.has_served = true;
                    deadline = Instant::now() + settings.limits.time;
                }
                Ok(Reply::Done {
                    status,
                    taint,
                    output,
                    errors,
                }) => {
                    let ending = Ending::Status(status);
                    let finished = self.finished(ending, output, errors, settings)?;
                    return Ok((finished, self.fate(taint)));
                }
                Ok(Reply::Died(status)) => {
                    self.worker = None;
                    let ending = ending_of(status);
                    let (output, errors) = self.written()?;
                    let finished = self.finished(ending, output, errors, settings)?;
                    return Ok((finished, Fate::Forks(Why::Crash)));
                }
                Err(error) if is_timeout(&error) && self.worker.is_some() => {
                    return self.stop(settings);
                }
                Err(_) if !self.has_served => {
                    let (_, errors) = self.written()?;
                    let said = text_of_bytes(&read(&self.stderr, errors)?);
                    return Err(Failure::NeverReady(said));
                }
                Err(error) => return Err(Failure::Lost(error)),
            }
        }
    }

    /// Ends a program that is out of time.
    fn stop(&mut self, settings: &Settings) -> Result<(Finished, Fate), Failure> {
        if let Some(worker) = self.worker.take() {
            // It fails only where the process has just ended by itself; then it is not buried yet.
            let _ = kill_process(worker, Signal::KILL);
        }
        self.line.set_read_timeout(Some(START))?;
        let fate = match Reply::read(&mut self.line)? {
            Reply::Died(_) => Fate::Forks(Why::Time),
            // It ended in the last moment: it may wait for the next program, or be dead.
            Reply::Done { .. } | Reply::Forked(_) => Fate::Spent,
        };
        let (output, errors) = self.written()?;
        let finished = self.finished(Ending::OutOfTime, output, errors, settings)?;
        Ok((finished, fate))
    }

    fn fate(&mut self, taint: Taint) -> Fate {
        if !taint.any() {
            return Fate::Ready;
        }
        self.worker = None;
        if taint.has(Taint::WROTE_FILE) {
            Fate::Spent
        } else if taint.has(Taint::STARTED_PROCESS) || taint.has(Taint::STARTED_THREAD) {
            Fate::Forks(Why::Process)
        } else {
            Fate::Forks(Why::Memory)
        }
    }

    /// Puts a program in the place of the last one.
    fn place(&mut self, text: &Text) -> io::Result<()> {
        let root = self.folder.path();
        for old in &self.siblings {
            if text.siblings.contains_key(old) {
                continue;
            }
            fs::remove_file(root.join(old))?;
            // Also the folders that were made for it, where nothing else is in them.
            for above in old
                .ancestors()
                .skip(1)
                .filter(|path| *path != Path::new(""))
            {
                if fs::remove_dir(root.join(above)).is_err() {
                    break;
                }
            }
        }
        self.siblings.clear();
        for (path, content) in &text.siblings {
            if path == Path::new(FILE_NAME) {
                continue;
            }
            let at = root.join(path);
            if let Some(folder) = at.parent() {
                fs::create_dir_all(folder)?;
            }
            fs::write(at, content)?;
            self.siblings.insert(path.clone());
        }
        self.program.set_len(text.text.len() as u64)?;
        self.program.write_all_at(&text.text, 0)
    }

    /// How much the evaluator has written so far: the positions in the files are shared with it.
    fn written(&mut self) -> io::Result<(u64, u64)> {
        Ok((
            self.stdout.stream_position()?,
            self.stderr.stream_position()?,
        ))
    }

    fn finished(
        &mut self,
        ending: Ending,
        output: u64,
        errors: u64,
        settings: &Settings,
    ) -> io::Result<Finished> {
        let cap = settings.limits.output as u64;
        let is_too_much = output.saturating_add(errors) > cap;
        Ok(Finished {
            ending: match ending {
                Ending::OutOfTime => Ending::OutOfTime,
                _ if is_too_much => Ending::TooMuchOutput,
                other => other,
            },
            stdout: read(&self.stdout, output)?,
            stderr: read(&self.stderr, errors)?,
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The child is not reaped before this line, so its number cannot mean another process yet.
        if let Some(group) = Pid::from_raw(self.child.id().cast_signed()) {
            // It fails only where the group is gone already.
            let _ = kill_process_group(group, Signal::KILL);
        }
        self.noted = None;
        // What was killed can be waited for.
        let _ = self.child.wait();
    }
}

/// A file that only exists in memory.
fn memory_file(name: &str) -> io::Result<File> {
    Ok(File::from(memfd_create(name, MemfdFlags::CLOEXEC)?))
}

/// What was written, from the start.
fn read(file: &File, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    file.read_exact_at(&mut bytes, 0)?;
    if length > KEPT {
        file.set_len(KEPT)?;
    }
    Ok(bytes)
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
    )
}

/// How a process with this wait status ended.
fn ending_of(status: i32) -> Ending {
    match status & 127 {
        0 => Ending::Status(status >> 8 & 255),
        signal if signal == Signal::ALARM.as_raw() => Ending::OutOfTime,
        signal => Ending::Signal(signal),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wait_statuses_are_read() {
        assert_eq!(ending_of(3 << 8), Ending::Status(3));
        assert_eq!(ending_of(11), Ending::Signal(11));
        assert_eq!(ending_of(14), Ending::OutOfTime);
    }
}
