//! The loop over the frames, and how results and errors go from one to the next.

use super::coroutine::{Co, Coroutine, Request, Shared, Slot, Turn, resume};
use super::frame::{ApplyFrame, BuiltinFrame, Code, FoldFrame, Frame, NO_BUILTIN};
use super::leaf::value_of_leaf;
use crate::compiler::{Op, Unit};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Heap, Thunk, ThunkState, Value};
use crate::observation::Observer;
use crate::positions::Pos;
use crate::profile::Watcher;
use std::rc::Rc;
use std::time::Instant;

/// What a step that may need evaluation leads to.
pub(super) enum Flow<'h> {
    /// The value, at once.
    Value(Value<'h>),
    /// A value, for the frame on top: one that was pushed.
    Deliver(Value<'h>),
    /// A frame was pushed; its result will be the value.
    Entered,
}

impl<'h> Flow<'h> {
    /// The value, if there is one.
    #[inline(always)]
    pub(super) fn result(self) -> Option<Value<'h>> {
        match self {
            Flow::Value(value) | Flow::Deliver(value) => Some(value),
            Flow::Entered => None,
        }
    }
}

/// A virtual machine for one evaluation.
pub struct Vm<'h> {
    pub(super) state: Shared<'h>,
    pub(super) heap: &'h Heap,
    pub(super) stack: Vec<Value<'h>>,
    pub(super) frames: Vec<Frame<'h>>,
    pub(super) interval: u64,
    pub(super) deadline: Option<Instant>,
    pub(super) call_depth: u32,
    /// How deep a frame may be that compares or coerces what is evaluated already: no deeper than one that calls, where
    /// that is a level of its own (`StructureCountsAsDepth`), and as deep as can be elsewhere.
    pub(super) scalar_depth: u32,
    pub(super) slot: Rc<Slot<'h>>,
    /// Where what failed last was asked for, for the trace of who asked. A
    /// selection asks at the definition of the attribute; [`Pos::NONE`]: who
    /// asked failed itself.
    pub(super) asked_at: Pos,
    /// How many results of builtins without a frame are being forced.
    pub(super) nested_results: u32,
    /// Counts what runs, if the settings ask for it.
    pub(super) observer: Option<Box<Observer<'h>>>,
    /// Says where the time goes, if the settings ask for it.
    pub(super) watcher: Option<Box<Watcher<'h>>>,
    /// Whether there is neither: then no instruction has to be told of.
    is_unobserved: bool,
    /// Whether only traces say where something was called (`TracesTellWhere`), which builtins ask often.
    pub(super) traces_tell_where: bool,
}

impl<'h> Vm<'h> {
    /// A machine that works on `state`.
    pub fn new(state: Shared<'h>) -> Vm<'h> {
        let limits = &state.settings.limits;
        let deadline = limits.time.map(|time| Instant::now() + time);
        let call_depth = if state.has(Behaviour::CallDepthIsLimited) {
            limits.call_depth
        } else {
            super::native_stack_depth(&state)
        };
        let scalar_depth = if state.has(Behaviour::StructureCountsAsDepth) {
            call_depth
        } else {
            u32::MAX
        };
        let observer = state.settings.observe.then(Box::default);
        let watcher = Watcher::of(&state.settings);
        Vm {
            heap: state.heap,
            stack: Vec::new(),
            frames: Vec::new(),
            interval: 0,
            deadline,
            call_depth,
            scalar_depth,
            slot: Rc::new(Slot::new()),
            asked_at: Pos::NONE,
            nested_results: 0,
            traces_tell_where: state.has(Behaviour::TracesTellWhere),
            is_unobserved: observer.is_none() && watcher.is_none(),
            observer,
            watcher,
            state,
        }
    }

    /// The state.
    pub fn state(&self) -> &Shared<'h> {
        &self.state
    }

    /// Evaluates a value.
    ///
    /// # Errors
    /// If that fails.
    pub fn evaluate(&mut self, value: Value<'h>) -> Result<Value<'h>> {
        self.run_generator(move |co| Box::pin(async move { co.force(value).await }))
    }

    /// Evaluates a unit that stands by itself: a file.
    ///
    /// # Errors
    /// If that fails.
    pub fn evaluate_unit(&mut self, unit: &'h Unit<'h>) -> Result<Value<'h>> {
        let thunk = Thunk::suspend(self.heap, unit, None);
        self.evaluate(Value::thunk(thunk))
    }

