//! Compilation of selections: `e.a.b or d` and `e ? a.b`.

use super::chunk::{Op, Purpose};
use super::emit::Emitter;
use super::surroundings::Surroundings;
use crate::heap::Value;
use crate::syntax::ast::{AttrName, HasAttr, Select};

impl<'h, S: Surroundings<'h>> Emitter<'h, '_, S> {
    pub(super) fn select(&mut self, select: &'h Select<'h>) {
        self.strict(select.set);
        self.select_path(select);
    }

    /// Selects from the set on top.
    pub(super) fn select_path(&mut self, select: &'h Select<'h>) {
        let depth = self.depth;
        let from = self.here();
        let optional = select.default.is_some();
        let mut missing = Vec::new();
        // Whether what was selected last is forced.
        let mut forced = true;
        for (index, name) in select.path.iter().enumerate() {
            let pos = select.pos;
            let op = match *name {
                AttrName::Static(name) => {
                    // A computed name is evaluated before the set that it
                    // selects from is forced.
                    let next = select.path.get(index + 1);
                    forced = !matches!(next, Some(AttrName::Dynamic(_)));
                    match (optional, forced) {
                        (false, false) => Op::Select(name),
                        (false, true) => Op::SelectForced { name, depth },
                        (true, false) => Op::SelectOr(name),
                        (true, true) => Op::SelectOrForced { name, depth },
                    }
                }
                AttrName::Dynamic(computed) => {
                    self.strict(computed);
                    if !forced {
                        // It is looked at before the set, too.
                        self.op_at(Op::CheckName, pos);
                        let here = self.here();
                        self.serving(here - 1, computed.pos(), Purpose::Name);
                        self.op(Op::Swap);
                        self.op_at(Op::Force { depth }, pos);
                        self.op(Op::Swap);
                    }
                    forced = false;
                    if optional {
                        Op::SelectOrDynamic
                    } else {
                        Op::SelectDynamic
                    }
                }
            };
            self.op_at(op, pos);
            if let AttrName::Dynamic(name) = *name {
                let here = self.here();
                self.serving(here - 1, name.pos(), Purpose::Name);
            }
            if optional {
                // Where it goes on while what was found is evaluated.
                missing.push(self.op_at(Op::Jump(0), pos));
            }
            let next_is_static = matches!(select.path.get(index + 1), Some(AttrName::Static(_)));
            if !forced && next_is_static {
                self.op_at(Op::Force { depth }, pos);
                forced = true;
            }
        }
        if !forced {
            self.op_at(Op::Force { depth }, select.pos);
        }
        if let Some(default) = select.default {
            let end = self.op(Op::Jump(0));
            for jump in missing {
                self.land(jump);
            }
            self.strict(default);
            self.land(end);
        }
        self.serving(from, select.pos, Purpose::Select(select));
    }

    pub(super) fn has_attr(&mut self, has: &'h HasAttr<'h>) {
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
                    let from = self.here();
                    let op = self.op(Op::SelectOrDynamic);
                    self.serving(from, name.pos(), Purpose::Name);
                    op
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
}
