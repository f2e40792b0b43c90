//! Numbers that are whole and nevertheless too small or too large for what they are to say.

use crate::{build::Generator, tree::Expr};

/// A place or a size that there is not.
pub(in crate::build) fn number(generator: &mut Generator<'_>) -> Expr {
    let items = |count: u64| Expr::List((0..count).map(Expr::Int).collect());
    let size = u64::from(generator.below(4));
    match generator.below(8) {
        0 => {
            let function = Expr::lambda("_i", Expr::var("_i"));
            let negative = generator.pick(&[-1, i64::MIN, -8]);
            generator.call("genList", [function, Expr::int(negative)])
        }
        1 | 2 => generator.call("elemAt", [items(size), Expr::Int(size)]),
        3 => {
            let at = generator.pick(&[-1, i64::MIN, i64::MAX]);
            generator.call("elemAt", [items(size), Expr::int(at)])
        }
        4 => {
            let start = generator.pick(&[-1, i64::MIN, -4_294_967_296]);
            let arguments = [Expr::int(start), Expr::Int(1), Expr::text("abc")];
            generator.call("substring", arguments)
        }
        5 => generator.call("head", [items(0)]),
        6 => generator.call("tail", [items(0)]),
        _ => {
            let (hash, format) = generator.pick(&[("md4", ""), ("", ""), ("SHA256", "a")]);
            generator.call("hashString", [Expr::text(hash), Expr::text(format)])
        }
    }
}
