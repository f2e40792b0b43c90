//! Bracket expressions: `[a-z[:digit:]-]` to a set of bytes.
//!
//! Follows libstdc++ in the C locale: bytes from 0x80 on are in no class, ranges
//! compare bytes as signed numbers, `[.x.]` and `[=x=]` know only the portable
//! POSIX names, and a dash that is neither first, last nor between two
//! characters is an error.

use super::RegexError;
use super::byteset::ByteSet;
use super::lexer::{Lexer, Token};

/// The POSIX names of the characters from 0 to 127, `[.NAME.]`.
const COLLATING_NAMES: &str = "\
    NUL SOH STX ETX EOT ENQ ACK alert backspace tab newline vertical-tab form-feed \
    carriage-return SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC IS4 IS3 IS2 IS1 space \
    exclamation-mark quotation-mark number-sign dollar-sign percent-sign ampersand apostrophe \
    left-parenthesis right-parenthesis asterisk plus-sign comma hyphen period slash zero one \
    two three four five six seven eight nine colon semicolon less-than-sign equals-sign \
    greater-than-sign question-mark commercial-at A B C D E F G H I J K L M N O P Q R S T U V \
    W X Y Z left-square-bracket backslash right-square-bracket circumflex underscore \
    grave-accent a b c d e f g h i j k l m n o p q r s t u v w x y z left-curly-bracket \
    vertical-line right-curly-bracket tilde DEL";

/// The last thing read inside the brackets: what a dash may follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Nothing yet, or a whole range.
    Nothing,
    Char(u8),
    Class,
}

/// Reads the rest of a bracket expression whose opening was just passed.
pub(super) fn parse(lexer: &mut Lexer<'_>, negated: bool) -> Result<ByteSet, RegexError> {
    let mut set = ByteSet::default();
    let mut last = Last::Nothing;
    match lexer.current() {
        Token::Char(byte) => {
            lexer.advance()?;
            last = char_of(&mut set, byte);
        }
        Token::Dash => {
            lexer.advance()?;
            last = char_of(&mut set, b'-');
        }
        _ => {}
    }
    loop {
        match lexer.advance()? {
            Token::BracketClose => break,
            Token::Char(byte) => last = char_of(&mut set, byte),
            Token::CollatingSymbol(name) => last = char_of(&mut set, named(name)?),
            Token::EquivalenceClass(name) => {
                let like = named(name)?.to_ascii_lowercase();
                set.union(&ByteSet::from_fn(|b| b.to_ascii_lowercase() == like));
                last = Last::Class;
            }
            Token::CharacterClass(name) => {
                set.union(&class(name)?);
                last = Last::Class;
            }
            Token::Dash => {
                if lexer.accept(Token::BracketClose)? {
                    set.insert(b'-');
                    break;
                }
                let Last::Char(start) = last else {
                    return Err(RegexError::Invalid);
                };
                let end = match lexer.advance()? {
                    Token::Char(byte) => byte,
                    Token::Dash => b'-',
                    _ => return Err(RegexError::Invalid),
                };
                set.union(&range(start, end)?);
                last = Last::Nothing;
            }
            _ => return Err(RegexError::Invalid),
        }
    }
    Ok(if negated { set.negated() } else { set })
}

fn char_of(set: &mut ByteSet, byte: u8) -> Last {
    set.insert(byte);
    Last::Char(byte)
}

/// `char` is signed in the builds of C++ Nix that twinix follows (x86-64).
fn range(start: u8, end: u8) -> Result<ByteSet, RegexError> {
    let (start, end) = (start.cast_signed(), end.cast_signed());
    if start > end {
        return Err(RegexError::Invalid);
    }
    Ok(ByteSet::from_fn(|byte| {
        (start..=end).contains(&byte.cast_signed())
    }))
}

fn named(name: &[u8]) -> Result<u8, RegexError> {
    COLLATING_NAMES
        .split(' ')
        .position(|known| known.as_bytes() == name)
        .and_then(|index| u8::try_from(index).ok())
        .ok_or(RegexError::Invalid)
}

