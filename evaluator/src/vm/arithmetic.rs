//! Arithmetic on forced values.

use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Value, View};
use crate::positions::Pos;
use crate::print::describe;
use crate::state::State;

/// Two numbers of the same type.
enum Pair {
    Int(i64, i64),
    Float(f64, f64),
}

/// How C++ Nix calls the operands of an operator in traces, among floats and
/// among integers.
struct Operands {
    first: [&'static str; 2],
    second: &'static str,
}

const ADDITION: Operands = Operands {
    first: ["while evaluating the first argument of the addition"; 2],
    second: "while evaluating the second argument of the addition",
};

const SUBTRACTION: Operands = Operands {
    first: ["while evaluating the first argument of the subtraction"; 2],
    second: "while evaluating the second argument of the subtraction",
};

const MULTIPLICATION: Operands = Operands {
    first: [
        "while evaluating the first of the multiplication",
        "while evaluating the first argument of the multiplication",
    ],
    second: "while evaluating the second argument of the multiplication",
};

const DIVISION: Operands = Operands {
    first: ["while evaluating the first operand of the division"; 2],
    second: "while evaluating the second operand of the division",
};

/// The operands of an operator: floats if one is (`prim_add` and its siblings
/// in `primops.cc`).
fn pair<'h>(
    state: &State<'h>,
    left: Value<'h>,
    right: Value<'h>,
    names: &Operands,
) -> Result<Pair> {
    let wrong = |wanted, value, context: &'static str| {
        Err(expected(state, wanted, value).traced(Pos::NONE, context))
    };
    match (left.view(), right.view()) {
        (View::Int(a), View::Int(b)) => Ok(Pair::Int(a, b)),
        (View::Int(a), View::Float(b)) => Ok(Pair::Float(a as f64, b)),
        (View::Float(a), View::Int(b)) => Ok(Pair::Float(a, b as f64)),
        (View::Float(a), View::Float(b)) => Ok(Pair::Float(a, b)),
        (View::Float(_), _) => wrong("a float", right, names.second),
        (View::Int(_), _) => wrong("an integer", right, names.second),
        (_, View::Float(_)) => wrong("a float", left, names.first[0]),
        _ => wrong("an integer", left, names.first[1]),
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
    match pair(state, left, right, &ADDITION)? {
        Pair::Int(a, b) => add_ints(state, a, b),
        Pair::Float(a, b) => Ok(state.float(a + b)),
    }
}

/// `builtins.sub`
pub fn sub<'h>(state: &State<'h>, left: Value<'h>, right: Value<'h>) -> Result<Value<'h>> {
    match pair(state, left, right, &SUBTRACTION)? {
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
    match pair(state, left, right, &MULTIPLICATION)? {
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
        _ => return Err(expected(state, "a float", right).traced(Pos::NONE, DIVISION.second)),
    };
    if divisor == 0.0 {
        return Err(Error::new(ErrorKind::DivisionByZero, "division by zero"));
    }
    match pair(state, left, right, &DIVISION)? {
        Pair::Int(a, b) => match a.checked_div(b) {
            Some(quotient) => Ok(state.int(quotient)),
            None => Err(Error::new(
                ErrorKind::Overflow,
                if state.has(Behaviour::TracesTellWhere) {
                    format!("integer overflow in dividing {a} / {b}")
                } else {
                    "overflow in integer division".to_owned()
                },
            )),
        },
        Pair::Float(a, b) => Ok(state.float(a / b)),
    }
}
