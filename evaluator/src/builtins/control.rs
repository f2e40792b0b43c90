//! Control of evaluation: order, failure, messages.

use super::{Builtin, Kind, Run, builtin, want};
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Value, View};
use crate::positions::Pos;
use crate::print;
use crate::state::State;
use crate::symbols::known;
use crate::vm::coerce::{INTERPOLATE, PATH_SEGMENT, coerce};
use crate::vm::{Co, Shared, force_deep};

/// The family.
pub const BUILTINS: &[Builtin] = &[
    builtin(
        "throw",
        1,
        Run::Generator(|co, state, args| {
            Box::pin(async move {
                let context = "while evaluating the error message passed to builtin.throw";
                let message = message(&co, &state, args[0], context).await?;
                Err(Error::new(ErrorKind::Throw, message))
            })
        }),
    )
    .global(),
    builtin(
        "abort",
        1,
        Run::Generator(|co, state, args| {
            Box::pin(async move {
                let context = "while evaluating the error message passed to builtins.abort";
                let message = message(&co, &state, args[0], context).await?;
                let message = [
                    b"evaluation aborted with the following error message: '".as_slice(),
                    message,
                    b"'",
                ];
                Err(Error::new(ErrorKind::Abort, message.concat()))
            })
        }),
    )
    .global(),
    builtin(
        "addErrorContext",
        2,
        Run::Generator(|co, state, args| Box::pin(add_context(co, state, args[0], args[1]))),
    ),
    builtin(
        "tryEval",
        1,
        Run::Generator(|co, state, args| Box::pin(try_eval(co, state, args[0]))),
    ),
    builtin(
        "seq",
        2,
        Run::Plain(&[want(0, Kind::Any, "")], |_, args| Ok(args[1])),
    ),
    builtin(
        "deepSeq",
        2,
        Run::Generator(|co, state, args| {
            Box::pin(async move {
                force_deep(&co, &state, args[0]).await?;
                Ok(args[1])
            })
        }),
    ),
    builtin("trace", 2, Run::Plain(&[want(0, Kind::Cell, "")], trace)),
    builtin(
        "traceVerbose",
        2,
        Run::Generator(|co, state, args| {
            Box::pin(async move {
                if !state.settings.trace_verbose {
                    return Ok(args[1]);
                }
                co.force(args[0]).await?;
                trace(&state, &args[..2])
            })
        }),
    )
    .since(Dialect::V2_26),
    builtin(
        "warn",
        2,
        Run::Plain(
            &[want(
                0,
                Kind::String,
                "while evaluating the first argument; the message passed to builtins.warn",
            )],
            warn,
        ),
    )
    .since(Dialect::V2_26),
    // It hands back its argument as it is: a thunk, if that is what it is.
    builtin(
        "break",
        1,
        Run::Plain(&[], |state, args| match args[0].as_thunk() {
            Some(thunk) if thunk.value().is_none() => {
                Ok(Value::suspended(state.heap, thunk.copy(state.heap)))
            }
            _ => Ok(args[0]),
        }),
    )
    .global()
    .since(Dialect::V2_26),
];

/// The message of a failure.
async fn message<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    value: Value<'h>,
    context: &'static str,
) -> Result<&'h [u8]> {
    let text = coerce(co, state, value, INTERPOLATE, context).await?;
    Ok(text.bytes())
}

/// The message is looked at only if evaluation fails; if the message fails too,
/// that failure takes the place of the first.
async fn add_context<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    context: Value<'h>,
    value: Value<'h>,
) -> Result<Value<'h>> {
    let error = match co.force(value).await {
        Ok(value) => return Ok(value),
        Err(error) if error.ends_the_process() => return Err(error),
        Err(error) => error,
    };
    let how = if state.has(Behaviour::ErrorContextCopiesPaths) {
        INTERPOLATE
    } else {
        PATH_SEGMENT
    };
    let about = "while evaluating the error message passed to builtins.addErrorContext";
    let context = coerce(&co, &state, context, how, about).await?;
    Err(error.traced_always(String::from_utf8_lossy(context.bytes()).into_owned()))
}

async fn try_eval<'h>(co: Co<'h>, state: Shared<'h>, value: Value<'h>) -> Result<Value<'h>> {
    if state.has(Behaviour::CallsAreSeenUnfinished) {
        co.reveal(state.attrs(Vec::new())).await?;
    }
    let (success, value) = match co.force(value).await {
        Ok(_) => (true, value),
        Err(error) if error.catchable() => (false, Value::bool(false)),
        Err(error) => return Err(error),
    };
    Ok(state.attrs(vec![
        (known::VALUE, Pos::NONE, value),
        (
            state.symbols.late(known::SUCCESS),
            Pos::NONE,
            Value::bool(success),
        ),
    ]))
}

fn trace<'h>(state: &State<'h>, args: &[Value<'h>]) -> Result<Value<'h>> {
    say(state, args[0])?;
    Ok(args[1])
}

/// Prints a value as `trace` does.
///
/// # Errors
/// If it cannot be printed.
pub fn say<'h>(state: &State<'h>, said: Value<'h>) -> Result<()> {
    let mut line = b"trace: ".to_vec();
    match said.evaluated().unwrap_or(said).view() {
        View::String(text) => line.extend_from_slice(text.bytes()),
        _ => line.extend_from_slice(&print::print_for_trace(state, said)?),
    }
    (state.trace)(&line);
    Ok(())
}

/// A warning is laid out like an error (`logWarning` in `logging.cc`).
fn warn<'h>(state: &State<'h>, args: &[Value<'h>]) -> Result<Value<'h>> {
    let text = args[0]
        .as_string()
        .map_or(b"".as_slice(), |text| text.bytes());
    // A warning without a text is an empty line.
    let line = if print::chomped(text).is_empty() {
        Vec::new()
    } else {
        print::indented(b"evaluation warning: ", text)
    };
    (state.trace)(&line);
    if state.settings.abort_on_warn {
        return Err(Error::new(
            ErrorKind::Abort,
            "aborting to reveal stack trace of warning, as abort-on-warn is set",
        ));
    }
    Ok(args[1])
}

#[cfg(test)]
mod tests;
