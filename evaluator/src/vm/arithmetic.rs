//! Arithmetic on forced values.

use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Value, View};
use crate::print::describe;
use crate::state::State;

/// Two numbers of the same type.
enum Pair {
    Int(i64, i64),
    Float(f64, f64),
}

/// The operands of an operator: floats if one is (`prim_add` and its siblings
/// in `primops.cc`).
fn pair<'h>(state: &State<'h>, left: Value<'h>, right: Value<'h>) -> Result<Pair> {
    match (left.view(), right.view()) {
        (View::Int(a), View::Int(b)) => Ok(Pair::Int(a, b)),
        (View::Int(a), View::Float(b)) => Ok(Pair::Float(a as f64, b)),
        (View::Float(a), View::Int(b)) => Ok(Pair::Float(a, b as f64)),
        (View::Float(a), View::Float(b)) => Ok(Pair::Float(a, b)),
        (View::Float(_), _) => Err(expected(state, "a float", right)),
        (View::Int(_), _) => Err(expected(state, "an integer", right)),
        (_, View::Float(_)) => Err(expected(state, "a float", left)),
        _ => Err(expected(state, "an integer", left)),
    }
}

/// The error for a value that is not of the type `wanted`.
pub fn expected<'h>(state: &State<'h>, wanted: &str, found: Value<'h>) -> Error {
    Error::type_error(describe::expected(state, wanted, found))
}

fn overflow(what: &str, a: i64, symbol: &str, b: i64) -> Error {
    Error::new(
        ErrorKind::Overflow,
        format!("integer overflow in {what} {a} {symbol} {b}"),
    )
}

/// `a + b` on integers, checked or wrapping by dialect.
pub fn add_ints<'h>(state: &State<'h>, a: i64, b: i64) -> Result<Value<'h>> {
    match a.checked_add(b) {
        Some(sum) => Ok(state.int(sum)),
        None if state.has(Behaviour::OverflowIsAnError) => Err(overflow("adding", a, "+", b)),
        None => Ok(state.int(a.wrapping_add(b))),
    }
}

/// `builtins.add`
pub fn add<'h>(state: &State<'h>, left: Value<'h>, right: Value<'h>) -> Result<Value<'h>> {
    match pair(state, left, right)? {
        Pair::Int(a, b) => add_ints(state, a, b),
        Pair::Float(a, b) => Ok(state.float(a + b)),
    }
}

/// `builtins.sub`
pub fn sub<'h>(state: &State<'h>, left: Value<'h>, right: Value<'h>) -> Result<Value<'h>> {
    match pair(state, left, right)? {
        Pair::Int(a, b) => match a.checked_sub(b) {
            Some(difference) => Ok(state.int(difference)),
            None if state.has(Behaviour::OverflowIsAnError) => {
                Err(overflow("subtracting", a, "-", b))
            }
            None => Ok(state.int(a.wrapping_sub(b))),
        },
        Pair::Float(a, b) => Ok(state.float(a - b)),
    }
}

/// `builtins.mul`
pub fn mul<'h>(state: &State<'h>, left: Value<'h>, right: Value<'h>) -> Result<Value<'h>> {
    match pair(state, left, right)? {
        Pair::Int(a, b) => match a.checked_mul(b) {
            Some(product) => Ok(state.int(product)),
            None if state.has(Behaviour::OverflowIsAnError) => {
                Err(overflow("multiplying", a, "*", b))
            }
            None => Ok(state.int(a.wrapping_mul(b))),
        },
        Pair::Float(a, b) => Ok(state.float(a * b)),
    }
}

/// `builtins.div`: the divisor is looked at first.
pub fn div<'h>(state: &State<'h>, left: Value<'h>, right: Value<'h>) -> Result<Value<'h>> {
    let divisor = match right.view() {
        View::Int(n) => n as f64,
        View::Float(x) => x,
        _ => return Err(expected(state, "a float", right)),
    };
    if divisor == 0.0 {
        return Err(Error::new(ErrorKind::DivisionByZero, "division by zero"));
    }
    match pair(state, left, right)? {
        Pair::Int(a, b) => match a.checked_div(b) {
            Some(quotient) => Ok(state.int(quotient)),
            None => Err(Error::new(
                ErrorKind::Overflow,
                format!("integer overflow in dividing {a} / {b}"),
            )),
        },
        Pair::Float(a, b) => Ok(state.float(a / b)),
    }
}
