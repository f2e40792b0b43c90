//! What a command that a user gave sees of this machine while it evaluates a program: the program, folders that hold
//! programs and libraries on every system, what its own words name, and nothing that it could write to but a
//! scratch folder. Nobody knows what such a command needs, so a user can show it more. Its environment is that of a
//! release, and what programs need to start: a program that is evaluated could read all of the user's by `getEnv`.

use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    io,
    path::{Component, Path, PathBuf},
};

use crate::{
    inside::{SYSTEM, file_in, state_of},
    program::{Placed, ROOT},
    run::environment_of,
    sandbox::{self, SCRATCH, Sandbox},
    scratch::ScratchFolder,
    settings::Settings,
};

/// The variable with what commands may see besides: files and folders, between colons, or [`EVERYTHING`].
pub const SEEN_VARIABLE: &str = "TWINIX_COMMANDS_SEE";

/// What stands in [`SEEN_VARIABLE`] where commands run in the open.
pub const EVERYTHING: &str = "everything";

/// The variable with the names of variables that commands keep besides, between colons.
pub const KEPT_VARIABLE: &str = "TWINIX_COMMANDS_KEEP";

/// The user's variables without which programs do not start. Certificates are not among them: there is no network.
const KEPT: [&str; 4] = ["PATH", "LD_LIBRARY_PATH", "LD_PRELOAD", "LOCALE_ARCHIVE"];

/// How much of this machine a command sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// What it seems to need.
    Narrow,
    /// All that the user can see and write.
    Everything,
}

impl Sight {
    /// What the user wants.
    pub(crate) fn of_user() -> Self {
        match env::var(SEEN_VARIABLE) {
            Ok(seen) if seen == EVERYTHING => Self::Everything,
            _ => Self::Narrow,
        }
    }
}

/// Of Nix only the store: beside it is the socket of a daemon, which writes and fetches for whoever can see it.
const STORE: (&str, &str) = ("/nix", "/nix/store");

/// What programs look for in these places is the same for every user. A list of users is not among it, nor are the
/// settings of Nix, which may hold keys: releases see neither.
const SETTINGS: &[&str] = &[
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/nsswitch.conf",
    "/etc/static",
    "/opt",
    "/run/current-system",
];

/// Devices without which scripts fail.
const DEVICES: &[&str] = &["/dev/null", "/dev/zero", "/dev/urandom"];

/// Where the folder of a question about a program is.
const QUESTION: &str = "/question";

/// The surroundings of one run of a command, named as it sees them.
pub(crate) struct Confined {
    /// The folder of the program.
    pub(crate) root: PathBuf,
    /// The file to evaluate.
    pub(crate) file: PathBuf,
    /// The only folder that can be written to, where it is shut in.
    pub(crate) scratch: Option<ScratchFolder>,
    /// What it is shut in, where it can be.
    pub(crate) sandbox: Option<Sandbox>,
}

impl Confined {
    /// The surroundings of a command that evaluates a program.
    pub(crate) fn of(
        program: &Path,
        words: &[String],
        placed: &Placed,
        settings: &Settings,
        sight: Sight,
    ) -> io::Result<Self> {
        let sandbox = (sight == Sight::Narrow).then(|| Sandbox::around(placed.root()));
        let Some(mut sandbox) = sandbox.flatten() else {
            return Ok(Self {
                root: placed.root().to_owned(),
                file: placed.file().to_owned(),
                scratch: None,
                sandbox: None,
            });
        };
        let scratch = ScratchFolder::in_memory("twinix-command-")?;
        sandbox.r#use(scratch.path(), SCRATCH);
        for device in DEVICES.iter().filter(|device| Path::new(device).exists()) {
            sandbox.device(device);
        }
        // Some ask which program they are.
        sandbox.link("/proc/self/exe", program);
        let shown = shown().unwrap_or_default().into_iter();
        for path in visible(program, words, shown.chain(sandbox::extra(settings))) {
            sandbox.see(&path, &path);
        }
        Ok(Self {
            root: ROOT.into(),
            file: file_in(Path::new(ROOT), placed),
            scratch: Some(scratch),
            sandbox: Some(sandbox),
        })
    }

