//! Strings.

use super::Generator;
use crate::{
    raw::TEXTS,
    swarm::Feature,
    tree::{Expr, Op, Part},
    types::{Str, Type},
};

/// Whether a string of any text is wanted, and whether it may have a context.
fn free(wanted: &Type) -> Option<bool> {
    match wanted {
        Type::Str(Str::Any) => Some(true),
        Type::Str(Str::Plain) => Some(false),
        _ => None,
    }
}

pub(super) fn joined(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let context = free(wanted)?;
    let one = generator.certain(wanted);
    let two = if generator.chance(25) {
        generator.coercible(!context)
    } else {
        generator.certain(wanted)
    };
    Some(Expr::binary(Op::Add, one, two))
}

pub(super) fn interpolated(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let context = free(wanted)?;
    let mut parts = Vec::new();
    for _ in 0..=generator.below(3) {
        if generator.chance(70) {
            parts.push(Part::Text(generator.characters_of(wanted)));
        }
        let hole = if generator.chance(60) {
            generator.certain(wanted)
        } else {
            generator.coercible(!context)
        };
        parts.push(Part::Hole(hole));
    }
    if generator.chance(50) {
        parts.push(Part::Text(generator.characters_of(wanted)));
    }
    Some(Expr::Str(merged(parts)))
}

/// Texts side by side are one.
fn merged(parts: Vec<Part>) -> Vec<Part> {
    let mut merged: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        match (merged.last_mut(), part) {
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (_, part) => merged.push(part),
        }
    }
    merged
}

pub(super) fn indented(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let context = free(wanted)?;
    const STARTS: [&str; 4] = ["", "\n", "  \n", " "];
    const INDENTS: [&str; 6] = ["  ", "    ", "", "\t", "   ", "  "];
    const LINES: [&str; 15] = [
        "foo", "bar baz", "", "if x", "a = 1;", "''x", "$y", "é", "# c", "a\tb", "\r\rx", "a\0b",
        "$", "it's", "${x}",
    ];
    const ENDS: [&str; 4] = ["\n", "", "\n  ", "  "];
    let mut parts = vec![Part::Text(generator.pick(&STARTS).to_owned())];
    for line in 0..=generator.below(3) {
        let mut text = if line > 0 {
            "\n".to_owned()
        } else {
            String::new()
        };
        text.push_str(generator.pick(&INDENTS));
        let first = generator.on(Feature::Interpolation) && generator.chance(25);
        if !first {
            text.push_str(generator.pick(&LINES));
            if generator.on(Feature::Raw) && *wanted == Type::Str(Str::Any) {
                text.push_str(generator.pick(&TEXTS));
            }
        }
        parts.push(Part::Text(text));
        if first || generator.on(Feature::Interpolation) && generator.chance(35) {
            let hole = if generator.chance(60) {
                generator.certain(wanted)
            } else {
                generator.coercible(!context)
            };
            parts.push(Part::Hole(hole));
        }
    }
    parts.push(Part::Text(generator.pick(&ENDS).to_owned()));
    Some(Expr::Indented(merged(parts)))
}

pub(super) fn uri(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    free(wanted)?;
    const URIS: [&str; 7] = [
        "http://example.org/",
        "https://a.b/c?d=e&f=%20",
        "x:y",
        "mailto:a@b.c",
        "git+ssh://u@h:1/p",
        "a.b-c+d:*!$,'",
        "X0:%",
    ];
    Some(Expr::Uri(generator.pick(&URIS).to_owned()))
}

pub(super) fn replaced(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    free(wanted)?;
    let size = generator.below(4) as usize;
    let mut from = Vec::with_capacity(size);
    let mut to = Vec::with_capacity(size);
    for _ in 0..size {
        const PARTS: [&str; 9] = ["a", "o", "", "foo", " ", "l", "/", "\n", "oo"];
        let text = match generator.pick(&PARTS) {
            // Between the bytes of a character it makes of it what is none.
            "" if *wanted != Type::Str(Str::Any) => "x",
            text => text,
        };
        from.push(Expr::text(text));
        // What the empty string becomes stands before every character.
        to.push(if text.is_empty() {
            Expr::text("-")
        } else {
            generator.expr(wanted)
        });
    }
    let text = generator.certain(wanted);
    Some(generator.call("replaceStrings", [Expr::List(from), Expr::List(to), text]))
}

/// Bytes that are no UTF-8: half a character, or what a file holds.
pub(super) fn bytes(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    if *wanted != Type::Str(Str::Any) {
        return None;
    }
    if generator.on(Feature::File) && generator.chance(40) {
        let file = generator.file("bytes", b"\xff\x80a\xc3(\xf0\x9f");
        return Some(generator.call("readFile", [Expr::Path(vec![Part::Text(file)])]));
    }
    const CUT: [(&str, i64, i64); 4] = [
        ("é", 0, 1),
        ("é", 1, 1),
        ("a\u{1f600}b", 1, 2),
        ("日本", 2, 9),
    ];
    let (text, start, length) = generator.pick(&CUT);
    Some(generator.call(
        "substring",
        [Expr::int(start), Expr::int(length), Expr::text(text)],
    ))
}

/// A list as a string: its items in a row, the empty lists among them too.
pub(super) fn of_list(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    free(wanted)?;
    let mut items = Vec::new();
    for _ in 0..=generator.below(4) {
        items.push(match generator.below(6) {
            0 | 1 => Expr::List(Vec::new()),
            2 => Expr::List(vec![Expr::List(Vec::new()), Expr::text("a")]),
            3 => generator.global("null"),
            4 => generator.expr(&Type::Int(30)),
            _ => generator.expr(wanted),
        });
    }
    Some(generator.call("toString", [Expr::List(items)]))
}

/// What type a value has.
pub(super) fn type_name(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let value = generator.certain(&Type::Opaque);
    Some(generator.call("typeOf", [value]))
}
