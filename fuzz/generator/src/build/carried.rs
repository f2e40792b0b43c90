//! What operations carry on of a context: strings that refer to the store, and what is made of them.

use super::{Fault, Generator};
use crate::{
    swarm::Feature,
    tree::{Expr, Op, Part},
    types::{Place, Str, Type},
};

/// A string made of one with a context.
pub(super) fn string(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    if *wanted != Type::Str(Str::Any) {
        return None;
    }
    let text = generator.referring();
    Some(generator.carried(text))
}

/// The context of a string that was made of one with a context, as something that is printed.
pub(super) fn seen(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let text = if generator.on(Feature::Context) && generator.chance(30) {
        super::contexts::appended(generator, &Type::Str(Str::Any))?
    } else {
        generator.referring()
    };
    let made = generator.carried(text);
    Some(match generator.below(5) {
        0 => generator.call("hasContext", [made]),
        1 if generator.on(Feature::Derivation) && !generator.tired() => {
            let name = Expr::text(&generator.store_name());
            let fields = [
                ("name", name),
                ("system", Expr::text("s")),
                ("builder", Expr::text("b")),
            ];
            let (mut whole, text) = (fields.to_vec(), generator.referring());
            whole.push(("x", generator.carried(text)));
            let derivation = generator.call("derivation", [Expr::set(whole)]);
            Expr::List(vec![
                Expr::select(derivation, "drvPath"),
                generator.call("getContext", [made]),
            ])
        }
        _ => generator.call("getContext", [made]),
    })
}

impl Generator<'_> {
    /// A string that refers to something that is in the store.
    pub(super) fn referring(&mut self) -> Expr {
        self.mass += 60;
        match self.below(4) {
            1 if self.on(Feature::File) => {
                let path = self.path_literal(Place::File);
                Expr::Str(vec![Part::Hole(path)])
            }
            2 if self.on(Feature::Derivation) && !self.tired() => {
                let derivation = self.expr(&Type::Derivation);
                Expr::select(derivation, "outPath")
            }
            _ => {
                let name = if self.loops == 0 && self.chance(5) {
                    // As long as a name may be.
                    let letters = Expr::lambda("_", Expr::text("a"));
                    let list = self.call("genList", [letters, Expr::Int(211)]);
                    self.mass += 211;
                    self.call("concatStringsSep", [Expr::text(""), list])
                } else {
                    Expr::text(&self.store_name())
                };
                self.call("toFile", [name, Expr::text("")])
            }
        }
    }

    /// What an operation makes of a string, which refers to what the string refers to.
    pub(super) fn carried(&mut self, text: Expr) -> Expr {
        match self.below(23) {
            0 | 1 => self.call("baseNameOf", [text]),
            2 | 21 => self.call("dirOf", [text]),
            3 | 4 => {
                let start = self.pick(&[0i64, 0, 1, 44, 999]);
                self.call("substring", [Expr::int(start), Expr::Int(0), text])
            }
            5 => {
                let start = self.pick(&[0i64, 11, 43, 44]);
                let length = self.pick(&[-1i64, 1, 5, 99]);
                self.call("substring", [Expr::int(start), Expr::int(length), text])
            }
            6 | 7 => {
                let (from, to) =
                    self.pick(&[("/", "_"), ("no such text", ""), ("-", ""), ("nix", "x")]);
                let lists = [from, to].map(|text| Expr::List(vec![Expr::text(text)]));
                let [from, to] = lists;
                self.call("replaceStrings", [from, to, text])
            }
            8 => {
                let from = Expr::List(vec![Expr::text("a"), Expr::text("b")]);
                let to = Expr::List(vec![Expr::text("x"), text]);
                // A replacement that nothing asks for is not evaluated, nor is the fault in it.
                let within = match self.fault {
                    Fault::None | Fault::Wanted => self.pick(&["aba", "a", "b", ""]),
                    Fault::Planting(_) | Fault::Planted(_) => self.pick(&["aba", "b"]),
                };
                self.call("replaceStrings", [from, to, Expr::text(within)])
            }
            9 => {
                let whole = if self.chance(50) {
                    text
                } else {
                    Expr::set([("a", text)])
                };
                self.call("toXML", [whole])
            }
            10 => {
                // It may be bytes, and JSON is text; what it refers to is left.
                let nothing = self.call("substring", [Expr::Int(0), Expr::Int(0), text]);
                let text = Expr::binary(Op::Add, Expr::text("x"), nothing);
                let whole = if self.chance(50) {
                    text
                } else {
                    Expr::List(vec![text])
                };
                self.call("toJSON", [whole])
            }
            11 => {
                let items = ["a", "b"];
                let count = self.below(3) as usize;
                let items = items[..count].iter().map(|item| Expr::text(item)).collect();
                self.call("concatStringsSep", [text, Expr::List(items)])
            }
            12 => self.call(
                "concatStringsSep",
                [Expr::text(" "), Expr::List(vec![text])],
            ),
            14 | 18 | 19 => Expr::Str(vec![Part::Hole(text.clone()), Part::Hole(text)]),
            15 | 16 => {
                let pieces = self.call("split", [Expr::text("no such text"), text]);
                self.call("head", [pieces])
            }
            // Newer releases forget it.
            17 | 20 => self.call("hashString", [Expr::text("sha256"), text]),
            13 => {
                let whole = Expr::List(vec![Expr::List(Vec::new()), text]);
                self.call("toString", [whole])
            }
            _ => Expr::binary(Op::Add, Expr::text(""), text),
        }
    }
}
