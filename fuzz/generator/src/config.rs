//! What a caller decides about the programs it gets.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// A release whose language programs are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Release {
    /// 2.3
    #[serde(rename = "2.3")]
    V2_3,
    /// 2.8
    #[serde(rename = "2.8")]
    V2_8,
    /// 2.26
    #[serde(rename = "2.26")]
    V2_26,
    /// 2.34
    #[serde(rename = "2.34")]
    V2_34,
}

/// Which programs are generated. Its serialised form is kept with a campaign: seed, generator version
/// and configuration give the same bytes everywhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The releases that are to understand the programs. What only some of them have is used where the
    /// program can ask for it, or where the newest of them has it.
    pub releases: BTreeSet<Release>,
    /// The share of programs that evaluate to a value, 0 to 1; each of the others has one fault, at a
    /// place that is certain to be evaluated.
    pub validity: f64,
    /// The most nodes that a program has, roughly; each draws its own size below it.
    pub size: u32,
    /// Whether programs come with files beside them.
    pub files: bool,
    /// Whether programs make derivations.
    pub derivations: bool,
    /// Whether programs use experimental features (and say so).
    pub experimental: bool,
    /// Whether comparators may contradict themselves: the releases sort such lists differently.
    pub inconsistent_sort: bool,
    /// Whether programs call fetchers, with references to nothing or to files beside them.
    pub fetchers: bool,
    /// Whether each evaluation has a store of its own that it may write to: programs end in derivations, for
    /// which they fetch and copy what is beside them, and read what is in the store.
    pub store: bool,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            releases: [Release::V2_3, Release::V2_8, Release::V2_26, Release::V2_34].into(),
            validity: 0.9,
            size: 160,
            files: true,
            derivations: true,
            experimental: true,
            inconsistent_sort: false,
            fetchers: true,
            store: false,
        }
    }
}
