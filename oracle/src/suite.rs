//! Fetches the language test suites of C++ Nix itself into a cache outside the repository: from
//! Debian's source packages, or from a checkout of NixOS/nix for the releases whose source package the
//! mirror no longer has.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use thiserror::Error;

use crate::{
    apt::{Apt, AptError, Packages, io_error, need},
    dialect::Dialect,
    discover::folder,
};

/// The variable that names a checkout of NixOS/nix.
pub const CHECKOUT_VARIABLE: &str = "TWINIX_NIX_SRC";

/// The folder of the suite, in the source of newer and of older releases.
const PLACES: [&str; 2] = ["tests/functional/lang", "tests/lang"];

/// Where the suite of a release comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The source package of this Debian suite.
    Package(&'static str),
    /// This tag of a checkout.
    Tag(&'static str),
}

/// Where the suite of a release comes from.
pub const fn origin(dialect: Dialect) -> Origin {
    match dialect {
        Dialect::V2_3 => Origin::Tag("2.3.7"),
        Dialect::V2_8 => Origin::Package("bookworm"),
        Dialect::V2_26 => Origin::Package("trixie"),
        Dialect::V2_34 => Origin::Tag("2.34.8"),
    }
}

/// A suite is not to be had.
#[derive(Debug, Error)]
pub enum SuiteError {
    /// No checkout is named.
    #[error(
        "the language tests of Nix {0} are skipped: set {CHECKOUT_VARIABLE} to a checkout of NixOS/nix with the tag {1}"
    )]
    NoCheckout(Dialect, &'static str),
    /// The checkout does not have the tag.
    #[error("the checkout {} (from {CHECKOUT_VARIABLE}) does not give the tag {tag}: {said}", .checkout.display())]
    Checkout {
        /// The checkout.
        checkout: PathBuf,
        /// The tag.
        tag: &'static str,
        /// What git said.
        said: String,
    },
    /// There is no place to put it.
    #[error("there is no folder for the test suites: set XDG_CACHE_HOME or HOME")]
    NoCache,
    /// The source package is not to be had.
    #[error("the source package of Nix {release} is not to be had from Debian {suite}: {error}")]
    Apt {
        /// The release.
        release: Dialect,
        /// The suite that should have it.
        suite: &'static str,
        /// Why not.
        #[source]
        error: AptError,
    },
    /// There are no language tests in it.
    #[error("there are no language tests in {0}")]
    Empty(String),
    /// It cannot be unpacked.
    #[error("{0}")]
    Unpack(#[source] AptError),
}

/// The folder that holds the suites, one folder a release.
pub fn cache_folder() -> Option<PathBuf> {
    folder(
        "TWINIX_SOURCES",
        "XDG_CACHE_HOME",
        ".cache",
        "twinix/sources",
    )
}

/// The suite of a release, where it was fetched before: the folder called `lang`.
pub fn cached(dialect: Dialect) -> Option<PathBuf> {
    cached_in(&cache_folder()?, dialect)
}

fn cached_in(cache: &Path, dialect: Dialect) -> Option<PathBuf> {
    let source = cache.join(dialect.name());
    PLACES
        .iter()
        .map(|place| source.join(place))
        .find(|folder| folder.is_dir())
}

/// The suite of a release, fetched if it is not there yet: the folder called `lang`.
pub fn fetch(dialect: Dialect) -> Result<PathBuf, SuiteError> {
    let cache = cache_folder().ok_or(SuiteError::NoCache)?;
    let checkout = env::var_os(CHECKOUT_VARIABLE).filter(|value| !value.is_empty());
    fetch_into(&cache, checkout.map(PathBuf::from), dialect)
}

fn fetch_into(
    cache: &Path,
    checkout: Option<PathBuf>,
    dialect: Dialect,
) -> Result<PathBuf, SuiteError> {
    if let Some(folder) = cached_in(cache, dialect) {
        return Ok(folder);
    }
    fs::create_dir_all(cache)
        .map_err(io_error(format!("cannot make {}", cache.display())))
        .map_err(SuiteError::Unpack)?;
    let scratch = tempfile::Builder::new()
        .prefix(".fetch-")
        .tempdir_in(cache)
        .map_err(io_error(format!("cannot write to {}", cache.display())))
        .map_err(SuiteError::Unpack)?;
    let source = scratch.path().join("source");
    fs::create_dir(&source)
        .map_err(io_error("cannot make a folder"))
        .map_err(SuiteError::Unpack)?;
    match origin(dialect) {
        Origin::Package(suite) => {
            let failed = |error| SuiteError::Apt {
                release: dialect,
                suite,
                error,
            };
            from_package(suite, scratch.path(), &source).map_err(failed)?;
        }
        Origin::Tag(tag) => {
            let checkout = checkout.ok_or(SuiteError::NoCheckout(dialect, tag))?;
            from_checkout(&checkout, tag, scratch.path(), &source)?;
        }
    }
    if !PLACES.iter().any(|place| source.join(place).is_dir()) {
        return Err(SuiteError::Empty(format!("the source of Nix {dialect}")));
    }
    let place = cache.join(dialect.name());
    fs::rename(&source, &place)
        .map_err(io_error(format!("cannot make {}", place.display())))
        .map_err(SuiteError::Unpack)?;
    cached_in(cache, dialect).ok_or_else(|| SuiteError::Empty(place.display().to_string()))
}

fn from_package(suite: &str, scratch: &Path, source: &Path) -> Result<(), AptError> {
    need("tar")?;
    let apt = Apt::new(&scratch.join("apt"), suite, Packages::Source)?;
    let files = scratch.join("files");
    apt.download_source("nix", &files)?;
    let archive = fs::read_dir(&files)
        .map_err(io_error("cannot read the download"))?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.to_string_lossy().contains(".orig.tar."))
        .ok_or_else(|| AptError::Failed {
            what: "fetching the source package".to_owned(),
            said: "it has no .orig.tar archive".to_owned(),
        })?;
    untar(
        &archive,
        source,
        &["--strip-components=1", "--wildcards", "*/tests/*"],
    )
}

