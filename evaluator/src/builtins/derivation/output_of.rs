//! `outputOf`: an output of a derivation that a string names, also of one that is
//! itself an output (`coerceToSingleDerivedPath`, `mkSingleDerivedPathString` in
//! `eval.cc`; feature `dynamic-derivations`).

use super::require;
use crate::builtins::demand::Demand;
use crate::context::ContextElement;
use crate::derivation::placeholder;
use crate::derivation::store::{is_valid, read_derivation};
use crate::errors::{Error, Result};
use crate::heap::{Bytes, Value};
use crate::state::State;
use crate::vm::coerce::context_set;
use crate::vm::{Co, Shared};

const FIRST: &str = "while evaluating the first argument to builtins.outputOf";

/// The builtin.
pub(super) async fn output_of<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    reference: Value<'h>,
    output: Value<'h>,
) -> Result<Value<'h>> {
    let demand = Demand::new(&co, &state);
    let text = demand.string(reference, FIRST).await?;
    let (derivation, outputs) =
        reference_of(&state, text).map_err(|error| error.traced(co.pos, FIRST))?;
    let output = demand
        .plain_string(
            output,
            "while evaluating the second argument to builtins.outputOf",
        )
        .await?;
    let outputs = [outputs.as_slice(), &[output]].concat();
    let text = output_text(&state, derivation, &outputs)?;
    let outputs: &'h [&'h [u8]] = state.heap.alloc_slice(&outputs);
    let context = context_set(&state, vec![ContextElement::output(derivation, outputs)]);
    Ok(Value::string(Bytes::with_context(
        state.heap, &text, context,
    )))
}

/// The derivation that a string stands for: a path, and the outputs that lead from
/// there to it.
fn reference_of<'h>(state: &State<'h>, text: Bytes<'h>) -> Result<(&'h [u8], Vec<&'h [u8]>)> {
    let shown = String::from_utf8_lossy(text.bytes());
    let context = text.context().map_or(&[][..], |context| context.elements);
    let &[element] = context else {
        return Err(Error::value(format!(
            "string '{shown}' has {} entries in its context. It should only have exactly one entry",
            context.len()
        )));
    };
    let (derivation, outputs) = match element {
        ContextElement::Plain(path) => (path, Vec::new()),
        ContextElement::Whole(_) => {
            return Err(Error::value(format!(
                "string '{shown}' has a context which refers to a complete source and binary closure. This is not supported at this time"
            )));
        }
        ContextElement::Output(path, output) => (path, vec![output]),
        ContextElement::Nested(nested) => (nested.derivation(), nested.outputs().to_vec()),
    };
    let wanted = output_text(state, derivation, &outputs)?;
    if text.bytes() == wanted {
        return Ok((derivation, outputs));
    }
    let wanted = String::from_utf8_lossy(&wanted);
    Err(Error::value(match outputs.split_last() {
        None => format!("path string '{shown}' has context with the different path '{wanted}'"),
        Some((last, before)) => format!(
            "string '{shown}' has context with the output '{}' from derivation '{}', but the string is not the right placeholder for this derivation output. It should be '{wanted}'",
            String::from_utf8_lossy(last),
            String::from_utf8_lossy(&installable(derivation, before)),
        ),
    }))
}

fn installable(derivation: &[u8], outputs: &[&[u8]]) -> Vec<u8> {
    ContextElement::output(derivation, outputs).installable()
}

/// The text for an output: its path where that is known, else a placeholder.
fn output_text(state: &State<'_>, derivation: &[u8], outputs: &[&[u8]]) -> Result<Vec<u8>> {
    match outputs {
        [] => return Ok(derivation.to_vec()),
        [output] => {
            if !is_valid(state, derivation) {
                let derivation = String::from_utf8_lossy(derivation);
                return Err(Error::value(format!(
                    "derivation '{derivation}' is not valid"
                )));
            }
            let made = read_derivation(state, derivation)?;
            let Some(found) = made.outputs.get(*output) else {
                return Err(Error::value(format!(
                    "derivation '{}' does not have output '{}'",
                    String::from_utf8_lossy(derivation),
                    String::from_utf8_lossy(output)
                )));
            };
            if let Some(path) = found.path() {
                return Ok(path.to_vec());
            }
        }
        _ => require(state, "dynamic-derivations", "")?,
    }
    require(state, "ca-derivations", "")?;
    Ok(placeholder::upstream_output(derivation, outputs))
}
