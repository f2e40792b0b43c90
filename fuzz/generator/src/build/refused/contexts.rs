//! Contexts where none may be, and contexts that cannot be put on a string.

use crate::{
    build::Generator,
    config::Release,
    tree::{Binding, Expr, Key, Op, Part},
};

/// A string with a context where only one without is allowed.
pub(in crate::build) fn context(generator: &mut Generator<'_>) -> Expr {
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

const PLAIN: &str = "/nix/store/00000000000000000000000000000000-a";
const WHOLE: &str = "/nix/store/00000000000000000000000000000000-a.drv";

/// A context that is put on a string and refused, or taken from one that has another.
pub(in crate::build) fn forged(generator: &mut Generator<'_>) -> Expr {
    let has_output_dependencies = generator.has_named("addDrvOutputDependencies");
    if has_output_dependencies && generator.chance(30) {
        return misplaced(generator);
    }
    if generator.since(Release::V2_26) && generator.chance(12) {
        // What an output of an output is, is asked, and nothing is there.
        let context = generator.nested_context();
        let text = generator.call("appendContext", [Expr::text("a"), context]);
        let name = generator.pick(&["getContext", "splitVersion"]);
        return generator.call(name, [text]);
    }
    let yes = generator.boolean(true);
    let field = |name: &str, value: Expr| Expr::set([(name, value)]);
    let (path, of) = match generator.below(12) {
        // No path in the store.
        0 => ("x", field("path", yes)),
        1 => ("/nix/store/x", field("path", yes)),
        2 => (
            "/nix/store/e0000000000000000000000000000000-a",
            field("path", yes),
        ),
        3 => (
            "/nix/store/00000000000000000000000000000000-a b",
            field("path", yes),
        ),
        4 => (
            "/nix/store/00000000000000000000000000000000-a/b",
            field("path", yes),
        ),
        // Not of the kind that it says.
        5 => (PLAIN, field("allOutputs", yes)),
        6 => (PLAIN, field("outputs", Expr::List(vec![Expr::text("out")]))),
        // Not said as it has to be.
        7 => (PLAIN, Expr::Int(1)),
        8 => (PLAIN, field("path", Expr::Int(1))),
        9 => (WHOLE, field("outputs", Expr::Int(1))),
        10 => (WHOLE, field("outputs", Expr::List(vec![Expr::Int(1)]))),
        _ => (WHOLE, field("allOutputs", Expr::Int(1))),
    };
    let context = Expr::set([(path, of)]);
    generator.call("appendContext", [Expr::text("a"), context])
}

/// A string whose context is not the one derivation that it has to be.
fn misplaced(generator: &mut Generator<'_>) -> Expr {
    let file = |generator: &mut Generator<'_>, name: &str| {
        generator.call("toFile", [Expr::text(name), Expr::text("")])
    };
    let text = match generator.below(4) {
        0 => Expr::text("a"),
        1 => file(generator, "a"),
        2 => {
            let files = ["a", "b"].map(|name| Part::Hole(file(generator, name)));
            Expr::Str(files.to_vec())
        }
        _ => {
            let derivation = generator.small_derivation();
            Expr::select(derivation, "outPath")
        }
    };
    generator.call("addDrvOutputDependencies", [text])
}
