//! Answers are C++ Nix's.

use crate::builtins::testing::{check, check_in, evaluate, fails};
use crate::dialect::Dialect::{self, V2_3, V2_8, V2_26, V2_34};
use crate::errors::{ErrorKind, Limit};

const OLD: [Dialect; 2] = [V2_3, V2_8];
const NEW: [Dialect; 2] = [V2_26, V2_34];

#[test]
fn lists_are_taken_apart_and_put_together() {
    check(&[
        ("builtins.head [ 1 (throw \"x\") ]", "1"),
        ("builtins.tail [ 1 2 3 ]", "[ 2 3 ]"),
        ("builtins.elemAt [ 1 2 ] 1", "2"),
        ("builtins.length [ (throw \"x\") ]", "1"),
        ("builtins.concatLists [ [ 1 ] [ ] [ 2 ] ]", "[ 1 2 ]"),
        ("builtins.concatMap (x: [ x x ]) [ 1 2 ]", "[ 1 1 2 2 ]"),
        ("builtins.genList (x: x * x) 5", "[ 0 1 4 9 16 ]"),
        ("map (x: x + 1) [ 1 2 ]", "[ 2 3 ]"),
        (
            "builtins.partition (x: x > 1) [ 1 2 3 ]",
            "{ right = [ 2 3 ]; wrong = [ 1 ]; }",
        ),
    ]);
    check_in(
        &[V2_8, V2_26, V2_34],
        &[(
            "builtins.groupBy (x: if x > 1 then \"b\" else \"a\") [ 3 1 2 ]",
            "{ a = [ 1 ]; b = [ 3 2 ]; }",
        )],
    );
}

#[test]
fn elements_are_evaluated_only_where_they_must_be() {
    check(&[
        (
            "builtins.length (builtins.filter (x: true) [ 1 (throw \"e\") ])",
            "2",
        ),
        ("builtins.length (map (x: throw \"e\") [ 1 2 ])", "2"),
        ("builtins.elem 1 [ 1 (throw \"x\") ]", "true"),
        ("builtins.elem (throw \"x\") [ ]", "false"),
        ("builtins.any (x: x) [ true (throw \"x\") ]", "true"),
        ("builtins.all (x: x) [ false (throw \"x\") ]", "false"),
        ("builtins.foldl' (a: b: b) (throw \"x\") [ 1 2 3 ]", "3"),
    ]);
    fails(
        &Dialect::ALL,
        "builtins.partition (x: true) [ 1 (throw \"e\") ]",
        ErrorKind::Throw,
        "e",
    );
    fails(
        &Dialect::ALL,
        "builtins.foldl' (a: b: b) (throw \"x\") [ ]",
        ErrorKind::Throw,
        "x",
    );
    let (_, lines) = evaluate(
        V2_34,
        "let l = map (x: builtins.trace \"once\" x) [ 1 ]; in l ++ l",
    );
    assert_eq!(lines, ["trace: once"]);
}

#[test]
fn lists_to_concatenate_are_evaluated_in_order_and_once() {
    let lines = |program: &str| {
        let (result, lines) = evaluate(V2_34, program);
        (result.is_ok(), lines.join(" "))
    };
    let (ok, traced) =
        lines("builtins.concatLists (builtins.genList (n: builtins.trace n [ n ]) 3)");
    assert!(ok);
    assert_eq!(traced, "trace: 0 trace: 1 trace: 2");
    // The generator takes over where one is no list, and evaluates none again.
    let (ok, traced) = lines("builtins.concatLists [ (builtins.trace 1 [ 1 ]) 2 (throw \"z\") ]");
    assert!(!ok);
    assert_eq!(traced, "trace: 1");
    fails(
        &Dialect::ALL,
        "builtins.concatLists [ [ ] (throw \"x\") (throw \"y\") ]",
        ErrorKind::Throw,
        "x",
    );
    // What `break` gives is no list, and stays what it is.
    fails(
        &[V2_26, V2_34],
        "builtins.concatLists [ (builtins.break (builtins.seq 1 [ 1 ])) ]",
        ErrorKind::Type,
        "expected a list",
    );
}

#[test]
fn a_cell_is_equal_to_itself_even_if_it_is_a_function() {
    check(&[
        ("let f = x: x; in builtins.elem f [ f ]", "true"),
        ("builtins.elem (x: x) [ (x: x) ]", "false"),
    ]);
}

#[test]
fn whether_the_function_is_looked_at_for_no_elements_depends_on_the_release() {
    check(&[("map 1 [ ]", "[ ]")]);
    check_in(
        &NEW,
        &[
            ("builtins.filter 1 [ ]", "[ ]"),
            ("builtins.sort 1 [ ]", "[ ]"),
        ],
    );
    check_in(
        &OLD,
        &[
            ("builtins.length (map (throw \"f\") [ 2 ])", "1"),
            ("builtins.genList 1 0", "[ ]"),
        ],
    );
    fails(&OLD, "builtins.filter 1 [ ]", ErrorKind::Type, "an integer");
    fails(
        &OLD,
        "builtins.filter (throw \"f\") 1",
        ErrorKind::Throw,
        "f",
    );
    fails(
        &NEW,
        "builtins.filter (throw \"f\") 1",
        ErrorKind::Type,
        "a list",
    );
    fails(&NEW, "map (throw \"f\") [ 2 ] == 1", ErrorKind::Throw, "f");
    fails(&NEW, "builtins.genList 1 0", ErrorKind::Type, "a function");
    fails(
        &NEW,
        "builtins.genList (throw \"f\") (-1)",
        ErrorKind::Value,
        "cannot create list of size -1",
    );
    fails(
        &Dialect::ALL,
        "builtins.any 1 [ ]",
        ErrorKind::Type,
        "a function",
    );
}

#[test]
fn an_index_must_be_within_the_list() {
    check_in(&OLD, &[("builtins.elemAt [ 1 2 ] 4294967297", "2")]);
    fails(
        &NEW,
        "builtins.elemAt [ 1 2 ] 4294967297",
        ErrorKind::Value,
        "'builtins.elemAt' called with index 4294967297 on a list of size 2",
    );
    fails(
        &OLD,
        "builtins.elemAt [ ] (-1)",
        ErrorKind::Value,
        "list index -1 is out of bounds",
    );
    fails(
        &Dialect::ALL,
        "builtins.elemAt (throw \"list\") (throw \"index\")",
        ErrorKind::Throw,
        "index",
    );
    fails(
        &NEW,
        "builtins.head [ ]",
        ErrorKind::Value,
        "'builtins.head' called on an empty list",
    );
    fails(
        &OLD,
        "builtins.head [ ]",
        ErrorKind::Value,
        "list index 0 is out of bounds",
    );
    fails(
        &OLD,
        "builtins.tail [ ]",
        ErrorKind::Value,
        "'tail' called on an empty list",
    );
}

#[test]
fn a_list_that_no_memory_holds_is_refused() {
    fails(
        &Dialect::ALL,
        "builtins.genList (x: x) 1000000000000",
        ErrorKind::Limit(Limit::Memory),
        "memory",
    );
}
