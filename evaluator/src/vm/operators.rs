//! Operators on sets, lists and strings: values that are evaluated already.

use super::arithmetic::{add_ints, expected};
use super::coerce::not_coercible;
use super::nested_outputs::is_unread;
use crate::builtins::internal;
use crate::compiler::Place;
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Attrs, Bytes, Env, Key, Keys, List, Value, View};
use crate::load::refuse_nul;
use crate::positions::Pos;
use crate::print::describe::type_name;
use crate::state::State;
use crate::symbols::Symbol;

/// `left // right`
pub(super) fn update<'h>(state: &State<'h>, left: Attrs<'h>, right: Attrs<'h>) -> Value<'h> {
    if left.is_empty() {
        return Value::attrs(right);
    }
    if right.is_empty() {
        return Value::attrs(left);
    }
    Value::attrs(Attrs::update(state.heap, left, right))
}

/// `left ++ right`
pub(super) fn concat_lists<'h>(
    state: &State<'h>,
    left: Value<'h>,
    right: Value<'h>,
) -> Result<Value<'h>> {
    let part = |value: Value<'h>| {
        value
            .as_list()
            .ok_or_else(|| expected(state, "a list", value))
    };
    let (a, b) = (part(left)?, part(right)?);
    if b.items().is_empty() {
        return Ok(left);
    }
    if a.items().is_empty() {
        return Ok(right);
    }
    state.room((a.items().len() + b.items().len()) * size_of::<Value<'h>>())?;
    Ok(Value::list(List::append(state.heap, a, b)))
}

/// `set` with `name = value` inserted, for a name that was computed.
pub(super) fn insert_dynamic<'h>(
    state: &State<'h>,
    set: Attrs<'h>,
    name: Symbol,
    pos: Pos,
    value: Value<'h>,
) -> Result<Value<'h>> {
    let old = set.keys().as_slice();
    let at = match old.binary_search_by(|key| key.name.cmp(&name)) {
        Err(at) => at,
        Ok(found) => {
            let mut message = format!(
                "dynamic attribute '{}' already defined at ",
                state.symbols.text(name)
            );
            message.push_str(&describe_position(state, old[found].pos));
            return Err(Error::new(ErrorKind::Value, message).at(pos));
        }
    };
    let mut keys = old.to_vec();
    let mut values = set.values().to_vec();
    keys.insert(at, Key { name, pos });
    values.insert(at, value);
    Ok(Value::attrs(Attrs::new(
        state.heap,
        Keys::new(state.heap, &keys),
        &values,
    )))
}

/// A position as messages mention it: `file:line:column`.
pub(super) fn describe_position(state: &State<'_>, pos: Pos) -> String {
    match state.positions.locate(pos) {
        None => "undefined position".to_owned(),
        Some(_) => state.describe_pos(pos),
    }
}

/// Applies `__overrides` to a recursive set and to its variables.
pub(super) fn apply_overrides<'h>(
    state: &State<'h>,
    set: Attrs<'h>,
    overrides: Attrs<'h>,
    places: &[(Symbol, Place)],
    stack: &mut [Value<'h>],
    env: Option<Env<'h>>,
) -> Value<'h> {
    for (key, value) in overrides.iter() {
        let Ok(found) = places.binary_search_by(|place| place.0.cmp(&key.name)) else {
            continue;
        };
        match places[found].1 {
            Place::Local(slot) => stack[slot as usize] = value,
            Place::Env(slot) => {
                if let Some(env) = env {
                    env.set(slot as usize, value);
                }
            }
        }
    }
    update(state, set, overrides)
}

/// What `+` finds when both operands were prepared.
pub(super) enum Sum<'h> {
    /// The result.
    Value(Value<'h>),
    /// The right operand has to be coerced to a string first.
    CoerceRight,
}

/// The left operand of a sum that is the text of a set. It is kept apart from a string, because paths
/// that are added to it are not copied to the store; a list cannot be an operand otherwise.
pub(super) fn of_a_set<'h>(state: &State<'h>, text: Bytes<'h>) -> Value<'h> {
    state.list(&[Value::string(text)])
}

