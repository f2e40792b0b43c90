//! Values that messages show in brief: long, deep, with parts that nothing evaluated yet.

use super::Generator;
use crate::{
    swarm::Feature,
    tree::{Binding, Expr, Key, Op, Part},
};

impl Generator<'_> {
    /// A list of many things and deep ones.
    pub(super) fn bulky_list(&mut self) -> Expr {
        let items = self.items();
        let mut deep = Expr::List(Vec::new());
        for number in 0..self.below(5) {
            deep = Expr::List(vec![Expr::Int(u64::from(number)), deep]);
        }
        let mut all = vec![deep];
        all.extend(items);
        Expr::List(self.shuffled(all))
    }

    /// A set of many things and deep ones.
    pub(super) fn bulky_set(&mut self) -> Expr {
        if self.on(Feature::Derivation) && self.chance(20) {
            return self.small_derivation();
        }
        let mut bindings = Vec::new();
        for (number, item) in self.items().into_iter().enumerate() {
            let odd = self.on(Feature::Odd) && self.chance(30);
            let name = if odd {
                format!("{number} \"")
            } else {
                format!("x{number}")
            };
            bindings.push(Binding::named(name, item));
        }
        let deep = ["a", "b", "c", "d", "e"];
        let depth = 1 + self.below(5) as usize;
        let path = deep[..depth]
            .iter()
            .map(|name| Key::Static((*name).to_owned()));
        bindings.push(Binding::Value(path.collect(), Expr::Int(1)));
        Expr::Set {
            recursive: false,
            bindings,
        }
    }

    /// A string that is longer than what is shown of it, or needs escapes.
    pub(super) fn bulky_text(&mut self) -> Expr {
        if self.loops == 0 && self.chance(60) {
            let size = self.pick(&[1023, 1024, 1025, 1100]);
            let letter = Expr::lambda("_", Expr::text("a"));
            let list = self.call("genList", [letter, Expr::Int(size)]);
            return self.call("concatStringsSep", [Expr::text(""), list]);
        }
        Expr::text(self.pick(&["a\n\t\"b\"", "${x} \\", "é\r", "\u{1b}[31mred\u{1b}[0m"]))
    }

    /// Items of all kinds, some of them evaluated and some not.
    fn items(&mut self) -> Vec<Expr> {
        let mut items = Vec::new();
        for _ in 0..self.below(4) {
            items.push(match self.below(9) {
                0 => Expr::binary(Op::Add, Expr::Int(1), Expr::Int(1)),
                1 => Expr::lambda("_x", Expr::var("_x")),
                2 => self.builtin("add"),
                3 => {
                    let add = self.builtin("add");
                    Expr::call(add, [Expr::Int(1)])
                }
                4 => Expr::Float("1.5".to_owned()),
                5 => self.global("null"),
                6 => Expr::Path(vec![Part::Text("./a".to_owned())]),
                7 => self.boolean(true),
                _ => Expr::text("text"),
            });
        }
        items
    }
}
