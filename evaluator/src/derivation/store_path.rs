//! Store paths: how they are made of what an object is, and which are well formed
//! (`store-dir-config.cc`, `path.cc`; in 2.3 `store-api.cc`).

use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, Result};
use crate::formats::hash::{Algorithm, Format, Hash, digest, encode_nix32};
use crate::paths;
use std::collections::BTreeSet;

/// The characters of a store path's hash.
pub const HASH_LENGTH: usize = 32;

/// The longest name: file systems allow 255 bytes for it, the hash and what
/// builds append.
const MAX_NAME: usize = 211;

/// How the content of an object is hashed (`ContentAddressMethod`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Method {
    /// The bytes of a file.
    Flat,
    /// The NAR of a tree.
    Nar,
    /// The bytes of a file that may refer to other objects.
    Text,
    /// Git's hash of a tree; behind the feature `git-hashing`.
    Git,
}

impl Method {
    /// What stands before the algorithm in a derivation's output.
    pub fn prefix(self) -> &'static str {
        match self {
            Method::Flat => "",
            Method::Nar => "r:",
            Method::Text => "text:",
            Method::Git => "git:",
        }
    }
}

/// What is wrong with a name.
enum BadName {
    Empty,
    TooLong,
    /// It is `.` or `..`.
    Dots,
    /// What stands before its first dash is `.` or `..`.
    DotsBeforeDash(&'static str),
    /// It starts with a period, which only 2.3 refuses in general.
    StartsWithPeriod,
    Character(u8),
}

fn is_allowed(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+-._?=".contains(&byte)
}

fn check(dialect: Dialect, name: &[u8]) -> std::result::Result<(), BadName> {
    let refuses_empty = dialect.has(Behaviour::StoreNamesMayStartWithPeriod);
    if name.is_empty() && refuses_empty {
        return Err(BadName::Empty);
    }
    if !refuses_empty && name.first() == Some(&b'.') {
        return Err(BadName::StartsWithPeriod);
    }
    if name.len() > MAX_NAME {
        return Err(BadName::TooLong);
    }
    if dialect.has(Behaviour::StoreNamesRefuseDots) {
        match name {
            [b'.'] | [b'.', b'.'] => return Err(BadName::Dots),
            [b'.', b'-', ..] => return Err(BadName::DotsBeforeDash(".")),
            [b'.', b'.', b'-', ..] => return Err(BadName::DotsBeforeDash("..")),
            _ => {}
        }
    }
    match name.iter().find(|&&byte| !is_allowed(byte)) {
        Some(&byte) => Err(BadName::Character(byte)),
        None => Ok(()),
    }
}

/// What is wrong with a name, in words that stand for themselves; `None` if
/// nothing is (`checkName` of 2.26 and later).
pub fn name_problem(dialect: Dialect, name: &[u8]) -> Option<Vec<u8>> {
    let (before, after) = match check(dialect, name).err()? {
        BadName::Empty => return Some(b"name must not be empty".to_vec()),
        BadName::TooLong => (
            "' must be no longer than ",
            format!("{MAX_NAME} characters").into_bytes(),
        ),
        BadName::Dots => ("' is not valid", Vec::new()),
        BadName::DotsBeforeDash(dots) => (
            "' is not valid: first dash-separated component must not be ",
            format!("'{dots}'").into_bytes(),
        ),
        BadName::StartsWithPeriod => ("' starts with a period", Vec::new()),
        BadName::Character(byte) => ("' contains illegal character '", vec![byte, b'\'']),
    };
    Some([b"name '", name, before.as_bytes(), &after].concat())
}

/// Where objects are, and by the rules of which release.
#[derive(Clone, Copy, Debug)]
pub struct StoreDir<'a> {
    /// The directory, `/nix/store` unless set otherwise: it is part of every hash.
    pub directory: &'a [u8],
    /// The release.
    pub dialect: Dialect,
}

