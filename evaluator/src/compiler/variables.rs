//! Variables: the places that they get, and instructions that fill and read them.

use super::chunk::{Op, Place};
use super::emit::Emitter;
use super::surroundings::Surroundings;
use super::unit::{Scope, Unit, WithChain};
use crate::positions::Pos;
use crate::syntax::ast::{Binding, Lambda, Var};

/// The argument that a variable is, if it is one that its unit finds in the frame all the time: the number
/// of the function that takes it.
pub fn argument_of<'h>(unit: &'h Unit<'h>, scope: &'h Scope<'h>) -> Option<u32> {
    if !std::ptr::eq(scope.unit, unit) {
        return None;
    }
    let is_it = |lambda: &&Lambda<'h>| {
        lambda.formals.is_none()
            && (lambda.scope.get()).is_some_and(|its_own| std::ptr::eq(its_own, scope))
    };
    (unit.lambdas.iter().position(is_it)).and_then(|index| u32::try_from(index).ok())
}

impl<'h, S: Surroundings<'h>> Emitter<'h, '_, S> {
    /// Gives the variables of a scope of this unit their places. An expression that is emitted twice (in
    /// an assertion that explains itself) keeps them, for its thunks are compiled once.
    pub(super) fn place(&mut self, scope: &'h Scope<'h>) {
        for var in scope.vars.iter().filter(|var| var.slot.get().is_none()) {
            let counter = if var.captured.get() {
                &mut self.env_slots
            } else {
                &mut self.locals
            };
            var.slot.set(Some(*counter));
            *counter += 1;
        }
    }

    pub(super) fn place_of(scope: &'h Scope<'h>, index: u32) -> Place {
        let var = &scope.vars[index as usize];
        let slot =
            (var.slot.get()).expect("the variables of a scope are placed before they are used");
        if var.captured.get() {
            Place::Env(slot)
        } else {
            Place::Local(slot)
        }
    }

    pub(super) fn store(&mut self, scope: &'h Scope<'h>, index: u32) {
        match Self::place_of(scope, index) {
            Place::Local(slot) => self.op(Op::SetLocal(slot)),
            Place::Env(slot) => self.op(Op::SetEnv(slot)),
        };
    }

    /// Where this unit finds a variable, which another may find in the environment.
    fn place_here(&self, scope: &'h Scope<'h>, index: u32) -> Place {
        match argument_of(self.unit, scope) {
            Some(argument) => Place::Local(argument),
            None => Self::place_of(scope, index),
        }
    }

    /// Pushes a variable, which may be a thunk.
    pub(super) fn load(&mut self, scope: &'h Scope<'h>, index: u32) {
        match self.place_here(scope, index) {
            Place::Local(slot) => self.op(Op::Local(slot)),
            Place::Env(slot) => {
                let up = self.levels_up_to(scope.unit);
                self.op(Op::Outer { up, slot })
            }
        };
    }

    pub(super) fn load_forced(&mut self, scope: &'h Scope<'h>, index: u32, pos: Pos) {
        let depth = self.depth;
        match self.place_here(scope, index) {
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
            if unit.has_env.get() && (self.has_own_env || !std::ptr::eq(unit, self.unit)) {
                levels = levels.saturating_add(1);
            }
            unit = unit
                .parent
                .expect("a variable's scope belongs to a unit around the variable");
        }
        levels
    }

    pub(super) fn variable(&mut self, var: &'h Var<'h>) {
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
            self.load_forced(with.scope, 0, with.pos);
            self.op_at(Op::WithSelect(var.name), with.pos);
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
}
