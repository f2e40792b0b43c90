//! What differs between the releases of C++ Nix in lexing, parsing and
//! printing, one field for each behaviour.

/// What `|>` and `<|` are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PipeOperators {
    /// No tokens at all (before 2.24).
    Unknown,
    /// Tokens that are refused because the experimental feature is off.
    Disabled,
    /// Operators.
    Enabled,
}

/// What the parser does about a literal that is allowed but not liked
/// (`Diagnose` in `diagnose.hh`, 2.33).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lint {
    /// Nothing.
    #[default]
    Ignore,
    /// A warning.
    Warn,
    /// An error.
    Fatal,
}

impl std::str::FromStr for Lint {
    type Err = String;

    fn from_str(text: &str) -> Result<Lint, String> {
        match text {
            "ignore" => Ok(Lint::Ignore),
            "warn" => Ok(Lint::Warn),
            "fatal" => Ok(Lint::Fatal),
            _ => Err(format!("'{text}' is none of 'ignore', 'warn' and 'fatal'")),
        }
    }
}

/// The lints of 2.34.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Lints {
    /// `lint-url-literals`
    pub url: Lint,
    /// `lint-short-path-literals`: `a/b` instead of `./a/b`.
    pub short_path: Lint,
    /// `lint-absolute-path-literals`: `/a` and `~/a`.
    pub absolute_path: Lint,
}

/// How C++ Nix's generated parser words a syntax error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grammar {
    /// 2.3 and 2.8: the GLR grammar, tokens by their names in the grammar.
    Glr,
    /// 2.26: the LALR grammar, tokens by their names in the grammar.
    Lalr,
    /// 2.34: the LALR grammar, tokens by descriptions.
    Described,
}

/// How a position is written inside a message or a printed warning.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PositionStyle {
    /// `(string):1:2` (up to 2.8)
    Parenthesised,
    /// `«string»:1:2`
    Quoted,
}

/// The switches of the lexer, the parser and the printer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct SyntaxOptions {
    /// `|>` and `<|` (2.24, behind the feature `pipe-operators`).
    pub pipe_operators: PipeOperators,
    /// `./${x}` and `~/a${x}` (2.4).
    pub path_interpolation: bool,
    /// Whether `~/…` may be used: not in pure evaluation since 2.10.
    pub home_paths: bool,
    /// Whether URL literals are allowed: not with the feature
    /// `no-url-literals` (2.4 to 2.33) or `lint-url-literals = fatal` (2.34).
    pub url_literals: bool,
    /// What is done about literals that are not liked.
    pub lints: Lints,
    /// The most symbols on the stack of the parser that bison made
    /// (`YYMAXDEPTH`): `memory exhausted` past it. `None` since 2.33's switch to
    /// `lalr1.cc`.
    pub stack_limit: Option<usize>,
    /// How syntax errors are worded.
    pub grammar: Grammar,
    /// Whether a syntax error at the end of the file stands after the last
    /// token instead of at it (2.19 or so; measured: 2.26 yes, 2.8 no).
    pub end_of_file_after_last_token: bool,
    /// How positions are written inside messages.
    pub position_style: PositionStyle,
    /// Whether messages carry their positions in the text (`… at
    /// (string):1:10`), as in 2.3.
    pub positions_in_messages: bool,
    /// Whether two definitions of one set are merged at every depth (Nix
    /// issue 7012, 2.22) instead of only at the first.
    pub deep_merge: bool,
    /// Whether merging keeps attributes with computed names (Nix issue 7115,
    /// 2.17) instead of dropping those of the second definition.
    pub merge_dynamic: bool,
    /// Whether merging moves the source of `inherit (e) a b` once for each name
    /// instead of once: a bug of the releases that share the source between the
    /// names (2.20 and later), by which `b` may come from another source.
    pub shift_sources_by_name: bool,
    /// Whether the message about a path through something that is no set names
    /// the path only up to there (2.24 or so; measured: 2.26 yes, 2.8 no).
    pub short_duplicate_path: bool,
    /// Whether the newline of `''\` before a line end counts as a line start
    /// for stripping spaces (2.7).
    pub escaped_newline_starts_line: bool,
    /// Whether empty pieces of an indented string are dropped (2.21).
    pub drop_empty_pieces: bool,
    /// Whether an application of an application is one call (2.4) instead of
    /// nested ones.
    pub flat_calls: bool,
    /// Whether a use of `or` as a variable that will change its meaning is
    /// warned about (2.25).
    pub warn_cursed_or: bool,
    /// Whether every string literal becomes a symbol (2.3), which shows only
    /// in the order of symbols.
    pub strings_are_symbols: bool,
    /// What a NUL byte does.
    pub nul: NulBytes,
    /// Whether an operator's calls and nodes stand at the operator (2.13) or
    /// at the start of the left operand.
    pub operator_positions: bool,
    /// Whether an inherited attribute stands at its own name (2.21) or at the
    /// first of the names.
    pub inherit_positions: bool,
    /// Whether the source of an `inherit (e)` is part of its set although no name is inherited from it (2.21).
    pub keeps_unused_sources: bool,
    /// Whether formals must be distinct in one go after the body (2.4), or
    /// one by one.
    pub late_formals_check: bool,
    /// The printer: whether all keywords are quoted as attribute names (2.12
    /// or so), or only `if`.
    pub quote_keywords: bool,
    /// The printer: whether only the `$` before a `{` is escaped in strings
    /// (2.4 for values, 2.16 for programs).
    pub escape_only_interpolation: bool,
    /// The printer: whether `inherit` is printed in groups, and attributes and
    /// formals by name (2.21), instead of by symbol.
    pub sorted_output: bool,
    /// The printer: whether the attributes of sets at least are printed by name
    /// (2.7), where those of `let` are not.
    pub sorted_sets: bool,
}