    /// The whole environment of the command.
    pub(crate) fn environment(
        &self,
        settings: &Settings,
        sight: Sight,
    ) -> BTreeMap<OsString, OsString> {
        let mut environment = match sight {
            Sight::Everything => env::vars_os().collect(),
            Sight::Narrow => BTreeMap::new(),
        };
        // In the open only what makes outcomes differ from machine to machine is not the user's.
        let is_changed = |name: &str| {
            sight == Sight::Narrow || ["HOME", "NIX_PATH", "LC_ALL", "TZ"].contains(&name)
        };
        let given = environment_of(settings).into_iter();
        let given = given.filter(|(name, _)| is_changed(name));
        environment.extend(given.map(|(name, value)| (name.into(), value.into())));
        if sight == Sight::Narrow {
            let names = KEPT.map(str::to_owned).into_iter();
            let names = names.chain(kept().unwrap_or_default());
            environment
                .extend(names.filter_map(|name| Some((OsString::from(&name), env::var_os(name)?))));
        }
        if self.scratch.is_some() {
            environment.extend(state_of(SCRATCH));
        }
        let wanted = settings.environment.iter();
        environment.extend(wanted.map(|(name, value)| (name.into(), value.into())));
        environment
    }

    /// Makes the folder of a question visible, and says what it is called inside.
    pub(crate) fn see_question(&mut self, folder: &Path) -> PathBuf {
        match &mut self.sandbox {
            Some(sandbox) => {
                sandbox.see(folder, QUESTION);
                QUESTION.into()
            }
            None => folder.to_owned(),
        }
    }
}

/// What the user shows to commands.
///
/// # Errors
/// With an entry that is no absolute path of a file or folder that exists.
pub(crate) fn shown() -> Result<Vec<PathBuf>, String> {
    let entries = env::var(SEEN_VARIABLE).unwrap_or_default();
    let entries = entries.split(':').filter(|entry| !entry.is_empty());
    entries
        .filter(|&entry| entry != EVERYTHING)
        .map(|entry| {
            let path = PathBuf::from(entry);
            let is_usable = path.is_absolute() && is_plain(&path) && path.exists();
            is_usable.then_some(path).ok_or_else(|| entry.to_owned())
        })
        .collect()
}

/// The names of the variables that the user lets commands keep.
///
/// # Errors
/// With an entry that is no name of a variable.
pub(crate) fn kept() -> Result<Vec<String>, String> {
    let entries = env::var(KEPT_VARIABLE).unwrap_or_default();
    names_in(&entries)
}

fn names_in(entries: &str) -> Result<Vec<String>, String> {
    let is_name = |entry: &str| entry.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let entries = entries.split(':').filter(|entry| !entry.is_empty());
    entries
        .map(|entry| {
            is_name(entry)
                .then(|| entry.to_owned())
                .ok_or_else(|| entry.to_owned())
        })
        .collect()
}

/// Whether a path goes straight to where it leads.
fn is_plain(path: &Path) -> bool {
    path.components().all(|part| part != Component::ParentDir)
}

/// The files and folders that a command sees under their own names, none within another.
fn visible(program: &Path, words: &[String], shown: impl Iterator<Item = PathBuf>) -> Vec<PathBuf> {
    let system = SYSTEM.iter().chain(SETTINGS);
    let always = system.map(|&path| PathBuf::from(if path == STORE.0 { STORE.1 } else { path }));
    let mut paths: Vec<PathBuf> = always.filter(|path| path.exists()).collect();
    paths.extend(around(program));
    // The executable may be a link into an installation.
    if let Ok(target) = program.canonicalize() {
        paths.extend(around(&target));
    }
    paths.extend(words.iter().flat_map(|word| named(word)));
    paths.extend(shown);
    paths.sort();
    paths.dedup();
    let mut outermost: Vec<PathBuf> = Vec::new();
    for path in paths {
        if !outermost.iter().any(|outer| path.starts_with(outer)) {
            outermost.push(path);
        }
    }
    outermost
}

