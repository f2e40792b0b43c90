//! `fromTOML` (`primops/fromTOML.cc`).

use super::{Builtin, Kind, Run, builtin, want};
use crate::dialect::Behaviour;
use crate::errors::{Error, Result};
use crate::formats::toml::{TomlErrorKind, TomlId, TomlNode, parse};
use crate::heap::{Bytes, Value};
use crate::positions::Pos;
use crate::state::State;

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
    /// The last values become a set with these keys.
    Table(Vec<&'t [u8]>),
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
    let mut work = vec![Work::Node(document.root())];
    while let Some(next) = work.pop() {
        let value = match next {
            Work::Array(count) => {
                let items = done.split_off(done.len() - count);
                state.list(&items)
            }
            Work::Table(keys) => {
                let values = done.split_off(done.len() - keys.len());
                let pairs = keys.iter().zip(values);
                state.attrs(
                    pairs
                        .map(|(key, value)| (state.symbols.intern(key), Pos::NONE, value))
                        .collect(),
                )
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
                    work.push(Work::Table(members.keys().map(Vec::as_slice).collect()));
                    work.extend(members.values().rev().map(|&value| Work::Node(value)));
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
