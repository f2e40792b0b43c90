//! The kinds of errors, and how each is recognised in the messages of the four releases. One row of
//! the table is one thing to add; the first row that matches wins. Every row was probed in the
//! binaries: `tests/captured.json` holds what they said.

use std::{fmt, sync::LazyLock};

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use crate::{dialect::Dialect, outcome::Failure, stderr::Stderr};

mod table;

use table::TABLE;

/// What went wrong, in terms that hold for every evaluator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// `builtins.throw`; catchable.
    Throw,
    /// An `assert` whose condition is false; catchable.
    Assert,
    /// `builtins.abort`.
    Abort,
    /// A variable that is not bound.
    UndefinedVariable,
    /// An attribute that a selection or a builtin needs is not there.
    MissingAttribute,
    /// A value of another type than the one needed.
    Type,
    /// A thunk that needs itself.
    InfiniteRecursion,
    /// Calls nested too deeply.
    RecursionDepth,
    /// A division by zero.
    DivisionByZero,
    /// A number that does not fit into an integer.
    Overflow,
    /// A text that is not a program.
    Parse,
    /// A function called without an argument that it requires.
    MissingArgument,
    /// A function called with an argument that it does not know.
    UnexpectedArgument,
    /// A `<name>` that the search path does not have; catchable.
    SearchPath,
    /// An index past the end of a list, or an element of an empty one.
    Index,
    /// A computed attribute name that its set already has (a written one is [`ErrorKind::Parse`]).
    DuplicateAttribute,
    /// A value of the right type that a builtin does not accept.
    Argument,
    /// Text that a decoder or a regular expression does not accept.
    Data,
    /// A file that cannot be read, or the network.
    Io,
    /// Content that does not have the hash that it should have.
    HashMismatch,
    /// Something that restricted or pure evaluation forbids.
    Restricted,
    /// Something that needs an experimental feature.
    Feature,
    /// A store path or a derivation that is not valid.
    Store,
    /// An output that would have to be built during evaluation.
    ImportFromDerivation,
    /// Flags that the evaluator does not know.
    Usage,
    /// Something that the evaluator says it cannot do yet.
    NotImplemented,
    /// Anything else.
    Other,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: [Self; 27] = [
        Self::Throw,
        Self::Assert,
        Self::Abort,
        Self::UndefinedVariable,
        Self::MissingAttribute,
        Self::Type,
        Self::InfiniteRecursion,
        Self::RecursionDepth,
        Self::DivisionByZero,
        Self::Overflow,
        Self::Parse,
        Self::MissingArgument,
        Self::UnexpectedArgument,
        Self::SearchPath,
        Self::Index,
        Self::DuplicateAttribute,
        Self::Argument,
        Self::Data,
        Self::Io,
        Self::HashMismatch,
        Self::Restricted,
        Self::Feature,
        Self::Store,
        Self::ImportFromDerivation,
        Self::Usage,
        Self::NotImplemented,
        Self::Other,
    ];

    /// The name used in recorded outcomes and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Throw => "throw",
            Self::Assert => "assert",
            Self::Abort => "abort",
            Self::UndefinedVariable => "undefined-variable",
            Self::MissingAttribute => "missing-attribute",
            Self::Type => "type",
            Self::InfiniteRecursion => "infinite-recursion",
            Self::RecursionDepth => "recursion-depth",
            Self::DivisionByZero => "division-by-zero",
            Self::Overflow => "overflow",
            Self::Parse => "parse",
            Self::MissingArgument => "missing-argument",
            Self::UnexpectedArgument => "unexpected-argument",
            Self::SearchPath => "search-path",
            Self::Index => "index",
            Self::DuplicateAttribute => "duplicate-attribute",
            Self::Argument => "argument",
            Self::Data => "data",
            Self::Io => "io",
            Self::HashMismatch => "hash-mismatch",
            Self::Restricted => "restricted",
            Self::Feature => "feature",
            Self::Store => "store",
            Self::ImportFromDerivation => "import-from-derivation",
            Self::Usage => "usage",
            Self::NotImplemented => "not-implemented",
            Self::Other => "other",
        }
    }

    /// The kind that stands for it in comparisons. What a builtin does not accept is told apart here
    /// for the reader; it is one kind in comparisons, because which check comes first differs from
    /// builtin to builtin and from release to release, and the meaning is the same.
    pub const fn compared_as(self) -> Self {
        match self {
            Self::Index | Self::DuplicateAttribute | Self::Data | Self::Store => Self::Argument,
            other => other,
        }
    }

    /// Whether `builtins.tryEval` catches it: C++ Nix derives these three, and only these, from
    /// `AssertionError` (`src/libexpr/nixexpr.hh`).
    pub const fn is_catchable(self) -> bool {
        matches!(self, Self::Throw | Self::Assert | Self::SearchPath)
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What from 2.26 on a false assertion says that was an equation: how its sides differ
/// (`EvalState::assertEqValues`). The frames tell it from a `throw` and from other errors in the
/// condition.
const UNEQUAL: &str = r"is not equal to|^attribute names? |^distinct functions |^assertEqValues";

static UNEQUAL_PATTERN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(UNEQUAL).expect("the pattern is a constant that tests use"));

static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    TABLE
        .iter()
        .map(|row| {
            // Names in a message can have several lines.
            RegexBuilder::new(row.pattern)
                .dot_matches_new_line(true)
                .build()
                .expect("a test compiles every row of the table")
        })
        .collect()
});

