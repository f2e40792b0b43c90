//! Which input of one derivation stands for which input of the other.

use twinix_evaluator::{
    derivation::store_path::{is_derivation, name_of},
    formats::versions::parse_drv_name,
};

/// Two lists of store paths, side by side.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Pairs<'p> {
    /// What corresponds; the same path stands for itself.
    pub both: Vec<(&'p [u8], &'p [u8])>,
    /// What only A has.
    pub only_a: Vec<&'p [u8]>,
    /// What only B has.
    pub only_b: Vec<&'p [u8]>,
}

/// Pairs paths: those that are the same, then those of the same name, then those of the same name
/// without version, each in order.
pub fn pair<'p>(
    a: impl IntoIterator<Item = &'p [u8]>,
    b: impl IntoIterator<Item = &'p [u8]>,
) -> Pairs<'p> {
    let mut pairs = Pairs {
        both: Vec::new(),
        only_a: a.into_iter().collect(),
        only_b: b.into_iter().collect(),
    };
    pairs.take(|path| path);
    pairs.take(name_of);
    pairs.take(|path| {
        let name = name_of(path);
        let name = if is_derivation(name) {
            name.strip_suffix(b".drv").unwrap_or(name)
        } else {
            name
        };
        parse_drv_name(name).0
    });
    // Inputs in the order of their names, which both sides share.
    pairs.both.sort_by_key(|&(a, b)| (name_of(a), a, b));
    pairs
}

impl<'p> Pairs<'p> {
    /// Pairs what has the same key and is left over.
    fn take(&mut self, key: impl Fn(&'p [u8]) -> &'p [u8]) {
        let mut left = Vec::new();
        for &a in &self.only_a {
            match self.only_b.iter().position(|&b| key(a) == key(b)) {
                Some(at) => self.both.push((a, self.only_b.remove(at))),
                None => left.push(a),
            }
        }
        self.only_a = left;
    }
}

#[cfg(test)]
mod tests {
    use super::{Pairs, pair};

    fn path(hash: char, name: &str) -> Vec<u8> {
        let hash: String = std::iter::repeat_n(hash, 32).collect();
        format!("/nix/store/{hash}-{name}").into_bytes()
    }

    #[test]
    fn the_same_path_comes_first_then_the_name_then_the_name_without_version() {
        let a = [
            path('1', "x-1.drv"),
            path('2', "x-1.drv"),
            path('3', "y-1.0.drv"),
            path('4', "only-a.drv"),
        ];
        let b = [
            path('2', "x-1.drv"),
            path('5', "x-1.drv"),
            path('6', "y-2.0.drv"),
            path('7', "only-b.drv"),
        ];
        let found = pair(a.iter().map(Vec::as_slice), b.iter().map(Vec::as_slice));
        let expected = Pairs {
            both: vec![(&a[0][..], &b[1][..]), (&a[1], &b[0]), (&a[2], &b[2])],
            only_a: vec![&a[3]],
            only_b: vec![&b[3]],
        };
        assert_eq!(found, expected);
    }
}
