//! The format in which error messages show a value: cut off where it is deep,
//! long or not evaluated (`print.cc` with `errorPrintOptions`).

use super::describe::{write_float, write_name, write_string};
use crate::builtins::{constant_value, internal};
use crate::heap::{ThunkState, Value, View};
use crate::positions::Pos;
use crate::state::State;
use rustc_hash::FxHashSet;

const MAX_DEPTH: usize = 10;
const MAX_ATTRS: usize = 10;
const MAX_ITEMS: usize = 10;
const MAX_STRING: usize = 1024;

/// The identity of all empty sets for which no room was taken; no word has it.
pub(super) const EMPTY_SET: usize = 0;

/// Prints `value` as far as it is evaluated.
pub fn brief<'h>(state: &State<'h>, value: Value<'h>) -> Vec<u8> {
    let mut printer = Brief {
        state,
        out: Vec::new(),
        seen: FxHashSet::default(),
        attrs: 0,
        items: 0,
    };
    printer.value(value, 0);
    printer.out
}

/// Writes what a function is and where it stands.
pub(super) fn write_function<'h>(state: &State<'h>, out: &mut Vec<u8>, value: Value<'h>) {
    let text = match value.view() {
        View::Closure(function) => {
            let lambda = function.lambda();
            out.extend_from_slice("«lambda".as_bytes());
            if let Some(name) = lambda.name.get() {
                out.push(b' ');
                write_name(state, out, name);
            }
            write_position(state, out, lambda.pos);
            "»".to_owned()
        }
        View::Builtin(number) => format!("«primop {}»", state.builtin(number).name),
        View::Partial(call) => format!(
            "«partially applied primop {}»",
            state.builtin(call.builtin).name
        ),
        _ => return,
    };
    out.extend_from_slice(text.as_bytes());
}

fn write_position(state: &State<'_>, out: &mut Vec<u8>, pos: Pos) {
    if state.positions.locate(pos).is_some() {
        let text = format!(" @ {}", state.describe_pos(pos));
        out.extend_from_slice(text.as_bytes());
    }
}

struct Brief<'h, 's> {
    state: &'s State<'h>,
    out: Vec<u8>,
    seen: FxHashSet<usize>,
    attrs: usize,
    items: usize,
}

impl<'h> Brief<'h, '_> {
    fn text(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Recursion ends at [`MAX_DEPTH`].
    fn value(&mut self, cell: Value<'h>, depth: usize) {
        let known = || constant_value(self.state, cell);
        let Some(value) = cell.evaluated().or_else(known) else {
            return self.thunk(cell);
        };
        match value.view() {
            View::Null => self.text("null"),
            View::Bool(b) => self.text(if b { "true" } else { "false" }),
            View::Int(n) => self.text(&n.to_string()),
            View::Float(x) => write_float(&mut self.out, x),
            View::String(text) => self.string(text.bytes()),
            View::Path(path) => self
                .out
                .extend_from_slice(&internal::shown(self.state, path.bytes())),
            View::Closure(_) | View::Builtin(_) | View::Partial(_) => {
                write_function(self.state, &mut self.out, value);
            }
            View::Attrs(_) | View::List(_) => self.compound(cell, value, depth),
            View::Suspended(_) => self.out.extend_from_slice("«thunk»".as_bytes()),
            View::Thunk(_) | View::Empty => {}
        }
    }

    fn thunk(&mut self, cell: Value<'h>) {
        let running = cell
            .as_thunk()
            .is_some_and(|thunk| matches!(thunk.state(), ThunkState::Blackhole));
        self.text(if running {
            "«potential infinite recursion»"
        } else {
            "«thunk»"
        });
    }

    fn string(&mut self, bytes: &[u8]) {
        if bytes.len() <= MAX_STRING {
            return write_string(self.state, &mut self.out, bytes);
        }
        if bytes[MAX_STRING - 1..].starts_with(b"${") {
            // The dollar is escaped for what follows it, cut off or not.
            write_string(self.state, &mut self.out, &bytes[..=MAX_STRING]);
            self.out.truncate(self.out.len() - 2);
            self.out.push(b'"');
        } else {
            write_string(self.state, &mut self.out, &bytes[..MAX_STRING]);
        }
        let left = bytes.len() - MAX_STRING;
        self.elided(left, "byte");
    }

    fn elided(&mut self, count: usize, what: &str) {
        let plural = if count == 1 { "" } else { "s" };
        self.text(&format!(" «{count} {what}{plural} elided»"));
    }

    fn compound(&mut self, cell: Value<'h>, value: Value<'h>, depth: usize) {
        // Lists are told by what holds them.
        let identity = match value.view() {
            View::Attrs(set) if self.state.is_the_empty_set(set) => Some(EMPTY_SET),
            View::Attrs(_) => Some(value.identity()),
            View::List(list) if list.items().is_empty() => None,
            _ => Some(cell.identity()),
        };
        if identity.is_some_and(|identity| !self.seen.insert(identity)) {
            return self.text("«repeated»");
        }
        match value.view() {
            View::Attrs(set) => {
                if depth >= MAX_DEPTH {
                    return self.text("{ ... }");
                }
                self.text("{ ");
                let mut entries: Vec<_> = set
                    .iter()
                    .map(|(key, value)| (self.state.symbols.name(key.name), key.name, value))
                    .collect();
                entries
                    .sort_by(|a, b| (!is_important(&a.0), &a.0).cmp(&(!is_important(&b.0), &b.0)));
                let count = entries.len();
                for (index, (_, name, value)) in entries.into_iter().enumerate() {
                    if self.attrs >= MAX_ATTRS {
                        self.out.pop();
                        self.elided(count - index, "attribute");
                        self.text(" ");
                        break;
                    }
                    write_name(self.state, &mut self.out, name);
                    self.text(" = ");
                    self.value(value, depth + 1);
                    self.attrs += 1;
                    self.text("; ");
                }
                self.text("}");
            }
            View::List(list) => {
                if depth >= MAX_DEPTH {
                    return self.text("[ ... ]");
                }
                self.text("[ ");
                let items = list.items();
                for (index, &item) in items.iter().enumerate() {
                    if self.items >= MAX_ITEMS {
                        self.out.pop();
                        self.elided(items.len() - index, "item");
                        self.text(" ");
                        break;
                    }
                    self.value(item, depth + 1);
                    self.items += 1;
                    self.text(" ");
                }
                self.text("]");
            }
            _ => {}
        }
    }
}

/// Attributes that come first, as they tell the most about a set.
fn is_important(name: &[u8]) -> bool {
    name == b"type" || name == b"_type"
}
