//! How large values are in memory, which one release tells: that they have a size is all that is asked.

use super::Generator;
use crate::tree::{Expr, Key, Op};
use crate::types::{Str, Type};

pub(super) fn sized(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    let (data, any) = (generator.random(true), generator.random(false));
    let one = Expr::lambda("_x", Expr::var("_x"));
    let evaluated = generator.chance(50);
    // What is evaluated is written as JSON, which takes UTF-8 only.
    let string = Type::Str(if evaluated { Str::Plain } else { Str::Any });
    let mut items = vec![generator.expr(&data), generator.expr(&string)];
    if !evaluated {
        items.extend([
            generator.expr(&any),
            generator.call("map", [one.clone()]),
            generator.call("elemAt", [Expr::List(vec![Expr::Int(1)]), Expr::Int(0)]),
            Expr::call(one, [Expr::Int(1)]),
            Expr::Path(vec![crate::tree::Part::Text("./a".to_owned())]),
            Expr::var("_v"),
        ]);
    }
    let items = generator.shuffled(items);
    let none = Expr::lambda("_", Expr::Int(1));
    let size = Expr::Select(
        Box::new(Expr::var("builtins")),
        vec![Key::Static("valueSize".to_owned())],
        Some(Box::new(none)),
    );
    let size = Expr::call(size, [Expr::var("_v")]);
    let size = if evaluated {
        let written = generator.call("toJSON", [Expr::var("_v")]);
        generator.call("seq", [written, size])
    } else {
        size
    };
    let is_some = Expr::binary(Op::More, size, Expr::Int(0));
    Some(Expr::bind("_v", Expr::List(items), is_some))
}
