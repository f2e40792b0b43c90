//! What an error's trace says of the frames that it goes through.
//!
//! Nothing is noted while a program runs: the lines are made while the frames
//! are taken down, from the position tables and the purposes of instructions
//! that the compiler wrote, and from what the variables hold.

use super::frame::{BuiltinFrame, UnitFrame};
use super::run::Vm;
use crate::builtins::{Kind, say};
use crate::compiler::{BoolContext, Chunk, InlineOp, Op, Purpose, Unit, argument_of};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind};
use crate::heap::{Value, View};
use crate::positions::{Origin, Pos};
use crate::print::describe::write_name;
use crate::symbols::Symbol;
use crate::syntax::Printer;
use crate::syntax::ast::{AttrName, Binding, Call, Expr, ExprRef, Select, Var};
use std::borrow::Cow;

/// How deep an expression may be whose value is looked up without evaluation.
const DEEPEST: u32 = 32;

/// How an expression is looked at whose value is wanted without evaluation.
#[derive(Clone, Copy, Default)]
struct Look {
    /// How deep it lies in another.
    depth: u32,
    /// Whether what it traces is printed once more: C++ Nix evaluates the names of a selection that failed once more, to show
    /// them.
    aloud: bool,
}

impl Look {
    fn aloud() -> Look {
        Look {
            aloud: true,
            ..Look::default()
        }
    }

    fn deeper(self) -> Look {
        Look {
            depth: self.depth + 1,
            ..self
        }
    }
}

impl<'h> Vm<'h> {
    /// The error at `pos`, in the releases in which the error says where it is
    /// and not its trace. What a program throws has no position.
    pub(super) fn placed(&self, error: Error, pos: Pos) -> Error {
        if self.state.has(Behaviour::TracesTellWhere)
            || matches!(error.kind(), ErrorKind::Throw | ErrorKind::Abort)
            || error.is_foreign()
        {
            error
        } else {
            error.at(pos)
        }
    }

    /// The error as it leaves the call of a builtin at `pos`
    /// (`EvalState::callFunction` in `eval.cc`).
    pub(super) fn in_builtin(&self, error: Error, number: u32, pos: Pos) -> Error {
        let name = self.state.builtin(number).name;
        if !self.state.has(Behaviour::TracesTellWhere) {
            return self.placed(error, pos);
        }
        if name == "addErrorContext" {
            return error;
        }
        error.traced(pos, format!("while calling the '{name}' builtin"))
    }

    /// The error of an argument that a builtin wanted. Lists and sets are
    /// evaluated first and only then looked at (`forceList` and its siblings).
    pub(super) fn in_argument(&self, error: Error, frame: &BuiltinFrame<'h>, pos: Pos) -> Error {
        let wants = self.state.builtin(frame.builtin).wants();
        let Some(want) = wants.get(frame.step as usize) else {
            return error;
        };
        let waits = frame.arguments[want.argument as usize]
            .evaluated()
            .is_none();
        if waits
            && !matches!(
                want.kind,
                Kind::Any | Kind::Cell | Kind::Coerced | Kind::List | Kind::Attrs
            )
        {
            error.traced(self.builtin_pos(pos), want.context)
        } else {
            error
        }
    }

    /// The position that a builtin called at `pos` knows of itself.
    #[inline]
    pub(super) fn builtin_pos(&self, pos: Pos) -> Pos {
        if self.traces_tell_where {
            Pos::NONE
        } else {
            pos
        }
    }

    /// The error as it leaves a unit that was called or forced at `called`.
    pub(super) fn in_unit(&self, mut error: Error, unit: &UnitFrame<'h>, called: Pos) -> Error {
        if matches!(error.kind(), ErrorKind::Limit(_)) {
            return error;
        }
        let chunk = unit.chunk;
        let at = unit.ip.saturating_sub(1);
        let mut bound = true;
        for serving in chunk.purposes {
            if (serving.from as usize..serving.to as usize).contains(&at) {
                match serving.purpose {
                    Purpose::Select(select) => error = self.in_selection(error, select, unit),
                    Purpose::Arguments => {
                        bound = false;
                        let told = self.state.has(Behaviour::TracesTellWhere);
                        if told && called != Pos::NONE {
                            error = error.traced(called, "from call site");
                        }
                    }
                    // The depth is looked at before the operator is called.
                    Purpose::Operator(_)
                        if self.asked_at == Pos::NONE
                            && error.kind() == ErrorKind::CallDepth
                            && !error.is_traced() => {}
                    _ if !self.state.has(Behaviour::TracesTellWhere) => {}
                    Purpose::Assertion(_) if !error.catchable() => {}
                    purpose => {
                        if let Some(text) = purpose_text(purpose) {
                            error = error.traced(serving.pos, text);
                        }
                    }
                }
            }
        }
        if let Some(lambda) = chunk.unit.lambdas.last() {
            // The body of a scoped import is no function in C++ Nix.
            let written = lambda.pos != Pos::NONE;
            if bound && written && self.state.settings.show_trace {
                let name = match lambda.name.get() {
                    Some(name) => format!("'{}'", self.shown_name(name)),
                    None => "anonymous lambda".to_owned(),
                };
                error = error.traced(lambda.pos, format!("while calling {name}"));
                if called != Pos::NONE {
                    error = error.traced(called, "from call site");
                }
            }
        } else if chunk.unit.parent.is_none()
            && let Some(file) = self.state.imported.borrow().get(&address(chunk.unit))
        {
            let file = String::from_utf8_lossy(file);
            error = error.traced(Pos::NONE, format!("while evaluating the file '{file}':"));
        }
        error
    }

