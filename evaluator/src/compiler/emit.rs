//! Compilation: one unit to one chunk, when the unit is first run.

use super::chunk::{BoolContext, BoundFormal, Chunk, DefaultValue, FormalsTable, Op, Place};
use super::resolve::sorted_defs;
use super::unit::{Scope, Unit, WithChain};
use crate::heap::{Bytes, Heap, Key, Keys, List, Value};
use crate::positions::Pos;
use crate::symbols::{Symbol, known};
use crate::syntax::ast::{
    AttrName, AttrSet, Binary, BinaryOp, Binding, Call, Concat, DefKind, Expr, ExprRef, Lambda,
    Lazy, Select, Var,
};

/// An operator that the parser turns into a call of a builtin, and that is
/// compiled to an instruction if nothing shadows that builtin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InlineOp {
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `<`
    Less,
}

/// What compilation asks of its surroundings.
pub trait Surroundings<'h> {
    /// Where objects are made.
    fn heap(&self) -> &'h Heap;
    /// Which operator a global is the builtin of.
    fn inline_op(&self, global: u32) -> Option<InlineOp>;
    /// What `__curPos` is at a position.
    fn position_value(&self, pos: Pos) -> Value<'h>;
    /// Whether `//` evaluates its right operand first.
    fn update_evaluates_right_first(&self) -> bool;
    /// The text of an expression, for a failed assertion.
    fn show(&self, expr: ExprRef<'h>) -> Vec<u8>;
}

/// Stack that one level of recursion may need, and what is taken when it is not
/// there: programs may nest as deeply as their text is long.
const RED_ZONE: usize = 64 * 1024;
const SEGMENT: usize = 2 * 1024 * 1024;

