//! What the reducer asks of its caller.

use std::time::Duration;

use crate::source::Source;

/// The predicate that has to hold of the reduced program.
pub trait Interesting: Sync {
    /// Decides for each candidate whether it is interesting, at best of all at once. The same candidate
    /// has to get the same answer each time.
    fn test(&self, candidates: &[Source]) -> Vec<bool>;

    /// Decides again, by surer means, whether the end result is interesting: a program that is found not
    /// to be is given up for the last one that is.
    fn confirm(&self, candidate: &Source) -> bool {
        self.test(std::slice::from_ref(candidate)) == [true]
    }
}

/// How far a reduction is.
#[derive(Debug, Clone, Copy)]
pub struct State<'a> {
    /// The pass that found the last change.
    pub pass: &'a str,
    /// Bytes at the start.
    pub before: usize,
    /// Bytes now.
    pub now: usize,
    /// Candidates that were tested.
    pub tests: usize,
    /// Candidates that were kept.
    pub kept: usize,
    /// Since the start.
    pub elapsed: Duration,
}

/// Is told how far a reduction is, after each batch.
pub trait Progress: Sync {
    /// A batch was tested.
    fn tested(&self, state: &State<'_>);
}

/// Tells no one.
impl Progress for () {
    fn tested(&self, _: &State<'_>) {}
}
