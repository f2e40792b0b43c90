//! What can only be printed: positions, cycles, builtins.

use super::Generator;
use crate::{
    builtins::{How, TABLE},
    tree::{Binding, Expr, Op},
    types::{self, Type},
};

pub(super) fn of_a_type(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let depth = if generator.tired() { 0 } else { 3 };
    let of = match generator.below(4) {
        0 => Type::list(Type::Opaque),
        1 => Type::set([
            (generator.attribute(), Type::Opaque),
            ("zz".to_owned(), Type::Opaque),
        ]),
        _ => types::random(generator.choices, depth, false),
    };
    Some(generator.certain(&of))
}

pub(super) fn position(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let name = generator.attribute();
    Some(match generator.below(4) {
        0 => Expr::CurPos,
        1 => {
            let part = generator.pick(&["line", "column"]);
            Expr::select(Expr::CurPos, part)
        }
        2 => {
            let of = Type::set([(name.as_str(), Type::Null)]);
            let whole = generator.expr(&of);
            generator.call("unsafeGetAttrPos", [Expr::text(&name), whole])
        }
        _ => {
            let of = generator.random(false);
            let whole = generator.expr(&Type::map(of));
            generator.call("unsafeGetAttrPos", [Expr::text(&name), whole])
        }
    })
}

/// A value that contains itself.
pub(super) fn cycle(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let of = generator.random(true);
    let beside = generator.without_variables(|generator| generator.leaf(&of));
    let me = || Expr::var("_s");
    let value = match generator.below(5) {
        0 => Expr::set([("a", me()), ("b", beside)]),
        1 => Expr::List(vec![beside, me()]),
        2 => Expr::set([("a", Expr::set([("b", me())])), ("c", beside)]),
        3 => Expr::List(vec![Expr::List(vec![me()]), Expr::set([("x", me())])]),
        _ => {
            let bindings = vec![
                Binding::named("_s", Expr::set([("a", Expr::var("_t"))])),
                Binding::named("_t", Expr::set([("b", me()), ("c", beside)])),
            ];
            return Some(Expr::Let(
                bindings,
                Box::new(Expr::List(vec![me(), Expr::var("_t")])),
            ));
        }
    };
    let body = match generator.below(6) {
        0 => Expr::binary(Op::Equal, me(), me()),
        1 => {
            let result = generator.boolean(true);
            generator.call("deepSeq", [me(), result])
        }
        2 => Expr::List(vec![me(), me()]),
        3 => {
            let kind = generator.call("typeOf", [me()]);
            Expr::List(vec![kind, me()])
        }
        4 => Expr::set([("outer", me())]),
        _ => me(),
    };
    Some(Expr::bind("_s", value, body))
}

/// A set or a list in several places, as it is and as builtins give it back: which of them are one,
/// releases tell in different ways.
pub(super) fn repeated(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let of = generator.random(true);
    if generator.chance(30) {
        let value = generator.leaf(&of);
        let whole = match generator.below(3) {
            0 => Expr::set::<&str>([]),
            1 => Expr::List(Vec::new()),
            _ => Expr::set([("a", value)]),
        };
        let places = vec![Expr::var("_l"), Expr::set([("b", Expr::var("_l"))])];
        return Some(Expr::bind("_l", whole, Expr::List(places)));
    }
    let size = 1 + generator.below(4);
    let items = (0..size).map(|_| generator.without_variables(|generator| generator.leaf(&of)));
    let list = Expr::List(items.collect());
    let me = || Expr::var("_l");
    let mut places = vec![me()];
    for _ in 0..=generator.below(2) {
        let empty = Expr::List(Vec::new());
        places.push(match generator.below(7) {
            0..=2 => Expr::binary(Op::Concat, me(), empty),
            3 => Expr::binary(Op::Concat, empty, me()),
            4 => generator.call("concatLists", [Expr::List(vec![me(), empty])]),
            5 => generator.call("map", [Expr::lambda("_x", Expr::var("_x")), me()]),
            _ => me(),
        });
    }
    Some(Expr::bind("_l", list, Expr::List(places)))
}

pub(super) fn point(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    Some(generator.point())
}

impl Generator<'_> {
    /// A builtin, or a call that lacks arguments, as a value.
    pub(super) fn point(&mut self) -> Expr {
        let usable: Vec<_> = (TABLE.iter())
            .filter(|builtin| self.has_builtin(builtin) && !matches!(builtin.how, How::Constant(_)))
            .collect();
        let at = self.below(usable.len() as u32) as usize;
        let builtin = usable[at];
        let function = self.builtin(builtin.name);
        if builtin.takes.len() > 1 && self.chance(50) {
            let of = self.random(false);
            let first = self.leaf(&of);
            return Expr::call(function, [first]);
        }
        function
    }
}
