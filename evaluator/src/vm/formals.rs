//! Named arguments: how a function takes the set that it is called with apart.

use super::arithmetic::expected;
use super::frame::UnitFrame;
use super::operators::describe_position;
use super::run::Vm;
use crate::builtins::suggestions;
use crate::compiler::{DefaultValue, FormalsTable, Place};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Attrs, Thunk, Value};
use crate::positions::Pos;
use crate::print::describe::write_name;
use crate::symbols::{Symbol, known};

impl<'h> Vm<'h> {
    /// Binds a function's named arguments from the set it was called with.
    pub(super) fn bind_formals(
        &mut self,
        table: &FormalsTable<'h>,
        frame: &UnitFrame<'h>,
    ) -> Result<()> {
        let argument = self.stack[frame.base + table.argument as usize];
        let Some(set) = argument.as_attrs() else {
            let error = expected(&self.state, "a set", argument).traced(
                table.lambda.pos,
                "while evaluating the value passed for the lambda argument",
            );
            return Err(self.placed(error, self.call_pos()));
        };
        let keys = set.keys().as_slice();
        let values = set.values();
        let mut next = 0;
        let mut used = 0;
        for formal in table.formals {
            // Both are ascending by symbol.
            while keys.get(next).is_some_and(|key| key.name < formal.name) {
                next += 1;
            }
            let value = if keys.get(next).is_some_and(|key| key.name == formal.name) {
                used += 1;
                values[next]
            } else {
                match formal.default {
                    DefaultValue::Thunk(unit) => {
                        Value::thunk(Thunk::suspend(self.heap, unit, frame.env))
                    }
                    DefaultValue::Constant(value) => value,
                    DefaultValue::Later => continue,
                    DefaultValue::Required => {
                        return Err(self.missing_argument(table, set, formal.name));
                    }
                }
            };
            match formal.place {
                Place::Local(slot) => self.stack[frame.base + slot as usize] = value,
                Place::Env(slot) => {
                    if let Some(env) = frame.env {
                        env.set(slot as usize, value);
                    }
                }
            }
        }
        let ellipsis = table
            .lambda
            .formals
            .as_ref()
            .is_some_and(|formals| formals.ellipsis);
        if !ellipsis && used != keys.len() {
            return Err(self.unexpected_argument(table, set));
        }
        Ok(())
    }

    /// Where the function of the top frame was called.
    pub(super) fn call_pos(&self) -> Pos {
        self.frame_pos(self.frames.len() - 1)
    }

    fn shown(&self, name: Symbol) -> Vec<u8> {
        if !self.state.has(Behaviour::ErrorsQuoteNames) {
            return self.state.symbols.name(name).to_vec();
        }
        let mut out = Vec::new();
        write_name(&self.state, &mut out, name);
        out
    }

    /// An error about an argument, whose name ends the message.
    #[cold]
    fn argument_error(
        &self,
        table: &FormalsTable<'h>,
        kind: ErrorKind,
        what: &str,
        argument: Symbol,
    ) -> Error {
        let lambda = table.lambda;
        let name = lambda.name.get();
        let name = name.map(|name| self.state.symbols.name(name).to_vec());
        let at_call = self.state.has(Behaviour::FunctionErrorsAreAtCall);
        let mut message = Vec::new();
        if at_call {
            match name {
                Some(name) => message.extend([b"'".as_slice(), &name, b"'"].concat()),
                None => message.extend_from_slice(b"anonymous function"),
            }
            let place = describe_position(&self.state, lambda.pos);
            message.extend_from_slice(format!(" at {place}").as_bytes());
        } else {
            let name = name.unwrap_or_else(|| b"anonymous lambda".to_vec());
            message.extend([b"function '".as_slice(), &name, b"'"].concat());
        }
        message.extend_from_slice(format!(" called {what} argument '").as_bytes());
        message.extend_from_slice(&self.shown(argument));
        message.push(b'\'');
        Error::new(kind, message).at(if at_call { self.call_pos() } else { lambda.pos })
    }

    #[cold]
    fn missing_argument(&self, table: &FormalsTable<'h>, set: Attrs<'h>, name: Symbol) -> Error {
        let formals = table.lambda.formals.iter().flat_map(|formals| formals.list);
        let missing =
            formals.filter(|formal| formal.default.is_none() && set.get(formal.name).is_none());
        let written_first = missing.min_by_key(|formal| formal.pos);
        let name = match written_first {
            Some(formal) if self.state.has(Behaviour::FormalsInSourceOrder) => formal.name,
            _ => name,
        };
        self.argument_error(table, ErrorKind::MissingArgument, "without required", name)
    }

    #[cold]
    fn unexpected_argument(&self, table: &FormalsTable<'h>, set: Attrs<'h>) -> Error {
        let keys = set.keys().as_slice();
        let unexpected = keys
            .iter()
            .find(|key| table.formals.iter().all(|formal| formal.name != key.name))
            .map_or(known::NAMELESS, |key| key.name);
        let names = table.formals.iter().map(|formal| formal.name);
        let kind = ErrorKind::UnexpectedArgument;
        self.argument_error(table, kind, "with unexpected", unexpected)
            .suggesting(suggestions(&self.state, unexpected, names))
    }
}
