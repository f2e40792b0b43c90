use crate::builtins::testing::{check, check_in, fails};
use crate::dialect::Dialect;
use crate::errors::ErrorKind;

#[test]
fn answers_of_every_release() {
    check(&[
        (
            r#"builtins.toJSON { b = 1; a = [ 1.5 true null "x\n" ]; }"#,
            r#""{\"a\":[1.5,true,null,\"x\\n\"],\"b\":1}""#,
        ),
        (
            r#"builtins.toJSON { b = { outPath = [ 1 2 ]; }; c = { __toString = s: "q"; outPath = 1; }; }"#,
            r#""{\"b\":[1,2],\"c\":\"q\"}""#,
        ),
        (
            r#"builtins.toJSON { "${"a\"b"}" = 1; }"#,
            r#""{\"a\\\"b\":1}""#,
        ),
        ("builtins.toJSON {}", r#""{}""#),
        ("builtins.toJSON []", r#""[]""#),
        (
            "builtins.toJSON 9223372036854775807",
            r#""9223372036854775807""#,
        ),
        (r#"builtins.fromJSON "  1 ""#, "1"),
        (r#"builtins.fromJSON "-0""#, "0"),
        (r#"builtins.fromJSON "1.0""#, "1"),
        (
            r#"builtins.fromJSON "{\"outPath\":\"x\"}""#,
            r#"{ outPath = "x"; }"#,
        ),
        (
            r#"builtins.attrNames (builtins.fromJSON "{\"z\":1,\"a\":{}}")"#,
            r#"[ "a" "z" ]"#,
        ),
    ]);
}

#[test]
fn answers_of_2_8_and_2_26_and_2_34() {
    check_in(
        &[Dialect::V2_8, Dialect::V2_26, Dialect::V2_34],
        &[
            (
                r#"builtins.fromJSON "{\"a\":1,\"b\":[1.5,true,null,\"x\\u00e9\"],\"a\":2}""#,
                r#"{ a = 2; b = [ 1.5 true null "xé" ]; }"#,
            ),
            (
                r#"builtins.fromJSON "-9223372036854775809""#,
                "-9.22337e+18",
            ),
        ],
    );
}

#[test]
fn answers_of_2_3_and_2_8() {
    check_in(
        &[Dialect::V2_3, Dialect::V2_8],
        &[(
            "builtins.toJSON [ 1.0 0.1 1.0e300 (1.0e300 * 1.0e300) (-0.0) ]",
            r#""[1,0.1,1e+300,inf,0]""#,
        )],
    );
}

#[test]
fn answers_of_2_26_and_2_34() {
    check_in(
        &[Dialect::V2_26, Dialect::V2_34],
        &[(
            "builtins.toJSON [ 1.0 0.1 1.0e300 (1.0e300 * 1.0e300) (-0.0) ]",
            r#""[1.0,0.1,1e+300,null,0.0]""#,
        )],
    );
}

#[test]
fn answers_of_2_8() {
    check_in(
        &[Dialect::V2_8],
        &[
            (
                r#"builtins.fromJSON "9223372036854775808""#,
                "-9223372036854775808",
            ),
            (r#"builtins.fromJSON "\"\\u0000\"""#, r#""""#),
        ],
    );
}

#[test]
fn answers_of_2_3() {
    check_in(&[Dialect::V2_3], &[(r#"builtins.fromJSON "01""#, "1")]);
}

#[test]
fn refusals() {
    let table: &[(&[Dialect], &str, ErrorKind, &str)] = &[
        (
            &Dialect::ALL,
            "builtins.toJSON { __toString = s: 5; }",
            ErrorKind::Type,
            "cannot coerce an integer to a string",
        ),
        (
            &Dialect::ALL,
            "builtins.toJSON (x: x)",
            ErrorKind::Type,
            "cannot convert a function to JSON",
        ),
        (
            &Dialect::ALL,
            "builtins.toJSON [ builtins.add ]",
            ErrorKind::Type,
            "cannot convert the built-in function 'add' to JSON",
        ),
        (
            &Dialect::ALL,
            "builtins.toJSON { a = builtins.add 1; }",
            ErrorKind::Type,
            "cannot convert the partially applied built-in function 'add' to JSON",
        ),
        (
            &Dialect::ALL,
            r#"builtins.toJSON [ (throw "a") ]"#,
            ErrorKind::Throw,
            "a",
        ),
        (
            &Dialect::ALL,
            r#"builtins.toJSON [ (builtins.substring 0 1 "é") (throw "x") ]"#,
            ErrorKind::Throw,
            "x",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r#"builtins.toJSON (builtins.substring 0 1 "é")"#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_3],
            r#"builtins.fromJSON "{\"a\":1,\"b\":[1.5,true,null,\"x\\u00e9\"],\"a\":2}""#,
            ErrorKind::Value,
            r#"\u characters in JSON strings are currently not supported"#,
        ),
        (
            &Dialect::ALL,
            r#"builtins.fromJSON "[1,2""#,
            ErrorKind::Value,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.fromJSON """#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_3],
            r#"builtins.fromJSON "9223372036854775808""#,
            ErrorKind::Value,
            "out-of-range JSON number",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r#"builtins.fromJSON "9223372036854775808""#,
            ErrorKind::Overflow,
            "unsigned json number 9223372036854775808 outside of Nix integer range",
        ),
        (
            &[Dialect::V2_3],
            r#"builtins.fromJSON "-9223372036854775809""#,
            ErrorKind::Value,
            "out-of-range JSON number",
        ),
        (
            &Dialect::ALL,
            r#"builtins.fromJSON "1e400""#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_8, Dialect::V2_26, Dialect::V2_34],
            r#"builtins.fromJSON "01""#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_3, Dialect::V2_26, Dialect::V2_34],
            r#"builtins.fromJSON "\"\\u0000\"""#,
            ErrorKind::Value,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.fromJSON "nul""#,
            ErrorKind::Value,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.fromJSON "{\"a\" 1}""#,
            ErrorKind::Value,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.fromJSON "[1,]""#,
            ErrorKind::Value,
            "",
        ),
        (&Dialect::ALL, "builtins.fromJSON 1", ErrorKind::Type, ""),
    ];
    for (dialects, program, kind, message) in table {
        fails(dialects, program, *kind, message);
    }
}
