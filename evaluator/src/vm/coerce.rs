//! Coercion to strings and paths (`coerceToString` and `coerceToPath` in
//! `eval.cc`).

use super::coroutine::{Co, Shared};
use super::nested_outputs::{self, is_unread};
use super::walk::{self, Walk, levels};
use crate::builtins::internal;
use crate::context::{ContextElement, ContextSet};
use crate::derivation::store::copy_source;
use crate::dialect::Behaviour;
use crate::errors::{Error, Result};
use crate::formats::float;
use crate::heap::{Bytes, Value, View};
use crate::load::refuse_nul;
use crate::positions::Pos;
use crate::print::describe::{type_name, with_value};
use crate::state::State;
use crate::symbols::known;

/// How far a coercion to a string goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Coercion {
    /// Whether numbers, booleans, null and lists are acceptable too
    /// (`toString`, the environment of a derivation).
    pub more: bool,
    /// Whether a path is copied to the store.
    pub copy: bool,
}

/// As in `"${x}"`: paths are copied, numbers refused.
pub const INTERPOLATE: Coercion = Coercion {
    more: false,
    copy: true,
};

/// As in `path + x`: paths are not copied, numbers refused.
pub const PATH_SEGMENT: Coercion = Coercion {
    more: false,
    copy: false,
};

/// As in `toString x`: paths are not copied, numbers accepted.
pub const TO_STRING: Coercion = Coercion {
    more: true,
    copy: false,
};

/// A string being put together, with its context.
#[derive(Default)]
pub struct Builder<'h> {
    bytes: Vec<u8>,
    context: Vec<ContextElement<'h>>,
}

impl<'h> Builder<'h> {
    /// An empty one with room for so many bytes.
    pub fn with_room(bytes: usize) -> Builder<'h> {
        Builder {
            bytes: Vec::with_capacity(bytes),
            context: Vec::new(),
        }
    }

    /// Appends a string and its context.
    pub fn push(&mut self, part: Bytes<'h>) {
        self.bytes.extend_from_slice(part.bytes());
        self.add_context(part.context());
    }

    /// Appends bytes that have no context.
    pub fn push_bytes(&mut self, part: &[u8]) {
        self.bytes.extend_from_slice(part);
    }

    /// Adds a context.
    pub fn add_context(&mut self, context: Option<&'h ContextSet<'h>>) {
        if let Some(context) = context {
            self.context.extend_from_slice(context.elements);
        }
    }

    /// The bytes so far.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The string.
    pub fn finish(self, state: &State<'h>) -> Bytes<'h> {
        let context = context_set(state, self.context);
        Bytes::with_context(state.heap, &self.bytes, context)
    }
}

/// The set of these elements; `None` is the empty one.
pub fn context_set<'h>(
    state: &State<'h>,
    mut elements: Vec<ContextElement<'h>>,
) -> Option<&'h ContextSet<'h>> {
    if elements.is_empty() {
        return None;
    }
    elements.sort_unstable();
    elements.dedup();
    let elements = state.heap.alloc_slice(&elements);
    Some(state.heap.alloc(ContextSet {
        elements,
        unread: false,
    }))
}

/// The string for a value that needs no evaluation to be coerced; `None` if it
/// does (a set or list), must be refused, or its context has to be read.
#[inline]
pub fn coerce_scalar<'h>(state: &State<'h>, value: Value<'h>, how: Coercion) -> Option<Bytes<'h>> {
    let text = match value.view() {
        View::String(text) => return (!is_unread(text)).then_some(text),
        View::Path(path) if !how.copy => {
            return Some(match internal::name(state, path.bytes()) {
                Some(name) if state.has(Behaviour::CorepkgsHaveNoDirectory) => {
                    Bytes::new(state.heap, &[b"/", name].concat())
                }
                _ => path_text(state, path),
            });
        }
        View::Bool(true) if how.more => "1".to_owned(),
        View::Bool(false) | View::Null if how.more => String::new(),
        View::Int(n) if how.more => n.to_string(),
        View::Float(x) if how.more => float::fixed(x),
        _ => return None,
    };
    Some(Bytes::new(state.heap, text.as_bytes()))
}

/// The error for a value that is no string and cannot become one.
pub fn not_coercible<'h>(state: &State<'h>, value: Value<'h>) -> Error {
    Error::type_error(with_value(
        state,
        format!("cannot coerce {} to a string", type_name(state, value)),
        value,
    ))
}

/// A path as text. Older releases keep `~/a/..` as it is written until then.
fn path_text<'h>(state: &State<'h>, path: Bytes<'h>) -> Bytes<'h> {
    if !state.has(Behaviour::HomePathsStayAsWritten) {
        return path;
    }
    let canonical = crate::paths::canonical(path.bytes());
    if canonical == path.bytes() {
        path
    } else {
        Bytes::new(state.heap, &canonical)
    }
}

/// The store path that a source path is copied to, as a string.
///
/// # Errors
/// If it cannot be read or its name is not allowed.
pub fn copied<'h>(state: &State<'h>, path: &[u8]) -> Result<Bytes<'h>> {
    let copy = copy_source(state, path)?;
    let copy: &'h [u8] = state.heap.alloc_slice(&copy);
    let context = context_set(state, vec![ContextElement::Plain(copy)]);
    Ok(Bytes::with_context(state.heap, copy, context))
}

fn refused<'h>(state: &State<'h>, value: Value<'h>, context: &'static str, pos: Pos) -> Error {
    let error = not_coercible(state, value).traced(pos, context);
    if state.has(Behaviour::TracesTellWhere) {
        error
    } else {
        error.at(pos)
    }
}

