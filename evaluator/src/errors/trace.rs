//! The lines of trace of an error, innermost first. Errors that were one share the lines of that time: a thunk that
//! failed hands out its error again each time it is forced, and a chain of such thunks would copy the lines of all
//! before it once for each.

use super::TraceLine;
use std::rc::Rc;

/// The most lines that a trace has: a limit on memory that no C++ Nix has.
const MOST_LINES: usize = 1_000_000;

/// A trace.
#[derive(Clone, Debug, Default)]
pub(super) struct Trace {
    shared: Option<Rc<Shared>>,
    own: Vec<TraceLine>,
}

/// Lines that several traces begin with.
#[derive(Debug)]
struct Shared {
    before: Option<Rc<Shared>>,
    lines: Vec<TraceLine>,
    /// How many lines there are, those before included.
    length: usize,
}

impl Trace {
    fn length(&self) -> usize {
        let shared = self.shared.as_ref().map_or(0, |shared| shared.length);
        shared + self.own.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.length() == 0
    }

    /// Adds a line, outermost last; none to a trace that is too long.
    pub(super) fn push(&mut self, line: TraceLine) {
        if self.length() < MOST_LINES {
            self.own.push(line);
        }
    }

    /// Another trace that begins with the lines of this one.
    pub(super) fn fork(&mut self) -> Trace {
        if !self.own.is_empty() {
            let length = self.length();
            self.shared = Some(Rc::new(Shared {
                before: self.shared.take(),
                lines: std::mem::take(&mut self.own),
                length,
            }));
        }
        Trace {
            shared: self.shared.clone(),
            own: Vec::new(),
        }
    }

    /// All lines, innermost first.
    pub(super) fn lines(&self) -> Vec<TraceLine> {
        let mut parts = Vec::new();
        let mut next = self.shared.as_deref();
        while let Some(shared) = next {
            parts.push(shared.lines.as_slice());
            next = shared.before.as_deref();
        }
        let mut lines = Vec::with_capacity(self.length());
        for part in parts.into_iter().rev().chain([self.own.as_slice()]) {
            lines.extend_from_slice(part);
        }
        lines
    }
}

impl Drop for Shared {
    /// One after the other: a chain can be longer than the native stack is deep.
    fn drop(&mut self) {
        let mut next = self.before.take();
        while let Some(mut shared) = next.and_then(|shared| Rc::try_unwrap(shared).ok()) {
            next = shared.before.take();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::positions::Pos;

    fn line(text: &'static str) -> TraceLine {
        TraceLine {
            text: text.into(),
            pos: Pos::NONE,
            always: false,
        }
    }

    fn texts(trace: &Trace) -> Vec<String> {
        let lines = trace.lines().into_iter();
        lines.map(|line| line.text.into_owned()).collect()
    }

    #[test]
    fn what_was_one_goes_on_apart() {
        let mut one = Trace::default();
        one.push(line("a"));
        let mut other = one.fork();
        one.push(line("b"));
        other.push(line("c"));
        let mut third = one.fork();
        third.push(line("d"));
        assert_eq!(texts(&one), ["a", "b"]);
        assert_eq!(texts(&other), ["a", "c"]);
        assert_eq!(texts(&third), ["a", "b", "d"]);
        assert!(Trace::default().is_empty() && !third.is_empty());
    }

    #[test]
    fn a_long_chain_is_taken_down_on_a_small_stack() {
        let mut trace = Trace::default();
        for _ in 0..200_000 {
            trace.push(line("a"));
            trace = trace.fork();
        }
        assert_eq!(trace.lines().len(), 200_000);
        drop(trace);
    }
}
