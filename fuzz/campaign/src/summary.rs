//! Counts verdicts, by program and by oracle, and shows them as a table.

use std::{collections::BTreeMap, fmt::Write};

use serde::Serialize;
use twinix_oracle::{Dialect, Verdict, verdict::Check};

/// How many came out how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// The subject does what the oracle does.
    pub agree: usize,
    /// It does what no release does.
    pub divergence: usize,
    /// It does what another release does.
    pub drift: usize,
    /// It differs in a known way.
    pub known: usize,
    /// Nothing can be said.
    pub inconclusive: usize,
    /// There is no outcome to compare with.
    pub no_outcome: usize,
    /// How many positions were compared.
    pub positions: usize,
    /// How many of them agree.
    pub positions_agree: usize,
}

impl Counts {
    fn add(&mut self, verdict: &Verdict) {
        *match verdict {
            Verdict::Agree => &mut self.agree,
            Verdict::Divergence => &mut self.divergence,
            Verdict::Drift => &mut self.drift,
            Verdict::Known { .. } => &mut self.known,
            Verdict::Inconclusive { .. } => &mut self.inconclusive,
        } += 1;
    }

    /// How many say something.
    pub fn decided(&self) -> usize {
        self.agree + self.divergence + self.drift + self.known
    }

    /// The share of those that say something in which the subject does what it should, in percent.
    pub fn percentage(&self) -> f64 {
        percentage(self.agree + self.known, self.decided())
    }

    fn share_of_positions(&self) -> String {
        if self.positions == 0 {
            return "-".to_owned();
        }
        format!("{:.1} %", percentage(self.positions_agree, self.positions))
    }

    /// How many differ in a way that nobody knows yet.
    pub fn differing(&self) -> usize {
        self.divergence + self.drift
    }
}

/// A part of a whole in percent; of nothing, everything.
pub fn percentage(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        100.0
    } else {
        100.0 * part as f64 / whole as f64
    }
}

/// All counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// By program: of its oracles the gravest counts.
    pub programs: Counts,
    /// By oracle.
    pub oracles: BTreeMap<String, Counts>,
    #[serde(skip)]
    order: Vec<(Dialect, String)>,
}

impl Summary {
    /// Counts.
    pub fn of<'a>(checks: impl IntoIterator<Item = &'a Check>) -> Self {
        let mut summary = Self::default();
        for check in checks {
            summary.programs.add(&check.verdict);
            for one in &check.against {
                let counts = summary.oracles.entry(one.oracle.clone()).or_default();
                counts.add(&one.verdict);
                if let Some(agrees) = one.comparison.position_agrees {
                    for counts in [counts, &mut summary.programs] {
                        counts.positions += 1;
                        counts.positions_agree += usize::from(agrees);
                    }
                }
                let entry = (one.dialect, one.oracle.clone());
                if !summary.order.contains(&entry) {
                    summary.order.push(entry);
                }
            }
            for (oracle, _) in &check.unavailable {
                summary
                    .oracles
                    .entry(oracle.clone())
                    .or_default()
                    .no_outcome += 1;
            }
        }
        summary.order.sort();
        summary
    }

    /// The table.
    pub fn table(&self) -> String {
        let mut text = String::new();
        let mut rows: Vec<(&str, &Counts)> = Vec::new();
        for (_, name) in &self.order {
            rows.extend(
                self.oracles
                    .get_key_value(name)
                    .map(|(n, c)| (n.as_str(), c)),
            );
        }
        let is_shown = |name: &String| self.order.iter().any(|(_, known)| known == name);
        let others = self.oracles.iter().filter(|(name, _)| !is_shown(name));
        let mut others: Vec<(&str, &Counts)> = others.map(|(n, c)| (n.as_str(), c)).collect();
        others.sort_by_key(|(name, _)| version(name));
        rows.extend(others);
        rows.push(("programs", &self.programs));
        let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        let _ = writeln!(
            text,
            "{:<width$}   agree  divergence  drift  known  inconclusive  no outcome  positions",
            ""
        );
        for (name, counts) in rows {
            let _ = writeln!(
                text,
                "{name:<width$}  {:>6}  {:>10}  {:>5}  {:>5}  {:>12}  {:>10}  {:>9}",
                counts.agree,
                counts.divergence,
                counts.drift,
                counts.known,
                counts.inconclusive,
                counts.no_outcome,
                counts.share_of_positions(),
            );
        }
        text
    }
}

/// The numbers in a name, by which releases follow each other: 2.26 comes after 2.8.
fn version(name: &str) -> Vec<u32> {
    let numbers = name.split(|c: char| !c.is_ascii_digit());
    numbers.filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_nothing_everything_agrees() {
        assert!((percentage(0, 0) - 100.0).abs() < f64::EPSILON);
        assert!((percentage(1, 4) - 25.0).abs() < f64::EPSILON);
    }

    #[test]
    fn each_oracle_and_each_program_is_counted_once() {
        let json = r#"{
            "program": "a", "verdict": "divergence", "classes": [],
            "against": [
                {"oracle": "2.34.8", "dialect": "2.34", "verdict": "divergence",
                 "subject_outcome": {"value": "1"}, "oracle_outcome": {"value": "2"},
                 "difference": {"aspect": "value", "subject": "1", "oracle": "2"},
                 "position_agrees": null},
                {"oracle": "2.3.7", "dialect": "2.3", "verdict": "agree",
                 "subject_outcome": {"value": "1"}, "oracle_outcome": {"value": "1"},
                 "difference": null, "position_agrees": true}],
            "unavailable": [["2.8.0", "gone"]]}"#;
        let check: Check = serde_json::from_str(json).unwrap();
        let summary = Summary::of([&check]);
        assert_eq!(summary.programs.divergence, 1);
        assert_eq!(summary.programs.differing(), 1);
        assert_eq!(summary.oracles["2.8.0"].no_outcome, 1);
        insta::assert_snapshot!(summary.table());
    }
}
