//! Hashes that programs write: `outputHash`, `sha256` of `path` and of fetchers.

use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::formats::hash::{
    Algorithm, Format, Hash, HashError, HashErrorKind, ParseOptions, parse_any,
};
use crate::state::State;

/// How the dialect and its features read hashes.
pub(in crate::builtins) fn parse_options(state: &State<'_>) -> ParseOptions {
    ParseOptions {
        release: state.dialect(),
        blake3: state.feature("blake3-hashes"),
    }
}

/// A hash that cannot be read, as an error.
pub(crate) fn hash_error(error: HashError) -> Error {
    let kind = match error.kind {
        HashErrorKind::Feature => ErrorKind::Feature,
        _ => ErrorKind::Value,
    };
    Error::new(kind, error.message).foreign()
}

/// A hash; the empty text is the zero hash where the release says so
/// (`newHashAllowEmpty` in `hash.cc`).
pub(in crate::builtins) fn read_hash(
    state: &State<'_>,
    text: &[u8],
    algorithm: Option<Algorithm>,
) -> Result<Hash> {
    if text.is_empty() && state.has(Behaviour::EmptyHashIsZero) {
        let Some(algorithm) = algorithm else {
            return Err(
                Error::value(if state.has(Behaviour::HashErrorsSayAlgorithm) {
                    "empty hash requires explicit hash algorithm"
                } else {
                    "empty hash requires explicit hash type"
                })
                .foreign(),
            );
        };
        let hash = Hash::zero(algorithm);
        let shown = hash.print(Format::Sri, true);
        (state.trace)(format!("warning: found empty hash, assuming '{shown}'").as_bytes());
        return Ok(hash);
    }
    parse_any(parse_options(state), text, algorithm).map_err(hash_error)
}
