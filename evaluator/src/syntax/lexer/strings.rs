//! Pieces of strings.

use super::{Lexer, Mode};
use crate::syntax::token::{Kind, Token};

impl Lexer<'_> {
    pub(super) fn next_string(&mut self) -> Token {
        let start = self.position;
        let mut i = start;
        let mut escaped = false;
        while let Some(&byte) = self.source.get(i) {
            match byte {
                b'"' => break,
                b'\\' => {
                    if i + 1 >= self.source.len() {
                        break;
                    }
                    escaped = true;
                    i += 2;
                }
                b'$' => match self.source.get(i + 1) {
                    Some(b'{') | None => break,
                    Some(b'"') => i += 1,
                    Some(b'\\') => {
                        if i + 2 >= self.source.len() {
                            break;
                        }
                        escaped = true;
                        i += 3;
                    }
                    Some(&byte) => {
                        escaped |= byte == b'\r';
                        i += 2;
                    }
                },
                b'\r' => {
                    escaped = true;
                    i += 1;
                }
                _ => i += 1,
            }
        }
        if i > start {
            let token = self.emit(Kind::Str, start, i);
            return Token { escaped, ..token };
        }
        match self.at(start) {
            b'"' => {
                self.pop();
                self.emit(Kind::Quote, start, start + 1)
            }
            b'$' if self.at(start + 1) == b'{' => {
                self.push(Mode::Default);
                self.emit(Kind::DollarCurly, start, start + 2)
            }
            _ if start >= self.source.len() => self.end(),
            _ => self.emit(Kind::End, start, start + 1),
        }
    }

    pub(super) fn next_indented(&mut self) -> Token {
        let start = self.position;
        let mut i = start;
        while let Some(&byte) = self.source.get(i) {
            match byte {
                b'$' => match self.source.get(i + 1) {
                    Some(b'{' | b'\'') | None => break,
                    Some(_) => i += 2,
                },
                b'\'' => match self.source.get(i + 1) {
                    Some(b'\'' | b'$') | None => break,
                    Some(_) => i += 2,
                },
                _ => i += 1,
            }
        }
        if i > start {
            return self.emit(Kind::IndStr, start, i);
        }
        let escape = |token: Token| Token {
            escaped: true,
            ..token
        };
        let third = self.at(start + 2);
        match (self.at(start), self.at(start + 1)) {
            (b'\'', b'\'') => match third {
                b'$' | b'\'' => escape(self.emit(Kind::IndStr, start, start + 3)),
                b'\\' if start + 3 < self.source.len() => {
                    escape(self.emit(Kind::IndStr, start, start + 4))
                }
                _ => {
                    self.pop();
                    self.emit(Kind::IndClose, start, start + 2)
                }
            },
            (b'$', b'{') => {
                self.push(Mode::Default);
                self.emit(Kind::DollarCurly, start, start + 2)
            }
            (b'$' | b'\'', _) if start < self.source.len() => {
                escape(self.emit(Kind::IndStr, start, start + 1))
            }
            _ => self.end(),
        }
    }
}
