use crate::builtins::testing::{check, check_in, fails};
use crate::dialect::Dialect;
use crate::errors::ErrorKind;

#[test]
fn answers_of_every_release() {
    check(&[
        (r#"builtins.match "ab" "abc""#, "null"),
        (r#"builtins.match "abc" "abc""#, "[ ]"),
        (r#"builtins.match "a(b)(c)" "abc""#, r#"[ "b" "c" ]"#),
        (r#"builtins.match "a(b)?(c)?" "ab""#, r#"[ "b" null ]"#),
        (
            r#"builtins.match "[[:space:]]+([[:upper:]]+)[[:space:]]+" "  FOO   ""#,
            r#"[ "FOO" ]"#,
        ),
        (r#"builtins.match "(.*)\\.nix" "foo.nix""#, r#"[ "foo" ]"#),
        (r#"builtins.split "(a)b" "abc""#, r#"[ "" [ "a" ] "c" ]"#),
        (
            r#"builtins.split "([ac])" "1a2b3c4""#,
            r#"[ "1" [ "a" ] "2b3" [ "c" ] "4" ]"#,
        ),
        (
            r#"builtins.split "(a)|(c)" "abc""#,
            r#"[ "" [ "a" null ] "b" [ null "c" ] "" ]"#,
        ),
        (
            r#"builtins.split "" "ab""#,
            r#"[ "" [ ] "a" [ ] "b" [ ] "" ]"#,
        ),
        (
            r#"builtins.split "x*" "axb""#,
            r#"[ "" [ ] "a" [ ] "" [ ] "b" [ ] "" ]"#,
        ),
        (r#"builtins.split "z" "abc""#, r#"[ "abc" ]"#),
    ]);
}

#[test]
fn answers_of_2_3_and_2_8() {
    check_in(
        &[Dialect::V2_3, Dialect::V2_8],
        &[(r#"builtins.match "a{4294967297}" "a""#, "[ ]")],
    );
}

#[test]
fn refusals() {
    let table: &[(&[Dialect], &str, ErrorKind, &str)] = &[
        (
            &Dialect::ALL,
            r#"builtins.match "(" (throw "x")"#,
            ErrorKind::Value,
            "invalid regular expression '('",
        ),
        (
            &Dialect::ALL,
            r#"builtins.match "a" (throw "x")"#,
            ErrorKind::Throw,
            "x",
        ),
        (
            &Dialect::ALL,
            r#"builtins.match "a" 1"#,
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.match 1 "a""#,
            ErrorKind::Type,
            "",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r#"builtins.match "a{4294967297}" "a""#,
            ErrorKind::Value,
            "invalid regular expression 'a{4294967297}'",
        ),
        (
            &Dialect::ALL,
            r#"builtins.match "a{1000}{1000}" "a""#,
            ErrorKind::Value,
            "memory limit exceeded by regular expression 'a{1000}{1000}'",
        ),
        (
            &Dialect::ALL,
            r#"builtins.split "(a" "a""#,
            ErrorKind::Value,
            "invalid regular expression '(a'",
        ),
        (
            &Dialect::ALL,
            r#"builtins.split "a" 1"#,
            ErrorKind::Type,
            "",
        ),
    ];
    for (dialects, program, kind, message) in table {
        fails(dialects, program, *kind, message);
    }
}
