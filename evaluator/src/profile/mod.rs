//! What an evaluation spends its time on, and how much there was of everything.
//!
//! Both come from the loop of the virtual machine that is compiled for machines that are watched; the other one
//! knows nothing of them. So times are those of watched instructions: what is told is which functions take how
//! much of the whole, not how fast they are when nobody looks.

mod sampler;
mod stats;
mod ticker;

pub use sampler::Profile;
pub(crate) use sampler::{Key, Sampler, UnitKey};
pub use stats::Stats;

use crate::compiler::{Op, Unit};
use crate::state::{Settings, State};

/// What was seen of an evaluation, as far as its settings ask for it.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    /// Where the time went, with [`Settings::profile`].
    pub profile: Option<Profile>,
    /// How much there was of everything, with [`Settings::stats`].
    pub stats: Option<Stats>,
}

impl Watched {
    /// Takes it out of a state.
    pub(crate) fn of(state: &State<'_>) -> Watched {
        Watched {
            profile: state.settings.profile.map(|_| state.profile.take()),
            stats: state.settings.stats.then(|| state.stats.take()),
        }
    }
}

/// What watches a machine: it samples, counts, or does both.
pub(crate) struct Watcher<'h> {
    pub sampler: Option<Sampler<'h>>,
    stats: Option<Stats>,
}

impl<'h> Watcher<'h> {
    /// What the settings ask for, if anything.
    pub fn of(settings: &Settings) -> Option<Box<Self>> {
        let watcher = Self {
            sampler: settings.profile.map(Sampler::new),
            stats: settings.stats.then(Stats::default),
        };
        (watcher.sampler.is_some() || watcher.stats.is_some()).then(|| Box::new(watcher))
    }

    /// The machine is about to run instruction `index` of a unit.
    #[inline]
    pub fn instruction(&mut self, op: &Op, index: usize, unit: &Unit<'_>) {
        if let Some(stats) = &mut self.stats {
            stats.instruction(op);
            if index == 0 {
                stats.entered(unit);
            }
        }
    }

    /// A builtin is called.
    pub fn builtin(&mut self) {
        if let Some(stats) = &mut self.stats {
            stats.builtin_calls += 1;
        }
    }

    /// Whether it is time to look at the stack.
    #[inline]
    pub fn is_due(&self) -> bool {
        self.sampler.as_ref().is_some_and(Sampler::is_due)
    }

    /// What was counted since it was last asked.
    pub fn take_stats(&mut self) -> Option<Stats> {
        self.stats.as_mut().map(std::mem::take)
    }
}

#[cfg(test)]
mod tests;
