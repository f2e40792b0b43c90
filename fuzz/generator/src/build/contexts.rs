//! Strings that refer to the store.

use super::Generator;
use crate::{
    swarm::Feature,
    tree::{Expr, Part},
    types::{Str, Type},
};

fn may_refer(wanted: &Type) -> bool {
    *wanted == Type::Str(Str::Any)
}

/// A string with a context that was put on it.
pub(super) fn appended(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    // A store knows that nothing is there.
    if !may_refer(wanted) || generator.config.store {
        return None;
    }
    let text = generator.certain(wanted);
    let mut contexts = Vec::new();
    let first = generator.below(3);
    for number in 0..=generator.below(2) {
        let name = ["a", "b", "x-1"][((first + number) % 3) as usize];
        let (path, of) = match generator.below(3) {
            0 => (
                name.to_owned(),
                Expr::set([("path", generator.boolean(true))]),
            ),
            1 => {
                let outputs = generator.pick(&[&["out"][..], &["dev", "out"], &[]]);
                let outputs = outputs.iter().map(|name| Expr::text(name)).collect();
                (
                    format!("{name}.drv"),
                    Expr::set([("outputs", Expr::List(outputs))]),
                )
            }
            _ => (
                format!("{name}.drv"),
                Expr::set([("allOutputs", generator.boolean(true))]),
            ),
        };
        contexts.push((
            format!("/nix/store/00000000000000000000000000000000-{path}"),
            of,
        ));
    }
    Some(generator.call("appendContext", [text, Expr::set(contexts)]))
}

/// A string that refers to a derivation.
pub(super) fn of_derivation(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    if !may_refer(wanted) {
        return None;
    }
    let derivation = generator.certain(&Type::Derivation);
    Some(match generator.below(7) {
        0 => Expr::select(derivation, "outPath"),
        1 => Expr::select(derivation, "drvPath"),
        2 => {
            let path = Expr::select(derivation, "drvPath");
            generator.call("unsafeDiscardOutputDependency", [path])
        }
        3 if generator.has_named("addDrvOutputDependencies") => {
            let path = Expr::select(derivation, "drvPath");
            let discarded = generator.call("unsafeDiscardOutputDependency", [path]);
            generator.call("addDrvOutputDependencies", [discarded])
        }
        4 => generator.call("toString", [derivation]),
        5 => {
            let text = generator.characters();
            Expr::Str(vec![Part::Text(text), Part::Hole(derivation)])
        }
        _ => {
            let text = generator.expr(wanted);
            Expr::binary(
                crate::tree::Op::Add,
                Expr::select(derivation, "outPath"),
                text,
            )
        }
    })
}

/// The context of a string, as a set.
pub(super) fn context(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let text = if generator.on(Feature::Derivation) && generator.chance(50) {
        of_derivation(generator, &Type::Str(Str::Any))?
    } else {
        appended(generator, &Type::Str(Str::Any))?
    };
    Some(generator.call("getContext", [text]))
}

/// A string that refers to an output of a derivation that is itself an output. Nobody may ask what it is:
/// the store would have to know.
pub(super) fn nested(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    if !generator.wishes("dynamic-derivations") {
        return None;
    }
    let context = generator.nested_context();
    let text = Expr::text(&generator.store_name());
    let text = generator.call("appendContext", [text, context]);
    Some(match generator.below(4) {
        0 => generator.call("hasContext", [text]),
        1 => generator.call("unsafeDiscardStringContext", [text]),
        2 => generator.carried(text),
        _ => text,
    })
}

impl Generator<'_> {
    /// A context of outputs of outputs.
    pub(super) fn nested_context(&mut self) -> Expr {
        let outputs = self.pick(&[
            &["out!dev"][..],
            &["a!out!dev", "out"],
            &["dev!out", "out!dev"],
        ]);
        let outputs = outputs.iter().map(|name| Expr::text(name)).collect();
        Expr::set([(
            "/nix/store/00000000000000000000000000000000-a.drv",
            Expr::set([("outputs", Expr::List(outputs))]),
        )])
    }
}
