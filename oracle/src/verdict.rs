//! Evaluates a program in the subject and in the oracles and decides what that means.
//!
//! Each oracle is held against the outcome that the subject gives under that oracle's dialect, so what
//! the releases do differently on purpose is no difference here.

use std::{collections::BTreeMap, fmt};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    chance::take_back,
    clock::same_but_for_clock,
    compare::{Aspect, Comparison, Difference, Precision, compare},
    dialect::Dialect,
    evaluator::{Evaluator, Unavailable},
    known::{Finding, KnownList},
    outcome::{Answer, Outcome, text_of_bytes},
    program::{Placed, Program},
    sandbox,
    settings::{Mode, Settings},
    undecidable::undecidable,
};

/// What the outcomes of one program mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// The subject does what every oracle does.
    Agree,
    /// The subject does something that no release does.
    Divergence,
    /// The subject does what one release does under the dialect of another: the oracles disagree among
    /// themselves, and the dialect table does not say so.
    Drift,
    /// Nothing can be said.
    Inconclusive {
        /// Why not.
        why: String,
    },
    /// The subject differs in a way that was looked into before.
    Known {
        /// The entry of the known list.
        id: String,
        /// Where it is explained.
        link: String,
    },
}

impl Verdict {
    /// The word for it, such as `divergence`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Agree => "agree",
            Self::Divergence => "divergence",
            Self::Drift => "drift",
            Self::Inconclusive { .. } => "inconclusive",
            Self::Known { .. } => "known",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inconclusive { why } => write!(f, "inconclusive: {why}"),
            Self::Known { id, link } => write!(f, "known: {id} ({link})"),
            _ => f.write_str(self.name()),
        }
    }
}

/// One oracle held against the subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Against {
    /// The oracle's name.
    pub oracle: String,
    /// Its dialect, under which the subject was asked.
    pub dialect: Dialect,
    /// What the subject did.
    pub subject_outcome: Outcome,
    /// What the oracle did.
    pub oracle_outcome: Outcome,
    /// How the two compare.
    #[serde(flatten)]
    pub comparison: Comparison,
    /// What this oracle alone means.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// Evaluators that did the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// The names of the evaluators.
    pub members: Vec<String>,
    /// What they did.
    pub outcome: Outcome,
}

/// A program with all that was found about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// The program's name.
    pub program: String,
    /// What it all means.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// Each oracle held against the subject, oldest dialect first.
    pub against: Vec<Against>,
    /// The oracles by what they did, the largest class first.
    pub classes: Vec<Class>,
    /// Oracles that gave no outcome: name and reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unavailable: Vec<(String, String)>,
}

impl Check {
    /// Adds what one more evaluator said.
    pub fn add(&mut self, one: Against) {
        self.against.push(one);
        self.summarise();
    }

    /// Makes a divergence of what was inconclusive against these oracles.
    pub fn settle(&mut self, differs: impl Fn(&Against) -> bool) {
        for one in &mut self.against {
            if matches!(one.verdict, Verdict::Inconclusive { .. }) && differs(one) {
                one.verdict = Verdict::Divergence;
            }
        }
        self.summarise();
    }

    /// Makes the verdict that of the gravest difference.
    pub fn summarise(&mut self) {
        self.verdict = summary(&self.against, &self.unavailable);
    }

    /// How many positions were compared, and how many of them agree.
    pub fn positions(&self) -> (usize, usize) {
        let compared = || {
            self.against
                .iter()
                .filter_map(|one| one.comparison.position_agrees)
        };
        (
            compared().count(),
            compared().filter(|&agrees| agrees).count(),
        )
    }
}

