//! `parse`: C++ Nix, our parser and rnix accept the same programs, and the first
//! two print the same.
//!
//! rnix is asked about every program. It is a third opinion and often a wrong
//! one (`docs/fuzz-targets.md`), so what it thinks is no error by itself: where
//! it differs from our parser, the oracle decides. The oracle is also asked about
//! some of the programs on which the two agree.

use crate::Checked;
use crate::oracles::Case;
use crate::program::{Program, run};
use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::errors::ErrorKind;
use twinix_evaluator::job::Output;

/// Of how many programs on which our parser and rnix agree one is shown to the
/// oracle.
const SHOWN: usize = 32;

/// Parses the program.
///
/// # Errors
/// If the oracle's parser does something else than ours.
pub fn check(data: &[u8]) -> Checked {
    let Some(program) = Program::of(data) else {
        return Ok(());
    };
    let kind = run(program.job(Output::Parse))
        .result
        .err()
        .map(|failed| failed.kind);
    let accepted = match kind {
        // Whether a feature is enabled is no matter of grammar.
        Some(ErrorKind::Feature) => None,
        // Undefined variables are found in what was parsed.
        kind => Some(kind != Some(ErrorKind::Parse)),
    };
    let in_doubt = match (rnix_accepts(&program), accepted) {
        (Some(theirs), Some(ours)) => theirs != ours,
        _ => false,
    };
    if !in_doubt && !is_sample(data) {
        return Ok(());
    }
    let case = Case {
        text: program.text.to_vec(),
        parse: true,
        dialect: Some(program.dialect),
        ..Case::default()
    };
    case.check()
}

/// Whether rnix accepts a program; `None` if that says nothing, because rnix
/// reads UTF-8 and the newest dialect.
fn rnix_accepts(program: &Program<'_>) -> Option<bool> {
    if program.dialect != Dialect::V2_34 {
        return None;
    }
    let text = std::str::from_utf8(program.text).ok()?;
    Some(rnix::Root::parse(text).errors().is_empty())
}

/// Whether this input is one of those that are shown to the oracle in any case.
fn is_sample(data: &[u8]) -> bool {
    let sum = data.iter().fold(0_usize, |sum, &byte| {
        sum.wrapping_mul(31).wrapping_add(usize::from(byte))
    });
    sum.is_multiple_of(SHOWN)
}
