//! The schemes of inputs: which URLs and attributes each takes and how it is
//! written as a URL again. One file for each family.

mod archives;
mod forges;
mod indirect;
mod mercurial;
mod names;
mod paths;
mod repositories;

use super::attrs::Attributes;
use super::input::{Input, Rulebook};
use super::problem::{Problem, Result};
use super::url::{Rules, Url};
use bstr::{BString, ByteSlice};

pub use paths::joined as file_path;
pub use repositories::{fix_url, scp_parts};

pub use names::{is_flake_id, is_reference, is_revision};

/// A scheme.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// A plain file, from wherever.
    File,
    /// A Git repository.
    Git,
    /// A commit at GitHub.
    GitHub,
    /// A commit at GitLab.
    GitLab,
    /// A Mercurial repository.
    Mercurial,
    /// An entry of a registry.
    Indirect,
    /// A directory of this machine.
    Path,
    /// A commit at SourceHut.
    SourceHut,
    /// An archive, from wherever.
    Tarball,
}

impl Scheme {
    /// All, in the order in which they are asked.
    pub const ALL: [Scheme; 9] = [
        Scheme::File,
        Scheme::Git,
        Scheme::GitHub,
        Scheme::GitLab,
        Scheme::Mercurial,
        Scheme::Indirect,
        Scheme::Path,
        Scheme::SourceHut,
        Scheme::Tarball,
    ];

    /// The `type` of inputs.
    pub fn name(self) -> &'static str {
        match self {
            Scheme::File => "file",
            Scheme::Git => "git",
            Scheme::GitHub => "github",
            Scheme::GitLab => "gitlab",
            Scheme::Mercurial => "hg",
            Scheme::Indirect => "indirect",
            Scheme::Path => "path",
            Scheme::SourceHut => "sourcehut",
            Scheme::Tarball => "tarball",
        }
    }

    /// Whether the release has it.
    pub fn exists(self, book: &Rulebook) -> bool {
        self != Scheme::File || book.is_recent()
    }

    /// Fails if it needs a feature that is off.
    ///
    /// # Errors
    /// If so.
    pub fn require_feature(self, book: &Rulebook) -> Result<()> {
        let needs_flakes = matches!(
            self,
            Scheme::Path | Scheme::Indirect | Scheme::GitHub | Scheme::GitLab | Scheme::SourceHut
        );
        if needs_flakes && book.is_recent() && !book.flakes {
            return Err(Problem::feature("flakes", false));
        }
        Ok(())
    }

    /// The attributes of a URL; none if it is not of this scheme.
    ///
    /// # Errors
    /// If it is, but malformed.
    pub fn from_url(self, book: &Rulebook, url: &Url, tree: bool) -> Result<Option<Attributes>> {
        if !self.exists(book) {
            return Ok(None);
        }
        match self {
            Scheme::File | Scheme::Tarball => archives::from_url(self, book, url, tree),
            Scheme::Git => repositories::from_url(book, url),
            Scheme::GitHub | Scheme::GitLab | Scheme::SourceHut => {
                forges::from_url(self, book, url)
            }
            Scheme::Mercurial => mercurial::from_url(book, url),
            Scheme::Indirect => indirect::from_url(book, url),
            Scheme::Path => paths::from_url(book, url),
        }
    }

    /// The names of the attributes that it takes, beside `type`.
    fn attribute_names(self, book: &Rulebook) -> &'static [&'static str] {
        match self {
            Scheme::File => archives::NAMES,
            Scheme::Tarball if book.is_recent() => archives::NAMES,
            Scheme::Tarball => &["url", "narHash", "name"],
            Scheme::Git => repositories::names(book.rules),
            Scheme::GitHub | Scheme::GitLab | Scheme::SourceHut if book.is_recent() => {
                forges::NAMES
            }
            Scheme::GitHub | Scheme::GitLab | Scheme::SourceHut => forges::OLD_NAMES,
            Scheme::Mercurial => &["url", "ref", "rev", "revCount", "narHash", "name"],
            Scheme::Indirect => &["id", "ref", "rev", "narHash"],
            Scheme::Path => &["path", "rev", "revCount", "lastModified", "narHash"],
        }
    }

    /// Fails for an attribute that it does not take.
    ///
    /// # Errors
    /// If there is one.
    pub fn check_names(self, book: &Rulebook, attributes: &Attributes) -> Result<()> {
        let known = self.attribute_names(book);
        for (name, _) in attributes.iter() {
            let is_common = name == "type" || name == "__final" && book.is_recent();
            if is_common || known.iter().any(|known| name == known) {
                continue;
            }
            return Err(Problem::new(if book.is_recent() {
                format!(
                    "input attribute '{name}' not supported by scheme '{}'",
                    self.name()
                )
            } else {
                let sort = match self {
                    Scheme::Git => "Git ",
                    Scheme::Mercurial => "Mercurial ",
                    Scheme::Indirect => "indirect ",
                    Scheme::Path => "path ",
                    Scheme::Tarball => "tarball ",
                    _ => "",
                };
                format!("unsupported {sort}input attribute '{name}'")
            }));
        }
        Ok(())
    }

    /// The attributes of an input, checked and brought to their usual form.
    ///
    /// # Errors
    /// If they do not make one.
    pub fn from_attributes(self, book: &Rulebook, attributes: Attributes) -> Result<Attributes> {
        match self {
            Scheme::File | Scheme::Tarball => Ok(attributes),
            Scheme::Git => repositories::from_attributes(book, attributes),
            Scheme::GitHub | Scheme::GitLab | Scheme::SourceHut => {
                forges::from_attributes(book, attributes)
            }
            Scheme::Mercurial => mercurial::from_attributes(book, attributes),
            Scheme::Indirect => indirect::from_attributes(book, attributes),
            Scheme::Path => {
                attributes.need_text(book.dialect, "path")?;
                Ok(attributes)
            }
        }
    }

    /// An input of this scheme as a URL.
    ///
    /// # Errors
    /// If its attributes are malformed.
    pub fn url(self, book: &Rulebook, input: &Input) -> Result<Url> {
        match self {
            Scheme::File | Scheme::Tarball => archives::url(book, input),
            Scheme::Git => repositories::url(book, input),
            Scheme::GitHub | Scheme::GitLab | Scheme::SourceHut => forges::url(self, book, input),
            Scheme::Mercurial => mercurial::url(book, input),
            Scheme::Indirect => indirect::url(book, input),
            Scheme::Path => paths::url(book, input),
        }
    }
}

/// A number of a query, as `boost::lexical_cast` reads it.
fn number(text: &[u8]) -> Option<u64> {
    let digits = text.strip_prefix(b"+").unwrap_or(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    digits.to_str().ok()?.parse().ok()
}

/// Whether a URL of a repository names one of the ways that the older releases
/// know.
fn is_known_transport(url: &Url, application: &str) -> bool {
    let (found, transport) = url.scheme_parts();
    found.is_some_and(|found| found == application)
        && ["http", "https", "ssh", "file"]
            .iter()
            .any(|known| transport == known)
}

/// The text of a URL whose query is divided between Nix and the server.
fn print_with_query(book: &Rulebook, url: &Url, query: super::url::Query) -> BString {
    let mut rest = url.clone();
    rest.query = query;
    rest.print(book.rules)
}

/// Whether the release is the one whose URLs follow the standard.
fn follows_standard(book: &Rulebook) -> bool {
    book.rules == Rules::Rfc3986
}
