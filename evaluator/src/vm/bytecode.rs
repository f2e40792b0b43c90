//! The instructions: what a unit's frame does.

use super::arithmetic::{self, expected};
use super::coerce::{self, coerce, coerce_scalar};
use super::compare::{less_scalars, less_than};
use super::coroutine::{Co, Shared};
use super::equal::{equal, equal_scalars};
use super::explain::explain_difference;
use super::frame::{Code, Frame, UnitFrame};
use super::nested_outputs::{self, is_unread};
use super::operators::{self, Sum};
use super::run::{Flow, Vm};
use super::walk::too_many_calls;
use crate::builtins;
use crate::compiler::{BoolContext, Op, TOLD_AFTER};
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Attrs, Bytes, Closure, Env, List, Thunk, ThunkState, Value, View};
use crate::positions::Pos;
use crate::symbols::Symbol;
use crate::syntax::ast::Expr;

/// The line of trace for what cannot be a part of a string (or path).
const SEGMENT: &str = "while evaluating a path segment";

impl<'h> Vm<'h> {
    /// Runs bytecode until a frame of another kind is on top (`None`) or the
    /// last frame is done.
    pub(super) fn run_unit<const OBSERVED: bool>(&mut self) -> Result<Option<Value<'h>>> {
        'frames: loop {
            // Gives a result to the frames that wait for it.
            macro_rules! hand_down {
                ($value:expr) => {{
                    match self.hand_down::<OBSERVED>($value)? {
                        Some(value) => return Ok(Some(value)),
                        None => continue 'frames,
                    }
                }};
            }
            let Some(Frame { code, depth, .. }) = self.frames.last() else {
                return Ok(None);
            };
            let UnitFrame {
                chunk,
                mut ip,
                base,
                mut env,
            } = match code {
                Code::Unit(unit) => *unit,
                // The arguments of builtins are mostly units of their own.
                Code::Builtin(_) if !OBSERVED => match self.step_builtin()? {
                    Some(value) => hand_down!(value),
                    None => continue 'frames,
                },
                _ => return Ok(None),
            };
            let frame_depth = *depth;
            let ops = chunk.ops;
            // An error of the instruction before `ip`.
            macro_rules! check {
                ($result:expr) => {
                    match $result {
                        Ok(value) => value,
                        Err(error) => fail!(error),
                    }
                };
            }
            // Old releases say where each error is.
            macro_rules! fail {
                ($error:expr) => {
                    return Err(self.failed($error, ip))
                };
            }
            // Errors that have a position in every release.
            macro_rules! fail_here {
                ($error:expr) => {
                    return Err(self.failed($error.at(chunk.position(ip - 1)), ip))
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
            // Pushes what may be a thunk, forced if the instruction that is next forces it.
            macro_rules! push_next {
                ($value:expr) => {{
                    let value: Value<'h> = $value;
                    match ops[ip] {
                        Op::Force { depth } if !OBSERVED => {
                            ip += 1;
                            push_forced!(value, depth);
                        }
                        _ => self.stack.push(value),
                    }
                }};
            }
            // Goes where the jump that is next goes.
            macro_rules! follow {
                () => {
                    if let Op::Jump(target) = ops[ip]
                        && !OBSERVED
                    {
                        ip = target as usize;
                    }
                };
            }
            // Goes on with an attribute that was selected, forced, and with what is
            // selected from that.
            macro_rules! push_selected {
                ($set:expr, $index:expr, $depth:expr) => {{
                    let (mut set, mut index, mut depth): (Attrs<'h>, usize, u16) =
                        ($set, $index, $depth);
                    let mut value = set.values()[index];
                    while !OBSERVED
                        && let Op::SelectForced { name, depth: next } = ops[ip]
                        && let Some(from) = value.evaluated().and_then(Value::as_attrs)
                        && let Some(found) = from.find(name)
                    {
                        ip += 1;
                        (set, index) = found;
                        depth = next;
                        value = set.values()[index];
                    }
                    match value.evaluated() {
                        Some(value) => self.stack.push(value),
                        None => {
                            save!();
                            let depth = frame_depth + u32::from(depth);
                            let pos = match set.keys().as_slice()[index].pos {
                                Pos::NONE => Pos::OF_CALLER,
                                pos => pos,
                            };
                            match self.force(value, depth, pos) {
                                Ok(Flow::Value(value)) => self.stack.push(value),
                                Ok(Flow::Deliver(value)) => return Ok(Some(value)),
                                Ok(Flow::Entered) => continue 'frames,
                                Err(error) => {
                                    let error = self.failed(error, ip);
                                    self.asked_at = pos;
                                    return Err(error);
                                }
                            }
                        }
                    }
                }};
            }
            // Leaves the unit with an evaluated value.
            macro_rules! leave {
                ($value:expr) => {{
                    let value: Value<'h> = $value;
                    self.stack.truncate(base);
                    self.finish_unit(value);
                    hand_down!(value)
                }};
            }
            // Pushes a boolean, or takes it to the jump that is next.
            macro_rules! push_bool {
                ($bool:expr) => {{
                    let bool: bool = $bool;
                    match ops[ip] {
                        Op::JumpIfFalse { target, .. } if !OBSERVED => {
                            ip = if bool { ip + 1 } else { target as usize };
                        }
                        _ => self.stack.push(Value::bool(bool)),
                    }
                }};
            }
            // Says whether an attribute was found, where the instructions after the one that looked for it end.
            macro_rules! tell {
                ($found:expr) => {{
                    let found: bool = $found;
                    match ops[ip + TOLD_AFTER] {
                        Op::Jump(end) => ip = end as usize,
                        _ => unreachable!(
                            "what looks for an attribute is fused with the jump behind it"
                        ),
                    }
                    push_bool!(found);
                }};
            }
            // Stores a value where the instruction that is next says.
            macro_rules! store_next {
                ($value:expr) => {{
                    let value: Value<'h> = $value;
                    match ops[ip] {
                        Op::SetEnv(slot) => {
                            ip += 1;
                            environment(env, 0).set(slot as usize, value);
                        }
                        Op::SetLocal(slot) => {
                            ip += 1;
                            self.stack[base + slot as usize] = value;
                        }
                        _ => self.stack.push(value),
                    }
                }};
            }
            // Does the operator that is next with this right operand, if both are
            // small integers; otherwise that operand is pushed, forced at `$depth`.
            macro_rules! operator {
                ($right:expr, $otherwise:expr) => {{
                    let right: Value<'h> = $right;
                    let left = self.stack.last().and_then(|left| left.small_int());
                    let right = right.evaluated().and_then(Value::small_int);
                    match (ops[ip], left, right) {
                        (Op::AddLeft, _, Some(_)) => {
                            ip += 1;
                            self.stack.push($right.evaluated().unwrap_or($right));
                        }
                        (Op::Equal, Some(a), Some(b)) if frame_depth <= self.scalar_depth => {
                            ip += 1;
                            self.stack.pop();
                            push_bool!(a == b);
                        }
                        (Op::Less { depth }, Some(a), Some(b))
                            if frame_depth + u32::from(depth) <= self.call_depth =>
                        {
                            ip += 1;
                            self.stack.pop();
                            push_bool!(a < b);
                        }
                        (Op::Add, Some(a), Some(b)) => {
                            ip += 1;
                            self.stack.pop();
                            self.stack.push(Value::int(self.heap, a + b));
                        }
                        (Op::Sub { depth }, Some(a), Some(b))
                            if frame_depth + u32::from(depth) <= self.call_depth =>
                        {
                            ip += 1;
                            self.stack.pop();
                            self.stack.push(Value::int(self.heap, a - b));
                        }
                        _ => $otherwise,
                    }
                }};
            }
            // Forces an operand that is a thunk although it was forced, and does
            // the instruction again: for those that force their operand themselves.
            macro_rules! again {
                ($value:expr) => {
                    if let Some(thunk) = $value.as_suspended() {
                        ip -= 1;
                        push_forced!(Value::thunk(thunk), 0u16);
                        continue;
                    }
                };
            }
            // The same for the two operands of an operator that is `$run`.
            macro_rules! operands_again {
                ($left:expr, $right:expr, $run:expr) => {
                    if $left.as_suspended().is_some() || $right.as_suspended().is_some() {
                        let (left, right) = ($left.again(), $right.again());
                        let state = Shared::clone(&self.state);
                        generate!(0u16, move |co: Co<'h>| Box::pin(async move {
                            let left = co.force(left).await?;
                            let right = co.force(right).await?;
                            $run(&state, left, right)
                        }));
                    }
                };
            }
            // Such an operator is a call in C++ Nix.
            macro_rules! operator_call {
                ($depth:expr) => {
                    if frame_depth + u32::from($depth) > self.call_depth {
                        fail_here!(too_many_calls(&self.state));
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
                let mut op = ops[ip];
                ip += 1;
                if OBSERVED {
                    op = op.first_part();
                    self.observe_instruction(&op, ip - 1, chunk.unit);
                }
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
                            None => fail_here!(self.not_a_bool(value, context)),
                        }
                    }
                    Op::JumpIfTrue { target, context } => {
                        let value = pop!();
                        match value.as_bool() {
                            Some(true) => ip = target as usize,
                            Some(false) => {}
                            None => fail_here!(self.not_a_bool(value, context)),
                        }
                    }
                    Op::CheckBool(context) => {
                        let value = pop!();
                        if value.as_bool().is_none() {
                            fail_here!(self.not_a_bool(value, context));
                        }
                        self.stack.push(value);
                    }
                    Op::Not => {
                        let value = pop!();
                        match value.as_bool() {
                            Some(b) => self.stack.push(Value::bool(!b)),
                            None => {
                                fail_here!(self.not_a_bool(value, BoolContext::Not));
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
                    Op::InsertDynamic { is_function } => {
                        let value = pop!();
                        let name = pop!();
                        let set = pop!();
                        let set = if matches!(name.view(), View::Null) {
                            match set.as_attrs() {
                                Some(attrs) if attrs.is_empty() => self.state.unused_set(),
                                _ => set,
                            }
                        } else {
                            let pos = chunk.position(ip - 1);
                            let name = check!(self.dynamic_name(
                                name,
                                pos,
                                "while evaluating the name of a dynamic attribute"
                            ));
                            let attrs = check!(self.attrs_of(set));
                            let all = check!(operators::insert_dynamic(
                                &self.state,
                                attrs,
                                name,
                                pos,
                                value
                            ));
                            if is_function {
                                name_function(value, name);
                            }
                            all
                        };
                        self.stack.push(set);
                    }
                    Op::Reveal => {
                        if let Some(&set) = self.stack.last() {
                            self.reveal_set(set);
                        }
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
                            None => {
                                again!(value);
                                fail!(self.select_failed(value, name, chunk.position(ip - 1)))
                            }
                        }
                    }
                    Op::SelectForced { name, depth } => {
                        let value = pop!();
                        let found = value.as_attrs().and_then(|set| set.find(name));
                        match found {
                            Some((set, index)) => push_selected!(set, index, depth),
                            None => {
                                again!(value);
                                fail!(self.select_failed(value, name, chunk.position(ip - 1)))
                            }
                        }
                    }
                    Op::CheckName => {
                        let name = pop!();
                        again!(name);
                        check!(self.selected_name(name, chunk, ip - 1));
                        self.stack.push(name);
                    }
                    Op::SelectDynamic => {
                        let name = pop!();
                        again!(name);
                        let value = pop!();
                        let name = check!(self.selected_name(name, chunk, ip - 1));
                        match value.as_attrs().and_then(|set| set.get(name)) {
                            Some(value) => self.stack.push(value),
                            None => fail!(self.select_failed(value, name, chunk.position(ip - 1))),
                        }
                    }
                    Op::SelectOr(name) => {
                        let value = pop!();
                        again!(value);
                        if let Some(value) = value.as_attrs().and_then(|set| set.get(name)) {
                            self.stack.push(value);
                            ip += 1;
                        }
                    }
                    Op::SelectOrForced { name, depth } => {
                        let value = pop!();
                        again!(value);
                        if let Some(set) = value.as_attrs()
                            && let Some((set, index)) = set.find(name)
                        {
                            ip += 1;
                            push_selected!(set, index, depth);
                        }
                    }
                    Op::SelectOrDynamic => {
                        let name = pop!();
                        again!(name);
                        let value = pop!();
                        let name = check!(self.selected_name(name, chunk, ip - 1));
                        if let Some(value) = value.as_attrs().and_then(|set| set.get(name)) {
                            ip += 1;
                            push_next!(value);
                        }
                    }
                    Op::WithSelect(name) => {
                        let value = pop!();
                        let Some(set) = value.as_attrs() else {
                            let pos = chunk.position(ip - 1);
                            fail!(self.not_a_scope(value, pos));
                        };
                        match set.get(name) {
                            Some(value) => {
                                follow!();
                                push_next!(value);
                            }
                            None => ip += 1,
                        }
                    }
                    Op::WithPeek(name) => {
                        if let Some(value) = pop!().evaluated() {
                            ip += 1;
                            let Some(set) = value.as_attrs() else {
                                let pos = chunk.position(ip - 2);
                                fail!(self.not_a_scope(value, pos));
                            };
                            match set.get(name) {
                                Some(value) => self.stack.push(value),
                                None => ip += 1,
                            }
                        }
                    }
                    Op::Undefined(name) => {
                        let message = [
                            b"undefined variable '".as_slice(),
                            &self.state.symbols.name(name),
                            b"'",
                        ]
                        .concat();
                        fail_here!(Error::new(ErrorKind::UndefinedVariable, message));
                    }
                    Op::Call { arguments, depth } => {
                        save!();
                        let function = self.stack.len() - 1 - arguments as usize;
                        let depth = frame_depth + u32::from(depth);
                        if let Some(closure) = self.stack[function].as_closure()
                            && closure.unit.lambdas.len() == arguments as usize
                            && depth <= self.call_depth
                        {
                            check!(self.tick());
                            // The arguments take the place of the function.
                            for place in function..self.stack.len() - 1 {
                                self.stack[place] = self.stack[place + 1];
                            }
                            self.stack.pop();
                            let (unit, env) = (closure.unit, closure.env);
                            self.enter_unit(unit, env, function, None, depth + 1, Pos::OF_CALLER);
                            continue 'frames;
                        }
                        let flow = match self.stack[function].as_builtin() {
                            Some(number)
                                if !OBSERVED
                                    && depth <= self.call_depth
                                    && builtins::by_number(number).arity as usize
                                        == arguments as usize =>
                            {
                                check!(self.tick());
                                let mut given = [Value::empty(); 3];
                                given[..arguments as usize]
                                    .copy_from_slice(&self.stack[function + 1..]);
                                self.stack.truncate(function);
                                self.start_builtin(number, given, depth + 1, None, Pos::OF_CALLER)
                            }
                            _ => self.call(function, depth, Pos::OF_CALLER),
                        };
                        match check!(flow) {
                            Flow::Entered => continue 'frames,
                            Flow::Value(value) => self.stack.push(value),
                            Flow::Deliver(value) => return Ok(Some(value)),
                        }
                    }
                    Op::AddLeft => {
                        let value = pop!();
                        match value.view() {
                            View::Int(_) | View::Float(_) => self.stack.push(value),
                            View::String(text)
                                if is_unread(text) && frame_depth <= self.scalar_depth =>
                            {
                                let text = check!(nested_outputs::read(&self.state, text));
                                self.stack.push(Value::string(text));
                            }
                            View::String(_) | View::Path(_) if frame_depth <= self.scalar_depth => {
                                self.stack.push(value);
                            }
                            View::Attrs(_)
                            | View::Suspended(_)
                            | View::String(_)
                            | View::Path(_) => {
                                let state = Shared::clone(&self.state);
                                generate!(0u16, move |co: Co<'h>| Box::pin(async move {
                                    let value = value.again();
                                    let text =
                                        coerce(&co, &state, value, coerce::PATH_SEGMENT, SEGMENT)
                                            .await?;
                                    Ok(operators::of_a_set(&state, text))
                                }));
                            }
                            _ => fail!(
                                coerce::not_coercible(&self.state, value)
                                    .traced(chunk.position(ip - 1), SEGMENT)
                            ),
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
                        let is_number = matches!(left.view(), View::Int(_) | View::Float(_));
                        let sum = match operators::add(&self.state, left, right) {
                            Ok(_) if !is_number && frame_depth > self.scalar_depth => {
                                Sum::CoerceRight
                            }
                            Ok(sum) => sum,
                            Err(error) => fail_here!(error),
                        };
                        match sum {
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
                        operands_again!(left, right, arithmetic::sub);
                        let result = arithmetic::sub(&self.state, left, right);
                        self.stack.push(check!(result));
                    }
                    Op::Mul { depth } => {
                        operator_call!(depth);
                        let right = pop!();
                        let left = pop!();
                        operands_again!(left, right, arithmetic::mul);
                        let result = arithmetic::mul(&self.state, left, right);
                        self.stack.push(check!(result));
                    }
                    Op::Div { depth } => {
                        operator_call!(depth);
                        let right = pop!();
                        let left = pop!();
                        operands_again!(left, right, arithmetic::div);
                        let result = arithmetic::div(&self.state, left, right);
                        self.stack.push(check!(result));
                    }
                    Op::Less { depth } => {
                        operator_call!(depth);
                        let right = pop!();
                        let left = pop!();
                        match check!(less_scalars(&self.state, left, right)) {
                            Some(less) => push_bool!(less),
                            None => {
                                let state = Shared::clone(&self.state);
                                generate!(depth + 1, move |co: Co<'h>| Box::pin(async move {
                                    Ok(Value::bool(less_than(&co, &state, left, right, "").await?))
                                }));
                            }
                        }
                    }
                    Op::Equal => {
                        let right = pop!();
                        let left = pop!();
                        match equal_scalars(left, right) {
                            Some(same) if frame_depth <= self.scalar_depth => push_bool!(same),
                            _ => {
                                let state = Shared::clone(&self.state);
                                generate!(0u16, move |co: Co<'h>| Box::pin(async move {
                                    let (left, right) = (left.again(), right.again());
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
                    Op::CheckUpdate { .. } => {
                        let value = pop!();
                        if value.as_attrs().is_none() {
                            fail!(self.not_a_set(value));
                        }
                        self.stack.push(value);
                    }
                    Op::ConcatLists => {
                        let right = pop!();
                        let left = pop!();
                        operands_again!(left, right, operators::concat_lists);
                        match operators::concat_lists(&self.state, left, right) {
                            Ok(list) => self.stack.push(list),
                            Err(error) => fail!(error.traced(
                                chunk.position(ip - 1),
                                "while evaluating one of the elements to concatenate"
                            )),
                        }
                    }
                    Op::Interpolate { path } => {
                        let value = pop!();
                        let how = if path {
                            coerce::PATH_SEGMENT
                        } else {
                            coerce::INTERPOLATE
                        };
                        match coerce_scalar(&self.state, value, how) {
                            Some(text) if frame_depth <= self.scalar_depth => {
                                self.stack.push(Value::string(text));
                            }
                            _ => {
                                let state = Shared::clone(&self.state);
                                generate!(0u16, move |co: Co<'h>| Box::pin(async move {
                                    let value = value.again();
                                    let text = coerce(&co, &state, value, how, SEGMENT).await?;
                                    Ok(Value::string(text))
                                }));
                            }
                        }
                    }
                    Op::ConcatStrings(count) => {
                        let start = self.stack.len() - count as usize;
                        let text = operators::concat_strings(&self.state, &self.stack[start..])?;
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
                        match operators::path_of(&self.state, &segments) {
                            Ok(path) => self.stack.push(path),
                            Err(error) => fail_here!(error),
                        }
                    }
                    Op::AssertEqual => {
                        let right = pop!();
                        let left = pop!();
                        let state = Shared::clone(&self.state);
                        generate!(0u16, move |co: Co<'h>| Box::pin(async move {
                            explain_difference(&co, &state, left, right).await?;
                            Ok(Value::null())
                        }));
                    }
                    Op::AssertFailed(text) => {
                        let text = chunk.constants[text as usize];
                        fail_here!(self.assertion_failed(text));
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
                    Op::Environment(slots) => {
                        env = Some(Env::new(self.heap, env, slots as usize));
                        if let Some(Frame {
                            code: Code::Unit(unit),
                            ..
                        }) = self.frames.last_mut()
                        {
                            unit.env = env;
                        }
                    }
                    Op::Return => {
                        let value = pop!();
                        leave!(value);
                    }
                    Op::LocalSelect { slot, depth } => {
                        let value = self.stack[base + slot as usize];
                        match select_next(value, ops[ip]) {
                            Some((set, index, depth)) => {
                                ip += 1;
                                push_selected!(set, index, depth);
                            }
                            None => push_forced!(value, depth),
                        }
                    }
                    Op::OuterSelect { up, slot } => {
                        let value = environment(env, up).get(slot as usize);
                        match select_next(value, ops[ip]) {
                            Some((set, index, depth)) => {
                                ip += 1;
                                push_selected!(set, index, depth);
                            }
                            None => push_forced!(value, 0u16),
                        }
                    }
                    Op::OuterWith { up, slot } => {
                        let value = environment(env, up).get(slot as usize);
                        match (value.evaluated().and_then(Value::as_attrs), ops[ip]) {
                            (Some(set), Op::WithSelect(name)) => {
                                ip += 1;
                                match set.get(name) {
                                    Some(value) => {
                                        follow!();
                                        push_next!(value);
                                    }
                                    None => ip += 1,
                                }
                            }
                            _ => push_forced!(value, 0u16),
                        }
                    }
                    Op::HasAttr(name) => {
                        let value = pop!();
                        again!(value);
                        let found = value.as_attrs().is_some_and(|set| set.get(name).is_some());
                        tell!(found);
                    }
                    Op::HasAttrDynamic => {
                        let name = pop!();
                        again!(name);
                        let value = pop!();
                        let name = check!(self.selected_name(name, chunk, ip - 1));
                        let found = value.as_attrs().is_some_and(|set| set.get(name).is_some());
                        tell!(found);
                    }
                    Op::LocalOperand { slot, depth } => {
                        let value = self.stack[base + slot as usize];
                        operator!(value, push_forced!(value, depth));
                    }
                    Op::OuterOperand { up, slot } => {
                        let value = environment(env, up).get(slot as usize);
                        operator!(value, push_forced!(value, 0u16));
                    }
                    Op::LocalReturn { slot, depth } => {
                        let value = self.stack[base + slot as usize];
                        match value.evaluated() {
                            Some(value) => leave!(value),
                            None => push_forced!(value, depth),
                        }
                    }
                    Op::OuterReturn { up, slot } => {
                        let value = environment(env, up).get(slot as usize);
                        match value.evaluated() {
                            Some(value) => leave!(value),
                            None => push_forced!(value, 0u16),
                        }
                    }
                    Op::ConstantEqual(index) => {
                        let right = chunk.constants[index as usize];
                        let left = self.stack.last().copied();
                        match left.and_then(|left| equal_scalars(left, right)) {
                            Some(same) if frame_depth <= self.scalar_depth => {
                                ip += 1;
                                self.stack.pop();
                                push_bool!(same);
                            }
                            _ => self.stack.push(right),
                        }
                    }
                    Op::ConstantLess(index) | Op::ConstantAdd(index) | Op::ConstantSub(index) => {
                        let right = chunk.constants[index as usize];
                        operator!(right, self.stack.push(right));
                    }
                    Op::ConstantReturn(index) => leave!(chunk.constants[index as usize]),
                    Op::GlobalForced(index) => {
                        let value = self.state.globals[index as usize];
                        match value.evaluated() {
                            Some(value) => {
                                ip += 1;
                                match select_next(value, ops[ip]) {
                                    Some((set, index, depth)) => {
                                        ip += 1;
                                        push_selected!(set, index, depth);
                                    }
                                    None => self.stack.push(value),
                                }
                            }
                            None => self.stack.push(value),
                        }
                    }
                    Op::LocalToEnv(slot) => {
                        let value = self.stack[base + slot as usize];
                        store_next!(value);
                    }
                    Op::ThunkToEnv(index) | Op::ThunkToLocal(index) => {
                        let unit = chunk.units[index as usize];
                        let thunk = Value::thunk(Thunk::suspend(self.heap, unit, env));
                        store_next!(thunk);
                    }
                }
            }
        }
    }
}

