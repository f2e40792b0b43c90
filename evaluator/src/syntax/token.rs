//! Tokens: what the lexer tells apart, named as the grammar of C++ Nix
//! (`parser.y`) names them.

/// The kind of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// The end of the source.
    End,
    /// A byte that begins no token.
    Invalid,
    /// An identifier.
    Id,
    /// An integer literal.
    Int,
    /// A float literal.
    Float,
    /// A piece of a `"…"` string, or of a path after its first piece.
    Str,
    /// A piece of an indented string.
    IndStr,
    /// The first piece of a path.
    Path,
    /// The first piece of a path that starts with `~/`.
    HomePath,
    /// `<…>`
    SearchPath,
    /// The end of a path.
    PathEnd,
    /// A URL literal.
    Uri,
    /// `if`
    If,
    /// `then`
    Then,
    /// `else`
    Else,
    /// `assert`
    Assert,
    /// `with`
    With,
    /// `let`
    Let,
    /// `in`
    In,
    /// `rec`
    Rec,
    /// `inherit`
    Inherit,
    /// `or`
    Or,
    /// `...`
    Ellipsis,
    /// `==`
    Eq,
    /// `!=`
    NotEq,
    /// `<=`
    LessEq,
    /// `>=`
    GreaterEq,
    /// `//`
    Update,
    /// `++`
    Concat,
    /// `&&`
    AndAnd,
    /// `||`
    OrOr,
    /// `->`
    Implies,
    /// `<|`
    PipeFrom,
    /// `|>`
    PipeInto,
    /// `${`
    DollarCurly,
    /// `''` that opens an indented string
    IndOpen,
    /// `''` that closes one
    IndClose,
    /// `"`
    Quote,
    /// `{`
    LeftBrace,
    /// `}`
    RightBrace,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `:`
    Colon,
    /// `;`
    Semicolon,
    /// `,`
    Comma,
    /// `.`
    Dot,
    /// `@`
    At,
    /// `?`
    Question,
    /// `=`
    Assign,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Star,
    /// `/`
    Slash,
    /// `!`
    Bang,
    /// `<`
    Less,
    /// `>`
    Greater,
}

impl Kind {
    /// Whether an `expr_simple` can begin with this token.
    #[inline(always)]
    pub fn starts_simple(self) -> bool {
        const SET: u64 = 1 << Kind::Id as u64
            | 1 << Kind::Int as u64
            | 1 << Kind::Float as u64
            | 1 << Kind::Path as u64
            | 1 << Kind::HomePath as u64
            | 1 << Kind::SearchPath as u64
            | 1 << Kind::Uri as u64
            | 1 << Kind::Let as u64
            | 1 << Kind::Rec as u64
            | 1 << Kind::IndOpen as u64
            | 1 << Kind::Quote as u64
            | 1 << Kind::LeftBrace as u64
            | 1 << Kind::LeftParen as u64
            | 1 << Kind::LeftBracket as u64;
        SET & (1 << self as u64) != 0
    }
}

/// A token: its kind and the bytes of the source it covers.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// The kind.
    pub kind: Kind,
    /// Whether the text stands for something else than itself: a string piece
    /// with escapes, an escape of an indented string.
    pub escaped: bool,
    /// Where it begins.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}
