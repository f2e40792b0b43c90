//! Laziness: what fails and must never be evaluated.

use super::Generator;
use crate::{
    scope::Variable,
    swarm::Feature,
    tree::{Binding, Expr, Formal, Key, Op, Param},
    types::{Str, Type},
};

/// A value beside something that fails, in a shape that never evaluates that.
pub(super) fn dropped(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let dead = generator.dead();
    Some(match generator.below(14) {
        11..=13 => {
            let first = generator.untouched(dead);
            let live = generator.certain(wanted);
            generator.call("seq", [first, live])
        }
        10 => {
            // A set that is only asked for names that are defined nowhere else.
            generator.scope.push_with(Vec::new(), false);
            let live = generator.certain(wanted);
            generator.scope.pop();
            Expr::With(Box::new(dead), Box::new(live))
        }
        0 => {
            let live = generator.certain(wanted);
            let (one, two) = (generator.attribute(), "zz");
            let whole = if generator.chance(50) {
                Expr::set([(one.as_str(), live), (two, dead)])
            } else {
                Expr::set([(two, dead), (one.as_str(), live)])
            };
            Expr::select(whole, &one)
        }
        1 => {
            let name = generator.name();
            let unused = Variable {
                fails: true,
                ..generator.defined(&name, &Type::Null)
            };
            let live =
                generator.with_variables(vec![unused], |generator| generator.certain(wanted));
            Expr::bind(&name, dead, live)
        }
        2 => {
            let name = generator.name();
            let unused = Variable {
                fails: true,
                ..generator.defined(&name, &Type::Null)
            };
            let live =
                generator.with_variables(vec![unused], |generator| generator.certain(wanted));
            Expr::call(Expr::lambda(&name, live), [dead])
        }
        3 => {
            let live = generator.certain(wanted);
            let name = generator.attribute();
            let whole = Expr::set([(name.as_str(), live)]);
            Expr::Select(
                Box::new(whole),
                vec![Key::Static(name)],
                Some(Box::new(dead)),
            )
        }
        4 if generator.on(Feature::Builtins) => {
            let live = generator.certain(wanted);
            if generator.chance(50) {
                generator.call("head", [Expr::List(vec![live, dead])])
            } else {
                generator.call("elemAt", [Expr::List(vec![dead, live]), Expr::Int(1)])
            }
        }
        5 if generator.on(Feature::Builtins) => {
            let live = generator.certain(wanted);
            let held = if generator.chance(50) {
                Expr::List(vec![dead])
            } else {
                Expr::set([("a", dead)])
            };
            generator.call("seq", [held, live])
        }
        6 => {
            // A default that is not needed.
            let name = generator.name();
            let given = generator.random(false);
            let value = generator.expr(&given);
            let variable = generator.defined(&name, &given);
            let live =
                generator.with_variables(vec![variable], |generator| generator.certain(wanted));
            let formals = vec![Formal {
                name: name.clone(),
                default: Some(dead),
            }];
            let param = Param::Pattern {
                formals,
                ellipsis: false,
                whole: None,
            };
            Expr::call(
                Expr::Lambda(param, Box::new(live)),
                [Expr::set([(name, value)])],
            )
        }
        7 => {
            // What is updated away.
            let live = generator.certain(wanted);
            let name = generator.attribute();
            let below = Expr::set([(name.as_str(), dead)]);
            let above = Expr::set([(name.as_str(), live)]);
            Expr::select(Expr::binary(Op::Update, below, above), &name)
        }
        8 => {
            let live = generator.certain(wanted);
            let condition = generator.known(true);
            Expr::choose(condition, live, dead)
        }
        _ => {
            let live = generator.certain(wanted);
            let name = "zz".to_owned();
            let bindings = vec![
                Binding::named("_dead", dead),
                Binding::named(name.clone(), live),
            ];
            // `_dead` may be visible in what was made, but nothing there has that name.
            Expr::select(
                Expr::Set {
                    recursive: false,
                    bindings,
                },
                &name,
            )
        }
    })
}

/// A value after a failure that is asked for twice.
pub(super) fn asked_twice(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let live = generator.certain(wanted);
    Some(generator.failing_twice(live))
}

impl Generator<'_> {
    /// What fails, or may, where nothing evaluates it.
    pub(super) fn dead(&mut self) -> Expr {
        if self.tired() {
            return self.small_failure();
        }
        let found = self.scope.candidates(self.loops, true, |_, _| true);
        if !found.is_empty() && self.chance(30) {
            let at = self.below(found.len() as u32) as usize;
            if let Some(name) = self.scope.name_of(found[at]) {
                return Expr::var(name);
            }
        }
        match self.below(9) {
            0 => {
                let message = self.expr(&Type::Str(Str::Plain));
                self.call("throw", [message])
            }
            1 => {
                let message = self.leaf(&Type::Str(Str::Plain));
                self.call("abort", [message])
            }
            2 => {
                let one = self.leaf(&Type::Int(30));
                Expr::binary(Op::Div, one, Expr::Int(0))
            }
            3 => {
                let whole = self.leaf(&Type::set([("a", Type::Null)]));
                Expr::Select(
                    Box::new(whole),
                    vec![Key::Static("missing".to_owned())],
                    None,
                )
            }
            4 => Expr::bind("_self", Expr::var("_self"), Expr::var("_self")),
            5 => {
                let name = super::faults::any_builtin(self);
                self.wrong_call(name)
            }
            6 => self.catchable(),
            7 => {
                let of = self.random(false);
                self.expr(&of)
            }
            _ => self.small_failure(),
        }
    }

    pub(super) fn small_failure(&mut self) -> Expr {
        match self.below(5) {
            0 => Expr::binary(Op::Add, Expr::Int(1), Expr::text("a")),
            1 => Expr::call(Expr::Int(1), [Expr::Int(2)]),
            2 => Expr::Select(
                Box::new(Expr::set::<&str>([])),
                vec![Key::Static("a".to_owned())],
                None,
            ),
            3 => {
                let condition = self.boolean(false);
                Expr::Assert(Box::new(condition), Box::new(Expr::Int(1)))
            }
            _ => self.call("throw", [Expr::text("dead")]),
        }
    }
}
