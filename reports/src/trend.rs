//! What became of the buckets of an earlier campaign.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{Bucket, Campaign};

/// What a bucket is, seen from an earlier campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// The earlier campaign did not have it.
    New,
    /// Both have it.
    Open,
    /// It is on the known list.
    Known,
}

impl State {
    /// The word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Open => "still open",
            Self::Known => "known",
        }
    }
}

/// A bucket that only the earlier campaign has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Gone {
    /// Its verdict.
    pub verdict: String,
    /// Its signature.
    pub signature: String,
    /// How many programs it had.
    pub programs: u64,
}

/// A campaign against an earlier one.
#[derive(Debug, Clone, Serialize)]
pub struct Trend {
    /// What the earlier campaign is called.
    pub since: String,
    /// How many programs it had.
    pub programs: u64,
    /// The states of the buckets, by their numbers.
    pub states: BTreeMap<i64, State>,
    /// What is gone. A campaign that is shorter, or has another seed, may only not have come across it.
    pub gone: Vec<Gone>,
    /// Whether some of that may be known now: known buckets are called by the entry that knows them, and there
    /// is one that the earlier campaign does not have.
    pub may_be_known: bool,
}

impl Trend {
    /// Holds a campaign against an earlier one. Where only one of the two names the words of a minimal
    /// program in a signature, those do not count.
    pub fn new(earlier: &Campaign, campaign: &Campaign) -> Self {
        let before = Keys::of(&earlier.buckets);
        let now = Keys::of(&campaign.buckets);
        let state = |bucket: &Bucket| {
            if !bucket.is_open() {
                State::Known
            } else if before.have(bucket) {
                State::Open
            } else {
                State::New
            }
        };
        let states = campaign.buckets.iter();
        let gone = earlier
            .buckets
            .iter()
            .filter(|bucket| bucket.is_open() && !now.have(bucket))
            .map(|bucket| Gone {
                verdict: bucket.verdict.clone(),
                signature: bucket.signature.clone(),
                programs: bucket.programs,
            });
        let known = |bucket: &&Bucket| !bucket.is_open() && !before.have(bucket);
        Self {
            may_be_known: campaign.buckets.iter().any(|bucket| known(&bucket)),
            since: earlier.name.clone(),
            programs: earlier.counts.programs,
            states: states
                .map(|bucket| (bucket.number, state(bucket)))
                .collect(),
            gone: gone.collect(),
        }
    }

    /// Why buckets are gone, as far as that can be told.
    pub const fn why_gone(&self) -> &'static str {
        if self.may_be_known {
            "not found again, or known now"
        } else {
            "not found again"
        }
    }

    /// How many buckets are in a state.
    pub fn count(&self, state: State) -> usize {
        self.states.values().filter(|&&it| it == state).count()
    }
}

/// What tells buckets apart. A bucket that was known before is not new where it is known no more: its
/// verdict counts only as far as it tells rewrites from divergences.
struct Keys<'a> {
    whole: BTreeSet<(&'a str, &'a str)>,
    /// Those without words.
    plain: BTreeSet<(&'a str, &'a str)>,
    /// Of those with words what is before them.
    stems: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Keys<'a> {
    fn of(buckets: &'a [Bucket]) -> Self {
        let mut keys = Self {
            whole: BTreeSet::new(),
            plain: BTreeSet::new(),
            stems: BTreeSet::new(),
        };
        for bucket in buckets {
            let (stem, has_words) = stem(&bucket.signature);
            let verdict = family(&bucket.verdict);
            keys.whole.insert((verdict, &bucket.signature));
            let place = if has_words {
                &mut keys.stems
            } else {
                &mut keys.plain
            };
            place.insert((verdict, stem));
        }
        keys
    }

    fn have(&self, bucket: &Bucket) -> bool {
        let verdict = family(&bucket.verdict);
        let (stem, has_words) = stem(&bucket.signature);
        let others = if has_words { &self.plain } else { &self.stems };
        self.whole.contains(&(verdict, &bucket.signature)) || others.contains(&(verdict, stem))
    }
}

fn family(verdict: &str) -> &str {
    match verdict {
        "rewrite" => "rewrite",
        _ => "divergence",
    }
}

/// A signature without the words of a program and without templates of messages, which only those have that are not
/// reduced; and whether it has words.
fn stem(signature: &str) -> (&str, bool) {
    let (stem, has_words) = match signature.match_indices('|').nth(2) {
        Some((at, _)) => (signature.get(..at).unwrap_or(signature), true),
        None => (signature, false),
    };
    let end = stem.find('(').unwrap_or(stem.len());
    (&stem[..end], has_words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn campaign(buckets: &[(&str, &str)]) -> Campaign {
        let bucket = |(number, (verdict, signature)): (usize, &(&str, &str))| Bucket {
            number: number as i64,
            verdict: (*verdict).to_owned(),
            signature: (*signature).to_owned(),
            ..Bucket::default()
        };
        Campaign {
            buckets: buckets.iter().enumerate().map(bucket).collect(),
            ..Campaign::default()
        }
    }

    fn states(before: &[(&str, &str)], now: &[(&str, &str)]) -> (Vec<&'static str>, Vec<String>) {
        let trend = Trend::new(&campaign(before), &campaign(now));
        let gone = trend.gone.into_iter().map(|gone| gone.signature);
        (
            trend.states.values().map(|state| state.name()).collect(),
            gone.collect(),
        )
    }

    #[test]
    fn buckets_are_new_still_open_or_gone() {
        let (states, gone) = states(
            &[("divergence", "all|value|int"), ("drift", "2.3|value|bool")],
            &[
                ("divergence", "all|value|int"),
                ("divergence", "all|value|float"),
                ("known", "all|value|path"),
            ],
        );
        assert_eq!(states, ["still open", "new", "known"]);
        assert_eq!(gone, ["2.3|value|bool"]);
    }

    #[test]
    fn what_is_gone_may_be_known_now() {
        let open = ("divergence", "all|value|int|sort");
        let why =
            |before: &[_], now: &[_]| Trend::new(&campaign(before), &campaign(now)).why_gone();
        let entry = ("known", "sort-is-unstable");
        assert_eq!(why(&[open], &[entry]), "not found again, or known now");
        assert_eq!(why(&[open, entry], &[entry]), "not found again");
    }

    #[test]
    fn words_count_only_where_both_have_them() {
        let plain = ("divergence", "all|value|int");
        let sort = ("divergence", "all|value|int|sort");
        let add = ("divergence", "all|value|int|add");
        assert_eq!(states(&[plain], &[sort, add]).0, ["still open"; 2]);
        assert_eq!(states(&[sort], &[plain]).0, ["still open"]);
        assert_eq!(states(&[sort], &[add]).0, ["new"]);
    }

    #[test]
    fn a_rewrite_is_another_bug() {
        let (states, gone) = states(
            &[("rewrite", "all|value|int"), ("drift", "2.3|value|bool")],
            &[
                ("divergence", "all|value|int"),
                ("divergence", "2.3|value|bool"),
            ],
        );
        assert_eq!(states, ["new", "still open"]);
        assert_eq!(gone, ["all|value|int"]);
    }
}
