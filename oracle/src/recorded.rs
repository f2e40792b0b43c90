//! Outcomes kept beside the programs of the corpus: `name.json` beside `name.nix` holds what each
//! release did, so that programs can be checked where there is no Nix.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{
    dialect::Dialect,
    evaluator::{Evaluator, Unavailable},
    outcome::{Answer, Outcome},
    program::Program,
    settings::{Mode, Settings},
    taxonomy::ErrorKind,
};

/// The settings that a program of the corpus needs, where they are not the default ones.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedSettings {
    /// What is asked for.
    #[serde(default, skip_serializing_if = "Mode::is_default")]
    pub mode: Mode,
    /// Further flags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// Experimental features.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
    /// The search path, relative to the program's folder.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub nix_path: String,
    /// Environment variables.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub environment: BTreeMap<String, String>,
}

impl RecordedSettings {
    /// These settings, with the limits and everything else from others.
    pub fn over(&self, base: &Settings) -> Settings {
        Settings {
            mode: self.mode,
            flags: self.flags.clone(),
            features: self.features.clone(),
            nix_path: self.nix_path.clone(),
            environment: self.environment.clone(),
            ..base.clone()
        }
    }

    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What is recorded of one program.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Record {
    /// The settings that it was recorded under.
    #[serde(default, skip_serializing_if = "RecordedSettings::is_default")]
    pub settings: RecordedSettings,
    /// Releases without an outcome, with the reason: they do not know a flag, or reached a limit.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub without: BTreeMap<Dialect, String>,
    /// What each release did, oldest first.
    #[serde(flatten)]
    pub outcomes: BTreeMap<Dialect, Outcome>,
}

/// A record cannot be used.
#[derive(Debug, Error)]
pub enum RecordError {
    /// It cannot be read or written.
    #[error("{file}: {error}")]
    Io {
        /// The file.
        file: String,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// It is not what it should be.
    #[error("{file} is not a record: {error}")]
    Format {
        /// The file.
        file: String,
        /// Why not.
        #[source]
        error: serde_json::Error,
    },
}

/// The file that holds the record of a program: `name.json` beside `name.nix`. That of `name/default.nix`
/// lies beside the folder, because the program may look at its folder.
pub fn record_file(program: &Path) -> PathBuf {
    match program.parent().and_then(Path::file_name) {
        Some(folder)
            if program
                .file_name()
                .is_some_and(|name| name == "default.nix") =>
        {
            let mut name = folder.to_owned();
            name.push(".json");
            let folder = program.parent().unwrap_or(Path::new(""));
            folder.with_file_name(name)
        }
        _ => program.with_extension("json"),
    }
}

impl Record {
    /// Reads the record of the program in this file; `None` where there is none.
    pub fn of(program: &Path) -> Result<Option<Self>, RecordError> {
        let file = record_file(program);
        let name = || file.display().to_string();
        match fs::read_to_string(&file) {
            Ok(text) => {
                serde_json::from_str(&text)
                    .map(Some)
                    .map_err(|error| RecordError::Format {
                        file: name(),
                        error,
                    })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(RecordError::Io {
                file: name(),
                error,
            }),
        }
    }

    /// Writes the record of the program in this file, always in the same layout.
    pub fn write(&self, program: &Path) -> Result<(), RecordError> {
        let file = record_file(program);
        let name = || file.display().to_string();
        let mut text = serde_json::to_string_pretty(self).map_err(|error| RecordError::Format {
            file: name(),
            error,
        })?;
        text.push('\n');
        // A reader sees the old record or the new one, never half of it.
        let scratch = file.with_extension("json.new");
        fs::write(&scratch, text)
            .and_then(|()| fs::rename(&scratch, &file))
            .map_err(|error| RecordError::Io {
                file: name(),
                error,
            })
    }
}

/// The settings for a program: those of its record, where it has one, over these.
pub fn settings_of(program: &Program, base: &Settings) -> Result<Settings, RecordError> {
    let record = program.path().map(Record::of).transpose()?.flatten();
    Ok(record.map_or_else(|| base.clone(), |record| record.settings.over(base)))
}

/// What recording a program changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recorded {
    /// The program's file.
    pub program: PathBuf,
    /// The releases whose outcome was not what the record said.
    pub changed: Vec<Dialect>,
    /// The record as it now is.
    pub record: Record,
    /// Whether there was another record, or none.
    pub is_new: bool,
}

/// Evaluates a program of the corpus in these oracles, and returns the record as it has to be; the
/// outcomes of other releases stay. The settings are these where the program says so itself, else those
/// of its record. Nothing is written.
///
/// # Errors
/// When there is no such program, its record cannot be read, or an oracle cannot be asked.
pub fn observe(
    file: &Path,
    own: Option<RecordedSettings>,
    oracles: &[&dyn Evaluator],
    base: &Settings,
) -> Result<Recorded, Unavailable> {
    let old = Record::of(file)?.unwrap_or_default();
    let program = Program::file(file).map_err(Unavailable::Program)?;
    let mut record = old.clone();
    if let Some(own) = own {
        record.settings = own;
    }
    let settings = record.settings.over(base);
    for oracle in oracles {
        let dialect = oracle.dialect().or(base.dialect).unwrap_or(Dialect::NEWEST);
        let outcome = oracle.evaluate(&program, &settings.under(dialect))?;
        record.outcomes.remove(&dialect);
        record.without.remove(&dialect);
        match no_outcome(&outcome) {
            Some(why) => {
                record.without.insert(dialect, why);
            }
            None => {
                record.outcomes.insert(dialect, outcome);
            }
        }
    }
    let changed = Dialect::ALL
        .into_iter()
        .filter(|dialect| {
            old.outcomes.get(dialect) != record.outcomes.get(dialect)
                || old.without.get(dialect) != record.without.get(dialect)
        })
        .collect();
    Ok(Recorded {
        program: file.to_owned(),
        changed,
        is_new: record != old,
        record,
    })
}

/// Why an outcome is none of the program: another machine, or another version of the flags, has another.
fn no_outcome(outcome: &Outcome) -> Option<String> {
    match &outcome.answer {
        Answer::Resource(limit) => Some(format!("it reached its {limit}")),
        Answer::Error(failure) if failure.kind == ErrorKind::Usage => Some(failure.message.clone()),
        _ => None,
    }
}

/// Observes a program of the corpus and writes its record, where it changed.
pub fn record(
    file: &Path,
    own: Option<RecordedSettings>,
    oracles: &[&dyn Evaluator],
    base: &Settings,
) -> Result<Recorded, Unavailable> {
    let recorded = observe(file, own, oracles, base)?;
    if recorded.is_new {
        recorded.record.write(file)?;
    }
    Ok(recorded)
}

/// A release that answers from the records beside the programs.
#[derive(Debug, Clone)]
pub struct RecordedOracle {
    dialect: Dialect,
    name: String,
}

impl RecordedOracle {
    /// The recorded oracle of a release.
    pub fn new(dialect: Dialect) -> Self {
        Self {
            dialect,
            name: format!("{dialect} (recorded)"),
        }
    }

