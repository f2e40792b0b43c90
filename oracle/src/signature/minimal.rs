//! The change that a minimal program shows. In a large program which character differs, or whether an
//! integer became a string, is as much the program's as the bug's; in one that has nothing to spare the
//! characters are the bug's, and the values are whatever was left to show it.

use std::{collections::BTreeSet, sync::LazyLock};

use regex::Regex;

use super::{ending, message};
use crate::{
    compare::{Aspect, Difference},
    outcome::Outcome,
    taxonomy::ErrorKind,
    verdict::Against,
};

/// Types of data: which of them a wrong value is says nothing where any value would do.
const DATA: &[&str] = &[
    "bool", "int", "float", "list", "null", "path", "set", "string",
];

/// Variables of a derivation that are written as the program's own are.
const OWN: &[&str] = &[
    "environment-builder",
    "environment-name",
    "environment-system",
];

/// An edit of a text is told by its characters only where it is no longer than this, and has no more than so
/// many kinds of marks on a side.
const LONGEST: usize = 8;
const MARKS: usize = 2;

/// What an outcome that is an error is to its oracle where it has a rule of its own for it, which does not
/// depend on the builtin that enforces it: `argument(the string _ is not allowed …)→value`.
pub(super) fn rule(aspect: Aspect, oracle: &Outcome, subject: &Outcome) -> Option<String> {
    let failure = oracle.failure().filter(|_| subject.failure().is_none())?;
    let is_rule = matches!(
        failure.kind,
        ErrorKind::Argument
            | ErrorKind::Data
            | ErrorKind::DivisionByZero
            | ErrorKind::Overflow
            | ErrorKind::Restricted
    );
    let template = message::template(&failure.message).replace("-#", "#");
    let is_told = aspect == Aspect::Class && is_rule;
    is_told.then(|| format!("{}({template})→{}", failure.kind, ending(subject)))
}

/// What became of an outcome, from the kind of change; with the notation where it differs in that one only.
pub(super) fn change(
    aspect: Aspect,
    change: &str,
    (difference, differs): (&Difference, &Against),
    notation: Option<&str>,
) -> String {
    match aspect {
        Aspect::Value => {
            let (oracle, subject) = (&difference.oracle, &difference.subject);
            match notation {
                Some(notation) => {
                    format!("{} in {notation}", of_printed(change, oracle, subject))
                }
                None => of_values(change, oracle, subject),
            }
        }
        Aspect::Traces => {
            let (theirs, ours) = (
                &differs.oracle_outcome.traces,
                &differs.subject_outcome.traces,
            );
            let is_quoted = is_quoted(theirs, ours);
            if is_quoted { "text-quotes" } else { change }.to_owned()
        }
        Aspect::Class => of_endings(change),
        Aspect::Derivations if OWN.contains(&change) => "environment-other".to_owned(),
        _ => change.to_owned(),
    }
}

/// What became of a value.
fn of_values(change: &str, oracle: &str, subject: &str) -> String {
    match change {
        "string-text" | "string-space" | "string-escape" | "string-case" | "json-name-written" => {
            of_texts(oracle, subject).unwrap_or_else(|| match change {
                "string-escape" | "string-case" | "json-name-written" => change.to_owned(),
                _ => "string-text".to_owned(),
            })
        }
        // A name is a text too, where its marks are what differs.
        "set-names" => of_texts(oracle, subject).unwrap_or_else(|| change.to_owned()),
        "string-context" => of_contexts(oracle, subject).unwrap_or_else(|| change.to_owned()),
        // Whether there is anything at all is more than which value it is.
        _ if oracle == "null" && is_other(change) => "null→other".to_owned(),
        _ if subject == "null" && is_other(change) => "other→null".to_owned(),
        _ if is_other(change) => "other".to_owned(),
        _ => change.to_owned(),
    }
}

/// What became of the text of a value that is the same in another notation.
fn of_printed(change: &str, oracle: &str, subject: &str) -> String {
    match change {
        "name-written" | "text-string→string" => {
            of_texts(oracle, subject).unwrap_or_else(|| change.to_owned())
        }
        // A number that is written with another point or other digits.
        "float-precision" => "float-written".to_owned(),
        _ => of_values(change, oracle, subject),
    }
}

