//! String contexts: looking at them, dropping and adding them
//! (`primops/context.cc`).

use super::demand::Demand;
use super::{Builtin, Kind, Run, builtin, want};
use crate::context::{ContextElement, ContextSet, Nested};
use crate::derivation::store::{is_valid, not_valid_at, read_derivation};
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, Result};
use crate::formats::strings::write_attribute_name;
use crate::heap::{Bytes, Value};
use crate::paths;
use crate::positions::Pos;
use crate::state::State;
use crate::symbols::known;
use crate::vm::coerce::{INTERPOLATE, context_set};
use crate::vm::nested_outputs::{self, has_unread};
use crate::vm::{Arguments, Co, Coroutine, Shared};
use std::collections::BTreeMap;

/// The family.
pub const BUILTINS: &[Builtin] = &[
    builtin(
        "hasContext",
        1,
        Run::Plain(
            &[want(
                0,
                Kind::String,
                "while evaluating the argument passed to builtins.hasContext",
            )],
            |state, args| Ok(Value::bool(!elements(state, args[0])?.is_empty())),
        ),
    ),
    builtin(
        "getContext",
        1,
        Run::Plain(
            &[want(
                0,
                Kind::String,
                "while evaluating the argument passed to builtins.getContext",
            )],
            get,
        ),
    ),
    builtin(
        "unsafeDiscardStringContext",
        1,
        Run::Generator(|co, state, args| {
            with_context(
                co,
                state,
                args,
                "while evaluating the argument passed to builtins.unsafeDiscardStringContext",
                |_, _| Ok(Vec::new()),
            )
        }),
    ),
    builtin(
        "unsafeDiscardOutputDependency",
        1,
        Run::Generator(|co, state, args| {
            with_context(
                co,
                state,
                args,
                "while evaluating the argument passed to builtins.unsafeDiscardOutputDependency",
                |_, text| {
                    let context = text.context().map_or(&[][..], |context| context.elements);
                    Ok(context.iter().copied().map(without_outputs).collect())
                },
            )
        }),
    ),
    builtin(
        "addDrvOutputDependencies",
        1,
        Run::Generator(|co, state, args| {
            with_context(
                co,
                state,
                args,
                "while evaluating the argument passed to builtins.addDrvOutputDependencies",
                |_, text| Ok(vec![with_outputs(text)?]),
            )
        }),
    )
    .since(Dialect::V2_26),
    builtin(
        "appendContext",
        2,
        Run::Generator(|co, state, args| Box::pin(append(co, state, args[0], args[1]))),
    ),
];

/// The context of a value that was checked to be a string.
fn elements<'h>(state: &State<'h>, value: Value<'h>) -> Result<&'h [ContextElement<'h>]> {
    let Some(text) = value.as_string() else {
        return Ok(&[]);
    };
    let text = nested_outputs::read(state, text)?;
    Ok(text.context().map_or(&[], |context| context.elements))
}

/// What a string refers to of one store path.
#[derive(Default)]
struct Info<'h> {
    path: bool,
    all_outputs: bool,
    outputs: Vec<&'h [u8]>,
}

fn get<'h>(state: &State<'h>, args: &[Value<'h>]) -> Result<Value<'h>> {
    let mut infos: BTreeMap<&'h [u8], Info<'h>> = BTreeMap::new();
    for &element in elements(state, args[0])? {
        match element {
            ContextElement::Plain(path) => infos.entry(path).or_default().path = true,
            ContextElement::Whole(path) => infos.entry(path).or_default().all_outputs = true,
            ContextElement::Output(path, output) => {
                let (path, output) = as_read(state, path, output)?;
                let info = infos.entry(path).or_default();
                if output.is_empty() && state.has(Behaviour::EmptyOutputIsAllOutputs) {
                    info.all_outputs = true;
                } else {
                    info.outputs.push(output);
                }
            }
            ContextElement::Nested(nested) => {
                let path = resolved(state, nested)?;
                let output = nested.outputs().last().copied();
                infos.entry(path).or_default().outputs.extend(output);
            }
        }
    }
    let all_outputs = state.symbols.intern(b"allOutputs");
    let pairs = infos.into_iter().map(|(path, info)| {
        let mut parts = Vec::new();
        if info.path {
            parts.push((
                state.symbols.late(known::PATH),
                Pos::NONE,
                Value::bool(true),
            ));
        }
        if info.all_outputs {
            parts.push((all_outputs, Pos::NONE, Value::bool(true)));
        }
        if !info.outputs.is_empty() {
            let outputs: Vec<_> = info.outputs.iter().map(|name| state.string(name)).collect();
            parts.push((known::OUTPUTS, Pos::NONE, state.list(&outputs)));
        }
        (state.symbols.intern(path), Pos::NONE, state.attrs(parts))
    });
    Ok(state.attrs(pairs.collect()))
}

/// What a release that keeps contexts as texts takes for the derivation and its output in `!OUTPUT!PATH`: it looks
/// for the first `!` after the one in front (`decodeContext` in `eval.cc`).
///
/// # Errors
/// If what is left is no path, where that is looked at.
pub(super) fn as_read<'h>(
    state: &State<'h>,
    path: &'h [u8],
    output: &'h [u8],
) -> Result<(&'h [u8], &'h [u8])> {
    let Some(end) = output.iter().position(|&byte| byte == b'!') else {
        return Ok((path, output));
    };
    let rest = [&output[end + 1..], b"!", path].concat();
    if state.has(Behaviour::ContextKeysAreParsed) {
        return Err(Error::value(format!(
            "not an absolute path: '{}'",
            String::from_utf8_lossy(&rest)
        ))
        .nowhere());
    }
    Ok((state.heap.alloc_slice(&rest), &output[..end]))
}

