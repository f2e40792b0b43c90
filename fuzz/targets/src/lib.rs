//! What the libFuzzer targets check.
//!
//! A target in `fuzz/fuzz_targets` only hands its bytes to the function of the
//! same name here, which says what is wrong, if anything is. So each target is
//! also a plain test on its seeds (`tests/smoke.rs`), and nothing here knows
//! libFuzzer.
#![warn(missing_docs)]

pub mod derivation;
pub mod differential;
pub mod eval;
pub mod leaks;
pub mod metamorphic;
pub mod oracles;
pub mod parse;
pub mod print_parse;
pub mod program;
pub mod recorded;
pub mod reducer;
pub mod seeds;

use std::fmt;

/// What is wrong: a property does not hold.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken(String);

impl Broken {
    /// Says which property does not hold, and by what that is seen.
    pub fn new(what: impl Into<String>) -> Broken {
        Broken(what.into())
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Broken {}

/// What the check of one input gives.
pub type Checked = Result<(), Broken>;

/// A target.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name: `cargo fuzz run NAME`.
    pub name: &'static str,
    /// Checks the bytes that libFuzzer made.
    pub check: fn(&[u8]) -> Checked,
    /// What it starts from.
    pub seeds: fn(&seeds::Corpus) -> Vec<seeds::Seed>,
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target {
        name: "parse",
        check: parse::check,
        seeds: seeds::programs,
    },
    Target {
        name: "eval",
        check: eval::check,
        seeds: seeds::programs,
    },
    Target {
        name: "print_parse",
        check: print_parse::check,
        seeds: seeds::programs,
    },
    Target {
        name: "metamorphic",
        check: metamorphic::check,
        seeds: seeds::programs_and_choices,
    },
    Target {
        name: "differential",
        check: differential::check,
        seeds: seeds::choices,
    },
    Target {
        name: "reducer",
        check: reducer::check,
        seeds: seeds::failing_programs,
    },
    Target {
        name: "derivation",
        check: derivation::check,
        seeds: seeds::derivations,
    },
];
