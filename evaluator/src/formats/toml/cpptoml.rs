//! `fromTOML` of 2.3: cpptoml, which reads by lines and forgives much. What looks odd below is
//! how it behaves: bare keys of any characters, arrays that close with any character at the end
//! of an element, newlines lost after the first line of a multi-line string.

mod headers;
mod scalars;

use scalars::Kind;

use super::{Arena, Toml, TomlError, TomlId, TomlNode, syntax_error};

pub(super) fn parse(text: &[u8]) -> Result<Toml, TomlError> {
    let mut parser = Parser {
        input: text,
        line: Vec::new(),
        at: 0,
        number: 0,
        ended: false,
        arena: Arena::new(Mark::Plain),
    };
    match parser.document() {
        Ok(()) => Ok(parser.arena.finish()),
        Err(mut error) => {
            if error.kind == super::TomlErrorKind::Syntax {
                let place = format!(" at line {}", parser.number);
                error.message.extend_from_slice(place.as_bytes());
            }
            Err(error)
        }
    }
}

/// What kind of array a node is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mark {
    #[default]
    Plain,
    InlineTables,
    Tables,
}

struct Parser<'a> {
    input: &'a [u8],
    line: Vec<u8>,
    at: usize,
    number: usize,
    ended: bool,
    arena: Arena<Mark>,
}

/// An array or inline table that is being read.
enum Open {
    /// An array whose elements all start with the delimiter.
    Array { array: TomlId, delimiter: u8 },
    /// An inline table, and where the value at hand goes.
    Inline {
        table: TomlId,
        target: TomlId,
        key: Vec<u8>,
    },
}

enum Step {
    Value,
    Array,
    Element(TomlId, u8),
    Member(TomlId),
    EndInline(TomlId),
    Done(TomlId),
}

const ROOT: TomlId = TomlId(0);

type Parsed<T> = Result<T, TomlError>;

