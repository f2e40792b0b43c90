//! The frames of the VM's stack.

use super::coroutine::{Arguments, Coroutine};
use crate::compiler::Chunk;
use crate::heap::{Env, Thunk, Value};
use crate::positions::Pos;

/// Something being evaluated.
pub(super) struct Frame<'h> {
    /// What it is.
    pub code: Code<'h>,
    /// The thunk that gets the result.
    pub update: Option<&'h Thunk<'h>>,
    /// How many calls are under way, this one included.
    pub depth: u32,
    /// Where it was called or forced.
    pub pos: Pos,
}

const _: () = assert!(
    size_of::<Frame<'_>>() == 56,
    "frames are small: there are many"
);

/// What a frame does.
pub(super) enum Code<'h> {
    /// Runs bytecode.
    Unit(UnitFrame<'h>),
    /// Runs Rust that asks for evaluations.
    Generator(GeneratorFrame<'h>),
    /// Forces the arguments of a builtin, then runs it.
    Builtin(BuiltinFrame<'h>),
    /// Folds a list.
    Fold(FoldFrame<'h>),
    /// Waits for a function to which more arguments are to be applied.
    Apply(ApplyFrame),
}

/// A unit being run.
#[derive(Clone, Copy)]
pub(super) struct UnitFrame<'h> {
    /// Its bytecode.
    pub chunk: &'h Chunk<'h>,
    /// The next instruction.
    pub ip: usize,
    /// Where its variables start on the stack.
    pub base: usize,
    /// The environment it makes thunks and functions in.
    pub env: Option<Env<'h>>,
}

/// A generator and what it waits for.
pub(super) struct GeneratorFrame<'h> {
    /// The coroutine.
    pub generator: Coroutine<'h>,
    /// Whether it waits for an answer, which may be an error.
    pub waits: bool,
    /// Whether what it waits for is the result of a call.
    pub calls: bool,
    /// The builtin that it is, for traces; or [`NO_BUILTIN`].
    pub builtin: u32,
    /// The height of the stack when it was started.
    pub base: u32,
}

/// A builtin whose arguments are being forced.
#[derive(Clone, Copy)]
pub(super) struct BuiltinFrame<'h> {
    /// Its number.
    pub builtin: u32,
    /// Which of the arguments it wants forced is next; behind them, which element of the list that it wants
    /// forced as well.
    pub step: u32,
    /// The arguments.
    pub arguments: Arguments<'h>,
}

/// `foldl'` at work: builtins that call for each element run as generators,
/// but this one is called so often that it has a frame of its own.
#[derive(Clone, Copy)]
pub(super) struct FoldFrame<'h> {
    /// The builtin's number, for traces.
    pub builtin: u32,
    /// The function.
    pub function: Value<'h>,
    /// The elements that it was not called with yet.
    pub left: &'h [Value<'h>],
}

/// The number of no builtin.
pub(super) const NO_BUILTIN: u32 = u32::MAX;

/// A call with arguments left over: they are on the stack.
#[derive(Clone, Copy)]
pub(super) struct ApplyFrame {
    /// Where the function of the call is on the stack; the result goes there.
    pub base: usize,
    /// The next argument.
    pub next: usize,
    /// One past the last argument.
    pub end: usize,
    /// The builtin whose result is being evaluated; [`NO_BUILTIN`] if it is not
    /// the result of one.
    pub builtin: u32,
}
