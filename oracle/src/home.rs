//! The processor that a thread stays on with everything it starts. A worker and the evaluator that it asks take
//! turns: while one works the other waits. On one processor a turn costs a switch, and what both read stays in
//! its cache; on two it costs an interrupt, which in a virtual machine is dearer than to evaluate a small
//! program.

use std::cell::Cell;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

thread_local! {
    static HOME: Cell<Option<Home>> = const { Cell::new(None) };
}

/// A processor, by its number in the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Home(usize);

impl Home {
    /// That of this thread, if it has one.
    pub fn here() -> Option<Self> {
        HOME.get()
    }

    /// Makes this thread, and the threads and processes that it starts from now on, stay on one of the
    /// processors that it may use: the `nth` of `of` threads that do the same. Where there are more processors
    /// than threads it does nothing: somebody else may have settled on the first ones.
    pub fn settle(nth: usize, of: usize) {
        // Where the system refuses, the thread goes where the scheduler wants it.
        let Ok(allowed) = sched_getaffinity(None) else {
            return;
        };
        let processors: Vec<usize> = (0..CpuSet::MAX_CPU)
            .filter(|&processor| allowed.is_set(processor))
            .collect();
        if processors.is_empty() || of < processors.len() {
            return;
        }
        let processor = processors[nth % processors.len()];
        let mut alone = CpuSet::new();
        alone.set(processor);
        if sched_setaffinity(None, &alone).is_ok() {
            HOME.set(Some(Self(processor)));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    fn processors() -> Vec<usize> {
        let set = sched_getaffinity(None).unwrap();
        (0..CpuSet::MAX_CPU).filter(|&it| set.is_set(it)).collect()
    }

    fn settled(nth: usize, of: usize) -> (Option<Home>, Vec<usize>) {
        let settle = move || {
            Home::settle(nth, of);
            let started = thread::spawn(processors).join().unwrap();
            (Home::here(), started)
        };
        thread::spawn(settle).join().unwrap()
    }

    #[test]
    fn as_many_threads_as_processors_have_one_each_and_what_they_start_stays_there() {
        let all = processors();
        for nth in 0..2 * all.len() {
            let processor = all[nth % all.len()];
            assert_eq!(
                settled(nth, all.len()),
                (Some(Home(processor)), vec![processor])
            );
        }
    }

    #[test]
    fn fewer_threads_go_where_they_want() {
        let all = processors();
        assert_eq!(settled(0, all.len() - 1), (None, all));
    }
}
