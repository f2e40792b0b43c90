use crate::builtins::testing::{check, check_in, fails};
use crate::dialect::Dialect;
use crate::errors::ErrorKind;

#[test]
fn answers_of_every_release() {
    check(&[
        (
            r#"builtins.hasContext (builtins.head (builtins.split "z" (builtins.appendContext "abc" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; })))"#,
            "true",
        ),
        (
            r#"builtins.hasContext (builtins.head (builtins.split "b" (builtins.appendContext "abc" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; })))"#,
            "false",
        ),
        (
            r#"builtins.hasContext (builtins.substring 0 0 (builtins.appendContext "abc" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }))"#,
            "true",
        ),
        (
            r#"builtins.hasContext (builtins.substring 9 1 (builtins.appendContext "abc" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }))"#,
            "true",
        ),
        (
            r#"builtins.hasContext (builtins.concatStringsSep (builtins.appendContext "," { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }) [ ])"#,
            "true",
        ),
        (
            r#"builtins.hasContext (builtins.replaceStrings [ "a" ] [ (builtins.appendContext "," { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }) ] "b")"#,
            "false",
        ),
        (
            r#"builtins.hasContext (builtins.replaceStrings [ "a" ] [ (builtins.appendContext "," { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }) ] "a")"#,
            "true",
        ),
        (
            r#"builtins.hasContext (builtins.replaceStrings [ (builtins.appendContext "a" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }) ] [ "b" ] "a")"#,
            "false",
        ),
        (
            r#"builtins.hasContext (builtins.unsafeDiscardStringContext (builtins.appendContext "a" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }))"#,
            "false",
        ),
        (r#"builtins.getContext """#, "{ }"),
        (
            r#"builtins.getContext (builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x.drv" = { outputs = ["out" "dev"]; allOutputs = true; path = true; }; "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-y" = { path = true; }; "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-z" = {path = false;}; })"#,
            r#"{ "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x.drv" = { allOutputs = true; outputs = [ "dev" "out" ]; path = true; }; "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-y" = { path = true; }; }"#,
        ),
        (
            r#"builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-.x" = {path=true;}; }"#,
            r#""x""#,
        ),
        (r#"builtins.appendContext "x" { }"#, r#""x""#),
        (
            r#"let s = builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x.drv" = { outputs=["o"]; allOutputs=true; path=true;}; }; in builtins.getContext (builtins.unsafeDiscardOutputDependency s)"#,
            r#"{ "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x.drv" = { outputs = [ "o" ]; path = true; }; }"#,
        ),
        (
            r#"toString (builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x.drv" = { allOutputs=true; }; })"#,
            r#""x""#,
        ),
        (
            r#"builtins.getContext (builtins.toJSON { a = builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }; })"#,
            r#"{ "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }"#,
        ),
        (
            r#"builtins.getContext (builtins.toXML (builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }))"#,
            r#"{ "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }"#,
        ),
    ]);
}

#[test]
fn answers_of_2_8_and_2_26_and_2_34() {
    check_in(
        &[Dialect::V2_8, Dialect::V2_26, Dialect::V2_34],
        &[(
            r#"builtins.hasContext (builtins.hashString "md5" (builtins.appendContext "abc" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }))"#,
            "false",
        )],
    );
}

#[test]
fn answers_of_2_26_and_2_34() {
    check_in(
        &[Dialect::V2_26, Dialect::V2_34],
        &[
            (
                r#"builtins.getContext (builtins.appendContext "x" { "/nix/store//aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = {path=true;}; })"#,
                r#"{ "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }"#,
            ),
            (
                r#"let s = builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x.drv" = { path=true; }; }; in builtins.getContext (builtins.addDrvOutputDependencies s)"#,
                r#"{ "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x.drv" = { allOutputs = true; }; }"#,
            ),
        ],
    );
}

#[test]
fn answers_of_2_3_and_2_8() {
    check_in(
        &[Dialect::V2_3, Dialect::V2_8],
        &[
            (
                r#"builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-." = {path=true;}; }"#,
                r#""x""#,
            ),
            (
                r#"builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-.-a" = {path=true;}; }"#,
                r#""x""#,
            ),
        ],
    );
}

#[test]
fn answers_of_2_3() {
    check_in(
        &[Dialect::V2_3],
        &[
            (
                r#"builtins.hasContext (builtins.hashString "md5" (builtins.appendContext "abc" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }))"#,
                "true",
            ),
            (
                r#"builtins.appendContext "x" { "/nix/store/eaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = {path=true;}; }"#,
                r#""x""#,
            ),
            (
                r#"builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" = {path=true;}; }"#,
                r#""x""#,
            ),
            (
                r#"builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x y" = {path=true;}; }"#,
                r#""x""#,
            ),
        ],
    );
}

#[test]
fn answers_of_2_8() {
    check_in(
        &[Dialect::V2_8],
        &[(
            r#"builtins.getContext (builtins.appendContext "x" { "/nix/store//aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = {path=true;}; })"#,
            r#"{ "/nix/store//aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }"#,
        )],
    );
}

#[test]
fn refusals() {
    let table: &[(&[Dialect], &str, ErrorKind, &str)] = &[
        (
            &Dialect::ALL,
            r#"builtins.match (builtins.appendContext "a" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path = true; }; }) "a""#,
            ErrorKind::Value,
            "",
        ),
        (
            &Dialect::ALL,
            "builtins.unsafeDiscardStringContext 1",
            ErrorKind::Type,
            "cannot coerce an integer to a string",
        ),
        (&Dialect::ALL, "builtins.hasContext 1", ErrorKind::Type, ""),
        (&Dialect::ALL, "builtins.getContext 1", ErrorKind::Type, ""),
        (
            &Dialect::ALL,
            r#"builtins.appendContext "x" { "/nix/store/foo" = {}; }"#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_3],
            r#"builtins.getContext (builtins.appendContext "x" { "/nix/store//aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = {path=true;}; })"#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_8, Dialect::V2_26, Dialect::V2_34],
            r#"builtins.appendContext "x" { "/nix/store/eaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = {path=true;}; }"#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_8, Dialect::V2_26, Dialect::V2_34],
            r#"builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" = {path=true;}; }"#,
            ErrorKind::Value,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = {allOutputs=true;}; }"#,
            ErrorKind::Value,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = {outputs=["a"];}; }"#,
            ErrorKind::Value,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x/y" = {path=true;}; }"#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r#"builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-." = {path=true;}; }"#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r#"builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-.-a" = {path=true;}; }"#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_8, Dialect::V2_26, Dialect::V2_34],
            r#"builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x y" = {path=true;}; }"#,
            ErrorKind::Value,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = {path=1;}; }"#,
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = 1; }"#,
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.appendContext "x" 1"#,
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            "builtins.appendContext 1 { }",
            ErrorKind::Type,
            "",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r#"builtins.addDrvOutputDependencies "x""#,
            ErrorKind::Value,
            "context of string 'x' must have exactly one element, but has 0",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r#"let s = builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x.drv" = { outputs = ["out"]; }; }; in builtins.addDrvOutputDependencies s"#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r#"let s = builtins.appendContext "x" { "/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x" = { path=true; }; }; in builtins.addDrvOutputDependencies s"#,
            ErrorKind::Value,
            "path '/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x' is not a derivation",
        ),
    ];
    for (dialects, program, kind, message) in table {
        fails(dialects, program, *kind, message);
    }
}
