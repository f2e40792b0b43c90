//! Goes from a reduced program down to the part of it that is the cause of its divergence. The signature
//! that a reduction keeps is that of the whole program; one wrong builtin shows in as many ways as there
//! are builtins that carry its result to the surface. What a bucket is told by has to be the builtin alone.

use std::collections::BTreeSet;

use anyhow::Result;
use twinix_oracle::{compare::Aspect, settings::Mode, signature::Signature, verdict::Check};
use twinix_reducer::{Interesting, Options, Source, parts, reduce, words};

use super::{
    examine::{Examiner, bucket_of},
    examined::Bucket,
    item::Item,
    reducing::{BATCH, Candidates, PLAIN, Stops},
};
use crate::{parties::Way, reduce::Asks};

/// How often it goes down at most. Each step is one to a smaller program.
const STEPS: usize = 12;

/// How many parts are looked at in each step.
const PARTS: usize = 32;

/// How many candidates are tested for a simpler one.
const TESTS: usize = 120;

/// The ways of asking that show values, first the one that shows least of how they are printed.
const EVALUATING: [Mode; 3] = [Mode::Canonical, Mode::Strict, Mode::Lazy];

/// How a divergence shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shows {
    /// As a value, or as an error where there is a value.
    Value,
    /// As the text of an error, as another of two errors, in a derivation, or in how a value is written: it may
    /// have been made from a value that diverges.
    Text,
    /// As a trace: it may also have been made from how a value is written.
    Trace,
}

impl Shows {
    /// How that of a program shows that was asked about in some way.
    fn of(signature: &Signature, mode: Mode) -> Self {
        let is = |aspect: Aspect| signature.aspect() == aspect.to_string();
        let is_value = PLAIN.contains(&mode) && is(Aspect::Value);
        // What is not evaluated to the end may fail or not, however it is written.
        let is_error = EVALUATING.contains(&mode) && is(Aspect::Class);
        if is_value || is_error {
            Self::Value
        } else if is(Aspect::Traces) {
            Self::Trace
        } else {
            Self::Text
        }
    }

    /// Whether it can come from a program that diverges with this signature, asked for its value alone.
    pub(super) fn can_come_from(self, part: &Found) -> bool {
        let signature = Signature::of(&part.check);
        signature.is_some_and(|it| {
            let is_value = it.aspect() == Aspect::Value.to_string();
            match (Self::of(&it, part.item.mode), self) {
                (Self::Value, _) => true,
                (_, Self::Value) => part.item.mode != Mode::Lazy,
                (_, Self::Trace) => is_value && EVALUATING.contains(&part.item.mode),
                (_, Self::Text) => false,
            }
        })
    }
}

/// A program that diverges, and what was found about it.
pub(super) struct Found {
    pub(super) item: Item,
    pub(super) check: Check,
    pub(super) bucket: Bucket,
    /// How many candidates were tested for it.
    pub(super) tests: usize,
}

/// What was found about the parts of a program.
enum Below {
    /// One that diverges alone.
    Diverges(Box<Found>),
    /// None does; what was found about each.
    Agree(Vec<(Source, Check)>),
}

impl Examiner {
    /// The cause of what was found, confirmed in fresh processes; what is given where there is none below it:
    /// where the syntax, the order of evaluation or the way of printing is what differs.
    ///
    /// No step begins after so many `tests` of candidates.
    ///
    /// # Errors
    /// When an evaluator cannot be asked at all.
    pub(super) fn cause(&self, found: Found, tests: usize, stops: &Stops<'_>) -> Result<Found> {
        let Some(signature) = Signature::of(&found.check) else {
            return Ok(found);
        };
        let mut shows = Shows::of(&signature, found.item.mode);
        let mut below: Option<Found> = None;
        for _ in 0..STEPS {
            let here = below.as_ref().unwrap_or(&found);
            if here.tests >= found.tests + tests {
                break;
            }
            match self.next(here, shows, stops)? {
                Some(next) if !stops() => {
                    shows = Signature::of(&next.check)
                        .map_or(shows, |it| Shows::of(&it, next.item.mode));
                    below = Some(next);
                }
                _ => break,
            }
        }
        let below = match below {
            Some(below) => self.found(below.item, Way::Fresh, below.tests)?,
            None => None,
        };
        let cause = below.filter(|it| it.bucket.verdict == found.bucket.verdict);
        let cause = cause.unwrap_or(found);
        let cause = self.notation_of(&cause, stops)?.unwrap_or(cause);
        Ok(self.derivation_of(&cause)?.unwrap_or(cause))
    }

    /// One step further down, if there is one.
    fn next(&self, here: &Found, shows: Shows, stops: &Stops<'_>) -> Result<Option<Found>> {
        for (rank, mode) in self.values_alone(here, shows).into_iter().enumerate() {
            let is_own = here.item.mode == mode;
            let mut next = match self.below(here, mode, shows)? {
                Below::Diverges(part) => Some(*part),
                // The others only show how values are printed, which nothing that stands in changes.
                Below::Agree(_) if rank > 0 && !is_own => None,
                Below::Agree(parts) => match self.standing_in(here, mode, shows, &parts)? {
                    None => self.restated(here, mode, shows)?,
                    other => other,
                },
            };
            if next.is_none() && is_own {
                next = self.as_data(here)?;
            }
            if next.is_none() && is_own {
                next = self.simpler(here, stops)?;
            }
            if next.is_some() {
                return Ok(next);
            }
        }
        self.by_builtin(here)
    }

