//! Anything that evaluates a program: what subject and oracles have in common.

use std::io;

use thiserror::Error;

use crate::{dialect::Dialect, outcome::Outcome, program::Program, settings::Settings};

/// Something that evaluates programs.
pub trait Evaluator: Send + Sync {
    /// What to call it in a report, such as `2.26.3`.
    fn name(&self) -> &str;

    /// The dialect that it speaks; `None` for one that speaks the dialect that the settings ask for,
    /// or whose dialect is not known.
    fn dialect(&self) -> Option<Dialect>;

    /// Whether its outcome depends on [`Settings::dialect`]; where it does not, it is asked once for
    /// all dialects.
    fn follows_dialect(&self) -> bool {
        self.dialect().is_none()
    }

    /// Evaluates a program.
    ///
    /// # Errors
    /// When there is no outcome at all: the evaluator could not be asked.
    fn evaluate(&self, program: &Program, settings: &Settings) -> Result<Outcome, Unavailable>;

    /// Further outcomes that are as right as that of [`evaluate`](Self::evaluate), where the release of
    /// the dialect leaves something to chance that the evaluator can decide in several ways: a few that tell whether
    /// it matters, or as many as there are.
    fn alternatives(&self, _program: &Program, _settings: &Settings, _many: Many) -> Vec<Outcome> {
        Vec::new()
    }
}

/// How many outcomes [`Evaluator::alternatives`] is to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Many {
    /// A few.
    Few,
    /// As many as there are.
    All,
}

/// An evaluator gave no outcome, for a reason that is not the program's.
#[derive(Debug, Error)]
pub enum Unavailable {
    /// The program could not be put where the evaluator can read it.
    #[error("cannot read or place the program: {0}")]
    Program(#[source] io::Error),
    /// The evaluator could not be started.
    #[error("cannot run {command}: {error}")]
    Start {
        /// What was to be started.
        command: String,
        /// Why it could not.
        #[source]
        error: io::Error,
    },
    /// Nothing is recorded for this program.
    #[error("no outcome of {dialect} is recorded in {file}")]
    NotRecorded {
        /// Where it would be.
        file: String,
        /// Of which release.
        dialect: Dialect,
    },
    /// The record cannot be used.
    #[error("{0}")]
    Record(#[from] crate::recorded::RecordError),
    /// The evaluator cannot do what the settings ask for.
    #[error("{0}")]
    Unsupported(String),
}
