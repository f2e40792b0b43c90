//! TOML documents, of a type or any.

use super::{json::quoted, pick};
use crate::{
    choices::Choices,
    names,
    types::{Fields, Str, Type},
};

mod dates;
mod strings;
mod tables;

use strings::string;

/// A document with these attributes; nothing if TOML has no such values.
pub fn of_fields(choices: &mut dyn Choices, fields: &Fields) -> Option<String> {
    let (mut values, mut tables) = (String::new(), String::new());
    for (name, of) in fields {
        match of {
            Type::Set(inner) if choices.below(2) == 1 => {
                tables.push_str(&format!("[{}]\n", key(choices, name)));
                for (name, of) in inner.iter() {
                    tables.push_str(&format!(
                        "{} = {}\n",
                        key(choices, name),
                        value(choices, of)?
                    ));
                }
            }
            _ => values.push_str(&format!(
                "{} = {}\n",
                key(choices, name),
                value(choices, of)?
            )),
        }
    }
    if choices.below(4) == 3 {
        values.insert_str(0, "# a comment\n\n");
    }
    Some(values + &tables)
}

fn key(choices: &mut dyn Choices, name: &str) -> String {
    let bare = !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if bare && choices.below(5) != 4 {
        name.to_owned()
    } else {
        quoted(name)
    }
}

fn value(choices: &mut dyn Choices, wanted: &Type) -> Option<String> {
    Some(match wanted {
        Type::Bool => pick(choices, &["true", "false"]).to_owned(),
        Type::Int(bits) => {
            let most = (1u64 << (*bits).min(62)).min(100_000);
            let number = choices.below(most as u32);
            match choices.below(6) {
                0 => format!("0x{number:x}"),
                1 => format!("-{number}"),
                3 if *bits >= 20 => pick(
                    choices,
                    &[
                        "0xff_ff",
                        "0x1_0",
                        "0xDEAD_beef",
                        "0o1_7",
                        "0b1_01",
                        "+9_9",
                        "1_2_3",
                    ],
                )
                .to_owned(),
                2 if number >= 1000 => format!("{}_{:03}", number / 1000, number % 1000),
                _ => number.to_string(),
            }
        }
        Type::Float => pick(
            choices,
            &[
                "1.5", "-0.25", "1e3", "6.5e-2", "0.0", "1_0.5", "-inf", "+inf", "inf", "+1.0e+2",
            ],
        )
        .to_owned(),
        Type::Str(Str::Name) => "\"name\"".to_owned(),
        Type::Str(_) => string(choices),
        Type::List(item, least) => {
            let size = u32::from(*least) + choices.below(3);
            let items = (0..size)
                .map(|_| value(choices, item))
                .collect::<Option<Vec<_>>>()?;
            format!("[{}]", items.join(pick(choices, &[", ", ",", ",\n  "])))
        }
        Type::Map(of) => {
            let mut fields: Fields = Vec::new();
            for _ in 0..choices.below(3) {
                let name = names::attribute(choices, true);
                if fields.iter().all(|(other, _)| other != name) {
                    fields.push((name.to_owned(), (**of).clone()));
                }
            }
            inline(choices, &fields)?
        }
        Type::Set(fields) => inline(choices, fields)?,
        _ => return None,
    })
}

fn inline(choices: &mut dyn Choices, fields: &Fields) -> Option<String> {
    let mut written = Vec::new();
    for (name, of) in fields {
        written.push(format!("{} = {}", key(choices, name), value(choices, of)?));
    }
    Some(format!("{{ {} }}", written.join(", ")))
}

/// Numbers that other languages write in other ways, and those at the edges.
const ODD_NUMBERS: [&str; 24] = [
    "0xff_ff",
    "0x1_0",
    "0xDEAD_beef",
    "0o1_7",
    "0b1_01",
    "-inf",
    "+inf",
    "inf",
    "nan",
    "+1_000",
    "-0.0",
    "1_0.0_1e+1_0",
    "5e-324",
    "9223372036854775807",
    "-9223372036854775808",
    "0x7FFFFFFFFFFFFFFF",
    "0o777777777777777777777",
    "0b0",
    "+0",
    "-0",
    "0e0",
    "1E+2",
    "-1.7976931348623157e308",
    "+0.0",
];

/// Any document. `dates`: also with dates and times, which nothing but a feature allows.
pub fn any(choices: &mut dyn Choices, dates: bool) -> String {
    let mut text = if choices.below(3) == 2 {
        tables::document(choices)
    } else {
        flat(choices)
    };
    if dates {
        // They come first, where no table is open yet.
        let mut values = String::new();
        for name in ["date_1", "date_2"] {
            let [one, two] = [(); 2].map(|()| dates::timestamp(choices));
            values.push_str(&match choices.below(4) {
                0 => format!("{name} = [ {one}, {two} ]\n"),
                1 => format!("{name} = {{ of = {one}, and = {two} }}\n"),
                _ => format!("{name} = {one} # {two}\n"),
            });
        }
        text = values + &text;
    }
    if choices.below(6) == 5 {
        text = text.replace('\n', "\r\n");
    }
    if choices.below(6) == 5 {
        // The last line need not end.
        text.truncate(text.trim_end().len());
    }
    text
}

/// A document of values and of tables that hold one.
fn flat(choices: &mut dyn Choices) -> String {
    let mut text = String::new();
    let mut seen: Vec<String> = Vec::new();
    let mut fresh = |choices: &mut dyn Choices| {
        let name = names::attribute(choices, false).to_owned();
        let new = !seen.contains(&name);
        seen.push(name.clone());
        new.then_some(name)
    };
    for _ in 0..choices.below(4) {
        let Some(name) = fresh(choices) else { continue };
        if choices.below(4) == 3 {
            let number = pick(choices, &ODD_NUMBERS);
            text.push_str(&format!("{} = {number}\n", key(choices, &name)));
            continue;
        }
        let of = draw(choices, 2);
        let dotted = choices.below(5) == 4;
        if let Some(value) = value(choices, &of) {
            let rest = if dotted { ".inner" } else { "" };
            text.push_str(&format!("{}{rest} = {value}\n", key(choices, &name)));
        }
    }
    for _ in 0..choices.below(3) {
        let Some(name) = fresh(choices) else { continue };
        let times = if choices.below(3) == 2 { 2 } else { 1 };
        let array = times == 2 || choices.below(4) == 3;
        for _ in 0..times {
            let written = key(choices, &name);
            text.push_str(&if array {
                format!("[[{written}]]\n")
            } else {
                format!("[{written}]\n")
            });
            let of = draw(choices, 1);
            if let Some(value) = value(choices, &of) {
                text.push_str(&format!("k = {value} # {name}\n"));
            }
        }
    }
    text
}

fn draw(choices: &mut dyn Choices, depth: u32) -> Type {
    crate::types::random(choices, depth, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::Stream;

    fn share(dates: bool, holds: impl Fn(&str) -> bool) -> usize {
        let mut choices = Stream::new(9);
        (0..300)
            .filter(|_| holds(&any(&mut choices, dates)))
            .count()
    }

    #[test]
    fn documents_have_tables_in_tables_and_lines_of_both_kinds() {
        for part in ["[[", ".in.more", "\r\n", "\\U0001", "'''", " # of a table"] {
            assert!(share(false, |text| text.contains(part)) > 3, "{part}");
        }
    }

    #[test]
    fn dates_are_there_where_they_may_be() {
        let written = |text: &str| text.contains("date_1 = ");
        assert_eq!(share(false, written), 0);
        assert_eq!(share(true, written), 300);
    }
}
