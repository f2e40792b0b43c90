//! What the items of an epoch know about those before: which programs were kept, and how many items
//! each group of divergences has.
//!
//! An epoch is a fixed number of items. Its items know what was found up to the end of the epoch before
//! the last, never more, however far the workers are: so an item is the same in every run, and nobody
//! waits for the slowest item of the last epoch.

use std::{
    collections::BTreeMap,
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

use super::dice::scaled;

/// How many epochs lie between what is found and what knows about it.
pub const LAG: u64 = 2;

/// How often one who waits looks whether everything is to stop.
const TICK: Duration = Duration::from_millis(100);

/// What is known in one epoch.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Knowledge {
    /// The items that were kept, each with the sum of all weights up to its own.
    kept: Vec<(u64, u64)>,
    /// How many items the groups of divergences have, by their keys.
    groups: BTreeMap<String, u64>,
}

impl Knowledge {
    /// Knows of these items, each with its weight, and of these groups.
    pub fn new(items: impl IntoIterator<Item = (u64, u64)>, groups: BTreeMap<String, u64>) -> Self {
        let mut sum = 0;
        let kept = items
            .into_iter()
            .map(|(item, weight)| {
                sum += weight;
                (item, sum)
            })
            .collect();
        Self { kept, groups }
    }

    /// The item that a number chooses, each with a chance as its weight.
    pub fn choose(&self, number: u64) -> Option<u64> {
        let &(_, all) = self.kept.last()?;
        let point = scaled(number, all);
        let place = self.kept.partition_point(|&(_, sum)| sum <= point);
        self.kept.get(place).map(|&(item, _)| item)
    }

    /// How many items a group has.
    pub fn in_group(&self, key: &str) -> u64 {
        self.groups.get(key).copied().unwrap_or(0)
    }

    /// The items as bytes, for the store.
    pub fn kept_bytes(&self) -> Vec<u8> {
        self.kept
            .iter()
            .flat_map(|(item, sum)| [item.to_le_bytes(), sum.to_le_bytes()])
            .flatten()
            .collect()
    }

    /// The groups, for the store.
    pub fn groups(&self) -> &BTreeMap<String, u64> {
        &self.groups
    }

    /// Reads back what was stored.
    pub fn read(kept: &[u8], groups: BTreeMap<String, u64>) -> Self {
        let mut numbers = kept.chunks_exact(8).map(|bytes| {
            let mut number = [0; 8];
            number.copy_from_slice(bytes);
            u64::from_le_bytes(number)
        });
        let mut kept = Vec::new();
        while let (Some(item), Some(sum)) = (numbers.next(), numbers.next()) {
            kept.push((item, sum));
        }
        Self { kept, groups }
    }
}

/// Hands out what is known, epoch by epoch, as soon as it is.
#[derive(Default)]
pub struct Lessons {
    epochs: Mutex<BTreeMap<u64, Arc<Knowledge>>>,
    changed: Condvar,
}

impl Lessons {
    /// What is known in an epoch; waits for it. None where everything stops before.
    pub fn of(&self, epoch: u64, stops: impl Fn() -> bool) -> Option<Arc<Knowledge>> {
        if epoch < LAG {
            return Some(Arc::default());
        }
        let mut epochs = self.epochs.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(knowledge) = epochs.get(&epoch) {
                return Some(Arc::clone(knowledge));
            }
            if stops() {
                return None;
            }
            let waited = self.changed.wait_timeout(epochs, TICK);
            epochs = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Tells what is known in an epoch. Nobody is in one as old as the fifth before it any more.
    pub fn tell(&self, epoch: u64, knowledge: Knowledge) {
        let mut epochs = self.epochs.lock().unwrap_or_else(PoisonError::into_inner);
        epochs.insert(epoch, Arc::new(knowledge));
        while epochs.len() > 5 {
            epochs.pop_first();
        }
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rare_is_chosen_more_often() {
        let knowledge = Knowledge::new([(7, 1), (9, 3)], BTreeMap::new());
        let quarters = [0, 1 << 62, 2 << 62, 3 << 62];
        let chosen = quarters.map(|number| knowledge.choose(number));
        assert_eq!(chosen, [Some(7), Some(9), Some(9), Some(9)]);
        assert_eq!(knowledge.choose(u64::MAX), Some(9));
        assert_eq!(Knowledge::default().choose(1), None);
    }

    #[test]
    fn knowledge_is_stored() {
        let groups = BTreeMap::from([("a".to_owned(), 3)]);
        let knowledge = Knowledge::new([(7, 1), (9, 3)], groups.clone());
        assert_eq!(Knowledge::read(&knowledge.kept_bytes(), groups), knowledge);
        assert_eq!(knowledge.in_group("a"), 3);
        assert_eq!(knowledge.in_group("b"), 0);
    }

    #[test]
    fn who_is_early_waits() {
        let lessons = Lessons::default();
        assert!(lessons.of(1, || true).is_some());
        assert!(lessons.of(2, || true).is_none());
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| lessons.of(2, || false));
            lessons.tell(2, Knowledge::new([(5, 1)], BTreeMap::new()));
            assert_eq!(waits.join().unwrap().unwrap().choose(0), Some(5));
        });
    }
}
