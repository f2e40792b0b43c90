//! The programs that evaluators start for themselves where they fetch: `git`, and what unpacks archives. A sandbox in
//! which derivations are instantiated shows these of this machine, with their libraries, and nothing beside them.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
};

use super::Sandbox;

/// Where evaluators look for programs where there are any.
pub const TOOLS_PATH: &str = "/usr/bin";

/// Where they look elsewhere: no program may start another one.
pub(crate) const NO_TOOLS: &str = "/nonexistent";

/// What is shown if it is there. `git` talks to itself by way of a shell, and parts of it are scripts.
const PROGRAMS: &[&str] = &[
    "/bin/sh",
    "/usr/bin/basename",
    "/usr/bin/sed",
    "/usr/bin/sh",
    "/usr/bin/uname",
    "/usr/bin/git",
    "/usr/bin/tar",
    "/usr/bin/gzip",
    "/usr/bin/bzip2",
    "/usr/bin/xz",
];

/// The parts of `git`, and what it makes new repositories from.
const FOLDERS: &[&str] = &["/usr/lib/git-core", "/usr/share/git-core/templates"];

/// What `git` opens before anything else, and what it names new files by.
const DEVICES: [&str; 2] = ["/dev/null", "/dev/urandom"];

/// The programs, their parts, their libraries and the loader of these, each under the name that it is started by.
pub(crate) fn visible() -> &'static [PathBuf] {
    static VISIBLE: OnceLock<Vec<PathBuf>> = OnceLock::new();
    VISIBLE.get_or_init(|| {
        let there = |paths: &'static [&str]| {
            let paths = paths.iter().copied();
            paths.filter(|path| Path::new(path).exists())
        };
        let mut visible: Vec<PathBuf> = there(FOLDERS).map(PathBuf::from).collect();
        for program in there(PROGRAMS) {
            visible.push(program.into());
            visible.extend(libraries(Path::new(program)));
        }
        visible.sort();
        visible.dedup();
        visible
    })
}

/// The libraries of a program, and what loads them, as its own loader lists them instead of starting it.
pub(crate) fn libraries(program: &Path) -> Vec<PathBuf> {
    let listed = Command::new(program)
        .env_clear()
        .env("LD_TRACE_LOADED_OBJECTS", "1")
        .arg("--version")
        .stdin(Stdio::null())
        .output();
    let Ok(listed) = listed else {
        return Vec::new();
    };
    String::from_utf8_lossy(&listed.stdout)
        .split_whitespace()
        .map(PathBuf::from)
        .filter(|word| word.is_absolute() && word.is_file())
        .collect()
}

/// Whether this machine has the programs.
pub(crate) fn has_git() -> bool {
    visible().iter().any(|path| path.ends_with("bin/git"))
}

impl Sandbox {
    /// Makes the programs visible. What is started with them sees no process of this machine, and is gone afterwards:
    /// a repository can start anything.
    pub(crate) fn see_tools(&mut self) {
        self.words.push("processes".into());
        self.has_tools = true;
        for device in DEVICES {
            self.device(device);
        }
        for path in visible() {
            self.see(path, path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_comes_with_its_libraries() {
        let libraries = libraries(Path::new("/bin/sh"));
        let is_there = |part: &str| {
            let mut names = libraries.iter().map(|path| path.to_string_lossy());
            names.any(|name| name.contains(part))
        };
        assert!(is_there("libc.so") && is_there("ld-linux"), "{libraries:?}");
        assert!(libraries.iter().all(|path| path.is_absolute()));
    }

    #[test]
    fn every_program_that_is_shown_is_where_it_is_looked_for() {
        let started = PROGRAMS.iter().filter(|program| !program.ends_with("/sh"));
        for program in started {
            assert_eq!(Path::new(program).parent(), Some(Path::new(TOOLS_PATH)));
        }
    }
}
