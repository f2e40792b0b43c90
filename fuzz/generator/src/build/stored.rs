//! Programs that have a store of their own: they end in derivations, for which they fetch, and read what
//! is in the store.

use super::{Fault, Generator, handwritten, trees};
use crate::{
    print::{self, Style},
    raw,
    tree::{Binding, Expr, Formal, Param, Part},
    types::{Place, Str, Type},
};

/// What can be asked for in a store.
type Make = fn(&mut Generator<'_>) -> Expr;

/// Strings, and how often each kind is made.
const STRINGS: [(u32, Make); 16] = [
    (4, |generator| generator.fetched_archive()),
    (3, |generator| generator.fetched_file()),
    (6, |generator| generator.fetched_tree()),
    (4, |generator| generator.found_behind()),
    (2, |generator| generator.references()),
    (8, |generator| generator.of_flake()),
    (6, |generator| generator.fetched_repository()),
    (9, handwritten::written),
    (4, trees::used),
    (1, trees::copied_again),
    (4, read_back),
    (3, derivation_read),
    (2, imported),
    (5, needs_derivation),
    (2, found),
    // Attributes that are structured are text.
    (4, |generator| generator.certain(&Type::Str(Str::Any))),
];

/// What is wrong: its name, how often, and an expression that fails in this way.
const FAULTS: [(&str, u32, Make); 8] = [
    ("what is fetched cannot be", 5, |generator| {
        generator.wrongly_fetched()
    }),
    ("a flake is none", 8, |generator| generator.wrong_flake()),
    ("a repository does not have it", 4, |generator| {
        generator.wrongly_fetched_repository()
    }),
    ("a derivation is none", 10, handwritten::refused),
    ("a derivation is not built", 4, handwritten::misused),
    ("a tree is not copied", 4, trees::misused),
    ("what is not in the store", 2, |generator| {
        let path = "/nix/store/00000000000000000000000000000000-nothing";
        let name = generator.pick(&["storePath", "readFile", "import", "readDir"]);
        let text = Expr::text(path);
        let read = generator.call(name, [text]);
        generator.call("toJSON", [read])
    }),
    ("a reference to nothing", 2, |generator| {
        let path = "/nix/store/00000000000000000000000000000000-nothing";
        let (path, of) = if generator.chance(50) {
            (
                format!("{path}.drv"),
                Expr::set([("outputs", Expr::List(vec![Expr::text("out")]))]),
            )
        } else {
            let yes = generator.boolean(true);
            (path.to_owned(), Expr::set([("path", yes)]))
        };
        let contexts = Expr::set([(path, of)]);
        generator.call("appendContext", [Expr::text("x"), contexts])
    }),
];

impl Generator<'_> {
    /// The root of a program that has a store.
    pub(super) fn stored_root(&mut self) -> Expr {
        let root = self.stored_value();
        self.set_for_command();
        root
    }

    fn stored_value(&mut self) -> Expr {
        if self.fault == Fault::Wanted && self.chance(40) {
            let root = self.small_derivation();
            if self.chance(40) {
                return self.asked_in_vain(root);
            }
            return self.with_fault(root);
        }
        let is_wrong = self.fault == Fault::Wanted;
        let is_structured = self.chance(20);
        let count = 1 + self.below(6);
        let wrong = if is_wrong { self.below(count) } else { count };
        let mut bindings = Vec::new();
        for (number, name) in (0..count).zip(["src", "a", "b", "c", "d", "e"]) {
            let value = if number == wrong {
                self.stored_fault()
            } else {
                self.stored(is_structured)
            };
            bindings.push(Binding::named(name, value));
        }
        let name = self.store_name();
        bindings.extend([
            Binding::named("name", self.written(name)),
            Binding::named("system", Expr::text("x86_64-linux")),
            Binding::named("builder", Expr::text("/bin/sh")),
        ]);
        if is_structured {
            bindings.push(Binding::named("__structuredAttrs", self.boolean(true)));
        }
        let bindings = self.shuffled(bindings);
        let argument = Expr::Set {
            recursive: false,
            bindings,
        };
        let derivation = self.call("derivation", [argument]);
        self.found_by_the_command(derivation)
    }

    /// The derivation where the command finds it.
    fn found_by_the_command(&mut self, derivation: Expr) -> Expr {
        if self.chance(30) {
            return self.asked_for(derivation);
        }
        match self.below(9) {
            0 => {
                let other = self.certain(&Type::Derivation);
                Expr::List(self.shuffled(vec![derivation, other]))
            }
            1 => {
                let other = self.certain(&Type::Derivation);
                let name = self.pick(&["b", "a-b", "_x", "a.b", "recurseForDerivations'", "1"]);
                Expr::set([("a", derivation), (name, other), ("number", Expr::Int(1))])
            }
            2 => {
                let inner = Expr::set([
                    ("recurseForDerivations", self.boolean(true)),
                    ("a", derivation),
                ]);
                let value = self.expr(&Type::Bool);
                Expr::set([("deep", inner), ("not", value)])
            }
            3 => {
                let formals = vec![Formal {
                    name: "x".to_owned(),
                    default: Some(derivation),
                }];
                let whole = Param::Pattern {
                    formals,
                    ellipsis: self.chance(50),
                    whole: None,
                };
                Expr::Lambda(whole, Box::new(Expr::var("x")))
            }
            4 => {
                let whole = Param::Pattern {
                    formals: Vec::new(),
                    ellipsis: true,
                    whole: None,
                };
                let function = Expr::Lambda(whole, Box::new(derivation));
                Expr::set([("__functor", Expr::lambda("_", function))])
            }
            _ => derivation,
        }
    }

    /// A string that something in the store has to do with.
    fn stored(&mut self, is_text: bool) -> Expr {
        let mut weights = STRINGS.map(|(weight, _)| weight);
        if is_text {
            weights[STRINGS.len() - 1] = 0;
        }
        let chosen = self.weighted(&weights).unwrap_or(0);
        (STRINGS[chosen].1)(self)
    }

    fn stored_fault(&mut self) -> Expr {
        let weights = FAULTS.map(|(_, weight, _)| weight);
        let (name, _, make) = FAULTS[self.weighted(&weights).unwrap_or(0)];
        self.fault = Fault::Planting(name);
        let made = make(self);
        if self.fault == Fault::Planting(name) {
            self.fault = Fault::Planted(name.to_owned());
        }
        made
    }

    /// A path in the store as a string: what a program that has a store can put there.
    pub(super) fn in_store(&mut self, place: Place) -> Expr {
        let path = self.path_literal(place);
        match self.below(4) {
            0 => {
                let name = self.store_name();
                let fields = [("path", path), ("name", Expr::text(&name))];
                self.call("path", [Expr::set(fields)])
            }
            1 if place == Place::File => {
                let content = self.expr(&Type::Str(Str::Plain));
                let name = self.store_name();
                self.call("toFile", [Expr::text(&name), content])
            }
            2 if place == Place::Folder => {
                let yes = self.boolean(true);
                let filter = Expr::lambda("_", Expr::lambda("_", yes));
                self.call("filterSource", [filter, path])
            }
            _ => Expr::Str(vec![Part::Hole(path)]),
        }
    }
}

