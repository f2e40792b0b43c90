//! Calls of functions.

use std::rc::Rc;

use super::Generator;
use crate::{
    scope::Variable,
    tree::{Expr, Formal, Op, Param},
    types::{Fields, Type},
};

pub(super) fn applied(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let from = generator.random(false);
    let (argument, mass) = generator.weigh(|generator| generator.expr(&from));
    let name = generator.name();
    let variable = Variable {
        mass,
        ..generator.defined(&name, &from)
    };
    let body = generator.with_variables(vec![variable], |generator| generator.certain(wanted));
    let function = Expr::lambda(&name, body);
    Some(generator.applied(function, vec![argument]))
}

pub(super) fn of_variable(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let gives = |of: &Type| match of {
        Type::Fun(_, to) | Type::Formals(_, to) => {
            to.fits(wanted) || matches!(&**to, Type::Fun(_, to) if to.fits(wanted))
        }
        _ => false,
    };
    let (mut call, mut of) = generator.variable(gives)?;
    loop {
        match of {
            Type::Fun(from, to) => {
                let argument = generator.expr(&from);
                call = generator.applied(call, vec![argument]);
                of = *to;
            }
            Type::Formals(fields, to) => {
                let argument = generator.exactly(&fields);
                call = generator.applied(call, vec![argument]);
                of = *to;
            }
            _ => return Some(call),
        }
        if of.fits(wanted) {
            return Some(call);
        }
    }
}

pub(super) fn with_set(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let Type::Set(fields) = crate::types::record(generator.choices, 1, false) else {
        return None;
    };
    let (function, given, open) = generator.pattern(&fields, wanted, true);
    let argument = if open && generator.chance(50) {
        generator.expr(&Type::Set(given))
    } else {
        generator.exactly(&given)
    };
    Some(generator.applied(function, vec![argument]))
}

pub(super) fn of_functor(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let from = generator.random(false);
    let argument = generator.expr(&from);
    let functor = super::functions::functor(generator, &Type::fun(from, wanted.clone()))?;
    Some(generator.applied(functor, vec![argument]))
}

impl Generator<'_> {
    /// A set with these attributes and no others.
    pub(super) fn exactly(&mut self, fields: &Fields) -> Expr {
        let mut bindings = Vec::with_capacity(fields.len());
        for (name, of) in fields {
            let value = self.expr(of);
            bindings.push(self.binding(name, value));
        }
        Expr::Set {
            recursive: false,
            bindings,
        }
    }

    /// A function of a set with these attributes (those that have no default are left for the caller to
    /// give), and whether it takes others.
    pub(super) fn pattern(
        &mut self,
        fields: &Fields,
        to: &Type,
        certain: bool,
    ) -> (Expr, Rc<Fields>, bool) {
        let mut formals: Vec<Formal> = Vec::new();
        let mut given = Fields::new();
        let usable: Vec<_> = fields
            .iter()
            .filter(|(name, _)| crate::names::is_identifier(name))
            .collect();
        let names: Vec<String> = usable.iter().map(|(name, _)| name.clone()).collect();
        let whole = self
            .chance(30)
            .then(|| self.name())
            .filter(|name| !names.contains(name));
        // Every argument hides what has its name outside, also within the defaults.
        let mut hidden: Vec<Variable> = names.iter().map(|name| Variable::reserved(name)).collect();
        hidden.extend(whole.as_deref().map(Variable::reserved));
        self.scope.push(hidden);
        for (name, of) in usable {
            // A default sees the arguments before it, which may not fail to be given.
            let default = self.chance(35).then(|| self.expr(of));
            if default.is_none() || self.chance(50) {
                given.push((name.clone(), of.clone()));
            }
            let variable = self.defined(name, of);
            self.scope.define(name, variable);
            formals.push(Formal {
                name: name.clone(),
                default,
            });
        }
        let given = Rc::new(given);
        if let Some(whole) = &whole {
            // It holds only what was given.
            let variable = self.defined(whole, &Type::Set(Rc::clone(&given)));
            self.scope.define(whole, variable);
        }
        let body = if certain {
            self.certain(to)
        } else {
            self.expr(to)
        };
        self.scope.pop();
        let ellipsis = usable_is_less(fields, &formals) || self.chance(35);
        // What a set has besides could be what a default is there for.
        let open = ellipsis && given.len() == formals.len();
        if self.chance(30) {
            formals.reverse();
        }
        let param = Param::Pattern {
            formals,
            ellipsis,
            whole,
        };
        (Expr::Lambda(param, Box::new(body)), given, open)
    }

    /// The program as a function whose arguments all have defaults: the command calls it.
    pub(super) fn called_by_the_command(&mut self, root: Expr) -> Expr {
        let default = self.literal_of(&Type::Int(8));
        let formals = vec![Formal {
            name: "unused_".to_owned(),
            default: Some(default),
        }];
        let ellipsis = self.chance(30);
        Expr::Lambda(
            Param::Pattern {
                formals,
                ellipsis,
                whole: None,
            },
            Box::new(root),
        )
    }

    fn literal_of(&mut self, wanted: &Type) -> Expr {
        self.without_variables(|generator| generator.leaf(wanted))
    }

    /// `one // two`
    pub(super) fn update(&mut self, one: Expr, two: Expr) -> Expr {
        Expr::binary(Op::Update, one, two)
    }

    /// Definitions, or something else, in any order.
    pub(super) fn shuffled<T>(&mut self, mut items: Vec<T>) -> Vec<T> {
        for last in (1..items.len()).rev() {
            let other = self.below(last as u32 + 1) as usize;
            items.swap(last, last - other);
        }
        items
    }
}

fn usable_is_less(fields: &Fields, formals: &[Formal]) -> bool {
    formals.len() < fields.len()
}
