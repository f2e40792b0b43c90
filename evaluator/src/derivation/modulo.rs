//! The hash of a derivation modulo its fixed-output inputs
//! (`hashDerivationModulo` in `derivations.cc`): what the paths of its outputs
//! are made of. How a fixed output was fetched is left out of it.

use super::aterm::{Derivation, HashedInputs, Output, sha256};
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, Result};
use crate::formats::hash::{Format, Hash};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What a derivation is worth as an input of another.
#[derive(Clone, Debug)]
pub struct Modulo {
    /// The names of its outputs.
    pub outputs: BTreeSet<Vec<u8>>,
    /// The hash that stands for each of its outputs; `None`: their content
    /// decides, so that everything that needs them is deferred too.
    pub hash: Option<Hash>,
    /// Its own hash in base 16, as it enters the hashes of others.
    pub text: Vec<u8>,
}

impl Modulo {
    fn new(derivation: &Derivation, hash: Option<Hash>) -> Modulo {
        Modulo {
            outputs: derivation.outputs.keys().cloned().collect(),
            text: hash.as_ref().map_or_else(Vec::new, |hash| {
                hash.print(Format::Base16, false).into_bytes()
            }),
            hash,
        }
    }
}

/// Whether what it needs has no part in what it is worth.
pub fn is_fixed(derivation: &Derivation) -> bool {
    (derivation.outputs.values()).any(|output| matches!(output, Output::Fixed { .. }))
}

/// The inputs of a derivation as they enter its hash; `None`: one of them is
/// deferred. `find` gives what is known of an input derivation.
///
/// # Errors
/// If an input is not to be had or lacks an output.
pub fn hashed_inputs(
    dialect: Dialect,
    derivation: &Derivation,
    name: &[u8],
    find: impl Fn(&[u8]) -> Result<Rc<Modulo>>,
) -> Result<Option<HashedInputs>> {
    let mut inputs = HashedInputs::new();
    let mut deferred = false;
    for (path, wanted) in &derivation.input_derivations {
        let modulo = find(path)?;
        deferred |= modulo.hash.is_none();
        for output in &wanted.outputs {
            if dialect.has(Behaviour::InputsMustHaveOutputs) && !modulo.outputs.contains(output) {
                return Err(Error::value(format!(
                    "no hash for output '{}' of derivation '{}'",
                    String::from_utf8_lossy(output),
                    String::from_utf8_lossy(name)
                )));
            }
            let entry = inputs.entry(modulo.text.clone()).or_default();
            entry.outputs.insert(output.clone());
        }
    }
    Ok((!deferred).then_some(inputs))
}

/// The hash over the derivation with its outputs left out, from which their
/// paths are made.
pub fn masked_hash(dialect: Dialect, derivation: &Derivation, inputs: &HashedInputs) -> Hash {
    sha256(&derivation.write_for_hash(dialect, true, inputs))
}

/// What a complete derivation is worth as an input; `inputs` as from
/// [`hashed_inputs`].
pub fn modulo(dialect: Dialect, derivation: &Derivation, inputs: Option<&HashedInputs>) -> Modulo {
    let fixed = derivation.outputs.values().find_map(|output| match output {
        Output::Fixed { method, hash, path } => Some(
            [
                b"fixed:out:".as_slice(),
                method.prefix().as_bytes(),
                hash.print(Format::Base16, true).as_bytes(),
                b":",
                path,
            ]
            .concat(),
        ),
        _ => None,
    });
    if let Some(text) = fixed {
        return Modulo::new(derivation, Some(sha256(&text)));
    }
    let floating = (derivation.outputs.values())
        .any(|output| matches!(output, Output::Floating { .. } | Output::Impure { .. }));
    let hash = match inputs {
        Some(inputs) if !floating => {
            Some(sha256(&derivation.write_for_hash(dialect, false, inputs)))
        }
        _ => None,
    };
    Modulo::new(derivation, hash)
}
