//! What is printed to something that is no terminal: without the commands that
//! a terminal would follow (`filterANSIEscapes` in `terminal.cc`).

/// The text without escape sequences, bells and carriage returns; tabs become
/// spaces, up to a multiple of eight from the start of the text (not the line).
pub fn without_escapes(text: &[u8]) -> Vec<u8> {
    if !text
        .iter()
        .any(|byte| matches!(byte, 0x1b | b'\t' | b'\r' | 7))
    {
        return text.to_vec();
    }
    let mut out = Vec::with_capacity(text.len());
    let mut width = 0;
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = match byte {
            0x1b => after_sequence(after),
            b'\t' => {
                loop {
                    out.push(b' ');
                    width += 1;
                    if width % 8 == 0 {
                        break;
                    }
                }
                after
            }
            b'\r' | 7 => after,
            _ => {
                out.push(byte);
                // A character counts once, by its first byte; a line's end not at all.
                width += usize::from(byte & 0xc0 != 0x80 && byte >= b' ');
                after
            }
        };
    }
    out
}

/// What follows an escape sequence whose first byte was read.
fn after_sequence(text: &[u8]) -> &[u8] {
    let skip = |text: &'_ [u8], low: u8, high: u8| {
        text.iter()
            .take_while(|byte| (low..=high).contains(byte))
            .count()
    };
    match text.first() {
        Some(b'[') => {
            let mut rest = &text[1..];
            rest = &rest[skip(rest, 0x30, 0x3f)..];
            rest = &rest[skip(rest, 0x20, 0x2f)..];
            match rest.first() {
                Some(0x40..=0x7e) => &rest[1..],
                _ => rest,
            }
        }
        Some(b']') => {
            let end = text
                .iter()
                .position(|&byte| byte == 0x1b || byte == 7)
                .unwrap_or(text.len());
            let rest = &text[end..];
            match rest {
                [0x1b, b'\\', after @ ..] | [_, after @ ..] => after,
                [] => rest,
            }
        }
        Some(0x40..=0x5f) => &text[1..],
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::without_escapes;

    #[test]
    fn colours_links_and_bells_are_dropped_and_tabs_expanded() {
        assert_eq!(without_escapes(b"a\x1b[31;1mb\x1b[0mc"), b"abc");
        assert_eq!(without_escapes(b"\x1b]8;;x\x1b\\link\x07"), b"link");
        assert_eq!(without_escapes(b"ab\tc\r\n\td"), b"ab      c\n       d");
    }
}
