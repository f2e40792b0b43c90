//! Bytes that are no UTF-8, and NUL, written in the program itself: as names, as what builtins read, and
//! where they are refused.

use super::Generator;
use crate::{
    raw::TEXTS,
    swarm::Feature,
    tree::{Expr, Key, Part},
    types::{Str, Type},
};

impl Generator<'_> {
    /// Text of a string of a type: bytes that are no UTF-8 only where any string will do, because JSON
    /// cannot have them.
    pub(super) fn characters_of(&mut self, wanted: &Type) -> String {
        if *wanted == Type::Str(Str::Any) && self.on(Feature::Raw) && self.chance(50) {
            let mut text = self.pick(&TEXTS).to_owned();
            if self.chance(30) {
                text.push_str(&self.characters());
            }
            return text;
        }
        self.characters()
    }

    fn raw(&mut self) -> Expr {
        Expr::text(self.pick(&TEXTS))
    }
}

/// An attribute that has such a name.
pub(super) fn named(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let name = generator.pick(&TEXTS);
    let whole = Expr::set([(name, generator.certain(wanted))]);
    let key = generator.key(name);
    Some(Expr::Select(Box::new(whole), vec![key], None))
}

/// What builtins make of it.
pub(super) fn read(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let (text, other) = (generator.raw(), generator.raw());
    let name = generator.pick(&TEXTS);
    let of = Expr::set([(name, text.clone())]);
    Some(match generator.below(16) {
        0 => {
            let pattern =
                generator.pick(&[".*", "(.)(.*)", "[^a]*", "[[:print:]]*", "\u{f7ff}(.*)"]);
            generator.call("match", [Expr::text(pattern), text])
        }
        1 => {
            let pattern = generator.pick(&["a", "(.)", "\u{f780}", "[^a-z]"]);
            generator.call("split", [Expr::text(pattern), text])
        }
        2 => {
            let from = Expr::List(vec![other, Expr::text("a")]);
            let to = Expr::List(vec![Expr::text("é"), generator.raw()]);
            generator.call("replaceStrings", [from, to, text])
        }
        3 => {
            let from = Expr::List(vec![Expr::text("")]);
            generator.call("replaceStrings", [from, Expr::List(vec![other]), text])
        }
        4 => {
            let algorithm = Expr::text(generator.algorithm());
            generator.call("hashString", [algorithm, text])
        }
        5 => {
            let (start, length) = (Expr::int(generator.below(3).into()), Expr::Int(1));
            generator.call("substring", [start, length, text])
        }
        6 => generator.call("stringLength", [text]),
        7 => generator.call("toXML", [of]),
        8 => generator.call("attrNames", [of]),
        9 => {
            let less = generator.builtin("lessThan");
            let items = vec![text, Expr::text("é"), other, Expr::text("a")];
            generator.call("sort", [less, Expr::List(items)])
        }
        10 => generator.call("compareVersions", [text, other]),
        11 => generator.call("splitVersion", [text]),
        12 => Expr::Has(
            Box::new(of),
            vec![Key::Static(generator.pick(&TEXTS).to_owned())],
        ),
        13 | 14 => {
            let lines = format!("\n  {name}\n    {}", generator.pick(&TEXTS));
            Expr::Indented(vec![Part::Text(lines)])
        }
        _ => of,
    })
}

/// What only takes UTF-8 gets something else.
pub(super) fn refused(generator: &mut Generator<'_>) -> Expr {
    let text = generator.pick(&TEXTS);
    match generator.below(4) {
        0 => generator.call("toJSON", [Expr::text(text)]),
        1 => generator.call("toJSON", [Expr::set([(text, Expr::Int(1))])]),
        2 => generator.call("fromJSON", [Expr::text(&format!("[\"{text}\"]"))]),
        _ => generator.call("fromTOML", [Expr::text(&format!("a = \"{text}\""))]),
    }
}

/// NUL where it may not be.
pub(super) fn refused_nul(generator: &mut Generator<'_>) -> Expr {
    match generator.below(4) {
        0 if generator.on(Feature::File) => {
            let file = generator.file("nul", b"a\0b");
            generator.call("readFile", [Expr::Path(vec![Part::Text(file)])])
        }
        1 => generator.call("fromTOML", [Expr::text("a = \"\0\"")]),
        2 => generator.call("match", [Expr::text("a\0"), Expr::text("a")]),
        _ => generator.call("fromJSON", [Expr::text("\"a\0\"")]),
    }
}
