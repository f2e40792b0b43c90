//! Equality (`eqValues` in `eval.cc`).

use super::coroutine::{Co, Shared};
use super::walk::{self, Walk, at_turn, levels};
use crate::errors::Result;
use crate::heap::{Attrs, Value, View};
use crate::symbols::known;

/// Equality of two evaluated values, if it can be told without evaluating
/// anything more.
#[inline(always)]
pub fn equal_scalars<'h>(a: Value<'h>, b: Value<'h>) -> Option<bool> {
    if let (Some(a), Some(b)) = (a.small_int(), b.small_int()) {
        return Some(a == b);
    }
    Some(match (a.view(), b.view()) {
        (View::Int(a), View::Int(b)) => a == b,
        (View::Int(a), View::Float(b)) => a as f64 == b,
        (View::Float(a), View::Int(b)) => a == b as f64,
        (View::Float(a), View::Float(b)) => a == b,
        (View::String(a), View::String(b)) => a.bytes() == b.bytes(),
        (View::Path(a), View::Path(b)) => a.bytes() == b.bytes(),
        (View::Null, View::Null) => true,
        (View::Bool(a), View::Bool(b)) => a == b,
        (View::List(a), View::List(b)) => {
            if a.items().len() != b.items().len() {
                false
            } else if a.items().is_empty() {
                true
            } else {
                return None;
            }
        }
        (View::Attrs(a), View::Attrs(b)) => {
            if a.is_empty() && b.is_empty() {
                true
            } else {
                return None;
            }
        }
        (View::Suspended(_), _) | (_, View::Suspended(_)) => return None,
        _ => false,
    })
}

/// What is still to be compared, the last first.
enum Work<'h> {
    Pair(Value<'h>, Value<'h>),
    Lists(&'h [Value<'h>], &'h [Value<'h>]),
    /// Two sets with as many attributes, from a turn on.
    Attrs(Attrs<'h>, Attrs<'h>, usize),
    /// Two derivations, around their output paths.
    Derivation,
}

/// Whether two values are equal; evaluates what it needs to know that.
///
/// # Errors
/// If evaluating an element fails, or the values nest deeper than the limit.
pub async fn equal<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    a: Value<'h>,
    b: Value<'h>,
) -> Result<bool> {
    let mut work = vec![Work::Pair(a, b)];
    while let Some(next) = work.pop() {
        let (a, b) = match next {
            Work::Pair(a, b) => (a, b),
            Work::Derivation => continue,
            Work::Lists(a, b) => {
                let (Some((&first_a, rest_a)), Some((&first_b, rest_b))) =
                    (a.split_first(), b.split_first())
                else {
                    continue;
                };
                work.push(Work::Lists(rest_a, rest_b));
                (first_a, first_b)
            }
            Work::Attrs(a, b, index) => {
                if index == a.len() {
                    continue;
                }
                let (at_a, at_b) = (at_turn(state, a, index), at_turn(state, b, index));
                if a.keys().as_slice()[at_a].name != b.keys().as_slice()[at_b].name {
                    return Ok(false);
                }
                work.push(Work::Attrs(a, b, index + 1));
                (a.values()[at_a], b.values()[at_b])
            }
        };
        if walk::step(co, state, Walk::Equality, work.len(), 0)? {
            co.pause().await?;
        }
        let cells = (a, b);
        let (a, b) = match (a.evaluated(), b.evaluated()) {
            (Some(a), Some(b)) => (a, b),
            _ => {
                let within = levels(state, work.len() + 1);
                let a = co.force_within(a, co.pos, within).await?;
                let b = co.force_within(b, co.pos, within).await?;
                (a, b)
            }
        };
        // Two occurrences of the same cell are equal whatever they hold,
        // functions included.
        if cells.0.same(cells.1) && !work.is_empty() {
            continue;
        }
        match equal_scalars(a, b) {
            Some(true) => {}
            Some(false) => return Ok(false),
            None => match (a.view(), b.view()) {
                (View::List(a), View::List(b)) => work.push(Work::Lists(a.items(), b.items())),
                (View::Attrs(a), View::Attrs(b)) => {
                    // Both are a level deeper than the pairs that are left.
                    let co = &co.within(levels(state, work.len() + 1));
                    if is_derivation(co, a).await?
                        && is_derivation(co, b).await?
                        && let (Some(a), Some(b)) = (a.get(known::OUT_PATH), b.get(known::OUT_PATH))
                    {
                        work.push(Work::Derivation);
                        work.push(Work::Pair(a, b));
                    } else if a.len() == b.len() {
                        work.push(Work::Attrs(a, b, 0));
                    } else {
                        return Ok(false);
                    }
                }
                _ => return Ok(false),
            },
        }
    }
    Ok(true)
}

/// Whether a set is a derivation: its `type` is `"derivation"`.
///
/// # Errors
/// If evaluating the type fails.
pub async fn is_derivation<'h>(co: &Co<'h>, set: Attrs<'h>) -> Result<bool> {
    let Some(kind) = set.get(known::TYPE) else {
        return Ok(false);
    };
    let kind = co.force(kind).await?;
    Ok(kind
        .as_string()
        .is_some_and(|text| text.bytes() == b"derivation"))
}
