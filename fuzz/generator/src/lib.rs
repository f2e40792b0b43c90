//! The generator of random Nix programs: types, scope and a swarm configuration become program text.

#![warn(missing_docs)]

use std::{collections::BTreeMap, path::PathBuf};

use arbitrary::Unstructured;

pub mod choices;
pub mod config;

use choices::{Choices, Stream};
pub use config::{Config, Release};

/// The version of the generator: whenever the same seed and configuration give other bytes, it is
/// another one.
pub const VERSION: u32 = 1;

/// What a seed became: a program, and what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The program. It is UTF-8: strings of other bytes are made by the program, or read from `files`.
    pub text: String,
    /// The files beside the program that it reads, by their paths from its folder.
    pub files: BTreeMap<PathBuf, Vec<u8>>,
    /// The experimental features that it wants.
    pub features: Vec<String>,
}

/// The program of a seed: the same on every machine for one [`VERSION`] and configuration.
pub fn generate(seed: u64, config: &Config) -> Generated {
    build(&mut Stream::new(seed), config)
}

/// The program that bytes choose, for libFuzzer. Few bytes give a small program.
///
/// # Errors
/// Never at present: bytes that have run out choose the smallest way to go on.
pub fn from_bytes(bytes: &mut Unstructured<'_>, config: &Config) -> arbitrary::Result<Generated> {
    Ok(build(bytes, config))
}

fn build(choices: &mut dyn Choices, _config: &Config) -> Generated {
    let text = format!("{} + {}", choices.below(10), choices.below(10));
    Generated {
        text,
        files: BTreeMap::new(),
        features: Vec::new(),
    }
}
