//! The small languages that builtins read: each text is drawn from its grammar.

use crate::choices::Choices;

pub mod address;
pub mod aterm;
pub mod broken;
pub mod json;
pub mod reference;
pub mod regex;
pub mod toml;

fn pick<T: Copy>(choices: &mut dyn Choices, from: &[T]) -> T {
    from[choices.below(from.len() as u32) as usize]
}

/// A version.
pub fn version(choices: &mut dyn Choices) -> String {
    const PARTS: [&str; 16] = [
        "1",
        "2",
        "10",
        "0",
        "007",
        "pre",
        "a",
        "rc1",
        "beta",
        "2a",
        "-",
        "",
        "post3",
        "12345678901234567890",
        "Z",
        "é",
    ];
    let mut text = pick(choices, &PARTS[..10]).to_owned();
    for _ in 0..choices.below(4) {
        text.push_str(pick(choices, &[".", ".", "-", "", ".."]));
        text.push_str(pick(choices, &PARTS));
    }
    text
}

/// The name and version of a package.
pub fn package(choices: &mut dyn Choices) -> String {
    let name = pick(
        choices,
        &[
            "hello", "a", "foo-bar", "gcc", "x-", "", "-", "lib2-x", "a-b-c",
        ],
    );
    let divider = pick(choices, &["-", "-", "", "--", "_"]);
    let version = if choices.below(5) == 4 {
        pick(choices, &["_1", ".5", "+x", "A1", "é1", ""]).to_owned()
    } else {
        version(choices)
    };
    format!("{name}{divider}{version}")
}

/// A path as a string, absolute or not, with slashes that need not be there.
pub fn slashes(choices: &mut dyn Choices) -> String {
    let mut text = pick(choices, &["", "", "/", "./", "//"]).to_owned();
    for number in 0..choices.below(4) {
        if number > 0 {
            text.push_str(pick(choices, &["/", "/", "//", "/./"]));
        }
        text.push_str(pick(
            choices,
            &["a", "foo.nix", "b c", ".hidden", "x-1", "é", ".."],
        ));
    }
    text.push_str(pick(choices, &["", "", "", "/", "/", "//"]));
    text
}

/// An absolute path as a string.
pub fn absolute(choices: &mut dyn Choices) -> String {
    let mut text = String::new();
    for _ in 0..=choices.below(3) {
        text.push('/');
        text.push_str(pick(
            choices,
            &["a", "foo.nix", "b c", ".hidden", "x-1", "é"],
        ));
    }
    text
}

/// The name of an algorithm, and a hash by it in one of the notations.
pub fn hash(choices: &mut dyn Choices) -> (&'static str, String) {
    let (algorithm, bytes) = hash_bytes(choices);
    let text = match choices.below(8) {
        0 => base16(&bytes),
        1 => base64(&bytes),
        2 => format!("{algorithm}-{}", base64(&bytes)),
        3 => base16(&bytes).to_uppercase(),
        4 => named_hash(choices, algorithm, &bytes),
        _ => base32(&bytes),
    };
    (algorithm, text)
}

/// A hash that says by which algorithm it is.
pub fn hash_with_name(choices: &mut dyn Choices) -> String {
    let (algorithm, bytes) = hash_bytes(choices);
    named_hash(choices, algorithm, &bytes)
}

fn named_hash(choices: &mut dyn Choices, algorithm: &str, bytes: &[u8]) -> String {
    match choices.below(5) {
        0 => format!("{algorithm}:{}", base16(bytes)),
        1 => format!("{algorithm}:{}", base64(bytes)),
        2 => format!("{algorithm}:{}", base32(bytes)),
        3 => format!("{algorithm}-{}", base64(bytes)),
        // What fills the last digits up need not be there.
        _ => format!("{algorithm}-{}", base64(bytes).trim_end_matches('=')),
    }
}

fn hash_bytes(choices: &mut dyn Choices) -> (&'static str, Vec<u8>) {
    let (algorithm, size) = pick(
        choices,
        &[("sha256", 32), ("sha1", 20), ("md5", 16), ("sha512", 64)],
    );
    let seed = choices.below(256) as u8;
    let bytes = (0..size).map(|at: u8| at.wrapping_mul(37) ^ seed).collect();
    (algorithm, bytes)
}

fn base16(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let number = (0..3).fold(0u32, |number, at| {
            number << 8 | u32::from(chunk.get(at).copied().unwrap_or(0))
        });
        for digit in 0..4 {
            let used = digit <= chunk.len();
            let value = number >> (18 - 6 * digit) & 63;
            text.push(if used {
                char::from(DIGITS[value as usize])
            } else {
                '='
            });
        }
    }
    text
}

/// Nix's own base 32: other digits, the last byte first.
fn base32(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 32] = b"0123456789abcdfghijklmnpqrsvwxyz";
    let digits = (bytes.len() * 8).div_ceil(5);
    let mut text = String::new();
    for digit in (0..digits).rev() {
        let (byte, bit) = (digit * 5 / 8, digit * 5 % 8);
        let low = u32::from(bytes[byte]) >> bit;
        let high = bytes
            .get(byte + 1)
            .map_or(0, |&next| u32::from(next) << (8 - bit));
        text.push(char::from(DIGITS[((low | high) & 31) as usize]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_come_at_both_ends_and_in_a_row() {
        let mut choices = crate::choices::Stream::new(1);
        let all: Vec<String> = (0..300).map(|_| slashes(&mut choices)).collect();
        for holds in [
            |text: &str| text.ends_with('/') && text.len() > 1,
            |text: &str| text.contains("//"),
            |text: &str| !text.is_empty() && !text.contains('/'),
            |text: &str| text.is_empty(),
        ] {
            assert!(all.iter().filter(|text| holds(text)).count() > 5, "{all:?}");
        }
        assert!((0..300).all(|_| absolute(&mut choices).starts_with('/')));
    }

    #[test]
    fn json_has_keys_twice() {
        let mut choices = crate::choices::Stream::new(1);
        let of = crate::types::Type::set([("key", crate::types::Type::Bool)]);
        let all: Vec<String> = (0..200)
            .filter_map(|_| json::of_type(&mut choices, &of))
            .collect();
        let twice = all
            .iter()
            .filter(|text| text.matches("\"key\"").count() == 2)
            .count();
        assert!((10..100).contains(&twice), "{twice}");
    }

    #[test]
    fn hashes_are_written_as_nix_writes_them() {
        let bytes = [0u8; 32];
        assert_eq!(base16(&bytes), "0".repeat(64));
        assert_eq!(base32(&bytes), "0".repeat(52));
        assert_eq!(base64(b"any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
        // `nix-hash --type md5 --to-base32 d41d8cd98f00b204e9800998ecf8427e`
        let empty = [
            0xd4, 0x1d, 0x8c, 0xd9, 0x8f, 0x00, 0xb2, 0x04, 0xe9, 0x80, 0x09, 0x98, 0xec, 0xf8,
            0x42, 0x7e,
        ];
        assert_eq!(base32(&empty), "3y8bwfr609h3lh9ch0izcqq7fl");
    }
}
