//! What the four releases answered to `builtins.fromTOML`, as they print it.

use super::*;
use crate::formats::{float, strings};

fn print(toml: &Toml, id: TomlId, release: Release, out: &mut Vec<u8>) {
    match toml.node(id) {
        TomlNode::Bool(value) => out.extend(value.to_string().bytes()),
        TomlNode::Int(value) => out.extend(value.to_string().bytes()),
        TomlNode::Float(value) => out.extend(float::general(*value).bytes()),
        TomlNode::String(text) => strings::write_string(release, text, out),
        TomlNode::Timestamp(text) => out.extend(text.bytes()),
        TomlNode::Array(elements) => {
            out.extend(b"[ ");
            for element in elements {
                print(toml, *element, release, out);
                out.push(b' ');
            }
            out.push(b']');
        }
        TomlNode::Table(members) => {
            out.extend(b"{ ");
            for (key, value) in members {
                strings::write_attribute_name(release, key, out);
                out.extend(b" = ");
                print(toml, *value, release, out);
                out.extend(b"; ");
            }
            out.push(b'}');
        }
    }
}

fn answer(release: Release, text: &str) -> String {
    match parse(release, text.as_bytes(), false) {
        Err(error) if error.kind == TomlErrorKind::Crash => "crash".into(),
        Err(_) => "error".into(),
        Ok(toml) => {
            let mut out = Vec::new();
            print(&toml, toml.root(), release, &mut out);
            String::from_utf8(out).unwrap()
        }
    }
}