/// The derivation that an output is whose output is wanted (`resolveDerivedPath` in `downstream-placeholder.cc`).
///
/// # Errors
/// If its path is not known.
fn resolved<'h>(state: &State<'h>, nested: Nested<'h>) -> Result<&'h [u8]> {
    let (_, before) = nested.outputs().split_last().unwrap_or((&&[][..], &[]));
    let mut path = nested.derivation();
    for output in before {
        let known = if state.settings.read_only {
            None
        } else if is_valid(state, path) {
            let derivation = read_derivation(state, path)?;
            let Some(made) = derivation.outputs.get(*output) else {
                return Err(Error::value(format!(
                    "derivation '{}' does not have an output named '{}'",
                    String::from_utf8_lossy(path),
                    String::from_utf8_lossy(output)
                )));
            };
            made.path().map(|made| state.heap.alloc_slice(made))
        } else {
            return Err(not_valid_at(path));
        };
        path = known.ok_or_else(|| unbuilt(path, output))?;
    }
    Ok(path)
}

/// The error for an output whose path would have to be known (`MissingRealisation`).
fn unbuilt(derivation: &[u8], output: &[u8]) -> Error {
    Error::value(format!(
        "cannot operate on output '{}' of the unbuilt derivation '{}'",
        String::from_utf8_lossy(output),
        String::from_utf8_lossy(derivation)
    ))
}

/// The context that a string gets instead of its own.
type Change = for<'h> fn(&State<'h>, Bytes<'h>) -> Result<Vec<ContextElement<'h>>>;

/// The argument as a string with another context.
fn with_context<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    args: Arguments<'h>,
    trace: &'static str,
    change: Change,
) -> Coroutine<'h> {
    Box::pin(async move {
        let demand = Demand::new(&co, &state);
        let text = demand.coerced(args[0], INTERPOLATE, trace).await?;
        let context = change(&state, text)?;
        Ok(Value::string(Bytes::with_context(
            state.heap,
            text.bytes(),
            context_set(&state, context),
        )))
    })
}

