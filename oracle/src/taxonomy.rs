//! The kinds of errors, and how each is recognised in the messages of the four releases. One row of
//! the table is one thing to add; the first row that matches wins. Every row was probed in the
//! binaries: `tests/captured.json` holds what they said.

use std::{fmt, sync::LazyLock};

use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::{dialect::Dialect, outcome::Failure, stderr::Stderr};

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

/// One way in which a kind shows.
struct Row {
    kind: ErrorKind,
    pattern: &'static str,
    /// Whether 2.3 and 2.8 always give a position with it. They give none with a `throw`, so that the
    /// same text without a position is a `throw` that looks like it.
    placed: bool,
}

const fn row(kind: ErrorKind, pattern: &'static str) -> Row {
    Row {
        kind,
        pattern,
        placed: false,
    }
}

const fn placed(kind: ErrorKind, pattern: &'static str) -> Row {
    Row {
        kind,
        pattern,
        placed: true,
    }
}

const TABLE: &[Row] = &[
    row(
        ErrorKind::Abort,
        r"^evaluation aborted with the following error message",
    ),
    placed(ErrorKind::Parse, r"^syntax error"),
    row(ErrorKind::Parse, r"^invalid (integer|float) '"),
    row(ErrorKind::Parse, r"^path .*has a trailing slash$"),
    row(ErrorKind::Parse, r"^URL literals are disabled$"),
    placed(ErrorKind::Parse, r"^duplicate formal function argument '"),
    placed(ErrorKind::Parse, r"^dynamic attributes not allowed in "),
    placed(ErrorKind::Parse, r"^attribute '.*' already defined at "),
    row(
        ErrorKind::Parse,
        r"(?s)NUL byte|null bytes? in (the )?(source|expression)|^input string '.*' cannot be represented",
    ),
    row(
        ErrorKind::Parse,
        r" \(lint-(url|short-path|absolute-path)-literals\)$",
    ),
    placed(
        ErrorKind::DuplicateAttribute,
        r"^dynamic attribute '.*' already defined at ",
    ),
    placed(ErrorKind::UndefinedVariable, r"^undefined variable '"),
    row(
        ErrorKind::SearchPath,
        r"^file '.*' was not found in the Nix search path",
    ),
    row(
        ErrorKind::SearchPath,
        r"^cannot look up '<.*>' in pure eval",
    ),
    placed(
        ErrorKind::InfiniteRecursion,
        r"^infinite recursion encountered",
    ),
    row(ErrorKind::RecursionDepth, r"^stack overflow"),
    row(ErrorKind::Feature, r"^experimental Nix feature '"),
    row(
        ErrorKind::Feature,
        r" requires the 'flakes' experimental feature",
    ),
    row(
        ErrorKind::Restricted,
        r" is forbidden in (restricted mode|pure eval)",
    ),
    row(ErrorKind::Restricted, r"^in pure evaluation mode, "),
    row(ErrorKind::Restricted, r" is not allowed in pure eval"),
    // 2.26 says `path ''` instead of which, so that derivations cannot be told from other objects.
    row(
        ErrorKind::Store,
        r"^cannot find '.*', since path '.*' is not valid$",
    ),
    row(
        ErrorKind::ImportFromDerivation,
        r"allow-import-from-derivation",
    ),
    row(
        ErrorKind::ImportFromDerivation,
        r"path '.*\.drv' is not valid$",
    ),
    row(
        ErrorKind::ImportFromDerivation,
        r"^cannot build '.*' during evaluation",
    ),
    row(ErrorKind::HashMismatch, r"^(hash|store path) mismatch"),
    row(ErrorKind::HashMismatch, r"^NAR hash mismatch"),
    row(
        ErrorKind::Store,
        r"^cannot (import|read|check the existence of) '.*', since path '.*' is not valid$",
    ),
    placed(ErrorKind::DivisionByZero, r"^division by zero$"),
    row(ErrorKind::Overflow, r"^integer overflow in "),
    row(ErrorKind::Overflow, r"^overflow in integer division"),
    // 2.34 refuses what a conversion to a float changed before (`floor`, `ceil`).
    row(
        ErrorKind::Overflow,
        r"^Due to a bug .* the NixInt argument |^Due to a bug .* because the NixInt argument ",
    ),
    row(ErrorKind::Overflow, r"is not in the range of NixInt"),
    row(ErrorKind::Overflow, r"outside of Nix integer range"),
    row(ErrorKind::Overflow, r"^out-of-range JSON number"),
    row(
        ErrorKind::MissingArgument,
        r"^(anonymous |function |').* called without required argument '",
    ),
    row(
        ErrorKind::MissingArgument,
        r"^cannot (auto-call|evaluate) a function that has an argument without ",
    ),
    row(
        ErrorKind::UnexpectedArgument,
        r"^(anonymous |function |').* called with unexpected argument '",
    ),
    // That of `let { … }`, for which 2.8 has no position.
    row(ErrorKind::MissingAttribute, r"^attribute 'body' missing$"),
    placed(
        ErrorKind::MissingAttribute,
        r"^attribute '.*' (is )?(missing|required)",
    ),
    row(
        ErrorKind::MissingAttribute,
        r"^attribute '.*' in selection path '.*' not found",
    ),
    placed(
        ErrorKind::MissingAttribute,
        r"^'.*' attribute missing in a call to ",
    ),
    row(
        ErrorKind::MissingAttribute,
        r"^(missing )?required '?attribute",
    ),
    row(
        ErrorKind::MissingAttribute,
        r"^missing required '.*' attribute",
    ),
    row(
        ErrorKind::MissingAttribute,
        r"^required attribute '.*' missing",
    ),
    row(ErrorKind::MissingAttribute, r"^'.*' (argument )?required$"),
    row(
        ErrorKind::Index,
        r"^list index -?\d+ (in selection path '.*' )?is out of ",
    ),
    row(ErrorKind::Index, r"called on an empty list$"),
    row(ErrorKind::Index, r"^'builtins\.elemAt' called with index "),
    row(ErrorKind::Type, r"^expected (a|an) .* but found "),
    row(ErrorKind::Type, r"^value is .* while .* was expected"),
    placed(ErrorKind::Type, r"^cannot (coerce|add) "),
    row(ErrorKind::Type, r"^cannot (compare|convert) "),
    placed(
        ErrorKind::Type,
        r"^attempt to call something which is not a function but ",
    ),
    row(ErrorKind::Type, r"requires a function$"),
    row(ErrorKind::Type, r" is not a function but "),
    row(
        ErrorKind::Type,
        r"^the expression selected by the selection path '.*' should be ",
    ),
    row(ErrorKind::Type, r"^does not support (JSON|XML) conversion"),
    row(
        ErrorKind::Type,
        r"^expression does not evaluate to a derivation",
    ),
    row(ErrorKind::Store, r", since path '.*' is not valid$"),
    row(
        ErrorKind::Io,
        r"^unable to download '|^Failed to (open archive|fetch git repository)",
    ),
    row(
        ErrorKind::Io,
        r"(does not exist|No such file or directory|Is a directory|Not a directory|Permission denied|Too many levels of symbolic links)$",
    ),
    row(
        ErrorKind::Io,
        r"^(opening|reading|getting status|getting attributes|read of|cannot read) ",
    ),
    row(
        ErrorKind::Io,
        r"exceeds maximum NAR directory depth|^infinite symlink recursion|^too many symbolic links",
    ),
    row(ErrorKind::Io, r"^executing "),
    row(
        ErrorKind::Data,
        r"^(JSON serialization error: |cannot process __json attribute: )?\[json\.exception\.",
    ),
    row(
        ErrorKind::Data,
        r"JSON (string|value|number|object|member|array element|strings)\b",
    ),
    row(
        ErrorKind::Data,
        r"^while parsing (a )?TOML|^unsupported value type in TOML",
    ),
    row(
        ErrorKind::Data,
        r"^(invalid|memory limit exceeded by) regular expression '",
    ),
    row(
        ErrorKind::Data,
        r"^hash '.*' (has wrong length|does not include a type|with unexpected algorithm|should have type)",
    ),
    row(
        ErrorKind::Data,
        r"^hash '.*' (is not|does not)|^invalid (base-?\d+|Base64|nix32|SRI) hash|^invalid character (.* )?in (base|hash|Base)",
    ),
    row(ErrorKind::Data, r"cannot be represented as a Nix string"),
    row(
        ErrorKind::Argument,
        r"^negative start position in 'substring'",
    ),
    // What the C++ library says of a start past 32 bits (`substring` in 2.26).
    row(ErrorKind::Argument, r"^basic_string_view::substr: "),
    row(ErrorKind::Argument, r"^cannot create list of size -"),
    row(ErrorKind::Argument, r"^'from' and 'to' arguments "),
    row(ErrorKind::Argument, r" must use an absolute path\. The '"),
    row(ErrorKind::Argument, r"^not an absolute path: '"),
    row(
        ErrorKind::Argument,
        r"^empty attribute name in selection path '",
    ),
    row(
        ErrorKind::Argument,
        r"^unknown hash (type|algorithm|format) '",
    ),
    row(
        ErrorKind::Argument,
        r"^string '.*' doesn't represent an absolute path",
    ),
    row(
        ErrorKind::Argument,
        r"^a string that refers to a store path cannot be appended to a path|^string '.*' cannot refer to other paths$",
    ),
    row(
        ErrorKind::Argument,
        r"^the string '.*' is not allowed to refer to a store path",
    ),
    row(
        ErrorKind::Argument,
        r"^(file|derivation) names are (not )?allowed to end in '",
    ),
    row(ErrorKind::Argument, r"(?s)^The path name '.*' is invalid: "),
    row(
        ErrorKind::Argument,
        r"contains illegal (base-32 )?character|has an empty name|name must not be empty|^invalid derivation name|has a name longer than",
    ),
    row(
        ErrorKind::Argument,
        r"^(duplicate|invalid) derivation output ",
    ),
    row(ErrorKind::Type, r"^derivation name missing$"),
    row(
        ErrorKind::Argument,
        r"^derivation does not contain a 'drvPath' attribute$",
    ),
    row(
        ErrorKind::Argument,
        r"^derivation '.*' lacks an 'outputName' attribute",
    ),
    row(
        ErrorKind::Argument,
        r"^store path '.*' is not a valid derivation path$",
    ),
    row(ErrorKind::Argument, r"^derivation cannot "),
    row(
        ErrorKind::Argument,
        r"^string '.*' cannot refer to other paths|^map::at$|^no hash for output '|^empty hash requires explicit hash |^Git file ingestion must use SHA-1 ",
    ),
    row(
        ErrorKind::Store,
        r"^cannot operate on output '.*' of the unbuilt derivation '|^derivation '.*' is not valid$",
    ),
    row(
        ErrorKind::Argument,
        r"^multiple outputs are not supported in fixed-output ",
    ),
    row(
        ErrorKind::Argument,
        r"^invalid value '.*' for 'outputHashMode'",
    ),
    row(
        ErrorKind::Argument,
        r"^in 'toFile': |^files created by .* may not reference derivations",
    ),
    row(
        ErrorKind::Argument,
        r"^[Cc]ontext key '.*' is not a store path",
    ),
    row(
        ErrorKind::Argument,
        r"^[Tt]ried to add .* context of |^path '.*' is not a derivation$",
    ),
    row(
        ErrorKind::Argument,
        r"^unsupported argument '|^attribute '.*' isn't supported in call",
    ),
    row(
        ErrorKind::Argument,
        r"^context of string '|^string '.*' has (.* in its context|a context |context )",
    ),
    row(
        ErrorKind::Argument,
        r"`addDrvOutputDependencies` can only act on derivations",
    ),
    row(
        ErrorKind::Io,
        r"^(program|executing) .*git|^opening Git repository|^resolving Git reference",
    ),
    row(
        ErrorKind::Io,
        r"^(Git repository|tarball) .* does not exist|^getting Git object|^Failed to (fetch|open)",
    ),
    row(
        ErrorKind::Type,
        r"^(fetchTree argument '|argument ').*while a string, Boolean or integer is expected",
    ),
    row(
        ErrorKind::MissingAttribute,
        r"^(argument|attribute) 'type' is missing in call",
    ),
    row(
        ErrorKind::Argument,
        r"^(argument|attribute) 'name' isn.t supported in call|^unexpected (argument|attribute) 'type'$",
    ),
    row(
        ErrorKind::Argument,
        r"^flake reference '.*' is not an absolute path$|^flake reference attribute sets may only",
    ),
    row(
        ErrorKind::Argument,
        r"^unexpected fragment '|^invalid flakeref '|^path URL '|^in (flake )?URL '",
    ),
    row(
        ErrorKind::Argument,
        r"^input '.*' is unsupported|^cannot (show|fetch) (unsupported )?input '",
    ),
    row(
        ErrorKind::Argument,
        r"^input attribute '|^'type' attribute to specify|^unsupported .*input attribute '",
    ),
    row(
        ErrorKind::Argument,
        r"^invalid (Git|Mercurial) (branch/tag name|revision)|^'fetchClosure' |^input .* contains (an invalid|both a)",
    ),
    row(
        ErrorKind::Argument,
        r"^invalid URI (query|parameter) '|is not a valid URL|doesn't have a scheme$",
    ),
    row(
        ErrorKind::Argument,
        r"^file:// URL '|^(SCP-like )?URL '|^port '.*' is invalid|is not a valid flake ID$",
    ),
    row(
        ErrorKind::Argument,
        r"^negative value given for |^narHash must use|^hash '.*' is not SRI",
    ),
    row(
        ErrorKind::Argument,
        r"^flake (input|configuration|'self'|'.*' (has|lacks)|.*requires lock file changes)",
    ),
    row(
        ErrorKind::Argument,
        r"^unexpected flake input attribute|must be an attribute set$|^found circular import",
    ),
    row(
        ErrorKind::Argument,
        r"^[Ll]ock ?file |^input '.*' follows a non-existent|^follow cycle detected",
    ),
    row(
        ErrorKind::HashMismatch,
        r"^mismatch in field '|'(lastModified|rev|revCount)' attribute mismatch",
    ),
    row(
        ErrorKind::Store,
        r"is not in the Nix store$|is not a valid store path|is too short to be a valid store path|is not valid$",
    ),
    row(
        ErrorKind::Store,
        r"^cannot add path|^dummy|operation .* is not supported by store",
    ),
    row(
        ErrorKind::Usage,
        r"^unrecognised flag '|^flag '.*' requires|^'.*' (requires|is not a recognised)",
    ),
    row(
        ErrorKind::Usage,
        r"requires (at least )?\d+ argument|^unknown (setting|flag)",
    ),
    placed(ErrorKind::Assert, r"^assertion .* failed$"),
];

/// What from 2.26 on a false assertion says that was an equation: how its sides differ
/// (`EvalState::assertEqValues`). The frames tell it from a `throw` and from other errors in the
/// condition.
const UNEQUAL: &str = r"is not equal to|^attribute names? |^distinct functions |^assertEqValues";

static UNEQUAL_PATTERN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(UNEQUAL).expect("the pattern is a constant that tests use"));

static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    TABLE
        .iter()
        .map(|row| Regex::new(row.pattern).expect("a test compiles every row of the table"))
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
/// says it, but coercing the argument of `throw` can copy a path to the store, and a failure of that has
/// the same frames.
pub fn is_ambiguous(failure: &Failure, dialect: Dialect) -> bool {
    let is_throw = failure.kind == ErrorKind::Throw;
    if dialect >= Dialect::V2_26 {
        let text = &failure.message;
        return is_throw && text.starts_with("path '") && text.ends_with("' does not exist");
    }
    let said_by_its_text = matches!(
        failure.kind,
        ErrorKind::Abort
            | ErrorKind::Parse
            | ErrorKind::SearchPath
            | ErrorKind::InfiniteRecursion
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
        assert!(!open(&format!("{thrown}error: x\n"), Dialect::V2_34));
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