/// Which token stood where none could, and of which type an argument should have been, is the program's: any
/// other one would have failed too.
fn of_endings(change: &str) -> String {
    let (theirs, ours) = change.split_once('→').unwrap_or((change, ""));
    match (theirs, ours) {
        ("value", ours) if ours.starts_with("type(") => "value→type".to_owned(),
        ("more", ours) if ours.starts_with("parse(syntax error") => {
            "more→parse(syntax error)".to_owned()
        }
        (theirs, "more") if theirs.starts_with("parse(syntax error") => {
            "parse(syntax error)→more".to_owned()
        }
        _ => change.to_owned(),
    }
}

/// Whether one value stands for another, and not for the same one in another way.
fn is_other(change: &str) -> bool {
    match change.split_once('→') {
        Some(("int", "float") | ("float", "int")) => false,
        Some((theirs, ours)) => DATA.contains(&theirs) && DATA.contains(&ours),
        None => matches!(change, "bool" | "int" | "path"),
    }
}

/// What became of a text: the same characters in another order, or the marks that came and went.
fn of_texts(oracle: &str, subject: &str) -> Option<String> {
    let sorted = |text: &str| {
        let mut characters: Vec<char> = text.chars().collect();
        characters.sort_unstable();
        characters
    };
    if sorted(oracle) == sorted(subject) {
        return Some("string-order".to_owned());
    }
    let edit = edit(oracle, subject)?;
    Some(format!("text({edit})"))
}

/// The marks between what two texts have in common; none where there are only letters and digits, where much
/// differs, or where one is empty.
fn edit(oracle: &str, subject: &str) -> Option<String> {
    let characters = |text: &str| -> Vec<char> { text.chars().collect() };
    let (theirs, ours) = (characters(oracle), characters(subject));
    let same = |(a, b): &(&char, &char)| a == b;
    let start = theirs.iter().zip(&ours).take_while(same).count();
    let (theirs, ours) = (theirs.get(start..)?, ours.get(start..)?);
    let end = theirs.iter().rev().zip(ours.iter().rev());
    let end = end.take_while(same).count();
    let theirs = theirs.get(..theirs.len() - end)?;
    let ours = ours.get(..ours.len() - end)?;
    let (gone, come) = (marks(theirs), marks(ours));
    let is_small =
        |text: &[char], marks: &BTreeSet<String>| text.len() <= LONGEST && marks.len() <= MARKS;
    // All of the text of the program, unless nothing but an escape could write it.
    let is_all = |text: &str, other: &str| text == "\"\"" && !other.starts_with("\"\\");
    let is_edit = is_small(theirs, &gone)
        && is_small(ours, &come)
        && !(is_all(oracle, subject) || is_all(subject, oracle))
        && !(gone.is_empty() && come.is_empty());
    let told = |marks: BTreeSet<String>| marks.into_iter().collect::<Vec<_>>().join(" ");
    is_edit.then(|| format!("{}→{}", told(gone), told(come)))
}

/// The characters of ASCII that are neither letters nor digits.
fn marks(text: &[char]) -> BTreeSet<String> {
    let marks = text.iter().filter(|c| c.is_ascii() && !c.is_alphanumeric());
    let names = marks.map(|c| match c {
        ' ' => "space".to_owned(),
        '\n' => "newline".to_owned(),
        '\r' => "return".to_owned(),
        '\t' => "tab".to_owned(),
        '|' => "bar".to_owned(),
        c if c.is_control() => "control".to_owned(),
        c => c.to_string(),
    });
    names.collect()
}

/// The first two elements of contexts that are of different kinds.
fn of_contexts(oracle: &str, subject: &str) -> Option<String> {
    static KIND: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#""(path|allOutputs|outputs)":"#).ok());
    let kinds = |text: &str| -> Vec<String> {
        let found = KIND.as_ref().map(|kind| kind.captures_iter(text));
        let found = found.into_iter().flatten();
        let kinds = found.filter_map(|it| Some(it.get(1)?.as_str().to_owned()));
        kinds.collect()
    };
    let (theirs, ours) = (kinds(oracle), kinds(subject));
    let (a, b) = theirs.iter().zip(&ours).find(|(a, b)| a != b)?;
    Some(format!("string-context({a}→{b})"))
}

