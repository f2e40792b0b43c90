//! The kind of change between two values, whatever they are called, wherever in the value it is and
//! however large the value is. Values are read in every notation that an evaluator prints: its own, JSON
//! and the canonical one; what is none of these is compared word by word.

use std::{iter::Peekable, str::CharIndices, sync::LazyLock};

use regex::Regex;

/// How deep a value is read: one that is nested deeper is compared word by word.
const DEEPEST: usize = 200;

/// A value, as far as it can be told from its text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    /// Anything that has no parts: its type and its text.
    Scalar(&'static str, String),
    /// The text between the quotes, still escaped, and its context.
    Text(String, Option<String>),
    List(Vec<Value>),
    /// Names and values, in the order in which they were printed.
    Attributes(Vec<(String, Value)>),
}

impl Value {
    const fn kind(&self) -> &'static str {
        match self {
            Self::Scalar(kind, _) => kind,
            Self::Text(..) => "string",
            Self::List(_) => "list",
            Self::Attributes(_) => "set",
        }
    }
}

/// What became of the oracle's value in the subject, such as `int→float`, `string-escape` or
/// `set-lacks`.
pub(super) fn change(oracle: &str, subject: &str) -> String {
    match (read(oracle), read(subject)) {
        (Some(oracle), Some(subject)) => of_values(&oracle, &subject),
        _ => of_words(oracle, subject),
    }
}

fn of_values(oracle: &Value, subject: &Value) -> String {
    match (oracle, subject) {
        (Value::Scalar(theirs, a), Value::Scalar(ours, b)) if theirs == ours => {
            of_scalars(theirs, a, b)
        }
        (Value::Text(a, of_a), Value::Text(b, of_b)) => {
            if a == b {
                return of_contexts(of_a.as_deref(), of_b.as_deref()).to_owned();
            }
            of_texts(a, b)
        }
        (Value::List(theirs), Value::List(ours)) => of_lists(theirs, ours),
        (Value::Attributes(theirs), Value::Attributes(ours)) => of_attributes(theirs, ours),
        _ => format!("{}→{}", oracle.kind(), subject.kind()),
    }
}

fn of_scalars(kind: &str, oracle: &str, subject: &str) -> String {
    if kind != "float" {
        return kind.to_owned();
    }
    let number = |text: &str| text.parse::<f64>();
    match (number(oracle), number(subject)) {
        (Ok(a), Ok(b)) if a == b => "float-written".to_owned(),
        (Ok(a), Ok(b)) if (a - b).abs() <= a.abs() * 1e-4 => "float-precision".to_owned(),
        _ => "float".to_owned(),
    }
}

fn of_contexts(oracle: Option<&str>, subject: Option<&str>) -> &'static str {
    match (oracle, subject) {
        (Some(_), None) => "string-context-lost",
        (None, Some(_)) => "string-context-gained",
        _ => "string-context",
    }
}

/// What became of a text. Whether it grew or shrank says more about the program than about the bug.
pub(super) fn of_texts(oracle: &str, subject: &str) -> String {
    static STORE_HASH: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[0-9a-df-np-sv-z]{32}").ok());
    static NUMBER: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"-?\d+(\.\d*)?([eE][+-]?\d+)?").ok());
    let without = |pattern: &Option<Regex>, text: &str| match pattern {
        Some(pattern) => pattern.replace_all(text, "#").into_owned(),
        None => text.to_owned(),
    };
    // A number that is written in another way is that wherever it stands, in JSON or by itself.
    let is_number = without(&NUMBER, oracle) == without(&NUMBER, subject);
    if !is_number && let (Some(a), Some(b)) = (structured(oracle), structured(subject)) {
        let change = of_values(&a, &b);
        return format!("json-{change}");
    }
    let same = |simpler: &dyn Fn(&str) -> String| simpler(oracle) == simpler(subject);
    let is_hash = |text: &str| text.len() >= 26 && text.chars().all(|c| c.is_ascii_alphanumeric());
    let how = if same(&|text| text.replace('\\', "")) {
        "escape"
    } else if oracle.len() == subject.len() && is_hash(oracle) && is_hash(subject) {
        "hash"
    } else if same(&|text| without(&STORE_HASH, text)) {
        "store-hash"
    } else if same(&str::to_lowercase) {
        "case"
    } else if same(&|text| text.split_whitespace().collect::<String>()) {
        "space"
    } else if is_number {
        "number"
    } else {
        "text"
    };
    format!("string-{how}")
}

