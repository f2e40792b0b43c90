//! Compilation of what introduces names: arguments, sets, `let`.

use super::chunk::{BoundFormal, DefaultValue, FormalsTable, Op, Place, Purpose};
use super::emit::{Emitter, next};
use super::resolve::sorted_defs;
use super::surroundings::Surroundings;
use super::unit::{Scope, Unit};
use crate::heap::{Key, Keys};
use crate::positions::Pos;
use crate::symbols::{Symbol, known};
use crate::syntax::ast::{AttrDef, AttrSet, DefKind, Expr, Lambda, Select};

/// Whether the attributes of the set can be overridden by one of them.
pub(super) fn has_overrides(set: &AttrSet<'_>) -> bool {
    set.recursive.get() && set.defs.iter().any(|def| def.name == known::OVERRIDES)
}

impl<'h, S: Surroundings<'h>> Emitter<'h, '_, S> {
    /// Puts a function's argument, which is in the variable `argument` of the
    /// frame, where its body looks for it.
    pub(super) fn arguments(&mut self, lambda: &'h Lambda<'h>, argument: u32) {
        let scope = lambda
            .scope
            .get()
            .expect("the resolver sets the scope of every function");
        let Some(formals) = &lambda.formals else {
            let var = &scope.vars[0];
            if var.captured.get() {
                self.place(scope);
                if self.has_own_env {
                    self.op(Op::Local(argument));
                    self.store(scope, 0);
                }
            } else {
                var.slot.set(Some(argument));
            }
            return;
        };
        self.place(scope);
        let from = self.here();
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
                    Some(unit) if !self.may_be_looked_through(lazy) => DefaultValue::Thunk(unit),
                    Some(_) => {
                        later.push((lazy, index));
                        DefaultValue::Later
                    }
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
        self.serving(from, lambda.pos, Purpose::Arguments);
        // A default that is an argument that was bound before is no thunk of its own.
        if self.around.formals_in_source_order() {
            later.sort_by_key(|&(_, index)| formals.list[(index - first) as usize].pos);
        }
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

    /// Fills the variables of a recursive set or a `let`.
    pub(super) fn fill(&mut self, set: &'h AttrSet<'h>) {
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

    pub(super) fn inherit_sources(&mut self, set: &'h AttrSet<'h>) {
        if let Some(sources) = set.from_scope.get() {
            self.place(sources);
            for (source, index) in set.inherit_from.iter().zip(0..) {
                self.lazy(source);
                self.store(sources, index);
            }
        }
    }

    pub(super) fn definition(&mut self, set: &'h AttrSet<'h>, def: &'h AttrDef<'h>) {
        if def.kind == DefKind::InheritedFrom
            && let (Some(unit), Expr::Select(select)) = (def.value.unit.get(), def.value.expr)
            && let (Expr::InheritFrom(source), Some(sources)) = (select.set, set.from_scope.get())
            && unit.chunk.get().is_none()
        {
            self.compile_inherited(unit, select, set, sources, source.get());
        }
        self.lazy(&def.value);
    }

    /// Compiles the thunk of an `inherit (e) a`: it selects from the hidden
    /// variable of its source, which only this place knows.
    fn compile_inherited(
        &mut self,
        unit: &'h Unit<'h>,
        select: &'h Select<'h>,
        set: &'h AttrSet<'h>,
        sources: &'h Scope<'h>,
        source: u32,
    ) {
        let mut inner = Emitter::new(self.around, unit);
        let own = set.inherit_from.get(source as usize);
        match own.and_then(|own| own.unit.get()) {
            // The hidden variable is left alone: each name evaluates the source itself.
            Some(own) if !self.around.inherit_shares_source() => {
                let index = inner.unit_index(own);
                inner.op(Op::Thunk(index));
                inner.op_at(Op::Force { depth: 0 }, select.pos);
            }
            _ => inner.load_forced(sources, source, select.pos),
        }
        inner.select_path(select);
        inner.op(Op::Return);
        unit.chunk.set(Some(inner.finish()));
    }

    pub(super) fn attrs(&mut self, set: &'h AttrSet<'h>) {
        let defs = sorted_defs(set);
        let reveals = std::mem::take(&mut self.reveals);
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
            if reveals {
                self.op(Op::Reveal);
            }
            let table = next(&self.overrides);
            let places = self.heap.alloc_slice(&places);
            self.overrides.push(places);
            self.load_forced(scope, overrides as u32, Pos::NONE);
            self.op_at(Op::Overrides(table), set.pos.get());
        }
        for def in set.dynamic.iter() {
            if reveals {
                self.op(Op::Reveal);
            }
            self.strict(def.name);
            self.lazy(&def.value);
            let is_function = matches!(def.value.expr, Expr::Lambda(_));
            self.op_at(Op::InsertDynamic { is_function }, def.pos);
        }
    }
}
