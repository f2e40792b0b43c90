//! Definitions: `let` of both kinds, `with`, and operators defined anew.

use std::rc::Rc;

use super::Generator;
use crate::{
    builtins, names,
    scope::Variable,
    swarm::Feature,
    tree::{Binding, Expr, Key, Op},
    types::{self, Type},
};

pub(super) fn let_in(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    generator.scope.push(Vec::new());
    let bindings = generator.definitions();
    let body = generator.certain(wanted);
    generator.scope.pop();
    Some(Expr::Let(bindings, Box::new(body)))
}

pub(super) fn legacy_let(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    generator.scope.push(vec![Variable::reserved("body")]);
    let mut bindings = generator.definitions();
    let body = generator.certain(wanted);
    generator.scope.pop();
    // `body` is a definition like others; one of that name would be a second.
    bindings.retain(|binding| !defines(binding, "body"));
    let body = generator.binding("body", body);
    bindings.push(body);
    Some(Expr::LegacyLet(generator.shuffled(bindings)))
}

fn defines(binding: &Binding, name: &str) -> bool {
    match binding {
        Binding::Value(path, _) => path.first() == Some(&Key::Static(name.to_owned())),
        Binding::Inherit(_, names) => names.iter().any(|other| other == name),
    }
}

pub(super) fn with(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let (set, fields, whole) = if generator.chance(25)
        && let Some((set, of)) = generator.variable(|of| matches!(of, Type::Set(_)))
    {
        let Type::Set(fields) = of else { return None };
        (set, fields, false)
    } else {
        let Type::Set(fields) = types::record(generator.choices, 1, false) else {
            return None;
        };
        (generator.exactly(&fields), fields, true)
    };
    generator.scope.push_with(fields.to_vec(), whole);
    let body = generator.certain(wanted);
    generator.scope.pop();
    Some(Expr::With(Box::new(set), Box::new(body)))
}

/// What an outer `with` brings, used below an inner one that does not: in a function, a set or a list that
/// is evaluated when both are long past.
pub(super) fn outer_with(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let (name, other) = (generator.attribute(), generator.attribute());
    let free = names::is_identifier(&name)
        && !generator.scope.defines(&name)
        && !builtins::is_global(&name)
        && name != other
        && name != "_";
    if !free {
        return None;
    }
    let value = generator.certain(wanted);
    let beside = generator.random(false);
    let beside = generator.without_variables(|generator| generator.leaf(&beside));
    let used = || Expr::var(&name);
    let brings = |name: &str, value: Expr, body: Expr| {
        Expr::With(Box::new(Expr::set([(name, value)])), Box::new(body))
    };
    let body = match generator.below(7) {
        0 | 1 => Expr::call(Expr::lambda("_x", used()), [Expr::Int(0)]),
        2 => {
            let twice = Expr::lambda("_x", Expr::lambda("_y", used()));
            Expr::call(twice, [Expr::Int(0), Expr::Int(1)])
        }
        3 => Expr::bind(
            "_f",
            Expr::lambda("_x", used()),
            Expr::call(Expr::var("_f"), [Expr::Int(0)]),
        ),
        4 => {
            let bindings = vec![
                Binding::named("_f", Expr::lambda("_x", used())),
                Binding::named("_g", Expr::call(Expr::var("_f"), [Expr::Int(0)])),
            ];
            let recursive = Expr::Set {
                recursive: true,
                bindings,
            };
            Expr::select(recursive, "_g")
        }
        5 => {
            let list = Expr::List(vec![Expr::Int(0)]);
            let mapped = generator.call("map", [Expr::lambda("_x", used()), list]);
            generator.call("head", [mapped])
        }
        _ => {
            // A third between the two.
            let inner = Expr::lambda("_x", brings("_z", Expr::Int(1), used()));
            Expr::call(inner, [Expr::Int(0)])
        }
    };
    Some(brings(&name, value, brings(&other, beside, body)))
}

/// A variable that is defined again as what it is outside.
pub(super) fn again(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let Some(Expr::Var(name)) = generator.fitting(wanted) else {
        return None;
    };
    if name == "body" {
        return None;
    }
    let (inherit, value) = (Binding::Inherit(None, vec![name.clone()]), Expr::Var(name));
    if generator.on(Feature::LegacyLet) && generator.chance(40) {
        return Some(Expr::LegacyLet(vec![
            inherit,
            Binding::named("body", value),
        ]));
    }
    Some(Expr::Let(vec![inherit], Box::new(value)))
}

