//! Store paths and derivations: everything that ends up in the hash of an
//! output, to the last byte.

pub mod aterm;
pub mod modulo;
pub mod nar;
pub mod placeholder;
pub mod store;
pub mod store_path;
pub mod taken;

use crate::errors::{Error, ErrorKind};

/// The error of what is not there yet.
pub fn unsupported(what: &str) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("{what} is not supported by this version of twinix yet"),
    )
}