    /// Runs a generator to its end.
    ///
    /// # Errors
    /// If it fails.
    pub fn run_generator(
        &mut self,
        body: impl FnOnce(Co<'h>) -> Coroutine<'h>,
    ) -> Result<Value<'h>> {
        self.start_generator(None, 0, None, Pos::NONE, body);
        self.run()
    }

    /// Starts to evaluate a thunk (or gives its value) in a context of `depth`
    /// calls.
    #[inline]
    pub(super) fn force(&mut self, value: Value<'h>, depth: u32, pos: Pos) -> Result<Flow<'h>> {
        let Some(thunk) = value.as_thunk() else {
            return Ok(Flow::Value(value));
        };
        match thunk.state() {
            ThunkState::Done(value) => Ok(Flow::Value(value)),
            ThunkState::Suspended(unit, env) => {
                self.tick()?;
                if self.is_unobserved
                    && let Some(value) = value_of_leaf(self.heap, unit, env)
                {
                    thunk.finish(value);
                    return Ok(Flow::Value(value));
                }
                thunk.enter();
                let base = self.stack.len();
                self.enter_unit(unit, env, base, Some(thunk), depth, pos);
                Ok(Flow::Entered)
            }
            ThunkState::Call(call) => self.force_call(thunk, call[0], &call[1..], depth, pos),
            ThunkState::Apply(function, argument) => {
                self.force_call(thunk, function, &[argument], depth, pos)
            }
            ThunkState::Blackhole => Err(Error::new(
                ErrorKind::InfiniteRecursion,
                "infinite recursion encountered",
            )
            .at(self.asker(pos))),
            ThunkState::Failed(number) => Err(self.state.failure(number)),
        }
    }

    /// Starts to evaluate a thunk that is a call.
    #[inline]
    fn force_call(
        &mut self,
        thunk: &'h Thunk<'h>,
        function: Value<'h>,
        arguments: &[Value<'h>],
        depth: u32,
        pos: Pos,
    ) -> Result<Flow<'h>> {
        self.tick()?;
        let depth = self.deeper(depth)?;
        match self.start_call(function, arguments, depth, Some(thunk), pos)? {
            Some(value) => Ok(Flow::Deliver(value)),
            None => Ok(Flow::Entered),
        }
    }

    /// Pushes a few values: fewer than moving memory is made for.
    #[inline(always)]
    pub(super) fn push_all(&mut self, values: &[Value<'h>]) {
        for &value in values {
            self.stack.push(value);
        }
    }

    /// Starts a call of a value that may be a thunk.
    fn start_call(
        &mut self,
        function: Value<'h>,
        arguments: &[Value<'h>],
        depth: u32,
        update: Option<&'h Thunk<'h>>,
        pos: Pos,
    ) -> Result<Option<Value<'h>>> {
        let base = self.stack.len();
        if let Some(closure) = function.evaluated().and_then(Value::as_closure)
            && closure.unit.lambdas.len() == arguments.len()
        {
            self.push_all(arguments);
            self.enter_unit(closure.unit, closure.env, base, update, depth, pos);
            return Ok(None);
        }
        if let Some(function) = function.evaluated() {
            self.stack.push(function);
            self.push_all(arguments);
            let end = self.stack.len();
            let applied = self.apply(base, base + 1, end, depth, update, pos);
            return match update {
                None => Ok(applied?.result()),
                Some(thunk) => self.applied(applied, Some(thunk), pos),
            };
        }
        self.stack.push(function);
        self.push_all(arguments);
        let frame = ApplyFrame {
            base,
            next: base + 1,
            end: self.stack.len(),
            builtin: NO_BUILTIN,
        };
        self.frames.push(Frame {
            code: Code::Apply(frame),
            update,
            depth,
            pos,
        });
        match self.force(function, depth, pos)? {
            Flow::Value(function) => self.resume_apply(function),
            Flow::Deliver(value) => Ok(Some(value)),
            Flow::Entered => Ok(None),
        }
    }

    /// The function of the top frame's call was evaluated: calls it.
    fn resume_apply(&mut self, function: Value<'h>) -> Result<Option<Value<'h>>> {
        let Some(Frame {
            code: Code::Apply(apply),
            update,
            depth,
            pos,
        }) = self.frames.pop()
        else {
            unreachable!("called for the top frame when it waits for a function");
        };
        if apply.next == apply.end {
            self.stack.truncate(apply.base);
            if let Some(thunk) = update {
                thunk.finish(function);
            }
            return Ok(Some(function));
        }
        self.stack.truncate(apply.end);
        self.stack[apply.base] = function;
        let applied = self.apply(apply.base, apply.next, apply.end, depth, update, pos);
        self.applied(applied, update, pos)
    }

    /// What came of a call for a thunk, or of one whose function had to be evaluated.
    fn applied(
        &mut self,
        applied: Result<Flow<'h>>,
        update: Option<&'h Thunk<'h>>,
        pos: Pos,
    ) -> Result<Option<Value<'h>>> {
        applied.map(Flow::result).map_err(|error| {
            self.asked_at = pos;
            let error = self.placed(error, self.asker(pos));
            if let Some(thunk) = update {
                self.fail_thunk(thunk, &error);
            }
            error
        })
    }

    /// A position that a frame about to be pushed was given.
    pub(super) fn asker(&self, pos: Pos) -> Pos {
        match self.frames.len().checked_sub(1) {
            Some(top) if pos == Pos::OF_CALLER => match &self.frames[top].code {
                Code::Unit(unit) => unit.chunk.position(unit.ip.saturating_sub(1)),
                _ => self.frame_pos(top),
            },
            _ => pos,
        }
    }

    /// Where the frame of this index was called or forced.
    pub(super) fn frame_pos(&self, index: usize) -> Pos {
        let mut index = index;
        loop {
            let pos = self.frames[index].pos;
            match index.checked_sub(1) {
                Some(below) if pos == Pos::OF_CALLER => match &self.frames[below].code {
                    Code::Unit(unit) => return unit.chunk.position(unit.ip.saturating_sub(1)),
                    // What is no unit stands where it was called itself.
                    _ => index = below,
                },
                _ => return pos,
            }
        }
    }

    /// The thunk whose value the result of the top frame is: its own, or that of a unit which only hands on what
    /// it called.
    fn target(&self) -> Option<&'h Thunk<'h>> {
        for (index, frame) in self.frames.iter().enumerate().rev() {
            if frame.update.is_some() {
                return frame.update;
            }
            match &self.frames.get(index.checked_sub(1)?)?.code {
                Code::Unit(unit) if matches!(unit.chunk.ops.get(unit.ip), Some(Op::Return)) => {}
                _ => return None,
            }
        }
        None
    }

    /// Shows a set that is being made where its value goes. Only 2.3 has the value of a call there at once.
    pub(super) fn reveal_set(&self, set: Value<'h>) {
        let thunk = if self.state.has(Behaviour::CallsAreSeenUnfinished) {
            self.target()
        } else {
            let update = self.frames.last().and_then(|frame| frame.update);
            update.filter(|thunk| {
                matches!(thunk.state(), ThunkState::Blackhole | ThunkState::Done(_))
            })
        };
        if let Some(thunk) = thunk {
            thunk.reveal(self.heap, set);
        }
    }

    fn fail_thunk(&self, thunk: &'h Thunk<'h>, error: &Error) {
        if matches!(thunk.state(), ThunkState::Done(_)) && !thunk.is_revealed() {
            return;
        }
        if self.state.has(Behaviour::FailedThunksStayFailed) {
            thunk.fail(self.state.keep_failure(error.clone()));
        } else {
            thunk.restore();
        }
    }

    /// Runs until the frame that is on top now has its result.
    fn run(&mut self) -> Result<Value<'h>> {
        if self.observer.is_none() && self.watcher.is_none() {
            return self.run_loop::<false>();
        }
        let result = self.run_loop::<true>();
        self.settle_observation();
        result
    }

    /// The loop, compiled once for machines that are observed and once for those
    /// that are not: these pay nothing.
    fn run_loop<const OBSERVED: bool>(&mut self) -> Result<Value<'h>> {
        let floor = self.frames.len() - 1;
        let mut outcome: Result<Option<Value<'h>>> = Ok(None);
        loop {
            // A result, an error, or a frame that was pushed.
            outcome = match outcome {
                Ok(None) => match self.frames.last_mut() {
                    Some(frame) => match &frame.code {
                        Code::Unit(_) => {
                            let result = self.run_unit::<OBSERVED>();
                            if OBSERVED && result.is_err() {
                                self.observe_failure();
                            }
                            result
                        }
                        Code::Builtin(_) => self.step_builtin(),
                        Code::Generator(_) => self.resume_generator(Ok(Value::null())),
                        Code::Apply(_) | Code::Fold(_) => {
                            unreachable!("what waits for a call lies below the frame of that call")
                        }
                    },
                    None => unreachable!("the loop ends when its floor is reached"),
                },
                Ok(Some(value)) => {
                    if self.frames.len() == floor {
                        return Ok(value);
                    }
                    self.deliver(value)
                }
                Err(error) => match self.unwind(error, floor) {
                    Ok(next) => Ok(next),
                    Err(error) => return Err(error),
                },
            };
            if OBSERVED && outcome.is_ok() {
                self.observe_frames();
            }
        }
    }

