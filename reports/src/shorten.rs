//! Shows a long text around the place that matters.

/// How many characters around the middle of a text are shown at most.
const MOST: usize = 6_000;

/// The text, or as much of it as is shown, around a byte of it. What is left out is counted in its place.
pub fn around(text: &str, at: usize) -> String {
    if text.len() <= MOST {
        return text.to_owned();
    }
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let begin = boundary(at.min(text.len()).saturating_sub(MOST / 2));
    let end = boundary((begin + MOST).min(text.len()));
    let mut shown = String::with_capacity(MOST + 80);
    if begin > 0 {
        shown.push_str(&format!("[… {begin} bytes]"));
    }
    shown.push_str(text.get(begin..end).unwrap_or_default());
    if end < text.len() {
        shown.push_str(&format!("[… {} bytes]", text.len() - end));
    }
    shown
}

/// Where two texts differ first.
pub fn first_difference(one: &str, other: &str) -> usize {
    let same = |(mine, theirs): &(u8, u8)| mine == theirs;
    one.bytes().zip(other.bytes()).take_while(same).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_shown_around_the_difference() {
        let one = format!("{}x{}", "ä".repeat(9_000), "b".repeat(9_000));
        let other = one.replace('x', "y");
        let at = first_difference(&one, &other);
        assert_eq!(at, 18_000);
        let shown = around(&one, at);
        assert!(shown.contains("äxb"));
        assert!(shown.starts_with("[… 15000 bytes]ä"), "{shown}");
        assert!(shown.len() < MOST + 80);
        assert_eq!(around("short", 3), "short");
    }
}
