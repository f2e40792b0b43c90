//! The grammars of the four releases, as bison sees them: its tables, and with
//! them the wording of syntax errors, follow from the productions and the
//! order of the tokens.

use crate::syntax::options::Grammar as Version;
use crate::syntax::options::SyntaxOptions;
use crate::syntax::token::Kind;

/// A terminal or nonterminal: terminals come first.
pub type Symbol = u16;

/// The end of the file.
pub const END: Symbol = 0;
/// Bison's `error`, which no rule of Nix uses.
pub const ERROR: Symbol = 1;
/// A byte that is no token.
pub const UNDEFINED: Symbol = 2;

/// Left, right or no associativity.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Associativity {
    Left,
    Right,
    None,
}

/// A production.
#[derive(Debug)]
pub struct Rule {
    pub left: Symbol,
    pub right: Vec<Symbol>,
    /// The terminal whose precedence the rule has.
    pub precedence: Option<Symbol>,
}

/// A grammar, ready for [`super::tables`].
#[derive(Debug)]
pub struct Grammar {
    /// How many terminals there are.
    pub terminals: usize,
    /// How many symbols there are.
    pub symbols: usize,
    /// How messages call the terminals.
    pub names: Vec<String>,
    /// Level and associativity of the terminals that have one.
    pub precedences: Vec<Option<(u8, Associativity)>>,
    /// The productions; the first is `$accept: start $end`.
    pub rules: Vec<Rule>,
    kinds: Vec<(Kind, Symbol)>,
}

/// Named tokens in the order in which they are declared: the name in the
/// productions, what the lexer calls it, how 2.34 describes it.
const TOKENS: &[(&str, Option<Kind>, &str)] = &[
    ("ID", Some(Kind::Id), "identifier"),
    ("ATTRPATH", None, ""),
    ("STR", Some(Kind::Str), "string"),
    ("IND_STR", Some(Kind::IndStr), "indented string"),
    ("INT", Some(Kind::Int), "integer"),
    ("FLOAT", Some(Kind::Float), "floating-point literal"),
    ("PATH", Some(Kind::Path), "path"),
    ("HPATH", Some(Kind::HomePath), "'~/…' path"),
    ("SPATH", Some(Kind::SearchPath), "'<…>' path"),
    ("PATH_END", Some(Kind::PathEnd), "end of path"),
    ("URI", Some(Kind::Uri), "URI"),
    ("IF", Some(Kind::If), "'if'"),
    ("THEN", Some(Kind::Then), "'then'"),
    ("ELSE", Some(Kind::Else), "'else'"),
    ("ASSERT", Some(Kind::Assert), "'assert'"),
    ("WITH", Some(Kind::With), "'with'"),
    ("LET", Some(Kind::Let), "'let'"),
    ("IN", Some(Kind::In), "'in'"),
    ("REC", Some(Kind::Rec), "'rec'"),
    ("INHERIT", Some(Kind::Inherit), "'inherit'"),
    ("EQ", Some(Kind::Eq), "'=='"),
    ("NEQ", Some(Kind::NotEq), "'!='"),
    ("LEQ", Some(Kind::LessEq), "'<='"),
    ("GEQ", Some(Kind::GreaterEq), "'>='"),
    ("UPDATE", Some(Kind::Update), "'//'"),
    ("CONCAT", Some(Kind::Concat), "'++'"),
    ("AND", Some(Kind::AndAnd), "'&&'"),
    ("OR", Some(Kind::OrOr), "'||'"),
    ("IMPL", Some(Kind::Implies), "'->'"),
    ("OR_KW", Some(Kind::Or), "'or'"),
    ("PIPE_FROM", Some(Kind::PipeFrom), "'<|'"),
    ("PIPE_INTO", Some(Kind::PipeInto), "'|>'"),
    ("DOLLAR_CURLY", Some(Kind::DollarCurly), "'${'"),
    (
        "IND_STRING_OPEN",
        Some(Kind::IndOpen),
        "start of an indented string",
    ),
    (
        "IND_STRING_CLOSE",
        Some(Kind::IndClose),
        "end of an indented string",
    ),
    ("ELLIPSIS", Some(Kind::Ellipsis), "'...'"),
    ("REPL_BINDINGS", None, "start of REPL bindings"),
];

