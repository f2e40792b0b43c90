//! Calls of builtins: the arguments that they want forced, and what they run as.

use super::coroutine::{Arguments, Shared};
use super::frame::{ApplyFrame, BuiltinFrame, Code, FoldFrame, Frame};
use super::run::{Flow, Vm};
use super::walk::levels;
use crate::builtins::{Builtin, Kind, Quick, Run, Want};
use crate::errors::Result;
use crate::heap::{List, PartialCall, Thunk, Value, View};
use crate::positions::Pos;
use crate::symbols::known;

/// How many results of builtins that are calls of builtins themselves are forced within one another on the native stack,
/// before one of them gets a frame: `head [ (head [ … ]) ]` has no end to it.
const MOST_NESTED_RESULTS: u32 = 8;

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
                let step = first_unready(wants, &mut ready);
                let waits = step < wants.len();
                if waits || (update.is_some() && self.nested_results >= MOST_NESTED_RESULTS) {
                    self.push_builtin(number, step, ready, depth, update, pos);
                    return Ok(Flow::Entered);
                }
                match run(&self.state, &ready[..builtin.arity as usize]) {
                    Ok(value) => return self.result_of_builtin(value, number, depth, update, pos),
                    Err(error) if update.is_some() => {
                        // The thunk fails with its frame.
                        self.push_builtin(number, step, ready, depth, update, pos);
                        return Err(error);
                    }
                    Err(error) => {
                        let pos = self.asker(pos);
                        return Err(self.in_builtin(error, number, pos));
                    }
                }
            }
            Run::Fold(wants) => {
                let mut ready = arguments;
                let step = first_unready(wants, &mut ready);
                self.push_builtin(number, step, ready, depth, update, pos);
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
                        self.push_builtin(number, 0, arguments, depth, update, pos);
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

    /// What a builtin without a frame gave: if that is a thunk, its value is the result.
    #[inline]
    fn result_of_builtin(
        &mut self,
        value: Value<'h>,
        number: u32,
        depth: u32,
        update: Option<&'h Thunk<'h>>,
        pos: Pos,
    ) -> Result<Flow<'h>> {
        if let Some(value) = value.evaluated() {
            if let Some(thunk) = update {
                thunk.finish(value);
            }
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
            update,
            depth,
            pos,
        });
        let pos = self.builtin_pos(pos);
        self.nested_results += 1;
        let flow = self.force(value, depth, pos);
        self.nested_results -= 1;
        Ok(match flow? {
            Flow::Value(value) => Flow::Value(self.finish_frame(value)),
            other => other,
        })
    }

    /// The frame of a builtin that waits for its arguments, from that of `step` on.
    #[inline]
    fn push_builtin(
        &mut self,
        number: u32,
        step: usize,
        arguments: Arguments<'h>,
        depth: u32,
        update: Option<&'h Thunk<'h>>,
        pos: Pos,
    ) {
        self.frames.push(Frame {
            code: Code::Builtin(BuiltinFrame {
                builtin: number,
                step: step as u32,
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
        let (builtin, frame, depth) = loop {
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
            match frame.advance(builtin) {
                Progress::Ready => break (builtin, *frame, depth),
                Progress::Waits { value, coerced } => {
                    let within = if coerced { levels(&self.state, 1) } else { 0 };
                    match self.force(value, depth + within, pos)? {
                        // Nothing was pushed for it: the frame on top is still this one.
                        Flow::Value(_) => {}
                        other => return Ok(other.result()),
                    }
                }
                Progress::Wrong(want, argument) => {
                    let pos = self.builtin_pos(self.call_pos());
                    return Err(self.wrong_argument(want, argument, pos));
                }
            }
        };
        let BuiltinFrame {
            builtin: number,
            arguments,
            ..
        } = frame;
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
        Ok(self
            .apply(base, base + 1, base + 3, depth, None, pos)?
            .result())
    }
}

/// How far a builtin has come with its arguments.
enum Progress<'h> {
    /// It has all that it wants, or leaves the rest to its generator.
    Ready,
    /// It waits for this value, as a coercion does or as a force does.
    Waits { value: Value<'h>, coerced: bool },
    /// This argument is none that it wants.
    Wrong(&'static Want, Value<'h>),
}

impl<'h> BuiltinFrame<'h> {
    /// Takes all the arguments, and elements, that are evaluated by now.
    #[inline]
    fn advance(&mut self, builtin: &'static Builtin) -> Progress<'h> {
        let wants = builtin.wants();
        while let Some(want) = wants.get(self.step as usize) {
            let argument = self.arguments[want.argument as usize];
            if want.kind == Kind::FunctionForItems && has_no_items(self.arguments[1]) {
                self.step += 1;
                continue;
            }
            let Some(value) = argument.evaluated() else {
                return Progress::Waits {
                    value: argument,
                    coerced: want.kind == Kind::Coerced,
                };
            };
            if want.kind != Kind::Cell {
                self.arguments[want.argument as usize] = value;
            }
            if !fits(want.kind, value) {
                return match builtin.run {
                    Run::Generator(_) => Progress::Ready,
                    _ => Progress::Wrong(want, argument),
                };
            }
            self.step += 1;
        }
        let items = builtin.quick.and_then(|quick| quick.items);
        if let Some(items) = items
            && let Some(list) = self.arguments[items.argument as usize].as_list()
        {
            let left = list.items().get(self.step as usize - wants.len()..);
            for &item in left.unwrap_or_default() {
                match item.evaluated() {
                    Some(value) if fits(items.kind, value) => self.step += 1,
                    Some(_) => break,
                    None => {
                        return Progress::Waits {
                            value: item,
                            coerced: false,
                        };
                    }
                }
            }
        }
        Progress::Ready
    }
}

/// How many of the arguments that are wanted need no evaluation, from the first on; these are taken out of their thunks.
#[inline]
fn first_unready(wants: &[Want], arguments: &mut Arguments<'_>) -> usize {
    for (step, want) in wants.iter().enumerate() {
        let argument = &mut arguments[want.argument as usize];
        match argument.evaluated() {
            Some(value) if fits(want.kind, value) => {
                if want.kind != Kind::Cell {
                    *argument = value;
                }
            }
            _ => return step,
        }
    }
    wants.len()
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
#[inline(always)]
fn fits(kind: Kind, value: Value<'_>) -> bool {
    match kind {
        Kind::Any | Kind::Cell | Kind::Coerced => true,
        Kind::List => value.as_list().is_some(),
        Kind::Attrs => value.as_attrs().is_some(),
        Kind::String => value.as_string().is_some(),
        Kind::Function | Kind::FunctionForItems => {
            value.as_closure().is_some() || is_other_function(value)
        }
        _ => fits_otherwise(kind, value),
    }
}

fn fits_otherwise(kind: Kind, value: Value<'_>) -> bool {
    match (kind, value.view()) {
        (Kind::Int, View::Int(_))
        | (Kind::Natural, View::Int(0..))
        | (Kind::Positive, View::Int(1..))
        | (Kind::Number, View::Int(_) | View::Float(_))
        | (Kind::Bool, View::Bool(_)) => true,
        (Kind::PlainString, View::String(text)) => text.context().is_none(),
        _ => false,
    }
}

fn is_other_function(value: Value<'_>) -> bool {
    match value.view() {
        View::Closure(_) | View::Builtin(_) | View::Partial(_) => true,
        View::Attrs(set) => set.get(known::FUNCTOR).is_some(),
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
