//! Calls of builtins: the arguments that they want forced, and what they run as.

use super::coroutine::{Arguments, Shared};
use super::frame::{ApplyFrame, BuiltinFrame, Code, FoldFrame, Frame};
use super::run::{Flow, Vm};
use super::walk::levels;
use crate::builtins::{Kind, Quick, Run};
use crate::errors::Result;
use crate::heap::{List, PartialCall, Thunk, Value, View};
use crate::positions::Pos;
use crate::symbols::known;

impl<'h> Vm<'h> {
    #[allow(
        clippy::too_many_arguments,
        reason = "the parts of a call, all of them plain words"
    )]
    pub(super) fn apply_builtin(
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
        if given < missing {
            let call = PartialCall {
                builtin: number,
                arguments: (self.heap).alloc_joined(before, &self.stack[next..end]),
            };
            self.stack.truncate(base);
            let value = Value::partial(self.heap, call);
            return Ok(match update {
                None => Flow::Value(value),
                Some(thunk) => {
                    thunk.finish(value);
                    Flow::Value(value)
                }
            });
        }
        let mut arguments: Arguments<'h> = [Value::empty(); 3];
        for (index, &argument) in before.iter().enumerate() {
            arguments[index] = argument;
        }
        for index in 0..missing {
            arguments[before.len() + index] = self.stack[next + index];
        }
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
        if self.observer.is_some() || self.watcher.is_some() {
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
                                if want.kind != Kind::Cell {
                                    ready[index] = value;
                                }
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
                            return Ok(match self.force(value, depth, pos)? {
                                Flow::Value(value) => Flow::Value(self.finish_frame(value)),
                                other => other,
                            });
                        }
                        Err(error) => {
                            let pos = self.asker(pos);
                            return Err(self.in_builtin(error, number, pos));
                        }
                    }
                }
                self.push_builtin(number, arguments, depth, update, pos);
            }
            Run::Fold(_) => {
                self.push_builtin(number, arguments, depth, update, pos);
            }
            Run::Generator(body) => {
                // The deepest call of all is told so by the generator.
                if let Some(quick) = &builtin.quick
                    && depth <= self.call_depth
                {
                    let given = &arguments[..builtin.arity as usize];
                    if let Some(value) = (quick.run)(&self.state, given) {
                        if let Some(thunk) = update {
                            thunk.finish(value);
                        }
                        return Ok(Flow::Value(value));
                    }
                    if has_to_wait(quick, &arguments) {
                        self.push_builtin(number, arguments, depth, update, pos);
                        return Ok(Flow::Entered);
                    }
                }
                let state = Shared::clone(&self.state);
                self.start_generator(Some(number), depth, update, pos, move |co| {
                    body(co, state, arguments)
                });
            }
        }
        Ok(Flow::Entered)
    }

    /// The frame of a builtin that waits for its arguments.
    #[inline]
    fn push_builtin(
        &mut self,
        number: u32,
        arguments: Arguments<'h>,
        depth: u32,
        update: Option<&'h Thunk<'h>>,
        pos: Pos,
    ) {
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
        match builtin.wants().get(frame.step as usize) {
            Some(_) if matches!(builtin.name, "add" | "sub" | "mul" | "div") => {}
            Some(want) => frame.arguments[want.argument as usize] = value,
            // An element of the list: it stands in one of its own from now on.
            None => {
                if let Some(items) = builtin.quick.and_then(|quick| quick.items)
                    && let Some(list) = frame.arguments[items.argument as usize].as_list()
                {
                    let mut all = list.items().to_vec();
                    all[frame.step as usize - builtin.wants().len()] = value;
                    frame.arguments[items.argument as usize] = self.state.list(&all);
                }
            }
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
        let pos = if self.traces_tell_where {
            Pos::NONE
        } else {
            *pos
        };
        let builtin = crate::builtins::by_number(frame.builtin);
        let wants = builtin.wants();
        while let Some(want) = wants.get(frame.step as usize) {
            let argument = frame.arguments[want.argument as usize];
            if want.kind == Kind::FunctionForItems && has_no_items(frame.arguments[1]) {
                frame.step += 1;
                continue;
            }
            match argument.evaluated() {
                Some(value) => {
                    if want.kind != Kind::Cell {
                        frame.arguments[want.argument as usize] = value;
                    }
                    if fits(want.kind, value) {
                        frame.step += 1;
                    } else if matches!(builtin.run, Run::Generator(_)) {
                        break;
                    } else {
                        let pos = self.builtin_pos(self.call_pos());
                        return Err(self.wrong_argument(want, argument, pos));
                    }
                }
                None => {
                    let within = match want.kind {
                        Kind::Coerced => levels(&self.state, 1),
                        _ => 0,
                    };
                    self.force(argument, depth + within, pos)?;
                    return Ok(None);
                }
            }
        }
        if let Some(item) = (frame.step as usize).checked_sub(wants.len())
            && let Some(items) = builtin.quick.and_then(|quick| quick.items)
            && let Some(list) = frame.arguments[items.argument as usize].as_list()
        {
            let left = list.items().get(item..);
            for &item in left.unwrap_or_default() {
                match item.evaluated() {
                    Some(value) if fits(items.kind, value) => frame.step += 1,
                    Some(_) => break,
                    None => {
                        self.force(item, depth, pos)?;
                        return Ok(None);
                    }
                }
            }
        }
        let (number, arguments) = (frame.builtin, frame.arguments);
        match (&builtin.run, &builtin.quick) {
            (Run::Plain(_, run), _) => {
                let result = run(&self.state, &arguments[..builtin.arity as usize])?;
                return self.leave_builtin(result);
            }
            (Run::Generator(body), quick) => {
                let given = &arguments[..builtin.arity as usize];
                let quick = quick.filter(|_| depth <= self.call_depth);
                if let Some(value) = quick.and_then(|quick| (quick.run)(&self.state, given)) {
                    return Ok(Some(self.finish_frame(value)));
                }
                if let Some(Frame {
                    update, depth, pos, ..
                }) = self.frames.pop()
                {
                    let state = Shared::clone(&self.state);
                    self.start_generator(Some(number), depth, update, pos, move |co| {
                        body(co, state, arguments)
                    });
                }
                return Ok(None);
            }
            (Run::Fold(_), _) => {}
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
        let arguments = [so_far, item];
        if let Some(closure) = function.as_closure()
            && closure.unit.lambdas.len() == 2
        {
            self.push_all(&arguments);
            self.enter_unit(closure.unit, closure.env, base, None, depth, pos);
            return Ok(None);
        }
        self.stack.push(function);
        self.push_all(&arguments);
        Ok(
            match self.apply(base, base + 1, base + 3, depth, None, pos)? {
                Flow::Value(value) | Flow::Deliver(value) => Some(value),
                Flow::Entered => None,
            },
        )
    }
}

/// Whether the first of the arguments that are wanted, or of the elements, needs evaluation, so that a frame
/// has to wait for it.
fn has_to_wait(quick: &Quick, arguments: &Arguments<'_>) -> bool {
    // Whether it needs evaluation, if it is not what is wanted.
    let open = |value: Value<'_>, kind| match value.evaluated() {
        Some(value) if fits(kind, value) => None,
        open => Some(open.is_none()),
    };
    let wants = quick.wants.iter();
    let mut argument = wants.map(|want| open(arguments[want.argument as usize], want.kind));
    if let Some(waits) = argument.find_map(|open| open) {
        return waits;
    }
    let list = quick.items.and_then(|items| {
        let list = arguments[items.argument as usize].evaluated()?;
        Some((items.kind, list.as_list()?.items()))
    });
    list.is_some_and(|(kind, items)| items.iter().find_map(|&item| open(item, kind)) == Some(true))
}

/// Whether an evaluated value is of the type that is wanted.
fn fits(kind: Kind, value: Value<'_>) -> bool {
    match (kind, value.view()) {
        (Kind::Any | Kind::Cell | Kind::Coerced, _)
        | (Kind::Int, View::Int(_))
        | (Kind::Natural, View::Int(0..))
        | (Kind::Positive, View::Int(1..))
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
