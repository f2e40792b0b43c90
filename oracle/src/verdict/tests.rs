//! Tests of verdicts.

use super::*;
use crate::{
    outcome::{Crash, Failure, Limit},
    taxonomy::ErrorKind,
};

/// An evaluator that says what it was told to say.
struct Parrot(
    &'static str,
    Option<Dialect>,
    fn(Option<Dialect>) -> Outcome,
);

impl Evaluator for Parrot {
    fn name(&self) -> &str {
        self.0
    }

    fn dialect(&self) -> Option<Dialect> {
        self.1
    }

    fn evaluate(&self, _: &Program, settings: &Settings) -> Result<Outcome, Unavailable> {
        Ok((self.2)(settings.dialect))
    }
}

fn verdict(subject: fn(Option<Dialect>) -> Outcome, oracles: &[Parrot]) -> Check {
    let oracles: Vec<&dyn Evaluator> = oracles
        .iter()
        .map(|oracle| oracle as &dyn Evaluator)
        .collect();
    check(
        &Program::text("p", "1"),
        &Parrot("subject", None, subject),
        &oracles,
        &Settings::default(),
        &Precision::default(),
        &KnownList::default(),
    )
    .unwrap()
}

const OLD: Option<Dialect> = Some(Dialect::V2_3);
const NEW: Option<Dialect> = Some(Dialect::V2_34);

#[test]
fn a_subject_that_follows_the_dialects_agrees_with_disagreeing_oracles() {
    let check = verdict(
        |dialect| Outcome::value(if dialect == OLD { "5" } else { "6" }),
        &[
            Parrot("2.34.8", NEW, |_| Outcome::value("6")),
            Parrot("2.3.7", OLD, |_| Outcome::value("5")),
        ],
    );
    assert_eq!(check.verdict, Verdict::Agree);
    assert_eq!(check.classes.len(), 2);
    assert_eq!(check.against[0].oracle, "2.3.7");
}

#[test]
fn what_no_release_does_is_a_divergence() {
    let check = verdict(
        |_| Outcome::value("7"),
        &[
            Parrot("2.3.7", OLD, |_| Outcome::value("5")),
            Parrot("2.34.8", NEW, |_| Outcome::value("6")),
        ],
    );
    assert_eq!(check.verdict, Verdict::Divergence);
}

#[test]
fn what_another_release_does_is_drift() {
    let check = verdict(
        |_| Outcome::value("6"),
        &[
            Parrot("2.3.7", OLD, |_| Outcome::value("5")),
            Parrot("2.34.8", NEW, |_| Outcome::value("6")),
        ],
    );
    assert_eq!(check.verdict, Verdict::Drift);
    assert_eq!(check.against[1].verdict, Verdict::Agree);
}

#[test]
fn limits_and_dying_oracles_are_inconclusive() {
    for outcome in [
        (|_| Outcome::new(Answer::Resource(Limit::Time))) as fn(_) -> _,
        |_| {
            Outcome::new(Answer::Crash(Crash {
                signal: 11,
                message: String::new(),
            }))
        },
    ] {
        let check = verdict(|_| Outcome::value("1"), &[Parrot("2.8.0", NEW, outcome)]);
        assert_eq!(check.verdict.name(), "inconclusive");
    }
}

#[test]
fn a_dying_subject_is_a_divergence() {
    let check = verdict(
        |_| {
            Outcome::new(Answer::Crash(Crash {
                signal: 6,
                message: String::new(),
            }))
        },
        &[Parrot("2.34.8", NEW, |_| Outcome::value("1"))],
    );
    assert_eq!(check.verdict, Verdict::Divergence);
}

#[test]
fn a_bug_in_this_process_is_a_divergence_whatever_the_oracle_did() {
    fn crash(signal: i32) -> Outcome {
        Outcome::new(Answer::Crash(Crash {
            signal,
            message: "oh dear".to_owned(),
        }))
    }
    let limit: fn(Option<Dialect>) -> Outcome = |_| Outcome::new(Answer::Resource(Limit::Time));
    let died: fn(Option<Dialect>) -> Outcome = |_| crash(6);
    let deep: fn(Option<Dialect>) -> Outcome =
        |_| Outcome::error(Failure::new(ErrorKind::RecursionDepth, "deep", None));
    for (name, dialect, oracle) in [
        ("2.34.8", NEW, limit),
        ("2.34.8", NEW, died),
        ("2.3.7", Some(Dialect::V2_3), deep),
    ] {
        let check = verdict(|_| crash(0), &[Parrot(name, dialect, oracle)]);
        assert_eq!(check.verdict, Verdict::Divergence, "{:?}", oracle(dialect));
    }
    // A process may be killed by what its limits are.
    let check = verdict(|_| crash(9), &[Parrot("2.34.8", NEW, limit)]);
    assert!(matches!(check.verdict, Verdict::Inconclusive { .. }));
}

