//! Source positions: four bytes each, resolved to file, line and column only
//! when someone asks.

use crate::syntax::past::{Belief, beliefs};
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

/// A position in some source text of the evaluation; [`Pos::NONE`] is none.
///
/// All sources share one number space: a source that starts at `base` has its
/// byte `n` at `base + n`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Pos(pub u32);

impl Pos {
    /// No position.
    pub const NONE: Pos = Pos(0);

    /// The position of the instruction that the frame below is at: the VM looks
    /// it up only when someone asks.
    pub(crate) const OF_CALLER: Pos = Pos(u32::MAX);
}

/// Where a source text came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Origin {
    /// A file, by its absolute path.
    File(Rc<[u8]>),
    /// An expression given on the command line.
    String,
    /// Standard input.
    Stdin,
    /// A source that is part of the evaluator, by its name.
    Internal(&'static str),
}

/// A position that a human can read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Location {
    /// Where the source text came from.
    pub origin: Origin,
    /// The line, from 1.
    pub line: u32,
    /// The column in bytes, from 1.
    pub column: u32,
}

struct Source {
    base: u32,
    origin: Origin,
    text: Rc<[u8]>,
    /// Where each line starts, once someone asked.
    lines: OnceCell<Vec<u32>>,
    /// What 2.3 counts otherwise, once someone asked it.
    beliefs: OnceCell<Vec<Belief>>,
}

impl Source {
    /// Line and column of a byte, from 1, as 2.3 counts them.
    fn believed(&self, offset: usize) -> (u32, u32) {
        let beliefs = self.beliefs.get_or_init(|| beliefs(&self.text));
        let after = beliefs.partition_point(|belief| belief.offset <= offset);
        let (line, start) = self.line_of(offset);
        let (line, column) = (line as u32 + 1, (offset - start) as u32 + 1);
        let Some(belief) = after.checked_sub(1).and_then(|last| beliefs.get(last)) else {
            return (line, column);
        };
        let (line_there, start_there) = self.line_of(belief.offset);
        let lines = line - (line_there as u32 + 1);
        if lines > 0 {
            return (belief.line + lines, column);
        }
        let columns = column - ((belief.offset - start_there) as u32 + 1);
        (belief.line, belief.column + columns)
    }

    /// The line that `offset` is in, from 0, and where that line starts.
    fn line_of(&self, offset: usize) -> (usize, usize) {
        let lines = self.lines.get_or_init(|| line_starts(&self.text));
        let line = lines.partition_point(|&start| start as usize <= offset) - 1;
        (line, lines[line] as usize)
    }

    /// The text of a line, from 0, without its end.
    fn line(&self, line: usize) -> Option<Vec<u8>> {
        let lines = self.lines.get_or_init(|| line_starts(&self.text));
        let start = *lines.get(line)? as usize;
        let end = lines
            .get(line + 1)
            .map_or(self.text.len(), |&end| end as usize);
        let text = &self.text[start..end];
        let length = text
            .iter()
            .rposition(|byte| !b"\r\n".contains(byte))
            .map_or(0, |last| last + 1);
        Some(text[..length].to_vec())
    }
}

/// All sources of one evaluation.
#[derive(Default)]
pub struct Positions {
    sources: RefCell<Vec<Source>>,
    /// Whether lines and columns are those of 2.3.
    as_2_3: bool,
}

/// A source text that does not fit: all sources together may have 4 GiB.
#[derive(Debug, PartialEq, Eq)]
pub struct TooMuchSource;

impl Positions {
    /// Positions without sources; whether lines and columns are counted as in 2.3.
    pub fn counting(as_2_3: bool) -> Positions {
        Positions {
            sources: RefCell::default(),
            as_2_3,
        }
    }

