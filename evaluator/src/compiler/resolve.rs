//! Resolution: finds what each variable refers to, which expressions become
//! thunks, and which variables are captured.
//!
//! One walk over a whole file when it is parsed, because C++ Nix reports an
//! undefined variable then (`bindVars` in `nixexpr.cc`) and because capture
//! must be known before the first unit is compiled.

use super::surroundings::OPERATORS;
use super::unit::{Scope, Unit, VarInfo, WithChain};
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::Heap;
use crate::symbols::{Symbol, Symbols, known};
use crate::syntax::ast::{
    AttrDef, AttrName, AttrSet, Binding, Call, DefKind, Expr, ExprRef, Lambda, Lazy, Var,
};
use rustc_hash::FxHashMap;
use std::cell::Cell;

/// What a name means outside of any program: its index in the table of globals.
pub type Globals = FxHashMap<Symbol, u32>;

/// What releases do in different ways, as far as it decides what becomes a thunk.
#[derive(Clone, Copy)]
pub struct Habits {
    /// The empty list is made at once.
    pub empty_list_is_value: bool,
    /// A variable from a `with` that was looked into before is no thunk.
    pub withs_are_looked_through: bool,
    /// Arguments are bound as they are written, not by symbol.
    pub formals_in_source_order: bool,
}

/// Resolves a file (or an expression from the command line) and returns its
/// unit.
///
/// # Errors
/// An undefined variable.
pub fn resolve<'h>(
    heap: &'h Heap,
    symbols: &Symbols,
    globals: &Globals,
    habits: Habits,
    program: ExprRef<'h>,
) -> Result<&'h Unit<'h>> {
    let unit = new_unit(heap, None, program, &[]);
    let mut resolver = Resolver {
        heap,
        symbols,
        globals,
        habits,
        bindings: FxHashMap::default(),
        shadowed: Vec::new(),
        withs: None,
        unit,
    };
    resolver.expr(program)?;
    Ok(unit)
}

fn new_unit<'h>(
    heap: &'h Heap,
    parent: Option<&'h Unit<'h>>,
    body: ExprRef<'h>,
    lambdas: &'h [&'h Lambda<'h>],
) -> &'h Unit<'h> {
    heap.alloc(Unit {
        parent,
        body,
        lambdas,
        has_env: Cell::new(false),
        chunk: Cell::new(None),
    })
}

/// The definitions in the order in which C++ Nix fills them: its map of
/// attributes is sorted by symbol.
pub(super) fn sorted_defs<'h>(set: &AttrSet<'h>) -> Vec<&'h AttrDef<'h>> {
    let mut defs: Vec<_> = set.defs.iter().collect();
    defs.sort_by_key(|def| def.name);
    defs
}

/// Whether a resolved call is one that an operator stands for and that nothing
/// shadows: it has an instruction of its own.
pub(super) fn is_operator(call: &Call<'_>) -> bool {
    matches!(call.function, Expr::Var(var)
        if matches!(var.binding.get(), Binding::Global(global) if global < OPERATORS))
        && call.arguments.len() == 2
}

type Bound<'h> = (&'h Scope<'h>, u32);

struct Resolver<'h, 's> {
    heap: &'h Heap,
    symbols: &'s Symbols,
    globals: &'s Globals,
    habits: Habits,
    /// The innermost binding of each name in scope.
    bindings: FxHashMap<Symbol, Bound<'h>>,
    /// What the bindings of the scopes entered replaced.
    shadowed: Vec<(Symbol, Option<Bound<'h>>)>,
    withs: Option<&'h WithChain<'h>>,
    unit: &'h Unit<'h>,
}

/// Stack that one level of recursion may need, and what is taken when it is not
/// there: programs may nest as deeply as their text is long.
const RED_ZONE: usize = 64 * 1024;
const SEGMENT: usize = 2 * 1024 * 1024;

/// The most functions that one unit stands for.
const MAX_ARITY: usize = 8;

impl<'h> Resolver<'h, '_> {
    fn expr(&mut self, expr: ExprRef<'h>) -> Result<()> {
        match expr {
            Expr::Int(_)
            | Expr::Float(_)
            | Expr::String(_)
            | Expr::Path(_)
            | Expr::InheritFrom(_)
            | Expr::CurPos(_) => Ok(()),
            Expr::Var(var) => self.var(var),
            _ => stacker::maybe_grow(RED_ZONE, SEGMENT, || self.compound(expr)),
        }
    }

