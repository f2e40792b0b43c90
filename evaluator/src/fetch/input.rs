//! Inputs: what a flake reference or the argument of a fetcher asks for, in
//! any of the schemes (`fetchers.cc`).

use super::attrs::{Attr, Attributes};
use super::problem::{Problem, Result};
use super::schemes::Scheme;
use super::url::{self, Rules, Url};
use crate::dialect::Dialect;
use crate::errors::ErrorKind;
use crate::formats::hash::{
    Algorithm, Format, Hash, HashError, HashErrorKind, ParseOptions, parse_any,
};
use bstr::{BStr, BString, ByteSlice};
use std::cell::RefCell;

/// What reading references depends on.
pub struct Rulebook {
    /// The release.
    pub dialect: Dialect,
    /// How it treats URLs.
    pub rules: Rules,
    /// Whether flakes are enabled.
    pub flakes: bool,
    /// Whether `verified-fetches` is enabled.
    pub verified_fetches: bool,
    /// Lines for standard error.
    pub warnings: RefCell<Vec<String>>,
}

impl Rulebook {
    /// Keeps a warning. Its text is made before, as what makes it may warn, too.
    pub fn warn(&self, text: String) {
        self.warnings.borrow_mut().push(text);
    }

    /// Reads a URL and keeps the warnings.
    ///
    /// # Errors
    /// If it is none.
    pub fn url(&self, text: &[u8]) -> Result<Url> {
        self.parse(text, false)
    }

    /// Reads the URL of a flake reference, in which characters may stand that
    /// should be encoded.
    ///
    /// # Errors
    /// If it is none.
    pub fn lenient_url(&self, text: &[u8]) -> Result<Url> {
        self.parse(text, true)
    }

    fn parse(&self, text: &[u8], lenient: bool) -> Result<Url> {
        let parsed = url::parse(text, self.rules, lenient)?;
        self.warnings.borrow_mut().extend(parsed.warnings);
        Ok(parsed.url)
    }

    /// Whether inputs are checked and written as 2.26 and later do it.
    pub fn is_recent(&self) -> bool {
        self.rules != Rules::Verbatim
    }

    fn hash_options(&self) -> ParseOptions {
        ParseOptions {
            release: self.dialect,
            blake3: false,
        }
    }

    /// Reads a hash.
    ///
    /// # Errors
    /// If it is none.
    pub fn hash(&self, text: &[u8], context: Option<Algorithm>) -> Result<Hash> {
        parse_any(self.hash_options(), text, context).map_err(hash_problem)
    }

    /// Reads a hash in SRI form; the empty one is the zero hash.
    ///
    /// # Errors
    /// If it is none.
    pub fn nar_hash(&self, text: &[u8]) -> Result<Hash> {
        if text.is_empty() {
            return Ok(Hash::zero(Algorithm::Sha256));
        }
        if !text.contains(&b'-') || text.contains(&b':') {
            return Err(Problem::new(format!(
                "hash '{}' is not SRI",
                text.as_bstr()
            )));
        }
        let hash = self.hash(text, None)?;
        if hash.algorithm() == Algorithm::Sha256 {
            Ok(hash)
        } else {
            Err(Problem::new("narHash must use SHA-256"))
        }
    }
}

fn hash_problem(error: HashError) -> Problem {
    let kind = match error.kind {
        HashErrorKind::Feature => ErrorKind::Feature,
        _ => ErrorKind::Value,
    };
    Problem::of(kind, error.message)
}

/// An input.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its attributes.
    pub attributes: Attributes,
    /// Its scheme; none if the release does not know the type.
    pub scheme: Option<Scheme>,
    /// The directory that a relative path starts at, in 2.8.
    pub parent: Option<BString>,
}

impl PartialEq for Input {
    /// The attributes say it all.
    fn eq(&self, other: &Input) -> bool {
        self.attributes == other.attributes
    }
}

impl Eq for Input {}

impl Input {
    /// The input that a URL stands for. `tree` says that a directory is wanted,
    /// so that an archive needs no telling name.
    ///
    /// # Errors
    /// If no scheme knows the URL.
    pub fn from_url(book: &Rulebook, url: &Url, tree: bool) -> Result<Input> {
        for scheme in Scheme::ALL {
            let Some(attributes) = scheme.from_url(book, url, tree)? else {
                continue;
            };
            scheme.require_feature(book)?;
            return Input {
                attributes,
                scheme: Some(scheme),
                parent: None,
            }
            .checked(book);
        }
        let shown = url.shown(book.rules);
        let hint = match url.scheme_parts() {
            (Some(application), transport)
                if book.rules == Rules::Rfc3986 && application == "file" && transport == "git" =>
            {
                "; did you mean 'git+file' instead of 'file+git'?"
            }
            _ => "",
        };
        Err(Problem::new(format!(
            "input '{shown}' is unsupported{hint}"
        )))
    }

