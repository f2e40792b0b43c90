//! Trees that are in the store already, with links and executables in them, and what copies them or parts of them.

use super::{
    Generator,
    archives::{Archive, GOOD},
    sources::ARCHIVES,
};
use crate::tree::{Expr, Op, Part};

/// What is made of a tree, which is a string.
type Use = fn(&mut Generator<'_>, Expr) -> Expr;

const PARTS: [&str; 7] = ["/a", "/run", "/link", "/sub", "/sub/b.nix", "", "/sub/.."];

const USES: [Use; 12] = [
    |generator, tree| {
        let part = generator.pick(&PARTS);
        let path = within(tree, part);
        generator.call(
            "path",
            [Expr::set([("path", path), ("name", Expr::text("n"))])],
        )
    },
    |generator, tree| {
        let part = generator.pick(&["/a", "/run", "/sub/b.nix", "/link"]);
        let fields = [
            ("path", within(tree, part)),
            ("recursive", generator.boolean(false)),
            ("name", Expr::text("f")),
        ];
        generator.call("path", [Expr::set(fields)])
    },
    |generator, tree| {
        let kind = generator.pick(&["symlink", "regular", "directory"]);
        let body = Expr::binary(Op::NotEqual, Expr::var("_type"), Expr::text(kind));
        let filter = Expr::lambda("_path", Expr::lambda("_type", body));
        let part = generator.pick(&["", "/sub", "/", "/link"]);
        generator.call("filterSource", [filter, within(tree, part)])
    },
    |generator, tree| {
        // No trace: where trees are not to be had, a release would not come to it.
        let base = generator.call("baseNameOf", [Expr::var("_path")]);
        let names = ["a", "link", "sub", "b.nix"].map(Expr::text).to_vec();
        let body = generator.call("elem", [base, Expr::List(names)]);
        let filter = Expr::lambda("_path", Expr::lambda("_type", body));
        let fields = [
            ("path", tree),
            ("filter", filter),
            ("name", Expr::text("n")),
        ];
        generator.call("path", [Expr::set(fields)])
    },
    |generator, tree| {
        let part = generator.pick(&["", "/a", "/sub", "/sub/b.nix", "/sub/..", "/"]);
        generator.call("storePath", [within(tree, part)])
    },
    |generator, tree| generator.call("storePath", [within(tree, "/link")]),
    |generator, tree| {
        let part = generator.pick(&["", "/sub", "/sub/"]);
        let read = generator.call("readDir", [within(tree, part)]);
        generator.call("toJSON", [read])
    },
    |generator, tree| {
        let part = generator.pick(&["/a", "/run", "/link", "/sub/../a"]);
        generator.call("readFile", [within(tree, part)])
    },
    |generator, tree| {
        let part = generator.pick(&["/link", "/sub/b.nix"]);
        let read = generator.call("import", [within(tree, part)]);
        generator.call("toJSON", [read])
    },
    |generator, tree| {
        let part = generator.pick(&["/link", "/link/", "/nothing", "/sub/", "/a/"]);
        let found = generator.call("pathExists", [within(tree, part)]);
        generator.call("toJSON", [found])
    },
    |generator, tree| {
        let name = if generator.has_named("readFileType") {
            "readFileType"
        } else {
            "readFile"
        };
        let part = generator.pick(&["/a", "/link"]);
        generator.call(name, [within(tree, part)])
    },
    |generator, tree| {
        let part = generator.pick(&["/a", "/link", "/run"]);
        let algorithm = Expr::text(generator.pick(&["sha1", "sha256"]));
        generator.call("hashFile", [algorithm, within(tree, part)])
    },
];

/// Paths that `storePath` does not take.
const FOREIGN: [&str; 12] = [
    "/",
    "/nix",
    "/nix/store",
    "/nix/store/",
    "/nix/store/x",
    "/nix/store/x/y",
    "/nix/store/e0000000000000000000000000000000-g",
    "/nix/store/00000000000000000000000000000000-a b",
    "/nix/store/00000000000000000000000000000000-",
    "/nix/store/00000000000000000000000000000000-g/sub",
    "/nix/store/../store/00000000000000000000000000000000-g",
    "/nix/store/00000000000000000000000000000000-.",
];

/// A string made of a tree in the store.
pub(super) fn used(generator: &mut Generator<'_>) -> Expr {
    let tree = tree(generator);
    let mut parts = Vec::new();
    for _ in 0..3 {
        let make = generator.pick(&USES);
        parts.push(Part::Hole(make(generator, Expr::var("_tree"))));
    }
    Expr::bind("_tree", tree, Expr::Str(parts))
}

/// A tree that cannot be copied so, or is none.
pub(super) fn misused(generator: &mut Generator<'_>) -> Expr {
    if generator.chance(50) {
        let path = generator.pick(&FOREIGN);
        return generator.call("storePath", [Expr::text(path)]);
    }
    let tree = tree(generator);
    let fields = match generator.below(5) {
        0 => vec![("path", within(tree, "/nothing"))],
        1 => vec![
            ("path", within(tree, "/sub")),
            ("recursive", generator.boolean(false)),
        ],
        2 => vec![
            ("path", within(tree, "/link")),
            ("sha256", Expr::text(&"0".repeat(64))),
        ],
        3 => vec![("path", within(tree, "/a/b"))],
        _ => {
            let thrown = generator.call("throw", [Expr::var("_type")]);
            let filter = Expr::lambda("_path", Expr::lambda("_type", thrown));
            vec![("path", tree), ("filter", filter)]
        }
    };
    generator.call("path", [Expr::set(fields)])
}

/// A tree as a string. 2.3 has nothing here to unpack archives with.
fn tree(generator: &mut Generator<'_>) -> Expr {
    if generator.chance(40) {
        for (name, content) in [
            ("a", "some text\n"),
            ("run", "#!/bin/sh\n"),
            ("link", "1 + 1\n"),
            ("sub/b.nix", "1 + 1\n"),
        ] {
            generator.file(&format!("tree/{name}"), content.as_bytes());
        }
        let folder = Expr::Path(vec![Part::Text("./tree".to_owned())]);
        return generator.call("path", [Expr::set([("path", folder)])]);
    }
    let archive: &Archive = &GOOD[generator.below(2) as usize];
    let place = generator.archive(archive);
    let url = generator.address("file://", place);
    let fetched = generator.call("fetchTarball", [url]);
    Expr::Str(vec![Part::Hole(fetched)])
}

fn within(tree: Expr, part: &str) -> Expr {
    if part.is_empty() {
        return tree;
    }
    Expr::Str(vec![Part::Hole(tree), Part::Text(part.to_owned())])
}

/// A file that is copied by its hash, and once more from where nothing has to be any longer.
pub(super) fn copied_again(generator: &mut Generator<'_>) -> Expr {
    generator.file("a.txt", b"some text\n");
    let (_, hash) = ARCHIVES[0];
    let copy = |generator: &mut Generator<'_>, place: &str| {
        let path = Expr::Path(vec![Part::Text(place.to_owned())]);
        let fields = [
            ("path", path),
            ("name", Expr::text("again")),
            ("sha256", Expr::text(hash)),
        ];
        generator.call("path", [Expr::set(fields)])
    };
    let first = copy(generator, "./a.txt");
    let place = generator.pick(&["./a.txt", "./nothing"]);
    let second = copy(generator, place);
    Expr::Str(vec![Part::Hole(first), Part::Hole(second)])
}
