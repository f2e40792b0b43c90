//! `differential`: generated programs do in our evaluator what they do in C++
//! Nix. Without an oracle there is nothing to compare with, and every program
//! passes.

use crate::Checked;
use crate::oracles::Case;
use arbitrary::Unstructured;
use twinix_generator::{Config, from_bytes};

/// Generates a program and compares what evaluators do with it.
///
/// # Errors
/// If our evaluator differs from an oracle; the signature says how.
pub fn check(data: &[u8]) -> Checked {
    let config = Config {
        // Our evaluator sees no repository here.
        fetchers: false,
        ..Config::default()
    };
    let Ok(generated) = from_bytes(&mut Unstructured::new(data), &config) else {
        return Ok(());
    };
    let case = Case {
        text: generated.text,
        files: generated.files,
        features: generated.features,
        ..Case::default()
    };
    case.check()
}
