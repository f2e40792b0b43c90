//! Strings in the languages that builtins read and write.

use super::Generator;
use crate::{
    grammar::{self, json, regex, toml},
    swarm::Feature,
    tree::{Expr, Op},
    types::{Str, Type},
};

fn plain() -> Type {
    Type::Str(Str::Plain)
}

fn free(wanted: &Type) -> bool {
    matches!(wanted, Type::Str(Str::Any | Str::Plain))
}

pub(super) fn from_json(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let text = json::of_type(generator.choices, wanted)?;
    let text = generator.written(text);
    Some(generator.call("fromJSON", [text]))
}

pub(super) fn any_json(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let text = json::any(generator.choices, 3);
    let text = generator.written(text);
    Some(generator.call("fromJSON", [text]))
}

pub(super) fn from_toml(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let Type::Set(fields) = wanted else {
        return None;
    };
    let text = toml::of_fields(generator.choices, fields)?;
    let text = generator.written(text);
    Some(generator.call("fromTOML", [text]))
}

pub(super) fn any_toml(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let dates = generator.wishes("parse-toml-timestamps") && generator.chance(60);
    let text = toml::any(generator.choices, dates);
    let text = generator.written(text);
    Some(generator.call("fromTOML", [text]))
}

pub(super) fn to_json(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    if !free(wanted) {
        return None;
    }
    let of = generator.random(true);
    let mut value = generator.certain(&of);
    if generator.chance(35) {
        // What JSON writes in its own way.
        let own = if generator.chance(50) {
            Expr::Float(generator.power_of_ten())
        } else {
            Expr::text(generator.pick(&["\u{c}", "a\u{8}\u{c}b", "\u{1}\u{c}", "/\u{7f}"]))
        };
        value = Expr::List(vec![own, value]);
    }
    Some(generator.call("toJSON", [value]))
}

pub(super) fn to_xml(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    if !free(wanted) {
        return None;
    }
    let functions = Type::list(Type::fun(Type::Null, Type::Null));
    let of = match generator.below(8) {
        0 => functions,
        1 => {
            let Type::Set(fields) = crate::types::record(generator.choices, 1, false) else {
                return None;
            };
            Type::Formals(fields, Box::new(Type::Null))
        }
        2 if generator.on(Feature::Derivation) && *wanted == Type::Str(Str::Any) => {
            Type::Derivation
        }
        _ => generator.random(true),
    };
    let mut value = generator.certain(&of);
    if generator.chance(30) {
        let text = generator.pick(&["a&b", "<a href=\"x&y\">", "&amp;", "'\t&\n'", "a > b && c"]);
        value = Expr::List(vec![Expr::text(text), value]);
    }
    Some(generator.call("toXML", [value]))
}

/// A regular expression, and a string that it may match.
fn pair(generator: &mut Generator<'_>) -> (Expr, Expr) {
    let drawn = regex::draw(generator.choices);
    let (expression, example) = (drawn.expression, drawn.example);
    let subject = match generator.below(5) {
        0 if !drawn.is_nested => generator.certain(&plain()),
        1 if !drawn.is_nested => Expr::text(&format!("{example}x{example}")),
        0 | 1 => Expr::text(regex::shortened(&format!("{example}{example}"))),
        // It matches but for one character, if that matters.
        2 => {
            let other = generator.pick(&["_", "-", "A", "g", "0", " ", "\t", "\u{1}", "é", "."]);
            let more = generator.below(2) == 1;
            let last = example.char_indices().last().map_or(0, |(at, _)| at);
            let kept = if more { example.len() } else { last };
            let text = format!("{}{other}", &example[..kept]);
            Expr::text(if drawn.is_nested {
                regex::shortened(&text)
            } else {
                &text
            })
        }
        _ => generator.written(example),
    };
    (generator.written(expression), subject)
}

pub(super) fn matches(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let (expression, subject) = pair(generator);
    let found = generator.call("match", [expression, subject]);
    let null = generator.global("null");
    let op = generator.pick(&[Op::Equal, Op::NotEqual]);
    Some(Expr::binary(op, found, null))
}

pub(super) fn groups(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let (expression, subject) = pair(generator);
    Some(generator.call("match", [expression, subject]))
}

pub(super) fn split(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let (expression, subject) = pair(generator);
    Some(generator.call("split", [expression, subject]))
}

/// What stands between the matches, joined.
pub(super) fn split_joined(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    // What is left of a character when one of its bytes matches is no text.
    if *wanted != Type::Str(Str::Any) {
        return None;
    }
    let (expression, subject) = pair(generator);
    let pieces = generator.call("split", [expression, subject]);
    let is_string = generator.builtin("isString");
    let strings = generator.call("filter", [is_string, pieces]);
    Some(generator.call("concatStringsSep", [Expr::text("|"), strings]))
}

/// Which of two versions that begin alike is newer.
pub(super) fn versions(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    const ENDS: [&str; 14] = [
        "", "pre", "pre", "pre1", "a", ".1", "-1", "rc", ".0", "_1", ".", "1", "prefix", ".pre",
    ];
    let base = generator.pick(&["1", "1.2", "a", "2.0-"]);
    let [one, two] = [(); 2].map(|()| format!("{base}{}", generator.pick(&ENDS)));
    Some(generator.call("compareVersions", [Expr::text(&one), Expr::text(&two)]))
}

pub(super) fn hash(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    if !free(wanted) {
        return None;
    }
    let algorithm = Expr::text(generator.algorithm());
    let text = generator.certain(&plain());
    Some(generator.call("hashString", [algorithm, text]))
}

pub(super) fn converted_hash(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    if !free(wanted) || !generator.has_named("convertHash") {
        return None;
    }
    let format = generator.pick(&["base16", "nix32", "base64", "sri", "base32"]);
    if generator.chance(30) {
        let fields = [
            (
                "hash",
                Expr::text(&grammar::hash_with_name(generator.choices)),
            ),
            ("toHashFormat", Expr::text(format)),
        ];
        return Some(generator.call("convertHash", [Expr::set(fields)]));
    }
    let (algorithm, hash) = grammar::hash(generator.choices);
    let fields = [
        ("hash", generator.written(hash)),
        ("hashAlgo", Expr::text(algorithm)),
        ("toHashFormat", Expr::text(format)),
    ];
    Some(generator.call("convertHash", [Expr::set(fields)]))
}
