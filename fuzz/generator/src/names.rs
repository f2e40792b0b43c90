//! Names: few collide by accident, many on purpose.

use crate::choices::Choices;

/// Names of variables.
const VARIABLES: [&str; 36] = [
    "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "m", "n", "p", "q", "r", "s", "t", "u",
    "v", "w", "x", "y", "z", "xs", "ys", "acc", "self", "super", "x'", "a-b", "_", "_y", "foo",
    "fooBar", "or'",
];

/// Names that are globals: a variable of such a name hides it.
const GLOBALS: [&str; 10] = [
    "map",
    "toString",
    "true",
    "null",
    "removeAttrs",
    "throw",
    "import",
    "baseNameOf",
    "isNull",
    "derivation",
];

/// Names of attributes that need no quotes.
const PLAIN: [&str; 22] = [
    "a", "b", "c", "d", "x", "y", "z", "name", "value", "key", "foo", "bar", "b1", "A", "_", "a-b",
    "c'", "right", "left", "meta", "version", "src",
];

/// Names of attributes that need quotes, or look as if they did.
const ODD: [&str; 16] = [
    "", " ", "a b", "1", "if", "é", "a.b", "${", "\"", "\n", "\\", "let", "or", "$x", "a\tb", "-",
];

/// The words of the language that cannot be names; `or` is one only here and there.
pub const KEYWORDS: [&str; 9] = [
    "if", "then", "else", "assert", "with", "let", "in", "rec", "inherit",
];

/// Whether a name can be written without quotes.
pub fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'\'' | b'-'))
        && !KEYWORDS.contains(&name)
        && name != "or"
        && name != "__curPos"
}

/// A name for a variable; `globals`: also one that hides a global.
pub fn variable(choices: &mut dyn Choices, globals: bool) -> &'static str {
    if globals && choices.below(12) == 11 {
        return pick(choices, &GLOBALS);
    }
    pick(choices, &VARIABLES)
}

/// A name for an attribute; `odd`: also one that needs quotes.
pub fn attribute(choices: &mut dyn Choices, odd: bool) -> &'static str {
    if odd && choices.below(5) == 4 {
        return pick(choices, &ODD);
    }
    pick(choices, &PLAIN)
}

fn pick(choices: &mut dyn Choices, names: &[&'static str]) -> &'static str {
    names[choices.below(names.len() as u32) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_names_need_no_quotes() {
        let all = VARIABLES.iter().chain(&GLOBALS).chain(&PLAIN);
        for name in all {
            assert!(is_identifier(name), "{name}");
        }
    }

    #[test]
    fn keywords_and_odd_names_do() {
        for name in ["or", "if", "1a", "a.b", "é", ""] {
            assert!(!is_identifier(name), "{name}");
        }
    }
}
