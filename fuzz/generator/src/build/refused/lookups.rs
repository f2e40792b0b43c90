//! Files that are looked for in the wrong place, or taken for what they are not.

use crate::{
    build::Generator,
    tree::{Expr, Part},
};

/// A file that is not found or not read.
pub(in crate::build) fn looked_up(generator: &mut Generator<'_>) -> Expr {
    let path = |text: &str| Expr::Path(vec![Part::Text(text.to_owned())]);
    if generator.config.files && generator.chance(40) {
        generator.file("a.txt", b"some text\n");
        generator.file("dir/a", "é $x ${y}\r\n".as_bytes());
        let (file, folder) = (path("./a.txt"), path("./dir"));
        return match generator.below(6) {
            0 => generator.call("readDir", [file]),
            1 => generator.call("readFile", [folder]),
            2 => generator.call("import", [folder]),
            3 => generator.call("hashFile", [Expr::text("sha256"), folder]),
            4 => generator.call("hashFile", [Expr::text("md4"), file]),
            _ => generator.call("scopedImport", [Expr::Int(1), file]),
        };
    }
    let (entry, name) = match generator.below(7) {
        0 => (Some(Expr::Int(1)), "a"),
        1 => (Some(Expr::set([("prefix", Expr::text("a"))])), "a"),
        2 => (Some(Expr::set([("path", Expr::Int(1))])), "a"),
        3 => {
            let fields = [("prefix", Expr::Int(1)), ("path", path("./."))];
            (Some(Expr::set(fields)), "a")
        }
        4 => (
            Some(Expr::set([("path", path("./no/thing"))])),
            "no-such-thing",
        ),
        5 => {
            let fields = [("prefix", Expr::text("a/b")), ("path", path("./."))];
            (Some(Expr::set(fields)), "a/c")
        }
        _ => (None, ""),
    };
    let entries = entry.into_iter().collect();
    generator.call("findFile", [Expr::List(entries), Expr::text(name)])
}