/// What a NUL byte in the source does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NulBytes {
    /// 2.3: it ends the source.
    CutSource,
    /// 2.8: it cuts a `"…"` string short and stays in an indented one.
    CutString,
    /// 2.26: an error.
    Refuse,
}

impl Default for SyntaxOptions {
    /// Nix 2.34 with its default settings.
    fn default() -> SyntaxOptions {
        SyntaxOptions {
            pipe_operators: PipeOperators::Disabled,
            path_interpolation: true,
            home_paths: true,
            url_literals: true,
            lints: Lints::default(),
            stack_limit: None,
            grammar: Grammar::Described,
            end_of_file_after_last_token: true,
            position_style: PositionStyle::Quoted,
            positions_in_messages: false,
            deep_merge: true,
            merge_dynamic: true,
            short_duplicate_path: true,
            shift_sources_by_name: true,
            escaped_newline_starts_line: true,
            drop_empty_pieces: true,
            flat_calls: true,
            warn_cursed_or: true,
            strings_are_symbols: false,
            nul: NulBytes::Refuse,
            operator_positions: true,
            inherit_positions: true,
            keeps_unused_sources: true,
            late_formals_check: true,
            quote_keywords: true,
            escape_only_interpolation: true,
            sorted_output: true,
            sorted_sets: true,
        }
    }
}

impl SyntaxOptions {
    /// Nix 2.26 with its default settings.
    pub fn v2_26() -> SyntaxOptions {
        SyntaxOptions {
            stack_limit: Some(10_000),
            grammar: Grammar::Lalr,
            ..SyntaxOptions::default()
        }
    }

    /// Nix 2.8 with its default settings.
    pub fn v2_8() -> SyntaxOptions {
        SyntaxOptions {
            pipe_operators: PipeOperators::Unknown,
            grammar: Grammar::Glr,
            end_of_file_after_last_token: false,
            position_style: PositionStyle::Parenthesised,
            deep_merge: false,
            merge_dynamic: false,
            short_duplicate_path: false,
            shift_sources_by_name: false,
            drop_empty_pieces: false,
            warn_cursed_or: false,
            nul: NulBytes::CutString,
            operator_positions: false,
            inherit_positions: false,
            keeps_unused_sources: false,
            quote_keywords: false,
            escape_only_interpolation: false,
            sorted_output: false,
            ..SyntaxOptions::v2_26()
        }
    }

    /// Nix 2.3 with its default settings.
    pub fn v2_3() -> SyntaxOptions {
        SyntaxOptions {
            path_interpolation: false,
            sorted_sets: false,
            positions_in_messages: true,
            escaped_newline_starts_line: false,
            flat_calls: false,
            strings_are_symbols: true,
            nul: NulBytes::CutSource,
            late_formals_check: false,
            ..SyntaxOptions::v2_8()
        }
    }
}
