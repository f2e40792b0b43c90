//! Finds the oracles of this machine: every `nix-instantiate` on the search path, and every root in
//! the oracle folder.

use std::{
    collections::HashSet,
    env, fs, io,
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use thiserror::Error;

use crate::{
    dialect::{Dialect, Version},
    evaluator::{Evaluator, Unavailable},
    outcome::{Outcome, text_of_bytes},
    process::Ending,
    program::Program,
    root::{BrokenRoot, Launch},
    run::{self, Printed},
    settings::Settings,
};

/// The variable that names the oracle folder.
pub const FOLDER_VARIABLE: &str = "TWINIX_ORACLES";

/// An installed C++ Nix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oracle {
    /// Its name in reports: the exact version.
    pub name: String,
    /// What `--version` says.
    pub version: Version,
    /// The dialect that it is held to speak.
    pub dialect: Dialect,
    /// How to start it.
    pub launch: Launch,
    /// Where it was found: its root, or the executable on the search path.
    pub location: PathBuf,
}

impl Oracle {
    /// Asks a command for its version; what answers is an oracle.
    pub fn probe(launch: Launch, location: PathBuf) -> Result<Self, NotAnOracle> {
        let finished = run::bare(&launch, &["--version"]).map_err(|error| NotAnOracle::Start {
            program: launch.program.clone(),
            error,
        })?;
        let said = text_of_bytes(&finished.stdout);
        if finished.ending != Ending::Status(0) {
            let stderr = text_of_bytes(&finished.stderr);
            return Err(NotAnOracle::Fails {
                location,
                said: stderr.trim().to_owned(),
            });
        }
        let version = Version::parse(&said).ok_or_else(|| NotAnOracle::NoVersion {
            location: location.clone(),
            said,
        })?;
        let dialect = version.dialect().ok_or_else(|| NotAnOracle::TooOld {
            location: location.clone(),
            version: version.exact.clone(),
        })?;
        Ok(Self {
            name: version.exact.clone(),
            version,
            dialect,
            launch,
            location,
        })
    }

    /// The oracle in a root.
    pub fn in_root(root: &Path) -> Result<Self, NotAnOracle> {
        Self::probe(Launch::of_root(root)?, root.to_owned())
    }

    /// Evaluates a program and returns also what was printed, word for word.
    pub fn evaluate_verbatim(
        &self,
        program: &Program,
        settings: &Settings,
    ) -> Result<(Outcome, Printed), Unavailable> {
        run::evaluate_verbatim(&self.launch, &self.version, program, settings)
    }
}

impl Evaluator for Oracle {
    fn name(&self) -> &str {
        &self.name
    }

    fn dialect(&self) -> Option<Dialect> {
        Some(self.dialect)
    }

    fn evaluate(&self, program: &Program, settings: &Settings) -> Result<Outcome, Unavailable> {
        run::evaluate(&self.launch, &self.version, program, settings)
    }
}

/// Why something that looks like an oracle is none.
#[derive(Debug, Error)]
pub enum NotAnOracle {
    /// Its root is incomplete.
    #[error("{0}")]
    Root(#[from] BrokenRoot),
    /// It cannot be started.
    #[error("cannot run {}: {error}", .program.display())]
    Start {
        /// What was to be started.
        program: PathBuf,
        /// Why it could not.
        #[source]
        error: io::Error,
    },
    /// It does not say its version.
    #[error("{} does not run: {said}", .location.display())]
    Fails {
        /// Where it is.
        location: PathBuf,
        /// What it said instead.
        said: String,
    },
    /// Its version cannot be understood.
    #[error("{} answers --version with '{}', which is no version", .location.display(), .said.trim())]
    NoVersion {
        /// Where it is.
        location: PathBuf,
        /// What it said.
        said: String,
    },
    /// It is older than every dialect.
    #[error("{} is Nix {version}: releases before 2.3 are not supported", .location.display())]
    TooOld {
        /// Where it is.
        location: PathBuf,
        /// Its version.
        version: String,
    },
}

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The oracles, oldest dialect first; those of the oracle folder before those of the search path.
    pub oracles: Vec<Oracle>,
    /// What looked like an oracle and is none, with the reason.
    pub broken: Vec<(PathBuf, NotAnOracle)>,
}

