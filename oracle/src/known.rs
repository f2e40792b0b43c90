//! The list of known divergences: differences that were looked into, each with the link that explains
//! it, so that they are reported apart.

use std::{fs, io, path::Path};

use regex::Regex;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{compare::Aspect, dialect::Dialect};

/// One known divergence. What it leaves open matches everything.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its short name.
    pub id: String,
    /// Where it is explained, mostly an upstream issue.
    pub link: String,
    /// What it is, in a sentence.
    pub why: String,
    /// The dialects in which it shows.
    #[serde(default)]
    pub dialects: Vec<Dialect>,
    /// The aspect in which it shows, in the word of `check` or of a signature: where they differ, either
    /// matches.
    #[serde(default)]
    pub aspect: Option<Aspect>,
    /// A regular expression that the program matches.
    #[serde(default)]
    pub program: Option<String>,
    /// A regular expression that what the subject has matches.
    #[serde(default)]
    pub subject: Option<String>,
    /// A regular expression that what the oracle has matches.
    #[serde(default)]
    pub oracle: Option<String>,
}

/// The list as TOML.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    #[serde(default)]
    known: Vec<Entry>,
}

struct Matcher {
    entry: Entry,
    program: Option<Regex>,
    subject: Option<Regex>,
    oracle: Option<Regex>,
}

/// The list.
#[derive(Default)]
pub struct KnownList {
    entries: Vec<Matcher>,
}

/// The list cannot be used.
#[derive(Debug, Error)]
pub enum KnownError {
    /// It cannot be read.
    #[error("cannot read the list of known divergences {file}: {error}")]
    Read {
        /// The file.
        file: String,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// It is not what it should be.
    #[error("the list of known divergences {file} is not valid: {why}")]
    Format {
        /// The file.
        file: String,
        /// Where and why not.
        why: String,
    },
    /// An entry's pattern is not a regular expression.
    #[error("the known divergence '{id}' has a pattern that is no regular expression: {error}")]
    Pattern {
        /// The entry.
        id: String,
        /// Why not.
        #[source]
        error: regex::Error,
    },
}

/// A difference, as far as the list looks at it.
#[derive(Debug, Clone, Copy)]
pub struct Finding<'a> {
    /// The program's text.
    pub program: &'a str,
    /// The oracle's dialect.
    pub dialect: Dialect,
    /// In what the outcomes differ.
    pub aspect: Aspect,
    /// What the subject has there.
    pub subject: &'a str,
    /// What the oracle has there.
    pub oracle: &'a str,
}

/// Whether an entry that names one aspect means a difference in another. A signature calls every way of
/// ending otherwise by the cause (two kinds of errors where one side lacks a builtin are `class`), and paths that
/// are printed by the derivations that they follow from.
fn means(named: Aspect, found: Aspect) -> bool {
    use Aspect::{Catchable, Class, Derivations, Kind, Value};
    let is_ending = |aspect| matches!(aspect, Class | Catchable | Kind);
    named == found
        || (is_ending(named) && is_ending(found))
        || (named == Derivations && found == Value)
}

impl KnownList {
    /// Reads the list from a file: TOML with a `[[known]]` for each entry, or, where its name ends in
    /// `.json`, a JSON array of entries.
    pub fn read(file: &Path) -> Result<Self, KnownError> {
        let name = || file.display().to_string();
        let text = fs::read_to_string(file).map_err(|error| KnownError::Read {
            file: name(),
            error,
        })?;
        let invalid = |why| KnownError::Format { file: name(), why };
        let entries = if file.extension().is_some_and(|end| end == "json") {
            serde_json::from_str(&text).map_err(|error| invalid(error.to_string()))?
        } else {
            let list: Listed = toml::from_str(&text).map_err(|error| invalid(error.to_string()))?;
            list.known
        };
        Self::new(entries)
    }

    /// A list of these entries.
    pub fn new(entries: Vec<Entry>) -> Result<Self, KnownError> {
        let entries = entries
            .into_iter()
            .map(|entry| {
                let compile = |pattern: &Option<String>| {
                    pattern
                        .as_deref()
                        .map(Regex::new)
                        .transpose()
                        .map_err(|error| KnownError::Pattern {
                            id: entry.id.clone(),
                            error,
                        })
                };
                Ok(Matcher {
                    program: compile(&entry.program)?,
                    subject: compile(&entry.subject)?,
                    oracle: compile(&entry.oracle)?,
                    entry,
                })
            })
            .collect::<Result<_, KnownError>>()?;
        Ok(Self { entries })
    }

