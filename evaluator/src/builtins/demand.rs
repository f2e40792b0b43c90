//! Forcing an argument to a type from within a generator (`forceString` and
//! its siblings in `eval.cc`): each adds the line of trace that C++ Nix adds.

use super::context_not_allowed;
use crate::errors::{Error, Result};
use crate::heap::{Attrs, Bytes, List, Value, View};
use crate::state::State;
use crate::vm::arithmetic::expected;
use crate::vm::coerce::{Coercion, coerce};
use crate::vm::{Co, Shared};

/// Who asks for a value, and how C++ Nix words that in a trace.
#[derive(Clone, Copy)]
pub struct Demand<'c, 'h> {
    /// The line to the VM.
    pub co: &'c Co<'h>,
    /// The state.
    pub state: &'c Shared<'h>,
}

impl<'h> Demand<'_, 'h> {
    async fn evaluated<T>(
        self,
        value: Value<'h>,
        context: &str,
        check: impl Fn(&State<'h>, Value<'h>) -> Result<T>,
    ) -> Result<T> {
        match self.co.force(value).await {
            Ok(value) => check(self.state, value),
            Err(error) => Err(error),
        }
        .map_err(|error| error.traced(self.co.pos, context))
    }

    /// A string, with any context.
    pub async fn string(self, value: Value<'h>, context: &str) -> Result<Bytes<'h>> {
        self.evaluated(value, context, |state, value| match value.view() {
            View::String(text) => Ok(text),
            _ => Err(expected(state, "a string", value)),
        })
        .await
    }

    /// A string that must not have a context.
    pub async fn plain_string(self, value: Value<'h>, context: &str) -> Result<&'h [u8]> {
        self.evaluated(value, context, |state, value| match value.view() {
            View::String(text) if text.context().is_none() => Ok(text.bytes()),
            View::String(text) => Err(context_not_allowed(text)),
            _ => Err(expected(state, "a string", value)),
        })
        .await
    }

    /// An integer.
    pub async fn int(self, value: Value<'h>, context: &str) -> Result<i64> {
        self.evaluated(value, context, |state, value| match value.view() {
            View::Int(n) => Ok(n),
            _ => Err(expected(state, "an integer", value)),
        })
        .await
    }

    /// A boolean.
    pub async fn bool(self, value: Value<'h>, context: &str) -> Result<bool> {
        self.evaluated(value, context, |state, value| {
            value
                .as_bool()
                .ok_or_else(|| expected(state, "a Boolean", value))
        })
        .await
    }

    /// A list.
    pub async fn list(self, value: Value<'h>, context: &str) -> Result<List<'h>> {
        self.evaluated(value, context, |state, value| {
            value
                .as_list()
                .ok_or_else(|| expected(state, "a list", value))
        })
        .await
    }

    /// A set.
    pub async fn attrs(self, value: Value<'h>, context: &str) -> Result<Attrs<'h>> {
        self.evaluated(value, context, |state, value| {
            value
                .as_attrs()
                .ok_or_else(|| expected(state, "a set", value))
        })
        .await
    }

    /// A string that the value can be coerced to. Only a value of the wrong
    /// type is traced, not a failure to evaluate it.
    pub async fn coerced(
        self,
        value: Value<'h>,
        how: Coercion,
        context: &str,
    ) -> Result<Bytes<'h>> {
        let value = self.co.force(value).await?;
        if let View::String(text) = value.view() {
            return Ok(text);
        }
        coerce(self.co, self.state, value, how)
            .await
            .map_err(|error| error.traced(self.co.pos, context))
    }
}

/// An attribute that must be there (`getAttr` in `primops.cc`).
pub fn attribute<'h>(
    state: &State<'h>,
    set: Attrs<'h>,
    name: &str,
    context: &str,
) -> Result<Value<'h>> {
    let found = state
        .symbols
        .find(name.as_bytes())
        .and_then(|name| set.get(name));
    found.ok_or_else(|| {
        Error::new(
            crate::errors::ErrorKind::MissingAttribute,
            format!("attribute '{name}' missing"),
        )
        .traced(crate::positions::Pos::NONE, context)
    })
}
