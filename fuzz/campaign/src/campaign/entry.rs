//! What the ledger enters about an item: as it was examined here, or as a shard stored it.

use std::{collections::HashMap, sync::Arc};

use anyhow::Result;
use twinix_evaluator::observation::Feature;
use twinix_oracle::{Outcome, Verdict, settings::Mode};

use super::{
    examined::{Again, Bucket, Examined, combination, number, words},
    item::{Hash, Origin, Source},
};

/// What is entered about one item.
#[derive(Debug)]
pub struct Entry {
    /// The number of the item.
    pub index: u64,
    /// What was asked of the evaluators.
    pub mode: Mode,
    /// Where the program came from.
    pub origin: Origin,
    /// The program; a shard has those only that can be of use.
    pub source: Option<Source>,
    /// What tells the program from others.
    pub hash: Hash,
    /// The verdict, by its word.
    pub verdict: String,
    /// Why there is none, where it is inconclusive.
    pub why: Option<String>,
    /// What subject and oracles did, in words.
    pub outcomes: String,
    /// What fresh processes said, where they were asked.
    pub again: Option<String>,
    /// The group that it belongs to.
    pub bucket: Option<Bucket>,
    /// All that was found about it, as JSON, where it diverges.
    pub found: Option<String>,
    /// What it reached: numbers that stand for features.
    pub features: Vec<i64>,
    /// What these are called.
    pub names: Names,
    /// What evaluators answered that had not been asked before.
    pub answers: Vec<(Hash, Outcome)>,
    /// The questions whose answers fresh processes refuted.
    pub refuted: Vec<Hash>,
}

/// What features are called.
#[derive(Debug)]
pub enum Names {
    /// What ran, and the combination of what everyone did.
    Reached(Vec<Feature>, String),
    /// Those that a shard stored.
    Stored(Arc<HashMap<i64, String>>),
}

impl Names {
    /// The names of some features.
    pub fn of(&self, features: &[i64]) -> Vec<(i64, String)> {
        match self {
            Self::Reached(ran, combination) => {
                let ran = ran.iter().map(|ran| (ran.id().cast_signed(), ran));
                let ran = ran.filter(|(feature, _)| features.contains(feature));
                let mut names: Vec<_> = ran
                    .map(|(feature, ran)| (feature, ran.to_string()))
                    .collect();
                let last = number(combination);
                if features.contains(&last) {
                    names.push((last, combination.clone()));
                }
                names
            }
            Self::Stored(names) => features
                .iter()
                .filter_map(|feature| Some((*feature, names.get(feature)?.clone())))
                .collect(),
        }
    }
}

impl Entry {
    /// The entry of an item that was examined.
    ///
    /// # Errors
    /// When what was found cannot be written.
    pub fn new(examined: Examined) -> Result<Self> {
        let combination = combination(&examined.item, &examined.check);
        let found = match examined.bucket {
            Some(_) => Some(serde_json::to_string(&examined.check)?),
            None => None,
        };
        Ok(Self {
            index: examined.item.index,
            mode: examined.item.mode,
            origin: examined.item.origin,
            source: Some(examined.item.source),
            hash: examined.hash,
            verdict: examined.check.verdict.name().to_owned(),
            why: match &examined.check.verdict {
                Verdict::Inconclusive { why } => Some(why.clone()),
                _ => None,
            },
            outcomes: words(&examined.check),
            again: examined.again.map(Again::name).map(str::to_owned),
            bucket: examined.bucket,
            found,
            features: examined.features,
            names: Names::Reached(examined.reached, combination),
            answers: examined.answers,
            refuted: examined.refuted,
        })
    }
}