    fn compound(&mut self, expr: ExprRef<'h>) -> Result<()> {
        match expr {
            Expr::Select(select) => {
                self.expr(select.set)?;
                self.path(select.path)?;
                select.default.map_or(Ok(()), |default| self.expr(default))
            }
            Expr::HasAttr(has) => {
                self.expr(has.set)?;
                self.path(has.path)
            }
            Expr::Attrs(set) => self.attrs(set),
            Expr::List(items) => items.iter().try_for_each(|item| self.lazy(item)),
            Expr::Lambda(lambda) => self.lambda(lambda),
            Expr::Call(call) => {
                self.expr(call.function)?;
                if is_operator(call) {
                    // Compiled to an instruction: the operands belong to this
                    // unit.
                    return call
                        .arguments
                        .iter()
                        .try_for_each(|arg| self.expr(arg.expr));
                }
                call.arguments.iter().try_for_each(|arg| self.lazy(arg))
            }
            Expr::Let(binding) => {
                let mark = self.recursive_scope(binding.bindings)?;
                self.expr(binding.body)?;
                self.leave(mark);
                Ok(())
            }
            Expr::With(with) => {
                if self.habits.withs_are_looked_through {
                    // A cell of its own tells whether a look-up evaluated it.
                    self.suspended(&with.set)?;
                } else {
                    self.lazy(&with.set)?;
                }
                let scope = self.hidden_scope(1);
                with.scope.set(Some(scope));
                let outer = self.withs;
                self.withs = Some(self.heap.alloc(WithChain {
                    scope,
                    pos: with.pos,
                    outer,
                }));
                self.expr(with.body)?;
                self.withs = outer;
                Ok(())
            }
            Expr::If(branch) => {
                self.expr(branch.condition)?;
                self.expr(branch.then)?;
                self.expr(branch.otherwise)
            }
            Expr::Assert(assert) => {
                self.expr(assert.condition)?;
                self.expr(assert.body)
            }
            Expr::Not(operand) => self.expr(operand),
            Expr::Binary(binary) => {
                self.expr(binary.left)?;
                self.expr(binary.right)
            }
            Expr::Concat(concat) => concat
                .parts
                .iter()
                .try_for_each(|(_, part)| self.expr(part)),
            Expr::Int(_)
            | Expr::Float(_)
            | Expr::String(_)
            | Expr::Path(_)
            | Expr::InheritFrom(_)
            | Expr::CurPos(_)
            | Expr::Var(_) => self.expr(expr),
        }
    }

