//! Puts simple expressions in the place of parts that agree: what a part evaluates to, a failure where it fails
//! or traces, a path where it makes a string with a context. A part that every evaluator understands alike is
//! not why they differ, and a bug met through a hundred programs is one program in the end.

use std::collections::BTreeSet;

use anyhow::Result;
use twinix_oracle::{
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

/// The words of those.
const WORDS: [&str; 2] = ["${}", "path"];

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
            let part = String::from_utf8_lossy(&part.text);
            let stands = |by: String| {
                let candidate = stand_in(&program, &part, &by)?;
                let rank = Rank::of(&candidate);
                let is_failure = by == FAILS && *part != *FAILS;
                (rank.comes_from(&own) && (rank.is_less_than(&own) || is_failure))
                    .then_some(candidate)
            };
            let expressions = expressions_for(check).into_iter();
            expressions.filter_map(stands).collect::<Vec<_>>()
        });
        let mut tests = found.tests;
        for candidate in candidates.take(TRIES) {
            tests += 1;
            let item = with_program(&found.item, candidate, mode);
            if let Some(simpler) = self.found(item, Way::Fast, tests)?
                && simpler.is_like(found)
                && shows.can_come_from(&simpler)
                && (shows == Shows::AsText || differs_alike(&simpler.check, &found.check))
            {
                return Ok(Some(simpler));
            }
        }
        Ok(None)
    }
}

/// How much there is in a program that a bucket could be told by.
struct Rank {
    builtins: BTreeSet<String>,
    words: BTreeSet<String>,
    vocabulary: BTreeSet<String>,
    cost: Cost,
}

impl Rank {
    fn of(program: &Source) -> Self {
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

    fn is_less_than(&self, other: &Self) -> bool {
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
