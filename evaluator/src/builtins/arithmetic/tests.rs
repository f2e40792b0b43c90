//! Answers are C++ Nix's.

use crate::builtins::testing::{check, check_in, fails};
use crate::dialect::Dialect::{self, V2_3, V2_8, V2_26, V2_34};
use crate::errors::ErrorKind;

#[test]
fn numbers_are_floats_if_one_is() {
    check(&[
        ("builtins.add 1 2.5", "3.5"),
        ("builtins.sub 1 2", "-1"),
        ("builtins.mul 2 3", "6"),
        ("builtins.div 7 (-2)", "-3"),
        ("builtins.bitAnd 12 10", "8"),
        ("builtins.bitOr 12 10", "14"),
        ("builtins.bitXor 12 10", "6"),
        ("builtins.lessThan 1 1.5", "true"),
        (
            "map builtins.typeOf [ 1 1.0 null ]",
            "[ \"int\" \"float\" \"null\" ]",
        ),
    ]);
}

#[test]
fn both_operands_are_evaluated_before_either_is_checked() {
    fails(
        &Dialect::ALL,
        "builtins.add \"a\" (throw \"x\")",
        ErrorKind::Throw,
        "x",
    );
    fails(
        &Dialect::ALL,
        "builtins.div \"a\" 0",
        ErrorKind::DivisionByZero,
        "division by zero",
    );
    fails(
        &Dialect::ALL,
        "builtins.bitAnd 1.0 (throw \"x\")",
        ErrorKind::Type,
        "a float",
    );
    fails(
        &[V2_26, V2_34],
        "builtins.add 1.0 \"b\"",
        ErrorKind::Type,
        "expected a float",
    );
}

#[test]
fn rounding_takes_integers_through_floats() {
    let with_floor = [V2_8, V2_26, V2_34];
    check_in(
        &with_floor,
        &[
            ("[ (builtins.floor 1.5) (builtins.ceil 1.5) ]", "[ 1 2 ]"),
            (
                "[ (builtins.floor (-1.5)) (builtins.ceil (-1.5)) ]",
                "[ -2 -1 ]",
            ),
            ("builtins.floor 3", "3"),
        ],
    );
    check_in(
        &[V2_8, V2_26],
        &[
            ("builtins.floor 9007199254740993", "9007199254740992"),
            ("builtins.floor 9223372036854775807", "-9223372036854775808"),
            ("builtins.ceil 1.0e30", "-9223372036854775808"),
        ],
    );
    for program in [
        "builtins.floor 9007199254740993",
        "builtins.floor 9223372036854775807",
        "builtins.ceil 1.0e30",
        "let i = 1.0e308 * 10; in builtins.floor (i - i)",
    ] {
        fails(&[V2_34], program, ErrorKind::Overflow, "");
    }
    fails(
        &[V2_3],
        "builtins.floor 1.5",
        ErrorKind::MissingAttribute,
        "attribute 'floor' missing",
    );
}
