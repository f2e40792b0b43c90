//! Failures of ours by the kinds that those of the oracles have. A crate of its own, because campaigns and libFuzzer
//! targets compare by it, and neither the oracles nor the evaluator are to know of each other. Words alone do not tell
//! kinds: what fails while `throw` is called reads as if it had been thrown, unless somebody asks again, as is done
//! with oracles.

use twinix_evaluator::errors::ErrorKind as OurKind;
use twinix_oracle::Dialect;
use twinix_oracle::stderr::Stderr;
use twinix_oracle::taxonomy::{ErrorKind, classify};

/// The kind of a failure of ours, with its report in the words of this dialect.
pub fn kind_of(kind: OurKind, report: &Stderr, dialect: Dialect) -> ErrorKind {
    match kind {
        OurKind::Throw => ErrorKind::Throw,
        OurKind::Assert => ErrorKind::Assert,
        OurKind::Abort => ErrorKind::Abort,
        // The parser also says which feature a program needs.
        OurKind::Parse if classify(report, dialect) == ErrorKind::Feature => ErrorKind::Feature,
        OurKind::Parse => ErrorKind::Parse,
        OurKind::UndefinedVariable => ErrorKind::UndefinedVariable,
        OurKind::MissingAttribute => ErrorKind::MissingAttribute,
        OurKind::Type => ErrorKind::Type,
        OurKind::InfiniteRecursion => ErrorKind::InfiniteRecursion,
        OurKind::CallDepth | OurKind::Limit(_) => ErrorKind::RecursionDepth,
        OurKind::DivisionByZero => ErrorKind::DivisionByZero,
        OurKind::Overflow => ErrorKind::Overflow,
        OurKind::MissingArgument => ErrorKind::MissingArgument,
        OurKind::UnexpectedArgument => ErrorKind::UnexpectedArgument,
        OurKind::SearchPath => ErrorKind::SearchPath,
        OurKind::Io => ErrorKind::Io,
        OurKind::HashMismatch => ErrorKind::HashMismatch,
        OurKind::Restricted => ErrorKind::Restricted,
        OurKind::Feature => ErrorKind::Feature,
        OurKind::ImportFromDerivation => ErrorKind::ImportFromDerivation,
        OurKind::Unsupported => ErrorKind::NotImplemented,
        // The taxonomy tells these apart by their words.
        OurKind::Value => match classify(report, dialect) {
            ErrorKind::Throw | ErrorKind::Other => ErrorKind::Argument,
            kind => kind,
        },
    }
}
