//! What was found about one item, ready to be stored.

use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;
use twinix_evaluator::observation::Feature;
use twinix_oracle::{
    Outcome, Verdict, outcome::Answer, settings::Mode, signature::Signature, verdict::Check,
};

use super::item::{Hash, Item};

/// The verdict of buckets of programs that do something else than what they were rewritten from.
pub const REWRITE_VERDICT: &str = "rewrite";

/// What fresh processes said about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Again {
    /// The same.
    Confirmed,
    /// Something else, which is what counts.
    Disputed,
}

impl Again {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Disputed => "disputed",
        }
    }
}

/// How long something took.
#[derive(Debug, Clone, Default)]
pub struct Spent {
    /// Everything.
    pub all: Duration,
    /// In the subject.
    pub subject: Duration,
    /// In each oracle.
    pub oracles: Vec<Duration>,
    /// In fresh processes.
    pub fresh: Duration,
    /// Waiting for what an epoch may know.
    pub waiting: Duration,
}

impl Spent {
    /// Adds what another item took.
    pub fn add(&mut self, other: &Self) {
        self.all += other.all;
        self.subject += other.subject;
        self.fresh += other.fresh;
        self.waiting += other.waiting;
        self.oracles.resize(other.oracles.len(), Duration::ZERO);
        for (sum, more) in self.oracles.iter_mut().zip(&other.oracles) {
            *sum += *more;
        }
    }
}

/// What was found about one item.
#[derive(Debug)]
pub struct Examined {
    /// The item.
    pub item: Item,
    /// What tells its program from others.
    pub hash: Hash,
    /// Verdict, outcomes and comparisons.
    pub check: Check,
    /// The bucket that it belongs to.
    pub bucket: Option<Bucket>,
    /// What fresh processes said, where they were asked.
    pub again: Option<Again>,
    /// What it reached: numbers that stand for features.
    pub features: Vec<i64>,
    /// What ran in the subject, where it is our own.
    pub reached: Vec<Feature>,
    /// What evaluators answered that had not been asked before.
    pub answers: Vec<(Hash, Outcome)>,
    /// The questions whose answers fresh processes refuted.
    pub refuted: Vec<Hash>,
    /// How long it took.
    pub spent: Spent,
}

/// What everyone did with an item, as a feature.
pub fn combination(item: &Item, check: &Check) -> String {
    tuple(item.mode, check.verdict.name(), &words(check))
}

/// What was asked, the verdict and what everyone did, as a feature.
pub fn tuple(mode: Mode, verdict: &str, outcomes: &str) -> String {
    format!("{mode:?} {verdict} {outcomes}")
}

/// The number of a feature that has no other.
pub fn number(name: &str) -> i64 {
    let hash = blake3::hash(name.as_bytes());
    let mut eight = [0; 8];
    eight.copy_from_slice(&hash.as_bytes()[..8]);
    i64::from_le_bytes(eight)
}

/// Where a divergence belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The verdict: what is known and drift is kept apart.
    pub verdict: &'static str,
    /// The signature, or the entry of the known list.
    pub signature: String,
}

impl Bucket {
    /// The bucket of a check.
    pub fn of(check: &Check) -> Option<Self> {
        let signature = match &check.verdict {
            Verdict::Known { id, .. } => id.clone(),
            Verdict::Divergence | Verdict::Drift => Signature::of(check)?.to_string(),
            Verdict::Agree | Verdict::Inconclusive { .. } => return None,
        };
        Some(Self {
            verdict: check.verdict.name(),
            signature,
        })
    }

    /// One that was stored.
    ///
    /// # Errors
    /// When there is no such verdict.
    pub fn stored(verdict: String, signature: String) -> Result<Self> {
        const VERDICTS: [&str; 4] = ["divergence", "drift", "known", REWRITE_VERDICT];
        let verdict = VERDICTS.into_iter().find(|known| *known == verdict);
        let verdict = verdict.context("the file is damaged: a bucket has no verdict")?;
        Ok(Self { verdict, signature })
    }

    /// Whether it is the bucket of a reduced program.
    pub fn is_reduced(&self) -> bool {
        self.words().next().is_some()
    }

    /// The words of its reduced program.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let is_signature = matches!(self.verdict, "divergence" | "drift");
        let words = self.signature.split('|').nth(3).filter(|_| is_signature);
        words.unwrap_or_default().split_whitespace()
    }

    /// Verdict and signature in one.
    pub fn key(&self) -> String {
        format!("{} {}", self.verdict, self.signature)
    }
}

/// What an evaluator did, in a word: the kind of an error says more than that it is one.
pub fn word(outcome: &Outcome) -> &'static str {
    match &outcome.answer {
        Answer::Error(failure) => failure.kind.name(),
        _ => outcome.class(),
    }
}

/// What subject and oracles did, in words.
pub fn words(check: &Check) -> String {
    let pairs: Vec<String> = check
        .against
        .iter()
        .map(|one| {
            format!(
                "{}|{}",
                word(&one.subject_outcome),
                word(&one.oracle_outcome)
            )
        })
        .collect();
    pairs.join(" ")
}
