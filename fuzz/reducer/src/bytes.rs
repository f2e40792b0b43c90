//! Programs that are not UTF-8, as text: the passes work on trees, and trees are read from text. A byte that belongs to
//! no character becomes one of the last 128 characters there are, and turns back into its byte before anybody else sees
//! the program; a program that has these characters itself has four of them for each. In strings and comments, where
//! C++ Nix takes any byte, rnix takes them, so the tree is the one that C++ Nix makes; elsewhere neither takes either.

use crate::source::{Source, Unit, is_nix};

/// Stands for the byte 128; the 127 code points after it, which are the last of all, for the bytes after that.
const FIRST: char = '\u{10FF80}';

/// A program with its files in Nix as text, whatever they are.
pub(crate) fn as_text(source: &Source) -> Source {
    changed(source, |bytes| text_of(bytes).into_bytes())
}

/// The program whose text this is.
pub(crate) fn as_bytes(source: &Source) -> Source {
    changed(source, bytes_of)
}

/// Some part of a program as text.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                // As the bytes that it consists of, so that no other program has the same text.
                FIRST.. => text.extend(c.encode_utf8(&mut [0; 4]).bytes().map(standing_for)),
                _ => text.push(c),
            }
        }
        text.extend(chunk.invalid().iter().copied().map(standing_for));
    }
    text
}

fn bytes_of(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    for chunk in text.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                FIRST.. => bytes.push(byte_of(c)),
                _ => bytes.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        bytes.extend_from_slice(chunk.invalid());
    }
    bytes
}

/// How many bytes of the program a part of its text stands for.
pub(crate) fn length(text: &str) -> usize {
    let standing = text.chars().filter(|&c| c >= FIRST);
    text.len() - standing.map(|c| c.len_utf8() - 1).sum::<usize>()
}

/// A part of a text for people: what is no character is shown as the sign for that.
pub(crate) fn shown(text: &str) -> String {
    String::from_utf8_lossy(&bytes_of(text.as_bytes())).into_owned()
}

fn changed(source: &Source, change: impl Fn(&[u8]) -> Vec<u8>) -> Source {
    let mut changed = source.clone();
    let units = source.units().into_iter();
    let units = units.filter(|unit: &Unit| unit.as_deref().is_none_or(is_nix));
    for unit in units {
        let bytes = source.bytes(&unit);
        if !bytes.is_ascii() {
            changed.set(&unit, change(bytes));
        }
    }
    changed
}

/// The character for a byte above 127.
fn standing_for(byte: u8) -> char {
    char::from_u32(u32::from(FIRST) + u32::from(byte & 0x7F)).unwrap_or(FIRST)
}

/// The byte for a character from [`FIRST`] on.
fn byte_of(c: char) -> u8 {
    (u32::from(c) & 0x7F) as u8 | 0x80
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Bytes among which characters, parts of them and those that stand for bytes are many.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let pieces = prop_oneof![
            any::<Vec<u8>>(),
            any::<String>().prop_map(String::into_bytes),
            (0x10_FF70_u32..=0x10_FFFF).prop_map(|c| {
                let c = char::from_u32(c).unwrap();
                c.to_string().into_bytes()
            }),
        ];
        prop::collection::vec(pieces, 0..6).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn every_program_has_a_text_and_is_what_it_was_again(text in bytes(), file in bytes()) {
            let mut source = Source::new(text);
            source.files.insert("a.nix".into(), file.clone());
            source.files.insert("a.json".into(), file.clone());
            let read = as_text(&source);
            prop_assert!(read.nix(&None).is_some());
            prop_assert!(read.nix(&Some("a.nix".into())).is_some());
            // Data is reduced by its bytes.
            prop_assert_eq!(read.files.get(std::path::Path::new("a.json")), Some(&file));
            prop_assert_eq!(length(read.nix(&None).unwrap()), source.text.len());
            prop_assert_eq!(as_bytes(&read), source);
        }
    }

    #[test]
    fn text_stays_as_it_is() {
        let source = Source::new("\"é\u{10FF7F}\"");
        assert_eq!(as_text(&source), source);
        assert_eq!(
            as_text(&Source::new(*b"\"\xC3\"")),
            Source::new("\"\u{10FFC3}\"")
        );
    }
}