/// Tokens that only the precedence declarations name before 2.34.
const LATE: [&str; 4] = ["LEQ", "GEQ", "UPDATE", "CONCAT"];

/// From the loosest to the tightest.
const PRECEDENCES: &[(Associativity, &[&str])] = &[
    (Associativity::Right, &["IMPL"]),
    (Associativity::Left, &["OR"]),
    (Associativity::Left, &["AND"]),
    (Associativity::None, &["EQ", "NEQ"]),
    (Associativity::None, &["'<'", "'>'", "LEQ", "GEQ"]),
    (Associativity::Right, &["UPDATE"]),
    (Associativity::Left, &["NOT"]),
    (Associativity::Left, &["'+'", "'-'"]),
    (Associativity::Left, &["'*'", "'/'"]),
    (Associativity::Right, &["CONCAT"]),
    (Associativity::None, &["'?'"]),
    (Associativity::None, &["NEGATE"]),
];

const PUNCTUATION: &[(&str, Kind)] = &[
    ("'<'", Kind::Less),
    ("'>'", Kind::Greater),
    ("'+'", Kind::Plus),
    ("'-'", Kind::Minus),
    ("'*'", Kind::Star),
    ("'/'", Kind::Slash),
    ("'?'", Kind::Question),
    ("':'", Kind::Colon),
    ("'@'", Kind::At),
    ("'{'", Kind::LeftBrace),
    ("'}'", Kind::RightBrace),
    ("'('", Kind::LeftParen),
    ("')'", Kind::RightParen),
    ("'['", Kind::LeftBracket),
    ("']'", Kind::RightBracket),
    ("';'", Kind::Semicolon),
    ("','", Kind::Comma),
    ("'.'", Kind::Dot),
    ("'='", Kind::Assign),
    ("'!'", Kind::Bang),
    ("'\"'", Kind::Quote),
];

const FUNCTIONS: &str = "
start: expr
start: REPL_BINDINGS binds1      @described
expr: expr_function
expr_function: ID ':' expr_function
expr_function: formal_set ':' expr_function            @lalr
expr_function: formal_set '@' ID ':' expr_function     @lalr
expr_function: ID '@' formal_set ':' expr_function     @lalr
expr_function: '{' formals '}' ':' expr_function           @glr
expr_function: '{' formals '}' '@' ID ':' expr_function    @glr
expr_function: ID '@' '{' formals '}' ':' expr_function    @glr
expr_function: ASSERT expr ';' expr_function
expr_function: WITH expr ';' expr_function
expr_function: LET binds IN expr_function
expr_function: expr_if
expr_if: IF expr THEN expr ELSE expr
expr_if: expr_pipe_from     @lalr
expr_if: expr_pipe_into     @lalr
expr_if: expr_op
expr_pipe_from: expr_op PIPE_FROM expr_pipe_from     @lalr
expr_pipe_from: expr_op PIPE_FROM expr_op            @lalr
expr_pipe_into: expr_pipe_into PIPE_INTO expr_op     @lalr
expr_pipe_into: expr_op PIPE_INTO expr_op            @lalr
";

const OPERATORS: &str = "
expr_op: '!' expr_op %NOT
expr_op: '-' expr_op %NEGATE
expr_op: expr_op EQ expr_op
expr_op: expr_op NEQ expr_op
expr_op: expr_op '<' expr_op
expr_op: expr_op LEQ expr_op
expr_op: expr_op '>' expr_op
expr_op: expr_op GEQ expr_op
expr_op: expr_op AND expr_op
expr_op: expr_op OR expr_op
expr_op: expr_op IMPL expr_op
expr_op: expr_op UPDATE expr_op
expr_op: expr_op '?' attrpath
expr_op: expr_op '+' expr_op
expr_op: expr_op '-' expr_op
expr_op: expr_op '*' expr_op
expr_op: expr_op '/' expr_op
expr_op: expr_op CONCAT expr_op
expr_op: expr_app
expr_app: expr_app expr_select
expr_app: expr_select
expr_select: expr_simple '.' attrpath
expr_select: expr_simple '.' attrpath OR_KW expr_select
expr_select: expr_simple OR_KW
expr_select: expr_simple
";

