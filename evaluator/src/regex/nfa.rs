//! The automaton a pattern compiles to, in the shape that libstdc++ gives it.
//!
//! The shape is observable: the number of states decides when C++ Nix reports
//! "memory limit exceeded", and the order of the branches decides the groups.

use rustc_hash::FxHashMap;

use super::RegexError;
use super::byteset::ByteSet;

/// How many states libstdc++ lets one pattern have (`_GLIBCXX_REGEX_STATE_LIMIT`).
const STATE_LIMIT: usize = 100_000;

/// The target of an edge that leads nowhere yet.
pub(super) const NOWHERE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    /// One byte of the numbered set, then `next`.
    Bytes(u32),
    /// As many bytes of the set as there are, then `next`: a repetition that
    /// needs no choice (see `analysis`).
    Run(u32),
    GroupStart(u32),
    GroupEnd(u32),
    LineStart,
    LineEnd,
    /// Once more through `alt`, or out through `next`.
    Repeat,
    /// First `alt`, then `next`.
    Either,
    /// Nothing; only while compiling.
    Join,
    Accept,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    pub(super) op: Op,
    pub(super) next: u32,
    pub(super) alt: u32,
}

/// A part of the automaton with one way in and one way out.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fragment {
    pub(super) start: u32,
    pub(super) end: u32,
}

#[derive(Debug, Default)]
pub(super) struct Nfa {
    pub(super) states: Vec<State>,
    pub(super) sets: Vec<ByteSet>,
    numbers: FxHashMap<ByteSet, u32>,
}

impl Nfa {
    /// Adds a state that leads nowhere.
    pub(super) fn add(&mut self, op: Op) -> Result<Fragment, RegexError> {
        self.add_branch(op, NOWHERE)
    }

    pub(super) fn add_branch(&mut self, op: Op, alt: u32) -> Result<Fragment, RegexError> {
        if self.states.len() >= STATE_LIMIT {
            return Err(RegexError::MemoryLimit);
        }
        let id = self.states.len() as u32;
        self.states.push(State {
            op,
            next: NOWHERE,
            alt,
        });
        Ok(Fragment { start: id, end: id })
    }

    pub(super) fn set_number(&mut self, set: ByteSet) -> u32 {
        *self.numbers.entry(set).or_insert_with(|| {
            self.sets.push(set);
            (self.sets.len() - 1) as u32
        })
    }

    /// `first` and then `second`.
    pub(super) fn chain(&mut self, first: Fragment, second: Fragment) -> Fragment {
        self.states[first.end as usize].next = second.start;
        Fragment {
            start: first.start,
            end: second.end,
        }
    }

    /// A second copy of `fragment`, of what can be reached in it.
    pub(super) fn copy(&mut self, fragment: Fragment) -> Result<Fragment, RegexError> {
        let mut copies: FxHashMap<u32, u32> = FxHashMap::default();
        let mut pending = vec![fragment.start];
        while let Some(original) = pending.pop() {
            if copies.contains_key(&original) {
                continue;
            }
            let State { op, next, alt } = self.states[original as usize];
            let copy = self.add_branch(op, alt)?.start;
            self.states[copy as usize].next = next;
            copies.insert(original, copy);
            pending.extend((alt != NOWHERE).then_some(alt));
            if original != fragment.end {
                pending.extend((next != NOWHERE).then_some(next));
            }
        }
        let lead = |target: u32| copies.get(&target).copied().unwrap_or(NOWHERE);
        for &copy in copies.values() {
            let state = &mut self.states[copy as usize];
            state.next = lead(state.next);
            state.alt = lead(state.alt);
        }
        Ok(Fragment {
            start: lead(fragment.start),
            end: lead(fragment.end),
        })
    }

    /// Redirects every edge that leads to a `Join` to what lies behind it.
    pub(super) fn skip_joins(&mut self) {
        // Every cycle holds a `Repeat`, so every chain of joins ends. The ends
        // are filled in chain by chain, each join visited once.
        let mut behind: Vec<u32> = (0..self.states.len() as u32).collect();
        let mut chain = Vec::new();
        for id in 0..self.states.len() as u32 {
            let mut at = id;
            while let State {
                op: Op::Join, next, ..
            } = self.states[at as usize]
            {
                if behind[at as usize] != at || next == NOWHERE {
                    break;
                }
                chain.push(at);
                at = next;
            }
            let end = behind[at as usize];
            for join in chain.drain(..) {
                behind[join as usize] = end;
            }
        }
        let lead = |target: u32| behind.get(target as usize).copied().unwrap_or(NOWHERE);
        for state in &mut self.states {
            state.next = lead(state.next);
            state.alt = lead(state.alt);
        }
    }
}
