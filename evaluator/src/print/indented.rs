//! How errors and warnings stand under their first word (`indent` in `error.cc`, `chomp` in `util.cc`): further
//! lines below the first, no space at the end of a line, no lines of nothing else at the end.

/// The head, and the text after it.
pub(crate) fn indented(head: &[u8], text: &[u8]) -> Vec<u8> {
    let rest = vec![b' '; head.len()];
    let mut out = Vec::with_capacity(head.len() + text.len() + 16);
    for (index, line) in chomped(text).split(|&byte| byte == b'\n').enumerate() {
        if index > 0 {
            out.push(b'\n');
        }
        let start = out.len();
        out.extend_from_slice(if index == 0 { head } else { &rest });
        out.extend_from_slice(line);
        let kept = chomped(&out[start..]).len();
        out.truncate(start + kept);
    }
    out
}

/// Without the space at the end. A form feed is none.
pub(crate) fn chomped(text: &[u8]) -> &[u8] {
    let end = text
        .iter()
        .rposition(|byte| !b" \n\r\t".contains(byte))
        .map_or(0, |last| last + 1);
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stand_below_each_other_and_end_in_no_space() {
        assert_eq!(
            indented(b"error: ", b"a \n\n b\t\r\n \n"),
            b"error: a\n\n        b"
        );
        assert_eq!(indented(b"error: ", b" \n"), b"error:");
    }

    #[test]
    fn a_form_feed_is_no_space() {
        assert_eq!(
            indented(b"error: ", b"\x0c\na\x0b \n"),
            b"error: \x0c\n       a\x0b"
        );
    }
}
