//! The generator of random Nix programs: types, scope and a swarm configuration become program text.

#![warn(missing_docs)]

use std::{borrow::Cow, collections::BTreeMap, path::PathBuf};

use arbitrary::Unstructured;

pub mod build;
pub mod builtins;
pub mod choices;
pub mod config;
pub mod forms;
pub mod grammar;
mod lossless;
pub mod metamorphic;
pub mod mutate;
pub mod names;
pub mod print;
mod raw;
pub mod scope;
pub mod swarm;
pub mod tree;
pub mod types;

use choices::{Choices, Stream};
pub use config::{Config, Release};

/// The version of the generator: whenever the same seed and configuration give other bytes, it is
/// another one.
pub const VERSION: u32 = 8;

/// What a seed became: a program, and what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The program. A few are no UTF-8.
    pub text: Vec<u8>,
    /// The files beside the program that it reads, by their paths from its folder.
    pub files: BTreeMap<PathBuf, Vec<u8>>,
    /// The experimental features that it wants.
    pub features: Vec<String>,
    /// What is wrong with it, so that it fails in the newest release: one thing, at a place that is certain
    /// to be evaluated. `None`: it evaluates to a value there.
    pub fault: Option<String>,
}

impl Generated {
    /// The program with something else for what is no UTF-8: for people, and for parsers of text.
    pub fn lossy(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.text)
    }
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
    let mut text = print::print(&built.root, built.swarm.style, choices);
    if let Some(command) = built.command {
        text.insert_str(0, &format!("# instantiate: {command}\n"));
    }
    Generated {
        text: raw::bytes(&text),
        files: built.files,
        features: built.features,
        fault: built.fault,
    }
}
