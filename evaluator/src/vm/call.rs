//! Calls: functions, builtins, functors, and arguments left over.

use super::coroutine::{Arguments, Co, Coroutine, Shared, start};
use super::frame::{
    ApplyFrame, BuiltinFrame, Code, FoldFrame, Frame, GeneratorFrame, NO_BUILTIN, UnitFrame,
};
use super::run::{Flow, Vm};
use super::walk::too_deep;
use crate::builtins::{Kind, Run};
use crate::compiler::{Unit, compile};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Limit, Result};
use crate::heap::{Attrs, Closure, Env, List, PartialCall, Thunk, Value, View};
use crate::positions::Pos;
use crate::print::describe::{type_name, with_value};
use crate::symbols::known;
use std::rc::Rc;

impl<'h> Vm<'h> {
    /// Counts a step and looks at the limits now and then.
    #[inline(always)]
    pub(super) fn tick(&mut self) -> Result<()> {
        if self.heap.tick() {
            return self.check_limits();
        }
        Ok(())
    }

    /// Counts steps that were done elsewhere.
    pub(super) fn tick_many(&mut self, steps: u32) -> Result<()> {
        self.heap.skip_ticks(u64::from(steps));
        self.tick()
    }

    #[cold]
    #[inline(never)]
    fn check_limits(&mut self) -> Result<()> {
        const INTERVAL: u64 = 2048;
        let limits = &self.state.settings.limits;
        let skipped = self.heap.restart_ticks(INTERVAL);
        let steps = self.state.steps.get() + self.interval.saturating_sub(skipped);
        self.state.steps.set(steps);
        let limit = |limit, what: &str| Err(Error::new(ErrorKind::Limit(limit), what));
        if limits.fuel.is_some_and(|fuel| steps >= fuel) {
            return limit(Limit::Fuel, "the evaluation took more steps than allowed");
        }
        if self.state.heap.over_limit() {
            return limit(
                Limit::Memory,
                "the evaluation needs more memory than allowed",
            );
        }
        if self.frames.len() > limits.frames {
            return limit(Limit::Depth, "the evaluation nests deeper than allowed");
        }
        if self
            .deadline
            .is_some_and(|deadline| std::time::Instant::now() > deadline)
        {
            return limit(Limit::Time, "the evaluation took longer than allowed");
        }
        self.interval = match limits.fuel {
            Some(fuel) => INTERVAL.min(fuel - steps),
            None => INTERVAL,
        };
        self.heap.restart_ticks(self.interval);
        Ok(())
    }

    /// Pushes a frame that runs `unit`; its arguments, if it has any, are on top
    /// of the stack from `base` on.
    #[inline(always)]
    pub(super) fn enter_unit(
        &mut self,
        unit: &'h Unit<'h>,
        env: Option<Env<'h>>,
        base: usize,
        update: Option<&'h Thunk<'h>>,
        depth: u32,
        pos: Pos,
    ) {
        let chunk = match unit.chunk.get() {
            Some(chunk) => chunk,
            None => compile(&*self.state, unit),
        };
        let env = if chunk.env_slots == 0 {
            env
        } else {
            Some(Env::new(self.heap, env, chunk.env_slots as usize))
        };
        self.stack
            .resize(base + chunk.locals as usize, Value::empty());
        self.frames.push(Frame {
            code: Code::Unit(UnitFrame {
                chunk,
                ip: 0,
                base,
                env,
            }),
            update,
            depth,
            pos,
        });
    }

    /// The depth of a call made at depth `around`.
    #[inline(always)]
    pub(super) fn deeper(&self, around: u32) -> Result<u32> {
        if around > self.call_depth {
            return Err(too_deep(&self.state));
        }
        Ok(around + 1)
    }

