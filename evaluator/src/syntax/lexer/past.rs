//! Where 2.3 believes that tokens stand. It counts lines and columns token by token, and for each line
//! that ends in a carriage return and a newline within a token it counts one byte too many: first the zero
//! that flex puts behind the token, then what follows (`adjustLoc` in `lexer.l`; mended in 2.4). What is
//! counted too much stays until the next line.

use super::Lexer;
use crate::syntax::options::SyntaxOptions;
use crate::syntax::token::Kind;
use memchr::memmem;

/// What 2.3 believes about a byte at which it counted wrong before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Belief {
    /// The byte, which a token begins or ends at.
    pub offset: usize,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

/// All that 2.3 believes about a text, by offset: one after each token that has a line end of two bytes.
/// Between two of them lines and columns are counted as they are.
pub fn beliefs(text: &[u8]) -> Vec<Belief> {
    if memmem::find(text, b"\r\n").is_none() {
        return Vec::new();
    }
    let mut counter = Counter {
        text,
        here: 0,
        line: 1,
        column: 1,
        beliefs: Vec::new(),
    };
    let options = SyntaxOptions::v2_3();
    let mut lexer = Lexer::new(text, &options);
    // What the lexer refuses ends the program.
    while let Ok(token) = lexer.next() {
        let (start, end) = (token.start as usize, token.end as usize);
        if token.kind == Kind::End || end <= counter.here {
            break;
        }
        counter.blanks(start);
        counter.matched(end);
    }
    counter.blanks(text.len());
    counter.beliefs
}

struct Counter<'t> {
    text: &'t [u8],
    here: usize,
    line: u32,
    column: u32,
    beliefs: Vec<Belief>,
}

impl Counter<'_> {
    /// Goes over spaces and comments, each a match of its own.
    fn blanks(&mut self, until: usize) {
        while self.here < until {
            let rest = &self.text[self.here..until];
            let length = match rest {
                [b'#', ..] => rest.iter().position(|byte| b"\r\n".contains(byte)),
                [b'/', b'*', ..] => memmem::find(&rest[2..], b"*/").map(|end| end + 4),
                _ => rest.iter().position(|byte| !b" \t\r\n".contains(byte)),
            };
            // Whatever is not told apart here is one byte.
            let length = length.unwrap_or(rest.len()).max(1);
            self.matched(self.here + length);
        }
    }

    /// Goes over what flex matched as one.
    fn matched(&mut self, end: usize) {
        let start = self.here;
        let byte = |at: usize| match at {
            _ if at == end => 0,
            _ => self.text.get(at).copied().unwrap_or(0),
        };
        let (mut at, mut line, mut column) = (start, self.line, self.column);
        for _ in start..end {
            let found = byte(at);
            at += 1;
            match found {
                b'\r' | b'\n' => {
                    if found == b'\r' && byte(at) == b'\n' {
                        at += 1;
                    }
                    line += 1;
                    column = 1;
                }
                _ => column += 1,
            }
        }
        (self.here, self.line, self.column) = (end, line, column);
        if at > end {
            self.beliefs.push(Belief {
                offset: end,
                line,
                column,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Belief, beliefs};

    fn of(text: &str) -> Vec<(usize, u32, u32)> {
        let all = beliefs(text.as_bytes()).into_iter();
        all.map(
            |Belief {
                 offset,
                 line,
                 column,
             }| (offset, line, column),
        )
        .collect()
    }

    #[test]
    fn a_line_end_of_two_bytes_counts_a_column_more() {
        assert_eq!(of("a\nb"), []);
        assert_eq!(of("a\r\nb"), [(3, 2, 2)]);
        assert_eq!(of("a \r\n  b"), [(6, 2, 4)]);
    }

    #[test]
    fn what_follows_is_counted_too_where_there_are_several() {
        // A zero, then what stands behind the byte that the zero took the place of.
        assert_eq!(of("[\r\n\r\n1 2]"), [(5, 3, 3)]);
        assert_eq!(of("[\r\n\r\n1\n2]"), [(5, 4, 1)]);
    }

    #[test]
    fn strings_and_comments_are_matches_too() {
        assert_eq!(of("\"a\r\nb\" c"), [(5, 2, 3)]);
        assert_eq!(of("/*\r\n*/ c"), [(6, 2, 4)]);
        assert_eq!(of("# x\r\nc"), [(5, 2, 2)]);
    }
}
