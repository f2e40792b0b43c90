//! Sources: what is copied to the store under another name, without some of its files, or only if it is
//! what a hash says.

use super::Generator;
use crate::{
    config::Release,
    swarm::Feature,
    tree::{Expr, Op, Part},
    types::{Place, Type},
};

/// Archives of what `text_file` and `folder` put beside a program, hashed by SHA-256; a test holds them
/// against the evaluator.
pub(super) const ARCHIVES: [(&str, &str); 4] = [
    (
        "./a.txt",
        "e47a3cc13cb8ec370c8e9bb92732307f512a1485aba765245fddc992fa4c23a7",
    ),
    (
        "./b.txt",
        "77ac62e2629d8e45f624589c0c8bf99e24b3a722349bf1e79bc186008534e246",
    ),
    (
        "./dir/a",
        "53f74766c52b52c79df7e8978071fd2b485315f11ca607693d7285d1b1e984b1",
    ),
    (
        "./dir/sub",
        "3867f853285429613ce538f341785889438d0be6e7ca2db84df66d3589ba6ad3",
    ),
];

/// A copy, or what it is a copy of.
pub(super) fn sources(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    Some(match generator.below(10) {
        0 | 1 => {
            let folder = generator.source(Place::Folder);
            let filter = generator.filter();
            generator.call("filterSource", [filter, folder])
        }
        2 | 3 => flat(generator),
        4 | 5 => archived(generator),
        6 => {
            let folder = generator.path_literal(Place::Folder);
            generator.call("readDir", [folder])
        }
        _ => {
            let place = generator.pick(&[Place::File, Place::Folder, Place::Folder]);
            let mut fields = vec![("path", generator.source(place))];
            if generator.chance(50) {
                fields.push(("name", Expr::text(&generator.store_name())));
            }
            if generator.chance(70) {
                fields.push(("filter", generator.filter()));
            }
            if generator.chance(30) {
                fields.push(("recursive", generator.boolean(true)));
            }
            copy(generator, fields)
        }
    })
}

/// A file that is copied as it is; its hash the program computes itself.
fn flat(generator: &mut Generator<'_>) -> Expr {
    let file = generator.path_literal(Place::File);
    let mut fields = vec![("recursive", generator.boolean(false))];
    if generator.chance(60) {
        let algorithm = Expr::text("sha256");
        let hash = generator.call("hashFile", [algorithm, file.clone()]);
        let hash = match generator.below(3) {
            0 => Expr::binary(Op::Add, Expr::text("sha256:"), hash),
            1 if generator.since(Release::V2_26) => {
                let format = generator.pick(&["sri", "nix32", "base64"]);
                let fields = [
                    ("hash", hash),
                    ("hashAlgo", Expr::text("sha256")),
                    ("toHashFormat", Expr::text(format)),
                ];
                generator.call("convertHash", [Expr::set(fields)])
            }
            _ => hash,
        };
        fields.push(("sha256", hash));
    }
    if generator.chance(50) {
        fields.push(("name", Expr::text(&generator.store_name())));
    }
    if generator.chance(20) {
        // Nothing asks it: there is one file.
        fields.push(("filter", generator.filter()));
    }
    fields.push(("path", file));
    copy(generator, fields)
}

/// A file or a folder whose archive is known.
fn archived(generator: &mut Generator<'_>) -> Expr {
    generator.file("a.txt", b"some text\n");
    generator.file("b.txt", b"");
    generator.file("dir/a", "é $x ${y}\r\n".as_bytes());
    generator.file("dir/sub/b", b"b");
    let (path, hash) = generator.pick(&ARCHIVES);
    let path = Expr::Path(vec![Part::Text(path.to_owned())]);
    let hash = match generator.below(3) {
        0 => Expr::text(&format!("sha256:{hash}")),
        _ => Expr::text(hash),
    };
    let mut fields = vec![("path", path), ("sha256", hash)];
    if generator.chance(50) {
        fields.push(("name", Expr::text(&generator.store_name())));
    }
    if generator.chance(30) {
        let yes = generator.boolean(true);
        fields.push(("filter", Expr::lambda("_", Expr::lambda("_", yes))));
    }
    copy(generator, fields)
}

fn copy(generator: &mut Generator<'_>, fields: Vec<(&'static str, Expr)>) -> Expr {
    generator.mass += 60;
    let fields = generator.shuffled(fields);
    generator.call("path", [Expr::set(fields)])
}

impl Generator<'_> {
    /// What is to be copied: a path, or what becomes one. Of where it is only its last part is seen.
    fn source(&mut self, place: Place) -> Expr {
        let path = self.path_literal(place);
        match self.below(8) {
            0 => Expr::set([("outPath", path)]),
            1 => self.call("toString", [path]),
            2 if place == Place::Folder => Expr::binary(Op::Add, path, Expr::text("/")),
            3 if place == Place::Folder => Expr::binary(Op::Add, path, Expr::text("/sub/..")),
            _ => path,
        }
    }

    /// Which files are taken.
    fn filter(&mut self) -> Expr {
        let kind = || Expr::var("_type");
        let body = match self.below(9) {
            0 => self.boolean(true),
            1 => Expr::binary(Op::NotEqual, kind(), Expr::text("directory")),
            2 => {
                let base = self.call("baseNameOf", [Expr::var("_path")]);
                Expr::binary(Op::Equal, base, Expr::text("a"))
            }
            3 => {
                let kinds = ["regular", "directory", "symlink"];
                let kinds = kinds.map(Expr::text).to_vec();
                self.call("elem", [kind(), Expr::List(kinds)])
            }
            4 if self.on(Feature::Regex) => {
                let found = self.call("match", [Expr::text(".*/(a|b)"), Expr::var("_path")]);
                let null = self.global("null");
                Expr::binary(Op::NotEqual, found, null)
            }
            5 if self.on(Feature::Trace) => {
                let base = self.call("baseNameOf", [Expr::var("_path")]);
                let yes = self.boolean(true);
                self.call("trace", [base, yes])
            }
            // The first letter of a path is a slash, which comes before all letters.
            6 => return self.builtin("lessThan"),
            _ => self.boolean(false),
        };
        let function = Expr::lambda("_path", Expr::lambda("_type", body));
        match self.below(8) {
            0 if self.on(Feature::Functor) => {
                Expr::set([("__functor", Expr::lambda("_me", function))])
            }
            _ => function,
        }
    }
}
