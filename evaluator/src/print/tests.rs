//! What programs print, and how messages show values.

use crate::builtins::testing::{check_in, evaluate, fails};
use crate::dialect::Dialect;
use crate::errors::ErrorKind;

#[test]
fn values_print_as_in_each_release() {
    check_in(
        &[Dialect::V2_3],
        &[
            (
                r##"{ a = "x\${y} $z \"\\\n\t\r"; "if" = 1; "or" = 2; "a b" = 3; "" = 4; "a$b" = 5; "\${" = 6; "1a" = 7; "-" = 8; "'" = 9; "é" = 10; "assert" = 11; }"##,
                r##"{ "" = 4; "\${" = 6; "'" = 9; "-" = 8; "1a" = 7; a = "x${y} $z \"\\\n\t\r"; "a b" = 3; "a\$b" = 5; assert = 11; "if" = 1; or = 2; "é" = 10; }"##,
            ),
            ("let x = { a = x; }; in x", "{ a = { a = <CYCLE>; }; }"),
            ("let x = [ x ]; in x", "[ [ <CYCLE> ] ]"),
            (
                "let x = [ x x x ]; in x",
                "[ [ <CYCLE> <CYCLE> <CYCLE> ] [ <CYCLE> <CYCLE> <CYCLE> ] [ <CYCLE> <CYCLE> <CYCLE> ] ]",
            ),
            (
                "let x = { a = 1; }; in [ x x ]",
                "[ { a = 1; } { a = 1; } ]",
            ),
            ("let x = [ 1 ]; in [ x x ]", "[ [ 1 ] [ 1 ] ]"),
            (
                "let x = [ 1 2 3 ]; y = x; in [ x y ]",
                "[ [ 1 2 3 ] [ 1 2 3 ] ]",
            ),
            (
                "let x = { a = 1; }; y = builtins.head [ x ]; in [ x y ]",
                "[ { a = 1; } { a = 1; } ]",
            ),
            (
                "let x = { a = x; b = { inherit x; }; }; in [ x x.b ]",
                "[ { a = <CYCLE>; b = { x = <CYCLE>; }; } { x = { a = <CYCLE>; b = { x = <CYCLE>; }; }; } ]",
            ),
            (
                "let x = { a = [ x ]; }; in x",
                "{ a = [ { a = <CYCLE>; } ]; }",
            ),
            ("let a = { b = [ a ]; }; in a.b", "[ { b = [ <CYCLE> ]; } ]"),
        ],
    );
    check_in(
        &[Dialect::V2_8],
        &[(
            r##"{ a = "x\${y} $z \"\\\n\t\r"; "if" = 1; "or" = 2; "a b" = 3; "" = 4; "a$b" = 5; "\${" = 6; "1a" = 7; "-" = 8; "'" = 9; "é" = 10; "assert" = 11; }"##,
            r##"{ "" = 4; "\${" = 6; "'" = 9; "-" = 8; "1a" = 7; a = "x\${y} $z \"\\\n\t\r"; "a b" = 3; "a\$b" = 5; assert = 11; "if" = 1; or = 2; "é" = 10; }"##,
        )],
    );
    check_in(
        &[Dialect::V2_26, Dialect::V2_34],
        &[(
            r##"{ a = "x\${y} $z \"\\\n\t\r"; "if" = 1; "or" = 2; "a b" = 3; "" = 4; "a$b" = 5; "\${" = 6; "1a" = 7; "-" = 8; "'" = 9; "é" = 10; "assert" = 11; }"##,
            r##"{ "" = 4; "\${" = 6; "'" = 9; "-" = 8; "1a" = 7; a = "x\${y} $z \"\\\n\t\r"; "a b" = 3; "a$b" = 5; "assert" = 11; "if" = 1; or = 2; "é" = 10; }"##,
        )],
    );
    check_in(
        &Dialect::ALL,
        &[
            (
                "[ 1.0 0.1 1.0e6 1.0e5 123456789.0 1.0e-5 (1.0e300 * 1.0e300) (-1.5) ]",
                "[ 1 0.1 1e+06 100000 1.23457e+08 1e-05 inf -1.5 ]",
            ),
            (
                "let x = [ 1 ]; y = builtins.head [ x ]; in [ x y ]",
                "[ [ 1 ] [ 1 ] ]",
            ),
            (
                "let x = { }; y = [ ]; in [ x x y y ]",
                "[ { } { } [ ] [ ] ]",
            ),
            (
                "[ (x: x) ({ a }: a) map (map (x: x)) /foo/bar null true ]",
                "[ <LAMBDA> <LAMBDA> <PRIMOP> <PRIMOP-APP> /foo/bar null true ]",
            ),
        ],
    );
    check_in(
        &[Dialect::V2_8, Dialect::V2_26, Dialect::V2_34],
        &[
            ("let x = { a = x; }; in x", "{ a = «repeated»; }"),
            ("let x = [ x ]; in x", "[ [ «repeated» ] ]"),
            (
                "let x = { a = 1; }; in [ x x ]",
                "[ { a = 1; } «repeated» ]",
            ),
            ("let x = [ 1 ]; in [ x x ]", "[ [ 1 ] «repeated» ]"),
            (
                "let x = [ 1 2 3 ]; y = x; in [ x y ]",
                "[ [ 1 2 3 ] «repeated» ]",
            ),
            (
                "let x = { a = 1; }; y = builtins.head [ x ]; in [ x y ]",
                "[ { a = 1; } «repeated» ]",
            ),
            (
                "let x = { a = x; b = { inherit x; }; }; in [ x x.b ]",
                "[ { a = «repeated»; b = { x = «repeated»; }; } «repeated» ]",
            ),
            ("let x = { a = [ x ]; }; in x", "{ a = [ «repeated» ]; }"),
            (
                "let a = { b = [ a ]; }; in a.b",
                "[ { b = [ «repeated» ]; } ]",
            ),
            (
                "rec { x = { y = x; }; z = x; }",
                "{ x = { y = «repeated»; }; z = «repeated»; }",
            ),
        ],
    );
    check_in(
        &[Dialect::V2_8, Dialect::V2_26],
        &[
            (
                "let x = [ x x x ]; in x",
                "[ «repeated» «repeated» «repeated» ]",
            ),
            (
                "let x = [ 1 2 3 ]; y = builtins.head [ x ]; in [ x y ]",
                "[ [ 1 2 3 ] «repeated» ]",
            ),
        ],
    );
    check_in(
        &[Dialect::V2_34],
        &[(
            "let x = [ x x x ]; in x",
            "[ [ «repeated» «repeated» «repeated» ] «repeated» «repeated» ]",
        )],
    );
    check_in(
        &[Dialect::V2_3, Dialect::V2_34],
        &[(
            "let x = [ 1 2 3 ]; y = builtins.head [ x ]; in [ x y ]",
            "[ [ 1 2 3 ] [ 1 2 3 ] ]",
        )],
    );
}

