//! A dialect is the observable behaviour of one C++ Nix release; an evaluator of another release is
//! held against the nearest one that it can be expected to behave like.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The C++ Nix releases whose behaviour is told apart, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Dialect {
    /// 2.3.7, of Debian bullseye.
    #[serde(rename = "2.3")]
    V2_3,
    /// 2.8.0, of Debian bookworm.
    #[serde(rename = "2.8")]
    V2_8,
    /// 2.26.3, of Debian trixie.
    #[serde(rename = "2.26")]
    V2_26,
    /// 2.34.8, of Debian sid.
    #[serde(rename = "2.34")]
    V2_34,
}

impl Dialect {
    /// Every dialect, oldest first.
    pub const ALL: [Self; 4] = [Self::V2_3, Self::V2_8, Self::V2_26, Self::V2_34];

    /// The dialect that is spoken where nothing else is asked for.
    pub const NEWEST: Self = Self::V2_34;

    /// The name used on the command line and in recorded outcomes.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V2_3 => "2.3",
            Self::V2_8 => "2.8",
            Self::V2_26 => "2.26",
            Self::V2_34 => "2.34",
        }
    }

    /// Major and minor number of the release.
    pub const fn release(self) -> (u32, u32) {
        match self {
            Self::V2_3 => (2, 3),
            Self::V2_8 => (2, 8),
            Self::V2_26 => (2, 26),
            Self::V2_34 => (2, 34),
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A dialect was asked for that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("there is no dialect '{0}': the dialects are 2.3, 2.8, 2.26 and 2.34")]
pub struct UnknownDialect(pub String);

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|dialect| is_release(text, dialect.name()))
            .ok_or_else(|| UnknownDialect(text.to_owned()))
    }
}

/// Whether a version is of a release: `2.8.0`, or `2.8` itself, of 2.8.
fn is_release(version: &str, release: &str) -> bool {
    version.strip_prefix(release).is_some_and(|rest| {
        let patch = rest.strip_prefix('.');
        rest.is_empty()
            || patch.is_some_and(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()))
    })
}

/// Whose evaluator it is that answers to the name `nix-instantiate`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Implementation {
    /// C++ Nix itself.
    CppNix,
    /// Lix, which left C++ Nix at 2.18 and counts from 2.90.
    Lix,
    /// Anything else, such as a vendor's build.
    Other,
}

/// What `nix-instantiate --version` says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Version {
    /// The exact version, such as `2.26.3`.
    pub exact: String,
    /// Major and minor number.
    pub release: (u32, u32),
    /// Whose evaluator it is.
    pub implementation: Implementation,
}

impl Version {
    /// Reads the line that `nix-instantiate --version` prints, such as `nix-instantiate (Nix) 2.3.7`.
    /// The version is its last word that starts with two numbers; `None` where there is none.
    pub fn parse(line: &str) -> Option<Self> {
        let line = line.lines().next()?;
        let (exact, release) = line
            .split_whitespace()
            .rev()
            .find_map(|word| Some((word.to_owned(), leading_numbers(word)?)))?;
        let implementation = if line.contains("Lix") {
            Implementation::Lix
        } else if line.contains("(Nix)") {
            Implementation::CppNix
        } else {
            Implementation::Other
        };
        Some(Self {
            exact,
            release,
            implementation,
        })
    }

    /// The dialect of the nearest release at or below this one; `None` below the oldest.
    /// Lix is held against 2.8, the nearest below the 2.18 that it started from.
    pub fn dialect(&self) -> Option<Dialect> {
        if self.implementation == Implementation::Lix {
            return Some(Dialect::V2_8);
        }
        Dialect::ALL
            .into_iter()
            .rev()
            .find(|dialect| dialect.release() <= self.release)
    }
}

/// The two numbers that a version starts with.
fn leading_numbers(word: &str) -> Option<(u32, u32)> {
    let mut numbers = word.split(|c: char| !c.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dialect_of(line: &str) -> Option<Dialect> {
        Version::parse(line).unwrap().dialect()
    }

    #[test]
    fn each_release_speaks_its_own_dialect() {
        assert_eq!(
            dialect_of("nix-instantiate (Nix) 2.3.7\n"),
            Some(Dialect::V2_3)
        );
        assert_eq!(
            dialect_of("nix-instantiate (Nix) 2.8.0"),
            Some(Dialect::V2_8)
        );
        assert_eq!(
            dialect_of("nix-instantiate (Nix) 2.26.3+1"),
            Some(Dialect::V2_26)
        );
        assert_eq!(
            dialect_of("nix-instantiate (Nix) 2.34.8"),
            Some(Dialect::V2_34)
        );
    }

    #[test]
    fn another_release_speaks_the_dialect_below_it() {
        assert_eq!(
            dialect_of("nix-instantiate (Nix) 2.18.1"),
            Some(Dialect::V2_8)
        );
        assert_eq!(
            dialect_of("nix-instantiate (Nix) 2.33.0pre2025"),
            Some(Dialect::V2_26)
        );
        assert_eq!(
            dialect_of("nix-instantiate (Nix) 3.0"),
            Some(Dialect::V2_34)
        );
        assert_eq!(dialect_of("nix-instantiate (Nix) 2.2.1"), None);
        assert_eq!(
            dialect_of("nix-instantiate (Lix, like Nix) 2.93.0"),
            Some(Dialect::V2_8)
        );
    }

    #[test]
    fn a_vendors_number_is_not_taken_for_that_of_nix() {
        let version = Version::parse("nix-instantiate (Determinate Nix 3.11.2) 2.31.1").unwrap();
        assert_eq!(version.exact, "2.31.1");
        assert_eq!(version.implementation, Implementation::Other);
        assert_eq!(version.dialect(), Some(Dialect::V2_26));
    }

    #[test]
    fn text_without_a_version_has_none() {
        assert_eq!(Version::parse(""), None);
        assert_eq!(Version::parse("command not found"), None);
    }

    #[test]
    fn names_are_read_back() {
        for dialect in Dialect::ALL {
            assert_eq!(dialect.to_string().parse(), Ok(dialect));
        }
        assert!("2.4".parse::<Dialect>().is_err());
    }
}
