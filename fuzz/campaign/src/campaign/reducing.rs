//! Reduces a divergence of a campaign: work of its own, beside the examining of items.

use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use twinix_oracle::{settings::Mode, signature::Signature, verdict::Check};
use twinix_reducer::{End, Options, reduce, words};

use super::{
    cause::Found,
    examine::{Examiner, bucket_of},
    examined::Bucket,
    item::{Item, Origin, Source},
    plan::Budget,
    store::Task,
};
use crate::{
    parties::Way,
    reduce::{Asks, SameSignature},
};

/// How many candidates make a batch: a worker tests them one after the other, and all that are good are
/// tried together.
pub(super) const BATCH: usize = 4;

/// Whether everything is to stop.
pub type Stops<'a> = dyn Fn() -> bool + Sync + 'a;

/// The ways of asking that are tried before the one in which a divergence was found.
pub(super) const PLAIN: [Mode; 2] = [Mode::Strict, Mode::Canonical];

/// What became of a divergence that was to be reduced.
#[derive(Debug)]
pub struct Shrunk {
    /// The divergence.
    pub item: u64,
    /// Its reduced program; none where it does not diverge every time.
    pub small: Option<Box<Small>>,
}

/// A reduced program.
#[derive(Debug)]
pub struct Small {
    /// What is asked of the evaluators.
    pub mode: Mode,
    /// The program.
    pub source: Source,
    /// Its bucket: the signature with the words of the program.
    pub bucket: Bucket,
    /// What was found about it, in fresh processes, as JSON.
    pub found: String,
    /// How many candidates were tested.
    pub tests: u64,
    /// Whether nothing more can be left out.
    pub is_minimal: bool,
}

impl Examiner {
    /// Reduces a divergence. What comes of it is worth nothing once `stops` says so.
    ///
    /// # Errors
    /// When an evaluator cannot be asked at all.
    pub fn reduce(&self, task: Task, budget: Budget, stops: &Stops<'_>) -> Result<Shrunk> {
        let item = task.item;
        let small = self.small(task, budget, stops)?;
        Ok(Shrunk {
            item,
            small: small.map(Box::new),
        })
    }

    fn small(&self, task: Task, budget: Budget, stops: &Stops<'_>) -> Result<Option<Small>> {
        let Ok(wanted) = task.signature.parse::<Signature>() else {
            return Ok(None);
        };
        // Where the subject comes to no end, each candidate would take all of its time.
        if wanted.change().contains("resource(") {
            return Ok(None);
        }
        let program = twinix_reducer::Source {
            text: task.source.text.clone(),
            files: task.source.files.clone(),
        };
        let Some((asked, found)) = self.plainest(&task, &wanted)? else {
            return Ok(None);
        };
        let candidates = Candidates::new(self, &asked, stops);
        let same = SameSignature::new(&candidates, &self.parties, wanted.clone(), &found, None);
        let most = usize::try_from(budget.tests).unwrap_or(usize::MAX);
        // Releases take a process for each test then, some ten times as long, and more where they start `git`.
        let most = match asked.mode {
            Mode::Instantiate => most / 5,
            _ => most,
        };
        let options = Options {
            tests: Some(most),
            batch: BATCH,
            ..Options::default()
        };
        let reduced = reduce(&program, &same, &options, &());
        candidates.failure()?;
        // One that is not interesting when it is asked again has no reduced program.
        let Ok(reduced) = reduced else {
            return Ok(None);
        };
        let small = candidates.item(&reduced.source);
        let check = self.ask(&small, Way::Fresh, None)?;
        let (Some(signature), Some(bucket)) = (Signature::of(&check), bucket_of(&check)) else {
            return Ok(None);
        };
        if signature != wanted {
            return Ok(None);
        }
        let reduced_to = Found {
            item: small,
            check,
            bucket,
            tests: reduced.tests,
        };
        let Found {
            item: small,
            check,
            bucket,
            tests,
        } = self.cause(reduced_to, most, stops)?;
        let signature = Signature::of(&check).unwrap_or(signature);
        let words = words(&twinix_reducer::Source {
            text: small.source.text.clone(),
            files: small.source.files.clone(),
        });
        // What the canonical notation shows, which is always looked at, is in the value itself.
        let mode = serde_json::to_value(small.mode)?;
        let notation = mode.as_str().filter(|_| small.mode != Mode::Canonical);
        let signature = Signature::of_minimal(&check, &words, notation).unwrap_or(signature);
        Ok(Some(Small {
            mode: small.mode,
            source: small.source,
            bucket: Bucket {
                signature: signature.to_string(),
                ..bucket
            },
            found: serde_json::to_string(&check)?,
            tests: tests as u64,
            is_minimal: reduced.end == End::FixedPoint,
        }))
    }
}

impl Examiner {
    /// The plainest way of asking in which a divergence is the same, with what is found then: by the same
    /// way two programs of one bug become the same small one. None where it does not diverge any more.
    fn plainest(&self, task: &Task, wanted: &Signature) -> Result<Option<(Item, Check)>> {
        let has = |mode| self.plan.modes.iter().any(|&(other, _)| other == mode);
        let mut modes: Vec<Mode> = PLAIN.into_iter().filter(|&mode| has(mode)).collect();
        if !modes.contains(&task.mode) {
            modes.push(task.mode);
        }
        let mut features = vec![Vec::new()];
        if !task.source.features.is_empty() {
            features.push(task.source.features.clone());
        }
        for features in features {
            for &mode in &modes {
                let item = Item {
                    index: task.item,
                    mode,
                    source: Source {
                        features: features.clone(),
                        ..task.source.clone()
                    },
                    original: None,
                    origin: Origin::Generated,
                    is_sampled: false,
                };
                let check = self.ask(&item, Way::Fast, None)?;
                if Signature::of(&check).as_ref() == Some(wanted) {
                    return Ok(Some((item, check)));
                }
            }
        }
        Ok(None)
    }
}

/// Asks about candidates.
pub(super) struct Candidates<'a> {
    examiner: &'a Examiner,
    asked: &'a Item,
    stops: &'a Stops<'a>,
    failed: Mutex<Option<anyhow::Error>>,
}

impl<'a> Candidates<'a> {
    /// Candidates that are asked about as this item is.
    pub(super) fn new(examiner: &'a Examiner, asked: &'a Item, stops: &'a Stops<'a>) -> Self {
        Self {
            examiner,
            asked,
            stops,
            failed: Mutex::new(None),
        }
    }

    /// Why the evaluators could not be asked, if so.
    pub(super) fn failure(&self) -> Result<()> {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        failed.take().map_or(Ok(()), Err)
    }

    fn item(&self, program: &twinix_reducer::Source) -> Item {
        Item {
            source: Source {
                text: program.text.clone(),
                files: program.files.clone(),
                features: self.asked.source.features.clone(),
            },
            ..self.asked.clone()
        }
    }
}

impl Asks for Candidates<'_> {
    fn signature(
        &self,
        candidate: &twinix_reducer::Source,
        way: Way,
        alone: Option<usize>,
    ) -> Option<Signature> {
        if (self.stops)() {
            return None;
        }
        match self.examiner.ask(&self.item(candidate), way, alone) {
            Ok(check) => Signature::of(&check),
            Err(error) => {
                let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
                failed.get_or_insert(error);
                None
            }
        }
    }
}
