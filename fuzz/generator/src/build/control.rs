//! Control: conditions, assertions, `tryEval`, and what only makes other things happen on the way.

use super::Generator;
use crate::{
    swarm::Feature,
    tree::{Expr, Key, Op, Part},
    types::Type,
};

pub(super) fn condition(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    if generator.on(Feature::Lazy) && generator.chance(20) {
        let value = generator.chance(50);
        let condition = generator.known(value);
        let (live, dead) = (generator.certain(wanted), generator.dead());
        return Some(if value {
            Expr::choose(condition, live, dead)
        } else {
            Expr::choose(condition, dead, live)
        });
    }
    let condition = generator.certain(&Type::Bool);
    let (yes, no) = (generator.expr(wanted), generator.expr(wanted));
    Some(Expr::choose(condition, yes, no))
}

pub(super) fn assertion(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let condition = generator.known(true);
    let body = generator.certain(wanted);
    Some(Expr::Assert(Box::new(condition), Box::new(body)))
}

/// `(tryEval e).value`, where `e` does not fail, or what is said where it does.
pub(super) fn try_eval(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    if generator.chance(65) {
        let inner = generator.expr(wanted);
        let tried = generator.call("tryEval", [inner]);
        return Some(Expr::select(tried, "value"));
    }
    let name = generator.name();
    let hidden = vec![crate::scope::Variable::reserved(&name)];
    Some(generator.with_variables(hidden, |generator| {
        let fails = generator.chance(50);
        let inner = if fails {
            generator.catchable()
        } else {
            generator.expr(wanted)
        };
        let outcome = generator.call("tryEval", [inner]);
        let value = Expr::select(Expr::var(&name), "value");
        let other = generator.expr(wanted);
        let body = Expr::choose(Expr::select(Expr::var(&name), "success"), value, other);
        Expr::bind(&name, outcome, body)
    }))
}

/// Whether something can be evaluated.
pub(super) fn succeeds(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let inner = if generator.chance(50) {
        let of = generator.random(false);
        generator.expr(&of)
    } else {
        generator.catchable()
    };
    let tried = generator.call("tryEval", [inner]);
    Some(Expr::select(tried, "success"))
}

/// What `tryEval` gives, whole.
pub(super) fn tried(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let inner = if generator.chance(50) {
        generator.expr(&Type::Opaque)
    } else {
        generator.catchable()
    };
    Some(generator.call("tryEval", [inner]))
}

pub(super) fn traced(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let name = generator.pick(&[
        "trace",
        "seq",
        "deepSeq",
        "addErrorContext",
        "trace",
        "traceVerbose",
        "warn",
    ]);
    if !generator.has_named(name) {
        return None;
    }
    // Nobody looks at it, unless what it is about fails: then its failure is the program's.
    let is_unread =
        name == "addErrorContext" && generator.on(Feature::Lazy) && generator.chance(50);
    let first = match name {
        "addErrorContext" if is_unread => generator.dead(),
        "addErrorContext" | "traceVerbose" | "warn" => {
            generator.expr(&Type::Str(crate::types::Str::Plain))
        }
        "seq" if generator.on(Feature::Lazy) && generator.chance(50) => {
            let dead = generator.dead();
            Expr::List(vec![dead])
        }
        _ => generator.expr(&Type::Opaque),
    };
    let then = if is_unread {
        generator.expr(wanted)
    } else {
        generator.certain(wanted)
    };
    Some(generator.call(name, [first, then]))
}

/// A value that says when it is evaluated: the numbers tell the order.
pub(super) fn numbered(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    generator.traces += 1;
    let message = if generator.chance(80) {
        Expr::Int(u64::from(generator.traces))
    } else {
        generator.expr(&Type::Opaque)
    };
    let then = generator.certain(wanted);
    Some(generator.call("trace", [message, then]))
}