    /// The ways of asking that show values, first the one that shows least of how they are printed. Where a value
    /// is known to differ, only that one, the program's own, and the one that shows what is not evaluated.
    fn values_alone(&self, here: &Found, shows: Shows) -> Vec<Mode> {
        let has = |mode: &Mode| self.plan.modes.iter().any(|(other, _)| other == mode);
        let is_class = Signature::of(&here.check).is_some_and(|it| it.aspect() == "class");
        let tells = |mode: &Mode| match mode {
            Mode::Canonical => true,
            Mode::Lazy if is_class => true,
            mode => shows != Shows::Value || *mode == here.item.mode,
        };
        let modes = EVALUATING.into_iter();
        modes.filter(|mode| has(mode) && tells(mode)).collect()
    }

    /// The smallest part of a program that diverges in a way of asking; where none does, the program, if it
    /// was asked in another way.
    fn below(&self, found: &Found, mode: Mode, shows: Shows) -> Result<Below> {
        let program = program_of(&found.item);
        let mut parts = parts(&program);
        parts.truncate(PARTS);
        // A derivation in which something differs has another hash as a value, which says less.
        let is_plain =
            plainness(mode) < plainness(found.item.mode) && found.item.mode != Mode::Instantiate;
        if is_plain {
            parts.push(program);
        }
        let mut agree = Vec::new();
        for (tests, part) in parts.into_iter().enumerate() {
            let item = with_program(&found.item, part.clone(), mode);
            let check = self.ask(&item, Way::Fast, None)?;
            let tests = found.tests + tests + 1;
            match found_of(item, check, tests) {
                Ok(part) if part.is_like(found) && shows.can_come_from(&part) => {
                    return Ok(Below::Diverges(Box::new(part)));
                }
                Ok(part) => agree.push((program_of(&part.item), part.check)),
                Err(check) => agree.push((part, *check)),
            }
        }
        Ok(Below::Agree(agree))
    }

    /// A simpler program with no other words, whose values differ in whatever way.
    pub(super) fn simpler(&self, found: &Found, stops: &Stops<'_>) -> Result<Option<Found>> {
        let Some(signature) = Signature::of(&found.check) else {
            return Ok(None);
        };
        if signature.aspect() != Aspect::Value.to_string() {
            return Ok(None);
        }
        let program = program_of(&found.item);
        let candidates = Candidates::new(self, &found.item, stops);
        let predicate = AnyValue {
            words: words(&program),
            signature,
            candidates: &candidates,
        };
        let options = Options {
            tests: Some(TESTS),
            batch: BATCH,
            ..Options::default()
        };
        let reduced = reduce(&program, &predicate, &options, &());
        candidates.failure()?;
        let Ok(reduced) = reduced else {
            return Ok(None);
        };
        if reduced.source == program {
            return Ok(None);
        }
        let item = with_program(&found.item, reduced.source, found.item.mode);
        self.found(item, Way::Fast, found.tests + reduced.tests)
    }

    /// The same program instantiated, where what differs is no more than the hash of a derivation: the
    /// derivation says which field it is.
    fn derivation_of(&self, found: &Found) -> Result<Option<Found>> {
        if !found.bucket.signature.contains("store-hash") {
            return Ok(None);
        }
        let item = with_program(&found.item, program_of(&found.item), Mode::Instantiate);
        let derivation = self.found(item, Way::Fresh, found.tests + 1)?;
        Ok(derivation.filter(|it| {
            let aspect = Signature::of(&it.check).map(|it| it.aspect().to_owned());
            it.bucket.verdict == found.bucket.verdict
                && aspect == Some(Aspect::Derivations.to_string())
        }))
    }

    pub(super) fn found(&self, item: Item, way: Way, tests: usize) -> Result<Option<Found>> {
        let check = self.ask(&item, way, None)?;
        Ok(found_of(item, check, tests).ok())
    }
}

impl Found {
    /// Whether another is a divergence of the same verdict.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.bucket.verdict == other.bucket.verdict
    }
}

/// What was found, if that is a divergence.
fn found_of(item: Item, check: Check, tests: usize) -> std::result::Result<Found, Box<Check>> {
    match bucket_of(&check) {
        Some(bucket) => Ok(Found {
            item,
            check,
            bucket,
            tests,
        }),
        None => Err(Box::new(check)),
    }
}

/// The place of a way of asking among those that show values; the others are behind them.
fn plainness(mode: Mode) -> usize {
    let place = EVALUATING.iter().position(|other| *other == mode);
    place.unwrap_or(EVALUATING.len())
}

pub(super) fn program_of(item: &Item) -> Source {
    Source {
        text: item.source.text.clone(),
        files: item.source.files.clone(),
    }
}

pub(super) fn with_program(item: &Item, program: Source, mode: Mode) -> Item {
    let mut item = item.clone();
    item.source.text = program.text;
    item.source.files = program.files;
    item.mode = mode;
    item
}

/// Holds of programs of which the values differ for the same releases, and that have no other words.
struct AnyValue<'a> {
    words: BTreeSet<String>,
    signature: Signature,
    candidates: &'a Candidates<'a>,
}

impl AnyValue<'_> {
    fn holds(&self, candidate: &Source, way: Way) -> bool {
        let words = words(candidate);
        (!words.is_empty() || self.words.is_empty())
            && words.is_subset(&self.words)
            && self
                .candidates
                .signature(candidate, way, None)
                .is_some_and(|it| {
                    it.aspect() == self.signature.aspect()
                        && it.releases() == self.signature.releases()
                })
    }
}

impl Interesting for AnyValue<'_> {
    fn test(&self, candidates: &[Source]) -> Vec<bool> {
        let holds = |candidate| self.holds(candidate, Way::Fast);
        candidates.iter().map(holds).collect()
    }

    fn confirm(&self, candidate: &Source) -> bool {
        self.holds(candidate, Way::Fresh)
    }
}
