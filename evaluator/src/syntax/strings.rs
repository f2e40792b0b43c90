//! What string literals stand for: escapes, line ends, indentation.

use super::ast::ExprRef;
use super::options::SyntaxOptions;
use crate::positions::Pos;

/// Appends what a piece of a `"…"` string stands for (`unescapeStr` in
/// `lexer.l`): escapes resolved, line ends made `\n`.
pub fn unescape(raw: &[u8], out: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(at) = memchr::memchr2(b'\\', b'\r', rest) {
        out.extend_from_slice(&rest[..at]);
        if rest[at] == b'\\' {
            let Some(&escaped) = rest.get(at + 1) else {
                return;
            };
            out.push(match escaped {
                b'n' => b'\n',
                b'r' => b'\r',
                b't' => b'\t',
                other => other,
            });
            rest = &rest[at + 2..];
        } else {
            out.push(b'\n');
            rest = &rest[at + 1..];
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
    }
    out.extend_from_slice(rest);
}

/// A piece of an indented string, before its indentation is stripped.
#[derive(Clone, Copy)]
pub enum Piece<'h, 's> {
    /// Text as it stands in the source; its spaces count as indentation.
    Text(&'s [u8]),
    /// `''$`, `'''`, `''\x`, or a lone `$` or `'`.
    Escape(&'s [u8]),
    /// An interpolated expression.
    Expr(ExprRef<'h>),
}

/// What [`Piece::Escape`] stands for.
pub fn escape_of(raw: &[u8]) -> Vec<u8> {
    match raw {
        b"''$" => b"$".to_vec(),
        b"'''" => b"''".to_vec(),
        _ => match raw.strip_prefix(b"''") {
            Some(escape) => {
                let mut out = Vec::new();
                unescape(escape, &mut out);
                out
            }
            None => raw.to_vec(),
        },
    }
}

/// The smallest indentation of the lines of an indented string. Lines of
/// nothing but spaces do not count, except that an interpolation or an escape
/// makes a line count.
fn least_indentation<'h, 's>(pieces: impl Iterator<Item = Piece<'h, 's>>) -> usize {
    // The limit is C++ Nix's; deeper indentation is not stripped past it.
    let mut least = 1_000_000;
    let mut current = 0;
    let mut at_line_start = true;
    for piece in pieces {
        let Piece::Text(text) = piece else {
            if at_line_start {
                at_line_start = false;
                least = least.min(current);
            }
            continue;
        };
        let mut i = 0;
        while i < text.len() {
            if !at_line_start {
                match memchr::memchr(b'\n', &text[i..]) {
                    Some(n) => i += n + 1,
                    None => break,
                }
                at_line_start = true;
                current = 0;
                continue;
            }
            match text[i] {
                b' ' => current += 1,
                b'\n' => current = 0,
                _ => {
                    at_line_start = false;
                    least = least.min(current);
                }
            }
            i += 1;
        }
    }
    least
}

/// Appends `text` without the first `least` spaces of each line.
fn strip_text(
    text: &[u8],
    least: usize,
    at_line_start: &mut bool,
    dropped: &mut usize,
    out: &mut Vec<u8>,
) {
    let mut i = 0;
    while i < text.len() {
        if !*at_line_start {
            let end = memchr::memchr(b'\n', &text[i..]).map(|n| i + n + 1);
            out.extend_from_slice(&text[i..end.unwrap_or(text.len())]);
            match end {
                Some(end) => i = end,
                None => break,
            }
            *at_line_start = true;
            continue;
        }
        match text[i] {
            b' ' => {
                if *dropped >= least {
                    out.push(b' ');
                }
                *dropped += 1;
            }
            b'\n' => {
                *dropped = 0;
                out.push(b'\n');
            }
            other => {
                *at_line_start = false;
                *dropped = 0;
                out.push(other);
            }
        }
        i += 1;
    }
}

/// Strips the indentation of an indented string (`stripIndentation` in
/// `parser-state.hh`) and hands each piece of the result to `text` or `expr`.
pub fn strip_indentation<'h, 's>(
    pieces: &[(Pos, Piece<'h, 's>)],
    options: &SyntaxOptions,
    mut emit: impl FnMut(Pos, Result<&[u8], ExprRef<'h>>),
) {
    let least = least_indentation(pieces.iter().map(|&(_, piece)| piece));
    let mut at_line_start = true;
    let mut dropped = 0;
    let mut text = Vec::new();
    for (index, &(pos, piece)) in pieces.iter().enumerate() {
        text.clear();
        match piece {
            Piece::Expr(expr) => {
                at_line_start = false;
                dropped = 0;
                emit(pos, Err(expr));
                continue;
            }
            Piece::Text(raw) => strip_text(raw, least, &mut at_line_start, &mut dropped, &mut text),
            Piece::Escape(raw) => {
                let escape = escape_of(raw);
                if !options.escaped_newline_starts_line && raw.starts_with(b"''\\") {
                    at_line_start = false;
                    dropped = 0;
                    emit(pos, Ok(&escape));
                    continue;
                }
                strip_text(&escape, least, &mut at_line_start, &mut dropped, &mut text);
            }
        }
        if index + 1 == pieces.len()
            && let Some(line) = memchr::memrchr(b'\n', &text)
            && text[line + 1..].iter().all(|&byte| byte == b' ')
        {
            text.truncate(line + 1);
        }
        if !(text.is_empty() && options.drop_empty_pieces) {
            emit(pos, Ok(&text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescaped(raw: &str) -> String {
        let mut out = Vec::new();
        unescape(raw.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    fn stripped(text: &str, options: &SyntaxOptions) -> String {
        let mut all = Vec::new();
        let pieces: Vec<_> = text
            .split_inclusive('|')
            .flat_map(|part| match part.strip_suffix('|') {
                Some(text) => vec![Piece::Text(text.as_bytes()), Piece::Escape(b"''\\\n")],
                None => vec![Piece::Text(part.as_bytes())],
            })
            .map(|piece| (Pos::NONE, piece))
            .collect();
        strip_indentation(&pieces, options, |_, piece| {
            all.extend_from_slice(piece.unwrap_or(b"?"));
        });
        String::from_utf8(all).unwrap()
    }

    #[test]
    fn escapes_and_line_ends_are_resolved() {
        assert_eq!(
            unescaped(r#"a\nb\tc\rd\"e\\f\${g\h"#),
            "a\nb\tc\rd\"e\\f${gh"
        );
        assert_eq!(unescaped("a\r\nb\rc\\\rd"), "a\nb\nc\rd");
    }

    #[test]
    fn the_least_indentation_is_stripped() {
        let options = SyntaxOptions::default();
        assert_eq!(stripped("    a\n  b\n   c\n ", &options), "  a\nb\n c\n");
        assert_eq!(stripped("\n    a\n  \n  b", &options), "\n  a\n\nb");
        assert_eq!(stripped("  a\n\tb", &options), "  a\n\tb");
    }

    #[test]
    fn an_escaped_newline_starts_a_line_since_2_7() {
        assert_eq!(stripped("  a|  b", &SyntaxOptions::v2_8()), "a\nb");
        assert_eq!(stripped("  a|  b", &SyntaxOptions::v2_3()), "a\n  b");
    }
}
