//! Computing digests, at once or piece by piece.

use sha2::Digest as _;

use super::{Algorithm, Hash};

/// The digest of some bytes.
pub fn digest(algorithm: Algorithm, bytes: &[u8]) -> Hash {
    let mut hasher = Hasher::new(algorithm);
    hasher.update(bytes);
    hasher.finish()
}

/// A digest in the making, for what is too large to hold at once.
pub struct Hasher {
    algorithm: Algorithm,
    state: State,
}

enum State {
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha256(sha2::Sha256),
    Sha512(Box<sha2::Sha512>),
    Blake3(Box<blake3::Hasher>),
}

impl Hasher {
    /// A hasher that has seen nothing.
    pub fn new(algorithm: Algorithm) -> Hasher {
        let state = match algorithm {
            Algorithm::Md5 => State::Md5(md5::Md5::new()),
            Algorithm::Sha1 => State::Sha1(sha1::Sha1::new()),
            Algorithm::Sha256 => State::Sha256(sha2::Sha256::new()),
            Algorithm::Sha512 => State::Sha512(Box::default()),
            Algorithm::Blake3 => State::Blake3(Box::default()),
        };
        Hasher { algorithm, state }
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.state {
            State::Md5(state) => state.update(bytes),
            State::Sha1(state) => state.update(bytes),
            State::Sha256(state) => state.update(bytes),
            State::Sha512(state) => state.update(bytes),
            State::Blake3(state) => {
                state.update(bytes);
            }
        }
    }

    /// The digest of all that was added.
    pub fn finish(self) -> Hash {
        let bytes = match self.state {
            State::Md5(state) => state.finalize().to_vec(),
            State::Sha1(state) => state.finalize().to_vec(),
            State::Sha256(state) => state.finalize().to_vec(),
            State::Sha512(state) => state.finalize().to_vec(),
            State::Blake3(state) => state.finalize().as_bytes().to_vec(),
        };
        Hash {
            algorithm: self.algorithm,
            bytes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::hash::Format;

    #[test]
    fn digests_are_those_of_hash_string() {
        let table = [
            (Algorithm::Md5, "0cc175b9c0f1b6a831c399e269772661"),
            (Algorithm::Sha1, "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
            (
                Algorithm::Sha256,
                "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
            ),
            (
                Algorithm::Sha512,
                "1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f53\
                 02860c652bf08d560252aa5e74210546f369fbbbce8c12cfc7957b2652fe9a75",
            ),
            (
                Algorithm::Blake3,
                "17762fddd969a453925d65717ac3eea21320b66b54342fde15128d6caf21215f",
            ),
        ];
        for (algorithm, expected) in table {
            let hash = digest(algorithm, b"a");
            assert_eq!(hash.bytes().len(), algorithm.size());
            assert_eq!(hash.print(Format::Base16, false), expected);
        }
    }
}
