//! The table of builtins.

use super::{
    Argument, Builtin, How,
    Pattern::{
        self, A, Absolute, Algorithm, Any, B, Bool, Coercible, Count, D, Data, Folder, Fun, Fun2,
        Int, List, Map, Name, Ordered, Own, Package, Path, Plain, Rounded, Set, Shown, Slashes,
        Some, Str, Text, Version,
    },
};
use crate::config::Release::{self, V2_3, V2_8, V2_26};

const fn row(name: &'static str, takes: &'static [Argument], how: How) -> Builtin {
    Builtin {
        name,
        since: V2_3,
        until: None,
        feature: None,
        takes,
        how,
        weight: 10,
    }
}

/// A builtin that gives `result` for arguments of the right types.
const fn gives(name: &'static str, takes: &'static [Argument], result: Pattern) -> Builtin {
    row(name, takes, How::Gives(result))
}

/// A builtin whose calls a production makes.
const fn made(name: &'static str, takes: &'static [Argument]) -> Builtin {
    row(name, takes, How::Production)
}

/// A builtin that never gives a value.
const fn never(name: &'static str, takes: &'static [Argument], why: &'static str) -> Builtin {
    row(name, takes, How::Never(why))
}

/// A constant.
const fn constant(name: &'static str, of: Pattern) -> Builtin {
    row(name, &[], How::Constant(of))
}

impl Builtin {
    const fn since(mut self, release: Release) -> Builtin {
        self.since = release;
        self
    }

    const fn until(mut self, release: Release) -> Builtin {
        self.until = Option::Some(release);
        self
    }

    const fn feature(mut self, feature: &'static str) -> Builtin {
        self.feature = Option::Some(feature);
        self
    }

    const fn weight(mut self, weight: u16) -> Builtin {
        self.weight = weight;
        self
    }
}

/// An argument that is always evaluated, and must be of its kind.
const fn s(of: Pattern) -> Argument {
    Argument { of, strict: true }
}

/// An argument that need not be evaluated, or may be of any kind.
const fn l(of: Pattern) -> Argument {
    Argument { of, strict: false }
}

