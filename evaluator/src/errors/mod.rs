//! How evaluation fails: a closed list of kinds, each with a message, a
//! position and a trace through the Nix calls.

use crate::positions::Pos;
use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};
use std::fmt;
use std::rc::Rc;

mod suggestions;
mod trace;

pub use suggestions::best_matches;
use trace::Trace;

/// What kind of failure an error is. The list is closed: comparing two
/// evaluators means comparing these.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ErrorKind {
    /// `throw`
    Throw,
    /// A failed `assert`.
    Assert,
    /// `abort`
    Abort,
    /// The program is no program.
    Parse,
    /// A variable that nothing defines.
    UndefinedVariable,
    /// An attribute that the set does not have.
    MissingAttribute,
    /// A value of the wrong type, or one that cannot be coerced or compared.
    Type,
    /// A thunk that needs its own value.
    InfiniteRecursion,
    /// More nested calls than the release allows.
    CallDepth,
    /// Division by zero.
    DivisionByZero,
    /// An integer that does not fit 64 bits.
    Overflow,
    /// A function called without an argument that it requires.
    MissingArgument,
    /// A function called with an argument that it does not take.
    UnexpectedArgument,
    /// A `<path>` that the search path does not have.
    SearchPath,
    /// A file that cannot be read.
    Io,
    /// A hash that is not the expected one.
    HashMismatch,
    /// Something that restricted or pure evaluation forbids.
    Restricted,
    /// An experimental feature that is not enabled.
    Feature,
    /// A build during evaluation that is not allowed.
    ImportFromDerivation,
    /// A value that is of the right type but not acceptable: a malformed
    /// regular expression, JSON text, hash, version, index, …
    Value,
    /// Something this evaluator cannot do yet; says so.
    Unsupported,
    /// A resource limit: no statement about the program.
    Limit(Limit),
}

/// Which resource ran out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Limit {
    /// The number of calls.
    Fuel,
    /// The number of nested frames.
    Depth,
    /// The bytes of the arena.
    Memory,
    /// The time.
    Time,
}

/// A line of a trace: what was being done, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TraceLine {
    /// What was being done, as C++ Nix words it.
    pub text: Cow<'static, str>,
    /// Where; [`Pos::NONE`] if that is not known.
    pub pos: Pos,
    /// Whether it is printed even where a trace is cut short (`TracePrint` in
    /// `error.hh`).
    pub always: bool,
}

/// A failed evaluation.
///
/// Clones are the same error: a thunk that failed keeps it, and lines of trace
/// that are added further out are in what the thunk keeps too, as in C++ Nix.
#[derive(Clone, Debug)]
pub struct Error(Rc<Content>);

#[derive(Clone, Debug)]
struct Content {
    kind: ErrorKind,
    message: Vec<u8>,
    pos: Cell<Pos>,
    /// Whether it has no position whoever knows one.
    nowhere: Cell<bool>,
    /// Whether the call of a builtin is no position of it.
    foreign: Cell<bool>,
    /// Whether it has no trace, whoever knows a line of one.
    bare: Cell<bool>,
    trace: RefCell<Trace>,
    suggestions: RefCell<Vec<String>>,
}

