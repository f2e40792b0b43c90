//! What watches a virtual machine while it runs.

use super::feature::{Ending, Feature, Kinds};
use super::hits::Hits;
use super::kinds::Kind;
use super::opcodes::{Opcode, purpose};
use crate::builtins::canonical_number;
use crate::compiler::Op;
use crate::heap::Value;
use crate::vm::Arguments;

/// What called a builtin.
#[derive(Clone, Copy)]
pub(crate) enum Caller {
    /// An instruction.
    Instruction(Op),
    /// A builtin, by its number.
    Builtin(u32),
}

/// A builtin that has a frame.
struct Running<'h> {
    /// The index of the frame.
    frame: usize,
    /// The builtin's number.
    number: u32,
    /// The arguments, as they were given: what they are evaluated to is seen
    /// when the builtin ends.
    arguments: Arguments<'h>,
}

/// Counts what one virtual machine does.
#[derive(Default)]
pub(crate) struct Observer<'h> {
    hits: Hits,
    /// The instruction that is under way: whether it fails is not known yet.
    current: Option<Feature>,
    /// Builtins that have frames, the innermost last.
    running: Vec<Running<'h>>,
    /// Whether the error under way is that of a builtin that had no frame.
    counted: bool,
}

impl<'h> Observer<'h> {
    /// The machine is about to run an instruction; `stack` is what it works on.
    pub fn instruction(&mut self, op: &Op, stack: &[Value<'h>]) {
        if let Some(done) = self.current.take() {
            self.hits.add(done);
        }
        let opcode = Opcode::of(op);
        let operands = match op {
            Op::Call { arguments, .. } => 1 + *arguments as usize,
            _ => opcode.operands(),
        };
        let start = stack.len().saturating_sub(operands);
        let kinds = Kinds::of(stack[start..].iter().map(|&value| Kind::of(value)));
        let feature = Feature::instruction(opcode, purpose(op), kinds, Ending::Value);
        self.current = Some(feature);
    }

    /// The instruction under way failed.
    pub fn instruction_failed(&mut self) {
        if let Some(failed) = self.current.take() {
            self.hits.add(failed.ending_in(Ending::Error));
        }
    }

    /// A builtin was called that will have the frame of this index, if it has
    /// one at all.
    pub fn builtin_starts(
        &mut self,
        number: u32,
        arguments: Arguments<'h>,
        caller: Option<Caller>,
        frame: usize,
    ) {
        let callee = canonical_number(number);
        match caller {
            Some(Caller::Instruction(op)) => {
                let caller = Opcode::of(&op);
                self.hits.add(Feature::call_by_opcode(caller, callee));
            }
            Some(Caller::Builtin(caller)) => {
                let caller = canonical_number(caller);
                self.hits.add(Feature::call_by_builtin(caller, callee));
            }
            None => {}
        }
        self.running.push(Running {
            frame,
            number: callee,
            arguments,
        });
    }

    /// The builtin that was called last ended without a frame.
    pub fn builtin_ended(&mut self, ending: Ending) {
        self.counted = ending == Ending::Error;
        self.end_innermost(ending);
    }

    fn end_innermost(&mut self, ending: Ending) {
        if let Some(ended) = self.running.pop() {
            let given = ended.arguments.iter();
            let kinds = Kinds::of(given.map(|&value| Kind::of(value)));
            self.hits.add(Feature::builtin(ended.number, kinds, ending));
        }
    }

    /// All went well so far, and so many frames are left: builtins whose frames
    /// are gone gave their values.
    #[inline]
    pub fn settle(&mut self, frames: usize) {
        while self.running.last().is_some_and(|last| last.frame >= frames) {
            self.end_innermost(Ending::Value);
        }
    }

    /// An error is about to take frames down. Gives whether it is that of the
    /// frame on top, and not of a builtin that had none.
    pub fn error_begins(&mut self) -> bool {
        !std::mem::take(&mut self.counted)
    }

    /// An error took a frame down, so that so many are left; `own`: it is the
    /// frame's own error.
    pub fn frame_failed(&mut self, frames: usize, own: bool) {
        let ending = if own { Ending::Error } else { Ending::Passed };
        while self.running.last().is_some_and(|last| last.frame >= frames) {
            self.end_innermost(ending);
        }
    }

    /// A limit ended the evaluation: what was under way neither gave a value
    /// nor failed.
    pub fn interrupted(&mut self) {
        self.current = None;
        self.running.clear();
    }

    /// What was counted, once the machine is done.
    pub fn finish(&mut self) -> Hits {
        if let Some(done) = self.current.take() {
            self.hits.add(done);
        }
        std::mem::take(&mut self.hits)
    }
}
