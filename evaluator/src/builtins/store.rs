//! Derivations and the store. Registered so that `builtins` has its names;
//! none of them can be called yet.

use super::{Builtin, Run, builtin};
use crate::derivation::unsupported;
use crate::dialect::Dialect;

macro_rules! not_yet {
    ($name:literal, $arity:literal) => {
        builtin(
            $name,
            $arity,
            Run::Plain(&[], |_, _| Err(unsupported(concat!("builtins.", $name)))),
        )
    };
}

/// The family.
pub const BUILTINS: &[Builtin] = &[
    not_yet!("fetchClosure", 1)
        .since(Dialect::V2_8)
        .feature("fetch-closure"),
    not_yet!("fetchGit", 1).global(),
    not_yet!("fetchMercurial", 1).global(),
    not_yet!("fetchTarball", 1).global(),
    not_yet!("fetchTree", 1)
        .global()
        .since(Dialect::V2_8)
        .until(Dialect::V2_26),
    not_yet!("fetchTree", 1)
        .global()
        .since(Dialect::V2_26)
        .feature("fetch-tree"),
    not_yet!("fetchurl", 1),
    not_yet!("flakeRefToString", 1).since(Dialect::V2_34),
    not_yet!("getFlake", 1)
        .since(Dialect::V2_8)
        .until(Dialect::V2_26)
        .feature("flakes"),
    not_yet!("getFlake", 1).since(Dialect::V2_34),
    not_yet!("outputOf", 2)
        .since(Dialect::V2_26)
        .feature("dynamic-derivations"),
    not_yet!("parseFlakeRef", 1).since(Dialect::V2_34),
    not_yet!("valueSize", 1).until(Dialect::V2_8),
];