    /// Registers a source text and returns the position of its first byte.
    ///
    /// # Errors
    /// When all sources together are larger than positions can tell.
    pub fn add(&self, origin: Origin, text: Rc<[u8]>) -> Result<Pos, TooMuchSource> {
        let mut sources = self.sources.borrow_mut();
        let base = match sources.last() {
            None => 1,
            Some(last) => u64::from(last.base) + last.text.len() as u64 + 1,
        };
        let end = base + text.len() as u64 + 1;
        if end > u64::from(u32::MAX) {
            return Err(TooMuchSource);
        }
        let base = u32::try_from(base).map_err(|_| TooMuchSource)?;
        sources.push(Source {
            base,
            origin,
            text,
            lines: OnceCell::new(),
            beliefs: OnceCell::new(),
        });
        Ok(Pos(base))
    }

    /// File, line and column; `None` for [`Pos::NONE`].
    pub fn locate(&self, pos: Pos) -> Option<Location> {
        let sources = self.sources.borrow();
        let index = sources.partition_point(|source| source.base <= pos.0);
        let source = &sources[index.checked_sub(1)?];
        let offset = ((pos.0 - source.base) as usize).min(source.text.len());
        let (line, column) = if self.as_2_3 {
            source.believed(offset)
        } else {
            let (line, start) = source.line_of(offset);
            (line as u32 + 1, (offset - start) as u32 + 1)
        };
        Some(Location {
            origin: source.origin.clone(),
            line,
            column,
        })
    }

    /// The text of the source in which a position is.
    pub fn source(&self, pos: Pos) -> Option<Rc<[u8]>> {
        let sources = self.sources.borrow();
        let index = sources.partition_point(|source| source.base <= pos.0);
        let source = &sources[index.checked_sub(1)?];
        Some(Rc::clone(&source.text))
    }

    /// The lines before, at and after a position, for an excerpt.
    pub fn excerpt(&self, pos: Pos) -> Option<[Option<Vec<u8>>; 3]> {
        let location = self.locate(pos)?;
        let sources = self.sources.borrow();
        let index = sources.partition_point(|source| source.base <= pos.0);
        let source = &sources[index.checked_sub(1)?];
        let line = location.line as usize - 1;
        let before = line.checked_sub(1).and_then(|line| source.line(line));
        Some([before, source.line(line), source.line(line + 1)])
    }
}

/// Where the lines of a text start. A lone carriage return ends a line too, as
/// in C++ Nix (`pos-table.cc`).
fn line_starts(text: &[u8]) -> Vec<u32> {
    let mut starts = vec![0];
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'\n', b'\r', &text[at..]) {
        at += found + 1;
        if text[at - 1] == b'\r' && text.get(at) == Some(&b'\n') {
            at += 1;
        }
        starts.push(at as u32);
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::{Origin, Pos, Positions};
    use std::rc::Rc;

    #[test]
    fn lines_end_at_any_line_end() {
        let positions = Positions::default();
        let start = positions
            .add(Origin::String, Rc::from(b"a\nb\r\nc\rd".as_slice()))
            .unwrap();
        let place = |offset: u32| {
            let location = positions.locate(Pos(start.0 + offset)).unwrap();
            (location.line, location.column)
        };
        assert_eq!(place(0), (1, 1));
        assert_eq!(place(2), (2, 1));
        assert_eq!(place(5), (3, 1));
        assert_eq!(place(7), (4, 1));
        let [before, at, after] = positions.excerpt(Pos(start.0 + 2)).unwrap();
        assert_eq!(before.as_deref(), Some(b"a".as_slice()));
        assert_eq!(at.as_deref(), Some(b"b".as_slice()));
        assert_eq!(after.as_deref(), Some(b"c".as_slice()));
    }

    #[test]
    fn sources_share_one_number_space() {
        let positions = Positions::default();
        let text: Rc<[u8]> = Rc::from(b"abc".as_slice());
        let first = positions.add(Origin::String, Rc::clone(&text)).unwrap();
        let second = positions
            .add(Origin::File(Rc::from(b"/x".as_slice())), text)
            .unwrap();
        assert!(positions.locate(Pos::NONE).is_none());
        assert_eq!(positions.locate(first).unwrap().origin, Origin::String);
        let end = positions.locate(Pos(second.0 + 3)).unwrap();
        assert_eq!(end.origin, Origin::File(Rc::from(b"/x".as_slice())));
        assert_eq!((end.line, end.column), (1, 4));
    }
}
