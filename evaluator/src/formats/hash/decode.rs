//! Reading hashes: `md5:…`, SRI, or a bare body whose encoding its length tells, with the
//! messages of each release.

use super::{Algorithm, Format, Hash, HashError, HashErrorKind, NIX32, nix32_length};
use crate::dialect::Behaviour;
use crate::formats::Release;

/// The surroundings of a parse.
#[derive(Clone, Copy, Debug)]
pub struct ParseOptions {
    /// The release whose rules and messages hold.
    pub release: Release,
    /// Whether the experimental feature `blake3-hashes` is on.
    pub blake3: bool,
}

fn malformed(message: String) -> HashError {
    HashError {
        kind: HashErrorKind::Malformed,
        message,
    }
}

/// The algorithm with this name (`hashString`, `hashFile`, `outputHashAlgo`, prefixes).
pub fn parse_algorithm(options: ParseOptions, name: &[u8]) -> Result<Algorithm, HashError> {
    let known = match name {
        b"md5" => Some(Algorithm::Md5),
        b"sha1" => Some(Algorithm::Sha1),
        b"sha256" => Some(Algorithm::Sha256),
        b"sha512" => Some(Algorithm::Sha512),
        b"blake3" if options.release.knows_blake3() => Some(Algorithm::Blake3),
        _ => None,
    };
    match known {
        Some(Algorithm::Blake3) if !options.blake3 => Err(HashError {
            kind: HashErrorKind::Feature,
            message: "experimental Nix feature 'blake3-hashes' is disabled; add \
                      '--extra-experimental-features blake3-hashes' to enable it"
                .into(),
        }),
        Some(algorithm) => Ok(algorithm),
        None => Err(unknown_algorithm(options.release, name)),
    }
}

fn unknown_algorithm(release: Release, name: &[u8]) -> HashError {
    let name = String::from_utf8_lossy(name);
    let mut message = if release.has(Behaviour::UnknownHashIsUsageError) {
        format!("unknown hash algorithm '{name}'")
    } else {
        format!("unknown hash type '{name}'")
    };
    if release.has(Behaviour::UnknownHashListsKnown) {
        message += if release.knows_blake3() {
            ", expect 'blake3', 'md5', 'sha1', 'sha256', or 'sha512'"
        } else {
            ", expect 'md5', 'sha1', 'sha256', or 'sha512'"
        };
    }
    let kind = if release.has(Behaviour::UnknownHashIsUsageError) {
        HashErrorKind::Usage
    } else {
        HashErrorKind::Malformed
    };
    HashError { kind, message }
}

/// The format with this name (`convertHash`). `base32` also warns: `"base32" is a deprecated
/// alias for hash format "nix32".`
pub fn parse_format(name: &[u8]) -> Result<Format, HashError> {
    match name {
        b"base16" => Ok(Format::Base16),
        b"nix32" | b"base32" => Ok(Format::Nix32),
        b"base64" => Ok(Format::Base64),
        b"sri" => Ok(Format::Sri),
        _ => Err(HashError {
            kind: HashErrorKind::Usage,
            message: format!(
                "unknown hash format '{}', expect 'base16', 'base32', 'base64', or 'sri'",
                String::from_utf8_lossy(name)
            ),
        }),
    }
}

