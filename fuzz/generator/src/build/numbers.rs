//! Numbers: arithmetic that cannot overflow, because every operand says how large it can be.

use super::Generator;
use crate::{
    swarm::Feature,
    tree::{Expr, Op},
    types::Type,
};

fn bits(wanted: &Type) -> Option<u8> {
    match wanted {
        Type::Int(bits) => Some(*bits),
        _ => None,
    }
}

pub(super) fn arithmetic(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let bits = bits(wanted)?;
    if bits < 2 {
        return None;
    }
    let sum = Type::Int(bits - 1);
    match generator.below(7) {
        0 | 1 => Some(operation(generator, Op::Add, "add", &sum, &sum)),
        2 | 3 => Some(operation(generator, Op::Sub, "sub", &sum, &sum)),
        4 => {
            let inner = generator.certain(&sum);
            Some(Expr::Negate(Box::new(inner)))
        }
        _ => {
            let factor = Type::Int((bits - 1) / 2);
            Some(operation(generator, Op::Mul, "mul", &factor, &factor))
        }
    }
}

/// An operation, by its operator or by its builtin.
fn operation(generator: &mut Generator<'_>, op: Op, name: &str, one: &Type, two: &Type) -> Expr {
    let (one, two) = (generator.certain(one), generator.certain(two));
    if generator.on(Feature::Builtins) && generator.chance(20) {
        generator.call(name, [one, two])
    } else {
        Expr::binary(op, one, two)
    }
}

pub(super) fn division(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let bits = bits(wanted)?;
    if bits < 2 {
        return None;
    }
    let one = generator.certain(&Type::Int(bits - 1));
    let two = match generator.below(3) {
        0 if generator.on(Feature::Builtins) => {
            let mask = generator.expr(&Type::Int(20));
            let low = generator.call("bitAnd", [mask, Expr::Int(7)]);
            Expr::binary(Op::Add, Expr::Int(1), low)
        }
        1 => {
            let maybe = generator.leaf(&Type::Int(30));
            let zero = Expr::binary(Op::Equal, maybe.clone(), Expr::Int(0));
            Expr::choose(zero, Expr::Int(1), maybe)
        }
        _ => {
            let number = 1 + i64::from(generator.below(9));
            Expr::int(if generator.chance(20) {
                -number
            } else {
                number
            })
        }
    };
    Some(if generator.on(Feature::Builtins) && generator.chance(25) {
        generator.call("div", [one, two])
    } else {
        Expr::binary(Op::Div, one, two)
    })
}

pub(super) fn bits_of(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let name = generator.pick(&["bitAnd", "bitOr", "bitXor"]);
    let (one, two) = (generator.certain(wanted), generator.certain(wanted));
    Some(generator.call(name, [one, two]))
}

/// The whole number below or above one with a fraction, mostly a negative one.
pub(super) fn whole(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    if bits(wanted)? < 8 || !generator.has_named("floor") {
        return None;
    }
    let (number, part) = (
        generator.below(99),
        generator.pick(&["5", "25", "0", "9", "001"]),
    );
    let number = Expr::Float(format!("{number}.{part}"));
    let number = if generator.chance(70) {
        Expr::Negate(Box::new(number))
    } else {
        number
    };
    let name = generator.pick(&["floor", "floor", "ceil"]);
    Some(generator.call(name, [number]))
}

/// `break` of a literal: what it gives is only then more than its argument unevaluated.
pub(super) fn paused(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let number = generator.integer(bits(wanted)?);
    (number >= 0 && generator.has_named("break"))
        .then(|| generator.call("break", [Expr::int(number)]))
}

pub(super) fn floating(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let other = if generator.chance(40) {
        Type::Int(40)
    } else {
        Type::Float
    };
    let (one, two) = if generator.chance(50) {
        (&other, &Type::Float)
    } else {
        (&Type::Float, &other)
    };
    Some(match generator.below(6) {
        0 | 1 => operation(generator, Op::Add, "add", one, two),
        2 => operation(generator, Op::Sub, "sub", one, two),
        3 => operation(generator, Op::Mul, "mul", one, two),
        4 => {
            let one = generator.certain(&Type::Float);
            let number = ["2.0", "0.5", "3.", "1.0e10"];
            let two = match generator.pick(&[0usize, 1, 2, 3, 4]) {
                4 => Expr::Int(1 + u64::from(generator.below(9))),
                at => Expr::Float(number[at].to_owned()),
            };
            Expr::binary(Op::Div, one, two)
        }
        _ => {
            let inner = generator.certain(&Type::Float);
            Expr::Negate(Box::new(inner))
        }
    })
}
