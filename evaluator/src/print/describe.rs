//! Words for values: types as error messages name them, and the parts that all
//! printers share.

use super::brief;
use crate::dialect::Behaviour;
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
        View::Thunk(_) | View::Empty => "a thunk",
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
        View::Thunk(_) | View::Empty => "thunk",
    }
}

/// The message for a value that is not `wanted` (`"a set"`).
pub fn expected<'h>(state: &State<'h>, wanted: &str, found: Value<'h>) -> Vec<u8> {
    if state.has(Behaviour::ErrorsShowValues) {
        let mut message =
            format!("expected {wanted} but found {}: ", type_name(state, found)).into_bytes();
        message.extend_from_slice(&brief(state, found));
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

/// Whether a second occurrence of the value is marked instead of printed.
pub(super) fn is_repeatable(value: Value<'_>) -> bool {
    match value.view() {
        View::Attrs(set) => !set.is_empty(),
        View::List(list) => !list.items().is_empty(),
        _ => false,
    }
}

/// Writes a float with six significant digits, as a C++ stream does.
pub fn write_float(out: &mut Vec<u8>, x: f64) {
    out.extend_from_slice(crate::formats::float::general(x).as_bytes());
}

/// Writes a string literal.
pub fn write_string(state: &State<'_>, out: &mut Vec<u8>, text: &[u8]) {
    let escape_interpolation = state.has(Behaviour::PrintEscapesInterpolation);
    out.push(b'"');
    for (index, &byte) in text.iter().enumerate() {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'$' if escape_interpolation && text.get(index + 1) == Some(&b'{') => {
                out.extend_from_slice(b"\\$");
            }
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// Writes an attribute name, in quotes where it is no identifier.
pub fn write_name(state: &State<'_>, out: &mut Vec<u8>, name: Symbol) {
    let name = state.symbols.name(name);
    if is_identifier(state, &name) {
        out.extend_from_slice(&name);
    } else {
        write_string(state, out, &name);
    }
}

const KEYWORDS: &[&[u8]] = &[
    b"if", b"then", b"else", b"assert", b"with", b"let", b"in", b"rec", b"inherit",
];

/// Whether a name prints without quotes.
fn is_identifier(state: &State<'_>, name: &[u8]) -> bool {
    let Some((first, rest)) = name.split_first() else {
        return false;
    };
    if KEYWORDS.contains(&name) && state.has(Behaviour::KeywordsPrintQuoted) {
        return false;
    }
    (first.is_ascii_alphabetic() || *first == b'_')
        && rest
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_'-".contains(byte))
}
