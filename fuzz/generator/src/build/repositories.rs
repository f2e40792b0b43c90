//! Git repositories beside a program, and what is fetched from them.

use std::sync::OnceLock;

use super::{
    Generator,
    repository::{Id, Item, Items, Store},
};
use crate::tree::{Expr, Key, Op, Part};

/// A repository.
struct Repository {
    /// Its folder.
    folder: &'static str,
    /// All that is in the folder.
    files: Vec<(String, Vec<u8>)>,
    /// Whether it lacks its history, which has to be asked for.
    is_shallow: bool,
    /// The branches, and tags by their whole names, with the commits that they stand for.
    names: Vec<(&'static str, Id)>,
}

const FIRST: [(&str, Item); 3] = [
    ("a.txt", Item::File("some text\n")),
    (
        "default.nix",
        Item::File("{ x ? 1 }: \"imported ${toString x}\"\n"),
    ),
    (
        "flake.nix",
        Item::File("{ outputs = { self }: { x = \"kept\"; }; }\n"),
    ),
];

const SECOND: [(&str, Item); 4] = [
    (
        ".gitattributes",
        Item::File("secret export-ignore\nsub/hidden export-ignore\nstamp export-subst\n"),
    ),
    ("secret", Item::File("not exported\n")),
    ("stamp", Item::File("$Format:%s$\n")),
    ("sub/b.nix", Item::File("1 + 1\n")),
];

/// What cannot stand beside a program, only in a repository.
const RICH: [(&str, Item); 4] = [
    ("link", Item::Link("sub/b.nix")),
    ("run", Item::Executable("#!/bin/sh\n")),
    ("sub/hidden/c", Item::File("c")),
    ("sub.d", Item::File("")),
];

const MODULES: &str = "[submodule \"m\"]\n\tpath = mod\n\turl = ../w\n";

/// What is done to a repository that all have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Clean,
    Changed,
    Bare,
    Shallow,
    Detached,
    Modules,
}

