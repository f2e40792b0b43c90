//! The work queue: changes that wait to be tried, those that save most first.

use crate::edit::{Change, Edit, Splice};

/// Changes that wait.
#[derive(Default)]
pub(crate) struct Queue {
    /// In ascending order of what comes first.
    waiting: Vec<Edit>,
    sorted: bool,
}

impl Queue {
    pub(crate) fn extend(&mut self, edits: impl IntoIterator<Item = Edit>) {
        self.waiting.extend(edits);
        self.sorted = false;
    }

    /// The next ones.
    pub(crate) fn next(&mut self, count: usize) -> Vec<Edit> {
        if !self.sorted {
            // The order has to be the same on every run: by what is saved, then pass, then place.
            self.waiting
                .sort_by_key(|edit| (edit.gain, std::cmp::Reverse((edit.pass, start(edit)))));
            self.sorted = true;
        }
        let from = self.waiting.len().saturating_sub(count);
        let mut next = self.waiting.split_off(from);
        next.reverse();
        next
    }

    /// Moves what waits to where it is after a change, and gives up what the change touches.
    pub(crate) fn follow(&mut self, done: &Edit) {
        let waiting = std::mem::take(&mut self.waiting);
        self.waiting = waiting
            .into_iter()
            .filter_map(|edit| after(edit, done))
            .collect();
    }
}

fn start(edit: &Edit) -> usize {
    match &edit.change {
        Change::Splices(_, splices) => splices.first().map_or(0, |splice| splice.range.start),
        Change::Whole(_) => 0,
    }
}

/// A change as it has to be made after another one was; `None` where they touch.
pub(crate) fn after(mut edit: Edit, done: &Edit) -> Option<Edit> {
    let (Change::Splices(unit, splices), Change::Splices(changed, by)) =
        (&mut edit.change, &done.change)
    else {
        return None;
    };
    if unit != changed {
        return Some(edit);
    }
    for splice in splices {
        *splice = moved(splice, by)?;
    }
    Some(edit)
}

fn moved(splice: &Splice, by: &[Splice]) -> Option<Splice> {
    let (start, end) = (splice.range.start, splice.range.end);
    let mut range = start..end;
    for done in by {
        if done.range.end <= start {
            range.start = range.start + done.text.len() - done.range.len();
            range.end = range.end + done.text.len() - done.range.len();
        } else if done.range.start < end {
            return None;
        }
    }
    Some(Splice {
        range,
        text: splice.text.clone(),
    })
}

/// Two changes as one; `None` where they touch.
pub(crate) fn both(one: &Edit, other: &Edit) -> Option<Edit> {
    let (Change::Splices(unit, a), Change::Splices(second, b)) = (&one.change, &other.change)
    else {
        return None;
    };
    if unit != second {
        return None;
    }
    let mut splices: Vec<Splice> = a.iter().chain(b).cloned().collect();
    splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
    let apart = splices
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if a.range.end <= b.range.start));
    apart.then(|| Edit {
        pass: one.pass,
        gain: one.gain + other.gain,
        change: Change::Splices(unit.clone(), splices),
    })
}
