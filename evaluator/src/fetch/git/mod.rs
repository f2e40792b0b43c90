//! Reading local Git repositories. What 2.3 and 2.8 do by calling `git`, and
//! 2.26 and later by libgit2, is asked of `git` here: the answers to these
//! questions are the same, and a repository is read as its own program reads
//! it. Nothing is written and nothing downloaded.

mod commit;
mod modern;
mod old;
mod workdir;

pub use modern::fetch as fetch_modern;
pub use old::{First, fetch_2_3, fetch_2_8};

use super::problem::{Problem, Result};
use crate::errors::{ErrorKind, Limit};
use crate::io::{FileKind, GitAnswer, Io, IoError};
use bstr::{BString, ByteSlice};

/// The revision of a tree that is no commit.
pub const NO_REVISION: &str = "0000000000000000000000000000000000000000";

/// A repository.
pub struct Repository<'a> {
    io: &'a dyn Io,
    directory: Vec<u8>,
}

impl<'a> Repository<'a> {
    /// The repository in this directory, with or without working tree.
    pub fn at(io: &'a dyn Io, directory: &[u8]) -> Repository<'a> {
        Repository {
            io,
            directory: directory.to_vec(),
        }
    }

    /// Whether the directory has a working tree.
    pub fn has_workdir(&self) -> bool {
        self.io.kind(&self.path(b".git")).is_ok()
    }

    /// Where it is.
    pub fn shown(&self) -> String {
        String::from_utf8_lossy(&self.directory).into_owned()
    }

    fn path(&self, inside: &[u8]) -> Vec<u8> {
        [self.directory.as_slice(), b"/", inside].concat()
    }

    fn kind(&self, inside: &[u8]) -> Option<FileKind> {
        self.io.kind(&self.path(inside)).ok()
    }

    fn answer(&self, arguments: &[&[u8]], input: Vec<u8>) -> Result<GitAnswer> {
        let mut all: Vec<&[u8]> = Vec::new();
        // Some questions want a working tree, and the `.git` of a repository that has one is not asked
        // as what it is: no file of the repository is where this one says.
        let here = |option: &[u8]| [option, self.directory.as_slice()].concat();
        let (repository, tree) = (here(b"--git-dir="), here(b"--work-tree="));
        if !self.has_workdir() {
            all.extend([repository.as_slice(), &tree]);
        }
        all.extend_from_slice(arguments);
        self.io.git(&self.directory, &all, input).map_err(|error| {
            let kind = match error {
                IoError::OutOfTime => ErrorKind::Limit(Limit::Time),
                _ => ErrorKind::Io,
            };
            Problem::of(kind, format!("executing 'git': {}", error.describe()))
        })
    }

    fn run(&self, arguments: &[&[u8]], input: Vec<u8>) -> Result<BString> {
        let answer = self.answer(arguments, input)?;
        if answer.status == Some(0) {
            return Ok(answer.output.into());
        }
        Err(failed(&answer))
    }

    /// What a command prints, without the end of its line.
    fn line(&self, arguments: &[&[u8]]) -> Result<BString> {
        let text = self.run(arguments, Vec::new())?;
        Ok(text.trim_ascii_end().into())
    }

    /// The same, none if the command says no.
    fn maybe_line(&self, arguments: &[&[u8]]) -> Result<Option<BString>> {
        let answer = self.answer(arguments, Vec::new())?;
        Ok((answer.status == Some(0)).then(|| answer.output.trim_ascii_end().into()))
    }

    /// The seconds at which a commit was committed.
    fn committed(&self, revision: &[u8]) -> Result<u64> {
        number(&self.line(&[
            b"log",
            b"-1",
            b"--format=%ct",
            b"--no-show-signature",
            revision,
        ])?)
    }

    /// How many commits lead to this one, itself included.
    fn count(&self, revision: &[u8]) -> Result<u64> {
        number(&self.line(&[b"rev-list", b"--count", revision])?)
    }

    fn is_shallow(&self) -> Result<bool> {
        Ok(self.line(&[b"rev-parse", b"--is-shallow-repository"])? == "true")
    }

    /// The branch that is checked out, as a full name.
    fn head_branch(&self) -> Result<Option<BString>> {
        self.maybe_line(&[b"symbolic-ref", b"-q", b"HEAD"])
    }

    /// Whether what is checked out is written down as it has to be.
    fn has_head(&self, own: &[u8]) -> bool {
        let head = self.io.read_file(&self.path(&[own, b"HEAD"].concat()));
        head.is_ok_and(|head| {
            let head = head.trim_ascii_end();
            let is_commit =
                head.len() == NO_REVISION.len() && head.iter().all(u8::is_ascii_hexdigit);
            head.starts_with(b"ref: ") || is_commit
        })
    }

    /// The commit that is checked out.
    fn head(&self) -> Result<Option<BString>> {
        self.maybe_line(&[b"rev-parse", b"--verify", b"-q", b"HEAD^{commit}"])
    }

    /// What a name stands for: a commit, or an annotated tag as it is.
    fn resolve(&self, name: &[u8], peel: bool) -> Result<BString> {
        let suffix: &[u8] = if peel { b"^{commit}" } else { b"" };
        let asked = [name, suffix].concat();
        self.maybe_line(&[b"rev-parse", b"--verify", b"-q", &asked])?
            .ok_or_else(|| {
                Problem::of(
                    ErrorKind::Io,
                    format!(
                        "resolving Git reference '{0}': revspec '{0}' not found",
                        name.as_bstr()
                    ),
                )
            })
    }
}

/// The error of a run of `git` that failed.
fn failed(answer: &GitAnswer) -> Problem {
    let status = answer.status.unwrap_or(-1);
    let said = answer.errors.trim_ascii_end().as_bstr();
    let said = if said.is_empty() {
        String::new()
    } else {
        format!(":\n{said}")
    };
    Problem::of(
        ErrorKind::Io,
        format!("program 'git' failed with exit code {status}{said}"),
    )
}

fn number(text: &[u8]) -> Result<u64> {
    let digits = text.to_str_lossy();
    digits
        .parse()
        .map_err(|_| Problem::new(format!("git gave '{digits}' instead of a number")))
}