fn items(parts: &[&[(&'static str, Item)]]) -> Items {
    parts.iter().flat_map(|part| part.iter().copied()).collect()
}

impl Repository {
    fn of(folder: &'static str, kind: Kind) -> Self {
        let has_tree = !matches!(kind, Kind::Bare | Kind::Shallow);
        let mut store = Store::new("master", has_tree);
        let first = store.commit(&items(&[&FIRST]), &[], 1_500_000_000);
        let mut second_items = items(&[&FIRST, &SECOND]);
        match kind {
            Kind::Bare | Kind::Shallow => second_items.extend(RICH),
            Kind::Modules => {
                let modules = [
                    (".gitmodules", Item::File(MODULES)),
                    ("mod", Item::Module(Self::of("w", Kind::Clean).names[0].1)),
                ];
                second_items.extend(modules);
            }
            _ => {}
        }
        let second = store.commit(&second_items, &[first], 1_500_000_100);
        let mut other = items(&[&FIRST]);
        other.insert("dev.txt", Item::File("dev\n"));
        let mut names = vec![("master", second)];
        store.refer("refs/heads/master", second);
        if kind == Kind::Shallow {
            store.put("shallow", format!("{}\n", second.hex()));
            store.lose(first);
        } else {
            let dev = store.commit(&other, &[first], 1_500_000_200);
            names.extend([("dev", dev), ("refs/tags/v1", first)]);
            store.refer("refs/heads/dev", dev);
            store.refer("refs/tags/v1", first);
        }
        let tag = store.tag("v2", second);
        let (packed, peeled) = (tag.hex(), second.hex());
        store.put(
            "packed-refs",
            format!(
                "# pack-refs with: peeled fully-peeled sorted\n{packed} refs/tags/v2\n^{peeled}\n"
            ),
        );
        names.push(("refs/tags/v2", second));
        let mut tree = second_items.clone();
        if kind == Kind::Detached {
            store.refer("HEAD", first);
            tree = items(&[&FIRST]);
        }
        let mut index = tree.clone();
        if kind == Kind::Changed {
            index.insert("added.txt", Item::File("added\n"));
            index.insert("stamp", Item::File("of the index\n"));
            tree = index.clone();
            tree.insert("a.txt", Item::File("another text\n"));
            tree.insert("new.txt", Item::File("not known\n"));
            tree.remove("sub/b.nix");
        }
        if has_tree {
            store.index(&index);
        }
        let mut files = Vec::new();
        let own = if has_tree { ".git/" } else { "" };
        files.extend(
            (store.files()).map(|(path, content)| (format!("{own}{path}"), content.to_vec())),
        );
        if has_tree {
            files.extend(tree.iter().filter_map(|(path, item)| match item {
                Item::File(content) => Some(((*path).to_owned(), content.as_bytes().to_vec())),
                _ => None,
            }));
        }
        if kind == Kind::Modules {
            // Checked out, and where it is from.
            for (path, content) in Self::of("w", Kind::Clean).files {
                files.push((format!("../w/{path}"), content.clone()));
                files.push((format!("mod/{path}"), content));
            }
        }
        Self {
            folder,
            files,
            is_shallow: kind == Kind::Shallow,
            names,
        }
    }

    fn bare() -> Self {
        Self::of("r.git", Kind::Bare)
    }
}

/// Repositories that can be fetched from.
fn good() -> &'static [Repository] {
    static GOOD: OnceLock<Vec<Repository>> = OnceLock::new();
    GOOD.get_or_init(|| {
        vec![
            Repository::of("w", Kind::Clean),
            Repository::of("changed", Kind::Changed),
            Repository::bare(),
            Repository::of("s.git", Kind::Shallow),
            Repository::of("detached", Kind::Detached),
            Repository::of("modules", Kind::Modules),
        ]
    })
}

/// One without a commit.
const UNBORN: &str = "unborn";

/// Repositories that cannot, by their folders.
const BROKEN: [&str; 4] = ["lost.git", "headless", "plain", "strange"];

fn broken(folder: &str) -> Vec<(String, Vec<u8>)> {
    let mut store = Store::new("master", folder != "lost.git");
    let items = items(&[&FIRST]);
    match folder {
        UNBORN => {}
        "lost.git" => {
            let commit = store.commit(&items, &[], 1_500_000_000);
            store.refer("refs/heads/master", commit);
            store.lose(commit);
        }
        "headless" => store.put("HEAD", "nonsense\n"),
        "plain" => return vec![("a.txt".to_owned(), b"some text\n".to_vec())],
        _ => {
            let commit = store.commit(&items, &[], 1_500_000_000);
            store.refer("refs/heads/master", commit);
            store.put("config", "[core]\n\trepositoryformatversion = 7\n");
        }
    }
    let own = if folder == "lost.git" { "" } else { ".git/" };
    let files = store.files();
    files
        .map(|(path, content)| (format!("{own}{path}"), content.to_vec()))
        .collect()
}

impl Generator<'_> {
    fn repository(&mut self, folder: &str, files: &[(String, Vec<u8>)]) -> String {
        for (path, content) in files {
            let place = match path.strip_prefix("../") {
                Some(beside) => beside.to_owned(),
                None => format!("{folder}/{path}"),
            };
            self.file(&place, content);
        }
        self.mass += 40;
        format!("./{folder}")
    }

    /// A string made of what is fetched from a repository.
    pub(super) fn fetched_repository(&mut self) -> Expr {
        if self.chance(5) {
            // Nothing was committed: it has no files, and a revision of zeros.
            let place = self.repository(UNBORN, &broken(UNBORN));
            let place = self.place_of_repository(place);
            let fetched = self.call("fetchGit", [place]);
            let names = self.call("attrNames", [fetched]);
            return self.call("toJSON", [names]);
        }
        let good = good();
        let repository = &good[self.below(good.len() as u32) as usize];
        let place = self.repository(repository.folder, &repository.files);
        let has_trees = self.wishes("fetch-tree");
        let has_flakes = has_trees && self.wishes("flakes");
        let fetched = match self.below(10) {
            0 | 1 if has_trees => {
                let mut fields = self.wanted_of(repository, place);
                fields.push(("type", Expr::text("git")));
                let argument = Expr::set(self.shuffled(fields));
                self.call("fetchTree", [argument])
            }
            2 | 3 if has_flakes => {
                let address = self.address_of(repository, place);
                self.call("fetchTree", [address])
            }
            4 if has_flakes => {
                let address = self.address_of(repository, place);
                let flake = self.call("getFlake", [address]);
                return self.part_of_repository(flake, &["x", "sourceInfo", "outPath"]);
            }
            // Of what is shallow nothing is given without being asked for in so many words.
            5 if !repository.is_shallow => {
                let place = self.place_of_repository(place);
                self.call("fetchGit", [place])
            }
            _ => {
                let mut fields = self.wanted_of(repository, place);
                if self.chance(15) {
                    fields.push(("name", Expr::text(&self.store_name())));
                }
                let argument = Expr::set(self.shuffled(fields));
                self.call("fetchGit", [argument])
            }
        };
        self.part_of_repository(fetched, &["rev", "shortRev", "revCount", "lastModified"])
    }

    /// Where a repository is: as a path, a string or an address.
    fn place_of_repository(&mut self, place: String) -> Expr {
        match self.below(3) {
            0 => self.address("file://", place),
            1 => self.address("", place),
            _ => path(place),
        }
    }

    /// What is asked of a repository that has it.
    fn wanted_of(&mut self, repository: &Repository, place: String) -> Vec<(&'static str, Expr)> {
        let url = self.address("file://", place);
        let mut fields = vec![("url", url)];
        for (field, value) in self.target_of(repository) {
            fields.push((field, Expr::text(&value)));
        }
        for flag in self.flags_of(repository) {
            fields.push((flag, self.boolean(true)));
        }
        fields
    }

    /// The same as an address.
    fn address_of(&mut self, repository: &Repository, place: String) -> Expr {
        let url = self.address("git+file://", place);
        let mut queries: Vec<String> = Vec::new();
        for (field, value) in self.target_of(repository) {
            queries.push(format!("{field}={value}"));
        }
        for flag in self.flags_of(repository) {
            queries.push(format!("{flag}=1"));
        }
        if queries.is_empty() {
            return url;
        }
        let queries = format!("?{}", self.shuffled(queries).join("&"));
        Expr::binary(Op::Add, url, Expr::text(&queries))
    }

    /// Names that a repository has, and what they stand for.
    fn target_of(&mut self, repository: &Repository) -> Vec<(&'static str, String)> {
        let (name, id) = self.pick(&repository.names);
        match self.below(5) {
            0 => vec![("ref", name.to_owned())],
            1 => vec![("rev", id.hex()), ("ref", name.to_owned())],
            2 if name == "master" => vec![("rev", id.hex())],
            3 if !name.starts_with("refs/") => vec![("ref", format!("refs/heads/{name}"))],
            _ => Vec::new(),
        }
    }

    /// What else is wanted.
    fn flags_of(&mut self, repository: &Repository) -> Vec<&'static str> {
        let mut flags = Vec::new();
        if repository.is_shallow || self.chance(20) {
            flags.push("shallow");
        }
        if self.chance(15) {
            flags.push("allRefs");
        }
        match self.below(6) {
            0 => flags.push("submodules"),
            1 => flags.push("exportIgnore"),
            _ => {}
        }
        flags
    }

    /// A string made of what was fetched, or of a field that it may have.
    fn part_of_repository(&mut self, fetched: Expr, fields: &[&str]) -> Expr {
        let file = |name: &str| {
            Expr::Str(vec![
                Part::Hole(fetched.clone()),
                Part::Text(format!("/{name}")),
            ])
        };
        let found = match self.below(7) {
            0 => return Expr::Str(vec![Part::Hole(fetched)]),
            1 => {
                let file = file("a.txt");
                return self.call("readFile", [file]);
            }
            2 => {
                let folder = file(self.pick(&["", "."]));
                self.call("readDir", [folder])
            }
            3 => {
                let file = file("default.nix");
                let function = self.call("import", [file]);
                return Expr::call(function, [Expr::set::<&str>([])]);
            }
            4 => self.call("attrNames", [fetched]),
            5 => {
                let key = Key::Static(self.pick(fields).to_owned());
                let or = Expr::text("none");
                Expr::Select(Box::new(fetched), vec![key], Some(Box::new(or)))
            }
            _ => {
                let names = [
                    "rev",
                    "revCount",
                    "narHash",
                    "submodules",
                    "lastModifiedDate",
                    "dirtyRev",
                    "dirtyShortRev",
                ];
                // It is fetched once for all of them.
                let field = |name: &str| {
                    let (whole, key) = (Box::new(Expr::var("tree")), Key::Static(name.to_owned()));
                    Expr::Select(whole, vec![key], Some(Box::new(Expr::text("none"))))
                };
                let all = Expr::lambda("tree", Expr::List(names.map(field).into()));
                Expr::call(all, [fetched])
            }
        };
        self.call("toJSON", [found])
    }

    /// A fetch from a repository that does not have what is wanted, or is none.
    pub(super) fn wrongly_fetched_repository(&mut self) -> Expr {
        let wrong: Vec<(&'static str, Expr)> = match self.below(3) {
            0 => Vec::new(),
            1 => vec![self.pick(&WRONG_TEXTS)]
                .into_iter()
                .map(|(field, text)| (field, Expr::text(text)))
                .collect(),
            _ => {
                let (name, value) = self.pick(&WRONG_KINDS);
                let value = match value {
                    Wrong::Negative => Expr::int(-1),
                    Wrong::List => Expr::List(Vec::new()),
                    Wrong::Number => Expr::Int(7),
                    Wrong::Yes => self.boolean(true),
                };
                vec![(name, value)]
            }
        };
        let place = if wrong.is_empty() {
            let folder = self.pick(&BROKEN);
            self.repository(folder, &broken(folder))
        } else {
            let good = good();
            let repository = &good[self.pick(&[0, 2])];
            self.repository(repository.folder, &repository.files)
        };
        let url = match self.below(6) {
            0 if !wrong.is_empty() => Expr::text(self.pick(&ELSEWHERE)),
            _ => self.address("file://", place),
        };
        let mut fields = vec![("url", url)];
        fields.extend(wrong);
        let has_trees = self.wishes("fetch-tree") && self.chance(30);
        if has_trees {
            fields.push(("type", Expr::text("git")));
        }
        let argument = Expr::set(self.shuffled(fields));
        let fetched = self.call(if has_trees { "fetchTree" } else { "fetchGit" }, [argument]);
        self.call("toJSON", [fetched])
    }
}

