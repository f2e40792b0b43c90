//! A document as nlohmann's library writes what it has read: no spaces, the keys
//! of objects sorted by byte.

use super::tree::Json;
use super::write::{InvalidUtf8, write_float, write_int, write_string};
use crate::formats::Release;

/// What is still to be written, the last first.
enum Work<'j> {
    Value(&'j Json),
    Key(&'j [u8]),
    Text(&'static [u8]),
}

/// The name of a document's type in that library's messages.
pub fn type_name(json: &Json) -> &'static str {
    match json {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Int(_) | Json::Unsigned(_) | Json::Float(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}

/// The text of a document. It does not recurse.
///
/// # Errors
/// If a string is not UTF-8, which none is that was read.
pub fn text(json: &Json) -> Result<Vec<u8>, InvalidUtf8> {
    let release = Release::default();
    let mut out = Vec::new();
    let mut work = vec![Work::Value(json)];
    while let Some(next) = work.pop() {
        match next {
            Work::Text(text) => out.extend_from_slice(text),
            Work::Key(key) => {
                write_string(release, key, &mut out)?;
                out.push(b':');
            }
            Work::Value(Json::Null) => out.extend_from_slice(b"null"),
            Work::Value(Json::Bool(true)) => out.extend_from_slice(b"true"),
            Work::Value(Json::Bool(false)) => out.extend_from_slice(b"false"),
            Work::Value(Json::Int(value)) => write_int(*value, &mut out),
            Work::Value(Json::Unsigned(value)) => {
                out.extend_from_slice(value.to_string().as_bytes())
            }
            Work::Value(Json::Float(value)) => write_float(release, *value, &mut out),
            Work::Value(Json::String(text)) => write_string(release, text, &mut out)?,
            Work::Value(Json::Array(items)) => {
                out.push(b'[');
                work.push(Work::Text(b"]"));
                for (index, item) in items.iter().enumerate().rev() {
                    work.push(Work::Value(item));
                    if index > 0 {
                        work.push(Work::Text(b","));
                    }
                }
            }
            Work::Value(Json::Object(members)) => {
                out.push(b'{');
                work.push(Work::Text(b"}"));
                let mut members: Vec<_> = members.iter().collect();
                members.sort_by(|a, b| a.0.cmp(&b.0));
                for (index, (key, value)) in members.into_iter().enumerate().rev() {
                    work.push(Work::Value(value));
                    work.push(Work::Key(key));
                    if index > 0 {
                        work.push(Work::Text(b","));
                    }
                }
            }
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::{Json, text};

    fn normal(document: &str) -> String {
        let json = Json::parse_whole(document.as_bytes()).unwrap();
        String::from_utf8(text(&json).unwrap()).unwrap()
    }

    #[test]
    fn keys_are_sorted_and_the_last_of_equal_ones_counts() {
        assert_eq!(
            normal(r#"{ "b": 1, "a": [], "b": {} }"#),
            r#"{"a":[],"b":{}}"#
        );
    }

    #[test]
    fn integers_are_unsigned_past_63_bits_and_floats_past_64() {
        assert_eq!(
            normal("[9223372036854775808, 18446744073709551615, 18446744073709551616]"),
            "[9223372036854775808,18446744073709551615,1.8446744073709552e+19]"
        );
    }

    #[test]
    fn a_million_levels_need_no_stack() {
        let depth = 1_000_000;
        let document = "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(normal(&document), document);
    }
}
