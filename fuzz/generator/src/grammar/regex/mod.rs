//! POSIX extended regular expressions, each with a string that it matches.

mod bracket;

use super::pick;
use crate::choices::Choices;

/// The longest string that is matched with nested repetition: `std::regex` of the releases tries every way to
/// share it out, and goes a level deeper for each character.
pub const SHORT: usize = 12;

/// What was drawn.
pub struct Drawn {
    /// The regular expression.
    pub expression: String,
    /// A string that it matches, but for some with anchors.
    pub example: String,
    /// Whether something that repeats holds something that repeats: it is to be matched with strings of up to
    /// [`SHORT`] bytes only.
    pub is_nested: bool,
}

/// A regular expression.
pub fn draw(choices: &mut dyn Choices) -> Drawn {
    let mut drawing = Drawing {
        choices,
        repeating: 0,
        is_nested: false,
    };
    let (mut expression, mut example) = drawing.alternatives(2, Ends::BOTH);
    let is_nested = drawing.is_nested;
    if choices.below(8) == 7 {
        expression = format!("^{expression}");
    }
    if choices.below(8) == 7 {
        expression.push('$');
    }
    if !is_nested && choices.below(6) == 5 {
        expression.push_str(".*");
        example.push_str("tail");
    }
    Drawn {
        example: match is_nested {
            true => shortened(&example).to_owned(),
            false => example,
        },
        expression,
        is_nested,
    }
}

/// The start of a string, as much as nested repetition bears.
pub fn shortened(text: &str) -> &str {
    &text[..text.floor_char_boundary(SHORT)]
}

/// Which ends of the whole a part stands at: an anchor elsewhere hardly ever matches.
#[derive(Clone, Copy)]
struct Ends {
    first: bool,
    last: bool,
}

impl Ends {
    const BOTH: Self = Self {
        first: true,
        last: true,
    };
}

struct Drawing<'c> {
    choices: &'c mut dyn Choices,
    /// How many repetitions are around what is drawn.
    repeating: u32,
    is_nested: bool,
}

impl Drawing<'_> {
    fn alternatives(&mut self, depth: u32, ends: Ends) -> (String, String) {
        let (mut expression, mut example) = self.sequence(depth, ends);
        while self.choices.below(4) == 3 {
            let (other, matching) = if self.choices.below(6) == 5 {
                // Nothing is an alternative, too.
                (String::new(), String::new())
            } else {
                self.sequence(depth, ends)
            };
            expression = format!("{expression}|{other}");
            if self.choices.below(2) == 1 {
                example = matching;
            }
        }
        (expression, example)
    }

    fn sequence(&mut self, depth: u32, ends: Ends) -> (String, String) {
        let (mut expression, mut example) = (String::new(), String::new());
        if self.anchors(ends.first) {
            expression.push('^');
        }
        let terms = self.choices.below(3);
        for term in 0..=terms {
            let ends = Ends {
                first: ends.first && term == 0,
                last: ends.last && term == terms,
            };
            if self.choices.below(2) == 0 {
                let (atom, matching) = self.atom(depth, ends);
                expression.push_str(&atom);
                example.push_str(&matching);
                continue;
            }
            let (atom, matching) = self.repeated(depth, ends);
            // Rounds of rounds that may be empty take releases minutes, nested as well.
            let often = TIMES.len() - usize::from(self.is_nested);
            let (times, count) = pick(self.choices, &TIMES[..often]);
            expression.push_str(&atom);
            expression.push_str(times);
            let fitting = SHORT / 3 / matching.len().max(1);
            let count = if self.is_nested {
                count.min(fitting.max(1))
            } else {
                count
            };
            example.push_str(&matching.repeat(count));
        }
        if self.anchors(ends.last) {
            expression.push('$');
        }
        (expression, example)
    }

    /// Whether an anchor stands at an end of a sequence.
    fn anchors(&mut self, is_outermost: bool) -> bool {
        let of = if is_outermost { 16 } else { 60 };
        self.choices.below(of) == of - 1
    }

    /// What a repetition repeats. Mostly that holds nothing that repeats, so that the time it takes grows with
    /// the length only.
    fn repeated(&mut self, depth: u32, ends: Ends) -> (String, String) {
        let nests = depth > 0 && self.repeating < 2 && self.choices.below(5) == 4;
        if !nests {
            return match self.choices.below(6) {
                5 => {
                    let (one, two) = (self.single(), self.single());
                    (format!("({}|{})", one.0, two.0), two.1)
                }
                _ => self.single(),
            };
        }
        self.is_nested = true;
        self.repeating += 1;
        let (inner, example) = self.alternatives(depth - 1, ends);
        self.repeating -= 1;
        (format!("({inner})"), example)
    }

    fn atom(&mut self, depth: u32, ends: Ends) -> (String, String) {
        if depth > 0 && self.choices.below(3) == 2 {
            if self.choices.below(12) == 11 {
                return ("()".to_owned(), String::new());
            }
            let (inner, example) = self.alternatives(depth - 1, ends);
            return (format!("({inner})"), example);
        }
        self.single()
    }

    /// What matches one character.
    fn single(&mut self) -> (String, String) {
        if self.choices.below(4) == 3 {
            return bracket::draw(self.choices);
        }
        let (atom, example) = pick(self.choices, &ATOMS);
        (atom.to_owned(), example.to_owned())
    }
}

/// How often something is repeated, and a number that is right; last what is not for nested repetition.
const TIMES: [(&str, usize); 14] = [
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
];

/// Expressions for one character, with one that they match.
const ATOMS: [(&str, &str); 69] = [
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
    ("\n", "\n"),
    // Engines that know bytes only repeat the last one of a character.
    ("é", "é"),
    ("→", "→"),
    ("é?", "é"),
    ("..", "é"),
    ("[^a]{2}", "é"),
    ("[é]{2}", "é"),
    ("[à-é]+", "é"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_repetition_is_matched_with_short_strings() {
        let mut choices = crate::choices::Stream::new(1);
        let all: Vec<Drawn> = (0..2000).map(|_| draw(&mut choices)).collect();
        let nested = all.iter().filter(|drawn| drawn.is_nested);
        assert!(nested.clone().all(|drawn| drawn.example.len() <= SHORT));
        assert!((100..1000).contains(&nested.count()));
        for holds in [
            |text: &str| text.contains("()"),
            |text: &str| text.contains("(^"),
            |text: &str| text.contains("$)"),
            |text: &str| text.contains("|^"),
            |text: &str| text.contains("+)*") || text.contains("*)+"),
            |text: &str| text.contains("|)*"),
            |text: &str| text.contains("[^]"),
            |text: &str| text.contains(":]-]"),
            |text: &str| text.contains('→'),
            |text: &str| text.contains("à-é"),
        ] {
            assert!(all.iter().any(|drawn| holds(&drawn.expression)));
        }
    }
}
