//! What the servers did, to be shown and to be watched: a fast path that is rarely taken is none.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

/// How often what happened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Questions that a server answered (a program can need more than one).
    pub served: u64,
    /// Questions that were answered by a process of their own, because no server can answer them.
    pub fallbacks: u64,
    /// Servers that were started.
    pub starts: u64,
    /// Programs after which the process that served had to be forked anew, because it …
    pub reforks: Reforks,
    /// Programs after which a whole server had to be started anew, because it wrote a file, was killed
    /// or could not be understood.
    pub restarts: u64,
}

/// Why processes had to be forked anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reforks {
    /// … ran out of time.
    pub time: u64,
    /// … died of a signal, or wrote more than it may.
    pub crash: u64,
    /// … started a process or a thread.
    pub process: u64,
    /// … lost memory that it had at the start.
    pub memory: u64,
}

impl fmt::Display for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reforks {
            time,
            crash,
            process,
            memory,
        } = self.reforks;
        write!(
            f,
            "{} served, {} fallbacks, {} starts, {} restarts, reforks: {time} time, {crash} crash, {process} process, {memory} memory",
            self.served, self.fallbacks, self.starts, self.restarts
        )
    }
}

/// Counters that threads share.
#[derive(Debug, Default)]
pub(super) struct Counting {
    pub(super) served: AtomicU64,
    pub(super) fallbacks: AtomicU64,
    pub(super) starts: AtomicU64,
    pub(super) restarts: AtomicU64,
    pub(super) time: AtomicU64,
    pub(super) crash: AtomicU64,
    pub(super) process: AtomicU64,
    pub(super) memory: AtomicU64,
}

/// Adds one.
pub(super) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Counting {
    pub(super) fn read(&self) -> Counters {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counters {
            served: of(&self.served),
            fallbacks: of(&self.fallbacks),
            starts: of(&self.starts),
            restarts: of(&self.restarts),
            reforks: Reforks {
                time: of(&self.time),
                crash: of(&self.crash),
                process: of(&self.process),
                memory: of(&self.memory),
            },
        }
    }
}
