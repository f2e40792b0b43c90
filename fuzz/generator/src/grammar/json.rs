//! JSON, of a type or any.

use super::pick;
use crate::{
    choices::Choices,
    names,
    types::{Str, Type},
};

/// JSON whose value is of a type; nothing if there is none.
pub fn of_type(choices: &mut dyn Choices, wanted: &Type) -> Option<String> {
    Some(match wanted {
        Type::Null => "null".to_owned(),
        Type::Bool => pick(choices, &["true", "false"]).to_owned(),
        Type::Int(bits) => {
            let most = (1u64 << (*bits).min(62)).min(1_000_000);
            let number = i64::from(choices.below(most as u32));
            (if choices.below(3) == 2 {
                -number
            } else {
                number
            })
            .to_string()
        }
        Type::Float => pick(
            choices,
            &[
                "1.5",
                "-0.25",
                "1e3",
                "0.0",
                "1.0",
                "2.5E-3",
                "123456.789",
                "1e+2",
            ],
        )
        .to_owned(),
        Type::Str(Str::Name) => "\"name\"".to_owned(),
        Type::Str(_) => string(choices),
        Type::List(item, least) => {
            let size = u32::from(*least) + choices.below(3);
            let items = (0..size)
                .map(|_| of_type(choices, item))
                .collect::<Option<Vec<_>>>()?;
            array(choices, &items)
        }
        Type::Map(value) => {
            let mut fields = Vec::new();
            for _ in 0..choices.below(3) {
                let name = names::attribute(choices, true);
                fields.push((name.to_owned(), of_type(choices, value)?));
            }
            object(choices, &fields)
        }
        Type::Set(fields) => {
            let mut written = Vec::new();
            for (name, of) in fields.iter() {
                written.push((name.clone(), of_type(choices, of)?));
            }
            object(choices, &written)
        }
        _ => return None,
    })
}

/// Any JSON.
pub fn any(choices: &mut dyn Choices, depth: u32) -> String {
    match choices.below(if depth == 0 { 5 } else { 8 }) {
        0 => "null".to_owned(),
        1 => pick(choices, &["true", "false"]).to_owned(),
        2 => string(choices),
        3 => pick(
            choices,
            &[
                "0",
                "-1",
                "1234567890",
                "9223372036854775807",
                "-9223372036854775808",
                "-0",
                "18446744073709551616",
                "-9223372036854775809",
            ],
        )
        .to_owned(),
        4 => pick(
            choices,
            &[
                "0.1",
                "-1.5e300",
                "1e-7",
                "3.0",
                "1E2",
                "123456789.123456789",
                "-0.0",
                "0e0",
                "1E+2",
                "1e-999",
                "2.2250738585072014e-308",
                "-1.7976931348623157e308",
            ],
        )
        .to_owned(),
        5 | 6 => {
            let items: Vec<_> = (0..choices.below(4))
                .map(|_| any(choices, depth - 1))
                .collect();
            array(choices, &items)
        }
        _ => {
            let mut fields = Vec::new();
            for _ in 0..choices.below(4) {
                let name = names::attribute(choices, true).to_owned();
                fields.push((name, any(choices, depth - 1)));
            }
            object(choices, &fields)
        }
    }
}

fn space(choices: &mut dyn Choices) -> &'static str {
    pick(choices, &["", "", " ", "\n  ", "\t"])
}

fn array(choices: &mut dyn Choices, items: &[String]) -> String {
    let divider = format!("{},{}", space(choices), space(choices));
    format!("[{}{}]", space(choices), items.join(&divider))
}

/// A name that occurs twice means the last.
fn object(choices: &mut dyn Choices, fields: &[(String, String)]) -> String {
    let divider = format!("{},{}", space(choices), space(choices));
    let colon = format!(":{}", space(choices));
    let mut fields = fields.to_vec();
    if !fields.is_empty() && choices.below(5) == 4 {
        // Before the last of its name anything may stand.
        let name = fields[choices.below(fields.len() as u32) as usize]
            .0
            .clone();
        let other = pick(choices, &["0", "null", "[]", "\"no\""]);
        fields.insert(0, (name, other.to_owned()));
    }
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, value)| format!("{}{colon}{value}", quoted(name)))
        .collect();
    format!("{{{}}}", fields.join(&divider))
}

fn string(choices: &mut dyn Choices) -> String {
    const PARTS: [&str; 29] = [
        "",
        "a",
        "foo bar",
        "\\n",
        "\\\"",
        "\\\\",
        "\\/",
        "\\t",
        "\\u0041",
        "é",
        "\\u00e9",
        "\\b",
        "${x}",
        "\u{1f600}",
        "\\f",
        "\\ud83d\\ude00",
        "\\r\\f",
        "\\uD83D\\uDE00a",
        "\\u20ac",
        "\\uD800\\uDC00",
        "\\udbff\\udfff",
        "\\uFFFF\\u07ff",
        "\u{7f}",
        // The first and the last characters of so many bytes.
        "\u{800}\u{fff}",
        "\u{cfff}\u{d7ff}",
        "\u{e000}\u{ffff}",
        "\u{10000}",
        "\u{fffff}",
        "\u{10ffff}",
    ];
    let mut text = "\"".to_owned();
    for _ in 0..=choices.below(2) {
        text.push_str(pick(choices, &PARTS));
    }
    text.push('"');
    text
}

/// A string, written as JSON.
pub fn quoted(text: &str) -> String {
    let mut written = "\"".to_owned();
    for character in text.chars() {
        match character {
            '"' | '\\' => {
                written.push('\\');
                written.push(character);
            }
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            '\r' => written.push_str("\\r"),
            _ => written.push(character),
        }
    }
    written.push('"');
    written
}