/// A document, then the answers of 2.3, of 2.8, and of 2.26 and 2.34.
#[rustfmt::skip]
const DOCUMENTS: &[(&str, [&str; 3])] = &[
    ("", ["{ }", "{ }", "{ }"]),
    ("a = 1\n[b]\nc = \"x\"\n", [
        "{ a = 1; b = { c = \"x\"; }; }",
        "{ a = 1; b = { c = \"x\"; }; }",
        "{ a = 1; b = { c = \"x\"; }; }",
    ]),
    ("a.b.c = 1\na.b.d = 2", [
        "{ a = { b = { c = 1; d = 2; }; }; }",
        "{ a = { b = { c = 1; d = 2; }; }; }",
        "{ a = { b = { c = 1; d = 2; }; }; }",
    ]),
    ("a = 1\na = 2", ["error", "error", "error"]),
    ("[a]\n[a]", ["error", "error", "error"]),
    ("[a.b]\n[a]\nx = 1", [
        "{ a = { b = { }; x = 1; }; }",
        "{ a = { b = { }; x = 1; }; }",
        "{ a = { b = { }; x = 1; }; }",
    ]),
    ("[a]\nb.c = 1\n[a.b]\nd = 2", ["error", "{ a = { b = { c = 1; d = 2; }; }; }", "error"]),
    ("a.b = 1\n[a]\nc = 2", ["error", "{ a = { b = 1; c = 2; }; }", "error"]),
    ("[a.b.c]\nx = 1\n[a]\nb.y = 2", [
        "{ a = { b = { c = { x = 1; }; y = 2; }; }; }", "error", "error",
    ]),
    ("[[a.b]]\n[a]\nc = 1", [
        "{ a = { b = [ { } ]; c = 1; }; }", "error", "{ a = { b = [ { } ]; c = 1; }; }",
    ]),
    ("a = [{b = 1}]\n[[a]]\nc = 2", ["error", "error", "error"]),
    ("a = [{b = 1}]\n[a.c]", [
        "{ a = [ { b = 1; c = { }; } ]; }", "{ a = [ { b = 1; c = { }; } ]; }", "error",
    ]),
    ("[[a]]\nx = 1\n[[a]]\n[a.b]\ny = 2", [
        "{ a = [ { x = 1; } { b = { y = 2; }; } ]; }",
        "{ a = [ { x = 1; } { b = { y = 2; }; } ]; }",
        "{ a = [ { x = 1; } { b = { y = 2; }; } ]; }",
    ]),
    ("a = {b = 1}\na.c = 2", ["{ a = { b = 1; c = 2; }; }", "error", "error"]),
    ("a = {b = 1}\n[a]", ["error", "error", "error"]),
    ("a = {b = 1,}", ["{ a = { b = 1; }; }", "error", "error"]),
    ("a = {b = 1\n}", ["error", "error", "error"]),
    ("a = [1, 2, ]", ["{ a = [ 1 2 ]; }", "{ a = [ 1 2 ]; }", "{ a = [ 1 2 ]; }"]),
    ("a = [1, \"x\", [true]]", [
        "error", "{ a = [ 1 \"x\" [ true ] ]; }", "{ a = [ 1 \"x\" [ true ] ]; }",
    ]),
    ("a = [1.0, 2]", ["{ a = [ 1 2 ]; }", "{ a = [ 1 2 ]; }", "{ a = [ 1 2 ]; }"]),
    ("a = [1, 2.0]", ["error", "{ a = [ 1 2 ]; }", "{ a = [ 1 2 ]; }"]),
    ("a = [1 2]", ["error", "error", "error"]),
    ("a = [1 2", ["{ a = [ 1 ]; }", "error", "error"]),
    ("a = [1, # c\n2 # d\n]", ["{ a = [ 1 2 ]; }", "{ a = [ 1 2 ]; }", "{ a = [ 1 2 ]; }"]),
    ("a = 1 [b]", ["error", "error", "{ a = 1; b = { }; }"]),
    ("a = 9223372036854775808", ["error", "{ a = 9223372036854775807; }", "error"]),
    ("a = -9223372036854775809", ["error", "{ a = -9223372036854775808; }", "error"]),
    ("a = 0x7FFFFFFFFFFFFFFF", [
        "{ a = 9223372036854775807; }",
        "{ a = 9223372036854775807; }",
        "{ a = 9223372036854775807; }",
    ]),
    ("a = 0xFFFFFFFFFFFFFFFF", ["error", "{ a = 9223372036854775807; }", "error"]),
    ("a = 0o789", ["{ a = 7; }", "error", "error"]),
    ("a = 0b102", ["{ a = 2; }", "error", "error"]),
    ("a = 0b1111111111111111111111111111111111111111111111111111111111111111", [
        "error", "{ a = -1; }", "error",
    ]),
    ("a = 0b1111111111111111111111111111111111111111111111111111111111111111111111", [
        "error", "{ a = -1; }", "error",
    ]),
    ("a = 1_000", ["{ a = 1000; }", "{ a = 1000; }", "{ a = 1000; }"]),
    ("a = 1__0", ["error", "error", "error"]),
    ("a = 012", ["error", "error", "error"]),
    ("a = +0x1", ["error", "error", "error"]),
    ("a = 1e400", ["error", "{ a = 1.79769e+308; }", "error"]),
    ("a = -1e400", ["error", "{ a = -1.79769e+308; }", "error"]),
    ("a = 1e-400", ["error", "{ a = 0; }", "{ a = 0; }"]),
    ("a = 1e05", ["error", "{ a = 100000; }", "{ a = 100000; }"]),
    ("a = 1.", ["error", "error", "error"]),
    ("a = .5", ["error", "error", "error"]),
    ("a = [inf, -inf, +nan, -nan]", [
        "{ a = [ inf -inf nan -nan ]; }",
        "{ a = [ inf -inf nan -nan ]; }",
        "{ a = [ inf -inf nan -nan ]; }",
    ]),
    ("a = -0.0", ["{ a = -0; }", "{ a = -0; }", "{ a = -0; }"]),
    ("a = -0", ["{ a = 0; }", "{ a = 0; }", "{ a = 0; }"]),
    ("a = TRUE", ["error", "error", "error"]),
    ("a = \"\\u00e9\\U0001F600\\t\"", [
        "{ a = \"é😀\\t\"; }", "{ a = \"é😀\\t\"; }", "{ a = \"é😀\\t\"; }",
    ]),
    ("a = \"\\ud800\"", ["error", "error", "error"]),
    ("a = \"\\e\"", ["error", "error", "error"]),
    ("a = \"\\x41\"", ["error", "error", "error"]),
    ("a = \"x\ty\"", ["{ a = \"x\\ty\"; }", "{ a = \"x\\ty\"; }", "{ a = \"x\\ty\"; }"]),
    ("a = \"\"\"\nab\ncd\"\"\"", [
        "{ a = \"ab\\ncd\"; }", "{ a = \"ab\\ncd\"; }", "{ a = \"ab\\ncd\"; }",
    ]),
    ("a = \"\"\"ab\ncd\nef\"\"\"", [
        "{ a = \"abcd\\nef\"; }", "{ a = \"ab\\ncd\\nef\"; }", "{ a = \"ab\\ncd\\nef\"; }",
    ]),
    ("a = \"\"\"x\\\n   y\"\"\"", ["{ a = \"xy\"; }", "{ a = \"xy\"; }", "{ a = \"xy\"; }"]),
    ("a = \"\"\"\"x\"\"\"\"", ["error", "{ a = \"\\\"x\\\"\"; }", "{ a = \"\\\"x\\\"\"; }"]),
    ("a = '''\nab\n'''", ["{ a = \"ab\\n\"; }", "{ a = \"ab\\n\"; }", "{ a = \"ab\\n\"; }"]),
    ("a = '''x''''", ["error", "{ a = \"x'\"; }", "{ a = \"x'\"; }"]),
    ("a = \"1\r\n", ["error", "error", "error"]),
    ("a = 1\r\nb = 2\r\n", ["{ a = 1; b = 2; }", "{ a = 1; b = 2; }", "{ a = 1; b = 2; }"]),
    ("a = 1\r", ["error", "error", "error"]),
    ("\"\" = 1", ["{ \"\" = 1; }", "{ \"\" = 1; }", "{ \"\" = 1; }"]),
    ("a b = 1", ["error", "error", "error"]),
    ("é = 1", ["{ \"é\" = 1; }", "error", "error"]),
    ("\"é\" = 1", ["{ \"é\" = 1; }", "{ \"é\" = 1; }", "{ \"é\" = 1; }"]),
    ("a ]= 1", ["error", "error", "error"]),
    ("a = 1 # c", ["{ a = 1; }", "{ a = 1; }", "{ a = 1; }"]),
    ("# c\u{1}\na = 1", ["{ a = 1; }", "error", "error"]),
    ("\u{feff}a = 1", ["{ \"\u{feff}a\" = 1; }", "{ a = 1; }", "{ a = 1; }"]),
    ("a . \"b.c\" = 1", [
        "{ a = { \"b.c\" = 1; }; }", "{ a = { \"b.c\" = 1; }; }", "{ a = { \"b.c\" = 1; }; }",
    ]),
    ("= 1", ["error", "error", "error"]),
    ("a =", ["error", "error", "error"]),
    ("a = 1979-05-27", ["error", "error", "error"]),
    ("a = 07:32:00", ["error", "error", "error"]),
    ("[ a . b ]\nc = 1", [
        "{ a = { b = { c = 1; }; }; }",
        "{ a = { b = { c = 1; }; }; }",
        "{ a = { b = { c = 1; }; }; }",
    ]),
    ("[a] # c", ["{ a = { }; }", "{ a = { }; }", "{ a = { }; }"]),
    ("[a] b = 1", ["error", "error", "error"]),
    ("[]", ["error", "error", "error"]),
    ("[[a]", ["error", "error", "error"]),
    ("a = \"\\u0000b\"", ["{ a = \"\"; }", "{ a = \"\"; }", "error"]),
    ("a = 1\n[a.b]", ["error", "error", "error"]),
    ("\"a\" = 1\n'a' = 2", ["error", "error", "error"]),
    ("a = [ [1], [\"x\"], [] ]", [
        "{ a = [ [ 1 ] [ \"x\" ] [ ] ]; }",
        "{ a = [ [ 1 ] [ \"x\" ] [ ] ]; }",
        "{ a = [ [ 1 ] [ \"x\" ] [ ] ]; }",
    ]),
    ("a = [{}, {b = 1}]", [
        "{ a = [ { } { b = 1; } ]; }", "{ a = [ { } { b = 1; } ]; }", "{ a = [ { } { b = 1; } ]; }",
    ]),
    ("a = [\n\n]", ["{ a = [ ]; }", "{ a = [ ]; }", "{ a = [ ]; }"]),
    ("~$ = 1", ["{ \"~\\$\" = 1; }", "error", "error"]),
    ("b = []\nb.c = 1", ["error", "crash", "error"]),
];

