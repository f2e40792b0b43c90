//! Compilation of operators that are no calls, and of interpolation.

use super::chunk::{BoolContext, Op, Purpose};
use super::emit::{Emitter, next};
use super::surroundings::Surroundings;
use crate::heap::Value;
use crate::positions::Pos;
use crate::syntax::ast::{Binary, BinaryOp, Concat, Expr, ExprRef};

impl<'h, S: Surroundings<'h>> Emitter<'h, '_, S> {
    pub(super) fn binary(&mut self, binary: &'h Binary<'h>) {
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
                    self.operand(binary.right, true, binary.right.pos());
                    self.operand(binary.left, false, binary.left.pos());
                    self.op_at(Op::UpdateReversed, binary.pos);
                } else {
                    self.operand(binary.left, false, binary.pos);
                    self.operand(binary.right, true, binary.pos);
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

    /// Evaluates an operand of `//`, which C++ Nix says is at `pos`.
    fn operand(&mut self, operand: ExprRef<'h>, right: bool, pos: Pos) {
        let from = self.here();
        self.strict(operand);
        self.op_at(Op::CheckUpdate { right }, pos);
        // Where the right operand comes first, an update in an update is no
        // evaluation of its own (`evalForUpdate` in `eval.cc`).
        let merged = self.around.update_evaluates_right_first()
            && matches!(operand, Expr::Binary(inner) if inner.op == BinaryOp::Update);
        if !merged {
            self.serving(from, pos, Purpose::Operand { right });
        }
    }

    fn short_circuit(&mut self, binary: &'h Binary<'h>, left: BoolContext, right: BoolContext) {
        let from = self.here();
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
        self.serving(from, binary.pos, Purpose::Bool(left));
        let from = self.here();
        self.strict(binary.right);
        self.op_at(Op::CheckBool(right), binary.pos);
        self.serving(from, binary.pos, Purpose::Bool(right));
        let end = self.op(Op::Jump(0));
        self.land(decided);
        self.constant(Value::bool(result));
        self.land(end);
    }

    pub(super) fn concat(&mut self, concat: &'h Concat<'h>) {
        let count = next(concat.parts);
        let one = match concat.parts.first() {
            Some(&(first, _)) if self.around.concat_has_one_position() => Some(first),
            _ => None,
        };
        let at = |pos| one.unwrap_or(pos);
        if concat.force_string {
            for &(pos, part) in concat.parts {
                self.strict(part);
                if !matches!(part, Expr::String(_)) {
                    self.op_at(Op::Interpolate { path: false }, at(pos));
                }
            }
            self.op_at(Op::ConcatStrings(count), concat.pos);
        } else if let [(pos, left), (right_pos, right)] = *concat.parts
            && !matches!(left, Expr::Path(_))
        {
            self.strict(left);
            self.op_at(Op::AddLeft, pos);
            self.strict(right);
            self.op_at(Op::Add, at(right_pos));
        } else {
            for (index, &(pos, part)) in concat.parts.iter().enumerate() {
                self.strict(part);
                if index > 0 {
                    self.op_at(Op::Interpolate { path: true }, at(pos));
                }
            }
            self.op_at(Op::ConcatPath(count), concat.pos);
        }
    }
}
