//! Booleans: comparisons, logic, and conditions that are known to hold.

use super::Generator;
use crate::{
    config::Release,
    swarm::Feature,
    tree::{Expr, Key, Op},
    types::{self, Str, Type},
};

pub(super) fn comparison(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let lists = generator.since(Release::V2_8);
    let of = match generator.below(6) {
        0 | 1 => Type::Int(63),
        2 => Type::Float,
        3 if lists => Type::list(Type::Int(63)),
        4 if lists => Type::list(Type::Str(Str::Plain)),
        _ => Type::Str(Str::Any),
    };
    let other = match of {
        Type::Int(_) if generator.chance(15) => Type::Float,
        _ => of.clone(),
    };
    let op = generator.pick(&[Op::Less, Op::LessEqual, Op::More, Op::MoreEqual]);
    let (one, two) = (generator.certain(&of), generator.certain(&other));
    Some(Expr::binary(op, one, two))
}

pub(super) fn equality(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let op = generator.pick(&[Op::Equal, Op::Equal, Op::NotEqual]);
    let of = generator.random(true);
    let one = generator.certain(&of);
    let two = match generator.below(6) {
        // Equal by chance, never, or because it is the same.
        0 => {
            let other = generator.random(true);
            generator.certain(&other)
        }
        1 if matches!(one, Expr::Var(_)) => one.clone(),
        2 if of == Type::Derivation => generator.certain(&Type::Derivation),
        _ => generator.certain(&of),
    };
    Some(Expr::binary(op, one, two))
}

/// Functions are equal only where it is seen that they are the same.
pub(super) fn identity(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let is_function = |of: &Type| matches!(of, Type::Fun(..) | Type::Formals(..));
    let (function, _) = generator.variable(is_function).or_else(|| {
        let name = generator.pick(&["add", "map", "isInt"]);
        Some((generator.builtin(name), Type::Null))
    })?;
    let hold = |generator: &mut Generator<'_>, function: Expr| match generator.below(5) {
        0 => Expr::List(vec![function]),
        1 => Expr::set([("a", function)]),
        2 => Expr::List(vec![Expr::set([("a", function)])]),
        3 => Expr::bind("_g", function, Expr::List(vec![Expr::var("_g")])),
        _ => function,
    };
    let one = hold(generator, function.clone());
    let two = if generator.chance(60) {
        one.clone()
    } else {
        hold(generator, function)
    };
    Some(match generator.below(4) {
        0 if generator.on(Feature::Builtins) => {
            generator.call("elem", [one, Expr::List(vec![two])])
        }
        1 => Expr::bind(
            "_h",
            one,
            Expr::binary(Op::Equal, Expr::var("_h"), Expr::var("_h")),
        ),
        2 => Expr::binary(Op::NotEqual, one, two),
        _ => Expr::binary(Op::Equal, one, two),
    })
}

pub(super) fn logic(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let op = match generator.below(4) {
        0 => {
            let inner = generator.certain(wanted);
            return Some(Expr::Not(Box::new(inner)));
        }
        1 => Op::And,
        2 => Op::Or,
        _ => Op::Implies,
    };
    if generator.on(Feature::Lazy) && generator.chance(25) {
        // The left side decides.
        let one = generator.known(op == Op::Or);
        let two = generator.dead();
        return Some(Expr::binary(op, one, two));
    }
    if op == Op::Implies && generator.chance(60) {
        // How a chain groups shows where the first and the last are false.
        let (first, last) = (generator.known(false), generator.known(false));
        let middle = generator.expr(wanted);
        return Some(Expr::binary(op, first, Expr::binary(op, middle, last)));
    }
    let (one, two) = (generator.certain(wanted), generator.expr(wanted));
    Some(Expr::binary(op, one, two))
}

pub(super) fn has(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let name = generator.attribute();
    if generator.chance(20) {
        // It goes on through something that has to be evaluated first.
        let inner = generator.attribute();
        let of = Type::set([(inner.as_str(), Type::Null)]);
        let held = generator.expr(&of);
        let held = Expr::call(Expr::lambda("_x", Expr::var("_x")), [held]);
        let path = vec![generator.key(&name), Key::Static(inner)];
        return Some(Expr::Has(Box::new(Expr::set([(name, held)])), path));
    }
    let whole = match generator.below(4) {
        0 => {
            let of = generator.random(true);
            generator.certain(&of)
        }
        1 => {
            let of = generator.random(false);
            generator.certain(&Type::map(of))
        }
        _ => {
            let of = types::record(generator.choices, 1, false);
            generator.certain(&of)
        }
    };
    let mut path = vec![generator.key(&name)];
    // A path goes on only through what is there; what is no set has no attributes.
    while generator.chance(25) {
        let name = generator.attribute();
        path.push(Key::Static(name));
    }
    Some(Expr::Has(Box::new(whole), path))
}

impl Generator<'_> {
    /// A condition that is known to be true or false.
    pub(super) fn known(&mut self, value: bool) -> Expr {
        let positive = match self.below(10) {
            0 => {
                let (op, one, two) = self.pick(&[
                    (Op::Less, 1, 2),
                    (Op::LessEqual, 2, 2),
                    (Op::More, 3, 2),
                    (Op::MoreEqual, 5, 4),
                    (Op::Equal, 7, 7),
                    (Op::NotEqual, 7, 8),
                ]);
                Expr::binary(op, Expr::Int(one), Expr::Int(two))
            }
            1 => {
                let name = self.attribute();
                let value = self.dead();
                let whole = Expr::set([(name.clone(), value)]);
                Expr::Has(Box::new(whole), vec![Key::Static(name)])
            }
            2 if self.on(Feature::Builtins) => {
                let (name, of) = self.pick(&[
                    ("isInt", &Type::Int(30)),
                    ("isString", &Type::Str(Str::Any)),
                    ("isBool", &Type::Bool),
                    ("isNull", &Type::Null),
                ]);
                let value = self.expr(of);
                self.call(name, [value])
            }
            3 => {
                let (one, two) = (self.boolean(false), self.dead());
                Expr::binary(Op::Implies, one, two)
            }
            _ => return self.boolean(value),
        };
        if value {
            positive
        } else {
            Expr::Not(Box::new(positive))
        }
    }
}
