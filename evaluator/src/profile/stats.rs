//! How much there was of what C++ Nix counts under `NIX_SHOW_STATS`.

use crate::compiler::{Op, Unit};
use std::ops::AddAssign;

/// Counters of one evaluation. Names are those of C++ Nix (`EvalState::printStatistics` in `eval.cc`); what this
/// machine does otherwise it counts otherwise: it makes no thunk for what cannot fail and costs nothing, and one
/// environment for all variables of a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// `nrFunctionCalls`: how many arguments functions were called with.
    pub function_calls: u64,
    /// `nrPrimOpCalls`
    pub builtin_calls: u64,
    /// `nrThunks`: how many the program made; builtins make others.
    pub thunks: u64,
    /// How many thunks were evaluated. C++ Nix does not count them.
    pub evaluated: u64,
    /// `nrLookups`: how many attributes were looked for.
    pub lookups: u64,
    /// `nrOpUpdates`
    pub updates: u64,
    /// `envs.number`
    pub envs: u64,
    /// `sets.number`: how many were written out.
    pub sets: u64,
    /// `list.elements`: of lists that were written out.
    pub list_elements: u64,
    /// `list.concats`
    pub list_concats: u64,
    /// `symbols.number`
    pub symbols: u64,
    /// Bytes of memory for values and everything else.
    pub bytes: u64,
}

impl Stats {
    /// An instruction is about to run.
    pub(super) fn instruction(&mut self, op: &Op) {
        match op {
            Op::Thunk(_) => self.thunks += 1,
            Op::Select(_)
            | Op::SelectDynamic
            | Op::SelectForced { .. }
            | Op::SelectOr(_)
            | Op::SelectOrDynamic
            | Op::SelectOrForced { .. }
            | Op::WithSelect(_)
            | Op::WithPeek(_) => self.lookups += 1,
            Op::Update | Op::UpdateReversed => self.updates += 1,
            Op::Attrs(_) => self.sets += 1,
            Op::List(length) => self.list_elements += u64::from(*length),
            Op::ConcatLists => self.list_concats += 1,
            _ => {}
        }
    }

    /// A function is called, or a thunk evaluated.
    pub(super) fn entered(&mut self, unit: &Unit<'_>) {
        self.envs += u64::from(unit.has_env.get());
        if unit.lambdas.is_empty() {
            self.evaluated += 1;
        } else {
            self.function_calls += unit.lambdas.len() as u64;
        }
    }
}

impl AddAssign for Stats {
    fn add_assign(&mut self, more: Self) {
        self.function_calls += more.function_calls;
        self.builtin_calls += more.builtin_calls;
        self.thunks += more.thunks;
        self.evaluated += more.evaluated;
        self.lookups += more.lookups;
        self.updates += more.updates;
        self.envs += more.envs;
        self.sets += more.sets;
        self.list_elements += more.list_elements;
        self.list_concats += more.list_concats;
        // These are how much there is.
        self.symbols = self.symbols.max(more.symbols);
        self.bytes = self.bytes.max(more.bytes);
    }
}
