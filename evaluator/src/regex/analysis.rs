//! What the search wants to know about an automaton before it runs.

use super::byteset::ByteSet;
use super::compile::Compiled;
use super::nfa::{NOWHERE, Op, State};

/// How many states are looked at to show that a repetition needs no choice.
const RUN_LOOKAHEAD: usize = 64;

/// A state outside every loop that can come round without consuming a byte.
pub(super) const NO_LOOP: u32 = u32::MAX;

#[derive(Debug)]
pub(super) struct Program {
    pub(super) states: Vec<State>,
    pub(super) sets: Vec<ByteSet>,
    pub(super) start: u32,
    pub(super) groups: u32,
    /// The row of each branching state in the table of results.
    pub(super) rows: Vec<u32>,
    pub(super) row_count: usize,
    /// For each state the loop it lies on that can come round without consuming
    /// a byte, or `NO_LOOP`; empty when there is none at all.
    loops: Vec<u32>,
    /// The bytes a match can start with; none when a match can be empty.
    pub(super) first: Option<ByteSet>,
}

impl Program {
    pub(super) fn new(compiled: Compiled) -> Self {
        let mut states = compiled.nfa.states;
        let sets = compiled.nfa.sets;
        let loops = empty_loops(&states);
        mark_runs(&mut states, &sets);
        let mut row_count = 0;
        let rows = states
            .iter()
            .map(|state| {
                let row = row_count;
                row_count += u32::from(matches!(state.op, Op::Repeat | Op::Either));
                row
            })
            .collect();
        let first = first_bytes(&states, &sets, compiled.start, usize::MAX)
            .and_then(|reach| (!reach.empty).then_some(reach.bytes));
        Self {
            states,
            sets,
            start: compiled.start,
            groups: compiled.groups,
            rows,
            row_count: row_count as usize,
            loops,
            first,
        }
    }

    pub(super) fn loop_of(&self, state: u32) -> u32 {
        self.loops.get(state as usize).copied().unwrap_or(NO_LOOP)
    }
}

/// What can follow a state.
struct Reach {
    bytes: ByteSet,
    /// The end can be reached without a byte.
    empty: bool,
    /// … and perhaps only through an anchor.
    anchored: bool,
}

/// What can follow `from`, unless more than `limit` states have to be visited.
fn first_bytes(states: &[State], sets: &[ByteSet], from: u32, limit: usize) -> Option<Reach> {
    let mut reach = Reach {
        bytes: ByteSet::default(),
        empty: false,
        anchored: false,
    };
    let mut seen = rustc_hash::FxHashSet::default();
    let mut pending = vec![from];
    while let Some(id) = pending.pop() {
        if id == NOWHERE || !seen.insert(id) {
            continue;
        }
        if seen.len() > limit {
            return None;
        }
        let State { op, next, alt } = states[id as usize];
        match op {
            Op::Bytes(set) => {
                reach.bytes.union(&sets[set as usize]);
                continue;
            }
            Op::Run(set) => reach.bytes.union(&sets[set as usize]),
            Op::Accept => reach.empty = true,
            Op::LineStart | Op::LineEnd => reach.anchored = true,
            Op::Repeat | Op::Either => pending.push(alt),
            Op::GroupStart(_) | Op::GroupEnd(_) | Op::Join => {}
        }
        pending.push(next);
    }
    Some(reach)
}

/// Turns `x*` into `Run` where taking every `x` is the only choice to consider:
/// when what follows cannot begin with an `x`, leaving early fails. Where what
/// follows may be empty, leaving early can succeed, but so does leaving late,
/// and a repetition prefers that; an anchor could spoil it.
fn mark_runs(states: &mut [State], sets: &[ByteSet]) {
    for id in 0..states.len() {
        let State { op, next, alt } = states[id];
        if op != Op::Repeat || alt == NOWHERE {
            continue;
        }
        let body = states[alt as usize];
        let Op::Bytes(set) = body.op else { continue };
        if body.next != id as u32 {
            continue;
        }
        let after = first_bytes(states, sets, next, RUN_LOOKAHEAD);
        if after
            .is_some_and(|after| !after.anchored && after.bytes.is_disjoint(&sets[set as usize]))
        {
            states[id].op = Op::Run(set);
        }
    }
}

