//! Shows for human readers what a walk found.

use std::fmt::Write;

use similar::{ChangeTag, TextDiff};

use super::{
    fields::{Detail, FieldDiff},
    walk::{Differing, Found},
};
use crate::{cli::DrvDiffOptions, style::Look};

/// A line longer than this is broken at its spaces, so that a difference stands alone.
const LONG: usize = 72;

/// How many lines of one field are shown.
const MOST_LINES: usize = 80;

/// What a walk found, as text.
pub fn report(found: &Found, options: &DrvDiffOptions, look: Look) -> String {
    let mut text = String::new();
    let pairs = count(
        found.compared,
        "pair of derivations",
        "pairs of derivations",
    );
    if found.equal {
        let _ = match found.compared {
            0 => writeln!(text, "equal (the same file)"),
            _ => writeln!(text, "equal ({pairs} compared)"),
        };
        return text;
    }
    let shown = if options.all {
        found.differences.as_slice()
    } else {
        &found.differences[..found.differences.len().min(1)]
    };
    for one in shown {
        differing(&mut text, one, options.context, look);
    }
    let mut rest = vec![format!("{pairs} compared")];
    if found.through_inputs > 0 {
        rest.push(format!(
            "{} differ only through their inputs",
            found.through_inputs
        ));
    }
    let others = found.differences.len() - shown.len();
    if others > 0 {
        rest.push(format!(
            "{others} more differ in themselves (--all shows them)"
        ));
    }
    let _ = writeln!(text, "{}", look.dim(rest.join(", ")));
    text
}

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn differing(text: &mut String, one: &Differing, context: usize, look: Look) {
    let _ = writeln!(text, "{}", look.subject(format!("- {}", one.a)));
    let _ = writeln!(text, "{}", look.oracle(format!("+ {}", one.b)));
    if !one.via.is_empty() {
        let way = format!("  needed by {}", one.via.join(" → "));
        let _ = writeln!(text, "{}", look.dim(way));
    }
    for field in &one.fields {
        let _ = writeln!(text, "  {}", look.bold(visible(&field.field)));
        for line in lines(field, context) {
            let _ = match line {
                Line::Both(line) => writeln!(text, "      {}", look.dim(visible(&line))),
                Line::A(line) => {
                    writeln!(
                        text,
                        "    {}",
                        look.subject(format!("- {}", visible(&line)))
                    )
                }
                Line::B(line) => {
                    writeln!(text, "    {}", look.oracle(format!("+ {}", visible(&line))))
                }
                Line::Skipped => writeln!(text, "      {}", look.dim("…")),
            };
        }
    }
    text.push('\n');
}

/// A line of a difference.
enum Line {
    Both(String),
    A(String),
    B(String),
    Skipped,
}

fn lines(field: &FieldDiff, context: usize) -> Vec<Line> {
    let all = |list: &[String], of: fn(String) -> Line| -> Vec<Line> {
        list.iter().cloned().map(of).collect()
    };
    let mut lines = match &field.detail {
        Detail::List { only_a, only_b } => {
            let mut lines = all(only_a, Line::A);
            lines.extend(all(only_b, Line::B));
            lines
        }
        Detail::Text {
            a: Some(a),
            b: Some(b),
        } => compared(a, b, context),
        Detail::Text { a, b } => {
            let whole = |text: &Option<String>, of: fn(String) -> Line| {
                let lines = text.iter().flat_map(|text| text.lines());
                // An empty text is there all the same.
                let empty = text.as_ref().filter(|text| text.is_empty());
                lines
                    .map(str::to_owned)
                    .chain(empty.map(|_| "(empty)".to_owned()))
                    .map(of)
                    .collect::<Vec<Line>>()
            };
            let mut lines = whole(a, Line::A);
            lines.extend(whole(b, Line::B));
            lines
        }
        Detail::Source {
            a,
            b,
            text_a,
            text_b,
        } => {
            let mut lines = vec![Line::A(a.clone()), Line::B(b.clone())];
            if let (Some(a), Some(b)) = (text_a, text_b) {
                lines.extend(compared(a, b, context));
            }
            lines
        }
    };
    if lines.len() > MOST_LINES {
        lines.truncate(MOST_LINES);
        lines.push(Line::Skipped);
    }
    lines
}

/// Two texts line by line; those that both have only near a difference.
fn compared(a: &str, b: &str, context: usize) -> Vec<Line> {
    let given = (a, b);
    let (a, b) = (lay_out(a, b), lay_out(b, a));
    let diff = TextDiff::from_lines(a.as_str(), b.as_str());
    let mut lines = Vec::new();
    let mut end = 0;
    for group in diff.grouped_ops(context) {
        let start = group.first().map_or(0, |op| op.old_range().start);
        if start > end {
            lines.push(Line::Skipped);
        }
        end = group.last().map_or(end, |op| op.old_range().end);
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line = change.value().trim_end_matches('\n').to_owned();
            lines.push(match change.tag() {
                ChangeTag::Equal => Line::Both(line),
                ChangeTag::Delete => Line::A(line),
                ChangeTag::Insert => Line::B(line),
            });
        }
    }
    if end > 0 && end < a.lines().count() {
        lines.push(Line::Skipped);
    }
    // What was laid out in lines ends them all.
    if lines.is_empty() {
        let end = |text: &str| {
            if text.ends_with('\n') {
                "ends its last line"
            } else {
                "does not end its last line"
            }
        };
        lines = vec![
            Line::A(end(given.0).to_owned()),
            Line::B(end(given.1).to_owned()),
        ];
    }
    lines
}

/// A text in lines. One long line is broken at its spaces: most are lists of paths or flags.
fn lay_out(text: &str, other: &str) -> String {
    let is_line = |text: &str| !text.trim_end().contains('\n');
    let is_long = text.len().max(other.len()) > LONG;
    let mut laid = if is_line(text) && is_line(other) && is_long {
        text.split(' ').collect::<Vec<&str>>().join("\n")
    } else {
        text.to_owned()
    };
    if !laid.ends_with('\n') {
        laid.push('\n');
    }
    laid
}

/// A line in which nothing reaches the terminal as a command.
fn visible(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '\t' => out.push_str("    "),
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}