/// An executable with what lies beside it: the folder that its `bin` is in, or its own, if nothing else is in it
/// (`~/.local` holds keyrings).
fn around(program: &Path) -> Vec<PathBuf> {
    let folder = program.parent();
    let above = folder
        .filter(|folder| folder.ends_with("bin"))
        .and_then(Path::parent);
    let installed = [above, folder].into_iter().flatten();
    let installed = installed.map(Path::to_owned).find(|path| is_narrow(path));
    [program.to_owned()].into_iter().chain(installed).collect()
}

/// Whether a folder is not one in which everything else is, or what belongs to all programs of a user.
fn is_narrow(folder: &Path) -> bool {
    let real = |path: PathBuf| path.canonicalize().unwrap_or(path);
    let folder = real(folder.to_owned());
    let is_wide = |wide: PathBuf| real(wide).starts_with(&folder);
    let home = env::var_os("HOME").map(PathBuf::from);
    let hidden = folder
        .file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
    let is_of_home = |home: &PathBuf| hidden && folder.parent() == Some(&real(home.clone()));
    let others = ["/tmp", "/var/tmp", "/dev/shm", "/home", "/root"].map(PathBuf::from);
    let wide = others
        .into_iter()
        .chain([env::temp_dir()])
        .chain(home.clone());
    is_plain(&folder) && !wide.into_iter().any(is_wide) && !home.iter().any(is_of_home)
}

/// The absolute paths in a word of a command, which may be a script; devices and processes are not for it.
fn named(word: &str) -> Vec<PathBuf> {
    let breaks = |c: char| c.is_whitespace() || "'\"=:;,()<>|&`".contains(c);
    let parts = [word].into_iter().chain(word.split(breaks));
    let paths = parts
        .filter(|part| part.starts_with('/'))
        .map(PathBuf::from);
    let paths = paths.filter(|path| is_plain(path));
    let is_kernel = |path: &PathBuf| {
        ["/dev", "/proc", "/sys"]
            .iter()
            .any(|it| path.starts_with(it))
    };
    let paths = paths.filter(|path| !is_kernel(path) && path.exists());
    paths
        .filter(|path| path.is_file() || is_narrow(path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_sees_what_its_words_name() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("evaluator.py");
        std::fs::write(&script, "").unwrap();
        let word = format!(
            "exec python3 '{}' 2>/dev/null; cat /nonexistent",
            script.display()
        );
        let named = named(&word);
        assert_eq!(named, [script]);
    }

    #[test]
    fn an_installation_is_seen_whole_and_a_home_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("bin/nix-instantiate");
        assert_eq!(
            around(&program),
            [program.clone(), folder.path().to_owned()]
        );
        let home = PathBuf::from(env::var_os("HOME").unwrap());
        assert!(is_narrow(&home.join("evaluators")));
        assert!(!is_narrow(&home));
        assert!(!is_narrow(Path::new("/")));
        assert_eq!(
            around(&home.join("bin/x")),
            [home.join("bin/x"), home.join("bin")]
        );
    }

    #[test]
    fn names_of_variables_stand_between_colons() {
        assert_eq!(names_in("A:B_2:").unwrap(), ["A", "B_2"]);
        assert_eq!(names_in("A,B"), Err("A,B".to_owned()));
    }

    #[test]
    fn nothing_is_seen_twice() {
        let shown = ["/usr/bin", "/usr/bin/env"].map(PathBuf::from).into_iter();
        let paths = visible(Path::new("/usr/bin/env"), &[], shown);
        let below: Vec<_> = paths
            .iter()
            .filter(|path| path.starts_with("/usr"))
            .collect();
        assert_eq!(below, [Path::new("/usr")]);
    }
}
