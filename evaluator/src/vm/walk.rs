//! Walks through structures (equality, coercion, deep evaluation, JSON, XML):
//! how deep each release gets before its stack or call depth ends, and that a
//! walk which forces nothing new still meets the limits of the evaluation.

use super::coroutine::Co;
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Limit, Result};
use crate::heap::Attrs;
use crate::state::State;

/// What walks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Walk {
    /// `==`
    Equality,
    /// Coercion to a string.
    Coercion,
    /// Coercion to a path, which calls `__toString` again on what that gives.
    Naming,
    /// `deepSeq`, `--strict`
    Forcing,
    /// `toJSON`, `toXML`
    Writing,
    /// The search for derivations.
    Searching,
}

/// After so many steps of walks the limits are looked at.
pub(super) const PAUSE: u32 = 1024;

impl Walk {
    /// How deep the releases without a limit for structures get before their
    /// native stack ends (8 MB in 2.3, 64 MB later), as measured with lists in
    /// lists, and for paths with `__toString` in `__toString`.
    fn native_depth(self, state: &State<'_>) -> usize {
        let small_stack = !state.has(Behaviour::CorepkgsAreBuiltIn);
        let limited_calls = state.has(Behaviour::CallDepthIsLimited);
        match self {
            Walk::Equality if small_stack => 75_000,
            Walk::Equality => 600_000,
            Walk::Coercion if small_stack => 35_000,
            Walk::Coercion => 150_000,
            Walk::Naming if small_stack => 19_000,
            Walk::Naming if state.has(Behaviour::StructureCountsAsDepth) => 274_000,
            Walk::Naming if limited_calls => 297_000,
            Walk::Naming => 118_000,
            Walk::Forcing if small_stack => 150_000,
            Walk::Forcing if limited_calls => 75_000,
            Walk::Forcing => 1_200_000,
            Walk::Writing if small_stack => 15_000,
            Walk::Writing => 75_000,
            Walk::Searching if small_stack => 15_000,
            Walk::Searching => 75_000,
        }
    }
}

/// Which of the attributes of a set comes at its `turn` where all are evaluated.
pub(super) fn at_turn(state: &State<'_>, set: Attrs<'_>, turn: usize) -> usize {
    let names = set.keys().as_slice().iter().map(|key| key.name);
    state.symbols.at_turn(turn, names)
}

/// Accounts for a step of a walk that is `nested` levels deep and has put
/// together `written` bytes. Whether the walker must [`Co::pause`] now.
///
/// # Errors
/// If the release gets no deeper, or it wrote more than memory allows.
#[inline]
pub fn step<'h>(
    co: &Co<'h>,
    state: &State<'h>,
    walk: Walk,
    nested: usize,
    written: usize,
) -> Result<bool> {
    let counts_as_calls = walk != Walk::Naming && state.has(Behaviour::StructureCountsAsDepth);
    let is_too_deep = if counts_as_calls {
        co.depth as usize + nested > state.settings.limits.call_depth as usize
    } else {
        nested > walk.native_depth(state)
    };
    if is_too_deep {
        return Err(overflow(counts_as_calls));
    }
    check_written(state, written)?;
    let steps = state.walked.get().wrapping_add(1);
    state.walked.set(steps);
    Ok(steps.is_multiple_of(PAUSE))
}

/// Fails where what a value is written into has become too long.
///
/// # Errors
/// If it is longer than memory allows.
#[inline]
pub fn check_written(state: &State<'_>, written: usize) -> Result<()> {
    if is_too_much(state, written) {
        return Err(too_much_is_written());
    }
    Ok(())
}

/// Whether what a value is written into has become longer than memory allows.
#[inline]
pub fn is_too_much(state: &State<'_>, written: usize) -> bool {
    if written > state.longest_text.get() {
        state.longest_text.set(written);
    }
    let limits = &state.settings.limits;
    written > limits.memory.min(limits.text)
}

/// The error of a text that has.
#[cold]
pub fn too_much_is_written() -> Error {
    Error::new(
        ErrorKind::Limit(Limit::Memory),
        "the evaluation needs more memory than allowed",
    )
}

/// How many calls `nested` levels of a structure that is walked count as.
pub fn levels(state: &State<'_>, nested: usize) -> u32 {
    if state.has(Behaviour::StructureCountsAsDepth) {
        u32::try_from(nested).unwrap_or(u32::MAX)
    } else {
        0
    }
}

/// The error of a walk that gets no deeper.
#[cold]
pub fn too_deep(state: &State<'_>) -> Error {
    overflow(state.has(Behaviour::StructureCountsAsDepth))
}

/// The error of calls that get no deeper.
#[cold]
pub fn too_many_calls(state: &State<'_>) -> Error {
    overflow(state.has(Behaviour::CallDepthIsLimited))
}

fn overflow(is_counted: bool) -> Error {
    let of = |message| Error::new(ErrorKind::CallDepth, message);
    if is_counted {
        of("stack overflow; max-call-depth exceeded")
    } else {
        of("stack overflow (possible infinite recursion)").bare()
    }
}
