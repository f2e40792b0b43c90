//! Sets, and what is selected from them.

use super::Generator;
use crate::{
    names,
    scope::Variable,
    swarm::Feature,
    tree::{Binding, Expr, Key, Part},
    types::{self, Fields, Type},
};

fn fields_of(wanted: &Type) -> Option<&Fields> {
    match wanted {
        Type::Set(fields) => Some(fields),
        _ => None,
    }
}

pub(super) fn literal(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let fields = fields_of(wanted)?.clone();
    let mut bindings = Vec::new();
    for (name, of) in &fields {
        let value = generator.expr(of);
        bindings.push(if generator.on(Feature::Dynamic) && generator.chance(8) {
            Binding::Value(vec![generator.key(name)], value)
        } else {
            Binding::named(name, value)
        });
    }
    if generator.chance(30) {
        let name = generator.attribute();
        if fields.iter().all(|(other, _)| *other != name) {
            // Whoever wants data gets nothing else with it.
            let of = generator.random(true);
            let value = generator.expr(&of);
            bindings.push(Binding::named(name, value));
        }
    }
    Some(Expr::Set {
        recursive: false,
        bindings: generator.shuffled(bindings),
    })
}

pub(super) fn recursive(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let fields = fields_of(wanted)?.clone();
    generator.scope.push(
        fields
            .iter()
            .map(|(name, _)| Variable::reserved(name))
            .collect(),
    );
    let mut bindings = Vec::new();
    for (name, of) in &fields {
        let (value, mass) = generator.weigh(|generator| generator.expr(of));
        if names::is_identifier(name) {
            let variable = Variable {
                mass,
                ..generator.defined(name, of)
            };
            generator.scope.define(name, variable);
        }
        bindings.push(Binding::named(name, value));
    }
    generator.scope.pop();
    Some(Expr::Set {
        recursive: true,
        bindings: generator.shuffled(bindings),
    })
}

pub(super) fn updated(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let fields = fields_of(wanted)?.clone();
    let at = generator.below(fields.len() as u32 + 1) as usize;
    let (one, two) = fields.split_at(at);
    let one = Type::Set(one.to_vec().into());
    let below = generator.certain(&one);
    // What is above has exactly its attributes: others could hide those below.
    let above = generator.exactly(&two.to_vec());
    Some(generator.update(below, above))
}

pub(super) fn inherited(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let fields = fields_of(wanted)?.clone();
    if fields.len() > 1 && generator.chance(30) {
        // All from one place, which newer releases evaluate once.
        let names = fields.iter().map(|(name, _)| name.clone()).collect();
        let source = generator.exactly(&fields);
        let source = if generator.on(Feature::Trace) {
            generator.traces += 1;
            let number = Expr::Int(u64::from(generator.traces));
            generator.call("trace", [number, source])
        } else {
            source
        };
        return Some(Expr::Set {
            recursive: false,
            bindings: vec![Binding::Inherit(Some(source), names)],
        });
    }
    let mut bindings = Vec::new();
    for (name, of) in &fields {
        let fits = |have: &Type, _| have.fits(of) && !have.grows();
        let named = |at| generator.scope.name_of(at) == Some(name.as_str());
        let found = generator.scope.candidates(generator.loops, false, fits);
        if found.into_iter().any(named) {
            bindings.push(Binding::Inherit(None, vec![name.clone()]));
            continue;
        }
        let value = generator.expr(of);
        bindings.push(if generator.chance(50) {
            Binding::Inherit(
                Some(Expr::set([(name.as_str(), value)])),
                vec![name.clone()],
            )
        } else {
            Binding::named(name, value)
        });
    }
    if generator.chance(15) {
        bindings.push(Binding::Inherit(None, Vec::new()));
    }
    Some(Expr::Set {
        recursive: false,
        bindings: generator.shuffled(bindings),
    })
}

