//! The format that `nix-instantiate --eval` prints (`print-ambiguous.cc`;
//! before 2.16 `printValue` in `eval.cc`), and that which `trace` shows.

use super::brief::{EMPTY_SET, write_function};
use super::describe::{write_float, write_name, write_string};
use crate::builtins::{constant_value, internal};
use crate::dialect::Behaviour;
use crate::errors::{Error, Result};
use crate::heap::{Attrs, List, ThunkState, Value, View};
use crate::state::State;
use crate::vm::walk::check_written;
use rustc_hash::FxHashSet;

/// What is still to be printed, the last first.
enum Work<'h> {
    Value(Value<'h>),
    Text(&'static [u8]),
    Name(crate::symbols::Symbol),
    /// The value was left: it is no ancestor of what follows.
    Leave(usize),
}

/// Prints `value` as far as it is evaluated.
///
/// # Errors
/// If that is more than memory allows, or 2.3 comes to what is being evaluated.
pub fn print<'h>(state: &State<'h>, value: Value<'h>) -> Result<Vec<u8>> {
    print_as(state, value, Root::Copy, false)
}

/// Prints `value` as `trace` shows it: since 2.20 as error messages do, but
/// whole (`print.cc`).
///
/// # Errors
/// As [`print()`].
pub fn print_for_trace<'h>(state: &State<'h>, value: Value<'h>) -> Result<Vec<u8>> {
    let telling = state.has(Behaviour::ErrorsShowValues);
    print_as(state, value, Root::Cell, telling)
}

/// What is printed of a value that is told by its cell.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Root {
    /// The cell.
    Cell,
    /// A copy of it, which nothing else mentions.
    Copy,
}

/// `telling`: functions tell what they are, thunks that they are thunks.
fn print_as<'h>(state: &State<'h>, value: Value<'h>, root: Root, telling: bool) -> Result<Vec<u8>> {
    let mut is_copy = root == Root::Copy && !state.has(Behaviour::PrintMarksRepeated);
    let mut out = Vec::new();
    let mut seen = FxHashSet::default();
    let mut work = vec![Work::Value(value)];
    let marks_repeated = state.has(Behaviour::PrintMarksRepeated);
    while let Some(next) = work.pop() {
        // A value that is in many places is written in each of them.
        check_written(state, out.len())?;
        let cell = match next {
            Work::Text(text) => {
                out.extend_from_slice(text);
                continue;
            }
            Work::Name(name) => {
                write_name(state, &mut out, name);
                continue;
            }
            Work::Leave(identity) => {
                seen.remove(&identity);
                continue;
            }
            Work::Value(cell) => cell,
        };
        let known = || constant_value(state, cell);
        let Some(value) = cell.evaluated().or_else(known) else {
            write_thunk(state, &mut out, cell, telling)?;
            continue;
        };
        let identity = if std::mem::take(&mut is_copy) {
            None
        } else if telling
            && let View::Attrs(set) = value.view()
            && set.is_empty()
        {
            // The second that is printed for people is repeated like any other.
            let is_shared = state.is_the_empty_set(set);
            Some(if is_shared {
                EMPTY_SET
            } else {
                value.identity()
            })
        } else {
            identity(state, cell, value)
        };
        if let Some(identity) = identity {
            if !seen.insert(identity) {
                out.extend_from_slice(if marks_repeated {
                    "«repeated»".as_bytes()
                } else {
                    b"<CYCLE>"
                });
                continue;
            }
            if !marks_repeated {
                work.push(Work::Leave(identity));
            }
        }
        match value.view() {
            View::Attrs(set) => push_attrs(state, &mut out, &mut work, set),
            View::List(list) => push_list(&mut out, &mut work, list),
            View::Suspended(_) => write_thunk(state, &mut out, cell, telling)?,
            View::Closure(_) | View::Builtin(_) | View::Partial(_) if telling => {
                write_function(state, &mut out, value);
            }
            _ => write_scalar(state, &mut out, value),
        }
    }
    Ok(out)
}

