//! Values as expressions: what a part of a program evaluates to can stand in its place.

use std::{iter::Peekable, str::CharIndices};

/// Values that are nested deeper, or written longer, are left alone.
const DEEPEST: usize = 8;
const LONGEST: usize = 2000;

/// The expression for a value in the canonical notation of `twinix_oracle::canonical`, where it is data: no
/// function, path or derivation, no string with a context, and nothing that has no literal (the least
/// integer, infinities).
pub fn expression_of(canonical: &str) -> Option<String> {
    if canonical.len() > LONGEST || canonical.contains("«0x") {
        return None;
    }
    let mut reader = Reader {
        text: canonical,
        chars: canonical.char_indices().peekable(),
    };
    let expression = reader.value(0)?;
    reader.chars.next().is_none().then_some(expression)
}

struct Reader<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
}

impl Reader<'_> {
    fn value(&mut self, depth: usize) -> Option<String> {
        if depth > DEEPEST {
            return None;
        }
        match self.chars.peek()?.1 {
            '[' => self.list(depth),
            '{' => self.set(depth),
            '"' => {
                let text = self.string()?;
                // A caret is before a context.
                (!self.takes('^')).then(|| quoted(&text))
            }
            _ => scalar(self.word()),
        }
    }

    fn takes(&mut self, expected: char) -> bool {
        self.chars.next_if(|&(_, c)| c == expected).is_some()
    }

    fn list(&mut self, depth: usize) -> Option<String> {
        let mut text = "[ ".to_owned();
        self.chars.next();
        while !self.takes(']') {
            let item = self.value(depth + 1)?;
            let is_negative = item.starts_with('-');
            text += &if is_negative {
                format!("({item}) ")
            } else {
                format!("{item} ")
            };
            self.takes(' ');
        }
        Some(text + "]")
    }

    fn set(&mut self, depth: usize) -> Option<String> {
        let mut text = "{ ".to_owned();
        self.chars.next();
        while !self.takes('}') {
            let name = self.string()?;
            if !self.takes('=') {
                return None;
            }
            text += &format!("{} = {}; ", quoted(&name), self.value(depth + 1)?);
            self.takes(';');
        }
        Some(text + "}")
    }

    fn string(&mut self) -> Option<String> {
        if !self.takes('"') {
            return None;
        }
        let mut text = String::new();
        loop {
            match self.chars.next()?.1 {
                '"' => return Some(text),
                '\\' => match self.chars.next()?.1 {
                    'n' => text.push('\n'),
                    other => text.push(other),
                },
                other => text.push(other),
            }
        }
    }

    fn word(&mut self) -> &str {
        let start = self.chars.peek().map_or(self.text.len(), |&(at, _)| at);
        let is_in = |c: char| c.is_ascii_alphanumeric() || "+-.:".contains(c);
        while self.chars.next_if(|&(_, c)| is_in(c)).is_some() {}
        let end = self.chars.peek().map_or(self.text.len(), |&(at, _)| at);
        self.text.get(start..end).unwrap_or_default()
    }
}

fn scalar(word: &str) -> Option<String> {
    if matches!(word, "true" | "false" | "null") {
        return Some(word.to_owned());
    }
    match word.strip_prefix("float:") {
        Some(float) => float_of(float),
        None => {
            let number: i64 = word.parse().ok()?;
            (number != i64::MIN).then(|| number.to_string())
        }
    }
}

/// A float that is written as an integer and a power of two.
fn float_of(word: &str) -> Option<String> {
    let value = match word.split_once('p') {
        Some((significand, power)) => {
            significand.parse::<f64>().ok()? * 2f64.powi(power.parse().ok()?)
        }
        None => word.parse::<f64>().ok()?,
    };
    let mut text = format!("{value:?}");
    // A literal has a point before its exponent.
    if let Some(exponent) = text.find('e').filter(|_| !text.contains('.')) {
        text.insert_str(exponent, ".0");
    }
    // Only what a literal can be: no infinities, no sign without a number.
    let is_literal = value.is_finite() && text.contains('.') && text != "-0.0";
    is_literal.then_some(text)
}

/// A text as a string literal.
pub fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' | '$' => quoted.extend(['\\', c]),
            '\n' => quoted += "\\n",
            '\r' => quoted += "\\r",
            other => quoted.push(other),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(canonical: &str) -> String {
        expression_of(canonical).unwrap_or_default()
    }

    #[test]
    fn data_is_an_expression() {
        assert_eq!(
            of("[1 -2 true null \"a b\"]"),
            "[ 1 (-2) true null \"a b\" ]"
        );
        assert_eq!(
            of("{\"a\"=[];\"b c\"={}}"),
            "{ \"a\" = [ ]; \"b c\" = { }; }"
        );
        assert_eq!(of("\"a\\n\\\"${\\\\\""), "\"a\\n\\\"\\${\\\\\"");
        assert_eq!(of("float:6755399441055744p-52"), "1.5");
        assert_eq!(of("float:-6755399441055744p-52"), "-1.5");
        assert_eq!(of("float:0"), "0.0");
        assert_eq!(of("float:1p-20"), "9.5367431640625e-7");
        assert_eq!(of("float:1e-5"), "1.0e-5");
    }

    #[test]
    fn what_has_no_literal_is_none() {
        for canonical in [
            "lambda",
            "[lambda]",
            "path:\"/a\"",
            "derivation(\"a\",\"b\")",
            "\"a\"^{\"/nix/store/x\":{\"path\":true}}",
            "-9223372036854775808",
            "float:inf",
            "float:-nan",
            "...",
            "",
            "[1",
            "1 2",
        ] {
            assert_eq!(expression_of(canonical), None, "{canonical}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_ends(text in "[\\[\\]{}\"=;^a-z0-9 .:-]{0,40}") {
            expression_of(&text);
        }
    }
}
