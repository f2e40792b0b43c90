//! Numbers as C++ reads and prints them: `%g` and `%f` output, `strtod` with its range errors,
//! and the number literals of the language.

/// Where a float is printed. All four releases print alike in each.
///
/// * `--eval`, `trace`, `toXML`, error messages and printed expressions: [`general`]
/// * `toString`: [`fixed`]
/// * `"${1.5}"` is refused in every release
/// * `toJSON` and `--json`: `json_write::write_float`
///
/// The default format of a C++ stream, six significant digits (`%g`).
pub fn general(value: f64) -> String {
    if let Some(word) = not_finite(value) {
        return word.into();
    }
    let scientific = format!("{value:.5e}");
    let (mantissa, exponent) = scientific
        .split_once('e')
        .expect("LowerExp always writes an exponent");
    let exponent: i32 = exponent
        .parse()
        .expect("LowerExp writes a decimal exponent");
    if (-4..6).contains(&exponent) {
        let decimals = usize::try_from(5 - exponent).expect("the exponent is below 6");
        return without_trailing_zeros(&format!("{value:.decimals$}")).into();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    let mantissa = without_trailing_zeros(mantissa);
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

/// `std::to_string` of a float: six decimals (`%f`).
pub fn fixed(value: f64) -> String {
    match not_finite(value) {
        Some(word) => word.into(),
        None => format!("{value:.6}"),
    }
}

fn not_finite(value: f64) -> Option<&'static str> {
    match (
        value.is_nan(),
        value.is_infinite(),
        value.is_sign_negative(),
    ) {
        (true, _, true) => Some("-nan"),
        (true, _, false) => Some("nan"),
        (_, true, true) => Some("-inf"),
        (_, true, false) => Some("inf"),
        _ => None,
    }
}

fn without_trailing_zeros(digits: &str) -> &str {
    if digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.')
    } else {
        digits
    }
}

/// What `strtod` answers on a complete decimal number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Strtod {
    /// The nearest float; infinite on overflow, possibly zero on underflow.
    pub value: f64,
    /// Whether `errno` becomes `ERANGE`: overflow, or an inexact result below the smallest
    /// normal number.
    pub out_of_range: bool,
}

/// glibc's `strtod` on text that is a decimal number throughout (digits, at most one dot, an
/// optional exponent; the caller has checked that). `None` if it is none.
pub fn strtod(text: &str) -> Option<Strtod> {
    let value: f64 = text.parse().ok()?;
    let out_of_range = if value.is_infinite() {
        true
    } else if value.abs() > f64::MIN_POSITIVE {
        false
    } else {
        let decimal = Decimal::of_text(text)?;
        if value == 0.0 {
            !decimal.digits.is_empty()
        } else if value.abs() == f64::MIN_POSITIVE {
            decimal.is_below_rounding_to_smallest_normal()
        } else {
            decimal != Decimal::of_float(value.abs())
        }
    };
    Some(Strtod {
        value,
        out_of_range,
    })
}

/// A positive decimal number, 0.DIGITS × 10^exponent without outer zeros.
#[derive(PartialEq, Eq)]
struct Decimal {
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    fn of_text(text: &str) -> Option<Decimal> {
        let text = text.trim_start_matches(['+', '-']);
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            // Longer exponents than this only come with zero or infinity.
            Some((mantissa, exponent)) => (mantissa, exponent.parse().unwrap_or(0)),
            None => (text, 0i64),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        digits.drain(..zeros);
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let shift = i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()?;
        Some(Decimal {
            digits,
            exponent: exponent.checked_add(shift)?,
        })
    }

    /// Every binary fraction is a finite decimal; 1,100 places hold the longest of them.
    fn of_float(value: f64) -> Decimal {
        Decimal::of_text(&format!("{value:.1100}")).expect("a formatted float is a decimal number")
    }

