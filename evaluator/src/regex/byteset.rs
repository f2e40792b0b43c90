//! A set of bytes: what one position of a subject is tested against.

/// A set of bytes, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct ByteSet([u64; 4]);

impl ByteSet {
    /// The set of the bytes that `holds` accepts.
    pub(super) fn from_fn(holds: impl Fn(u8) -> bool) -> Self {
        let mut set = Self::default();
        for byte in 0..=u8::MAX {
            if holds(byte) {
                set.insert(byte);
            }
        }
        set
    }

    pub(super) fn insert(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    pub(super) fn contains(&self, byte: u8) -> bool {
        self.0[usize::from(byte >> 6)] >> (byte & 63) & 1 == 1
    }

    pub(super) fn union(&mut self, other: &Self) {
        for (word, more) in self.0.iter_mut().zip(other.0) {
            *word |= more;
        }
    }

    pub(super) fn negated(self) -> Self {
        Self(self.0.map(|word| !word))
    }

    pub(super) fn is_disjoint(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).all(|(a, b)| a & b == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holds_exactly_what_was_put_in() {
        let mut set = ByteSet::default();
        for byte in [0, 63, 64, 200, 255] {
            set.insert(byte);
        }
        let held: Vec<u8> = (0..=255).filter(|&byte| set.contains(byte)).collect();
        assert_eq!(held, [0, 63, 64, 200, 255]);
        assert!(!set.negated().contains(200) && set.negated().contains(1));
        assert!(set.is_disjoint(&set.negated()));
        assert!(!set.is_disjoint(&set));
    }
}
