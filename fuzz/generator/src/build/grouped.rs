//! Items that go through a builtin and come out in the order that it gives them.

use super::Generator;
use crate::{
    config::Release,
    tree::{Expr, Key, Op},
    types::Type,
};

/// A list whose items went through groups, or through lists of one.
pub(super) fn regrouped(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let Type::List(..) = wanted else { return None };
    let list = generator.certain(wanted);
    let groups = |whole| {
        let key = vec![Key::Static("k".to_owned())];
        Expr::Select(Box::new(whole), key, Some(Box::new(Expr::List(Vec::new()))))
    };
    let item = || Expr::var("_x");
    Some(match generator.below(9) {
        0..=2 if generator.since(Release::V2_8) => {
            let by = Expr::lambda("_x", Expr::text("k"));
            groups(generator.call("groupBy", [by, list]))
        }
        3..=5 if generator.since(Release::V2_8) => {
            let all = Expr::lambda("_", Expr::lambda("_all", Expr::var("_all")));
            let each = Expr::lambda("_x", Expr::set([("k", item())]));
            let sets = generator.call("map", [each, list]);
            groups(generator.call("zipAttrsWith", [all, sets]))
        }
        6 => {
            let yes = generator.boolean(true);
            let parts = generator.call("partition", [Expr::lambda("_x", yes), list]);
            Expr::select(parts, "right")
        }
        7 => generator.call(
            "concatMap",
            [Expr::lambda("_x", Expr::List(vec![item()])), list],
        ),
        _ => {
            let each = Expr::lambda("_x", Expr::List(vec![item()]));
            let lists = generator.call("map", [each, list]);
            generator.call("concatLists", [lists])
        }
    })
}

/// A set whose attributes went through a builtin that meets each name more than once, or each value.
pub(super) fn rejoined(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let Type::Map(of) = wanted else { return None };
    Some(match generator.below(3) {
        0 => {
            let names = ["a", "b", "a", "c", "b"];
            let mut pairs = Vec::new();
            for name in &names[..3 + generator.below(3) as usize] {
                let value = generator.expr(of);
                pairs.push(Expr::set([("name", Expr::text(name)), ("value", value)]));
            }
            generator.call("listToAttrs", [Expr::List(pairs)])
        }
        1 => {
            let pairs = ["a", "b", "c"].map(|name| (name, generator.expr(of)));
            let left = Expr::set([
                ("a", Expr::Int(1)),
                ("c", Expr::Int(2)),
                ("zz", Expr::Int(3)),
            ]);
            generator.call("intersectAttrs", [left, Expr::set(pairs)])
        }
        _ => {
            let whole = generator.certain(wanted);
            let function = Expr::lambda("_name", Expr::lambda("_value", Expr::var("_value")));
            generator.call("mapAttrs", [function, whole])
        }
    })
}

/// Where the items of a long list are that was sorted by something that many of them have in common.
pub(super) fn sorted(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    match wanted {
        Type::List(item, 0 | 1) if matches!(**item, Type::Int(7..)) => {}
        Type::Opaque => {}
        _ => return None,
    }
    if generator.loops > 0 {
        return None;
    }
    let number = || Expr::var("_i");
    let size = 17 + u64::from(generator.below(44));
    let factor = u64::from(1 + generator.below(60));
    let modulus = generator.pick(&[1u64, 3, 7, 15]);
    let scaled = Expr::binary(Op::Mul, number(), Expr::Int(factor));
    let shifted = Expr::binary(Op::Div, scaled, Expr::Int(1 + factor / 2));
    let key = generator.call("bitAnd", [shifted, Expr::Int(modulus)]);
    let item = Expr::set([("k", key), ("at", number())]);
    let list = generator.call("genList", [Expr::lambda("_i", item), Expr::Int(size)]);
    let of = |name| Expr::select(Expr::var(name), "k");
    let less = if generator.chance(50) {
        Expr::binary(Op::Less, of("_a"), of("_b"))
    } else {
        Expr::binary(Op::More, of("_a"), of("_b"))
    };
    let comparator = Expr::lambda("_a", Expr::lambda("_b", less));
    let sorted = generator.call("sort", [comparator, list]);
    generator.mass += 4 * size as u32;
    let at = Expr::lambda("_x", Expr::select(Expr::var("_x"), "at"));
    Some(generator.call("map", [at, sorted]))
}
