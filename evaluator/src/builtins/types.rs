//! Types: which one a value has.

use super::{Builtin, Kind, Run, Want, builtin, want};
use crate::errors::{Error, Result};
use crate::heap::{Value, View};
use crate::print::describe::type_of;
use crate::state::State;

/// A builtin that forces its argument and answers a question about it.
const fn question(
    name: &'static str,
    run: for<'h> fn(&State<'h>, &[Value<'h>]) -> Result<Value<'h>>,
) -> Builtin {
    const WANTS: &[Want] = &[want(0, Kind::Any, "")];
    builtin(name, 1, Run::Plain(WANTS, run))
}

macro_rules! is {
    ($name:literal, $($pattern:pat_param)|+) => {
        question($name, |_, args| {
            Ok(Value::bool(matches!(args[0].view(), $($pattern)|+)))
        })
    };
}

/// The family.
pub const BUILTINS: &[Builtin] = &[
    question("typeOf", |state, args| match args[0].view() {
        // The releases with `break` end here with an internal error.
        View::Suspended(_) => Err(Error::type_error("cannot tell the type of a thunk")),
        _ => Ok(state.string(type_of(args[0]).as_bytes())),
    }),
    is!("isNull", View::Null).global(),
    is!(
        "isFunction",
        View::Closure(_) | View::Builtin(_) | View::Partial(_)
    ),
    is!("isInt", View::Int(_)),
    is!("isFloat", View::Float(_)),
    is!("isString", View::String(_)),
    is!("isBool", View::Bool(_)),
    is!("isPath", View::Path(_)),
    is!("isAttrs", View::Attrs(_)),
    is!("isList", View::List(_)),
];
