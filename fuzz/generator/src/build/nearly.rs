//! Values that are compared and differ in one thing only: a name, a fraction, an item.

use super::Generator;
use crate::{
    swarm::Feature,
    tree::{Expr, Op},
    types::Type,
};

/// Whether two values are equal that nearly are, or are although they do not look it.
pub(super) fn equal(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let (mut one, mut two) = generator.near_pair(2);
    if generator.chance(50) {
        std::mem::swap(&mut one, &mut two);
    }
    Some(match generator.below(5) {
        0 if generator.on(Feature::Builtins) => {
            generator.call("elem", [one, Expr::List(vec![two])])
        }
        1 => Expr::binary(Op::NotEqual, one, two),
        _ => Expr::binary(Op::Equal, one, two),
    })
}

impl Generator<'_> {
    fn near_pair(&mut self, depth: u32) -> (Expr, Expr) {
        let data = |generator: &mut Self| {
            let of = crate::types::random(generator.choices, 0, true);
            generator.leaf(&of)
        };
        match self.below(if depth == 0 { 9 } else { 13 }) {
            0 | 1 => {
                let number = self.below(9);
                let part = self.pick(&["5", "0", "25", "9", "0000001"]);
                let float = Expr::Float(format!("{number}.{part}"));
                (Expr::Int(u64::from(number)), float)
            }
            2 | 3 => {
                // The values are the same, the names are not.
                let (one, two) = self.pick(&[("a", "b"), ("a", "z"), ("x", "a"), ("a", "a'")]);
                let (value, shared) = (data(self), data(self));
                let mut sets = (vec![(one, value.clone())], vec![(two, value)]);
                if self.chance(50) {
                    sets.0.push(("m", shared.clone()));
                    sets.1.push(("m", shared));
                }
                (Expr::set(sets.0), Expr::set(sets.1))
            }
            4 | 8 => self.near_derivations(),
            5 => self.pick_pair(),
            6 => {
                let value = data(self);
                (value.clone(), value)
            }
            7 => {
                let (value, more) = (data(self), data(self));
                (
                    Expr::List(vec![value.clone()]),
                    Expr::List(vec![value, more]),
                )
            }
            9 | 10 => {
                let beside = data(self);
                let (one, two) = self.near_pair(depth - 1);
                (
                    Expr::List(vec![beside.clone(), one]),
                    Expr::List(vec![beside, two]),
                )
            }
            _ => {
                let beside = data(self);
                let (one, two) = self.near_pair(depth - 1);
                (
                    Expr::set([("a", beside.clone()), ("b", one)]),
                    Expr::set([("a", beside), ("b", two)]),
                )
            }
        }
    }

    /// Two derivations, which are equal if their `outPath` is; or what looks like them.
    fn near_derivations(&mut self) -> (Expr, Expr) {
        if self.on(Feature::Derivation) && self.chance(40) {
            let one = self.small_derivation();
            let two = self.update(one.clone(), Expr::set([("x", Expr::Int(1))]));
            return (one, two);
        }
        let kind = self.pick(&["derivation", "derivation", "derivation", "other"]);
        let path = self.pick(&["a", "a", "b"]);
        let one = [
            ("type", Expr::text("derivation")),
            ("outPath", Expr::text("a")),
            ("x", Expr::Int(1)),
        ];
        let two = [
            ("type", Expr::text(kind)),
            ("outPath", Expr::text(path)),
            ("x", Expr::Int(2)),
        ];
        (Expr::set(one), Expr::set(two))
    }

    fn pick_pair(&mut self) -> (Expr, Expr) {
        let null = self.global("null");
        match self.below(8) {
            0 => (Expr::text("a"), Expr::text("a ")),
            1 => (Expr::Int(1), Expr::text("1")),
            2 => (null, self.boolean(false)),
            3 => (Expr::List(Vec::new()), Expr::set::<&str>([])),
            4 => (null, Expr::text("")),
            5 => {
                let zero = Expr::Float("0.0".to_owned());
                (zero.clone(), Expr::Negate(Box::new(zero)))
            }
            6 => (
                Expr::Int((1 << 53) + 1),
                Expr::Float("9007199254740992.0".to_owned()),
            ),
            _ => (Expr::text("é"), Expr::text("e\u{301}")),
        }
    }
}
