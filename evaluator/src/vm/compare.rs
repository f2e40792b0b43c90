//! Ordering (`CompareValues` in `primops.cc`).

use super::coroutine::{Co, Shared};
use super::equal::equal;
use super::walk::{self, Walk, levels};
use crate::dialect::Behaviour;
use crate::errors::{Error, Result};
use crate::heap::{Value, View};
use crate::positions::Pos;
use crate::print::{brief, describe::type_name, describe::type_of};
use crate::state::State;

/// Whether `a < b` for two evaluated values that are no lists; `None` for lists.
///
/// # Errors
/// If values of these types have no order.
#[inline(always)]
pub fn less_scalars<'h>(state: &State<'h>, a: Value<'h>, b: Value<'h>) -> Result<Option<bool>> {
    if let (Some(a), Some(b)) = (a.small_int(), b.small_int()) {
        return Ok(Some(a < b));
    }
    Ok(Some(match (a.view(), b.view()) {
        (View::Int(a), View::Int(b)) => a < b,
        (View::Int(a), View::Float(b)) => (a as f64) < b,
        (View::Float(a), View::Int(b)) => a < b as f64,
        (View::Float(a), View::Float(b)) => a < b,
        (View::String(a), View::String(b)) => a.bytes() < b.bytes(),
        (View::Path(a), View::Path(b)) => a.bytes() < b.bytes(),
        (View::List(_), View::List(_)) if state.has(Behaviour::ListsCompare) => return Ok(None),
        _ => return Err(incomparable(state, a, b)),
    }))
}

#[cold]
fn incomparable<'h>(state: &State<'h>, a: Value<'h>, b: Value<'h>) -> Error {
    let mut message = format!(
        "cannot compare {} with {}",
        type_name(state, a),
        type_name(state, b)
    )
    .into_bytes();
    let same = type_of(a) == type_of(b);
    if state.has(Behaviour::IncomparableShowsValues) {
        message.extend_from_slice(if same {
            b"; values of that type are incomparable (values are "
        } else {
            b"; values are "
        });
        message.extend_from_slice(&brief(state, a));
        message.extend_from_slice(b" and ");
        message.extend_from_slice(&brief(state, b));
        if same {
            message.push(b')');
        }
    } else if same && state.has(Behaviour::ErrorsShowValues) {
        message.extend_from_slice(b"; values of that type are incomparable");
    }
    let error = Error::type_error(message);
    if state.has(Behaviour::TracesTellWhere) {
        error
    } else {
        error.nowhere()
    }
}

/// Whether `a < b`. The values are forced first, `a` before `b`. `context` is the
/// line of trace if they cannot be compared, empty for none.
///
/// # Errors
/// If evaluation fails, or values of these types have no order.
pub async fn less_than<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    a: Value<'h>,
    b: Value<'h>,
    context: &'static str,
) -> Result<bool> {
    if let (Some(a), Some(b)) = (a.evaluated(), b.evaluated())
        && let Ok(Some(less)) = less_scalars(state, a, b)
    {
        return Ok(less);
    }
    let (a, b) = (co.force(a).await?, co.force(b).await?);
    let mut nested = 0;
    let result = less_forced(co, state, a, b, &mut nested).await;
    result.map_err(|error| {
        if !state.has(Behaviour::TracesTellWhere) {
            return error;
        }
        let mut error = error;
        for _ in 0..nested {
            error = error.traced(Pos::NONE, "while comparing two list elements");
        }
        error.traced(Pos::NONE, context)
    })
}

/// `nested` counts the lists that the compared values are in.
async fn less_forced<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    mut a: Value<'h>,
    mut b: Value<'h>,
    nested: &mut usize,
) -> Result<bool> {
    'pair: loop {
        if let Some(less) = less_scalars(state, a, b)? {
            return Ok(less);
        }
        let (View::List(left), View::List(right)) = (a.view(), b.view()) else {
            return Err(incomparable(state, a, b));
        };
        let mut pairs = left.items().iter().zip(right.items());
        loop {
            let Some((&x, &y)) = pairs.next() else {
                return Ok(left.items().len() < right.items().len());
            };
            // A cell is equal to itself whatever it holds.
            let same = x.same(y);
            // It is `==` that evaluates both.
            walk::step(co, state, Walk::Equality, 0, 0)?;
            let within = levels(state, 1);
            let x = co.force_within(x, co.pos, within).await?;
            let y = co.force_within(y, co.pos, within).await?;
            if !same && !equal(co, state, x, y).await? {
                (a, b) = (x, y);
                *nested += 1;
                continue 'pair;
            }
        }
    }
}
