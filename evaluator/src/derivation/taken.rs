//! What a store asks of a derivation that it takes in: that its outputs go together, and that their paths are
//! those which follow from it (`checkDerivationOutputs` in `local-store.cc`, `checkInvariants` in
//! `derivations.cc`).

use super::aterm::{Derivation, Output};
use super::modulo::{hashed_inputs, masked_hash};
use super::store::{find_modulo, read};
use super::store_path::{derivation_name, output_path_name};
use crate::dialect::Behaviour;
use crate::errors::{Error, Result};
use crate::formats::hash::{Algorithm, Hash};
use crate::state::State;
use std::cell::OnceCell;

/// Fails unless the store takes in this text as the derivation at `path`.
///
/// # Errors
/// If it cannot be read, or says something else than what follows from it.
pub fn check(state: &State<'_>, path: &[u8], text: &[u8]) -> Result<()> {
    let taken = Taken {
        state,
        path,
        name: derivation_name(path),
        derivation: read(state, path, text)?,
        hash: OnceCell::new(),
    };
    if !state.has(Behaviour::OutputsHaveKinds) {
        return taken.check_untyped();
    }
    if state.has(Behaviour::OutputsAreCheckedFirst) {
        taken.check_outputs()?;
        return taken.check_kinds();
    }
    taken.check_kinds()?;
    taken.check_paths()
}

struct Taken<'s, 'h> {
    state: &'s State<'h>,
    path: &'s [u8],
    name: &'s [u8],
    derivation: Derivation,
    /// What the paths of its outputs are made of, once somebody asked.
    hash: OnceCell<Option<Hash>>,
}

impl Taken<'_, '_> {
    /// The error that something is not what it should be.
    fn wrong(&self, what: impl std::fmt::Display) -> Error {
        if self.state.has(Behaviour::StoreErrorsAreShort) {
            return Error::value(format!("derivation has {what}"));
        }
        Error::value(format!("derivation '{}' has {what}", shown(self.path)))
    }

    fn wrong_output(&self, is: &[u8], should: &[u8]) -> Error {
        let (is, should) = (shown(is), shown(should));
        self.wrong(format!("incorrect output '{is}', should be '{should}'"))
    }

    /// What the paths of outputs are made of; nothing if it is not known yet.
    fn hash_of(&self, derivation: &Derivation) -> Result<Option<Hash>> {
        let dialect = self.state.dialect();
        let inputs = hashed_inputs(dialect, derivation, self.name, |input| {
            find_modulo(self.state, input)
        })?;
        Ok(inputs.map(|inputs| masked_hash(dialect, derivation, &inputs)))
    }

    /// The same of the derivation as it is.
    fn own_hash(&self) -> Result<Option<Hash>> {
        if let Some(hash) = self.hash.get() {
            return Ok(hash.clone());
        }
        let hash = self.hash_of(&self.derivation)?;
        Ok(self.hash.get_or_init(|| hash).clone())
    }

    /// In 2.3 an output has a path, and `out` may have a hash.
    fn check_untyped(&self) -> Result<()> {
        let store = self.state.store_dir();
        let outputs = &self.derivation.outputs;
        let alone = outputs
            .get(b"out".as_slice())
            .filter(|_| outputs.len() == 1);
        let environment = &self.derivation.environment;
        if let Some(Output::Fixed { method, hash, path }) = alone {
            let should = store.fixed_output(*method, hash, self.name)?;
            let is_said = environment.get(b"out".as_slice()) == Some(&should);
            return if *path == should && is_said {
                Ok(())
            } else {
                Err(self.wrong_output(path, &should))
            };
        }
        let mut masked = self.derivation.clone();
        for output in outputs.keys() {
            masked.environment.insert(output.clone(), Vec::new());
        }
        let Some(hash) = self.hash_of(&masked)? else {
            return Ok(());
        };
        for (output, kind) in outputs {
            let should = store.output(output, &hash, self.name)?;
            let is = kind.path().unwrap_or_default();
            if is != should || environment.get(output) != Some(&should) {
                return Err(self.wrong_output(is, &should));
            }
        }
        Ok(())
    }

