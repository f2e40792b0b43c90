//! The regular expressions of `builtins.match` and `builtins.split`.
//!
//! C++ Nix hands its patterns to `std::regex` with `std::regex::extended`
//! (`prim_match` and `prim_split` in its `primops.cc`, the same in every release
//! so far), so a pattern means what libstdc++'s backtracking executor makes of it,
//! which is neither Perl's rule nor POSIX's:
//!
//! - both sides of `|` are tried and the one that leads to the longer match wins,
//!   the left one when they tie;
//! - a repetition goes round once more whenever that leads to *any* match, even
//!   where stopping would lead to a longer one;
//! - a group keeps what it matched last, also from an earlier round;
//! - a round that consumes nothing is allowed twice at one place, which is why
//!   `(a*)*` leaves its group empty;
//! - `.` is any byte but NUL, subjects are bytes and never characters.
//!
//! That executor takes exponential time on some patterns and exhausts the native
//! stack on long subjects. Here the same choices are computed once for each state
//! and place, on a heap stack: time is linear in the subject for a given pattern,
//! unless empty rounds nest.

mod analysis;
mod bracket;
mod byteset;
mod compile;
mod lexer;
mod nfa;
mod search;

use std::fmt;

use analysis::Program;
use search::{Scope, Search};

/// Why a pattern or a search gave no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegexError {
    /// The pattern is malformed; C++ Nix: `invalid regular expression '…'`.
    Invalid,
    /// The pattern needs more states than libstdc++ allows; C++ Nix:
    /// `memory limit exceeded by regular expression '…'`.
    MemoryLimit,
    /// A limit of [`Limits`] was hit. C++ Nix has no such limit: it runs on, or
    /// reports `stack overflow (possible infinite recursion)`.
    TooComplex,
}

impl fmt::Display for RegexError {
    /// The words of C++ Nix, to which the caller adds the quoted pattern.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Invalid => "invalid regular expression",
            Self::MemoryLimit => "memory limit exceeded by regular expression",
            Self::TooComplex => "search too complex for regular expression",
        })
    }
}

impl std::error::Error for RegexError {}

/// What a repetition count beyond the range of a C++ `int` does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CountOverflow {
    /// The pattern is invalid: releases 2.26 and 2.34, built with a libstdc++
    /// that checks.
    #[default]
    Invalid,
    /// The count wraps round, so that `a{4294967297}` is `a{1}` and a negative
    /// count none at all: releases 2.3 and 2.8.
    Wraps,
}

/// What one search may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// States visited.
    pub steps: u64,
    /// Intermediate results kept, of 4 to 40 bytes each.
    pub results: usize,
}

impl Default for Limits {
    /// Some seconds and some hundred megabytes.
    fn default() -> Self {
        Self {
            steps: 1 << 30,
            results: 1 << 25,
        }
    }
}

/// Where a match and its groups lie in the subject, as byte offsets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captures {
    /// The whole match.
    pub span: (usize, usize),
    /// The groups in the order of their opening parentheses; none for a group
    /// that took no part.
    pub groups: Vec<Option<(usize, usize)>>,
}

/// A compiled pattern.
#[derive(Debug)]
pub struct Regex {
    program: Program,
}

impl Regex {
    /// Compiles `pattern` as the newest release does.
    pub fn new(pattern: &[u8]) -> Result<Self, RegexError> {
        Self::with_counts(pattern, CountOverflow::default())
    }

    /// Compiles `pattern`, `overflow` being the one thing in which releases differ.
    pub fn with_counts(pattern: &[u8], overflow: CountOverflow) -> Result<Self, RegexError> {
        let program = Program::new(compile::compile(pattern, overflow)?);
        Ok(Self { program })
    }

    /// How many groups the pattern has.
    pub fn group_count(&self) -> usize {
        self.program.groups as usize
    }

    /// Matches the whole of `subject` (`std::regex_match`).
    pub fn full_match(
        &self,
        subject: &[u8],
        limits: Limits,
    ) -> Result<Option<Captures>, RegexError> {
        Search::new(&self.program, subject, Scope::Whole, limits)?.at(0, false)
    }

    /// The matches in `subject` one after another (`std::regex_iterator`). An
    /// error ends the iteration.
    pub fn find_iter<'a>(
        &'a self,
        subject: &'a [u8],
        limits: Limits,
    ) -> Result<Matches<'a>, RegexError> {
        Ok(Matches {
            search: Search::new(&self.program, subject, Scope::Prefix, limits)?,
            from: Some(0),
            after_empty: false,
        })
    }
}

/// The matches of a pattern in a subject; see [`Regex::find_iter`].
#[derive(Debug)]
pub struct Matches<'a> {
    search: Search<'a>,
    /// Where the next search begins, if there is one.
    from: Option<usize>,
    /// The last match was empty: at `from` only a match that is not empty counts.
    after_empty: bool,
}

impl Iterator for Matches<'_> {
    type Item = Result<Captures, RegexError>;

    fn next(&mut self) -> Option<Self::Item> {
        let from = self.from.take()?;
        match self.advance(from) {
            Ok(Some(found)) => {
                let (start, end) = found.span;
                self.after_empty = start == end;
                self.from = Some(end);
                Some(Ok(found))
            }
            Ok(None) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

impl Matches<'_> {
    fn advance(&mut self, mut from: usize) -> Result<Option<Captures>, RegexError> {
        if self.after_empty {
            if from == self.search.subject_len() {
                return Ok(None);
            }
            if let Some(found) = self.search.at(from, true)? {
                return Ok(Some(found));
            }
            from += 1;
        }
        self.search.from(from)
    }
}

#[cfg(test)]
mod tests;