/// The bytecode of `unit`, compiled now if this is the first time.
pub fn compile<'h>(around: &impl Surroundings<'h>, unit: &'h Unit<'h>) -> &'h Chunk<'h> {
    if let Some(chunk) = unit.chunk.get() {
        return chunk;
    }
    let mut emitter = Emitter {
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
        locals: 0,
        env_slots: 0,
        depth: 0,
    };
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

struct Emitter<'h, 's, S> {
    around: &'s S,
    heap: &'h Heap,
    unit: &'h Unit<'h>,
    ops: Vec<Op>,
    constants: Vec<Value<'h>>,
    units: Vec<&'h Unit<'h>>,
    keys: Vec<Keys<'h>>,
    formals: Vec<FormalsTable<'h>>,
    overrides: Vec<&'h [(Symbol, Place)]>,
    positions: Vec<(u32, Pos)>,
    locals: u32,
    env_slots: u32,
    /// How many operator calls are being evaluated around what is emitted.
    depth: u16,
}

/// The index of the next element of a table.
fn next<T>(table: &[T]) -> u32 {
    u32::try_from(table.len())
        .expect("a table of a unit is smaller than its source, which is < 4 GiB")
}

impl<'h, S: Surroundings<'h>> Emitter<'h, '_, S> {
    fn finish(self) -> &'h Chunk<'h> {
        let heap = self.heap;
        heap.alloc(Chunk {
            ops: heap.alloc_slice(&self.ops),
            constants: heap.alloc_slice(&self.constants),
            units: heap.alloc_slice(&self.units),
            keys: heap.alloc_slice(&self.keys),
            formals: heap.alloc_slice(&self.formals),
            overrides: heap.alloc_slice(&self.overrides),
            positions: heap.alloc_slice(&self.positions),
            locals: self.locals,
            env_slots: self.env_slots,
            unit: self.unit,
        })
    }

    fn op(&mut self, op: Op) -> usize {
        self.ops.push(op);
        self.ops.len() - 1
    }

    fn op_at(&mut self, op: Op, pos: Pos) -> usize {
        let index = self.op(op);
        if pos != Pos::NONE {
            self.positions.push((index as u32, pos));
        }
        index
    }

    /// The index that the next instruction will have.
    fn here(&self) -> u32 {
        next(&self.ops)
    }

    /// Makes the jump at `index` go to the next instruction.
    fn land(&mut self, index: usize) {
        let here = self.here();
        match &mut self.ops[index] {
            Op::Jump(target) | Op::JumpIfFalse { target, .. } | Op::JumpIfTrue { target, .. } => {
                *target = here
            }
            _ => unreachable!("only the index of a jump is kept to be landed"),
        }
    }

    fn constant(&mut self, value: Value<'h>) {
        let index = next(&self.constants);
        self.constants.push(value);
        self.op(Op::Constant(index));
    }

    fn unit_index(&mut self, unit: &'h Unit<'h>) -> u32 {
        let index = next(&self.units);
        self.units.push(unit);
        index
    }

    // Variables

    /// Gives the variables of a scope of this unit their places.
    fn place(&mut self, scope: &'h Scope<'h>) {
        for var in scope.vars {
            let counter = if var.captured.get() {
                &mut self.env_slots
            } else {
                &mut self.locals
            };
            var.slot.set(*counter);
            *counter += 1;
        }
    }

    fn place_of(scope: &'h Scope<'h>, index: u32) -> Place {
        let var = &scope.vars[index as usize];
        if var.captured.get() {
            Place::Env(var.slot.get())
        } else {
            Place::Local(var.slot.get())
        }
    }

    fn store(&mut self, scope: &'h Scope<'h>, index: u32) {
        match Self::place_of(scope, index) {
            Place::Local(slot) => self.op(Op::SetLocal(slot)),
            Place::Env(slot) => self.op(Op::SetEnv(slot)),
        };
    }

    /// Pushes a variable, which may be a thunk.
    fn load(&mut self, scope: &'h Scope<'h>, index: u32) {
        match Self::place_of(scope, index) {
            Place::Local(slot) => self.op(Op::Local(slot)),
            Place::Env(slot) => {
                let up = self.levels_up_to(scope.unit);
                self.op(Op::Outer { up, slot })
            }
        };
    }

    fn load_forced(&mut self, scope: &'h Scope<'h>, index: u32, pos: Pos) {
        let depth = self.depth;
        match Self::place_of(scope, index) {
            Place::Local(slot) => self.op_at(Op::LocalForced { slot, depth }, pos),
            Place::Env(slot) => {
                let up = self.levels_up_to(scope.unit);
                // The depth of a force matters only near the depth limit, and
                // most forces are not within operators.
                if depth == 0 {
                    self.op_at(Op::OuterForced { up, slot }, pos)
                } else {
                    self.op(Op::Outer { up, slot });
                    self.op_at(Op::Force { depth }, pos)
                }
            }
        };
    }

    /// How many environments lie between this unit's code and those of `outer`.
    fn levels_up_to(&self, outer: &'h Unit<'h>) -> u16 {
        let mut levels = 0u16;
        let mut unit = self.unit;
        while !std::ptr::eq(unit, outer) {
            if unit.has_env.get() {
                levels = levels.saturating_add(1);
            }
            unit = unit
                .parent
                .expect("a variable's scope belongs to a unit around the variable");
        }
        levels
    }

    fn variable(&mut self, var: &'h Var<'h>) {
        match var.binding.get() {
            Binding::Local(scope, index) => self.load_forced(scope, index, var.pos),
            Binding::Global(global) => {
                self.op(Op::Global(global));
                let depth = self.depth;
                self.op_at(Op::Force { depth }, var.pos);
            }
            Binding::With(chain) => self.with_variable(var, chain),
            Binding::Unresolved => unreachable!("the resolver visits every variable"),
        }
    }

    fn with_variable(&mut self, var: &'h Var<'h>, chain: &'h WithChain<'h>) {
        let mut exits = Vec::new();
        let mut link = Some(chain);
        while let Some(with) = link {
            self.load_forced(with.scope, 0, var.pos);
            self.op_at(Op::WithSelect(var.name), var.pos);
            exits.push(self.op(Op::Jump(0)));
            link = with.outer;
        }
        self.op_at(Op::Undefined(var.name), var.pos);
        for exit in exits {
            self.land(exit);
        }
        let depth = self.depth;
        self.op_at(Op::Force { depth }, var.pos);
    }

    // Arguments of a function

    /// Puts a function's argument, which is in the variable `argument` of the
    /// frame, where its body looks for it.
    fn arguments(&mut self, lambda: &'h Lambda<'h>, argument: u32) {
        let scope = lambda
            .scope
            .get()
            .expect("the resolver sets the scope of every function");
        let Some(formals) = &lambda.formals else {
            let var = &scope.vars[0];
            if var.captured.get() {
                self.place(scope);
                self.op(Op::Local(argument));
                self.store(scope, 0);
            } else {
                var.slot.set(argument);
            }
            return;
        };
        self.place(scope);
        if lambda.arg.is_some() {
            self.op(Op::Local(argument));
            self.store(scope, 0);
        }
        let forced = Op::LocalForced {
            slot: argument,
            depth: 0,
        };
        self.op_at(forced, lambda.pos);
        self.op(Op::SetLocal(argument));
        let first = u32::from(lambda.arg.is_some());
        let mut later = Vec::new();
        let mut bound = Vec::with_capacity(formals.list.len());
        for (formal, index) in formals.list.iter().zip(first..) {
            let default = match &formal.default {
                None => DefaultValue::Required,
                Some(lazy) => match lazy.unit.get() {
                    Some(unit) => DefaultValue::Thunk(unit),
                    None => match self.literal(lazy.expr) {
                        Some(value) => DefaultValue::Constant(value),
                        None => {
                            later.push((lazy, index));
                            DefaultValue::Later
                        }
                    },
                },
            };
            bound.push(BoundFormal {
                name: formal.name,
                place: Self::place_of(scope, index),
                default,
            });
        }
        let table = next(&self.formals);
        self.formals.push(FormalsTable {
            lambda,
            argument,
            formals: self.heap.alloc_slice(&bound),
        });
        self.op_at(Op::BindFormals(table), lambda.pos);
        for (lazy, index) in later {
            match Self::place_of(scope, index) {
                Place::Local(slot) => self.op(Op::SkipIfLocalEmpty(slot)),
                Place::Env(slot) => self.op(Op::SkipIfEnvEmpty(slot)),
            };
            let jump = self.op(Op::Jump(0));
            self.lazy(lazy);
            self.store(scope, index);
            self.land(jump);
        }
    }

    // Places that are not evaluated at once

    /// The value of an expression that C++ Nix keeps as a value in the tree.
    fn literal(&self, expr: ExprRef<'h>) -> Option<Value<'h>> {
        match *expr {
            Expr::Int(n) => Some(Value::int(self.heap, n)),
            Expr::Float(x) => Some(Value::float(self.heap, x)),
            Expr::String(text) => Some(Value::string(Bytes::new(self.heap, text))),
            Expr::Path(path) => Some(Value::path(self.heap, Bytes::new(self.heap, path))),
            Expr::List([]) => Some(Value::list(List::new(self.heap, &[]))),
            _ => None,
        }
    }

    /// Pushes a thunk, a literal or a variable that may be a thunk.
    fn lazy(&mut self, lazy: &'h Lazy<'h>) {
        if let Some(unit) = lazy.unit.get() {
            let index = self.unit_index(unit);
            self.op(Op::Thunk(index));
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
    fn tail(&mut self, expr: ExprRef<'h>) {
        match expr {
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
                self.strict(branch.condition);
                let otherwise = self.op_at(
                    Op::JumpIfFalse {
                        target: 0,
                        context: BoolContext::Branch,
                    },
                    branch.pos,
                );
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

    fn enter_with(&mut self, with: &'h crate::syntax::ast::With<'h>) {
        let scope = with
            .scope
            .get()
            .expect("the resolver sets the scope of every with");
        self.place(scope);
        self.lazy(&with.set);
        self.store(scope, 0);
    }

    fn assertion(&mut self, assert: &'h crate::syntax::ast::Assert<'h>) {
        self.strict(assert.condition);
        let ok = self.op_at(
            Op::JumpIfTrue {
                target: 0,
                context: BoolContext::Assert,
            },
            assert.pos,
        );
        let text = self.around.show(assert.condition);
        let index = next(&self.constants);
        self.constants
            .push(Value::string(Bytes::new(self.heap, &text)));
        self.op_at(Op::AssertFailed(index), assert.pos);
        self.land(ok);
    }

    /// Evaluates an expression; its value is on top then, forced.
    fn strict(&mut self, expr: ExprRef<'h>) {
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
            Expr::HasAttr(has) => {
                self.strict(has.set);
                let mut exits = Vec::new();
                for (index, name) in has.path.iter().enumerate() {
                    if index > 0 {
                        let depth = self.depth;
                        self.op(Op::Force { depth });
                    }
                    match *name {
                        AttrName::Static(name) => self.op(Op::SelectOr(name)),
                        AttrName::Dynamic(name) => {
                            self.strict(name);
                            self.op(Op::SelectOrDynamic)
                        }
                    };
                    exits.push(self.op(Op::Jump(0)));
                }
                self.op(Op::Pop);
                self.constant(Value::bool(true));
                let end = self.op(Op::Jump(0));
                for exit in exits {
                    self.land(exit);
                }
                self.constant(Value::bool(false));
                self.land(end);
            }
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
                self.strict(branch.condition);
                let otherwise = self.op_at(
                    Op::JumpIfFalse {
                        target: 0,
                        context: BoolContext::Branch,
                    },
                    branch.pos,
                );
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
                self.strict(operand);
                self.op(Op::Not);
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

    fn select(&mut self, select: &'h Select<'h>) {
        self.strict(select.set);
        self.select_path(select);
    }

    /// Selects from the set on top.
    fn select_path(&mut self, select: &'h Select<'h>) {
        let depth = self.depth;
        let mut missing = Vec::new();
        for (index, name) in select.path.iter().enumerate() {
            let pos = select.pos;
            let first = index == 0;
            match *name {
                AttrName::Static(name) => {
                    if !first {
                        self.op_at(Op::Force { depth }, pos);
                    }
                    match select.default {
                        None => self.op_at(Op::Select(name), pos),
                        Some(_) => self.op_at(Op::SelectOr(name), pos),
                    };
                }
                AttrName::Dynamic(name) => {
                    self.strict(name);
                    if !first {
                        // The name is evaluated before the set is forced.
                        self.op(Op::Swap);
                        self.op_at(Op::Force { depth }, pos);
                        self.op(Op::Swap);
                    }
                    match select.default {
                        None => self.op_at(Op::SelectDynamic, pos),
                        Some(_) => self.op_at(Op::SelectOrDynamic, pos),
                    };
                }
            }
            if select.default.is_some() {
                missing.push(self.op(Op::Jump(0)));
            }
        }
        self.op_at(Op::Force { depth }, select.pos);
        if let Some(default) = select.default {
            let end = self.op(Op::Jump(0));
            for jump in missing {
                self.land(jump);
            }
            self.strict(default);
            self.land(end);
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
            self.depth = depth.saturating_add(1);
            self.strict(left.expr);
            self.strict(right.expr);
            self.depth = depth;
            let op = match op {
                InlineOp::Sub => Op::Sub { depth },
                InlineOp::Mul => Op::Mul { depth },
                InlineOp::Div => Op::Div { depth },
                InlineOp::Less => Op::Less { depth },
            };
            self.op_at(op, call.pos);
            return;
        }
        self.strict(call.function);
        let depth = self.depth;
        let mut pending = 0u16;
        for argument in call.arguments.iter() {
            if pending == u16::MAX {
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

    fn binary(&mut self, binary: &'h Binary<'h>) {
        match binary.op {
            BinaryOp::Eq | BinaryOp::NotEq => {
                self.strict(binary.left);
                self.strict(binary.right);
                self.op_at(Op::Equal, binary.pos);
                if binary.op == BinaryOp::NotEq {
                    self.op(Op::Not);
                }
            }
            BinaryOp::And => {
                self.short_circuit(binary, BoolContext::AndLeft, BoolContext::AndRight)
            }
            BinaryOp::Or => self.short_circuit(binary, BoolContext::OrLeft, BoolContext::OrRight),
            BinaryOp::Implies => {
                self.short_circuit(binary, BoolContext::ImpliesLeft, BoolContext::ImpliesRight);
            }
            BinaryOp::Update => {
                if self.around.update_evaluates_right_first() {
                    self.strict(binary.right);
                    self.op_at(Op::CheckUpdate { right: true }, binary.pos);
                    self.strict(binary.left);
                    self.op_at(Op::CheckUpdate { right: false }, binary.pos);
                    self.op_at(Op::UpdateReversed, binary.pos);
                } else {
                    self.strict(binary.left);
                    self.op_at(Op::CheckUpdate { right: false }, binary.pos);
                    self.strict(binary.right);
                    self.op_at(Op::CheckUpdate { right: true }, binary.pos);
                    self.op_at(Op::Update, binary.pos);
                }
            }
            BinaryOp::ConcatLists => {
                self.strict(binary.left);
                self.strict(binary.right);
                self.op_at(Op::ConcatLists, binary.pos);
            }
        }
    }

    fn short_circuit(&mut self, binary: &'h Binary<'h>, left: BoolContext, right: BoolContext) {
        self.strict(binary.left);
        let (jump, result) = match binary.op {
            BinaryOp::And => (
                Op::JumpIfFalse {
                    target: 0,
                    context: left,
                },
                false,
            ),
            BinaryOp::Implies => (
                Op::JumpIfFalse {
                    target: 0,
                    context: left,
                },
                true,
            ),
            _ => (
                Op::JumpIfTrue {
                    target: 0,
                    context: left,
                },
                true,
            ),
        };
        let decided = self.op_at(jump, binary.pos);
        self.strict(binary.right);
        self.op_at(Op::CheckBool(right), binary.pos);
        let end = self.op(Op::Jump(0));
        self.land(decided);
        self.constant(Value::bool(result));
        self.land(end);
    }

    fn concat(&mut self, concat: &'h Concat<'h>) {
        let count = next(concat.parts);
        if concat.force_string {
            for &(pos, part) in concat.parts {
                self.strict(part);
                if !matches!(part, Expr::String(_)) {
                    self.op_at(Op::Interpolate { path: false }, pos);
                }
            }
            self.op_at(Op::ConcatStrings(count), concat.pos);
        } else if let [(pos, left), (right_pos, right)] = *concat.parts
            && !matches!(left, Expr::Path(_))
        {
            self.strict(left);
            self.op_at(Op::AddLeft, pos);
            self.strict(right);
            self.op_at(Op::Add, right_pos);
        } else {
            for (index, &(pos, part)) in concat.parts.iter().enumerate() {
                self.strict(part);
                if index > 0 {
                    self.op_at(Op::Interpolate { path: true }, pos);
                }
            }
            self.op_at(Op::ConcatPath(count), concat.pos);
        }
    }

    // Sets and let

    /// Fills the variables of a recursive set or a `let`.
    fn fill(&mut self, set: &'h AttrSet<'h>) {
        let scope = set
            .scope
            .get()
            .expect("the resolver sets the scope of every recursive set");
        self.place(scope);
        self.inherit_sources(set);
        for (def, index) in sorted_defs(set).into_iter().zip(0..) {
            self.definition(set, def);
            self.store(scope, index);
        }
    }

    fn inherit_sources(&mut self, set: &'h AttrSet<'h>) {
        if let Some(sources) = set.from_scope.get() {
            self.place(sources);
            for (source, index) in set.inherit_from.iter().zip(0..) {
                self.lazy(source);
                self.store(sources, index);
            }
        }
    }

    fn definition(&mut self, set: &'h AttrSet<'h>, def: &'h crate::syntax::ast::AttrDef<'h>) {
        if def.kind == DefKind::InheritedFrom
            && let (Some(unit), Expr::Select(select)) = (def.value.unit.get(), def.value.expr)
            && let (Expr::InheritFrom(source), Some(sources)) = (select.set, set.from_scope.get())
            && unit.chunk.get().is_none()
        {
            self.compile_inherited(unit, select, sources, source.get());
        }
        self.lazy(&def.value);
    }

    /// Compiles the thunk of an `inherit (e) a`: it selects from the hidden
    /// variable of its source, which only this place knows.
    fn compile_inherited(
        &mut self,
        unit: &'h Unit<'h>,
        select: &'h Select<'h>,
        sources: &'h Scope<'h>,
        source: u32,
    ) {
        let mut inner = Emitter {
            around: self.around,
            heap: self.heap,
            unit,
            ops: Vec::new(),
            constants: Vec::new(),
            units: Vec::new(),
            keys: Vec::new(),
            formals: Vec::new(),
            overrides: Vec::new(),
            positions: Vec::new(),
            locals: 0,
            env_slots: 0,
            depth: 0,
        };
        inner.load_forced(sources, source, select.pos);
        inner.select_path(select);
        inner.op(Op::Return);
        unit.chunk.set(Some(inner.finish()));
    }

    fn attrs(&mut self, set: &'h AttrSet<'h>) {
        let defs = sorted_defs(set);
        if set.recursive.get() {
            self.fill(set);
            if let Some(scope) = set.scope.get() {
                for (_, index) in defs.iter().zip(0..) {
                    self.load(scope, index);
                }
            }
        } else {
            self.inherit_sources(set);
            for def in &defs {
                self.definition(set, def);
            }
        }
        let keys: Vec<Key> = defs
            .iter()
            .map(|def| Key {
                name: def.name,
                pos: def.pos,
            })
            .collect();
        let index = next(&self.keys);
        self.keys.push(Keys::new(self.heap, &keys));
        self.op(Op::Attrs(index));
        if set.recursive.get()
            && let Some(scope) = set.scope.get()
            && let Some(overrides) = defs.iter().position(|def| def.name == known::OVERRIDES)
        {
            let places: Vec<(Symbol, Place)> = defs
                .iter()
                .zip(0..)
                .map(|(def, index)| (def.name, Self::place_of(scope, index)))
                .collect();
            let table = next(&self.overrides);
            let places = self.heap.alloc_slice(&places);
            self.overrides.push(places);
            self.load_forced(scope, overrides as u32, Pos::NONE);
            self.op_at(Op::Overrides(table), set.pos.get());
        }
        for def in set.dynamic.iter() {
            self.strict(def.name);
            self.lazy(&def.value);
            self.op_at(Op::InsertDynamic, def.pos);
        }
    }
}