fn without_outputs(element: ContextElement<'_>) -> ContextElement<'_> {
    match element {
        ContextElement::Whole(path) => ContextElement::Plain(path),
        other => other,
    }
}

fn with_outputs(text: Bytes<'_>) -> Result<ContextElement<'_>> {
    let context = text.context().map_or(&[][..], |context| context.elements);
    let &[element] = context else {
        let shown = String::from_utf8_lossy(text.bytes());
        return Err(Error::value(format!(
            "context of string '{shown}' must have exactly one element, but has {}",
            context.len()
        )));
    };
    match element {
        ContextElement::Whole(_) => Ok(element),
        ContextElement::Plain(path) if path.ends_with(b".drv") => Ok(ContextElement::Whole(path)),
        ContextElement::Plain(path) => Err(Error::value(format!(
            "path '{}' is not a derivation",
            String::from_utf8_lossy(path)
        ))),
        ContextElement::Nested(nested) => Err(an_output(nested.outputs().last().copied())),
        ContextElement::Output(_, output) => Err(an_output(Some(output))),
    }
}

fn an_output(output: Option<&[u8]>) -> Error {
    Error::value(format!(
        "`addDrvOutputDependencies` can only act on derivations, not on a derivation output such as '{}'",
        String::from_utf8_lossy(output.unwrap_or_default())
    ))
}

/// The store path that a context's key names, if it names one: no path within
/// a store object, and by later releases a well-formed one (`path.cc`).
fn store_path(state: &State<'_>, key: &[u8]) -> Option<Vec<u8>> {
    const HASH: usize = 32;
    let store = state.settings.store_dir.as_slice();
    if !state.has(Behaviour::ContextKeysAreParsed) {
        let rest = key.strip_prefix(store)?.strip_prefix(b"/")?;
        return (rest.len() >= HASH && !rest.contains(&b'/')).then(|| key.to_vec());
    }
    if key.first() != Some(&b'/') {
        return None;
    }
    let path = paths::canonical(key);
    if paths::parent(&path) != store {
        return None;
    }
    let base = &path[store.len() + 1..];
    let (hash, name) = (base.get(..HASH)?, base.get(HASH + 1..)?);
    let is_digit =
        |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_lowercase() && !b"eotu".contains(byte);
    let is_allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-._?=".contains(byte);
    let dots = match name {
        [b'.'] | [b'.', b'-', ..] | [b'.', b'.'] | [b'.', b'.', b'-', ..] => {
            state.has(Behaviour::StoreNamesRefuseDots)
        }
        _ => false,
    };
    let well_formed = hash.iter().all(is_digit)
        && !name.is_empty()
        && name.len() <= 211
        && name.iter().all(is_allowed)
        && !dots;
    well_formed.then(|| {
        if state.has(Behaviour::ContextKeysAreCanonical) {
            path
        } else {
            key.to_vec()
        }
    })
}

/// The error for a path that neither is in the store nor can be had from elsewhere: there is no elsewhere
/// (`ensurePath` in `entry-points.cc`).
fn not_to_be_had(state: &State<'_>, path: &[u8]) -> Error {
    let path = String::from_utf8_lossy(path);
    Error::value(if state.has(Behaviour::StoreErrorsAreShort) {
        format!("path '{path}' is required, but there is no substituter that can build it")
    } else {
        format!("path '{path}' does not exist and cannot be created")
    })
}

async fn append<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    text: Value<'h>,
    additions: Value<'h>,
) -> Result<Value<'h>> {
    let demand = Demand::new(&co, &state);
    let text = demand
        .string(
            text,
            "while evaluating the first argument passed to builtins.appendContext",
        )
        .await?;
    let additions = demand
        .attrs(
            additions,
            "while evaluating the second argument passed to builtins.appendContext",
        )
        .await?;
    let mut context: Vec<ContextElement<'h>> = elements(&state, Value::string(text))?.to_vec();
    let all_outputs = state.symbols.intern(b"allOutputs");
    for (key, value) in additions.iter() {
        let name = state.symbols.name(key.name);
        let Some(path) = store_path(&state, &name) else {
            return Err(
                bad_key(&state, "context key '", &name, "' is not a store path").at(key.pos),
            );
        };
        let path: &'h [u8] = state.heap.alloc_slice(&path);
        if !state.settings.read_only && !is_valid(&state, path) {
            return Err(not_to_be_had(&state, path));
        }
        let demand = demand.at(key.pos);
        let is_derivation = name.ends_with(b".drv");
        let info = demand
            .attrs(value, "while evaluating the value of a string context")
            .await?;
        if let Some((wanted, pos)) = info.get_with_pos(state.symbols.late(known::PATH))
            && demand
                .at(pos)
                .bool(
                    wanted,
                    "while evaluating the `path` attribute of a string context",
                )
                .await?
        {
            context.push(ContextElement::Plain(path));
        }
        if let Some((wanted, pos)) = info.get_with_pos(all_outputs)
            && demand
                .at(pos)
                .bool(
                    wanted,
                    "while evaluating the `allOutputs` attribute of a string context",
                )
                .await?
        {
            if !is_derivation {
                let before = "tried to add all-outputs context of ";
                let after = ", which is not a derivation, to a string";
                return Err(bad_key(&state, before, &name, after).at(key.pos));
            }
            context.push(ContextElement::Whole(path));
        }
        if let Some((outputs, pos)) = info.get_with_pos(known::OUTPUTS) {
            let demand = demand.at(pos);
            let outputs = demand
                .list(
                    outputs,
                    "while evaluating the `outputs` attribute of a string context",
                )
                .await?;
            if !outputs.items().is_empty() && !is_derivation {
                let before = "tried to add derivation output context of ";
                let after = ", which is not a derivation, to a string";
                return Err(bad_key(&state, before, &name, after).at(key.pos));
            }
            for &output in outputs.items() {
                let output = demand
                    .plain_string(
                        output,
                        "while evaluating an output name within a string context",
                    )
                    .await?;
                context.push(ContextElement::Output(path, output));
            }
        }
    }
    let unread = has_unread(&state, &context);
    let context = context_set(&state, context).map(|context| ContextSet { unread, ..*context });
    Ok(Value::string(Bytes::with_context(
        state.heap,
        text.bytes(),
        context.map(|context| state.heap.alloc(context)),
    )))
}

/// An error about a key, which is shown as an attribute name.
fn bad_key(state: &State<'_>, before: &str, name: &[u8], after: &str) -> Error {
    let mut message = before.as_bytes().to_vec();
    if !state.has(Behaviour::ContextErrorsAreLowerCase) {
        message[..1].make_ascii_uppercase();
    }
    write_attribute_name(state.dialect(), name, &mut message);
    message.extend_from_slice(after.as_bytes());
    Error::value(message)
}

#[cfg(test)]
mod tests;
