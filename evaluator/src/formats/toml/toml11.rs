//! The structure of a document as toml11 reads it: lines, headers, keys, arrays and inline
//! tables. Both versions share the grammar but for one freedom of version 4: a table header may
//! follow a value on the same line.

mod scalars;
mod scan;
mod tables;

use tables::{By, Origin};

use super::{Arena, Toml, TomlError, TomlId, TomlNode, syntax_error};
use crate::formats::Release;

pub(super) fn parse(release: Release, text: &[u8]) -> Result<Toml, TomlError> {
    let mut text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text).to_vec();
    if !matches!(text.last(), None | Some(b'\n' | b'\r')) {
        text.push(b'\n');
    }
    let mut parser = Parser {
        release,
        text: &text,
        at: 0,
        arena: Arena::new(Origin::Header(Vec::new())),
    };
    parser.document()?;
    Ok(parser.arena.finish())
}

struct Parser<'a> {
    release: Release,
    text: &'a [u8],
    at: usize,
    arena: Arena<Origin>,
}

/// An array or inline table that is being read.
enum Open {
    Array(TomlId),
    Inline { table: TomlId, keys: Vec<Vec<u8>> },
}

const ROOT: TomlId = TomlId(0);

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a [u8] {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        self.at += scan::blanks(self.rest());
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8, message: &str) -> Result<(), TomlError> {
        if self.take(byte) {
            Ok(())
        } else {
            Err(syntax_error(message))
        }
    }

    /// Blanks, newlines and comments that end in a newline. Answers whether there was one.
    fn skip_lines(&mut self) -> bool {
        let mut newline = false;
        loop {
            self.skip_blanks();
            let comment = scan::comment(self.rest()).unwrap_or(0);
            match scan::newline(&self.rest()[comment..]) {
                Some(length) => {
                    self.at += comment + length;
                    newline = true;
                }
                None => return newline,
            }
        }
    }

    fn document(&mut self) -> Result<(), TomlError> {
        self.members(ROOT)?;
        while self.peek().is_some() {
            let by = if self.rest().starts_with(b"[[") {
                By::ArrayHeader
            } else {
                By::Header
            };
            let keys = self.header(by)?;
            let origin = match by {
                By::ArrayHeader => Origin::ArrayHeader,
                _ => Origin::Header(keys.clone()),
            };
            let table = self.arena.add_table(origin);
            if self.release.toml_is_toml11_v3() {
                self.members(table)?;
                self.arena.insert_v3(ROOT, by, &keys, table)?;
            } else {
                let table = self.arena.insert_v4(ROOT, by, &keys, table)?;
                self.members(table)?;
            }
        }
        Ok(())
    }

    /// A header and the end of its line.
    fn header(&mut self, by: By) -> Result<Vec<Vec<u8>>, TomlError> {
        let brackets = if by == By::ArrayHeader { 2 } else { 1 };
        for _ in 0..brackets {
            self.expect(b'[', "invalid table key")?;
        }
        self.skip_blanks();
        let keys = self.key()?;
        self.skip_blanks();
        for _ in 0..brackets {
            self.expect(b']', "invalid table key")?;
        }
        if self.peek().is_none() || self.skip_lines() {
            Ok(keys)
        } else {
            Err(syntax_error("newline required after a table header"))
        }
    }

    /// The members of a table, up to the next header or the end.
    fn members(&mut self, table: TomlId) -> Result<(), TomlError> {
        self.skip_lines();
        while !matches!(self.peek(), None | Some(b'[')) {
            let keys = self.key_and_equals()?;
            let value = self.value()?;
            self.insert(table, &keys, value)?;
            let newline = self.skip_lines();
            let header_follows = self.peek() == Some(b'[') && !self.release.toml_is_toml11_v3();
            if !newline && !header_follows && self.peek().is_some() {
                return Err(syntax_error("newline (LF / CRLF) or EOF is expected"));
            }
        }
        Ok(())
    }

    fn insert(&mut self, table: TomlId, keys: &[Vec<u8>], value: TomlId) -> Result<(), TomlError> {
        if self.release.toml_is_toml11_v3() {
            self.arena.insert_v3(table, By::Key, keys, value)
        } else {
            self.arena
                .insert_v4(table, By::Key, keys, value)
                .map(|_| ())
        }
    }

    fn key_and_equals(&mut self) -> Result<Vec<Vec<u8>>, TomlError> {
        let keys = self.key()?;
        self.skip_blanks();
        self.expect(b'=', "invalid key value separator `=`")?;
        self.skip_blanks();
        Ok(keys)
    }

    fn key(&mut self) -> Result<Vec<Vec<u8>>, TomlError> {
        let mut keys = Vec::new();
        loop {
            match self.peek() {
                Some(b'"' | b'\'') => {
                    let (key, length) = scalars::quoted(self.rest())?;
                    self.at += length;
                    keys.push(key);
                }
                _ => {
                    let length = scan::bare_key(self.rest())
                        .ok_or_else(|| syntax_error("an invalid key appeared"))?;
                    keys.push(self.rest()[..length].to_vec());
                    self.at += length;
                }
            }
            let blanks = scan::blanks(self.rest());
            if self.rest().get(blanks) != Some(&b'.') {
                return Ok(keys);
            }
            self.at += blanks + 1;
            self.skip_blanks();
        }
    }

    /// A value of any kind, without recursion.
    fn value(&mut self) -> Result<TomlId, TomlError> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let mut done = self.begin_value(&mut open)?;
            while let Some(value) = done {
                match open.pop() {
                    None => return Ok(value),
                    Some(Open::Array(array)) => {
                        self.arena.push(array, value);
                        self.skip_lines();
                        let comma = self.take(b',');
                        done = self.next_element(array, comma, &mut open)?;
                    }
                    Some(Open::Inline { table, keys }) => {
                        self.insert(table, &keys, value)?;
                        self.skip_blanks();
                        if self.take(b',') {
                            self.skip_blanks();
                            self.begin_member(table, &mut open)?;
                            done = None;
                        } else {
                            self.expect(b'}', "missing closing bracket `}`")?;
                            done = Some(table);
                        }
                    }
                }
            }
        }
    }

    /// Answers the value if it is complete, else what is read next is a value inside of it.
    fn begin_value(&mut self, open: &mut Vec<Open>) -> Result<Option<TomlId>, TomlError> {
        let (node, length) = match self.peek() {
            Some(b'[') => {
                self.at += 1;
                let array = self.arena.add(TomlNode::Array(Vec::new()), Origin::Inline);
                return self.next_element(array, true, open);
            }
            Some(b'{') => {
                self.at += 1;
                let table = self.arena.add_table(Origin::Inline);
                self.skip_blanks();
                if self.take(b'}') {
                    return Ok(Some(table));
                }
                self.begin_member(table, open)?;
                return Ok(None);
            }
            Some(quote @ (b'"' | b'\'')) => {
                let (string, length) = if self.rest().starts_with(&[quote; 3]) {
                    scalars::multi_line(self.rest())?
                } else {
                    scalars::quoted(self.rest())?
                };
                (TomlNode::String(string), length)
            }
            _ => scalars::word(self.release, self.rest())?,
        };
        self.at += length;
        Ok(Some(self.arena.add_scalar(node)))
    }

    /// After the opening bracket or an element: the end of the array, or another element, which
    /// needs a comma before it.
    fn next_element(
        &mut self,
        array: TomlId,
        comma: bool,
        open: &mut Vec<Open>,
    ) -> Result<Option<TomlId>, TomlError> {
        self.skip_lines();
        if self.take(b']') {
            return Ok(Some(array));
        }
        if !comma {
            return Err(syntax_error("missing array separator `,` after a value"));
        }
        open.push(Open::Array(array));
        Ok(None)
    }

    fn begin_member(&mut self, table: TomlId, open: &mut Vec<Open>) -> Result<(), TomlError> {
        let keys = self.key_and_equals()?;
        open.push(Open::Inline { table, keys });
        Ok(())
    }
}