/// Class names are looked up whatever their case, and `d`, `w`, `s` are names too.
fn class(name: &[u8]) -> Result<ByteSet, RegexError> {
    let holds: fn(u8) -> bool = match name.to_ascii_lowercase().as_slice() {
        b"d" | b"digit" => |b| b.is_ascii_digit(),
        b"w" => |b| b.is_ascii_alphanumeric() || b == b'_',
        b"s" | b"space" => |b| b.is_ascii_whitespace() || b == 0x0b,
        b"alnum" => |b| b.is_ascii_alphanumeric(),
        b"alpha" => |b| b.is_ascii_alphabetic(),
        b"blank" => |b| b == b' ' || b == b'\t',
        b"cntrl" => |b| b.is_ascii_control(),
        b"graph" => |b| b.is_ascii_graphic(),
        b"lower" => |b| b.is_ascii_lowercase(),
        b"print" => |b| b.is_ascii_graphic() || b == b' ',
        b"punct" => |b| b.is_ascii_punctuation(),
        b"upper" => |b| b.is_ascii_uppercase(),
        b"xdigit" => |b| b.is_ascii_hexdigit(),
        _ => return Err(RegexError::Invalid),
    };
    Ok(ByteSet::from_fn(holds))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The printable members of the bracket expression `source`.
    fn members(source: &str) -> Option<String> {
        let mut lexer = Lexer::new(source.as_bytes()).ok()?;
        let Token::BracketOpen { negated } = lexer.advance().ok()? else {
            return None;
        };
        let set = parse(&mut lexer, negated).ok()?;
        Some(
            (b' '..=b'~')
                .filter(|&b| set.contains(b))
                .map(char::from)
                .collect(),
        )
    }

    #[test]
    fn brackets_hold_what_the_oracle_says() {
        let cases = [
            ("[]a]", "]a"),
            ("[a-]", "-a"),
            ("[-a]", "-a"),
            ("[a-c-]", "-abc"),
            ("[--]", "-"),
            ("[---]", "-"),
            ("[+--]", "+,-"),
            ("[--0]", "-./0"),
            ("[\\n]", "\\n"),
            ("[\\-a]", "\\]^_`a"),
            ("[[a]", "[a"),
            ("[[-]]", "-["),
            ("[a^]", "^a"),
            ("[:alpha:]", ":ahlp"),
            ("[[:digit:]-]", "-0123456789"),
            ("[-[:digit:]]", "-0123456789"),
            ("[[:D:]]", "0123456789"),
            ("[[.hyphen.][.a.]-c]", "-abc"),
            ("[[=a=]]", "Aa"),
            ("[[=A=]]", "Aa"),
            ("[^!-~]", " "),
        ];
        for (source, expected) in cases {
            let expected: String = {
                let mut sorted: Vec<char> = expected.chars().collect();
                sorted.sort_unstable();
                sorted.into_iter().collect()
            };
            // `[[-]]` is the set `[-` followed by a literal `]`.
            assert_eq!(members(source), Some(expected), "{source}");
        }
    }

    #[test]
    fn misplaced_dashes_and_unknown_names_are_errors() {
        let cases = [
            "[a-c-e]",
            "[-----]",
            "[a--]",
            "[a-z--0]",
            "[c-a]",
            "[[:alpha:]-z]",
            "[a-[.c.]]",
            "[[=a=]-c]",
            "[0-9-[:alpha:]]",
            "[.-[:digit:]]",
            "[[:digit:]--]",
            "[[:foo:]]",
            "[[::]]",
            "[[.1.]]",
            "[[.-.]]",
            "[[.ab.]]",
            "[]",
            "[^]",
            "[",
            "[a",
            "[[:alpha:]",
            "[a-",
        ];
        for source in cases {
            assert_eq!(members(source), None, "{source}");
        }
    }

    #[test]
    fn every_ascii_character_has_a_name() {
        assert_eq!(COLLATING_NAMES.split(' ').count(), 128);
        for byte in (b'a'..=b'z').chain(b'A'..=b'Z') {
            assert_eq!(named(&[byte]), Ok(byte));
        }
        let signs: [(&[u8], u8); 5] = [
            (b"NUL", 0),
            (b"space", b' '),
            (b"nine", b'9'),
            (b"backslash", b'\\'),
            (b"DEL", 127),
        ];
        for (name, byte) in signs {
            assert_eq!(named(name), Ok(byte));
        }
        assert_eq!(named(b""), Err(RegexError::Invalid));
    }

    #[test]
    fn ranges_compare_signed_bytes() {
        assert_eq!(range(b'a', 0xc3), Err(RegexError::Invalid));
        let low = range(0xc3, b'a').unwrap();
        assert!(
            low.contains(0xff) && low.contains(0) && !low.contains(0x80) && !low.contains(b'b')
        );
    }
}
