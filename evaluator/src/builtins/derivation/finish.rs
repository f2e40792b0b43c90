//! From evaluated attributes to a store derivation: inputs, outputs, its path, and
//! the set that `derivationStrict` gives.

use super::{Draft, Maker, Wishes, hash_error, parse_options, read_hash, require};
use crate::context::ContextElement;
use crate::derivation::aterm::{Derivation, HashedInputs, Output};
use crate::derivation::modulo::{hashed_inputs, masked_hash};
use crate::derivation::placeholder;
use crate::derivation::store::{add_derivation, closure, find_modulo, read_derivation};
use crate::derivation::store_path::{Method, is_derivation};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::formats::hash::{Algorithm, HashErrorKind, parse_algorithm};
use crate::heap::{Attrs, Bytes, Key, Keys, Value};
use crate::positions::Pos;
use crate::state::State;
use crate::symbols::known;
use crate::vm::coerce::context_set;

impl<'h> Maker<'h> {
    /// Everything was evaluated: adds inputs and outputs.
    pub(super) fn finish(&self, draft: Draft<'h>) -> Result<Value<'h>> {
        let state = &self.state;
        let Draft {
            mut derivation,
            wishes,
            context,
            json,
            unwritable,
        } = draft;
        if let Some(mut json) = json {
            json.extend_from_slice(if json.is_empty() { b"{}" } else { b"}" });
            derivation.environment.insert(b"__json".to_vec(), json);
        }
        let (at_once, at_last) = if state.has(Behaviour::JsonAttributeIsParsed) {
            (None, unwritable)
        } else {
            (unwritable, None)
        };
        if let Some(error) = at_once {
            return Err(error);
        }
        self.inputs(&mut derivation, context)?;
        let missing = |name: &str| {
            self.placed(Error::new(
                ErrorKind::MissingAttribute,
                format!("required attribute '{name}' missing"),
            ))
        };
        if derivation.builder.is_empty() {
            return Err(missing("builder"));
        }
        if derivation.system.is_empty() {
            return Err(missing("system"));
        }
        self.check_extension(&wishes)?;
        let mut inputs = None;
        if let Some(text) = &wishes.hash {
            self.fixed(&mut derivation, &wishes, text)?;
        } else if wishes.content_addressed || wishes.impure {
            self.floating(&mut derivation, &wishes)?;
        } else {
            inputs = self.input_addressed(&mut derivation, &wishes)?;
        }
        let outputs = derivation.outputs.clone();
        if let Some(error) = at_last {
            return Err(error);
        }
        let path = add_derivation(state, self.name, derivation, inputs)?;
        self.result(&path, &outputs)
    }

    fn check_extension(&self, wishes: &Wishes) -> Result<()> {
        if !self.state.has(Behaviour::StoreNamesMayStartWithPeriod) {
            self.state.store_dir().check_name(self.name)?;
        }
        if !is_derivation(self.name) {
            return Ok(());
        }
        if !self.state.has(Behaviour::HashModesHaveNames) {
            return Err(self.wrong("derivation names are not allowed to end in '.drv'"));
        }
        let single = wishes.outputs.len() == 1 && wishes.outputs.contains(b"out".as_slice());
        if wishes.method == Some(Method::Text) && single {
            return Ok(());
        }
        Err(self.wrong(
            "derivation names are allowed to end in '.drv' only if they produce a single derivation file",
        ))
    }

    /// The inputs that the contexts of all strings name.
    fn inputs(
        &self,
        derivation: &mut Derivation,
        mut context: Vec<ContextElement<'h>>,
    ) -> Result<()> {
        context.sort_unstable();
        context.dedup();
        for element in context {
            match element {
                ContextElement::Plain(path) => {
                    derivation.input_sources.insert(path.to_vec());
                }
                ContextElement::Output(path, output) => {
                    let wanted = derivation.input_derivations.entry(path.to_vec());
                    wanted.or_default().outputs.insert(output.to_vec());
                }
                ContextElement::Nested(nested) => {
                    let key = nested.derivation().to_vec();
                    let mut wanted = derivation.input_derivations.entry(key).or_default();
                    if let Some((last, before)) = nested.outputs().split_last() {
                        for output in before {
                            wanted = wanted.dynamic.entry(output.to_vec()).or_default();
                        }
                        wanted.outputs.insert(last.to_vec());
                    }
                }
                ContextElement::Whole(path) => {
                    for object in closure(&self.state, path)? {
                        if is_derivation(&object) {
                            let outputs = read_derivation(&self.state, &object)?.outputs;
                            let wanted = derivation.input_derivations.entry(object.clone());
                            wanted.or_default().outputs = outputs.into_keys().collect();
                        }
                        derivation.input_sources.insert(object);
                    }
                }
            }
        }
        Ok(())
    }

    fn fixed(&self, derivation: &mut Derivation, wishes: &Wishes, text: &[u8]) -> Result<()> {
        if wishes.outputs.len() != 1 || !wishes.outputs.contains(b"out".as_slice()) {
            return Err(
                self.wrong("multiple outputs are not supported in fixed-output derivations")
            );
        }
        let algorithm = self.algorithm(wishes)?;
        let hash = read_hash(&self.state, text, algorithm)?;
        let method = wishes.method.unwrap_or(Method::Flat);
        let path = self
            .state
            .store_dir()
            .fixed_output(method, &hash, self.name)?;
        let environment = &mut derivation.environment;
        environment.insert(b"out".to_vec(), path.clone());
        let output = Output::Fixed { method, hash, path };
        derivation.outputs.insert(b"out".to_vec(), output);
        Ok(())
    }

    /// `outputHashAlgo`; what no release knows counts as not given.
    fn algorithm(&self, wishes: &Wishes) -> Result<Option<Algorithm>> {
        let options = parse_options(&self.state);
        match wishes.algorithm.as_deref() {
            None => Ok(None),
            Some(name) => match parse_algorithm(options, name) {
                Ok(algorithm) => Ok(Some(algorithm)),
                Err(error) if error.kind == HashErrorKind::Feature => Err(hash_error(error)),
                Err(_) => Ok(None),
            },
        }
    }

    fn floating(&self, derivation: &mut Derivation, wishes: &Wishes) -> Result<()> {
        if wishes.content_addressed && wishes.impure {
            return Err(self.wrong("derivation cannot be both content-addressed and impure"));
        }
        let algorithm = self.algorithm(wishes)?.unwrap_or(Algorithm::Sha256);
        let method = wishes.method.unwrap_or(Method::Nar);
        for name in &wishes.outputs {
            let environment = &mut derivation.environment;
            environment.insert(name.clone(), placeholder::own_output(name));
            let output = if wishes.impure {
                Output::Impure { method, algorithm }
            } else {
                Output::Floating { method, algorithm }
            };
            derivation.outputs.insert(name.clone(), output);
        }
        Ok(())
    }

    /// Outputs whose paths are made of the inputs, which are given as they enter hashes; `None`: they are deferred.
    fn input_addressed(
        &self,
        derivation: &mut Derivation,
        wishes: &Wishes,
    ) -> Result<Option<HashedInputs>> {
        let state = &self.state;
        for name in &wishes.outputs {
            derivation.environment.insert(name.clone(), Vec::new());
            derivation.outputs.insert(name.clone(), Output::Deferred);
        }
        let found = hashed_inputs(state.dialect(), derivation, self.name, |input| {
            find_modulo(state, input)
        })?;
        let Some(inputs) = found else {
            return Ok(None);
        };
        let hash = masked_hash(state.dialect(), derivation, &inputs);
        for name in &wishes.outputs {
            let path = state.store_dir().output(name, &hash, self.name)?;
            derivation.environment.insert(name.clone(), path.clone());
            let output = Output::InputAddressed(path);
            derivation.outputs.insert(name.clone(), output);
        }
        Ok(Some(inputs))
    }

    /// The set of `drvPath` and the outputs.
    fn result(
        &self,
        path: &[u8],
        outputs: &std::collections::BTreeMap<Vec<u8>, Output>,
    ) -> Result<Value<'h>> {
        let state = &self.state;
        let path: &'h [u8] = state.heap.alloc_slice(path);
        let string = |text: &[u8], element: ContextElement<'h>| {
            let context = context_set(state, vec![element]);
            Value::string(Bytes::with_context(state.heap, text, context))
        };
        let mut pairs = vec![(
            known::DRV_PATH,
            Pos::NONE,
            string(path, ContextElement::Whole(path)),
        )];
        for (name, output) in outputs {
            let name: &'h [u8] = state.heap.alloc_slice(name);
            let value = output_string(state, path, name, output.path())?;
            pairs.push((state.symbols.intern(name), Pos::NONE, value));
        }
        // Where an output may be called `drvPath` there are two attributes of that
        // name, and the first is found.
        pairs.sort_by_key(|pair| pair.0);
        let keys: Vec<Key> = pairs
            .iter()
            .map(|&(name, pos, _)| Key { name, pos })
            .collect();
        let values: Vec<Value<'h>> = pairs.iter().map(|pair| pair.2).collect();
        let keys = Keys::new(state.heap, &keys);
        Ok(Value::attrs(Attrs::new(state.heap, keys, &values)))
    }
}

/// An output of the derivation at `path`, as a string: where it will be, or what
/// stands for that.
///
/// # Errors
/// If what stands for it needs a feature that is off.
pub(in crate::builtins) fn output_string<'h>(
    state: &State<'h>,
    path: &'h [u8],
    name: &'h [u8],
    target: Option<&[u8]>,
) -> Result<Value<'h>> {
    let text = match target {
        Some(text) => text.to_vec(),
        None => {
            if state.has(Behaviour::PlaceholdersNeedFeature) {
                require(state, "ca-derivations", "")?;
            }
            placeholder::upstream_output(path, &[name])
        }
    };
    let context = context_set(state, vec![ContextElement::Output(path, name)]);
    Ok(Value::string(Bytes::with_context(
        state.heap, &text, context,
    )))
}