impl StoreDir<'_> {
    /// The path of the object with this digest and name, whatever made the digest.
    fn path(self, digest: &[u8], name: &[u8]) -> Result<Vec<u8>> {
        let base = [encode_nix32(digest).as_bytes(), b"-", name].concat();
        if let Err(problem) = check(self.dialect, name) {
            return Err(Error::value(self.bad_path(problem, &base, name)).foreign());
        }
        Ok([self.directory, b"/", &base].concat())
    }

    fn bad_path(self, problem: BadName, base: &[u8], name: &[u8]) -> Vec<u8> {
        if self.dialect.has(Behaviour::StoreNamesAreCheckedAlone) {
            let why = name_problem(self.dialect, name).unwrap_or_default();
            return [b"path '", base, b"' is not a valid store path: ", &why].concat();
        }
        if self.dialect.has(Behaviour::StoreNamesMayStartWithPeriod) {
            let why = match problem {
                BadName::TooLong => {
                    format!("has a name longer than {MAX_NAME} characters").into_bytes()
                }
                BadName::Character(byte) => {
                    [b"contains illegal character '".as_slice(), &[byte], b"'"].concat()
                }
                _ => b"has an empty name".to_vec(),
            };
            return [b"store path '", base, b"' ", &why].concat();
        }
        let why = match problem {
            BadName::TooLong => b"name must be less than 212 characters".to_vec(),
            BadName::Character(byte) => {
                [b"the '".as_slice(), &[byte], b"' character is invalid"].concat()
            }
            _ => b"it is illegal to start the name with a period".to_vec(),
        };
        [
            b"The path name '".as_slice(),
            name,
            b"' is invalid: ",
            &why,
            b". Path names are alphanumeric and can include the symbols +-._?= and must not begin with a period. Note: If '",
            name,
            b"' is a source file and you cannot rename it on disk, builtins.path { name = ... } can be used to give it an alternative name.",
        ]
        .concat()
    }

    /// Fails if an object may not have this name; for releases whose errors do
    /// not show the whole path.
    ///
    /// # Errors
    /// If so.
    pub fn check_name(self, name: &[u8]) -> Result<()> {
        check(self.dialect, name)
            .map_err(|problem| Error::value(self.bad_path(problem, b"", name)).foreign())
    }

    /// The path of an object: `kind` says what it is (`text`, `source`,
    /// `output:NAME`) and what it refers to, `hash` what is in it.
    fn make(self, kind: &[u8], hash: &Hash, name: &[u8]) -> Result<Vec<u8>> {
        let text = [
            kind,
            b":",
            hash.print(Format::Base16, true).as_bytes(),
            b":",
            self.directory,
            b":",
            name,
        ]
        .concat();
        self.path(&digest(Algorithm::Sha256, &text).compressed(20), name)
    }

    /// The path of an output of a derivation that is addressed by its inputs.
    ///
    /// # Errors
    /// If the name is not allowed.
    pub fn output(self, output: &[u8], hash: &Hash, derivation: &[u8]) -> Result<Vec<u8>> {
        let name = output_path_name(derivation, output);
        self.make(&[b"output:", output].concat(), hash, &name)
    }

    /// The path of a text that refers to `references` (sorted).
    ///
    /// # Errors
    /// If the name is not allowed.
    pub fn text<'r>(
        self,
        name: &[u8],
        hash: &Hash,
        references: impl IntoIterator<Item = &'r [u8]>,
    ) -> Result<Vec<u8>> {
        self.make_referring(b"text", hash, name, references)
    }

    /// The path of an object of a kind that refers to `references` (`makeType` in `store-api.cc`).
    fn make_referring<'r>(
        self,
        kind: &[u8],
        hash: &Hash,
        name: &[u8],
        references: impl IntoIterator<Item = &'r [u8]>,
    ) -> Result<Vec<u8>> {
        let mut kind = kind.to_vec();
        for reference in references {
            kind.push(b':');
            kind.extend_from_slice(reference);
        }
        self.make(&kind, hash, name)
    }

    /// The path of an object that its content alone addresses
    /// (`makeFixedOutputPath`).
    ///
    /// # Errors
    /// If the name is not allowed.
    pub fn fixed_output(self, method: Method, hash: &Hash, name: &[u8]) -> Result<Vec<u8>> {
        match method {
            Method::Text => self.text(name, hash, []),
            Method::Nar if hash.algorithm() == Algorithm::Sha256 => {
                self.make(b"source", hash, name)
            }
            Method::Git if !self.hashes_for_git().contains(&hash.algorithm()) => Err(Error::value(
                if self.dialect.has(Behaviour::GitHashesAreSha256Too) {
                    format!(
                        "Git file ingestion must use SHA-1 or SHA-256 hash, but instead using: {}",
                        hash.algorithm().name()
                    )
                } else {
                    "Git file ingestion must use SHA-1 hash".to_owned()
                },
            )),
            _ => {
                let described = format!(
                    "fixed:out:{}{}:",
                    method.prefix(),
                    hash.print(Format::Base16, true)
                );
                let inner = digest(Algorithm::Sha256, described.as_bytes());
                self.make(b"output:out", &inner, name)
            }
        }
    }

    /// The path of an object that its content and what it refers to address (`makeFixedOutputPath`).
    ///
    /// # Errors
    /// If the name is not allowed, or if objects of this method refer to nothing.
    pub fn fixed_output_referring(
        self,
        method: Method,
        hash: &Hash,
        name: &[u8],
        references: &BTreeSet<Vec<u8>>,
    ) -> Result<Vec<u8>> {
        if references.is_empty() {
            return self.fixed_output(method, hash, name);
        }
        if method != Method::Nar || hash.algorithm() != Algorithm::Sha256 {
            let name = String::from_utf8_lossy(name);
            return Err(Error::value(format!(
                "fixed output derivation '{name}' is not allowed to refer to other store paths.\nYou may need to use the \
                 'unsafeDiscardReferences' derivation attribute, see the manual for more details."
            )));
        }
        self.make_referring(b"source", hash, name, references.iter().map(Vec::as_slice))
    }

    fn hashes_for_git(self) -> &'static [Algorithm] {
        if self.dialect.has(Behaviour::GitHashesAreSha256Too) {
            &[Algorithm::Sha1, Algorithm::Sha256]
        } else {
            &[Algorithm::Sha1]
        }
    }

    /// The part of a path below the store's directory, if it is below it.
    pub fn inside(self, path: &[u8]) -> Option<&[u8]> {
        let rest = path.strip_prefix(self.directory)?.strip_prefix(b"/")?;
        (!rest.is_empty()).then_some(rest)
    }

    /// Splits a path within the store into the object's path and what is left
    /// (empty or starting with a slash).
    pub fn split(self, path: &[u8]) -> Option<(&[u8], &[u8])> {
        let rest = self.inside(path)?;
        let start = path.len() - rest.len();
        let end = rest
            .iter()
            .position(|&byte| byte == b'/')
            .map_or(path.len(), |slash| start + slash);
        Some(path.split_at(end))
    }

    /// Whether this is the path of a store object, well formed and canonical.
    pub fn is_object(self, path: &[u8]) -> bool {
        paths::canonical(path) == path
            && paths::parent(path) == self.directory
            && self.inside(path).is_some_and(|base| self.is_base(base))
    }

    /// Fails unless this is the path of a store object, as a derivation names it (`parseStorePath` in
    /// `path.cc`).
    ///
    /// # Errors
    /// If so.
    pub fn check_object(self, path: &[u8]) -> Result<()> {
        if path.first() != Some(&b'/') {
            let path = String::from_utf8_lossy(path);
            return Err(Error::value(format!("not an absolute path: '{path}'")).foreign());
        }
        let path = paths::canonical(path);
        if paths::parent(&path) != self.directory {
            let quote = if self.dialect.has(Behaviour::ForeignPathsAreQuotedTwice) {
                '"'
            } else {
                '\''
            };
            let path = String::from_utf8_lossy(&path);
            let message = format!("path {quote}{path}{quote} is not in the Nix store");
            return Err(Error::value(message).foreign());
        }
        let base = self.inside(&path).unwrap_or_default();
        if self.is_base(base) {
            return Ok(());
        }
        let name = base.get(HASH_LENGTH + 1..).unwrap_or_default();
        let message = match check(self.dialect, name) {
            Err(problem)
                if base.iter().take(HASH_LENGTH).all(is_digit) && base.len() > HASH_LENGTH =>
            {
                self.bad_path(problem, base, name)
            }
            _ => self.base_problem(base),
        };
        Err(Error::value(message).foreign())
    }

    /// What is wrong with the last component of a path in the store, as later
    /// releases word it.
    pub fn base_problem(self, base: &[u8]) -> Vec<u8> {
        if base.len() <= HASH_LENGTH {
            return [b"'", base, b"' is too short to be a valid store path"].concat();
        }
        let (hash, name) = base.split_at(HASH_LENGTH);
        if let Some(&byte) = hash.iter().find(|byte| !is_digit(byte)) {
            return [
                b"store path '".as_slice(),
                base,
                b"' contains illegal base-32 character '",
                &[byte],
                b"'",
            ]
            .concat();
        }
        let why = name_problem(self.dialect, &name[1..]).unwrap_or_default();
        [b"path '", base, b"' is not a valid store path: ", &why].concat()
    }

    /// Whether this is the last component of a store path.
    pub fn is_base(self, base: &[u8]) -> bool {
        if !self.dialect.has(Behaviour::StoreNamesMayStartWithPeriod) {
            // 2.3 looks at the form only.
            return base.len() >= HASH_LENGTH && !base.contains(&b'/');
        }
        match (base.get(..HASH_LENGTH), base.get(HASH_LENGTH + 1..)) {
            (Some(hash), Some(name)) => {
                hash.iter().all(is_digit) && !name.is_empty() && check(self.dialect, name).is_ok()
            }
            _ => false,
        }
    }
}

