//! Derivations and their text form, ATerm: written and read to the byte as C++
//! Nix does (`derivations.cc`).

mod parse;

pub use parse::{ParseError, Reading, Unread, normal_json, parse, parse_strictly};

use super::store_path::{Method, StoreDir};
use crate::dialect::{Behaviour, Dialect};
use crate::errors::Result;
use crate::formats::hash::{Algorithm, Format, Hash};
use std::collections::{BTreeMap, BTreeSet};

/// What is known of an output before it is built.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
    /// Its path is made of the derivation's inputs.
    InputAddressed(Vec<u8>),
    /// Its content is given.
    Fixed {
        /// How the content is hashed.
        method: Method,
        /// The hash it must have.
        hash: Hash,
        /// The path that follows from it.
        path: Vec<u8>,
    },
    /// Its content will decide (`__contentAddressed`).
    Floating {
        /// How the content will be hashed.
        method: Method,
        /// With which algorithm.
        algorithm: Algorithm,
    },
    /// It depends on an output whose content is not known.
    Deferred,
    /// It may be different on each build (`__impure`).
    Impure {
        /// How the content will be hashed.
        method: Method,
        /// With which algorithm.
        algorithm: Algorithm,
    },
}

impl Output {
    /// The path, where it is known.
    pub fn path(&self) -> Option<&[u8]> {
        match self {
            Output::InputAddressed(path) | Output::Fixed { path, .. } => Some(path),
            Output::Floating { .. } | Output::Deferred | Output::Impure { .. } => None,
        }
    }
}

/// Which outputs of a derivation are an input. The outputs of a derivation that
/// is itself an output nest (feature `dynamic-derivations`).
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Wanted {
    /// The outputs.
    pub outputs: BTreeSet<Vec<u8>>,
    /// By output: what is wanted of the derivation that it is.
    pub dynamic: BTreeMap<Vec<u8>, Wanted>,
}

/// A store derivation.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Derivation {
    /// The outputs by name.
    pub outputs: BTreeMap<Vec<u8>, Output>,
    /// The derivations that it needs, by path.
    pub input_derivations: BTreeMap<Vec<u8>, Wanted>,
    /// The other store objects that it needs.
    pub input_sources: BTreeSet<Vec<u8>>,
    /// The system it is built on.
    pub system: Vec<u8>,
    /// The program that builds it.
    pub builder: Vec<u8>,
    /// Its arguments.
    pub arguments: Vec<Vec<u8>>,
    /// Its environment.
    pub environment: BTreeMap<Vec<u8>, Vec<u8>>,
}

/// The inputs as they enter a hash: by the hash of the derivation instead of its
/// path.
pub type HashedInputs = BTreeMap<Vec<u8>, Wanted>;

impl Derivation {
    /// The text form.
    pub fn write(&self, dialect: Dialect) -> Vec<u8> {
        self.unparse(dialect, false, &self.input_derivations)
    }

    /// The text form that is hashed: `mask_outputs` leaves out the paths of
    /// outputs, which follow from the hash.
    pub fn write_for_hash(
        &self,
        dialect: Dialect,
        mask_outputs: bool,
        inputs: &HashedInputs,
    ) -> Vec<u8> {
        self.unparse(dialect, mask_outputs, inputs)
    }

    fn unparse(
        &self,
        dialect: Dialect,
        mask_outputs: bool,
        inputs: &BTreeMap<Vec<u8>, Wanted>,
    ) -> Vec<u8> {
        let mut out = Vec::with_capacity(4096);
        let dynamic = (self.input_derivations.values()).any(|wanted| !wanted.dynamic.is_empty());
        out.extend_from_slice(if dynamic {
            b"DrvWithVersion(\"xp-dyn-drv\",["
        } else {
            b"Derive(["
        });
        separated(&mut out, &self.outputs, |out, (name, output)| {
            let (path, algorithm, hash) = fields(output);
            let path = if mask_outputs { &[] } else { path };
            out.push(b'(');
            quoted(out, name);
            for field in [path, algorithm.as_bytes(), hash.as_bytes()] {
                out.push(b',');
                quoted(out, field);
            }
            out.push(b')');
        });
        out.extend_from_slice(b"],[");
        separated(&mut out, inputs, |out, (path, wanted)| {
            out.push(b'(');
            quoted(out, path);
            out.push(b',');
            write_wanted(out, wanted);
            out.push(b')');
        });
        out.extend_from_slice(b"],[");
        separated(&mut out, &self.input_sources, |out, path| quoted(out, path));
        out.extend_from_slice(b"],");
        // Of all that later releases write as it is, only this can need escapes.
        if dialect.has(Behaviour::SystemIsEscaped) {
            escaped(&mut out, &self.system);
        } else {
            quoted(&mut out, &self.system);
        }
        out.push(b',');
        escaped(&mut out, &self.builder);
        out.extend_from_slice(b",[");
        separated(&mut out, &self.arguments, |out, text| escaped(out, text));
        out.extend_from_slice(b"],[");
        separated(&mut out, &self.environment, |out, (name, value)| {
            let masked = mask_outputs && self.outputs.contains_key(name);
            out.push(b'(');
            escaped(out, name);
            out.push(b',');
            escaped(out, if masked { &[] } else { value });
            out.push(b')');
        });
        out.extend_from_slice(b"])");
        out
    }
}

