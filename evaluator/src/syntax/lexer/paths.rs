//! Pieces of paths, and what looks like the beginning of one.

use super::{Fallible, LexError, Lexer, Mode, PATH};
use crate::syntax::token::{Kind, Token};

impl Lexer<'_> {
    /// Where the path characters from `start` on end.
    fn path_run_end(&mut self, start: usize) -> usize {
        if !self.path_run.contains(&start) {
            let mut end = start;
            while self.class(end) & PATH != 0 {
                end += 1;
            }
            self.path_run = start..end;
        }
        self.path_run.end
    }

    /// Where a path that starts at `start` ends: `PATH_CHAR*(/PATH_CHAR+)+/?`.
    fn path_end(&mut self, start: usize) -> Option<usize> {
        let mut i = self.path_run_end(start);
        let mut end = None;
        while self.at(i) == b'/' && self.class(i + 1) & PATH != 0 {
            i += 2;
            while self.class(i) & PATH != 0 {
                i += 1;
            }
            end = Some(i);
        }
        end.map(|end| if self.at(end) == b'/' { end + 1 } else { end })
    }

    /// Where the segment before an interpolation ends: `PATH_CHAR*/` and then `${`.
    fn segment_end(&mut self, start: usize) -> Option<usize> {
        if !self.interpolated_paths {
            return None;
        }
        let i = self.path_run_end(start);
        (self.at(i) == b'/' && self.at(i + 1) == b'$' && self.at(i + 2) == b'{').then_some(i + 1)
    }

    /// A path at `start` if it is longer than `shortest` bytes.
    pub(super) fn path(&mut self, start: usize, shortest: usize) -> Fallible<Option<Token>> {
        if let Some(end) = self.path_end(start)
            && end - start > shortest
        {
            return self.start_path(Kind::Path, start, end).map(Some);
        }
        if let Some(end) = self.segment_end(start)
            && end + 2 - start > shortest
        {
            return self.start_path(Kind::Path, start, end).map(Some);
        }
        Ok(None)
    }

    fn start_path(&mut self, kind: Kind, start: usize, end: usize) -> Fallible<Token> {
        let slash = self.at(end - 1) == b'/';
        if !self.interpolated_paths {
            if slash {
                let text = String::from_utf8_lossy(&self.source[start..end]);
                return Err(Box::new(LexError {
                    message: format!("path '{text}' has a trailing slash"),
                    at: start,
                }));
            }
            return Ok(self.emit(kind, start, end));
        }
        self.push(if slash { Mode::PathSlash } else { Mode::Path });
        Ok(self.emit(kind, start, end))
    }

    pub(super) fn home_path(&mut self, start: usize) -> Fallible<Token> {
        if self.class(start + 2) & PATH != 0
            && let Some(end) = self.path_end(start + 1)
        {
            return self.start_path(Kind::HomePath, start, end);
        }
        if self.interpolated_paths && self.at(start + 2) == b'$' && self.at(start + 3) == b'{' {
            return self.start_path(Kind::HomePath, start, start + 2);
        }
        Ok(self.emit(Kind::Invalid, start, start + 1))
    }

    pub(super) fn less_or_search_path(&mut self, start: usize) -> Fallible<Token> {
        let mut i = start + 1;
        if self.class(i) & PATH != 0 {
            loop {
                while self.class(i) & PATH != 0 {
                    i += 1;
                }
                if self.at(i) != b'/' || self.class(i + 1) & PATH == 0 {
                    break;
                }
                i += 1;
            }
            if self.at(i) == b'>' {
                return Ok(self.emit(Kind::SearchPath, start, i + 1));
            }
        }
        match self.at(start + 1) {
            b'=' => Ok(self.emit(Kind::LessEq, start, start + 2)),
            b'|' => self.pipe(Kind::PipeFrom, start),
            _ => Ok(self.emit(Kind::Less, start, start + 1)),
        }
    }

    pub(super) fn next_path(&mut self) -> Fallible<Token> {
        let start = self.position;
        if self.at(start) == b'$' && self.at(start + 1) == b'{' {
            self.mode = Mode::Path;
            self.push(Mode::Default);
            return Ok(self.emit(Kind::DollarCurly, start, start + 2));
        }
        let run = self.path_run_end(start);
        let end = match self.path_end(start) {
            Some(end) => end,
            None if self.at(run) == b'/' => run + 1,
            None => run,
        };
        if end > start {
            self.mode = if self.at(end - 1) == b'/' {
                Mode::PathSlash
            } else {
                Mode::Path
            };
            return Ok(self.emit(Kind::Str, start, end));
        }
        if self.mode == Mode::PathSlash {
            return Err(Box::new(LexError {
                message: "path has a trailing slash".into(),
                at: if start < self.source.len() {
                    start
                } else {
                    self.last
                },
            }));
        }
        self.pop();
        // The end of a path is no match of its own, so it has the location of
        // the match before it; at the end of the file, even of the one before
        // that, and the file seems to end there.
        if start >= self.source.len() {
            self.end = self.last;
            self.last = self.before_last;
        }
        Ok(Token {
            kind: Kind::PathEnd,
            escaped: false,
            start: self.last as u32,
            end: start as u32,
        })
    }
}