/// What the selection `next` finds in a value that is evaluated, and the depth at which it forces that.
#[inline(always)]
fn select_next<'h>(value: Value<'h>, next: Op) -> Option<(Attrs<'h>, usize, u16)> {
    let Op::SelectForced { name, depth } = next else {
        return None;
    };
    let (set, index) = value.evaluated()?.as_attrs()?.find(name)?;
    Some((set, index, depth))
}

/// The environment `up` levels out.
#[inline(always)]
pub(super) fn environment<'h>(env: Option<Env<'h>>, up: u16) -> Env<'h> {
    let mut env = env;
    for _ in 0..up {
        env = env.and_then(Env::outer);
    }
    match env {
        Some(env) => env,
        None => unreachable!("the compiler counts the environments around a variable"),
    }
}

/// Names the function that an attribute was defined as, of which there is a thunk.
fn name_function(value: Value<'_>, name: Symbol) {
    let state = value.as_thunk().map(Thunk::state);
    if let Some(ThunkState::Suspended(unit, _)) = state
        && let Expr::Lambda(lambda) = unit.body
    {
        lambda.set_name(name);
    }
}

/// `left + right` where the right operand has to be coerced to a string.
async fn add_coerced<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    left: Value<'h>,
    right: Value<'h>,
) -> Result<Value<'h>> {
    // Only what is added to a string is copied to the store.
    let how = match left.view() {
        View::String(_) => coerce::INTERPOLATE,
        _ => coerce::PATH_SEGMENT,
    };
    let right = Value::string(coerce(co, state, right.again(), how, SEGMENT).await?);
    match operators::add(state, left, right)? {
        Sum::Value(value) => Ok(value),
        Sum::CoerceRight => Err(coerce::not_coercible(state, right)),
    }
}
