//! Answers are C++ Nix's.

use crate::builtins::testing::{check, check_in, evaluate, fails};
use crate::dialect::Dialect::{self, V2_3, V2_8, V2_26, V2_34};
use crate::errors::ErrorKind;

#[test]
fn names_and_values_come_in_the_order_of_the_names_bytes() {
    let set = "{ b = 1; a = 2; \"é\" = 3; A = 4; \"\" = 5; }";
    check(&[
        (
            &format!("builtins.attrNames {set}"),
            "[ \"\" \"A\" \"a\" \"b\" \"é\" ]",
        ),
        (&format!("builtins.attrValues {set}"), "[ 5 4 2 1 3 ]"),
    ]);
}

#[test]
fn sets_are_made_of_sets() {
    check(&[
        (
            "builtins.removeAttrs { a = 1; b = 2; d = 3; } [ \"b\" \"c\" \"b\" ]",
            "{ a = 1; d = 3; }",
        ),
        (
            "builtins.intersectAttrs { a = 1; b = 2; } { b = 3; c = 4; d = 5; }",
            "{ b = 3; }",
        ),
        (
            "builtins.intersectAttrs { a = 1; b = 2; c = 3; } { b = 3; }",
            "{ b = 3; }",
        ),
        (
            "builtins.catAttrs \"a\" [ { a = 1; } { b = 2; } { a = 3; } ]",
            "[ 1 3 ]",
        ),
        (
            "builtins.mapAttrs (n: v: n + v) { a = \"1\"; b = \"2\"; }",
            "{ a = \"a1\"; b = \"b2\"; }",
        ),
        (
            "builtins.attrNames (builtins.mapAttrs (throw \"f\") { a = 1; })",
            "[ \"a\" ]",
        ),
    ]);
    check_in(
        &[V2_8, V2_26, V2_34],
        &[(
            "builtins.zipAttrsWith (n: vs: [ n vs ]) [ { a = 1; b = 2; } { a = 3; } ]",
            "{ a = [ \"a\" [ 1 3 ] ]; b = [ \"b\" [ 2 ] ]; }",
        )],
    );
}

#[test]
fn a_set_without_what_was_removed_is_a_set_of_its_own() {
    check_in(
        &[V2_34],
        &[
            (
                "let s = { a = 1; }; in [ s (builtins.removeAttrs s [ ]) ]",
                "[ { a = 1; } { a = 1; } ]",
            ),
            (
                "let s = { a = 1; }; in [ s s ]",
                "[ { a = 1; } «repeated» ]",
            ),
        ],
    );
}

#[test]
fn of_pairs_with_the_same_name_the_first_counts() {
    check(&[
        (
            "builtins.listToAttrs [ { name = \"a\"; value = 1; } { name = \"a\"; } ]",
            "{ a = 1; }",
        ),
        ("builtins.listToAttrs [ ]", "{ }"),
    ]);
    let program = "builtins.listToAttrs [ { name = \"b\"; } { name = throw \"n\"; } ]";
    let missing = ErrorKind::MissingAttribute;
    fails(
        &[V2_3],
        program,
        missing,
        "'value' attribute missing in a call",
    );
    fails(
        &[V2_8, V2_26],
        program,
        missing,
        "attribute 'value' missing",
    );
    fails(&[V2_34], program, ErrorKind::Throw, "n");
    let nameless = "builtins.listToAttrs [ { value = 1; } ]";
    fails(
        &[V2_3],
        nameless,
        missing,
        "'name' attribute missing in a call",
    );
    let later = &[V2_8, V2_26, V2_34];
    fails(later, nameless, missing, "attribute 'name' missing");
}

#[test]
fn functions_tell_their_arguments() {
    check(&[
        ("builtins.functionArgs (x: x)", "{ }"),
        (
            "builtins.functionArgs ({ a, b ? 1, ... }: a)",
            "{ a = false; b = true; }",
        ),
    ]);
    let requires = "'functionArgs' requires a function";
    check_in(
        &[V2_8, V2_26, V2_34],
        &[("builtins.functionArgs (builtins.add 1)", "{ }")],
    );
    fails(
        &[V2_3],
        "builtins.functionArgs builtins.add",
        ErrorKind::Type,
        requires,
    );
    fails(
        &Dialect::ALL,
        "builtins.functionArgs { __functor = s: x: x; }",
        ErrorKind::Type,
        requires,
    );
}

#[test]
fn positions_stay_with_attributes_that_are_kept() {
    let column = |set: &str| {
        let program = format!(
            "let s = {{ a = 1; }}; p = builtins.unsafeGetAttrPos \"a\" ({set}); in if p == null then 0 else p.column"
        );
        evaluate(V2_3, &program)
            .0
            .map_err(|failure| failure.message)
    };
    assert_eq!(column("s"), Ok("11".to_owned()));
    assert_eq!(column("builtins.removeAttrs s [ ]"), Ok("11".to_owned()));
    assert_eq!(
        column("builtins.intersectAttrs { a = 2; } s"),
        Ok("11".to_owned())
    );
    assert_eq!(column("builtins.mapAttrs (n: v: v) s"), Ok("0".to_owned()));
    assert_eq!(
        column("builtins.listToAttrs [ { name = \"a\"; value = 1; } ]"),
        Ok("93".to_owned())
    );
    assert_eq!(
        column("builtins.functionArgs ({ a }: a)"),
        Ok("0".to_owned())
    );
}

#[test]
fn arguments_are_evaluated_in_the_order_of_the_release() {
    for (program, message) in [
        ("builtins.getAttr (throw \"n\") (throw \"s\")", "n"),
        ("builtins.hasAttr (throw \"n\") (throw \"s\")", "n"),
        ("builtins.removeAttrs (throw \"s\") (throw \"l\")", "s"),
        ("builtins.catAttrs (throw \"n\") (throw \"l\")", "n"),
        ("builtins.intersectAttrs (throw \"l\") (throw \"r\")", "l"),
    ] {
        fails(&Dialect::ALL, program, ErrorKind::Throw, message);
    }
}

#[test]
fn attributes_named_as_builtins_are_evaluated_in_their_order() {
    let program = "builtins.deepSeq (builtins.mapAttrs (n: v: builtins.trace n 1) { zzz = 1; tail = 1; isString = 1; head = 1; }) 1";
    for dialect in Dialect::ALL {
        let (_, lines) = evaluate(dialect, program);
        assert_eq!(
            lines,
            [
                "trace: isString",
                "trace: head",
                "trace: tail",
                "trace: zzz"
            ]
        );
    }
}