/// Reads a hash in any form. `context` is the algorithm that the surroundings name; a prefix in
/// the text must agree with it. An empty text is left to the caller where the release gives it a
/// meaning (`outputHash = ""`, 2.4 and later).
pub fn parse_any(
    options: ParseOptions,
    text: &[u8],
    context: Option<Algorithm>,
) -> Result<Hash, HashError> {
    let release = options.release;
    let shown = String::from_utf8_lossy(text);
    let separator = text
        .iter()
        .position(|byte| *byte == b':')
        .or_else(|| text.iter().position(|byte| *byte == b'-'));
    let (named, sri, body) = match separator {
        Some(at) => (
            Some(parse_algorithm(options, &text[..at])?),
            text[at] == b'-',
            &text[at + 1..],
        ),
        None => (None, false, text),
    };
    let algorithm = match (named, context) {
        (None, None) => {
            let tail = if release.quotes_whole_hash() {
                ""
            } else {
                ", nor is the type otherwise known from context"
            };
            return Err(malformed(format!(
                "hash '{shown}' does not include a type{tail}"
            )));
        }
        (Some(named), Some(context)) if named != context => {
            return Err(malformed(format!(
                "hash '{shown}' should have type '{}'",
                context.name()
            )));
        }
        (Some(algorithm), _) | (None, Some(algorithm)) => algorithm,
    };
    let shown = if release.quotes_whole_hash() {
        shown
    } else {
        String::from_utf8_lossy(body)
    };
    let Some(encoding) = encoding_of(body, sri, algorithm) else {
        if release.quotes_whole_hash() && context.is_none() {
            return Err(HashError {
                kind: HashErrorKind::Crash,
                message: String::new(),
            });
        }
        return Err(wrong_length(release, &shown, algorithm));
    };
    let decoded = match encoding {
        Format::Base16 => data_encoding::HEXLOWER_PERMISSIVE.decode(body).ok(),
        Format::Nix32 => decode_nix32(body),
        Format::Base64 | Format::Sri => decode_base64(body),
    };
    if decoded.is_none() && matches!(encoding, Format::Base64 | Format::Sri) {
        // The colour code around the character is all that `%c` leaves of it.
        if release.has(Behaviour::Base64ErrorsNameCharacter) {
            return Err(malformed("invalid character in Base64 string: ''".into()));
        }
        if !release.has(Behaviour::Base64ErrorsAreOfHash) {
            return Err(malformed("invalid character in Base64 string".into()));
        }
    }
    let decoded = decoded.unwrap_or_default();
    let length = decoded.len();
    Hash::new(algorithm, decoded)
        .ok_or_else(|| invalid(release, encoding, &shown, length, algorithm))
}

/// Reads a hash that does not say itself of which algorithm it is.
pub fn parse_unprefixed(
    options: ParseOptions,
    text: &[u8],
    algorithm: Algorithm,
) -> Result<Hash, HashError> {
    if text.iter().any(|byte| b":-".contains(byte)) {
        let shown = String::from_utf8_lossy(text);
        return Err(wrong_length(options.release, &shown, algorithm));
    }
    parse_any(options, text, Some(algorithm))
}

fn wrong_length(release: Release, shown: &str, algorithm: Algorithm) -> HashError {
    malformed(format!(
        "hash '{shown}' has wrong length for hash {} '{}'",
        release.hash_noun(),
        algorithm.name()
    ))
}

fn encoding_of(body: &[u8], sri: bool, algorithm: Algorithm) -> Option<Format> {
    let size = algorithm.size();
    if sri {
        Some(Format::Sri)
    } else if body.len() == size * 2 {
        Some(Format::Base16)
    } else if body.len() == nix32_length(size) {
        Some(Format::Nix32)
    } else if body.len() == size.div_ceil(3) * 4 {
        Some(Format::Base64)
    } else {
        None
    }
}

fn invalid(
    release: Release,
    encoding: Format,
    shown: &str,
    length: usize,
    algorithm: Algorithm,
) -> HashError {
    let old_names = !release.reports_decoded_length();
    let name = match encoding {
        Format::Base16 if old_names => "base-16",
        Format::Nix32 if old_names => "base-32",
        Format::Base64 if old_names => "base-64",
        Format::Base16 => "base16",
        Format::Nix32 => "nix32",
        Format::Base64 => "Base64",
        Format::Sri => "SRI",
    };
    malformed(if old_names {
        format!("invalid {name} hash '{shown}'")
    } else {
        format!(
            "invalid {name} hash '{shown}', length {length} != expected length {}",
            algorithm.size()
        )
    })
}

/// Reads Nix's base 32; `None` for a character outside its alphabet. Bits beyond the last whole
/// byte make one more byte, unless they are zero.
pub fn decode_nix32(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 5 / 8 + 1);
    for (at, character) in text.iter().rev().enumerate() {
        let digit = NIX32.iter().position(|known| known == character)?;
        let (byte, shift) = (at * 5 / 8, at * 5 % 8);
        let bits = u16::try_from(digit).ok()? << shift;
        let [low, high] = bits.to_le_bytes();
        if bytes.len() <= byte {
            bytes.resize(byte + 1, 0);
        }
        bytes[byte] |= low;
        if high != 0 {
            bytes.push(high);
        }
    }
    Some(bytes)
}

