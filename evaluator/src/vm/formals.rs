//! Named arguments: how a function takes the set that it is called with apart.

use super::arithmetic::expected;
use super::frame::UnitFrame;
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
            return Err(expected(&self.state, "a set", argument).traced(
                table.lambda.pos,
                "while evaluating the value passed for the lambda argument",
            ));
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
                        return Err(self.missing_argument(table, formal.name));
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

    fn function_name(&self, table: &FormalsTable<'h>) -> Vec<u8> {
        match table.lambda.name.get() {
            Some(name) => self.state.symbols.name(name).to_vec(),
            None => b"anonymous lambda".to_vec(),
        }
    }

    #[cold]
    fn missing_argument(&self, table: &FormalsTable<'h>, name: Symbol) -> Error {
        let message = [
            b"function '".as_slice(),
            &self.function_name(table),
            b"' called without required argument '",
            &self.shown(name),
            b"'",
        ]
        .concat();
        Error::new(ErrorKind::MissingArgument, message).at(table.lambda.pos)
    }

    #[cold]
    fn unexpected_argument(&self, table: &FormalsTable<'h>, set: Attrs<'h>) -> Error {
        let unexpected = set
            .keys()
            .as_slice()
            .iter()
            .find(|key| table.formals.iter().all(|formal| formal.name != key.name))
            .map_or(known::NAMELESS, |key| key.name);
        let names = table.formals.iter().map(|formal| formal.name);
        let suggestions = suggestions(&self.state, unexpected, names);
        let message = [
            b"function '".as_slice(),
            &self.function_name(table),
            b"' called with unexpected argument '",
            &self.shown(unexpected),
            b"'",
        ]
        .concat();
        Error::new(ErrorKind::UnexpectedArgument, message)
            .suggesting(suggestions)
            .at(table.lambda.pos)
    }
}