/// What is still to be appended, the last first. A value has the line of trace
/// for the case that it is of the wrong type.
enum Work<'h> {
    /// A value and how many values it is in.
    Value(Value<'h>, usize, &'static str),
    /// What is left of a list whose element before is being coerced.
    Items(&'h [Value<'h>], usize, &'static str),
    /// A space, unless the element before was an empty list.
    Separator(Value<'h>),
}

/// Coerces a value to a string; `context` is the line of trace if it is of the
/// wrong type, empty for none.
///
/// # Errors
/// If evaluation fails or the value cannot be coerced.
pub async fn coerce<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    value: Value<'h>,
    how: Coercion,
    context: &'static str,
) -> Result<Bytes<'h>> {
    coerce_at(co, state, value, how, context, co.pos).await
}

/// As [`coerce`], for a value that is needed at `pos`.
///
/// # Errors
/// If evaluation fails or the value cannot be coerced.
pub async fn coerce_at<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    value: Value<'h>,
    how: Coercion,
    context: &'static str,
    pos: Pos,
) -> Result<Bytes<'h>> {
    let mut out = Builder::default();
    let mut work = vec![Work::Value(value, 0, context)];
    match append(co, state, how, pos, &mut out, &mut work).await {
        Ok(()) => Ok(out.finish(state)),
        Err(mut error) => {
            // Each list that the failure is in adds its line.
            for around in work.iter().rev() {
                if let Work::Items(_, _, context) = around {
                    error = error.traced(pos, *context);
                }
            }
            Err(error)
        }
    }
}

async fn append<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    how: Coercion,
    pos: Pos,
    out: &mut Builder<'h>,
    work: &mut Vec<Work<'h>>,
) -> Result<()> {
    while let Some(next) = work.pop() {
        let (cell, depth, context) = match next {
            Work::Value(cell, depth, context) => (cell, depth, context),
            Work::Separator(before) => {
                let empty_list = before
                    .evaluated()
                    .and_then(Value::as_list)
                    .is_some_and(|list| list.items().is_empty());
                if !empty_list {
                    out.push_bytes(b" ");
                }
                continue;
            }
            Work::Items(items, depth, context) => {
                let Some((&first, rest)) = items.split_first() else {
                    continue;
                };
                work.push(Work::Items(rest, depth, context));
                if !rest.is_empty() {
                    work.push(Work::Separator(first));
                }
                (first, depth, "while evaluating one element of the list")
            }
        };
        if walk::step(co, state, Walk::Coercion, depth, out.bytes().len())? {
            co.pause().await?;
        }
        let within = levels(state, depth + 1);
        let value = co.force_within(cell, pos, within).await?;
        if let Some(text) = coerce_scalar(state, value, how) {
            out.push(text);
            continue;
        }
        match value.view() {
            View::String(text) => out.push(nested_outputs::read(state, text)?),
            View::Path(path) => {
                let copied = copied(state, path_text(state, path).bytes())?;
                out.push(copied);
            }
            View::Attrs(set) => {
                if let Some(to_string) = set.get(known::TO_STRING) {
                    let result = co.within(within).call(to_string, &[value]).await?;
                    work.push(Work::Value(
                        result,
                        depth + 1,
                        "while evaluating the result of the `__toString` attribute",
                    ));
                } else if let Some(path) = set.get(known::OUT_PATH) {
                    work.push(Work::Value(path, depth + 1, context));
                } else {
                    return Err(refused(state, value, context, pos));
                }
            }
            View::List(list) if how.more => {
                work.push(Work::Items(list.items(), depth + 1, context));
            }
            _ => return Err(refused(state, value, context, pos)),
        }
    }
    Ok(())
}

/// Coerces a value to a path: an absolute one, with the context of the string it
/// may have come from. It is canonical, but where a release hands a string on as
/// it is written and nothing is forbidden (`coerceToPath` in `eval.cc`).
///
/// # Errors
/// If evaluation fails or the value is no absolute path.
pub async fn coerce_to_path<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    value: Value<'h>,
    context: &'static str,
) -> Result<Bytes<'h>> {
    coerce_to_path_at(co, state, value, context, co.pos).await
}

/// As [`coerce_to_path`], for a value that is needed at `pos`.
///
/// # Errors
/// If evaluation fails or the value is no absolute path.
pub async fn coerce_to_path_at<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    value: Value<'h>,
    context: &'static str,
    pos: Pos,
) -> Result<Bytes<'h>> {
    let traced = |error: Error| {
        let error = error.traced(pos, context);
        if state.has(Behaviour::TracesTellWhere) {
            error
        } else {
            error.at(pos)
        }
    };
    let mut value = co.force_at(value, pos).await.map_err(traced)?;
    let mut called = 0;
    loop {
        match value.view() {
            View::Path(path) => return Ok(path_text(state, path)),
            View::Attrs(set) => match set.get(known::TO_STRING) {
                Some(to_string) => value = co.call(to_string, &[value]).await?,
                None => break,
            },
            _ => break,
        }
        called += 1;
        if walk::step(co, state, Walk::Naming, called, 0)? {
            co.pause().await?;
        }
    }
    let text = coerce_at(co, state, value, PATH_SEGMENT, context, pos).await?;
    if text.bytes().first() != Some(&b'/') {
        let message = [
            b"string '".as_slice(),
            text.bytes(),
            b"' doesn't represent an absolute path",
        ]
        .concat();
        return Err(traced(Error::value(message)));
    }
    if state.strings_are_paths_as_written() {
        return Ok(text);
    }
    refuse_nul(state, text.bytes())?;
    Ok(Bytes::with_context(
        state.heap,
        &crate::paths::canonical(text.bytes()),
        text.context(),
    ))
}
