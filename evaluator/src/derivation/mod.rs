//! Store paths and derivations.

use crate::errors::{Error, ErrorKind, Result};
use crate::heap::Bytes;
use crate::state::State;

/// The store path that a source file is copied to when it is used in a string.
///
/// # Errors
/// Always, for now: the store comes with the derivations.
pub fn copy_to_store<'h>(_state: &State<'h>, _path: &[u8]) -> Result<Bytes<'h>> {
    Err(unsupported("copying a path to the store"))
}

/// The error of what needs the store.
pub fn unsupported(what: &str) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("{what} is not supported by this version of twinix yet"),
    )
}
