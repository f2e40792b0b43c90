//! Texts that the small languages refuse, each for a reason of its own. Releases read with other
//! libraries, so an old one may take what the newest refuses.

use super::pick;
use crate::choices::Choices;

const JSON: [&str; 44] = [
    "",
    "{",
    "[1,]",
    "[1,",
    "nul",
    "tru",
    "truex",
    "nan",
    "\"\\x\"",
    "[1.]",
    "[-]",
    "[1e]",
    "[1e+]",
    "[.5]",
    "[01]",
    "[+1]",
    "[0x1]",
    "\"\\ud83d\"",
    "\"\\ude00\"",
    "\"\\ud83dx\"",
    "\"\\ud83d\\n\"",
    "\"\\ud83d\\u0041\"",
    "\"\\u00g0\"",
    "\"\\u12\"",
    "\"\\u0000\"",
    "\"\t\"",
    "\"\n\"",
    "\"\u{1}\"",
    "\"\u{8}\u{c}\r\"",
    "\"\u{1b}\u{1f}\"",
    "\"a",
    "\"a\\",
    "{\"a\" 1}",
    "{\"a\":1,}",
    "{\"a\":",
    "{\"a\"",
    "{a:1}",
    "{1:1}",
    "[1 2]",
    "1 2",
    "// c\n1",
    "1e999",
    "-1e999",
    "'a'",
];

/// JSON that is none.
pub fn json(choices: &mut dyn Choices) -> String {
    let text = pick(choices, &JSON);
    match choices.below(4) {
        // What is wrong stands further on, on another line.
        0 => format!("[null,\n {text}]"),
        1 => format!("{{\"k\": {text}}}"),
        _ => text.to_owned(),
    }
}

const TOML: [&str; 67] = [
    "a = ",
    "a",
    "a = 1\na = 2",
    "a = 1\n[a.b]",
    "a = 1\n[[a]]",
    "a = 1\na.b = 2",
    "a.b = 1\na = 2",
    "a = {}\na.b = 1",
    "a = {b = 1}\n[a.c]",
    "a = [1]\n[[a]]",
    "a = [{}]\n[[a]]",
    "[a]\n[a]",
    "[[a]]\n[a]",
    "[a]\n[[a]]",
    "[a.b]\n[a]\nb.c = 1",
    "[a.b]\n[a]\nb = 1",
    "[[a]]\nb = 1\nb = 2",
    "[a",
    "[]",
    "[[]]",
    "[a.]",
    "[[a]",
    "[a] b = 1",
    "= 1",
    "é = 1",
    "a b = 1",
    "a. = 1",
    "\"a = 1",
    "\"\"\"a\"\"\" = 1",
    "a = 1 b = 2",
    "a = tru",
    "a = 1.",
    "a = .5",
    "a = 1e",
    "a = 01",
    "a = 1_",
    "a = 1__0",
    "a = 0x",
    "a = 0xg",
    "a = 0b2",
    "a = 0o8",
    "a = +0x1",
    "a = 9223372036854775808",
    "a = -9223372036854775809",
    "a = 0xffffffffffffffff",
    "a = 1e999",
    "a = \"\\q\"",
    "a = \"\\x41\"",
    "a = \"\\uD800\"",
    "a = \"\\U00110000\"",
    "a = \"\\u12\"",
    "a = \"x\ny\"",
    "a = \"\u{1}\"",
    "a = 'x",
    "a = \"\"\"x",
    "a = '''x",
    "a = [ 1 2 ]",
    "a = [ 1, ",
    "a = { b = 1, }",
    "a = { b = 1\n}",
    "a = { b = 1, b = 2 }",
    "a = { b }",
    "a = 1979-13-01",
    "a = 1979-02-29",
    "a = 1979-01-01T25:00:00",
    "a = 1979-01-01T05:00",
    "a = 1979-01-01T05:00:00+25:00",
];

/// A document that is no TOML.
pub fn toml(choices: &mut dyn Choices) -> String {
    let text = pick(choices, &TOML);
    match choices.below(4) {
        0 => format!("# a comment\nzz = \"before\"\n\n{text}\n"),
        1 => format!("{text}\n"),
        _ => text.to_owned(),
    }
}

const REGEX: [&str; 38] = [
    "(",
    "(a",
    "a)",
    "(*)",
    "(?:a)",
    "*",
    "+a",
    "a|*",
    "a{2,1}",
    "a{1",
    "a{1,2",
    "a{,2}",
    "a{x}",
    "{1}",
    "a{99999999999}",
    "a**b(",
    "[",
    "[a",
    "[]",
    "[z-a]",
    "[a-c-e]",
    "[a-[.c.]]",
    "[[:alpha:]-z]",
    "[[=a=]-c]",
    "[[:foo:]]",
    "[[.ab.]]",
    "[[=ab=]]",
    "[[:alpha:]",
    "[[.a",
    "\\w",
    "\\}",
    "a\\",
    // Bytes have a sign.
    "[a-é]",
    "[~-→]",
    "\\é",
    // An anchor is nothing that repeats.
    "(^*)",
    "a|^+",
    "(b$?)",
];

/// A regular expression that is none.
pub fn regex(choices: &mut dyn Choices) -> &'static str {
    pick(choices, &REGEX)
}

/// Hashes and the algorithm they are said to be of: of the wrong length, with digits that are none, of
/// another algorithm.
const HASHES: [(&str, &str); 14] = [
    ("", "md5"),
    ("g", "sha256"),
    ("md5:00", "md5"),
    ("sha1:", "sha1"),
    ("md4:d41d8cd98f00b204e9800998ecf8427e", "md5"),
    ("d41d8cd98f00b204e9800998ecf8427g", "md5"),
    ("d41d8cd98f00b204e9800998ecf8427e", "sha1"),
    ("md5:d41d8cd98f00b204e9800998ecf8427e", "sha256"),
    ("md5-1B2M2Y8AsgTpgAmY7PhCfg==", "sha512"),
    (
        "1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5e",
        "sha256",
    ),
    (
        "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
        "sha256",
    ),
    ("!ngWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", "sha256"),
    (
        "sha256-ungWv48Bz+pBQ=DeXa4iI7ADYaOWF3qctBD/YfIAFa0=",
        "sha256",
    ),
    ("sha256-ungWv48Bz", "sha256"),
];

/// An algorithm and a hash that is none of it.
pub fn hash(choices: &mut dyn Choices) -> (&'static str, &'static str) {
    let (hash, algorithm) = pick(choices, &HASHES);
    (algorithm, hash)
}