    /// The recorded oracles of all releases.
    pub fn all() -> Vec<Self> {
        Dialect::ALL.into_iter().map(Self::new).collect()
    }
}

impl Evaluator for RecordedOracle {
    fn name(&self) -> &str {
        &self.name
    }

    fn dialect(&self) -> Option<Dialect> {
        Some(self.dialect)
    }

    fn evaluate(&self, program: &Program, settings: &Settings) -> Result<Outcome, Unavailable> {
        let missing = |file: String| Unavailable::NotRecorded {
            file,
            dialect: self.dialect,
        };
        let file = program
            .path()
            .ok_or_else(|| missing(program.name().to_owned()))?;
        let name = record_file(file).display().to_string();
        let record = Record::of(file)?.ok_or_else(|| missing(name.clone()))?;
        if record.settings.over(settings) != *settings {
            return Err(Unavailable::Unsupported(format!(
                "{name} was recorded under other settings"
            )));
        }
        if let Some(why) = record.without.get(&self.dialect) {
            return Err(Unavailable::Unsupported(why.clone()));
        }
        record
            .outcomes
            .get(&self.dialect)
            .cloned()
            .ok_or_else(|| missing(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Failure;
    use tempfile::TempDir;

    struct Constant(Dialect, &'static str);

    impl Evaluator for Constant {
        fn name(&self) -> &str {
            "constant"
        }

        fn dialect(&self) -> Option<Dialect> {
            Some(self.0)
        }

        fn evaluate(&self, _: &Program, _: &Settings) -> Result<Outcome, Unavailable> {
            Ok(Outcome::value(self.1))
        }
    }

    fn program() -> (TempDir, PathBuf) {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("x.nix");
        fs::write(&file, "1").unwrap();
        (folder, file)
    }

    #[test]
    fn what_is_recorded_is_answered() {
        let (_folder, file) = program();
        let settings = Settings::default();
        let first = record(&file, None, &[&Constant(Dialect::V2_8, "1")], &settings).unwrap();
        assert_eq!(first.changed, [Dialect::V2_8]);
        let again = record(&file, None, &[&Constant(Dialect::V2_8, "1")], &settings).unwrap();
        assert_eq!(again.changed, []);
        let program = Program::file(&file).unwrap();
        let oracle = RecordedOracle::new(Dialect::V2_8);
        assert_eq!(
            oracle.evaluate(&program, &settings).unwrap(),
            Outcome::value("1")
        );
        let missing = RecordedOracle::new(Dialect::V2_3).evaluate(&program, &settings);
        assert!(matches!(missing, Err(Unavailable::NotRecorded { .. })));
    }

    #[test]
    fn the_layout_is_fixed() {
        let (folder, file) = program();
        let oracles: [&dyn Evaluator; 2] = [
            &Constant(Dialect::V2_34, "1"),
            &Constant(Dialect::V2_3, "2"),
        ];
        let written = r#"{"settings": {"features": ["pipe-operators"]}}"#;
        fs::write(folder.path().join("x.json"), written).unwrap();
        record(&file, None, &oracles, &Settings::default()).unwrap();
        let text = fs::read_to_string(folder.path().join("x.json")).unwrap();
        assert_eq!(
            text,
            concat!(
                "{\n  \"settings\": {\n    \"features\": [\n      \"pipe-operators\"\n    ]\n  },\n",
                "  \"2.3\": {\n    \"value\": \"2\"\n  },\n  \"2.34\": {\n    \"value\": \"1\"\n  }\n}\n"
            )
        );
    }

    #[test]
    fn other_settings_are_not_answered() {
        let (_folder, file) = program();
        record(
            &file,
            None,
            &[&Constant(Dialect::V2_8, "1")],
            &Settings::default(),
        )
        .unwrap();
        let other = Settings {
            mode: Mode::Json,
            ..Settings::default()
        };
        let answer =
            RecordedOracle::new(Dialect::V2_8).evaluate(&Program::file(&file).unwrap(), &other);
        assert!(matches!(answer, Err(Unavailable::Unsupported(_))));
    }

    #[test]
    fn a_record_lies_beside_what_its_program_can_look_at() {
        assert_eq!(record_file(Path::new("a/b.nix")), Path::new("a/b.json"));
        assert_eq!(
            record_file(Path::new("a/b/default.nix")),
            Path::new("a/b.json")
        );
    }

    struct Confused;

    impl Evaluator for Confused {
        fn name(&self) -> &str {
            "confused"
        }

        fn dialect(&self) -> Option<Dialect> {
            Some(Dialect::V2_3)
        }

        fn evaluate(&self, _: &Program, _: &Settings) -> Result<Outcome, Unavailable> {
            let message = "unrecognised flag '--raw'";
            Ok(Outcome::error(Failure::new(
                ErrorKind::Usage,
                message,
                None,
            )))
        }
    }

    #[test]
    fn a_release_that_does_not_know_the_flags_has_no_outcome() {
        let (_folder, file) = program();
        let own = RecordedSettings {
            flags: vec!["--raw".to_owned()],
            ..RecordedSettings::default()
        };
        let base = Settings::default();
        let recorded = record(&file, Some(own.clone()), &[&Confused], &base).unwrap();
        assert!(recorded.record.outcomes.is_empty());
        let answer = RecordedOracle::new(Dialect::V2_3)
            .evaluate(&Program::file(&file).unwrap(), &own.over(&base))
            .unwrap_err();
        assert_eq!(answer.to_string(), "unrecognised flag '--raw'");
    }

    #[test]
    fn a_broken_record_names_its_file() {
        let (folder, file) = program();
        fs::write(folder.path().join("x.json"), "{").unwrap();
        assert!(
            Record::of(&file)
                .unwrap_err()
                .to_string()
                .contains("x.json")
        );
    }
}
