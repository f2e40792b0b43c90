//! Puts simple expressions in the place of parts that agree: what a part evaluates to, a failure where it fails
//! or traces, a path where it makes a string with a context. A part that every evaluator understands alike is
//! not why they differ, and a bug met through a hundred programs is one program in the end. Where no value
//! differs, other data stands in for what fails or is of no use: one of it may show the bug as a value.

use std::collections::BTreeSet;

use anyhow::Result;
use twinix_oracle::{
    compare::Aspect,
    outcome::Answer,
    settings::Mode,
    signature::Signature,
    verdict::{Against, Check},
};
use twinix_reducer::{Cost, Source, builtins, expression_of, stand_in, vocabulary, words};

use super::{
    cause::{Found, Shows, program_of, with_program},
    examine::Examiner,
};
use crate::parties::Way;

/// How many programs are tried in one step.
const TRIES: usize = 24;

/// The shortest program that fails: it calls a number.
const FAILS: &str = "0 0";

/// The shortest path, and string with a context: for what is one, or a derivation, in the canonical notation.
const WITH_CONTEXT: [&str; 2] = ["./.", "\"${./.}\""];

/// The words of data.
const WORDS: [&str; 3] = ["${}", "float", "path"];

/// Data of each type.
const DATA: [&str; 9] = [
    "1",
    ".0",
    "\"a\"",
    "\"\"",
    "false",
    "[ ]",
    "{ }",
    "./.",
    "\"${./.}\"",
];

/// Data that is larger stays.
const LARGEST: usize = 12;

/// How many programs with other data are tried in one step.
const OTHERS: usize = 40;

impl Examiner {
    /// A simpler program that differs in the same aspect, where one of these parts has another expression in its
    /// place; the larger parts come first.
    ///
    /// # Errors
    /// When an evaluator cannot be asked at all.
    pub(super) fn standing_in(
        &self,
        found: &Found,
        mode: Mode,
        shows: Shows,
        parts: &[(Source, Check)],
    ) -> Result<Option<Found>> {
        let program = program_of(&found.item);
        let own = Rank::of(&program);
        let candidates = parts.iter().rev().flat_map(|(part, check)| {
            let part = &part.text;
            let stands = |by: String| {
                let candidate = stand_in(&program, part, &by)?;
                let rank = Rank::of(&candidate);
                let is_failure = by == FAILS && part != FAILS.as_bytes();
                (rank.comes_from(&own) && (rank.is_less_than(&own) || is_failure))
                    .then_some(candidate)
            };
            let expressions = expressions_for(check).into_iter();
            expressions.filter_map(stands).collect::<Vec<_>>()
        });
        let is_own = mode == found.item.mode;
        let mut tests = found.tests;
        for candidate in candidates.take(TRIES) {
            tests += 1;
            let item = with_program(&found.item, candidate, mode);
            let Some(simpler) = self.found(item, Way::Fast, tests)? else {
                continue;
            };
            let is_alike = differs_alike(&simpler.check, &found.check);
            let is_cause = shows.can_come_from(&simpler) && (shows != Shows::Value || is_alike);
            // What is no value is at least said with less.
            let is_less =
                is_own && is_alike && Rank::of(&program_of(&simpler.item)).is_less_than(&own);
            if simpler.is_like(found) && (is_cause || is_less) {
                return Ok(Some(simpler));
            }
        }
        self.other_data(found, mode, parts, tests)
    }

