//! Lists.

use super::Generator;
use crate::{
    swarm::Feature,
    tree::{Expr, Key, Op},
    types::{Str, Type},
};

fn item_of(wanted: &Type) -> Option<(&Type, u8)> {
    match wanted {
        Type::List(item, least) => Some((item, *least)),
        _ => None,
    }
}

pub(super) fn literal(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let (item, least) = item_of(wanted)?;
    let size = match generator.below(8) {
        0 => u32::from(least),
        1..=3 => u32::from(least.max(1)),
        _ => u32::from(least.max(1)) + generator.below(4),
    };
    Some(Expr::List(
        (0..size).map(|_| generator.expr(item)).collect(),
    ))
}

pub(super) fn joined(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let (item, _) = item_of(wanted)?;
    let other = Type::list(item.clone());
    let (one, two) = if generator.chance(50) {
        (wanted, &other)
    } else {
        (&other, wanted)
    };
    let (one, two) = (generator.certain(one), generator.certain(two));
    Some(Expr::binary(Op::Concat, one, two))
}

/// An item of a list that is long enough.
pub(super) fn element(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let at = generator.below(3);
    let list = if generator.chance(60) {
        let items = (0..=at + generator.below(2)).map(|_| generator.expr(wanted));
        Expr::List(items.collect())
    } else {
        let list = Type::List(Box::new(wanted.clone()), at as u8 + 1);
        generator.certain(&list)
    };
    Some(generator.call("elemAt", [list, Expr::Int(u64::from(at))]))
}

pub(super) fn sorted(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let (item, _) = item_of(wanted)?;
    let (a, b) = ("_a", "_b");
    let compare = |op, one: Expr, two: Expr| Expr::binary(op, one, two);
    let inconsistent = generator.config.inconsistent_sort && generator.chance(30);
    let body = match item {
        Type::Int(_) | Type::Str(_) if inconsistent => {
            compare(Op::LessEqual, Expr::var(b), Expr::var(a))
        }
        // One of them may be no number: what is compared with that is neither less nor more.
        Type::Float if !generator.config.inconsistent_sort => return None,
        Type::Int(_) | Type::Str(_) if generator.chance(40) => {
            let list = generator.certain(wanted);
            let function = generator.builtin("lessThan");
            return Some(generator.call("sort", [function, list]));
        }
        Type::Int(_) | Type::Float | Type::Str(_) => {
            let op = generator.pick(&[Op::Less, Op::More]);
            compare(op, Expr::var(a), Expr::var(b))
        }
        Type::Set(fields) => {
            let orders = |of: &Type| matches!(of, Type::Int(_) | Type::Str(Str::Plain | Str::Name));
            let (name, _) = fields.iter().find(|(_, of)| orders(of))?;
            let key = |whole: &str| {
                Expr::Select(
                    Box::new(Expr::var(whole)),
                    vec![Key::Static(name.clone())],
                    None,
                )
            };
            compare(Op::Less, key(a), key(b))
        }
        Type::Bool => Expr::binary(Op::And, Expr::Not(Box::new(Expr::var(a))), Expr::var(b)),
        // Nothing is less than anything: they stay as they are.
        _ => generator.boolean(false),
    };
    let list = generator.certain(wanted);
    let comparator = Expr::lambda(a, Expr::lambda(b, body));
    let comparator = if generator.on(Feature::Functor) && generator.chance(15) {
        Expr::set([("__functor", Expr::lambda("_", comparator))])
    } else {
        comparator
    };
    Some(generator.call("sort", [comparator, list]))
}

/// A list of many items, long enough that algorithms change their ways.
pub(super) fn long(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let (item, least) = item_of(wanted)?;
    if generator.loops > 0 || least > 1 {
        return None;
    }
    let number = || Expr::var("_i");
    let size = 1 + u64::from(generator.below(40));
    let factor = u64::from(1 + generator.below(60));
    let modulus = generator.pick(&[1u64, 3, 7, 15, 63]);
    let scaled = Expr::binary(Op::Mul, number(), Expr::Int(factor));
    let mixed = generator.call("bitAnd", [scaled, Expr::Int(modulus)]);
    let body = match item {
        Type::Int(6..) => mixed,
        Type::Float => Expr::binary(Op::Mul, mixed, Expr::Float("0.5".to_owned())),
        Type::Str(_) => generator.call("toString", [mixed]),
        Type::Bool => Expr::binary(Op::Less, mixed, Expr::Int(modulus / 2)),
        Type::Set(fields) => {
            let [(name, Type::Int(6..))] = fields.as_slice() else {
                return None;
            };
            Expr::set([(name.as_str(), mixed), ("_at", number())])
        }
        _ => return None,
    };
    let function = Expr::lambda("_i", body);
    generator.mass += 4 * size as u32;
    Some(generator.call("genList", [function, Expr::Int(size)]))
}
