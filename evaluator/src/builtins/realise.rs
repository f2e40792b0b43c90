//! Import from derivation: what must be built before a program can read it, and
//! the values of derivations that are imported by their files (`primops.cc`).

use super::context::as_read;
use super::derivation::output_string;
use super::internal;
use crate::context::{ContextElement, ContextSet};
use crate::derivation::aterm::Output;
use crate::derivation::store::{is_valid, not_valid, read_derivation};
use crate::derivation::store_path::is_derivation;
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Bytes, Thunk, Value};
use crate::load::load_source;
use crate::positions::{Origin, Pos};
use crate::state::State;
use crate::symbols::known;
use crate::vm::coerce::context_set;
use crate::vm::{Co, Shared};

/// Makes sure that the store objects which a path refers to are there: builds
/// outputs of derivations, if that is allowed (`realiseContext`).
///
/// # Errors
/// If one is not there and cannot be built.
pub(super) fn realise<'h>(state: &State<'h>, context: Option<&ContextSet<'h>>) -> Result<()> {
    let mut wanted = Vec::new();
    for &element in context.map_or(&[][..], |context| context.elements) {
        let element = match element {
            ContextElement::Output(path, output) => {
                let (path, output) = as_read(state, path, output)?;
                ContextElement::Output(path, output)
            }
            other => other,
        };
        let path = element.path();
        if !is_valid(state, path) {
            return Err(not_valid(state, path));
        }
        if matches!(
            element,
            ContextElement::Output(..) | ContextElement::Nested(_)
        ) {
            wanted.push(element);
        }
    }
    if !state.settings.import_from_derivation {
        return match refused(state, &wanted) {
            None => Ok(()),
            Some(message) => Err(Error::new(ErrorKind::ImportFromDerivation, message)),
        };
    }
    for element in wanted {
        match element {
            ContextElement::Output(path, output) => build(state, path, output)?,
            _ => {
                return Err(crate::derivation::unsupported(
                    "import from a derivation that has to be built first",
                ));
            }
        }
    }
    Ok(())
}

/// What is said when building is not allowed; nothing where nothing would be
/// built.
fn refused(state: &State<'_>, wanted: &[ContextElement<'_>]) -> Option<String> {
    let shown = |path: &[u8]| String::from_utf8_lossy(path).into_owned();
    let first = wanted.first()?;
    if !state.has(Behaviour::CopiesTakeContexts) {
        let (path, output) = (shown(first.path()), shown(output_of(first)));
        return Some(format!(
            "attempted to realize '{path}!{output}' during evaluation but 'allow-import-from-derivation' is false"
        ));
    }
    let what = if state.has(Behaviour::ErrorsShowValues) {
        shown(&first.installable())
    } else {
        // Contexts are sorted by their text form, in which the output comes first.
        let first = (wanted.iter()).min_by_key(|element| (output_of(element), element.path()))?;
        shown(first.path())
    };
    Some(format!(
        "cannot build '{what}' during evaluation because the option 'allow-import-from-derivation' is disabled"
    ))
}

fn output_of<'h>(element: &ContextElement<'h>) -> &'h [u8] {
    match element {
        ContextElement::Output(_, output) => output,
        _ => b"",
    }
}

/// Builds an output of a derivation, unless it is there.
fn build(state: &State<'_>, path: &[u8], output: &[u8]) -> Result<()> {
    let derivation = read_derivation(state, path)?;
    let shown = String::from_utf8_lossy(path);
    let Some(found) = derivation.outputs.get(output) else {
        return Err(Error::value(format!(
            "derivation '{shown}' does not have an output named '{}'",
            String::from_utf8_lossy(output)
        )));
    };
    let Some(target) = found.path() else {
        return Err(crate::derivation::unsupported(
            "import from a derivation whose content decides its path",
        ));
    };
    if state.io.kind(target).is_err() {
        state.io.build(path, output).map_err(|why| {
            let message = format!("cannot build '{shown}' during evaluation: {why}");
            Error::new(ErrorKind::ImportFromDerivation, message)
        })?;
    }
    state.access.allow(target);
    Ok(())
}

/// What importing the file of a derivation gives: the derivation, as its first
/// output; nothing if it is no such file.
///
/// # Errors
/// If it cannot be read.
pub(super) async fn imported<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    path: &'h [u8],
) -> Result<Option<Value<'h>>> {
    let is_stored = is_derivation(path) && state.store_dir().is_object(path);
    if !is_stored || !is_valid(state, path) {
        return Ok(None);
    }
    let derivation = read_derivation(state, path)?;
    let name = derivation.environment.get(b"name".as_slice());
    let whole = context_set(state, vec![ContextElement::Whole(path)]);
    let mut pairs = vec![
        (
            known::DRV_PATH,
            Pos::NONE,
            Value::string(Bytes::with_context(state.heap, path, whole)),
        ),
        (
            known::NAME,
            Pos::NONE,
            state.string(name.map_or(b"".as_slice(), Vec::as_slice)),
        ),
    ];
    let mut names = Vec::new();
    for (output, made) in &derivation.outputs {
        let output: &'h [u8] = state.heap.alloc_slice(output);
        names.push(state.string(output));
        let value = output_string(state, path, output, Output::path(made))?;
        pairs.push((state.symbols.intern(output), Pos::NONE, value));
    }
    pairs.push((known::OUTPUTS, Pos::NONE, state.list(&names)));
    let origin = Origin::Internal("imported-drv-to-derivation.nix");
    let unit = load_source(state, origin, internal::IMPORTED, b"/")?;
    let function = Value::thunk(Thunk::suspend(state.heap, unit, None));
    let value = co.call(function, &[state.attrs(pairs)]).await?;
    Ok(Some(value))
}
