//! Options that several verbs share: who is compared, and how programs are evaluated and compared.

use std::{path::PathBuf, time::Duration};

use super::numbers::{at_least_one, mebibytes, seconds};
use clap::{Args, ValueEnum};
use twinix_oracle::{
    Dialect, Precision, Settings,
    settings::{Limits, Mode},
};

/// Who is compared.
#[derive(Args, Debug, Clone, Default)]
pub struct Sides {
    /// The evaluator under test: `rust` (our own), a release that is installed, or a
    /// command with `{file}` in it, and `{dialect}` if it speaks several; `{flags}`
    /// becomes what `nix-instantiate` is asked with. A command sees the system's
    /// folders, what lies beside its executable, what its words name, and what is in
    /// TWINIX_COMMANDS_SEE (paths between colons, or `everything`). Default: `rust`,
    /// or that of the campaign
    #[arg(long, value_name = "EVALUATOR")]
    pub subject: Option<String>,
    /// A reference: a release that is installed, `rust`, or a command as above
    /// (repeatable); for `check` also `recorded`, the outcomes kept beside the
    /// programs. Default: those of the campaign, or every release that is installed
    #[arg(long, value_name = "ORACLE")]
    pub oracle: Vec<String>,
}

impl Sides {
    /// The name of the subject.
    pub fn subject(&self) -> &str {
        self.subject.as_deref().unwrap_or("twinix")
    }
}

/// How given programs are evaluated and compared.
#[derive(Args, Debug, Clone)]
pub struct Terms {
    /// Compare with the oracles of this release only (repeatable); the dialect that
    /// a command speaks, or a language test suite is written in
    #[arg(long, value_name = "RELEASE")]
    pub dialect: Vec<Dialect>,
    /// What is asked of the evaluators, where the program does not say so itself
    #[arg(long, value_enum, value_name = "MODE")]
    pub mode: Option<ModeName>,
    /// Evaluate programs without recorded settings without `--restrict-eval -I .`.
    /// Files outside of their folder are hidden from them all the same, but for
    /// what `--see` shows
    #[arg(long)]
    pub unrestricted: bool,
    /// Compare also every message, word for word, and every position
    #[arg(long)]
    pub exact: bool,
    /// The limit on each evaluation, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0, value_parser = seconds)]
    pub timeout: f64,
    /// The limit on the memory of each evaluation, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 4096, value_parser = mebibytes)]
    pub max_memory: u64,
}

impl Terms {
    /// The settings of a program that says nothing itself.
    pub fn settings(&self) -> Settings {
        Settings {
            mode: self.mode.map(Into::into).unwrap_or_default(),
            dialect: self.dialect.first().copied().or(Some(Dialect::NEWEST)),
            limits: Limits {
                time: Duration::from_secs_f64(self.timeout.max(0.0)),
                memory: self.max_memory << 20,
                ..Limits::default()
            },
            ..Settings::default()
        }
    }

    /// How precisely outcomes are compared.
    pub fn precision(&self) -> Precision {
        if self.exact {
            Precision::EXACT
        } else {
            Precision::default()
        }
    }
}

/// What is known, and how much is done at once.
#[derive(Args, Debug, Clone)]
pub struct Surroundings {
    /// A file of known divergences, which are reported apart: TOML with a
    /// `[[known]]` for each (id, link, why, and what it matches: dialects, aspect,
    /// program, subject, oracle), or the same as a JSON array
    #[arg(long, value_name = "FILE")]
    pub known: Option<PathBuf>,
    /// How many programs are evaluated at once. Default: one for each processor
    #[arg(long, short, value_name = "N", value_parser = at_least_one)]
    pub jobs: Option<usize>,
}

/// What is asked of the evaluators, by name.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ModeName {
    /// The whole value, printed (`--eval --strict`)
    Strict,
    /// The outermost value, printed (`--eval`)
    Lazy,
    /// `--eval --strict --json`
    Json,
    /// `--eval --strict --xml --no-location`
    Xml,
    /// The program as it was understood (`--parse`)
    Parse,
    /// Its derivations, all that are made for them included (no `--eval`)
    Instantiate,
    /// The whole value with exact floats and string contexts
    Canonical,
}

impl From<ModeName> for Mode {
    fn from(name: ModeName) -> Mode {
        match name {
            ModeName::Strict => Mode::Strict,
            ModeName::Lazy => Mode::Lazy,
            ModeName::Json => Mode::Json,
            ModeName::Xml => Mode::Xml,
            ModeName::Parse => Mode::Parse,
            ModeName::Instantiate => Mode::Instantiate,
            ModeName::Canonical => Mode::Canonical,
        }
    }
}
