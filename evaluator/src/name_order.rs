//! The order of names where a release leaves it to its memory: which one an evaluation has, and which others it may have
//! had.

/// The order of the names of a program until 2.8, which is that of their places in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NameOrder {
    /// How many names of the program come before those of `derivation.nix`: into what was freed when that had been
    /// read. How many fit there depends on the length of the program; where it has less than 1,000 bytes it is 22 to 35.
    pub in_free_memory: usize,
    /// Whether a name comes before those that the program has before it: the opposite of the usual order, for those
    /// who want to know whether it matters.
    pub newest_first: bool,
    /// Whether the names that come first of all come in the other order than they mostly have.
    pub leading_turned: bool,
    /// The file, of those that are imported, from which on names come before those of all files before it: into what
    /// was freed when these had been read. From none if it is 0.
    pub first_again: usize,
}

impl Default for NameOrder {
    fn default() -> NameOrder {
        NameOrder {
            in_free_memory: 28,
            newest_first: false,
            leading_turned: false,
            first_again: 0,
        }
    }
}

impl NameOrder {
    /// Orders that may be there as well: all names before those of `derivation.nix`, few, some more, none; those of one of
    /// the first files before all others; the opposite; and each with the leading names the other way round.
    pub fn others() -> impl Iterator<Item = NameOrder> {
        let places = [4096, 22, 25, 31, 35, 0].into_iter().map(Self::with_free);
        let newest_first = NameOrder {
            newest_first: true,
            ..NameOrder::default()
        };
        let all = [NameOrder::default()].into_iter().chain(places);
        let all = all.chain(Self::by_files()).chain([newest_first]);
        all.flat_map(Self::both_ways).skip(1)
    }

    /// All of those in which up to 64 names come before those of `derivation.nix`: for those who have to know whether
    /// there is an order that explains something.
    pub fn each() -> impl Iterator<Item = NameOrder> {
        (0..=64).map(Self::with_free).flat_map(Self::both_ways)
    }

    fn with_free(in_free_memory: usize) -> NameOrder {
        NameOrder {
            in_free_memory,
            ..NameOrder::default()
        }
    }

    fn by_files() -> impl Iterator<Item = NameOrder> {
        (1..=4).map(|first_again| NameOrder {
            first_again,
            ..Self::with_free(4096)
        })
    }

    fn both_ways(self) -> [NameOrder; 2] {
        [false, true].map(|leading_turned| NameOrder {
            leading_turned,
            ..self
        })
    }
}
