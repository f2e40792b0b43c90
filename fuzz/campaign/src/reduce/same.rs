//! What makes a candidate interesting: it diverges with the signature of the program that it was made
//! from.

use std::time::Duration;

use rayon::prelude::*;
use twinix_oracle::{
    Precision, Program, Settings, Unavailable,
    known::KnownList,
    signature::Signature,
    verdict::{Check, check},
};
use twinix_reducer::{Interesting, Source};

use super::given::program;
use crate::parties::{Parties, Way};

/// Asks the evaluators about candidates.
pub trait Asks: Sync {
    /// The signature of a candidate, of all oracles or of one alone, by its place; none where the
    /// candidate does not diverge, or nothing can be said.
    fn signature(&self, candidate: &Source, way: Way, alone: Option<usize>) -> Option<Signature>;
}

/// The predicate.
pub struct SameSignature<'a, A> {
    asks: &'a A,
    wanted: Signature,
    /// Of several oracles the one that the signature is about: it is asked first, and rarely are others
    /// needed.
    lead: Option<usize>,
    /// Where candidates are tested; one after the other if nowhere.
    pool: Option<&'a rayon::ThreadPool>,
}

impl<'a, A: Asks> SameSignature<'a, A> {
    /// The predicate for a program of which this was found.
    pub fn new(
        asks: &'a A,
        parties: &Parties,
        wanted: Signature,
        found: &Check,
        pool: Option<&'a rayon::ThreadPool>,
    ) -> Self {
        let differing = found
            .against
            .iter()
            .filter(|one| one.comparison.difference.is_some())
            .max_by_key(|one| one.dialect);
        let is_lead = |name: &str| differing.is_some_and(|one| one.oracle == name);
        let oracles = &parties.oracles;
        let lead = oracles.iter().position(|it| is_lead(&it.who().name));
        Self {
            asks,
            wanted,
            lead: lead.filter(|_| oracles.len() > 1),
            pool,
        }
    }

    fn holds(&self, candidate: &Source) -> bool {
        if self.lead.is_some() {
            let first = self.asks.signature(candidate, Way::Fast, self.lead);
            let is_alike = first.is_some_and(|it| {
                it.aspect() == self.wanted.aspect() && it.change() == self.wanted.change()
            });
            if !is_alike {
                return false;
            }
        }
        self.asks.signature(candidate, Way::Fast, None).as_ref() == Some(&self.wanted)
    }
}

impl<A: Asks> Interesting for SameSignature<'_, A> {
    fn test(&self, candidates: &[Source]) -> Vec<bool> {
        match self.pool {
            Some(pool) => pool.install(|| candidates.par_iter().map(|it| self.holds(it)).collect()),
            None => candidates.iter().map(|it| self.holds(it)).collect(),
        }
    }

    fn confirm(&self, candidate: &Source) -> bool {
        self.asks.signature(candidate, Way::Fresh, None).as_ref() == Some(&self.wanted)
    }
}

/// How evaluators are asked and compared.
pub struct Terms<'a> {
    pub parties: &'a Parties,
    pub settings: &'a Settings,
    pub precision: &'a Precision,
    pub known: &'a KnownList,
}

impl Terms<'_> {
    /// Evaluates a program in fresh processes.
    ///
    /// # Errors
    /// When the subject cannot be asked.
    pub fn check(&self, name: &str, source: &Source) -> Result<Check, Unavailable> {
        self.evaluate(&program(name, source).map_err(Unavailable::Program)?)
    }

    /// Evaluates a program wherever it is in fresh processes.
    ///
    /// # Errors
    /// When the subject cannot be asked.
    pub fn evaluate(&self, program: &Program) -> Result<Check, Unavailable> {
        self.ask(program, Way::Fresh, None, self.settings)
    }

    fn ask(
        &self,
        program: &Program,
        way: Way,
        alone: Option<usize>,
        settings: &Settings,
    ) -> Result<Check, Unavailable> {
        let subject = self.parties.subject.by(way);
        let mut oracles = self.parties.oracles_by(way);
        if let Some(&one) = alone.and_then(|alone| oracles.get(alone)) {
            oracles = vec![one];
        }
        check(
            program,
            subject,
            &oracles,
            settings,
            self.precision,
            self.known,
        )
    }
}

/// Asks about candidates under the terms of the program itself, with less patience.
pub struct Candidates<'a> {
    terms: &'a Terms<'a>,
    settings: Settings,
}

/// Candidates may take this many times as long as the program itself.
const PATIENCE: u32 = 5;

/// No candidate is stopped before this.
const LEAST: Duration = Duration::from_millis(1_000);

impl<'a> Candidates<'a> {
    /// Candidates for a program that took so long.
    pub fn new(terms: &'a Terms<'a>, took: Duration) -> Self {
        let mut settings = terms.settings.clone();
        settings.limits.time = (took * PATIENCE).max(LEAST).min(settings.limits.time);
        Self { terms, settings }
    }
}

impl Asks for Candidates<'_> {
    fn signature(&self, candidate: &Source, way: Way, alone: Option<usize>) -> Option<Signature> {
        let settings = match way {
            Way::Fast => &self.settings,
            Way::Fresh => self.terms.settings,
        };
        let program = program("candidate", candidate).ok()?;
        let check = self.terms.ask(&program, way, alone, settings).ok()?;
        Signature::of(&check)
    }
}
