//! What the four releases answered to `builtins.fromJSON`, values as they print them.

use super::*;
use crate::formats::{float, strings};

fn print(json: &Json, release: Release, out: &mut Vec<u8>) {
    match json {
        Json::Null => out.extend(b"null"),
        Json::Bool(value) => out.extend(value.to_string().bytes()),
        Json::Int(value) => out.extend(value.to_string().bytes()),
        Json::Unsigned(value) => out.extend(value.to_string().bytes()),
        Json::Float(value) => out.extend(float::general(*value).bytes()),
        Json::String(text) => strings::write_string(release, text, out),
        Json::Array(items) => {
            out.extend(b"[ ");
            for item in items {
                print(item, release, out);
                out.push(b' ');
            }
            out.push(b']');
        }
        Json::Object(members) => {
            out.extend(b"{ ");
            for (key, value) in members {
                strings::write_attribute_name(release, key, out);
                out.extend(b" = ");
                print(value, release, out);
                out.extend(b"; ");
            }
            out.push(b'}');
        }
    }
}

/// A text, then the answers of 2.3, of 2.8, and of 2.26 and 2.34.
#[rustfmt::skip]
const TEXTS: &[(&str, [&str; 3])] = &[
    ("", [
        "error: expected JSON value",
        "error: [json.exception.parse_error.101] parse error at line 1, column 1: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal",
        "error: [json.exception.parse_error.101] parse error at line 1, column 1: attempting to parse an empty input; check that your input string or stream contains the expected JSON",
    ]),
    ("  ", [
        "error: expected JSON value",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal",
    ]),
    ("1", ["1", "1", "1"]),
    ("-0", ["0", "0", "0"]),
    ("-0.0", ["-0", "-0", "-0"]),
    ("1e5", ["100000", "100000", "100000"]),
    ("1E+2", ["error: expected end-of-string while parsing JSON value: +2", "100", "100"]),
    ("1e400", [
        "error: out-of-range JSON number",
        "error: [json.exception.out_of_range.406] number overflow parsing '1e400'",
        "error: [json.exception.out_of_range.406] number overflow parsing '1e400'",
    ]),
    ("1e-400", ["error: out-of-range JSON number", "0", "0"]),
    ("9223372036854775808", [
        "error: out-of-range JSON number",
        "-9223372036854775808",
        "error: unsigned json number 9223372036854775808 outside of Nix integer range",
    ]),
    ("-9223372036854775809", ["error: out-of-range JSON number", "-9.22337e+18", "-9.22337e+18"]),
    ("18446744073709551615", [
        "error: out-of-range JSON number",
        "-1",
        "error: unsigned json number 18446744073709551615 outside of Nix integer range",
    ]),
    ("18446744073709551616", ["error: out-of-range JSON number", "1.84467e+19", "1.84467e+19"]),
    ("-", [
        "error: invalid JSON number",
        "error: [json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - invalid number; expected digit after '-'; last read: '-'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - invalid number; expected digit after '-'; last read: '-'",
    ]),
    ("01", [
        "1",
        "error: [json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - unexpected number literal; expected end of input",
        "error: [json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - unexpected number literal; expected end of input",
    ]),
    ("1.", [
        "1",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - invalid number; expected digit after '.'; last read: '1.'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - invalid number; expected digit after '.'; last read: '1.'",
    ]),
    (".5", [
        "0.5",
        "error: [json.exception.parse_error.101] parse error at line 1, column 1: syntax error while parsing value - invalid literal; last read: '.'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 1: syntax error while parsing value - invalid literal; last read: '.'",
    ]),
    ("1e", [
        "1",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - invalid number; expected '+', '-', or digit after exponent; last read: '1e'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - invalid number; expected '+', '-', or digit after exponent; last read: '1e'",
    ]),
    ("1-2", [
        "1",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - unexpected number literal; expected end of input",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - unexpected number literal; expected end of input",
    ]),
    ("--1", [
        "error: invalid JSON number",
        "error: [json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - invalid number; expected digit after '-'; last read: '--'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - invalid number; expected digit after '-'; last read: '--'",
    ]),
    ("nul", [
        "error: unrecognised JSON value",
        "error: [json.exception.parse_error.101] parse error at line 1, column 4: syntax error while parsing value - invalid literal; last read: 'nul'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 4: syntax error while parsing value - invalid literal; last read: 'nul'",
    ]),
    ("nulll", [
        "error: expected end-of-string while parsing JSON value: l",
        "error: [json.exception.parse_error.101] parse error at line 1, column 5: syntax error while parsing value - invalid literal; last read: 'nulll'; expected end of input",
        "error: [json.exception.parse_error.101] parse error at line 1, column 5: syntax error while parsing value - invalid literal; last read: 'nulll'; expected end of input",
    ]),
    ("true false", [
        "error: expected end-of-string while parsing JSON value: false",
        "error: [json.exception.parse_error.101] parse error at line 1, column 10: syntax error while parsing value - unexpected false literal; expected end of input",
        "error: [json.exception.parse_error.101] parse error at line 1, column 10: syntax error while parsing value - unexpected false literal; expected end of input",
    ]),
    ("[1,]", [
        "error: unrecognised JSON value",
        "error: [json.exception.parse_error.101] parse error at line 1, column 4: syntax error while parsing value - unexpected ']'; expected '[', '{', or a literal",
        "error: [json.exception.parse_error.101] parse error at line 1, column 4: syntax error while parsing value - unexpected ']'; expected '[', '{', or a literal",
    ]),
    ("[1 2]", [
        "error: expected ',' or ']' after JSON array element",
        "error: [json.exception.parse_error.101] parse error at line 1, column 4: syntax error while parsing array - unexpected number literal; expected ']'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 4: syntax error while parsing array - unexpected number literal; expected ']'",
    ]),
    ("[", [
        "error: expected JSON value",
        "error: [json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal",
        "error: [json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - unexpected end of input; expected '[', '{', or a literal",
    ]),
    ("{", [
        "error: expected JSON string",
        "error: [json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing object key - unexpected end of input; expected string literal",
        "error: [json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing object key - unexpected end of input; expected string literal",
    ]),
    ("{}", ["{ }", "{ }", "{ }"]),
    ("{\"a\"}", [
        "error: expected ':' in JSON object",
        "error: [json.exception.parse_error.101] parse error at line 1, column 5: syntax error while parsing object separator - unexpected '}'; expected ':'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 5: syntax error while parsing object separator - unexpected '}'; expected ':'",
    ]),
    ("{\"a\":}", [
        "error: unrecognised JSON value",
        "error: [json.exception.parse_error.101] parse error at line 1, column 6: syntax error while parsing value - unexpected '}'; expected '[', '{', or a literal",
        "error: [json.exception.parse_error.101] parse error at line 1, column 6: syntax error while parsing value - unexpected '}'; expected '[', '{', or a literal",
    ]),
    ("{\"a\":1,}", [
        "error: expected JSON string",
        "error: [json.exception.parse_error.101] parse error at line 1, column 8: syntax error while parsing object key - unexpected '}'; expected string literal",
        "error: [json.exception.parse_error.101] parse error at line 1, column 8: syntax error while parsing object key - unexpected '}'; expected string literal",
    ]),
    ("{\"a\":1 \"b\":2}", [
        "error: expected ',' or '}' after JSON member",
        "error: [json.exception.parse_error.101] parse error at line 1, column 10: syntax error while parsing object - unexpected string literal; expected '}'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 10: syntax error while parsing object - unexpected string literal; expected '}'",
    ]),
    ("{a:1}", [
        "error: expected JSON string",
        "error: [json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing object key - invalid literal; last read: '{a'; expected string literal",
        "error: [json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing object key - invalid literal; last read: '{a'; expected string literal",
    ]),
    ("{\"a\":1,\"a\":2}", ["{ a = 2; }", "{ a = 2; }", "{ a = 2; }"]),
    ("\"abc", [
        "error: got end-of-string in JSON string",
        "error: [json.exception.parse_error.101] parse error at line 1, column 5: syntax error while parsing value - invalid string: missing closing quote; last read: '\"abc'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 5: syntax error while parsing value - invalid string: missing closing quote; last read: '\"abc'",
    ]),
    ("\"\\x\"", [
        "error: invalid escaped character in JSON string",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - invalid string: forbidden character after backslash; last read: '\"\\x'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - invalid string: forbidden character after backslash; last read: '\"\\x'",
    ]),
    ("\"\\u12\"", [
        "error: \\u characters in JSON strings are currently not supported",
        "error: [json.exception.parse_error.101] parse error at line 1, column 6: syntax error while parsing value - invalid string: '\\u' must be followed by 4 hex digits; last read: '\"\\u12\"'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 6: syntax error while parsing value - invalid string: '\\u' must be followed by 4 hex digits; last read: '\"\\u12\"'",
    ]),
    ("\"\\u0041\"", [
        "error: \\u characters in JSON strings are currently not supported", "\"A\"", "\"A\"",
    ]),
    ("\"\\ud834\\udd1e\"", [
        "error: \\u characters in JSON strings are currently not supported", "\"𝄞\"", "\"𝄞\"",
    ]),
    ("\"\\ud834\"", [
        "error: \\u characters in JSON strings are currently not supported",
        "error: [json.exception.parse_error.101] parse error at line 1, column 8: syntax error while parsing value - invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF; last read: '\"\\ud834\"'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 8: syntax error while parsing value - invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF; last read: '\"\\ud834\"'",
    ]),
    ("\"\\udd1e\"", [
        "error: \\u characters in JSON strings are currently not supported",
        "error: [json.exception.parse_error.101] parse error at line 1, column 7: syntax error while parsing value - invalid string: surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF; last read: '\"\\udd1e'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 7: syntax error while parsing value - invalid string: surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF; last read: '\"\\udd1e'",
    ]),
    ("\"\\u0000\"", [
        "error: \\u characters in JSON strings are currently not supported",
        "\"\"",
        "error: input string '␀' cannot be represented as Nix string because it contains null bytes",
    ]),
    ("\"a\tb\"", [
        "\"a\\tb\"",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - invalid string: control character U+0009 (HT) must be escaped to \\u0009 or \\t; last read: '\"a<U+0009>'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - invalid string: control character U+0009 (HT) must be escaped to \\u0009 or \\t; last read: '\"a<U+0009>'",
    ]),
    ("\u{feff}1", ["error: unrecognised JSON value", "1", "1"]),
    ("/*c*/1", [
        "error: unrecognised JSON value",
        "error: [json.exception.parse_error.101] parse error at line 1, column 1: syntax error while parsing value - invalid literal; last read: '/'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 1: syntax error while parsing value - invalid literal; last read: '/'",
    ]),
    ("NaN", [
        "error: unrecognised JSON value",
        "error: [json.exception.parse_error.101] parse error at line 1, column 1: syntax error while parsing value - invalid literal; last read: 'N'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 1: syntax error while parsing value - invalid literal; last read: 'N'",
    ]),
    ("[1,2,3]]", [
        "error: expected end-of-string while parsing JSON value: ]",
        "error: [json.exception.parse_error.101] parse error at line 1, column 8: syntax error while parsing value - unexpected ']'; expected end of input",
        "error: [json.exception.parse_error.101] parse error at line 1, column 8: syntax error while parsing value - unexpected ']'; expected end of input",
    ]),
    ("[1,\n2,\n x]", [
        "error: unrecognised JSON value",
        "error: [json.exception.parse_error.101] parse error at line 3, column 2: syntax error while parsing value - invalid literal; last read: '2,<U+000A> x'",
        "error: [json.exception.parse_error.101] parse error at line 3, column 2: syntax error while parsing value - invalid literal; last read: '2,<U+000A> x'",
    ]),
    ("1e+", [
        "error: expected end-of-string while parsing JSON value: +",
        "error: [json.exception.parse_error.101] parse error at line 1, column 4: syntax error while parsing value - invalid number; expected digit after exponent sign; last read: '1e+'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 4: syntax error while parsing value - invalid number; expected digit after exponent sign; last read: '1e+'",
    ]),
    ("0e", [
        "0",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - invalid number; expected '+', '-', or digit after exponent; last read: '0e'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - invalid number; expected '+', '-', or digit after exponent; last read: '0e'",
    ]),
    ("0.e1", [
        "0",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - invalid number; expected digit after '.'; last read: '0.e'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 3: syntax error while parsing value - invalid number; expected digit after '.'; last read: '0.e'",
    ]),
    ("\"\u{1}\"", [
        "\"\u{1}\"",
        "error: [json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - invalid string: control character U+0001 (SOH) must be escaped to \\u0001; last read: '\"<U+0001>'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 2: syntax error while parsing value - invalid string: control character U+0001 (SOH) must be escaped to \\u0001; last read: '\"<U+0001>'",
    ]),
    ("[true,fals]", [
        "error: unrecognised JSON value",
        "error: [json.exception.parse_error.101] parse error at line 1, column 11: syntax error while parsing value - invalid literal; last read: '[true,fals]'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 11: syntax error while parsing value - invalid literal; last read: '[true,fals]'",
    ]),
    ("\"\\b\\f\\n\\r\\t\\/\\\\\\\"\"", [
        "\"\\n\\r\\t/\\\\\\\"\"", "\"\\n\\r\\t/\\\\\\\"\"", "\"\\n\\r\\t/\\\\\\\"\"",
    ]),
    ("é", [
        "error: unrecognised JSON value",
        "error: [json.exception.parse_error.101] parse error at line 1, column 1: syntax error while parsing value - invalid literal; last read: '�'",
        "error: [json.exception.parse_error.101] parse error at line 1, column 1: syntax error while parsing value - invalid literal; last read: '�'",
    ]),
];

