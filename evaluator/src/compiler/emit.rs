//! Compilation: one unit to one chunk, when the unit is first run.

use super::bindings::has_overrides;
use super::chunk::{BoolContext, Chunk, FormalsTable, Op, Place, Purpose, Serving};
use super::deferred::begins_without;
use super::fuse::fuse;
use super::surroundings::{InlineOp, Surroundings};
use super::unit::Unit;
use crate::heap::{Bytes, Heap, Keys, List, Value};
use crate::positions::Pos;
use crate::symbols::Symbol;
use crate::syntax::ast::{Assert, BinaryOp, Binding, Call, Expr, ExprRef, If, Lazy, Var};

/// Stack that one level of recursion may need, and what is taken when it is not
/// there: programs may nest as deeply as their text is long.
const RED_ZONE: usize = 64 * 1024;
const SEGMENT: usize = 2 * 1024 * 1024;

/// The bytecode of `unit`, compiled now if this is the first time.
pub fn compile<'h>(around: &impl Surroundings<'h>, unit: &'h Unit<'h>) -> &'h Chunk<'h> {
    if let Some(chunk) = unit.chunk.get() {
        return chunk;
    }
    let mut emitter = Emitter::new(around, unit);
    emitter.has_own_env = !begins_without(unit);
    // The caller leaves the arguments in the frame's first variables.
    emitter.locals = next(unit.lambdas);
    for (lambda, argument) in unit.lambdas.iter().zip(0..) {
        emitter.arguments(lambda, argument);
    }
    emitter.tail(unit.body);
    let chunk = emitter.finish();
    unit.chunk.set(Some(chunk));
    chunk
}

pub(super) struct Emitter<'h, 's, S> {
    pub(super) around: &'s S,
    pub(super) heap: &'h Heap,
    pub(super) unit: &'h Unit<'h>,
    pub(super) ops: Vec<Op>,
    pub(super) constants: Vec<Value<'h>>,
    pub(super) units: Vec<&'h Unit<'h>>,
    pub(super) keys: Vec<Keys<'h>>,
    pub(super) formals: Vec<FormalsTable<'h>>,
    pub(super) overrides: Vec<&'h [(Symbol, Place)]>,
    pub(super) positions: Vec<(u32, Pos)>,
    pub(super) purposes: Vec<Serving<'h>>,
    pub(super) locals: u32,
    pub(super) env_slots: u32,
    /// Whether the set that comes next is the value of the unit, and can be seen
    /// before it is finished.
    pub(super) reveals: bool,
    /// How many operator calls are being evaluated around what is emitted.
    pub(super) depth: u16,
    /// Whether the activation has its environment, if it needs one, where the next instruction is.
    pub(super) has_own_env: bool,
    /// The ranges of instructions that have it, in a unit that begins without.
    pub(super) environments: Vec<(u32, u32)>,
}

/// The index of the next element of a table.
pub(super) fn next<T>(table: &[T]) -> u32 {
    u32::try_from(table.len())
        .expect("a table of a unit is smaller than its source, which is < 4 GiB")
}

