//! `derivation`, `derivationStrict` and what else makes store paths of values
//! (`primops.cc`).

mod attributes;
mod finish;
mod hashes;
mod output_of;

use super::demand::{Demand, attribute};
use super::internal;
use super::{Builtin, Kind, Run, builtin, want};
use crate::context::ContextElement;
use crate::derivation::aterm::Derivation;
use crate::derivation::placeholder;
use crate::derivation::store_path::{self, Method, name_problem};
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Attrs, Bytes, Closure, Thunk, Value};
use crate::load::{parse_source, resolve_program};
use crate::positions::{Origin, Pos};
use crate::state::State;
use crate::symbols::{Symbol, known};
use crate::syntax::ast::Expr;
use crate::vm::coerce::Coercion;
use crate::vm::{Co, Shared};
use std::collections::BTreeSet;
use std::rc::Rc;

pub(super) use finish::output_string;
pub(crate) use hashes::hash_error;
pub(super) use hashes::{parse_options, read_hash};

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
    builtin(
        "outputOf",
        2,
        Run::Generator(|co, state, args| {
            Box::pin(output_of::output_of(co, state, args[0], args[1]))
        }),
    )
    .since(Dialect::V2_26)
    .feature("dynamic-derivations"),
];

/// The function `derivation`, which is written in Nix.
fn wrapper<'h>(state: &State<'h>) -> Result<Value<'h>> {
    let origin = Origin::Internal("derivation-internal.nix");
    let text = internal::derivation(state);
    let expr = parse_source(state, origin, &text, b"/")?;
    let file = resolve_program(state, expr)?;
    let function = match expr {
        Expr::Lambda(lambda) => lambda.unit.get(),
        _ => None,
    };
    Ok(match function {
        Some(unit) => Value::closure(state.heap.alloc(Closure { unit, env: None })),
        None => Value::thunk(Thunk::suspend(state.heap, file, None)),
    })
}

/// As attributes become environment variables and arguments.
const ENVIRONMENT: Coercion = Coercion {
    more: true,
    copy: true,
};

async fn strict<'h>(mut co: Co<'h>, state: Shared<'h>, given: Value<'h>) -> Result<Value<'h>> {
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
            let message = if state.has(Behaviour::CorepkgsAreBuiltIn) {
                "attribute 'name' missing for call to 'derivationStrict'"
            } else {
                "required attribute 'name' missing"
            };
            return Err(Error::new(ErrorKind::MissingAttribute, message).at(co.pos));
        }
    };
    let call = co.pos;
    if state.has(Behaviour::ErrorsNameDerivations) {
        // Errors are where the attributes are, not in the wrapper that calls this.
        co.pos = Pos::NONE;
    }
    let name = Demand::new(&co, &state)
        .plain_string(
            value,
            "while evaluating the `name` attribute passed to builtins.derivationStrict",
        )
        .await
        .map_err(|error| error.traced(place, "while evaluating the derivation attribute 'name'"))?;
    let maker = Maker {
        co,
        state: Shared::clone(&state),
        name,
        place,
        call,
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
struct Maker<'h> {
    /// The line to the VM; its position is where errors in attributes are.
    co: Co<'h>,
    state: Shared<'h>,
    name: &'h [u8],
    /// Where the name stands: in older releases, errors without a better place
    /// are there.
    place: Pos,
    /// Where `derivationStrict` was called.
    call: Pos,
}

/// A derivation in the making.
#[derive(Default)]
struct Draft<'h> {
    derivation: Derivation,
    wishes: Wishes,
    context: Vec<ContextElement<'h>>,
    /// The fields of `__json`, if attributes are structured.
    json: Option<Vec<u8>>,
    /// Why they cannot be written. The releases write them when all attributes
    /// are evaluated.
    unwritable: Option<Error>,
}

impl<'h> Maker<'h> {
    fn shown_name(&self) -> String {
        String::from_utf8_lossy(self.name).into_owned()
    }

    fn demand(&self) -> Demand<'_, 'h> {
        Demand::new(&self.co, &self.state)
    }

    fn wrong(&self, message: impl Into<Vec<u8>>) -> Error {
        self.placed(Error::value(message))
    }

    /// The error at the name; later releases give it no place of its own.
    fn placed(&self, error: Error) -> Error {
        if self.state.has(Behaviour::ErrorsNameDerivations) {
            error
        } else {
            error.at(self.place)
        }
    }

    async fn make(mut self, set: Attrs<'h>) -> Result<Value<'h>> {
        let state = Shared::clone(&self.state);
        if state.has(Behaviour::StoreNamesAreCheckedAlone)
            && let Some(problem) = name_problem(state.dialect(), self.name)
        {
            return Err(Error::value(
                [
                    b"invalid derivation name: ".as_slice(),
                    &problem,
                    b". Please pass a different 'name'.",
                ]
                .concat(),
            ));
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
        let modern = state.has(Behaviour::ErrorsNameDerivations);
        for (key, symbol, pos, value) in attributes {
            if symbol == known::IGNORE_NULLS {
                continue;
            }
            self.co.pos = if modern {
                Pos::NONE
            } else if state.has(Behaviour::EnvironmentErrorsAreAtAttributes)
                && draft.json.is_none()
                && symbol != known::ARGS
            {
                pos
            } else {
                self.place
            };
            self.attribute(&mut draft, &key, symbol, value, ignore_nulls)
                .await
                .map_err(|error| {
                    let key = String::from_utf8_lossy(&key);
                    let name = self.shown_name();
                    if modern {
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
            Some(value) => self.demand().bool(value, context).await,
            None => Ok(false),
        }
    }
}

/// Fails unless an experimental feature is enabled; `reason`: what needs it.
pub(crate) fn require(state: &State<'_>, feature: &str, reason: &str) -> Result<()> {
    if state.feature(feature) {
        return Ok(());
    }
    let reason = if reason.is_empty() {
        String::new()
    } else {
        format!(" ({reason})")
    };
    let advice = if state.has(Behaviour::FeatureErrorsSayAdd) {
        format!("add '--extra-experimental-features {feature}' to enable it")
    } else {
        format!("use '--extra-experimental-features {feature}' to override")
    };
    Err(Error::new(
        ErrorKind::Feature,
        format!("experimental Nix feature '{feature}' is disabled{reason}; {advice}"),
    ))
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
