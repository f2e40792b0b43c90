//! The search itself: libstdc++'s depth-first choices, each made once.
//!
//! Without back-references (POSIX extended has none) the best match from a state
//! at a place depends on nothing but the two, so it is computed once and kept:
//!
//! - `Either`: the longer of both branches, the first when they tie;
//! - `Repeat`: once more if that matches at all, else out.
//!
//! The one thing that depends on the way there is that a `Repeat` may go round at
//! most twice at one place. That matters only on loops that can come round
//! without consuming a byte; there the rounds so far, a *context*, are part of
//! the key. A consumed byte, or leaving the loop, returns to the empty context.
//!
//! The groups are found afterwards, by walking the choices that were kept.

use rustc_hash::FxHashMap;

use super::analysis::{NO_LOOP, Program};
use super::nfa::Op;
use super::{Captures, Limits, RegexError};

/// How often a `Repeat` may be entered at one place before it has to end.
const ROUNDS_AT_ONE_PLACE: u8 = 2;

/// The shortest stretch of a `Run` that is remembered.
const WORTH_KEEPING: u32 = 16;

/// The context of no rounds.
const NO_ROUNDS: u32 = 0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The match has to end where the subject ends.
    Whole,
    /// The match may end anywhere.
    Prefix,
}

/// The end of a match, or that there is none; no match is the least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Reached(u32);

impl Reached {
    const NONE: Self = Self(0);

    fn end(place: u32) -> Self {
        Self(place + 1)
    }

    fn place(self) -> Option<usize> {
        (self.0 as usize).checked_sub(1)
    }
}

/// A kept result: what was reached, and whether through `alt`. Zero is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Kept(u32);

impl Kept {
    /// So that results fit: a quarter of `u32`, one gigabyte.
    const LONGEST_SUBJECT: usize = 1 << 30;

    fn new(reached: Reached, through_alt: bool) -> Self {
        Self((reached.0 << 1 | u32::from(through_alt)) + 1)
    }

    fn get(self) -> Option<(Reached, bool)> {
        let bits = self.0.checked_sub(1)?;
        Some((Reached(bits >> 1), bits & 1 == 1))
    }
}

/// Where the search stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Spot {
    state: u32,
    place: u32,
    rounds: u32,
}

/// A branching state whose result is being computed.
#[derive(Debug, Clone, Copy)]
struct Frame {
    spot: Spot,
    stage: Stage,
}

#[derive(Debug, Clone, Copy)]
enum Stage {
    EitherFirst,
    EitherSecond(Reached),
    RepeatMore,
    RepeatOut,
}

/// What the next steps lead to.
enum Step {
    Done(Reached),
    Branch(Frame, Spot),
}

