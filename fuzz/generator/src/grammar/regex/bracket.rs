//! Bracket expressions that are put together: which of their parts may stand beside which, and at which
//! end, is where engines differ, and no list of fixed ones comes to the combinations.

use super::super::pick;
use crate::choices::Choices;

/// A part of a bracket expression, one character that it holds, and which bytes it holds.
type Part = (&'static str, &'static str, fn(u8) -> bool);

/// What a bracket expression is made of. A dash after any of them is an error or begins a range, so
/// dashes stand at the ends only.
const PARTS: [Part; 27] = [
    ("a", "a", |byte| byte == b'a'),
    ("bc", "c", |byte| matches!(byte, b'b' | b'c')),
    ("^x", "^", |byte| matches!(byte, b'^' | b'x')),
    ("0", "0", |byte| byte == b'0'),
    (".*", "*", |byte| matches!(byte, b'.' | b'*')),
    ("\\", "\\", |byte| byte == b'\\'),
    (" ", " ", |byte| byte == b' '),
    ("(|", "|", |byte| matches!(byte, b'(' | b'|')),
    ("{$", "$", |byte| matches!(byte, b'{' | b'$')),
    ("a-f", "e", |byte| (b'a'..=b'f').contains(&byte)),
    ("x-x", "x", |byte| byte == b'x'),
    ("0-9", "4", |byte| byte.is_ascii_digit()),
    ("A-z", "_", |byte| (b'A'..=b'z').contains(&byte)),
    ("+--", ",", |byte| (b'+'..=b'-').contains(&byte)),
    ("[:alpha:]", "n", |byte| byte.is_ascii_alphabetic()),
    ("[:digit:]", "7", |byte| byte.is_ascii_digit()),
    ("[:space:]", "\n", |byte| {
        byte == b'\x0b' || byte.is_ascii_whitespace()
    }),
    ("[:punct:]", ";", |byte| byte.is_ascii_punctuation()),
    ("[:upper:]", "K", |byte| byte.is_ascii_uppercase()),
    ("[:w:]", "_", |byte| {
        byte == b'_' || byte.is_ascii_alphanumeric()
    }),
    ("[.hyphen.]", "-", |byte| byte == b'-'),
    ("[.a.]-c", "b", |byte| (b'a'..=b'c').contains(&byte)),
    ("[.right-square-bracket.]", "]", |byte| byte == b']'),
    ("[=b=]", "B", |byte| byte.eq_ignore_ascii_case(&b'b')),
    // To the engine each of their bytes is a character of its own, with a sign.
    ("é", "é", |byte| "é".as_bytes().contains(&byte)),
    ("à-é", "é", |byte| (0xa0..=0xc3).contains(&byte)),
    ("é-~", "m", |byte| byte >= 0xa9 || byte <= b'~'),
];

/// What a negated one is tried with.
const OTHERS: [&str; 12] = [
    "z", "q", "5", "Z", "%", "-", "]", "\t", "é", "→", "\u{1}", "B",
];

/// A bracket expression, and a string that it matches, where one was found: the empty one otherwise.
/// Where the string is one character of several bytes, the expression is repeated as often.
pub(super) fn draw(choices: &mut dyn Choices) -> (String, String) {
    let is_negated = choices.below(3) == 2;
    let begin = pick(choices, &["", "", "", "]", "-"]);
    let parts: Vec<Part> = (0..=choices.below(3))
        .map(|_| pick(choices, &PARTS))
        .collect();
    let end = pick(choices, &["", "", "", "-", "["]);
    let inner: String = parts.iter().map(|part| part.0).collect();
    // A circumflex would negate at the start.
    let is_taken_wrong = !is_negated && begin.is_empty() && inner.starts_with('^');
    let begin = if is_taken_wrong { "-" } else { begin };
    let holds = |byte: u8| {
        let stands_at_an_end = begin.as_bytes() == [byte] || end.as_bytes() == [byte];
        stands_at_an_end || parts.iter().any(|part| (part.2)(byte))
    };
    let from = choices.below(OTHERS.len() as u32) as usize;
    let mut examples = vec![pick(choices, &parts).1];
    examples.extend(OTHERS[from..].iter().chain(&OTHERS[..from]));
    let example = (examples.into_iter())
        .find(|example| example.bytes().all(|byte| holds(byte) != is_negated))
        .unwrap_or_default();
    let sign = if is_negated { "^" } else { "" };
    let times = match example.len() {
        0 | 1 => String::new(),
        bytes => format!("{{{bytes}}}"),
    };
    (
        format!("[{sign}{begin}{inner}{end}]{times}"),
        example.to_owned(),
    )
}