#[test]
fn how_deep_a_native_stack_is_says_nothing() {
    fn deep(message: &str, traces: usize) -> Outcome {
        Outcome {
            traces: vec!["trace: x".to_owned(); traces],
            ..Outcome::error(Failure::new(ErrorKind::RecursionDepth, message, None))
        }
    }
    const NATIVE: &str = "stack overflow (possible infinite recursion)";
    const COUNTED: &str = "stack overflow; max-call-depth exceeded";
    let native: fn(Option<Dialect>) -> Outcome = |_| deep(NATIVE, 5);
    let counted: fn(Option<Dialect>) -> Outcome = |_| deep(COUNTED, 5);
    // Files that import each other count no calls in 2.26.
    let oracles = |answer| [Parrot("2.26.3", Some(Dialect::V2_26), answer)];
    let check = verdict(|_| deep(NATIVE, 7), &oracles(native));
    assert!(matches!(check.verdict, Verdict::Inconclusive { .. }));
    let check = verdict(|_| deep(COUNTED, 7), &oracles(counted));
    assert_eq!(check.verdict, Verdict::Divergence);
}

#[test]
fn what_the_subject_cannot_do_yet_is_inconclusive_and_says_so() {
    let check = verdict(
        |_| Outcome::error(Failure::new(ErrorKind::NotImplemented, "fetchGit", None)),
        &[Parrot("2.34.8", NEW, |_| Outcome::value("1"))],
    );
    assert!(check.verdict.to_string().contains("fetchGit"));
}

#[test]
fn many_programs_keep_their_order() {
    let programs: Vec<(Program, Settings)> = (0..20)
        .map(|n| (Program::text(n.to_string(), "1"), Settings::default()))
        .collect();
    let one = Parrot("x", NEW, |_| Outcome::value("1"));
    let checks = check_all(
        &programs,
        &one,
        &[&one],
        &Precision::default(),
        &KnownList::default(),
        &|_, checked| assert!(checked.is_ok()),
    );
    let names: Vec<String> = checks
        .into_iter()
        .map(|check| check.unwrap().program)
        .collect();
    assert!(
        names
            .iter()
            .map(String::as_str)
            .eq(programs.iter().map(|(p, _)| p.name()))
    );
}

#[test]
fn a_check_is_read_back_from_json() {
    let check = verdict(
        |_| Outcome::value("7"),
        &[Parrot("2.3.7", OLD, |_| Outcome::value("5"))],
    );
    let json = serde_json::to_string(&check).unwrap();
    assert!(json.contains(r#""verdict":"divergence""#), "{json}");
    assert_eq!(serde_json::from_str::<Check>(&json).unwrap(), check);
}

#[test]
fn without_an_oracle_nothing_can_be_said() {
    assert_eq!(
        verdict(|_| Outcome::value("1"), &[]).verdict.name(),
        "inconclusive"
    );
}

/// Whoever gets further than a store that takes nothing may say more and fail at something else in a store.
#[test]
fn a_store_that_takes_nothing_says_nothing_of_what_comes_after() {
    fn refused(_: Option<Dialect>) -> Outcome {
        let message = "operation 'addToStore' is not supported by store 'dummy'";
        Outcome::error(Failure::new(ErrorKind::Store, message, None))
    }
    fn later(_: Option<Dialect>) -> Outcome {
        let failure = Failure::new(ErrorKind::Store, "derivation 'x' is not valid", None);
        let mut outcome = Outcome::error(failure);
        outcome.traces.push("trace: 0".to_owned());
        outcome
    }
    fn talkative(dialect: Option<Dialect>) -> Outcome {
        let mut outcome = refused(dialect);
        outcome.traces.push("trace: 0".to_owned());
        outcome
    }
    let of = |subject| verdict(subject, &[Parrot("2.34.8", NEW, refused)]).verdict;
    assert_eq!(of(later).name(), "inconclusive");
    assert_eq!(of(|_| Outcome::value("1")).name(), "inconclusive");
    assert_eq!(of(refused), Verdict::Agree);
    // Both stand at the same place.
    assert_eq!(of(talkative), Verdict::Divergence);
}
