//! Answers are C++ Nix's.

use crate::builtins::testing::{check, check_in, fails};
use crate::dialect::Dialect::{self, V2_3, V2_8, V2_26, V2_34};
use crate::errors::ErrorKind;

#[test]
fn elements_come_in_the_order_in_which_they_are_found() {
    check(&[(
        "map (x: x.key) (builtins.genericClosure { startSet = [ { key = 1; } { key = 3; } ]; operator = x: if x.key > 6 then [ ] else [ { key = x.key + 2; } { key = x.key * 2; } ]; })",
        "[ 1 3 2 5 6 4 7 10 8 12 ]",
    )]);
}

#[test]
fn a_thousand_keys_in_any_order_are_told_apart() {
    check(&[(
        "builtins.length (builtins.genericClosure { startSet = builtins.concatMap (n: [ { key = n * 7919 - n * 7919 / 1009 * 1009; } { key = n; } ]) (builtins.genList (n: n) 1009); operator = x: [ ]; })",
        "1009",
    )]);
}

#[test]
fn keys_are_the_same_if_neither_is_less() {
    check(&[(
        "map (x: x.v) (builtins.genericClosure { startSet = [ { key = 1; v = 1; } { key = 1.0; v = 2; } { key = 2; v = 3; } ]; operator = x: [ ]; })",
        "[ 1 3 ]",
    )]);
    // Not a number is neither less than nor greater than anything.
    check(&[(
        "let i = 1.0e308 * 10; nan = i - i; in map (x: x.v) (builtins.genericClosure { startSet = [ { key = 2; v = 1; } { key = nan; v = 2; } { key = 1; v = 4; } { key = nan; v = 6; } ]; operator = x: [ ]; })",
        "[ 1 4 ]",
    )]);
}

#[test]
fn keys_without_order_fail_when_they_are_compared() {
    check(&[(
        "builtins.genericClosure { startSet = [ { key = { }; } ]; operator = x: [ ]; }",
        "[ { key = { }; } ]",
    )]);
    fails(
        &Dialect::ALL,
        "builtins.genericClosure { startSet = [ { key = null; } { key = null; } ]; operator = x: [ ]; }",
        ErrorKind::Type,
        "cannot compare null with null",
    );
    let lists = "builtins.genericClosure { startSet = [ { key = [ 2 ]; } { key = [ 1 \"a\" ]; } { key = [ 3 3 ]; } { key = [ 4 ]; } ]; operator = x: [ ]; }";
    fails(
        &[V2_3],
        lists,
        ErrorKind::Type,
        "cannot compare a list with a list",
    );
    check_in(
        &[V2_8, V2_26, V2_34],
        &[(
            lists,
            "[ { key = [ 2 ]; } { key = [ 1 \"a\" ]; } { key = [ 3 3 ]; } { key = [ 4 ]; } ]",
        )],
    );
}

#[test]
fn the_operator_is_needed_for_an_empty_start_only_before_2_13() {
    let program = "builtins.genericClosure { startSet = [ ]; }";
    fails(
        &[V2_3, V2_8],
        program,
        ErrorKind::MissingAttribute,
        "attribute 'operator' missing",
    );
    check_in(&[V2_26, V2_34], &[(program, "[ ]")]);
    check(&[(
        "builtins.genericClosure { startSet = [ ]; operator = 1; }",
        "[ ]",
    )]);
    fails(
        &Dialect::ALL,
        "builtins.genericClosure { startSet = [ { key = throw \"k\"; } ]; operator = throw \"o\"; }",
        ErrorKind::Throw,
        "o",
    );
}
