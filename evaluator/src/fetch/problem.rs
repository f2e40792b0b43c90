//! Why fetching or reading a reference failed, before it is known where.

use crate::errors::{Error, ErrorKind};

/// What kind of problem it is, besides the kind of error it becomes: some are
/// caught on the way.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sort {
    /// `BadURL`: a reference that is no URL may still be a path.
    BadUrl,
    /// Anything else.
    Error(ErrorKind),
}

/// How messages about what cannot be downloaded begin.
pub const DOWNLOAD: &str = "unable to download '";

/// A failure with its message and the lines of trace it gathered.
#[derive(Clone, Debug)]
pub struct Problem {
    sort: Sort,
    message: Vec<u8>,
    trace: Vec<String>,
}

/// What fetching gives.
pub type Result<T> = std::result::Result<T, Problem>;

impl Problem {
    /// A malformed URL.
    pub fn bad_url(message: impl Into<Vec<u8>>) -> Problem {
        Problem {
            sort: Sort::BadUrl,
            message: message.into(),
            trace: Vec::new(),
        }
    }

    /// Anything that is wrong with a reference or its target.
    pub fn new(message: impl Into<Vec<u8>>) -> Problem {
        Problem::of(ErrorKind::Value, message)
    }

    /// A problem that becomes an error of this kind.
    pub fn of(kind: ErrorKind, message: impl Into<Vec<u8>>) -> Problem {
        Problem {
            sort: Sort::Error(kind),
            message: message.into(),
            trace: Vec::new(),
        }
    }

    /// A feature that would have to be enabled.
    pub fn feature(name: &str, old_words: bool) -> Problem {
        let message = if old_words {
            format!(
                "experimental Nix feature '{name}' is disabled; use '--extra-experimental-features {name}' to override"
            )
        } else {
            format!(
                "experimental Nix feature '{name}' is disabled; add '--extra-experimental-features {name}' to enable it"
            )
        };
        Problem::of(ErrorKind::Feature, message)
    }

    /// Whether the text was no URL.
    pub fn is_bad_url(&self) -> bool {
        self.sort == Sort::BadUrl
    }

    /// Whether something could not be downloaded.
    pub fn is_of_download(&self) -> bool {
        self.message.starts_with(DOWNLOAD.as_bytes())
    }

    /// The problem as whoever reads an archive tells it.
    #[must_use]
    pub fn within_archive(mut self) -> Problem {
        if self.is_of_download() {
            let before: &[u8] = b"Failed to open archive (Source threw exception: error: ";
            self.message = [before, &self.message, b")"].concat();
        }
        self
    }

    /// The problem with a further line of trace.
    #[must_use]
    pub fn during(mut self, what: impl Into<String>) -> Problem {
        self.trace.push(what.into());
        self
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Error {
        let kind = match problem.sort {
            Sort::BadUrl => ErrorKind::Value,
            Sort::Error(kind) => kind,
        };
        let error = Error::new(kind, problem.message);
        problem.trace.into_iter().fold(error, |error, line| {
            error.traced(crate::positions::Pos::NONE, line)
        })
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        let mut problem = Problem::of(error.kind(), error.message());
        problem.trace = error
            .trace()
            .iter()
            .map(|line| line.text.to_string())
            .collect();
        problem
    }
}
