//! Derivations.

use super::Generator;
use crate::{
    swarm::Feature,
    tree::{Binding, Expr, Key, Part},
    types::{Str, Type},
};

pub(super) fn derivation(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    if !generator.on(Feature::Derivation) || generator.tired() {
        return Some(generator.small_derivation());
    }
    let argument = generator.derivation_arguments(false);
    Some(generator.call("derivation", [argument]))
}

/// What the builtin behind `derivation` gives.
pub(super) fn strict(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let argument = generator.derivation_arguments(true);
    Some(generator.call("derivationStrict", [argument]))
}

/// A derivation that is the same with something more.
pub(super) fn changed(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let whole = generator.certain(wanted);
    Some(match generator.below(3) {
        0 => Expr::select(whole, "out"),
        1 => {
            let all = Expr::select(whole, "all");
            generator.call("head", [all])
        }
        _ => {
            let of = generator.random(true);
            let value = generator.expr(&of);
            generator.update(whole, Expr::set([("passthru", value)]))
        }
    })
}

/// One derivation in several places, as it is and through what gives it back: which of them are written
/// in full, forms of output decide differently.
pub(super) fn repeated(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let derivation = generator.expr(&Type::Derivation);
    let me = || Expr::var("_d");
    let mut places = vec![me()];
    for _ in 0..=generator.below(3) {
        places.push(match generator.below(6) {
            0 => Expr::set([("d", me())]),
            1 => Expr::select(me(), "out"),
            2 => Expr::binary(crate::tree::Op::Update, me(), Expr::set::<&str>([])),
            3 => Expr::List(vec![me()]),
            _ => me(),
        });
    }
    let places = Expr::List(generator.shuffled(places));
    let whole = if generator.on(Feature::Xml) && generator.chance(30) {
        generator.call("toXML", [places])
    } else {
        places
    };
    Some(Expr::bind("_d", derivation, whole))
}

/// An attribute of a derivation that is a string.
pub(super) fn attribute(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let name = match wanted {
        Type::Str(Str::Any) => generator.pick(&["outPath", "drvPath", "name", "outputName"]),
        Type::Str(Str::Plain) => generator.pick(&["name", "system", "type", "outputName"]),
        _ => return None,
    };
    let whole = generator.certain(&Type::Derivation);
    Some(Expr::select(whole, name))
}

