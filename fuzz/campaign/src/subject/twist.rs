//! Evaluating a program again in a way that must not matter: not observed, watched by the profiler, or with less of
//! something that evaluations use up. It comes to the same, or to a limit. No oracle is needed to see that it does not.

use std::time::Duration;

use twinix_evaluator::{limits::Limits, state::Settings};
use twinix_oracle::{
    Outcome, Program,
    outcome::{Answer, Crash, Limit},
    taxonomy::ErrorKind,
};

/// One in how many programs is evaluated again with less of something, or watched.
const ONE_IN: u64 = 150;

/// One in how many of the programs that were observed is evaluated again as it is for users: what is observed runs without
/// fused instructions and some shorter ways.
const UNOBSERVED_IN: u64 = 8;

/// How many characters of an outcome are shown.
const SHOWN: usize = 200;

/// What is different.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Twist {
    /// It is not observed.
    Unobserved,
    /// It is noted where the time goes, and counted how much there is of everything.
    Watched,
    /// The number of calls and forced thunks.
    Fuel(u64),
    /// Nested frames.
    Frames(usize),
    /// Bytes of the arena.
    Memory(usize),
    /// Bytes of a text.
    Text(usize),
}

impl Twist {
    /// That of a program, if it has one: the same each time, or what was found could not be found again.
    pub(super) fn of(program: &Program, is_observed: bool) -> Option<Self> {
        let hash = blake3::hash(&program.given()?.text);
        let mut numbers = hash.as_bytes().chunks_exact(8).map(|bytes| {
            let bytes = bytes.try_into().unwrap_or_default();
            u64::from_le_bytes(bytes)
        });
        let mut number = || numbers.next().unwrap_or_default();
        let choice = number();
        if choice % ONE_IN != 0 {
            let is_again = is_observed && choice % UNOBSERVED_IN == 0;
            return is_again.then_some(Self::Unobserved);
        }
        let kind = number() % 8;
        // Small amounts are as likely as large ones.
        let bits = number() % 16;
        let amount = (1 << bits) + number() % (1 << bits);
        let size = usize::try_from(amount).unwrap_or(usize::MAX);
        Some(match kind {
            0 => Self::Watched,
            1 | 2 => Self::Fuel(amount),
            3 => Self::Frames(size),
            4 => Self::Text(size),
            _ => Self::Memory(size * 64),
        })
    }

    /// Changes the settings.
    pub(super) fn apply(self, settings: &mut Settings) {
        let limits: &mut Limits = &mut settings.limits;
        match self {
            Self::Unobserved => {}
            Self::Watched => {
                settings.profile = Some(Duration::from_micros(100));
                settings.stats = true;
            }
            Self::Fuel(most) => limits.fuel = Some(most),
            Self::Frames(most) => limits.frames = most,
            Self::Memory(most) => limits.memory = limits.memory.min(most),
            Self::Text(most) => limits.text = limits.text.min(most),
        }
    }

    /// What a program does that did one thing without the twist, and another with it.
    pub(super) fn judge(self, plain: Outcome, twisted: &Outcome) -> Outcome {
        let is_cut = |outcome: &Outcome| match &outcome.answer {
            Answer::Resource(_) => true,
            // Releases have a limit on calls as well: to reach one is an error.
            Answer::Error(failure) => failure.kind == ErrorKind::RecursionDepth,
            _ => false,
        };
        let is_same = plain == *twisted || is_cut(&plain);
        // Only a limit that is changed may be reached, and that on time, which no two runs take alike.
        let is_late = twisted.answer == Answer::Resource(Limit::Time);
        let may_be_cut = !matches!(self, Self::Unobserved | Self::Watched);
        if is_same || is_late || (may_be_cut && is_cut(twisted)) {
            return plain;
        }
        // A value can be long.
        let shown = |outcome: &Outcome| -> String {
            let whole = format!("{:?}", outcome.answer);
            whole.chars().take(SHOWN).collect()
        };
        let message = format!(
            "with {self:?} it does something else: {} instead of {}",
            shown(twisted),
            shown(&plain)
        );
        Outcome::new(Answer::Crash(Crash { signal: 0, message }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use twinix_oracle::outcome::Failure;

    #[test]
    fn some_programs_have_one_and_always_the_same() {
        let all = |is_observed| -> Vec<Twist> {
            let of = |number: u32| Twist::of(&Program::text("p", number.to_string()), is_observed);
            (0..3_000).filter_map(of).collect()
        };
        let twists = all(false);
        assert!((10..40).contains(&twists.len()), "{twists:?}");
        assert_eq!(twists, all(false));
        let is_again = |twist: &&Twist| **twist == Twist::Unobserved;
        assert_eq!(twists.iter().filter(is_again).count(), 0);
        assert!((300..450).contains(&all(true).iter().filter(is_again).count()));
    }

    #[test]
    fn a_limit_may_cut_short_and_nothing_else() {
        let (one, two) = (Outcome::value("1"), Outcome::value("2"));
        let cut = Outcome::new(Answer::Resource(Limit::Memory));
        let fuel = Twist::Fuel(3);
        assert_eq!(fuel.judge(one.clone(), &one), one);
        assert_eq!(fuel.judge(one.clone(), &cut), one);
        let deep = Outcome::error(Failure::new(ErrorKind::RecursionDepth, "deep", None));
        assert_eq!(Twist::Frames(1).judge(one.clone(), &deep), one);
        for (twist, twisted) in [
            (fuel, &two),
            (Twist::Watched, &cut),
            (Twist::Unobserved, &two),
            (Twist::Unobserved, &cut),
        ] {
            let judged = twist.judge(one.clone(), twisted);
            assert!(matches!(judged.answer, Answer::Crash(_)), "{twist:?}");
        }
    }
}
