//! Strings of TOML: four kinds of quotes, each with rules of its own about escapes and lines.

use crate::{choices::Choices, grammar::pick};

/// What may stand in all double quotes.
const ESCAPED: [&str; 20] = [
    "a",
    "foo bar",
    "é",
    "#",
    "'",
    "\t",
    "${x}",
    "\u{1f600}",
    "\u{800}",
    "\\b",
    "\\t",
    "\\n",
    "\\f",
    "\\r",
    "\\\"",
    "\\\\",
    "\\u00e9",
    "\\u20AC",
    "\\U0001F600",
    "\\U0000e000",
];

/// What may stand in three double quotes besides: lines, lines that go on, and quotes.
const OF_LINES: [&str; 8] = [
    "\n",
    "\\\n  b",
    "\\  \n\n \t c",
    "\\\n\\\nd",
    "\"x",
    "\"\"x",
    "\n\n",
    " ",
];

/// What may stand in single quotes.
const RAW: [&str; 6] = ["a", "\\n", "\"", "é", "\\", "\t# b"];

/// A string.
pub fn string(choices: &mut dyn Choices) -> String {
    let kind = choices.below(6);
    let mut text = String::new();
    for _ in 0..choices.below(4) {
        text.push_str(match kind {
            0..=2 => pick(choices, &ESCAPED),
            3 => match choices.below(2) {
                0 => pick(choices, &ESCAPED),
                _ => pick(choices, &OF_LINES),
            },
            4 => pick(choices, &RAW),
            _ => match choices.below(3) {
                0 => "\n",
                1 => pick(choices, &["'x", "''x"]),
                _ => pick(choices, &RAW),
            },
        });
    }
    let start = pick(choices, &["", "\n"]);
    // Quotes right before the last three are part of the string.
    match kind {
        0..=2 => format!("\"{text}\""),
        3 => {
            let end = pick(choices, &["", "", "\"", "\"\""]);
            format!("\"\"\"{start}{text}{end}\"\"\"")
        }
        4 => format!("'{text}'"),
        _ => {
            let end = pick(choices, &["", "", "'", "''"]);
            format!("'''{start}{text}{end}'''")
        }
    }
}