/// The JSON in a string that was printed with escapes.
fn structured(text: &str) -> Option<Value> {
    let text = text.replace("\\\"", "\"").replace("\\\\", "\\");
    let text = text.trim();
    let is_json = text.starts_with(['{', '[']) && text.ends_with(['}', ']']);
    if !is_json {
        return None;
    }
    serde_json::from_str::<serde_json::Value>(text).ok()?;
    read(text)
}

fn of_lists(oracle: &[Value], subject: &[Value]) -> String {
    if oracle.len() > subject.len() {
        return "list-lacks".to_owned();
    }
    if oracle.len() < subject.len() {
        return "list-exceeds".to_owned();
    }
    let differing = oracle.iter().zip(subject).find(|(a, b)| a != b);
    let sorted = |list: &[Value]| {
        let mut texts: Vec<String> = list.iter().map(|value| format!("{value:?}")).collect();
        texts.sort();
        texts
    };
    match differing {
        None => "name-written".to_owned(),
        _ if sorted(oracle) == sorted(subject) => "list-order".to_owned(),
        Some((a, b)) => of_values(a, b),
    }
}

fn of_attributes(oracle: &[(String, Value)], subject: &[(String, Value)]) -> String {
    let value = |set: &[(String, Value)], name: &str| {
        set.iter()
            .find(|(other, _)| other == name)
            .map(|(_, value)| value.clone())
    };
    let lacks = oracle
        .iter()
        .any(|(name, _)| value(subject, name).is_none());
    let exceeds = subject
        .iter()
        .any(|(name, _)| value(oracle, name).is_none());
    match (lacks, exceeds) {
        (true, true) => return "set-names".to_owned(),
        (true, false) => return "set-lacks".to_owned(),
        (false, true) => return "set-exceeds".to_owned(),
        (false, false) => {}
    }
    let differing = oracle.iter().find_map(|(name, theirs)| {
        let ours = value(subject, name)?;
        (ours != *theirs).then_some((theirs, ours))
    });
    match differing {
        Some((theirs, ours)) => of_values(theirs, &ours),
        None if oracle.iter().zip(subject).all(|(a, b)| a.0 == b.0) => "name-written".to_owned(),
        None => "set-order".to_owned(),
    }
}

/// The kinds of the first words that differ.
fn of_words(oracle: &str, subject: &str) -> String {
    static WORDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#""(?:[^"\\]|\\.)*"|[A-Za-z_][A-Za-z0-9_'-]*|-?\d+(?:\.\d+)?|\s+|[^\s\w]"#).ok()
    });
    let words = |text: &str| -> Vec<String> {
        let found = WORDS.as_ref().map(|pattern| pattern.find_iter(text));
        found
            .into_iter()
            .flatten()
            .map(|word| word.as_str().to_owned())
            .filter(|word| !word.trim().is_empty())
            .collect()
    };
    let (theirs, ours) = (words(oracle), words(subject));
    if theirs == ours {
        return "space".to_owned();
    }
    // How strings and names are written, and in which order definitions are.
    let read = |words: &[String], read: fn(&str) -> String| -> Vec<String> {
        words.iter().map(|word| read(word)).collect()
    };
    let sorted = |words: &[String]| {
        let mut words = read(words, plain);
        words.sort();
        words
    };
    if read(&theirs, unescaped) == read(&ours, unescaped) {
        return "text-escape".to_owned();
    }
    // Of what is in quotes on one side only the words do not tell where it ends.
    let bare = |text: &str| text.replace(['"', '\\'], "");
    if read(&theirs, plain) == read(&ours, plain) || bare(oracle) == bare(subject) {
        return "text-quotes".to_owned();
    }
    if sorted(&theirs) == sorted(&ours) {
        return "text-order".to_owned();
    }
    let kind = |word: Option<&String>| match word {
        None => "end".to_owned(),
        Some(word) if word.starts_with('"') => "string".to_owned(),
        Some(word) if word.starts_with(|c: char| c.is_ascii_digit()) => "number".to_owned(),
        Some(word) if word.starts_with(|c: char| c.is_alphabetic() || c == '_') => {
            "word".to_owned()
        }
        Some(word) => word.replace('|', "/"),
    };
    let at = theirs.iter().zip(&ours).take_while(|(a, b)| a == b).count();
    format!("text-{}→{}", kind(theirs.get(at)), kind(ours.get(at)))
}

/// A word without backslashes.
fn unescaped(word: &str) -> String {
    word.replace('\\', "")
}

/// A word without backslashes and quotes.
fn plain(word: &str) -> String {
    word.replace(['\\', '"'], "")
}

/// Reads a printed value; `None` for what is none.
fn read(text: &str) -> Option<Value> {
    let mut reader = Reader {
        text,
        chars: text.char_indices().peekable(),
    };
    let value = reader.value(0)?;
    reader.blank();
    reader.chars.peek().is_none().then_some(value)
}

