//! Sources that are not copied: not there, not what their hash says, or not asked for as they have to be.

use crate::{
    build::Generator,
    grammar::broken,
    tree::{Expr, Part},
};

/// A source that is refused.
pub(in crate::build) fn source(generator: &mut Generator<'_>) -> Expr {
    let path = |text: &str| Expr::Path(vec![Part::Text(text.to_owned())]);
    if !generator.config.files {
        // Nothing is beside the program.
        let fields = [("path", path("./no/thing"))];
        return generator.call("path", [Expr::set(fields)]);
    }
    generator.file("a.txt", b"some text\n");
    generator.file("dir/a", "é $x ${y}\r\n".as_bytes());
    let (file, folder) = (path("./a.txt"), path("./dir"));
    let two = |body: Expr| Expr::lambda("_path", Expr::lambda("_type", body));
    let fields = match generator.below(17) {
        0 | 1 => {
            let zeros = "0".repeat(52);
            let place = generator.pick(&["./a.txt", "./dir"]);
            vec![("path", path(place)), ("sha256", Expr::text(&zeros))]
        }
        2 => {
            let zeros = "0".repeat(64);
            let flat = generator.boolean(false);
            vec![
                ("path", file),
                ("sha256", Expr::text(&zeros)),
                ("recursive", flat),
            ]
        }
        3 => {
            let (_, hash) = broken::hash(generator.choices);
            vec![("path", file), ("sha256", Expr::text(hash))]
        }
        4 => vec![("path", file), ("zz", Expr::Int(1))],
        5 => vec![("name", Expr::text("x"))],
        6 => {
            let name = generator.pick(&["a b", "é", "a/b"]);
            vec![("path", file), ("name", Expr::text(name))]
        }
        7 => vec![("path", path("./no/thing"))],
        8 => vec![("path", Expr::text("a.txt"))],
        9 => {
            let flat = generator.boolean(false);
            vec![("path", folder), ("recursive", flat)]
        }
        10 => {
            let place = generator.pick(&["./a.txt", "./dir"]);
            let filter = generator.pick(&[0, 1, 2]);
            let filter = match filter {
                0 => Expr::Int(1),
                1 => Expr::set::<&str>([]),
                _ => Expr::text("f"),
            };
            vec![("path", path(place)), ("filter", filter)]
        }
        11 => vec![("path", folder), ("filter", two(Expr::Int(1)))],
        12 => {
            let one = Expr::lambda("_path", generator.boolean(true));
            vec![("path", folder), ("filter", one)]
        }
        13 => {
            let thrown = generator.call("throw", [Expr::var("_type")]);
            vec![("path", folder), ("filter", two(thrown))]
        }
        14 => {
            let name = Expr::Str(vec![Part::Hole(file.clone())]);
            vec![("path", file), ("name", name)]
        }
        15 => vec![("path", file), ("recursive", Expr::Int(1))],
        _ => {
            let name = generator.pick(&["a b", "", "é", "."]);
            return generator.call("toFile", [Expr::text(name), Expr::text("")]);
        }
    };
    generator.call("path", [Expr::set(fields)])
}