/// What is read from the store again.
fn read_back(generator: &mut Generator<'_>) -> Expr {
    let read = match generator.below(6) {
        0 | 1 => {
            let file = generator.in_store(Place::File);
            return generator.call("readFile", [file]);
        }
        2 => {
            let folder = generator.in_store(Place::Folder);
            generator.call("readDir", [folder])
        }
        3 => {
            let file = generator.in_store(Place::File);
            let algorithm = Expr::text(generator.pick(&["sha256", "md5", "sha512"]));
            return generator.call("hashFile", [algorithm, file]);
        }
        4 if generator.has_named("readFileType") => {
            let place = generator.pick(&[Place::File, Place::Folder]);
            let path = generator.in_store(place);
            generator.call("readFileType", [path])
        }
        _ => {
            let place = generator.pick(&[Place::File, Place::Folder]);
            let path = generator.in_store(place);
            let end = Expr::text(generator.pick(&["", "/.", "/nothing", "/a", "/sub"]));
            let path = Expr::binary(crate::tree::Op::Add, path, end);
            generator.call("pathExists", [path])
        }
    };
    generator.call("toJSON", [read])
}

/// A derivation that is read from the store: as a file, or as the set that importing it gives.
fn derivation_read(generator: &mut Generator<'_>) -> Expr {
    let derivation = generator.certain(&Type::Derivation);
    let path = Expr::select(derivation, "drvPath");
    match generator.below(5) {
        0 => generator.call("readFile", [path]),
        1 => generator.call("hashFile", [Expr::text("sha256"), path]),
        2 => {
            let read = generator.call("import", [path]);
            let names = generator.call("attrNames", [read]);
            generator.call("toJSON", [names])
        }
        _ => {
            let read = generator.call("import", [path]);
            let name = generator.pick(&["outPath", "drvPath", "name", "out", "outPath"]);
            Expr::Str(vec![Part::Hole(Expr::select(read, name))])
        }
    }
}

/// A program that is read from the store.
fn imported(generator: &mut Generator<'_>) -> Expr {
    let (outer, fault) = (
        std::mem::take(&mut generator.scope),
        generator.fault.clone(),
    );
    let root = generator.certain(&Type::Str(Str::Plain));
    generator.scope = outer;
    let text = print::print(&root, Style::default(), generator.choices);
    if text.contains("./") || text.contains("ubstring") || raw::is_in(&text) {
        // A path that is relative to the store leads nowhere, half a character is not to be written as JSON, and a
        // fault in what was given up is in no program.
        generator.fault = fault;
        return generator.certain(&Type::Str(Str::Plain));
    }
    let name = Expr::text(generator.pick(&["x.nix", "default.nix", "x"]));
    let file = generator.call("toFile", [name, Expr::text(&text)]);
    generator.call("import", [file])
}

/// A string that refers to a derivation with all that it needs.
fn needs_derivation(generator: &mut Generator<'_>) -> Expr {
    let derivation = generator.certain(&Type::Derivation);
    let path = Expr::select(derivation, "drvPath");
    match generator.below(4) {
        0 => generator.call("storePath", [path]),
        1 if generator.has_named("addDrvOutputDependencies") => {
            let discarded = generator.call("unsafeDiscardOutputDependency", [path]);
            generator.call("addDrvOutputDependencies", [discarded])
        }
        2 => {
            let context = generator.call("getContext", [path]);
            generator.call("toJSON", [context])
        }
        _ => path,
    }
}

/// What a search through the store finds.
fn found(generator: &mut Generator<'_>) -> Expr {
    let folder = generator.in_store(Place::Folder);
    let entry = Expr::set([("prefix", Expr::text("p")), ("path", folder)]);
    let (path, name) = (Expr::List(vec![entry]), Expr::text("p"));
    let found = generator.call("findFile", [path, name]);
    let read = generator.call("readDir", [found]);
    let names = generator.call("attrNames", [read]);
    generator.call("toJSON", [names])
}