    fn path(&mut self, path: &'h [AttrName<'h>]) -> Result<()> {
        path.iter().try_for_each(|name| match name {
            AttrName::Static(_) => Ok(()),
            AttrName::Dynamic(expr) => self.expr(expr),
        })
    }

    fn var(&mut self, var: &'h Var<'h>) -> Result<()> {
        if let Some(&(scope, index)) = self.bindings.get(&var.name) {
            self.mark_use(scope, index);
            var.binding.set(Binding::Local(scope, index));
        } else if let Some(&global) = self.globals.get(&var.name) {
            var.binding.set(Binding::Global(global));
        } else if let Some(chain) = self.withs {
            let mut with = Some(chain);
            while let Some(link) = with {
                self.mark_use(link.scope, 0);
                with = link.outer;
            }
            var.binding.set(Binding::With(chain));
        } else {
            let message = [
                b"undefined variable '".as_slice(),
                &self.symbols.name(var.name),
                b"'",
            ]
            .concat();
            return Err(Error::new(ErrorKind::UndefinedVariable, message).at(var.pos));
        }
        Ok(())
    }

    fn mark_use(&self, scope: &'h Scope<'h>, index: u32) {
        if !std::ptr::eq(scope.unit, self.unit) {
            scope.vars[index as usize].captured.set(true);
            scope.unit.has_env.set(true);
        }
    }

    /// Resolves an expression in a place that is not evaluated at once: decides
    /// whether C++ Nix makes a thunk there (`maybeThunk` in `eval.cc`).
    fn lazy(&mut self, lazy: &'h Lazy<'h>) -> Result<()> {
        match lazy.expr {
            Expr::Int(_) | Expr::Float(_) | Expr::String(_) | Expr::Path(_) => return Ok(()),
            Expr::List([]) if self.habits.empty_list_is_value => return Ok(()),
            Expr::Var(var) => {
                self.var(var)?;
                match var.binding.get() {
                    Binding::Local(scope, index)
                        if !std::ptr::eq(scope.unit, self.unit)
                            || scope.vars[index as usize].filled.get() =>
                    {
                        return Ok(());
                    }
                    Binding::Global(_) => return Ok(()),
                    _ => {}
                }
            }
            _ => {}
        }
        self.suspended(lazy)
    }

    /// Makes a unit for an expression and resolves it within.
    fn suspended(&mut self, lazy: &'h Lazy<'h>) -> Result<()> {
        let unit = new_unit(self.heap, Some(self.unit), lazy.expr, &[]);
        lazy.unit.set(Some(unit));
        let outer = std::mem::replace(&mut self.unit, unit);
        let result = self.expr(lazy.expr);
        self.unit = outer;
        result
    }

    fn hidden_scope(&mut self, count: usize) -> &'h Scope<'h> {
        self.scope((0..count).map(|_| known::NAMELESS), true)
    }

    fn scope(&mut self, names: impl Iterator<Item = Symbol>, filled: bool) -> &'h Scope<'h> {
        let vars: Vec<VarInfo> = names
            .map(|name| VarInfo {
                name,
                filled: Cell::new(filled),
                captured: Cell::new(false),
                slot: Cell::new(None),
            })
            .collect();
        let vars = self.heap.alloc_from_iter(vars.into_iter());
        self.heap.alloc(Scope {
            unit: self.unit,
            vars,
        })
    }

    /// Makes the names of a scope visible; undone by [`Resolver::leave`].
    fn enter(&mut self, scope: &'h Scope<'h>) -> usize {
        let mark = self.shadowed.len();
        for (index, var) in scope.vars.iter().enumerate() {
            let old = self.bindings.insert(var.name, (scope, index as u32));
            self.shadowed.push((var.name, old));
        }
        mark
    }

    fn leave(&mut self, mark: usize) {
        while self.shadowed.len() > mark {
            let Some((name, old)) = self.shadowed.pop() else {
                return;
            };
            match old {
                Some(bound) => self.bindings.insert(name, bound),
                None => self.bindings.remove(&name),
            };
        }
    }

    fn recursive_scope(&mut self, set: &'h AttrSet<'h>) -> Result<usize> {
        let defs = sorted_defs(set);
        // `inherit x` sees what is around, so it is resolved before the scope
        // is entered.
        for def in &defs {
            if def.kind == DefKind::Inherited {
                self.lazy(&def.value)?;
            }
        }
        let scope = self.scope(defs.iter().map(|def| def.name), false);
        set.scope.set(Some(scope));
        let mark = self.enter(scope);
        self.inherit_sources(set)?;
        let has_overrides =
            set.recursive.get() && defs.iter().any(|def| def.name == known::OVERRIDES);
        for (def, var) in defs.iter().zip(scope.vars) {
            if def.kind != DefKind::Inherited {
                self.def(set, def, has_overrides)?;
            }
            var.filled.set(true);
        }
        Ok(mark)
    }

    fn inherit_sources(&mut self, set: &'h AttrSet<'h>) -> Result<()> {
        if !set.inherit_from.is_empty() {
            let sources = self.hidden_scope(set.inherit_from.len());
            set.from_scope.set(Some(sources));
            for source in set.inherit_from.iter() {
                self.lazy(source)?;
            }
        }
        Ok(())
    }

    /// Resolves a definition; `always_thunk` is set where `__overrides` may
    /// replace it.
    fn def(
        &mut self,
        set: &'h AttrSet<'h>,
        def: &'h AttrDef<'h>,
        always_thunk: bool,
    ) -> Result<()> {
        if def.kind == DefKind::InheritedFrom
            && let (Some(sources), Expr::Select(select)) = (set.from_scope.get(), def.value.expr)
            && let Expr::InheritFrom(index) = select.set
        {
            // Merging two sets can leave an index that has no source: C++ Nix
            // 2.26 and 2.34 end with an assertion then.
            let Some(source) = sources.vars.get(index.get() as usize) else {
                return Err(Error::value(
                    "the sources of merged 'inherit' clauses do not fit together (C++ Nix crashes here)",
                )
                .at(def.pos));
            };
            source.captured.set(true);
            sources.unit.has_env.set(true);
        }
        if always_thunk {
            self.suspended(&def.value)
        } else {
            self.lazy(&def.value)
        }
    }

    fn attrs(&mut self, set: &'h AttrSet<'h>) -> Result<()> {
        let mark = if set.recursive.get() {
            Some(self.recursive_scope(set)?)
        } else {
            let defs = sorted_defs(set);
            self.inherit_sources(set)?;
            for def in defs {
                if def.kind == DefKind::Inherited {
                    self.lazy(&def.value)?;
                } else {
                    self.def(set, def, false)?;
                }
            }
            None
        };
        for def in set.dynamic.iter() {
            self.expr(def.name)?;
            self.lazy(&def.value)?;
        }
        if let Some(mark) = mark {
            self.leave(mark);
        }
        Ok(())
    }

    /// Functions that give functions, `a: b: e`, share one unit, so that a call
    /// with all arguments makes one activation. One that names its arguments
    /// ends the row.
    fn lambda(&mut self, lambda: &'h Lambda<'h>) -> Result<()> {
        let mut last = lambda;
        let mut row = vec![lambda];
        while last.formals.is_none()
            && row.len() < MAX_ARITY
            && let Expr::Lambda(inner) = last.body
        {
            last = inner;
            row.push(inner);
        }
        let lambdas = self.heap.alloc_slice(&row);
        let unit = new_unit(self.heap, Some(self.unit), last.body, lambdas);
        lambda.unit.set(Some(unit));
        let outer = std::mem::replace(&mut self.unit, unit);
        let mark = self.shadowed.len();
        for lambda in lambdas {
            self.arguments(lambda)?;
        }
        self.expr(last.body)?;
        self.leave(mark);
        self.unit = outer;
        Ok(())
    }

    fn arguments(&mut self, lambda: &'h Lambda<'h>) -> Result<()> {
        let formals = lambda
            .formals
            .as_ref()
            .map_or(&[][..], |formals| formals.list);
        let names = lambda
            .arg
            .into_iter()
            .chain(formals.iter().map(|formal| formal.name));
        let scope = self.scope(names, false);
        lambda.scope.set(Some(scope));
        self.enter(scope);
        let (whole, bound) = scope.vars.split_at(usize::from(lambda.arg.is_some()));
        for var in whole {
            var.filled.set(true);
        }
        let mut formals: Vec<_> = formals.iter().zip(bound).collect();
        if self.habits.formals_in_source_order {
            formals.sort_by_key(|(formal, _)| formal.pos);
        }
        for (formal, var) in formals {
            if let Some(default) = &formal.default {
                self.lazy(default)?;
            }
            var.filled.set(true);
        }
        Ok(())
    }
}