    fn shown_name(&self, name: Symbol) -> String {
        let mut out = Vec::new();
        write_name(&self.state, &mut out, name);
        String::from_utf8_lossy(&out).into_owned()
    }

    /// `ExprSelect::eval` in `eval.cc`: the line stands where the attribute that
    /// was found last is defined.
    fn in_selection(&self, error: Error, select: &Select<'h>, unit: &UnitFrame<'h>) -> Error {
        let at = unit.ip.saturating_sub(1);
        // A selection that may fail stands at the jump behind it.
        let forces = matches!(unit.chunk.ops[at], Op::SelectForced { .. } | Op::Jump(_));
        let pos = match self.asked_at {
            Pos::OF_CALLER if forces => Pos::NONE,
            pos if forces && pos != Pos::NONE => pos,
            _ => self.found_last(select, unit),
        };
        let internal = || {
            let location = self.state.positions.locate(pos);
            matches!(location, Some(location) if matches!(location.origin, Origin::Internal(_)))
        };
        if pos == Pos::NONE || internal() {
            return error;
        }
        let mut path = Vec::new();
        for name in select.path {
            if !path.is_empty() {
                path.push(b'.');
            }
            match self.name(name, unit, Look::aloud()) {
                Some(name) => write_name(&self.state, &mut path, name),
                None => {
                    if let AttrName::Dynamic(expr) = *name {
                        let options = self.state.syntax_options();
                        let shown = Printer::new(&self.state.symbols, &options).program(expr);
                        path.extend_from_slice(b"\"${");
                        path.extend_from_slice(&shown);
                        path.extend_from_slice(b"}\"");
                    }
                }
            }
        }
        let path = String::from_utf8_lossy(&path);
        error.traced(pos, format!("while evaluating the attribute '{path}'"))
    }

    /// Where the last attribute of a selection is defined that can be found
    /// without evaluation.
    fn found_last(&self, select: &Select<'h>, unit: &UnitFrame<'h>) -> Pos {
        let mut last = Pos::NONE;
        let mut path = select.path;
        let mut set = select.set;
        // In a set that is written there, without evaluation.
        while let Expr::Attrs(literal) = set
            && let Some((name, rest)) = path.split_first()
            && let Some(name) = self.name(name, unit, Look::default())
            && let Some(def) = literal.defs.iter().find(|def| def.name == name)
        {
            last = def.pos;
            set = def.value.expr;
            path = rest;
        }
        let mut value = match set {
            Expr::Attrs(_) => None,
            // What is a variable there is one in another scope.
            _ if last != Pos::NONE => None,
            set => self.known(set, unit, Look::default()),
        };
        for name in path {
            let found = value.and_then(Value::as_attrs).and_then(|set| {
                let name = self.name(name, unit, Look::default())?;
                set.get_with_pos(name)
            });
            let Some((next, pos)) = found else {
                break;
            };
            last = pos;
            value = next.evaluated();
        }
        last
    }

    fn name(&self, name: &AttrName<'h>, unit: &UnitFrame<'h>, look: Look) -> Option<Symbol> {
        match *name {
            AttrName::Static(name) => Some(name),
            AttrName::Dynamic(expr) => {
                let text = self.known(expr, unit, look.deeper())?.as_string()?;
                Some(self.state.symbols.intern(text.bytes()))
            }
        }
    }

