//! References to flakes and trees, as texts and in parts: they are read and written, or refused, and
//! nothing is fetched for them.

use super::{Generator, faults::missing};
use crate::{
    grammar::{address, reference},
    tree::Expr,
    types::Type,
};

/// A field and its value.
type Field = (&'static str, &'static str);

/// A kind of references in parts.
struct Kind {
    name: &'static str,
    base: &'static [Field],
    /// What may be there as well.
    more: &'static [Field],
    /// What may not.
    wrong: &'static [Field],
    /// How many of the former at once.
    most: u32,
}

const REVISION: Field = ("rev", "\"0123456789abcdef0123456789abcdef01234567\"");

const HASH: Field = (
    "narHash",
    "\"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\"",
);

const EMPTY_HASH: Field = ("narHash", "\"\"");

const DIR: Field = ("dir", "\"d/e\"");

const DATE: Field = ("lastModified", "5");

const COUNT: Field = ("revCount", "1");

const FINAL: Field = ("__final", "true");

/// No kind takes it.
const ALWAYS_WRONG: [Field; 12] = [
    ("foo", "\"x\""),
    ("foo", "[ ]"),
    ("foo", "{ }"),
    ("foo", "null"),
    ("foo", "1.5"),
    ("foo", "x: x"),
    ("dir", "1"),
    ("lastModified", "\"x\""),
    ("lastModified", "(-1)"),
    ("revCount", "(-2)"),
    ("type", "\"foo\""),
    ("type", "1"),
];

const OF_FORGES: &[Field] = &[
    ("ref", "\"b\""),
    REVISION,
    ("host", "\"h.org\""),
    HASH,
    EMPTY_HASH,
    DATE,
    ("treeHash", "\"x\""),
    FINAL,
    DIR,
];

const NOT_OF_FORGES: &[Field] = &[
    ("repo", "1"),
    ("ref", "\".b\""),
    ("ref", "1"),
    ("rev", "\"abc\""),
    ("rev", "true"),
    ("host", "\"h_\""),
    ("host", "1"),
    ("narHash", "\"x\""),
    ("narHash", "\"sha256:abc\""),
    ("narHash", "\"sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=\""),
    ("narHash", "1"),
    ("name", "\"n\""),
    ("shallow", "true"),
    ("url", "\"https://h/x\""),
    COUNT,
];

const OF_ARCHIVES: &[Field] = &[
    REVISION,
    ("rev", "\"abc\""),
    ("rev", "true"),
    HASH,
    EMPTY_HASH,
    DATE,
    COUNT,
    DIR,
    ("name", "\"n\""),
    ("unpack", "true"),
    ("unpack", "1"),
    ("url", "\"file:///a\""),
    ("url", "\"https://u:p@[::1]:80/x?a=b&c=%20\""),
    FINAL,
];

const NOT_OF_ARCHIVES: &[Field] = &[
    ("ref", "\"b\""),
    ("host", "\"h\""),
    ("narHash", "\"x\""),
    ("narHash", "1"),
    ("url", "\"::\""),
    ("url", "1"),
    ("submodules", "true"),
];

