//! Numbers: the four operations, bits, rounding, comparison.

use super::{Builtin, Kind, Run, builtin, want};
use crate::vm::arithmetic as number;

/// The family.
pub const BUILTINS: &[Builtin] = &[
    builtin(
        "add",
        2,
        Run::Plain(
            &[
                want(
                    0,
                    Kind::Any,
                    "while evaluating the first argument of the addition",
                ),
                want(
                    1,
                    Kind::Any,
                    "while evaluating the second argument of the addition",
                ),
            ],
            |state, args| number::add(state, args[0], args[1]),
        ),
    ),
    builtin(
        "sub",
        2,
        Run::Plain(
            &[
                want(
                    0,
                    Kind::Any,
                    "while evaluating the first argument of the subtraction",
                ),
                want(
                    1,
                    Kind::Any,
                    "while evaluating the second argument of the subtraction",
                ),
            ],
            |state, args| number::sub(state, args[0], args[1]),
        ),
    ),
];
