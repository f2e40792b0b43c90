//! What is refused although its kind is right: contexts where none may be, derivations that cannot be
//! made.

use super::Generator;
use crate::{
    config::Release,
    tree::{Binding, Expr, Key, Op, Part},
};

/// A string with a context where only one without is allowed.
pub(super) fn context(generator: &mut Generator<'_>) -> Expr {
    let text = generator.referring();
    let (empty, one) = (Expr::set::<&str>([]), Expr::set([("a", Expr::Int(1))]));
    let path = |text: &str| Expr::Path(vec![Part::Text(text.to_owned())]);
    match generator.below(22) {
        0 => generator.call("catAttrs", [text, Expr::List(Vec::new())]),
        1 => generator.call("hasAttr", [text, empty]),
        2 => generator.call("getAttr", [text, one]),
        3 => {
            let whole = Expr::Set {
                recursive: generator.chance(30),
                bindings: vec![Binding::Value(vec![Key::Dynamic(text)], Expr::Int(1))],
            };
            generator.call("attrNames", [whole])
        }
        4 => Expr::Has(Box::new(empty), vec![Key::Dynamic(text)]),
        5 => Expr::Select(
            Box::new(one),
            vec![Key::Dynamic(text)],
            Some(Box::new(Expr::Int(2))),
        ),
        6 => generator.call("removeAttrs", [one, Expr::List(vec![text])]),
        7 => {
            let pair = Expr::set([("name", text), ("value", Expr::Int(1))]);
            generator.call("listToAttrs", [Expr::List(vec![pair])])
        }
        8 => generator.call("splitVersion", [text]),
        9 => generator.call("parseDrvName", [text]),
        10 => generator.call("compareVersions", [Expr::text("1"), text]),
        11 => generator.call("match", [text, Expr::text("a")]),
        12 => generator.call("split", [text, Expr::text("a")]),
        13 => {
            let document = Expr::binary(Op::Add, Expr::text("a = 1 #"), text);
            generator.call("fromTOML", [document])
        }
        14 => generator.call("toFile", [text, Expr::text("")]),
        15 => generator.call("placeholder", [text]),
        16 => generator.call("hashString", [text, Expr::text("")]),
        17 => generator.call("unsafeGetAttrPos", [text, empty]),
        18 if generator.since(Release::V2_8) => {
            let list = Expr::List(vec![Expr::Int(1)]);
            generator.call("groupBy", [Expr::lambda("_", text), list])
        }
        19 => {
            let tail = Expr::Str(vec![Part::Text("/".to_owned()), Part::Hole(text)]);
            Expr::binary(Op::Add, path("./."), tail)
        }
        _ => Expr::binary(Op::Add, path("./a"), text),
    }
}

/// A derivation that cannot be made.
pub(super) fn derivation(generator: &mut Generator<'_>) -> Expr {
    let texts = |texts: &[&str]| Expr::List(texts.iter().map(|text| Expr::text(text)).collect());
    let name = generator.store_name();
    let mut fields = vec![
        ("name", Expr::text(&name)),
        ("system", Expr::text("s")),
        ("builder", Expr::text("b")),
    ];
    const ZEROS: &str = "0000000000000000000000000000000000000000000000000000";
    match generator.below(17) {
        0..=3 => {
            let outputs =
                generator.pick(&[&["out", "out"][..], &["out", "dev", "out"], &["a", "a"]]);
            fields.push(("outputs", texts(outputs)));
        }
        4..=7 => {
            // The derivations that it needs, all of them, are read from a store that does not hold them.
            let text = generator.referring();
            let mut inner = fields.clone();
            inner.push(("x", text));
            let needed = generator.call("derivation", [Expr::set(inner)]);
            fields.push(("y", Expr::select(needed, "drvPath")));
        }
        8 => {
            let long = "a".repeat(212);
            let names = ["a b", "a.drv", "", "a/b", "é", &long];
            fields[0].1 = Expr::text(names[generator.below(6) as usize]);
        }
        9 => fields[0].1 = generator.referring(),
        10 | 16 => {
            let at = generator.below(2) as usize + 1;
            fields[at].1 = Expr::text("");
        }
        11 => {
            let at = generator.below(3) as usize;
            fields.remove(at);
        }
        12 => {
            let hash = generator.pick(&["abc", "sha256-", "sha1:00"]);
            fields.push(("outputHash", Expr::text(hash)));
            fields.push(("outputHashAlgo", Expr::text("sha256")));
        }
        13 => {
            fields.push(("outputHash", Expr::text(ZEROS)));
            fields.push(("outputHashAlgo", Expr::text("sha256")));
            if generator.chance(50) {
                fields.push(("outputs", texts(&["out", "dev"])));
            } else {
                fields.push(("outputHashMode", Expr::text("bad")));
            }
        }
        14 => {
            let text = generator.pick(&["1", "{", "[ ]", "{ \"a\": nul }"]);
            fields.push(("__json", Expr::text(text)));
        }
        _ => {
            let odd = if generator.chance(50) {
                Expr::lambda("_", Expr::Int(1))
            } else {
                Expr::set([("a", Expr::Int(1))])
            };
            fields.push(("x", odd));
        }
    }
    let made = generator.call("derivation", [Expr::set(fields)]);
    let part = generator.pick(&["drvPath", "outPath"]);
    Expr::select(made, part)
}
