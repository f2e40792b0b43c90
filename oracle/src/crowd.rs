//! What a process and all that it started come to. Limits of the system hold for each process alone; one that may
//! start others (`git`, for what a repository's own configuration says) is looked at as a whole, while it runs.

use std::{fs, path::Path, time::Duration};

use walkdir::WalkDir;

/// How often a crowd is looked at.
pub const TICK: Duration = Duration::from_millis(20);

/// An evaluator with `git` and what that starts are fewer.
const MOST_PROCESSES: usize = 48;

/// As are the files that they write beside the store.
const MOST_FILES: usize = 10_000;

/// In which units `/proc/N/statm` counts.
const PAGE: u64 = 4096;

/// Whether a process and its descendants are too many, or have more than so many bytes in memory together; a scratch folder
/// counts, as it lies there. Where the kernel does not tell of children (it is built without
/// `CONFIG_PROC_CHILDREN`) only the process itself is seen.
pub fn is_too_much(process: u32, scratch: Option<&Path>, memory: u64) -> bool {
    let mut held = 0;
    let mut waiting = vec![process];
    let mut count = 0;
    while let Some(process) = waiting.pop() {
        count += 1;
        held += resident(process);
        if count > MOST_PROCESSES || held > memory {
            return true;
        }
        children(process, &mut waiting);
    }
    scratch.is_some_and(|folder| {
        let mut files = 0;
        WalkDir::new(folder).into_iter().flatten().any(|entry| {
            files += 1;
            held += entry.metadata().map_or(0, |about| about.len());
            files > MOST_FILES || held > memory
        })
    })
}

/// Bytes of a process in memory; none of one that is gone.
fn resident(process: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/statm")).unwrap_or_default();
    let pages = text.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    pages.unwrap_or(0_u64).saturating_mul(PAGE)
}

fn children(process: u32, into: &mut Vec<u32>) {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else {
        return;
    };
    for thread in threads.flatten() {
        let text = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        into.extend(
            text.split_ascii_whitespace()
                .filter_map(|child| child.parse::<u32>().ok()),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio, id};
    use tempfile::TempDir;

    #[test]
    fn descendants_are_counted() {
        let script = "i=0; while [ $i -lt 60 ]; do sleep 30 & i=$((i+1)); done; echo; wait";
        let mut shell = Command::new("sh")
            .args(["-c", script])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let all = 1 << 40;
        // It says something when all have begun.
        std::io::Read::read(shell.stdout.as_mut().unwrap(), &mut [0]).unwrap();
        let is_crowd = is_too_much(shell.id(), None, all);
        let mut sleepers = Vec::new();
        children(shell.id(), &mut sleepers);
        shell.kill().unwrap();
        shell.wait().unwrap();
        for sleeper in &sleepers {
            let killed = Command::new("kill").arg(sleeper.to_string()).status();
            assert!(killed.unwrap().success());
        }
        assert!(is_crowd);
        assert_eq!(sleepers.len(), 60);
        assert!(!is_too_much(id(), None, all));
        assert!(is_too_much(id(), None, 4096));
    }

    #[test]
    fn what_is_written_counts_as_memory() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("large"), vec![0; 1 << 20]).unwrap();
        let own = resident(id());
        assert!(own > 0);
        let nobody = u32::MAX;
        assert!(!is_too_much(nobody, Some(folder.path()), 2 << 20));
        assert!(is_too_much(nobody, Some(folder.path()), 1 << 19));
    }
}