/// Evaluates a program in the subject and every oracle and decides the verdict. The subject is asked
/// once for each dialect of an oracle, or only once where it speaks just one.
///
/// # Errors
/// When the program cannot be placed, or the subject cannot be asked.
pub fn check(
    program: &Program,
    subject: &dyn Evaluator,
    oracles: &[&dyn Evaluator],
    settings: &Settings,
    precision: &Precision,
    known: &KnownList,
) -> Result<Check, Unavailable> {
    // One place for all, so that no outcome differs by the name of a scratch folder; where evaluators are
    // shut in, it has the same name anyway.
    let placed = match sandbox::refusal() {
        Some(_) => Some(program.place().map_err(Unavailable::Program)?),
        None => None,
    };
    let program = placed.as_ref().map_or(program, Placed::program);
    let program_text = program.source().map_err(Unavailable::Program)?;
    let text = text_of_bytes(&program_text);
    let dialect_of = |oracle: &dyn Evaluator| {
        oracle
            .dialect()
            .or(settings.dialect)
            .unwrap_or(Dialect::NEWEST)
    };

    let precision = &precision.asked(settings.mode, subject.dialect());
    let mut answers = Vec::new();
    let mut unavailable = Vec::new();
    for oracle in oracles {
        let dialect = dialect_of(*oracle);
        match oracle.evaluate(program, &settings.under(dialect)) {
            Ok(outcome) => answers.push((oracle.name().to_owned(), dialect, outcome)),
            Err(error) => unavailable.push((oracle.name().to_owned(), error.to_string())),
        }
    }
    answers.sort_by_key(|(_, dialect, _)| *dialect);

    let mut ours: BTreeMap<Dialect, Outcome> = BTreeMap::new();
    for (_, dialect, _) in &answers {
        if ours.contains_key(dialect) {
            continue;
        }
        let outcome = match ours.values().next() {
            Some(outcome) if !subject.follows_dialect() => outcome.clone(),
            _ => subject.evaluate(program, &settings.under(*dialect))?,
        };
        ours.insert(*dialect, outcome);
    }
    let mut check = decide(
        program.name(),
        &text,
        answers,
        &ours,
        unavailable,
        precision,
        known,
    );
    let asked = |dialect| settings.under(dialect);
    take_back(&mut check, program, subject, precision, &asked);
    if settings.mode == Mode::Strict {
        look_closer(&mut check, program, subject, oracles, settings);
    }
    Ok(check)
}

/// What is printed alike may differ all the same: in the last digits of a float, in the context of a
/// string. Values that agree are asked for again in the canonical notation, of all who can give it.
fn look_closer(
    check: &mut Check,
    program: &Program,
    subject: &dyn Evaluator,
    oracles: &[&dyn Evaluator],
    settings: &Settings,
) {
    let mut ours: BTreeMap<Dialect, Option<Outcome>> = BTreeMap::new();
    for one in &mut check.against {
        let is_value = matches!(one.oracle_outcome.answer, Answer::Value(_));
        let oracle = oracles.iter().find(|oracle| oracle.name() == one.oracle);
        let (Some(oracle), Verdict::Agree, true) = (oracle, &one.verdict, is_value) else {
            continue;
        };
        let mut asked = settings.under(one.dialect);
        asked.mode = Mode::Canonical;
        let Ok(theirs) = oracle.evaluate(program, &asked) else {
            continue;
        };
        let mine = ours
            .entry(one.dialect)
            .or_insert_with(|| subject.evaluate(program, &asked).ok());
        if let (Some(Answer::Value(mine)), Answer::Value(theirs)) =
            (mine.as_ref().map(|mine| &mine.answer), &theirs.answer)
            && !same_but_for_clock(mine, theirs)
        {
            one.comparison.difference = Some(Difference {
                aspect: Aspect::Value,
                subject: mine.clone(),
                oracle: theirs.clone(),
            });
            one.verdict = Verdict::Divergence;
        }
    }
    check.summarise();
}

/// Checks many programs at once, each under its own settings. `done` is told of each one as it is
/// finished; the results come in the order of the programs.
pub fn check_all(
    programs: &[(Program, Settings)],
    subject: &dyn Evaluator,
    oracles: &[&dyn Evaluator],
    precision: &Precision,
    known: &KnownList,
    done: &(dyn Fn(usize, &Result<Check, Unavailable>) + Sync),
) -> Vec<Result<Check, Unavailable>> {
    programs
        .par_iter()
        .enumerate()
        .map(|(index, (program, settings))| {
            let checked = check(program, subject, oracles, settings, precision, known);
            done(index, &checked);
            checked
        })
        .collect()
}

