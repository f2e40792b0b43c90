//! Calls: functions, builtins, functors, and arguments left over.

use super::coroutine::{Co, Coroutine, start};
use super::frame::{ApplyFrame, Code, Frame, GeneratorFrame, NO_BUILTIN, UnitFrame};
use super::run::{Flow, Vm};
use super::walk::too_many_calls;
use crate::compiler::{Unit, compile};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Limit, Result};
use crate::heap::{Attrs, Closure, Env, Thunk, Value, View};
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
        for _ in self.stack.len()..base + chunk.locals as usize {
            self.stack.push(Value::empty());
        }
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
            return Err(too_many_calls(&self.state));
        }
        Ok(around + 1)
    }

    /// Calls the function at `base` with the arguments above it, up to the top
    /// of the stack. The result will take the place of all of them.
    #[inline(always)]
    pub(super) fn call(&mut self, base: usize, depth: u32, pos: Pos) -> Result<Flow<'h>> {
        self.tick()?;
        if depth > self.call_depth {
            return Err(too_many_calls(&self.state).at(self.asker(pos)));
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
    pub(super) fn apply_closure(
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
            let all = self.heap.alloc_joined(given, &self.stack[next..end]);
            self.stack.truncate(base);
            let value = Value::partial_function(self.heap, closure, all);
            if let Some(thunk) = update {
                thunk.finish(value);
            }
            return Flow::Value(value);
        }
        let (place, update) = if end - next == missing {
            // The arguments take the place of the function.
            if given.is_empty() {
                // Mostly one or two, for which moving memory costs more than a loop.
                for index in 0..missing {
                    self.stack[base + index] = self.stack[next + index];
                }
                self.stack.truncate(base + missing);
            } else {
                let behind = base + given.len();
                let room = (self.stack.len() + behind).saturating_sub(next);
                if room > self.stack.len() {
                    self.stack.resize(room, Value::empty());
                }
                self.stack.copy_within(next..end, behind);
                self.stack[base..behind].copy_from_slice(given);
                self.stack.truncate(behind + missing);
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

    pub(super) fn push_apply(
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
        let base = u32::try_from(self.stack.len())
            .expect("the limit of frames keeps the stack below four billion values");
        self.frames.push(Frame {
            code: Code::Generator(GeneratorFrame {
                generator: start(Rc::clone(&self.slot), depth, known, body),
                waits: false,
                calls: false,
                builtin: builtin.unwrap_or(NO_BUILTIN),
                base,
            }),
            update,
            depth,
            pos,
        });
    }
}
