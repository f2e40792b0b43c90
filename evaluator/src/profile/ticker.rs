//! A thread that says how much time went by: to look at the clock at every instruction would cost more than most
//! instructions.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Raises a flag every so often, until it is dropped.
pub(super) struct Ticker {
    due: Arc<AtomicBool>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    /// Starts the thread. Where that fails the flag is never raised, and nothing is sampled.
    pub fn new(period: Duration) -> Ticker {
        let (due, over) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
        let (raised, ended) = (Arc::clone(&due), Arc::clone(&over));
        let ticks = move || {
            while !ended.load(Ordering::Relaxed) {
                thread::sleep(period);
                raised.store(true, Ordering::Relaxed);
            }
        };
        let thread = thread::Builder::new()
            .name("twinix-ticker".to_owned())
            .spawn(ticks);
        Ticker {
            due,
            over,
            thread: thread.ok(),
        }
    }

    /// Whether the flag is up.
    #[inline]
    pub fn is_due(&self) -> bool {
        self.due.load(Ordering::Relaxed)
    }

    /// Takes it down.
    pub fn wait_again(&self) {
        self.due.store(false, Ordering::Relaxed);
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // It only sleeps, so it cannot have panicked.
            let _ = thread.join();
        }
    }
}