    /// The value of an expression, if it is known without evaluation; what it traces is said if the look is aloud.
    fn known(&self, expr: ExprRef<'h>, unit: &UnitFrame<'h>, look: Look) -> Option<Value<'h>> {
        if look.depth > DEEPEST {
            return None;
        }
        match expr {
            Expr::Int(number) => Some(Value::int(self.heap, *number)),
            Expr::Float(number) => Some(Value::float(self.heap, *number)),
            Expr::Path(path) => Some(self.state.path(path)),
            Expr::List([]) => Some(self.state.list(&[])),
            Expr::Attrs(set) if set.defs.iter().len() + set.dynamic.iter().len() == 0 => {
                Some(self.state.attrs(Vec::new()))
            }
            Expr::String(text) => Some(self.state.string(text)),
            Expr::Var(var) => self.variable(var, unit)?.evaluated(),
            Expr::Select(select) => {
                let mut value = self.known(select.set, unit, look.deeper())?;
                for name in select.path {
                    let name = self.name(name, unit, look.deeper())?;
                    value = value.as_attrs()?.get(name)?.evaluated()?;
                }
                Some(value)
            }
            Expr::Concat(concat) if concat.force_string => {
                let mut text = Vec::new();
                for (_, part) in concat.parts {
                    let part = self.known(part, unit, look.deeper())?;
                    text.extend_from_slice(part.as_string()?.bytes());
                }
                Some(self.state.string(&text))
            }
            Expr::Call(call) => self.traced(call, unit, look.deeper()),
            _ => None,
        }
    }

    /// The value of a call of `trace`.
    fn traced(&self, call: &Call<'h>, unit: &UnitFrame<'h>, look: Look) -> Option<Value<'h>> {
        let function = self.known(call.function, unit, look)?;
        let View::Builtin(number) = function.view() else {
            return None;
        };
        let mut arguments = call.arguments.iter();
        let (said, value, None) = (arguments.next()?, arguments.next()?, arguments.next()) else {
            return None;
        };
        if self.state.builtin(number).name != "trace" {
            return None;
        }
        let said = self.known(said.expr, unit, look)?;
        if look.aloud {
            // What cannot be said again is not known: the failure of the selection stays what is told.
            say(&self.state, said).ok()?;
        }
        self.known(value.expr, unit, look)
    }

    fn variable(&self, var: &Var<'h>, unit: &UnitFrame<'h>) -> Option<Value<'h>> {
        let local = |scope: &'h crate::compiler::Scope<'h>, index: u32| {
            let info = scope.vars.get(index as usize)?;
            let slot = info.slot.get()? as usize;
            let own = unit.chunk.unit;
            let value = if let Some(argument) = argument_of(own, scope) {
                *self.stack.get(unit.base + argument as usize)?
            } else if info.captured.get() {
                let has_own_env = unit.chunk.has_own_env(unit.ip.saturating_sub(1));
                let mut env = unit.env?;
                let mut inner = own;
                while !std::ptr::eq(inner, scope.unit) {
                    if inner.has_env.get() && (has_own_env || !std::ptr::eq(inner, own)) {
                        env = env.outer()?;
                    }
                    inner = inner.parent?;
                }
                env.get(slot)
            } else {
                *self.stack.get(unit.base + slot)?
            };
            (!value.is_empty_slot()).then_some(value)
        };
        match var.binding.get() {
            Binding::Local(scope, index) => local(scope, index),
            Binding::Global(global) => self.state.globals.get(global as usize).copied(),
            Binding::With(chain) => {
                let mut link = Some(chain);
                while let Some(with) = link {
                    let set = local(with.scope, 0)?.evaluated()?.as_attrs()?;
                    if let Some(value) = set.get(var.name) {
                        return Some(value);
                    }
                    link = with.outer;
                }
                None
            }
            Binding::Unresolved => None,
        }
    }

    /// Where the computed name stands that the selection at `index` used.
    #[cold]
    pub(super) fn name_pos(&self, chunk: &Chunk<'h>, index: usize) -> Pos {
        chunk
            .purposes
            .iter()
            .find(|serving| {
                serving.from as usize == index && matches!(serving.purpose, Purpose::Name)
            })
            .map_or(Pos::NONE, |serving| serving.pos)
    }
}

/// What identifies a unit in [`crate::state::State::imported`].
pub fn address(unit: &Unit<'_>) -> usize {
    std::ptr::from_ref(unit).addr()
}

fn purpose_text(purpose: Purpose<'_>) -> Option<Cow<'static, str>> {
    Some(Cow::Borrowed(match purpose {
        Purpose::Bool(context) => match context {
            BoolContext::Branch => "while evaluating a branch condition",
            BoolContext::Assert => "in the condition of the assert statement",
            BoolContext::Not => "in the argument of the not operator",
            BoolContext::AndLeft => "in the left operand of the AND (&&) operator",
            BoolContext::AndRight => "in the right operand of the AND (&&) operator",
            BoolContext::OrLeft => "in the left operand of the OR (||) operator",
            BoolContext::OrRight => "in the right operand of the OR (||) operator",
            BoolContext::ImpliesLeft => "in the left operand of the IMPL (->) operator",
            BoolContext::ImpliesRight => "in the right operand of the IMPL (->) operator",
        },
        Purpose::Operand { right: true } => "in the right operand of the update (//) operator",
        Purpose::Operand { right: false } => "in the left operand of the update (//) operator",
        Purpose::Operator(InlineOp::Sub) => "while calling the 'sub' builtin",
        Purpose::Operator(InlineOp::Mul) => "while calling the 'mul' builtin",
        Purpose::Operator(InlineOp::Div) => "while calling the 'div' builtin",
        Purpose::Operator(InlineOp::Less) => "while calling the 'lessThan' builtin",
        Purpose::Assertion(text) => {
            let View::String(text) = text.view() else {
                return None;
            };
            let text = String::from_utf8_lossy(text.bytes());
            return Some(Cow::Owned(format!(
                "while evaluating the condition of the assertion '{text}'"
            )));
        }
        Purpose::Select(_) | Purpose::Arguments | Purpose::Name => return None,
    }))
}
