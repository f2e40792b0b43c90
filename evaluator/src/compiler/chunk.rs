//! Chunks: the bytecode of one unit.
//!
//! A stack machine. Unless an instruction says otherwise, what it pushes may
//! be a thunk only where that is said, and what it pops has been forced.

use super::surroundings::InlineOp;
use super::unit::Unit;
use crate::heap::{Keys, Value};
use crate::positions::Pos;
use crate::symbols::Symbol;
use crate::syntax::ast::{Lambda, Select};

/// An instruction.
///
/// `depth` in calls and forces is how many operator calls (`__sub a b` is a
/// call in C++ Nix and counts as one) are being evaluated around it in the same
/// unit.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(
    missing_docs,
    reason = "an instruction's operands are told by its own line"
)]
pub enum Op {
    /// Push constant `0`.
    Constant(u32),
    /// Push a variable of the frame; may be a thunk.
    Local(u32),
    /// Push a variable of the frame, forced.
    LocalForced { slot: u32, depth: u16 },
    /// Push a variable of the environment `up` levels out; may be a thunk.
    Outer { up: u16, slot: u32 },
    /// Push a variable of the environment `up` levels out, forced.
    OuterForced { up: u16, slot: u32 },
    /// Pop into a variable of the frame.
    SetLocal(u32),
    /// Pop into a variable of the own environment.
    SetEnv(u32),
    /// Push a global.
    Global(u32),
    /// Push a new thunk of unit `0`.
    Thunk(u32),
    /// Push a function of unit `0`.
    Closure(u32),
    /// Force the top.
    Force { depth: u16 },
    /// Exchange the two values on top.
    Swap,
    /// Drop the top.
    Pop,
    /// Go to.
    Jump(u32),
    /// Pop a boolean and go to if it is false; context `0` words the error.
    JumpIfFalse { target: u32, context: BoolContext },
    /// Pop a boolean and go to if it is true.
    JumpIfTrue { target: u32, context: BoolContext },
    /// Check that the top is a boolean.
    CheckBool(BoolContext),
    /// Negate the boolean on top.
    Not,
    /// Pop this many values (thunks or not) and push a list of them.
    List(u32),
    /// Pop as many values (thunks or not) as keys `0` has and push a set.
    Attrs(u32),
    /// Pop a value (maybe a thunk) and a name under it; insert into the set
    /// below unless the name is null. A function that is written there gets that name.
    InsertDynamic { is_function: bool },
    /// Show the set on top, unfinished as it is, to who looks at the thunk of the
    /// unit.
    Reveal,
    /// Pop the `__overrides` and apply them to the set below and to the
    /// variables of scope table `0`.
    Overrides(u32),
    /// Replace the set on top by its attribute, not forced.
    Select(Symbol),
    /// Fail unless the top can be the name of an attribute that is selected.
    CheckName,
    /// Pop a name; then as `Select`.
    SelectDynamic,
    /// As `Select`, then `Force`.
    SelectForced { name: Symbol, depth: u16 },
    /// Replace the top by its attribute, not forced, and skip the next
    /// instruction; if the top is no set or lacks it, pop it and go on.
    SelectOr(Symbol),
    /// Pop a name; then as `SelectOr`.
    SelectOrDynamic,
    /// As `SelectOr`, and what was selected is forced.
    SelectOrForced { name: Symbol, depth: u16 },
    /// Replace the set on top by its attribute, not forced; if it lacks it, pop
    /// and skip the next instruction.
    WithSelect(Symbol),
    /// Pop the cell of a `with`. Skip the next instruction if it is evaluated, and
    /// two if it then lacks the attribute; else push that, not forced.
    WithPeek(Symbol),
    /// Fail: no `with` has this variable.
    Undefined(Symbol),
    /// Call the function under `arguments` arguments; push the forced result.
    Call { arguments: u16, depth: u16 },
    /// The top is the left operand of `+`: make it a number, string or path.
    AddLeft,
    /// Pop two, push their sum; the left one was prepared by `AddLeft`.
    Add,
    /// Pop two, push the difference.
    Sub { depth: u16 },
    /// Pop two, push the product.
    Mul { depth: u16 },
    /// Pop two, push the quotient.
    Div { depth: u16 },
    /// Pop two, push whether the first is less.
    Less { depth: u16 },
    /// Pop two, push whether they are equal.
    Equal,
    /// Pop two, push the merged set.
    Update,
    /// Pop two, the right one was evaluated first and lies below; push the merged set.
    UpdateReversed,
    /// Check that the top is a set, as an operand of `//`.
    CheckUpdate { right: bool },
    /// Pop two lists, push the concatenation.
    ConcatLists,
    /// Make the top a string for an interpolation (or, with `path`, a segment
    /// of a path).
    Interpolate { path: bool },
    /// Pop this many strings and push their concatenation.
    ConcatStrings(u32),
    /// Pop this many segments and push the path.
    ConcatPath(u32),
    /// Pop two, which are not equal: fail and say where they differ.
    AssertEqual,
    /// Fail: the assertion of constant `0` (its text).
    AssertFailed(u32),
    /// The set (forced) that the function was called with is bound to the named arguments of
    /// formals table `0`.
    BindFormals(u32),
    /// Skip the next instruction if the variable of the frame is an empty slot.
    SkipIfLocalEmpty(u32),
    /// Skip the next instruction if the variable of the own environment is an
    /// empty slot.
    SkipIfEnvEmpty(u32),
    /// Make the environment of the activation, of this many slots: it had none so far.
    Environment(u32),
    /// Pop the result and leave the unit.
    Return,
    // The rest are fused: see `fuse`.
    /// `LocalForced`, then `SelectForced`.
    LocalSelect { slot: u32, depth: u16 },
    /// `OuterForced`, then `SelectForced`.
    OuterSelect { up: u16, slot: u32 },
    /// `OuterForced`, then `WithSelect`.
    OuterWith { up: u16, slot: u32 },
    /// `SelectOr`, then what makes a boolean of whether it found something.
    HasAttr(Symbol),
    /// `SelectOrDynamic`, then the same.
    HasAttrDynamic,
    /// `LocalForced`, then an operator.
    LocalOperand { slot: u32, depth: u16 },
    /// `OuterForced`, then an operator.
    OuterOperand { up: u16, slot: u32 },
    /// `LocalForced`, then `Return`.
    LocalReturn { slot: u32, depth: u16 },
    /// `OuterForced`, then `Return`.
    OuterReturn { up: u16, slot: u32 },
    /// `Constant`, then `Equal`.
    ConstantEqual(u32),
    /// `Constant`, then `Less`.
    ConstantLess(u32),
    /// `Constant`, then `Add`.
    ConstantAdd(u32),
    /// `Constant`, then `Sub`.
    ConstantSub(u32),
    /// `Constant`, then `Return`.
    ConstantReturn(u32),
    /// `Global`, then `Force`.
    GlobalForced(u32),
    /// `Local`, then `SetEnv`.
    LocalToEnv(u32),
    /// `Thunk`, then `SetEnv`.
    ThunkToEnv(u32),
    /// `Thunk`, then `SetLocal`.
    ThunkToLocal(u32),
}