    /// Calls the function at `base` with the arguments above it, up to the top
    /// of the stack. The result will take the place of all of them.
    #[inline(always)]
    pub(super) fn call(&mut self, base: usize, depth: u32, pos: Pos) -> Result<Flow<'h>> {
        self.tick()?;
        if depth > self.call_depth {
            return Err(too_deep(&self.state).at(self.asker(pos)));
        }
        let depth = depth + 1;
        self.apply(base, base + 1, self.stack.len(), depth, None, pos)
    }

    /// Applies the function at `base` to the arguments from `next` to `end` of
    /// the stack.
    pub(super) fn apply(
        &mut self,
        base: usize,
        next: usize,
        end: usize,
        depth: u32,
        update: Option<&'h Thunk<'h>>,
        pos: Pos,
    ) -> Result<Flow<'h>> {
        let function = self.stack[base];
        if let Some(closure) = function.as_closure() {
            return Ok(self.apply_closure(closure, &[], base, next, end, depth, update, pos));
        }
        match function.view() {
            View::Builtin(number) => {
                self.apply_builtin(number, &[], base, next, end, depth, update, pos)
            }
            View::Partial(call) => self.apply_builtin(
                call.builtin,
                call.arguments,
                base,
                next,
                end,
                depth,
                update,
                pos,
            ),
            View::Closure(function) => Ok(self.apply_closure(
                function.closure,
                function.given,
                base,
                next,
                end,
                depth,
                update,
                pos,
            )),
            View::Attrs(set) if set.get(known::FUNCTOR).is_some() => {
                let argument = self.stack[next];
                if next + 1 == end {
                    self.stack.truncate(base);
                    self.start_functor(set, function, argument, depth, update, pos);
                } else {
                    self.push_apply(base, next + 1, end, depth, update, pos);
                    self.start_functor(set, function, argument, depth, None, pos);
                }
                Ok(Flow::Entered)
            }
            _ => Err(Error::type_error(with_value(
                &self.state,
                format!(
                    "attempt to call something which is not a function but {}",
                    type_name(&self.state, function)
                ),
                function,
            ))
            .at(self.asker(pos))),
        }
    }

    /// Applies a function that was `given` some arguments to more of them.
    #[allow(
        clippy::too_many_arguments,
        reason = "the parts of a call, all of them plain words"
    )]
    #[inline]
    fn apply_closure(
        &mut self,
        closure: &'h Closure<'h>,
        given: &'h [Value<'h>],
        base: usize,
        next: usize,
        end: usize,
        depth: u32,
        update: Option<&'h Thunk<'h>>,
        pos: Pos,
    ) -> Flow<'h> {
        let arity = closure.unit.lambdas.len();
        let missing = arity - given.len();
        if end - next < missing {
            let all = [given, &self.stack[next..end]].concat();
            self.stack.truncate(base);
            let all = self.heap.alloc_slice(&all);
            let value = Value::partial_function(self.heap, closure, all);
            if let Some(thunk) = update {
                thunk.finish(value);
            }
            return Flow::Value(value);
        }
        let (place, update) = if end - next == missing {
            // The arguments take the place of the function.
            if given.is_empty() {
                self.stack.copy_within(next..end, base);
                self.stack.truncate(base + missing);
            } else {
                let arguments: Vec<Value<'h>> =
                    self.stack.drain(base..).skip(next - base).collect();
                self.stack.extend_from_slice(given);
                self.stack.extend_from_slice(&arguments);
            }
            (base, update)
        } else {
            self.push_apply(base, next + missing, end, depth, update, pos);
            let place = self.stack.len();
            self.stack.extend_from_slice(given);
            self.stack.extend_from_within(next..next + missing);
            (place, None)
        };
        self.enter_unit(closure.unit, closure.env, place, update, depth, pos);
        Flow::Entered
    }

    fn push_apply(
        &mut self,
        base: usize,
        next: usize,
        end: usize,
        depth: u32,
        update: Option<&'h Thunk<'h>>,
        pos: Pos,
    ) {
        self.frames.push(Frame {
            code: Code::Apply(ApplyFrame {
                base,
                next,
                end,
                builtin: NO_BUILTIN,
            }),
            update,
            depth,
            pos,
        });
    }

    fn start_functor(
        &mut self,
        set: Attrs<'h>,
        function: Value<'h>,
        argument: Value<'h>,
        depth: u32,
        update: Option<&'h Thunk<'h>>,
        pos: Pos,
    ) {
        let (functor, defined) = set
            .get_with_pos(known::FUNCTOR)
            .unwrap_or((Value::null(), Pos::NONE));
        let defined = if self.state.has(Behaviour::TracesTellWhere) {
            defined
        } else {
            self.asker(pos)
        };
        self.start_generator(None, depth, update, pos, move |co| {
            Box::pin(async move {
                co.call_at(functor, &[function, argument], defined)
                    .await
                    .map_err(|error| {
                        error.traced(
                            co.pos,
                            "while calling a functor (an attribute set with a '__functor' attribute)",
                        )
                    })
            })
        });
    }

    #[allow(
        clippy::too_many_arguments,
        reason = "the parts of a call, all of them plain words"
    )]
    fn apply_builtin(
        &mut self,
        number: u32,
        before: &[Value<'h>],
        base: usize,
        next: usize,
        end: usize,
        depth: u32,
        update: Option<&'h Thunk<'h>>,
        pos: Pos,
    ) -> Result<Flow<'h>> {
        let builtin = self.state.builtin(number);
        let arity = builtin.arity as usize;
        let missing = arity - before.len();
        let given = end - next;
        let mut arguments: Arguments<'h> = [Value::empty(); 3];
        arguments[..before.len()].copy_from_slice(before);
        if given < missing {
            let all = [before, &self.stack[next..end]].concat();
            self.stack.truncate(base);
            let call = PartialCall {
                builtin: number,
                arguments: self.heap.alloc_slice(&all),
            };
            let value = Value::partial(self.heap, call);
            return Ok(match update {
                None => Flow::Value(value),
                Some(thunk) => {
                    thunk.finish(value);
                    Flow::Value(value)
                }
            });
        }
        arguments[before.len()..arity].copy_from_slice(&self.stack[next..next + missing]);
        if given == missing {
            self.stack.truncate(base);
            return self.run_builtin(number, arguments, depth, update, pos);
        }
        self.push_apply(base, next + missing, end, depth, update, pos);
        Ok(
            match self.run_builtin(number, arguments, depth, None, pos)? {
                Flow::Value(value) => Flow::Deliver(value),
                other => other,
            },
        )
    }

    /// Runs a builtin that has all its arguments.
    #[inline]
    fn run_builtin(
        &mut self,
        number: u32,
        arguments: Arguments<'h>,
        depth: u32,
        update: Option<&'h Thunk<'h>>,
        pos: Pos,
    ) -> Result<Flow<'h>> {
        if self.observer.is_some() {
            return self.run_builtin_observed(number, arguments, depth, update, pos);
        }
        self.start_builtin(number, arguments, depth, update, pos)
    }

    /// Runs a builtin until it has a result or a frame.
    pub(super) fn start_builtin(
        &mut self,
        number: u32,
        arguments: Arguments<'h>,
        depth: u32,
        update: Option<&'h Thunk<'h>>,
        pos: Pos,
    ) -> Result<Flow<'h>> {
        let builtin = self.state.builtin(number);
        match &builtin.run {
            Run::Plain(wants, run) => {
                let mut ready = arguments;
                let evaluated = update.is_none()
                    && wants.iter().all(|want| {
                        let index = want.argument as usize;
                        match ready[index].evaluated() {
                            Some(value) if fits(want.kind, value) => {
                                ready[index] = value;
                                true
                            }
                            _ => false,
                        }
                    });
                if evaluated {
                    match run(&self.state, &ready[..builtin.arity as usize]) {
                        Ok(value) => {
                            if let Some(value) = value.evaluated() {
                                return Ok(Flow::Value(value));
                            }
                            let base = self.stack.len();
                            self.frames.push(Frame {
                                code: Code::Apply(ApplyFrame {
                                    base,
                                    next: base,
                                    end: base,
                                    builtin: number,
                                }),
                                update: None,
                                depth,
                                pos,
                            });
                            let pos = self.builtin_pos(pos);
                            return self.force(value, depth, pos);
                        }
                        Err(error) => {
                            let pos = self.asker(pos);
                            return Err(self.in_builtin(error, number, pos));
                        }
                    }
                }
                self.frames.push(Frame {
                    code: Code::Builtin(BuiltinFrame {
                        builtin: number,
                        step: 0,
                        arguments,
                    }),
                    update,
                    depth,
                    pos,
                });
            }
            Run::Fold(_) => {
                self.frames.push(Frame {
                    code: Code::Builtin(BuiltinFrame {
                        builtin: number,
                        step: 0,
                        arguments,
                    }),
                    update,
                    depth,
                    pos,
                });
            }
            Run::Generator(body) => {
                let state = Shared::clone(&self.state);
                self.start_generator(Some(number), depth, update, pos, move |co| {
                    body(co, state, arguments)
                });
            }
        }
        Ok(Flow::Entered)
    }

    /// The argument that the builtin of the top frame waits for is a thunk even
    /// now that it was forced: it has to do with that, unless it is one that
    /// forces its operands twice (`prim_add` and its siblings in `primops.cc`).
    #[cold]
    pub(super) fn keep_argument(&mut self, value: Value<'h>) {
        let Some(Frame {
            code: Code::Builtin(frame),
            ..
        }) = self.frames.last_mut()
        else {
            unreachable!("called for the top frame when it is a builtin's");
        };
        let builtin = crate::builtins::by_number(frame.builtin);
        let (Run::Plain(wants, _) | Run::Fold(wants)) = &builtin.run else {
            return;
        };
        if let Some(want) = wants.get(frame.step as usize)
            && !matches!(builtin.name, "add" | "sub" | "mul" | "div")
        {
            frame.arguments[want.argument as usize] = value;
        }
    }

    /// Goes on with the builtin of the top frame: forces what it wants, then
    /// runs it. `None`: it waits for an argument.
    pub(super) fn step_builtin(&mut self) -> Result<Option<Value<'h>>> {
        let Some(Frame {
            code: Code::Builtin(frame),
            depth,
            pos,
            ..
        }) = self.frames.last_mut()
        else {
            unreachable!("called for the top frame when it is a builtin's");
        };
        let depth = *depth;
        // As `builtin_pos`, which `frame` is in the way of here.
        let pos = if self.state.has(Behaviour::TracesTellWhere) {
            Pos::NONE
        } else {
            *pos
        };
        let builtin = crate::builtins::by_number(frame.builtin);
        let (Run::Plain(wants, _) | Run::Fold(wants)) = &builtin.run else {
            unreachable!("only builtins that force their arguments get a frame of this kind");
        };
        while let Some(want) = wants.get(frame.step as usize) {
            let argument = frame.arguments[want.argument as usize];
            if want.kind == Kind::FunctionForItems && has_no_items(frame.arguments[1]) {
                frame.step += 1;
                continue;
            }
            match argument.evaluated() {
                Some(value) => {
                    frame.arguments[want.argument as usize] = value;
                    if fits(want.kind, value) {
                        frame.step += 1;
                    } else {
                        let pos = self.builtin_pos(self.call_pos());
                        return Err(self.wrong_argument(want, value, pos));
                    }
                }
                None => {
                    self.force(argument, depth, pos)?;
                    return Ok(None);
                }
            }
        }
        let (number, arguments) = (frame.builtin, frame.arguments);
        if let Run::Plain(_, run) = &builtin.run {
            let result = run(&self.state, &arguments[..builtin.arity as usize])?;
            return self.leave_builtin(result);
        }
        let [function, start, list] = arguments;
        if let Some(top) = self.frames.last_mut() {
            top.code = Code::Fold(FoldFrame {
                builtin: number,
                function,
                left: list.as_list().map_or(&[], List::items),
            });
        }
        self.step_fold(start)
    }

    /// Goes on with the fold of the top frame: calls the function with what it
    /// has so far and the next element.
    pub(super) fn step_fold(&mut self, so_far: Value<'h>) -> Result<Option<Value<'h>>> {
        let Some(Frame {
            code: Code::Fold(fold),
            depth,
            pos,
            ..
        }) = self.frames.last_mut()
        else {
            unreachable!("called for the top frame when it is a fold's");
        };
        let Some((&item, left)) = fold.left.split_first() else {
            return self.leave_builtin(so_far);
        };
        fold.left = left;
        let (function, depth, pos) = (fold.function, *depth, *pos);
        let pos = self.builtin_pos(pos);
        self.tick()?;
        let depth = self.deeper(depth)?;
        let base = self.stack.len();
        self.stack.extend_from_slice(&[function, so_far, item]);
        Ok(
            match self.apply(base, base + 1, base + 3, depth, None, pos)? {
                Flow::Value(value) | Flow::Deliver(value) => Some(value),
                Flow::Entered => None,
            },
        )
    }

    /// Pushes a generator's frame.
    pub(super) fn start_generator(
        &mut self,
        builtin: Option<u32>,
        depth: u32,
        update: Option<&'h Thunk<'h>>,
        pos: Pos,
        body: impl FnOnce(Co<'h>) -> Coroutine<'h>,
    ) {
        let pos = self.asker(pos);
        let known = match builtin {
            Some(_) => self.builtin_pos(pos),
            None => pos,
        };
        self.frames.push(Frame {
            code: Code::Generator(Box::new(GeneratorFrame {
                generator: start(Rc::clone(&self.slot), depth, known, body),
                waits: false,
                calls: false,
                builtin,
                base: self.stack.len(),
            })),
            update,
            depth,
            pos,
        });
    }
}

/// Whether an evaluated value is of the type that is wanted.
fn fits(kind: Kind, value: Value<'_>) -> bool {
    match (kind, value.view()) {
        (Kind::Any, _)
        | (Kind::Int, View::Int(_))
        | (Kind::Number, View::Int(_) | View::Float(_))
        | (Kind::Bool, View::Bool(_))
        | (Kind::String, View::String(_))
        | (Kind::List, View::List(_))
        | (Kind::Attrs, View::Attrs(_))
        | (
            Kind::Function | Kind::FunctionForItems,
            View::Closure(_) | View::Builtin(_) | View::Partial(_),
        ) => true,
        (Kind::PlainString, View::String(text)) => text.context().is_none(),
        (Kind::Function | Kind::FunctionForItems, View::Attrs(set)) => {
            set.get(known::FUNCTOR).is_some()
        }
        _ => false,
    }
}

/// Whether there is nothing to call a function for: see
/// [`Kind::FunctionForItems`].
fn has_no_items(value: Value<'_>) -> bool {
    match value.view() {
        View::List(list) => list.items().is_empty(),
        View::Int(count) => count < 0,
        _ => false,
    }
}
