//! A change of a program, as a pass proposes it.

use std::ops::Range;

use crate::source::{Source, Unit};

/// A text in the place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Splice {
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
}

/// What is changed.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// Places in one file, in order, apart from each other.
    Splices(Unit, Vec<Splice>),
    /// Everything.
    Whole(Source),
}

/// A change with what it promises.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    /// The index of the pass in its table.
    pub(crate) pass: usize,
    /// How many bytes it saves.
    pub(crate) gain: isize,
    pub(crate) change: Change,
}

impl Edit {
    /// The program after the change; `None` where the change does not fit it.
    pub(crate) fn apply(&self, source: &Source) -> Option<Source> {
        match &self.change {
            Change::Whole(changed) => Some(changed.clone()),
            Change::Splices(unit, splices) => {
                let changed = spliced(source.bytes(unit), splices)?;
                let mut source = source.clone();
                source.set(unit, changed);
                Some(source)
            }
        }
    }
}

/// The bytes with these changes, which are in order and apart.
pub(crate) fn spliced(bytes: &[u8], splices: &[Splice]) -> Option<Vec<u8>> {
    let mut changed = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for splice in splices {
        changed.extend_from_slice(bytes.get(from..splice.range.start)?);
        changed.extend_from_slice(splice.text.as_bytes());
        from = splice.range.end;
    }
    changed.extend_from_slice(bytes.get(from..)?);
    Some(changed)
}

/// How many bytes these changes save.
pub(crate) fn gain(splices: &[Splice]) -> isize {
    let saved = |splice: &Splice| {
        let before = isize::try_from(splice.range.len()).unwrap_or(isize::MAX);
        before - isize::try_from(splice.text.len()).unwrap_or(isize::MAX)
    };
    splices.iter().map(saved).sum()
}