pub(super) fn removed(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let fields = fields_of(wanted)?.clone();
    let whole = generator.certain(wanted);
    let name = generator.attribute();
    if fields.iter().any(|(other, _)| *other == name) {
        return None;
    }
    if generator.chance(50) {
        return Some(generator.call("removeAttrs", [whole, Expr::List(vec![Expr::text(&name)])]));
    }
    // What is there, and is named more than once.
    let of = generator.random(true);
    let more = Expr::set([(name.as_str(), generator.leaf(&of))]);
    let whole = generator.update(whole, more);
    let mut names = vec![Expr::text(&name), Expr::text(&name)];
    if generator.chance(30) {
        names.insert(generator.below(3) as usize, Expr::text("not-there"));
    }
    Some(generator.call("removeAttrs", [whole, Expr::List(names)]))
}

/// Attributes of one type, as many as come, none twice.
fn attributes(generator: &mut Generator<'_>, value: &Type) -> Vec<(String, Expr)> {
    let mut fields: Vec<(String, Expr)> = Vec::new();
    for _ in 0..[1, 0, 2, 3, 4][generator.below(5) as usize] {
        let name = generator.attribute();
        if fields.iter().all(|(other, _)| *other != name) {
            let value = generator.expr(value);
            fields.push((name, value));
        }
    }
    fields
}

fn value_of(wanted: &Type) -> Option<&Type> {
    match wanted {
        Type::Map(value) => Some(value),
        _ => None,
    }
}

pub(super) fn map_literal(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    Some(Expr::set(attributes(generator, value_of(wanted)?)))
}

pub(super) fn map_recursive(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let of = value_of(wanted)?;
    let mut fields: Fields = Vec::new();
    for _ in 0..generator.below(4) {
        let name = generator.attribute();
        if fields.iter().all(|(other, _)| *other != name) {
            fields.push((name, of.clone()));
        }
    }
    recursive(generator, &Type::Set(fields.into()))
}

pub(super) fn map_updated(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let (one, two) = (generator.certain(wanted), generator.certain(wanted));
    Some(generator.update(one, two))
}

pub(super) fn map_dynamic(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let value = value_of(wanted)?;
    let fields = attributes(generator, value);
    let bindings = fields.into_iter().map(|(name, value)| {
        // Of two definitions of one name the program is none: each begins with another letter.
        let key = match generator.below(3) {
            0 => Key::Static(name),
            1 => {
                let whole = Expr::text(&name);
                Key::Dynamic(Expr::choose(
                    Expr::binary(crate::tree::Op::Less, Expr::Int(1), Expr::Int(2)),
                    whole,
                    Expr::text("no"),
                ))
            }
            _ => Key::Dynamic(Expr::Str(vec![Part::Hole(Expr::text(&name))])),
        };
        Binding::Value(vec![key], value)
    });
    let mut bindings: Vec<Binding> = bindings.collect();
    if generator.chance(30) {
        // An attribute whose name is null is none.
        let null = generator.global("null");
        let dead = generator.dead();
        bindings.push(Binding::Value(vec![Key::Dynamic(null)], dead));
    }
    Some(Expr::Set {
        recursive: false,
        bindings,
    })
}

pub(super) fn selected(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let mut path = Vec::new();
    let mut of = wanted.clone();
    for _ in 0..=generator.below(2) {
        let name = generator.attribute();
        of = Type::set([(name.as_str(), of)]);
        path.push(generator.key(&name));
    }
    path.reverse();
    let whole = generator.certain(&of);
    Some(Expr::Select(Box::new(whole), path, None))
}