const KINDS: [Kind; 8] = [
    Kind {
        name: "github",
        base: &[("owner", "\"o\""), ("repo", "\"r\"")],
        more: OF_FORGES,
        wrong: NOT_OF_FORGES,
        most: 1,
    },
    Kind {
        name: "gitlab",
        base: &[("owner", "\"a b\""), ("repo", "\"r\"")],
        more: OF_FORGES,
        wrong: NOT_OF_FORGES,
        most: 1,
    },
    Kind {
        name: "sourcehut",
        base: &[("owner", "\"~o\""), ("repo", "\"r\"")],
        more: OF_FORGES,
        wrong: NOT_OF_FORGES,
        most: 1,
    },
    Kind {
        name: "git",
        base: &[("url", "\"https://h/x\"")],
        more: &[
            ("ref", "\"b\""),
            REVISION,
            HASH,
            ("narHash", "\"x\""),
            DATE,
            COUNT,
            DIR,
            ("name", "\"n\""),
            ("shallow", "true"),
            ("submodules", "true"),
            ("allRefs", "true"),
            ("exportIgnore", "false"),
            ("lfs", "true"),
            ("dirtyRev", "\"x\""),
            ("dirtyShortRev", "\"x\""),
            ("url", "\"file:///a\""),
            ("url", "\"a@b:c\""),
            ("url", "\"ssh://git@h/x.git\""),
            ("url", "\"/a b\""),
            FINAL,
        ],
        wrong: &[
            ("ref", "\".b\""),
            ("ref", "1"),
            ("rev", "\"abc\""),
            ("rev", "true"),
            ("revCount", "true"),
            ("shallow", "1"),
            ("verifyCommit", "true"),
            ("publicKey", "\"k\""),
            ("publicKeys", "[ { key = \"k\"; } ]"),
            ("url", "\"::\""),
            ("url", "1"),
            ("treeHash", "\"x\""),
        ],
        most: 4,
    },
    Kind {
        name: "hg",
        base: &[("url", "\"https://h/x\"")],
        more: &[
            ("ref", "\"b\""),
            REVISION,
            HASH,
            ("narHash", "1"),
            COUNT,
            DIR,
            ("name", "\"n\""),
            ("url", "\"file:///a\""),
            FINAL,
        ],
        wrong: &[
            ("ref", "\".b\""),
            ("ref", "1"),
            ("rev", "\"abc\""),
            ("rev", "true"),
            ("url", "\"x\""),
            ("url", "\"a@b:c\""),
            ("url", "1"),
            DATE,
            ("shallow", "true"),
        ],
        most: 3,
    },
    Kind {
        name: "tarball",
        base: &[("url", "\"https://h/x.tar\"")],
        more: OF_ARCHIVES,
        wrong: NOT_OF_ARCHIVES,
        most: 3,
    },
    Kind {
        name: "file",
        base: &[("url", "\"https://h/x\"")],
        more: OF_ARCHIVES,
        wrong: NOT_OF_ARCHIVES,
        most: 3,
    },
    Kind {
        name: "path",
        base: &[("path", "\"/a\"")],
        more: &[
            ("path", "\"a b/c%d\""),
            ("path", "\"/x/../y\""),
            REVISION,
            ("rev", "true"),
            HASH,
            ("narHash", "1"),
            DATE,
            COUNT,
            DIR,
            FINAL,
        ],
        wrong: &[
            ("ref", "\"b\""),
            ("name", "\"n\""),
            ("path", "1"),
            ("path", "[ ]"),
            ("url", "\"file:///a\""),
            ("revCount", "true"),
            ("dirtyRev", "\"x\""),
        ],
        most: 3,
    },
];

const INDIRECT: Kind = Kind {
    name: "indirect",
    base: &[("id", "\"a\"")],
    more: &[
        ("ref", "\"b\""),
        ("ref", "\".b\""),
        REVISION,
        HASH,
        ("narHash", "\"x\""),
        DIR,
        ("id", "\"nix-pkgs\""),
        FINAL,
    ],
    wrong: &[
        ("id", "\"0\""),
        ("id", "\"\""),
        ("id", "1"),
        ("ref", "1"),
        ("rev", "\"abc\""),
        ("rev", "true"),
        ("name", "\"n\""),
        COUNT,
    ],
    most: 3,
};

