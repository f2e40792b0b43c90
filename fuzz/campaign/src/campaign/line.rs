//! The line that tells how a campaign goes: on standard error, and only on a terminal.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use super::{ledger::Ledger, totals::Totals};
use crate::summary::percentage;

/// How often the line changes.
const TICK: Duration = Duration::from_millis(200);

/// The line.
pub struct Line {
    bar: ProgressBar,
    began: Instant,
    shown: Cell<Option<Instant>>,
    before: Totals,
}

impl Line {
    /// The line of a campaign of so many programs, of which some may have been done `before`.
    pub fn new(programs: Option<u64>, before: Totals) -> Self {
        let (bar, template) = match programs {
            Some(programs) => (
                ProgressBar::new(programs),
                "{elapsed} {bar:20} {pos}/{len} {msg}",
            ),
            None => (
                ProgressBar::new_spinner(),
                "{elapsed} {spinner} {pos} {msg}",
            ),
        };
        // The template is a constant; without it the line only looks plainer.
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_position(before.items);
        Self {
            bar,
            began: Instant::now(),
            shown: Cell::new(None),
            before,
        }
    }

    /// Shows how far the campaign is, if that was some time ago.
    pub fn show(&self, ledger: &Ledger) {
        let now = Instant::now();
        let is_due = self.shown.get().is_none_or(|shown| now - shown >= TICK);
        if self.bar.is_hidden() || !is_due {
            return;
        }
        self.shown.set(Some(now));
        let totals = ledger.totals();
        let seconds = (now - self.began).as_secs_f64().max(0.001);
        let rate = (totals.items - self.before.items) as f64 / seconds;
        self.bar.set_position(totals.items);
        self.bar
            .set_message(message(totals, rate, ledger.reached(), ledger.settled()));
    }

    /// Takes the line away.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

fn message(
    totals: &Totals,
    rate: f64,
    (features, kept): (usize, usize),
    (buckets, pending): (usize, usize),
) -> String {
    let share = |count: u64| percentage(count as usize, totals.items.max(1) as usize);
    let mut text = format!(
        "{rate:.0}/s · value {:.0} % error {:.0} % inconclusive {:.1} % · {features} features, {kept} \
         kept · {} divergences, {} drift, {buckets} buckets",
        share(totals.values),
        share(totals.errors),
        share(totals.inconclusive),
        totals.divergence,
        totals.drift,
    );
    if pending > 0 {
        text.push_str(&format!(", {pending} to reduce"));
    }
    if totals.disputed > 0 {
        text.push_str(&format!(" · {} unconfirmed", totals.disputed));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_what_matters() {
        let totals = Totals {
            items: 200,
            values: 170,
            errors: 28,
            inconclusive: 2,
            divergence: 3,
            disputed: 1,
            ..Totals::default()
        };
        insta::assert_snapshot!(
            message(&totals, 1234.5, (99, 12), (2, 5)),
            @"1234/s · value 85 % error 14 % inconclusive 1.0 % · 99 features, 12 kept · 3 divergences, 0 drift, 2 buckets, 5 to reduce · 1 unconfirmed"
        );
    }
}
