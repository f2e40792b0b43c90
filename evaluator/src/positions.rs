//! Source positions: four bytes each, resolved to file, line and column only
//! when someone asks.

use std::cell::RefCell;
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
}

/// All sources of one evaluation.
#[derive(Default)]
pub struct Positions {
    sources: RefCell<Vec<Source>>,
}

/// A source text that does not fit: all sources together may have 4 GiB.
#[derive(Debug, PartialEq, Eq)]
pub struct TooMuchSource;

impl Positions {
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
        sources.push(Source { base, origin, text });
        Ok(Pos(base))
    }

    /// File, line and column; `None` for [`Pos::NONE`].
    pub fn locate(&self, pos: Pos) -> Option<Location> {
        let sources = self.sources.borrow();
        let index = sources.partition_point(|source| source.base <= pos.0);
        let source = &sources[index.checked_sub(1)?];
        let offset = ((pos.0 - source.base) as usize).min(source.text.len());
        let before = &source.text[..offset];
        let (line, start) = line_of(before);
        Some(Location {
            origin: source.origin.clone(),
            line,
            column: (offset - start) as u32 + 1,
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
        let line = location.line as usize;
        let mut lines = source.text.split(|&byte| byte == b'\n');
        let before = if line >= 2 {
            lines.nth(line - 2).map(<[u8]>::to_vec)
        } else {
            None
        };
        let at = lines.next().map(<[u8]>::to_vec);
        let after = lines.next().map(<[u8]>::to_vec);
        Some([before, at, after])
    }
}

/// The number of the line that `before` ends in, and where that line starts.
/// A lone carriage return ends a line too, as in C++ Nix (`pos-table.cc`).
fn line_of(before: &[u8]) -> (u32, usize) {
    let mut line = 1;
    let mut start = 0;
    let mut i = 0;
    while let Some(found) = memchr::memchr2(b'\n', b'\r', &before[i..]) {
        let at = i + found;
        i = at + 1;
        if before[at] == b'\r' && before.get(i) == Some(&b'\n') {
            i += 1;
        }
        line += 1;
        start = i;
    }
    (line, start.min(before.len()))
}