#[derive(Debug)]
pub(super) struct Search<'a> {
    program: &'a Program,
    subject: &'a [u8],
    scope: Scope,
    steps: u64,
    kept_limit: usize,
    /// Results without rounds, a row for each branching state; empty when that
    /// would be too large.
    dense: Vec<u32>,
    /// All other results.
    sparse: FxHashMap<Spot, Kept>,
    /// Results at the place where an empty match is forbidden.
    at_start: FxHashMap<Spot, Kept>,
    /// An empty match is not allowed here.
    not_empty_at: Option<u32>,
    contexts: Contexts,
    frames: Vec<Frame>,
    /// For each `Run` the last stretch scanned: from any place in it, it ends at
    /// the same place.
    stretches: FxHashMap<u32, (u32, u32)>,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        program: &'a Program,
        subject: &'a [u8],
        scope: Scope,
        limits: Limits,
    ) -> Result<Self, RegexError> {
        if subject.len() >= Kept::LONGEST_SUBJECT {
            return Err(RegexError::TooComplex);
        }
        let cells = program.row_count.saturating_mul(subject.len() + 1);
        let dense = if cells <= limits.results {
            vec![0; cells]
        } else {
            Vec::new()
        };
        Ok(Self {
            program,
            subject,
            scope,
            steps: limits.steps,
            // A result kept apart takes about eight times the room.
            kept_limit: limits.results / 8,
            dense,
            sparse: FxHashMap::default(),
            at_start: FxHashMap::default(),
            not_empty_at: None,
            contexts: Contexts::default(),
            frames: Vec::new(),
            stretches: FxHashMap::default(),
        })
    }

    pub(super) fn subject_len(&self) -> usize {
        self.subject.len()
    }

    /// The first match that starts at `from` or later.
    pub(super) fn from(&mut self, from: usize) -> Result<Option<Captures>, RegexError> {
        let mut start = from;
        while start <= self.subject.len() {
            if let Some(first) = &self.program.first {
                let rest = &self.subject[start..];
                let Some(skipped) = rest.iter().position(|&byte| first.contains(byte)) else {
                    return Ok(None);
                };
                start += skipped;
            }
            if let Some(found) = self.at(start, false)? {
                return Ok(Some(found));
            }
            start += 1;
        }
        Ok(None)
    }

    /// The match that starts at `start`.
    pub(super) fn at(
        &mut self,
        start: usize,
        not_empty: bool,
    ) -> Result<Option<Captures>, RegexError> {
        if let Some(first) = &self.program.first
            && !self.subject.get(start).is_some_and(|&b| first.contains(b))
        {
            return Ok(None);
        }
        self.at_start.clear();
        self.not_empty_at = not_empty.then_some(start as u32);
        let spot = Spot {
            state: self.program.start,
            place: start as u32,
            rounds: NO_ROUNDS,
        };
        let Some(end) = self.solve(spot)?.place() else {
            return Ok(None);
        };
        Ok(Some(Captures {
            span: (start, end),
            groups: self.groups(spot)?,
        }))
    }

    /// The best match from `spot`.
    fn solve(&mut self, mut spot: Spot) -> Result<Reached, RegexError> {
        self.frames.clear();
        loop {
            let mut reached = match self.descend(spot)? {
                Step::Done(reached) => reached,
                Step::Branch(frame, next) => {
                    self.frames.push(frame);
                    spot = next;
                    continue;
                }
            };
            loop {
                let Some(frame) = self.frames.last_mut() else {
                    return Ok(reached);
                };
                let through_alt = match frame.stage {
                    Stage::EitherFirst => {
                        frame.stage = Stage::EitherSecond(reached);
                        let from = frame.spot;
                        spot = self.out(from);
                        break;
                    }
                    Stage::EitherSecond(first) => {
                        let first_wins = first >= reached;
                        reached = reached.max(first);
                        first_wins
                    }
                    Stage::RepeatMore if reached == Reached::NONE => {
                        frame.stage = Stage::RepeatOut;
                        let from = frame.spot;
                        spot = self.out(from);
                        break;
                    }
                    Stage::RepeatMore => true,
                    Stage::RepeatOut => false,
                };
                let solved = frame.spot;
                self.keep(solved, Kept::new(reached, through_alt))?;
                self.frames.pop();
            }
        }
    }

    /// Follows the states that leave no choice, up to an end or a branch.
    #[inline]
    fn descend(&mut self, mut spot: Spot) -> Result<Step, RegexError> {
        loop {
            self.steps = self.steps.checked_sub(1).ok_or(RegexError::TooComplex)?;
            let state = self.program.states[spot.state as usize];
            match state.op {
                Op::Accept => return Ok(Step::Done(self.accept(spot.place))),
                Op::Repeat | Op::Either => {
                    if let Some((reached, _)) = self.kept(spot) {
                        return Ok(Step::Done(reached));
                    }
                    return Ok(self.branch(spot, state.op));
                }
                _ => match self.follow(spot) {
                    Some(next) => spot = next,
                    None => return Ok(Step::Done(Reached::NONE)),
                },
            }
        }
    }

    #[inline]
    fn accept(&self, place: u32) -> Reached {
        let whole = self.scope == Scope::Prefix || place as usize == self.subject.len();
        if whole && self.not_empty_at != Some(place) {
            Reached::end(place)
        } else {
            Reached::NONE
        }
    }

    #[inline]
    fn branch(&mut self, spot: Spot, op: Op) -> Step {
        let (stage, next) = if op == Op::Either {
            (Stage::EitherFirst, self.round(spot, spot.rounds))
        } else if self.program.loop_of(spot.state) == NO_LOOP {
            (Stage::RepeatMore, self.round(spot, NO_ROUNDS))
        } else {
            match self.contexts.one_more(spot.rounds, spot.state) {
                Some(rounds) => (Stage::RepeatMore, self.round(spot, rounds)),
                None => (Stage::RepeatOut, self.out(spot)),
            }
        };
        Step::Branch(Frame { spot, stage }, next)
    }

    /// Into `alt`, `rounds` having been made.
    #[inline]
    fn round(&self, spot: Spot, rounds: u32) -> Spot {
        let alt = self.program.states[spot.state as usize].alt;
        self.step(Spot { rounds, ..spot }, alt)
    }

    /// On to `next`.
    #[inline]
    fn out(&self, spot: Spot) -> Spot {
        self.step(spot, self.program.states[spot.state as usize].next)
    }

    /// To `state` without consuming a byte: rounds count as long as the loop is
    /// not left.
    #[inline]
    fn step(&self, from: Spot, state: u32) -> Spot {
        let program = self.program;
        let stays =
            from.rounds == NO_ROUNDS || program.loop_of(from.state) == program.loop_of(state);
        Spot {
            state,
            place: from.place,
            rounds: if stays { from.rounds } else { NO_ROUNDS },
        }
    }

    /// Past a state that leaves no choice, if it allows it.
    #[inline]
    fn follow(&mut self, spot: Spot) -> Option<Spot> {
        let state = self.program.states[spot.state as usize];
        let allowed = match state.op {
            Op::Bytes(set) => {
                let byte = *self.subject.get(spot.place as usize)?;
                if !self.program.sets[set as usize].contains(byte) {
                    return None;
                }
                return Some(Spot {
                    state: state.next,
                    place: spot.place + 1,
                    rounds: NO_ROUNDS,
                });
            }
            Op::Run(set) => {
                let end = self.run_end(spot, set);
                if end > spot.place {
                    return Some(Spot {
                        state: state.next,
                        place: end,
                        rounds: NO_ROUNDS,
                    });
                }
                true
            }
            Op::LineStart => spot.place == 0,
            Op::LineEnd => spot.place as usize == self.subject.len(),
            _ => true,
        };
        allowed.then(|| self.out(spot))
    }

    fn run_end(&mut self, spot: Spot, set: u32) -> u32 {
        let subject_end = self.subject.len() as u32;
        let (known, known_end) = match self.stretches.get(&spot.state) {
            Some(&(start, end)) if spot.place <= end => (start, end),
            _ => (subject_end, subject_end),
        };
        if known <= spot.place {
            return known_end;
        }
        let set = &self.program.sets[set as usize];
        let before = &self.subject[spot.place as usize..known as usize];
        let length = before.iter().take_while(|&&byte| set.contains(byte));
        let mut end = spot.place + length.count() as u32;
        if end == known {
            end = known_end;
        }
        if end - spot.place >= WORTH_KEEPING {
            self.stretches.insert(spot.state, (spot.place, end));
        }
        end
    }

    fn groups(&mut self, mut spot: Spot) -> Result<Vec<Option<(usize, usize)>>, RegexError> {
        let mut groups = vec![None; self.program.groups as usize];
        if groups.is_empty() {
            return Ok(groups);
        }
        let mut starts = vec![0; groups.len()];
        loop {
            self.steps = self.steps.checked_sub(1).ok_or(RegexError::TooComplex)?;
            let op = self.program.states[spot.state as usize].op;
            let place = spot.place as usize;
            spot = match op {
                Op::Accept => return Ok(groups),
                Op::Either | Op::Repeat => {
                    // Every branch on the way to a match was solved and kept.
                    let through_alt = self.kept(spot).is_some_and(|(_, through_alt)| through_alt);
                    match (through_alt, self.branch(spot, op)) {
                        (true, Step::Branch(_, next)) => next,
                        _ => self.out(spot),
                    }
                }
                _ => {
                    match op {
                        Op::GroupStart(group @ 1..) => starts[group as usize - 1] = place,
                        Op::GroupEnd(group @ 1..) => {
                            let index = group as usize - 1;
                            groups[index] = Some((starts[index], place));
                        }
                        _ => {}
                    }
                    match self.follow(spot) {
                        Some(next) => next,
                        None => return Ok(groups),
                    }
                }
            };
        }
    }

    /// The cell of `spot` in the dense table.
    #[inline]
    fn cell(&self, spot: Spot) -> Option<usize> {
        if spot.rounds != NO_ROUNDS {
            return None;
        }
        let row = self.program.rows[spot.state as usize] as usize;
        let cell = row * (self.subject.len() + 1) + spot.place as usize;
        (cell < self.dense.len()).then_some(cell)
    }

    #[inline]
    fn kept(&self, spot: Spot) -> Option<(Reached, bool)> {
        let kept = if self.not_empty_at == Some(spot.place) {
            self.at_start.get(&spot).copied()
        } else if let Some(cell) = self.cell(spot) {
            Some(Kept(self.dense[cell]))
        } else {
            self.sparse.get(&spot).copied()
        };
        kept.and_then(Kept::get)
    }

    #[inline]
    fn keep(&mut self, spot: Spot, kept: Kept) -> Result<(), RegexError> {
        let results = if self.not_empty_at == Some(spot.place) {
            &mut self.at_start
        } else if let Some(cell) = self.cell(spot) {
            self.dense[cell] = kept.0;
            return Ok(());
        } else {
            &mut self.sparse
        };
        results.insert(spot, kept);
        let cost = self.sparse.len() + self.at_start.len() + self.contexts.size;
        if cost > self.kept_limit {
            return Err(RegexError::TooComplex);
        }
        Ok(())
    }
}

/// How often each `Repeat` was entered at one place, numbered.
#[derive(Debug, Default)]
struct Contexts {
    /// Sorted by state; the context of number n is at n - 1.
    rounds: Vec<Vec<(u32, u8)>>,
    numbers: FxHashMap<Vec<(u32, u8)>, u32>,
    size: usize,
}

impl Contexts {
    /// `context` with one more round of `repeat`, unless it has had its share.
    fn one_more(&mut self, context: u32, repeat: u32) -> Option<u32> {
        let mut rounds = match context {
            NO_ROUNDS => Vec::new(),
            number => self.rounds[number as usize - 1].clone(),
        };
        match rounds.binary_search_by_key(&repeat, |&(state, _)| state) {
            Ok(index) if rounds[index].1 >= ROUNDS_AT_ONE_PLACE => return None,
            Ok(index) => rounds[index].1 += 1,
            Err(index) => rounds.insert(index, (repeat, 1)),
        }
        if let Some(&number) = self.numbers.get(&rounds) {
            return Some(number);
        }
        self.size += rounds.len();
        self.rounds.push(rounds.clone());
        let number = self.rounds.len() as u32;
        self.numbers.insert(rounds, number);
        Some(number)
    }
}
