//! The part of a campaign that one machine does. A campaign that can be shared draws on nothing that was
//! found in it, only on the programs that were given: its items depend on the plan and on their numbers
//! alone, so each machine examines every so-many-th item and knows nothing of the others.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// One of so many parts: the items that have this number as their remainder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Its number, from 0.
    pub index: u64,
    /// How many there are.
    pub of: u64,
}

impl Shard {
    /// All of a campaign.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// Whether there are others.
    pub fn is_part(self) -> bool {
        self.of > 1
    }

    /// How many of the first so many items are its own.
    pub fn share(self, items: u64) -> u64 {
        items.saturating_sub(self.index).div_ceil(self.of)
    }

    /// How many of its own items come before one of them.
    pub fn place(self, item: u64) -> u64 {
        item / self.of
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let numbers = text.split_once('/').and_then(|(index, of)| {
            let (index, of) = (index.parse().ok()?, of.parse().ok()?);
            (index < of).then_some(Self { index, of })
        });
        numbers.ok_or_else(|| {
            format!("'{text}' is no shard: write I/N, with I from 0 to one less than N")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_written_as_a_fraction() {
        let shard: Shard = "3/5".parse().unwrap();
        assert_eq!(shard, Shard { index: 3, of: 5 });
        assert_eq!(shard.to_string(), "3/5");
        for wrong in ["5/5", "0/0", "1", "-1/2", "a/b", ""] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_item_belongs_to_one_shard() {
        for items in 0..30 {
            for of in 1..7 {
                let shards = (0..of).map(|index| Shard { index, of });
                assert_eq!(shards.map(|shard| shard.share(items)).sum::<u64>(), items);
            }
        }
        assert_eq!(Shard { index: 3, of: 5 }.place(13), 2);
    }
}