/// Whether a byte may stand in the hash of a path.
fn is_digit(byte: &u8) -> bool {
    byte.is_ascii_digit() || byte.is_ascii_lowercase() && !b"eotu".contains(byte)
}

/// The name of an output's path: `out` is not mentioned.
pub fn output_path_name(derivation: &[u8], output: &[u8]) -> Vec<u8> {
    if output == b"out" {
        derivation.to_vec()
    } else {
        [derivation, b"-", output].concat()
    }
}

/// The name of the object at a store path: its last component without the hash.
pub fn name_of(path: &[u8]) -> &[u8] {
    let base = path.rsplit(|&byte| byte == b'/').next().unwrap_or_default();
    base.get(HASH_LENGTH + 1..).unwrap_or_default()
}

/// The name of the derivation that a file in the store is.
pub fn derivation_name(path: &[u8]) -> &[u8] {
    let name = name_of(path);
    name.strip_suffix(b".drv").unwrap_or(name)
}

/// Whether a path or name is that of a derivation.
pub fn is_derivation(path: &[u8]) -> bool {
    path.ends_with(b".drv")
}

#[cfg(test)]
mod tests {
    use super::{Method, StoreDir, name_of, name_problem};
    use crate::dialect::Dialect;
    use crate::formats::hash::{Algorithm, digest};

