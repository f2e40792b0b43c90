//! `differential`: generated programs do in our evaluator what they do in C++
//! Nix. Without a release to ask, it is programs of the corpus that do what is
//! recorded of them (`recorded.rs`).

use crate::oracles::{self, Case};
use crate::{Checked, recorded};
use arbitrary::Unstructured;
use twinix_generator::{Config, from_bytes};

/// Makes ready what inputs are compared with, and says so where it is no release.
///
/// # Panics
/// If there is nothing to compare with.
pub fn start() {
    if !oracles::are_there() {
        recorded::start();
    }
}

/// Generates a program and compares what evaluators do with it, or takes one that has recorded outcomes.
///
/// # Errors
/// If our evaluator differs from an oracle; the signature says how.
pub fn check(data: &[u8]) -> Checked {
    if !oracles::are_there() {
        return recorded::check(data);
    }
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