    /// Gives a result to the units and builtins that wait for it. `Some`: a result for a frame of another kind.
    #[inline(always)]
    pub(super) fn hand_down<const OBSERVED: bool>(
        &mut self,
        value: Value<'h>,
    ) -> Result<Option<Value<'h>>> {
        let mut value = value;
        loop {
            match self.frames.last().map(|frame| &frame.code) {
                Some(Code::Unit(_)) => {
                    self.stack.push(value);
                    return Ok(None);
                }
                Some(Code::Builtin(_)) if !OBSERVED => {
                    if value.as_suspended().is_some() {
                        self.keep_argument(value);
                    }
                    match self.step_builtin()? {
                        Some(result) => value = result,
                        None => return Ok(None),
                    }
                }
                _ => return Ok(Some(value)),
            }
        }
    }

    /// Gives a result to the frame that waits for it.
    #[inline]
    fn deliver(&mut self, value: Value<'h>) -> Result<Option<Value<'h>>> {
        match self.frames.last_mut().map(|frame| &mut frame.code) {
            Some(Code::Unit(_)) => {
                self.stack.push(value);
                Ok(None)
            }
            Some(Code::Builtin(_)) => {
                if value.as_suspended().is_some() {
                    self.keep_argument(value);
                }
                self.step_builtin()
            }
            Some(Code::Fold(_)) => self.step_fold(value),
            Some(Code::Generator(generator)) => match value.as_suspended() {
                // Builtins force what they called for once more.
                Some(thunk) if generator.calls => {
                    generator.calls = false;
                    let (depth, pos) = self
                        .frames
                        .last()
                        .map_or((0, Pos::NONE), |frame| (frame.depth, frame.pos));
                    match self.force(Value::thunk(thunk), depth, pos)? {
                        Flow::Value(value) | Flow::Deliver(value) => Ok(Some(value)),
                        Flow::Entered => Ok(None),
                    }
                }
                _ => self.resume_generator(Ok(value)),
            },
            Some(Code::Apply(_)) => self.resume_apply(value),
            None => Ok(Some(value)),
        }
    }

    /// The builtin of the top frame gave its result.
    pub(super) fn leave_builtin(&mut self, value: Value<'h>) -> Result<Option<Value<'h>>> {
        let Some(frame) = self.frames.last() else {
            unreachable!("a builtin's frame is on top");
        };
        let (depth, pos) = (frame.depth, frame.pos);
        match value.evaluated() {
            Some(value) => Ok(Some(self.finish_frame(value))),
            None => {
                // What it gave is a thunk: its value is the result. The frame
                // becomes a call without arguments, which hands it on.
                let base = self.stack.len();
                let mut builtin = NO_BUILTIN;
                if let Some(frame) = self.frames.last_mut() {
                    builtin = match &frame.code {
                        Code::Builtin(BuiltinFrame { builtin, .. })
                        | Code::Fold(FoldFrame { builtin, .. }) => *builtin,
                        Code::Generator(generator) => generator.builtin,
                        Code::Unit(_) | Code::Apply(_) => NO_BUILTIN,
                    };
                    frame.code = Code::Apply(ApplyFrame {
                        base,
                        next: base,
                        end: base,
                        builtin,
                    });
                }
                let pos = if builtin == NO_BUILTIN {
                    pos
                } else {
                    self.builtin_pos(pos)
                };
                match self.force(value, depth, pos)? {
                    Flow::Value(value) => Ok(Some(self.finish_frame(value))),
                    Flow::Deliver(value) => Ok(Some(value)),
                    Flow::Entered => Ok(None),
                }
            }
        }
    }

    /// Pops the top frame, whose result this is.
    #[inline(always)]
    pub(super) fn finish_frame(&mut self, value: Value<'h>) -> Value<'h> {
        if let Some(frame) = self.frames.pop()
            && let Some(thunk) = frame.update
        {
            thunk.finish(value);
        }
        value
    }

    /// Pops the frame of a unit, whose result this is.
    #[inline(always)]
    pub(super) fn finish_unit(&mut self, value: Value<'h>) {
        if let Some(frame) = self.frames.pop() {
            if let Some(thunk) = frame.update {
                thunk.finish(value);
            }
            // It owns nothing, which the compiler does not see.
            debug_assert!(matches!(frame.code, Code::Unit(_)));
            std::mem::forget(frame);
        }
    }

    fn resume_generator(&mut self, response: Result<Value<'h>>) -> Result<Option<Value<'h>>> {
        let Some(frame) = self.frames.last_mut() else {
            unreachable!("a generator's frame is on top");
        };
        // A generator's frame knows its position: it was told when it started.
        let pos = frame.pos;
        let Code::Generator(running) = &mut frame.code else {
            unreachable!("a generator's frame is on top");
        };
        running.waits = false;
        running.calls = false;
        match resume(&self.slot, &mut running.generator, response) {
            Turn::Ended(result) => self.leave_builtin(result?),
            Turn::Asks(request) => {
                running.waits = true;
                let flow = match request {
                    Request::Force(value, pos, depth) => self.force(value, depth, pos)?,
                    Request::Call(count, pos, depth) => {
                        running.calls = true;
                        let function = self.slot.function.get();
                        let arguments =
                            [0, 1, 2].map(|index: usize| self.slot.arguments[index].get());
                        let depth = self.deeper(depth)?;
                        self.tick()?;
                        let arguments = &arguments[..count as usize];
                        match self.start_call(function, arguments, depth, None, pos)? {
                            Some(value) => Flow::Deliver(value),
                            None => Flow::Entered,
                        }
                    }
                    Request::Pause => {
                        self.tick_many(super::walk::PAUSE)?;
                        Flow::Value(Value::null())
                    }
                    Request::Reveal(value) => {
                        if let Some(thunk) = self.target() {
                            thunk.reveal(self.heap, value);
                        }
                        Flow::Value(Value::null())
                    }
                    Request::Run(body, depth) => {
                        self.start_generator(None, depth, None, pos, body);
                        Flow::Entered
                    }
                };
                Ok(match flow {
                    Flow::Value(value) | Flow::Deliver(value) => Some(value),
                    Flow::Entered => None,
                })
            }
        }
    }

    /// Takes frames down after an error, to one that goes on in spite of it.
    /// `Err`: none does. Generators see each error but for limits, if only to
    /// say in its trace what they were doing.
    fn unwind(&mut self, error: Error, floor: usize) -> Result<Option<Value<'h>>> {
        let mut error = error;
        let mut own = self.observe_error(&error);
        while self.frames.len() > floor {
            if let Some(Frame {
                code: Code::Generator(generator),
                ..
            }) = self.frames.last()
                && generator.waits
                && !matches!(error.kind(), ErrorKind::Limit(_))
            {
                self.stack.truncate(generator.base as usize);
                match self.resume_generator(Err(error)) {
                    Ok(next) => return Ok(next),
                    Err(next) => {
                        error = next;
                        continue;
                    }
                }
            }
            let pos = self.frame_pos(self.frames.len() - 1);
            if let Some(Frame {
                code: Code::Unit(unit),
                ..
            }) = self.frames.last()
            {
                error = self.in_unit(error, unit, pos);
            }
            let Some(frame) = self.frames.pop() else {
                break;
            };
            if let Some(observer) = &mut self.observer {
                observer.frame_failed(self.frames.len(), own);
                own = false;
            }
            self.asked_at = frame.pos;
            match &frame.code {
                Code::Unit(unit) => self.stack.truncate(unit.base),
                Code::Apply(apply) => {
                    self.stack.truncate(apply.base);
                    if apply.builtin != NO_BUILTIN {
                        error = self.in_builtin(error, apply.builtin, pos);
                    }
                }
                Code::Builtin(builtin) => {
                    error = self.in_argument(error, builtin, pos);
                    error = self.in_builtin(error, builtin.builtin, pos);
                }
                Code::Fold(FoldFrame { builtin, .. }) => {
                    error = self.in_builtin(error, *builtin, pos);
                }
                Code::Generator(generator) => {
                    if generator.builtin != NO_BUILTIN {
                        error = self.in_builtin(error, generator.builtin, pos);
                    }
                }
            }
            if let Some(thunk) = frame.update {
                self.fail_thunk(thunk, &error);
            }
        }
        Err(error)
    }
}
