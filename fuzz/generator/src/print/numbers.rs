//! Numbers, with zeros and exponents that need not be there.

use super::Printer;

impl Printer<'_> {
    pub(super) fn integer(&mut self, number: u64) {
        let zeros = if self.rarely() {
            1 + self.choices.below(3) as usize
        } else {
            0
        };
        self.token(&format!("{}{number}", "0".repeat(zeros)));
    }

    pub(super) fn float(&mut self, text: &str) {
        if !self.rarely() {
            return self.token(text);
        }
        let (digits, exponent) = match text.find(['e', 'E']) {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        // What begins with zero needs digits after its dot.
        let digits = match digits.strip_prefix('0') {
            Some(part) => part,
            None => digits
                .strip_suffix(".0")
                .map_or(digits, |_| &digits[..digits.len() - 1]),
        };
        let exponents = ["", "e0", "E+00", "e-0"];
        let exponent = if exponent.is_empty() {
            exponents[self.choices.below(exponents.len() as u32) as usize]
        } else {
            exponent
        };
        self.token(&format!("{digits}{exponent}"));
    }
}
