//! Numbers as the command line takes them: what cannot be meant is refused where it is said.

/// So many seconds, more than none.
pub fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(number) if number.is_finite() && number > 0.0 => Ok(number),
        _ => Err("expected a number of seconds above 0, such as 10 or 0.5".to_owned()),
    }
}

/// So many at once, at least one.
pub fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("expected a whole number above 0".to_owned()),
    }
}

/// So many MiB of memory, at least one.
pub fn mebibytes(text: &str) -> Result<u64, String> {
    match text.parse::<u64>() {
        Ok(number) if number > 0 && number <= u64::MAX >> 20 => Ok(number),
        _ => Err("expected a whole number of MiB above 0".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_leaves_some_time() {
        assert_eq!(seconds("0.5"), Ok(0.5));
        for wrong in ["0", "-1", "x", "inf", "NaN", ""] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_limit_leaves_some_memory() {
        assert_eq!(mebibytes("512"), Ok(512));
        for wrong in ["0", "-1", "0.5", "18446744073709551615", ""] {
            assert!(mebibytes(wrong).is_err(), "{wrong}");
        }
    }
}
