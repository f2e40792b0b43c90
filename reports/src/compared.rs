//! What subject and oracles did with a program, side by side: oracles that were found the same about are
//! one comparison, and what differs in a line is marked.

use std::fmt::Write;

use serde::Serialize;
use similar::{Algorithm, ChangeTag, TextDiff};
use twinix_oracle::{
    Outcome, Verdict,
    compare::Aspect,
    diff::{Line, Side, lines},
    outcome::Answer,
    verdict::{Against, Check},
};

use crate::{model::Bucket, shorten};

/// How many lines around a difference are shown.
const CONTEXT: usize = 3;

/// How many lines of a comparison are shown.
const MOST_ROWS: usize = 120;

/// Lines longer than this are not searched for the words that differ.
const LONG_LINE: usize = 4_000;

/// From how much in common, of 1, the words that differ are marked.
const ALIKE: f32 = 0.4;

/// Some oracles held against the subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// The oracles.
    pub oracles: Vec<String>,
    /// What they mean, in one word.
    pub verdict: &'static str,
    /// Why nothing can be said, or where it is explained.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What differs, the most important first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aspect: Option<Aspect>,
    /// The outcomes, oracle left and subject right.
    pub rows: Vec<Row>,
    /// The derivations that differ, line by line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub derivations: Vec<Row>,
}

/// A line of two texts that stand side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Row {
    /// Lines that were left out.
    LeftOut(usize),
    /// Both have it.
    Both(String),
    /// They differ: what the oracle has and what the subject has, if anything.
    Differ(Option<Vec<Part>>, Option<Vec<Part>>),
}

/// A part of a line, and whether the other side does not have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part(pub bool, pub String);

/// All oracles of a bucket. What differs from the newest is called as in the signature, which calls it by
/// the cause where that is known: two kinds of errors may mean that one of the two lacks a builtin.
pub fn of_bucket(bucket: &Bucket) -> Vec<Compared> {
    let Some(check) = &bucket.check else {
        return Vec::new();
    };
    let mut all = compared(check);
    let differing = check
        .against
        .iter()
        .filter(|one| one.verdict.name() != "agree");
    let newest = differing.max_by_key(|one| one.dialect);
    let aspect = bucket.signature.split('|').nth(1).unwrap_or_default();
    let aspect: Option<Aspect> = serde_json::from_value(aspect.into()).ok();
    if let (Some(newest), Some(aspect)) = (newest, aspect) {
        let group = all
            .iter_mut()
            .find(|one| one.oracles.contains(&newest.oracle));
        if let Some(group) = group.filter(|group| group.aspect.is_some()) {
            group.aspect = Some(aspect);
        }
    }
    all
}

