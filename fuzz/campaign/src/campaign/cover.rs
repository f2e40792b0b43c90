//! The smallest set of programs that reaches what all of them reach, as far as taking the best one each
//! time finds it.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, HashSet},
};

/// A program as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What it costs to keep it.
    pub size: usize,
    /// What it reaches, each once.
    pub features: Vec<i64>,
}

/// The places of the candidates that are kept, in the order of the places. Between candidates that reach
/// as much that is new, the smaller one is kept, then the earlier one.
pub fn cover(candidates: &[Candidate]) -> Vec<usize> {
    let mut reached: HashSet<i64> = HashSet::new();
    let mut chosen = Vec::new();
    // What a candidate adds only becomes less, so an old count is a bound, and the first candidate whose
    // count is still right is the best.
    let entry = |place: usize, gain: usize| (gain, Reverse(candidates[place].size), Reverse(place));
    let mut heap: BinaryHeap<_> = (candidates.iter().enumerate())
        .map(|(place, candidate)| entry(place, candidate.features.len()))
        .collect();
    while let Some((bound, _, Reverse(place))) = heap.pop() {
        let features = &candidates[place].features;
        let gain = (features.iter().filter(|one| !reached.contains(one))).count();
        if gain == 0 {
            continue;
        }
        if gain < bound {
            heap.push(entry(place, gain));
            continue;
        }
        reached.extend(features);
        chosen.push(place);
    }
    without_needless(candidates, chosen)
}

/// Leaves out those whose features the others reach together, the largest first.
fn without_needless(candidates: &[Candidate], mut chosen: Vec<usize>) -> Vec<usize> {
    let mut times: HashMap<i64, usize> = HashMap::new();
    for &place in &chosen {
        for &feature in &candidates[place].features {
            *times.entry(feature).or_default() += 1;
        }
    }
    chosen.sort_by_key(|&place| (Reverse(candidates[place].size), place));
    chosen.retain(|&place| {
        let features = &candidates[place].features;
        let is_needed = features
            .iter()
            .any(|feature| times.get(feature) == Some(&1));
        if !is_needed {
            for feature in features {
                times.entry(*feature).and_modify(|count| *count -= 1);
            }
        }
        is_needed
    });
    chosen.sort_unstable();
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(all: &[(usize, &[i64])]) -> Vec<Candidate> {
        let one = |&(size, features): &(usize, &[i64])| Candidate {
            size,
            features: features.to_vec(),
        };
        all.iter().map(one).collect()
    }

    fn reached(candidates: &[Candidate], places: impl IntoIterator<Item = usize>) -> HashSet<i64> {
        let features = |place: usize| candidates[place].features.iter().copied();
        places.into_iter().flat_map(features).collect()
    }

    #[test]
    fn the_one_that_reaches_most_makes_others_needless() {
        let all = candidates(&[(1, &[1]), (9, &[1, 2, 3]), (1, &[3]), (2, &[4])]);
        assert_eq!(cover(&all), [1, 3]);
    }

    #[test]
    fn the_smaller_of_two_that_reach_the_same_is_kept() {
        assert_eq!(cover(&candidates(&[(5, &[1, 2]), (3, &[1, 2])])), [1]);
        assert_eq!(cover(&candidates(&[(3, &[1, 2]), (3, &[1, 2])])), [0]);
    }

    #[test]
    fn what_later_ones_make_needless_is_left_out() {
        // The first is taken first, and then all that it reaches is reached by the other two.
        let all = candidates(&[(1, &[2, 3, 4, 5]), (1, &[1, 2, 3]), (1, &[4, 5, 6])]);
        assert_eq!(cover(&all), [1, 2]);
    }

    #[test]
    fn nothing_that_was_reached_is_lost_and_none_can_go() {
        let mut state = 1_u64;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            usize::try_from(state >> 40).unwrap()
        };
        for _ in 0..50 {
            let all: Vec<Candidate> = (0..40)
                .map(|_| {
                    let mut features: Vec<i64> =
                        (0..next() % 8).map(|_| (next() % 30) as i64).collect();
                    features.sort_unstable();
                    features.dedup();
                    Candidate {
                        size: next() % 5,
                        features,
                    }
                })
                .collect();
            let kept = cover(&all);
            assert_eq!(reached(&all, kept.clone()), reached(&all, 0..all.len()));
            for place in &kept {
                let others = kept.iter().copied().filter(|other| other != place);
                assert_ne!(reached(&all, others), reached(&all, kept.clone()));
            }
        }
    }
}
