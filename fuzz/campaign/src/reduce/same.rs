//! What makes a candidate interesting: it diverges with the signature of the program that it was made
//! from.

use std::time::Duration;

use rayon::prelude::*;
use twinix_oracle::{
    Evaluator, Precision, Program, Settings, Unavailable,
    known::KnownList,
    signature::Signature,
    verdict::{Check, check},
};
use twinix_reducer::{Interesting, Source};

use super::{given::program, sides::Sides};

/// How evaluators are asked and compared.
pub struct Terms<'a> {
    pub sides: &'a Sides,
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
        let subject = self.sides.subject.fresh();
        self.ask(program, subject, &self.sides.fresh(), self.settings)
    }

    fn ask(
        &self,
        program: &Program,
        subject: &dyn Evaluator,
        oracles: &[&dyn Evaluator],
        settings: &Settings,
    ) -> Result<Check, Unavailable> {
        check(
            program,
            subject,
            oracles,
            settings,
            self.precision,
            self.known,
        )
    }
}

/// The predicate.
pub struct SameSignature<'a> {
    terms: &'a Terms<'a>,
    wanted: Signature,
    /// The oracle that the signature is about: it is asked first, and rarely are others needed.
    lead: usize,
    /// The settings for candidates.
    settings: Settings,
    pool: &'a rayon::ThreadPool,
}

/// Candidates may take this many times as long as the program itself.
const PATIENCE: u32 = 5;

/// No candidate is stopped before this.
const LEAST: Duration = Duration::from_millis(1_000);

impl<'a> SameSignature<'a> {
    /// The predicate for a program of which this was found, in so much time.
    pub fn new(
        terms: &'a Terms<'a>,
        wanted: Signature,
        found: &Check,
        took: Duration,
        pool: &'a rayon::ThreadPool,
    ) -> Self {
        let differing = found
            .against
            .iter()
            .filter(|one| one.comparison.difference.is_some())
            .max_by_key(|one| one.dialect);
        let name = differing.map(|one| one.oracle.as_str());
        let oracles = terms.sides.fast();
        let lead = oracles.iter().position(|it| Some(it.name()) == name);
        let mut settings = terms.settings.clone();
        settings.limits.time = (took * PATIENCE).max(LEAST).min(settings.limits.time);
        Self {
            terms,
            wanted,
            lead: lead.unwrap_or_default(),
            settings,
            pool,
        }
    }

    fn holds(&self, candidate: &Source) -> bool {
        let Ok(candidate) = program("candidate", candidate) else {
            return false;
        };
        let subject = self.terms.sides.subject.fast();
        let oracles = self.terms.sides.fast();
        let signature = |oracles: &[&dyn Evaluator]| {
            let check = self.terms.ask(&candidate, subject, oracles, &self.settings);
            check.ok().and_then(|check| Signature::of(&check))
        };
        let lead = oracles.get(self.lead).map(std::slice::from_ref);
        if oracles.len() > 1 {
            let first = signature(lead.unwrap_or_default());
            let is_alike = first.is_some_and(|it| {
                it.aspect() == self.wanted.aspect() && it.change() == self.wanted.change()
            });
            if !is_alike {
                return false;
            }
        }
        signature(&oracles).as_ref() == Some(&self.wanted)
    }
}

impl Interesting for SameSignature<'_> {
    fn test(&self, candidates: &[Source]) -> Vec<bool> {
        self.pool.install(|| {
            candidates
                .par_iter()
                .map(|candidate| self.holds(candidate))
                .collect()
        })
    }

    fn confirm(&self, candidate: &Source) -> bool {
        let check = self.terms.check("result", candidate);
        check.ok().and_then(|check| Signature::of(&check)).as_ref() == Some(&self.wanted)
    }
}