/// All oracles of a check.
fn compared(check: &Check) -> Vec<Compared> {
    let mut groups: Vec<Vec<&Against>> = Vec::new();
    for one in &check.against {
        let same = |group: &&mut Vec<&Against>| {
            group[0].verdict == one.verdict
                && group[0].oracle_outcome == one.oracle_outcome
                && group[0].subject_outcome == one.subject_outcome
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    let mut compared: Vec<Compared> = groups.iter().map(|group| of_group(group)).collect();
    // What differs comes first; the order of the dialects is kept otherwise.
    compared.sort_by_key(|one| one.verdict == "agree");
    compared
}

fn of_group(group: &[&Against]) -> Compared {
    let one = group[0];
    let (oracle, subject) = (said(&one.oracle_outcome), said(&one.subject_outcome));
    let at = shorten::first_difference(&oracle, &subject);
    let (oracle, subject) = (shorten::around(&oracle, at), shorten::around(&subject, at));
    let note = match &one.verdict {
        Verdict::Inconclusive { why } => Some(why.clone()),
        Verdict::Known { id, link } => Some(format!("{id}: {link}")),
        _ => None,
    };
    let is_value = |outcome: &Outcome| matches!(outcome.answer, Answer::Value(_));
    let layout = if is_value(&one.oracle_outcome) && is_value(&one.subject_outcome) {
        Layout::Value
    } else {
        Layout::Text
    };
    Compared {
        oracles: group.iter().map(|one| one.oracle.clone()).collect(),
        verdict: one.verdict.name(),
        note,
        aspect: one.comparison.difference.as_ref().map(|it| it.aspect),
        rows: rows(&oracle, &subject, layout),
        derivations: derivations(&one.oracle_outcome, &one.subject_outcome),
    }
}

/// What an evaluator did, as text.
fn said(outcome: &Outcome) -> String {
    let mut text = String::new();
    for trace in &outcome.traces {
        let _ = writeln!(text, "{trace}");
    }
    match &outcome.answer {
        Answer::Value(value) => text.push_str(value),
        Answer::Error(failure) => {
            let catchable = if failure.catchable { ", catchable" } else { "" };
            let _ = write!(
                text,
                "error: {}{catchable}\n{}",
                failure.kind, failure.message
            );
            if let Some(position) = &failure.position {
                let _ = write!(text, "\nat {position}");
            }
        }
        Answer::Resource(limit) => {
            let _ = write!(text, "{limit} reached");
        }
        Answer::Crash(crash) => {
            let _ = write!(text, "crashed (signal {})\n{}", crash.signal, crash.message);
        }
    }
    text
}

/// The derivations that only one of them has, or that have another content, in the order of their paths.
fn derivations(oracle: &Outcome, subject: &Outcome) -> Vec<Row> {
    let only = |mine: &Outcome, other: &Outcome| {
        let mut text = String::new();
        for (path, term) in &mine.derivations {
            if other.derivations.get(path) != Some(term) {
                let _ = writeln!(text, "{path} {term}");
            }
        }
        text
    };
    let (theirs, ours) = (only(oracle, subject), only(subject, oracle));
    if theirs.is_empty() && ours.is_empty() {
        return Vec::new();
    }
    let at = shorten::first_difference(&theirs, &ours);
    let (theirs, ours) = (shorten::around(&theirs, at), shorten::around(&ours, at));
    rows(&theirs, &ours, Layout::Value)
}

/// How texts come in lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Each element and attribute has a line of its own.
    Value,
    /// As they are: a comma in a message ends nothing.
    Text,
}

/// Two texts line by line.
fn plain_lines(subject: &str, oracle: &str) -> Vec<Line> {
    // A last line is the same with an end and without.
    let (oracle, subject) = (format!("{oracle}\n"), format!("{subject}\n"));
    let diff = TextDiff::from_lines(&oracle, &subject);
    let line = |change: similar::Change<&str>| Line {
        side: match change.tag() {
            ChangeTag::Equal => Side::Both,
            ChangeTag::Delete => Side::Oracle,
            ChangeTag::Insert => Side::Subject,
        },
        text: change.value().trim_end_matches('\n').to_owned(),
    };
    diff.iter_all_changes().map(line).collect()
}

/// Two texts side by side.
fn rows(oracle: &str, subject: &str, layout: Layout) -> Vec<Row> {
    let mut all = Vec::new();
    let lines = match layout {
        Layout::Value => lines(subject, oracle),
        Layout::Text => plain_lines(subject, oracle),
    };
    let mut lines = lines.iter().peekable();
    while let Some(line) = lines.next() {
        if line.side == Side::Both {
            all.push(Row::Both(line.text.clone()));
            continue;
        }
        let mut run = vec![line];
        while let Some(line) = lines.next_if(|line| line.side != Side::Both) {
            run.push(line);
        }
        differing(&run, &mut all);
    }
    thinned(all)
}

/// Lines that differ, those of the same rank beside each other.
fn differing(run: &[&Line], all: &mut Vec<Row>) {
    let of = |side| run.iter().filter(move |line| line.side == side);
    let (mut theirs, mut ours) = (of(Side::Oracle), of(Side::Subject));
    loop {
        all.push(match (theirs.next(), ours.next()) {
            (Some(oracle), Some(subject)) => words(&oracle.text, &subject.text),
            (Some(oracle), None) => Row::Differ(Some(whole(&oracle.text)), None),
            (None, Some(subject)) => Row::Differ(None, Some(whole(&subject.text))),
            (None, None) => return,
        });
    }
}

fn whole(text: &str) -> Vec<Part> {
    vec![Part(false, text.to_owned())]
}

/// Two lines, with the words that differ.
fn words(oracle: &str, subject: &str) -> Row {
    if oracle.len() > LONG_LINE || subject.len() > LONG_LINE {
        return Row::Differ(Some(whole(oracle)), Some(whole(subject)));
    }
    let (theirs, ours) = (tokens(oracle), tokens(subject));
    let diff = TextDiff::configure()
        .algorithm(Algorithm::Patience)
        .diff_slices(&theirs, &ours);
    // Marks all over two lines that have little in common say less than none.
    if diff.ratio() < ALIKE {
        return Row::Differ(Some(whole(oracle)), Some(whole(subject)));
    }
    let side = |own: ChangeTag| {
        let mut parts: Vec<Part> = Vec::new();
        for change in diff.iter_all_changes() {
            let tag = change.tag();
            if tag != ChangeTag::Equal && tag != own {
                continue;
            }
            let is_own = tag == own;
            match parts.last_mut() {
                Some(Part(was_own, text)) if *was_own == is_own => text.push_str(change.value()),
                _ => parts.push(Part(is_own, change.value().to_owned())),
            }
        }
        parts
    };
    Row::Differ(Some(side(ChangeTag::Delete)), Some(side(ChangeTag::Insert)))
}

/// The words of a line; what is between them stands alone.
fn tokens(line: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-');
    let mut tokens = Vec::new();
    let mut begin = 0;
    let mut was_word = false;
    for (at, c) in line.char_indices() {
        if at > begin && !(was_word && is_word(c)) {
            tokens.extend(line.get(begin..at));
            begin = at;
        }
        was_word = is_word(c);
    }
    tokens.extend(line.get(begin..).filter(|last| !last.is_empty()));
    tokens
}

/// Without what both have far from any difference, and not longer than anyone reads.
fn thinned(all: Vec<Row>) -> Vec<Row> {
    let is_different = |row: &Row| matches!(row, Row::Differ(..));
    let places: Vec<usize> = (0..all.len())
        .filter(|&at| is_different(&all[at]))
        .collect();
    let is_near = |at: usize| {
        let next = places.partition_point(|&place| place < at);
        let near = |place: Option<&usize>| place.is_some_and(|place| place.abs_diff(at) <= CONTEXT);
        // Where nothing differs, the beginning is shown.
        near(places.get(next))
            || near(next.checked_sub(1).and_then(|before| places.get(before)))
            || (places.is_empty() && at < MOST_ROWS)
    };
    let mut shown = Vec::new();
    let mut left_out = 0;
    for (at, row) in all.into_iter().enumerate() {
        if !is_near(at) || shown.len() >= MOST_ROWS {
            left_out += 1;
            continue;
        }
        if left_out > 0 {
            shown.push(Row::LeftOut(std::mem::take(&mut left_out)));
        }
        shown.push(row);
    }
    if left_out > 0 {
        shown.push(Row::LeftOut(left_out));
    }
    shown
}

#[cfg(test)]
mod tests {
    use twinix_oracle::{outcome::Failure, taxonomy::ErrorKind};

    use super::*;

    #[test]
    fn the_words_that_differ_are_marked() {
        let rows = rows("[ 1 2.0 \"a\" ]", "[ 1 2 \"a\" ]", Layout::Value);
        let [Row::Differ(Some(oracle), Some(subject))] = rows.as_slice() else {
            panic!("{rows:?}");
        };
        let text = |parts: &[Part]| -> String { parts.iter().map(|part| &*part.1).collect() };
        assert_eq!(text(oracle), "[ 1 2.0 \"a\" ]");
        assert_eq!(text(subject), "[ 1 2 \"a\" ]");
        let marked = |parts: &[Part]| -> Vec<String> {
            let marked = parts.iter().filter(|part| part.0);
            marked.map(|part| part.1.clone()).collect()
        };
        assert_eq!(marked(oracle), ["2.0"]);
        assert_eq!(marked(subject), ["2"]);
    }

    #[test]
    fn a_long_value_is_shown_around_what_differs() {
        let value = |last: &str| {
            let names: Vec<String> = (0..90).map(|n| format!("a{n} = {n};")).collect();
            format!("{{ {} z = {last}; }}", names.join(" "))
        };
        let rows = rows(&value("1"), &value("2"), Layout::Value);
        assert_eq!(rows.first(), Some(&Row::LeftOut(88)));
        assert_eq!(rows.len(), 6, "{rows:?}");
    }

    #[test]
    fn an_error_says_all_that_is_compared() {
        let mut outcome = Outcome::error(Failure::new(
            ErrorKind::Throw,
            "no",
            "/pwd/program.nix:1:2".parse().ok(),
        ));
        outcome.traces.push("trace: x".to_owned());
        insta::assert_snapshot!(said(&outcome), @r"
        trace: x
        error: throw, catchable
        no
        at /pwd/program.nix:1:2
        ");
    }

    #[test]
    fn a_message_keeps_its_lines() {
        let message = "expected a list, but found a set; this is a message, and a long one";
        let rows = rows(
            &format!("{message}\nat a"),
            &format!("{message}\nat b"),
            Layout::Text,
        );
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert_eq!(rows[0], Row::Both(message.to_owned()));
    }

    #[test]
    fn only_derivations_that_differ_are_shown() {
        let mut oracle = Outcome::value("1");
        let mut subject = oracle.clone();
        let common = ("/nix/store/a.drv".to_owned(), "Derive([])".to_owned());
        for outcome in [&mut oracle, &mut subject] {
            outcome.derivations.extend([common.clone()]);
        }
        assert_eq!(derivations(&oracle, &subject), []);
        let path = "/nix/store/b.drv".to_owned();
        let term = |builder: &str| {
            format!(
                "Derive([(\"out\",\"/nix/store/x\",\"\",\"\")],[],[],\"system\",\"{builder}\",[],[])"
            )
        };
        oracle.derivations.insert(path.clone(), term("/bin/sh"));
        subject.derivations.insert(path, term("/bin/bash"));
        let rows = derivations(&oracle, &subject);
        let differing = rows.iter().filter(|row| matches!(row, Row::Differ(..)));
        assert_eq!(differing.count(), 1, "{rows:?}");
    }
}
