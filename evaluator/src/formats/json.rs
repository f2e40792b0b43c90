//! JSON: what `fromJSON` accepts and how `toJSON` and `--json` write, release by release.

mod grisu;
mod hand_written;
mod lexer;
mod nlohmann;
pub mod normal;
mod tree;
pub mod write;

pub use tree::Json;

use super::Release;

/// One step of reading a document, in text order. A sink builds whatever it likes from these,
/// so that the evaluator needs no intermediate tree.
#[derive(Clone, Debug, PartialEq)]
pub enum JsonEvent<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number that the release reads as an integer.
    Int(i64),
    /// An integer past 63 bits, of a document that is read for itself.
    Unsigned(u64),
    /// A number that the release reads as a float.
    Float(f64),
    /// A string, decoded; bytes, since 2.3 checks no UTF-8.
    String(&'a [u8]),
    /// The start of an array.
    BeginArray,
    /// The end of the innermost array.
    EndArray,
    /// The start of an object.
    BeginObject,
    /// A key of the innermost object; its value follows. Of equal keys the last one counts.
    /// In 2.8 a key may hold a NUL, which is part of the name but ends its printed form.
    Key(&'a [u8]),
    /// The end of the innermost object.
    EndObject,
}

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// What went wrong.
    pub kind: JsonErrorKind,
    /// The message that C++ Nix prints after `error: `; bytes, as it quotes the text.
    pub message: Vec<u8>,
}

/// The kinds of [`JsonError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonErrorKind {
    /// The text is malformed. From 2.8 on the trace says `while decoding a JSON string`.
    Syntax,
    /// An integer does not fit into 64 bits signed (2.25 and later); not part of the syntax
    /// error, so without that trace.
    IntegerRange,
    /// A string or key holds a NUL byte (2.26 and later); likewise.
    NulByte,
}

/// Reads a document the way `builtins.fromJSON` of a release does, handing the events to `sink`
/// until the end or the first error. Never recurses: 2.8 and later take any depth, 2.3.7
/// overflows its stack at some tens of thousands of levels, a limit that is the caller's.
pub fn parse(
    release: Release,
    text: &[u8],
    sink: impl FnMut(JsonEvent<'_>),
) -> Result<(), JsonError> {
    if release.hand_written_json_parser() {
        hand_written::parse(text, sink)
    } else {
        nlohmann::parse(release, text, sink)
    }
}

/// The message for a NUL byte in a string that becomes a Nix string (2.26 and later): each NUL
/// is shown as `␀`.
pub(crate) fn nul_message(text: &[u8]) -> Vec<u8> {
    let mut message = b"input string '".to_vec();
    for &byte in text {
        if byte == 0 {
            message.extend_from_slice("␀".as_bytes());
        } else {
            message.push(byte);
        }
    }
    message
        .extend_from_slice(b"' cannot be represented as Nix string because it contains null bytes");
    message
}

#[cfg(test)]
mod tests;
