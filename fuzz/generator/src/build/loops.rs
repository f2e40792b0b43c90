//! Repetition with a bound: recursion, folds, closures.

use super::Generator;
use crate::{
    scope::Variable,
    tree::{Binding, Expr, Op},
    types::{Str, Type},
};

/// `let f = n: if n <= 0 then … else … f (n - 1) …; in f 5`
pub(super) fn recursion(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    if generator.loops > 1 {
        return None;
    }
    let name = generator.name();
    let count = "_n";
    generator
        .scope
        .push(vec![Variable::reserved(&name), Variable::reserved(count)]);
    let last = generator.in_loop(wanted);
    let step = step(generator, wanted, "_rest");
    generator.scope.pop();
    let less = Expr::binary(Op::Sub, Expr::var(count), Expr::Int(1));
    let again = Expr::call(Expr::var(&name), [less]);
    let step = if generator.chance(50) {
        Expr::bind("_rest", again, step)
    } else {
        Expr::call(Expr::lambda("_rest", step), [again])
    };
    let end = Expr::binary(Op::LessEqual, Expr::var(count), Expr::Int(0));
    let function = Expr::lambda(count, Expr::choose(end, last, step));
    let times = Expr::Int(u64::from(generator.below(9)));
    Some(Expr::bind(
        &name,
        function,
        Expr::call(Expr::var(&name), [times]),
    ))
}

/// What is made of the rest in one step: the rest may be used once, so that it does not grow too fast.
fn step(generator: &mut Generator<'_>, wanted: &Type, rest: &str) -> Expr {
    generator.loops += 1;
    let mut variable = generator.defined(rest, wanted);
    variable.uses = if wanted.grows() { 1 } else { u8::MAX };
    variable.mass = 64;
    let body = generator.with_variables(vec![variable], |generator| generator.expr(wanted));
    generator.loops -= 1;
    body
}

/// Two functions that call each other.
pub(super) fn mutual(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    if generator.loops > 1 {
        return None;
    }
    let (one, two) = ("_even", "_odd");
    let (last_one, last_two) = (generator.in_loop(wanted), generator.in_loop(wanted));
    let step_one = step(generator, wanted, "_rest");
    let function = |other: &str, last: Expr, step: Option<Expr>| {
        let less = Expr::binary(Op::Sub, Expr::var("_n"), Expr::Int(1));
        let again = Expr::call(Expr::var(other), [less]);
        let again = match step {
            Some(step) => Expr::call(Expr::lambda("_rest", step), [again]),
            None => again,
        };
        let end = Expr::binary(Op::Less, Expr::var("_n"), Expr::Int(1));
        Expr::lambda("_n", Expr::choose(end, last, again))
    };
    let bindings = vec![
        Binding::named(one, function(two, last_one, None)),
        Binding::named(two, function(one, last_two, Some(step_one))),
    ];
    let bindings = generator.shuffled(bindings);
    let times = Expr::Int(u64::from(generator.below(12)));
    let called = Expr::call(Expr::var(one), [times]);
    if generator.chance(30) {
        let whole = Expr::Set {
            recursive: true,
            bindings,
        };
        let name = generator.pick(&[one, two]);
        return Some(Expr::call(Expr::select(whole, name), [Expr::Int(5)]));
    }
    Some(Expr::Let(bindings, Box::new(called)))
}

/// `foldl' (acc: x: …) start list`
pub(super) fn fold(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    if generator.loops > 1 {
        return None;
    }
    let item = generator.random(false);
    let (acc, name) = ("_acc", generator.name());
    let start = generator.expr(wanted);
    // A few items: what a step may double is doubled for each.
    let list = super::lists::literal(generator, &Type::list(item.clone()))?;
    let of_item = generator.defined(&name, &item);
    generator.loops += 1;
    generator.scope.push(vec![Variable {
        loops: generator.loops,
        ..of_item
    }]);
    generator.loops -= 1;
    let body = step(generator, wanted, acc);
    generator.scope.pop();
    let function = Expr::lambda(acc, Expr::lambda(&name, body));
    Some(generator.call("foldl'", [function, start, list]))
}

/// What `genericClosure` reaches.
pub(super) fn closure(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let Type::List(item, 0) = wanted else {
        return None;
    };
    let Type::Set(fields) = &**item else {
        return None;
    };
    let possible = |of: &Type| matches!(of, Type::Int(4..) | Type::Str(Str::Plain | Str::Any));
    if fields
        .iter()
        .any(|(name, of)| name != "key" || !possible(of))
    {
        return None;
    }
    let strings = fields.iter().any(|(_, of)| matches!(of, Type::Str(_)));
    Some(generator.closure_of(strings))
}

impl Generator<'_> {
    /// A closure over small integers, or over strings.
    pub(super) fn closure_of(&mut self, strings: bool) -> Expr {
        let key = |number: u32| {
            let text = ["", "a", "b", "aa", "ab", "x"];
            if strings {
                Expr::text(text[number as usize % text.len()])
            } else {
                Expr::Int(u64::from(number))
            }
        };
        let starts = self.below(4);
        let mut start = Vec::new();
        for _ in 0..starts {
            let number = self.below(6);
            start.push(Expr::set([("key", key(number))]));
        }
        let next = if strings {
            let of = Expr::select(Expr::var("_item"), "key");
            let length = self.call("stringLength", [of.clone()]);
            let longer = Expr::set([("key", Expr::binary(Op::Add, of, Expr::text("a")))]);
            let most = u64::from(1 + self.below(4));
            Expr::choose(
                Expr::binary(Op::Less, length, Expr::Int(most)),
                Expr::List(vec![longer]),
                Expr::List(Vec::new()),
            )
        } else {
            let of = Expr::select(Expr::var("_item"), "key");
            let modulus = 2 + self.below(7);
            let mut items = Vec::new();
            for _ in 0..self.below(3) {
                let factor = u64::from(1 + self.below(3));
                let scaled = Expr::binary(Op::Mul, of.clone(), Expr::Int(factor));
                let shifted = Expr::binary(Op::Add, scaled, Expr::Int(1));
                let masked = self.call("bitAnd", [shifted, Expr::Int(u64::from(modulus))]);
                items.push(Expr::set([("key", masked)]));
            }
            Expr::List(items)
        };
        let operator = Expr::lambda("_item", next);
        let argument = Expr::set([("startSet", Expr::List(start)), ("operator", operator)]);
        self.call("genericClosure", [argument])
    }
}
