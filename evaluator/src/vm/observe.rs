//! What a machine tells its observer, if it has one.

use super::coroutine::Arguments;
use super::frame::{BuiltinFrame, Code, FoldFrame, NO_BUILTIN};
use super::run::{Flow, Vm};
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::Thunk;
use crate::observation::{Caller, Ending};
use crate::positions::Pos;

impl<'h> Vm<'h> {
    /// As `start_builtin`, with the observer looking on.
    #[cold]
    #[inline(never)]
    pub(super) fn run_builtin_observed(
        &mut self,
        number: u32,
        arguments: Arguments<'h>,
        depth: u32,
        update: Option<&'h Thunk<'h>>,
        pos: Pos,
    ) -> Result<Flow<'h>> {
        let caller = self.caller();
        let frame = self.frames.len();
        if let Some(observer) = &mut self.observer {
            observer.builtin_starts(number, arguments, caller, frame);
        }
        let result = self.start_builtin(number, arguments, depth, update, pos);
        // With a frame, it ends when its frame does.
        if self.frames.len() == frame
            && let Some(observer) = &mut self.observer
        {
            observer.builtin_ended(match &result {
                Ok(_) => Ending::Value,
                Err(_) => Ending::Error,
            });
        }
        result
    }

    /// What calls the builtin that is about to get the next frame.
    fn caller(&self) -> Option<Caller> {
        self.frames
            .iter()
            .rev()
            .find_map(|frame| match &frame.code {
                Code::Unit(unit) => {
                    let op = unit.chunk.ops.get(unit.ip.checked_sub(1)?)?;
                    Some(Caller::Instruction(op.first_part()))
                }
                Code::Builtin(BuiltinFrame { builtin, .. })
                | Code::Fold(FoldFrame { builtin, .. }) => Some(Caller::Builtin(*builtin)),
                Code::Generator(generator) if generator.builtin == NO_BUILTIN => None,
                Code::Generator(generator) => Some(Caller::Builtin(generator.builtin)),
                Code::Apply(apply) if apply.builtin == NO_BUILTIN => None,
                Code::Apply(apply) => Some(Caller::Builtin(apply.builtin)),
            })
    }

    /// The instruction under way failed.
    pub(super) fn observe_failure(&mut self) {
        if let Some(observer) = &mut self.observer {
            observer.instruction_failed();
        }
    }

    /// A step went well.
    pub(super) fn observe_frames(&mut self) {
        let frames = self.frames.len();
        if let Some(observer) = &mut self.observer {
            observer.settle(frames);
        }
    }

    /// An error is about to take frames down. Gives whether it is that of the
    /// frame on top.
    pub(super) fn observe_error(&mut self, error: &Error) -> bool {
        let Some(observer) = &mut self.observer else {
            return true;
        };
        if matches!(error.kind(), ErrorKind::Limit(_)) {
            observer.interrupted();
        }
        observer.error_begins()
    }

    /// The machine has run: what was counted is for whoever asked.
    pub(super) fn settle_observation(&mut self) {
        if let Some(observer) = &mut self.observer {
            let hits = observer.finish();
            self.state.hits.borrow_mut().merge(&hits);
        }
    }
}
