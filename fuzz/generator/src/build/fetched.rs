//! Fetchers, of what lies beside the program.

use super::{
    Generator,
    archives::{Archive, GOOD, TWO},
};
use crate::{
    tree::{Expr, Op, Part},
    types::Type,
};

/// `"scheme://${toString ./file}"`
fn address(scheme: &str, path: Expr) -> Expr {
    let at = Expr::call(Expr::var("toString"), [path]);
    Expr::Str(vec![Part::Text(scheme.to_owned()), Part::Hole(at)])
}

fn path(text: String) -> Expr {
    Expr::Path(vec![Part::Text(text)])
}

impl Generator<'_> {
    /// Where something beside the program is, as an address.
    pub(super) fn address(&mut self, scheme: &str, place: String) -> Expr {
        // Nothing may hide it.
        if self.scope.defines("toString") {
            let at = Expr::select(Expr::var("builtins"), "toString");
            let at = Expr::call(at, [path(place)]);
            return Expr::Str(vec![Part::Text(scheme.to_owned()), Part::Hole(at)]);
        }
        address(scheme, path(place))
    }

    /// A string made of what `fetchTarball` gives.
    pub(super) fn fetched_archive(&mut self) -> Expr {
        if self.chance(8) {
            let place = self.archive(&TWO);
            let url = self.address("file://", place);
            let fetched = self.call("fetchTarball", [url]);
            return Expr::Str(vec![Part::Hole(fetched)]);
        }
        let archive = &GOOD[self.below(GOOD.len() as u32) as usize];
        let place = self.archive(archive);
        let url = self.address("file://", place);
        let argument = match self.below(5) {
            0 | 1 => url,
            _ => {
                let mut fields = vec![("url", url)];
                if self.chance(60) {
                    fields.push(("sha256", self.known_hash(archive)));
                }
                if self.chance(30) {
                    fields.push(("name", Expr::text(&self.store_name())));
                }
                Expr::set(self.shuffled(fields))
            }
        };
        let fetched = self.call("fetchTarball", [argument]);
        self.of_tree(fetched, archive)
    }

    fn known_hash(&mut self, archive: &Archive) -> Expr {
        let prefix = self.pick(&["sha256-", "sha256:", ""]);
        Expr::text(&format!("{prefix}{}", archive.hash))
    }

    /// A string made of the tree of an archive: its path, or something in it.
    fn of_tree(&mut self, tree: Expr, archive: &Archive) -> Expr {
        let is_flake = archive.file.starts_with("flake");
        match self.below(6) {
            0 => {
                let name = if is_flake { "/a.txt" } else { "/a" };
                let file = Expr::Str(vec![Part::Hole(tree), Part::Text(name.to_owned())]);
                self.call("readFile", [file])
            }
            1 => {
                let tree = Expr::Str(vec![Part::Hole(tree)]);
                let read = self.call("readDir", [tree]);
                self.call("toJSON", [read])
            }
            2 if !is_flake => {
                let tree = Expr::Str(vec![Part::Hole(tree)]);
                let function = self.call("import", [tree]);
                Expr::call(function, [Expr::set::<&str>([])])
            }
            _ => Expr::Str(vec![Part::Hole(tree)]),
        }
    }

    /// A string made of what `fetchurl` gives.
    pub(super) fn fetched_file(&mut self) -> Expr {
        let place = self.text_file();
        let url = self.address("file://", place.clone());
        let argument = match self.below(3) {
            0 => url,
            _ => {
                let mut fields = vec![("url", url)];
                if self.chance(50) {
                    let hash = self.call("hashFile", [Expr::text("sha256"), path(place)]);
                    fields.push(("sha256", hash));
                }
                if self.chance(30) {
                    fields.push(("name", Expr::text(&self.store_name())));
                }
                Expr::set(self.shuffled(fields))
            }
        };
        let fetched = self.call("fetchurl", [argument]);
        match self.below(3) {
            0 => self.call("readFile", [fetched]),
            _ => fetched,
        }
    }

    /// A string made of what `fetchTree` gives.
    pub(super) fn fetched_tree(&mut self) -> Expr {
        if !self.wishes("fetch-tree") {
            return self.fetched_archive();
        }
        let (argument, archive) = match self.below(6) {
            0 | 1 => (self.folder_to_fetch(), None),
            2 => {
                let place = self.text_file();
                let url = self.address("file://", place);
                let kind = Expr::text("file");
                (Expr::set([("type", kind), ("url", url)]), None)
            }
            3 => {
                let place = self.text_file();
                (self.address("file+file://", place), None)
            }
            _ => {
                let archive = &GOOD[self.below(GOOD.len() as u32) as usize];
                let place = self.archive(archive);
                if self.chance(30) {
                    let scheme = self.pick(&["tarball+file://", "file://"]);
                    (self.address(scheme, place), Some(archive))
                } else {
                    let url = self.address("file://", place);
                    let mut fields = vec![("type", Expr::text("tarball")), ("url", url)];
                    if self.chance(40) {
                        let hash = format!("sha256-{}", archive.hash);
                        fields.push(("narHash", Expr::text(&hash)));
                    }
                    (Expr::set(self.shuffled(fields)), Some(archive))
                }
            }
        };
        let fetched = self.call("fetchTree", [argument]);
        match self.below(4) {
            0 => {
                let name = self.pick(&["narHash", "outPath", "lastModifiedDate"]);
                let or = Expr::text("none");
                let key = crate::tree::Key::Static(name.to_owned());
                Expr::Select(Box::new(fetched), vec![key], Some(Box::new(or)))
            }
            1 => self.call("toJSON", [fetched]),
            2 => {
                let names = self.call("attrNames", [fetched]);
                self.call("toJSON", [names])
            }
            _ => match archive {
                Some(archive) => self.of_tree(fetched, archive),
                None => Expr::Str(vec![Part::Hole(fetched)]),
            },
        }
    }

    fn folder_to_fetch(&mut self) -> Expr {
        let folder = self.folder();
        if self.chance(40) {
            let address = self.address("path:", folder);
            let more = self.pick(&["", "", "?lastModified=1", "?revCount=2&lastModified=3"]);
            return Expr::binary(Op::Add, address, Expr::text(more));
        }
        let place = self.call("toString", [path(folder)]);
        let mut fields = vec![("type", Expr::text("path")), ("path", place)];
        if self.chance(25) {
            fields.push(("lastModified", Expr::Int(12)));
        }
        if self.chance(20) {
            let revision = "0123456789abcdef0123456789abcdef01234567";
            fields.push(("rev", Expr::text(revision)));
        }
        Expr::set(self.shuffled(fields))
    }

    /// A fetch that fails.
    pub(super) fn wrongly_fetched(&mut self) -> Expr {
        const WRONG: &str = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        let tree = self.wishes("fetch-tree");
        let fetched = match self.below(if tree { 12 } else { 7 }) {
            0 => {
                // Newer releases take what has two folders as it is.
                let place = self.archive(&TWO);
                let url = self.address("file://", place);
                let fields = [("url", url), ("sha256", Expr::text(WRONG))];
                self.call("fetchTarball", [Expr::set(fields)])
            }
            1 => {
                let place = self.archive(&GOOD[0]);
                let url = self.address("file://", place);
                let fields = [("url", url), ("sha256", Expr::text(WRONG))];
                self.call("fetchTarball", [Expr::set(fields)])
            }
            2 => {
                let place = self.text_file();
                let url = self.address("file://", place);
                let fields = [("url", url), ("sha256", Expr::text(WRONG))];
                self.call("fetchurl", [Expr::set(fields)])
            }
            3 => {
                let name = self.pick(&["fetchurl", "fetchTarball"]);
                let url = self.address("file://", "./nothing.tar".to_owned());
                self.call(name, [url])
            }
            4 => {
                let place = self.file("data.json", b"{\"a\": [1, 2.5, null]}");
                let url = self.address("file://", place);
                self.call("fetchTarball", [url])
            }
            5 => {
                let name = self.pick(&["fetchurl", "fetchTarball"]);
                let place = self.archive(&GOOD[0]);
                let url = self.address("file://", place);
                let more = self.pick(&["sha1", "md5", "rev", "hash"]);
                let fields = [("url", url), (more, Expr::text("x"))];
                self.call(name, [Expr::set(fields)])
            }
            6 => {
                let place = self.text_file();
                let url = self.address("file://", place);
                let name = self.pick(&[".", "a b", ".a/b", "a%"]);
                let fields = [("url", url), ("name", Expr::text(name))];
                self.call("fetchurl", [Expr::set(fields)])
            }
            7 => {
                let place = self.archive(&GOOD[0]);
                let url = self.address("file://", place);
                let fields = [
                    ("type", Expr::text("tarball")),
                    ("url", url),
                    ("narHash", Expr::text(WRONG)),
                ];
                self.call("fetchTree", [Expr::set(fields)])
            }
            8 => {
                let folder = self.folder();
                let address = self.address("path:", folder);
                let more = self.pick(&["?foo=1", "?narHash=x", "?lastModified=x", "?rev=1"]);
                let address = Expr::binary(Op::Add, address, Expr::text(more));
                self.call("fetchTree", [address])
            }
            9 => {
                let folder = self.folder();
                let place = self.call("toString", [path(folder)]);
                let (name, value) = match self.below(5) {
                    0 => ("foo", Expr::Int(1)),
                    1 => ("narHash", Expr::text(WRONG)),
                    2 => ("lastModified", Expr::text("x")),
                    3 => ("revCount", Expr::int(-1)),
                    _ => ("rev", Expr::List(Vec::new())),
                };
                let fields = [("type", Expr::text("path")), ("path", place), (name, value)];
                self.call("fetchTree", [Expr::set(fields)])
            }
            10 => {
                let address = self.pick(&[
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
                    "path:/%zz",
                    "path:/a#b",
                ]);
                self.call("fetchTree", [Expr::text(address)])
            }
            _ => {
                let wrong = match self.below(4) {
                    0 => Expr::set([("type", Expr::text("path"))]),
                    1 => Expr::set::<&str>([]),
                    2 => Expr::set([("type", Expr::text("tarball"))]),
                    _ => self.certain(&Type::Int(8)),
                };
                self.call("fetchTree", [wrong])
            }
        };
        self.call("toJSON", [fetched])
    }
}
