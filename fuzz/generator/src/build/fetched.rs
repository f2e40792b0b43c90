//! Fetchers, of what lies beside the program.

use super::{
    Generator,
    archives::{Archive, GOOD, NEWER, ODD, TWO},
};
use crate::tree::{Binding, Expr, Key, Op, Part};

/// `"scheme://${toString ./file}"`
fn address(scheme: &str, path: Expr) -> Expr {
    let at = Expr::call(Expr::var("toString"), [path]);
    Expr::Str(vec![Part::Text(scheme.to_owned()), Part::Hole(at)])
}

pub(super) fn path(text: String) -> Expr {
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
        if self.chance(10) {
            // What is in a folder, or nothing.
            self.file("one/a", b"a");
            let url = self.address("file://", "./one".to_owned());
            return self.call("fetchurl", [url]);
        }
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
        let (argument, archive) = match self.below(10) {
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
            4 => (self.fetched_again(), None),
            5 | 6 => {
                let archive = &ODD[self.below(ODD.len() as u32) as usize];
                let place = self.archive(archive);
                let url = self.address("file://", place);
                let kind = Expr::text("tarball");
                (Expr::set([("type", kind), ("url", url)]), None)
            }
            _ => {
                let archives: Vec<&'static Archive> = GOOD.iter().chain(&NEWER).collect();
                let archive = self.pick(&archives);
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
                let key = Key::Static(name.to_owned());
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

    /// What was fetched before: by what is known of it then, or where it is then.
    fn fetched_again(&mut self) -> Expr {
        let (argument, kind, place, at) = if self.chance(50) {
            let folder = self.folder();
            let at = self.call("toString", [path(folder.clone())]);
            (self.address("path:", folder), "path", "path", at)
        } else {
            let file = self.archive(&GOOD[0]);
            let at = self.address("file://", file);
            let fields = [("type", Expr::text("tarball")), ("url", at.clone())];
            (Expr::set(fields), "tarball", "url", at)
        };
        let fetched = self.call("fetchTree", [argument]);
        if self.chance(40) {
            let at = Expr::Str(vec![Part::Hole(fetched)]);
            return Expr::set([("type", Expr::text("path")), ("path", at)]);
        }
        let known = [["narHash", "lastModified"], ["narHash", "narHash"]];
        let mut known = self.pick(&known).to_vec();
        known.dedup();
        let known = known.iter().map(|&name| name.to_owned()).collect();
        let mut bindings = vec![
            Binding::named("type", Expr::text(kind)),
            Binding::named(place, at),
        ];
        bindings.push(Binding::Inherit(Some(fetched), known));
        Expr::Set {
            recursive: false,
            bindings: self.shuffled(bindings),
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
}