/// What tells whether a set or list was printed before; `None` for what is
/// always printed.
///
/// The oldest releases look at the variable or element that holds it, later
/// ones at a set itself. Lists of one or two elements have no memory of their
/// own in C++ Nix, so what holds them is all it can look at.
fn identity<'h>(state: &State<'h>, cell: Value<'h>, value: Value<'h>) -> Option<usize> {
    let marks_repeated = state.has(Behaviour::PrintMarksRepeated);
    let own = match value.view() {
        View::Attrs(set) if set.is_empty() => return None,
        View::Attrs(_) => marks_repeated,
        View::List(list) => match list.items().len() {
            0 => return None,
            1 | 2 => false,
            _ => marks_repeated && !state.has(Behaviour::PrintTellsListsByCell),
        },
        _ => return None,
    };
    // All that mention `builtins` mention one cell; what comes to it otherwise has a cell of its own.
    let is_builtins = || {
        let global = state
            .globals
            .last()
            .filter(|set| set.identity() == value.identity());
        let is_cell = |set: Attrs<'h>| {
            set.values()
                .iter()
                .any(|it| it.identity() == cell.identity())
        };
        let global = global.and_then(|set| set.as_attrs());
        global.is_some_and(|set| cell.as_thunk().is_none() || is_cell(set))
    };
    Some(if own || is_builtins() {
        value.identity()
    } else {
        cell.identity()
    })
}

fn write_thunk(state: &State<'_>, out: &mut Vec<u8>, cell: Value<'_>, telling: bool) -> Result<()> {
    let running = cell
        .as_thunk()
        .is_some_and(|thunk| matches!(thunk.state(), ThunkState::Blackhole));
    if running && state.has(Behaviour::BlackholesAreNotPrinted) {
        return Err(Error::value("invalid value").nowhere());
    }
    out.extend_from_slice(if running {
        "«potential infinite recursion»".as_bytes()
    } else if telling {
        "«thunk»".as_bytes()
    } else {
        b"<CODE>"
    });
    Ok(())
}

fn push_attrs<'h>(state: &State<'h>, out: &mut Vec<u8>, work: &mut Vec<Work<'h>>, set: Attrs<'h>) {
    out.extend_from_slice(b"{ ");
    work.push(Work::Text(b"}"));
    let mut entries: Vec<_> = set
        .iter()
        .map(|(key, value)| (state.symbols.name(key.name), key.name, value))
        .collect();
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    for (_, name, value) in entries.into_iter().rev() {
        work.push(Work::Text(b"; "));
        work.push(Work::Value(value));
        work.push(Work::Text(b" = "));
        work.push(Work::Name(name));
    }
}

fn push_list<'h>(out: &mut Vec<u8>, work: &mut Vec<Work<'h>>, list: List<'h>) {
    out.extend_from_slice(b"[ ");
    work.push(Work::Text(b"]"));
    for &item in list.items().iter().rev() {
        work.push(Work::Text(b" "));
        work.push(Work::Value(item));
    }
}

fn write_scalar<'h>(state: &State<'h>, out: &mut Vec<u8>, value: Value<'h>) {
    match value.view() {
        View::Null => out.extend_from_slice(b"null"),
        View::Bool(b) => out.extend_from_slice(if b { b"true" } else { b"false" }),
        View::Int(n) => out.extend_from_slice(n.to_string().as_bytes()),
        View::Float(x) => write_float(out, x),
        View::String(text) => write_string(state, out, text.bytes()),
        View::Path(path) => out.extend_from_slice(&internal::shown(state, path.bytes())),
        View::Closure(_) => out.extend_from_slice(b"<LAMBDA>"),
        View::Builtin(_) => out.extend_from_slice(b"<PRIMOP>"),
        View::Partial(_) => out.extend_from_slice(b"<PRIMOP-APP>"),
        View::Attrs(_) | View::List(_) | View::Thunk(_) | View::Suspended(_) | View::Empty => {}
    }
}
