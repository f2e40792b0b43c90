//! XML: `toXML` and the printing of `--xml` (`value-to-xml.cc`).

use super::json::{Cut, by_name};
use super::{Builtin, Run, before_nul, builtin, internal};
use crate::dialect::Behaviour;
use crate::errors::Result;
use crate::formats::xml_write::XmlWriter;
use crate::heap::{Attrs, Bytes, Value, View};
use crate::positions::{Origin, Pos};
use crate::state::State;
use crate::symbols::known;
use crate::syntax::ast::Lambda;
use crate::vm::coerce::Builder;
use crate::vm::nested_outputs;
use crate::vm::walk::{self, Walk, levels};
use crate::vm::{Co, Shared, is_derivation};
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// The family.
pub const BUILTINS: &[Builtin] = &[builtin(
    "toXML",
    1,
    Run::Generator(|co, state, args| {
        Box::pin(async move {
            let options = XmlOptions {
                strict: true,
                locations: false,
            };
            let text = write_xml(&co, &state, args[0], options).await?;
            // Only names have a NUL byte there.
            let said = before_nul(&state, text.bytes());
            Ok(Value::string(if said.len() < text.bytes().len() {
                Bytes::with_context(state.heap, said, text.context())
            } else {
                text
            }))
        })
    }),
)];

/// How a value is written as XML.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct XmlOptions {
    /// Whether what is not evaluated yet gets evaluated; otherwise it is
    /// written as `<unevaluated />`.
    pub strict: bool,
    /// Whether functions and attributes tell where they are.
    pub locations: bool,
}

/// A container that is being written.
enum Work<'h> {
    List(&'h [Value<'h>], usize),
    Set(Vec<(Rc<[u8]>, Pos, Value<'h>)>, usize),
}

struct Writer<'c, 'h> {
    state: &'c Shared<'h>,
    options: XmlOptions,
    document: XmlWriter,
    /// Collects the contexts of all strings; its text stays empty.
    contexts: Builder<'h>,
    derivations: FxHashSet<&'h [u8]>,
}

/// The value as XML, with the context of all strings in it
/// (`printValueAsXML` in `value-to-xml.cc`).
///
/// # Errors
/// If evaluation fails.
pub async fn write_xml<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    value: Value<'h>,
    options: XmlOptions,
) -> std::result::Result<Bytes<'h>, Cut> {
    let mut writer = Writer {
        state,
        options,
        document: XmlWriter::new(),
        contexts: Builder::default(),
        derivations: FxHashSet::default(),
    };
    let written = write_all(co, &mut writer, value).await;
    let is_lost = writer.document.is_lost();
    let text = writer.document.finish();
    match written {
        Ok(()) if is_lost => Err(Cut {
            error: walk::too_much_is_written(),
            written: text,
        }),
        Ok(()) => {
            writer.contexts.push_bytes(&text);
            Ok(writer.contexts.finish(state))
        }
        Err(error) => Err(Cut {
            error,
            written: text,
        }),
    }
}

async fn write_all<'h>(co: &Co<'h>, writer: &mut Writer<'_, 'h>, value: Value<'h>) -> Result<()> {
    let state = writer.state;
    let mut work: Vec<Work<'h>> = Vec::new();
    let mut next = Some(value);
    loop {
        let cell = match next.take() {
            Some(cell) => cell,
            None => match work.last_mut() {
                None => return Ok(()),
                Some(Work::List(items, index)) => {
                    let Some(&item) = items.get(*index) else {
                        writer.document.close();
                        work.pop();
                        continue;
                    };
                    *index += 1;
                    item
                }
                Some(Work::Set(entries, index)) => {
                    if *index > 0 {
                        writer.document.close();
                    }
                    let Some((name, pos, item)) = entries.get(*index) else {
                        writer.document.close();
                        work.pop();
                        continue;
                    };
                    *index += 1;
                    writer.open_attribute(name, *pos);
                    *item
                }
            },
        };
        if walk::is_too_much(state, writer.document.written()) {
            writer.document.lose();
        }
        if walk::step(co, state, Walk::Writing, work.len(), 0)? {
            co.pause().await?;
        }
        let co = &co.within(levels(state, work.len() + 1));
        let value = writer.evaluated(co, cell).await?;
        match value.view() {
            View::List(list) => {
                writer.document.open("list", &[]);
                work.push(Work::List(list.items(), 0));
            }
            View::Attrs(set) => {
                if writer.open_set(co, set).await? {
                    work.push(Work::Set(by_name(state, set), 0));
                }
            }
            _ => writer.scalar(value)?,
        }
    }
}