/// What evaluation gives.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error without position.
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<Vec<u8>>) -> Error {
        Error(Rc::new(Content {
            kind,
            message: message.into(),
            pos: Cell::new(Pos::NONE),
            nowhere: Cell::new(false),
            foreign: Cell::new(false),
            bare: Cell::new(false),
            trace: RefCell::default(),
            suggestions: RefCell::default(),
        }))
    }

    /// A value of the wrong type.
    #[cold]
    pub fn type_error(message: impl Into<Vec<u8>>) -> Error {
        Error::new(ErrorKind::Type, message)
    }

    /// A value of the right type that is not acceptable.
    #[cold]
    pub fn value(message: impl Into<Vec<u8>>) -> Error {
        Error::new(ErrorKind::Value, message)
    }

    /// The error at `pos`, unless it has a position already.
    #[must_use]
    pub fn at(self, pos: Pos) -> Error {
        if self.0.pos.get() == Pos::NONE && !self.0.nowhere.get() {
            self.0.pos.set(pos);
        }
        self
    }

    /// The error without position, whoever knows one: releases before 2.14 leave
    /// it out here and there.
    #[must_use]
    pub fn nowhere(self) -> Error {
        self.0.nowhere.set(true);
        self
    }

    /// The error as its message alone: the end of the native stack is told by a
    /// signal handler, which knows nothing of the program (`stack.cc`), and what a
    /// library throws is caught nowhere.
    #[must_use]
    pub fn bare(self) -> Error {
        self.0.bare.set(true);
        self.nowhere()
    }

    /// Whether the release ends with it, and evaluates nothing that would come after an error.
    pub fn ends_the_process(&self) -> bool {
        self.0.bare.get()
    }

    /// The error as one that is thrown below the evaluator, by the code for stores,
    /// hashes or files: where a trace does not tell where a builtin was called,
    /// neither does the error.
    #[must_use]
    pub fn foreign(self) -> Error {
        self.0.foreign.set(true);
        self
    }

    /// Whether it was thrown below the evaluator.
    pub fn is_foreign(&self) -> bool {
        self.0.foreign.get()
            || matches!(
                self.0.kind,
                ErrorKind::Io | ErrorKind::Restricted | ErrorKind::HashMismatch
            )
    }

    /// The error with a further line of trace, outermost last.
    #[must_use]
    pub fn traced(self, pos: Pos, text: impl Into<Cow<'static, str>>) -> Error {
        self.push(pos, text.into(), false);
        self
    }

    /// As [`Error::traced`], with a line that is printed even where a trace is
    /// cut short: `addErrorContext`.
    #[must_use]
    pub fn traced_always(self, text: String) -> Error {
        self.push(Pos::NONE, text.into(), true);
        self
    }

    fn push(&self, pos: Pos, text: Cow<'static, str>, always: bool) {
        if matches!(self.0.kind, ErrorKind::Limit(_)) || self.0.bare.get() {
            // A limit says nothing about the program, wherever it was hit.
            return;
        }
        if always || !text.is_empty() {
            let line = TraceLine { text, pos, always };
            self.0.trace.borrow_mut().push(line);
        }
    }

    /// The error with names that may have been meant.
    #[must_use]
    pub fn suggesting(self, names: Vec<String>) -> Error {
        *self.0.suggestions.borrow_mut() = names;
        self
    }

    /// The error as a thunk that kept it fails again: what is added to its trace
    /// from now on is this failure's own (`Failed::rethrow` in `value.hh`).
    #[must_use]
    pub fn again(&self) -> Error {
        let trace = self.0.trace.borrow_mut().fork();
        Error(Rc::new(Content {
            message: self.0.message.clone(),
            pos: self.0.pos.clone(),
            nowhere: self.0.nowhere.clone(),
            foreign: self.0.foreign.clone(),
            bare: self.0.bare.clone(),
            trace: RefCell::new(trace),
            suggestions: self.0.suggestions.clone(),
            ..*self.0
        }))
    }

    /// What kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What is wrong, as C++ Nix words it, without `error: `.
    pub fn message(&self) -> &[u8] {
        &self.0.message
    }

    /// Where it is wrong; [`Pos::NONE`] if that is not known.
    pub fn pos(&self) -> Pos {
        self.0.pos.get()
    }

    /// The trace, innermost first.
    pub fn trace(&self) -> Vec<TraceLine> {
        self.0.trace.borrow().lines()
    }

    /// Whether there is any line of trace.
    pub fn is_traced(&self) -> bool {
        !self.0.trace.borrow().is_empty()
    }

    /// Names that may have been meant, the likeliest first.
    pub fn suggestions(&self) -> Ref<'_, [String]> {
        Ref::map(self.0.suggestions.borrow(), Vec::as_slice)
    }

    /// Whether `builtins.tryEval` catches it. Only these three do so in every
    /// release (`prim_tryEval` catches `AssertionError`).
    pub fn catchable(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Throw | ErrorKind::Assert | ErrorKind::SearchPath
        )
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0.message))
    }
}

impl std::error::Error for Error {}
