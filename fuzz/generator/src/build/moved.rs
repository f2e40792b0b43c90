//! Positions of attributes that came to where they are from somewhere else.

use super::Generator;
use crate::{
    config::Release,
    names,
    tree::{Binding, Expr, Formal, Key, Op, Param},
    types::Type,
};

/// Where an attribute was defined.
pub(super) fn position(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let name = names::attribute(generator.choices, false);
    let whole = holder(generator, name);
    Some(generator.call("unsafeGetAttrPos", [Expr::text(name), whole]))
}

fn holder(generator: &mut Generator<'_>, name: &'static str) -> Expr {
    let of = |name: &str, number| Expr::set([(name, Expr::Int(number))]);
    let plain = |bindings| Expr::Set {
        recursive: false,
        bindings,
    };
    let inherits = |from| plain(vec![Binding::Inherit(from, vec![name.to_owned()])]);
    match generator.below(14) {
        0..=2 => Expr::bind(name, Expr::Int(1), inherits(None)),
        3 => inherits(Some(of(name, 1))),
        4..=6 => {
            let above = Expr::set([(name, Expr::Int(2)), ("zz", Expr::Int(3))]);
            Expr::binary(Op::Update, of(name, 1), above)
        }
        7 => {
            let below = Expr::set([(name, Expr::Int(1)), ("zz", Expr::Int(2))]);
            Expr::binary(Op::Update, below, of("zz", 3))
        }
        8 => {
            let whole = Expr::set([(name, Expr::Int(1)), ("zz", Expr::Int(2))]);
            generator.call("removeAttrs", [whole, Expr::List(vec![Expr::text("zz")])])
        }
        9 => {
            let function = Expr::lambda("_", Expr::lambda("_v", Expr::var("_v")));
            generator.call("mapAttrs", [function, of(name, 1)])
        }
        10 => {
            let right = Expr::set([("zz", Expr::Int(2)), (name, Expr::Int(3))]);
            generator.call("intersectAttrs", [of(name, 1), right])
        }
        11 => {
            let pair = Expr::set([("name", Expr::text(name)), ("value", Expr::Int(1))]);
            generator.call("listToAttrs", [Expr::List(vec![pair])])
        }
        12 if generator.since(Release::V2_8) => {
            let default = Formal {
                name: name.to_owned(),
                default: Some(Expr::Int(1)),
            };
            let param = Param::Pattern {
                formals: vec![default],
                ellipsis: true,
                whole: None,
            };
            let function = Expr::Lambda(param, Box::new(Expr::Int(1)));
            generator.call("functionArgs", [function])
        }
        _ => {
            let key = Key::Dynamic(Expr::binary(Op::Add, Expr::text(name), Expr::text("")));
            plain(vec![Binding::Value(vec![key], Expr::Int(1))])
        }
    }
}