const DERIVATION: Pattern = Own(r#"{ name = "d"; system = "s"; builder = "b"; }"#);
const CONTEXT: Pattern = Own(
    r#"(builtins.appendContext "a" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; })"#,
);
const WHOLE: Pattern = Own(
    r#"(builtins.appendContext "/nix/store/00000000000000000000000000000000-a.drv" { "/nix/store/00000000000000000000000000000000-a.drv" = { allOutputs = true; }; })"#,
);
const NOWHERE: Pattern = Own(r#"{ url = "file:///nonexistent"; }"#);
const FETCHER: &str =
    "it fetches, and what it could fetch without network is at a path of this machine";

/// Every builtin of every release.
#[rustfmt::skip]
pub const TABLE: &[Builtin] = &[
    never("abort", &[s(Str)], "it aborts"),
    made("add", &[s(Int(61)), s(Int(61))]),
    made("addDrvOutputDependencies", &[s(WHOLE)]).since(V2_26),
    gives("addErrorContext", &[l(Str), s(A)], A).weight(3),
    gives("all", &[s(Fun(&A, &Bool)), s(List(&A))], Bool),
    gives("any", &[s(Fun(&A, &Bool)), s(List(&A))], Bool),
    made("appendContext", &[s(Str), s(Own(r#"{ "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }"#))]),
    gives("attrNames", &[s(Map(&Any))], List(&Plain)),
    gives("attrValues", &[s(Map(&A))], List(&A)),
    gives("baseNameOf", &[s(Slashes)], Plain).weight(14),
    made("bitAnd", &[s(Int(62)), s(Int(62))]),
    made("bitOr", &[s(Int(62)), s(Int(62))]),
    made("bitXor", &[s(Int(62)), s(Int(62))]),
    made("break", &[s(Int(62))]).since(V2_26),
    gives("catAttrs", &[s(Name), s(List(&Map(&A)))], List(&A)),
    gives("ceil", &[s(Rounded)], Int(30)).since(V2_8),
    gives("compareVersions", &[s(Version), s(Version)], Int(1)),
    gives("concatLists", &[s(List(&List(&A)))], List(&A)),
    gives("concatMap", &[s(Fun(&A, &List(&B))), s(List(&A))], List(&B)),
    gives("concatStringsSep", &[s(Str), s(List(&Coercible))], Str),
    gives("concatStringsSep", &[s(Plain), s(List(&Plain))], Plain),
    made("convertHash", &[s(Own(r#"{ hash = "1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s"; hashAlgo = "sha256"; toHashFormat = "base16"; }"#))]).since(V2_26),
    gives("deepSeq", &[s(Data), s(A)], A).weight(3),
    made("derivation", &[s(DERIVATION)]),
    made("derivationStrict", &[s(DERIVATION)]),
    gives("dirOf", &[s(Slashes)], Plain).weight(18),
    made("div", &[s(Int(61)), s(Int(8))]),
    gives("elem", &[l(D), s(List(&D))], Bool),
    made("elemAt", &[s(Some(&A)), s(Own("0"))]),
    never("fetchClosure", &[s(Own(r#"{ fromStore = "file:///nonexistent"; fromPath = /nix/store/00000000000000000000000000000000-a; }"#))], FETCHER).since(V2_8).feature("fetch-closure"),
    never("fetchGit", &[s(NOWHERE)], FETCHER),
    never("fetchMercurial", &[s(NOWHERE)], FETCHER),
    never("fetchTarball", &[s(NOWHERE)], FETCHER),
    never("fetchTree", &[s(Own(r#"{ type = "path"; path = "/nonexistent"; }"#))], FETCHER).since(V2_8).until(V2_26),
    never("fetchTree", &[s(Own(r#"{ type = "path"; path = "/nonexistent"; }"#))], FETCHER).since(V2_26).feature("fetch-tree"),
    never("fetchurl", &[s(NOWHERE)], FETCHER),
    gives("filter", &[s(Fun(&A, &Bool)), s(List(&A))], List(&A)),
    made("filterSource", &[s(Fun2(&Any, &Any, &Bool)), s(Folder)]),
    made("findFile", &[s(Own(r#"[ { prefix = "x"; path = ./.; } ]"#)), s(Own(r#""x""#))]),
    gives("floor", &[s(Rounded)], Int(30)).since(V2_8),
    made("foldl'", &[s(Fun2(&A, &B, &A)), l(A), s(List(&B))]),
    made("fromJSON", &[s(Own(r#""[ 1 ]""#))]),
    made("fromTOML", &[s(Own(r#""a = 1""#))]),
    made("functionArgs", &[s(Fun(&Any, &Any))]),
    gives("genList", &[s(Fun(&Int(8), &A)), s(Count)], List(&A)),
    made("genericClosure", &[s(Own("{ startSet = [ { key = 1; } ]; operator = _: [ ]; }"))]),
    made("getAttr", &[s(Own(r#""a""#)), s(Own("{ a = 1; }"))]),
    made("getContext", &[s(CONTEXT)]),
    gives("getEnv", &[s(Own(r#""TWINIX_IS_NOT_SET""#))], Plain).weight(1),
    never("getFlake", &[s(Own(r#""path:/nonexistent""#))], FETCHER).since(V2_8).feature("flakes"),
    gives("groupBy", &[s(Fun(&A, &Name)), s(List(&A))], Map(&List(&A))).since(V2_8),
    gives("hasAttr", &[s(Name), s(Map(&Any))], Bool),
    gives("hasContext", &[s(Str)], Bool),
    gives("hashFile", &[s(Algorithm), s(Text)], Plain),
    gives("hashString", &[s(Algorithm), s(Plain)], Plain),
    gives("head", &[s(Some(&A))], A).weight(5),
    made("import", &[s(Text)]),
    gives("intersectAttrs", &[s(Map(&Any)), s(Map(&A))], Map(&A)),
    gives("isAttrs", &[s(Any)], Bool).weight(4),
    gives("isBool", &[s(Any)], Bool).weight(4),
    gives("isFloat", &[s(Any)], Bool).weight(4),
    gives("isFunction", &[s(Any)], Bool).weight(4),
    gives("isInt", &[s(Any)], Bool).weight(4),
    gives("isList", &[s(Any)], Bool).weight(4),
    gives("isNull", &[s(Any)], Bool).weight(4),
    gives("isPath", &[s(Any)], Bool).weight(4),
    gives("isString", &[s(Any)], Bool).weight(4),
    gives("length", &[s(List(&Any))], Int(16)).weight(20),
    gives("lessThan", &[s(Ordered), s(Ordered)], Bool),
    gives("listToAttrs", &[s(List(&Set(&[("name", Name), ("value", A)])))], Map(&A)),
    gives("map", &[s(Fun(&A, &B)), s(List(&A))], List(&B)).weight(20),
    gives("mapAttrs", &[l(Fun2(&Plain, &A, &B)), s(Map(&A))], Map(&B)).weight(20),
    made("match", &[s(Own(r#""(a)b""#)), s(Plain)]),
    made("mul", &[s(Int(30)), s(Int(30))]),
    never("outputOf", &[s(Own(r#"(builtins.unsafeDiscardOutputDependency (derivation { name = "d"; system = "s"; builder = "b"; }).drvPath)"#)), s(Own(r#""out""#))], "it asks the store for the derivation, and an oracle's store holds nothing").since(V2_26).feature("dynamic-derivations"),
    gives("parseDrvName", &[s(Package)], Set(&[("name", Plain), ("version", Plain)])),
    made("parseFlakeRef", &[s(Own(r#""github:o/r""#))]).since(V2_26).feature("flakes"),
    made("flakeRefToString", &[s(Own(r#"{ type = "github"; owner = "o"; repo = "r"; }"#))]).since(V2_26).feature("flakes"),
    gives("partition", &[s(Fun(&A, &Bool)), s(List(&A))], Set(&[("right", List(&A)), ("wrong", List(&A))])),
    made("path", &[s(Own(r#"{ name = "x"; path = ./.; filter = _: _: false; }"#))]),
    gives("pathExists", &[s(Path)], Bool),
    gives("placeholder", &[s(Name)], Plain),
    gives("readDir", &[s(Folder)], Map(&Plain)),
    gives("readFile", &[s(Text)], Plain),
    gives("readFileType", &[s(Folder)], Plain).since(V2_26),
    gives("removeAttrs", &[s(Map(&A)), s(List(&Name))], Map(&A)),
    made("replaceStrings", &[s(Own(r#"[ "a" ]"#)), s(Own(r#"[ "b" ]"#)), s(Str)]),
    made("scopedImport", &[s(Map(&Any)), s(Text)]),
    gives("seq", &[l(Any), s(A)], A).weight(3),
    made("sort", &[s(Own("(a: b: a < b)")), s(Own("[ 2 1 ]"))]),
    made("split", &[s(Own(r#""(a)b""#)), s(Plain)]),
    gives("splitVersion", &[s(Version)], List(&Plain)),
    never("storePath", &[s(Own(r#""/nix/store/00000000000000000000000000000000-a""#))], "no path is valid in a store that holds nothing"),
    gives("stringLength", &[s(Str)], Int(20)).weight(20),
    made("sub", &[s(Int(61)), s(Int(61))]),
    gives("substring", &[s(Count), s(Int(12)), s(Str)], Str),
    gives("substring", &[s(Count), s(Int(12)), s(Plain)], Plain),
    gives("tail", &[s(Some(&A))], List(&A)),
    never("throw", &[s(Str)], "it throws"),
    gives("toFile", &[s(Name), s(Plain)], Str),
    gives("toJSON", &[s(Data)], Plain),
    gives("toPath", &[s(Absolute)], Plain).weight(2),
    gives("toString", &[s(Shown)], Str).weight(16),
    gives("toXML", &[s(Data)], Plain),
    gives("trace", &[l(Any), s(A)], A).weight(3),
    gives("traceVerbose", &[l(Plain), s(A)], A).since(V2_26).weight(2),
    made("tryEval", &[l(Any)]),
    gives("typeOf", &[s(Any)], Name),
    made("unsafeDiscardOutputDependency", &[s(WHOLE)]),
    gives("unsafeDiscardStringContext", &[s(Str)], Plain),
    made("unsafeGetAttrPos", &[s(Name), s(Map(&Any))]),
    never("valueSize", &[s(Any)], "how large a value is in memory is no part of the language").until(V2_8),
    gives("warn", &[s(Plain), s(A)], A).since(V2_26).weight(2),
    gives("zipAttrsWith", &[l(Fun2(&Plain, &List(&A), &B)), s(List(&Map(&A)))], Map(&B)).since(V2_8),
    constant("currentSystem", Plain).weight(1),
    constant("langVersion", Int(4)).weight(1),
    constant("nixVersion", Plain).weight(1),
    constant("storeDir", Plain).weight(1),
];
