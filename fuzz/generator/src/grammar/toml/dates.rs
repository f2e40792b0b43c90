//! Dates and times of TOML. Nix reads them behind `parse-toml-timestamps` only, and its releases write
//! them differently: the letter between date and time, how many decimals, offsets of nothing.

use crate::{choices::Choices, grammar::pick};

/// A date, a time, both, or both with an offset.
pub fn timestamp(choices: &mut dyn Choices) -> String {
    match choices.below(5) {
        0 => date(choices).to_owned(),
        1 => time(choices),
        2 => joined(choices),
        _ => {
            let offset = pick(
                choices,
                &["Z", "z", "+00:00", "-00:00", "-07:30", "+23:59", "+05:45"],
            );
            joined(choices) + offset
        }
    }
}

/// The last days of months are there, and a leap year of each kind.
fn date(choices: &mut dyn Choices) -> &'static str {
    const DATES: [&str; 8] = [
        "1979-05-27",
        "2000-02-29",
        "2024-02-29",
        "1900-02-28",
        "0001-01-01",
        "9999-12-31",
        "2023-06-30",
        "2023-11-30",
    ];
    pick(choices, &DATES)
}

fn time(choices: &mut dyn Choices) -> String {
    let second = pick(choices, &["07:32:00", "00:00:00", "23:59:60", "12:30:59"]);
    // Decimals past the ninth are dropped, zeros at the end may be.
    let decimals = pick(
        choices,
        &[
            "",
            "",
            ".5",
            ".120",
            ".000",
            ".999990",
            ".0000001",
            ".123456789123",
        ],
    );
    format!("{second}{decimals}")
}

fn joined(choices: &mut dyn Choices) -> String {
    let divider = pick(choices, &["T", "T", "t", " "]);
    format!("{}{divider}{}", date(choices), time(choices))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn all_four_kinds_are_drawn() {
        let mut choices = crate::choices::Stream::new(3);
        let kind = |text: String| {
            let has_date = text.as_bytes()[4] == b'-';
            let (has_time, rest) = match text.split_once(':') {
                Some((_, rest)) => (true, rest),
                None => (false, ""),
            };
            (has_date, has_time, rest.contains(['Z', 'z', '+', '-']))
        };
        let kinds: BTreeSet<_> = (0..200).map(|_| kind(timestamp(&mut choices))).collect();
        let all = [
            (false, true, false),
            (true, false, false),
            (true, true, false),
            (true, true, true),
        ];
        assert_eq!(kinds, all.into());
    }
}