/// Base 64 as C++ Nix reads it: newlines are skipped, the first `=` ends the text, padding and
/// left-over bits do not matter. `None` for any other character.
fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut bits = 0u32;
    let mut held = 0;
    for byte in text {
        let digit = match byte {
            b'=' => break,
            b'\n' => continue,
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(release: Release, text: &str, context: &str) -> String {
        let options = ParseOptions {
            release,
            blake3: false,
        };
        let context = match context {
            "" => None,
            name => Some(parse_algorithm(options, name.as_bytes()).unwrap()),
        };
        match parse_any(options, text.as_bytes(), context) {
            Ok(hash) => hash.print(Format::Base16, true),
            Err(error) if error.kind == HashErrorKind::Crash => "crash".into(),
            Err(error) => error.message,
        }
    }

    const A: &str = "md5:0cc175b9c0f1b6a831c399e269772661";

    #[test]
    fn well_formed_hashes_are_read_in_every_release() {
        for release in Release::ALL {
            for (text, context) in [
                ("0cc175b9c0f1b6a831c399e269772661", "md5"),
                ("0CC175B9C0F1B6A831C399E269772661", "md5"),
                ("md5:0cc175b9c0f1b6a831c399e269772661", ""),
                ("314rvnkqlrqcqsidpiq2wpbh8c", "md5"),
                ("DMF1ucDxtqgxw5niaXcmYQ==", "md5"),
                ("md5-DMF1ucDxtqgxw5niaXcmYQ", ""),
                ("md5-DMF1ucDxtqgxw5niaXcmYf==", ""),
                ("md5-DMF1ucDxtqgxw5ni\naXcmYQ==junk", "md5"),
            ] {
                assert_eq!(answer(release, text, context), A, "{text} in {release:?}");
            }
            assert_eq!(
                answer(release, "7zzzzzzzzzzzzzzzzzzzzzzzzz", "md5"),
                "md5:ffffffffffffffffffffffffffffffff"
            );
        }
    }

    #[test]
    fn malformed_hashes_have_the_message_of_the_release() {
        // text, algorithm of the context, then 2.3, 2.8, 2.26, 2.34
        let no_type = "hash 'abc' does not include a type, nor is the type otherwise known from \
                       context";
        let mismatch = "hash 'sha1:abc' should have type 'md5'";
        let table: [(&str, &str, [&str; 4]); 13] = [
            (
                "abc",
                "",
                [
                    "hash 'abc' does not include a type",
                    no_type,
                    no_type,
                    no_type,
                ],
            ),
            (
                "abc",
                "md5",
                [
                    "hash 'abc' has wrong length for hash type 'md5'",
                    "hash 'abc' has wrong length for hash type 'md5'",
                    "hash 'abc' has wrong length for hash algorithm 'md5'",
                    "hash 'abc' has wrong length for hash algorithm 'md5'",
                ],
            ),
            (
                "md5:abc",
                "md5",
                [
                    "hash 'md5:abc' has wrong length for hash type 'md5'",
                    "hash 'abc' has wrong length for hash type 'md5'",
                    "hash 'abc' has wrong length for hash algorithm 'md5'",
                    "hash 'abc' has wrong length for hash algorithm 'md5'",
                ],
            ),
            (
                "md5:abc",
                "",
                [
                    "crash",
                    "hash 'abc' has wrong length for hash type 'md5'",
                    "hash 'abc' has wrong length for hash algorithm 'md5'",
                    "hash 'abc' has wrong length for hash algorithm 'md5'",
                ],
            ),
            (
                "foo:abc",
                "md5",
                [
                    "unknown hash type 'foo'",
                    "unknown hash algorithm 'foo'",
                    "unknown hash algorithm 'foo', expect 'md5', 'sha1', 'sha256', or 'sha512'",
                    "unknown hash algorithm 'foo', expect 'blake3', 'md5', 'sha1', 'sha256', or \
                     'sha512'",
                ],
            ),
            ("sha1:abc", "md5", [mismatch; 4]),
            (
                "sha1-abc",
                "",
                [
                    "invalid SRI hash 'sha1-abc'",
                    "invalid SRI hash 'abc'",
                    "invalid SRI hash 'abc'",
                    "invalid SRI hash 'abc', length 2 != expected length 20",
                ],
            ),
            (
                "md5-DMF1ucDxtqgxw5nia!cmYQ==",
                "",
                [
                    "invalid character in Base64 string",
                    "invalid character in Base64 string: ''",
                    "invalid SRI hash 'DMF1ucDxtqgxw5nia!cmYQ=='",
                    "invalid SRI hash 'DMF1ucDxtqgxw5nia!cmYQ==', length 0 != expected length 16",
                ],
            ),
            (
                "md5:DMF1ucDxtqgxw5nia!cmYQ==",
                "md5",
                [
                    "invalid character in Base64 string",
                    "invalid character in Base64 string: ''",
                    "invalid base-64 hash 'DMF1ucDxtqgxw5nia!cmYQ=='",
                    "invalid Base64 hash 'DMF1ucDxtqgxw5nia!cmYQ==', \
                     length 0 != expected length 16",
                ],
            ),
            (
                "0CC175B9C0F1B6A831C399E26977266g",
                "md5",
                [
                    "invalid base-16 hash '0CC175B9C0F1B6A831C399E26977266g'",
                    "invalid base-16 hash '0CC175B9C0F1B6A831C399E26977266g'",
                    "invalid base-16 hash '0CC175B9C0F1B6A831C399E26977266g'",
                    "invalid base16 hash '0CC175B9C0F1B6A831C399E26977266g', \
                     length 0 != expected length 16",
                ],
            ),
            (
                "zzzzzzzzzzzzzzzzzzzzzzzzzz",
                "md5",
                [
                    "invalid base-32 hash 'zzzzzzzzzzzzzzzzzzzzzzzzzz'",
                    "invalid base-32 hash 'zzzzzzzzzzzzzzzzzzzzzzzzzz'",
                    "invalid base-32 hash 'zzzzzzzzzzzzzzzzzzzzzzzzzz'",
                    "invalid nix32 hash 'zzzzzzzzzzzzzzzzzzzzzzzzzz', \
                     length 17 != expected length 16",
                ],
            ),
            (
                "eeeeeeeeeeeeeeeeeeeeeeeeee",
                "md5",
                [
                    "invalid base-32 hash 'eeeeeeeeeeeeeeeeeeeeeeeeee'",
                    "invalid base-32 hash 'eeeeeeeeeeeeeeeeeeeeeeeeee'",
                    "invalid base-32 hash 'eeeeeeeeeeeeeeeeeeeeeeeeee'",
                    "invalid nix32 hash 'eeeeeeeeeeeeeeeeeeeeeeeeee', \
                     length 0 != expected length 16",
                ],
            ),
            (
                "md5:DMF1ucDxtqgxw5niaXcm====",
                "md5",
                [
                    "invalid base-64 hash 'md5:DMF1ucDxtqgxw5niaXcm===='",
                    "invalid base-64 hash 'DMF1ucDxtqgxw5niaXcm===='",
                    "invalid base-64 hash 'DMF1ucDxtqgxw5niaXcm===='",
                    "invalid Base64 hash 'DMF1ucDxtqgxw5niaXcm====', \
                     length 15 != expected length 16",
                ],
            ),
        ];
        for (text, context, expected) in table {
            for (release, expected) in Release::ALL.into_iter().zip(expected) {
                assert_eq!(
                    answer(release, text, context),
                    expected,
                    "{text} in {release:?}"
                );
            }
        }
    }

    #[test]
    fn blake3_needs_its_feature_and_2_34() {
        let parse = |release, blake3| {
            parse_algorithm(ParseOptions { release, blake3 }, b"blake3").map_err(|e| e.kind)
        };
        assert_eq!(parse(Release::V2_34, true), Ok(Algorithm::Blake3));
        assert_eq!(parse(Release::V2_34, false), Err(HashErrorKind::Feature));
        assert_eq!(parse(Release::V2_26, true), Err(HashErrorKind::Usage));
    }

    #[test]
    fn formats_are_named_in_lower_case() {
        assert_eq!(parse_format(b"base32"), Ok(Format::Nix32));
        assert_eq!(
            parse_format(b"SRI").unwrap_err().message,
            "unknown hash format 'SRI', expect 'base16', 'base32', 'base64', or 'sri'"
        );
    }
}
