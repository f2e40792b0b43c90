//! What takes something that fails and never evaluates it.

use super::Generator;
use crate::tree::{Binding, Expr, Formal, Key, Op, Param};

impl Generator<'_> {
    /// Something that can be evaluated although it holds what fails.
    pub(super) fn untouched(&mut self, dead: Expr) -> Expr {
        let held = |dead: Expr| Expr::set([("a", dead)]);
        let always = |generator: &mut Self| {
            let value = generator.boolean(true);
            Expr::lambda("_", value)
        };
        match self.below(16) {
            0..=2 => self.call("elem", [dead, Expr::List(Vec::new())]),
            3..=5 => {
                let found = self.call("catAttrs", [Expr::text("a"), Expr::List(vec![held(dead)])]);
                self.call("length", [found])
            }
            6 => self.call("length", [Expr::List(vec![dead.clone(), dead])]),
            7 => self.call(
                "removeAttrs",
                [held(dead), Expr::List(vec![Expr::text("a")])],
            ),
            8 => {
                let pair = Expr::set([("name", Expr::text("a")), ("value", dead)]);
                self.call("listToAttrs", [Expr::List(vec![pair])])
            }
            9 => {
                let function = Expr::lambda("_", Expr::lambda("_", dead));
                self.call("mapAttrs", [function, Expr::set([("a", Expr::Int(1))])])
            }
            10 => {
                let list = Expr::List(vec![Expr::Int(1)]);
                self.call("map", [Expr::lambda("_", dead), list])
            }
            11 => self.call("genList", [Expr::lambda("_", dead), Expr::Int(3)]),
            12 => {
                let name = self.pick(&["filter", "all", "any"]);
                let function = always(self);
                self.call(name, [function, Expr::List(vec![dead])])
            }
            13 => {
                let all = self.call(
                    "concatLists",
                    [Expr::List(vec![
                        Expr::List(vec![dead.clone()]),
                        Expr::List(vec![dead]),
                    ])],
                );
                self.call("tail", [all])
            }
            14 => {
                let default = Formal {
                    name: "a".to_owned(),
                    default: Some(dead),
                };
                let param = Param::Pattern {
                    formals: vec![default],
                    ellipsis: false,
                    whole: None,
                };
                let function = Expr::Lambda(param, Box::new(Expr::var("a")));
                self.call("functionArgs", [function])
            }
            _ => {
                let below = Expr::set([("a", dead.clone()), ("b", dead)]);
                let whole = Expr::binary(Op::Update, below, Expr::set([("b", Expr::Int(1))]));
                Expr::Has(Box::new(whole), vec![Key::Static("a".to_owned())])
            }
        }
    }

    /// Something before which one failure is asked for twice. What it says on the way it says once in
    /// newer releases.
    pub(super) fn failing_twice(&mut self, live: Expr) -> Expr {
        self.traces += 1;
        let number = Expr::Int(u64::from(self.traces));
        let failure = self.catchable();
        let said = self.call("trace", [number, failure]);
        let (first, second) = (Expr::var("_t"), Expr::var("_t"));
        let asked = match self.below(3) {
            0 => {
                let both = [first, second].map(|one| self.call("tryEval", [one]));
                self.call("deepSeq", [Expr::List(both.to_vec()), live])
            }
            1 => {
                // The second time as a part of something else.
                let whole = Expr::binary(Op::Add, second, Expr::Int(1));
                let both = [first, whole].map(|one| self.call("tryEval", [one]));
                self.call("deepSeq", [Expr::List(both.to_vec()), live])
            }
            _ => {
                let [first, second] =
                    [first, second].map(|one| Expr::select(self.call("tryEval", [one]), "success"));
                let either = Expr::binary(Op::Or, first, second);
                Expr::choose(either, Expr::Int(0), live)
            }
        };
        Expr::Let(vec![Binding::named("_t", said)], Box::new(asked))
    }
}
