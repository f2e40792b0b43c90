//! Answers are C++ Nix's.

use crate::builtins::testing::{check, check_in, evaluate, fails};
use crate::dialect::Dialect::{self, V2_3, V2_8, V2_26, V2_34};
use crate::errors::ErrorKind;

#[test]
fn elements_that_are_equal_keep_their_order() {
    check(&[
        ("builtins.sort builtins.lessThan [ 3 1.5 2 ]", "[ 1.5 2 3 ]"),
        (
            "builtins.sort builtins.lessThan [ \"b\" \"a\" \"\" ]",
            "[ \"\" \"a\" \"b\" ]",
        ),
        ("builtins.sort (a: b: a) [ 1 ]", "[ 1 ]"),
        (
            "map (x: x.v) (builtins.sort (a: b: a.k < b.k) (builtins.genList (n: { k = n - n / 3 * 3; v = n; }) 21))",
            "[ 0 3 6 9 12 15 18 1 4 7 10 13 16 19 2 5 8 11 14 17 20 ]",
        ),
    ]);
}

#[test]
fn lists_are_sorted_since_they_compare() {
    let program = "builtins.sort builtins.lessThan [ [ 2 ] [ 1 ] ]";
    check_in(&[V2_8, V2_26, V2_34], &[(program, "[ [ 1 ] [ 2 ] ]")]);
    fails(
        &[V2_3],
        program,
        ErrorKind::Type,
        "cannot compare a list with a list",
    );
    fails(
        &Dialect::ALL,
        "builtins.sort builtins.lessThan [ 3 \"a\" 2 ]",
        ErrorKind::Type,
        "cannot compare a string with an integer",
    );
}

#[test]
fn what_has_no_order_comes_out_as_the_algorithm_leaves_it() {
    let program = "let i = 1.0e308 * 10; nan = i - i; in map (x: if x == x then x else null) (builtins.sort builtins.lessThan [ 3 nan 1 2 nan 0 5 ])";
    check_in(
        &[V2_3, V2_8, V2_26],
        &[(program, "[ 1 3 null null 0 2 5 ]")],
    );
    check_in(&[V2_34], &[(program, "[ 3 null 1 2 null 0 5 ]")]);
}

/// Which pairs a sort of `items` compares.
fn compared(dialect: Dialect, order: &str, items: &str) -> Vec<(u32, u32)> {
    let program = format!(
        "builtins.sort (a: b: builtins.trace [ a b ] ({order})) (map (x: builtins.seq x x) {items})"
    );
    let (result, lines) = evaluate(dialect, &program);
    result.unwrap();
    lines
        .iter()
        .map(|line| {
            let mut numbers = line.split(' ').filter_map(|word| word.parse().ok());
            (numbers.next().unwrap(), numbers.next().unwrap())
        })
        .collect()
}

#[test]
fn the_pairs_compared_are_those_of_libstdcxx() {
    for dialect in [V2_3, V2_8, V2_26] {
        assert_eq!(
            compared(dialect, "true", "[ 1 2 3 4 5 6 7 8 9 ]"),
            [
                (2, 1),
                (3, 2),
                (4, 3),
                (5, 4),
                (7, 6),
                (8, 7),
                (9, 8),
                (6, 1),
                (6, 2),
                (6, 3),
                (6, 4),
                (6, 5)
            ]
        );
        assert_eq!(
            compared(dialect, "a < b", "[ 3 2 1 ]"),
            [(2, 3), (1, 3), (1, 2)]
        );
    }
}

#[test]
fn the_pairs_compared_are_those_of_peeksort() {
    let items = "[ 1 2 3 4 5 6 7 8 9 10 11 12 20 19 18 17 16 15 14 13 ]";
    let pairs = compared(V2_34, "a < b", items);
    assert_eq!(pairs.len(), 54);
    assert_eq!(
        pairs[..16],
        [
            (11, 10),
            (10, 9),
            (9, 8),
            (8, 7),
            (7, 6),
            (6, 5),
            (5, 4),
            (4, 3),
            (3, 2),
            (2, 1),
            (11, 10),
            (12, 11),
            (20, 12),
            (19, 20),
            (18, 19),
            (17, 19)
        ]
    );
    assert_eq!(pairs[53], (19, 20));
}
