//! Shows how two values differ, line by line. Evaluators print a value in one line; it is laid out
//! before it is compared, so that a difference deep inside stands alone.

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

/// Whose line it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Both have it.
    Both,
    /// Only the subject has it.
    Subject,
    /// Only the oracle has it.
    Oracle,
}

/// One line of a difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Whose it is.
    pub side: Side,
    /// Its text.
    pub text: String,
}

/// The lines of both, those that only one has next to each other.
pub fn lines(subject: &str, oracle: &str) -> Vec<Line> {
    let (subject, oracle) = (lay_out(subject), lay_out(oracle));
    TextDiff::from_lines(oracle.as_str(), subject.as_str())
        .iter_all_changes()
        .map(|change| Line {
            side: match change.tag() {
                ChangeTag::Equal => Side::Both,
                ChangeTag::Delete => Side::Oracle,
                ChangeTag::Insert => Side::Subject,
            },
            text: change.value().trim_end_matches('\n').to_owned(),
        })
        .collect()
}

/// As [`lines`], but of what both have only this many lines before and after a difference; `None`
/// stands for lines that were left out.
pub fn hunks(subject: &str, oracle: &str, context: usize) -> Vec<Option<Line>> {
    let all = lines(subject, oracle);
    let differing: Vec<usize> = (0..all.len())
        .filter(|&at| all[at].side != Side::Both)
        .collect();
    let mut shown = Vec::new();
    let mut left_out = false;
    for (at, line) in all.into_iter().enumerate() {
        let next = differing.partition_point(|&other| other < at);
        let is_near =
            |other: Option<&usize>| other.is_some_and(|other| other.abs_diff(at) <= context);
        if is_near(differing.get(next))
            || is_near(next.checked_sub(1).and_then(|before| differing.get(before)))
        {
            if left_out {
                shown.push(None);
            }
            left_out = false;
            shown.push(Some(line));
        } else {
            left_out = true;
        }
    }
    if left_out && !shown.is_empty() {
        shown.push(None);
    }
    shown
}

/// Values shorter than this stay on their line.
const SHORT: usize = 60;

/// A printed value with each element and attribute on a line of its own. Only white space is added,
/// and none inside strings.
fn lay_out(value: &str) -> String {
    if value.len() < SHORT {
        return format!("{value}\n");
    }
    let mut text = String::with_capacity(value.len() * 2);
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    let mut chars = value.chars().peekable();
    let line = |text: &mut String, depth: usize| {
        text.push('\n');
        // Deeper levels are not told apart by the eye, and would make the text quadratic.
        text.extend(std::iter::repeat_n("  ", depth.min(20)));
    };
    while let Some(c) = chars.next() {
        if in_string {
            text.push(c);
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => {
                in_string = true;
                text.push(c);
            }
            '{' | '[' => {
                text.push(c);
                depth += 1;
                line(&mut text, depth);
                chars.next_if_eq(&' ');
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                text.truncate(text.trim_end().len());
                line(&mut text, depth);
                text.push(c);
            }
            ';' | ',' => {
                text.push(c);
                line(&mut text, depth);
                chars.next_if_eq(&' ');
            }
            _ => text.push(c),
        }
    }
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(last: u32) -> String {
        let attributes: Vec<String> = (0..20).map(|n| format!("a{n} = \"{{ ; }}\";")).collect();
        format!("{{ {} z = {last}; }}", attributes.join(" "))
    }

    #[test]
    fn a_difference_deep_inside_stands_alone() {
        let differing: Vec<Line> = lines(&value(1), &value(2))
            .into_iter()
            .filter(|line| line.side != Side::Both)
            .collect();
        assert_eq!(
            differing,
            [
                Line {
                    side: Side::Oracle,
                    text: "  z = 2;".to_owned()
                },
                Line {
                    side: Side::Subject,
                    text: "  z = 1;".to_owned()
                },
            ]
        );
    }

    #[test]
    fn what_is_far_from_a_difference_is_left_out() {
        let shown = hunks(&value(1), &value(2), 2);
        assert_eq!(shown.iter().filter(|line| line.is_none()).count(), 1);
        assert!(shown.len() < 10);
        assert_eq!(hunks("1", "1", 2), []);
    }

    #[test]
    fn strings_are_not_broken() {
        let text = format!("[ \"a {{ \\\" ; b\" {} ]", "1 ".repeat(40));
        assert!(lay_out(&text).contains("\"a { \\\" ; b\""));
    }
}
