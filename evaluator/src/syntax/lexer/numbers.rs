//! Numbers.

use super::{DIGIT, Fallible, LONGER, LexError, Lexer, PATH};
use crate::syntax::token::{Kind, Token};

impl Lexer<'_> {
    /// `FLOAT` of `lexer.l`: where a float that starts at `start` ends.
    pub(super) fn float_end(&self, start: usize) -> Option<usize> {
        let digits = |mut i: usize| {
            while self.class(i) & DIGIT != 0 {
                i += 1;
            }
            i
        };
        let mut end = if matches!(self.at(start), b'1'..=b'9') {
            let dot = digits(start);
            if self.at(dot) != b'.' {
                return None;
            }
            digits(dot + 1)
        } else {
            let dot = start + usize::from(self.at(start) == b'0');
            if self.at(dot) != b'.' || self.class(dot + 1) & DIGIT == 0 {
                return None;
            }
            digits(dot + 1)
        };
        if matches!(self.at(end), b'e' | b'E') {
            let sign = usize::from(matches!(self.at(end + 1), b'+' | b'-'));
            let exponent = end + 1 + sign;
            if self.class(exponent) & DIGIT != 0 {
                end = digits(exponent);
            }
        }
        Some(end)
    }

    pub(super) fn number(&mut self, start: usize) -> Fallible<Token> {
        let mut end = start + 1;
        while self.class(end) & DIGIT != 0 {
            end += 1;
        }
        let float = self.float_end(start);
        let longest = float.unwrap_or(end) - start;
        if self.class(end) & (PATH | LONGER) != 0
            && let Some(path) = self.path(start, longest)?
        {
            return Ok(path);
        }
        match float {
            Some(end) => self.float(start, end),
            None => {
                let text = &self.source[start..end];
                match std::str::from_utf8(text)
                    .ok()
                    .and_then(|text| text.parse().ok())
                {
                    Some(integer) => {
                        self.integer = integer;
                        Ok(self.emit(Kind::Int, start, end))
                    }
                    None => Err(Box::new(LexError {
                        message: format!("invalid integer '{}'", String::from_utf8_lossy(text)),
                        at: start,
                    })),
                }
            }
        }
    }

    /// `strtod` sets `errno` when the number is too large and also when it is
    /// so small that it loses precision.
    pub(super) fn float(&mut self, start: usize, end: usize) -> Fallible<Token> {
        let text = String::from_utf8_lossy(&self.source[start..end]);
        let value: f64 = text.parse().unwrap_or(f64::NAN);
        let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
        let zero = mantissa.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        if value.is_normal() || zero {
            self.float = value;
            Ok(self.emit(Kind::Float, start, end))
        } else {
            Err(Box::new(LexError {
                message: format!("invalid float '{text}'"),
                at: start,
            }))
        }
    }
}
