//! Fused instructions: some that follow one another and are so frequent that one dispatch serves all.
//!
//! A fused instruction stands in the place of its first part and has that part's operands; the second
//! part stays where it was. So indices, positions, purposes and the targets of jumps mean what they meant,
//! who jumps to the second part finds it, and a fused instruction that cannot do both at once does what
//! its first part does. Who wants to know what a program is made of asks for [`Op::first_part`].

use super::chunk::Op;

/// How far behind the instruction after one that looks for an attribute the jump is that is taken where there is one
/// (`e ? a`): a jump for when there is none, `Pop`, `Constant`, and that jump.
pub(crate) const TOLD_AFTER: usize = 3;

/// Fuses what can be fused.
pub(super) fn fuse(ops: &mut [Op]) {
    for index in 0..ops.len() {
        if let Some([Op::Jump(_), Op::Pop, Op::Constant(_), Op::Jump(_)]) =
            ops.get(index + 1..).and_then(|behind| behind.first_chunk())
        {
            ops[index] = match ops[index] {
                Op::SelectOr(name) => Op::HasAttr(name),
                Op::SelectOrDynamic => Op::HasAttrDynamic,
                other => other,
            };
        }
    }
    for index in 1..ops.len() {
        if let Some(fused) = fused(ops[index - 1], ops[index]) {
            ops[index - 1] = fused;
        }
    }
}

fn fused(first: Op, second: Op) -> Option<Op> {
    Some(match (first, second) {
        (Op::LocalForced { slot, depth }, Op::SelectForced { .. }) => {
            Op::LocalSelect { slot, depth }
        }
        (Op::OuterForced { up, slot }, Op::SelectForced { .. }) => Op::OuterSelect { up, slot },
        (Op::OuterForced { up, slot }, Op::WithSelect(_)) => Op::OuterWith { up, slot },
        (
            Op::LocalForced { slot, depth },
            Op::Equal | Op::Less { .. } | Op::AddLeft | Op::Add | Op::Sub { .. },
        ) => Op::LocalOperand { slot, depth },
        (
            Op::OuterForced { up, slot },
            Op::Equal | Op::Less { .. } | Op::AddLeft | Op::Add | Op::Sub { .. },
        ) => Op::OuterOperand { up, slot },
        (Op::LocalForced { slot, depth }, Op::Return) => Op::LocalReturn { slot, depth },
        (Op::OuterForced { up, slot }, Op::Return) => Op::OuterReturn { up, slot },
        (Op::Constant(index), Op::Equal) => Op::ConstantEqual(index),
        (Op::Constant(index), Op::Less { .. }) => Op::ConstantLess(index),
        (Op::Constant(index), Op::Add) => Op::ConstantAdd(index),
        (Op::Constant(index), Op::Sub { .. }) => Op::ConstantSub(index),
        (Op::Constant(index), Op::Return) => Op::ConstantReturn(index),
        (Op::Global(index), Op::Force { .. }) => Op::GlobalForced(index),
        (Op::Local(slot), Op::SetEnv(_)) => Op::LocalToEnv(slot),
        (Op::Thunk(unit), Op::SetEnv(_)) => Op::ThunkToEnv(unit),
        (Op::Thunk(unit), Op::SetLocal(_)) => Op::ThunkToLocal(unit),
        _ => return None,
    })
}

impl Op {
    /// The instruction itself, or the first of those that are fused in it: the others follow.
    #[inline]
    pub fn first_part(self) -> Op {
        match self {
            Op::LocalSelect { slot, depth }
            | Op::LocalOperand { slot, depth }
            | Op::LocalReturn { slot, depth } => Op::LocalForced { slot, depth },
            Op::OuterSelect { up, slot }
            | Op::OuterOperand { up, slot }
            | Op::OuterWith { up, slot }
            | Op::OuterReturn { up, slot } => Op::OuterForced { up, slot },
            Op::ConstantEqual(index)
            | Op::ConstantLess(index)
            | Op::ConstantAdd(index)
            | Op::ConstantSub(index)
            | Op::ConstantReturn(index) => Op::Constant(index),
            Op::GlobalForced(index) => Op::Global(index),
            Op::HasAttr(name) => Op::SelectOr(name),
            Op::HasAttrDynamic => Op::SelectOrDynamic,
            Op::LocalToEnv(slot) => Op::Local(slot),
            Op::ThunkToEnv(unit) | Op::ThunkToLocal(unit) => Op::Thunk(unit),
            plain => plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fused_instruction_keeps_its_first_part() {
        let local = Op::LocalForced { slot: 3, depth: 1 };
        let outer = Op::OuterForced { up: 2, slot: 5 };
        let name = crate::symbols::known::NAME;
        let select = Op::SelectForced { name, depth: 0 };
        let (less, sub) = (Op::Less { depth: 0 }, Op::Sub { depth: 0 });
        let force = Op::Force { depth: 0 };
        let pairs = [
            (local, select),
            (outer, select),
            (outer, Op::WithSelect(name)),
            (local, Op::Equal),
            (outer, Op::AddLeft),
            (local, Op::Return),
            (outer, Op::Return),
            (Op::Constant(7), Op::Equal),
            (Op::Constant(7), less),
            (Op::Constant(7), Op::Add),
            (Op::Constant(7), sub),
            (Op::Constant(7), Op::Return),
            (Op::Global(4), force),
            (Op::Local(1), Op::SetEnv(2)),
            (Op::Thunk(1), Op::SetEnv(2)),
            (Op::Thunk(1), Op::SetLocal(2)),
        ];
        for (first, second) in pairs {
            let mut ops = [first, second];
            fuse(&mut ops);
            assert_ne!(ops[0], first, "{first:?} and {second:?} are fused");
            assert_eq!(ops[0].first_part(), first);
            assert_eq!(ops[1], second);
        }
    }

    #[test]
    fn looking_for_an_attribute_is_fused_with_what_says_so() {
        let name = crate::symbols::known::NAME;
        let behind = [
            Op::Jump(5),
            Op::Pop,
            Op::Constant(0),
            Op::Jump(6),
            Op::Constant(1),
        ];
        for (first, fused) in [
            (Op::SelectOr(name), Op::HasAttr(name)),
            (Op::SelectOrDynamic, Op::HasAttrDynamic),
        ] {
            let mut ops = [&[first], behind.as_slice()].concat();
            fuse(&mut ops);
            assert_eq!(ops[0], fused);
            assert_eq!(ops[0].first_part(), first);
            assert_eq!(ops[1..], behind);
            assert_eq!(ops[1 + TOLD_AFTER], Op::Jump(6));
        }
    }

    #[test]
    fn what_is_not_frequent_stays() {
        let mut ops = [Op::Constant(0), Op::Pop, Op::Constant(1), Op::Swap];
        let before = ops;
        fuse(&mut ops);
        assert_eq!(ops, before);
    }
}
