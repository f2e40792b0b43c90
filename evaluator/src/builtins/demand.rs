//! What generators demand of a value: that it evaluates to a type, with the
//! line of trace that C++ Nix adds if it does not (`forceList` and its
//! siblings in `eval-inline.hh`).

use super::context_not_allowed;
use crate::dialect::Behaviour;
use crate::errors::{Error, Result};
use crate::heap::{Attrs, Bytes, List, Value, View};
use crate::positions::Pos;
use crate::state::State;
use crate::symbols::known;
use crate::vm::arithmetic::expected;
use crate::vm::coerce::{Coercion, coerce};
use crate::vm::nested_outputs;
use crate::vm::walk::{self, Walk};
use crate::vm::{Co, Shared};

/// Values demanded by one builtin.
#[derive(Clone, Copy)]
pub struct Demand<'a, 'h> {
    /// The builtin's line to the VM.
    pub co: &'a Co<'h>,
    /// The state.
    pub state: &'a Shared<'h>,
    /// Where the values are demanded.
    pos: Pos,
}

impl<'a, 'h> Demand<'a, 'h> {
    /// Values demanded where the builtin was called.
    pub fn new(co: &'a Co<'h>, state: &'a Shared<'h>) -> Demand<'a, 'h> {
        Demand {
            co,
            state,
            pos: co.pos,
        }
    }

    /// Values demanded at `pos`.
    pub fn at(self, pos: Pos) -> Demand<'a, 'h> {
        Demand { pos, ..self }
    }

    #[cold]
    fn wrong(self, wanted: &str, found: Value<'h>, context: &'static str) -> Error {
        expected(self.state, wanted, found)
            .at(self.pos)
            .traced(self.pos, context)
    }

    /// As [`Demand::wrong`] for lists and sets: since 2.14 only the trace says
    /// where (`forceList` in `eval-inline.hh`).
    #[cold]
    fn wrong_kind(self, wanted: &str, found: Value<'h>, context: &'static str) -> Error {
        self.placed(expected(self.state, wanted, found).traced(self.pos, context))
    }

    fn placed(self, error: Error) -> Error {
        if self.state.has(Behaviour::TracesTellWhere) {
            error
        } else {
            error.at(self.pos)
        }
    }

    async fn force(self, value: Value<'h>, context: &'static str) -> Result<Value<'h>> {
        match value.evaluated() {
            Some(value) => Ok(value),
            None => self
                .co
                .force_at(value, self.pos)
                .await
                .map_err(|error| error.traced(self.pos, context)),
        }
    }

    /// A list.
    ///
    /// # Errors
    /// If evaluation fails or it is no list.
    pub async fn list(self, value: Value<'h>, context: &'static str) -> Result<List<'h>> {
        let value = self.co.force_at(value, self.pos).await?;
        value
            .as_list()
            .ok_or_else(|| self.wrong_kind("a list", value, context))
    }

    /// A set.
    ///
    /// # Errors
    /// If evaluation fails or it is no set.
    pub async fn attrs(self, value: Value<'h>, context: &'static str) -> Result<Attrs<'h>> {
        let value = self.co.force_at(value, self.pos).await?;
        value
            .as_attrs()
            .ok_or_else(|| self.wrong_kind("a set", value, context))
    }

    /// A function, or a set with `__functor`.
    ///
    /// # Errors
    /// If evaluation fails or it is neither.
    pub async fn function(self, value: Value<'h>, context: &'static str) -> Result<Value<'h>> {
        let value = self.force(value, context).await?;
        match value.view() {
            View::Closure(_) | View::Builtin(_) | View::Partial(_) => Ok(value),
            View::Attrs(set) if set.get(known::FUNCTOR).is_some() => Ok(value),
            _ => Err(self.wrong("a function", value, context)),
        }
    }

    /// The text of a string without context.
    ///
    /// # Errors
    /// If evaluation fails, or it is no string or has a context.
    pub async fn plain_string(self, value: Value<'h>, context: &'static str) -> Result<&'h [u8]> {
        Ok(self.plain(value, context).await?.bytes())
    }

    /// A string without context.
    ///
    /// # Errors
    /// If evaluation fails, or it is no string or has a context.
    pub async fn plain(self, value: Value<'h>, context: &'static str) -> Result<Bytes<'h>> {
        let value = self.force(value, context).await?;
        match value.view() {
            View::String(text) if text.context().is_none() => Ok(text),
            View::String(text) => {
                let traced = |error: Error| self.placed(error.traced(self.pos, context));
                Err(context_not_allowed(self.state, text, traced))
            }
            _ => Err(self.wrong("a string", value, context)),
        }
    }

    /// What a call answered, which must be a boolean.
    ///
    /// # Errors
    /// If it is none.
    pub fn answer(self, answer: Value<'h>, context: &'static str) -> Result<bool> {
        answer
            .as_bool()
            .ok_or_else(|| self.wrong("a Boolean", answer, context))
    }

    /// A string, with any context.
    ///
    /// # Errors
    /// If evaluation fails, it is no string, or its context cannot be read.
    pub async fn string(self, value: Value<'h>, context: &'static str) -> Result<Bytes<'h>> {
        let text = self.bytes(value, context).await?;
        nested_outputs::read(self.state, text)
    }

    /// A string of which only the text matters: its context is not read.
    ///
    /// # Errors
    /// If evaluation fails or it is no string.
    pub async fn bytes(self, value: Value<'h>, context: &'static str) -> Result<Bytes<'h>> {
        let value = self.force(value, context).await?;
        value
            .as_string()
            .ok_or_else(|| self.wrong("a string", value, context))
    }

    /// An integer.
    ///
    /// # Errors
    /// If evaluation fails or it is no integer.
    pub async fn int(self, value: Value<'h>, context: &'static str) -> Result<i64> {
        let value = self.force(value, context).await?;
        match value.view() {
            View::Int(n) => Ok(n),
            _ => Err(self.wrong("an integer", value, context)),
        }
    }

    /// A boolean.
    ///
    /// # Errors
    /// If evaluation fails or it is no boolean.
    pub async fn bool(self, value: Value<'h>, context: &'static str) -> Result<bool> {
        let value = self.force(value, context).await?;
        self.answer(value, context)
    }

    /// A string that the value can be coerced to. Only a value of the wrong
    /// type is traced, not a failure to evaluate it.
    pub async fn coerced(
        self,
        value: Value<'h>,
        how: Coercion,
        context: &'static str,
    ) -> Result<Bytes<'h>> {
        // What is a string already is not copied: the caller does if it must be one of its own.
        if let Some(text) = value.evaluated().and_then(Value::as_string) {
            walk::step(self.co, self.state, Walk::Coercion, 0, 0)?;
            return nested_outputs::read(self.state, text);
        }
        coerce(self.co, self.state, value, how, context).await
    }
}

/// An attribute that must be there (`getAttr` in `primops.cc`).
pub fn attribute<'h>(
    state: &State<'h>,
    set: Attrs<'h>,
    name: &str,
    context: &'static str,
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
        .traced(Pos::NONE, context)
    })
}
