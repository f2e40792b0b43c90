//! Scratch folders and running processes that have to go when the harness is stopped from outside:
//! a signal ends it without running destructors, so both are noted here.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
    process::Child,
    sync::{Mutex, MutexGuard, Once},
};

use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;

struct Live {
    folders: BTreeSet<PathBuf>,
    groups: BTreeSet<i32>,
    stopped: bool,
}

static LIVE: Mutex<Live> = Mutex::new(Live {
    folders: BTreeSet::new(),
    groups: BTreeSet::new(),
    stopped: false,
});

fn live() -> MutexGuard<'static, Live> {
    // What a panic left is a set of names all the same.
    LIVE.lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Where Linux keeps files in memory.
const MEMORY: &str = "/dev/shm";

/// Removes the folders in memory whose harness was killed, and so could not do it.
fn sweep(memory: &Path) {
    let Ok(entries) = fs::read_dir(memory) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let owner = name.to_str().and_then(owner);
        if owner.is_some_and(|owner| !Path::new("/proc").join(owner.to_string()).exists()) {
            // Somebody else may have been faster, or it is another user's.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The process that made a folder of this name, `twinix-WORD-PROCESS-…`.
fn owner(name: &str) -> Option<u32> {
    name.strip_prefix("twinix-")?
        .split('-')
        .nth(1)?
        .parse()
        .ok()
}

/// A folder that goes away with this value, or with the harness.
#[derive(Debug)]
pub struct ScratchFolder {
    folder: TempDir,
}

impl ScratchFolder {
    /// A fresh, empty folder that is kept in memory, where the system has a place for such folders.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn in_memory(prefix: &str) -> io::Result<Self> {
        static SWEPT: Once = Once::new();
        SWEPT.call_once(|| sweep(Path::new(MEMORY)));
        // The name says whose it is, for those who find it when this process was killed.
        let prefix = format!("{prefix}{}-", std::process::id());
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix);
        match builder.tempdir_in(MEMORY) {
            Ok(folder) => Self::note(folder),
            Err(_) => Self::note(builder.tempdir()?),
        }
    }

    fn note(folder: TempDir) -> io::Result<Self> {
        live().folders.insert(folder.path().to_owned());
        Ok(Self { folder })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for ScratchFolder {
    fn drop(&mut self) {
        live().folders.remove(self.folder.path());
    }
}

/// A process group that is killed with the harness, noted while this value lives.
pub(crate) struct Noted(i32);

impl Noted {
    /// Starts a process that leads a group of its own.
    ///
    /// # Errors
    /// If it cannot be started, or everything is being stopped.
    pub(crate) fn start(start: impl FnOnce() -> io::Result<Child>) -> io::Result<(Child, Self)> {
        let mut live = live();
        if live.stopped {
            return Err(io::Error::other("everything is being stopped"));
        }
        let child = start()?;
        let group = child.id().cast_signed();
        live.groups.insert(group);
        Ok((child, Self(group)))
    }
}

impl Drop for Noted {
    fn drop(&mut self) {
        live().groups.remove(&self.0);
    }
}

/// Kills every process that runs, starts no more, and removes the scratch folders. For handlers of
/// signals that end the harness.
pub fn stop_everything() {
    let mut live = live();
    live.stopped = true;
    for &group in &live.groups {
        if let Some(group) = Pid::from_raw(group) {
            // It fails only where the group is gone already.
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
    for folder in &live.folders {
        // What cannot be removed stays; there is nobody left to tell.
        let _ = fs::remove_dir_all(folder);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_killed_processes_are_swept() {
        let memory = TempDir::new().unwrap();
        let mine = format!("twinix-server-{}-x", std::process::id());
        // No process has a number as large as this one.
        for name in [
            "twinix-server-4194999-x",
            mine.as_str(),
            "twinix-x",
            "other",
        ] {
            fs::create_dir(memory.path().join(name)).unwrap();
        }
        sweep(memory.path());
        let there = |name: &str| memory.path().join(name).exists();
        assert!(!there("twinix-server-4194999-x"));
        assert!(there(&mine) && there("twinix-x") && there("other"));
    }
}