/// Decides the verdict from what all evaluators did: `answers` of the oracles, oldest dialect first, and
/// `ours`, what the subject did under each of their dialects.
pub fn decide(
    name: &str,
    text: &str,
    answers: Vec<(String, Dialect, Outcome)>,
    ours: &BTreeMap<Dialect, Outcome>,
    unavailable: Vec<(String, String)>,
    precision: &Precision,
    known: &KnownList,
) -> Check {
    let classes = classes(&answers, precision);
    let theirs: Vec<Outcome> = answers
        .iter()
        .map(|(_, _, outcome)| outcome.clone())
        .collect();
    let against: Vec<Against> = answers
        .into_iter()
        .filter_map(|(oracle, dialect, outcome)| {
            let subject = ours.get(&dialect)?.clone();
            let precision = &precision.against(dialect);
            let comparison = compare(&subject, &outcome, precision);
            let verdict = verdict_of(
                text,
                dialect,
                &subject,
                &outcome,
                &theirs,
                &comparison,
                precision,
                known,
            );
            Some(Against {
                oracle,
                dialect,
                subject_outcome: subject,
                oracle_outcome: outcome,
                comparison,
                verdict,
            })
        })
        .collect();
    Check {
        program: name.to_owned(),
        verdict: summary(&against, &unavailable),
        against,
        classes,
        unavailable,
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "one call, and each argument is another thing"
)]
fn verdict_of(
    text: &str,
    dialect: Dialect,
    subject: &Outcome,
    oracle: &Outcome,
    oracles: &[Outcome],
    comparison: &Comparison,
    precision: &Precision,
    known: &KnownList,
) -> Verdict {
    if let Some(why) = undecidable(subject, oracle, dialect) {
        return Verdict::Inconclusive { why };
    }
    let Some(difference) = &comparison.difference else {
        return Verdict::Agree;
    };
    let finding = Finding {
        program: text,
        dialect,
        aspect: difference.aspect,
        subject: &difference.subject,
        oracle: &difference.oracle,
    };
    if let Some(entry) = known.find(&finding) {
        return Verdict::Known {
            id: entry.id.clone(),
            link: entry.link.clone(),
        };
    }
    let does_what_another_release_does = oracles
        .iter()
        .any(|other| compare(subject, other, precision).difference.is_none());
    if does_what_another_release_does {
        Verdict::Drift
    } else {
        Verdict::Divergence
    }
}

/// The verdict on a program is the gravest of those on its oracles.
fn summary(against: &[Against], unavailable: &[(String, String)]) -> Verdict {
    let gravity = |verdict: &Verdict| match verdict {
        Verdict::Divergence => 4,
        Verdict::Drift => 3,
        Verdict::Known { .. } => 2,
        Verdict::Inconclusive { .. } => 1,
        Verdict::Agree => 0,
    };
    match against
        .iter()
        .map(|one| &one.verdict)
        .max_by_key(|verdict| gravity(verdict))
    {
        Some(verdict) => verdict.clone(),
        None => {
            let reasons: Vec<String> = unavailable
                .iter()
                .map(|(name, why)| format!("{name}: {why}"))
                .collect();
            let why = if reasons.is_empty() {
                "there is no oracle".to_owned()
            } else {
                reasons.join("; ")
            };
            Verdict::Inconclusive { why }
        }
    }
}

fn classes(answers: &[(String, Dialect, Outcome)], precision: &Precision) -> Vec<Class> {
    let mut classes: Vec<Class> = Vec::new();
    for (name, _, outcome) in answers {
        let same = classes.iter_mut().find(|class| {
            compare(&class.outcome, outcome, precision)
                .difference
                .is_none()
        });
        match same {
            Some(class) => class.members.push(name.clone()),
            None => {
                classes.push(Class {
                    members: vec![name.clone()],
                    outcome: outcome.clone(),
                });
            }
        }
    }
    classes.sort_by_key(|class| std::cmp::Reverse(class.members.len()));
    classes
}

#[cfg(test)]
mod tests;