#[test]
fn documents_are_read_as_in_each_release() {
    for (text, [v2_3, v2_8, later]) in DOCUMENTS {
        for release in Release::ALL {
            let expected = match release {
                Release::V2_3 => v2_3,
                Release::V2_8 => v2_8,
                Release::V2_26 | Release::V2_34 => later,
            };
            assert_eq!(answer(release, text), *expected, "{text:?} in {release:?}");
        }
    }
}

/// A timestamp, then its `value` in 2.26 and in 2.34 with `parse-toml-timestamps`.
#[rustfmt::skip]
const TIMESTAMPS: &[(&str, &str, &str)] = &[
    ("1979-05-27", "1979-05-27", "1979-05-27"),
    ("07:32:00", "07:32:00", "07:32:00"),
    ("07:32:00.5", "07:32:00.5", "07:32:00.500"),
    ("1979-05-27T07:32:00", "1979-05-27T07:32:00", "1979-05-27T07:32:00"),
    ("1979-05-27 07:32:00", "1979-05-27 07:32:00", "1979-05-27T07:32:00"),
    ("1979-05-27t07:32:00.120", "1979-05-27t07:32:00.120", "1979-05-27T07:32:00.120"),
    ("1979-05-27T07:32:00.123456", "1979-05-27T07:32:00.123456", "1979-05-27T07:32:00.123456"),
    ("1979-05-27T07:32:00.1234567899Z", "1979-05-27T07:32:00.123456789Z", "1979-05-27T07:32:00.123456789Z"),
    ("1979-05-27 07:32:00.5-07:30", "1979-05-27 07:32:00.5-07:30", "1979-05-27T07:32:00.500-07:30"),
    ("1979-05-27T07:32:00+00:00", "1979-05-27T07:32:00Z", "1979-05-27T07:32:00Z"),
    ("1979-05-27T07:32:00z", "1979-05-27T07:32:00Z", "1979-05-27T07:32:00Z"),
    ("1979-05-27T07:32:60-00:30", "1979-05-27T07:32:60-00:30", "1979-05-27T07:32:60-00:30"),
    ("1979-05-27T07:32:00+24:60", "1979-05-27T07:32:00+25:00", "1979-05-27T07:32:00+25:00"),
    ("1979-05-27T07:32:00+25:00", "error", "error"),
    ("1979-02-29", "error", "error"),
    ("2000-02-29", "2000-02-29", "2000-02-29"),
    ("07:32", "error", "error"),
    ("24:00:00", "error", "error"),
    ("07:32:00.100000", "07:32:00.100000", "07:32:00.100"),
    ("1979-05-27T7:32:00", "error", "error"),
];