const _: () = assert!(size_of::<Op>() == 8, "an instruction is one word");

/// Where a boolean is expected, for the error's trace (`evalBool` in
/// `eval.cc`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum BoolContext {
    /// The condition of `if`.
    Branch,
    /// The condition of `assert`.
    Assert,
    /// The operand of `!`.
    Not,
    /// The left operand of `&&`.
    AndLeft,
    /// The right operand of `&&`.
    AndRight,
    /// The left operand of `||`.
    OrLeft,
    /// The right operand of `||`.
    OrRight,
    /// The left operand of `->`.
    ImpliesLeft,
    /// The right operand of `->`.
    ImpliesRight,
}

/// What the instructions of a range are there for: an error in one of them gets
/// a line of trace that says so.
#[derive(Clone, Copy)]
pub enum Purpose<'h> {
    /// To find a boolean.
    Bool(BoolContext),
    /// To evaluate an operand of `//`.
    Operand {
        /// Whether it is the right one.
        right: bool,
    },
    /// To call the builtin that an operator stands for.
    Operator(InlineOp),
    /// To select an attribute.
    Select(&'h Select<'h>),
    /// To say where the two sides of an assertion (whose text it is) differ.
    Assertion(Value<'h>),
    /// To be the computed name of a selection; says only where it stands.
    Name,
    /// To take the set apart that a function is called with.
    Arguments,
}

