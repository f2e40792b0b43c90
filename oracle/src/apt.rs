//! A private apt: asks the package mirror that this machine uses for packages of another suite,
//! without touching the machine's own package lists, and without root.

use std::{
    env,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use thiserror::Error;

/// Where the machine's own apt sources are; the variable lets tests and unusual machines point
/// elsewhere.
const SOURCES_FOLDER: &str = "/etc/apt";

/// A mirror, as the machine's apt sources name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirror {
    /// Its URI.
    pub uri: String,
    /// The keyring that its packages are signed with, where the sources name one.
    pub keyring: Option<String>,
}

/// apt could not do what was asked.
#[derive(Debug, Error)]
pub enum AptError {
    /// A program is missing.
    #[error(
        "{0} is missing: oracles are installed from Debian's packages, which needs apt-get and dpkg-deb (on Debian and Ubuntu they are always there)"
    )]
    NoProgram(&'static str),
    /// There is no mirror to ask.
    #[error("no Debian mirror is named in {}: add one, or set TWINIX_MIRROR to its URI", .0.display())]
    NoMirror(PathBuf),
    /// apt failed.
    #[error("{what} failed: {said}")]
    Failed {
        /// What was to be done.
        what: String,
        /// What apt said.
        said: String,
    },
    /// A file could not be written.
    #[error("{what}: {error}")]
    Io {
        /// What was to be done.
        what: String,
        /// Why it could not.
        #[source]
        error: io::Error,
    },
}

pub(crate) fn io_error(what: impl Into<String>) -> impl FnOnce(io::Error) -> AptError {
    let what = what.into();
    move |error| AptError::Io { what, error }
}

/// The mirror that the machine's own apt sources use: the first one that has Debian itself, rather
/// than security updates or another vendor's packages.
pub fn mirror() -> Result<Mirror, AptError> {
    if let Some(uri) = env::var("TWINIX_MIRROR").ok().filter(|uri| !uri.is_empty()) {
        return Ok(Mirror { uri, keyring: None });
    }
    let folder = Path::new(SOURCES_FOLDER);
    let mut files = vec![folder.join("sources.list")];
    if let Ok(entries) = fs::read_dir(folder.join("sources.list.d")) {
        let mut more: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        more.sort();
        files.extend(more);
    }
    files
        .iter()
        .filter_map(|file| {
            let text = fs::read_to_string(file).ok()?;
            match file.extension()?.to_str()? {
                "sources" => in_stanzas(&text),
                "list" => in_lines(&text),
                _ => None,
            }
        })
        .next()
        .ok_or_else(|| AptError::NoMirror(folder.to_owned()))
}

/// Whether a URI is that of a mirror of Debian itself.
fn has_debian(uri: &str) -> bool {
    let path = uri.trim_end_matches('/');
    path.ends_with("/debian") && !uri.starts_with("cdrom:")
}

/// The mirror in a file of deb822 stanzas (`*.sources`).
fn in_stanzas(text: &str) -> Option<Mirror> {
    text.split("\n\n").find_map(|stanza| {
        let field = |name: &str| {
            stanza.lines().find_map(|line| {
                let (key, value) = line.split_once(':')?;
                key.eq_ignore_ascii_case(name)
                    .then(|| value.trim().to_owned())
            })
        };
        if field("Enabled").is_some_and(|value| value == "no") {
            return None;
        }
        let uri = field("URIs")?
            .split_whitespace()
            .find(|uri| has_debian(uri))?
            .to_owned();
        let keyring = field("Signed-By").filter(|value| value.starts_with('/'));
        Some(Mirror { uri, keyring })
    })
}

/// The mirror in a file of one-line sources (`*.list`).
fn in_lines(text: &str) -> Option<Mirror> {
    text.lines().find_map(|line| {
        let rest = line.trim().strip_prefix("deb")?.trim_start();
        let (options, rest) = match rest.strip_prefix('[') {
            Some(rest) => rest.split_once(']')?,
            None => ("", rest),
        };
        let uri = rest
            .split_whitespace()
            .next()
            .filter(|uri| has_debian(uri))?
            .to_owned();
        let keyring = options
            .split_whitespace()
            .find_map(|option| option.strip_prefix("signed-by="))
            .map(str::to_owned);
        Some(Mirror { uri, keyring })
    })
}

/// The machine's own hooks, such as those that empty its cache of packages, are not to run for a
/// private apt. The rest of its configuration stays in force: it may name a proxy.
const NO_HOOKS: &str = "\
    #clear APT::Update::Pre-Invoke;\n\
    #clear APT::Update::Post-Invoke;\n\
    #clear APT::Update::Post-Invoke-Success;\n\
    #clear DPkg::Pre-Invoke;\n\
    #clear DPkg::Post-Invoke;\n";

/// A private apt that knows one suite.
#[derive(Debug)]
pub struct Apt {
    folder: PathBuf,
    suite: String,
}

/// What kind of packages the private apt knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packages {
    /// Packages to run.
    Binary,
    /// Packages to read.
    Source,
}

impl Packages {
    const fn word(self) -> &'static str {
        match self {
            Self::Binary => "deb",
            Self::Source => "deb-src",
        }
    }
}

