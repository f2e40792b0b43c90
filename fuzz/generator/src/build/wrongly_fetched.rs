//! Fetches that fail.

use super::{
    Generator,
    archives::{BROKEN, GOOD, TWO},
    fetched::path,
};
use crate::tree::{Expr, Op};

/// A way to fail: whether it is one of `fetchTree`, what is wrong, and the call.
type Row = (bool, &'static str, fn(&mut Generator<'_>) -> Expr);

const WRONG: &str = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// What is wrong in the attributes of a folder.
const OF_FOLDERS: [(&str, &str); 14] = [
    ("foo", "1"),
    (
        "narHash",
        "\"sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"",
    ),
    ("narHash", "\"x\""),
    ("narHash", "\"sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=\""),
    ("narHash", "1"),
    ("lastModified", "\"x\""),
    ("lastModified", "(-1)"),
    ("revCount", "(-1)"),
    ("revCount", "true"),
    ("rev", "[ ]"),
    ("rev", "null"),
    ("rev", "1.5"),
    ("name", "\"n\""),
    ("__final", "true"),
];

/// What is wrong in the attributes of an archive.
const OF_ARCHIVES: [(&str, &str); 9] = [
    ("lastModified", "3"),
    ("foo", "true"),
    ("foo", "x: x"),
    ("foo", "{ }"),
    ("ref", "\"b\""),
    ("narHash", "\"sha256:abc\""),
    ("name", "\"n\""),
    ("__final", "true"),
    ("rev", "true"),
];

/// Addresses of which none is there.
const ADDRESSES: [&str; 24] = [
    "path:./dir",
    "path:",
    "x",
    "",
    "file:x",
    "foo:bar",
    "path:/a?b",
    "tarball+path:/x",
    "path:/nowhere",
    "github:a",
    "github:a/b",
    "gitlab:a/b/c",
    "sourcehut:~a/b",
    "path:/%zz",
    "path:/a#b",
    "path://h/a",
    "flake:a",
    "flake:a/.b",
    "https://[::1/x",
    "https://h/x.tar?a=%4",
    "file+git:///x",
    "hg+file:///nowhere",
    "file:///nowhere.tar.gz",
    "file+file:///nowhere",
];

fn of_file(generator: &mut Generator<'_>, builtin: &str, field: &str, value: &'static str) -> Expr {
    let place = match builtin {
        "fetchurl" => generator.text_file(),
        _ => generator.archive(&GOOD[0]),
    };
    let url = generator.address("file://", place);
    let fields = [("url", url), (field, Expr::Source(value))];
    generator.call(builtin, [Expr::set(fields)])
}

fn of_wrong_hash(generator: &mut Generator<'_>, place: String, builtin: &str) -> Expr {
    let url = generator.address("file://", place);
    let fields = [("url", url), ("sha256", Expr::text(WRONG))];
    generator.call(builtin, [Expr::set(fields)])
}

fn tree_of_archive(generator: &mut Generator<'_>, place: String, field: &str, value: Expr) -> Expr {
    let url = generator.address("file://", place);
    let fields = [
        ("type", Expr::text("tarball")),
        ("url", url),
        (field, value),
    ];
    generator.call("fetchTree", [Expr::set(fields)])
}