impl Found {
    /// One oracle for each of these dialects, and the dialects for which there is none.
    /// The oracle whose release is nearest to the dialect is taken.
    pub fn select(&self, wanted: &[Dialect]) -> (Vec<&Oracle>, Vec<Dialect>) {
        let mut chosen = Vec::new();
        let mut missing = Vec::new();
        for &dialect in wanted {
            let best = self
                .oracles
                .iter()
                .filter(|oracle| oracle.dialect == dialect)
                .min_by_key(|oracle| oracle.version.release);
            match best {
                Some(oracle) => chosen.push(oracle),
                None => missing.push(dialect),
            }
        }
        (chosen, missing)
    }
}

/// The folder that holds the oracle roots, one folder a release: `$TWINIX_ORACLES`, else
/// `twinix/oracles` in the user's data folder.
pub fn oracle_folder() -> Option<PathBuf> {
    folder(
        FOLDER_VARIABLE,
        "XDG_DATA_HOME",
        ".local/share",
        "twinix/oracles",
    )
}

/// A folder named by a variable, else below one of the folders of the XDG base directories.
pub(crate) fn folder(variable: &str, xdg: &str, home: &str, name: &str) -> Option<PathBuf> {
    let named = |variable| {
        env::var_os(variable)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(folder) = named(variable) {
        return Some(folder);
    }
    let base = named(xdg).or_else(|| named("HOME").map(|path| path.join(home)))?;
    Some(base.join(name))
}

/// Finds every oracle of this machine.
pub fn discover() -> Found {
    let mut candidates: Vec<(PathBuf, Result<Launch, BrokenRoot>)> = roots()
        .into_iter()
        .map(|root| {
            let launch = Launch::of_root(&root);
            (root, launch)
        })
        .collect();
    candidates.extend(
        on_search_path()
            .into_iter()
            .map(|path| (path.clone(), Ok(Launch::direct(path)))),
    );
    let probed: Vec<(PathBuf, Result<Oracle, NotAnOracle>)> = candidates
        .into_par_iter()
        .map(|(location, launch)| {
            let oracle = launch
                .map_err(NotAnOracle::from)
                .and_then(|launch| Oracle::probe(launch, location.clone()));
            (location, oracle)
        })
        .collect();
    let mut found = Found::default();
    for (location, oracle) in probed {
        match oracle {
            Ok(oracle) => found.oracles.push(oracle),
            Err(error) => found.broken.push((location, error)),
        }
    }
    found.oracles.sort_by_key(|oracle| oracle.dialect);
    found
}

/// The folders in the oracle folder that are meant to be roots; those of an installation under way
/// start with a dot.
pub(crate) fn roots() -> Vec<PathBuf> {
    let Some(folder) = oracle_folder() else {
        return Vec::new();
    };
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut roots: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| !name.to_string_lossy().starts_with('.'))
        })
        .collect();
    roots.sort();
    roots
}

/// Every `nix-instantiate` on the search path, each only once however many links lead to it.
pub(crate) fn on_search_path() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut seen = HashSet::new();
    env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join("nix-instantiate"))
        .filter(|file| file.is_file())
        .filter(|file| fs::canonicalize(file).is_ok_and(|real| seen.insert(real)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oracle(version: &str) -> Oracle {
        let version = Version::parse(&format!("nix-instantiate (Nix) {version}")).unwrap();
        Oracle {
            name: version.exact.clone(),
            dialect: version.dialect().unwrap(),
            version,
            launch: Launch::direct("/bin/false"),
            location: "/bin/false".into(),
        }
    }

    #[test]
    fn the_release_nearest_to_a_dialect_is_chosen() {
        let found = Found {
            oracles: vec![oracle("2.18.1"), oracle("2.8.0"), oracle("2.34.8")],
            broken: Vec::new(),
        };
        let (chosen, missing) = found.select(&Dialect::ALL);
        let names: Vec<&str> = chosen.iter().map(|oracle| oracle.name.as_str()).collect();
        assert_eq!(names, ["2.8.0", "2.34.8"]);
        assert_eq!(missing, [Dialect::V2_3, Dialect::V2_26]);
    }

    #[test]
    fn what_does_not_run_is_no_oracle() {
        let launch = Launch::direct("/bin/false");
        assert!(matches!(
            Oracle::probe(launch, "x".into()),
            Err(NotAnOracle::Fails { .. })
        ));
        let mut launch = Launch::direct("/bin/sh");
        launch.arguments = vec!["-c".into(), "echo hello".into()];
        assert!(matches!(
            Oracle::probe(launch, "x".into()),
            Err(NotAnOracle::NoVersion { .. })
        ));
    }
}
