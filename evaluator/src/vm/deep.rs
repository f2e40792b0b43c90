//! Evaluation of a value and all that is in it (`forceValueDeep` in `eval.cc`).

use super::coroutine::{Co, Shared};
use super::walk::{self, Walk, at_turn, levels};
use crate::dialect::Behaviour;
use crate::errors::Result;
use crate::heap::{Attrs, ThunkState, Value, View};
use crate::positions::Pos;
use crate::print::describe::write_name;
use rustc_hash::FxHashSet;

/// What is still to be evaluated, the last first.
enum Work<'h> {
    Items(&'h [Value<'h>], usize),
    Attrs(Attrs<'h>, usize),
}

/// Evaluates `value` and everything in it; cycles are walked once.
///
/// # Errors
/// If evaluating anything in it fails, or it nests deeper than the limit.
pub async fn force_deep<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    value: Value<'h>,
) -> Result<Value<'h>> {
    walk::step(co, state, Walk::Forcing, 0, 0)?;
    let top = co
        .force_within(value, own_pos(value), levels(state, 1))
        .await?;
    let mut seen = FxHashSet::default();
    let mut work = Vec::new();
    seen.insert(value.identity());
    enter(top, &mut work);
    while let Some(next) = work.pop() {
        let cell = match next {
            Work::Items(items, index) => {
                let Some(&item) = items.get(index) else {
                    continue;
                };
                work.push(Work::Items(items, index + 1));
                item
            }
            Work::Attrs(set, index) => {
                if index == set.len() {
                    continue;
                }
                work.push(Work::Attrs(set, index + 1));
                set.values()[at_turn(state, set, index)]
            }
        };
        match walk::step(co, state, Walk::Forcing, work.len(), 0) {
            Ok(false) => {}
            Ok(true) => co.pause().await?,
            Err(error) => return Err(add_trace(state, error, &work)),
        }
        let inner = match cell.evaluated() {
            Some(inner) => inner,
            // What stays a thunk when it is forced is forced once.
            None if seen.contains(&cell.identity()) => continue,
            None => match co
                .force_within(cell, own_pos(cell), levels(state, work.len() + 1))
                .await
            {
                Ok(inner) => inner,
                Err(error) => return Err(add_trace(state, error, &work)),
            },
        };
        if inner.as_suspended().is_some() {
            seen.insert(cell.identity());
        }
        if is_compound(inner) && seen.insert(cell.identity()) {
            enter(inner, &mut work);
        }
    }
    Ok(top)
}

/// Where a value itself stands, as far as it is known: a function, or the
/// function of a call that was put off (`Value::determinePos` in `eval.cc`).
pub fn own_pos(value: Value<'_>) -> Pos {
    let mut value = value;
    loop {
        match value.view() {
            View::Closure(function) => return function.lambda().pos,
            View::Thunk(thunk) => match thunk.state() {
                ThunkState::Done(inner) => value = inner,
                ThunkState::Call(call) => value = call[0],
                ThunkState::Apply(function, _) => value = function,
                _ => return Pos::NONE,
            },
            _ => return Pos::NONE,
        }
    }
}

fn is_compound(value: Value<'_>) -> bool {
    matches!(value.view(), View::List(_) | View::Attrs(_))
}

fn enter<'h>(value: Value<'h>, work: &mut Vec<Work<'h>>) {
    match value.view() {
        View::List(list) => work.push(Work::Items(list.items(), 0)),
        View::Attrs(set) => work.push(Work::Attrs(set, 0)),
        _ => {}
    }
}

/// Says through which attributes and elements the walk came to an error.
fn add_trace(
    state: &Shared<'_>,
    mut error: crate::errors::Error,
    work: &[Work<'_>],
) -> crate::errors::Error {
    for step in work.iter().rev() {
        error = match step {
            Work::Items(..) if !state.has(Behaviour::DeepListsAreTraced) => error,
            Work::Items(_, next) => error.traced(
                Pos::NONE,
                format!("while evaluating list element at index {}", next - 1),
            ),
            Work::Attrs(set, next) => {
                let key = set.keys().as_slice()[at_turn(state, *set, next - 1)];
                let mut frame = b"while evaluating the attribute '".to_vec();
                if state.has(Behaviour::ErrorsQuoteNames) {
                    write_name(state, &mut frame, key.name);
                } else {
                    frame.extend_from_slice(&state.symbols.name(key.name));
                }
                frame.push(b'\'');
                error.traced(key.pos, String::from_utf8_lossy(&frame).into_owned())
            }
        };
    }
    error
}