/// The ways.
const ROWS: [Row; 18] = [
    // Newer releases take what has two folders as it is.
    (false, "the hash of two folders", |generator| {
        let place = generator.archive(&TWO);
        of_wrong_hash(generator, place, "fetchTarball")
    }),
    (false, "the hash of an archive", |generator| {
        let place = generator.archive(&GOOD[0]);
        of_wrong_hash(generator, place, "fetchTarball")
    }),
    (false, "the hash of a file", |generator| {
        let place = generator.text_file();
        of_wrong_hash(generator, place, "fetchurl")
    }),
    (false, "nothing is there", |generator| {
        let name = generator.pick(&["fetchurl", "fetchTarball"]);
        let url = generator.address("file://", "./nothing.tar".to_owned());
        generator.call(name, [url])
    }),
    (false, "no archive", |generator| {
        let place = generator.file("data.json", b"{\"a\": [1, 2.5, null]}");
        let url = generator.address("file://", place);
        generator.call("fetchTarball", [url])
    }),
    (false, "a folder", |generator| {
        let place = generator.folder();
        let url = generator.address("file://", place);
        generator.call("fetchTarball", [url])
    }),
    (false, "a broken archive", |generator| {
        let archive = &BROKEN[generator.below(BROKEN.len() as u32) as usize];
        let place = generator.archive(archive);
        let url = generator.address("file://", place);
        generator.call("fetchTarball", [url])
    }),
    (false, "an argument that is not known", |generator| {
        let name = generator.pick(&["fetchurl", "fetchTarball"]);
        let more = generator.pick(&["sha1", "md5", "rev", "hash"]);
        of_file(generator, name, more, "\"x\"")
    }),
    (false, "an argument of the wrong kind", |generator| {
        let name = generator.pick(&["fetchurl", "fetchTarball"]);
        let (field, value) = generator.pick(&[
            ("sha256", "\"x\""),
            ("sha256", "1"),
            ("sha256", "\"md5-1B2M2Y8AsgTpgAmY7PhCfg==\""),
            ("name", "1"),
            ("name", "\"\""),
        ]);
        match (name, value) {
            // The name is that of the address then.
            ("fetchurl", "\"\"") => of_file(generator, name, "sha256", "null"),
            _ => of_file(generator, name, field, value),
        }
    }),
    (false, "a name that none may have", |generator| {
        let name = generator.pick(&["\".\"", "\"a b\"", "\".a/b\"", "\"a%\"", "\"..-x\""]);
        let builtin = generator.pick(&["fetchurl", "fetchurl", "fetchTarball"]);
        of_file(generator, builtin, "name", name)
    }),
    (true, "the hash of the tree of an archive", |generator| {
        let place = generator.archive(&GOOD[0]);
        tree_of_archive(generator, place, "narHash", Expr::text(WRONG))
    }),
    (true, "an attribute of an archive", |generator| {
        let place = generator.archive(&GOOD[0]);
        let (field, value) = generator.pick(&OF_ARCHIVES);
        tree_of_archive(generator, place, field, Expr::Source(value))
    }),
    (true, "the tree of a broken archive", |generator| {
        let archive = &BROKEN[generator.below(BROKEN.len() as u32) as usize];
        let place = generator.archive(archive);
        let url = generator.address("file://", place);
        let fields = [("type", Expr::text("tarball")), ("url", url)];
        generator.call("fetchTree", [Expr::set(fields)])
    }),
    (true, "a parameter of a folder", |generator| {
        let folder = generator.folder();
        let address = generator.address("path:", folder);
        let more = generator.pick(&[
            "?foo=1",
            "?narHash=x",
            "?narHash=sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=",
            "?lastModified=x",
            "?revCount=-1",
            "?rev=1",
            "?a=%zz",
            "#%zz",
            "?dir=a",
        ]);
        let address = Expr::binary(Op::Add, address, Expr::text(more));
        generator.call("fetchTree", [address])
    }),
    (true, "an attribute of a folder", |generator| {
        let folder = generator.folder();
        let place = generator.call("toString", [path(folder)]);
        let (field, value) = generator.pick(&OF_FOLDERS);
        let kind = Expr::text("path");
        let fields = [
            ("type", kind),
            ("path", place),
            (field, Expr::Source(value)),
        ];
        generator.call("fetchTree", [Expr::set(fields)])
    }),
    (true, "an address of nothing", |generator| {
        let address = generator.pick(&ADDRESSES);
        generator.call("fetchTree", [Expr::text(address)])
    }),
    (true, "an address that is none", |generator| {
        let address = crate::grammar::address::broken(generator.choices);
        generator.call("fetchTree", [Expr::text(&address)])
    }),
    (true, "attributes of nothing", |generator| {
        let wrong = generator.pick(&[
            "{ type = \"path\"; }",
            "{ }",
            "{ type = 1; }",
            "{ type = \"foo\"; }",
            "{ type = \"tarball\"; }",
            "{ type = \"tarball\"; url = \"x\"; }",
            "{ type = \"file\"; url = [ ]; }",
            "{ type = \"git\"; }",
            "{ type = \"hg\"; }",
            "{ type = \"indirect\"; id = \"a\"; }",
            "{ type = \"github\"; owner = \"o\"; repo = \"r\"; }",
            "1",
            "null",
        ]);
        generator.call("fetchTree", [Expr::Source(wrong)])
    }),
];

impl Generator<'_> {
    /// A fetch that fails.
    pub(super) fn wrongly_fetched(&mut self) -> Expr {
        let can = |&(of_trees, ..): &&Row| !of_trees || self.wishes("fetch-tree");
        let rows: Vec<&'static Row> = ROWS.iter().filter(can).collect();
        let (_, name, make) = self.pick(&rows);
        if let super::Fault::Planting(kind) = self.fault {
            self.fault = super::Fault::Planted(format!("{kind}: {name}"));
        }
        let fetched = make(self);
        self.call("toJSON", [fetched])
    }
}
