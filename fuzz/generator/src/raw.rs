//! Bytes that are no UTF-8, in texts that are: while a program is made its text is a `String`, in which
//! characters of a private range that nothing else uses stand for these bytes.

use std::ops::RangeInclusive;

/// Each stands for the byte that is its last eight bits: `'\u{f7ff}'` for 0xff.
const STAND_INS: RangeInclusive<char> = '\u{f780}'..='\u{f7ff}';

/// What is no UTF-8: bytes that never are, the end of a character without its beginning, a beginning without
/// its end, one that is longer than it need be, half a surrogate pair, Latin-1.
pub(crate) const TEXTS: [&str; 8] = [
    "\u{f7ff}",
    "\u{f780}b",
    "a\u{f7c3}",
    "\u{f7f0}\u{f79f}(",
    "\u{f7c0}\u{f780}",
    "\u{f7ed}\u{f7a0}\u{f780}",
    "caf\u{f7e9}",
    "\u{f7fe}a\u{f7ff}",
];

/// Whether a text has any of them.
pub(crate) fn is_in(text: &str) -> bool {
    text.contains(|character| STAND_INS.contains(&character))
}

/// The bytes that a text stands for.
pub(crate) fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for character in text.chars() {
        if STAND_INS.contains(&character) {
            bytes.push((u32::from(character) & 0xff) as u8);
        } else {
            bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_private_range_becomes_single_bytes() {
        assert_eq!(
            bytes("a\u{f7ff}é\u{f780}\u{f77f}\u{f800}"),
            b"a\xff\xc3\xa9\x80\xef\x9d\xbf\xef\xa0\x80"
        );
    }

    #[test]
    fn what_is_to_be_no_utf8_is_none() {
        for text in TEXTS {
            assert!(
                is_in(text) && String::from_utf8(bytes(text)).is_err(),
                "{text:?}"
            );
        }
        assert!(!is_in("aé\u{f77f}\u{feff}"));
    }
}
