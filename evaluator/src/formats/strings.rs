//! How strings and attribute names print, and the byte arithmetic of `substring`.

use std::ops::Range;

use super::Release;

/// The words that later releases quote when they are attribute names (`print.cc`); `or` prints
/// bare.
const KEYWORDS: [&[u8]; 9] = [
    b"if", b"then", b"else", b"assert", b"with", b"let", b"in", b"rec", b"inherit",
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Dollar {
    Bare,
    BeforeBrace,
    Always,
}

/// Writes a string value as `--eval` prints it.
pub fn write_string(release: Release, text: &[u8], out: &mut Vec<u8>) {
    let dollar = if release.escapes_interpolation() {
        Dollar::BeforeBrace
    } else {
        Dollar::Bare
    };
    write_quoted(text, dollar, out);
}

/// Writes a string literal as part of a printed expression, such as the condition that a failed
/// `assert` shows (`ExprString::show`).
pub fn write_string_literal(release: Release, text: &[u8], out: &mut Vec<u8>) {
    let dollar = if release.quotes_every_keyword() {
        Dollar::BeforeBrace
    } else {
        Dollar::Always
    };
    write_quoted(text, dollar, out);
}

/// Writes an attribute name as a printed set shows it, quoted where the release quotes it.
pub fn write_attribute_name(release: Release, name: &[u8], out: &mut Vec<u8>) {
    let keyword = if release.quotes_every_keyword() {
        KEYWORDS.contains(&name)
    } else {
        name == b"if"
    };
    if keyword || !is_identifier(name) {
        write_string_literal(release, name, out);
    } else {
        out.extend_from_slice(name);
    }
}

fn is_identifier(name: &[u8]) -> bool {
    let Some((first, rest)) = name.split_first() else {
        return false;
    };
    (first.is_ascii_alphabetic() || *first == b'_')
        && rest
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'\'' | b'-'))
}

fn write_quoted(text: &[u8], dollar: Dollar, out: &mut Vec<u8>) {
    out.push(b'"');
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            b'$' if dollar == Dollar::Always
                || (dollar == Dollar::BeforeBrace && text.get(at + 1) == Some(&b'{')) =>
            {
                out.extend(b"\\$");
            }
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

/// Why `substring` fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubstringError {
    /// The start is negative; an evaluation error.
    NegativeStart,
    /// The exception of the C++ standard library, which no release catches.
    OutOfRange {
        /// The start offset.
        start: i64,
        /// The length of the string.
        size: usize,
    },
}

impl SubstringError {
    /// The message that C++ Nix prints, without position.
    pub fn message(&self) -> String {
        match self {
            SubstringError::NegativeStart => "negative start position in 'substring'".into(),
            SubstringError::OutOfRange { start, size } => format!(
                "basic_string_view::substr: __pos (which is {start}) > __size (which is {size})"
            ),
        }
    }
}

/// The bytes that `substring start len` takes of a string of `size` bytes. From 2.26 on the
/// caller answers a `len` of zero on a string before coming here.
pub fn substring(
    release: Release,
    start: i64,
    len: i64,
    size: usize,
) -> Result<Range<usize>, SubstringError> {
    let (start, len) = if release.substring_offsets_are_32_bit() {
        (i64::from(start as i32), i64::from(len as i32))
    } else {
        (start, len)
    };
    if start < 0 {
        return Err(SubstringError::NegativeStart);
    }
    let compared = if release.substring_compares_32_bits() {
        u64::from(start as u32)
    } else {
        start as u64
    };
    if compared >= size as u64 {
        return Ok(0..0);
    }
    let begin = match usize::try_from(start) {
        Ok(begin) if begin <= size => begin,
        _ => return Err(SubstringError::OutOfRange { start, size }),
    };
    let taken = usize::try_from(len).unwrap_or(usize::MAX);
    Ok(begin..begin + taken.min(size - begin))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl Fn(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn strings_escape_interpolation_from_2_8_on() {
        let value = "a\"b\\c\nd\re\tf${g}$h $${x} ${ $";
        for release in Release::ALL {
            let expected = if release == Release::V2_3 {
                r#""a\"b\\c\nd\re\tf${g}$h $${x} ${ $""#
            } else {
                r#""a\"b\\c\nd\re\tf\${g}$h $\${x} \${ $""#
            };
            let printed = text(|out| write_string(release, value.as_bytes(), out));
            assert_eq!(printed, expected, "{release:?}");
        }
    }

    #[test]
    fn attribute_names_print_as_in_each_release() {
        // name, in 2.3 and 2.8, in 2.26 and 2.34
        let table = [
            ("", r#""""#, r#""""#),
            ("$", r#""\$""#, r#""$""#),
            ("${", r#""\${""#, r#""\${""#),
            ("a$b", r#""a\$b""#, r#""a$b""#),
            ("'a", r#""'a""#, r#""'a""#),
            ("-a", r#""-a""#, r#""-a""#),
            ("1a", r#""1a""#, r#""1a""#),
            ("_", "_", "_"),
            ("a\nb", r#""a\nb""#, r#""a\nb""#),
            ("a'", "a'", "a'"),
            ("a-b", "a-b", "a-b"),
            ("a.b", r#""a.b""#, r#""a.b""#),
            ("é", r#""é""#, r#""é""#),
            ("if", r#""if""#, r#""if""#),
            ("assert", "assert", r#""assert""#),
            ("else", "else", r#""else""#),
            ("in", "in", r#""in""#),
            ("inherit", "inherit", r#""inherit""#),
            ("let", "let", r#""let""#),
            ("rec", "rec", r#""rec""#),
            ("then", "then", r#""then""#),
            ("with", "with", r#""with""#),
            ("or", "or", "or"),
            ("null", "null", "null"),
        ];
        for (name, old, new) in table {
            for release in Release::ALL {
                let expected = if release < Release::V2_26 { old } else { new };
                let printed = text(|out| write_attribute_name(release, name.as_bytes(), out));
                assert_eq!(printed, expected, "{name:?} in {release:?}");
            }
        }
    }

    #[test]
    fn substring_counts_bytes_as_each_release_does() {
        // start, length, then the answer on "abc" in 2.3 and 2.8, in 2.26, in 2.34
        let out_of_range = "basic_string_view::substr: __pos (which is 4294967296) > \
                            __size (which is 3)";
        let negative = "negative start position in 'substring'";
        let table = [
            (1, -1, "bc", "bc", "bc"),
            (5, 1, "", "", ""),
            (3, 1, "", "", ""),
            (0, -5, "abc", "abc", "abc"),
            (-1, 1, negative, negative, negative),
            (1 << 32, 1, "a", out_of_range, ""),
            (1, (1 << 32) + 1, "b", "bc", "bc"),
            (1 << 31, 1, negative, "", ""),
            (1, 1 << 31, "bc", "bc", "bc"),
        ];
        for (start, len, old, middle, new) in table {
            for release in Release::ALL {
                let expected = match release {
                    Release::V2_3 | Release::V2_8 => old,
                    Release::V2_26 => middle,
                    Release::V2_34 => new,
                };
                let answer = match substring(release, start, len, 3) {
                    Ok(range) => "abc"[range].to_string(),
                    Err(error) => error.message(),
                };
                assert_eq!(answer, expected, "substring {start} {len} in {release:?}");
            }
        }
    }
}
