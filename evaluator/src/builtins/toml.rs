//! `fromTOML` (`primops/fromTOML.cc`).

use super::{Builtin, Kind, Run, builtin, want};
use crate::dialect::Behaviour;
use crate::errors::{Error, Result};
use crate::formats::toml::{TomlErrorKind, TomlId, TomlNode, parse};
use crate::heap::{Bytes, Value};
use crate::positions::Pos;
use crate::state::State;
use crate::symbols::Symbol;

/// The family.
pub const BUILTINS: &[Builtin] = &[builtin(
    "fromTOML",
    1,
    Run::Plain(
        &[want(
            0,
            Kind::PlainString,
            "while evaluating the argument passed to builtins.fromTOML",
        )],
        from_toml,
    ),
)
.global()];

/// What is still to be made, the last first.
enum Work<'t> {
    Node(TomlId),
    /// The last so many values become a list.
    Array(usize),
    /// So many of the last names and values become a set.
    Table(usize),
    /// A value of a table, whose name becomes a symbol before it is looked at (`visit` in `primops/fromTOML.cc`).
    Member(&'t [u8], TomlId),
}

fn from_toml<'h>(state: &State<'h>, args: &[Value<'h>]) -> Result<Value<'h>> {
    let text = args[0].as_string().map_or(b"".as_slice(), Bytes::bytes);
    let timestamps = state.feature("parse-toml-timestamps");
    let document = parse(state.dialect(), text, timestamps).map_err(|error| {
        let old = state.has(Behaviour::TomlIsCpptoml);
        let prefix: &[u8] = match error.kind {
            TomlErrorKind::Timestamp if old => b"",
            _ if state.has(Behaviour::NulBytesAreErrors) => b"while parsing TOML: ",
            _ => b"while parsing a TOML string: ",
        };
        let level: &[u8] = if error.kind == TomlErrorKind::Syntax && !old {
            b"[error] "
        } else {
            b""
        };
        Error::value([prefix, level, &error.message].concat())
    })?;
    let mut done: Vec<Value<'h>> = Vec::new();
    let mut names: Vec<Symbol> = Vec::new();
    let mut work = vec![Work::Node(document.root())];
    while let Some(next) = work.pop() {
        let value = match next {
            Work::Array(count) => {
                let items = done.split_off(done.len() - count);
                state.list(&items)
            }
            Work::Table(count) => {
                let values = done.split_off(done.len() - count);
                let pairs = names.split_off(names.len() - count).into_iter().zip(values);
                state.attrs(
                    pairs
                        .map(|(name, value)| (name, Pos::NONE, value))
                        .collect(),
                )
            }
            Work::Member(key, id) => {
                names.push(state.symbols.intern(key));
                work.push(Work::Node(id));
                continue;
            }
            Work::Node(id) => match document.node(id) {
                TomlNode::Bool(b) => Value::bool(*b),
                TomlNode::Int(n) => state.int(*n),
                TomlNode::Float(x) => state.float(*x),
                TomlNode::String(text) => state.string(text),
                TomlNode::Timestamp(text) => state.attrs(vec![
                    (
                        state.symbols.intern(b"_type"),
                        Pos::NONE,
                        state.string(b"timestamp"),
                    ),
                    (
                        crate::symbols::known::VALUE,
                        Pos::NONE,
                        state.string(text.as_bytes()),
                    ),
                ]),
                TomlNode::Array(items) => {
                    work.push(Work::Array(items.len()));
                    work.extend(items.iter().rev().map(|&item| Work::Node(item)));
                    continue;
                }
                TomlNode::Table(members) => {
                    work.push(Work::Table(members.len()));
                    let members = members.iter().rev();
                    work.extend(members.map(|(key, &value)| Work::Member(key, value)));
                    continue;
                }
            },
        };
        done.push(value);
    }
    Ok(done.pop().unwrap_or(Value::null()))
}

#[cfg(test)]
mod tests;