/// What no repository is asked for with success.
const WRONG_TEXTS: [(&str, &str); 9] = [
    ("ref", "nothing"),
    ("ref", "refs/heads/nothing"),
    ("ref", "a b"),
    ("ref", "-x"),
    ("rev", "0123456789abcdef0123456789abcdef01234567"),
    ("rev", "123"),
    ("rev", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"),
    (
        "narHash",
        "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    ),
    ("foo", "x"),
];

/// What is of the wrong kind, or cannot be done here.
#[derive(Clone, Copy)]
enum Wrong {
    Negative,
    List,
    Number,
    Yes,
}

const WRONG_KINDS: [(&str, Wrong); 7] = [
    ("rev", Wrong::List),
    ("ref", Wrong::Number),
    ("shallow", Wrong::Number),
    ("submodules", Wrong::List),
    ("revCount", Wrong::Negative),
    ("verifyCommit", Wrong::Yes),
    ("type", Wrong::Yes),
];

/// Repositories that are not on this machine.
const ELSEWHERE: [&str; 7] = [
    "https://example.invalid/r.git",
    "ssh://git@example.invalid/r.git",
    "git@example.invalid:r.git",
    "git://example.invalid/r",
    "nowhere",
    "file:///nowhere",
    "http://example.invalid/r?x=1#y",
];

fn path(text: String) -> Expr {
    Expr::Path(vec![Part::Text(text)])
}
