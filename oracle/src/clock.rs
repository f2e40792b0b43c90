//! The time: ours stands still, so that a program does the same each time, and that of a release does not. A
//! difference that is nothing but the time is none.

use std::{
    sync::LazyLock,
    time::{SystemTime, UNIX_EPOCH},
};

use regex::Regex;

/// What time it always is in our evaluator where it is compared, so that a program does the same each time. The clocks
/// of the releases cannot be stopped.
pub const STOPPED_CLOCK: i64 = 1_750_000_000;

/// Whether two printed values are the same but for the time that `builtins` has in them: a release takes it
/// from the clock when it starts.
pub fn same_but_for_clock(a: &str, b: &str) -> bool {
    static TIME: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"currentTime\D{1,20}(\d{9,})\b").expect("the pattern is constant")
    });
    // Also where it stands without its name, as in the values of `builtins`. A number as long as a time is not a
    // part of another by chance.
    let without_time = |text: &str| {
        let time = TIME.captures(text).map(|found| found[1].to_owned());
        time.map(|time| text.replace(&time, ""))
    };
    a == b
        || without_time(a).is_some_and(|left| Some(left) == without_time(b))
        || same_but_for_times(a, b)
}

/// Whether two texts are the same where both show a time: that of the stopped clock, or one of these days.
fn same_but_for_times(a: &str, b: &str) -> bool {
    const DAY: u64 = 24 * 60 * 60;
    static TIME: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"\b\d{10}\b").expect("the pattern is constant"));
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |now| now.as_secs());
    let is_time = |text: &str| {
        text == STOPPED_CLOCK.to_string()
            || (text.parse()).is_ok_and(|shown: u64| now.abs_diff(shown) < DAY)
    };
    let without = |text: &str| {
        let replaced = TIME.replace_all(text, |found: &regex::Captures| {
            if is_time(&found[0]) {
                "time".to_owned()
            } else {
                found[0].to_owned()
            }
        });
        replaced.into_owned()
    };
    without(a) == without(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stopped_clock_is_the_time_of_these_days() {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        let (stopped, running) = (format!("[ {STOPPED_CLOCK} 1 ]"), format!("[ {now} 1 ]"));
        assert!(same_but_for_clock(&stopped, &running) && same_but_for_clock(&running, &stopped));
        let later = format!("[ {} 1 ]", now + 200_000);
        // Two releases, of which one is asked a second later.
        let second = format!("[ {} 1 ]", now + 1);
        assert!(same_but_for_clock(&running, &second));
        for other in [later, format!("[ {now} 2 ]"), format!("[ 1{now} 1 ]")] {
            assert!(!same_but_for_clock(&stopped, &other), "{other}");
        }
    }
}