    /// Fails unless the outputs go together.
    fn check_kinds(&self) -> Result<()> {
        const MIXED: &str = "can't mix derivation output types";
        const ONE_FIXED: &str = "only one fixed output is allowed for now";
        const NAMED: &str = "single fixed output must be named \"out\"";
        let outputs = &self.derivation.outputs;
        let Some((first, kind)) = outputs.iter().next() else {
            return Err(Error::value("must have at least one output"));
        };
        let is_mixed =
            |other: &Output| std::mem::discriminant(kind) != std::mem::discriminant(other);
        let is_fixed = |kind: &Output| matches!(kind, Output::Fixed { .. });
        if !self.state.has(Behaviour::OutputsAreCheckedFirst) {
            self.check_floating(outputs.values())?;
            return if outputs.values().any(is_mixed) {
                Err(Error::value(MIXED))
            } else if is_fixed(kind) && outputs.len() > 1 {
                Err(Error::value(ONE_FIXED))
            } else if is_fixed(kind) && first != b"out" {
                Err(Error::value(NAMED))
            } else {
                Ok(())
            };
        }
        let mut algorithms = outputs.values().map(algorithm_of);
        let first_algorithm = algorithms.next().flatten();
        for (number, (name, kind)) in outputs.iter().enumerate() {
            if is_mixed(kind) {
                return Err(Error::value(MIXED));
            }
            if is_fixed(kind) && number > 0 {
                return Err(Error::value(ONE_FIXED));
            }
            if is_fixed(kind) && name != b"out" {
                return Err(Error::value(NAMED));
            }
            if algorithm_of(kind) != first_algorithm {
                return Err(self.hashed_differently());
            }
        }
        Ok(())
    }

    /// Fails unless outputs whose content decides are hashed alike.
    fn check_floating<'o>(&self, outputs: impl Iterator<Item = &'o Output>) -> Result<()> {
        let mut algorithms = outputs.filter_map(algorithm_of);
        let first = algorithms.next();
        if algorithms.all(|other| Some(other) == first) {
            return Ok(());
        }
        Err(self.hashed_differently())
    }

    fn hashed_differently(&self) -> Error {
        let noun = if self.state.has(Behaviour::HashErrorsSayAlgorithm) {
            "algorithm"
        } else {
            "type"
        };
        Error::value(format!(
            "all floating outputs must use the same hash {noun}"
        ))
    }

    /// Fails unless paths are what follows, in releases that know that the outputs go together.
    fn check_paths(&self) -> Result<()> {
        let store = self.state.store_dir();
        for (output, kind) in &self.derivation.outputs {
            let should = match kind {
                Output::InputAddressed(is) => {
                    let Some(hash) = self.own_hash()? else {
                        continue;
                    };
                    let should = store.output(output, &hash, self.name)?;
                    if *is != should {
                        return Err(self.wrong_output(is, &should));
                    }
                    should
                }
                Output::Fixed { method, hash, .. } => {
                    let name = output_path_name(self.name, output);
                    store.fixed_output(*method, hash, &name)?
                }
                Output::Floating { .. } | Output::Deferred | Output::Impure { .. } => continue,
            };
            let said = self.derivation.environment.get(output);
            if let Some(said) = said {
                store.check_object(said)?;
            }
            if said != Some(&should) {
                let (output, should) = (shown(output), shown(&should));
                return Err(self.wrong(format!(
                    "incorrect environment variable '{output}', should be '{should}'"
                )));
            }
        }
        Ok(())
    }

    /// Fails unless paths are what follows, in releases that ask afterwards whether the outputs go together.
    fn check_outputs(&self) -> Result<()> {
        let store = self.state.store_dir();
        let mut are_checked = false;
        let mut of_inputs = |output: &[u8]| {
            if !std::mem::replace(&mut are_checked, true) {
                self.check_kinds()?;
            }
            let hash = self.own_hash()?;
            hash.map(|hash| store.output(output, &hash, self.name))
                .transpose()
        };
        for (output, kind) in &self.derivation.outputs {
            let should = match kind {
                Output::InputAddressed(is) => match of_inputs(output)? {
                    Some(should) if *is != should => {
                        return Err(self.wrong_output(is, &should));
                    }
                    _ => continue,
                },
                Output::Deferred => match of_inputs(output)? {
                    Some(should) => should,
                    None => continue,
                },
                Output::Fixed { method, hash, .. } => {
                    let name = output_path_name(self.name, output);
                    store.fixed_output(*method, hash, &name)?
                }
                Output::Floating { .. } | Output::Impure { .. } => continue,
            };
            let about = format!(
                "environment variable '{}', should be '{}'",
                shown(output),
                shown(&should)
            );
            match self.derivation.environment.get(output) {
                Some(said) if *said == should => {}
                Some(said) => {
                    let said = shown(said);
                    return Err(self.wrong(format!("incorrect {about} but is actually '{said}'")));
                }
                None => return Err(self.wrong(format!("missing {about} but is not present"))),
            }
        }
        Ok(())
    }
}

/// How an output is hashed whose content decides on its path.
fn algorithm_of(output: &Output) -> Option<Algorithm> {
    match output {
        Output::Floating { algorithm, .. } => Some(*algorithm),
        _ => None,
    }
}

fn shown(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}
