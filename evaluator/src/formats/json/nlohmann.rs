//! `fromJSON` of 2.8 and later: the SAX parser of nlohmann's library, with its messages.

use super::lexer::{Lexer, Token};
use super::{JsonError, JsonErrorKind, JsonEvent, nul_message};
use crate::formats::Release;

pub(super) fn parse(
    release: Release,
    text: &[u8],
    sink: impl FnMut(JsonEvent<'_>),
) -> Result<(), JsonError> {
    Parser {
        release,
        lexer: Lexer::new(text),
        last: Token::EndOfInput,
        whole: false,
        sink,
    }
    .document()
}

/// Reads a document for itself: large integers and NUL bytes stay what they are.
pub(super) fn parse_whole(text: &[u8], sink: impl FnMut(JsonEvent<'_>)) -> Result<(), JsonError> {
    Parser {
        release: Release::default(),
        lexer: Lexer::new(text),
        last: Token::EndOfInput,
        whole: true,
        sink,
    }
    .document()
}

struct Parser<'a, S> {
    release: Release,
    lexer: Lexer<'a>,
    last: Token,
    /// Whether the document is read for itself, not to make values of it.
    whole: bool,
    sink: S,
}

#[derive(Clone, Copy)]
enum Open {
    Array,
    Object,
}

const VALUE: &str = "'[', '{', or a literal";

impl<S: FnMut(JsonEvent<'_>)> Parser<'_, S> {
    fn advance(&mut self) -> Token {
        self.last = self.lexer.token();
        self.last
    }

    fn document(mut self) -> Result<(), JsonError> {
        let mut open = Vec::new();
        self.advance();
        loop {
            if self.begin_value(&mut open)? {
                continue;
            }
            // A value has just ended.
            loop {
                let Some(&top) = open.last() else {
                    return match self.advance() {
                        Token::EndOfInput => Ok(()),
                        _ => Err(self.unexpected("value", Some("end of input"))),
                    };
                };
                let comma = self.advance() == Token::ValueSeparator;
                match (top, self.last) {
                    (Open::Array, _) if comma => {
                        self.advance();
                    }
                    (Open::Object, _) if comma => {
                        self.advance();
                        self.member()?;
                    }
                    (Open::Array, Token::EndArray) => {
                        open.pop();
                        (self.sink)(JsonEvent::EndArray);
                        continue;
                    }
                    (Open::Object, Token::EndObject) => {
                        open.pop();
                        (self.sink)(JsonEvent::EndObject);
                        continue;
                    }
                    (Open::Array, _) => return Err(self.unexpected("array", Some("']'"))),
                    (Open::Object, _) => return Err(self.unexpected("object", Some("'}'"))),
                }
                break;
            }
        }
    }

    /// The key and colon of a member, up to the first token of its value.
    fn member(&mut self) -> Result<(), JsonError> {
        if self.last != Token::String {
            return Err(self.unexpected("object key", Some("string literal")));
        }
        self.check_nul()?;
        (self.sink)(JsonEvent::Key(&self.lexer.string));
        if self.advance() != Token::NameSeparator {
            return Err(self.unexpected("object separator", Some("':'")));
        }
        self.advance();
        Ok(())
    }

    /// Handles the token at hand as the start of a value. Answers whether another value must
    /// begin, which is so after the start of a container that is not empty.
    fn begin_value(&mut self, open: &mut Vec<Open>) -> Result<bool, JsonError> {
        match self.last {
            Token::BeginObject => {
                (self.sink)(JsonEvent::BeginObject);
                if self.advance() == Token::EndObject {
                    (self.sink)(JsonEvent::EndObject);
                    return Ok(false);
                }
                self.member()?;
                open.push(Open::Object);
                return Ok(true);
            }
            Token::BeginArray => {
                (self.sink)(JsonEvent::BeginArray);
                if self.advance() == Token::EndArray {
                    (self.sink)(JsonEvent::EndArray);
                    return Ok(false);
                }
                open.push(Open::Array);
                return Ok(true);
            }
            Token::Null => (self.sink)(JsonEvent::Null),
            Token::True => (self.sink)(JsonEvent::Bool(true)),
            Token::False => (self.sink)(JsonEvent::Bool(false)),
            Token::Integer(value) => (self.sink)(JsonEvent::Int(value)),
            Token::Unsigned(value) if self.whole => (self.sink)(JsonEvent::Unsigned(value)),
            Token::Unsigned(value) => {
                let value = self.unsigned(value)?;
                (self.sink)(JsonEvent::Int(value));
            }
            Token::Float(value) if value.is_finite() => (self.sink)(JsonEvent::Float(value)),
            Token::Float(_) => {
                let mut message =
                    b"[json.exception.out_of_range.406] number overflow parsing '".to_vec();
                message.extend(self.lexer.last_read());
                message.push(b'\'');
                return Err(syntax_error(message));
            }
            Token::String => {
                self.check_nul()?;
                // Before 2.26 a string value ends at its first NUL, as a C string does.
                let string = &self.lexer.string;
                let end = match memchr::memchr(0, string) {
                    Some(end) if !self.whole => end,
                    _ => string.len(),
                };
                (self.sink)(JsonEvent::String(&string[..end]));
            }
            Token::Error => return Err(self.unexpected("value", None)),
            Token::EndOfInput if self.lexer.read == 1 && self.release.json_names_empty_input() => {
                return Err(self.located(
                    b"attempting to parse an empty input; check that your input string or stream \
                      contains the expected JSON",
                ));
            }
            _ => return Err(self.unexpected("value", Some(VALUE))),
        }
        Ok(false)
    }

    fn unsigned(&self, value: u64) -> Result<i64, JsonError> {
        if self.release.json_integers_wrap() {
            return Ok(value.cast_signed());
        }
        i64::try_from(value).map_err(|_| JsonError {
            kind: JsonErrorKind::IntegerRange,
            message: format!("unsigned json number {value} outside of Nix integer range")
                .into_bytes(),
        })
    }

    fn check_nul(&self) -> Result<(), JsonError> {
        let string = &self.lexer.string;
        if !self.whole && self.release.refuses_nul() && memchr::memchr(0, string).is_some() {
            return Err(JsonError {
                kind: JsonErrorKind::NulByte,
                message: nul_message(string),
            });
        }
        Ok(())
    }

    fn unexpected(&self, parsing: &str, expected: Option<&str>) -> JsonError {
        let mut text = format!("syntax error while parsing {parsing} - ").into_bytes();
        if self.last == Token::Error {
            text.extend_from_slice(self.lexer.error.as_bytes());
            text.extend_from_slice(b"; last read: '");
            text.extend(self.lexer.last_read());
            text.push(b'\'');
        } else {
            text.extend_from_slice(format!("unexpected {}", self.last.name()).as_bytes());
        }
        if let Some(expected) = expected {
            text.extend_from_slice(format!("; expected {expected}").as_bytes());
        }
        self.located(&text)
    }

    fn located(&self, text: &[u8]) -> JsonError {
        let mut message = format!(
            "[json.exception.parse_error.101] parse error at line {}, column {}: ",
            self.lexer.line + 1,
            self.lexer.column
        )
        .into_bytes();
        message.extend_from_slice(text);
        syntax_error(message)
    }
}

fn syntax_error(message: Vec<u8>) -> JsonError {
    JsonError {
        kind: JsonErrorKind::Syntax,
        message,
    }
}
