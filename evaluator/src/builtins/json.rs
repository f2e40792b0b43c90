//! JSON: `fromJSON`, `toJSON`, and the printing of `--json`
//! (`json-to-value.cc`, `value-to-json.cc`).

use super::{Builtin, Kind, Run, builtin, want};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::formats::json::write::{InvalidUtf8, write_float, write_int, write_string};
use crate::formats::json::{JsonErrorKind, JsonEvent, parse};
use crate::heap::{Attrs, Bytes, Value, View};
use crate::positions::Pos;
use crate::print::describe::type_name;
use crate::state::State;
use crate::symbols::{Symbol, known};
use crate::vm::coerce::{Builder, PATH_SEGMENT, coerce, copied};
use crate::vm::nested_outputs;
use crate::vm::walk::{self, Walk, levels};
use crate::vm::{Co, Shared, own_pos};
use std::rc::Rc;

/// The family.
pub const BUILTINS: &[Builtin] = &[
    builtin(
        "fromJSON",
        1,
        Run::Plain(
            &[want(
                0,
                Kind::PlainString,
                "while evaluating the first argument passed to builtins.fromJSON",
            )],
            from_json,
        ),
    ),
    builtin(
        "toJSON",
        1,
        Run::Generator(|co, state, args| {
            Box::pin(async move {
                let text = write_json(&co, &state, args[0], WHOLE).await?;
                Ok(Value::string(text))
            })
        }),
    ),
];

/// How deep the parser of 2.3 gets before its native stack of 8 MB ends.
const NATIVE_READING_DEPTH: usize = 15_000;

/// A list or set whose end was not read yet.
enum Open<'h> {
    List(Vec<Value<'h>>),
    Set(Vec<(Symbol, Pos, Value<'h>)>, Symbol),
}

fn from_json<'h>(state: &State<'h>, args: &[Value<'h>]) -> Result<Value<'h>> {
    let text = args[0].as_string().map_or(b"".as_slice(), Bytes::bytes);
    read_json(state, text)
}

/// The value that a JSON text describes.
///
/// # Errors
/// If it is no JSON.
pub(super) fn read_json<'h>(state: &State<'h>, text: &[u8]) -> Result<Value<'h>> {
    let mut open: Vec<Open<'h>> = Vec::new();
    let mut done = Value::null();
    let mut deepest = 0;
    let read = parse(state.dialect(), text, |event| {
        let value = match event {
            JsonEvent::Null => Value::null(),
            JsonEvent::Bool(b) => Value::bool(b),
            JsonEvent::Int(n) => state.int(n),
            // Not in a document that values are made of.
            JsonEvent::Unsigned(n) => state.float(n as f64),
            JsonEvent::Float(x) => state.float(x),
            JsonEvent::String(text) => state.string(text),
            JsonEvent::BeginArray => {
                open.push(Open::List(Vec::new()));
                deepest = deepest.max(open.len());
                return;
            }
            JsonEvent::BeginObject => {
                open.push(Open::Set(Vec::new(), known::NAMELESS));
                deepest = deepest.max(open.len());
                return;
            }
            JsonEvent::Key(key) => {
                if let Some(Open::Set(_, current)) = open.last_mut() {
                    *current = state.symbols.intern(key);
                }
                return;
            }
            JsonEvent::EndArray | JsonEvent::EndObject => match open.pop() {
                Some(Open::List(items)) => state.list(&items),
                Some(Open::Set(mut pairs, _)) => {
                    // Of equal keys the last counts, for `attrs` the first does.
                    pairs.reverse();
                    state.attrs(pairs)
                }
                None => return,
            },
        };
        match open.last_mut() {
            Some(Open::List(items)) => items.push(value),
            Some(Open::Set(pairs, key)) => pairs.push((*key, Pos::NONE, value)),
            None => done = value,
        }
    });
    if state.has(Behaviour::JsonIsHandWritten) && deepest > NATIVE_READING_DEPTH {
        return Err(walk::too_deep(state));
    }
    match read {
        Ok(()) => Ok(done),
        Err(error) => Err(match error.kind {
            JsonErrorKind::Syntax if state.has(Behaviour::JsonIsHandWritten) => {
                Error::value(error.message).foreign()
            }
            JsonErrorKind::Syntax => Error::value(error.message)
                .nowhere()
                .traced(Pos::NONE, "while decoding a JSON string"),
            JsonErrorKind::IntegerRange => Error::new(ErrorKind::Overflow, error.message),
            JsonErrorKind::NulByte => Error::value(error.message),
        }),
    }
}

/// How a value is written as JSON.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct JsonOptions {
    /// Whether what is not evaluated yet gets evaluated; otherwise it is an
    /// error.
    pub strict: bool,
    /// Whether paths are copied to the store.
    pub copy_to_store: bool,
}

