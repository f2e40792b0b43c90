//! Version strings: `splitVersion`, `compareVersions` and `parseDrvName`, on bytes, the same in
//! all four releases (`names.cc`).

use std::cmp::Ordering;

/// The components of a version, as `splitVersion` lists them.
pub fn components(version: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = version;
    std::iter::from_fn(move || {
        let component = next_component(&mut rest);
        (!component.is_empty()).then_some(component)
    })
}

/// What `compareVersions` answers.
pub fn compare_versions(left: &[u8], right: &[u8]) -> Ordering {
    let (mut left, mut right) = (left, right);
    while !left.is_empty() || !right.is_empty() {
        let a = next_component(&mut left);
        let b = next_component(&mut right);
        if component_less(a, b) {
            return Ordering::Less;
        }
        if component_less(b, a) {
            return Ordering::Greater;
        }
    }
    Ordering::Equal
}

/// The name and version of `parseDrvName`: the version begins after the first dash that is
/// followed by anything but an ASCII letter, and a trailing dash belongs to the name.
pub fn parse_drv_name(full: &[u8]) -> (&[u8], &[u8]) {
    let dash = full
        .windows(2)
        .position(|pair| pair[0] == b'-' && !pair[1].is_ascii_alphabetic());
    match dash {
        Some(at) => (&full[..at], &full[at + 1..]),
        None => (full, b""),
    }
}

fn next_component<'a>(rest: &mut &'a [u8]) -> &'a [u8] {
    let is_separator = |byte: &u8| matches!(byte, b'.' | b'-');
    let start = rest
        .iter()
        .position(|byte| !is_separator(byte))
        .unwrap_or(rest.len());
    let trimmed = &rest[start..];
    let digits = trimmed.first().is_some_and(u8::is_ascii_digit);
    let end = trimmed
        .iter()
        .position(|byte| {
            if digits {
                !byte.is_ascii_digit()
            } else {
                byte.is_ascii_digit() || is_separator(byte)
            }
        })
        .unwrap_or(trimmed.len());
    *rest = &trimmed[end..];
    &trimmed[..end]
}

/// A component counts as a number only if it fits a C `int`; a longer one is text.
fn number(component: &[u8]) -> Option<i32> {
    std::str::from_utf8(component).ok()?.parse().ok()
}

fn component_less(a: &[u8], b: &[u8]) -> bool {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a < b,
        (None, Some(_)) if a.is_empty() => true,
        _ if a == b"pre" && b != b"pre" => true,
        _ if b == b"pre" => false,
        (_, Some(_)) => true,
        (Some(_), _) => false,
        (None, None) => a < b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_split_where_digits_meet_letters_and_at_separators() {
        let parts: Vec<&[u8]> = components(b"1.2pre3-4..5a").collect();
        let expected: [&[u8]; 7] = [b"1", b"2", b"pre", b"3", b"4", b"5", b"a"];
        assert_eq!(parts, expected);
        assert_eq!(components(b"..-").count(), 0);
    }

    #[test]
    fn versions_compare_as_in_all_four_releases() {
        let table = [
            ("1.0", "2.3", -1),
            ("2.3pre1", "2.3", -1),
            ("2.3pre3", "2.3pre12", -1),
            ("2.3a", "2.3c", -1),
            ("2.3.1", "2.3a", 1),
            ("", "1", -1),
            ("", "pre", 1),
            ("", "a", -1),
            ("a", "pre", 1),
            ("pre", "pre", 0),
            ("1-", "1", 0),
            ("é", "z", 1),
            ("001", "1", 0),
            ("a", "A", 1),
            ("1.2", "1-2", 0),
            ("2147483648", "2147483647", -1),
            ("2147483648", "a", -1),
            ("2147483648", "3", -1),
            ("99999999999", "1a", -1),
            ("99999999999", "99999999998", 1),
        ];
        for (left, right, expected) in table {
            assert_eq!(
                compare_versions(left.as_bytes(), right.as_bytes()) as i32,
                expected,
                "compareVersions {left:?} {right:?}"
            );
        }
    }

    #[test]
    fn names_end_at_the_first_dash_before_a_non_letter() {
        let table = [
            ("a-1", "a", "1"),
            ("a-b-1.0-c", "a-b", "1.0-c"),
            ("a-", "a-", ""),
            ("a--b", "a", "-b"),
            ("-1", "", "1"),
            ("a-é", "a", "é"),
            ("a-.", "a", "."),
            ("", "", ""),
            ("a1-2", "a1", "2"),
            ("a-b", "a-b", ""),
            ("-", "-", ""),
        ];
        for (full, name, version) in table {
            assert_eq!(
                parse_drv_name(full.as_bytes()),
                (name.as_bytes(), version.as_bytes()),
                "parseDrvName {full:?}"
            );
        }
    }
}
