//! `valueSize`: how many bytes a value takes in the memory of C++ Nix 2.3.

use super::{Builtin, Run, builtin};
use crate::dialect::Dialect;
use crate::heap::{Bytes, ThunkState, Value, View};
use crate::state::State;
use rustc_hash::FxHashSet;

/// The family.
pub const BUILTINS: &[Builtin] = &[builtin(
    "valueSize",
    1,
    Run::Plain(&[], |state, args| Ok(state.int(size(state, args[0])))),
)
.until(Dialect::V2_8)];

/// Sizes of that release's structures.
const VALUE: usize = 24;
const BINDINGS: usize = 8;
const ATTR: usize = 24;
const POINTER: usize = 8;
/// The outermost environment with all globals, as far as a program that just
/// starts has evaluated them, without the name of the directory in which the
/// search path has `<nix/…>`.
const GLOBALS: usize = 6880;

/// The size of all that can be reached from a value, each part counted once
/// (`valueSize` in `eval.cc`).
///
/// What functions and thunks close over is not laid out here as it is there:
/// they count as if they stood outside of all scopes. Neither are equal small
/// values one cell, nor have sets room that they do not use.
fn size<'h>(state: &State<'h>, value: Value<'h>) -> i64 {
    let mut total = 0;
    let mut seen = FxHashSet::default();
    let mut closes = false;
    let mut work = vec![value];
    while let Some(cell) = work.pop() {
        if cell.as_thunk().is_some() && !seen.insert(cell.identity()) {
            continue;
        }
        total += VALUE;
        let value = cell.evaluated().unwrap_or(cell);
        match value.view() {
            View::String(text) => {
                if seen.insert(value.identity()) {
                    total += text_size(text.bytes());
                }
                total += context_size(state, text);
            }
            View::Path(path) => total += text_size(path.bytes()),
            View::Attrs(set) => {
                if seen.insert(value.identity()) {
                    total += BINDINGS + ATTR * set.len();
                    work.extend_from_slice(set.values());
                }
            }
            View::List(list) => {
                if seen.insert(value.identity()) {
                    total += POINTER * list.items().len();
                    work.extend_from_slice(list.items());
                }
            }
            // A call is a chain of cells: one an argument, and the function's.
            View::Partial(call) => {
                total += VALUE * call.arguments.len();
                work.extend_from_slice(call.arguments);
            }
            View::Thunk(thunk) => match thunk.state() {
                ThunkState::Call(call) => {
                    total += VALUE * (call.len() - 2);
                    work.extend_from_slice(call);
                }
                ThunkState::Apply(function, argument) => work.extend([function, argument]),
                _ => closes = true,
            },
            View::Closure(_) => closes = true,
            View::Null
            | View::Bool(_)
            | View::Int(_)
            | View::Float(_)
            | View::Builtin(_)
            | View::Suspended(_)
            | View::Empty => {}
        }
    }
    if closes {
        total += GLOBALS + state.settings.data_dir.len();
    }
    i64::try_from(total).unwrap_or(i64::MAX)
}

fn text_size(text: &[u8]) -> usize {
    text.len() + 1
}

fn context_size(state: &State<'_>, text: Bytes<'_>) -> usize {
    let elements = text.context().map_or(&[][..], |context| context.elements);
    elements
        .iter()
        .map(|element| text_size(&element.encoded(&state.settings.store_dir, false)))
        .sum()
}
