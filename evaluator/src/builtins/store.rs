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
    not_yet!("outputOf", 2)
        .since(Dialect::V2_26)
        .feature("dynamic-derivations"),
    not_yet!("valueSize", 1).until(Dialect::V2_8),
];