const SIMPLE: &str = "
expr_simple: ID
expr_simple: INT
expr_simple: FLOAT
expr_simple: '\"' string_parts '\"'
expr_simple: IND_STRING_OPEN ind_string_parts IND_STRING_CLOSE
expr_simple: path_start PATH_END                              @paths
expr_simple: path_start string_parts_interpolated PATH_END    @paths
expr_simple: PATH     @nopaths
expr_simple: HPATH    @nopaths
expr_simple: SPATH
expr_simple: URI
expr_simple: '(' expr ')'
expr_simple: LET '{' binds '}'
expr_simple: REC '{' binds '}'
expr_simple: '{' binds '}'      @glr
expr_simple: '{' binds1 '}'     @lalr
expr_simple: '{' '}'            @lalr
expr_simple: '[' list ']'
string_parts: STR
string_parts: string_parts_interpolated
string_parts:
string_parts_interpolated: string_parts_interpolated STR
string_parts_interpolated: string_parts_interpolated DOLLAR_CURLY expr '}'
string_parts_interpolated: DOLLAR_CURLY expr '}'
string_parts_interpolated: STR DOLLAR_CURLY expr '}'
path_start: PATH      @paths
path_start: HPATH     @paths
ind_string_parts: ind_string_parts IND_STR
ind_string_parts: ind_string_parts DOLLAR_CURLY expr '}'
ind_string_parts:
";

const BINDINGS: &str = "
binds: binds attrpath '=' expr ';'             @glr
binds: binds INHERIT attrs ';'                 @glr
binds: binds INHERIT '(' expr ')' attrs ';'    @glr
binds:                                         @glr
binds: binds1       @lalr
binds:              @lalr
binds1: binds1 attrpath '=' expr ';'            @lalr
binds1: binds INHERIT attrs ';'                 @lalr
binds1: binds INHERIT '(' expr ')' attrs ';'    @lalr
binds1: attrpath '=' expr ';'                   @lalr
attrs: attrs attr
attrs: attrs string_attr
attrs:
attrpath: attrpath '.' attr
attrpath: attrpath '.' string_attr
attrpath: attr
attrpath: string_attr
attr: ID
attr: OR_KW
string_attr: '\"' string_parts '\"'
string_attr: DOLLAR_CURLY expr '}'
list: list expr_select
list:
formal_set: '{' formals ',' ELLIPSIS '}'    @lalr
formal_set: '{' ELLIPSIS '}'                @lalr
formal_set: '{' formals ',' '}'             @lalr
formal_set: '{' formals '}'                 @lalr
formal_set: '{' '}'                         @lalr
formals: formals ',' formal     @lalr
formals: formal                 @lalr
formals: formal ',' formals     @glr
formals: formal                 @glr
formals:                        @glr
formals: ELLIPSIS               @glr
formal: ID
formal: ID '?' expr
";

/// Whether a production with this mark is part of the grammar.
fn applies(mark: Option<&str>, options: &SyntaxOptions) -> bool {
    match mark {
        Some("glr") => options.grammar == Version::Glr,
        Some("lalr") => options.grammar != Version::Glr,
        Some("described") => options.grammar == Version::Described,
        Some("paths") => options.path_interpolation,
        Some("nopaths") => !options.path_interpolation,
        _ => true,
    }
}

/// Gives numbers to names in the order of their first appearance.
#[derive(Default)]
struct Numbers {
    names: Vec<String>,
}

impl Numbers {
    fn of(&mut self, name: &str) -> Symbol {
        let found = self.names.iter().position(|known| known == name);
        let index = found.unwrap_or_else(|| {
            self.names.push(name.to_string());
            self.names.len() - 1
        });
        index as Symbol
    }
}