    /// The first entry that explains a difference.
    pub fn find(&self, finding: &Finding<'_>) -> Option<&Entry> {
        let fits = |pattern: &Option<Regex>, text: &str| {
            pattern
                .as_ref()
                .is_none_or(|pattern| pattern.is_match(text))
        };
        self.entries
            .iter()
            .find(|known| {
                let entry = &known.entry;
                (entry.dialects.is_empty() || entry.dialects.contains(&finding.dialect))
                    && entry
                        .aspect
                        .is_none_or(|named| means(named, finding.aspect))
                    && fits(&known.program, finding.program)
                    && fits(&known.subject, finding.subject)
                    && fits(&known.oracle, finding.oracle)
            })
            .map(|known| &known.entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(json: &str) -> KnownList {
        KnownList::new(vec![serde_json::from_str(json).unwrap()]).unwrap()
    }

    const FINDING: Finding<'_> = Finding {
        program: "builtins.sort (a: b: true) [ ]",
        dialect: Dialect::V2_8,
        aspect: Aspect::Value,
        subject: "[ 1 ]",
        oracle: "[ 2 ]",
    };

    #[test]
    fn an_entry_matches_on_everything_that_it_names() {
        let known = entry(
            r#"{"id": "a", "link": "l", "why": "w", "dialects": ["2.8"], "program": "sort",
                "aspect": "value"}"#,
        );
        assert_eq!(known.find(&FINDING).unwrap().id, "a");
        assert!(
            known
                .find(&Finding {
                    dialect: Dialect::V2_3,
                    ..FINDING
                })
                .is_none()
        );
        assert!(
            known
                .find(&Finding {
                    aspect: Aspect::Kind,
                    ..FINDING
                })
                .is_none()
        );
        assert!(
            known
                .find(&Finding {
                    program: "1",
                    ..FINDING
                })
                .is_none()
        );
    }

    #[test]
    fn an_aspect_is_the_one_of_a_check_or_of_its_signature() {
        let found = |named: &str, aspect| {
            let known = entry(&format!(
                r#"{{"id": "a", "link": "", "why": "", "aspect": "{named}"}}"#
            ));
            let finding = Finding { aspect, ..FINDING };
            known.find(&finding).is_some()
        };
        assert!(found("class", Aspect::Kind) && found("kind", Aspect::Catchable));
        assert!(found("derivations", Aspect::Value));
        assert!(!found("value", Aspect::Derivations) && !found("class", Aspect::Value));
        assert!(!found("kind", Aspect::Message) && !found("message", Aspect::Kind));
    }

    #[test]
    fn a_list_is_toml_or_json() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = |name: &str, text: &str| {
            let file = folder.path().join(name);
            fs::write(&file, text).unwrap();
            file
        };
        let toml = file(
            "known.toml",
            "[[known]]\nid = 'a'\nlink = 'l'\nwhy = 'w'\nprogram = 'sort'\n",
        );
        assert_eq!(
            KnownList::read(&toml).unwrap().find(&FINDING).unwrap().id,
            "a"
        );
        let json = file("known.json", r#"[{"id": "b", "link": "", "why": ""}]"#);
        assert_eq!(
            KnownList::read(&json).unwrap().find(&FINDING).unwrap().id,
            "b"
        );
        let wrong = file("wrong.toml", "[[known]]\nidd = 'a'\n");
        let error = KnownList::read(&wrong).err().unwrap().to_string();
        assert!(
            error.contains("wrong.toml") && error.contains("idd"),
            "{error}"
        );
    }

    #[test]
    fn a_broken_pattern_names_its_entry() {
        let entry =
            serde_json::from_str(r#"{"id": "x7", "link": "", "why": "", "oracle": "("}"#).unwrap();
        let error = KnownList::new(vec![entry]).err().unwrap();
        assert!(error.to_string().contains("x7"));
    }
}