struct Reader<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
}

impl<'a> Reader<'a> {
    fn blank(&mut self) {
        while self.chars.next_if(|(_, c)| c.is_whitespace()).is_some() {}
    }

    fn accepts(&mut self, wanted: char) -> bool {
        self.blank();
        self.chars.next_if(|(_, c)| *c == wanted).is_some()
    }

    fn peek(&mut self) -> Option<char> {
        self.chars.peek().map(|(_, c)| *c)
    }

    fn at(&mut self) -> usize {
        self.chars.peek().map_or(self.text.len(), |(at, _)| *at)
    }

    /// The text up to a character, which is read and left out.
    fn until(&mut self, end: char) -> Option<&'a str> {
        let start = self.at();
        loop {
            let (at, c) = self.chars.next()?;
            if c == end {
                return self.text.get(start..at);
            }
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.blank();
        if depth > DEEPEST {
            return None;
        }
        match self.peek()? {
            '"' => {
                self.chars.next();
                let text = self.string()?;
                let context = if self.accepts('^') {
                    let start = self.at();
                    self.value(depth + 1)?;
                    let end = self.at();
                    self.text.get(start..end).map(str::to_owned)
                } else {
                    None
                };
                Some(Value::Text(text, context))
            }
            '[' => {
                self.chars.next();
                let mut elements = Vec::new();
                while !self.accepts(']') {
                    elements.push(self.value(depth + 1)?);
                    self.accepts(',');
                }
                Some(Value::List(elements))
            }
            '{' => {
                self.chars.next();
                let mut attributes = Vec::new();
                while !self.accepts('}') {
                    // A name is the same however it is written.
                    let name = unescaped(&self.name()?);
                    if !self.accepts('=') && !self.accepts(':') {
                        return None;
                    }
                    attributes.push((name, self.value(depth + 1)?));
                    if !self.accepts(';') {
                        self.accepts(',');
                    }
                }
                Some(Value::Attributes(attributes))
            }
            '«' => {
                self.chars.next();
                let text = self.until('»')?;
                Some(Value::Scalar(special(text), text.to_owned()))
            }
            '<' => {
                self.chars.next();
                let text = self.until('>')?;
                // Anything else in angle brackets is XML.
                let is_special = matches!(
                    text,
                    "LAMBDA" | "PRIMOP" | "PRIMOP-APP" | "CODE" | "CYCLE" | "unevaluated"
                );
                is_special.then(|| Value::Scalar(special(text), text.to_owned()))
            }
            _ => self.word(depth),
        }
    }

    /// The rest of a string, without the closing quote.
    fn string(&mut self) -> Option<String> {
        let start = self.at();
        loop {
            match self.chars.next()? {
                (_, '\\') => {
                    self.chars.next()?;
                }
                (at, '"') => return self.text.get(start..at).map(str::to_owned),
                _ => {}
            }
        }
    }

    fn name(&mut self) -> Option<String> {
        self.blank();
        if self.accepts('"') {
            return self.string();
        }
        let start = self.at();
        while self
            .chars
            .next_if(|(_, c)| !c.is_whitespace() && !"=:;,{}[]\"".contains(*c))
            .is_some()
        {}
        let end = self.at();
        let name = self.text.get(start..end)?;
        (!name.is_empty()).then(|| name.to_owned())
    }

    fn word(&mut self, depth: usize) -> Option<Value> {
        let start = self.at();
        while self
            .chars
            .next_if(|(_, c)| !c.is_whitespace() && !";,{}[]\"()".contains(*c))
            .is_some()
        {}
        let end = self.at();
        let word = self.text.get(start..end)?;
        if word.is_empty() {
            return None;
        }
        match (word, self.peek()) {
            ("path:", Some('"')) => {
                self.chars.next();
                Some(Value::Scalar("path", self.string()?))
            }
            ("derivation", Some('(')) => {
                self.chars.next();
                let mut parts = Vec::new();
                while !self.accepts(')') {
                    if !self.accepts(',') {
                        parts.push(self.value(depth + 1)?);
                    }
                }
                Some(Value::List(parts))
            }
            _ => Some(Value::Scalar(scalar(word)?, word.to_owned())),
        }
    }
}

/// The type of what an evaluator prints in a notation of its own.
fn special(text: &str) -> &'static str {
    let word = text.split_whitespace().next().unwrap_or_default();
    match word {
        "lambda" | "LAMBDA" => "function",
        "primop" | "PRIMOP" => "builtin",
        "partially" | "PRIMOP-APP" => "builtin-application",
        "thunk" | "CODE" | "unevaluated" => "thunk",
        "repeated" | "CYCLE" => "repeated",
        "derivation" => "derivation",
        "potential" => "potential-infinite-recursion",
        _ => "special",
    }
}