/// As `toJSON` does it, and `--json --strict`.
pub const WHOLE: JsonOptions = JsonOptions {
    strict: true,
    copy_to_store: true,
};

/// A container that is being written.
enum Work<'h> {
    List(&'h [Value<'h>], usize),
    Set(Vec<(Rc<[u8]>, Pos, Value<'h>)>, usize),
    /// A set that is written as its `outPath`.
    OutPath,
}

/// A value whose writing was cut short.
#[derive(Debug)]
pub struct Cut {
    /// Why.
    pub error: Error,
    /// What was written until then, with what was open closed.
    pub written: Vec<u8>,
}

impl From<Cut> for Error {
    fn from(cut: Cut) -> Error {
        cut.error
    }
}

struct Writer<'c, 'h> {
    state: &'c Shared<'h>,
    out: Builder<'h>,
    /// The first string that was not UTF-8: an error only when the whole value
    /// was evaluated.
    invalid: Option<InvalidUtf8>,
    scratch: Vec<u8>,
}

impl<'h> Writer<'_, 'h> {
    fn text(&mut self, text: &[u8]) {
        self.scratch.clear();
        let written = write_string(self.state.dialect(), text, &mut self.scratch);
        if let (Err(error), None) = (written, &self.invalid) {
            self.invalid = Some(error);
        }
        self.out.push_bytes(&self.scratch);
    }

    fn string(&mut self, text: Bytes<'h>) -> Result<()> {
        let text = nested_outputs::read(self.state, text)?;
        self.out.add_context(text.context());
        self.text(text.bytes());
        Ok(())
    }
}

/// The value as JSON, with the context of all strings in it
/// (`printValueAsJSON` in `value-to-json.cc`).
///
/// # Errors
/// If evaluation fails, or the value holds what JSON has no words for.
pub async fn write_json<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    value: Value<'h>,
    options: JsonOptions,
) -> std::result::Result<Bytes<'h>, Cut> {
    let mut writer = Writer {
        state,
        out: Builder::default(),
        invalid: None,
        scratch: Vec::new(),
    };
    let mut work: Vec<Work<'h>> = Vec::new();
    let mut next = Some(value);
    loop {
        let cell = match next.take() {
            Some(cell) => cell,
            None => match work.last_mut() {
                None => break,
                Some(Work::OutPath) => {
                    work.pop();
                    continue;
                }
                Some(Work::List(items, index)) => {
                    let Some(&item) = items.get(*index) else {
                        writer.out.push_bytes(b"]");
                        work.pop();
                        continue;
                    };
                    if *index > 0 {
                        writer.out.push_bytes(b",");
                    }
                    *index += 1;
                    item
                }
                Some(Work::Set(entries, index)) => {
                    let Some((name, _, item)) = entries.get(*index) else {
                        writer.out.push_bytes(b"}");
                        work.pop();
                        continue;
                    };
                    if *index > 0 {
                        writer.out.push_bytes(b",");
                    }
                    *index += 1;
                    writer.text(name);
                    writer.out.push_bytes(b":");
                    *item
                }
            },
        };
        let step = async {
            let written = writer.out.bytes().len();
            if walk::step(co, state, Walk::Writing, work.len(), written)? {
                co.pause().await?;
            }
            let within = levels(state, work.len() + 1);
            let value = if options.strict {
                co.force_within(cell, co.pos, within).await?
            } else {
                cell.evaluated().unwrap_or(cell)
            };
            write_one(co, &mut writer, value, options, within).await
        };
        match step.await {
            Ok(Then::Nothing) => {}
            Ok(Then::Enter(container)) => work.push(container),
            Ok(Then::OutPath(path)) => {
                work.push(Work::OutPath);
                next = Some(path);
            }
            Err(error) => {
                return Err(Cut {
                    error: add_trace(co, error, &work),
                    written: closed(writer.out.bytes(), &work),
                });
            }
        }
    }
    match writer.invalid {
        Some(problem) => Err(Cut {
            error: Error::value(problem.message()),
            written: Vec::new(),
        }),
        None => Ok(writer.out.finish(state)),
    }
}