    /// Below the middle between the smallest normal number and its lower neighbour at full
    /// precision, so that rounding would be tiny even with an unlimited exponent. The middle,
    /// (2^54 - 1) × 2^-1076, is cut after 40 digits, longer than any literal in use.
    fn is_below_rounding_to_smallest_normal(&self) -> bool {
        const MIDDLE: &[u8] = b"2225073858507201259573821257020768020077";
        self.exponent < -307 || (self.exponent == -307 && self.digits.as_slice() < MIDDLE)
    }
}

/// A float literal of the language (`lexer.l`): `None` is the parse error `invalid float '…'`.
/// The text has the form of a literal, so it contains a dot.
pub fn parse_float_literal(text: &str) -> Option<f64> {
    let parsed = strtod(text)?;
    (!parsed.out_of_range).then_some(parsed.value)
}

/// An integer literal of the language: `None` is the parse error `invalid integer '…'`. Leading
/// zeros are digits like any other.
pub fn parse_int_literal(text: &str) -> Option<i64> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_with_six_digits_in_every_release() {
        let table = [
            (1.0, "1"),
            (1.0e6, "1e+06"),
            (123456.0, "123456"),
            (1234567.0, "1.23457e+06"),
            (1.0e-5, "1e-05"),
            (1.0e-4, "0.0001"),
            (0.1, "0.1"),
            (0.1 + 0.2, "0.3"),
            (1.0e300, "1e+300"),
            (0.0, "0"),
            (-0.0, "-0"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN.copysign(-1.0), "-nan"),
            (f64::NAN.copysign(1.0), "nan"),
            (2.5e-8, "2.5e-08"),
            (100000.5, "100000"),
            (999999.5, "1e+06"),
            (9999995.0, "1e+07"),
            (0.000123456789, "0.000123457"),
            (123456789.0, "1.23457e+08"),
            (1.0e15, "1e+15"),
            (2.2250738585072014e-308, "2.22507e-308"),
            (-1.5, "-1.5"),
        ];
        for (value, expected) in table {
            assert_eq!(general(value), expected, "{value:e}");
        }
    }

    #[test]
    fn to_string_prints_six_decimals_in_every_release() {
        let table = [
            (1.0, "1.000000"),
            (1.0e6, "1000000.000000"),
            (1.0e-5, "0.000010"),
            (0.1 + 0.2, "0.300000"),
            (1.0e22, "10000000000000000000000.000000"),
            (-0.0, "-0.000000"),
            (f64::INFINITY, "inf"),
            (f64::NAN.copysign(-1.0), "-nan"),
            (0.0000005, "0.000000"),
            (0.0000015, "0.000002"),
            (2.5, "2.500000"),
        ];
        for (value, expected) in table {
            assert_eq!(fixed(value), expected, "{value:e}");
        }
    }

    #[test]
    fn float_literals_below_the_normal_range_are_errors_unless_exact() {
        for text in [
            "1.0e309",
            "1.0e-310",
            "1.0e-320",
            "1.0e-400",
            "2.2250738585072011e-308",
            "2.22507385850720125e-308",
        ] {
            assert_eq!(parse_float_literal(text), None, "{text}");
        }
        assert_eq!(
            parse_float_literal("2.2250738585072013e-308"),
            Some(f64::MIN_POSITIVE)
        );
        assert_eq!(parse_float_literal("0.0e-999"), Some(0.0));
        assert_eq!(parse_float_literal(".5"), Some(0.5));
        assert_eq!(parse_float_literal("1.e3"), Some(1000.0));
        let exact = format!("{:.1100}", f64::MIN_POSITIVE / 2.0);
        assert_eq!(parse_float_literal(&exact), Some(f64::MIN_POSITIVE / 2.0));
    }

    #[test]
    fn integer_literals_stop_at_64_bits() {
        assert_eq!(parse_int_literal("9223372036854775807"), Some(i64::MAX));
        assert_eq!(parse_int_literal("9223372036854775808"), None);
        assert_eq!(parse_int_literal("00012"), Some(12));
    }
}