/// Numbers the loops that can come round without consuming a byte: the strongly
/// connected components of the edges that consume nothing (Tarjan's algorithm,
/// with its own stack). Empty when there is no such loop.
fn empty_loops(states: &[State]) -> Vec<u32> {
    let successors = |id: u32| -> [u32; 2] {
        let State { op, next, alt } = states[id as usize];
        match op {
            Op::Bytes(_) => [NOWHERE, NOWHERE],
            _ => [next, alt],
        }
    };
    let mut loops = vec![NO_LOOP; states.len()];
    let mut found = 0;
    let mut order = vec![0u32; states.len()];
    let mut low = vec![0u32; states.len()];
    let mut on_path = vec![false; states.len()];
    let mut clock = 0;
    let mut path: Vec<u32> = Vec::new();
    let mut frames: Vec<(u32, usize)> = Vec::new();
    for root in 0..states.len() as u32 {
        if order[root as usize] != 0 {
            continue;
        }
        frames.push((root, 0));
        while let Some(&(id, edge)) = frames.last() {
            let at = id as usize;
            if edge == 0 {
                clock += 1;
                order[at] = clock;
                low[at] = clock;
                on_path[at] = true;
                path.push(id);
            }
            if let Some(&target) = successors(id).get(edge) {
                if let Some(frame) = frames.last_mut() {
                    frame.1 += 1;
                }
                if target == NOWHERE {
                    continue;
                }
                if order[target as usize] == 0 {
                    frames.push((target, 0));
                } else if on_path[target as usize] {
                    low[at] = low[at].min(order[target as usize]);
                }
                continue;
            }
            frames.pop();
            if let Some(&(parent, _)) = frames.last() {
                low[parent as usize] = low[parent as usize].min(low[at]);
            }
            if low[at] != order[at] {
                continue;
            }
            let cyclic = path.last() != Some(&id) || successors(id).contains(&id);
            while let Some(member) = path.pop() {
                on_path[member as usize] = false;
                if cyclic {
                    loops[member as usize] = found;
                }
                if member == id {
                    break;
                }
            }
            found += u32::from(cyclic);
        }
    }
    if found == 0 { Vec::new() } else { loops }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::regex::{CountOverflow, compile::compile};

    fn program(pattern: &str) -> Program {
        Program::new(compile(pattern.as_bytes(), CountOverflow::Invalid).unwrap())
    }

    #[test]
    fn a_repetition_runs_when_what_follows_cannot_begin_like_it() {
        let runs = |pattern: &str| {
            let program = program(pattern);
            let runs = program.states.iter();
            runs.filter(|state| matches!(state.op, Op::Run(_))).count()
        };
        for (pattern, expected) in [
            ("a*", 1),
            ("a+b", 1),
            ("[^/]*/(.*)", 2),
            ("a*b*a", 1),
            ("a*a", 0),
            ("a*(b|a)", 0),
            ("(a)*", 0),
            ("a*$", 0),
            ("(a*b)*", 1),
            ("(a*)*", 0),
        ] {
            assert_eq!(runs(pattern), expected, "{pattern}");
        }
    }

    #[test]
    fn only_rounds_that_may_be_empty_make_a_loop() {
        let looping = |pattern: &str| !program(pattern).loops.is_empty();
        for pattern in [
            "(a*)*",
            "(a?){2,}",
            "(|a)*",
            "()*",
            "a{0}*",
            "(^)+",
            "((a*b*)c?)*",
        ] {
            assert!(looping(pattern), "{pattern}");
        }
        for pattern in ["a*", "(a*b)*", "(a?){2,3}", "a**b{0}c", "(a|b+)*"] {
            assert_eq!(looping(pattern), pattern.contains("**"), "{pattern}");
        }
    }

    #[test]
    fn a_match_that_can_be_empty_can_start_anywhere() {
        assert_eq!(program("a*").first, None);
        assert_eq!(program("^").first, None);
        let first = program("(a|b?)c|d+").first.unwrap();
        let starts: Vec<u8> = (0..=255).filter(|&byte| first.contains(byte)).collect();
        assert_eq!(starts, b"abcd");
    }
}
