//! What a machine tells its observer, if it has one.

use super::coroutine::Arguments;
use super::frame::{BuiltinFrame, Code, FoldFrame, NO_BUILTIN};
use super::run::{Flow, Vm};
use crate::compiler::{Op, Unit};
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::Thunk;
use crate::observation::{Caller, Ending};
use crate::positions::Pos;
use crate::profile::{Key, UnitKey};

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
        if let Some(watcher) = &mut self.watcher {
            watcher.builtin();
        }
        let result = self.start_builtin(number, arguments, depth, update, pos);
        if self.is_sampling() {
            self.sample(Some(number));
        }
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

    /// An instruction is about to run.
    #[inline]
    pub(super) fn observe_instruction(&mut self, op: &Op, index: usize, unit: &'h Unit<'h>) {
        if let Some(observer) = &mut self.observer {
            observer.instruction(op, &self.stack);
        }
        if let Some(watcher) = &mut self.watcher {
            watcher.instruction(op, index, unit);
            if watcher.is_due() {
                self.sample(None);
            }
        }
    }

    fn is_sampling(&self) -> bool {
        self.watcher
            .as_ref()
            .is_some_and(|watcher| watcher.is_due())
    }

    /// Notes what is under way, and a builtin that has just ended without a frame. Thunks are evaluated for
    /// whoever needs them, and have no names: only the innermost is noted.
    #[cold]
    fn sample(&mut self, ended: Option<u32>) {
        let Some(sampler) = self.watcher.as_mut().and_then(|it| it.sampler.as_mut()) else {
            return;
        };
        let innermost = self.frames.len().saturating_sub(1);
        let under_way = self.frames.iter().enumerate();
        let under_way = under_way.filter_map(|(index, frame)| match &frame.code {
            Code::Unit(frame) => {
                let unit = frame.chunk.unit;
                let has_name = !unit.lambdas.is_empty() || unit.parent.is_none();
                (has_name || index == innermost).then_some(Key::Unit(UnitKey(unit)))
            }
            Code::Builtin(frame) => Some(Key::Builtin(frame.builtin)),
            Code::Fold(frame) => Some(Key::Builtin(frame.builtin)),
            Code::Generator(frame) => known(frame.builtin),
            Code::Apply(frame) => known(frame.builtin),
        });
        sampler.note(under_way.chain(ended.map(Key::Builtin)));
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
        if self.is_sampling() {
            self.sample(None);
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
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        if let Some(mut stats) = watcher.take_stats() {
            stats.symbols = self.state.symbols.known() as u64;
            stats.bytes = self.heap.allocated() as u64;
            *self.state.stats.borrow_mut() += stats;
        }
        if let Some(sampler) = &mut watcher.sampler {
            let stacks = sampler.take(&self.state);
            self.state.profile.borrow_mut().stacks.extend(stacks);
        }
    }
}

fn known<'h>(builtin: u32) -> Option<Key<'h>> {
    (builtin != NO_BUILTIN).then_some(Key::Builtin(builtin))
}
