//! The generator of random Nix programs: types, scope and a swarm configuration become program text.

#![warn(missing_docs)]

use std::{collections::BTreeMap, path::PathBuf};

use arbitrary::Unstructured;

pub mod build;
pub mod builtins;
pub mod choices;
pub mod config;
pub mod grammar;
mod lossless;
pub mod metamorphic;
pub mod mutate;
pub mod names;
pub mod print;
pub mod scope;
pub mod swarm;
pub mod tree;
pub mod types;

use choices::{Choices, Stream};
pub use config::{Config, Release};

/// The version of the generator: whenever the same seed and configuration give other bytes, it is
/// another one.
pub const VERSION: u32 = 6;

/// What a seed became: a program, and what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The program. It is UTF-8: strings of other bytes are made by the program, or read from `files`.
    pub text: String,
    /// The files beside the program that it reads, by their paths from its folder.
    pub files: BTreeMap<PathBuf, Vec<u8>>,
    /// The experimental features that it wants.
    pub features: Vec<String>,
    /// What is wrong with it, so that it fails in the newest release: one thing, at a place that is certain
    /// to be evaluated. `None`: it evaluates to a value there.
    pub fault: Option<String>,
}

/// The program of a seed: the same on every machine for one [`VERSION`] and configuration.
pub fn generate(seed: u64, config: &Config) -> Generated {
    write(&mut Stream::new(seed), config)
}

/// The program that bytes choose, for libFuzzer. Few bytes give a small program.
///
/// # Errors
/// Never at present: bytes that have run out choose the smallest way to go on.
pub fn from_bytes(bytes: &mut Unstructured<'_>, config: &Config) -> arbitrary::Result<Generated> {
    Ok(write(bytes, config))
}

fn write(choices: &mut dyn Choices, config: &Config) -> Generated {
    let built = build::build(choices, config);
    let text = print::print(&built.root, built.swarm.style, choices);
    Generated {
        text,
        files: built.files,
        features: built.features,
        fault: built.fault,
    }
}