fn from_checkout(
    checkout: &Path,
    tag: &'static str,
    scratch: &Path,
    source: &Path,
) -> Result<(), SuiteError> {
    let archive = scratch.join("tests.tar");
    let refused = |said: String| SuiteError::Checkout {
        checkout: checkout.to_owned(),
        tag,
        said,
    };
    let output = Command::new("git")
        .arg("-C")
        .arg(checkout)
        .args(["archive", "--format=tar", "-o"])
        .arg(&archive)
        .args([tag, "tests"])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| refused(format!("cannot run git: {error}")))?;
    if !output.status.success() {
        return Err(refused(said(&output)));
    }
    untar(&archive, source, &[]).map_err(SuiteError::Unpack)
}

fn untar(archive: &Path, into: &Path, flags: &[&str]) -> Result<(), AptError> {
    let output = Command::new("tar")
        .arg("-xf")
        .arg(archive)
        .arg("-C")
        .arg(into)
        .args(flags)
        .stdin(Stdio::null())
        .output()
        .map_err(io_error("cannot run tar"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(AptError::Failed {
        what: format!("unpacking {}", archive.display()),
        said: said(&output),
    })
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn git(folder: &Path, arguments: &[&str]) {
        let output = Command::new("git")
            .arg("-C")
            .arg(folder)
            .args(["-c", "user.name=t", "-c", "user.email=t@t.invalid"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", said(&output));
    }

    #[test]
    fn a_checkout_gives_the_suite_of_its_tag() {
        let checkout = TempDir::new().unwrap();
        let cache = TempDir::new().unwrap();
        let lang = checkout.path().join("tests/lang");
        fs::create_dir_all(&lang).unwrap();
        fs::write(lang.join("eval-okay-a.nix"), "1").unwrap();
        git(checkout.path(), &["init", "-q"]);
        git(checkout.path(), &["add", "."]);
        git(checkout.path(), &["commit", "-q", "-m", "x"]);
        let named = || Some(checkout.path().to_owned());

        let error = fetch_into(cache.path(), named(), Dialect::V2_3).unwrap_err();
        assert!(
            error.to_string().contains("does not give the tag 2.3.7"),
            "{error}"
        );
        git(checkout.path(), &["tag", "2.3.7"]);
        let folder = fetch_into(cache.path(), named(), Dialect::V2_3).unwrap();
        assert!(folder.join("eval-okay-a.nix").is_file());
        let again = fetch_into(cache.path(), None, Dialect::V2_3).unwrap();
        assert_eq!(folder, again);
    }

    #[test]
    fn without_a_checkout_the_suite_is_skipped_with_a_reason() {
        let cache = TempDir::new().unwrap();
        let error = fetch_into(cache.path(), None, Dialect::V2_34).unwrap_err();
        assert!(error.to_string().contains("set TWINIX_NIX_SRC"));
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 0);
    }
}
