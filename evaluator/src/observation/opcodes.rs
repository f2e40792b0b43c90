//! The instructions as observation names them.

use crate::compiler::{BoolContext, Op};

/// Makes the enumeration of instructions without their operands: one row an
/// instruction, with the number of values that it takes from the stack and that
/// are worth telling apart.
macro_rules! opcodes {
    ($($name:ident $operands:literal,)*) => {
        /// An instruction without its operands.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "they are documented at `Op`")]
        pub enum Opcode {
            $($name,)*
        }

        impl Opcode {
            /// Every opcode.
            pub const ALL: &[Opcode] = &[$(Opcode::$name,)*];

            /// Its name, which no later version changes.
            pub fn name(self) -> &'static str {
                match self {
                    $(Opcode::$name => stringify!($name),)*
                }
            }

            /// How many values on top of the stack are its operands.
            pub(super) fn operands(self) -> usize {
                match self {
                    $(Opcode::$name => $operands,)*
                }
            }

            /// The opcode of an instruction.
            pub fn of(op: &Op) -> Opcode {
                match op {
                    $(Op::$name { .. } => Opcode::$name,)*
                    Op::LocalSelect { .. }
                    | Op::LocalOperand { .. }
                    | Op::LocalReturn { .. }
                    | Op::OuterSelect { .. }
                    | Op::OuterOperand { .. }
                    | Op::OuterWith { .. }
                    | Op::HasAttr(_)
                    | Op::HasAttrDynamic
                    | Op::OuterReturn { .. }
                    | Op::ConstantEqual(_)
                    | Op::ConstantLess(_)
                    | Op::ConstantAdd(_)
                    | Op::ConstantSub(_)
                    | Op::ConstantReturn(_)
                    | Op::GlobalForced(_)
                    | Op::LocalToEnv(_)
                    | Op::ThunkToEnv(_)
                    | Op::ThunkToLocal(_) => Opcode::of(&op.first_part()),
                }
            }
        }
    };
}

opcodes! {
    Constant 0,
    Local 0,
    LocalForced 0,
    Outer 0,
    OuterForced 0,
    SetLocal 0,
    SetEnv 0,
    Global 0,
    Thunk 0,
    Closure 0,
    Force 1,
    Swap 0,
    Pop 0,
    Jump 0,
    JumpIfFalse 1,
    JumpIfTrue 1,
    CheckBool 1,
    Not 1,
    List 0,
    Attrs 0,
    InsertDynamic 3,
    Reveal 1,
    Overrides 2,
    Select 1,
    CheckName 1,
    SelectDynamic 2,
    SelectForced 1,
    SelectOr 1,
    SelectOrDynamic 2,
    SelectOrForced 1,
    WithSelect 1,
    WithPeek 1,
    Undefined 0,
    Call 0, // How many operands a call has is in the instruction.
    AddLeft 1,
    Add 2,
    Sub 2,
    Mul 2,
    Div 2,
    Less 2,
    Equal 2,
    Update 2,
    UpdateReversed 2,
    CheckUpdate 1,
    ConcatLists 2,
    Interpolate 1,
    ConcatStrings 0,
    ConcatPath 0,
    AssertEqual 2,
    AssertFailed 0,
    BindFormals 0,
    SkipIfLocalEmpty 0,
    SkipIfEnvEmpty 0,
    Return 1,
    Environment 0,
}

/// What an instruction is there for, where one serves several forms of the
/// language: a number below 16, and its name.
const PURPOSES: [&str; 13] = [
    "", "if", "assert", "!", "&&-left", "&&-right", "||-left", "||-right", "->-left", "->-right",
    "path", "//-left", "//-right",
];

/// The number of the purpose of an instruction.
pub(super) fn purpose(op: &Op) -> u8 {
    match *op {
        Op::JumpIfFalse { context, .. } | Op::JumpIfTrue { context, .. } => of_context(context),
        Op::CheckBool(context) => of_context(context),
        Op::Interpolate { path: true } => 10,
        Op::CheckUpdate { right: false } => 11,
        Op::CheckUpdate { right: true } => 12,
        _ => 0,
    }
}

fn of_context(context: BoolContext) -> u8 {
    match context {
        BoolContext::Branch => 1,
        BoolContext::Assert => 2,
        BoolContext::Not => 3,
        BoolContext::AndLeft => 4,
        BoolContext::AndRight => 5,
        BoolContext::OrLeft => 6,
        BoolContext::OrRight => 7,
        BoolContext::ImpliesLeft => 8,
        BoolContext::ImpliesRight => 9,
    }
}

/// The name of a purpose; empty for none.
pub(super) fn purpose_name(number: u8) -> &'static str {
    PURPOSES.get(number as usize).copied().unwrap_or("")
}
