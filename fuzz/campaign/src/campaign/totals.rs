//! The counts of a campaign.

use serde::Serialize;

/// How many items came out how.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// All.
    pub items: u64,
    /// Those that are the same as an earlier one; they are in no bucket.
    pub duplicates: u64,
    /// Subject and oracles do the same.
    pub agree: u64,
    /// The subject does what no oracle does.
    pub divergence: u64,
    /// It does what another release does.
    pub drift: u64,
    /// It differs in a known way.
    pub known: u64,
    /// Nothing can be said.
    pub inconclusive: u64,
    /// The newest oracle had a value.
    pub values: u64,
    /// The newest oracle had an error.
    pub errors: u64,
    /// Fresh processes said the same.
    pub confirmed: u64,
    /// Fresh processes said something else.
    pub disputed: u64,
}

impl Totals {
    /// How many items diverge or drift.
    pub fn diverging(&self) -> u64 {
        self.divergence + self.drift
    }

    /// Counts so many items of one kind.
    pub fn add(&mut self, row: &Row<'_>, count: u64) {
        self.items += count;
        *match row.verdict {
            "agree" => &mut self.agree,
            "divergence" => &mut self.divergence,
            "drift" => &mut self.drift,
            "known" => &mut self.known,
            _ => &mut self.inconclusive,
        } += count;
        match row.again {
            Some("confirmed") => self.confirmed += count,
            Some(_) => self.disputed += count,
            None => {}
        }
        if row.is_duplicate {
            self.duplicates += count;
        }
        match newest(row.outcomes) {
            Some("value") => self.values += count,
            Some("resource" | "crash") | None => {}
            Some(_) => self.errors += count,
        }
    }
}

/// What the newest oracle did, of the words for what everyone did.
pub fn newest(outcomes: &str) -> Option<&str> {
    let pair = outcomes.split(' ').next_back()?;
    pair.split_once('|').map(|(_, oracle)| oracle)
}

/// What is counted of an item.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The verdict's word.
    pub verdict: &'a str,
    /// What subject and oracles did, in words.
    pub outcomes: &'a str,
    /// What fresh processes said.
    pub again: Option<&'a str>,
    /// Whether it is the same as an earlier one.
    pub is_duplicate: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_is_counted_once_in_each_way() {
        let mut totals = Totals::default();
        let mut add = |verdict, outcomes, again, is_duplicate| {
            let row = Row {
                verdict,
                outcomes,
                again,
                is_duplicate,
            };
            totals.add(&row, 2);
        };
        add("agree", "value|value type|type", None, false);
        add(
            "divergence",
            "type|type value|value",
            Some("confirmed"),
            true,
        );
        add("inconclusive", "", Some("disputed"), false);
        let expected = Totals {
            items: 6,
            duplicates: 2,
            agree: 2,
            divergence: 2,
            inconclusive: 2,
            values: 2,
            errors: 2,
            confirmed: 2,
            disputed: 2,
            ..Totals::default()
        };
        assert_eq!(totals, expected);
    }
}
