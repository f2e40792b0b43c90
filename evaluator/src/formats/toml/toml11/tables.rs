//! Where toml11 puts a value or table, and when it refuses to. Version 3 judges a table by the
//! text that defined it, version 4 by a mark.

use crate::formats::toml::{Arena, TomlError, TomlErrorKind, TomlId, TomlNode, syntax_error};

/// What defined a table or an array.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Origin {
    /// A value: a scalar, `[…]` or `{…}`.
    #[default]
    Inline,
    /// A key of several parts; these are all of them, counted from the table they stand in.
    DottedKey(Vec<Vec<u8>>),
    /// The header of another table below it (version 4).
    Implicit,
    /// A header `[…]` with these parts, its own or (version 3) that of a table below it.
    Header(Vec<Vec<u8>>),
    /// A header `[[…]]`.
    ArrayHeader,
}

/// How something comes into the tree.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Key,
    Header,
    ArrayHeader,
}

type Tables = Arena<Origin>;

impl Tables {
    fn is_array_of_tables(&self, id: TomlId) -> bool {
        let elements = self.elements(id);
        !elements.is_empty() && elements.iter().all(|element| self.is_table(*element))
    }

    fn merge(&mut self, into: TomlId, from: TomlId) -> Result<(), TomlError> {
        let members = match self.node(from) {
            TomlNode::Table(members) => members.clone(),
            _ => return Ok(()),
        };
        for (key, value) in members {
            if self.get(into, &key).is_some() {
                return Err(syntax_error("table keys conflict"));
            }
            self.insert(into, key, value);
        }
        Ok(())
    }

    fn add_array_of_tables(&mut self, first: TomlId) -> TomlId {
        self.add(TomlNode::Array(vec![first]), Origin::ArrayHeader)
    }

    /// Version 3: puts `value`, complete, at `keys` below `root`.
    pub(super) fn insert_v3(
        &mut self,
        root: TomlId,
        by: By,
        keys: &[Vec<u8>],
        value: TomlId,
    ) -> Result<(), TomlError> {
        let origin = match by {
            By::Key => Origin::DottedKey(keys.to_vec()),
            By::Header => Origin::Header(keys.to_vec()),
            By::ArrayHeader => Origin::ArrayHeader,
        };
        let mut table = root;
        let (last, path) = keys.split_last().ok_or_else(no_key)?;
        for key in path {
            let found = match self.get(table, key) {
                Some(found) => found,
                None => {
                    let new = self.add_table(origin.clone());
                    self.insert(table, key.clone(), new);
                    new
                }
            };
            table = if self.is_table(found) {
                if *self.mark(found) == Origin::Inline {
                    return Err(syntax_error("inline tables are immutable"));
                }
                found
            } else {
                match self.elements(found).last() {
                    Some(&element) if self.is_table(element) => element,
                    None if matches!(self.node(found), TomlNode::Array(_)) => {
                        return Err(TomlError {
                            kind: TomlErrorKind::Crash,
                            message: Vec::new(),
                        });
                    }
                    _ => return Err(syntax_error("target is not a table")),
                }
            };
        }
        let found = self.get(table, last);
        match (found, by) {
            (None, By::ArrayHeader) => {
                let array = self.add_array_of_tables(value);
                self.insert(table, last.clone(), array);
                Ok(())
            }
            (None, _) => {
                self.insert(table, last.clone(), value);
                Ok(())
            }
            (Some(found), By::ArrayHeader) => {
                // Only the first element tells arrays of headers from arrays of inline tables.
                match self.elements(found).first() {
                    Some(&first)
                        if self.is_table(first) && *self.mark(first) == Origin::ArrayHeader =>
                    {
                        self.push(found, value);
                        Ok(())
                    }
                    _ => Err(syntax_error("array of tables collides with existing value")),
                }
            }
            (Some(found), _) if self.is_table(found) && self.is_table(value) => {
                let here = &keys[path.len()..];
                let may_reopen = *self.mark(value) != Origin::Inline
                    && match self.mark(found) {
                        Origin::Header(parts) => parts != keys,
                        Origin::DottedKey(parts) => parts != here,
                        _ => false,
                    };
                if !may_reopen {
                    return Err(syntax_error("table already exists"));
                }
                self.merge(found, value)?;
                self.set_mark(found, origin);
                Ok(())
            }
            (Some(_), _) => Err(syntax_error("value already exists")),
        }
    }

    /// Version 4: puts `value` at `keys` below `root` and answers where the members that follow
    /// go, which is another table if `value` reopens one.
    pub(super) fn insert_v4(
        &mut self,
        root: TomlId,
        by: By,
        keys: &[Vec<u8>],
        value: TomlId,
    ) -> Result<TomlId, TomlError> {
        let mut table = root;
        let (last, path) = keys.split_last().ok_or_else(no_key)?;
        for key in path {
            table = match self.get(table, key) {
                None => {
                    let new = self.add_table(match by {
                        By::Key => Origin::DottedKey(Vec::new()),
                        _ => Origin::Implicit,
                    });
                    self.insert(table, key.clone(), new);
                    new
                }
                Some(found) if self.is_table(found) => match (by, self.mark(found)) {
                    (_, Origin::Inline) => {
                        return Err(syntax_error("inline table is immutable"));
                    }
                    (By::Key, Origin::DottedKey(_)) | (By::Header | By::ArrayHeader, _) => found,
                    (By::Key, _) => {
                        return Err(syntax_error("reopening a table using dotted keys"));
                    }
                },
                Some(found) if self.is_array_of_tables(found) => {
                    match self.elements(found).last() {
                        Some(&element)
                            if *self.mark(found) == Origin::ArrayHeader && by != By::Key =>
                        {
                            element
                        }
                        _ => return Err(syntax_error("this array of tables is immutable")),
                    }
                }
                Some(_) => return Err(syntax_error("value already exists")),
            };
        }
        match (self.get(table, last), by) {
            (None, By::ArrayHeader) => {
                let array = self.add_array_of_tables(value);
                self.insert(table, last.clone(), array);
                Ok(value)
            }
            (None, _) => {
                self.insert(table, last.clone(), value);
                Ok(value)
            }
            (Some(_), By::Key) => Err(syntax_error("value already exists")),
            (Some(found), By::Header) => {
                if !self.is_table(found) || *self.mark(found) != Origin::Implicit {
                    return Err(syntax_error("table already defined"));
                }
                self.set_mark(found, Origin::Header(Vec::new()));
                Ok(found)
            }
            (Some(found), By::ArrayHeader) => {
                if *self.mark(found) != Origin::ArrayHeader || !self.is_array_of_tables(found) {
                    return Err(syntax_error("array of tables collides with existing value"));
                }
                self.push(found, value);
                Ok(value)
            }
        }
    }
}

fn no_key() -> TomlError {
    syntax_error("no keys found")
}
