//! Hits: how often each feature occurred.

use super::feature::Feature;
use rustc_hash::FxHashMap;

/// The features of one or more evaluations, and how often they occurred.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Hits {
    counts: FxHashMap<Feature, u64>,
}

impl Hits {
    /// Counts a feature once.
    #[inline]
    pub(super) fn add(&mut self, feature: Feature) {
        *self.counts.entry(feature).or_default() += 1;
    }

    /// How many different features there are.
    pub fn len(&self) -> usize {
        self.counts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// How often a feature occurred.
    pub fn count(&self, feature: Feature) -> u64 {
        self.counts.get(&feature).copied().unwrap_or(0)
    }

    /// The features and how often each occurred, in no order that means
    /// anything.
    pub fn iter(&self) -> impl Iterator<Item = (Feature, u64)> + '_ {
        self.counts
            .iter()
            .map(|(&feature, &count)| (feature, count))
    }

    /// The features and how often each occurred, the most frequent first, and
    /// by their texts where the counts are equal.
    pub fn sorted(&self) -> Vec<(Feature, u64)> {
        let mut all: Vec<(Feature, u64)> = self.iter().collect();
        all.sort_by_cached_key(|&(feature, count)| (std::cmp::Reverse(count), feature.to_string()));
        all
    }

    /// Adds what others counted.
    pub fn merge(&mut self, other: &Hits) {
        for (feature, count) in other.iter() {
            *self.counts.entry(feature).or_default() += count;
        }
    }

    /// Adds what others counted, and says how many features were new.
    pub fn absorb(&mut self, other: &Hits) -> usize {
        let before = self.len();
        self.merge(other);
        self.len() - before
    }
}
