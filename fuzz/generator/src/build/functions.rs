//! Functions as values.

use super::Generator;
use crate::{
    builtins::{self, How, Letters},
    scope::Variable,
    swarm::Feature,
    tree::{Expr, Param},
    types::Type,
};

pub(super) fn lambda(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let Type::Fun(from, to) = wanted else {
        return None;
    };
    if let Type::Set(fields) = &**from
        && generator.on(Feature::Pattern)
        && generator.chance(60)
    {
        // The caller may give more, so defaults and `...` are as they come.
        let (function, _, _) = generator.pattern(fields, to, false);
        if let Expr::Lambda(Param::Pattern { formals, whole, .. }, body) = function {
            return Some(Expr::Lambda(
                Param::Pattern {
                    formals,
                    ellipsis: true,
                    whole,
                },
                body,
            ));
        }
    }
    let name = generator.name();
    let variable = Variable {
        mass: 32,
        ..generator.defined(&name, from)
    };
    let body = generator.with_variables(vec![variable], |generator| generator.expr(to));
    Some(Expr::lambda(&name, body))
}

pub(super) fn functor(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let Type::Fun(from, to) = wanted else {
        return None;
    };
    let (me, name) = (generator.name(), generator.name());
    let held = generator.random(false);
    let (value, mass) = generator.weigh(|generator| generator.expr(&held));
    let field = generator.attribute();
    let whole = Type::set([(field.as_str(), held)]);
    let mut variables = vec![Variable {
        mass,
        ..generator.defined(&me, &whole)
    }];
    if name != me {
        variables.push(Variable {
            mass: 32,
            ..generator.defined(&name, from)
        });
    } else {
        variables = vec![Variable {
            mass: 32,
            ..generator.defined(&name, from)
        }];
    }
    let body = generator.with_variables(variables, |generator| generator.expr(to));
    let function = Expr::lambda(&me, Expr::lambda(&name, body));
    Some(Expr::set([
        ("__functor", function),
        (field.as_str(), value),
    ]))
}

/// A builtin, or a call of one that lacks its last argument.
pub(super) fn builtin(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let Type::Fun(from, to) = wanted else {
        return None;
    };
    let mut fitting = Vec::new();
    for builtin in builtins::TABLE {
        let (How::Gives(result), Some(last)) = (builtin.how, builtin.takes.last()) else {
            continue;
        };
        if builtins::possible(result, to) && generator.has_builtin(builtin) {
            fitting.push((builtin, result, last.of));
        }
    }
    // Which arguments a builtin takes is known only once its letters are.
    for _ in 0..4 {
        if fitting.is_empty() {
            return None;
        }
        let at = generator.below(fitting.len() as u32) as usize;
        let (builtin, result, last) = fitting.swap_remove(at);
        let Some(mut letters) = Letters::unify(result, to) else {
            continue;
        };
        let Some(of) = generator.type_of(last, &mut letters) else {
            continue;
        };
        if !from.fits(&of) || **to == Type::Opaque {
            continue;
        }
        let function = generator.builtin(builtin.name);
        let (_, others) = builtin.takes.split_last()?;
        let mut arguments = Vec::with_capacity(others.len());
        for argument in others {
            arguments.push(generator.argument(argument.of, false, &mut letters));
        }
        return Some(Expr::call(function, arguments));
    }
    None
}

pub(super) fn composed(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let Type::Fun(from, to) = wanted else {
        return None;
    };
    let middle = generator.random(false);
    let first = generator.expr(&Type::fun((**from).clone(), middle.clone()));
    let second = generator.expr(&Type::fun(middle, (**to).clone()));
    let name = generator.name();
    // The two functions are made outside of the third, so its name may mean nothing to them.
    let (f, g) = ("_f", "_g");
    let inner = Expr::call(Expr::var(f), [Expr::var(&name)]);
    let body = Expr::lambda(&name, Expr::call(Expr::var(g), [inner]));
    let taking = Expr::lambda(f, Expr::lambda(g, body));
    Some(Expr::call(taking, [first, second]))
}

pub(super) fn formals(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let Type::Formals(fields, to) = wanted else {
        return None;
    };
    // Whoever calls it gives all attributes, also those that have defaults.
    let (function, _, _) = generator.pattern(fields, to, false);
    Some(function)
}

/// Which arguments a function takes.
pub(super) fn arguments(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let Type::Set(fields) = crate::types::record(generator.choices, 1, false) else {
        return None;
    };
    let (function, _, _) = generator.pattern(&fields, &Type::Opaque, false);
    Some(generator.call("functionArgs", [function]))
}