/// `or` is a variable where a function is called with it, and where it is inherited.
pub(super) fn named_or(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let value = generator.certain(wanted);
    if generator.chance(50) {
        let whole = Expr::Set {
            recursive: false,
            bindings: vec![Binding::Inherit(None, vec!["or".to_owned()])],
        };
        return Some(Expr::bind("or", value, Expr::select(whole, "or")));
    }
    let same = Expr::lambda("_same", Expr::var("_same"));
    let call = Expr::call(same, [Expr::var("or")]);
    Some(Expr::bind("or", value, call))
}

/// Operators call functions by names that a program can define.
pub(super) fn desugared(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let (one, two) = (
        Expr::Int(u64::from(generator.below(9))),
        Expr::Int(u64::from(generator.below(9))),
    );
    let (name, used) = match generator.below(5) {
        0 => ("__sub", Expr::binary(Op::Sub, one, two)),
        1 => ("__mul", Expr::binary(Op::Mul, one, two)),
        2 => ("__div", Expr::binary(Op::Div, one, two)),
        3 => ("__lessThan", Expr::binary(Op::Less, one, two)),
        _ => ("__findFile", Expr::Search("a/b".to_owned())),
    };
    if generator.scope.defines(name) {
        return None;
    }
    // Between `let` and `in` nothing but the one operator may mean something else.
    let given = generator.without_variables(|generator| generator.leaf(wanted));
    let has_operator = matches!(given, Expr::Negate(_) | Expr::Binary(..))
        || !matches!(wanted, Type::Str(_) | Type::Bool | Type::Null);
    if has_operator {
        return None;
    }
    let function = Expr::lambda("_a", Expr::lambda("_b", given));
    Some(Expr::bind(name, function, used))
}

impl Generator<'_> {
    /// Some definitions; what they define is in the scope that is open.
    pub(super) fn definitions(&mut self) -> Vec<Binding> {
        let count = 1 + self.below(if self.tired() { 2 } else { 4 });
        let mut names: Vec<String> = Vec::new();
        let inherited = self.inherited_again();
        for _ in 0..count {
            let name = self.name();
            let again = inherited.iter().any(|(other, _)| *other == name);
            if !names.contains(&name) && name != "body" && !again {
                names.push(name);
            }
        }
        // Those that come later hide what has their names outside already.
        for name in &names {
            self.scope.define(name, Variable::reserved(name));
        }
        let mut bindings = Vec::with_capacity(names.len());
        if let Some((name, of)) = inherited {
            let variable = self.defined(&name, &of);
            self.scope.define(&name, variable);
            bindings.push(Binding::Inherit(None, vec![name]));
        }
        for name in names {
            bindings.push(self.definition(&name));
        }
        self.shuffled(bindings)
    }

    /// A variable from outside that is defined again as what it is.
    fn inherited_again(&mut self) -> Option<(String, Type)> {
        if !self.on(Feature::Inherit) || !self.chance(35) {
            return None;
        }
        match self.variable(|of| *of != Type::Derivation)? {
            (Expr::Var(name), of) if name != "body" => Some((name, of)),
            _ => None,
        }
    }

    fn definition(&mut self, name: &str) -> Binding {
        if self.on(Feature::Lazy) && self.chance(8) {
            let dead = self.dead();
            let variable = Variable {
                fails: true,
                ..self.defined(name, &Type::Null)
            };
            self.scope.define(name, variable);
            return Binding::named(name, dead);
        }
        if self.on(Feature::Inherit) && self.chance(12) {
            let of = self.random(false);
            let value = self.expr(&of);
            let from = Expr::set([(name, value)]);
            let variable = self.defined(name, &of);
            self.scope.define(name, variable);
            return Binding::Inherit(Some(from), vec![name.to_owned()]);
        }
        let of = self.of_a_definition();
        let (value, mass) = self.weigh(|generator| generator.expr(&of));
        let variable = Variable {
            mass,
            ..self.defined(name, &of)
        };
        self.scope.define(name, variable);
        // A set can be defined by its attributes.
        Binding::named(name, value)
    }

    /// The type of a definition: functions and sets more often than elsewhere.
    fn of_a_definition(&mut self) -> Type {
        if self.tired() {
            return types::random(self.choices, 0, false);
        }
        match self.below(8) {
            0 | 1 => {
                let to = Box::new(types::random(self.choices, 1, false));
                if self.on(Feature::Pattern) && self.chance(40) {
                    let Type::Set(fields) = types::record(self.choices, 1, false) else {
                        return *to;
                    };
                    Type::Formals(Rc::clone(&fields), to)
                } else {
                    Type::Fun(Box::new(types::random(self.choices, 1, false)), to)
                }
            }
            2 => types::record(self.choices, 2, false),
            3 if self.on(Feature::Derivation) => Type::Derivation,
            _ => self.random(false),
        }
    }
}
