//! The scalars of JSON output: strings and numbers as `toJSON` and `--json` write them. The
//! caller walks the value and writes the structure (no spaces; keys sorted by byte).

use super::grisu;
use crate::formats::{Release, float};

/// A string that cannot be written, as it is not UTF-8 (2.12 and later).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidUtf8 {
    detail: String,
}

impl InvalidUtf8 {
    /// The message that C++ Nix prints. It comes only when the whole value has been evaluated,
    /// since the release writes a finished tree.
    pub fn message(&self) -> String {
        format!(
            "JSON serialization error: [json.exception.type_error.316] {}",
            self.detail
        )
    }
}

/// Writes a string with its quotes.
pub fn write_string(release: Release, text: &[u8], out: &mut Vec<u8>) -> Result<(), InvalidUtf8> {
    let short_escapes = release.writes_json_with_nlohmann();
    if short_escapes {
        check_utf8(text)?;
    }
    out.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend([b'\\', byte]),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b'\t' => out.extend(b"\\t"),
            8 if short_escapes => out.extend(b"\\b"),
            12 if short_escapes => out.extend(b"\\f"),
            0..=0x1F => out.extend(format!("\\u{byte:04x}").bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
    Ok(())
}

/// Writes an integer.
pub fn write_int(value: i64, out: &mut Vec<u8>) {
    out.extend(value.to_string().bytes());
}

/// Writes a float: with six digits and `inf` or `nan` until 2.12, then with as many digits as it
/// takes to read it back, and `null` for what JSON has no number for.
pub fn write_float(release: Release, value: f64, out: &mut Vec<u8>) {
    if !release.writes_json_with_nlohmann() {
        out.extend(float::general(value).bytes());
    } else if !value.is_finite() {
        out.extend(b"null");
    } else {
        write_round_trip(value, out);
    }
}

fn write_round_trip(value: f64, out: &mut Vec<u8>) {
    if value.is_sign_negative() {
        out.push(b'-');
    }
    if value == 0.0 {
        out.extend(b"0.0");
        return;
    }
    let grisu::Digits { digits, point } = grisu::digits(value.abs());
    match point {
        1..=15 => {
            let whole = point.unsigned_abs() as usize;
            let cut = whole.min(digits.len());
            out.extend(&digits[..cut]);
            out.resize(out.len() + whole - cut, b'0');
            out.push(b'.');
            if cut == digits.len() {
                out.push(b'0');
            } else {
                out.extend(&digits[cut..]);
            }
        }
        -3..=0 => {
            out.extend(b"0.");
            out.resize(out.len() + point.unsigned_abs() as usize, b'0');
            out.extend(&digits);
        }
        _ => {
            let (first, rest) = digits.split_at(1);
            out.extend(first);
            if !rest.is_empty() {
                out.push(b'.');
                out.extend(rest);
            }
            let exponent = point - 1;
            let sign = if exponent < 0 { '-' } else { '+' };
            out.extend(format!("e{sign}{:02}", exponent.unsigned_abs()).bytes());
        }
    }
}

fn check_utf8(text: &[u8]) -> Result<(), InvalidUtf8> {
    let Err(error) = std::str::from_utf8(text) else {
        return Ok(());
    };
    let detail = match (error.error_len(), text.last()) {
        // The text ends within a character.
        (None, Some(last)) => format!("incomplete UTF-8 string; last byte: 0x{last:02X}"),
        _ => {
            let at = error.valid_up_to() + rejected_after(&text[error.valid_up_to()..]);
            format!("invalid UTF-8 byte at index {at}: 0x{:02X}", text[at])
        }
    };
    Err(InvalidUtf8 { detail })
}

/// How many bytes of a malformed sequence a UTF-8 decoder takes before the one that it rejects.
fn rejected_after(sequence: &[u8]) -> usize {
    (1..sequence.len())
        .find(|&length| {
            std::str::from_utf8(&sequence[..length]).is_err_and(|error| error.error_len().is_some())
        })
        .map_or(sequence.len() - 1, |length| length - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn float_text(release: Release, value: f64) -> String {
        let mut out = Vec::new();
        write_float(release, value, &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn floats_print_as_in_each_release() {
        // value, in 2.3 and 2.8, in 2.26 and 2.34
        let table = [
            (1.0, "1", "1.0"),
            (1.0e6, "1e+06", "1000000.0"),
            (1234567.0, "1.23457e+06", "1234567.0"),
            (1.0e-5, "1e-05", "1e-05"),
            (0.1 + 0.2, "0.3", "0.30000000000000004"),
            (1.0e300, "1e+300", "1e+300"),
            (1.0e16, "1e+16", "1e+16"),
            (1.0e15, "1e+15", "1e+15"),
            (1.0e14, "1e+14", "100000000000000.0"),
            (
                123456789012345678.0,
                "1.23457e+17",
                "1.2345678901234568e+17",
            ),
            (-0.0, "-0", "-0.0"),
            (f64::INFINITY, "inf", "null"),
            (f64::NAN.copysign(-1.0), "-nan", "null"),
            (5.0e-7, "5e-07", "5e-07"),
            (0.0001, "0.0001", "0.0001"),
            (0.00012345, "0.00012345", "0.00012345"),
            (12345.678, "12345.7", "12345.678"),
            (
                2.2250738585072014e-308,
                "2.22507e-308",
                "2.2250738585072014e-308",
            ),
            (f64::MAX, "1.79769e+308", "1.7976931348623157e+308"),
            (9007199254740993.0, "9.0072e+15", "9.007199254740992e+15"),
            (-2.5, "-2.5", "-2.5"),
        ];
        for (value, old, new) in table {
            for release in Release::ALL {
                let expected = if release < Release::V2_26 { old } else { new };
                assert_eq!(float_text(release, value), expected, "{release:?}");
            }
        }
    }

    #[test]
    fn round_trip_digits_read_back_as_the_same_float() {
        let mut bits = 0x0123_4567_89AB_CDEFu64;
        for _ in 0..20_000 {
            bits = bits
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            let value = f64::from_bits(bits);
            if value.is_finite() {
                let text = float_text(Release::V2_34, value);
                assert_eq!(
                    text.parse::<f64>().unwrap().to_bits(),
                    value.to_bits(),
                    "{text}"
                );
            }
        }
    }

    #[test]
    fn strings_are_escaped_as_in_each_release() {
        let text = "a\"b\\c\nd\re\tf/é\u{8}\u{c}\u{1f}\u{1}\u{7f}";
        for release in Release::ALL {
            let mut out = Vec::new();
            write_string(release, text.as_bytes(), &mut out).unwrap();
            let expected = if release < Release::V2_26 {
                "\"a\\\"b\\\\c\\nd\\re\\tf/é\\u0008\\u000c\\u001f\\u0001\u{7f}\""
            } else {
                "\"a\\\"b\\\\c\\nd\\re\\tf/é\\b\\f\\u001f\\u0001\u{7f}\""
            };
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }

    #[test]
    fn other_than_utf8_is_an_error_from_2_26_on() {
        let table: [(&[u8], &str); 8] = [
            (b"\xC3", "incomplete UTF-8 string; last byte: 0xC3"),
            (b"\xA9", "invalid UTF-8 byte at index 0: 0xA9"),
            (b"\xA9\xC3\xA9", "invalid UTF-8 byte at index 0: 0xA9"),
            (b"ab\xC3cd", "invalid UTF-8 byte at index 3: 0x63"),
            (b"ab\xF0\x9D\x84cd", "invalid UTF-8 byte at index 5: 0x63"),
            (
                b"ab\xF0\x9D\x84",
                "incomplete UTF-8 string; last byte: 0x84",
            ),
            (b"a\xED\xA0\x80b", "invalid UTF-8 byte at index 2: 0xA0"),
            (b"\xC0\x80", "invalid UTF-8 byte at index 0: 0xC0"),
        ];
        for (text, detail) in table {
            for release in [Release::V2_26, Release::V2_34] {
                let error = write_string(release, text, &mut Vec::new()).unwrap_err();
                let prefix = "JSON serialization error: [json.exception.type_error.316] ";
                assert_eq!(error.message(), format!("{prefix}{detail}"));
            }
            for release in [Release::V2_3, Release::V2_8] {
                let mut out = Vec::new();
                write_string(release, text, &mut out).unwrap();
                assert_eq!(&out[1..out.len() - 1], text);
            }
        }
    }
}
