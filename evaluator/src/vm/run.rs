//! The loop.

use super::arithmetic::{self, expected};
use super::call::too_deep;
use super::coerce::{self, coerce, coerce_scalar};
use super::compare::{less_scalars, less_than};
use super::coroutine::{CallSlot, Co, Coroutine, Request, Shared};
use super::equal::{equal, equal_scalars};
use super::frame::{ApplyFrame, BuiltinFrame, Code, FoldFrame, Frame, UnitFrame};
use super::operators::{self, Sum};
use crate::compiler::{BoolContext, Op, Unit};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Attrs, Bytes, Closure, Env, Heap, List, Thunk, ThunkState, Value, View};
use crate::positions::Pos;
use crate::symbols::Symbol;
use genawaiter::GeneratorState;
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

/// A virtual machine for one evaluation.
pub struct Vm<'h> {
    pub(super) state: Shared<'h>,
    pub(super) heap: &'h Heap,
    pub(super) stack: Vec<Value<'h>>,
    pub(super) frames: Vec<Frame<'h>>,
    pub(super) ticks: u64,
    pub(super) interval: u64,
    pub(super) deadline: Option<Instant>,
    pub(super) call_depth: u32,
    pub(super) slot: Rc<CallSlot<'h>>,
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
        Vm {
            heap: state.heap,
            stack: Vec::new(),
            frames: Vec::new(),
            ticks: 1,
            interval: 0,
            deadline,
            call_depth,
            slot: Rc::new(CallSlot::new()),
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
                thunk.enter();
                let base = self.stack.len();
                self.enter_unit(unit, env, base, Some(thunk), depth, pos);
                Ok(Flow::Entered)
            }
            ThunkState::Call(call) => {
                self.tick()?;
                let depth = self.deeper(depth)?;
                thunk.enter();
                match self.start_call(call[0], &call[1..], depth, Some(thunk), pos)? {
                    Some(value) => Ok(Flow::Deliver(value)),
                    None => Ok(Flow::Entered),
                }
            }
            ThunkState::Blackhole => Err(Error::new(
                ErrorKind::InfiniteRecursion,
                "infinite recursion encountered",
            )
            .at(self.asker(pos))),
            ThunkState::Failed(number) => Err(self.state.failure(number)),
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
        if let (Some(function), None) = (function.evaluated(), update) {
            self.stack.push(function);
            self.stack.extend_from_slice(arguments);
            let end = self.stack.len();
            return Ok(match self.apply(base, base + 1, end, depth, None, pos)? {
                Flow::Value(value) | Flow::Deliver(value) => Some(value),
                Flow::Entered => None,
            });
        }
        self.stack.push(function);
        self.stack.extend_from_slice(arguments);
        let frame = ApplyFrame {
            base,
            next: base + 1,
            end: self.stack.len(),
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
        match applied {
            Ok(Flow::Entered) => Ok(None),
            Ok(Flow::Value(value) | Flow::Deliver(value)) => Ok(Some(value)),
            Err(error) => {
                if let Some(thunk) = update {
                    self.fail_thunk(thunk, &error);
                }
                Err(error.at(self.asker(pos)))
            }
        }
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

    fn fail_thunk(&self, thunk: &'h Thunk<'h>, error: &Error) {
        if matches!(thunk.state(), ThunkState::Done(_)) {
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
        let floor = self.frames.len() - 1;
        let mut outcome: Result<Option<Value<'h>>> = Ok(None);
        loop {
            // A result, an error, or a frame that was pushed.
            outcome = match outcome {
                Ok(None) => match self.frames.last_mut() {
                    Some(frame) => match &frame.code {
                        Code::Unit(_) => self.run_unit(),
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
            Some(Code::Builtin(_)) => self.step_builtin(),
            Some(Code::Fold(_)) => self.step_fold(value),
            Some(Code::Generator(_)) => self.resume_generator(Ok(value)),
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
                if let Some(frame) = self.frames.last_mut() {
                    frame.code = Code::Apply(ApplyFrame {
                        base,
                        next: base,
                        end: base,
                    });
                }
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
    fn finish_frame(&mut self, value: Value<'h>) -> Value<'h> {
        if let Some(frame) = self.frames.pop()
            && let Some(thunk) = frame.update
        {
            thunk.finish(value);
        }
        value
    }

    fn resume_generator(&mut self, response: Result<Value<'h>>) -> Result<Option<Value<'h>>> {
        let Some(frame) = self.frames.last_mut() else {
            unreachable!("a generator's frame is on top");
        };
        // A generator's frame knows its position: it was told when it started.
        let (depth, pos) = (frame.depth, frame.pos);
        let Code::Generator(running) = &mut frame.code else {
            unreachable!("a generator's frame is on top");
        };
        running.catches = false;
        match running.generator.resume_with(response) {
            GeneratorState::Complete(result) => self.leave_builtin(result?),
            GeneratorState::Yielded(request) => {
                let flow = match request {
                    Request::Force(value, pos) => self.force(value, depth, pos)?,
                    Request::Try(value) => {
                        running.catches = true;
                        self.force(value, depth, pos)?
                    }
                    Request::Call(count, pos) => {
                        let function = self.slot.function.get();
                        let arguments = self.slot.arguments.get();
                        let depth = self.deeper(depth)?;
                        self.tick()?;
                        let arguments = &arguments[..count as usize];
                        match self.start_call(function, arguments, depth, None, pos)? {
                            Some(value) => Flow::Deliver(value),
                            None => Flow::Entered,
                        }
                    }
                    Request::Run(body) => {
                        self.start_generator(None, depth, None, pos, body);
                        Flow::Entered
                    }
                    Request::TryRun(body) => {
                        running.catches = true;
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

    /// Takes frames down after an error, to one that catches it. `Err`: none did.
    fn unwind(&mut self, error: Error, floor: usize) -> Result<Option<Value<'h>>> {
        let mut error = error;
        while self.frames.len() > floor {
            if let Some(Frame {
                code: Code::Generator(generator),
                ..
            }) = self.frames.last()
                && generator.catches
                && !matches!(error.kind(), ErrorKind::Limit(_))
            {
                self.stack.truncate(generator.base);
                match self.resume_generator(Err(error)) {
                    Ok(next) => return Ok(next),
                    Err(next) => {
                        error = next;
                        continue;
                    }
                }
            }
            let pos = self.frame_pos(self.frames.len() - 1);
            let Some(frame) = self.frames.pop() else {
                break;
            };
            match &frame.code {
                Code::Unit(unit) => self.stack.truncate(unit.base),
                Code::Apply(apply) => self.stack.truncate(apply.base),
                Code::Builtin(BuiltinFrame { builtin, .. })
                | Code::Fold(FoldFrame { builtin, .. }) => {
                    error = self.in_builtin(error, *builtin, pos);
                }
                Code::Generator(generator) => {
                    if let Some(number) = generator.builtin {
                        error = self.in_builtin(error, number, pos);
                    }
                }
            }
            if let Some(thunk) = frame.update {
                self.fail_thunk(thunk, &error);
            }
        }
        Err(error)
    }

    pub(super) fn in_builtin(&self, error: Error, number: u32, pos: Pos) -> Error {
        let name = self.state.builtin(number).name;
        error
            .at(pos)
            .traced(pos, format!("while calling the '{name}' builtin"))
    }

    /// Runs bytecode until a frame of another kind is on top (`None`) or the
    /// last frame is done.
    fn run_unit(&mut self) -> Result<Option<Value<'h>>> {
        'frames: loop {
            let Some(Frame {
                code: Code::Unit(unit),
                depth,
                ..
            }) = self.frames.last()
            else {
                return Ok(None);
            };
            let UnitFrame {
                chunk,
                mut ip,
                base,
                env,
            } = *unit;
            let frame_depth = *depth;
            let ops = chunk.ops;
            // An error of the instruction before `ip`.
            macro_rules! check {
                ($result:expr) => {
                    match $result {
                        Ok(value) => value,
                        Err(error) => {
                            let error: Error = error;
                            return Err(error.at(chunk.position(ip - 1)));
                        }
                    }
                };
            }
            macro_rules! fail {
                ($error:expr) => {
                    return Err($error.at(chunk.position(ip - 1)))
                };
            }
            macro_rules! save {
                () => {
                    if let Some(Frame {
                        code: Code::Unit(unit),
                        ..
                    }) = self.frames.last_mut()
                    {
                        unit.ip = ip;
                    }
                };
            }
            macro_rules! pop {
                () => {
                    match self.stack.pop() {
                        Some(value) => value,
                        None => unreachable!("the compiler pushes what its instructions pop"),
                    }
                };
            }
            macro_rules! push_forced {
                ($value:expr, $depth:expr) => {{
                    let value: Value<'h> = $value;
                    match value.evaluated() {
                        Some(value) => self.stack.push(value),
                        None => {
                            save!();
                            let depth = frame_depth + u32::from($depth);
                            match check!(self.force(value, depth, Pos::OF_CALLER)) {
                                Flow::Value(value) => self.stack.push(value),
                                Flow::Deliver(value) => return Ok(Some(value)),
                                Flow::Entered => continue 'frames,
                            }
                        }
                    }
                }};
            }
            // Such an operator is a call in C++ Nix.
            macro_rules! operator_call {
                ($depth:expr) => {
                    if frame_depth + u32::from($depth) > self.call_depth {
                        fail!(too_deep());
                    }
                };
            }
            // Runs a generator whose result is pushed.
            macro_rules! generate {
                ($depth:expr, $body:expr) => {{
                    save!();
                    let depth = frame_depth + u32::from($depth);
                    self.start_generator(None, depth, None, Pos::OF_CALLER, $body);
                    return Ok(None);
                }};
            }
            loop {
                let op = ops[ip];
                ip += 1;
                match op {
                    Op::Constant(index) => self.stack.push(chunk.constants[index as usize]),
                    Op::Local(slot) => {
                        let value = self.stack[base + slot as usize];
                        self.stack.push(value);
                    }
                    Op::LocalForced { slot, depth } => {
                        push_forced!(self.stack[base + slot as usize], depth);
                    }
                    Op::Outer { up, slot } => {
                        self.stack.push(environment(env, up).get(slot as usize));
                    }
                    Op::OuterForced { up, slot } => {
                        push_forced!(environment(env, up).get(slot as usize), 0u16);
                    }
                    Op::SetLocal(slot) => {
                        let value = pop!();
                        self.stack[base + slot as usize] = value;
                    }
                    Op::SetEnv(slot) => {
                        let value = pop!();
                        environment(env, 0).set(slot as usize, value);
                    }
                    Op::Global(index) => self.stack.push(self.state.globals[index as usize]),
                    Op::Thunk(index) => {
                        let unit = chunk.units[index as usize];
                        let thunk = Thunk::suspend(self.heap, unit, env);
                        self.stack.push(Value::thunk(thunk));
                    }
                    Op::Closure(index) => {
                        let unit = chunk.units[index as usize];
                        let closure = self.heap.alloc(Closure { unit, env });
                        self.stack.push(Value::closure(closure));
                    }
                    Op::Force { depth } => {
                        let value = pop!();
                        push_forced!(value, depth);
                    }
                    Op::Swap => {
                        let top = pop!();
                        let second = pop!();
                        self.stack.extend_from_slice(&[top, second]);
                    }
                    Op::Pop => {
                        self.stack.pop();
                    }
                    Op::Jump(target) => ip = target as usize,
                    Op::JumpIfFalse { target, context } => {
                        let value = pop!();
                        match value.as_bool() {
                            Some(true) => {}
                            Some(false) => ip = target as usize,
                            None => fail!(self.not_a_bool(value, context, chunk.position(ip - 1))),
                        }
                    }
                    Op::JumpIfTrue { target, context } => {
                        let value = pop!();
                        match value.as_bool() {
                            Some(true) => ip = target as usize,
                            Some(false) => {}
                            None => fail!(self.not_a_bool(value, context, chunk.position(ip - 1))),
                        }
                    }
                    Op::CheckBool(context) => {
                        let value = pop!();
                        if value.as_bool().is_none() {
                            fail!(self.not_a_bool(value, context, chunk.position(ip - 1)));
                        }
                        self.stack.push(value);
                    }
                    Op::Not => {
                        let value = pop!();
                        match value.as_bool() {
                            Some(b) => self.stack.push(Value::bool(!b)),
                            None => {
                                fail!(self.not_a_bool(
                                    value,
                                    BoolContext::Not,
                                    chunk.position(ip - 1)
                                ));
                            }
                        }
                    }
                    Op::List(count) => {
                        let start = self.stack.len() - count as usize;
                        let list = List::new(self.heap, &self.stack[start..]);
                        self.stack.truncate(start);
                        self.stack.push(Value::list(list));
                    }
                    Op::Attrs(index) => {
                        let keys = chunk.keys[index as usize];
                        let start = self.stack.len() - keys.as_slice().len();
                        let set = Attrs::new(self.heap, keys, &self.stack[start..]);
                        self.stack.truncate(start);
                        self.stack.push(Value::attrs(set));
                    }
                    Op::InsertDynamic => {
                        let value = pop!();
                        let name = pop!();
                        let set = pop!();
                        let set = if matches!(name.view(), View::Null) {
                            set
                        } else {
                            let pos = chunk.position(ip - 1);
                            let name = check!(self.dynamic_name(name, pos));
                            let attrs = check!(self.attrs_of(set));
                            check!(operators::insert_dynamic(
                                &self.state,
                                attrs,
                                name,
                                pos,
                                value
                            ))
                        };
                        self.stack.push(set);
                    }
                    Op::Overrides(table) => {
                        let overrides = pop!();
                        let set = pop!();
                        let Some(overrides) = overrides.as_attrs() else {
                            fail!(
                                expected(&self.state, "a set", overrides).traced(
                                    Pos::NONE,
                                    "while evaluating the `__overrides` attribute"
                                )
                            );
                        };
                        let set = check!(self.attrs_of(set));
                        let result = operators::apply_overrides(
                            &self.state,
                            set,
                            overrides,
                            chunk.overrides[table as usize],
                            &mut self.stack[base..],
                            env,
                        );
                        self.stack.push(result);
                    }
                    Op::Select(name) => {
                        let value = pop!();
                        let found = value.as_attrs().and_then(|set| set.get(name));
                        match found {
                            Some(value) => self.stack.push(value),
                            None => fail!(self.select_failed(value, name, chunk.position(ip - 1))),
                        }
                    }
                    Op::SelectDynamic => {
                        let name = pop!();
                        let value = pop!();
                        let name = check!(self.dynamic_name(name, chunk.position(ip - 1)));
                        match value.as_attrs().and_then(|set| set.get(name)) {
                            Some(value) => self.stack.push(value),
                            None => fail!(self.select_failed(value, name, chunk.position(ip - 1))),
                        }
                    }
                    Op::SelectOr(name) => {
                        let value = pop!();
                        if let Some(value) = value.as_attrs().and_then(|set| set.get(name)) {
                            self.stack.push(value);
                            ip += 1;
                        }
                    }
                    Op::SelectOrDynamic => {
                        let name = pop!();
                        let value = pop!();
                        let name = check!(self.dynamic_name(name, chunk.position(ip - 1)));
                        if let Some(value) = value.as_attrs().and_then(|set| set.get(name)) {
                            self.stack.push(value);
                            ip += 1;
                        }
                    }
                    Op::WithSelect(name) => {
                        let value = pop!();
                        let Some(set) = value.as_attrs() else {
                            fail!(expected(&self.state, "a set", value).traced(
                                chunk.position(ip - 1),
                                "while evaluating the first subexpression of a with expression"
                            ));
                        };
                        match set.get(name) {
                            Some(value) => self.stack.push(value),
                            None => ip += 1,
                        }
                    }
                    Op::Undefined(name) => {
                        let message = [
                            b"undefined variable '".as_slice(),
                            &self.state.symbols.name(name),
                            b"'",
                        ]
                        .concat();
                        fail!(Error::new(ErrorKind::UndefinedVariable, message));
                    }
                    Op::Call { arguments, depth } => {
                        save!();
                        let function = self.stack.len() - 1 - arguments as usize;
                        let depth = frame_depth + u32::from(depth);
                        match check!(self.call(function, depth, Pos::OF_CALLER)) {
                            Flow::Entered => continue 'frames,
                            Flow::Value(value) => self.stack.push(value),
                            Flow::Deliver(value) => return Ok(Some(value)),
                        }
                    }
                    Op::AddLeft => {
                        let value = pop!();
                        match value.view() {
                            View::Int(_) | View::Float(_) | View::String(_) | View::Path(_) => {
                                self.stack.push(value);
                            }
                            View::Attrs(_) => {
                                let state = Shared::clone(&self.state);
                                generate!(0u16, move |co: Co<'h>| Box::pin(async move {
                                    let text =
                                        coerce(&co, &state, value, coerce::PATH_SEGMENT).await?;
                                    Ok(Value::string(text))
                                }));
                            }
                            _ => fail!(coerce::not_coercible(&self.state, value)),
                        }
                    }
                    Op::Add => {
                        let right = pop!();
                        let left = pop!();
                        if let (Some(a), Some(b)) = (left.small_int(), right.small_int()) {
                            // Two numbers of 61 bits have a sum of 64.
                            self.stack.push(Value::int(self.heap, a + b));
                            continue;
                        }
                        match check!(operators::add(&self.state, left, right)) {
                            Sum::Value(value) => self.stack.push(value),
                            Sum::CoerceRight => {
                                let state = Shared::clone(&self.state);
                                generate!(0u16, move |co: Co<'h>| Box::pin(async move {
                                    add_coerced(&co, &state, left, right).await
                                }));
                            }
                        }
                    }
                    Op::Sub { depth } => {
                        operator_call!(depth);
                        let right = pop!();
                        let left = pop!();
                        if let (Some(a), Some(b)) = (left.small_int(), right.small_int()) {
                            self.stack.push(Value::int(self.heap, a - b));
                            continue;
                        }
                        let result = arithmetic::sub(&self.state, left, right);
                        self.stack.push(check!(result));
                    }
                    Op::Mul { depth } => {
                        operator_call!(depth);
                        let right = pop!();
                        let left = pop!();
                        let result = arithmetic::mul(&self.state, left, right);
                        self.stack.push(check!(result));
                    }
                    Op::Div { depth } => {
                        operator_call!(depth);
                        let right = pop!();
                        let left = pop!();
                        let result = arithmetic::div(&self.state, left, right);
                        self.stack.push(check!(result));
                    }
                    Op::Less { depth } => {
                        operator_call!(depth);
                        let right = pop!();
                        let left = pop!();
                        match check!(less_scalars(&self.state, left, right)) {
                            Some(less) => self.stack.push(Value::bool(less)),
                            None => {
                                let state = Shared::clone(&self.state);
                                generate!(depth + 1, move |co: Co<'h>| Box::pin(async move {
                                    Ok(Value::bool(less_than(&co, &state, left, right).await?))
                                }));
                            }
                        }
                    }
                    Op::Equal => {
                        let right = pop!();
                        let left = pop!();
                        match equal_scalars(left, right) {
                            Some(same) => self.stack.push(Value::bool(same)),
                            None => {
                                let state = Shared::clone(&self.state);
                                generate!(0u16, move |co: Co<'h>| Box::pin(async move {
                                    Ok(Value::bool(equal(&co, &state, left, right).await?))
                                }));
                            }
                        }
                    }
                    Op::Update => {
                        let right = pop!();
                        let left = pop!();
                        let (left, right) =
                            (check!(self.attrs_of(left)), check!(self.attrs_of(right)));
                        self.stack.push(operators::update(&self.state, left, right));
                    }
                    Op::UpdateReversed => {
                        let left = pop!();
                        let right = pop!();
                        let (left, right) =
                            (check!(self.attrs_of(left)), check!(self.attrs_of(right)));
                        self.stack.push(operators::update(&self.state, left, right));
                    }
                    Op::CheckUpdate { right } => {
                        let value = pop!();
                        if value.as_attrs().is_none() {
                            let side = if right { "right" } else { "left" };
                            fail!(expected(&self.state, "a set", value).traced(
                                chunk.position(ip - 1),
                                format!("in the {side} operand of the update (//) operator")
                            ));
                        }
                        self.stack.push(value);
                    }
                    Op::ConcatLists => {
                        let right = pop!();
                        let left = pop!();
                        let list = operators::concat_lists(&self.state, left, right);
                        self.stack.push(check!(list));
                    }
                    Op::Interpolate { path } => {
                        let value = pop!();
                        let how = if path {
                            coerce::PATH_SEGMENT
                        } else {
                            coerce::INTERPOLATE
                        };
                        match coerce_scalar(&self.state, value, how) {
                            Some(text) => self.stack.push(Value::string(text)),
                            None => {
                                let state = Shared::clone(&self.state);
                                generate!(0u16, move |co: Co<'h>| Box::pin(async move {
                                    let text = coerce(&co, &state, value, how).await?;
                                    Ok(Value::string(text))
                                }));
                            }
                        }
                    }
                    Op::ConcatStrings(count) => {
                        let start = self.stack.len() - count as usize;
                        let text = operators::concat_strings(&self.state, &self.stack[start..]);
                        self.stack.truncate(start);
                        self.stack.push(text);
                    }
                    Op::ConcatPath(count) => {
                        let start = self.stack.len() - count as usize;
                        let segments: Vec<Bytes<'h>> = self.stack[start..]
                            .iter()
                            .filter_map(|part| match part.view() {
                                View::String(text) | View::Path(text) => Some(text),
                                _ => None,
                            })
                            .collect();
                        self.stack.truncate(start);
                        let path = check!(operators::path_of(&self.state, &segments));
                        self.stack.push(path);
                    }
                    Op::AssertFailed(text) => {
                        let text = chunk.constants[text as usize].as_string();
                        let text = text.map_or(b"".as_slice(), Bytes::bytes);
                        let message = [b"assertion '".as_slice(), text, b"' failed"].concat();
                        fail!(Error::new(ErrorKind::Assert, message));
                    }
                    Op::BindFormals(table) => {
                        let frame = UnitFrame {
                            chunk,
                            ip,
                            base,
                            env,
                        };
                        let table = &chunk.formals[table as usize];
                        check!(self.bind_formals(table, &frame));
                    }
                    Op::SkipIfLocalEmpty(slot) => {
                        if self.stack[base + slot as usize].is_empty_slot() {
                            ip += 1;
                        }
                    }
                    Op::SkipIfEnvEmpty(slot) => {
                        if environment(env, 0).get(slot as usize).is_empty_slot() {
                            ip += 1;
                        }
                    }
                    Op::Return => {
                        let value = pop!();
                        self.stack.truncate(base);
                        let value = self.finish_frame(value);
                        match self.frames.last().map(|frame| &frame.code) {
                            Some(Code::Unit(_)) => {
                                self.stack.push(value);
                                continue 'frames;
                            }
                            _ => return Ok(Some(value)),
                        }
                    }
                }
            }
        }
    }

    #[cold]
    fn not_a_bool(&self, value: Value<'h>, context: BoolContext, pos: Pos) -> Error {
        let context = match context {
            BoolContext::Branch => "while evaluating a branch condition",
            BoolContext::Assert => "in the condition of the assert statement",
            BoolContext::Not => "in the argument of the not operator",
            BoolContext::AndLeft => "in the left operand of the AND (&&) operator",
            BoolContext::AndRight => "in the right operand of the AND (&&) operator",
            BoolContext::OrLeft => "in the left operand of the OR (||) operator",
            BoolContext::OrRight => "in the right operand of the OR (||) operator",
            BoolContext::ImpliesLeft => "in the left operand of the IMPL (->) operator",
            BoolContext::ImpliesRight => "in the right operand of the IMPL (->) operator",
        };
        expected(&self.state, "a Boolean", value).traced(pos, context)
    }

    fn attrs_of(&self, value: Value<'h>) -> Result<Attrs<'h>> {
        value
            .as_attrs()
            .ok_or_else(|| expected(&self.state, "a set", value))
    }

    #[cold]
    fn select_failed(&self, value: Value<'h>, name: Symbol, pos: Pos) -> Error {
        if value.as_attrs().is_none() {
            return expected(&self.state, "a set", value)
                .traced(pos, "while selecting an attribute");
        }
        let message = [
            b"attribute '".as_slice(),
            &self.state.symbols.name(name),
            b"' missing",
        ]
        .concat();
        Error::new(ErrorKind::MissingAttribute, message)
    }

    /// The symbol of a computed attribute name.
    fn dynamic_name(&self, name: Value<'h>, pos: Pos) -> Result<Symbol> {
        match name.view() {
            View::String(text) if text.context().is_some() => {
                Err(crate::builtins::context_not_allowed(&self.state, text)
                    .traced(pos, "while evaluating an attribute name"))
            }
            View::String(text) => Ok(self.state.symbols.intern(text.bytes())),
            _ => Err(expected(&self.state, "a string", name)
                .traced(pos, "while evaluating an attribute name")),
        }
    }
}

/// The environment `up` levels out.
#[inline(always)]
fn environment<'h>(env: Option<Env<'h>>, up: u16) -> Env<'h> {
    let mut env = env;
    for _ in 0..up {
        env = env.and_then(Env::outer);
    }
    match env {
        Some(env) => env,
        None => unreachable!("the compiler counts the environments around a variable"),
    }
}

/// `left + right` where the right operand has to be coerced to a string.
async fn add_coerced<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    left: Value<'h>,
    right: Value<'h>,
) -> Result<Value<'h>> {
    let how = match left.view() {
        View::Path(_) => coerce::PATH_SEGMENT,
        _ => coerce::INTERPOLATE,
    };
    let right = Value::string(coerce(co, state, right, how).await?);
    match operators::add(state, left, right)? {
        Sum::Value(value) => Ok(value),
        Sum::CoerceRight => Err(coerce::not_coercible(state, right)),
    }
}
