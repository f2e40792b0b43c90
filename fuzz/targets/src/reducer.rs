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
    let reduced = match reduce(&source, &fails_so, &options, &()) {
        Ok(reduced) => reduced,
        // What comes near its limit of time may reach it another time.
        Err(_) if failure(dialect, program.text) != Some(kind) => return Ok(()),
        Err(error) => {
            let text = shown(program.text);
            return Err(Broken::new(format!("it is not reduced: {error}\n{text}")));
        }
    };
    let broken = |what: &str| broken(what, &source, &reduced.source);
    is_reduction(&source, &reduced.source, &fails_so)?;
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

/// Whether one program is a reduction of another.
fn is_reduction(source: &Source, reduced: &Source, fails_so: &FailsSo) -> Checked {
    if failure(fails_so.dialect, &reduced.text) != Some(fails_so.kind) {
        return broken("it does not fail in the same way", source, reduced);
    }
    if reduced.cost() > source.cost() {
        return broken("it is larger than before", source, reduced);
    }
    Ok(())
}

fn broken(what: &str, source: &Source, reduced: &Source) -> Checked {
    Err(Broken::new(format!(
        "{what}:\n{}\nbecomes\n{}",
        shown(&source.text),
        shown(&reduced.text)
    )))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_reduction_is_broken() {
        let source = Source::new(b"[ (throw \"a\") ]");
        let fails_so = FailsSo {
            dialect: Dialect::V2_34,
            kind: ErrorKind::Throw,
        };
        let is_reduction =
            |text: &str| is_reduction(&source, &Source::new(text.as_bytes()), &fails_so);
        assert_eq!(is_reduction("throw \"\""), Ok(()));
        for text in [
            "1",
            "1 + null",
            "(",
            "[ (throw \"a much longer message\") 1 2 3 ]",
        ] {
            assert!(is_reduction(text).is_err(), "{text}");
        }
    }
}
