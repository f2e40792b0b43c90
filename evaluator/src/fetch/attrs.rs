//! The attributes of an input: strings, numbers, booleans by name
//! (`fetchers/attrs.cc`).

use super::problem::{Problem, Result};
use super::url::Query;
use crate::dialect::Dialect;
use crate::formats::json::write::write_string;
use bstr::{BString, ByteSlice, ByteVec};
use std::collections::BTreeMap;

/// The value of an attribute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Attr {
    /// A string.
    Text(BString),
    /// A number.
    Number(u64),
    /// A boolean.
    Bool(bool),
}

/// Attributes by name.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Attributes(BTreeMap<BString, Attr>);

impl Attributes {
    /// No attributes.
    pub fn new() -> Attributes {
        Attributes::default()
    }

    /// Sets an attribute, also if it is there already.
    pub fn set(&mut self, name: impl Into<BString>, value: Attr) {
        self.0.insert(name.into(), value);
    }

    /// Sets a string.
    pub fn set_text(&mut self, name: &str, value: impl Into<BString>) {
        self.set(name, Attr::Text(value.into()));
    }

    /// Sets an attribute unless it is there.
    pub fn add(&mut self, name: impl Into<BString>, value: Attr) {
        self.0.entry(name.into()).or_insert(value);
    }

    /// Takes an attribute out.
    pub fn remove(&mut self, name: &str) -> Option<Attr> {
        self.0.remove(name.as_bytes().as_bstr())
    }

    /// Any attribute.
    pub fn get(&self, name: &str) -> Option<&Attr> {
        self.0.get(name.as_bytes().as_bstr())
    }

    /// Whether there is an attribute of this name.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// All attributes, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&BString, &Attr)> {
        self.0.iter()
    }

    /// A string, if there is one.
    ///
    /// # Errors
    /// If it is no string.
    pub fn text(&self, dialect: Dialect, name: &str) -> Result<Option<&BString>> {
        match self.get(name) {
            None => Ok(None),
            Some(Attr::Text(text)) => Ok(Some(text)),
            Some(_) => Err(Problem::new(format!(
                "input attribute '{name}' is not a string {}",
                self.json(dialect)
            ))),
        }
    }

    /// A string.
    ///
    /// # Errors
    /// If it is missing or no string.
    pub fn need_text(&self, dialect: Dialect, name: &str) -> Result<&BString> {
        self.text(dialect, name)?
            .ok_or_else(|| Problem::new(format!("input attribute '{name}' is missing")))
    }

    /// A number, if there is one.
    ///
    /// # Errors
    /// If it is no number.
    pub fn number(&self, name: &str) -> Result<Option<u64>> {
        match self.get(name) {
            None => Ok(None),
            Some(Attr::Number(number)) => Ok(Some(*number)),
            Some(_) => Err(Problem::new(format!(
                "input attribute '{name}' is not an integer"
            ))),
        }
    }

    /// A boolean, if there is one.
    ///
    /// # Errors
    /// If it is no boolean.
    pub fn flag(&self, name: &str) -> Result<Option<bool>> {
        match self.get(name) {
            None => Ok(None),
            Some(Attr::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(Problem::new(format!(
                "input attribute '{name}' is not a Boolean"
            ))),
        }
    }

    /// The attributes as JSON, as messages and lock files have them.
    pub fn json(&self, dialect: Dialect) -> BString {
        let mut out = BString::from("{");
        for (index, (name, value)) in self.0.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            write_text(dialect, name, &mut out);
            out.push(b':');
            match value {
                Attr::Text(text) => write_text(dialect, text, &mut out),
                Attr::Number(number) => out.push_str(number.to_string()),
                Attr::Bool(flag) => out.push_str(flag.to_string()),
            }
        }
        out.push(b'}');
        // The library's object without members is `null`.
        if self.0.is_empty() {
            out = "null".into();
        }
        out
    }

    /// The attributes as query parameters.
    pub fn query(&self) -> Query {
        self.0
            .iter()
            .map(|(name, value)| {
                let value = match value {
                    Attr::Text(text) => text.clone(),
                    Attr::Number(number) => number.to_string().into(),
                    Attr::Bool(flag) => if *flag { "1" } else { "0" }.into(),
                };
                (name.clone(), value)
            })
            .collect()
    }
}

/// Writes a JSON string; invalid UTF-8 is kept rather than refused, since this
/// text goes into a message.
fn write_text(dialect: Dialect, text: &[u8], out: &mut BString) {
    let mut written = Vec::new();
    if write_string(dialect, text, &mut written).is_err() {
        written = format!("{:?}", text.as_bstr()).into_bytes();
    }
    out.push_str(written);
}
