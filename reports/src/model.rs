//! What a report tells about a campaign.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use twinix_oracle::verdict::Check;

/// A campaign, as far as a report tells of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Campaign {
    /// What it is called: the name of its file.
    pub name: String,
    /// The version of twinix that reports.
    pub version: String,
    /// The evaluator under test.
    pub subject: Evaluator,
    /// The references.
    pub oracles: Vec<Evaluator>,
    /// The seed.
    pub seed: u64,
    /// The version of the generator.
    pub generator: u32,
    /// What else decided about it, in the order in which it is shown.
    pub settings: Vec<Setting>,
    /// How many programs came out how.
    pub counts: Counts,
    /// How the newest oracle ended: `value`, the kinds of errors, `resource`, `crash`.
    pub endings: BTreeMap<String, u64>,
    /// What was asked for, and how often.
    pub modes: BTreeMap<String, u64>,
    /// Where programs came from.
    pub origins: BTreeMap<String, u64>,
    /// The campaign in slices of equally many programs.
    pub slices: Vec<Slice>,
    /// When the programs of each run were entered.
    pub runs: Vec<Run>,
    /// What was reached.
    pub coverage: Coverage,
    /// The buckets, in the order of their numbers.
    pub buckets: Vec<Bucket>,
}

impl Campaign {
    /// How many buckets somebody has to look into.
    pub fn open_buckets(&self) -> usize {
        let open = |it: &&Bucket| it.is_open() && !it.is_waiting();
        self.buckets.iter().filter(open).count()
    }

    /// How many divergences are in no bucket yet.
    pub fn waiting(&self) -> u64 {
        let waiting = self.buckets.iter().filter(|it| it.is_waiting());
        waiting.map(|it| it.programs).sum()
    }
}

/// An evaluator.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluator {
    /// Its name.
    pub name: String,
    /// What tells its executable from others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
}

/// One thing that decided about a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// What it is.
    pub name: String,
    /// Its value, in words.
    pub value: String,
}

/// How many programs came out how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// All.
    pub programs: u64,
    /// Those that are the same as an earlier one.
    pub duplicates: u64,
    /// Subject and oracles do the same.
    pub agree: u64,
    /// The subject does what no oracle does.
    pub divergence: u64,
    /// It does what another release does.
    pub drift: u64,
    /// It differs in a way that is on the known list.
    pub known: u64,
    /// Nothing can be said.
    pub inconclusive: u64,
    /// Fresh processes said the same.
    pub confirmed: u64,
    /// Fresh processes said something else.
    pub unconfirmed: u64,
}

/// Some programs in the order of their numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slice {
    /// The number of the first.
    pub first: u64,
    /// How many there are.
    pub programs: u64,
    /// How many diverge.
    pub divergence: u64,
    /// How many drift.
    pub drift: u64,
    /// How many differ in a known way.
    pub known: u64,
    /// Of how many nothing can be said.
    pub inconclusive: u64,
    /// How many features they reached first.
    pub features: u64,
    /// How many buckets they opened.
    pub buckets: u64,
}

/// A run of a campaign, from its start to its end or interruption.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Moments, in milliseconds since 1970, each with the number of programs that were entered by then.
    pub moments: Vec<(u64, u64)>,
}

/// What a campaign reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// How many different features.
    pub features: u64,
    /// How many of them have no name in the store.
    pub unnamed: u64,
    /// How many programs were kept for what they reached first.
    pub kept: u64,
    /// The builtins.
    pub builtins: Vec<Reached>,
    /// The instructions of the virtual machine.
    pub instructions: Vec<Reached>,
    /// Kinds of syntax in programs that were kept, by how the newest oracle ended.
    pub syntax: Vec<SyntaxKind>,
}

/// How something ended that ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// It did what it is for.
    Value,
    /// It failed.
    Error,
    /// What it evaluated or called failed.
    Passed,
}

/// How often a builtin or an instruction ran.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// Its name.
    pub name: String,
    /// On how many different combinations of kinds of operands.
    pub kinds: u64,
    /// Programs in which it did what it is for, each counted once for each combination.
    pub value: u64,
    /// Programs in which it failed.
    pub error: u64,
    /// Programs in which what it called failed.
    pub passed: u64,
}

impl Reached {
    /// Counts programs.
    pub fn add(&mut self, ending: Ending, programs: u64) {
        self.kinds += 1;
        *match ending {
            Ending::Value => &mut self.value,
            Ending::Error => &mut self.error,
            Ending::Passed => &mut self.passed,
        } += programs;
    }
}

/// A kind of syntax.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyntaxKind {
    /// Its name.
    pub name: String,
    /// Programs with it that have a value.
    pub value: u64,
    /// Programs with it that fail.
    pub error: u64,
    /// Programs with it of which nothing can be said.
    pub other: u64,
}

/// Divergences that are the same as far as anyone can tell.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Bucket {
    /// Its number, from 1. What is in no bucket yet has that of its first item, negative.
    pub number: i64,
    /// Divergence, rewrite, drift or known.
    pub verdict: String,
    /// What its programs have in common.
    pub signature: String,
    /// How many programs it has.
    pub programs: u64,
    /// The first of them.
    pub first: u64,
    /// The one that is shown.
    pub item: u64,
    /// What was asked of the evaluators.
    pub mode: String,
    /// The program.
    pub source: Source,
    /// What everyone did with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
    /// The command that evaluates it again.
    pub replay: String,
}

/// The verdict of buckets that were looked into.
pub(crate) const KNOWN: &str = "known";

impl Bucket {
    /// Whether somebody has to look into it.
    pub fn is_open(&self) -> bool {
        self.verdict != KNOWN
    }

    /// Whether it is no bucket yet: its divergences wait to be reduced.
    pub fn is_waiting(&self) -> bool {
        self.number <= 0
    }

    /// What to call it: `Bucket 3`, or of what is none yet `Item 6`.
    pub fn title(&self) -> String {
        match self.is_waiting() {
            true => format!("Item {}", self.item),
            false => format!("Bucket {}", self.number),
        }
    }
}

/// A program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its text; bytes that are no UTF-8 are written as `«0xff»`.
    pub text: String,
    /// How many bytes it has, with the files beside it.
    pub size: u64,
    /// Whether it was reduced.
    pub is_reduced: bool,
    /// The files beside it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<File>,
    /// The experimental features that it wants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<String>,
}

/// A file beside a program.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its path, from the program's folder.
    pub path: String,
    /// Its text.
    pub text: String,
}
