//! A finding: a folder of the corpus with a minimal program that shows a bug, and all that is known
//! about it. It is data: what was found stays checkable without the campaign that found it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use twinix_oracle::{
    Dialect, Outcome, Settings,
    recorded::{self, RecordedSettings},
    signature::Signature,
    verdict::Check,
};
use twinix_reducer::Source;
use walkdir::WalkDir;

use crate::evaluators::Chooser;

/// The file that makes a folder a finding.
const FILE: &str = "finding.json";

/// Whether the bug is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It diverges.
    #[default]
    Open,
    /// It agrees, and has to from now on.
    Fixed,
}

/// What one evaluator did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Its name.
    pub evaluator: String,
    /// The dialect that it was asked in.
    pub dialect: Dialect,
    /// What it did.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// What is known of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The signature, with the words of the program.
    pub signature: Signature,
    /// Whether it is still there.
    #[serde(default)]
    pub state: State,
    /// What is known about the cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The upstream issue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upstream: Option<String>,
    /// The subject, as it is called on the command line.
    pub subject: String,
    /// The oracles, as they are called there; none are all that are installed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub oracles: Vec<String>,
    /// The program's file, from the finding's folder.
    pub program: PathBuf,
    /// How it is evaluated.
    #[serde(default)]
    pub settings: RecordedSettings,
    /// Whether messages and positions are compared.
    #[serde(default)]
    pub exact: bool,
    /// The command that shows it, from the folder above the corpus.
    pub replay: String,
    /// What the subject did, in each dialect that was asked for.
    pub of_subject: Vec<Said>,
    /// What each oracle did.
    pub of_oracles: Vec<Said>,
}

/// What every evaluator did: the subject, then the oracles.
pub fn said(subject: &str, check: &Check) -> (Vec<Said>, Vec<Said>) {
    let mut ours: Vec<Said> = Vec::new();
    let mut theirs = Vec::new();
    for one in &check.against {
        let mine = Said {
            evaluator: subject.to_owned(),
            dialect: one.dialect,
            outcome: one.subject_outcome.clone(),
        };
        if !ours.iter().any(|it| it.dialect == mine.dialect) {
            ours.push(mine);
        }
        theirs.push(Said {
            evaluator: one.oracle.clone(),
            dialect: one.dialect,
            outcome: one.oracle_outcome.clone(),
        });
    }
    (ours, theirs)
}

impl Finding {
    /// Writes a finding into its folder, with the records of all installed releases.
    ///
    /// # Errors
    /// When there is one of this name, or it cannot be written.
    pub fn save(&self, folder: &Path, text: &[u8], source: &Source) -> Result<()> {
        if folder.exists() {
            bail!("{} is there already: choose another name", folder.display());
        }
        let file = folder.join(&self.program);
        let root = file.parent().unwrap_or(folder);
        let write = |path: &Path, content: &[u8]| -> Result<()> {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
            }
            fs::write(path, content).with_context(|| path.display().to_string())
        };
        write(&file, text)?;
        for (path, content) in &source.files {
            write(&root.join(path), content)?;
        }
        self.write(folder)?;
        let oracles = Chooser::default().one_of_each(&Dialect::ALL);
        let oracles: Vec<_> = oracles
            .iter()
            .map(|oracle| oracle as &dyn twinix_oracle::Evaluator)
            .collect();
        recorded::record(
            &file,
            Some(self.settings.clone()),
            &oracles,
            &Settings::default(),
        )
        .with_context(|| file.display().to_string())?;
        Ok(())
    }

    /// Writes what is known into a folder that has the program.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let file = folder.join(FILE);
        let mut json = serde_json::to_string_pretty(self)?;
        json.push('\n');
        fs::write(&file, json).with_context(|| file.display().to_string())
    }

    /// Where the program of a finding lies: by itself, or with its files in a folder.
    pub fn place(source: &Source) -> PathBuf {
        if source.files.is_empty() {
            PathBuf::from("program.nix")
        } else {
            PathBuf::from("program/default.nix")
        }
    }
}

/// The finding in a folder that is one.
///
/// # Errors
/// When it cannot be read, or is none.
pub fn of(folder: &Path) -> Result<Option<Finding>> {
    if !folder.join(FILE).is_file() {
        return Ok(None);
    }
    Ok(findings(folder)?
        .into_iter()
        .next()
        .map(|(_, finding)| finding))
}

/// Whether a folder holds findings.
pub fn is_in(place: &Path) -> bool {
    let mut entries = WalkDir::new(place).into_iter().flatten();
    place.is_dir() && entries.any(|entry| entry.file_name() == FILE)
}

/// The findings in a folder, by path.
///
/// # Errors
/// When one cannot be read, or is none.
pub fn findings(place: &Path) -> Result<Vec<(PathBuf, Finding)>> {
    let mut found = Vec::new();
    for entry in WalkDir::new(place).sort_by_file_name() {
        let entry = entry?;
        if entry.file_name() != FILE {
            continue;
        }
        let file = entry.path();
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let finding: Finding = serde_json::from_str(&text)
            .with_context(|| format!("{} is not a finding", file.display()))?;
        let folder = file.parent().unwrap_or(place).to_owned();
        found.push((folder, finding));
    }
    Ok(found)
}
