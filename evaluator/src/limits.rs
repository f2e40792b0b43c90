//! Limits: evaluation never runs away, it ends with an outcome that names the
//! resource.

use std::time::Duration;

/// What one evaluation may use.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The number of calls and forced thunks; `None`: any.
    pub fuel: Option<u64>,
    /// The number of nested frames (calls, thunks, builtins).
    pub frames: usize,
    /// Bytes of the arena.
    pub memory: usize,
    /// Bytes of one text that a value is written into: JSON, XML, coerced strings.
    pub text: usize,
    /// Bytes that are written to the store, a page more for each object.
    pub store: usize,
    /// Wall time; `None`: any.
    pub time: Option<Duration>,
    /// `max-call-depth`: nested calls.
    pub call_depth: u32,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            fuel: None,
            frames: 10_000_000,
            memory: usize::MAX,
            text: usize::MAX,
            store: usize::MAX,
            time: None,
            call_depth: 10_000,
        }
    }
}
