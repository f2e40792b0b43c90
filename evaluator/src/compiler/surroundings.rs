//! What the compiler has to know of the evaluation that it compiles for.

use crate::heap::{Heap, Value};
use crate::positions::Pos;
use crate::syntax::ast::ExprRef;

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

/// How many builtins operators stand for: they are the first globals.
pub const OPERATORS: u32 = 4;

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
    /// Whether the source of an `inherit (e) a b` is evaluated once for all names.
    fn inherit_shares_source(&self) -> bool;
    /// Whether a set can be seen while the names of its attributes are computed.
    fn sets_are_seen_unfinished(&self) -> bool;
    /// Whether a string of the program ends at a NUL byte.
    fn nul_ends_strings(&self) -> bool;
    /// Whether a variable from a `with` that was looked into before is no thunk.
    fn withs_are_looked_through(&self) -> bool;
    /// Whether arguments are bound as they are written, not by symbol.
    fn formals_in_source_order(&self) -> bool;
    /// Whether an argument is only looked at when those before it were called with.
    fn calls_are_nested(&self) -> bool;
    /// Whether errors of `+` and of interpolation are at the first part.
    fn concat_has_one_position(&self) -> bool;
    /// Whether a failed assertion that two values are equal says where they are
    /// not.
    fn assertions_explain_equality(&self) -> bool;
    /// The text of an expression, for a failed assertion.
    fn show(&self, expr: ExprRef<'h>) -> Vec<u8>;
}
