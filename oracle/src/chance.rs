//! What a release leaves to chance is no difference: a verdict that rests on it is inconclusive.
//!
//! 2.3 and 2.8 order names by their places in memory, which depend on the length of the program, on what
//! was freed before, and on the allocator. Which of two attributes is evaluated first, and so which error
//! comes or which line is traced first, follows that order.

use crate::{
    compare::{Precision, compare},
    dialect::Dialect,
    evaluator::Evaluator,
    outcome::Outcome,
    program::Program,
    settings::Settings,
    verdict::{Check, Verdict},
};
use std::collections::BTreeMap;

const WHY: &str = "the release orders names by their places in memory";

/// Takes back what a check says about oracles whose outcome the subject has too if chance decides
/// otherwise, and about programs whose outcome depends on what chance decides: not every order that
/// names may have can be tried. `settings` tells how the subject is asked in a dialect.
pub fn take_back(
    check: &mut Check,
    program: &Program,
    subject: &dyn Evaluator,
    precision: &Precision,
    settings: &dyn Fn(Dialect) -> Settings,
) {
    let mut alternatives: BTreeMap<Dialect, Vec<Outcome>> = BTreeMap::new();
    for one in &mut check.against {
        if !matches!(one.verdict, Verdict::Divergence | Verdict::Drift) {
            continue;
        }
        let others = alternatives
            .entry(one.dialect)
            .or_insert_with(|| subject.alternatives(program, &settings(one.dialect)));
        let differs = |other: &Outcome, than: &Outcome| {
            let comparison = compare(other, than, precision);
            comparison.difference.is_some()
        };
        let is_chance = others.iter().any(|other| {
            !differs(other, &one.oracle_outcome) || differs(other, &one.subject_outcome)
        });
        if is_chance {
            one.verdict = Verdict::Inconclusive {
                why: WHY.to_owned(),
            };
        }
    }
    check.summarise();
}

#[cfg(test)]
mod tests {
    use super::*;
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

        fn alternatives(&self, _: &Program, settings: &Settings) -> Vec<Outcome> {
            match settings.dialect {
                Some(Dialect::V2_3) => vec![Outcome::value("1"), Outcome::value("2")],
                Some(Dialect::V2_8) => vec![Outcome::value("1"), Outcome::value("1")],
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
        // It depends on chance, if not on what was tried.
        assert_eq!(verdict(&Says(Dialect::V2_3, "4")), inconclusive);
        assert_eq!(verdict(&Says(Dialect::V2_8, "4")), Verdict::Divergence);
        assert_eq!(verdict(&Says(Dialect::V2_34, "2")), Verdict::Divergence);
    }
}
