//! Paths, and the search path.

use super::Generator;
use crate::{
    config::Release,
    swarm::Feature,
    tree::{Expr, Op, Part},
    types::{Place, Type},
};

/// A path that is put together.
pub(super) fn computed(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let Type::Path(place) = wanted else {
        return None;
    };
    let Expr::Path(parts) = generator.path_literal(*place) else {
        return None;
    };
    let [Part::Text(text)] = parts.as_slice() else {
        return None;
    };
    let tail = text.strip_prefix("./")?;
    Some(match generator.below(4) {
        0 => Expr::binary(
            Op::Add,
            Expr::Path(vec![Part::Text("./.".to_owned())]),
            Expr::text(&format!("/{tail}")),
        ),
        1 if generator.since(Release::V2_8) && generator.on(Feature::Interpolation) => {
            let middle = tail.len() / 2;
            if !tail.is_char_boundary(middle) {
                return None;
            }
            let (one, two) = tail.split_at(middle);
            Expr::Path(vec![
                Part::Text(format!("./{one}")),
                Part::Hole(Expr::text(two)),
            ])
        }
        2 => Expr::Path(vec![Part::Text(format!("./x/../{tail}"))]),
        _ => {
            let file = Expr::Path(vec![Part::Text(format!("./{tail}/x"))]);
            generator.call("dirOf", [file])
        }
    })
}

/// A path that is only printed: where the program's folder is, nobody may ask.
pub(super) fn printed(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    if generator.since(Release::V2_8)
        && generator.on(Feature::Interpolation)
        && generator.chance(75)
    {
        let (before, after) =
            generator.pick(&[("~/", ""), ("/", ".x"), ("a/", "/b"), ("./a", "c/d-e")]);
        let mut parts = vec![Part::Text(before.to_owned()), Part::Hole(Expr::text("x"))];
        if !after.is_empty() {
            parts.push(Part::Text(after.to_owned()));
            parts.push(Part::Hole(Expr::text("y")));
        }
        return Some(Expr::Path(parts));
    }
    const PATHS: [&str; 13] = [
        "./.",
        "../.",
        "./a/b",
        "/nowhere/a",
        "/.",
        "./a/../b",
        "a/b.c",
        "~/x",
        "./a_b-c+d.e",
        "1/2",
        "-/a",
        "+/a.",
        "_/.a",
    ];
    let text = generator.pick(&PATHS);
    let path = Expr::Path(vec![Part::Text(text.to_owned())]);
    Some(match generator.below(5) {
        0 => generator.call("toString", [path]),
        1 => Expr::binary(Op::Add, path, Expr::text("/more")),
        2 => generator.call("dirOf", [path]),
        3 => generator.call("typeOf", [path]),
        _ => path,
    })
}

/// What is looked up in a search path of the program's own.
pub(super) fn searched(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let name = generator.pick(&["x", "x/a", "a.b/c-d", "y", ".+_1/-"]);
    Some(match generator.below(4) {
        0 => {
            let function = Expr::lambda("_path", Expr::lambda("_name", Expr::var("_name")));
            Expr::bind("__findFile", function, Expr::Search(name.to_owned()))
        }
        1 if generator.on(Feature::File) => {
            let entry = Expr::set([
                ("prefix", Expr::text("x")),
                ("path", generator.path_literal(Place::Folder)),
            ]);
            Expr::bind(
                "__nixPath",
                Expr::List(vec![entry]),
                Expr::Search("x".to_owned()),
            )
        }
        2 if generator.on(Feature::File) => {
            let entry = Expr::set([
                ("prefix", Expr::text("y")),
                ("path", generator.path_literal(Place::Folder)),
            ]);
            generator.call("findFile", [Expr::List(vec![entry]), Expr::text("y")])
        }
        _ => {
            let tried = generator.call("tryEval", [Expr::Search("no/such-thing".to_owned())]);
            Expr::select(tried, "success")
        }
    })
}
