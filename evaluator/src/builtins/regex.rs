//! Regular expressions: `match` and `split` (`prim_match` and `prim_split` in
//! `primops.cc`). Each pattern of an evaluation is compiled once.

use super::demand::Demand;
use super::{Builtin, Kind, Run, builtin, want};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Limit, Result};
use crate::heap::Value;
use crate::regex::{Captures, CountOverflow, Limits, Regex, RegexError};
use crate::state::State;
use crate::vm::nested_outputs::is_unread;
use crate::vm::{Co, Shared};
use std::rc::Rc;

/// The family.
pub const BUILTINS: &[Builtin] = &[
    builtin(
        "match",
        2,
        Run::Generator(|co, state, args| Box::pin(full_match(co, state, args[0], args[1]))),
    )
    .quick(
        &[want(
            0,
            Kind::PlainString,
            "while evaluating the first argument passed to builtins.match",
        )],
        |state, args| {
            let pattern = args[0].evaluated()?.as_string()?;
            let text = args[1].evaluated()?.as_string()?;
            if is_unread(text) {
                return None;
            }
            let text = text.bytes();
            if pattern.context().is_some() {
                return None;
            }
            let regex = compiled(state, pattern.bytes()).ok()?;
            let found = regex.full_match(text, Limits::default()).ok()?;
            found.map_or(Some(Value::null()), |captures| {
                groups(state, text, &captures).ok()
            })
        },
    ),
    builtin(
        "split",
        2,
        Run::Generator(|co, state, args| Box::pin(split(co, state, args[0], args[1]))),
    ),
];

/// The compiled pattern, from the cache if it was used before.
fn compiled(state: &State<'_>, pattern: &[u8]) -> Result<Rc<Regex>> {
    if let Some(known) = state.regexes.borrow().get(pattern) {
        return Ok(Rc::clone(known));
    }
    let counts = if state.has(Behaviour::RegexCountsWrap) {
        CountOverflow::Wraps
    } else {
        CountOverflow::Invalid
    };
    let regex = Rc::new(
        Regex::with_counts(pattern, counts).map_err(|problem| regex_error(problem, pattern))?,
    );
    state
        .regexes
        .borrow_mut()
        .insert(pattern.to_vec(), Rc::clone(&regex));
    Ok(regex)
}

fn regex_error(problem: RegexError, pattern: &[u8]) -> Error {
    let kind = match problem {
        RegexError::TooComplex => ErrorKind::Limit(Limit::Fuel),
        RegexError::Invalid | RegexError::MemoryLimit => ErrorKind::Value,
    };
    let message = [problem.to_string().as_bytes(), b" '", pattern, b"'"].concat();
    Error::new(kind, message)
}

/// The groups of a match as a list: strings without context, null for a group
/// that took no part.
///
/// # Errors
/// If there is no room for them.
fn groups<'h>(state: &State<'h>, text: &[u8], captures: &Captures) -> Result<Value<'h>> {
    let sizes = captures.groups.iter().flatten();
    state.room(sizes.map(|(start, end)| end - start).sum())?;
    let items: Vec<Value<'h>> = captures
        .groups
        .iter()
        .map(|group| match *group {
            Some((start, end)) => state.string(&text[start..end]),
            None => Value::null(),
        })
        .collect();
    Ok(state.list(&items))
}

async fn full_match<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    pattern: Value<'h>,
    text: Value<'h>,
) -> Result<Value<'h>> {
    let demand = Demand::new(&co, &state);
    let pattern = demand
        .plain_string(
            pattern,
            "while evaluating the first argument passed to builtins.match",
        )
        .await?;
    let regex = compiled(&state, pattern)?;
    let text = demand
        .string(
            text,
            "while evaluating the second argument passed to builtins.match",
        )
        .await?
        .bytes();
    let found = regex
        .full_match(text, Limits::default())
        .map_err(|problem| regex_error(problem, pattern))?;
    Ok(match found {
        Some(captures) => groups(&state, text, &captures)?,
        None => Value::null(),
    })
}

async fn split<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    pattern: Value<'h>,
    subject: Value<'h>,
) -> Result<Value<'h>> {
    let demand = Demand::new(&co, &state);
    let pattern = demand
        .plain_string(
            pattern,
            "while evaluating the first argument passed to builtins.split",
        )
        .await?;
    let regex = compiled(&state, pattern)?;
    let text = demand
        .string(
            subject,
            "while evaluating the second argument passed to builtins.split",
        )
        .await?
        .bytes();
    let mut parts = Vec::new();
    let mut end_of_last = 0;
    let matches = regex
        .find_iter(text, Limits::default())
        .map_err(|problem| regex_error(problem, pattern))?;
    for (count, found) in matches.enumerate() {
        if count % 1024 == 1023 {
            // Memory that was taken is looked at, and the time.
            co.pause().await?;
        }
        let captures = found.map_err(|problem| regex_error(problem, pattern))?;
        parts.push(state.string(&text[end_of_last..captures.span.0]));
        parts.push(groups(&state, text, &captures)?);
        end_of_last = captures.span.1;
    }
    if parts.is_empty() {
        // The argument itself, so that it keeps its context.
        return Ok(state.list(&[subject]));
    }
    parts.push(state.string(&text[end_of_last..]));
    Ok(state.list(&parts))
}

#[cfg(test)]
mod tests;
