//! Table headers of cpptoml: where they lead, and the little that it does against tables that
//! are defined twice.

use super::{Mark, Parsed, Parser, ROOT, about};
use crate::formats::toml::{TomlId, TomlNode, syntax_error};

impl Parser<'_> {
    /// A table for a part of a header that exists, or nothing if it is a value.
    fn descend(&self, found: TomlId) -> Option<TomlId> {
        if self.arena.is_table(found) {
            return Some(found);
        }
        match self.arena.mark(found) {
            Mark::Plain => None,
            Mark::InlineTables | Mark::Tables => self.arena.elements(found).last().copied(),
        }
    }

    pub(super) fn single_table(&mut self) -> Parsed<TomlId> {
        if self.at_end() || self.peek() == b']' {
            return Err(syntax_error("Table name cannot be empty"));
        }
        let parts = self.key(b']')?;
        let mut table = ROOT;
        let mut inserted = false;
        let mut full_name = Vec::new();
        for part in parts {
            extend_name(&mut full_name, &part, "Empty component of table name")?;
            table = match self.arena.get(table, &part) {
                Some(found) => self
                    .descend(found)
                    .ok_or_else(|| about("Key ", &full_name, "already exists as a value"))?,
                None => {
                    inserted = true;
                    let new = self.arena.add_table(Mark::Plain);
                    self.arena.insert(table, part, new);
                    new
                }
            };
        }
        if self.at_end() {
            return Err(syntax_error(
                "Unterminated table declaration; did you forget a ']'?",
            ));
        }
        if !inserted && self.is_defined(table) {
            return Err(about("Redefinition of table ", &full_name, ""));
        }
        self.at += 1;
        Ok(table)
    }

    /// Whether a table was defined itself, judged by its having scalar members or none at all.
    fn is_defined(&self, table: TomlId) -> bool {
        match self.arena.node(table) {
            TomlNode::Table(members) => {
                members.is_empty()
                    || members.values().any(|member| {
                        !matches!(
                            self.arena.node(*member),
                            TomlNode::Table(_) | TomlNode::Array(_)
                        )
                    })
            }
            _ => false,
        }
    }

    pub(super) fn table_array(&mut self) -> Parsed<TomlId> {
        if self.at_end() || self.peek() == b']' {
            return Err(syntax_error("Table array name cannot be empty"));
        }
        let parts = self.key(b']')?;
        // The name may also end with the line; then its last part is taken for an inner one.
        let terminated = !self.at_end();
        let mut table = ROOT;
        let mut full_name = Vec::new();
        let count = parts.len();
        for (index, part) in parts.into_iter().enumerate() {
            extend_name(&mut full_name, &part, "Empty component of table array name")?;
            let last = terminated && index + 1 == count;
            let found = self.arena.get(table, &part);
            table = match found {
                Some(found) if last => {
                    match self.arena.mark(found) {
                        Mark::Plain => {
                            return Err(about("Key ", &full_name, " is not a table array"));
                        }
                        Mark::InlineTables => {
                            return Err(about(
                                "Static array ",
                                &full_name,
                                " cannot be appended to",
                            ));
                        }
                        Mark::Tables => {}
                    }
                    let new = self.arena.add_table(Mark::Plain);
                    self.arena.push(found, new);
                    new
                }
                Some(found) => self
                    .descend(found)
                    .ok_or_else(|| about("Key ", &full_name, " already exists as a value"))?,
                None => {
                    let new = self.arena.add_table(Mark::Plain);
                    let member = if last {
                        self.arena.add(TomlNode::Array(vec![new]), Mark::Tables)
                    } else {
                        new
                    };
                    self.arena.insert(table, part, member);
                    new
                }
            };
        }
        for _ in 0..2 {
            if self.peek() != b']' {
                return Err(syntax_error("Unterminated table array name"));
            }
            self.at += 1;
        }
        Ok(table)
    }
}

fn extend_name(full_name: &mut Vec<u8>, part: &[u8], empty: &str) -> Parsed<()> {
    if part.is_empty() {
        return Err(syntax_error(empty));
    }
    if !full_name.is_empty() {
        full_name.push(b'.');
    }
    full_name.extend_from_slice(part);
    Ok(())
}
