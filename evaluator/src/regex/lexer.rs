//! Tokens of a POSIX extended regular expression.
//!
//! Which token a byte becomes depends on where it stands: outside, inside a
//! bracket expression or inside a repetition count. The rules, quirks included,
//! are those that C++ Nix inherits from `std::regex` of libstdc++ in strict ISO
//! mode, where escaping a character that is not special is an error.

use super::RegexError;

/// The characters that a backslash may precede, and that mean something alone.
/// `]` and `}` are not among them: alone they are ordinary, escaped an error.
const SPECIAL: &[u8] = b".[\\()*+?{|^$";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'p> {
    Char(u8),
    AnyChar,
    GroupOpen,
    GroupClose,
    Or,
    Star,
    Plus,
    Question,
    LineStart,
    LineEnd,
    BracketOpen { negated: bool },
    BracketClose,
    Dash,
    CollatingSymbol(&'p [u8]),
    EquivalenceClass(&'p [u8]),
    CharacterClass(&'p [u8]),
    BraceOpen,
    BraceClose,
    Count(&'p [u8]),
    Comma,
    End,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    /// `first`: a `]` would be literal.
    Bracket {
        first: bool,
    },
    Brace,
}

/// Reads one token ahead: an error in the token after the current one comes
/// before any error that the current one causes, as in libstdc++.
#[derive(Debug)]
pub(super) struct Lexer<'p> {
    rest: &'p [u8],
    place: Place,
    current: Token<'p>,
}

impl<'p> Lexer<'p> {
    pub(super) fn new(pattern: &'p [u8]) -> Result<Self, RegexError> {
        let mut lexer = Lexer {
            rest: pattern,
            place: Place::Outside,
            current: Token::End,
        };
        lexer.current = lexer.scan()?;
        Ok(lexer)
    }

    pub(super) fn current(&self) -> Token<'p> {
        self.current
    }

    /// Steps to the next token and returns the one that was current.
    pub(super) fn advance(&mut self) -> Result<Token<'p>, RegexError> {
        let next = self.scan()?;
        Ok(std::mem::replace(&mut self.current, next))
    }

    /// Steps over `token` if it is the current one.
    pub(super) fn accept(&mut self, token: Token<'p>) -> Result<bool, RegexError> {
        let matches = self.current == token;
        if matches {
            self.advance()?;
        }
        Ok(matches)
    }

    fn scan(&mut self) -> Result<Token<'p>, RegexError> {
        let before = self.rest;
        let Some((&byte, rest)) = before.split_first() else {
            return Ok(Token::End);
        };
        self.rest = rest;
        match self.place {
            Place::Outside => self.scan_outside(byte),
            Place::Bracket { first } => {
                self.place = Place::Bracket { first: false };
                self.scan_bracket(byte, first)
            }
            Place::Brace => self.scan_brace(byte, before),
        }
    }

    fn scan_outside(&mut self, byte: u8) -> Result<Token<'p>, RegexError> {
        Ok(match byte {
            b'\\' => match self.rest.split_first() {
                Some((&escaped, rest)) if SPECIAL.contains(&escaped) => {
                    self.rest = rest;
                    Token::Char(escaped)
                }
                _ => return Err(RegexError::Invalid),
            },
            b'(' => Token::GroupOpen,
            b')' => Token::GroupClose,
            b'|' => Token::Or,
            b'*' => Token::Star,
            b'+' => Token::Plus,
            b'?' => Token::Question,
            b'.' => Token::AnyChar,
            b'^' => Token::LineStart,
            b'$' => Token::LineEnd,
            b'[' => {
                self.place = Place::Bracket { first: true };
                let negated = self.rest.first() == Some(&b'^');
                if negated {
                    self.rest = &self.rest[1..];
                }
                Token::BracketOpen { negated }
            }
            b'{' => {
                self.place = Place::Brace;
                Token::BraceOpen
            }
            0 => return Err(RegexError::Invalid),
            _ => Token::Char(byte),
        })
    }

    fn scan_bracket(&mut self, byte: u8, first: bool) -> Result<Token<'p>, RegexError> {
        Ok(match byte {
            b'-' => Token::Dash,
            b']' if !first => {
                self.place = Place::Outside;
                Token::BracketClose
            }
            b'[' => match self.rest.first() {
                None => return Err(RegexError::Invalid),
                Some(b'.') => Token::CollatingSymbol(self.scan_name(b'.')?),
                Some(b'=') => Token::EquivalenceClass(self.scan_name(b'=')?),
                Some(b':') => Token::CharacterClass(self.scan_name(b':')?),
                Some(_) => Token::Char(b'['),
            },
            _ => Token::Char(byte),
        })
    }

    /// The name in `[:name:]`, `[.name.]` or `[=name=]`: it ends at the first
    /// `mark`, which a `]` has to follow.
    fn scan_name(&mut self, mark: u8) -> Result<&'p [u8], RegexError> {
        let body = &self.rest[1..];
        let length = body
            .iter()
            .position(|&byte| byte == mark)
            .ok_or(RegexError::Invalid)?;
        if body.get(length + 1) != Some(&b']') {
            return Err(RegexError::Invalid);
        }
        self.rest = &body[length + 2..];
        Ok(&body[..length])
    }

    fn scan_brace(&mut self, byte: u8, before: &'p [u8]) -> Result<Token<'p>, RegexError> {
        Ok(match byte {
            b'0'..=b'9' => {
                let more = self.rest.iter().take_while(|b| b.is_ascii_digit());
                let (digits, rest) = before.split_at(1 + more.count());
                self.rest = rest;
                Token::Count(digits)
            }
            b',' => Token::Comma,
            b'}' => {
                self.place = Place::Outside;
                Token::BraceClose
            }
            _ => return Err(RegexError::Invalid),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(pattern: &[u8]) -> Result<Vec<Token<'_>>, RegexError> {
        let mut lexer = Lexer::new(pattern)?;
        let mut found = Vec::new();
        while lexer.current() != Token::End {
            found.push(lexer.advance()?);
        }
        Ok(found)
    }

    #[test]
    fn a_byte_means_something_else_in_brackets_and_braces() {
        assert_eq!(
            tokens(b"*[^]*-]{12,}-]}"),
            Ok(vec![
                Token::Star,
                Token::BracketOpen { negated: true },
                Token::Char(b']'),
                Token::Char(b'*'),
                Token::Dash,
                Token::BracketClose,
                Token::BraceOpen,
                Token::Count(b"12"),
                Token::Comma,
                Token::BraceClose,
                Token::Char(b'-'),
                Token::Char(b']'),
                Token::Char(b'}'),
            ])
        );
    }

    #[test]
    fn only_special_characters_may_be_escaped() {
        for byte in 1..=255 {
            let escaped = [b'\\', byte];
            let expected = SPECIAL.contains(&byte).then_some(vec![Token::Char(byte)]);
            assert_eq!(tokens(&escaped).ok(), expected, "\\{}", byte as char);
        }
        assert_eq!(tokens(b"[\\]").unwrap()[1], Token::Char(b'\\'));
        assert_eq!(tokens(b"a\\"), Err(RegexError::Invalid));
    }

    #[test]
    fn the_error_after_a_token_comes_with_that_token() {
        let mut lexer = Lexer::new(b"a\\d").unwrap();
        assert_eq!(lexer.current(), Token::Char(b'a'));
        assert_eq!(lexer.advance(), Err(RegexError::Invalid));
    }
}
