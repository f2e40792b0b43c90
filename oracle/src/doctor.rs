//! Looks at every oracle of this machine, says what is there and what is wrong with it, and what to do
//! about it.

use std::{
    fmt,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{
    dialect::Dialect,
    discover::{NotAnOracle, Oracle, on_search_path, oracle_folder, roots},
    evaluator::Evaluator,
    install::suite_of,
    outcome::{Outcome, text_of_bytes},
    program::Program,
    root::{BrokenRoot, Launch},
    run,
    settings::Settings,
};

/// Something that is wrong, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.remedy)
    }
}

/// One place that holds, or should hold, an oracle.
#[derive(Debug, Clone, Serialize)]
pub struct Patient {
    /// Where it is.
    pub location: PathBuf,
    /// Its exact version, if it tells.
    pub version: Option<String>,
    /// The dialect that it is held to speak.
    pub dialect: Option<Dialect>,
    /// What is wrong; nothing where it is well.
    pub problems: Vec<Problem>,
}

/// The state of all oracles.
#[derive(Debug, Clone, Serialize)]
pub struct Diagnosis {
    /// The folder that is searched for roots.
    pub folder: Option<PathBuf>,
    /// Every place that was looked at.
    pub patients: Vec<Patient>,
    /// The dialects that no working oracle speaks, with what to do.
    pub missing: Vec<(Dialect, Problem)>,
}

impl Diagnosis {
    /// Whether there is a working oracle for every dialect, and nothing is wrong with any.
    pub fn is_well(&self) -> bool {
        self.missing.is_empty()
            && self
                .patients
                .iter()
                .all(|patient| patient.problems.is_empty())
    }
}

/// Looks at every oracle.
pub fn examine() -> Diagnosis {
    let mut patients: Vec<Patient> = roots().iter().map(|root| examine_root(root)).collect();
    for file in on_search_path() {
        patients.push(examine_command(Launch::direct(&file), &file, None));
    }
    let speaks = |dialect: Dialect| {
        patients
            .iter()
            .any(|patient| patient.dialect == Some(dialect) && patient.problems.is_empty())
    };
    let missing = Dialect::ALL
        .into_iter()
        .filter(|dialect| !speaks(*dialect))
        .map(|dialect| (dialect, absent(dialect)))
        .collect();
    Diagnosis {
        folder: oracle_folder(),
        patients,
        missing,
    }
}

fn absent(dialect: Dialect) -> Problem {
    Problem {
        what: format!("no working oracle speaks {dialect}"),
        remedy: format!(
            "run `twinix oracle install {dialect}` (from Debian {}), or use `--oracle recorded`",
            suite_of(dialect)
        ),
    }
}

fn examine_root(root: &Path) -> Patient {
    let wanted = root
        .file_name()
        .and_then(|name| name.to_str()?.parse::<Dialect>().ok());
    match Launch::of_root(root) {
        Ok(launch) => examine_command(launch, root, wanted),
        Err(error) => {
            let what = error.to_string();
            let remedy = match error {
                BrokenRoot::Missing(_) => install_again(root, wanted),
                BrokenRoot::NoNix(_) | BrokenRoot::NoLoader(_) => {
                    format!(
                        "remove {} and {}",
                        root.display(),
                        install_again(root, wanted)
                    )
                }
            };
            let problems = vec![Problem { what, remedy }];
            Patient {
                location: root.to_owned(),
                version: None,
                dialect: None,
                problems,
            }
        }
    }
}

fn install_again(root: &Path, wanted: Option<Dialect>) -> String {
    match wanted {
        Some(dialect) => format!("run `twinix oracle install {dialect}`"),
        None => format!(
            "fill {} with the unpacked packages of a suite",
            root.display()
        ),
    }
}