/// The text with an end for each container that it is in.
fn closed(text: &[u8], work: &[Work<'_>]) -> Vec<u8> {
    let ends = work.iter().rev().map(|container| match container {
        Work::List(..) => &b"]"[..],
        Work::Set(..) => b"}",
        Work::OutPath => b"",
    });
    let mut text = text.to_vec();
    text.extend(ends.flatten());
    text
}

/// What follows a value that was written.
enum Then<'h> {
    Nothing,
    Enter(Work<'h>),
    OutPath(Value<'h>),
}

async fn write_one<'h>(
    co: &Co<'h>,
    writer: &mut Writer<'_, 'h>,
    value: Value<'h>,
    options: JsonOptions,
    within: u32,
) -> Result<Then<'h>> {
    let state = writer.state;
    match value.view() {
        View::Null => writer.out.push_bytes(b"null"),
        View::Bool(true) => writer.out.push_bytes(b"true"),
        View::Bool(false) => writer.out.push_bytes(b"false"),
        View::Int(n) => {
            writer.scratch.clear();
            write_int(n, &mut writer.scratch);
            writer.out.push_bytes(&writer.scratch);
        }
        View::Float(x) => {
            writer.scratch.clear();
            write_float(state.dialect(), x, &mut writer.scratch);
            writer.out.push_bytes(&writer.scratch);
        }
        View::String(text) => writer.string(text)?,
        View::Path(path) if options.copy_to_store => {
            let copied = copied(state, path.bytes())?;
            writer.string(copied)?;
        }
        View::Path(path) => writer.text(path.bytes()),
        View::List(list) => {
            writer.out.push_bytes(b"[");
            return Ok(Then::Enter(Work::List(list.items(), 0)));
        }
        View::Attrs(set) => {
            if let Some(to_string) = set.get(known::TO_STRING) {
                let co = co.within(within);
                let result = co.call(to_string, &[value]).await?;
                let about = "while evaluating the result of the `__toString` attribute";
                let text = coerce(&co, state, result, PATH_SEGMENT, about).await?;
                writer.string(text)?;
            } else if let Some(path) = set.get(known::OUT_PATH) {
                return Ok(Then::OutPath(path));
            } else {
                writer.out.push_bytes(b"{");
                return Ok(Then::Enter(Work::Set(by_name(state, set), 0)));
            }
        }
        View::Closure(_)
        | View::Builtin(_)
        | View::Partial(_)
        | View::Thunk(_)
        | View::Suspended(_)
        | View::Empty => {
            let message = format!("cannot convert {} to JSON", type_name(state, value));
            let error = Error::type_error(message);
            return Err(if state.has(Behaviour::JsonIsHandWritten) {
                error.nowhere()
            } else {
                error.at(own_pos(value)).at(co.pos)
            });
        }
    }
    Ok(Then::Nothing)
}

/// The attributes of a set, sorted by name.
pub(super) fn by_name<'h>(state: &State<'h>, set: Attrs<'h>) -> Vec<(Rc<[u8]>, Pos, Value<'h>)> {
    let mut entries: Vec<_> = set
        .iter()
        .map(|(key, value)| (state.symbols.name(key.name), key.pos, value))
        .collect();
    entries.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    entries
}

/// Says through which attributes and elements the walk came to an error. An element is where the
/// attribute is that the list stands in.
fn add_trace<'h>(co: &Co<'h>, mut error: Error, work: &[Work<'h>]) -> Error {
    let places: Vec<Pos> = (work.iter())
        .scan(co.pos, |around, step| {
            if let Work::Set(entries, next) = step {
                *around = entries[next - 1].1;
            }
            Some(*around)
        })
        .collect();
    for (step, place) in work.iter().zip(places).rev() {
        error = match step {
            Work::List(_, next) => error.traced(
                place,
                format!("while evaluating list element at index {}", next - 1),
            ),
            Work::Set(entries, next) => {
                let name = String::from_utf8_lossy(&entries[next - 1].0);
                error.traced(place, format!("while evaluating attribute '{name}'"))
            }
            Work::OutPath => error,
        };
    }
    error
}

#[cfg(test)]
mod tests;