/// How a release calls a token in messages.
fn display(name: &str, description: &str, version: Version) -> String {
    match (version, name) {
        (Version::Described, _) if !description.is_empty() => description.into(),
        (Version::Lalr, "INT" | "FLOAT") => format!("{name}_LIT"),
        (Version::Lalr, "IN") => "IN_KW".into(),
        _ => name.into(),
    }
}

impl Grammar {
    /// The grammar of the release that the options describe.
    pub fn new(options: &SyntaxOptions) -> Grammar {
        let version = options.grammar;
        let mut numbers = Numbers::default();
        for name in ["end of file", "error", "invalid token"] {
            numbers.of(name);
        }
        for (name, _, _) in TOKENS {
            let declared = match *name {
                "ATTRPATH" => version == Version::Glr,
                "PIPE_FROM" | "PIPE_INTO" => version != Version::Glr,
                "REPL_BINDINGS" => version == Version::Described,
                "PATH_END" => options.path_interpolation,
                late => version == Version::Described || !LATE.contains(&late),
            };
            if declared {
                numbers.of(name);
            }
        }
        let mut precedences = Vec::new();
        for (level, (associativity, tokens)) in PRECEDENCES.iter().enumerate() {
            for token in *tokens {
                precedences.push((numbers.of(token), (level as u8, *associativity)));
            }
        }
        let lines: Vec<&str> = [FUNCTIONS, OPERATORS, SIMPLE, BINDINGS]
            .iter()
            .flat_map(|part| part.lines())
            .filter(|line| !line.is_empty())
            .filter(|line| applies(line.split_once(" @").map(|(_, mark)| mark.trim()), options))
            .map(|line| line.split_once(" @").map_or(line, |(rule, _)| rule))
            .collect();
        let is_terminal = |word: &str| {
            word.starts_with('\'') || word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        };
        for line in &lines {
            for word in line.split_whitespace().skip(1) {
                if !word.starts_with('%') && is_terminal(word) {
                    numbers.of(word);
                }
            }
        }
        let terminals = numbers.names.len();
        let accept = numbers.of("$accept");
        let start = numbers.of("start");
        let mut rules = vec![Rule {
            left: accept,
            right: vec![start, END],
            precedence: None,
        }];
        for line in &lines {
            let Some((left, right)) = line.split_once(':') else {
                continue;
            };
            let left = numbers.of(left);
            let mut symbols = Vec::new();
            let mut precedence = None;
            for word in right.split_whitespace() {
                match word.strip_prefix('%') {
                    Some(name) => precedence = Some(numbers.of(name)),
                    None => symbols.push(numbers.of(word)),
                }
            }
            let last = symbols
                .iter()
                .rev()
                .find(|&&symbol| (symbol as usize) < terminals);
            rules.push(Rule {
                left,
                precedence: precedence.or(last.copied()),
                right: symbols,
            });
        }
        let names = numbers.names[..terminals]
            .iter()
            .map(|name| {
                let description = TOKENS.iter().find(|token| token.0 == name);
                display(name, description.map_or("", |token| token.2), version)
            })
            .collect();
        let kinds = TOKENS
            .iter()
            .filter_map(|(name, kind, _)| kind.map(|kind| (*name, kind)))
            .chain(PUNCTUATION.iter().copied())
            .filter_map(|(name, kind)| {
                let number = numbers.names[..terminals].iter().position(|n| n == name)?;
                Some((kind, number as Symbol))
            })
            .collect();
        let mut levels = vec![None; terminals];
        for (token, level) in precedences {
            levels[token as usize] = Some(level);
        }
        Grammar {
            terminals,
            symbols: numbers.names.len(),
            names,
            precedences: levels,
            rules,
            kinds,
        }
    }

    /// The terminal for a token of the lexer.
    pub fn terminal(&self, kind: Kind) -> Symbol {
        match kind {
            Kind::End => END,
            _ => self
                .kinds
                .iter()
                .find(|entry| entry.0 == kind)
                .map_or(UNDEFINED, |entry| entry.1),
        }
    }
}
