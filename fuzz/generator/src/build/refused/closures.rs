//! Closures that do not come to their end: without a key, with keys that have no order, over what is no
//! list.

use crate::{build::Generator, tree::Expr};

/// A closure that fails.
pub(in crate::build) fn closure(generator: &mut Generator<'_>) -> Expr {
    let item = |key: Expr| Expr::set([("key", key)]);
    let to = |body: Expr| Expr::lambda("_item", body);
    let none = || Expr::List(Vec::new());
    let one = || Expr::List(vec![item(Expr::Int(1))]);
    let (start, operator) = match generator.below(14) {
        0 => (None, Some(to(none()))),
        1 => (Some(one()), None),
        2 => (Some(Expr::Int(1)), Some(to(none()))),
        3 => (Some(Expr::List(vec![Expr::Int(1)])), Some(to(none()))),
        4 => {
            let empty = Expr::set::<&str>([]);
            (Some(Expr::List(vec![empty])), Some(to(none())))
        }
        5 => (Some(one()), Some(Expr::Int(5))),
        6 => (Some(one()), Some(to(Expr::Int(1)))),
        7 => {
            let next = Expr::List(vec![Expr::Int(1)]);
            (Some(one()), Some(to(next)))
        }
        8 => {
            let next = Expr::List(vec![Expr::set([("a", Expr::Int(1))])]);
            (Some(one()), Some(to(next)))
        }
        9 => {
            let next = Expr::List(vec![item(Expr::text("a"))]);
            (Some(one()), Some(to(next)))
        }
        10 => {
            let thrown = generator.call("throw", [Expr::text("key")]);
            let start = vec![item(Expr::Int(1)), item(thrown)];
            (Some(Expr::List(start)), Some(to(none())))
        }
        11 => {
            let thrown = generator.call("throw", [Expr::text("operator")]);
            (Some(one()), Some(to(thrown)))
        }
        _ => {
            // Keys that cannot be compared, with each other or at all, beside those that can.
            let (one, two) = match generator.below(5) {
                0 => (generator.boolean(true), generator.boolean(false)),
                1 => (Expr::set::<&str>([]), Expr::set::<&str>([])),
                2 => (generator.global("null"), Expr::Int(1)),
                3 => (Expr::text("a"), Expr::Int(1)),
                _ => {
                    let [one, two] = [generator.global("null"), Expr::Int(2)]
                        .map(|last| Expr::List(vec![Expr::Int(1), last]));
                    (one, two)
                }
            };
            let mut start = vec![item(one), item(two)];
            if generator.chance(40) {
                start.push(item(Expr::Int(3)));
            }
            (Some(Expr::List(start)), Some(to(none())))
        }
    };
    let fields = [("startSet", start), ("operator", operator)];
    let fields = fields
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    generator.call("genericClosure", [Expr::set(fields)])
}