/// The path, algorithm and hash of an output as they are written.
fn fields(output: &Output) -> (&[u8], String, String) {
    let described =
        |method: Method, algorithm: Algorithm| format!("{}{}", method.prefix(), algorithm.name());
    match output {
        Output::InputAddressed(path) => (path, String::new(), String::new()),
        Output::Fixed { method, hash, path } => (
            path,
            described(*method, hash.algorithm()),
            hash.print(Format::Base16, false),
        ),
        Output::Floating { method, algorithm } => {
            (&[], described(*method, *algorithm), String::new())
        }
        Output::Deferred => (&[], String::new(), String::new()),
        Output::Impure { method, algorithm } => {
            (&[], described(*method, *algorithm), "impure".to_owned())
        }
    }
}

fn write_wanted(out: &mut Vec<u8>, wanted: &Wanted) {
    // As deep as `outputOf` was applied to its own result, which reading bounds.
    let list = |out: &mut Vec<u8>| {
        out.push(b'[');
        separated(out, &wanted.outputs, |out, name| quoted(out, name));
        out.push(b']');
    };
    if wanted.dynamic.is_empty() {
        return list(out);
    }
    out.push(b'(');
    list(out);
    out.extend_from_slice(b",[");
    separated(out, &wanted.dynamic, |out, (name, inner)| {
        out.push(b'(');
        quoted(out, name);
        out.push(b',');
        write_wanted(out, inner);
        out.push(b')');
    });
    out.extend_from_slice(b"])");
}

fn separated<T>(
    out: &mut Vec<u8>,
    items: impl IntoIterator<Item = T>,
    mut write: impl FnMut(&mut Vec<u8>, T),
) {
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(out, item);
    }
}

/// A string that needs no escapes.
fn quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    out.extend_from_slice(text);
    out.push(b'"');
}

fn escaped(out: &mut Vec<u8>, text: &[u8]) {
    out.reserve(text.len() + 2);
    out.push(b'"');
    let mut rest = text;
    while let Some(at) = first_special(rest) {
        out.extend_from_slice(&rest[..at]);
        out.push(b'\\');
        out.push(match rest[at] {
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            other => other,
        });
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Where the first byte is that has to be escaped. Whole blocks are looked at without a branch for each byte, which
/// the compiler makes vector instructions of.
fn first_special(text: &[u8]) -> Option<usize> {
    const BLOCK: usize = 32;
    let is_special = |&byte: &u8| matches!(byte, b'"' | b'\\' | b'\n' | b'\r' | b'\t');
    let (blocks, _) = text.as_chunks::<BLOCK>();
    let plain = blocks
        .iter()
        .take_while(|block| !(block.iter()).fold(false, |found, byte| found | is_special(byte)));
    let start = plain.count() * BLOCK;
    let at = text[start..].iter().position(is_special)?;
    Some(start + at)
}

/// The hash of some text, for derivations.
pub(super) fn sha256(text: &[u8]) -> Hash {
    crate::formats::hash::digest(Algorithm::Sha256, text)
}

/// The path of a derivation, from its text form (`computeStorePath`).
///
/// # Errors
/// If the name is not allowed.
pub fn derivation_path(
    store: StoreDir<'_>,
    name: &[u8],
    derivation: &Derivation,
    text: &[u8],
) -> Result<Vec<u8>> {
    let mut references: BTreeSet<&[u8]> = BTreeSet::new();
    references.extend(derivation.input_sources.iter().map(Vec::as_slice));
    references.extend(derivation.input_derivations.keys().map(Vec::as_slice));
    store.text(&[name, b".drv"].concat(), &sha256(text), references)
}

#[cfg(test)]
mod tests;