#[test]
fn messages_show_values_cut_off() {
    let table: &[(&[Dialect], &str, &str)] = &[
        (
            &[Dialect::V2_26, Dialect::V2_34],
            "(let l = [ {} {} [] [] ]; in builtins.deepSeq l (toString { a = l; }))",
            "cannot coerce a set to a string: { a = [ { } «repeated» [ ] [ ] ]; }",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r##"let l = { a = l; z = 1; type = "x"; _type = "y"; b = x: x; c = map; d = map map; f = { }; s = "a\${b"; n = null; }; in builtins.deepSeq l (toString l)"##,
            r##"cannot coerce a set to a string: { _type = "y"; type = "x"; a = «repeated»; b = «lambda b @ «string»:1:54»; c = «primop map»; d = «partially applied primop map»; f = { }; n = null; s = "a\${b"; z = 1; }"##,
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            "let l = builtins.genList (x: x) 15; in builtins.deepSeq l (toString { a = l; b = 1 + 1; })",
            "cannot coerce a set to a string: { a = [ 0 1 2 3 4 5 6 7 8 9 «5 items elided» ]; b = «thunk»; }",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            "let l = builtins.genList (x: x) 10; in builtins.deepSeq l (toString { a = [ 5 5 ]; b = l; c = l; })",
            "cannot coerce a set to a string: { a = «thunk»; b = [ 0 1 2 3 4 5 6 7 8 9 ]; c = «repeated»; }",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r##"let l = builtins.genList (x: [ x x ]) 12; in builtins.deepSeq l (l + "")"##,
            "cannot coerce a list to a string: [ [ 0 0 ] [ 1 1 ] [ 2 2 ] [ 3 «1 item elided» ] «8 items elided» ]",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r##"let l = builtins.genList (x: [ [ x ] ]) 12; in builtins.deepSeq l (l + "")"##,
            "cannot coerce a list to a string: [ [ [ 0 ] ] [ [ 1 ] ] [ [ 2 ] ] [ [ 3 ] ] «8 items elided» ]",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r##"let f = n: if n == 0 then 1 else [ (f (n - 1)) ]; l = f 12; in builtins.deepSeq l (l + "")"##,
            "cannot coerce a list to a string: [ [ [ [ [ [ [ [ [ [ [ ... ] ] ] ] ] ] ] ] ] ] ]",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            "let f = n: if n == 0 then 1 else { a = f (n - 1); }; l = f 12; in builtins.deepSeq l (toString l)",
            "cannot coerce a set to a string: { a = { a = { a = { a = { a = { a = { a = { a = { a = { a = { ... }; }; }; }; }; }; }; }; }; }; }",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r##"let l = builtins.listToAttrs (builtins.genList (x: { name = "a${toString x}"; value = x; }) 15); in builtins.deepSeq l (toString l)"##,
            "cannot coerce a set to a string: { a0 = 0; a1 = 1; a10 = 10; a11 = 11; a12 = 12; a13 = 13; a14 = 14; a2 = 2; a3 = 3; a4 = 4; «5 attributes elided» }",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r##"let s = builtins.concatStringsSep "" (builtins.genList (x: "abcdefghij") 110); in s + 1"##,
            "cannot coerce an integer to a string: 1",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r##"let s = builtins.concatStringsSep "" (builtins.genList (x: "abcdefghij") 110); in [ s ] + """##,
            "cannot coerce a list to a string: [ «thunk» ]",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r##"let s = builtins.concatStringsSep "" (builtins.genList (x: "$\{") 600); in builtins.length s"##,
            r##"{\${\${\${\${\${\${\${\${\${\${\${\${\${" «176 bytes elided»"##,
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r##"let s = "a" + builtins.concatStringsSep "" (builtins.genList (x: "$\{") 600); in builtins.length s"##,
            r##"${\${\${\${\${\${\${\${\${\${\${\${\${\$" «177 bytes elided»"##,
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            "let f = x: x; in builtins.length f",
            "expected a list but found a function: «lambda f @ «string»:1:9»",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            "let f = { a ? 1 }: a; in builtins.deepSeq [ f ] (toString { inherit f; })",
            "cannot coerce a set to a string: { f = «lambda f @ «string»:1:9»; }",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r##"let s = builtins.concatStringsSep "" (builtins.genList (x: "$\{") 600); in builtins.seq s (builtins.length s)"##,
            r##"{\${\${\${\${\${\${\${\${\${\${\${\${\${" «176 bytes elided»"##,
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r##"let s = builtins.concatStringsSep "" (builtins.genList (x: "a\n") 600); in builtins.seq s (builtins.length s)"##,
            r##"na\na\na\na\na\na\na\na\na\na\na\na\na\n" «176 bytes elided»"##,
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r##"let s = builtins.concatStringsSep "" (builtins.genList (x: "a") 1025); in builtins.seq s (builtins.length s)"##,
            r##"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" «1 byte elided»"##,
        ),
    ];
    for (dialects, program, message) in table {
        fails(dialects, program, ErrorKind::Type, message);
    }
}

#[test]
fn builtins_are_one_cell_where_they_are_mentioned() {
    let repeated = |program: &str| {
        let shown = evaluate(Dialect::V2_3, program).0.expect("it is a value");
        shown.matches("builtins = {").count()
    };
    assert_eq!(repeated("[ builtins ]"), 0);
    assert_eq!(repeated("let b = builtins; in [ b ]"), 0);
    assert_eq!(repeated("[ builtins.builtins ]"), 1);
    assert_eq!(repeated("[ (if true then builtins else 0) ]"), 1);
}

#[test]
fn frames_of_deep_evaluation_quote_names() {
    for dialect in [Dialect::V2_26, Dialect::V2_34] {
        let failure = evaluate(dialect, "{ \"a b\" = 0 0; }").0.unwrap_err();
        let report = String::from_utf8_lossy(&failure.report).into_owned();
        let frame = "while evaluating the attribute '\"a b\"'";
        assert!(report.contains(frame), "{dialect}: {report}");
    }
}
