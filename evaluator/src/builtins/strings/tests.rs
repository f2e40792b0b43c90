use crate::builtins::testing::{check, check_in, evaluate, fails};
use crate::dialect::Dialect;
use crate::errors::ErrorKind;

#[test]
fn answers_of_every_release() {
    check(&[
        ("toString 1", r#""1""#),
        ("toString (-5)", r#""-5""#),
        ("toString 1.5", r#""1.500000""#),
        ("toString true", r#""1""#),
        ("toString false", r#""""#),
        ("toString null", r#""""#),
        (
            r#"toString [ 1 [ 2 3 ] [ ] "a" [ [ ] ] null ]"#,
            r#""1 2 3 a  ""#,
        ),
        ("toString [ ]", r#""""#),
        ("toString [ [ ] [ ] 1 ]", r#""1""#),
        (r#"toString { __toString = self: "x"; }"#, r#""x""#),
        ("toString { __toString = self: 5; }", r#""5""#),
        (r#"toString { outPath = "x"; }"#, r#""x""#),
        ("toString { outPath = 5; }", r#""5""#),
        ("toString { outPath = [ 1 2 ]; }", r#""1 2""#),
        ("toString /foo", r#""/foo""#),
        (
            r#"toString { __toString = self: { outPath = self.a; }; a = "q"; }"#,
            r#""q""#,
        ),
        (r#"builtins.stringLength "aé""#, "3"),
        (r#"builtins.stringLength { outPath = "abc"; }"#, "3"),
        (r#"builtins.substring 1 2 "abcdef""#, r#""bc""#),
        (r#"builtins.substring 1 (-1) "abcdef""#, r#""bcdef""#),
        (r#"builtins.substring 3 1 "abc""#, r#""""#),
        (r#"builtins.substring 9 1 "abc""#, r#""""#),
        (
            r#"builtins.substring 0 10 { outPath = "abc"; }"#,
            r#""abc""#,
        ),
        (
            r#"builtins.concatStringsSep "," [ "a" "b" "c" ]"#,
            r#""a,b,c""#,
        ),
        (r#"builtins.concatStringsSep "" [ ]"#, r#""""#),
        (
            r#"builtins.concatStringsSep "," [ { outPath = "x"; } { __toString = s: "y"; } ]"#,
            r#""x,y""#,
        ),
        (
            r#"builtins.replaceStrings [ "oo" "a" ] [ "a" "oo" ] "foobar""#,
            r#""faboor""#,
        ),
        (
            r#"builtins.replaceStrings [ "" ] [ "X" ] "abc""#,
            r#""XaXbXcX""#,
        ),
        (
            r#"builtins.replaceStrings [ "a" "" ] [ "1" "-" ] "abca""#,
            r#""1-b-c1-""#,
        ),
        (
            r#"builtins.splitVersion "1.2pre3-x""#,
            r#"[ "1" "2" "pre" "3" "x" ]"#,
        ),
        (r#"builtins.splitVersion """#, "[ ]"),
        (r#"builtins.splitVersion "a..b--c""#, r#"[ "a" "b" "c" ]"#),
        (r#"builtins.compareVersions "1.0" "1.0pre""#, "1"),
        (r#"builtins.compareVersions "1" "2""#, "-1"),
        (
            r#"builtins.parseDrvName "nix-0.12pre12876""#,
            r#"{ name = "nix"; version = "0.12pre12876"; }"#,
        ),
        (
            r#"builtins.parseDrvName """#,
            r#"{ name = ""; version = ""; }"#,
        ),
        (
            r#"builtins.hashString "md5" "a""#,
            r#""0cc175b9c0f1b6a831c399e269772661""#,
        ),
        (
            r#"builtins.hashString "sha1" "a""#,
            r#""86f7e437faa5a7fce15d1ddcb9eaeaea377667b8""#,
        ),
        (
            r#"builtins.hashString "sha256" "a""#,
            r#""ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb""#,
        ),
        (
            r#"builtins.hashString "sha512" "a""#,
            r#""1f40fc92da241694750979ee6cf582f2d5d7d28e18335de05abc54d0560e0f5302860c652bf08d560252aa5e74210546f369fbbbce8c12cfc7957b2652fe9a75""#,
        ),
        (r#"builtins.stringLength "\n\t""#, "2"),
    ]);
}

#[test]
fn answers_of_2_3_and_2_8() {
    check_in(
        &[Dialect::V2_3, Dialect::V2_8],
        &[
            (r#"builtins.substring 4294967296 1 "abc""#, r#""a""#),
            (r#"builtins.substring 4294967297 1 "abc""#, r#""b""#),
            (r#"builtins.substring 0 4294967297 "abc""#, r#""a""#),
        ],
    );
}

#[test]
fn answers_of_2_26_and_2_34() {
    check_in(
        &[Dialect::V2_26, Dialect::V2_34],
        &[
            (r#"builtins.substring 0 4294967297 "abc""#, r#""abc""#),
            (
                r#"builtins.replaceStrings [ "x" ] [ (throw "t") ] "abc""#,
                r#""abc""#,
            ),
            (
                r#"builtins.convertHash { hash = "ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs="; hashAlgo = "sha256"; toHashFormat = "base16"; }"#,
                r#""ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb""#,
            ),
            (
                r#"builtins.convertHash { hash = "sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs="; toHashFormat = "nix32"; }"#,
                r#""1fs8xspqaxw0p5r4wz0lz3pqd9sdvhirmcriqbxcmg8vr89835ya""#,
            ),
            (
                r#"builtins.convertHash { hash = "sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs="; toHashFormat = "sri"; }"#,
                r#""sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=""#,
            ),
            (
                r#"builtins.convertHash { hash = "sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs="; toHashFormat = "base64"; }"#,
                r#""ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs=""#,
            ),
            (
                r#"builtins.convertHash { hash = "sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs="; toHashFormat = "base32"; }"#,
                r#""1fs8xspqaxw0p5r4wz0lz3pqd9sdvhirmcriqbxcmg8vr89835ya""#,
            ),
        ],
    );
}

#[test]
fn answers_of_2_34() {
    check_in(
        &[Dialect::V2_34],
        &[
            (r#"builtins.substring 4294967296 1 "abc""#, r#""""#),
            (r#"builtins.substring 4294967297 1 "abc""#, r#""""#),
        ],
    );
}

#[test]
fn refusals() {
    let table: &[(&[Dialect], &str, ErrorKind, &str)] = &[
        (
            &Dialect::ALL,
            "toString { }",
            ErrorKind::Type,
            "cannot coerce a set to a string",
        ),
        (&Dialect::ALL, "toString (x: x)", ErrorKind::Type, ""),
        (
            &Dialect::ALL,
            "toString toString",
            ErrorKind::Type,
            "cannot coerce the built-in function 'toString' to a string",
        ),
        (
            &Dialect::ALL,
            r#"toString [ (throw "a") ]"#,
            ErrorKind::Throw,
            "a",
        ),
        (
            &Dialect::ALL,
            "builtins.stringLength 5",
            ErrorKind::Type,
            "cannot coerce an integer to a string",
        ),
        (
            &Dialect::ALL,
            "builtins.stringLength null",
            ErrorKind::Type,
            "cannot coerce null to a string",
        ),
        (
            &Dialect::ALL,
            r#"builtins.stringLength [ "a" ]"#,
            ErrorKind::Type,
            "cannot coerce a list to a string",
        ),
        (
            &Dialect::ALL,
            r#"builtins.substring (-1) 2 "abc""#,
            ErrorKind::Value,
            "negative start position in 'substring'",
        ),
        (
            &[Dialect::V2_3, Dialect::V2_8],
            r#"builtins.substring (-1) (throw "a") (throw "b")"#,
            ErrorKind::Throw,
            "a",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r#"builtins.substring (-1) (throw "a") (throw "b")"#,
            ErrorKind::Value,
            "negative start position in 'substring'",
        ),
        (
            &Dialect::ALL,
            r#"builtins.substring 0 (throw "a") (throw "b")"#,
            ErrorKind::Throw,
            "a",
        ),
        (
            &Dialect::ALL,
            r#"builtins.substring (throw "c") (throw "a") (throw "b")"#,
            ErrorKind::Throw,
            "c",
        ),
        (
            &Dialect::ALL,
            "builtins.substring 0 0 5",
            ErrorKind::Type,
            "cannot coerce an integer to a string",
        ),
        (
            &Dialect::ALL,
            r#"builtins.substring 0 0 (throw "x")"#,
            ErrorKind::Throw,
            "x",
        ),
        (
            &[Dialect::V2_26],
            r#"builtins.substring 4294967296 1 "abc""#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_26],
            r#"builtins.substring 4294967297 1 "abc""#,
            ErrorKind::Value,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.substring 1.0 2 "abc""#,
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.substring "a" 2 "abc""#,
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.concatStringsSep "," [ 1 ]"#,
            ErrorKind::Type,
            "cannot coerce an integer to a string",
        ),
        (
            &Dialect::ALL,
            r#"builtins.concatStringsSep "," "a""#,
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            "builtins.concatStringsSep 1 [ ]",
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.concatStringsSep "," [ "a" (throw "z") ]"#,
            ErrorKind::Throw,
            "z",
        ),
        (
            &Dialect::ALL,
            r#"builtins.concatStringsSep { outPath = ","; } [ "a" ]"#,
            ErrorKind::Type,
            "",
        ),
        (
            &[Dialect::V2_3, Dialect::V2_8],
            r#"builtins.replaceStrings [ "x" ] [ (throw "t") ] "abc""#,
            ErrorKind::Throw,
            "t",
        ),
        (
            &Dialect::ALL,
            r#"builtins.replaceStrings [ "a" ] [ (throw "t") ] "abc""#,
            ErrorKind::Throw,
            "t",
        ),
        (
            &Dialect::ALL,
            r#"builtins.replaceStrings [ "a" ] [ ] "abc""#,
            ErrorKind::Value,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.replaceStrings [ "a" ] [ 1 ] "abc""#,
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.replaceStrings [ 1 ] [ "a" ] "abc""#,
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.replaceStrings [ "a" ] [ "b" ] 1"#,
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.replaceStrings [ (throw "f") ] [ (throw "t") ] (throw "s")"#,
            ErrorKind::Throw,
            "f",
        ),
        (
            &Dialect::ALL,
            r#"builtins.replaceStrings [ "a" ] [ (throw "t") ] (throw "s")"#,
            ErrorKind::Throw,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.replaceStrings "a" [ "b" ] "c""#,
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            "builtins.splitVersion 1",
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.compareVersions (throw "a") (throw "b")"#,
            ErrorKind::Throw,
            "a",
        ),
        (
            &Dialect::ALL,
            r#"builtins.compareVersions "1" 2"#,
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.parseDrvName { outPath = "a-1"; }"#,
            ErrorKind::Type,
            "",
        ),
        (
            &[Dialect::V2_3, Dialect::V2_8, Dialect::V2_26],
            r#"builtins.hashString "blake3" "a""#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_34],
            r#"builtins.hashString "blake3" "a""#,
            ErrorKind::Feature,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.hashString "foo" (throw "x")"#,
            ErrorKind::Value,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.hashString "md5" 1"#,
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            r#"builtins.hashString "md5" (throw "x")"#,
            ErrorKind::Throw,
            "x",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r#"builtins.convertHash { hash = "sha256-ypeBEsobvcr6wjGzmiPcTaeG7/gUfE5yuYB3ha/uSLs="; toHashFormat = "foo"; }"#,
            ErrorKind::Value,
            "unknown hash format 'foo', expect 'base16', 'base32', 'base64', or 'sri'",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r#"builtins.convertHash { hash = "x"; toHashFormat = "sri"; }"#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r#"builtins.convertHash { hash = "x"; hashAlgo = "md5"; toHashFormat = "sri"; }"#,
            ErrorKind::Value,
            "hash 'x' has wrong length for hash algorithm 'md5'",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r#"builtins.convertHash { hash = "x"; hashAlgo = "md"; toHashFormat = "sri"; }"#,
            ErrorKind::Value,
            "",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            r#"builtins.convertHash { hash = "x"; }"#,
            ErrorKind::MissingAttribute,
            "attribute 'toHashFormat' missing",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            "builtins.convertHash { }",
            ErrorKind::MissingAttribute,
            "attribute 'hash' missing",
        ),
        (
            &[Dialect::V2_26, Dialect::V2_34],
            "builtins.convertHash 1",
            ErrorKind::Type,
            "expected a set but found an integer",
        ),
        (
            &Dialect::ALL,
            r#"let s = builtins.concatStringsSep "" (builtins.genList (x: "abcdefghij") 110); in s + 1"#,
            ErrorKind::Type,
            "cannot coerce an integer to a string",
        ),
        (
            &Dialect::ALL,
            r#"let s = builtins.concatStringsSep "" (builtins.genList (x: "abcdefghij") 110); in [ s ] + """#,
            ErrorKind::Type,
            "cannot coerce a list to a string",
        ),
        (
            &Dialect::ALL,
            r#"let s = builtins.concatStringsSep "" (builtins.genList (x: "$\{") 600); in builtins.length s"#,
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            r#"let s = "a" + builtins.concatStringsSep "" (builtins.genList (x: "$\{") 600); in builtins.length s"#,
            ErrorKind::Type,
            "",
        ),
        (
            &Dialect::ALL,
            "toString { a = x: x; }",
            ErrorKind::Type,
            "cannot coerce a set to a string",
        ),
    ];
    for (dialects, program, kind, message) in table {
        fails(dialects, program, *kind, message);
    }
}

#[test]
fn arguments_of_substring_are_evaluated_in_order() {
    let lines = |program: &str| evaluate(Dialect::V2_34, program).1.join(" ");
    let of = |start: &str, length: &str| {
        lines(&format!(
            "builtins.substring (builtins.trace 1 {start}) (builtins.trace 2 {length}) (builtins.trace 3 \"abc\")"
        ))
    };
    for (start, length) in [("0", "2"), ("1", "(1 - 1)"), ("0", "(1 - 2)")] {
        assert_eq!(of(start, length), "trace: 1 trace: 2 trace: 3");
    }
    assert_eq!(of("(0 - 1)", "2"), "trace: 1");
    let program = "builtins.substring 0 (throw \"length\") (throw \"text\")";
    fails(&Dialect::ALL, program, ErrorKind::Throw, "length");
}
