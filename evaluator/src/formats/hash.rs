//! Hashes: digests, their printed forms and the parsing of every form, with the messages of each
//! release (`hash.cc`).

mod decode;
mod digest;

pub use decode::{
    ParseOptions, decode_nix32, parse_algorithm, parse_any, parse_format, parse_unprefixed,
};
pub use digest::{Hasher, digest};

use data_encoding::{BASE64, HEXLOWER};

/// The alphabet of Nix's base 32: no `e`, `o`, `t`, `u`.
const NIX32: &[u8; 32] = b"0123456789abcdfghijklmnpqrsvwxyz";

/// A hash algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// MD5, 16 bytes.
    Md5,
    /// SHA-1, 20 bytes.
    Sha1,
    /// SHA-256, 32 bytes.
    Sha256,
    /// SHA-512, 64 bytes.
    Sha512,
    /// BLAKE3, 32 bytes; 2.27 and later, behind the feature `blake3-hashes`.
    Blake3,
}

impl Algorithm {
    /// The name that programs use.
    pub fn name(self) -> &'static str {
        match self {
            Algorithm::Md5 => "md5",
            Algorithm::Sha1 => "sha1",
            Algorithm::Sha256 => "sha256",
            Algorithm::Sha512 => "sha512",
            Algorithm::Blake3 => "blake3",
        }
    }

    /// How many bytes a digest has.
    pub fn size(self) -> usize {
        match self {
            Algorithm::Md5 => 16,
            Algorithm::Sha1 => 20,
            Algorithm::Sha256 | Algorithm::Blake3 => 32,
            Algorithm::Sha512 => 64,
        }
    }
}

/// How a hash is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Lower-case hexadecimal.
    Base16,
    /// Nix's base 32.
    Nix32,
    /// Base 64 with padding.
    Base64,
    /// `ALGORITHM-BASE64`.
    Sri,
}

/// A digest and the algorithm that it belongs to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Hash {
    algorithm: Algorithm,
    bytes: Vec<u8>,
}

impl Hash {
    /// The hash with these bytes, if there are as many as the algorithm has.
    pub fn new(algorithm: Algorithm, bytes: Vec<u8>) -> Option<Hash> {
        (bytes.len() == algorithm.size()).then_some(Hash { algorithm, bytes })
    }

    /// The hash that stands for an empty `outputHash` (2.4 and later).
    pub fn zero(algorithm: Algorithm) -> Hash {
        Hash {
            algorithm,
            bytes: vec![0; algorithm.size()],
        }
    }

    /// The algorithm.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The bytes of the digest.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The printed form; `with_algorithm` prefixes `md5:` (SRI always has its `md5-`).
    pub fn print(&self, format: Format, with_algorithm: bool) -> String {
        let prefix = match (format, with_algorithm) {
            (Format::Sri, _) => format!("{}-", self.algorithm.name()),
            (_, true) => format!("{}:", self.algorithm.name()),
            (_, false) => String::new(),
        };
        let body = match format {
            Format::Base16 => HEXLOWER.encode(&self.bytes),
            Format::Nix32 => encode_nix32(&self.bytes),
            Format::Base64 | Format::Sri => BASE64.encode(&self.bytes),
        };
        prefix + &body
    }

    /// The digest folded to `size` bytes by exclusive or, as store paths need it (20 bytes).
    pub fn compressed(&self, size: usize) -> Vec<u8> {
        let mut folded = vec![0; size];
        for (byte, at) in self.bytes.iter().zip((0..size).cycle()) {
            folded[at] ^= byte;
        }
        folded
    }
}

/// Nix's base 32: five bits a character, the last character holds the first bits.
pub fn encode_nix32(bytes: &[u8]) -> String {
    (0..nix32_length(bytes.len()))
        .rev()
        .map(|at| {
            let (byte, shift) = (at * 5 / 8, at * 5 % 8);
            let low = u16::from(bytes[byte]);
            let high = bytes.get(byte + 1).map_or(0, |next| u16::from(*next));
            let bits = ((high << 8 | low) >> shift) & 31;
            char::from(NIX32[usize::from(bits)])
        })
        .collect()
}

fn nix32_length(bytes: usize) -> usize {
    (bytes * 8).div_ceil(5)
}

/// Why a text is no hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashError {
    /// What went wrong.
    pub kind: HashErrorKind,
    /// The message that C++ Nix prints, without position.
    pub message: String,
}

/// The kinds of [`HashError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashErrorKind {
    /// The text is malformed.
    Malformed,
    /// No such algorithm or format: a usage error, to which the command line appends `Try …
    /// --help`.
    Usage,
    /// The experimental feature is off.
    Feature,
    /// The release aborts here: 2.3 on a wrong length when the context names no algorithm.
    Crash,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_prints_in_every_format() {
        let hash = digest(Algorithm::Md5, b"a");
        assert_eq!(
            hash.print(Format::Base16, false),
            "0cc175b9c0f1b6a831c399e269772661"
        );
        assert_eq!(
            hash.print(Format::Nix32, true),
            "md5:314rvnkqlrqcqsidpiq2wpbh8c"
        );
        assert_eq!(
            hash.print(Format::Base64, false),
            "DMF1ucDxtqgxw5niaXcmYQ=="
        );
        assert_eq!(
            hash.print(Format::Sri, false),
            "md5-DMF1ucDxtqgxw5niaXcmYQ=="
        );
    }

    #[test]
    fn folding_wraps_around() {
        let hash = Hash::new(Algorithm::Md5, (0..16).collect()).unwrap();
        assert_eq!(hash.compressed(10)[..6], [10, 10, 14, 14, 10, 10]);
        assert_eq!(hash.compressed(10)[6..], [6, 7, 8, 9]);
    }
}