    /// A program whose value differs, where that of the one that was found fails, or nothing but its text
    /// differs, with other data in the place of parts that are data or fail; in the notation that shows what is
    /// not evaluated also one that fails.
    fn other_data(
        &self,
        found: &Found,
        mode: Mode,
        parts: &[(Source, Check)],
        tests: usize,
    ) -> Result<Option<Found>> {
        let Some(signature) = Signature::of(&found.check) else {
            return Ok(None);
        };
        let is_thunk = mode == Mode::Lazy && signature.change().contains("thunk");
        let wanted: &[Aspect] = match signature.aspect() {
            "value" if is_thunk => &[Aspect::Class],
            "value" if found.item.mode == mode => return Ok(None),
            // How a thunk is printed is no value yet.
            _ if mode == Mode::Lazy => return Ok(None),
            "kind" => &[Aspect::Value, Aspect::Class],
            _ => &[Aspect::Value],
        };
        let program = program_of(&found.item);
        let own = Rank::of(&program);
        let places: Vec<_> = parts
            .iter()
            .filter(|(part, check)| is_data(part, check))
            .collect();
        // Evaluators that run in folders of other names differ in any path: it would not be a cause.
        let alone = Source::new(WITH_CONTEXT[1]);
        let has_path = own.vocabulary.contains("path")
            || self
                .found(with_program(&found.item, alone, mode), Way::Fast, tests)?
                .is_none();
        let data: Vec<&str> = if is_thunk {
            vec![FAILS]
        } else {
            let is_told = |by: &&str| has_path || !WITH_CONTEXT.contains(by);
            DATA.into_iter().filter(is_told).collect()
        };
        let put = |program: &Source, part: &Source, by: &str| {
            let part = &part.text;
            (part != by.as_bytes())
                .then(|| stand_in(program, part, by))
                .flatten()
        };
        let one = places
            .iter()
            .flat_map(|(part, _)| data.iter().map(move |by| (part, *by)));
        let one = one.filter_map(|(part, by)| put(&program, part, by));
        let all = data.iter().map(|by| {
            places.iter().rev().fold(program.clone(), |all, (part, _)| {
                put(&all, part, by).unwrap_or(all)
            })
        });
        let candidates = all.chain(one).filter(|it| Rank::of(it).comes_from(&own));
        for (more, candidate) in candidates.take(OTHERS).enumerate() {
            let item = with_program(&found.item, candidate, mode);
            if let Some(other) = self.found(item, Way::Fast, tests + more + 1)?
                && other.is_like(found)
                && Signature::of(&other.check).is_some_and(|it| {
                    let mut wanted = wanted.iter();
                    // A trace says more of a program that has a value.
                    let is_mended = signature.aspect() == it.aspect()
                        && fails(&found.check)
                        && !fails(&other.check);
                    (is_mended || wanted.any(|aspect| it.aspect() == aspect.to_string()))
                        && it.releases() == signature.releases()
                })
            {
                return Ok(Some(other));
            }
        }
        Ok(None)
    }
}

/// Whether a part is a failure, or data that is not made of anything but a path.
fn is_data(part: &Source, check: &Check) -> bool {
    let is_plain = words(part).iter().all(|word| WORDS.contains(&&**word));
    fails(check) || (is_plain && part.size() <= LARGEST)
}

/// Whether the newest oracle fails.
fn fails(check: &Check) -> bool {
    let oracle = check.against.last().map(|one| &one.oracle_outcome);
    oracle.is_some_and(|outcome| outcome.failure().is_some())
}

/// How much there is in a program that a bucket could be told by.
pub(super) struct Rank {
    builtins: BTreeSet<String>,
    words: BTreeSet<String>,
    vocabulary: BTreeSet<String>,
    cost: Cost,
}

impl Rank {
    pub(super) fn of(program: &Source) -> Self {
        Self {
            builtins: builtins(program),
            words: words(program),
            vocabulary: vocabulary(program),
            cost: program.cost(),
        }
    }

    /// Whether no builtin came in, and no syntax but that of a path, or of what a builtin was given up for.
    fn comes_from(&self, other: &Self) -> bool {
        let is_known = |word: &String| other.vocabulary.contains(word) || WORDS.contains(&&**word);
        self.builtins.is_subset(&other.builtins)
            && (self.builtins.len() < other.builtins.len() || self.words.iter().all(is_known))
    }

    pub(super) fn is_less_than(&self, other: &Self) -> bool {
        let is_fewer =
            |a: &BTreeSet<String>, b: &BTreeSet<String>| a.is_subset(b) && a.len() < b.len();
        is_fewer(&self.builtins, &other.builtins)
            || is_fewer(&self.words, &other.words)
            || self.cost < other.cost
    }
}

/// What can stand in the place of a part of which this was found.
fn expressions_for(check: &Check) -> Vec<String> {
    let Some(outcome) = check
        .against
        .last()
        .map(|one: &Against| &one.oracle_outcome)
    else {
        return Vec::new();
    };
    match &outcome.answer {
        _ if !outcome.traces.is_empty() => vec![FAILS.to_owned()],
        Answer::Error(_) => vec![FAILS.to_owned()],
        Answer::Value(text) => match expression_of(text) {
            Some(expression) => vec![expression],
            None if text.starts_with(['"', 'd']) => WITH_CONTEXT.map(str::to_owned).to_vec(),
            None => Vec::new(),
        },
        Answer::Resource(_) | Answer::Crash(_) => Vec::new(),
    }
}

/// Whether two divergences are of one aspect and of the same releases, and in the same direction where one side
/// fails.
fn differs_alike(one: &Check, other: &Check) -> bool {
    let (Some(one), Some(other)) = (Signature::of(one), Signature::of(other)) else {
        return false;
    };
    let ends = |signature: &Signature| {
        let ends = signature.change().split_once('→');
        let is_value = |end: &str| matches!(end, "value" | "more");
        ends.map(|(oracle, subject)| (is_value(oracle), is_value(subject)))
    };
    let is_class = one.aspect() == "class";
    one.aspect() == other.aspect()
        && one.releases() == other.releases()
        && (!is_class || ends(&one) == ends(&other))
}
