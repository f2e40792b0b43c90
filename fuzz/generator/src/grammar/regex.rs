//! POSIX extended regular expressions, each with a string that it matches.

use super::pick;
use crate::choices::Choices;

/// A regular expression, and a string that matches it.
pub fn draw(choices: &mut dyn Choices) -> (String, String) {
    let (mut expression, mut example) = alternatives(choices, 2);
    if choices.below(8) == 7 {
        expression = format!("^{expression}");
    }
    if choices.below(8) == 7 {
        expression.push('$');
    }
    if choices.below(6) == 5 {
        expression.push_str(".*");
        example.push_str("tail");
    }
    (expression, example)
}

fn alternatives(choices: &mut dyn Choices, depth: u32) -> (String, String) {
    let (mut expression, mut example) = sequence(choices, depth);
    while choices.below(4) == 3 {
        let (other, matching) = if choices.below(6) == 5 {
            // Nothing is an alternative, too.
            (String::new(), String::new())
        } else {
            sequence(choices, depth)
        };
        expression = format!("{expression}|{other}");
        if choices.below(2) == 1 {
            example = matching;
        }
    }
    (expression, example)
}

fn sequence(choices: &mut dyn Choices, depth: u32) -> (String, String) {
    let (mut expression, mut example) = (String::new(), String::new());
    for _ in 0..=choices.below(3) {
        // What repeats holds nothing that repeats: the time that takes grows with the length only.
        let repeats = choices.below(2) == 1;
        let (atom, matching) = atom(choices, if repeats { 0 } else { depth });
        expression.push_str(&atom);
        if !repeats {
            example.push_str(&matching);
            continue;
        }
        let (times, count) = pick(
            choices,
            &[
                ("*", 2),
                ("+", 1),
                ("?", 1),
                ("{2}", 2),
                ("{1,3}", 2),
                ("{2,}", 3),
                ("*", 0),
                ("?", 0),
                ("{0}", 0),
                ("{0,1}", 1),
                ("{0,3}", 2),
                ("{3}", 3),
                ("{1}{2}", 2),
                ("**", 1),
            ],
        );
        expression.push_str(times);
        example.push_str(&matching.repeat(count));
    }
    (expression, example)
}

fn atom(choices: &mut dyn Choices, depth: u32) -> (String, String) {
    const ATOMS: [(&str, &str); 61] = [
        ("a", "a"),
        ("b", "b"),
        ("x", "x"),
        ("0", "0"),
        (".", "y"),
        ("[abc]", "c"),
        ("[^a]", "z"),
        ("[a-z]", "m"),
        ("[0-9]", "7"),
        ("[[:alpha:]]", "q"),
        ("[[:digit:]]", "3"),
        ("[[:space:]]", " "),
        ("[^[:space:]]", "k"),
        ("\\.", "."),
        ("\\+", "+"),
        ("\\(", "("),
        ("\\\\", "\\"),
        ("-", "-"),
        ("_", "_"),
        ("[]a]", "]"),
        ("[a-]", "-"),
        ("[[:upper:]_]", "U"),
        (" ", " "),
        ("/", "/"),
        ("[[:alnum:]]", "Q"),
        ("[[:alnum:]]", "0"),
        ("[[:alnum:]-]", "-"),
        ("[[:blank:]]", "\t"),
        ("[[:cntrl:]]", "\u{1}"),
        ("[[:graph:]]", "~"),
        ("[[:lower:]]", "r"),
        ("[[:print:]]", "!"),
        ("[[:punct:]]", "_"),
        ("[[:xdigit:]]", "F"),
        ("[^[:alnum:]]", "_"),
        // Names of single characters, classes by other names, dashes and brackets in odd places.
        ("[[.hyphen.]]", "-"),
        ("[[.space.][.tilde.]b]", "~"),
        ("[[.a.]-c]", "b"),
        ("[[=a=]]", "A"),
        ("[^[=a=][:d:]]", "b"),
        ("[[:w:]]", "_"),
        ("[[:D:]]", "4"),
        ("[[:s:]]", "\n"),
        ("[[:Upper:]]", "X"),
        ("[+--]", ","),
        ("[--0]", "."),
        ("[---]", "-"),
        ("[^]a]", "z"),
        ("[]-a]", "^"),
        ("[\\n]", "n"),
        ("[a^]", "^"),
        ("[[a]", "["),
        ("[.*]", "*"),
        ("[^!-~]", " "),
        ("]", "]"),
        ("}", "}"),
        ("\\^", "^"),
        ("\\$", "$"),
        ("\\|", "|"),
        ("\\{", "{"),
        ("\\?", "?"),
    ];
    if depth > 0 && choices.below(3) == 2 {
        let (inner, example) = alternatives(choices, depth - 1);
        return (format!("({inner})"), example);
    }
    if depth == 0 && choices.below(6) == 5 {
        let (one, two) = (pick(choices, &ATOMS), pick(choices, &ATOMS));
        return (format!("({}|{})", one.0, two.0), two.1.to_owned());
    }
    let (atom, example) = pick(choices, &ATOMS);
    (atom.to_owned(), example.to_owned())
}
