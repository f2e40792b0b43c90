//! Asks the `git` of this machine about the repository of a program, shut in as the program's evaluator is: what stands
//! in a repository can start programs.

use std::{
    collections::BTreeMap,
    ffi::{OsStr, OsString},
    fs, io,
    os::unix::ffi::OsStrExt,
    path::Path,
};

use crate::{
    inside::NIX,
    process::{self, Finished, Job},
    sandbox::{SCRATCH, Sandbox, TOOLS_PATH, tools},
    scratch::ScratchFolder,
    settings::Limits,
};

/// The program, as it is called inside.
const GIT: &str = "/usr/bin/git";

/// Its input, in the scratch folder.
const INPUT: &str = "input";

/// A question, all of it named as the program sees it.
#[derive(Debug)]
pub struct Question<'a> {
    /// The folder to ask in.
    pub directory: &'a [u8],
    /// What follows the name of the program.
    pub arguments: &'a [&'a [u8]],
    /// What it reads.
    pub input: &'a [u8],
    /// What it finds in its environment.
    pub environment: BTreeMap<OsString, OsString>,
}

/// Runs `git` beside a program in this folder, and with a store, if there is one: the root that it is below.
///
/// # Errors
/// Not found where this machine has no `git` or evaluators cannot be shut in.
pub fn ask(
    folder: &Path,
    store: Option<&Path>,
    question: &Question<'_>,
    limits: &Limits,
) -> io::Result<Finished> {
    let sandbox = tools::has_git().then(|| Sandbox::around(folder)).flatten();
    let Some(mut sandbox) = sandbox else {
        return Err(io::ErrorKind::NotFound.into());
    };
    let scratch = ScratchFolder::in_memory("twinix-git-")?;
    let input = scratch.path().join(INPUT);
    fs::write(&input, question.input)?;
    sandbox.r#use(scratch.path(), SCRATCH);
    sandbox.see_tools();
    if let Some(root) = store {
        let nix = root.join(NIX.trim_start_matches('/'));
        if nix.is_dir() {
            sandbox.see(nix, NIX);
        }
    }
    let mut environment = question.environment.clone();
    environment.insert("PATH".into(), TOOLS_PATH.into());
    let words = question.arguments.iter();
    let job = Job {
        program: GIT.into(),
        arguments: words
            .map(|word| OsStr::from_bytes(word).to_owned())
            .collect(),
        environment,
        folder: OsStr::from_bytes(question.directory).into(),
        stdin: Some(input),
        sandbox: Some(sandbox),
    };
    process::run(&job, limits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Ending;

    fn asked(folder: &Path, arguments: &[&[u8]]) -> Option<Finished> {
        let question = Question {
            directory: b"/pwd",
            arguments,
            input: b"text",
            environment: BTreeMap::new(),
        };
        match ask(folder, None, &question, &Limits::default()) {
            Ok(finished) => Some(finished),
            // A machine that cannot shut evaluators in has no answer either.
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn it_reads_what_it_is_given() {
        let folder = tempfile::tempdir().unwrap();
        let Some(finished) = asked(folder.path(), &[b"hash-object", b"--stdin"]) else {
            return;
        };
        assert_eq!(finished.ending, Ending::Status(0), "{finished:?}");
        assert_eq!(
            finished.stdout,
            b"f3a34851d44d6b97c90fbb99dd3d18c261b9a237\n"
        );
    }

    /// What comes of a repository whose configuration starts this.
    fn started(script: &str, limits: &Limits) -> Option<Finished> {
        let folder = tempfile::tempdir().unwrap();
        for name in [".git/objects", ".git/refs"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        fs::write(folder.path().join(".git/HEAD"), "ref: refs/heads/x\n").unwrap();
        let config = format!("[core]\nrepositoryformatversion = 0\nfsmonitor = \"{script}\"\n");
        fs::write(folder.path().join(".git/config"), config).unwrap();
        let question = Question {
            directory: b"/pwd",
            arguments: &[b"status"],
            input: b"",
            environment: BTreeMap::new(),
        };
        match ask(folder.path(), None, &question, limits) {
            Ok(finished) => Some(finished),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn what_a_repository_starts_cannot_become_a_crowd() {
        let began = std::time::Instant::now();
        let limits = Limits {
            memory: 256 << 20,
            ..Limits::default()
        };
        let forks = "while : ; do ( while : ; do : ; done ) & done; echo";
        // Files of a megabyte each; git adds words of its own at the end.
        let files = "i=0; while : ; do i=$((i+1)); printf '%1000000s' x > /scratch/$i; done; echo";
        for script in [forks, files] {
            let Some(finished) = started(script, &limits) else {
                return;
            };
            assert_eq!(finished.ending, Ending::Crowded, "{script}");
        }
        assert!(began.elapsed() < 2 * limits.time);
    }

    #[test]
    fn what_a_repository_starts_reaches_nothing_of_this_machine() {
        let folder = tempfile::tempdir().unwrap();
        let elsewhere = tempfile::tempdir().unwrap();
        let outside = elsewhere.path().join("written");
        for name in [".git/objects", ".git/refs"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        fs::write(folder.path().join(".git/HEAD"), "ref: refs/heads/x\n").unwrap();
        let mut other = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .unwrap();
        let started = format!(
            "echo STARTED as $$ >&2; kill -KILL {} && echo KILLED >&2; echo x > /pwd/written; echo x > {}; echo x",
            other.id(),
            outside.display()
        );
        let config = format!("[core]\nrepositoryformatversion = 0\nfsmonitor = \"{started}\"\n");
        fs::write(folder.path().join(".git/config"), config).unwrap();
        let finished = asked(folder.path(), &[b"status"]);
        let alive = other.try_wait().unwrap().is_none();
        other.kill().unwrap();
        other.wait().unwrap();
        let Some(finished) = finished else {
            return;
        };
        let said = String::from_utf8_lossy(&finished.stderr);
        let has = |start: &str| said.lines().any(|line| line.starts_with(start));
        assert!(has("STARTED as"), "{finished:?}");
        assert!(alive && !has("KILLED"), "{said}");
        assert!(!folder.path().join("written").exists() && !outside.exists());
    }
}
