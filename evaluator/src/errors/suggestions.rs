//! "Did you mean": names that are close to one that does not exist
//! (`suggestions.cc`).

/// The most names that are suggested, and how far they may be.
const MOST: usize = 5;
const FARTHEST: usize = 2;

/// The names closest to `wanted`, the closest first.
pub fn best_matches<'n>(names: impl Iterator<Item = &'n [u8]>, wanted: &[u8]) -> Vec<String> {
    let mut close: Vec<(usize, &[u8])> = names
        .filter(|name| name.len().abs_diff(wanted.len()) <= FARTHEST)
        .map(|name| (distance(wanted, name), name))
        .filter(|&(distance, _)| distance <= FARTHEST)
        .collect();
    close.sort_unstable();
    close.dedup();
    close
        .into_iter()
        .take(MOST)
        .map(|(_, name)| String::from_utf8_lossy(name).into_owned())
        .collect()
}

/// How many bytes must be inserted, removed or replaced to make `b` of `a`.
fn distance(a: &[u8], b: &[u8]) -> usize {
    let mut before: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(before.len());
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let replaced = before[j] + usize::from(x != y);
            row.push(replaced.min(before[j + 1] + 1).min(row[j] + 1));
        }
        before = row;
    }
    before.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::best_matches;

    fn of(names: &[&str], wanted: &str) -> Vec<String> {
        best_matches(names.iter().map(|name| name.as_bytes()), wanted.as_bytes())
    }

    #[test]
    fn close_names_come_by_distance_then_by_name() {
        assert_eq!(
            of(&["fooo", "fo", "foz", "bar"], "foo"),
            ["fo", "fooo", "foz"]
        );
        assert_eq!(of(&["abcd", "ab", "xyz"], "abc"), ["ab", "abcd"]);
    }

    #[test]
    fn five_at_most_and_none_that_is_far() {
        assert_eq!(
            of(&["a1", "a2", "a3", "a4", "a5", "a6"], "a"),
            ["a1", "a2", "a3", "a4", "a5"]
        );
        assert_eq!(of(&["abcdef"], "abc"), Vec::<String>::new());
    }
}
