//! An outcome is what an evaluator did with a program, in terms that hold for every evaluator.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use crate::taxonomy::ErrorKind;

/// What an evaluator did with a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// How it ended.
    #[serde(flatten)]
    pub answer: Answer,
    /// What the program traced, in order: whole entries with their prefix (`trace: x`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub traces: Vec<String>,
    /// The derivations that the program instantiated: path to ATerm.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub derivations: BTreeMap<String, String>,
}

/// How an evaluation ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// With a value, in the notation that was asked for.
    Value(String),
    /// With an error.
    Error(Failure),
    /// At a limit, which says nothing about the program's meaning.
    Resource(Limit),
    /// By a signal, which is always the evaluator's fault.
    Crash(Crash),
}

/// An error as an evaluator reported it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What went wrong.
    pub kind: ErrorKind,
    /// Whether `builtins.tryEval` catches it.
    pub catchable: bool,
    /// What the evaluator said, without position and trace.
    pub message: String,
    /// Where, as far as the evaluator said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<Position>,
    /// Whether nobody could tell if the program threw it: the report leaves it open, and there was no asking.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
}

impl Failure {
    /// A failure of this kind, which decides whether it is catchable.
    pub fn new(kind: ErrorKind, message: impl Into<String>, position: Option<Position>) -> Self {
        Self {
            kind,
            catchable: kind.is_catchable(),
            message: message.into(),
            position,
            open: false,
        }
    }
}

/// Which limit was hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// Wall time.
    Time,
    /// Memory.
    Memory,
    /// Bytes of output.
    Output,
    /// Evaluation steps, where the evaluator counts them.
    Fuel,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Time => "time limit",
            Self::Memory => "memory limit",
            Self::Output => "output limit",
            Self::Fuel => "step limit",
        })
    }
}

/// How an evaluator died.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Crash {
    /// The signal's number; 0 where an evaluator that runs in this process panicked.
    pub signal: i32,
    /// What it said before it died, shortened.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

/// A place in a source file. Files are named from the program's folder (`/pwd/x.nix`); a program that
/// is not a file is called `«string»` or `«stdin»`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Position {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// A text is not a position.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{0}' is not a position: expected FILE:LINE:COLUMN")]
pub struct NotAPosition(String);

impl FromStr for Position {
    type Err = NotAPosition;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.rsplitn(3, ':');
        let column = parts.next().and_then(|part| part.parse().ok());
        let line = parts.next().and_then(|part| part.parse().ok());
        match (parts.next(), line, column) {
            (Some(file), Some(line), Some(column)) => {
                // 2.3 writes (string) for both the argument of -E and standard input.
                let file = if file == "(string)" {
                    "«string»"
                } else {
                    file
                };
                Ok(Self {
                    file: file.to_owned(),
                    line,
                    column,
                })
            }
            _ => Err(NotAPosition(text.to_owned())),
        }
    }
}

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl Outcome {
    /// An outcome without traces.
    pub fn new(answer: Answer) -> Self {
        Self {
            answer,
            traces: Vec::new(),
            derivations: BTreeMap::new(),
        }
    }

    /// A value without traces.
    pub fn value(text: impl Into<String>) -> Self {
        Self::new(Answer::Value(text.into()))
    }

    /// An error without traces.
    pub fn error(failure: Failure) -> Self {
        Self::new(Answer::Error(failure))
    }

    /// The word for how it ended: value, error, resource or crash.
    pub fn class(&self) -> &'static str {
        match self.answer {
            Answer::Value(_) => "value",
            Answer::Error(_) => "error",
            Answer::Resource(_) => "resource",
            Answer::Crash(_) => "crash",
        }
    }

    /// The failure, where it ended with an error.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.answer {
            Answer::Error(failure) => Some(failure),
            _ => None,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.answer {
            Answer::Value(text) => f.write_str(text),
            Answer::Error(failure) => {
                write!(f, "error ({}", failure.kind)?;
                if failure.catchable {
                    f.write_str(", catchable")?;
                }
                write!(f, "): {}", failure.message)?;
                match &failure.position {
                    Some(position) => write!(f, " at {position}"),
                    None => Ok(()),
                }
            }
            Answer::Resource(limit) => write!(f, "{limit} reached"),
            Answer::Crash(crash) => write!(f, "crashed (signal {})", crash.signal),
        }
    }
}

/// Bytes that an evaluator printed, as text: what is UTF-8 stays, every other byte is written as
/// `«0xff»`, so that different bytes stay different.
pub fn text_of_bytes(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push_str(&format!("«0x{byte:02x}»"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_read_back_from_json() {
        let mut outcome = Outcome::error(Failure::new(
            ErrorKind::Type,
            "cannot add",
            Some("/pwd/program.nix:1:3".parse().unwrap()),
        ));
        outcome.traces.push("trace: x".to_owned());
        for outcome in [
            outcome,
            Outcome::value("[ 1 ]"),
            Outcome::new(Answer::Resource(Limit::Memory)),
            Outcome::new(Answer::Crash(Crash {
                signal: 11,
                message: String::new(),
            })),
        ] {
            let json = serde_json::to_string(&outcome).unwrap();
            assert_eq!(
                serde_json::from_str::<Outcome>(&json).unwrap(),
                outcome,
                "{json}"
            );
        }
    }

    #[test]
    fn the_json_is_flat_and_short() {
        assert_eq!(
            serde_json::to_string(&Outcome::value("1")).unwrap(),
            r#"{"value":"1"}"#
        );
    }

    #[test]
    fn both_names_of_a_string_position_are_one() {
        assert_eq!(
            "(string):1:2".parse::<Position>().unwrap(),
            "«string»:1:2".parse::<Position>().unwrap()
        );
    }

    #[test]
    fn different_broken_bytes_stay_different() {
        assert_eq!(text_of_bytes(b"a\xffb"), "a«0xff»b");
        assert_ne!(text_of_bytes(b"\xff"), text_of_bytes(b"\xfe"));
        assert_eq!(text_of_bytes("ä".as_bytes()), "ä");
    }
}