/// Whether of the first two traces that differ one is the other as a string is printed.
fn is_quoted(theirs: &[String], ours: &[String]) -> bool {
    let differing = theirs.iter().zip(ours).find(|(a, b)| a != b);
    let text = |trace: &str| trace.strip_prefix("trace: ").unwrap_or(trace).to_owned();
    let plain = |text: &str| -> String {
        let blanks = text
            .replace("\\n", "\n")
            .replace("\\t", "\t")
            .replace("\\r", "\r");
        blanks.replace(['\\', '"'], "")
    };
    differing.is_some_and(|(a, b)| {
        let (a, b) = (text(a), text(b));
        let is_one = a.starts_with('"') != b.starts_with('"');
        is_one && plain(&a).trim() == plain(&b).trim()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_value_it_is_does_not_matter() {
        for change in ["int", "bool", "path", "int→string", "null→list", "set→int"] {
            assert_eq!(of_values(change, "", ""), "other", "{change}");
        }
        assert_eq!(of_values("string-space", "\" \"", "\"\""), "string-text");
        assert_eq!(of_values("null→list", "null", "[]"), "null→other");
        assert_eq!(of_values("list→null", "[]", "null"), "other→null");
    }

    #[test]
    fn how_it_is_written_and_what_it_consists_of_does() {
        for change in [
            "int→float",
            "list→thunk",
            "list-order",
            "string-context-lost",
        ] {
            assert_eq!(of_values(change, "", ""), change);
        }
        assert_eq!(
            of_printed("float-precision", "0.1", "0.12"),
            "float-written"
        );
    }

    #[test]
    fn the_marks_of_a_text_are_told() {
        for (oracle, subject, expected) in [
            (r#""é\n""#, r#""é""#, r"text(\→)"),
            ("\"\\t\"", "\"\t\"", r"text(\→tab)"),
            ("\" a\"", "\"a\"", "text(space→)"),
            ("\"'''\"", "\"'\"", "text('→)"),
            ("\"a&amp;\"", "\"a&\"", "text(;→)"),
            ("\"ab\"", "\"ba\"", "string-order"),
            // The text of the program is gone altogether.
            ("\".\"", "\"\"", "string-text"),
            (r#""\n""#, "\"\"", r"text(\→)"),
            ("\"a: (b)\"", "\"c [d]\"", "string-text"),
        ] {
            assert_eq!(of_values("string-text", oracle, subject), expected);
        }
        let names = |theirs: &str, ours: &str| of_values("set-names", theirs, ours);
        assert_eq!(names(r#"{"\r"=0}"#, r#"{"\n"=0}"#), "set-names");
        assert_eq!(names(r#"{"\r\n"=0}"#, r#"{"\n"=0}"#), r"text(\→)");
        let (oracle, subject) = (r#""{\"/\":0}""#, r#""{\"\\/\":0}""#);
        let json = of_values("json-name-written", oracle, subject);
        assert_eq!(json, r"text(→\)");
        for (oracle, subject, expected) in [
            ("{ c' = 0; }", "{ \"c'\" = 0; }", "text('→\" ')"),
            ("{ or = 0; }", "{ \"or\" = 0; }", "text(→\")"),
        ] {
            assert_eq!(of_printed("name-written", oracle, subject), expected);
        }
    }

    #[test]
    fn the_kinds_of_a_context_are_told() {
        let of = |kind: &str| format!(r#""a"^{{"/nix/store/a":{{"{kind}":true}}}}"#);
        for (ours, expected) in [
            ("path", "string-context(allOutputs→path)"),
            ("allOutputs", "string-context"),
        ] {
            assert_eq!(
                of_values("string-context", &of("allOutputs"), &of(ours)),
                expected
            );
        }
    }

    #[test]
    fn any_token_and_any_type_may_be_the_wrong_one() {
        for (change, expected) in [
            (
                "more→parse(syntax error, unexpected integer)",
                "more→parse(syntax error)",
            ),
            (
                "more→parse(duplicate formal)",
                "more→parse(duplicate formal)",
            ),
            ("value→type(expected a set but found T)", "value→type"),
            ("value→argument(a)", "value→argument(a)"),
        ] {
            assert_eq!(of_endings(change), expected);
        }
    }

    #[test]
    fn a_string_in_quotes_is_one_without() {
        let is = |a: &str, b: &str| is_quoted(&[a.to_owned()], &[b.to_owned()]);
        assert!(is("trace: a\nb", "trace: \"a\\nb\""));
        assert!(is("trace: ", "trace: \"\""));
        assert!(!is("trace: a", "trace: \"b\""));
        assert!(!is("trace: \"a\"", "trace: \"b\""));
    }
}
