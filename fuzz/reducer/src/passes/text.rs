//! Makes text shorter without knowing what is written in it: JSON, TOML, XML and regular expressions all
//! consist of groups in brackets, of items, lines, words and characters.

use std::ops::Range;

use super::{Found, drop::runs};
use crate::edit::{Change, Edit, Splice};

/// Texts with more lines, words or characters than this are shortened by larger pieces first.
const MANY: usize = 200;

/// How many these are.
const LARGER: usize = 32;

/// What may be put where in a text, as ranges of bytes.
pub(super) fn shorter(text: &str, escape: char) -> Vec<Splice> {
    let mut splices = Vec::new();
    let mut put = |range: Range<usize>, text: &str| {
        splices.push(Splice {
            range,
            text: text.to_owned(),
        });
    };
    for group in groups(text) {
        let inside = text.get(group.start + 1..group.end - 1).unwrap_or_default();
        put(group.clone(), "");
        put(group.clone(), inside);
        let whole = text.get(group.clone()).unwrap_or_default();
        put(0..text.len(), whole);
        put(0..text.len(), inside);
    }
    for list in lists(text) {
        for run in runs(list.len()) {
            if let (Some(first), Some(last)) = (list.get(run.start), list.get(run.end - 1)) {
                // With the separator that is left over.
                match (
                    list.get(run.end),
                    run.start.checked_sub(1).and_then(|at| list.get(at)),
                ) {
                    (Some(next), _) => put(first.start..next.start, ""),
                    (None, Some(before)) => put(before.end..last.end, ""),
                    (None, None) => {}
                }
            }
        }
    }
    for pieces in [lines(text), words(text), characters(text, escape)] {
        let pieces = if pieces.len() > MANY {
            together(&pieces)
        } else {
            pieces
        };
        for run in runs(pieces.len()) {
            if let (Some(first), Some(last)) = (pieces.get(run.start), pieces.get(run.end - 1)) {
                put(first.start..last.end, "");
            }
        }
    }
    splices
}

/// Several neighbours at a time.
fn together(pieces: &[Range<usize>]) -> Vec<Range<usize>> {
    let larger = pieces.chunks(pieces.len().div_ceil(LARGER));
    larger
        .filter_map(|some| Some(some.first()?.start..some.last()?.end))
        .collect()
}

/// The groups in brackets, brackets included.
fn groups(text: &str) -> Vec<Range<usize>> {
    let mut open = Vec::new();
    let mut groups = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' | '<' => open.push((at, c)),
            ')' | ']' | '}' | '>' => {
                if let Some((start, bracket)) = open.last().copied()
                    && matches!(
                        (bracket, c),
                        ('(', ')') | ('[', ']') | ('{', '}') | ('<', '>')
                    )
                {
                    open.pop();
                    groups.push(start..at + 1);
                }
            }
            _ => {}
        }
    }
    groups
}

/// The items between commas or semicolons, in each group and outside of all.
fn lists(text: &str) -> Vec<Vec<Range<usize>>> {
    let mut open: Vec<(usize, Vec<Range<usize>>)> = vec![(0, Vec::new())];
    let mut lists = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' | '[' | '{' => open.push((at + 1, Vec::new())),
            ',' | ';' => {
                if let Some((start, items)) = open.last_mut() {
                    items.push(*start..at);
                    *start = at + 1;
                }
            }
            ')' | ']' | '}' if open.len() > 1 => {
                if let Some((start, mut items)) = open.pop() {
                    items.push(start..at);
                    lists.push(items);
                }
            }
            _ => {}
        }
    }
    if let Some((start, mut items)) = open.pop() {
        items.push(start..text.len());
        lists.push(items);
    }
    lists.retain(|items| (2..=MANY).contains(&items.len()));
    lists
}

fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let pieces = text.split_inclusive('\n').map(|line| {
        let range = start..start + line.len();
        start = range.end;
        range
    });
    pieces.collect()
}

/// Runs of letters and digits, and everything else by itself.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        let is_word = c.is_alphanumeric() || c == '_';
        match words.last_mut() {
            Some(last) if in_word && is_word => last.end = at + c.len_utf8(),
            _ => words.push(at..at + c.len_utf8()),
        }
        in_word = is_word;
    }
    words
}

/// The characters; one that is escaped together with what escapes it.
fn characters(text: &str, escape: char) -> Vec<Range<usize>> {
    let mut characters = Vec::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let mut end = at + c.len_utf8();
        if c == escape
            && let Some((at, c)) = chars.next()
        {
            end = at + c.len_utf8();
        }
        characters.push(at..end);
    }
    characters
}

/// Drops parts of a file that is not Nix, or whose tree has errors.
pub(super) fn data(bytes: &[u8], found: &mut Found<'_>) {
    let mut proposed: Vec<Splice> = Vec::new();
    let mut put = |range: Range<usize>, text: &str| {
        proposed.push(Splice {
            range,
            text: text.to_owned(),
        });
    };
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            for splice in shorter(text, '\\') {
                put(splice.range, &splice.text);
            }
        }
        Err(_) => {
            let piece = bytes.len().div_ceil(MANY).max(1);
            for run in runs(bytes.len().div_ceil(piece)) {
                put(run.start * piece..(run.end * piece).min(bytes.len()), "");
            }
        }
    }
    for splice in proposed {
        let same = bytes.get(splice.range.clone()) == Some(splice.text.as_bytes());
        if !same {
            let splices = vec![splice];
            found.edits.push(Edit {
                pass: found.pass,
                gain: crate::edit::gain(&splices),
                change: Change::Splices(found.unit().clone(), splices),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> Vec<String> {
        shorter(text, '\\')
            .iter()
            .filter_map(|splice| {
                let bytes = crate::edit::spliced(text.as_bytes(), std::slice::from_ref(splice))?;
                String::from_utf8(bytes).ok()
            })
            .collect()
    }

    #[test]
    fn a_group_goes_or_takes_the_place_of_all() {
        let json = after(r#"{"a":[1,2],"b":{}}"#);
        for shorter in [
            "[1,2]",
            r#"{"a":,"b":{}}"#,
            r#"{"a":[1,2]}"#,
            r#"{"a":[1],"b":{}}"#,
            r#"{"b":{}}"#,
        ] {
            assert!(
                json.iter().any(|text| text == shorter),
                "{shorter}: {json:?}"
            );
        }
    }

    #[test]
    fn an_escape_goes_with_what_it_escapes() {
        assert!(after(r"a\nb").contains(&"ab".to_owned()));
    }
}