#[test]
fn texts_are_read_as_in_each_release() {
    for (text, [v2_3, v2_8, later]) in TEXTS {
        for release in Release::ALL {
            let expected = match release {
                Release::V2_3 => v2_3,
                Release::V2_8 => v2_8,
                Release::V2_26 | Release::V2_34 => later,
            };
            let mut out = Vec::new();
            match Json::parse(release, text.as_bytes()) {
                Ok(json) => print(&json, release, &mut out),
                Err(error) => {
                    out.extend(b"error: ");
                    out.extend(error.message);
                }
            }
            let answer = String::from_utf8_lossy(&out);
            assert_eq!(answer, *expected, "{text:?} in {release:?}");
        }
    }
}

#[test]
fn other_than_utf8_is_refused_from_2_8_on() {
    let text = b"\"\xED\xA0\x80\"";
    assert_eq!(
        Json::parse(Release::V2_3, text),
        Ok(Json::String(text[1..4].to_vec()))
    );
    for release in [Release::V2_8, Release::V2_26, Release::V2_34] {
        let error = Json::parse(release, text).unwrap_err();
        assert_eq!(
            error.message,
            b"[json.exception.parse_error.101] parse error at line 1, column 3: syntax error \
              while parsing value - invalid string: ill-formed UTF-8 byte; last read: '\"\xED\xA0'"
        );
    }
}

#[test]
fn nul_ends_a_string_in_2_8_but_stays_in_a_key() {
    let json = Json::parse(Release::V2_8, br#"{"a\u0000b":"c\u0000d"}"#).unwrap();
    let expected = vec![(b"a\0b".to_vec(), Json::String(b"c".to_vec()))];
    assert_eq!(json, Json::Object(expected));
}