pub(super) fn selected_from_variable(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    fn path_to(of: &Type, wanted: &Type, depth: u32) -> Option<Vec<String>> {
        let Type::Set(fields) = of else { return None };
        for (name, field) in fields.iter() {
            if field.fits(wanted) && *wanted != Type::Opaque {
                return Some(vec![name.clone()]);
            }
            if depth > 0
                && let Some(mut rest) = path_to(field, wanted, depth - 1)
            {
                rest.insert(0, name.clone());
                return Some(rest);
            }
        }
        None
    }
    let (whole, of) = generator.variable(|of| path_to(of, wanted, 3).is_some())?;
    let path = path_to(&of, wanted, 3)?;
    let path = path.iter().map(|name| generator.key(name)).collect();
    Some(Expr::Select(Box::new(whole), path, None))
}

/// An attribute that may not be there, or what stands for it then.
pub(super) fn selected_or(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let other = generator.expr(wanted);
    let name = generator.attribute();
    let mut path = vec![generator.key(&name)];
    let whole = match generator.below(4) {
        // What is no set has no attributes either.
        0 => {
            let of = types::random(generator.choices, 0, false);
            generator.certain(&of)
        }
        1 => {
            path.push(Key::Static("more".to_owned()));
            Expr::set::<&str>([])
        }
        _ => {
            let value = Type::map(wanted.clone());
            generator.certain(&value)
        }
    };
    Some(Expr::Select(Box::new(whole), path, Some(Box::new(other))))
}

/// A set whose attributes are defined in several places: the parser puts them together.
pub(super) fn merged(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let fields = fields_of(wanted)?.clone();
    (fields.len() > 1).then(|| in_parts(generator, &fields))
}

/// The same for a set of any attributes.
pub(super) fn map_merged(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let of = value_of(wanted)?;
    let mut fields = Fields::new();
    for _ in 0..2 + generator.below(3) {
        let name = generator.attribute();
        if fields.iter().all(|(other, _)| *other != name) {
            fields.push((name, of.clone()));
        }
    }
    Some(in_parts(generator, &fields))
}

fn in_parts(generator: &mut Generator<'_>, fields: &Fields) -> Expr {
    let (name, outer) = (generator.attribute(), generator.chance(30));
    let key = |rest: Option<&str>| {
        let names = [Some(name.as_str()), rest];
        names
            .into_iter()
            .flatten()
            .map(|name| Key::Static(name.to_owned()))
            .collect::<Vec<_>>()
    };
    // What the parts see of each other is the parser's secret: they see nothing.
    let mut bindings = Vec::new();
    let mut together = Vec::new();
    for (field, of) in fields {
        let value = generator.without_variables(|generator| generator.leaf(of));
        if generator.chance(50) {
            together.push(if generator.on(Feature::Dynamic) && generator.chance(50) {
                Binding::Value(vec![generator.computed_key(field)], value)
            } else {
                Binding::named(field, value)
            });
        } else {
            bindings.push(Binding::Value(key(Some(field)), value));
        }
    }
    let recursive = generator.chance(30);
    if generator.chance(25) && together.len() > 1 {
        let rest = together.split_off(1);
        bindings.push(Binding::Value(
            key(None),
            Expr::Set {
                recursive: false,
                bindings: rest,
            },
        ));
    }
    bindings.push(Binding::Value(
        key(None),
        Expr::Set {
            recursive,
            bindings: together,
        },
    ));
    let whole = Expr::Set {
        recursive: outer,
        bindings: generator.shuffled(bindings),
    };
    Expr::Select(Box::new(whole), key(None), None)
}

/// A recursive set with `__overrides`, which are what the others see.
pub(super) fn overridden(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let (first, second) = (generator.expr(wanted), generator.expr(wanted));
    let through = Expr::Set {
        recursive: true,
        bindings: vec![
            Binding::named("_o", Expr::var("_first")),
            Binding::named("_see", Expr::var("_o")),
            Binding::named("__overrides", Expr::set([("_o", Expr::var("_second"))])),
        ],
    };
    let name = generator.pick(&["_o", "_see"]);
    let body = Expr::select(through, name);
    let taking = Expr::lambda("_first", Expr::lambda("_second", body));
    Some(Expr::call(taking, [first, second]))
}
