//! Words for values: types as error messages name them, and the parts that all
//! printers share.

use super::brief;
use crate::dialect::Behaviour;
use crate::formats::strings;
use crate::heap::{Value, View};
use crate::state::State;
use crate::symbols::Symbol;

/// The type of a value as an error message names it (`showType` in `eval.cc`).
pub fn type_name<'h>(state: &State<'h>, value: Value<'h>) -> String {
    let text = match value.view() {
        View::Null => "null",
        View::Bool(_) => "a Boolean",
        View::Int(_) => "an integer",
        View::Float(_) => "a float",
        View::String(text) if text.context().is_some() => "a string with context",
        View::String(_) => "a string",
        View::Path(_) => "a path",
        View::List(_) => "a list",
        View::Attrs(_) => "a set",
        View::Closure(_) => "a function",
        View::Builtin(number) => {
            return format!("the built-in function '{}'", state.builtin(number).name);
        }
        View::Partial(call) => {
            return format!(
                "the partially applied built-in function '{}'",
                state.builtin(call.builtin).name
            );
        }
        View::Thunk(_) | View::Suspended(_) | View::Empty => "a thunk",
    };
    text.to_owned()
}

/// The type of a value as `builtins.typeOf` names it.
pub fn type_of(value: Value<'_>) -> &'static str {
    match value.view() {
        View::Null => "null",
        View::Bool(_) => "bool",
        View::Int(_) => "int",
        View::Float(_) => "float",
        View::String(_) => "string",
        View::Path(_) => "path",
        View::List(_) => "list",
        View::Attrs(_) => "set",
        View::Closure(_) | View::Builtin(_) | View::Partial(_) => "lambda",
        View::Thunk(_) | View::Suspended(_) | View::Empty => "thunk",
    }
}

/// The message for a value that is not `wanted` (`"a set"`).
///
/// `found` may be the cell that holds the value: what a value that contains
/// itself looks like depends on it.
pub fn expected<'h>(state: &State<'h>, wanted: &str, found: Value<'h>) -> Vec<u8> {
    let cell = found;
    let found = found.evaluated().unwrap_or(found);
    if state.has(Behaviour::ErrorsShowValues) {
        let mut message =
            format!("expected {wanted} but found {}: ", type_name(state, found)).into_bytes();
        message.extend_from_slice(&brief(state, cell));
        message
    } else {
        format!(
            "value is {} while {wanted} was expected",
            type_name(state, found)
        )
        .into_bytes()
    }
}

/// `message`, and the value behind it where the dialect shows values.
pub fn with_value<'h>(state: &State<'h>, message: String, value: Value<'h>) -> Vec<u8> {
    let mut message = message.into_bytes();
    if state.has(Behaviour::ErrorsShowValues) {
        message.extend_from_slice(b": ");
        message.extend_from_slice(&brief(state, value));
    }
    message
}

/// Writes a float with six significant digits, as a C++ stream does.
pub fn write_float(out: &mut Vec<u8>, x: f64) {
    out.extend_from_slice(crate::formats::float::general(x).as_bytes());
}

/// Writes a string literal.
pub fn write_string(state: &State<'_>, out: &mut Vec<u8>, text: &[u8]) {
    strings::write_string(state.dialect(), text, out);
}

/// Writes an attribute name, in quotes where it is no identifier.
pub fn write_name(state: &State<'_>, out: &mut Vec<u8>, name: Symbol) {
    strings::write_attribute_name(state.dialect(), &state.symbols.name(name), out);
}
