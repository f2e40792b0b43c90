//! The divergences that wait to be reduced, handed out to workers beside the items.
//!
//! Workers give half of their time to them while there are items, so that neither the search nor what it
//! finds waits for the other; more, the more divergences wait.

use std::{
    collections::BTreeSet,
    sync::{
        Condvar, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

/// How often one who waits looks whether everything is to stop.
const TICK: Duration = Duration::from_millis(100);

/// For so many divergences that wait, reductions get the time of the items once more, up to so many times.
const BACKLOG: usize = 32;
const MOST: u64 = 7;

/// What waits.
#[derive(Default)]
pub struct Tasks {
    state: Mutex<State>,
    changed: Condvar,
    /// How long workers examined items, and how long they reduced, in microseconds.
    examining: AtomicU64,
    reducing: AtomicU64,
    /// How many divergences have no bucket yet.
    backlog: AtomicUsize,
}

#[derive(Default)]
struct State {
    /// The divergences, by their items: those after the first one wait for it to be told their buckets.
    waiting: BTreeSet<u64>,
    is_over: bool,
}

impl Tasks {
    /// Hands divergences out. They have to be in the store.
    pub fn hand_out(&self, items: impl IntoIterator<Item = u64>) {
        self.lock().waiting.extend(items);
        self.changed.notify_all();
    }

    /// There will be no more.
    pub fn end(&self) {
        self.lock().is_over = true;
        self.changed.notify_all();
    }

    /// Whether nothing waits.
    pub fn are_none(&self) -> bool {
        self.lock().waiting.is_empty()
    }

    /// One that it is time for, beside the items.
    pub fn beside_items(&self) -> Option<u64> {
        let spent = |time: &AtomicU64| time.load(Ordering::Relaxed);
        let more = (self.backlog.load(Ordering::Relaxed) / BACKLOG) as u64;
        if spent(&self.reducing) > spent(&self.examining) * (1 + more.min(MOST)) {
            return None;
        }
        self.lock().waiting.pop_first()
    }

    /// The next one, waiting for it; none when there will be no more.
    pub fn next(&self, stops: &dyn Fn() -> bool) -> Option<u64> {
        let mut state = self.lock();
        loop {
            if let Some(item) = state.waiting.pop_first() {
                return Some(item);
            }
            if state.is_over || stops() {
                return None;
            }
            let waited = self.changed.wait_timeout(state, TICK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Says how many divergences have no bucket yet.
    pub fn behind(&self, divergences: usize) {
        self.backlog.store(divergences, Ordering::Relaxed);
    }

    /// Says how long an item took.
    pub fn examined(&self, took: Duration) {
        add(&self.examining, took);
    }

    /// Says how long a reduction took.
    pub fn reduced(&self, took: Duration) {
        add(&self.reducing, took);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn add(sum: &AtomicU64, took: Duration) {
    let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    sum.fetch_add(microseconds, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_and_reductions_share_the_time() {
        let tasks = Tasks::default();
        tasks.hand_out([3, 2, 1]);
        assert_eq!(tasks.beside_items(), Some(1));
        tasks.reduced(Duration::from_secs(1));
        assert_eq!(tasks.beside_items(), None);
        tasks.examined(Duration::from_secs(1));
        assert_eq!(tasks.beside_items(), Some(2));
        tasks.reduced(Duration::from_secs(1));
        assert_eq!(tasks.beside_items(), None);
        // Where many wait, they get more.
        tasks.behind(BACKLOG);
        tasks.hand_out([4]);
        assert_eq!(tasks.beside_items(), Some(3));
        // Where there are no items left, they get everything.
        tasks.reduced(Duration::from_secs(9));
        assert_eq!(tasks.next(&|| false), Some(4));
    }

    #[test]
    fn who_waits_is_told_of_the_end() {
        let tasks = Tasks::default();
        assert_eq!(tasks.next(&|| true), None);
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| tasks.next(&|| false));
            tasks.hand_out([7]);
            assert_eq!(waits.join().unwrap(), Some(7));
            let waits = scope.spawn(|| tasks.next(&|| false));
            tasks.end();
            assert_eq!(waits.join().unwrap(), None);
        });
    }
}