impl<'h, 's, S: Surroundings<'h>> Emitter<'h, 's, S> {
    pub(super) fn new(around: &'s S, unit: &'h Unit<'h>) -> Self {
        Emitter {
            around,
            heap: around.heap(),
            unit,
            ops: Vec::new(),
            constants: Vec::new(),
            units: Vec::new(),
            keys: Vec::new(),
            formals: Vec::new(),
            overrides: Vec::new(),
            positions: Vec::new(),
            purposes: Vec::new(),
            locals: 0,
            env_slots: 0,
            reveals: false,
            depth: 0,
            has_own_env: true,
            environments: Vec::new(),
        }
    }

    pub(super) fn finish(mut self) -> &'h Chunk<'h> {
        let heap = self.heap;
        self.size_environments();
        fuse(&mut self.ops);
        // What has no environment at its end had none at its start.
        let deferred = (!self.has_own_env).then(|| heap.alloc_slice(&self.environments));
        let (constants, units) = (
            heap.alloc_slice(&self.constants),
            heap.alloc_slice(&self.units),
        );
        let (keys, formals) = (
            heap.alloc_slice(&self.keys),
            heap.alloc_slice(&self.formals),
        );
        let overrides = heap.alloc_slice(&self.overrides);
        let (positions, purposes) = (
            heap.alloc_slice(&self.positions),
            heap.alloc_slice(&self.purposes),
        );
        // The instructions lie where the chunk begins: who needs one needs the other.
        heap.alloc(Chunk {
            ops: heap.alloc_slice(&self.ops),
            locals: self.locals,
            env_slots: if deferred.is_some() {
                0
            } else {
                self.env_slots
            },
            units,
            constants,
            keys,
            unit: self.unit,
            formals,
            overrides,
            positions,
            purposes,
            deferred,
        })
    }

    pub(super) fn op(&mut self, op: Op) -> usize {
        self.ops.push(op);
        self.ops.len() - 1
    }

    pub(super) fn op_at(&mut self, op: Op, pos: Pos) -> usize {
        let index = self.op(op);
        if pos != Pos::NONE {
            self.positions.push((index as u32, pos));
        }
        index
    }

    /// Says what the instructions since `from` are there for.
    pub(super) fn serving(&mut self, from: u32, pos: Pos, purpose: Purpose<'h>) {
        let to = self.here();
        self.purposes.push(Serving {
            from,
            to,
            pos,
            purpose,
        });
    }

    /// The index that the next instruction will have.
    pub(super) fn here(&self) -> u32 {
        next(&self.ops)
    }

    /// Makes the jump at `index` go to the next instruction.
    pub(super) fn land(&mut self, index: usize) {
        let here = self.here();
        match &mut self.ops[index] {
            Op::Jump(target) | Op::JumpIfFalse { target, .. } | Op::JumpIfTrue { target, .. } => {
                *target = here
            }
            _ => unreachable!("only the index of a jump is kept to be landed"),
        }
    }

    pub(super) fn constant(&mut self, value: Value<'h>) {
        let index = next(&self.constants);
        self.constants.push(value);
        self.op(Op::Constant(index));
    }

    pub(super) fn unit_index(&mut self, unit: &'h Unit<'h>) -> u32 {
        let index = next(&self.units);
        self.units.push(unit);
        index
    }

    // Places that are not evaluated at once

    /// The value of an expression that C++ Nix keeps as a value in the tree.
    pub(super) fn literal(&self, expr: ExprRef<'h>) -> Option<Value<'h>> {
        match *expr {
            Expr::Int(n) => Some(Value::int(self.heap, n)),
            Expr::Float(x) => Some(Value::float(self.heap, x)),
            Expr::String(text) => {
                let end = memchr::memchr(0, text).filter(|_| self.around.nul_ends_strings());
                let text = &text[..end.unwrap_or(text.len())];
                Some(Value::string(Bytes::new(self.heap, text)))
            }
            Expr::Path(path) => Some(Value::path(self.heap, Bytes::new(self.heap, path))),
            Expr::List([]) => Some(Value::list(List::new(self.heap, &[]))),
            _ => None,
        }
    }

    /// Pushes a thunk, a literal or a variable that may be a thunk.
    pub(super) fn lazy(&mut self, lazy: &'h Lazy<'h>) {
        if let Some(unit) = lazy.unit.get() {
            let index = self.unit_index(unit);
            match lazy.expr {
                Expr::Var(var) if self.may_be_looked_through(lazy) => self.look_through(var, index),
                _ => {
                    self.op(Op::Thunk(index));
                }
            }
        } else if let Expr::Var(var) = lazy.expr {
            match var.binding.get() {
                Binding::Local(scope, index) => self.load(scope, index),
                Binding::Global(global) => {
                    self.op(Op::Global(global));
                }
                Binding::With(_) | Binding::Unresolved => {
                    unreachable!("the resolver makes a unit of a variable from a with")
                }
            }
        } else {
            let value = self
                .literal(lazy.expr)
                .expect("the resolver makes a unit of all but literals and variables");
            self.constant(value);
        }
    }

    // Evaluation

    /// Evaluates an expression and leaves the unit with it.
    pub(super) fn tail(&mut self, expr: ExprRef<'h>) {
        if self.has_own_env {
            self.tail_expr(expr);
        } else {
            stacker::maybe_grow(RED_ZONE, SEGMENT, || self.tail_deferred(expr));
        }
    }

    /// The same where the environment is made already, or not needed.
    pub(super) fn tail_expr(&mut self, expr: ExprRef<'h>) {
        match expr {
            Expr::Attrs(set) if !set.dynamic.is_empty() || has_overrides(set) => {
                self.reveals = self.around.sets_are_seen_unfinished();
                self.strict(expr);
                self.op(Op::Return);
            }
            Expr::If(_) | Expr::Let(_) | Expr::With(_) | Expr::Assert(_) => {
                stacker::maybe_grow(RED_ZONE, SEGMENT, || self.tail_compound(expr));
            }
            _ => {
                self.strict(expr);
                self.op(Op::Return);
            }
        }
    }

    fn tail_compound(&mut self, expr: ExprRef<'h>) {
        match expr {
            Expr::If(branch) => {
                let otherwise = self.condition(branch);
                self.tail(branch.then);
                self.land(otherwise);
                self.tail(branch.otherwise);
            }
            Expr::Let(binding) => {
                self.fill(binding.bindings);
                self.tail(binding.body);
            }
            Expr::With(with) => {
                self.enter_with(with);
                self.tail(with.body);
            }
            Expr::Assert(assert) => {
                self.assertion(assert);
                self.tail(assert.body);
            }
            _ => unreachable!("called for these four forms only"),
        }
    }

    /// Whether it is a variable from a `with` that may be found without evaluation.
    pub(super) fn may_be_looked_through(&self, lazy: &'h Lazy<'h>) -> bool {
        let is_from_with = matches!(
            lazy.expr,
            Expr::Var(var) if matches!(var.binding.get(), Binding::With(_))
        );
        is_from_with && self.around.withs_are_looked_through()
    }

    /// Pushes a variable as `lookupVar` of 2.8 finds it where it must not evaluate
    /// anything; else its thunk.
    fn look_through(&mut self, var: &'h Var<'h>, thunk: u32) {
        let Binding::With(chain) = var.binding.get() else {
            self.op(Op::Thunk(thunk));
            return;
        };
        let (mut found, mut open) = (Vec::new(), Vec::new());
        let mut link = Some(chain);
        while let Some(with) = link {
            self.load(with.scope, 0);
            self.op_at(Op::WithPeek(var.name), with.pos);
            open.push(self.op(Op::Jump(0)));
            found.push(self.op(Op::Jump(0)));
            link = with.outer;
        }
        self.op_at(Op::Undefined(var.name), var.pos);
        for exit in open {
            self.land(exit);
        }
        self.op(Op::Thunk(thunk));
        for exit in found {
            self.land(exit);
        }
    }

    fn enter_with(&mut self, with: &'h crate::syntax::ast::With<'h>) {
        let scope = with
            .scope
            .get()
            .expect("the resolver sets the scope of every with");
        self.place(scope);
        self.lazy(&with.set);
        self.store(scope, 0);
    }

    /// Evaluates the condition of an `if`; the index of the jump to `else`.
    pub(super) fn condition(&mut self, branch: &'h If<'h>) -> usize {
        let from = self.here();
        self.strict(branch.condition);
        let otherwise = self.op_at(
            Op::JumpIfFalse {
                target: 0,
                context: BoolContext::Branch,
            },
            branch.pos,
        );
        self.serving(from, branch.pos, Purpose::Bool(BoolContext::Branch));
        otherwise
    }

    fn assertion(&mut self, assert: &'h Assert<'h>) {
        let from = self.here();
        self.strict(assert.condition);
        let ok = self.op_at(
            Op::JumpIfTrue {
                target: 0,
                context: BoolContext::Assert,
            },
            assert.pos,
        );
        self.serving(from, assert.pos, Purpose::Bool(BoolContext::Assert));
        let text = self.around.show(assert.condition);
        let text = Value::string(Bytes::new(self.heap, &text));
        if let Expr::Binary(equality) = assert.condition
            && equality.op == BinaryOp::Eq
            && self.around.assertions_explain_equality()
        {
            let from = self.here();
            self.strict(equality.left);
            self.strict(equality.right);
            self.op(Op::AssertEqual);
            self.serving(from, assert.pos, Purpose::Assertion(text));
        }
        let index = next(&self.constants);
        self.constants.push(text);
        self.op_at(Op::AssertFailed(index), assert.pos);
        self.land(ok);
    }

    /// Evaluates an expression; its value is on top then, forced.
    pub(super) fn strict(&mut self, expr: ExprRef<'h>) {
        match expr {
            Expr::Int(_) | Expr::Float(_) | Expr::String(_) | Expr::Path(_) | Expr::List([]) => {
                let value = self
                    .literal(expr)
                    .expect("these are the literals that `literal` knows");
                self.constant(value);
            }
            Expr::Var(var) => self.variable(var),
            Expr::Lambda(lambda) => {
                let unit = lambda
                    .unit
                    .get()
                    .expect("the resolver makes a unit of every function");
                let index = self.unit_index(unit);
                self.op(Op::Closure(index));
            }
            Expr::CurPos(pos) => {
                let value = self.around.position_value(*pos);
                self.constant(value);
            }
            _ => stacker::maybe_grow(RED_ZONE, SEGMENT, || self.compound(expr)),
        }
    }

    fn compound(&mut self, expr: ExprRef<'h>) {
        match expr {
            Expr::Select(select) => self.select(select),
            Expr::HasAttr(has) => self.has_attr(has),
            Expr::Attrs(set) => self.attrs(set),
            Expr::List(items) => {
                for item in *items {
                    self.lazy(item);
                }
                self.op(Op::List(next(items)));
            }
            Expr::Call(call) => self.call(call),
            Expr::Let(binding) => {
                self.fill(binding.bindings);
                self.strict(binding.body);
            }
            Expr::With(with) => {
                self.enter_with(with);
                self.strict(with.body);
            }
            Expr::If(branch) => {
                let otherwise = self.condition(branch);
                self.strict(branch.then);
                let end = self.op(Op::Jump(0));
                self.land(otherwise);
                self.strict(branch.otherwise);
                self.land(end);
            }
            Expr::Assert(assert) => {
                self.assertion(assert);
                self.strict(assert.body);
            }
            Expr::Not(operand) => {
                let from = self.here();
                self.strict(operand);
                let pos = operand.pos();
                self.op_at(Op::Not, pos);
                self.serving(from, pos, Purpose::Bool(BoolContext::Not));
            }
            Expr::Binary(binary) => self.binary(binary),
            Expr::Concat(concat) => self.concat(concat),
            Expr::InheritFrom(_) => {
                unreachable!("only the set of a selection, which `select` looks for")
            }
            Expr::Int(_)
            | Expr::Float(_)
            | Expr::String(_)
            | Expr::Path(_)
            | Expr::Var(_)
            | Expr::Lambda(_)
            | Expr::CurPos(_) => self.strict(expr),
        }
    }

    fn call(&mut self, call: &'h Call<'h>) {
        if let Expr::Var(var) = call.function
            && let Binding::Global(global) = var.binding.get()
            && let Some(op) = self.around.inline_op(global)
            && let (Some(left), Some(right), 2) = (
                call.arguments.get(0),
                call.arguments.get(1),
                call.arguments.len(),
            )
        {
            let depth = self.depth;
            let from = self.here();
            self.depth = depth.saturating_add(1);
            self.strict(left.expr);
            self.strict(right.expr);
            self.depth = depth;
            let instruction = match op {
                InlineOp::Sub => Op::Sub { depth },
                InlineOp::Mul => Op::Mul { depth },
                InlineOp::Div => Op::Div { depth },
                InlineOp::Less => Op::Less { depth },
            };
            self.op_at(instruction, call.pos);
            self.serving(from, call.pos, Purpose::Operator(op));
            return;
        }
        self.strict(call.function);
        let depth = self.depth;
        let mut pending = 0u16;
        for argument in call.arguments.iter() {
            // There a call with several arguments is one call in another: what the first does can decide what a
            // variable from a `with` is among the later ones.
            let is_called_before = pending > 0
                && self.around.calls_are_nested()
                && argument.unit.get().is_some()
                && matches!(argument.expr, Expr::Var(_));
            if pending == u16::MAX || is_called_before {
                self.op_at(
                    Op::Call {
                        arguments: pending,
                        depth,
                    },
                    call.pos,
                );
                pending = 0;
            }
            self.lazy(argument);
            pending += 1;
        }
        self.op_at(
            Op::Call {
                arguments: pending,
                depth,
            },
            call.pos,
        );
    }
}