/// Looks at what a command runs; `wanted` is the release that its folder is named after.
fn examine_command(launch: Launch, location: &Path, wanted: Option<Dialect>) -> Patient {
    let again = install_again(location, wanted);
    let again = if launch.root.is_some() {
        format!("remove {} and {again}", location.display())
    } else {
        "repair or remove this installation of Nix".to_owned()
    };
    let mut problems: Vec<Problem> = Vec::new();
    if !is_executable(&launch.program) {
        problems.push(Problem {
            what: format!("{} is not executable", launch.program.display()),
            remedy: format!("run `chmod +x {}`", launch.program.display()),
        });
    }
    for library in missing_libraries(&launch) {
        problems.push(Problem {
            what: format!("the library {library} is missing"),
            remedy: again.clone(),
        });
    }
    let oracle = match Oracle::probe(launch, location.to_owned()) {
        Ok(oracle) => oracle,
        Err(error) => {
            // A missing library or permission says it better already.
            if problems.is_empty() {
                problems.push(Problem {
                    what: error.to_string(),
                    remedy: remedy_for(&error, again),
                });
            }
            let location = location.to_owned();
            return Patient {
                location,
                version: None,
                dialect: None,
                problems,
            };
        }
    };
    if let Some(wanted) = wanted
        && oracle.version.release != wanted.release()
    {
        problems.push(Problem {
            what: format!("the folder is named {wanted} but holds Nix {}", oracle.name),
            remedy: again.clone(),
        });
    }
    problems.extend(trial(&oracle, again));
    Patient {
        location: location.to_owned(),
        version: Some(oracle.name),
        dialect: Some(oracle.dialect),
        problems,
    }
}

fn remedy_for(error: &NotAnOracle, again: String) -> String {
    match error {
        NotAnOracle::TooOld { .. } => "it is ignored; remove it from the search path".to_owned(),
        _ => again,
    }
}

/// Whether it evaluates at all.
fn trial(oracle: &Oracle, again: String) -> Option<Problem> {
    let what = match oracle.evaluate(&Program::text("trial", "1 + 1"), &Settings::default()) {
        Ok(outcome) if outcome == Outcome::value("2") => return None,
        Ok(outcome) => format!("evaluating `1 + 1` gives: {outcome}"),
        Err(error) => error.to_string(),
    };
    Some(Problem {
        what,
        remedy: again,
    })
}

fn is_executable(file: &Path) -> bool {
    file.metadata()
        .is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}

/// The libraries that the loader of a root does not find.
fn missing_libraries(launch: &Launch) -> Vec<String> {
    let Some(listing) = launch.list_libraries() else {
        return Vec::new();
    };
    let Ok(finished) = run::bare(&listing, &[]) else {
        return Vec::new();
    };
    text_of_bytes(&finished.stdout)
        .lines()
        .filter(|line| line.contains("not found"))
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use tempfile::TempDir;

    fn script(folder: &Path, text: &str) -> PathBuf {
        let file = folder.join("nix-instantiate");
        fs::write(&file, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        file
    }

    fn examine_script(text: &str, wanted: Option<Dialect>) -> Patient {
        let folder = TempDir::new().unwrap();
        let file = script(folder.path(), text);
        examine_command(Launch::direct(&file), &file, wanted)
    }

    const VERSION: &str = "case $1 in --version) echo 'nix-instantiate (Nix) 2.8.0'; exit;; esac";

    #[test]
    fn a_working_one_has_no_problem() {
        let patient = examine_script(&format!("{VERSION}\necho 2"), Some(Dialect::V2_8));
        assert!(patient.problems.is_empty(), "{:?}", patient.problems);
        assert_eq!(patient.version.as_deref(), Some("2.8.0"));
    }

    #[test]
    fn one_that_cannot_evaluate_is_told() {
        let patient = examine_script(&format!("{VERSION}\necho 3"), None);
        assert!(patient.problems[0].what.contains("`1 + 1` gives: 3"));
    }

    #[test]
    fn a_wrong_version_is_told() {
        let patient = examine_script(&format!("{VERSION}\necho 2"), Some(Dialect::V2_34));
        assert!(
            patient.problems[0]
                .what
                .contains("named 2.34 but holds Nix 2.8.0")
        );
    }

    #[test]
    fn one_that_is_not_executable_is_told() {
        let folder = TempDir::new().unwrap();
        let file = script(folder.path(), "");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        let patient = examine_command(Launch::direct(&file), &file, None);
        assert!(patient.problems[0].remedy.starts_with("run `chmod +x"));
    }

    #[test]
    fn an_empty_root_is_told_with_what_to_do() {
        let folder = TempDir::new().unwrap();
        let root = folder.path().join("2.26");
        fs::create_dir(&root).unwrap();
        let patient = examine_root(&root);
        assert!(patient.problems[0].what.contains("incomplete"));
        assert!(
            patient.problems[0]
                .remedy
                .contains("twinix oracle install 2.26")
        );
    }
}