/// `left + right`: the type of the left operand decides (`ExprConcatStrings`
/// in `eval.cc`).
pub(super) fn add<'h>(state: &State<'h>, left: Value<'h>, right: Value<'h>) -> Result<Sum<'h>> {
    let refuse = |kind: &str| {
        Err(Error::type_error(format!(
            "cannot add {} to {kind}",
            type_name(state, right)
        )))
    };
    Ok(Sum::Value(match (left.view(), right.view()) {
        (View::Int(a), View::Int(b)) => add_ints(state, a, b)?,
        (View::Int(a), View::Float(b)) => state.float(a as f64 + b),
        // The sum starts at zero, so that two negative zeros are a positive one.
        (View::Float(a), View::Int(b)) => state.float(0.0 + a + b as f64),
        (View::Float(a), View::Float(b)) => state.float(0.0 + a + b),
        (View::Int(_), _) => return refuse("an integer"),
        (View::Float(_), _) => return refuse("a float"),
        (View::String(_) | View::Path(_), View::String(b)) if is_unread(b) => {
            return Ok(Sum::CoerceRight);
        }
        (View::String(a), View::String(b)) => Value::string(join(state, a, b)?),
        (View::Path(a), View::String(b)) => path_of(state, &[a, b])?,
        (View::Path(a), View::Path(b)) => path_of(state, &[a, b])?,
        (View::String(_) | View::Path(_), _) => return Ok(Sum::CoerceRight),
        (View::List(prepared), right) => match (prepared.items(), right) {
            ([text], View::String(b)) => match text.view() {
                View::String(a) => Value::string(join(state, a, b)?),
                _ => return Err(not_coercible(state, left)),
            },
            _ => return Ok(Sum::CoerceRight),
        },
        _ => return Err(not_coercible(state, left)),
    }))
}

/// Two strings in one.
fn join<'h>(state: &State<'h>, a: Bytes<'h>, b: Bytes<'h>) -> Result<Bytes<'h>> {
    state.room(a.bytes().len() + b.bytes().len())?;
    if a.context().is_none() && b.context().is_none() {
        return Ok(Bytes::append(state.heap, &[a.bytes(), b.bytes()]));
    }
    let mut builder = super::coerce::Builder::default();
    builder.push(a);
    builder.push(b);
    Ok(builder.finish(state))
}

/// Strings in one.
///
/// # Errors
/// If there is no room for them.
pub(super) fn concat_strings<'h>(state: &State<'h>, parts: &[Value<'h>]) -> Result<Value<'h>> {
    if let [only] = parts {
        return Ok(*only);
    }
    let mut plain: Vec<&'h [u8]> = Vec::with_capacity(parts.len());
    let mut context = false;
    for part in parts {
        if let View::String(text) = part.view() {
            plain.push(text.bytes());
            context |= text.context().is_some();
        }
    }
    state.room(plain.iter().map(|part| part.len()).sum())?;
    if !context {
        return Ok(Value::string(Bytes::append(state.heap, &plain)));
    }
    let mut builder = super::coerce::Builder::default();
    for part in parts {
        if let View::String(text) = part.view() {
            builder.push(text);
        }
    }
    Ok(Value::string(builder.finish(state)))
}

/// The path that these segments make, the first of which is one.
pub(super) fn path_of<'h>(state: &State<'h>, segments: &[Bytes<'h>]) -> Result<Value<'h>> {
    if segments.iter().any(|segment| segment.context().is_some()) {
        return Err(Error::new(
            ErrorKind::Value,
            "a string that refers to a store path cannot be appended to a path",
        ));
    }
    let mut text = Vec::with_capacity(segments.iter().map(|segment| segment.bytes().len()).sum());
    for (index, segment) in segments.iter().enumerate() {
        let bytes = segment.bytes();
        text.extend_from_slice(if index == 0 {
            internal::on_disk(state, bytes)
        } else {
            bytes
        });
    }
    refuse_nul(state, &text)?;
    Ok(state.path(&crate::paths::into_canonical(text)))
}
