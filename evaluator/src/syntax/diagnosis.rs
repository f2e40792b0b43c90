//! Words a syntax error as C++ Nix's generated parser does.

use super::options::SyntaxOptions;

/// A syntax error.
pub struct Found {
    /// The message.
    pub message: String,
    /// The byte it complains about.
    pub at: usize,
}

/// The first syntax error of `source`.
pub fn diagnose(_source: &[u8], _options: &SyntaxOptions) -> Option<Found> {
    None
}

/// Whether the stack of the generated parser would overflow.
pub fn overflows(_source: &[u8], _options: &SyntaxOptions) -> bool {
    false
}