fn kind(generator: &mut Generator<'_>) -> &'static Kind {
    KINDS
        .get(generator.below(KINDS.len() as u32 + 1) as usize)
        .unwrap_or(&INDIRECT)
}

/// The fields with others instead of those of the same names.
fn with(fields: &mut Vec<Field>, more: Field) {
    fields.retain(|(name, _)| *name != more.0);
    fields.push(more);
}

fn set(generator: &mut Generator<'_>, fields: Vec<Field>) -> Expr {
    let fields = generator.shuffled(fields);
    Expr::set(
        fields
            .into_iter()
            .map(|(name, value)| (name, Expr::Source(value))),
    )
}

/// The attributes of a reference.
fn in_parts(generator: &mut Generator<'_>) -> Expr {
    let kind = kind(generator);
    let mut fields = kind.base.to_vec();
    for _ in 0..generator.below(kind.most + 1) {
        let more = generator.pick(kind.more);
        with(&mut fields, more);
    }
    let mut set = set(generator, fields);
    if let Expr::Set { bindings, .. } = &mut set {
        bindings.push(crate::tree::Binding::named("type", Expr::text(kind.name)));
    }
    set
}

/// Attributes that make none.
pub(super) fn wrong_parts(generator: &mut Generator<'_>) -> Expr {
    let kind = kind(generator);
    let mut fields = kind.base.to_vec();
    let quoted = match kind.name {
        "github" => "\"github\"",
        "gitlab" => "\"gitlab\"",
        "sourcehut" => "\"sourcehut\"",
        "git" => "\"git\"",
        "hg" => "\"hg\"",
        "tarball" => "\"tarball\"",
        "file" => "\"file\"",
        "path" => "\"path\"",
        _ => "\"indirect\"",
    };
    fields.push(("type", quoted));
    match generator.below(6) {
        0 => {
            let gone = generator.below(fields.len() as u32) as usize;
            fields.remove(gone);
        }
        1 | 2 => {
            let wrong = generator.pick(&ALWAYS_WRONG);
            with(&mut fields, wrong);
        }
        _ => {
            let wrong = generator.pick(kind.wrong);
            with(&mut fields, wrong);
        }
    }
    set(generator, fields)
}

/// References that are read, and perhaps written again.
fn read(generator: &mut Generator<'_>) -> Expr {
    let count = 2 + generator.below(5);
    let items = (0..count).map(|_| {
        if generator.chance(35) {
            let attributes = in_parts(generator);
            return generator.call("flakeRefToString", [attributes]);
        }
        let reference = reference::valid(generator.choices);
        let reference = generator.written(reference);
        let parsed = generator.call("parseFlakeRef", [reference]);
        if generator.chance(60) {
            generator.call("flakeRefToString", [parsed])
        } else {
            parsed
        }
    });
    Expr::List(items.collect())
}

/// References to flakes and to trees, which are only read and written, behind their feature.
pub(super) fn flake_references(generator: &mut Generator<'_>, _: &Type) -> Option<Expr> {
    generator
        .has_named("parseFlakeRef")
        .then(|| read(generator))
}

/// A reference that is none.
pub(super) fn broken(generator: &mut Generator<'_>) -> Expr {
    wish_to_fetch(generator);
    if !generator.has_named("parseFlakeRef") {
        return missing(generator);
    }
    match generator.below(5) {
        0 => {
            let reference = address::broken(generator.choices);
            generator.call("parseFlakeRef", [Expr::text(&reference)])
        }
        1 | 2 => {
            let reference = Expr::text(reference::broken(generator.choices));
            generator.call("parseFlakeRef", [reference])
        }
        _ => {
            let attributes = wrong_parts(generator);
            generator.call("flakeRefToString", [attributes])
        }
    }
}

/// Wants what fetches, for a program that is to fail: an older release fails for want of it.
fn wish_to_fetch(generator: &mut Generator<'_>) {
    if !(generator.config.experimental && generator.config.fetchers) || generator.chance(30) {
        return;
    }
    for feature in ["fetch-closure", "fetch-tree", "flakes"] {
        generator.features.push(feature.to_owned());
    }
}

/// Calls of what fetches with what can be fetched nowhere.
const REFUSED: [(&str, &str); 60] = [
    ("fetchurl", "{ }"),
    ("fetchurl", "1"),
    ("fetchurl", "{ url = \"\"; }"),
    ("fetchurl", "{ url = 1; }"),
    ("fetchurl", "{ url = \"https://h/x\"; name = \"a b\"; }"),
    ("fetchurl", "{ url = \"https://h/\"; }"),
    ("fetchurl", "{ url = \"https://h/x\"; sha256 = \"\"; }"),
    ("fetchurl", "{ url = \"https://h/x\"; sha256 = \"zz\"; }"),
    ("fetchurl", "{ url = \"https://h/x\"; foo = 1; }"),
    ("fetchurl", "\"https://h/a b\""),
    ("fetchurl", "\"channel:x\""),
    ("fetchurl", "\"x\""),
    ("fetchurl", "\"ftp://h/x\""),
    ("fetchurl", "\"file:///nowhere\""),
    ("fetchurl", "\"file://h/nowhere\""),
    ("fetchurl", "\"file:nowhere\""),
    ("fetchTarball", "\"channel:nixos-20.03\""),
    ("fetchTarball", "\"https://h:x/y\""),
    ("fetchTarball", "\"http://[::1/y\""),
    ("fetchTarball", "\"https://h/x?a=%zz\""),
    ("fetchTarball", "{ url = \"https://h/x\"; name = \".\"; }"),
    ("fetchTarball", "{ url = \"https://h/x\"; sha256 = 1; }"),
    ("fetchTarball", "{ sha256 = \"\"; }"),
    ("fetchTarball", "\"file:///nowhere\""),
    ("fetchTarball", "\"nowhere\""),
    ("fetchTarball", "[ ]"),
    ("fetchMercurial", "\"https://h/x\""),
    ("fetchMercurial", "\"/nowhere\""),
    ("fetchMercurial", "./."),
    ("fetchMercurial", "{ }"),
    ("fetchMercurial", "{ url = \"\"; }"),
    ("fetchMercurial", "{ url = 1; }"),
    ("fetchMercurial", "{ url = ./.; rev = \"b\"; }"),
    (
        "fetchMercurial",
        "{ url = ./.; rev = \"a b\"; name = \"n\"; }",
    ),
    (
        "fetchMercurial",
        "{ url = ./.; rev = \"0123456789abcdef0123456789abcdef01234567\"; }",
    ),
    (
        "fetchMercurial",
        "{ url = \"file:///nowhere\"; rev = \"\"; }",
    ),
    ("fetchMercurial", "{ url = \"/x\"; rev = 1; }"),
    ("fetchMercurial", "{ url = \"/x\"; ref = \"b\"; }"),
    ("fetchMercurial", "{ url = \"/x\"; name = null; }"),
    ("fetchMercurial", "null"),
    ("fetchGit", "\"https://h/x\""),
    ("fetchGit", "\"git@h:a/b\""),
    ("fetchGit", "\"a@b/c:d\""),
    ("fetchGit", "\"::\""),
    ("fetchGit", "{ url = \"git@h:a/b\"; ref = \"b\"; }"),
    ("fetchGit", "{ url = \"https://h/x\"; rev = \"abc\"; }"),
    ("fetchGit", "{ url = \"https://h/x\"; ref = \".b\"; }"),
    ("fetchGit", "{ url = \"https://h/x\"; submodules = 1; }"),
    (
        "fetchGit",
        "{ url = \"https://h/x\"; publicKeys = [ { key = \"k\"; } ]; }",
    ),
    ("fetchGit", "{ url = \"https://h/x\"; foo = [ ]; }"),
    ("fetchClosure", "{ }"),
    ("fetchClosure", "{ fromPath = 1; }"),
    (
        "fetchClosure",
        "{ fromPath = /nix/store/00000000000000000000000000000000-a; }",
    ),
    (
        "fetchClosure",
        "{ fromPath = \"/nix/store/00000000000000000000000000000000-a/b\"; fromStore = \"https://h\"; }",
    ),
    (
        "fetchClosure",
        "{ fromPath = /nix/store/00000000000000000000000000000000-a; fromStore = \"x\"; }",
    ),
    (
        "fetchClosure",
        "{ fromPath = /nix/store/00000000000000000000000000000000-a; fromStore = \"https://h?a=b\"; }",
    ),
    (
        "fetchClosure",
        "{ fromPath = /nix/store/00000000000000000000000000000000-a; toPath = \"\"; inputAddressed = true; fromStore = \"https://h\"; }",
    ),
    (
        "fetchClosure",
        "{ fromPath = /nix/store/00000000000000000000000000000000-a; inputAddressed = 1; }",
    ),
    (
        "fetchClosure",
        "{ fromPath = /nix/store/00000000000000000000000000000000-a; foo = 1; }",
    ),
    ("fetchClosure", "{ toPath = /x; }"),
];

/// A fetch of what is in the network, or nowhere.
pub(super) fn refused(generator: &mut Generator<'_>) -> Expr {
    if !generator.config.fetchers {
        return missing(generator);
    }
    wish_to_fetch(generator);
    let drawn = generator.below(10);
    if drawn < 4 || !generator.has_named("fetchTree") || !generator.has_named("getFlake") {
        let usable: Vec<_> = REFUSED
            .iter()
            .filter(|(name, _)| generator.has_named(name))
            .collect();
        let (name, argument) = generator.pick(&usable);
        return generator.call(name, [Expr::Source(argument)]);
    }
    match drawn {
        4 => {
            let attributes = in_parts(generator);
            generator.call("fetchTree", [attributes])
        }
        5 | 6 => {
            let attributes = wrong_parts(generator);
            generator.call("fetchTree", [attributes])
        }
        _ => {
            let name = generator.pick(&["fetchTree", "fetchTree", "getFlake"]);
            let reference = match generator.below(3) {
                0 => reference::valid(generator.choices),
                1 => address::broken(generator.choices),
                _ => reference::broken(generator.choices).to_owned(),
            };
            generator.call(name, [Expr::text(&reference)])
        }
    }
}

impl Generator<'_> {
    /// A string made of references.
    pub(super) fn references(&mut self) -> Expr {
        if !self.has_named("parseFlakeRef") {
            return self.fetched_file();
        }
        let read = read(self);
        self.call("toJSON", [read])
    }
}