/// The type of a word; `None` for one that no value is printed as.
fn scalar(word: &str) -> Option<&'static str> {
    let digits = word.strip_prefix('-').unwrap_or(word);
    if !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) {
        return Some("int");
    }
    Some(match word {
        "true" | "false" => "bool",
        "null" => "null",
        "lambda" => "function",
        "..." | "…" => "repeated",
        "nan" | "-nan" | "inf" | "-inf" => "float",
        _ if word.starts_with("float:") => "float",
        _ if word.starts_with('/') => "path",
        _ if word.parse::<f64>().is_ok() => "float",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_change_is_named() {
        for (oracle, subject, expected) in [
            ("1", "2", "int"),
            ("1", "1.0", "int→float"),
            ("true", "false", "bool"),
            ("0.1", "0.100001", "float-precision"),
            ("1e3", "1000.0", "float-written"),
            ("1.5", "2.5", "float"),
            ("\"a\\${b\"", "\"a${b\"", "string-escape"),
            ("\"A\"", "\"a\"", "string-case"),
            ("\"1.0\"", "\"1\"", "string-number"),
            ("\"a b\"", "\"ab\"", "string-space"),
            ("\"x\"", "\"y\"", "string-text"),
            ("[ 1 2 ]", "[ 2 1 ]", "list-order"),
            ("[ 1 2 ]", "[ 1 ]", "list-lacks"),
            ("[ 1 ]", "[ 1 2 ]", "list-exceeds"),
            ("{ a = 1; }", "{ }", "set-lacks"),
            ("{ a = 1; }", "{ b = 1; }", "set-names"),
            ("{ a = 1; b = 2; }", "{ b = 2; a = 1; }", "set-order"),
            ("«lambda @ /pwd/x:1:1»", "«primop»", "function→builtin"),
            ("<CYCLE>", "«repeated»", "repeated"),
            ("{ a = «repeated»; }", "{ a = { }; }", "repeated→set"),
            ("/pwd/a", "/pwd/b", "path"),
        ] {
            assert_eq!(change(oracle, subject), expected, "{oracle} {subject}");
        }
    }

    #[test]
    fn where_it_is_and_how_large_the_value_is_does_not_matter() {
        let deep = change("[ { a = [ 1 2 3 ]; } null ]", "[ { a = [ 1 7 3 ]; } null ]");
        assert_eq!(deep, change("5", "6"));
    }

    #[test]
    fn the_canonical_notation_shows_contexts_and_exact_floats() {
        let with = r#"{"a"="x"^{"/nix/store/a":{"path":true}};"b"=float:5p-1}"#;
        let without = r#"{"a"="x";"b"=float:5p-1}"#;
        assert_eq!(change(with, without), "string-context-lost");
        assert_eq!(change(without, with), "string-context-gained");
        assert_eq!(change("float:5p-1", "float:5p-2"), "float");
        assert_eq!(change(r#"path:"/a""#, r#"path:"/b""#), "path");
    }

    #[test]
    fn json_is_read_printed_or_in_a_string() {
        assert_eq!(change(r#"{"a":[1,2]}"#, r#"{"a":[1,2.0]}"#), "int→float");
        assert_eq!(
            change(r#""{\"a\":1}""#, r#""{\"a\":null}""#),
            "json-int→null"
        );
        // The same bug with and without a list around it.
        assert_eq!(change(r#""[1]""#, r#""[1.0]""#), "string-number");
        assert_eq!(change(r#""1""#, r#""1.0""#), "string-number");
    }

    #[test]
    fn what_is_no_value_is_compared_word_by_word() {
        assert_eq!(change("(a + b)", "(a - b)"), "text-+→-");
        assert_eq!(change(r#"(f "a$")"#, r#"(f "a\$")"#), "text-escape");
        assert_eq!(
            change(r#"({ "let" = b; })"#, "({ let = b; })"),
            "text-quotes"
        );
        for (oracle, subject) in [
            ("trace: a=", "trace: \"a=\""),
            ("trace: $ /", "trace: \"\\$ /\""),
        ] {
            assert_eq!(change(oracle, subject), "text-quotes");
        }
        assert_eq!(
            change("(let a = b; c = d; in a)", "(let c = d; a = b; in a)"),
            "text-order"
        );
        assert_eq!(
            change("<int value=\"1\" />", "<float value=\"1\" />"),
            "text-word→word"
        );
        let deep = |n: usize| format!("{}{}", "[ ".repeat(n), " ]".repeat(n));
        assert_eq!(change(&deep(1000), &deep(1001)), "text-]→[");
    }
}