impl Apt {
    /// Sets up a private apt in a folder of its own, and fetches the lists of the suite.
    pub fn new(folder: &Path, suite: &str, packages: Packages) -> Result<Self, AptError> {
        need("apt-get")?;
        let mirror = mirror()?;
        for name in ["lists/partial", "cache/archives/partial", "etc", "log"] {
            let path = folder.join(name);
            fs::create_dir_all(&path)
                .map_err(io_error(format!("cannot make {}", path.display())))?;
        }
        let options = mirror
            .keyring
            .map(|file| format!("[signed-by={file}] "))
            .unwrap_or_default();
        let source = format!("{} {options}{} {suite} main\n", packages.word(), mirror.uri);
        let list = folder.join("etc/sources.list");
        fs::write(&list, source).map_err(io_error(format!("cannot write {}", list.display())))?;
        let configuration = folder.join("etc/apt.conf");
        fs::write(&configuration, NO_HOOKS).map_err(io_error(format!(
            "cannot write {}",
            configuration.display()
        )))?;
        let apt = Self {
            folder: folder.to_owned(),
            suite: suite.to_owned(),
        };
        apt.run(&["update"], folder).map_err(|error| match error {
            AptError::Failed { said, .. } => AptError::Failed {
                what: format!("fetching the package lists of {suite} from {}", mirror.uri),
                said,
            },
            other => other,
        })?;
        Ok(apt)
    }

    /// Downloads a package with everything that it needs; returns the files.
    pub fn download(&self, package: &str) -> Result<Vec<PathBuf>, AptError> {
        let flags = [
            "--no-install-recommends",
            "--download-only",
            "install",
            package,
        ];
        self.run(&flags, &self.folder)?;
        let archives = self.folder.join("cache/archives");
        let entries = fs::read_dir(&archives).map_err(io_error("cannot read the downloads"))?;
        let mut files: Vec<PathBuf> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "deb"))
            .collect();
        files.sort();
        Ok(files)
    }

    /// Downloads the files of a source package into a folder.
    pub fn download_source(&self, package: &str, into: &Path) -> Result<(), AptError> {
        fs::create_dir_all(into).map_err(io_error(format!("cannot make {}", into.display())))?;
        self.run(&["--download-only", "source", package], into)
    }

    fn run(&self, arguments: &[&str], folder: &Path) -> Result<(), AptError> {
        let option = |name: &str, value: OsString| {
            let mut option = OsString::from(format!("{name}="));
            option.push(value);
            ["-o".into(), option]
        };
        let inside = |name: &str| self.folder.join(name).into_os_string();
        let mut command = Command::new("apt-get");
        command
            .args(["-q", "-y", "-c"])
            .arg(self.folder.join("etc/apt.conf"));
        for (name, value) in [
            ("Dir::Etc::SourceList", inside("etc/sources.list")),
            ("Dir::Etc::SourceParts", "/dev/null".into()),
            ("Dir::Etc::Preferences", "/dev/null".into()),
            ("Dir::Etc::PreferencesParts", "/dev/null".into()),
            ("Dir::State", self.folder.clone().into_os_string()),
            ("Dir::State::Lists", inside("lists")),
            ("Dir::State::status", "/dev/null".into()),
            ("Dir::Cache", inside("cache")),
            ("Dir::Log", inside("log")),
            // The lock of a status file that is /dev/null would be in /dev.
            ("Debug::NoLocking", "1".into()),
            // A scratch folder of the user's is closed to apt's own user.
            ("APT::Sandbox::User", "root".into()),
            // Lists in other languages and of contents are of no use here.
            ("Acquire::Languages", "none".into()),
            (
                "Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled",
                "false".into(),
            ),
        ] {
            command.args(option(name, value));
        }
        let output = command
            .args(arguments)
            .current_dir(folder)
            .env("LC_ALL", "C")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null())
            .output()
            .map_err(io_error("cannot run apt-get"))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let complaints: Vec<&str> = said
            .lines()
            .filter(|line| line.starts_with("E:") || line.starts_with("W:"))
            .collect();
        Err(AptError::Failed {
            what: format!("apt-get {} ({})", arguments.join(" "), self.suite),
            said: if complaints.is_empty() {
                said.trim().to_owned()
            } else {
                complaints.join(" ")
            },
        })
    }
}

/// Checks that a program is on the search path.
pub(crate) fn need(program: &'static str) -> Result<(), AptError> {
    let path = env::var_os("PATH").unwrap_or_default();
    let is_there = env::split_paths(&path).any(|folder| folder.join(program).is_file());
    if is_there {
        Ok(())
    } else {
        Err(AptError::NoProgram(program))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_is_found_in_stanzas() {
        let text = "Types: deb\nURIs: https://mirror.invalid/debian-security\nSuites: a\n\n\
                    Types: deb\nURIs: https://mirror.invalid/debian/\nSuites: bookworm\n\
                    Signed-By: /usr/share/keyrings/k.gpg\n";
        let mirror = in_stanzas(text).unwrap();
        assert_eq!(mirror.uri, "https://mirror.invalid/debian/");
        assert_eq!(mirror.keyring.as_deref(), Some("/usr/share/keyrings/k.gpg"));
    }

    #[test]
    fn a_mirror_is_found_in_lines() {
        let text = "# deb https://old.invalid/debian a main\n\
                    deb https://other.invalid/postgres b main\n\
                    deb [arch=amd64 signed-by=/k.gpg] http://mirror.invalid/debian c main\n";
        let mirror = in_lines(text).unwrap();
        assert_eq!(mirror.uri, "http://mirror.invalid/debian");
        assert_eq!(mirror.keyring.as_deref(), Some("/k.gpg"));
    }

    #[test]
    fn disabled_stanzas_and_foreign_vendors_are_passed_over() {
        assert_eq!(
            in_stanzas("Enabled: no\nURIs: http://m.invalid/debian\n"),
            None
        );
        assert_eq!(in_lines("deb http://m.invalid/ubuntu jammy main"), None);
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = need("no-such-program").unwrap_err();
        assert!(error.to_string().contains("no-such-program is missing"));
    }
}
