//! Runs one child process under limits and leaves nothing of it behind: the child leads a process
//! group of its own, and the whole group is killed when the child ends or hits a limit.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs::File,
    io::{self, Read},
    os::{
        fd::{AsFd, OwnedFd},
        unix::process::{CommandExt, ExitStatusExt},
    },
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open},
};

use crate::{
    crowd,
    outcome::text_of_bytes,
    sandbox::{self, Amounts, Sandbox},
    scratch::Noted,
    settings::Limits,
};

/// A process to run, with nothing inherited but what is named here.
#[derive(Debug, Clone)]
pub struct Job {
    /// The executable.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Its whole environment.
    pub environment: BTreeMap<OsString, OsString>,
    /// Its working folder.
    pub folder: PathBuf,
    /// A file to read as standard input; nothing where there is none.
    pub stdin: Option<PathBuf>,
    /// What it is shut in; in the open where there is none. The executable and the folder are named as
    /// they are called inside.
    pub sandbox: Option<Sandbox>,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with this status.
    Status(i32),
    /// By a signal that was not ours.
    Signal(i32),
    /// Stopped at the time limit.
    OutOfTime,
    /// Stopped at the cap on output.
    TooMuchOutput,
    /// Stopped because it and what it started were too many, or had too much memory together.
    Crowded,
}

/// What a process left.
#[derive(Debug, Clone)]
pub struct Finished {
    /// How it ended.
    pub ending: Ending,
    /// Its standard output, up to the cap.
    pub stdout: Vec<u8>,
    /// Its standard error, up to the cap.
    pub stderr: Vec<u8>,
}

/// Does without the jail what can be done without it: sets limits, then becomes the command that it was
/// given. Limits can only be set by the process that they are for, between fork and exec; Rust's hook for
/// that place is unsafe, a shell is not. A limit that cannot be set is left alone: then a stricter one is
/// in force already.
const UNDER_LIMITS: &str = r#"
ulimit -c 0 2>/dev/null || :
ulimit -S -s "$1" 2>/dev/null || :
ulimit -f "$2" 2>/dev/null || :
ulimit -t "$3" 2>/dev/null || :
ulimit -v "$4" 2>/dev/null || :
shift 4
exec "$@"
"#;

/// What the jail says when it cannot do its work, and its status then.
const JAIL_FAILED: (i32, &[u8]) = (125, b"twinix-jail: ");

/// Runs a process to its end or to the first limit.
///
/// # Errors
/// When it cannot be started or watched.
pub fn run(job: &Job, limits: &Limits) -> io::Result<Finished> {
    let started = Instant::now();
    let stdin = match &job.stdin {
        Some(file) => Stdio::from(File::open(file)?),
        None => Stdio::null(),
    };
    let mut command = command(job, Amounts::of(limits));
    command
        .env_clear()
        .envs(&job.environment)
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let (mut child, noted) = Noted::start(|| command.spawn())?;

    let watched = watch(&mut child, job.sandbox.as_ref(), limits, started);
    // The child is not reaped before this line, so its number cannot mean another process yet.
    if let Some(group) = Pid::from_raw(child.id().cast_signed()) {
        // It fails only where the group is gone already.
        let _ = kill_process_group(group, Signal::KILL);
    }
    // From here on its number may mean another group.
    drop(noted);
    let status = child.wait()?;
    let (stopped, mut streams) = watched?;
    if stopped.is_none() {
        for stream in &mut streams {
            stream.drain(limits.output)?;
        }
    }
    let ending = match (stopped, status.code(), status.signal()) {
        (Some(ending), _, _) => ending,
        (None, Some(code), _) => Ending::Status(code),
        (None, None, signal) => Ending::Signal(signal.unwrap_or(0)),
    };
    let [stdout, stderr] = streams.map(|stream| stream.bytes);
    let (failed, says) = JAIL_FAILED;
    if ending == Ending::Status(failed) && stderr.starts_with(says) {
        return Err(io::Error::other(text_of_bytes(stderr.trim_ascii_end())));
    }
    Ok(Finished {
        ending,
        stdout,
        stderr,
    })
}

