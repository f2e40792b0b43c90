//! `derivation`, `derivationStrict` and what else makes store paths of values
//! (`primops.cc`).

use super::demand::{Demand, attribute};
use super::internal;
use super::json::{WHOLE, write_json};
use super::{Builtin, Kind, Run, builtin, want};
use crate::context::ContextElement;
use crate::derivation::aterm::{Derivation, Output};
use crate::derivation::modulo::{hashed_inputs, masked_hash};
use crate::derivation::placeholder;
use crate::derivation::store::{add_derivation, closure, find_modulo, read_derivation};
use crate::derivation::store_path::{self, Method, is_derivation, name_problem};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::formats::hash::{
    Algorithm, Format, Hash, HashError, HashErrorKind, ParseOptions, parse_algorithm, parse_any,
};
use crate::heap::{Attrs, Bytes, Thunk, Value, View};
use crate::load::load_source;
use crate::positions::{Origin, Pos};
use crate::state::State;
use crate::symbols::{Symbol, known};
use crate::vm::coerce::{Coercion, coerce, context_set};
use crate::vm::{Co, Shared};
use std::collections::BTreeSet;
use std::rc::Rc;

/// The family.
pub const BUILTINS: &[Builtin] = &[
    builtin("derivation", 1, Run::Plain(&[], |state, _| wrapper(state)))
        .global()
        .constant(),
    builtin(
        "derivationStrict",
        1,
        Run::Generator(|co, state, args| Box::pin(strict(co, state, args[0]))),
    )
    .global(),
    builtin(
        "placeholder",
        1,
        Run::Plain(
            &[want(
                0,
                Kind::PlainString,
                "while evaluating the first argument passed to builtins.placeholder",
            )],
            |state, args| {
                let output = args[0].as_string().map_or(b"".as_slice(), Bytes::bytes);
                Ok(state.string(&placeholder::own_output(output)))
            },
        ),
    )
    .global(),
];

/// The function `derivation`, which is written in Nix.
fn wrapper<'h>(state: &State<'h>) -> Result<Value<'h>> {
    let origin = Origin::Internal("derivation-internal.nix");
    let unit = load_source(state, origin, internal::DERIVATION, b"/")?;
    Ok(Value::thunk(Thunk::suspend(state.heap, unit, None)))
}

/// As attributes become environment variables and arguments.
const ENVIRONMENT: Coercion = Coercion {
    more: true,
    copy: true,
};

async fn strict<'h>(co: Co<'h>, state: Shared<'h>, given: Value<'h>) -> Result<Value<'h>> {
    let demand = Demand::new(&co, &state);
    let set = demand
        .attrs(
            given,
            "while evaluating the argument passed to builtins.derivationStrict",
        )
        .await?;
    let (value, place) = match set.get_with_pos(known::NAME) {
        Some(found) => found,
        None if state.has(Behaviour::ErrorsShowValues) => {
            let context = "in the attrset passed as argument to builtins.derivationStrict";
            (attribute(&state, set, "name", context)?, Pos::NONE)
        }
        None => {
            return Err(Error::new(
                ErrorKind::MissingAttribute,
                "required attribute 'name' missing",
            )
            .at(co.pos));
        }
    };
    let name = demand
        .plain_string(
            value,
            "while evaluating the `name` attribute passed to builtins.derivationStrict",
        )
        .await
        .map_err(|error| error.traced(place, "while evaluating the derivation attribute 'name'"))?;
    let maker = Maker {
        co: &co,
        state: &state,
        demand,
        name,
        place,
    };
    maker.make(set).await.map_err(|error| {
        if !state.has(Behaviour::ErrorsNameDerivations) {
            return error;
        }
        let text = format!(
            "while evaluating derivation '{}'\n  whose name attribute is located at {}",
            String::from_utf8_lossy(name),
            state.describe_pos(place),
        );
        error.traced(Pos::NONE, text)
    })
}

/// What the attributes say besides the environment.
#[derive(Default)]
struct Wishes {
    outputs: BTreeSet<Vec<u8>>,
    hash: Option<Vec<u8>>,
    algorithm: Option<Vec<u8>>,
    method: Option<Method>,
    content_addressed: bool,
    impure: bool,
}

/// Makes one derivation.
struct Maker<'a, 'h> {
    co: &'a Co<'h>,
    state: &'a Shared<'h>,
    demand: Demand<'a, 'h>,
    name: &'h [u8],
    /// Where the name stands: errors without a better place are there.
    place: Pos,
}