    /// The input with these attributes.
    ///
    /// # Errors
    /// If they do not make one.
    pub fn from_attributes(book: &Rulebook, attributes: Attributes) -> Result<Input> {
        let kind = match attributes.text(book.dialect, "type")? {
            Some(kind) => Some(kind.clone()),
            None if book.is_recent() => {
                return Err(Problem::new(
                    "'type' attribute to specify input scheme is required but not provided",
                ));
            }
            None => None,
        };
        let scheme = Scheme::ALL.into_iter().find(|scheme| {
            kind.as_ref().is_some_and(|kind| kind == scheme.name()) && scheme.exists(book)
        });
        let Some(scheme) = scheme else {
            return Input {
                attributes,
                scheme: None,
                parent: None,
            }
            .checked(book);
        };
        scheme.require_feature(book)?;
        scheme.check_names(book, &attributes)?;
        Input {
            attributes: scheme.from_attributes(book, attributes)?,
            scheme: Some(scheme),
            parent: None,
        }
        .checked(book)
    }

    /// The attributes that all inputs share must have the right types.
    fn checked(self, book: &Rulebook) -> Result<Input> {
        self.attributes.need_text(book.dialect, "type")?;
        self.reference(book)?;
        if !book.is_recent() {
            self.revision(book)?;
        }
        self.attributes.number("revCount")?;
        self.attributes.number("lastModified")?;
        if !book.is_recent() {
            self.nar_hash(book)?;
        }
        Ok(self)
    }

    /// The input as a URL.
    ///
    /// # Errors
    /// If it has none.
    pub fn url(&self, book: &Rulebook) -> Result<Url> {
        match self.scheme {
            Some(scheme) => scheme.url(book, self),
            None => Err(Problem::new(format!(
                "cannot show unsupported input '{}'",
                self.attributes.json(book.dialect)
            ))),
        }
    }

    /// The input as the text of a URL.
    ///
    /// # Errors
    /// If it has none.
    pub fn print(&self, book: &Rulebook) -> Result<BString> {
        Ok(self.url(book)?.print(book.rules))
    }

    /// `narHash`
    ///
    /// # Errors
    /// If it is no SHA-256 hash in SRI form.
    pub fn nar_hash(&self, book: &Rulebook) -> Result<Option<Hash>> {
        self.attributes
            .text(book.dialect, "narHash")?
            .map(|text| book.nar_hash(text))
            .transpose()
    }

    /// `ref`
    ///
    /// # Errors
    /// If it is no string.
    pub fn reference(&self, book: &Rulebook) -> Result<Option<&BString>> {
        self.attributes.text(book.dialect, "ref")
    }

    /// `rev`
    ///
    /// # Errors
    /// If it is no hash.
    pub fn revision(&self, book: &Rulebook) -> Result<Option<Hash>> {
        let Some(text) = self.attributes.text(book.dialect, "rev")? else {
            return Ok(None);
        };
        match parse_any(book.hash_options(), text, None) {
            Ok(hash) => Ok(Some(hash)),
            Err(error) if error.kind == HashErrorKind::Usage => Err(hash_problem(error)),
            Err(_) => book.hash(text, Some(Algorithm::Sha1)).map(Some),
        }
    }

    /// A flag; false if it is not there.
    ///
    /// # Errors
    /// If it is no boolean.
    pub fn flag(&self, name: &str) -> Result<bool> {
        Ok(self.attributes.flag(name)?.unwrap_or(false))
    }

    /// The name of the store object.
    ///
    /// # Errors
    /// If it is no string.
    pub fn name(&self, book: &Rulebook) -> Result<BString> {
        Ok(self
            .attributes
            .text(book.dialect, "name")?
            .cloned()
            .unwrap_or_else(|| "source".into()))
    }

    /// The type, empty if there is none.
    pub fn kind(&self) -> &BStr {
        match self.attributes.get("type") {
            Some(Attr::Text(kind)) => kind.as_bstr(),
            _ => BStr::new(""),
        }
    }

    /// Whether it names its target itself, instead of being an entry of a
    /// registry.
    pub fn is_direct(&self) -> bool {
        self.scheme != Some(Scheme::Indirect)
    }

    /// Whether it always fetches the same.
    ///
    /// # Errors
    /// If its hashes are malformed.
    pub fn is_locked(&self, book: &Rulebook) -> Result<bool> {
        let pinned = self.nar_hash(book)?.is_some();
        if !book.is_recent() {
            return Ok(pinned || self.revision(book)?.is_some());
        }
        Ok(match self.scheme {
            Some(Scheme::Git) => match self.revision(book)? {
                Some(hash) => {
                    book.rules != Rules::Rfc3986 || hash.bytes().iter().any(|&byte| byte != 0)
                }
                None => false,
            },
            Some(Scheme::GitHub | Scheme::GitLab | Scheme::SourceHut) => {
                self.revision(book)?.is_some()
            }
            Some(Scheme::Mercurial) => self.revision(book)?.is_some(),
            Some(Scheme::Path | Scheme::Tarball | Scheme::File) => pinned,
            Some(Scheme::Indirect) | None => false,
        })
    }

    /// Whether it is marked as the entry of a lock file, which is not to change.
    pub fn is_final(&self) -> bool {
        self.attributes.get("__final") == Some(&Attr::Bool(true))
    }

    /// Whether it is a path that starts at the flake that mentions it.
    pub fn relative_path(&self) -> Option<&BString> {
        match (self.scheme, self.attributes.get("path")) {
            (Some(Scheme::Path), Some(Attr::Text(path))) if !path.starts_with(b"/") => Some(path),
            _ => None,
        }
    }
}

/// A hash as Git shows it.
pub fn git_revision(hash: &Hash) -> String {
    hash.print(Format::Base16, false)
}
