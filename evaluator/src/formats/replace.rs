//! The core of `replaceStrings`: which patterns match where, without touching the replacements,
//! so that the caller asks for them lazily (2.16 and later) or has them all at hand.

use std::ops::Range;

/// One piece of the result, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// These bytes of the text stay.
    Keep(Range<usize>),
    /// The replacement of the pattern with this index comes here.
    Replace(usize),
}

/// The edits that turn a text into its replaced form. At each position the first pattern that
/// matches wins, even an empty one, which also keeps the byte that it stands before
/// (`prim_replaceStrings`).
pub struct Edits<'a, P> {
    patterns: &'a [P],
    text: &'a [u8],
    at: usize,
    kept_from: usize,
    pending: Option<usize>,
    first_bytes: [u64; 4],
    has_empty: bool,
}

/// Prepares the edits of `text` under `patterns`.
pub fn edits<'a, P: AsRef<[u8]>>(patterns: &'a [P], text: &'a [u8]) -> Edits<'a, P> {
    let mut first_bytes = [0u64; 4];
    let mut has_empty = false;
    for pattern in patterns {
        match pattern.as_ref().first() {
            Some(byte) => first_bytes[usize::from(byte >> 6)] |= 1 << (byte & 63),
            None => has_empty = true,
        }
    }
    Edits {
        patterns,
        text,
        at: 0,
        kept_from: 0,
        pending: None,
        first_bytes,
        has_empty,
    }
}

impl<P: AsRef<[u8]>> Edits<'_, P> {
    fn matching(&self) -> Option<usize> {
        let rest = &self.text[self.at..];
        let possible = self.has_empty
            || rest.first().is_some_and(|byte| {
                self.first_bytes[usize::from(byte >> 6)] & (1 << (byte & 63)) != 0
            });
        if !possible {
            return None;
        }
        self.patterns
            .iter()
            .position(|pattern| rest.starts_with(pattern.as_ref()))
    }
}

impl<P: AsRef<[u8]>> Iterator for Edits<'_, P> {
    type Item = Edit;

    fn next(&mut self) -> Option<Edit> {
        if let Some(index) = self.pending.take() {
            return Some(Edit::Replace(index));
        }
        // One position past the text, where only an empty pattern can match.
        while self.at <= self.text.len() {
            let matched = self.matching();
            let before = self.kept_from..self.at;
            match matched {
                None => self.at += 1,
                Some(index) => {
                    let width = self.patterns[index].as_ref().len();
                    if width == 0 {
                        self.kept_from = self.at;
                        self.at += 1;
                    } else {
                        self.at += width;
                        self.kept_from = self.at;
                    }
                    if before.is_empty() {
                        return Some(Edit::Replace(index));
                    }
                    self.pending = Some(index);
                    return Some(Edit::Keep(before));
                }
            }
        }
        let tail = self.kept_from..self.text.len();
        self.kept_from = self.text.len();
        (!tail.is_empty()).then_some(Edit::Keep(tail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replaced(from: &[&str], to: &[&str], text: &str) -> String {
        edits(from, text.as_bytes())
            .map(|edit| match edit {
                Edit::Keep(range) => &text[range],
                Edit::Replace(index) => to[index],
            })
            .collect()
    }

    #[test]
    fn replacements_are_those_of_all_four_releases() {
        let table: [(&[&str], &[&str], &str, &str); 11] = [
            (&["oo", "a"], &["a", "oo"], "foobar", "faboor"),
            (&[""], &["X"], "abc", "XaXbXcX"),
            (&["a", ""], &["1", "-"], "abca", "1-b-c1-"),
            (&["", "a"], &["-", "1"], "ab", "-a-b-"),
            (&["a", "ab"], &["1", "2"], "ab", "1b"),
            (&["ab", "a"], &["2", "1"], "aab", "12"),
            (&["oo"], &["u"], "foo", "fu"),
            (&["x"], &["y"], "", ""),
            (&[""], &["y"], "", "y"),
            (&["aa"], &["b"], "aaa", "ba"),
            (&[], &[], "abc", "abc"),
        ];
        for (from, to, text, expected) in table {
            assert_eq!(replaced(from, to, text), expected, "{from:?} {to:?} {text}");
        }
    }

    #[test]
    fn kept_bytes_come_in_runs() {
        let all: Vec<Edit> = edits(&["c"], b"abcde").collect();
        assert_eq!(all, [Edit::Keep(0..2), Edit::Replace(0), Edit::Keep(3..5)]);
    }
}
