//! The choices that are made about one item of a campaign: a stream of numbers that the campaign's seed
//! and the item's number decide, alike on every machine.

use blake3::{Hasher, OutputReader};

/// The stream of one item.
pub struct Dice(OutputReader);

impl Dice {
    /// The stream of item `index` of the campaign with this seed.
    pub fn new(seed: u64, index: u64) -> Self {
        let mut hasher = Hasher::new_derive_key("twinix campaign: the choices of an item");
        hasher.update(&seed.to_le_bytes());
        hasher.update(&index.to_le_bytes());
        Self(hasher.finalize_xof())
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    /// A number below `bound`; 0 where that is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        scaled(self.number(), bound)
    }

    /// Whether something with this chance happens, in millionths.
    pub fn happens(&mut self, millionths: u32) -> bool {
        self.below(1_000_000) < u64::from(millionths)
    }

    /// So many bytes.
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.0.fill(&mut bytes);
        bytes
    }
}

/// Any number brought below `bound`.
pub fn scaled(number: u64, bound: u64) -> u64 {
    ((u128::from(number) * u128::from(bound)) >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_has_a_stream_of_its_own() {
        let numbers = |seed, index| {
            let mut dice = Dice::new(seed, index);
            [dice.number(), dice.number()]
        };
        assert_eq!(numbers(1, 2), numbers(1, 2));
        assert_ne!(numbers(1, 2), numbers(2, 1));
        assert_ne!(numbers(1, 2), numbers(1, 3));
        // A promise: campaigns that were stored are replayed by it.
        assert_eq!(Dice::new(1, 2).below(1_000_000), PROMISED);
    }

    const PROMISED: u64 = 745_988;

    #[test]
    fn chances_are_kept() {
        let mut dice = Dice::new(7, 7);
        let happened = (0..10_000).filter(|_| dice.happens(250_000)).count();
        assert!((2300..2700).contains(&happened), "{happened}");
        assert!((0..1000).all(|_| dice.below(3) < 3));
        assert!(!dice.happens(0));
        assert!(dice.happens(1_000_000));
    }
}