/// A derivation in the making.
#[derive(Default)]
struct Draft<'h> {
    derivation: Derivation,
    wishes: Wishes,
    context: Vec<ContextElement<'h>>,
    /// The fields of `__json`, if attributes are structured.
    json: Option<Vec<u8>>,
}

impl<'h> Maker<'_, 'h> {
    fn shown_name(&self) -> String {
        String::from_utf8_lossy(self.name).into_owned()
    }

    /// The error at the derivation's name, in the releases that say so.
    fn placed(&self, error: Error) -> Error {
        if self.state.has(Behaviour::TracesTellWhere) {
            error
        } else {
            error.at(self.place)
        }
    }

    fn wrong(&self, message: impl Into<Vec<u8>>) -> Error {
        self.placed(Error::value(message))
    }

    async fn make(&self, set: Attrs<'h>) -> Result<Value<'h>> {
        let state = self.state;
        if state.has(Behaviour::StoreNamesAreCheckedAlone)
            && let Some(problem) = name_problem(state.dialect(), self.name)
        {
            return Err(Error::value(format!(
                "invalid derivation name: {problem}. Please pass a different 'name'."
            )));
        }
        let mut draft = Draft::default();
        draft.wishes.outputs.insert(b"out".to_vec());
        if self
            .flag(
                set,
                known::STRUCTURED_ATTRS,
                "while evaluating the `__structuredAttrs` attribute passed to builtins.derivationStrict",
            )
            .await?
        {
            draft.json = Some(Vec::new());
        }
        let ignore_nulls = self
            .flag(
                set,
                known::IGNORE_NULLS,
                "while evaluating the `__ignoreNulls` attribute passed to builtins.derivationStrict",
            )
            .await?;
        let mut attributes: Vec<(Rc<[u8]>, Symbol, Pos, Value<'h>)> = set
            .iter()
            .map(|(key, value)| (state.symbols.name(key.name), key.name, key.pos, value))
            .collect();
        attributes.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (key, symbol, pos, value) in attributes {
            if symbol == known::IGNORE_NULLS {
                continue;
            }
            self.attribute(&mut draft, &key, symbol, value, ignore_nulls)
                .await
                .map_err(|error| {
                    let key = String::from_utf8_lossy(&key);
                    let name = self.shown_name();
                    if state.has(Behaviour::ErrorsNameDerivations) {
                        let text =
                            format!("while evaluating attribute '{key}' of derivation '{name}'");
                        error.traced(pos, text)
                    } else {
                        let text = format!(
                            "while evaluating the attribute '{key}' of the derivation '{name}'"
                        );
                        error.traced(self.place, text)
                    }
                })?;
        }
        self.finish(draft)
    }

    async fn flag(&self, set: Attrs<'h>, name: Symbol, context: &'static str) -> Result<bool> {
        match set.get(name) {
            Some(value) => self.demand.bool(value, context).await,
            None => Ok(false),
        }
    }

    async fn attribute(
        &self,
        draft: &mut Draft<'h>,
        key: &[u8],
        symbol: Symbol,
        value: Value<'h>,
        ignore_nulls: bool,
    ) -> Result<()> {
        let state = self.state;
        if ignore_nulls && matches!(self.co.force(value).await?.view(), View::Null) {
            return Ok(());
        }
        if let known::CONTENT_ADDRESSED | known::IMPURE = symbol
            && state.has(Behaviour::DerivationsMayBeContentAddressed)
        {
            let wanted = self.demand.bool(value, "").await?;
            if wanted {
                if symbol == known::IMPURE {
                    draft.wishes.impure = true;
                    self.require("impure-derivations", "")?;
                } else {
                    draft.wishes.content_addressed = true;
                    self.require("ca-derivations", "")?;
                }
            }
            if wanted || !state.has(Behaviour::FalseFlagsStayInEnvironment) {
                return Ok(());
            }
        }
        if symbol == known::ARGS {
            let list = self.demand.list(value, "").await?;
            for &item in list.items() {
                let about = "while evaluating an element of the argument list";
                let text = coerce(self.co, state, item, ENVIRONMENT, about).await?;
                add_context(&mut draft.context, text);
                draft.derivation.arguments.push(text.bytes().to_vec());
            }
            return Ok(());
        }
        if draft.json.is_some() {
            return self.structured(draft, key, symbol, value).await;
        }
        let text = coerce(self.co, state, value, ENVIRONMENT, "").await?;
        add_context(&mut draft.context, text);
        if symbol == known::JSON && state.has(Behaviour::JsonAttributeIsParsed) {
            (state.trace)(
                format!(
                    "warning: In derivation '{}': setting structured attributes via '__json' is deprecated, and may be disallowed in future versions of Nix. Set '__structuredAttrs = true' instead.",
                    self.shown_name()
                )
                .as_bytes(),
            );
            let normal = self.normal_json(text.bytes()).await?;
            let environment = &mut draft.derivation.environment;
            environment.insert(key.to_vec(), normal);
            return Ok(());
        }
        let text = text.bytes();
        let environment = &mut draft.derivation.environment;
        environment.insert(key.to_vec(), text.to_vec());
        match symbol {
            known::BUILDER => draft.derivation.builder = text.to_vec(),
            known::SYSTEM => draft.derivation.system = text.to_vec(),
            known::OUTPUT_HASH => draft.wishes.hash = Some(text.to_vec()),
            known::OUTPUT_HASH_ALGO => draft.wishes.algorithm = Some(text.to_vec()),
            known::OUTPUT_HASH_MODE => self.hash_mode(&mut draft.wishes, text)?,
            known::OUTPUTS => {
                let names = text
                    .split(|byte| b" \t\n\r".contains(byte))
                    .filter(|name| !name.is_empty());
                self.outputs(&mut draft.wishes, names)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// An attribute of a derivation with `__structuredAttrs`.
    async fn structured(
        &self,
        draft: &mut Draft<'h>,
        key: &[u8],
        symbol: Symbol,
        value: Value<'h>,
    ) -> Result<()> {
        let state = self.state;
        if symbol == known::STRUCTURED_ATTRS {
            return Ok(());
        }
        let text = write_json(self.co, state, value, WHOLE).await?;
        add_context(&mut draft.context, text);
        if let Some(json) = &mut draft.json {
            json.push(if json.is_empty() { b'{' } else { b',' });
            let name = crate::formats::json::write::write_string(state.dialect(), key, json);
            name.map_err(|problem| Error::value(problem.message()))?;
            json.push(b':');
            json.extend_from_slice(text.bytes());
        }
        match symbol {
            known::BUILDER => {
                let text = self.demand.string(value, "").await?;
                add_context(&mut draft.context, text);
                draft.derivation.builder = text.bytes().to_vec();
            }
            known::SYSTEM => {
                draft.derivation.system = self.demand.plain_string(value, "").await?.to_vec();
            }
            known::OUTPUT_HASH => {
                draft.wishes.hash = Some(self.demand.plain_string(value, "").await?.to_vec());
            }
            known::OUTPUT_HASH_ALGO => {
                draft.wishes.algorithm = Some(self.demand.plain_string(value, "").await?.to_vec());
            }
            known::OUTPUT_HASH_MODE => {
                let mode = self.demand.plain_string(value, "").await?;
                self.hash_mode(&mut draft.wishes, mode)?;
            }
            known::OUTPUTS => {
                let list = self.demand.list(value, "").await?;
                let mut names = Vec::new();
                for &item in list.items() {
                    names.push(self.demand.plain_string(item, "").await?);
                }
                self.outputs(&mut draft.wishes, names)?;
            }
            known::ALLOWED_REFERENCES
            | known::ALLOWED_REQUISITES
            | known::DISALLOWED_REFERENCES
            | known::DISALLOWED_REQUISITES
            | known::MAX_SIZE
            | known::MAX_CLOSURE_SIZE
                if state.has(Behaviour::StructuredChecksWarn) =>
            {
                let key = String::from_utf8_lossy(key);
                let name = self.shown_name();
                (state.trace)(
                    format!(
                        "warning: In a derivation named '{name}', 'structuredAttrs' disables the effect of the derivation attribute '{key}'; use 'outputChecks.<output>.{key}' instead"
                    )
                    .as_bytes(),
                );
            }
            _ => {}
        }
        Ok(())
    }

    /// `__json` as nlohmann's library writes what it read.
    async fn normal_json(&self, text: &[u8]) -> Result<Vec<u8>> {
        let state = self.state;
        let failed = |error: Error| {
            let message = [
                b"cannot process __json attribute: ".as_slice(),
                error.message(),
            ]
            .concat();
            Error::value(message)
        };
        let value = super::json::read_json(state, text).map_err(failed)?;
        if value.as_attrs().is_none() {
            return Err(failed(Error::value(format!(
                "[json.exception.type_error.302] type must be object, but is {}",
                json_type(value)
            ))));
        }
        let text = write_json(self.co, state, value, WHOLE).await?;
        Ok(text.bytes().to_vec())
    }

    fn require(&self, feature: &str, reason: &str) -> Result<()> {
        if self.state.feature(feature) {
            return Ok(());
        }
        let reason = if reason.is_empty() {
            String::new()
        } else {
            format!(" ({reason})")
        };
        let message = if self.state.has(Behaviour::FeatureErrorsSayAdd) {
            format!(
                "experimental Nix feature '{feature}' is disabled{reason}; add '--extra-experimental-features {feature}' to enable it"
            )
        } else {
            format!(
                "experimental Nix feature '{feature}' is disabled{reason}; use '--extra-experimental-features {feature}' to override"
            )
        };
        Err(Error::new(ErrorKind::Feature, message))
    }

    fn hash_mode(&self, wishes: &mut Wishes, mode: &[u8]) -> Result<()> {
        let modern = self.state.has(Behaviour::HashModesHaveNames);
        wishes.method = Some(match mode {
            b"recursive" => Method::Nar,
            b"flat" => Method::Flat,
            b"nar" if modern => Method::Nar,
            b"text" if modern => {
                let reason = if self.state.has(Behaviour::FeatureErrorsGiveReason) {
                    format!(
                        "text-hashed derivation '{}', outputHashMode = \"text\"",
                        self.shown_name()
                    )
                } else {
                    String::new()
                };
                self.require("dynamic-derivations", &reason)?;
                Method::Text
            }
            b"git" if modern => {
                self.require("git-hashing", "")?;
                Method::Git
            }
            _ => {
                let mode = String::from_utf8_lossy(mode);
                return Err(self.wrong(format!(
                    "invalid value '{mode}' for 'outputHashMode' attribute"
                )));
            }
        });
        Ok(())
    }

    fn outputs<'n>(
        &self,
        wishes: &mut Wishes,
        names: impl IntoIterator<Item = &'n [u8]>,
    ) -> Result<()> {
        let refused: &[u8] = if self.state.has(Behaviour::OutputDrvIsAllowed) {
            b"drvPath"
        } else {
            b"drv"
        };
        wishes.outputs.clear();
        for name in names {
            let shown = String::from_utf8_lossy(name);
            if wishes.outputs.contains(name) {
                return Err(self.wrong(format!("duplicate derivation output '{shown}'")));
            }
            if name == refused {
                return Err(self.wrong(format!("invalid derivation output name '{shown}'")));
            }
            wishes.outputs.insert(name.to_vec());
        }
        if wishes.outputs.is_empty() {
            return Err(self.wrong("derivation cannot have an empty set of outputs"));
        }
        Ok(())
    }

    /// Everything was evaluated: adds inputs and outputs.
    fn finish(&self, draft: Draft<'h>) -> Result<Value<'h>> {
        let state = self.state;
        let Draft {
            mut derivation,
            wishes,
            context,
            json,
        } = draft;
        if let Some(mut json) = json {
            json.extend_from_slice(if json.is_empty() { b"{}" } else { b"}" });
            derivation.environment.insert(b"__json".to_vec(), json);
        }
        self.inputs(&mut derivation, context)?;
        let missing = |name: &str| {
            let message = format!("required attribute '{name}' missing");
            self.placed(Error::new(ErrorKind::MissingAttribute, message))
        };
        if derivation.builder.is_empty() {
            return Err(missing("builder"));
        }
        if derivation.system.is_empty() {
            return Err(missing("system"));
        }
        self.check_extension(&wishes)?;
        if let Some(text) = &wishes.hash {
            self.fixed(&mut derivation, &wishes, text)?;
        } else if wishes.content_addressed || wishes.impure {
            self.floating(&mut derivation, &wishes)?;
        } else {
            self.input_addressed(&mut derivation, &wishes)?;
        }
        let outputs = derivation.outputs.clone();
        let path = add_derivation(state, self.name, derivation)?;
        Ok(self.result(&path, &outputs))
    }

    fn check_extension(&self, wishes: &Wishes) -> Result<()> {
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
    fn inputs(&self, derivation: &mut Derivation, context: Vec<ContextElement<'h>>) -> Result<()> {
        for element in context {
            match element {
                ContextElement::Plain(path) => {
                    derivation.input_sources.insert(path.to_vec());
                }
                ContextElement::Output(path, output) => {
                    let wanted = derivation.input_derivations.entry(path.to_vec());
                    wanted.or_default().outputs.insert(output.to_vec());
                }
                ContextElement::Whole(path) => {
                    for object in closure(self.state, path)? {
                        if is_derivation(&object) {
                            let outputs = read_derivation(self.state, &object)?.outputs;
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
        let hash = read_hash(self.state, text, algorithm)?;
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
        let options = parse_options(self.state);
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

    fn input_addressed(&self, derivation: &mut Derivation, wishes: &Wishes) -> Result<()> {
        let state = self.state;
        for name in &wishes.outputs {
            derivation.environment.insert(name.clone(), Vec::new());
            derivation.outputs.insert(name.clone(), Output::Deferred);
        }
        let found = hashed_inputs(derivation, self.name, |input| find_modulo(state, input))?;
        let Some(inputs) = found else {
            return Ok(());
        };
        let hash = masked_hash(derivation, &inputs);
        for name in &wishes.outputs {
            let path = state.store_dir().output(name, &hash, self.name)?;
            derivation.environment.insert(name.clone(), path.clone());
            let output = Output::InputAddressed(path);
            derivation.outputs.insert(name.clone(), output);
        }
        Ok(())
    }

    /// The set of `drvPath` and the outputs.
    fn result(
        &self,
        path: &[u8],
        outputs: &std::collections::BTreeMap<Vec<u8>, Output>,
    ) -> Value<'h> {
        let state = self.state;
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
            let text = match output.path() {
                Some(text) => text.to_vec(),
                None => placeholder::upstream_output(path, &[name]),
            };
            let value = string(&text, ContextElement::Output(path, name));
            pairs.push((state.symbols.intern(name), Pos::NONE, value));
        }
        state.attrs(pairs)
    }
}

fn add_context<'h>(context: &mut Vec<ContextElement<'h>>, text: Bytes<'h>) {
    if let Some(more) = text.context() {
        context.extend_from_slice(more.elements);
    }
}

fn json_type(value: Value<'_>) -> &'static str {
    match value.view() {
        View::Null => "null",
        View::Bool(_) => "boolean",
        View::Int(_) | View::Float(_) => "number",
        View::List(_) => "array",
        _ => "string",
    }
}

/// How the dialect and its features read hashes.
pub(super) fn parse_options(state: &State<'_>) -> ParseOptions {
    ParseOptions {
        release: state.dialect(),
        blake3: state.feature("blake3-hashes"),
    }
}

/// A hash that cannot be read, as an error.
pub(super) fn hash_error(error: HashError) -> Error {
    let kind = match error.kind {
        HashErrorKind::Feature => ErrorKind::Feature,
        _ => ErrorKind::Value,
    };
    Error::new(kind, error.message)
}

/// A hash; the empty text is the zero hash where the release says so
/// (`newHashAllowEmpty` in `hash.cc`).
pub(super) fn read_hash(
    state: &State<'_>,
    text: &[u8],
    algorithm: Option<Algorithm>,
) -> Result<Hash> {
    if text.is_empty() && state.has(Behaviour::EmptyHashIsZero) {
        let Some(algorithm) = algorithm else {
            return Err(Error::value("empty hash requires explicit hash algorithm"));
        };
        let hash = Hash::zero(algorithm);
        let shown = hash.print(Format::Sri, true);
        (state.trace)(format!("warning: found empty hash, assuming '{shown}'").as_bytes());
        return Ok(hash);
    }
    parse_any(parse_options(state), text, algorithm).map_err(hash_error)
}

/// The name that a path gives its copy in the store.
pub(super) fn base_name(path: &[u8]) -> &[u8] {
    path.rsplit(|&byte| byte == b'/').next().unwrap_or_default()
}

/// The path of the object that a path in the store is in.
pub(super) fn object_of<'p>(state: &State<'_>, path: &'p [u8]) -> Option<&'p [u8]> {
    let (object, _) = state.store_dir().split(path)?;
    let base = store_path::StoreDir::inside(state.store_dir(), object)?;
    state.store_dir().is_base(base).then_some(object)
}

#[cfg(test)]
mod tests;