/// A range of instructions that serves one purpose.
#[derive(Clone, Copy)]
pub struct Serving<'h> {
    /// The first instruction.
    pub from: u32,
    /// One past the last instruction.
    pub to: u32,
    /// Where C++ Nix says that it stands.
    pub pos: Pos,
    /// What for.
    pub purpose: Purpose<'h>,
}

/// Where a variable of the own unit is.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    /// In the frame.
    Local(u32),
    /// In the environment.
    Env(u32),
}

/// How a named argument gets its value if the caller gives none.
#[derive(Clone, Copy)]
pub enum DefaultValue<'h> {
    /// It is required.
    Required,
    /// By a thunk.
    Thunk(&'h Unit<'h>),
    /// It is a literal.
    Constant(Value<'h>),
    /// By instructions after `BindFormals`.
    Later,
}

/// A named argument.
#[derive(Clone, Copy)]
pub struct BoundFormal<'h> {
    /// Its name.
    pub name: Symbol,
    /// Where its value goes.
    pub place: Place,
    /// What it is if not given.
    pub default: DefaultValue<'h>,
}

/// What `BindFormals` needs to know.
#[derive(Clone, Copy)]
pub struct FormalsTable<'h> {
    /// The function.
    pub lambda: &'h Lambda<'h>,
    /// Which variable of the frame holds the set that it was called with.
    pub argument: u32,
    /// The arguments, ascending by symbol.
    pub formals: &'h [BoundFormal<'h>],
}

/// The bytecode of a unit. What is needed most comes first.
#[repr(C)]
pub struct Chunk<'h> {
    /// The instructions; the last one is `Return`, or fails.
    pub ops: &'h [Op],
    /// The number of variables in the frame, the argument included.
    pub locals: u32,
    /// The number of variables in the environment that an activation begins with; 0: there is none.
    pub env_slots: u32,
    /// The units of thunks and functions made here.
    pub units: &'h [&'h Unit<'h>],
    /// The constants.
    pub constants: &'h [Value<'h>],
    /// The keys of sets made here.
    pub keys: &'h [Keys<'h>],
    /// The unit.
    pub unit: &'h Unit<'h>,
    /// The formals (at most one table).
    pub formals: &'h [FormalsTable<'h>],
    /// The variables that `__overrides` may replace.
    pub overrides: &'h [&'h [(Symbol, Place)]],
    /// Positions of instructions: (index, position), ascending.
    pub positions: &'h [(u32, Pos)],
    /// What ranges of instructions are there for; inner ranges come first.
    pub purposes: &'h [Serving<'h>],
    /// In a unit that begins without the environment it may need: the ranges of instructions that have it.
    pub deferred: Option<&'h [(u32, u32)]>,
}

impl Chunk<'_> {
    /// Whether the activation has an environment of its own where the instruction `index` is, if its unit
    /// has one at all.
    pub fn has_own_env(&self, index: usize) -> bool {
        self.deferred.is_none_or(|ranges| {
            let inside = |&(from, to): &(u32, u32)| (from as usize..to as usize).contains(&index);
            ranges.iter().any(inside)
        })
    }

    /// The position of an instruction.
    pub fn position(&self, index: usize) -> Pos {
        match self
            .positions
            .binary_search_by_key(&(index as u32), |&(at, _)| at)
        {
            Ok(found) => self.positions[found].1,
            Err(_) => Pos::NONE,
        }
    }
}
