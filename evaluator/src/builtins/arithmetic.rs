//! Numbers: the four operations, bits, rounding, comparison.

use super::{Builtin, Kind, Run, builtin, want};
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Value, View};
use crate::print::describe::write_float;
use crate::state::State;
use crate::vm::{arithmetic as number, less_than};

macro_rules! operation {
    ($name:literal, $first:literal, $second:literal, $run:expr) => {
        builtin(
            $name,
            2,
            Run::Plain(
                &[want(0, Kind::Any, $first), want(1, Kind::Any, $second)],
                |state, args| $run(state, args[0], args[1]),
            ),
        )
    };
}

macro_rules! bits {
    ($name:literal, $operator:tt) => {
        builtin(
            $name,
            2,
            Run::Plain(
                &[
                    want(
                        0,
                        Kind::Int,
                        concat!("while evaluating the first argument passed to builtins.", $name),
                    ),
                    want(
                        1,
                        Kind::Int,
                        concat!("while evaluating the second argument passed to builtins.", $name),
                    ),
                ],
                |state, args| Ok(state.int(int(args[0]) $operator int(args[1]))),
            ),
        )
    };
}

/// The family. What operators stand for comes first ([`OPERATORS`](crate::compiler::OPERATORS)).
pub const BUILTINS: &[Builtin] = &[
    operation!(
        "sub",
        "while evaluating the first argument of the subtraction",
        "while evaluating the second argument of the subtraction",
        number::sub
    ),
    operation!(
        "mul",
        "while evaluating the first argument of the multiplication",
        "while evaluating the second argument of the multiplication",
        number::mul
    ),
    operation!(
        "div",
        "while evaluating the first operand of the division",
        "while evaluating the second operand of the division",
        number::div
    ),
    builtin(
        "lessThan",
        2,
        Run::Generator(|co, state, args| {
            Box::pin(async move {
                Ok(Value::bool(
                    less_than(&co, &state, args[0], args[1], "").await?,
                ))
            })
        }),
    ),
    operation!(
        "add",
        "while evaluating the first argument of the addition",
        "while evaluating the second argument of the addition",
        number::add
    ),
    bits!("bitAnd", &),
    bits!("bitOr", |),
    bits!("bitXor", ^),
    builtin(
        "ceil",
        1,
        Run::Plain(
            &[want(
                0,
                Kind::Number,
                "while evaluating the first argument passed to builtins.ceil",
            )],
            |state, args| round(state, args[0], f64::ceil),
        ),
    )
    .since(Dialect::V2_8),
    builtin(
        "floor",
        1,
        Run::Plain(
            &[want(
                0,
                Kind::Number,
                "while evaluating the first argument passed to builtins.floor",
            )],
            |state, args| round(state, args[0], f64::floor),
        ),
    )
    .since(Dialect::V2_8),
];

/// The integer that a [`Kind::Int`] argument is.
fn int(value: Value<'_>) -> i64 {
    match value.view() {
        View::Int(n) => n,
        _ => unreachable!("the argument was checked to be an integer"),
    }
}

/// What the machine makes of a float that fits no integer: the instruction
/// that C++ compiles to on x86-64 answers the smallest one.
const NOT_AN_INTEGER: i64 = i64::MIN;

/// `builtins.floor` and `builtins.ceil` (`prim_floor` in `primops.cc`): even an
/// integer is taken through a float, which 2.29 made an error where it shows.
fn round<'h>(state: &State<'h>, value: Value<'h>, how: fn(f64) -> f64) -> Result<Value<'h>> {
    let (x, integer) = match value.view() {
        View::Int(n) => (n as f64, Some(n)),
        View::Float(x) => (x, None),
        _ => unreachable!("the argument was checked to be a number"),
    };
    let rounded = how(x);
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&rounded);
    let result = if fits { rounded as i64 } else { NOT_AN_INTEGER };
    if !state.has(Behaviour::FloorChecksRange) {
        return Ok(state.int(result));
    }
    match integer {
        None if fits => Ok(state.int(result)),
        Some(n) if fits && n == result => Ok(state.int(result)),
        None => {
            let mut message = b"NixFloat argument ".to_vec();
            write_float(&mut message, x);
            message.extend_from_slice(b" is not in the range of NixInt");
            Err(Error::new(ErrorKind::Overflow, message))
        }
        Some(n) => {
            let what = if fits {
                format!(
                    "a loss of precision occurred in previous Nix versions because the NixInt argument {n} was rounded to {result}."
                )
            } else {
                format!(
                    "the NixInt argument {n} caused undefined behavior in previous Nix versions."
                )
            };
            Err(Error::new(
                ErrorKind::Overflow,
                format!(
                    "Due to a bug (see https://github.com/NixOS/nix/issues/12899) {what}\n\tFuture Nix versions might implement the correct behavior."
                ),
            ))
        }
    }
}

#[cfg(test)]
mod tests;
