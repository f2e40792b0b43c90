use crate::builtins::testing::{check, check_in, fails};
use crate::dialect::Dialect;
use crate::errors::ErrorKind;

#[test]
fn answers_of_every_release() {
    check(&[
        (
            r#"builtins.fromTOML "a = 1\nb = [1, 2]\n[c]\nd = \"x\"\n[[e]]\nf = 1.5\n[[e]]\n""#,
            r#"{ a = 1; b = [ 1 2 ]; c = { d = "x"; }; e = [ { f = 1.5; } { } ]; }"#,
        ),
        (
            r#"builtins.fromTOML "a.b.c = true""#,
            "{ a = { b = { c = true; }; }; }",
        ),
        (r#"fromTOML """#, "{ }"),
    ]);
}

#[test]
fn answers_of_2_3_and_2_8() {
    check_in(
        &[Dialect::V2_3, Dialect::V2_8],
        &[(r#"builtins.fromTOML "a = \"\\u0000\"""#, r#"{ a = ""; }"#)],
    );
}

#[test]
fn refusals() {
    let table: &[(&[Dialect], &str, ErrorKind, &str)] = &[
        (
            &Dialect::ALL,
            r#"builtins.fromTOML "a = 1979-05-27""#,
            ErrorKind::Value,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.fromTOML "a = ""#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r#"builtins.fromTOML "a = \"\\u0000\"""#,
            ErrorKind::Value,
            "",
        ),
        (&Dialect::ALL, "builtins.fromTOML 1", ErrorKind::Type, ""),
    ];
    for (dialects, program, kind, message) in table {
        fails(dialects, program, *kind, message);
    }
}
