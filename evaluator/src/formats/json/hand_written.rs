//! `fromJSON` of 2.3: a small parser of its own (`json-to-value.cc`), lax about numbers, control
//! characters and encoding, without `\u`.

use super::{JsonError, JsonErrorKind, JsonEvent};
use crate::formats::float;

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Array,
    Object,
}

fn error(message: impl Into<Vec<u8>>) -> JsonError {
    JsonError {
        kind: JsonErrorKind::Syntax,
        message: message.into(),
    }
}

pub(super) fn parse(text: &[u8], mut sink: impl FnMut(JsonEvent<'_>)) -> Result<(), JsonError> {
    let mut parser = Parser { text, at: 0 };
    parser.document(&mut sink)?;
    parser.skip_whitespace();
    match parser.peek() {
        0 => Ok(()),
        _ => {
            let mut message = b"expected end-of-string while parsing JSON value: ".to_vec();
            message.extend_from_slice(&text[parser.at..]);
            Err(error(message))
        }
    }
}

impl Parser<'_> {
    /// The byte at hand; zero at the end, as in a C string.
    fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    fn skip_whitespace(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn document(&mut self, sink: &mut impl FnMut(JsonEvent<'_>)) -> Result<(), JsonError> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let mut completed = match self.begin_value(&mut open, sink)? {
                Begun::Scalar => true,
                Begun::Container => false,
            };
            // Either a value has just ended, or a container has just begun and may be empty.
            loop {
                let Some(&top) = open.last() else {
                    return Ok(());
                };
                self.skip_whitespace();
                let end = match top {
                    Open::Array => b']',
                    Open::Object => b'}',
                };
                if self.peek() == end {
                    self.at += 1;
                    open.pop();
                    sink(match top {
                        Open::Array => JsonEvent::EndArray,
                        Open::Object => JsonEvent::EndObject,
                    });
                    completed = true;
                    continue;
                }
                if completed {
                    if self.peek() != b',' {
                        return Err(error(match top {
                            Open::Array => "expected ',' or ']' after JSON array element",
                            Open::Object => "expected ',' or '}' after JSON member",
                        }));
                    }
                    self.at += 1;
                }
                if top == Open::Object {
                    self.key(sink)?;
                }
                break;
            }
        }
    }

    fn key(&mut self, sink: &mut impl FnMut(JsonEvent<'_>)) -> Result<(), JsonError> {
        self.skip_whitespace();
        let key = self.string()?;
        self.skip_whitespace();
        if self.peek() != b':' {
            return Err(error("expected ':' in JSON object"));
        }
        self.at += 1;
        sink(JsonEvent::Key(&key));
        Ok(())
    }

    fn begin_value(
        &mut self,
        open: &mut Vec<Open>,
        sink: &mut impl FnMut(JsonEvent<'_>),
    ) -> Result<Begun, JsonError> {
        self.skip_whitespace();
        match self.peek() {
            0 => return Err(error("expected JSON value")),
            b'[' => {
                self.at += 1;
                open.push(Open::Array);
                sink(JsonEvent::BeginArray);
                return Ok(Begun::Container);
            }
            b'{' => {
                self.at += 1;
                open.push(Open::Object);
                sink(JsonEvent::BeginObject);
                return Ok(Begun::Container);
            }
            b'"' => {
                let string = self.string()?;
                sink(JsonEvent::String(&string));
            }
            b'0'..=b'9' | b'-' | b'.' => sink(self.number()?),
            _ => sink(self.word()?),
        }
        Ok(Begun::Scalar)
    }

    fn word(&mut self) -> Result<JsonEvent<'static>, JsonError> {
        let words = [
            (&b"true"[..], JsonEvent::Bool(true)),
            (b"false", JsonEvent::Bool(false)),
            (b"null", JsonEvent::Null),
        ];
        for (word, event) in words {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(event);
            }
        }
        Err(error("unrecognised JSON value"))
    }

    /// `stol` or `stod` on a run of number characters: they read the longest number at its start
    /// and ignore the rest of the run.
    fn number(&mut self) -> Result<JsonEvent<'static>, JsonError> {
        let rest = &self.text[self.at..];
        let length = rest
            .iter()
            .position(|byte| !matches!(byte, b'0'..=b'9' | b'-' | b'.' | b'e' | b'E'))
            .unwrap_or(rest.len());
        let run = std::str::from_utf8(&rest[..length])
            .expect("the run consists of ASCII characters only");
        self.at += length;
        if run.contains(['.', 'e', 'E']) {
            let parsed =
                float::strtod(float_prefix(run)).ok_or_else(|| error("invalid JSON number"))?;
            if parsed.out_of_range {
                return Err(error("out-of-range JSON number"));
            }
            return Ok(JsonEvent::Float(parsed.value));
        }
        let digits = run.trim_start_matches('-').len();
        if digits == 0 || run.len() - digits > 1 {
            return Err(error("invalid JSON number"));
        }
        let sign = run.len() - digits;
        let end = run[sign..].find('-').map_or(run.len(), |at| at + sign);
        run[..end]
            .parse()
            .map(JsonEvent::Int)
            .map_err(|_| error("out-of-range JSON number"))
    }

    fn string(&mut self) -> Result<Vec<u8>, JsonError> {
        if self.peek() != b'"' {
            return Err(error("expected JSON string"));
        }
        self.at += 1;
        let mut string = Vec::new();
        loop {
            let byte = self.peek();
            self.at += 1;
            match byte {
                b'"' => return Ok(string),
                0 => return Err(error("got end-of-string in JSON string")),
                b'\\' => {
                    string.push(match self.peek() {
                        byte @ (b'"' | b'\\' | b'/') => byte,
                        b'b' => 8,
                        b'f' => 12,
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'u' => {
                            return Err(error(
                                "\\u characters in JSON strings are currently not supported",
                            ));
                        }
                        _ => return Err(error("invalid escaped character in JSON string")),
                    });
                    self.at += 1;
                }
                byte => string.push(byte),
            }
        }
    }
}

enum Begun {
    Scalar,
    Container,
}

/// The longest decimal number at the start of a run; empty if there is none.
fn float_prefix(run: &str) -> &str {
    let bytes = run.as_bytes();
    let digits_from = |at: usize| {
        at + bytes[at..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let sign = usize::from(run.starts_with('-'));
    let whole = digits_from(sign);
    let mut end = whole;
    let mut digits = whole - sign;
    if bytes.get(end) == Some(&b'.') {
        end = digits_from(whole + 1);
        digits += end - whole - 1;
    }
    if digits == 0 {
        return "";
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(bytes.get(end + 1) == Some(&b'-'));
        let first = end + 1 + sign;
        let last = if first <= bytes.len() {
            digits_from(first)
        } else {
            first
        };
        if last > first {
            end = last;
        }
    }
    &run[..end]
}
