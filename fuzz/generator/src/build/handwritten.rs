//! Derivations that a program writes itself, and what asks them for something: a store reads what it takes in as
//! somebody else may have written it.

use super::Generator;
use crate::{
    grammar::aterm::{self, TERMS, Term},
    tree::{Binding, Expr, Key, Part},
};

/// What is made of the file of a derivation.
type Use = fn(&mut Generator<'_>, Expr) -> Expr;

/// Strings that a file of a derivation is good for.
const USES: [Use; 16] = [
    |generator, file| output(generator, file, "outPath"),
    |generator, file| {
        let name = generator.pick(&["drvPath", "name", "outputName", "type"]);
        output(generator, file, name)
    },
    |generator, file| {
        let read = generator.call("import", [file]);
        let names = generator.call("attrNames", [read]);
        generator.call("toJSON", [names])
    },
    |generator, file| {
        let out = Expr::List(vec![Expr::text("out")]);
        referring(generator, file, "outputs", out)
    },
    |generator, file| {
        let yes = generator.boolean(true);
        let what = generator.pick(&["allOutputs", "path"]);
        referring(generator, file, what, yes)
    },
    |generator, file| {
        if has(generator, "addDrvOutputDependencies") {
            return generator.call("addDrvOutputDependencies", [file]);
        }
        generator.call("storePath", [file])
    },
    |generator, file| output_of(generator, file, 1),
    |generator, file| {
        let times = 2 + generator.below(2);
        output_of(generator, file, times)
    },
    |generator, file| generator.call("readFile", [file]),
    |generator, file| {
        let inner = Expr::set([
            ("name", Expr::text("y")),
            ("system", Expr::text("s")),
            ("builder", Expr::text("b")),
            ("x", output(generator, file, "outPath")),
        ]);
        let made = generator.call("derivation", [inner]);
        Expr::select(made, "outPath")
    },
    |generator, file| {
        let name = generator.pick(&["outPath", "drvPath"]);
        let path = output(generator, file, name);
        let context = generator.call("getContext", [path]);
        generator.call("toJSON", [context])
    },
    |generator, file| {
        let path = output(generator, file, "drvPath");
        generator.call("unsafeDiscardOutputDependency", [path])
    },
    |generator, file| generator.call("toFile", [Expr::text("y"), file]),
    |generator, file| {
        let path = output(generator, file, "drvPath");
        if has(generator, "addDrvOutputDependencies") {
            return generator.call("addDrvOutputDependencies", [path]);
        }
        path
    },
    |generator, file| {
        let nested = output_of(generator, file, 2);
        generator.call("unsafeDiscardOutputDependency", [nested])
    },
    |generator, file| {
        if !generator.wishes("ca-derivations") || !has(generator, "outputOf") {
            return output(generator, file, "name");
        }
        // A derivation that makes one.
        let fields = [
            ("name", Expr::text("z.drv")),
            ("system", Expr::text("s")),
            ("builder", file),
            ("__contentAddressed", generator.boolean(true)),
            ("outputHashMode", Expr::text("text")),
            ("outputHashAlgo", Expr::text("sha256")),
        ];
        let made = generator.call("derivation", [Expr::set(fields)]);
        let path = Expr::select(made, "outPath");
        generator.call("outputOf", [path, Expr::text("out")])
    },
];

/// Names that begin as those of no store object may.
const DOTTED: [&str; 3] = [
    "/nix/store/00000000000000000000000000000000-.-a",
    "/nix/store/00000000000000000000000000000000-..-a",
    "/nix/store/00000000000000000000000000000000-.a",
];

/// What would have to build an output, or wants one that is not there.
const MISUSES: [Use; 22] = [
    |generator, file| read_output(generator, file, "readFile"),
    |generator, file| read_output(generator, file, "import"),
    |generator, file| read_output(generator, file, "readDir"),
    |generator, file| read_output(generator, file, "pathExists"),
    |generator, file| {
        let path = output(generator, file, "outPath");
        generator.call("hashFile", [Expr::text("sha256"), path])
    },
    |generator, file| {
        let path = output(generator, file, "outPath");
        generator.call("scopedImport", [Expr::set::<&str>([]), path])
    },
    |generator, file| {
        let path = output(generator, file, "outPath");
        generator.call("path", [Expr::set([("path", path)])])
    },
    |generator, file| {
        let path = output(generator, file, "outPath");
        let yes = generator.boolean(true);
        let filter = Expr::lambda("_", Expr::lambda("_", yes));
        generator.call("filterSource", [filter, path])
    },
    |generator, file| {
        let path = output(generator, file, "outPath");
        let entry = Expr::set([("prefix", Expr::text("a")), ("path", path)]);
        generator.call("findFile", [Expr::List(vec![entry]), Expr::text("a")])
    },
    |generator, file| {
        let path = output(generator, file, "outPath");
        generator.call("toFile", [Expr::text("y"), path])
    },
    |generator, file| {
        let nothing = Expr::List(vec![Expr::text("nothing")]);
        referring(generator, file, "outputs", nothing)
    },
    |generator, file| {
        if !has(generator, "outputOf") {
            return read_output(generator, file, "readFile");
        }
        generator.call("outputOf", [file, Expr::text("nothing")])
    },
    |generator, file| {
        if !has(generator, "addDrvOutputDependencies") {
            return read_output(generator, file, "import");
        }
        let path = output(generator, file, "outPath");
        generator.call("addDrvOutputDependencies", [path])
    },
    // Where there is no such builtin, that is what is wrong.
    |generator, file| {
        let nested = nested(generator, file);
        generator.call("addDrvOutputDependencies", [nested])
    },
    |generator, _| of_output(generator, Expr::text("x")),
    |generator, file| {
        let path = output(generator, file, "drvPath");
        of_output(generator, path)
    },
    |generator, file| {
        let path = output(generator, file, "outPath");
        of_output(generator, Expr::Str(vec![Part::Hole(path), more()]))
    },
    |generator, file| of_output(generator, Expr::Str(vec![Part::Hole(file), more()])),
    |generator, file| {
        let other = generator.call("toFile", [Expr::text("y"), Expr::text("")]);
        of_output(
            generator,
            Expr::Str(vec![Part::Hole(file), Part::Hole(other)]),
        )
    },
    |generator, file| {
        let nested = nested(generator, file);
        of_output(generator, Expr::Str(vec![Part::Hole(nested), more()]))
    },
    |generator, file| {
        let nested = nested(generator, file);
        let name = generator.pick(&["readFile", "splitVersion"]);
        generator.call(name, [nested])
    },
    |generator, _| {
        let path = generator.pick(&DOTTED);
        let yes = generator.boolean(true);
        let context = Expr::set([(path, Expr::set([("path", yes)]))]);
        generator.call("appendContext", [Expr::text("x"), context])
    },
];

fn more() -> Part {
    Part::Text("x".to_owned())
}

fn of_output(generator: &mut Generator<'_>, reference: Expr) -> Expr {
    generator.call("outputOf", [reference, Expr::text("out")])
}

/// An output of an output of a derivation.
fn nested(generator: &mut Generator<'_>, file: Expr) -> Expr {
    let first = generator.call("outputOf", [file, Expr::text("out")]);
    generator.call("outputOf", [first, Expr::text("a")])
}

/// A string that is made of derivations which the program writes.
pub(super) fn written(generator: &mut Generator<'_>) -> Expr {
    let count = 1 + generator.below(3);
    let mut parts = Vec::new();
    for _ in 0..count {
        let file = accepted(generator);
        let mut uses = Vec::new();
        for _ in 0..2 {
            let make = generator.pick(&USES);
            uses.push(Part::Hole(make(generator, Expr::var("_drv"))));
        }
        parts.push(Part::Hole(Expr::bind("_drv", file, Expr::Str(uses))));
    }
    Expr::Str(parts)
}

/// A derivation that the store does not take in.
pub(super) fn refused(generator: &mut Generator<'_>) -> Expr {
    let lacking: Vec<&Term> = TERMS
        .iter()
        .filter(|term| !is_usable(generator, term))
        .collect();
    if !lacking.is_empty() && generator.chance(20) {
        let term = generator.pick(&lacking);
        return file(generator, &term.text());
    }
    let text = aterm::refused(generator.choices);
    file(generator, &text)
}

/// A derivation that is there, and cannot do what is asked of it.
pub(super) fn misused(generator: &mut Generator<'_>) -> Expr {
    let file = match generator.below(3) {
        0 => {
            let derivation = generator.small_derivation();
            let path = Expr::select(derivation, "drvPath");
            generator.call("unsafeDiscardOutputDependency", [path])
        }
        _ => accepted(generator),
    };
    let make = generator.pick(&MISUSES);
    let misuse = make(generator, Expr::var("_drv"));
    Expr::bind("_drv", file, misuse)
}

/// Whether a builtin is used, which older releases lack: some programs are for the newer ones alone.
fn has(generator: &mut Generator<'_>, name: &str) -> bool {
    let is_off = name == "outputOf" && !generator.wishes("dynamic-derivations");
    !is_off && (generator.has_named(name) || generator.chance(40))
}

fn is_usable(generator: &Generator<'_>, term: &Term) -> bool {
    term.needs.iter().all(|feature| generator.wishes(feature))
}

/// The file of a derivation that the store takes in.
fn accepted(generator: &mut Generator<'_>) -> Expr {
    let usable: Vec<&Term> = TERMS
        .iter()
        .filter(|term| is_usable(generator, term))
        .collect();
    let term = generator.pick(&usable);
    file(generator, &term.text())
}

/// A text as a file in the store.
fn file(generator: &mut Generator<'_>, text: &str) -> Expr {
    let name = Expr::text("x.drv");
    if let Some((before, after)) = text.split_once("$D") {
        let derivation = generator.small_derivation();
        let path = Expr::select(derivation, "drvPath");
        let path = generator.call("unsafeDiscardOutputDependency", [path]);
        let text = Expr::Str(vec![
            Part::Text(before.to_owned()),
            Part::Hole(path),
            Part::Text(after.to_owned()),
        ]);
        return generator.call("toFile", [name, text]);
    }
    generator.mass += 120;
    if generator.chance(70) {
        return generator.call("toFile", [name, Expr::text(text)]);
    }
    let number = generator.files.len();
    let place = generator.file(&format!("drv{number}/x.drv"), text.as_bytes());
    let path = Expr::Path(vec![Part::Text(place)]);
    let yes = generator.boolean(true);
    match generator.below(3) {
        0 => {
            let filter = Expr::lambda("_", Expr::lambda("_", yes));
            generator.call("filterSource", [filter, path])
        }
        1 => {
            let no = generator.boolean(false);
            let fields = [("path", path), ("recursive", no)];
            generator.call("path", [Expr::set(fields)])
        }
        _ => generator.call("path", [Expr::set([("path", path), ("name", name)])]),
    }
}

/// A part of what importing a derivation gives, as a string.
fn output(generator: &mut Generator<'_>, file: Expr, part: &str) -> Expr {
    let read = generator.call("import", [file]);
    Expr::Str(vec![Part::Hole(Expr::select(read, part))])
}

fn read_output(generator: &mut Generator<'_>, file: Expr, read: &str) -> Expr {
    let path = output(generator, file, "outPath");
    let read = generator.call(read, [path]);
    generator.call("toJSON", [read])
}

/// A string that refers to something of a derivation.
fn referring(generator: &mut Generator<'_>, file: Expr, what: &str, value: Expr) -> Expr {
    let path = generator.call("unsafeDiscardStringContext", [file]);
    let context = Expr::Set {
        recursive: false,
        bindings: vec![Binding::Value(
            vec![Key::Dynamic(path)],
            Expr::set([(what, value)]),
        )],
    };
    generator.call("appendContext", [Expr::text("t"), context])
}

/// An output, or an output of an output.
fn output_of(generator: &mut Generator<'_>, file: Expr, times: u32) -> Expr {
    if !generator.wishes("ca-derivations") || !has(generator, "outputOf") {
        return output(generator, file, "outPath");
    }
    let first = generator.call("outputOf", [file, Expr::text("out")]);
    (1..times).fold(first, |outer, _| {
        let name = generator.pick(&["out", "a", "dev"]);
        generator.call("outputOf", [outer, Expr::text(name)])
    })
}
