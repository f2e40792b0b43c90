//! What a release leaves to chance is no difference: a verdict that rests on it is inconclusive.
//!
//! 2.3 and 2.8 order names by their places in memory, which depend on the length of the program, on what
//! was freed before, and on the allocator. Which of two attributes is evaluated first, and so which error
//! comes or which line is traced first, follows that order.

use crate::{
    compare::{Precision, compare, same_words},
    dialect::Dialect,
    evaluator::{Evaluator, Many},
    outcome::{Answer, Outcome},
    program::Program,
    settings::Settings,
    taxonomy::ErrorKind,
    verdict::{Check, Verdict},
};
use std::collections::BTreeMap;

const WHY: &str = "the release orders names by their places in memory";

/// Takes back what a check says about oracles whose outcome the subject has too if chance decides otherwise. A crash
/// of the subject stays, and so does what no order explains. `settings` tells how the subject is asked in a dialect.
pub fn take_back(
    check: &mut Check,
    program: &Program,
    subject: &dyn Evaluator,
    precision: &Precision,
    settings: &dyn Fn(Dialect) -> Settings,
) {
    let mut alternatives: BTreeMap<(Dialect, Many), Vec<Outcome>> = BTreeMap::new();
    for one in &mut check.against {
        if !matches!(one.verdict, Verdict::Divergence | Verdict::Drift)
            || matches!(one.subject_outcome.answer, Answer::Crash(_))
        {
            continue;
        }
        let Some(found) = one.comparison.difference.as_ref() else {
            continue;
        };
        let precision = precision.against(one.dialect);
        let aspect = |other: &Outcome, than: &Outcome| {
            let comparison = compare(other, than, &precision);
            comparison.difference.map(|difference| difference.aspect)
        };
        let mut any = |many, fits: &dyn Fn(&Outcome) -> bool| {
            let others = alternatives
                .entry((one.dialect, many))
                .or_insert_with(|| subject.alternatives(program, &settings(one.dialect), many));
            others
                .iter()
                .filter(|other| says_something(other))
                .any(fits)
        };
        let theirs = &one.oracle_outcome;
        let explains =
            |other: &Outcome| says_the_same(other, theirs) || aspect(other, theirs).is_none();
        // Most programs do not depend on the order at all, which a few orders tell.
        let depends = |other: &Outcome| {
            aspect(other, &one.subject_outcome).is_some_and(|least| least <= found.aspect)
        };
        let is_chance =
            any(Many::Few, &explains) || any(Many::Few, &depends) && any(Many::All, &explains);
        if is_chance {
            one.verdict = Verdict::Inconclusive {
                why: WHY.to_owned(),
            };
        }
    }
    check.summarise();
}

/// Whether both failed with the same words, which no table knows as those of a release: in another order the program
/// that asks whether the error can be caught fails otherwise.
fn says_the_same(ours: &Outcome, theirs: &Outcome) -> bool {
    match (ours.failure(), theirs.failure()) {
        (Some(ours), Some(theirs)) => {
            theirs.kind == ErrorKind::Other && same_words(&ours.message, &theirs.message)
        }
        _ => false,
    }
}

/// Whether an outcome in another order of names tells something of the program: no limit and no crash.
fn says_something(other: &Outcome) -> bool {
    matches!(other.answer, Answer::Value(_) | Answer::Error(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Limit;
    use crate::{evaluator::Unavailable, known::KnownList, verdict::check};

    /// Says 1, and might as well say 2.
    struct Wavering;

    impl Evaluator for Wavering {
        fn name(&self) -> &str {
            "wavering"
        }

        fn dialect(&self) -> Option<Dialect> {
            None
        }

        fn evaluate(&self, _: &Program, _: &Settings) -> Result<Outcome, Unavailable> {
            Ok(Outcome::value("1"))
        }

        fn alternatives(&self, _: &Program, settings: &Settings, many: Many) -> Vec<Outcome> {
            match settings.dialect {
                Some(Dialect::V2_3) if many == Many::All => vec![Outcome::value("3")],
                Some(Dialect::V2_3) => vec![Outcome::value("1"), Outcome::value("2")],
                // What chance decides is less than a value, or nothing.
                Some(Dialect::V2_8) => {
                    let mut traced = Outcome::value("1");
                    traced.traces.push("trace: 2".to_owned());
                    let late = Outcome::new(Answer::Resource(Limit::Time));
                    vec![Outcome::value("1"), traced, late]
                }
                _ => Vec::new(),
            }
        }
    }

    struct Says(Dialect, &'static str);

    impl Evaluator for Says {
        fn name(&self) -> &str {
            "says"
        }

        fn dialect(&self) -> Option<Dialect> {
            Some(self.0)
        }

        fn evaluate(&self, _: &Program, _: &Settings) -> Result<Outcome, Unavailable> {
            Ok(Outcome::value(self.1))
        }
    }

    fn verdict(oracle: &Says) -> Verdict {
        let program = Program::text("p", "0");
        let settings = Settings {
            mode: crate::settings::Mode::Lazy,
            ..Settings::default()
        };
        let precision = Precision::default();
        let known = KnownList::default();
        check(
            &program,
            &Wavering,
            &[oracle],
            &settings,
            &precision,
            &known,
        )
        .unwrap()
        .verdict
    }

    #[test]
    fn what_chance_may_decide_otherwise_is_inconclusive() {
        let inconclusive = Verdict::Inconclusive {
            why: WHY.to_owned(),
        };
        assert_eq!(verdict(&Says(Dialect::V2_3, "2")), inconclusive);
        assert_eq!(verdict(&Says(Dialect::V2_3, "1")), Verdict::Agree);
        // Few orders say that it matters, and one of all of them is the oracle's.
        assert_eq!(verdict(&Says(Dialect::V2_3, "3")), inconclusive);
        // It depends on chance, but no order explains this.
        assert_eq!(verdict(&Says(Dialect::V2_3, "4")), Verdict::Divergence);
        assert_eq!(verdict(&Says(Dialect::V2_8, "4")), Verdict::Divergence);
        assert_eq!(verdict(&Says(Dialect::V2_34, "2")), Verdict::Divergence);
    }
}