    const STORE: StoreDir<'static> = StoreDir {
        directory: b"/nix/store",
        dialect: Dialect::V2_34,
    };

    #[test]
    fn paths_are_split_into_object_and_rest() {
        let object = b"/nix/store/pkfm7lbh708385q529jjhybyy7hrgmj5-x.drv".as_slice();
        assert_eq!(STORE.split(object), Some((object, b"".as_slice())));
        let within = [object, b"/a/b"].concat();
        assert_eq!(STORE.split(&within), Some((object, b"/a/b".as_slice())));
        assert_eq!(STORE.split(b"/nix/storex/a"), None);
        assert_eq!(STORE.split(b"/nix/store"), None);
        assert_eq!(name_of(object), b"x.drv");
        assert!(STORE.is_object(object));
        assert!(!STORE.is_object(&within));
    }

    #[test]
    fn names_are_checked_by_release() {
        let problem = |dialect, name: &[u8]| name_problem(dialect, name);
        assert_eq!(problem(Dialect::V2_34, b"a-b.c"), None);
        assert!(problem(Dialect::V2_34, b"").is_some());
        assert!(problem(Dialect::V2_34, b".-x").is_some());
        assert!(problem(Dialect::V2_8, b".-x").is_none());
        assert!(problem(Dialect::V2_3, b".x").is_some());
        assert!(problem(Dialect::V2_34, b"a b").is_some());
        assert!(problem(Dialect::V2_34, &[b'a'; 212]).is_some());
    }

    #[test]
    fn text_paths_are_those_of_to_file() {
        // builtins.toFile "foo" "bar"
        let hash = digest(Algorithm::Sha256, b"bar");
        assert_eq!(
            STORE.text(b"foo", &hash, []).unwrap(),
            b"/nix/store/vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-foo"
        );
        // derivation { outputHash = …; } of that content, flat
        let flat = STORE.fixed_output(Method::Flat, &hash, b"foo").unwrap();
        assert!(flat.ends_with(b"-foo"));
    }
}
