//! The order of names where a release leaves it to its memory: which one an evaluation has, and which others it may have
//! had.

use std::ops::Range;

use crate::symbols::{FREQUENT_LEADING_ORDERS, LEADING_ORDERS};

/// The order of the names of a program until 2.8, which is that of their places in memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NameOrder {
    /// How many names of the program come before those of `derivation.nix`: into what was freed when that had been
    /// read. How many fit there depends on the length of the program; where it has less than 1,000 bytes it is 22 to 35.
    pub in_free_memory: usize,
    /// Whether a name comes before those that the program has before it: the opposite of the usual order, for those
    /// who want to know whether it matters.
    pub newest_first: bool,
    /// The number of the order that the names have which come first of all (`symbols::LEADING_ORDERS`); that which they
    /// mostly have in the dialect if there is none.
    pub leading: Option<usize>,
    /// The name, of those that come up, from which on names come before all of those before it: into a larger hole than
    /// the first ones. From none if it is 0.
    pub first_again_name: usize,
    /// Whether names that come up while the program is evaluated come before those that it is written with.
    pub evaluated_first: bool,
    /// The file, of those that are imported, from which on names come before those of all files before it: into what
    /// was freed when these had been read. From none if it is 0.
    pub first_again: usize,
}

impl Default for NameOrder {
    fn default() -> NameOrder {
        NameOrder {
            in_free_memory: 28,
            newest_first: false,
            leading: None,
            first_again_name: 0,
            evaluated_first: false,
            first_again: 0,
        }
    }
}

impl NameOrder {
    /// Orders that may be there as well: all names before those of `derivation.nix`, few, some more, none; those of one of
    /// the first files or of the evaluation before all others; the opposite; each with the leading names in both orders
    /// that are frequent; and alone the leading names in any order that was seen, and some later ones before all others.
    pub fn others() -> impl Iterator<Item = NameOrder> {
        let places = [4096, 22, 25, 31, 35, 0].into_iter().map(Self::with_free);
        let newest_first = NameOrder {
            newest_first: true,
            ..NameOrder::default()
        };
        let all = [NameOrder::default()].into_iter().chain(places);
        let evaluated_first = NameOrder {
            evaluated_first: true,
            ..Self::with_free(4096)
        };
        let all = all
            .chain(Self::by_files())
            .chain([newest_first, evaluated_first]);
        let frequent = all.flat_map(|order| order.led(0..FREQUENT_LEADING_ORDERS));
        let rare = FREQUENT_LEADING_ORDERS..LEADING_ORDERS.len();
        let again = [4, 8, 16, 24, 32, 40, 48, 64, 96].map(Self::again_from);
        frequent.chain(NameOrder::default().led(rare)).chain(again)
    }

    /// All of those in which up to 64 names come before those of `derivation.nix`, or one of the first 160 and what
    /// follows it before all others: for those who have to know whether there is an order that explains something.
    pub fn each() -> impl Iterator<Item = NameOrder> {
        let free = (0..=64).map(Self::with_free);
        let again = (1..=160).map(Self::again_from);
        let all = free.flat_map(|order| order.led(0..LEADING_ORDERS.len()));
        all.chain(again.flat_map(|order| order.led(0..FREQUENT_LEADING_ORDERS)))
    }

    fn with_free(in_free_memory: usize) -> NameOrder {
        NameOrder {
            in_free_memory,
            ..NameOrder::default()
        }
    }

    fn again_from(first_again_name: usize) -> NameOrder {
        NameOrder {
            first_again_name,
            ..Self::with_free(4096)
        }
    }

    fn by_files() -> impl Iterator<Item = NameOrder> {
        (1..=4).map(|first_again| NameOrder {
            first_again,
            ..Self::with_free(4096)
        })
    }

    fn led(self, orders: Range<usize>) -> impl Iterator<Item = NameOrder> {
        orders.map(move |order| NameOrder {
            leading: Some(order),
            ..self
        })
    }
}