impl Generator<'_> {
    /// What fails in a way that `tryEval` catches.
    pub(super) fn catchable(&mut self) -> Expr {
        match self.below(9) {
            8 => self.unequal(),
            7 => {
                // What is evaluated first decides whether it can be caught.
                let op = self.pick(&[Op::Sub, Op::Mul, Op::Less, Op::Concat, Op::Equal, Op::Add]);
                let (one, two) = (self.catchable(), self.small_failure());
                Expr::binary(op, one, two)
            }
            0 | 1 => {
                let message = self.expr(&Type::Str(crate::types::Str::Plain));
                self.call("throw", [message])
            }
            2 => {
                let condition = self.known(false);
                let body = self.leaf(&Type::Null);
                Expr::Assert(Box::new(condition), Box::new(body))
            }
            3 => Expr::Search("no/such-thing".to_owned()),
            4 => {
                // It fails within something else.
                let inner = self.catchable();
                let of = self.random(true);
                let value = self.leaf(&of);
                let whole = Expr::set([("x", inner), ("y", value)]);
                Expr::Select(Box::new(whole), vec![Key::Static("x".to_owned())], None)
            }
            5 => {
                let inner = self.catchable();
                let then = self.leaf(&Type::Null);
                self.call("deepSeq", [Expr::List(vec![inner]), then])
            }
            _ => {
                let inner = self.catchable();
                Expr::binary(Op::Add, inner, Expr::Int(1))
            }
        }
    }

    /// An assertion that two values are equal, which are not: newer releases say where they differ.
    pub(super) fn unequal(&mut self) -> Expr {
        let of = self.random(true);
        let shared = self.leaf(&of);
        let path = |text: &str| Expr::Path(vec![Part::Text(text.to_owned())]);
        let (one, two) = match self.below(12) {
            0 => (Expr::Int(1), Expr::Int(2)),
            5 => {
                let function = || Expr::lambda("_x", Expr::var("_x"));
                (function(), function())
            }
            6 => (path("./a"), path("./b")),
            7 => (self.global("null"), path("./a")),
            // Names, and how many there are.
            8 => (
                Expr::set([("x", Expr::Int(1))]),
                Expr::set([("y", Expr::Int(1))]),
            ),
            9 => {
                let more = [("x", Expr::Int(1)), ("y", Expr::Int(1))];
                (Expr::set([("x", Expr::Int(1))]), Expr::set(more))
            }
            10 => (Expr::List(vec![Expr::Int(1)]), Expr::List(Vec::new())),
            11 if self.on(Feature::Derivation) => {
                let fields = |name: &str| {
                    let fields = [("name", name), ("system", "s"), ("builder", "b")];
                    Expr::set(fields.map(|(name, text)| (name, Expr::text(text))))
                };
                let [one, two] = ["a", "b"].map(|name| self.call("derivation", [fields(name)]));
                (one, two)
            }
            1 => (Expr::text("a"), Expr::text("b")),
            2 => (Expr::Int(1), Expr::text("1")),
            3 => (self.boolean(true), Expr::List(vec![Expr::Int(1)])),
            _ => (Expr::Float("1.5".to_owned()), Expr::set::<&str>([])),
        };
        let wrap = |held: Expr, shape: u32| match shape {
            0 => held,
            1 => Expr::List(vec![shared.clone(), held]),
            2 => Expr::set([("a", shared.clone()), ("b", held)]),
            _ => Expr::set([(
                "a",
                Expr::List(vec![Expr::set([("c", held)]), shared.clone()]),
            )]),
        };
        let shape = self.below(4);
        let longer = self.chance(15);
        let (one, mut two) = (wrap(one, shape), wrap(two, shape));
        if longer && let Expr::List(items) = &mut two {
            items.push(Expr::Int(0));
        }
        let body = self.leaf(&Type::Null);
        Expr::Assert(Box::new(Expr::binary(Op::Equal, one, two)), Box::new(body))
    }
}
