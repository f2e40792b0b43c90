//! Everything besides its program that decides what an evaluator does: one value, so that subject and
//! oracles cannot be asked different questions.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde::{Deserialize, Serialize};

use crate::dialect::Dialect;

/// What is asked of an evaluator, in terms of the flags of `nix-instantiate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// `--eval --strict`: the whole value, printed.
    #[default]
    Strict,
    /// `--eval`: the outermost value, printed.
    Lazy,
    /// `--eval --strict --json`.
    Json,
    /// `--eval --strict --xml --no-location`.
    Xml,
    /// `--parse`: the program as it was understood.
    Parse,
    /// None of these flags: the program's derivations, none of which is built.
    Instantiate,
    /// The whole value in the canonical notation of [`crate::canonical`], which tells apart what
    /// printing does not: exact floats, string contexts, strings that look like other values.
    Canonical,
}

impl Mode {
    /// The flags of `nix-instantiate` that ask for it.
    pub const fn flags(self) -> &'static [&'static str] {
        match self {
            Self::Strict | Self::Canonical => &["--eval", "--strict"],
            Self::Lazy => &["--eval"],
            Self::Json => &["--eval", "--strict", "--json"],
            Self::Xml => &["--eval", "--strict", "--xml", "--no-location"],
            Self::Parse => &["--parse"],
            // What is evaluated must not run anything.
            Self::Instantiate => &["--option", "allow-import-from-derivation", "false"],
        }
    }

    /// Whether it is the default, [`Mode::Strict`].
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// What one run may use up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limits {
    /// Wall time.
    pub time: Duration,
    /// Address space in bytes.
    pub memory: u64,
    /// Bytes of standard output and standard error together.
    pub output: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(10),
            memory: 4 << 30,
            output: 16 << 20,
        }
    }
}

/// The home directory that every program sees. It is a fixed name, so that `~/x` is the same on every
/// machine, and does not exist, so that nothing can be read from it or left in it.
pub const HOME: &str = "/homeless-shelter";

/// The settings of one evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Settings {
    /// What is asked for.
    pub mode: Mode,
    /// Further flags, handed on as they are (`--arg x 1`, `-A a.b`, `-I dir`, `--pure-eval` …).
    pub flags: Vec<String>,
    /// Experimental features to switch on (releases without features ignore them).
    pub features: Vec<String>,
    /// The value of `NIX_PATH`.
    pub nix_path: String,
    /// The value of `HOME`.
    pub home: String,
    /// Further environment variables that the program may see.
    pub environment: BTreeMap<String, String>,
    /// Files and folders that the program may read beside its own folder (absolute, without links).
    pub visible: Vec<PathBuf>,
    /// What the run may use up.
    pub limits: Limits,
    /// The dialect that an evaluator which speaks several is to speak; the others ignore it.
    pub dialect: Option<Dialect>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            flags: Vec::new(),
            features: Vec::new(),
            nix_path: String::new(),
            home: HOME.to_owned(),
            environment: BTreeMap::new(),
            visible: Vec::new(),
            limits: Limits::default(),
            dialect: None,
        }
    }
}

impl Settings {
    /// Whether the flags, if there are any, only keep a program from reading what it was not given.
    pub fn only_restricts(&self) -> bool {
        let mut flags = self.flags.iter();
        while let Some(flag) = flags.next() {
            match flag.as_str() {
                "--restrict-eval" => {}
                "-I" => {
                    flags.next();
                }
                _ => return false,
            }
        }
        true
    }

    /// The same settings under a dialect.
    pub fn under(&self, dialect: Dialect) -> Self {
        Self {
            dialect: Some(dialect),
            ..self.clone()
        }
    }
}