/// The kind of an error that was taken for a `throw` and is none.
pub fn unthrown(message: &str) -> ErrorKind {
    let found = TABLE.iter().zip(PATTERNS.iter());
    found
        .filter(|(_, pattern)| pattern.is_match(message))
        .map(|(row, _)| row.kind)
        .next()
        .unwrap_or(ErrorKind::Other)
}

/// Whether the report leaves open if the error was thrown; then only `tryEval` can tell. In 2.3 and 2.8
/// a `throw` has no position and its text may be that of another error without one. From 2.26 on a frame
/// says it, but the argument of `throw` can fail, be a path that is copied to the store or a string whose context
/// cannot be read, and some such failures have the same frames: a text that looks like one of them is open. So is one
/// that is like nothing known: a command may write its errors in another layout, and one for terminals may have swallowed
/// the frame that tells.
pub fn is_ambiguous(failure: &Failure, dialect: Dialect) -> bool {
    let is_throw = failure.kind == ErrorKind::Throw;
    if dialect >= Dialect::V2_26 {
        let looks_otherwise = unthrown(&failure.message) != ErrorKind::Other;
        let says_nothing = failure.kind == ErrorKind::Other;
        return is_throw && looks_otherwise
            || says_nothing
            || failure.kind == ErrorKind::InfiniteRecursion;
    }
    let said_by_its_text = matches!(
        failure.kind,
        ErrorKind::Abort
            | ErrorKind::Parse
            | ErrorKind::SearchPath
            | ErrorKind::RecursionDepth
            | ErrorKind::Usage
    );
    failure.position.is_none() && !said_by_its_text
}

/// The kind of the error that a release reported.
pub fn classify(report: &Stderr, dialect: Dialect) -> ErrorKind {
    let has_frames = dialect >= Dialect::V2_26;
    if has_frames
        && report.position.is_none()
        && report
            .innermost()
            .is_some_and(|frame| frame.text == "while calling the 'throw' builtin")
        && report.message != "infinite recursion encountered"
    {
        return ErrorKind::Throw;
    }
    if has_frames
        && report.has_frame("while evaluating the condition of the assertion '")
        && UNEQUAL_PATTERN.is_match(&report.message)
    {
        return ErrorKind::Assert;
    }
    let is_placed = report.position.is_some() || report.unplaced;
    let found = TABLE.iter().zip(PATTERNS.iter()).find(|(row, pattern)| {
        (has_frames || is_placed || !row.placed) && pattern.is_match(&report.message)
    });
    match found {
        Some((row, _)) => row.kind,
        // Also without a text: 2.3 and 2.8 print none for an empty one.
        None if !has_frames && !is_placed => ErrorKind::Throw,
        None => ErrorKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_compiles() {
        for row in TABLE {
            assert!(Regex::new(row.pattern).is_ok(), "{}", row.pattern);
        }
    }

    #[test]
    fn names_are_those_of_the_recorded_outcomes() {
        for kind in ErrorKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
    }

    #[test]
    fn a_throw_without_text_is_a_throw_where_nothing_else_says_so() {
        let kind = |text, dialect| classify(&Stderr::read(text, dialect), dialect);
        assert_eq!(kind("error: \n", Dialect::V2_3), ErrorKind::Throw);
        assert_eq!(kind("\n", Dialect::V2_8), ErrorKind::Throw);
        assert_eq!(kind("\n", Dialect::V2_26), ErrorKind::Other);
    }

    #[test]
    fn what_was_thrown_is_left_open_only_where_the_report_does_not_say() {
        let open = |text: &str, dialect| {
            let report = Stderr::read(text, dialect);
            is_ambiguous(&report.failure(dialect), dialect)
        };
        let unplaced = "error: path '/x' does not exist\n";
        assert!(open(unplaced, Dialect::V2_3));
        assert!(open("error: anything\n", Dialect::V2_8));
        let placed = "error: value is null while a list was expected, at /pwd/p.nix:1:1\n";
        assert!(!open(placed, Dialect::V2_3));
        assert!(!open(unplaced, Dialect::V2_34));
        let thrown = "error:\n       … while calling the 'throw' builtin\n         at /pwd/p.nix:1:1:\n            1| x\n\n       ";
        assert!(open(
            &format!("{thrown}error: path '/x' does not exist\n"),
            Dialect::V2_34
        ));
        assert!(open(
            &format!("{thrown}error: attribute 'body' missing\n"),
            Dialect::V2_26
        ));
        assert!(!open(&format!("{thrown}error: x\n"), Dialect::V2_34));
        assert!(open("error: x\n", Dialect::V2_34));
    }

    #[test]
    fn infinite_recursion_is_that_until_try_eval_catches_it() {
        for (text, dialect) in [
            ("error: infinite recursion encountered\n", Dialect::V2_8),
            (
                "error:\n       … while calling the 'throw' builtin\n         at /pwd/p.nix:1:1:\n            1| x\n\n       error: infinite recursion encountered\n",
                Dialect::V2_34,
            ),
        ] {
            let failure = Stderr::read(text, dialect).failure(dialect);
            assert_eq!(failure.kind, ErrorKind::InfiniteRecursion);
            assert!(is_ambiguous(&failure, dialect));
        }
    }

    #[test]
    fn what_was_taken_for_a_throw_gets_the_kind_of_its_text() {
        assert_eq!(unthrown("path '/x' does not exist"), ErrorKind::Io);
        assert_eq!(unthrown("anything"), ErrorKind::Other);
    }

    #[test]
    fn a_throw_that_looks_like_another_error_is_a_throw() {
        let old = "error: attribute 'x' missing\n";
        let old = Stderr::read(old, Dialect::V2_3);
        assert_eq!(classify(&old, Dialect::V2_3), ErrorKind::Throw);
    }
}
