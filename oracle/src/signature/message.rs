//! What is left of an error message when everything is taken out that comes from the program: names,
//! values, numbers, places. Two programs that show one bug get one template.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// Templates longer than this say no more.
const LONGEST: usize = 90;

/// A rule takes out what its pattern finds.
struct Rule {
    pattern: &'static str,
    by: &'static str,
}

/// The rules, in the order in which they are used.
const RULES: &[Rule] = &[
    // What follows is a value of the program.
    Rule {
        pattern: r"(?s); values are .*$",
        by: "",
    },
    Rule {
        pattern: r#"(?s)"[^"]*"|‘[^’]*’|“[^”]*”|«[^»]*»|`[^`']*[`']"#,
        by: "_",
    },
    Rule {
        pattern: r"(?s)(^|[\s(\[:=,])'[^']*'",
        by: "${1}_",
    },
    Rule {
        pattern: r"(^|[\s(:=,])/[^\s,;:]*(:\d+)*",
        by: "${1}_",
    },
    Rule {
        pattern: r"-?\d+(\.\d+)?(e[+-]?\d+)?",
        by: "#",
    },
    // The type that was found is the program's; the one that was expected is the builtin's.
    Rule {
        pattern: r"(?s)\b(found|value is|called with|coerce|add|compare|convert|but|with|is) (a |an |the )?(partially applied )?(built-in )?(integer|float|string|path|set|attribute set|list|function|lambda|Boolean|bool|null|thunk|primop|external value)( application)?\b",
        by: "${1} T",
    },
    Rule {
        pattern: r"(?s)\bT to (a |an )?(integer|float|set|list|function|Boolean|null|path)\b",
        by: "T to T",
    },
    Rule {
        pattern: r"(?s)(\bT\b[^:]*|a string): .*$",
        by: "${1}",
    },
];

static COMPILED: LazyLock<Vec<(Regex, &'static str)>> = LazyLock::new(|| {
    RULES
        .iter()
        .filter_map(|rule| Some((Regex::new(rule.pattern).ok()?, rule.by)))
        .collect()
});

/// The template of a message.
pub(super) fn template(message: &str) -> String {
    let mut text = message.to_owned();
    for (pattern, by) in COMPILED.iter() {
        text = pattern
            .replace_all(&text, |found: &Captures<'_>| {
                let mut replaced = String::new();
                found.expand(by, &mut replaced);
                replaced
            })
            .into_owned();
    }
    // The separator of the fields of a signature cannot stand in one.
    let text = text.replace('|', "/");
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut text = words.join(" ");
    if let Some((end, _)) = text.char_indices().nth(LONGEST) {
        text.truncate(end);
    }
    text.trim_end_matches([':', ' ', ',']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_compiles() {
        assert_eq!(COMPILED.len(), RULES.len());
    }

    #[test]
    fn names_numbers_and_places_are_taken_out() {
        for (one, other, expected) in [
            (
                "undefined variable 'a'",
                "undefined variable 'longer-name'",
                "undefined variable _",
            ),
            (
                "list index 3 is out of bounds",
                "list index -12 is out of bounds",
                "list index # is out of bounds",
            ),
            (
                "integer overflow in adding 9223372036854775807 + 1",
                "integer overflow in adding -1 + -9",
                "integer overflow in adding # + #",
            ),
            (
                "path '/pwd/a' does not exist",
                "path '/pwd/sub/b.nix' does not exist",
                "path _ does not exist",
            ),
            (
                "cannot coerce a list to a string: [ 1 ]",
                "cannot coerce a set to a string: { a = 1; }",
                "cannot coerce T to a string",
            ),
            (
                "cannot compare a set with a set; values are { } and { }",
                "cannot compare a list with a float; values are [ ] and 1",
                "cannot compare T with T",
            ),
        ] {
            assert_eq!(template(one), expected);
            assert_eq!(template(other), expected);
        }
    }

    #[test]
    fn the_type_that_a_builtin_wants_stays() {
        assert_eq!(
            template("expected a set but found a list: [ 1 2 ]"),
            template("expected a set but found an integer: 1"),
        );
        assert_ne!(
            template("expected a set but found a list: [ 1 2 ]"),
            template("expected a list but found a set: { }"),
        );
        assert_eq!(
            template("value is a list while a set was expected"),
            template("value is an integer while a set was expected"),
        );
    }

    #[test]
    fn an_apostrophe_in_a_word_is_no_quote() {
        assert_eq!(
            template("string '' doesn't represent an absolute path"),
            "string _ doesn't represent an absolute path"
        );
    }

    #[test]
    fn a_template_is_short_and_has_no_separator() {
        let text = template(&"a|b ".repeat(100));
        assert!(text.len() <= LONGEST && !text.contains('|'));
    }
}
