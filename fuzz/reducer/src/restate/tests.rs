//! What each row of the table writes, and what it leaves alone.

use super::*;
use twinix_evaluator::builtins;

fn of(text: &str) -> Vec<String> {
    let said = restatements(&Source::new(text)).into_iter();
    said.map(|it| String::from_utf8(it.text).unwrap()).collect()
}

#[test]
fn one_of_several_is_used_for_all() {
    for (text, expected) in [
        ("[ 1 ] == f 2", "[ 1 ] != f 2"),
        ("builtins.elem 1 [ (-2) ]", "1 != (-2)"),
        ("false || x ? a", "true && (x ? a)"),
        ("false -> 0", "true && 0"),
        ("__split \"a\" \"b\"", "builtins.match \"a\" \"b\""),
        ("builtins.concatLists [ [ 1 ] ]", "[ 1 ] ++ [ ]"),
        (
            "[ (builtins.concatLists [ [ 1 ] [ ] ]) ]",
            "[ ([ 1 ] ++ [ ]) ]",
        ),
        ("\"\" + { outPath = 1; }", "\"${{ outPath = 1; }}\""),
        ("{ outPath = 1; } + \"\"", "\"${{ outPath = 1; }}\""),
        ("builtins.div (-1) 2", "(-1) / 2"),
        ("f 1 < 2", "f 1 - 2"),
        ("1 |> (a: a)", "(a: a) 1"),
        ("(a: a) <| [ ]", "(a: a) [ ]"),
        ("{ a = 1; } // { b = 2; }", "{ a = 1; b = 2; }"),
        ("a: a // { }", "a: a"),
        ("''${./.} a''", "\"${./.} a\""),
        ("builtins.filter (a: 0) [ 1 2 ]", "(a: 0) 1"),
        ("__sort (a: b: a) [ 1 (-2) ]", "(a: b: a) 1 (-2)"),
        ("builtins.foldl' (a: 0) 0 [ { } ]", "(a: 0) 0 { }"),
        (
            "builtins.mapAttrs (a: 0) { a = g 1; }",
            "(a: 0) \"a\" (g 1)",
        ),
        ("toString (f 1)", "\"${f 1}\""),
        (
            "derivation { name = \"b\"; system = 1; builder = 2; __structuredAttrs = true; a = .0; }",
            "builtins.toJSON .0",
        ),
        ("[ __add ]", "[ map ]"),
        ("builtins.add 1", "map 1"),
        ("__appendContext \"a\" { }", "\"${./.}\""),
        ("a: builtins.trace a 0", "a: a"),
        (
            "derivation { name = \"b\"; }",
            "derivation { name = \"b\"; system = 0; builder = 0; }",
        ),
    ] {
        assert_eq!(of(text), [expected]);
    }
    assert_eq!(
        of("__genList (a: 0) 2"),
        ["(a: 0) 0", "[ ((a: 0) 0) ((a: 0) 1) ]"]
    );
    assert_eq!(
        of("derivation { name = \"b\"; system = 1; builder = 2; }"),
        [DEPENDENT]
    );
    assert_eq!(
        of("derivation { name = \"b\"; a = 1; }"),
        [
            "toString 1",
            "derivation { name = \"b\"; a = 1; system = 0; builder = 0; }"
        ]
    );
}

#[test]
fn all_places_are_changed_at_once_and_each_alone() {
    assert_eq!(
        of("[ __add ] != [ __add ]"),
        [
            "[ map ] != [ map ]",
            "[ map ] != [ __add ]",
            "[ __add ] != [ map ]"
        ]
    );
}

#[test]
fn what_is_said_so_already_stays() {
    for text in [
        "1 != 2",
        "true && 0",
        "builtins.elem 1 [ ]",
        "let elem = a: b: 0; in elem 1 [ 2 ]",
        "1 + 2",
        "1 - 2",
        "''a\n''",
        "builtins.sort (a: 0) [ 1 ]",
        "[ true null map ]",
    ] {
        assert!(of(text).is_empty(), "{text}");
    }
}

#[test]
fn a_builtin_is_called_with_all_of_it() {
    let with = |text: &str| {
        let applied = applied("toJSON", &Source::new(text))?;
        Some(String::from_utf8(applied.text).unwrap())
    };
    assert_eq!(with("1.5").as_deref(), Some("builtins.toJSON 1.5"));
    assert_eq!(with("a: a").as_deref(), Some("builtins.toJSON (a: a)"));
    assert_eq!(with("[ 1"), None);
}

#[test]
fn what_takes_more_arguments_does_so_in_the_evaluator() {
    for name in OF_MORE {
        let found = builtins::registered().find(|builtin| builtin.name == *name);
        let arity = found.expect("it is a builtin").arity;
        assert!(arity > 1, "{name}");
    }
}
