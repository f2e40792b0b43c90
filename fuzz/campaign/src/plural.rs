//! Counts of things, in words.

/// So many of a thing: `1 program`, `2 programs`.
pub fn counted(count: usize, thing: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        let all: Vec<String> = (0..3).map(|count| counted(count, "program")).collect();
        assert_eq!(all, ["0 programs", "1 program", "2 programs"]);
    }
}
