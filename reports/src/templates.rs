//! The templates, and how they escape what they are given.

use minijinja::{
    AutoEscape, Environment, Output, State, UndefinedBehavior, Value, syntax::SyntaxConfig,
    value::Serde,
};
use serde::Serialize;

use crate::issue::code;

/// A report could not be made.
#[derive(Debug)]
pub struct Error(String);

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the report cannot be made: {}", self.0)
    }
}

impl std::error::Error for Error {}

impl From<minijinja::Error> for Error {
    fn from(error: minijinja::Error) -> Self {
        Self(format!("{error:#}"))
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

/// The templates by their names; what ends in `.html` or `.xml` is escaped as such.
const TEMPLATES: [(&str, &str); 3] = [
    ("page.html", include_str!("page/page.html")),
    ("junit.xml", include_str!("junit.xml.j2")),
    ("report.md", include_str!("report.md.j2")),
];

/// Fills a template.
pub fn fill(name: &'static str, data: impl Serialize) -> Result<String, Error> {
    let mut environment = Environment::new();
    environment.set_syntax(
        SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .keep_trailing_newline(true)
            .build()?,
    );
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|name| match name.rsplit('.').next() {
        Some("html" | "xml") => AutoEscape::Html,
        _ => AutoEscape::None,
    });
    environment.set_formatter(format);
    environment.add_filter("grouped", grouped);
    environment.add_filter("cell", cell);
    environment.add_filter("code", |text: &str| code(text));
    environment.add_filter("cell_code", |text: &str| code(text).replace('|', "\\|"));
    for (name, source) in TEMPLATES {
        environment.add_template(name, source)?;
    }
    let template = environment.get_template(name)?;
    Ok(template.render(Serde(data))?)
}

/// Writes a value. Control characters, which neither XML nor a terminal takes, are written as pictures
/// of themselves.
fn format(
    out: &mut Output<'_>,
    state: &mut State<'_, '_>,
    value: &Value,
) -> Result<(), minijinja::Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() && text.chars().any(is_control) => {
            minijinja::escape_formatter(out, state, &Value::from(visible(text)))
        }
        _ => minijinja::escape_formatter(out, state, value),
    }
}

fn is_control(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t')) || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// A text whose control characters are written as pictures of themselves.
pub fn visible(text: &str) -> String {
    let picture = |c: char| match u32::from(c) {
        code @ 0..0x20 if is_control(c) => char::from_u32(0x2400 + code).unwrap_or('\u{fffd}'),
        0x7f => '\u{2421}',
        _ if is_control(c) => '\u{fffd}',
        _ => c,
    };
    text.chars().map(picture).collect()
}

/// A number in groups of three digits.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How dark the cell of a count is, 0 to 6: each step is ten times as many.
fn cell(count: u64) -> u32 {
    match count {
        0 => 0,
        _ => count.ilog10().min(5) + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_easy_to_read() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(
            [0, 1, 9, 10, 99_999, 10_000_000].map(cell),
            [0, 1, 1, 2, 5, 6]
        );
    }

    #[test]
    fn control_characters_can_be_seen() {
        assert_eq!(
            visible("a\0\u{1b}[31m\n\t\u{7f}\u{ffff}"),
            "a␀␛[31m\n\t␡\u{fffd}"
        );
    }
}