/// The command that sets the limits and becomes the job.
fn command(job: &Job, amounts: Amounts) -> Command {
    let sandbox = job.sandbox.as_ref();
    let jailed = sandbox::command(
        amounts,
        sandbox,
        &[],
        &job.folder,
        &job.program,
        &job.arguments,
    );
    jailed.unwrap_or_else(|_| {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", UNDER_LIMITS, "sh"])
            .arg((sandbox::STACK / 1024).to_string())
            .arg((amounts.file / 512).to_string())
            .arg(amounts.processor.unwrap_or(0).to_string())
            .arg((amounts.memory / 1024).to_string())
            .arg(&job.program)
            .args(&job.arguments)
            .current_dir(&job.folder);
        command
    })
}

/// One of the child's output streams.
struct Stream {
    pipe: Option<File>,
    bytes: Vec<u8>,
}

impl Stream {
    fn new(pipe: Option<OwnedFd>) -> Self {
        Self {
            pipe: pipe.map(File::from),
            bytes: Vec::new(),
        }
    }

    /// Reads what is there; only called when there is something or the stream has ended.
    fn read_some(&mut self) -> io::Result<()> {
        let Some(pipe) = &mut self.pipe else {
            return Ok(());
        };
        let mut buffer = [0; 16 * 1024];
        match pipe.read(&mut buffer) {
            Ok(0) => self.pipe = None,
            Ok(length) => self.bytes.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Reads what a dead process left in the pipe. A process that escaped from the group may hold the
    /// pipe open, so this never waits.
    fn drain(&mut self, cap: usize) -> io::Result<()> {
        while let Some(pipe) = &self.pipe {
            let mut ready = [PollFd::new(pipe, PollFlags::IN)];
            let readable = loop {
                match poll(&mut ready, Some(&Timespec::default())) {
                    Err(rustix::io::Errno::INTR) => {}
                    other => break other?,
                }
            };
            if self.bytes.len() > cap || readable == 0 {
                break;
            }
            self.read_some()?;
        }
        Ok(())
    }
}

/// Collects output until the child ends by itself (`None`) or has to be stopped.
fn watch(
    child: &mut Child,
    sandbox: Option<&Sandbox>,
    limits: &Limits,
    started: Instant,
) -> io::Result<(Option<Ending>, [Stream; 2])> {
    let mut streams = [
        Stream::new(child.stdout.take().map(OwnedFd::from)),
        Stream::new(child.stderr.take().map(OwnedFd::from)),
    ];
    let pid = Pid::from_raw(child.id().cast_signed())
        .ok_or_else(|| io::Error::other("the child has no process number"))?;
    let end = pidfd_open(pid, PidfdFlags::empty())?;
    let crowd = sandbox.filter(|sandbox| sandbox.has_tools());
    let mut looked = Instant::now();
    loop {
        if let Some(sandbox) = crowd
            && looked.elapsed() >= crowd::TICK
        {
            let most = limits.memory.saturating_mul(2);
            if crowd::is_too_much(child.id(), sandbox.scratch(), most) {
                return Ok((Some(Ending::Crowded), streams));
            }
            looked = Instant::now();
        }
        let Some(left) = limits.time.checked_sub(started.elapsed()) else {
            return Ok((Some(Ending::OutOfTime), streams));
        };
        let mut ready = vec![PollFd::new(&end, PollFlags::IN)];
        let mut sources = Vec::new();
        for (index, stream) in streams.iter().enumerate() {
            if let Some(pipe) = &stream.pipe {
                ready.push(PollFd::from_borrowed_fd(pipe.as_fd(), PollFlags::IN));
                sources.push(index);
            }
        }
        let wait = if crowd.is_some() {
            left.min(crowd::TICK)
        } else {
            left
        };
        match poll(&mut ready, Some(&timespec(wait))) {
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
        }
        let ended = !ready[0].revents().is_empty();
        let readable: Vec<usize> = sources
            .into_iter()
            .zip(&ready[1..])
            .filter(|(_, pipe)| !pipe.revents().is_empty())
            .map(|(index, _)| index)
            .collect();
        drop(ready);
        for index in readable {
            streams[index].read_some()?;
        }
        if streams
            .iter()
            .map(|stream| stream.bytes.len())
            .sum::<usize>()
            > limits.output
        {
            return Ok((Some(Ending::TooMuchOutput), streams));
        }
        if ended {
            return Ok((None, streams));
        }
    }
}

fn timespec(duration: Duration) -> Timespec {
    // A time limit of centuries is as good as none.
    let seconds = duration.as_secs().min(u64::from(u32::MAX));
    Timespec {
        tv_sec: i64::try_from(seconds).unwrap_or(0),
        tv_nsec: duration.subsec_nanos().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str, limits: &Limits) -> Finished {
        let job = Job {
            program: "/bin/sh".into(),
            arguments: vec!["-c".into(), script.into()],
            environment: BTreeMap::from([("PATH".into(), "/usr/bin:/bin".into())]),
            folder: "/".into(),
            stdin: None,
            sandbox: None,
        };
        run(&job, limits).unwrap()
    }

    #[test]
    fn both_streams_and_the_status_are_kept() {
        let finished = shell("echo out; echo err >&2; exit 3", &Limits::default());
        assert_eq!(finished.ending, Ending::Status(3));
        assert_eq!(finished.stdout, b"out\n");
        assert_eq!(finished.stderr, b"err\n");
    }

    #[test]
    fn a_long_output_is_whole() {
        let finished = shell("head -c 3000000 /dev/zero", &Limits::default());
        assert_eq!(finished.stdout.len(), 3_000_000);
    }

    #[test]
    fn the_time_limit_ends_it() {
        let limits = Limits {
            time: Duration::from_millis(100),
            ..Limits::default()
        };
        let started = Instant::now();
        assert_eq!(shell("sleep 20", &limits).ending, Ending::OutOfTime);
        assert!(started.elapsed() < Duration::from_secs(5));
    }

    #[test]
    fn the_cap_on_output_ends_it() {
        let limits = Limits {
            output: 100_000,
            ..Limits::default()
        };
        assert_eq!(
            shell("cat /dev/zero", &limits).ending,
            Ending::TooMuchOutput
        );
    }

    #[test]
    fn the_memory_limit_holds_in_the_child() {
        let limits = Limits {
            memory: 512 << 20,
            ..Limits::default()
        };
        assert_eq!(shell("ulimit -v", &limits).stdout, b"524288\n");
    }

    #[test]
    fn a_signal_is_told_apart_from_a_status() {
        assert_eq!(
            shell("kill -SEGV $$", &Limits::default()).ending,
            Ending::Signal(11)
        );
    }

    #[test]
    fn grandchildren_die_with_the_child() {
        let finished = shell("sleep 300 >/dev/null 2>&1 & echo $!", &Limits::default());
        let pid = String::from_utf8(finished.stdout).unwrap();
        let stat = PathBuf::from(format!("/proc/{}/stat", pid.trim()));
        let gone = || match std::fs::read_to_string(&stat) {
            // A zombie waits for init to collect it; it runs no more.
            Ok(text) => text.contains(") Z "),
            Err(_) => true,
        };
        let started = Instant::now();
        while !gone() {
            assert!(started.elapsed() < Duration::from_secs(5), "it still runs");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_grandchild_that_holds_the_pipe_does_not_keep_us_waiting() {
        let started = Instant::now();
        let finished = shell("sleep 300 & echo done", &Limits::default());
        assert_eq!(finished.stdout, b"done\n");
        assert!(started.elapsed() < Duration::from_secs(5));
    }
}
