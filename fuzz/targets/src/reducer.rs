//! `reducer`: a reduced program fails as the original does, is no larger, and is
//! the same every time.

use crate::program::{Program, run, shown};
use crate::{Broken, Checked};
use std::time::Duration;
use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::errors::ErrorKind;
use twinix_evaluator::job::Output;
use twinix_reducer::{End, Interesting, Options, Source, reduce};

/// How many candidates a reduction may test.
const TESTS: usize = 300;

/// Reduces the program while it fails with an error of the same kind.
///
/// # Errors
/// If the result is not what it must be.
pub fn check(data: &[u8]) -> Checked {
    let Some(program) = Program::of(data) else {
        return Ok(());
    };
    let dialect = program.dialect;
    let Some(kind) = failure(dialect, program.text) else {
        return Ok(());
    };
    let fails_so = FailsSo { dialect, kind };
    let source = Source::new(program.text);
    let options = Options {
        tests: Some(TESTS),
        ..Options::default()
    };
    // What is left of nothing fails in the same way: there is no reduction.
    let Ok(reduced) = reduce(&source, &fails_so, &options, &()) else {
        return Ok(());
    };
    let text = &reduced.source.text;
    let broken = |what: &str| {
        Err(Broken::new(format!(
            "{what}:\n{}\nbecomes\n{}",
            shown(program.text),
            shown(text)
        )))
    };
    if failure(dialect, text) != Some(kind) {
        return broken("it does not fail in the same way");
    }
    if reduced.source.cost() > source.cost() {
        return broken("it is larger than before");
    }
    match reduce(&source, &fails_so, &options, &()) {
        Ok(again) if again.source == reduced.source => {}
        _ => return broken("it is another one the next time"),
    }
    if reduced.end == End::FixedPoint {
        match reduce(&reduced.source, &fails_so, &options, &()) {
            Ok(again) if again.end != End::FixedPoint || again.source == reduced.source => {}
            _ => return broken("it is no fixed point"),
        }
    }
    Ok(())
}

/// How a program fails; `None` if it has a value, or its failure says nothing
/// about it.
fn failure(dialect: Dialect, text: &[u8]) -> Option<ErrorKind> {
    let mut job = Program { dialect, text }.job(Output::Plain);
    job.settings.limits.fuel = Some(10_000);
    job.settings.limits.time = Some(Duration::from_secs(1));
    match run(job).result.err()?.kind {
        ErrorKind::Limit(_) | ErrorKind::Parse => None,
        kind => Some(kind),
    }
}

struct FailsSo {
    dialect: Dialect,
    kind: ErrorKind,
}

impl Interesting for FailsSo {
    fn test(&self, candidates: &[Source]) -> Vec<bool> {
        candidates
            .iter()
            .map(|candidate| failure(self.dialect, &candidate.text) == Some(self.kind))
            .collect()
    }
}