impl Parser<'_> {
    /// The byte at hand, zero at the end of the line.
    fn peek(&self) -> u8 {
        self.line.get(self.at).copied().unwrap_or(0)
    }

    fn at_end(&self) -> bool {
        self.at >= self.line.len()
    }

    fn rest(&self) -> &[u8] {
        &self.line[self.at.min(self.line.len())..]
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), b' ' | b'\t') {
            self.at += 1;
        }
    }

    /// Lines end with a line feed, with or without a carriage return before it. The original
    /// sees an empty line after the last one.
    fn next_line(&mut self) -> bool {
        if self.input.is_empty() {
            if self.ended {
                return false;
            }
            self.ended = true;
        }
        let end = memchr::memchr(b'\n', self.input);
        let (mut line, rest) = match end {
            Some(end) => (&self.input[..end], &self.input[end + 1..]),
            None => (self.input, &b""[..]),
        };
        if end.is_some() {
            line = line.strip_suffix(b"\r").unwrap_or(line);
        }
        self.line = line.to_vec();
        self.input = rest;
        self.at = 0;
        self.number += 1;
        true
    }

    fn document(&mut self) -> Parsed<()> {
        let mut table = ROOT;
        while self.next_line() {
            self.skip_blanks();
            if self.at_end() || self.peek() == b'#' {
                continue;
            }
            if self.peek() == b'[' {
                self.at += 1;
                if self.at_end() {
                    return Err(syntax_error("Unexpected end of table"));
                }
                table = if self.peek() == b'[' {
                    self.at += 1;
                    self.table_array()?
                } else {
                    self.single_table()?
                };
            } else {
                let (target, key) = self.key_value(table)?;
                let value = self.value()?;
                self.arena.insert(target, key, value);
            }
            self.skip_blanks();
            if !self.at_end() && self.peek() != b'#' {
                return Err(about(
                    "Unidentified trailing character '",
                    &[self.peek()],
                    "'---did you forget a '#'?",
                ));
            }
        }
        Ok(())
    }

    /// A key up to its value: the table that the value goes to and its name there.
    fn key_value(&mut self, table: TomlId) -> Parsed<(TomlId, Vec<u8>)> {
        let mut parts = self.key(b'=')?;
        let key = parts.pop().unwrap_or_default();
        let mut target = table;
        for part in parts {
            target = match self.arena.get(target, &part) {
                Some(found) if self.arena.is_table(found) => found,
                Some(_) => {
                    return Err(about("Key ", &part, " already exists as a value"));
                }
                None => {
                    let new = self.arena.add_table(Mark::Plain);
                    self.arena.insert(target, part, new);
                    new
                }
            };
        }
        if self.arena.get(target, &key).is_some() {
            return Err(about("Key ", &key, " already present"));
        }
        if self.peek() != b'=' {
            return Err(syntax_error("Value must follow after a '='"));
        }
        self.at += 1;
        self.skip_blanks();
        Ok((target, key))
    }

    /// The parts of a key, up to the byte that ends it or the end of the line.
    fn key(&mut self, end: u8) -> Parsed<Vec<Vec<u8>>> {
        let mut parts = Vec::new();
        while !self.at_end() && self.peek() != end {
            parts.push(self.simple_key()?);
            self.skip_blanks();
            if self.at_end() || self.peek() == end {
                return Ok(parts);
            }
            if self.peek() != b'.' {
                return Err(about(
                    "Unexpected character in key: \"",
                    &[self.peek()],
                    "\"",
                ));
            }
            self.at += 1;
        }
        Err(syntax_error("Unexpected end of key"))
    }

    fn simple_key(&mut self) -> Parsed<Vec<u8>> {
        self.skip_blanks();
        if self.at_end() {
            return Err(syntax_error("Unexpected end of key (blank key?)"));
        }
        if matches!(self.peek(), b'"' | b'\'') {
            let (key, length) = scalars::quoted(self.rest())?;
            self.at += length;
            return Ok(key);
        }
        let rest = self.rest();
        let length = rest
            .iter()
            .position(|byte| matches!(byte, b'.' | b'=' | b']'))
            .unwrap_or(rest.len());
        let key = trim_blanks_end(&rest[..length]).to_vec();
        if length == 0 {
            return Err(syntax_error("Bare key missing name"));
        }
        for (refused, what) in [
            (&b"#"[..], "#"),
            (b" \t", "whitespace"),
            (b"[", "'[' or ']'"),
        ] {
            if key.iter().any(|byte| refused.contains(byte)) {
                return Err(about("Bare key ", &key, &format!(" cannot contain {what}")));
            }
        }
        self.at += length;
        Ok(key)
    }

    /// A value of any kind, without recursion.
    fn value(&mut self) -> Parsed<TomlId> {
        let mut open: Vec<Open> = Vec::new();
        let mut step = Step::Value;
        loop {
            step = match step {
                Step::Value => match scalars::kind_of(self.rest())? {
                    Kind::Array => Step::Array,
                    Kind::InlineTable => Step::Member(self.arena.add_table(Mark::Plain)),
                    kind => Step::Done(self.scalar(kind)?),
                },
                Step::Array => self.begin_array()?,
                Step::Element(array, delimiter) => self.element(array, delimiter, &mut open)?,
                Step::Member(table) => self.member(table, &mut open)?,
                Step::EndInline(table) => {
                    if self.peek() != b'}' {
                        return Err(syntax_error("Unterminated inline table"));
                    }
                    self.at += 1;
                    self.skip_blanks();
                    Step::Done(table)
                }
                Step::Done(value) => match open.pop() {
                    None => return Ok(value),
                    Some(Open::Array { array, delimiter }) => {
                        self.arena.push(array, value);
                        self.skip_lines()?;
                        if self.peek() == b',' {
                            self.at += 1;
                            self.skip_lines()?;
                            Step::Element(array, delimiter)
                        } else {
                            self.end_array()?;
                            Step::Done(array)
                        }
                    }
                    Some(Open::Inline { table, target, key }) => {
                        self.arena.insert(target, key, value);
                        self.skip_blanks();
                        if self.peek() == b',' {
                            Step::Member(table)
                        } else {
                            Step::EndInline(table)
                        }
                    }
                },
            };
        }
    }

    /// The first element decides of what the array consists.
    fn begin_array(&mut self) -> Parsed<Step> {
        self.at += 1;
        self.skip_lines()?;
        if self.peek() == b']' {
            self.at += 1;
            let empty = self.arena.add(TomlNode::Array(Vec::new()), Mark::Plain);
            return Ok(Step::Done(empty));
        }
        let rest = self.rest();
        let first = match rest.first() {
            Some(b'[' | b'{') => 1,
            _ => rest
                .iter()
                .position(|byte| matches!(byte, b',' | b']' | b'#'))
                .unwrap_or(rest.len()),
        };
        Ok(match scalars::kind_of(&rest[..first])? {
            Kind::Array => {
                let array = self.arena.add(TomlNode::Array(Vec::new()), Mark::Plain);
                Step::Element(array, b'[')
            }
            Kind::InlineTable => {
                let array = self
                    .arena
                    .add(TomlNode::Array(Vec::new()), Mark::InlineTables);
                Step::Element(array, b'{')
            }
            kind => Step::Done(self.scalar_array(kind)?),
        })
    }

    fn element(&mut self, array: TomlId, delimiter: u8, open: &mut Vec<Open>) -> Parsed<Step> {
        if self.at_end() || self.peek() == b']' {
            self.end_array()?;
            return Ok(Step::Done(array));
        }
        if self.peek() != delimiter {
            return Err(syntax_error("Unexpected character in array"));
        }
        open.push(Open::Array { array, delimiter });
        Ok(if delimiter == b'[' {
            Step::Array
        } else {
            Step::Member(self.arena.add_table(Mark::Plain))
        })
    }

    fn end_array(&mut self) -> Parsed<()> {
        if self.peek() != b']' {
            return Err(syntax_error("Unterminated array"));
        }
        self.at += 1;
        Ok(())
    }

    /// After the opening brace or a comma. A comma before the closing brace is fine.
    fn member(&mut self, table: TomlId, open: &mut Vec<Open>) -> Parsed<Step> {
        self.at += 1;
        if self.at_end() {
            return Err(syntax_error("Unterminated inline table"));
        }
        self.skip_blanks();
        if !self.at_end() && self.peek() != b'}' {
            let (target, key) = self.key_value(table)?;
            open.push(Open::Inline { table, target, key });
            return Ok(Step::Value);
        }
        Ok(Step::EndInline(table))
    }

    /// Elements must have the kind of the first, but for integers among floats. Whatever byte
    /// follows the last element is taken for the closing bracket.
    fn scalar_array(&mut self, first: Kind) -> Parsed<TomlId> {
        let array = self.arena.add(TomlNode::Array(Vec::new()), Mark::Plain);
        while !self.at_end() && self.peek() != b']' {
            let kind = scalars::kind_of(self.rest())?;
            if matches!(kind, Kind::Array | Kind::InlineTable) {
                return Err(syntax_error("Arrays must be homogeneous"));
            }
            let value = self.scalar(kind)?;
            let fits = matches!(
                (first, self.arena.node(value)),
                (Kind::String, TomlNode::String(_))
                    | (Kind::Integer, TomlNode::Int(_))
                    | (Kind::Float, TomlNode::Float(_) | TomlNode::Int(_))
                    | (Kind::Bool, TomlNode::Bool(_))
            );
            if !fits {
                return Err(syntax_error("Arrays must be homogeneous"));
            }
            self.arena.push(array, value);
            self.skip_lines()?;
            if self.peek() != b',' {
                break;
            }
            self.at += 1;
            self.skip_lines()?;
        }
        if !self.at_end() {
            self.at += 1;
        }
        Ok(array)
    }

    fn scalar(&mut self, kind: Kind) -> Parsed<TomlId> {
        let (node, length) = match kind {
            Kind::String => {
                let quote = self.peek();
                if self.rest().starts_with(&[quote; 3]) {
                    self.at += 3;
                    let string = self.multi_line(quote)?;
                    (TomlNode::String(string), 0)
                } else {
                    let (string, length) = scalars::quoted(self.rest())?;
                    (TomlNode::String(string), length)
                }
            }
            kind => scalars::word(kind, self.rest())?,
        };
        self.at += length;
        Ok(self.arena.add_scalar(node))
    }

    /// The rest of a multi-line string, after its opening quotes.
    fn multi_line(&mut self, quote: u8) -> Parsed<Vec<u8>> {
        let mut string = Vec::new();
        let mut swallowing = false;
        let mut first = true;
        loop {
            if swallowing {
                self.skip_blanks();
            }
            if !(swallowing && self.at_end()) {
                swallowing = false;
                while !self.at_end() {
                    if self.rest().starts_with(&[quote; 3]) {
                        self.at += 3;
                        return Ok(string);
                    }
                    if quote == b'"' && self.peek() == b'\\' {
                        let blank = self.rest()[1..]
                            .iter()
                            .all(|byte| matches!(byte, b' ' | b'\t'));
                        if blank {
                            swallowing = true;
                            break;
                        }
                        let length = scalars::escape(self.rest(), &mut string)?;
                        self.at += length;
                        continue;
                    }
                    string.push(self.peek());
                    self.at += 1;
                }
            }
            // The newline after the first line is lost.
            if !swallowing && !first {
                string.push(b'\n');
            }
            first = false;
            if !self.next_line() {
                return Err(syntax_error("Unterminated multi-line basic string"));
            }
        }
    }

    /// Blanks, comments and line ends; a line end must be followed by something.
    fn skip_lines(&mut self) -> Parsed<()> {
        self.skip_blanks();
        while self.at_end() || self.peek() == b'#' {
            if !self.next_line() {
                return Err(syntax_error("Unclosed array"));
            }
            self.skip_blanks();
        }
        Ok(())
    }
}

/// A message that quotes some of the text.
fn about(before: &str, text: &[u8], after: &str) -> TomlError {
    syntax_error([before.as_bytes(), text, after.as_bytes()].concat())
}

fn trim_blanks_end(key: &[u8]) -> &[u8] {
    let kept = key
        .iter()
        .rposition(|byte| !matches!(byte, b' ' | b'\t'))
        .map_or(0, |at| at + 1);
    &key[..kept]
}
