//! What a walk through a package set has settled, kept in a file so that it can go on later: one JSON
//! line an attribute.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, ErrorKind, Write},
};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::program::Path;
use crate::progress::say;

/// What a ledger is about: verdicts on another subject or another package set
/// say nothing. That the files of the set stay as they are is up to the user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The subject's name.
    pub subject: String,
    /// The file of the package set.
    pub root: String,
}

/// One attribute under one oracle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The oracle's name.
    pub oracle: String,
    /// The attribute.
    pub path: Path,
    /// The verdict.
    pub verdict: String,
    /// What it is.
    pub kind: String,
    /// The names of the attributes to look at next.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<String>,
}

/// Everything settled so far.
#[derive(Default)]
pub struct Ledger {
    entries: HashMap<(String, Path), Entry>,
    file: Option<File>,
}

impl Ledger {
    /// The ledger in a file, which need not exist yet; `None`: kept in memory only.
    ///
    /// # Errors
    /// If the file cannot be read or written, or holds something else.
    pub fn open(file: Option<&std::path::Path>, about: &About) -> Result<Self> {
        let Some(path) = file else {
            return Ok(Self::default());
        };
        let mut ledger = Self::default();
        let mut begun = false;
        match File::open(path) {
            Ok(file) => {
                for line in BufReader::new(file).lines() {
                    let line = line.with_context(|| path.display().to_string())?;
                    if let Ok(other) = serde_json::from_str::<About>(&line) {
                        if other != *about {
                            bail!(
                                "{} is about {} of {}: give another --state, or remove it",
                                path.display(),
                                other.subject,
                                other.root
                            );
                        }
                        begun = true;
                        continue;
                    }
                    // A run that was cut short leaves half a line.
                    let Ok(entry) = serde_json::from_str::<Entry>(&line) else {
                        continue;
                    };
                    ledger
                        .entries
                        .insert((entry.oracle.clone(), entry.path.clone()), entry);
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(error).with_context(|| path.display().to_string()),
        }
        if !begun && fs::metadata(path).is_ok_and(|there| there.len() > 1) {
            bail!(
                "{} is no file that --state made: give another one",
                path.display()
            );
        }
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .with_context(|| path.display().to_string())?;
        // Behind half a line nothing could be read.
        file.write_all(b"\n")?;
        if !begun {
            let mut line = serde_json::to_vec(about)?;
            line.push(b'\n');
            file.write_all(&line)?;
        }
        if !ledger.entries.is_empty() {
            say(&format!(
                "{} answers of earlier sittings are in {}; remove it where the package set has changed",
                ledger.entries.len(),
                path.display()
            ));
        }
        ledger.file = Some(file);
        Ok(ledger)
    }

    /// What is known of an attribute.
    pub fn get(&self, oracle: &str, path: &Path) -> Option<&Entry> {
        self.entries.get(&(oracle.to_owned(), path.clone()))
    }

    /// Adds an attribute.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn add(&mut self, entry: Entry) -> Result<()> {
        if let Some(file) = &mut self.file {
            let mut line = serde_json::to_vec(&entry)?;
            line.push(b'\n');
            file.write_all(&line)?;
        }
        self.entries
            .insert((entry.oracle.clone(), entry.path.clone()), entry);
        Ok(())
    }

    /// All attributes.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }
}

#[cfg(test)]
mod tests {
    use super::{About, Entry, Ledger};

    #[test]
    fn a_ledger_goes_on_where_it_stopped() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("state");
        let about = About {
            subject: "twinix".to_owned(),
            root: "/x".to_owned(),
        };
        let entry = Entry {
            oracle: "2.34.8".to_owned(),
            path: vec!["a".to_owned(), "b c".to_owned()],
            verdict: "agree".to_owned(),
            kind: "set".to_owned(),
            children: vec!["d".to_owned()],
        };
        let mut ledger = Ledger::open(Some(&file), &about).unwrap();
        ledger.add(entry.clone()).unwrap();
        std::fs::write(
            &file,
            [
                &std::fs::read(&file).unwrap(),
                br#"{"oracle": "2.3"#.as_slice(),
            ]
            .concat(),
        )
        .unwrap();
        let again = Ledger::open(Some(&file), &about).unwrap();
        assert_eq!(again.get("2.34.8", &entry.path), Some(&entry));
        assert_eq!(again.entries().count(), 1);
        let other = Entry {
            oracle: "2.3.7".to_owned(),
            ..entry
        };
        let mut again = again;
        again.add(other.clone()).unwrap();
        drop(again);
        let last = Ledger::open(Some(&file), &about).unwrap();
        assert_eq!(last.get("2.3.7", &other.path), Some(&other));
        let other = About {
            subject: "snix".to_owned(),
            ..about
        };
        assert!(Ledger::open(Some(&file), &other).is_err());
    }
}
