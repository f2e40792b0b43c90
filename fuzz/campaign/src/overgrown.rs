//! Evaluations keep to their limits on memory because they look at them. Should one not look, this says which one it
//! was, before the machine runs out of memory and kills the process, which says nothing.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    process,
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use twinix_oracle::Program;

/// How often the memory is looked at: in this time an evaluation can fill some 200 MB.
const PERIOD: Duration = Duration::from_millis(200);

/// What the process may use besides evaluations: stores, servers, programs that were kept.
const OTHERWISE: u64 = 4 << 30;

/// What is being evaluated in this process, by the number of the evaluation; also what is late and was left behind.
struct Running {
    last: u64,
    programs: BTreeMap<u64, Program>,
}

static RUNNING: Mutex<Running> = Mutex::new(Running {
    last: 0,
    programs: BTreeMap::new(),
});

fn running() -> MutexGuard<'static, Running> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An evaluation that is under way as long as this is there.
pub struct UnderWay(u64);

impl UnderWay {
    /// Notes that a program is being evaluated.
    pub fn of(program: &Program) -> Self {
        let mut running = running();
        running.last += 1;
        let number = running.last;
        running.programs.insert(number, program.clone());
        Self(number)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        running().programs.remove(&self.0);
    }
}

/// Ends the process as soon as it uses far more memory than so many evaluations may, each with this limit in bytes.
/// What was being evaluated is written to a folder, and the folder told on standard error.
pub fn watch(evaluations: usize, limit: u64, folder: PathBuf) {
    let most = limit
        .saturating_mul(2 * evaluations as u64)
        .saturating_add(OTHERWISE);
    // On a machine with less than that it is the machine that sets the limit.
    let most = most.min(of_machine().map_or(u64::MAX, |all| all / 5 * 4));
    let watched = thread::Builder::new()
        .name("twinix-memory".to_owned())
        .spawn(move || {
            loop {
                thread::sleep(PERIOD);
                let used = resident().unwrap_or(0);
                if used > most {
                    give_up(used, &folder);
                }
            }
        });
    // Without the thread a campaign is what it was before there was one.
    drop(watched);
}

/// The memory that this process has, in bytes.
fn resident() -> Option<u64> {
    told("/proc/self/status", "VmRSS:")
}

/// The memory that the machine has, in bytes.
fn of_machine() -> Option<u64> {
    told("/proc/meminfo", "MemTotal:")
}

/// What a file of the kernel tells in kibibytes, in bytes.
fn told(file: &str, name: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes << 10)
}

#[expect(clippy::print_stderr, reason = "the last words of the process")]
fn give_up(used: u64, folder: &Path) -> ! {
    let programs: Vec<Program> = running().programs.values().cloned().collect();
    let gigabytes = used >> 30;
    match write(&programs, folder) {
        Ok(()) => eprintln!(
            "error: twinix uses {gigabytes} GiB, far more than the limits of its evaluations come to, and ends here. One of \
             the programs in {} does not keep to its limit: `twinix check` on each tells which. The same command begins \
             with them again",
            folder.display()
        ),
        Err(error) => eprintln!(
            "error: twinix uses {gigabytes} GiB, far more than the limits of its evaluations come to, and ends here; what \
             it evaluated cannot be written to {}: {error}",
            folder.display()
        ),
    }
    process::exit(2)
}

/// Writes each program to a folder of its own, with what lies beside it.
fn write(programs: &[Program], folder: &Path) -> io::Result<()> {
    for (number, program) in programs.iter().enumerate() {
        let Some(given) = program.given() else {
            continue;
        };
        let at = folder.join(number.to_string());
        let files = given.siblings.iter();
        let files = files.map(|(path, content)| (at.join(path), content));
        for (path, content) in files.chain([(at.join("program.nix"), &given.text)]) {
            if let Some(above) = path.parent() {
                fs::create_dir_all(above)?;
            }
            fs::write(path, content)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_way_is_known_until_it_ends() {
        let name = "under way in this test";
        let program = Program::text(name, "1");
        let is_known = || running().programs.values().any(|it| it.name() == name);
        let under_way = UnderWay::of(&program);
        assert!(is_known());
        drop(under_way);
        assert!(!is_known());
    }

    #[test]
    fn programs_are_written_with_what_lies_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        let program = Program::text("p", "import ./a/b.nix")
            .with_sibling("a/b.nix", "2")
            .unwrap();
        write(&[program], folder.path()).unwrap();
        let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap();
        assert_eq!(read("0/program.nix"), "import ./a/b.nix");
        assert_eq!(read("0/a/b.nix"), "2");
    }

    #[test]
    fn this_process_has_memory() {
        assert!(resident().is_some_and(|bytes| bytes > 1 << 20));
        assert!(of_machine() > resident());
    }
}
