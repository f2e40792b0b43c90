//! What generators demand of a value: that it evaluates to a type, with the
//! line of trace that C++ Nix adds if it does not (`forceList` and its
//! siblings in `eval-inline.hh`).

use super::context_not_allowed;
use crate::errors::{Error, Result};
use crate::heap::{Attrs, List, Value, View};
use crate::state::State;
use crate::symbols::known;
use crate::vm::Co;
use crate::vm::arithmetic::expected;

/// Values demanded by one builtin.
pub struct Demand<'a, 'h> {
    /// The builtin's line to the VM.
    pub co: &'a Co<'h>,
    /// The state.
    pub state: &'a State<'h>,
}

impl<'h> Demand<'_, 'h> {
    #[cold]
    fn wrong(&self, wanted: &str, found: Value<'h>, context: &'static str) -> Error {
        traced(
            expected(self.state, wanted, found).at(self.co.pos),
            self.co,
            context,
        )
    }

    async fn force(&self, value: Value<'h>, context: &'static str) -> Result<Value<'h>> {
        match value.evaluated() {
            Some(value) => Ok(value),
            None => self
                .co
                .force(value)
                .await
                .map_err(|error| traced(error, self.co, context)),
        }
    }

    /// A list.
    ///
    /// # Errors
    /// If evaluation fails or it is no list.
    pub async fn list(&self, value: Value<'h>, context: &'static str) -> Result<List<'h>> {
        let value = self.force(value, context).await?;
        value
            .as_list()
            .ok_or_else(|| self.wrong("a list", value, context))
    }

    /// A set.
    ///
    /// # Errors
    /// If evaluation fails or it is no set.
    pub async fn attrs(&self, value: Value<'h>, context: &'static str) -> Result<Attrs<'h>> {
        let value = self.force(value, context).await?;
        value
            .as_attrs()
            .ok_or_else(|| self.wrong("a set", value, context))
    }

    /// A function, or a set with `__functor`.
    ///
    /// # Errors
    /// If evaluation fails or it is neither.
    pub async fn function(&self, value: Value<'h>, context: &'static str) -> Result<Value<'h>> {
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
    pub async fn plain_string(&self, value: Value<'h>, context: &'static str) -> Result<&'h [u8]> {
        let value = self.force(value, context).await?;
        match value.view() {
            View::String(text) if text.context().is_none() => Ok(text.bytes()),
            View::String(text) => Err(traced(
                context_not_allowed(text).at(self.co.pos),
                self.co,
                context,
            )),
            _ => Err(self.wrong("a string", value, context)),
        }
    }

    /// What a call answered, which must be a boolean.
    ///
    /// # Errors
    /// If it is none.
    pub fn bool(&self, answer: Value<'h>, context: &'static str) -> Result<bool> {
        answer
            .as_bool()
            .ok_or_else(|| self.wrong("a Boolean", answer, context))
    }
}

fn traced(error: Error, co: &Co<'_>, context: &'static str) -> Error {
    if context.is_empty() {
        error
    } else {
        error.traced(co.pos, context)
    }
}
