//! A notation of values that leaves nothing out, made by a Nix program that every evaluator can run
//! over the program under test. Printing shortens floats, hides string contexts and ends at values
//! that occur twice; `--json` fails on functions; `--xml` never ends on a cycle.

use std::path::Path;

/// The renderer, a Nix function from a value to a string.
///
/// It must not change what the program under test does: all names that it binds are names of
/// builtins, so that no symbol is created which the program would have created in another order
/// (C++ Nix forces attributes in that order, issue 7933), and it takes attributes in the order of
/// their names.
pub const SOURCE: &str = include_str!("canonical.nix");

/// The expression that applies the renderer to a program.
pub fn expression(renderer: &Path, program: &Path) -> String {
    format!(
        "import {} (import {})",
        nix_path(renderer),
        nix_path(program)
    )
}

/// A path as an expression, whatever it is called.
pub(crate) fn nix_path(path: &Path) -> String {
    let mut text = String::from("(/. + \"");
    for c in path.display().to_string().chars() {
        if matches!(c, '"' | '\\' | '$') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push_str("\")");
    text
}

/// The text in the string literal that an evaluator printed.
pub fn decode(printed: &str) -> String {
    let inner = printed
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    let Some(inner) = inner else {
        return printed.to_owned();
    };
    let mut text = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some(other) => text.push(other),
            None => text.push('\\'),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_string_is_decoded_as_nix_escapes_it() {
        assert_eq!(decode(r#""a\n\"b\"\\ \${x} ${y}""#), "a\n\"b\"\\ ${x} ${y}");
    }

    #[test]
    fn any_path_becomes_an_expression() {
        assert_eq!(
            expression(Path::new("/a b"), Path::new("/${x}")),
            r#"import (/. + "/a b") (import (/. + "/\${x}"))"#
        );
    }
}
