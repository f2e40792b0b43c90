//! Derivations that cannot be made.

use crate::{build::Generator, grammar::broken, tree::Expr};

/// A derivation that cannot be made.
pub(in crate::build) fn derivation(generator: &mut Generator<'_>) -> Expr {
    if generator.chance(45) {
        return unusual(generator);
    }
    let texts = |texts: &[&str]| Expr::List(texts.iter().map(|text| Expr::text(text)).collect());
    let name = generator.store_name();
    let mut fields = vec![
        ("name", Expr::text(&name)),
        ("system", Expr::text("s")),
        ("builder", Expr::text("b")),
    ];
    const ZEROS: &str = "0000000000000000000000000000000000000000000000000000";
    match generator.below(17) {
        0..=3 => {
            let outputs =
                generator.pick(&[&["out", "out"][..], &["out", "dev", "out"], &["a", "a"]]);
            fields.push(("outputs", texts(outputs)));
        }
        // The derivations that it needs, all of them, are read from a store that does not hold them.
        4..=7 if !generator.config.store => {
            let text = generator.referring();
            let mut inner = fields.clone();
            inner.push(("x", text));
            let needed = generator.call("derivation", [Expr::set(inner)]);
            fields.push(("y", Expr::select(needed, "drvPath")));
        }
        8 => {
            let long = "a".repeat(212);
            let names = ["a b", "a.drv", "", "a/b", "é", &long];
            fields[0].1 = Expr::text(names[generator.below(6) as usize]);
        }
        9 => fields[0].1 = generator.referring(),
        10 | 16 => {
            let at = generator.below(2) as usize + 1;
            fields[at].1 = Expr::text("");
        }
        11 => {
            let at = generator.below(3) as usize;
            fields.remove(at);
        }
        12 => {
            let hash = generator.pick(&["abc", "sha256-", "sha1:00"]);
            fields.push(("outputHash", Expr::text(hash)));
            fields.push(("outputHashAlgo", Expr::text("sha256")));
        }
        13 => {
            fields.push(("outputHash", Expr::text(ZEROS)));
            fields.push(("outputHashAlgo", Expr::text("sha256")));
            if generator.chance(50) {
                fields.push(("outputs", texts(&["out", "dev"])));
            } else {
                fields.push(("outputHashMode", Expr::text("bad")));
            }
        }
        14 => {
            let text = generator.pick(&["1", "{", "[ ]", "{ \"a\": nul }"]);
            fields.push(("__json", Expr::text(text)));
        }
        _ => {
            let odd = if generator.chance(50) {
                Expr::lambda("_", Expr::Int(1))
            } else {
                Expr::set([("a", Expr::Int(1))])
            };
            fields.push(("x", odd));
        }
    }
    let made = generator.call("derivation", [Expr::set(fields)]);
    let part = generator.pick(&["drvPath", "outPath"]);
    Expr::select(made, part)
}

/// A derivation with attributes that mean something to the evaluator, and are not what they have to be.
fn unusual(generator: &mut Generator<'_>) -> Expr {
    let name = generator.store_name();
    let mut fields = vec![
        ("name", Expr::text(&name)),
        ("system", Expr::text("s")),
        ("builder", Expr::text("b")),
    ];
    let texts = |texts: &[&str]| Expr::List(texts.iter().map(|text| Expr::text(text)).collect());
    let (yes, number) = (generator.boolean(true), Expr::Int(1));
    match generator.below(18) {
        0 => fields.push(("outputs", texts(&[]))),
        1 => fields.push(("outputs", texts(&["out", "drvPath"]))),
        2 => fields.push(("args", Expr::text("a"))),
        3 => fields.push(("args", Expr::List(vec![Expr::set([("a", number)])]))),
        4 => fields.push(("__structuredAttrs", number)),
        5 => fields.push(("__ignoreNulls", number)),
        6 => {
            let flag = generator.pick(&["__contentAddressed", "__impure"]);
            fields.push((flag, number));
        }
        7 => fields[0].1 = generator.global("null"),
        8 => {
            let at = 1 + generator.below(2) as usize;
            fields[at].1 = Expr::List(Vec::new());
        }
        // Structured attributes have to be of their kind already.
        9 | 10 => {
            let (name, value) = match generator.below(6) {
                0 => ("system", number),
                1 => ("builder", number),
                2 => ("outputs", Expr::text("out")),
                3 => ("outputs", Expr::List(vec![number])),
                4 => ("args", Expr::text("a")),
                _ => {
                    let half = [Expr::Int(0), Expr::Int(1), Expr::text("é")];
                    ("x", generator.call("substring", half))
                }
            };
            fields.retain(|(other, _)| *other != name);
            fields.push((name, value));
            fields.push(("__structuredAttrs", yes));
        }
        11 | 12 => {
            let (algorithm, hash) = broken::hash(generator.choices);
            // One that is not there is assumed, and one of another length is not.
            let hash = if hash.is_empty() { "0" } else { hash };
            fields.push(("outputHash", Expr::text(hash)));
            fields.push(("outputHashAlgo", Expr::text(algorithm)));
        }
        13 => fields.push(("outputHash", Expr::text(""))),
        14 => {
            fields.push(("outputHash", Expr::text(&"0".repeat(32))));
            fields.push(("outputHashAlgo", Expr::text("md5")));
            fields.push(("outputHashMode", Expr::text("git")));
        }
        15 => {
            fields.push(("__contentAddressed", yes.clone()));
            fields.push(("__impure", yes));
        }
        16 => {
            // Only what is a derivation itself may be named like one.
            fields[0].1 = Expr::text("d.drv");
            fields.push(("outputHashMode", Expr::text("flat")));
        }
        _ => {
            // Without the feature that it asks for.
            let (feature, name, value) = match generator.below(4) {
                0 => ("ca-derivations", "__contentAddressed", yes),
                1 => {
                    // Both are needed.
                    let one = generator.pick(&["ca-derivations", "impure-derivations"]);
                    (one, "__impure", yes)
                }
                2 => ("dynamic-derivations", "outputHashMode", Expr::text("text")),
                _ => ("git-hashing", "outputHashMode", Expr::text("git")),
            };
            if generator.wishes(feature) {
                fields[0].1 = Expr::text("a b");
            }
            fields.push((name, value));
        }
    }
    let made = generator.call("derivation", [Expr::set(fields)]);
    let part = generator.pick(&["drvPath", "outPath"]);
    Expr::select(made, part)
}
