//! Outputs of outputs, as `appendContext` lets them in.
//!
//! From 2.26 on a string keeps the text form of its context, and what copies the context reads it again
//! (`copyContext` in `eval.cc`). The name of an output that has a `!` is then an output of an output, which
//! needs the feature `dynamic-derivations`. So it is no matter when the string is made, but when it is used.

use crate::builtins::require;
use crate::context::{ContextElement, ContextSet};
use crate::dialect::Behaviour;
use crate::errors::Result;
use crate::heap::Bytes;
use crate::state::State;

const FEATURE: &str = "dynamic-derivations";

/// Whether reading the context of this string can fail or change it.
#[inline]
pub fn is_unread(text: Bytes<'_>) -> bool {
    text.context().is_some_and(|context| context.unread)
}

/// Whether a context with these elements has to be read again.
pub fn has_unread(state: &State<'_>, elements: &[ContextElement<'_>]) -> bool {
    let is_nested = |element: &ContextElement<'_>| matches!(element, ContextElement::Output(_, output) if output.contains(&b'!'));
    !state.has(Behaviour::ContextsAreTexts) && elements.iter().any(is_nested)
}

/// The string with its context read (`NixStringContextElem::parse`).
///
/// # Errors
/// If it names an output of an output, unless the feature for that is on.
#[inline]
pub fn read<'h>(state: &State<'h>, text: Bytes<'h>) -> Result<Bytes<'h>> {
    match text.context() {
        Some(context) if context.unread => read_elements(state, text, context.elements),
        _ => Ok(text),
    }
}

/// The first element of a string's context, which is all that an error reads of it.
///
/// # Errors
/// As [`read`], if that element names an output of an output.
pub fn first<'h>(state: &State<'h>, text: Bytes<'h>) -> Result<Option<ContextElement<'h>>> {
    let Some(context) = text.context() else {
        return Ok(None);
    };
    match context.elements.first() {
        Some(&ContextElement::Output(path, name)) if context.unread => {
            nested(state, path, name).map(Some)
        }
        first => Ok(first.copied()),
    }
}

#[cold]
fn read_elements<'h>(
    state: &State<'h>,
    text: Bytes<'h>,
    elements: &'h [ContextElement<'h>],
) -> Result<Bytes<'h>> {
    let mut known = Vec::with_capacity(elements.len());
    for &element in elements {
        known.push(match element {
            ContextElement::Output(path, name) => nested(state, path, name)?,
            other => other,
        });
    }
    known.sort_unstable();
    known.dedup();
    let context = state.heap.alloc(ContextSet {
        elements: state.heap.alloc_slice(&known),
        unread: false,
    });
    Ok(Bytes::with_context(state.heap, text.bytes(), Some(context)))
}

/// `a!b` is the output `a` of the output `b` of the derivation.
fn nested<'h>(state: &State<'h>, path: &'h [u8], name: &'h [u8]) -> Result<ContextElement<'h>> {
    let outputs: Vec<&'h [u8]> = name.rsplit(|&byte| byte == b'!').collect();
    let [inner, _, ..] = outputs.as_slice() else {
        return Ok(ContextElement::Output(path, name));
    };
    let reason = if state.has(Behaviour::FeatureErrorsGiveReason) {
        format!(
            "building output '{}' of '{}'",
            String::from_utf8_lossy(inner),
            String::from_utf8_lossy(state.store_dir().inside(path).unwrap_or(path))
        )
    } else {
        String::new()
    };
    require(state, FEATURE, &reason)?;
    Ok(ContextElement::output(
        path,
        state.heap.alloc_slice(&outputs),
    ))
}