impl Generator<'_> {
    /// The smallest derivation.
    pub(super) fn small_derivation(&mut self) -> Expr {
        let name = self.store_name();
        let fields = [
            ("name", Expr::text(&name)),
            ("system", Expr::text("s")),
            ("builder", Expr::text("b")),
        ];
        self.mass += 60;
        self.call("derivation", [Expr::set(fields)])
    }

    /// What a derivation is made of. `out` is among its outputs, and they are never named otherwise.
    /// `strict`: it goes to the builtin itself, which takes outputs as one string, too.
    fn derivation_arguments(&mut self, strict: bool) -> Expr {
        let name = self.store_name();
        let mut bindings = vec![Binding::named("name", self.written(name))];
        let system = match self.below(9) {
            0 if self.on(Feature::Builtins) => self.builtin("currentSystem"),
            1..=3 => Expr::text("x86_64-linux"),
            // It is written with escapes, or as it is.
            // Quotes and backslashes as they are would be read back from a store as something else.
            4 if self.config.store => Expr::text(self.pick(&["a\nb", "\t", "a\rb"])),
            4 => Expr::text(self.pick(&["a\nb", "\"s\"", "a\\b", "\t", "a\rb"])),
            _ => Expr::text("s"),
        };
        bindings.push(Binding::named("system", system));
        let structured = self.chance(25);
        let builder = match self.below(4) {
            0 if !self.tired() => {
                let other = self.expr(&Type::Derivation);
                Expr::Str(vec![Part::Hole(other), Part::Text("/bin/sh".to_owned())])
            }
            // Structured, it must be a string already.
            1 if self.on(Feature::File) && !structured => {
                self.path_literal(crate::types::Place::File)
            }
            2 => Expr::text("builtin:fetchurl"),
            _ => Expr::text("/bin/sh"),
        };
        bindings.push(Binding::named("builder", builder));
        self.mass += 120;
        if self.chance(45) {
            let size = self.below(4);
            let arguments = (0..size).map(|_| self.in_environment()).collect();
            bindings.push(Binding::named("args", Expr::List(arguments)));
        }
        self.outputs(&mut bindings, strict, structured);
        let floats = |binding: &Binding| {
            let Binding::Value(path, _) = binding else {
                return false;
            };
            ["__contentAddressed", "__impure"]
                .iter()
                .any(|flag| path[0] == Key::Static((*flag).to_owned()))
        };
        let floating = bindings.iter().any(floats);
        if structured {
            bindings.push(Binding::named("__structuredAttrs", self.boolean(true)));
            if self.chance(20) {
                // What is said of single outputs elsewhere: newer releases warn.
                let name = self.pick(&["allowedReferences", "disallowedRequisites", "maxSize"]);
                bindings.push(Binding::named(name, Expr::List(Vec::new())));
            }
        } else if self.chance(15) {
            bindings.push(Binding::named("__ignoreNulls", self.boolean(true)));
            bindings.push(Binding::named("nothing", self.global("null")));
        } else if self.chance(12) {
            let text = self.pick(&[
                "{ }",
                "{\"a\":1,\"b\" : [1, 2.50]}",
                "{\"z\": \"\\u0041\", \"a\": null}",
            ]);
            bindings.push(Binding::named("__json", Expr::text(text)));
        }
        if !floating && self.chance(12) {
            // Off, they leave no trace, or one in the environment.
            let flag = self.pick(&["__contentAddressed", "__impure"]);
            bindings.push(Binding::named(flag, self.boolean(false)));
        }
        for _ in 0..self.below(4) {
            const NAMES: [&str; 10] = [
                "src",
                "buildInputs",
                "FOO",
                "x",
                "passAsFile",
                "env",
                "phases",
                "_a",
                "A",
                "zz",
            ];
            let name = self.pick(&NAMES);
            if bindings.iter().all(|binding| !matches!(binding, Binding::Value(path, _) if path[0] == Key::Static(name.to_owned()))) {
                let value = if structured && self.chance(50) {
                    let of = self.random(true);
                    self.expr(&of)
                } else {
                    self.in_environment()
                };
                bindings.push(Binding::named(name, value));
            }
        }
        let bindings = self.shuffled(bindings);
        Expr::Set {
            recursive: false,
            bindings,
        }
    }

    /// What a derivation's environment can hold: nothing that refers to what is not there.
    fn in_environment(&mut self) -> Expr {
        match self.below(13) {
            0 => self.expr(&Type::Int(63)),
            1 => self.expr(&Type::Bool),
            2 => self.global("null"),
            3 | 4 if !self.tired() => self.expr(&Type::Derivation),
            5 if !self.tired() => {
                let other = self.expr(&Type::Derivation);
                let text = self.characters();
                Expr::Str(vec![Part::Hole(other), Part::Text(text)])
            }
            6 if self.on(Feature::File) => {
                let place = self.pick(&[crate::types::Place::File, crate::types::Place::Folder]);
                self.path_literal(place)
            }
            7 => self.call("placeholder", [Expr::text("out")]),
            8 if !self.tired() => {
                let size = self.below(3);
                Expr::List((0..size).map(|_| self.in_environment()).collect())
            }
            9 if !self.tired() => {
                let name = Expr::text("f.txt");
                let text = self.expr(&Type::Str(Str::Plain));
                self.call("toFile", [name, text])
            }
            10 if !self.tired() => {
                let other = self.expr(&Type::Derivation);
                let path = Expr::select(other, "drvPath");
                self.call("unsafeDiscardOutputDependency", [path])
            }
            11 if !self.tired() => {
                let text = self.referring();
                self.carried(text)
            }
            _ => self.expr(&Type::Str(Str::Plain)),
        }
    }
}
