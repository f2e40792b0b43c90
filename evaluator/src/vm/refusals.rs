//! What instructions and calls refuse, and how each release words and places it.

use super::arithmetic::expected;
use super::frame::{Code, Frame};
use super::run::Vm;
use crate::builtins::{Kind, Want, context_not_allowed, missing_attribute, suggestions};
use crate::compiler::{BoolContext, Chunk};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Attrs, Bytes, Value, View};
use crate::positions::Pos;
use crate::symbols::Symbol;

impl<'h> Vm<'h> {
    /// The error of the instruction before `ip` of the unit on top.
    #[cold]
    #[inline(never)]
    pub(super) fn failed(&mut self, error: Error, ip: usize) -> Error {
        self.asked_at = Pos::NONE;
        let Some(Frame {
            code: Code::Unit(unit),
            ..
        }) = self.frames.last_mut()
        else {
            return error;
        };
        unit.ip = ip;
        let pos = unit.chunk.position(ip - 1);
        self.placed(error, pos)
    }

    /// The error for a `with` of something that is no set.
    #[cold]
    pub(super) fn not_a_scope(&self, value: Value<'h>, pos: Pos) -> Error {
        let error = expected(&self.state, "a set", value).traced(
            pos,
            "while evaluating the first subexpression of a with expression",
        );
        if self.state.has(Behaviour::TracesTellWhere) {
            error
        } else {
            error.nowhere()
        }
    }

    #[cold]
    pub(super) fn assertion_failed(&self, text: Value<'h>) -> Error {
        let text = text.as_string().map_or(b"".as_slice(), Bytes::bytes);
        let message = if self.state.has(Behaviour::AssertionsQuoteCondition) {
            [b"assertion '".as_slice(), text, b"' failed"].concat()
        } else {
            [b"assertion ".as_slice(), text, b" failed"].concat()
        };
        Error::new(ErrorKind::Assert, message)
    }

    #[cold]
    pub(super) fn not_a_set(&self, value: Value<'h>) -> Error {
        expected(&self.state, "a set", value).nowhere()
    }

    #[cold]
    pub(super) fn not_a_bool(&self, value: Value<'h>, context: BoolContext) -> Error {
        let error = expected(&self.state, "a Boolean", value);
        let unplaced = matches!(context, BoolContext::Branch | BoolContext::Not);
        if unplaced && self.state.has(Behaviour::TracesArePrefixes) {
            error.nowhere()
        } else {
            error
        }
    }

    pub(super) fn attrs_of(&self, value: Value<'h>) -> Result<Attrs<'h>> {
        value
            .as_attrs()
            .ok_or_else(|| expected(&self.state, "a set", value))
    }

    #[cold]
    pub(super) fn select_failed(&self, value: Value<'h>, name: Symbol, pos: Pos) -> Error {
        let Some(set) = value.as_attrs() else {
            return expected(&self.state, "a set", value)
                .traced(pos, "while selecting an attribute");
        };
        let names = set.keys().as_slice().iter().map(|key| key.name);
        missing_attribute(&self.state, name)
            .suggesting(suggestions(&self.state, name, names))
            .at(pos)
    }

    /// The symbol of a computed attribute name.
    pub(super) fn dynamic_name(
        &self,
        name: Value<'h>,
        pos: Pos,
        context: &'static str,
    ) -> Result<Symbol> {
        match name.view() {
            View::String(text) if text.context().is_some() => {
                let traced = |error: Error| {
                    let error = error.traced(pos, context);
                    if self.state.has(Behaviour::TracesTellWhere) {
                        error
                    } else {
                        error.nowhere()
                    }
                };
                Err(context_not_allowed(&self.state, text, traced))
            }
            View::String(text) => Ok(self.state.symbol_of(text)),
            _ => {
                let error = expected(&self.state, "a string", name).traced(pos, context);
                Err(if self.state.has(Behaviour::TracesTellWhere) {
                    error.at(pos)
                } else {
                    error.nowhere()
                })
            }
        }
    }

    /// The symbol of a computed name in a selection, for the instruction `index`.
    #[inline]
    pub(super) fn selected_name(
        &self,
        name: Value<'h>,
        chunk: &'h Chunk<'h>,
        index: usize,
    ) -> Result<Symbol> {
        match name.view() {
            View::String(text) if text.context().is_none() => Ok(self.state.symbol_of(text)),
            _ => {
                let pos = self.name_pos(chunk, index);
                self.dynamic_name(name, pos, "while evaluating an attribute name")
            }
        }
    }

    /// The error of an argument, given as the cell that holds it, which is not
    /// of the type that is wanted.
    #[cold]
    pub(super) fn wrong_argument(&self, want: &Want, cell: Value<'h>, pos: Pos) -> Error {
        let value = cell.evaluated().unwrap_or(cell);
        let wanted = match want.kind {
            Kind::Any | Kind::Cell | Kind::Coerced | Kind::Int | Kind::Natural | Kind::Positive => {
                "an integer"
            }
            Kind::Number => "a float",
            Kind::Bool => "a Boolean",
            Kind::String => "a string",
            Kind::PlainString => {
                if let View::String(text) = value.view() {
                    return context_not_allowed(&self.state, text, |error| {
                        error.at(pos).traced(pos, want.context)
                    });
                }
                "a string"
            }
            Kind::List => "a list",
            Kind::Attrs => "a set",
            Kind::Function | Kind::FunctionForItems => "a function",
        };
        let error = expected(&self.state, wanted, cell).traced(pos, want.context);
        match want.kind {
            Kind::List | Kind::Attrs => self.placed(error, pos),
            _ => error.at(pos),
        }
    }
}
