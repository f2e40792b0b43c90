//! Where choices come from: one source serves a seed and libFuzzer's bytes.

use arbitrary::Unstructured;

/// A source of choices. The generator asks nothing else, so two sources that answer alike give the same
/// program on every machine.
pub trait Choices {
    /// A number below `bound`, which is at least 1; every number has about the same chance.
    fn below(&mut self, bound: u32) -> u32;

    /// Whether the source has run dry: it answers 0 from now on, and a program should come to its end.
    fn dry(&self) -> bool;
}

/// An endless stream of choices that a seed decides.
///
/// The numbers are those of SplitMix64 (Steele, Lea and Flood, 2014): three lines that every machine
/// computes alike and that no release of a library can change. Part of the promise of
/// [`VERSION`](crate::VERSION).
pub struct Stream {
    state: u64,
}

impl Stream {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Stream {
        Stream { state: seed }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Choices for Stream {
    fn below(&mut self, bound: u32) -> u32 {
        // The upper half of a 32 by 32 bit product: no division, and a bias of less than 1 in 2^32 / bound.
        let drawn = u64::from((self.next() >> 32) as u32);
        ((drawn * u64::from(bound.max(1))) >> 32) as u32
    }

    fn dry(&self) -> bool {
        false
    }
}

impl Choices for Unstructured<'_> {
    fn below(&mut self, bound: u32) -> u32 {
        self.int_in_range(0..=bound.saturating_sub(1)).unwrap_or(0)
    }

    fn dry(&self) -> bool {
        self.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_what_its_seed_says() {
        let mut stream = Stream::new(1_234_567);
        // The first outputs of SplitMix64 for this seed, as its reference implementation prints them.
        assert_eq!(stream.next(), 6_457_827_717_110_365_317);
        assert_eq!(stream.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn choices_stay_below_their_bound() {
        let mut stream = Stream::new(7);
        let mut seen = [0; 5];
        for _ in 0..5000 {
            seen[stream.below(5) as usize] += 1;
        }
        assert!(
            seen.iter().all(|&count| (800..1200).contains(&count)),
            "{seen:?}"
        );
    }

    #[test]
    fn bytes_run_dry() {
        let mut bytes = Unstructured::new(&[200, 3]);
        bytes.below(256);
        assert!(!bytes.dry());
        bytes.below(256);
        assert!(bytes.dry());
        assert_eq!(bytes.below(1000), 0);
    }
}