#[test]
fn timestamps_print_as_in_each_release() {
    for (text, v2_26, v2_34) in TIMESTAMPS {
        for (release, expected) in [(Release::V2_26, v2_26), (Release::V2_34, v2_34)] {
            let document = format!("a = {text}");
            let printed = match parse(release, document.as_bytes(), true) {
                Err(_) => "error".into(),
                Ok(toml) => match toml.node(toml.root()) {
                    TomlNode::Table(members) => match toml.node(members[&b"a"[..]]) {
                        TomlNode::Timestamp(value) => value.clone(),
                        other => format!("{other:?}"),
                    },
                    other => format!("{other:?}"),
                },
            };
            assert_eq!(printed, *expected, "{text} in {release:?}");
        }
    }
}

#[test]
fn refusals_say_what_the_release_says() {
    let refusal = |release, text: &str| {
        let error = parse(release, text.as_bytes(), false).unwrap_err();
        String::from_utf8(error.message).unwrap()
    };
    let date = "a = 1979-05-27";
    assert_eq!(
        refusal(Release::V2_3, date),
        "unsupported value type in TOML"
    );
    for release in [Release::V2_8, Release::V2_26, Release::V2_34] {
        assert_eq!(refusal(release, date), "Dates and times are not supported");
    }
    assert_eq!(
        refusal(Release::V2_3, "a = 1\na = 2"),
        "Key a already present at line 2"
    );
    assert_eq!(
        refusal(Release::V2_34, "a = \"\\u0000b\""),
        "error: input string '␀b' cannot be represented as Nix string because it contains null \
         bytes"
    );
}

#[test]
fn deep_nesting_needs_no_stack() {
    let depth = 100_000;
    for (open, close) in [("[", "]"), ("{a=", "}")] {
        let inner = if open == "[" { "" } else { "1" };
        let text = format!("a = {}{inner}{}", open.repeat(depth), close.repeat(depth));
        for release in Release::ALL {
            assert!(
                parse(release, text.as_bytes(), false).is_ok(),
                "{release:?}"
            );
        }
    }
}