impl<'h> Writer<'_, 'h> {
    async fn evaluated(&self, co: &Co<'h>, cell: Value<'h>) -> Result<Value<'h>> {
        if self.options.strict {
            co.force(cell).await
        } else {
            Ok(cell.evaluated().unwrap_or(cell))
        }
    }

    /// Opens the element of a set. Returns whether its attributes follow; a
    /// derivation that was written before has none.
    async fn open_set(&mut self, co: &Co<'h>, set: Attrs<'h>) -> Result<bool> {
        if !is_derivation(co, set).await? {
            self.document.open("attrs", &[]);
            return Ok(true);
        }
        let mut paths: Vec<(&str, &[u8])> = Vec::new();
        let mut fresh = false;
        for (name, symbol) in [("drvPath", known::DRV_PATH), ("outPath", known::OUT_PATH)] {
            let Some(path) = set.get(symbol) else {
                continue;
            };
            let path = self.evaluated(co, path).await?;
            if let Some(path) = path.as_string() {
                paths.push((name, path.bytes()));
                if symbol == known::DRV_PATH {
                    fresh = !path.bytes().is_empty() && self.derivations.insert(path.bytes());
                }
            }
        }
        self.document.open("derivation", &paths);
        if !fresh {
            self.document.empty("repeated", &[]);
            self.document.close();
        }
        Ok(fresh)
    }

    fn open_attribute(&mut self, name: &[u8], pos: Pos) {
        let location = self.location(pos);
        let mut attributes = location.attributes();
        // In the order of their names: column, line, name, path.
        let place = attributes.len().min(2);
        attributes.insert(place, ("name", name));
        self.document.open("attr", &attributes);
    }

    fn location(&self, pos: Pos) -> Place {
        let located = if self.options.locations {
            self.state.positions.locate(pos)
        } else {
            None
        };
        let Some(location) = located else {
            return Place::default();
        };
        let path = match location.origin {
            Origin::File(path) => Some(path.to_vec()),
            Origin::Internal(name) => Some(self.state.internal_place(name).into_bytes()),
            Origin::String | Origin::Stdin if self.state.has(Behaviour::XmlPathsAreFilesOnly) => {
                None
            }
            Origin::String | Origin::Stdin if self.state.has(Behaviour::SourceIsItsFile) => {
                self.state.positions.source(pos).map(|text| text.to_vec())
            }
            Origin::String | Origin::Stdin => Some(b"(string)".to_vec()),
        };
        Place {
            column: location.column.to_string(),
            line: location.line.to_string(),
            path,
        }
    }

    fn scalar(&mut self, value: Value<'h>) -> Result<()> {
        let document = &mut self.document;
        match value.view() {
            View::Null => document.empty("null", &[]),
            View::Bool(b) => {
                let text: &[u8] = if b { b"true" } else { b"false" };
                document.empty("bool", &[("value", text)]);
            }
            View::Int(n) => document.empty("int", &[("value", n.to_string().as_bytes())]),
            View::Float(x) => document.float(x),
            View::String(text) => {
                let text = nested_outputs::read(self.state, text)?;
                self.contexts.add_context(text.context());
                document.empty("string", &[("value", text.bytes())]);
            }
            View::Path(path) => {
                let shown = internal::shown(self.state, path.bytes());
                document.empty("path", &[("value", &shown)]);
            }
            View::Closure(function) => self.function(function.lambda()),
            View::Builtin(_)
            | View::Partial(_)
            | View::Thunk(_)
            | View::Suspended(_)
            | View::Empty
            | View::List(_)
            | View::Attrs(_) => document.empty("unevaluated", &[]),
        }
        Ok(())
    }

    fn function(&mut self, lambda: &'h Lambda<'h>) {
        let location = self.location(lambda.pos);
        self.document.open("function", &location.attributes());
        let state: &State<'h> = self.state;
        let argument = lambda.arg.map(|name| state.symbols.name(name));
        match &lambda.formals {
            None => {
                let name = argument.as_deref().unwrap_or(b"");
                self.document.empty("varpat", &[("name", name)]);
            }
            Some(formals) => {
                let mut attributes: Vec<(&str, &[u8])> = Vec::new();
                if formals.ellipsis {
                    attributes.push(("ellipsis", b"1"));
                }
                if let Some(name) = &argument {
                    attributes.push(("name", name));
                }
                self.document.open("attrspat", &attributes);
                let mut names: Vec<_> = formals
                    .list
                    .iter()
                    .map(|formal| (formal.pos, state.symbols.name(formal.name)))
                    .collect();
                if state.has(Behaviour::FormalsAreSorted) {
                    names.sort_by(|a, b| a.1.cmp(&b.1));
                } else {
                    names.sort_by_key(|formal| formal.0);
                }
                for (_, name) in names {
                    self.document.empty("attr", &[("name", &name)]);
                }
                self.document.close();
            }
        }
        self.document.close();
    }
}

/// A position as attributes of an element; empty if it is not told.
#[derive(Default)]
struct Place {
    column: String,
    line: String,
    path: Option<Vec<u8>>,
}

impl Place {
    fn attributes(&self) -> Vec<(&str, &[u8])> {
        let mut attributes: Vec<(&str, &[u8])> = Vec::new();
        if !self.line.is_empty() {
            attributes.push(("column", self.column.as_bytes()));
            attributes.push(("line", self.line.as_bytes()));
        }
        if let Some(path) = &self.path {
            attributes.push(("path", path));
        }
        attributes
    }
}

#[cfg(test)]
mod tests;
