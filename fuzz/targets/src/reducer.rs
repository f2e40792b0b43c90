//! `reducer`: a reduced program has the signature of the original, or fails as it
//! does, is no larger, and is the same every time.

use crate::oracles::outcome;
use crate::program::{Done, Program, run, shown};
use crate::{Broken, Checked};
use std::collections::BTreeMap;
use std::time::Duration;
use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::errors::ErrorKind;
use twinix_evaluator::job::Output;
use twinix_oracle::known::KnownList;
use twinix_oracle::outcome::text_of_bytes;
use twinix_oracle::signature::Signature;
use twinix_oracle::verdict::decide;
use twinix_oracle::{Dialect as TheirDialect, Precision};
use twinix_reducer::{End, Interesting, Options, Source, reduce};

/// How many candidates a reduction may test.
const TESTS: usize = 300;

/// What a reduction keeps.
#[derive(Clone, PartialEq, Debug)]
enum Seen {
    /// How the dialect differs from another one.
    Differs(Signature),
    /// How it fails where it does not differ.
    Fails(ErrorKind),
}

/// Reduces the program while what is seen of it stays the same.
///
/// # Errors
/// If the result is not what it must be.
pub fn check(data: &[u8]) -> Checked {
    let Some(program) = Program::of(data) else {
        return Ok(());
    };
    let dialect = program.dialect;
    let Some(kept) = seen(dialect, program.text) else {
        return Ok(());
    };
    let keeps = Keeps { dialect, kept };
    let source = Source::new(program.text);
    let options = Options {
        tests: Some(TESTS),
        ..Options::default()
    };
    let reduced = match reduce(&source, &keeps, &options, &()) {
        Ok(reduced) => reduced,
        // What comes near its limit of time may reach it another time.
        Err(_) if !keeps.in_text(program.text) => return Ok(()),
        Err(error) => {
            let text = shown(program.text);
            return Err(Broken::new(format!("it is not reduced: {error}\n{text}")));
        }
    };
    let broken = |what: &str| broken(what, &source, &reduced.source);
    is_reduction(&source, &reduced.source, &keeps)?;
    match reduce(&source, &keeps, &options, &()) {
        Ok(again) if again.source == reduced.source => {}
        _ => return broken("it is another one the next time"),
    }
    if reduced.end == End::FixedPoint {
        match reduce(&reduced.source, &keeps, &options, &()) {
            Ok(again) if again.end != End::FixedPoint || again.source == reduced.source => {}
            _ => return broken("it is no fixed point"),
        }
    }
    Ok(())
}

/// Whether one program is a reduction of another.
fn is_reduction(source: &Source, reduced: &Source, keeps: &Keeps) -> Checked {
    if !keeps.in_text(&reduced.text) {
        return broken("something else is seen of it", source, reduced);
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

/// What is seen of a program; `None` if it has a value everywhere, or its failure
/// says nothing about it.
fn seen(dialect: Dialect, text: &[u8]) -> Option<Seen> {
    let done = done(dialect, text);
    if let Some(signature) = difference(dialect, &done, text) {
        return Some(Seen::Differs(signature));
    }
    match done.result.err()?.kind {
        ErrorKind::Limit(_) | ErrorKind::Parse => None,
        kind => Some(Seen::Fails(kind)),
    }
}

fn done(dialect: Dialect, text: &[u8]) -> Done {
    let mut job = Program { dialect, text }.job(Output::Plain);
    job.settings.limits.fuel = Some(10_000);
    job.settings.limits.time = Some(Duration::from_secs(1));
    run(job)
}

/// How a dialect differs from the newest one, and the newest from the oldest.
fn difference(dialect: Dialect, subject: &Done, text: &[u8]) -> Option<Signature> {
    let other = match dialect {
        Dialect::V2_34 => Dialect::V2_3,
        _ => Dialect::V2_34,
    };
    // Each is read as the release whose words it uses.
    let read = |done: &Done, dialect: Dialect| {
        let mut all = TheirDialect::ALL.into_iter();
        let spoken = all.find(|it| it.name() == dialect.name())?;
        Some((spoken, outcome(done, spoken)))
    };
    let (spoken, theirs) = read(&done(other, text), other)?;
    let ours = BTreeMap::from([(spoken, read(subject, dialect)?.1)]);
    let check = decide(
        "fuzzed",
        &text_of_bytes(text),
        vec![(other.name().to_owned(), spoken, theirs)],
        &ours,
        Vec::new(),
        &Precision::default(),
        &KnownList::default(),
    );
    Signature::of(&check)
}

struct Keeps {
    dialect: Dialect,
    kept: Seen,
}

impl Keeps {
    fn in_text(&self, text: &[u8]) -> bool {
        seen(self.dialect, text).as_ref() == Some(&self.kept)
    }
}

impl Interesting for Keeps {
    fn test(&self, candidates: &[Source]) -> Vec<bool> {
        let keeps = |candidate: &Source| self.in_text(&candidate.text);
        candidates.iter().map(keeps).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_reduction_is_broken() {
        let source = Source::new(b"[ (throw \"a\") ]");
        let keeps = Keeps {
            dialect: Dialect::V2_34,
            kept: Seen::Fails(ErrorKind::Throw),
        };
        let is_reduction =
            |text: &str| is_reduction(&source, &Source::new(text.as_bytes()), &keeps);
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

    #[test]
    fn a_reduction_keeps_how_releases_differ() {
        let text = b"[ (1 + 1) (builtins.fromJSON \"1\" < 2.5) ([ 1 ] < [ 2 ]) ]";
        let kept = seen(Dialect::V2_3, text).expect("2.3 does not compare lists");
        assert!(matches!(kept, Seen::Differs(_)), "{kept:?}");
        let keeps = Keeps {
            dialect: Dialect::V2_3,
            kept,
        };
        assert!(keeps.in_text(b"[ ] < [ ]"));
        // It fails with the same kind, and does so everywhere.
        assert!(!keeps.in_text(b"{ } < { }"));
        assert!(!keeps.in_text(b"throw \"\""));
        assert_eq!(check(&[b"0", text.as_slice()].concat()), Ok(()));
    }
}
