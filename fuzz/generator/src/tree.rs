//! A program as a tree: what the productions build and the printer writes.

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// A variable.
    Var(String),
    /// A whole number, not negative.
    Int(u64),
    /// A floating-point number as it is written, not negative.
    Float(String),
    /// A string in double quotes, or (if it has no part that its layout would change) in two single ones.
    Str(Vec<Part>),
    /// A string in two single quotes whose lines are indented as they come: what it evaluates to is up to
    /// the rules of indentation.
    Indented(Vec<Part>),
    /// A string written as a URI.
    Uri(String),
    /// A path; its first part is text.
    Path(Vec<Part>),
    /// A path looked up in the search path, without its brackets.
    Search(String),
    /// `__curPos`
    CurPos,
    /// An expression as a row of a table has it, that can stand anywhere.
    Source(&'static str),
    /// A list.
    List(Vec<Expr>),
    /// A set.
    Set {
        /// Whether its attributes see each other.
        recursive: bool,
        /// What it holds.
        bindings: Vec<Binding>,
    },
    /// `let { …; body = …; }`
    LegacyLet(Vec<Binding>),
    /// `let …; in …`
    Let(Vec<Binding>, Box<Expr>),
    /// `with …; …`
    With(Box<Expr>, Box<Expr>),
    /// `assert …; …`
    Assert(Box<Expr>, Box<Expr>),
    /// `if … then … else …`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A function.
    Lambda(Param, Box<Expr>),
    /// A call.
    Apply(Box<Expr>, Box<Expr>),
    /// `….a.b`, with what follows `or`.
    Select(Box<Expr>, Vec<Key>, Option<Box<Expr>>),
    /// `… ? a.b`
    Has(Box<Expr>, Vec<Key>),
    /// `!…`
    Not(Box<Expr>),
    /// `-…`
    Negate(Box<Expr>),
    /// `… op …`
    Binary(Op, Box<Expr>, Box<Expr>),
}

/// A part of a string, a path or a dynamic name.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Text.
    Text(String),
    /// `${…}`
    Hole(Expr),
}

/// A name in an attribute path.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// A name that is known.
    Static(String),
    /// `${…}`
    Dynamic(Expr),
}

/// What a set or a `let` holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Binding {
    /// `a.b = …;`
    Value(Vec<Key>, Expr),
    /// `inherit a b;`, `inherit (…) a b;`
    Inherit(Option<Expr>, Vec<String>),
}

/// What a function takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Param {
    /// `x:`
    Name(String),
    /// `{ a, b ? …, ... } @ x:`
    Pattern {
        /// The attributes.
        formals: Vec<Formal>,
        /// Whether others may be there.
        ellipsis: bool,
        /// The name of the whole.
        whole: Option<String>,
    },
}

/// An attribute that a function takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Formal {
    /// Its name.
    pub name: String,
    /// What it is where none is given.
    pub default: Option<Expr>,
}

/// A binary operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "`text` says what they are")]
pub enum Op {
    PipeRight,
    PipeLeft,
    Implies,
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    More,
    MoreEqual,
    Update,
    Add,
    Sub,
    Mul,
    Div,
    Concat,
}

/// On which side operators of one level group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// `a - b - c` is `(a - b) - c`
    Left,
    /// `a // b // c` is `a // (b // c)`
    Right,
    /// `a < b < c` is an error
    None,
}

impl Op {
    /// How it is written, how tightly it binds and how it groups.
    pub fn row(self) -> (&'static str, u8, Grouping) {
        use Grouping::{Left, None, Right};
        match self {
            // The two pipes do not mix, and rnix and C++ Nix disagree about chains: always in parentheses.
            Op::PipeRight => ("|>", 1, None),
            Op::PipeLeft => ("<|", 1, None),
            Op::Implies => ("->", 2, Right),
            Op::Or => ("||", 3, Left),
            Op::And => ("&&", 4, Left),
            Op::Equal => ("==", 5, None),
            Op::NotEqual => ("!=", 5, None),
            Op::Less => ("<", 6, None),
            Op::LessEqual => ("<=", 6, None),
            Op::More => (">", 6, None),
            Op::MoreEqual => (">=", 6, None),
            Op::Update => ("//", 7, Right),
            Op::Add => ("+", 9, Left),
            Op::Sub => ("-", 9, Left),
            Op::Mul => ("*", 10, Left),
            Op::Div => ("/", 10, Left),
            Op::Concat => ("++", 11, Right),
        }
    }
}

impl Expr {
    /// A variable.
    pub fn var(name: &str) -> Expr {
        Expr::Var(name.to_owned())
    }

    /// A string without holes.
    pub fn text(text: &str) -> Expr {
        Expr::Str(vec![Part::Text(text.to_owned())])
    }

    /// A whole number of 64 bits: the smallest has no literal.
    pub fn int(number: i64) -> Expr {
        if number == i64::MIN {
            Expr::binary(Op::Sub, Expr::int(number + 1), Expr::Int(1))
        } else if number < 0 {
            Expr::Negate(Box::new(Expr::Int(number.unsigned_abs())))
        } else {
            Expr::Int(number.unsigned_abs())
        }
    }

    /// `one op two`
    pub fn binary(op: Op, one: Expr, two: Expr) -> Expr {
        Expr::Binary(op, Box::new(one), Box::new(two))
    }

    /// A call with arguments.
    pub fn call(function: Expr, arguments: impl IntoIterator<Item = Expr>) -> Expr {
        (arguments.into_iter()).fold(function, |function, argument| {
            Expr::Apply(Box::new(function), Box::new(argument))
        })
    }

    /// `x: body`
    pub fn lambda(name: &str, body: Expr) -> Expr {
        Expr::Lambda(Param::Name(name.to_owned()), Box::new(body))
    }

    /// `whole.name`
    pub fn select(whole: Expr, name: &str) -> Expr {
        Expr::Select(Box::new(whole), vec![Key::Static(name.to_owned())], None)
    }

    /// `{ name = value; … }`
    pub fn set<N: Into<String>>(fields: impl IntoIterator<Item = (N, Expr)>) -> Expr {
        let bindings = fields
            .into_iter()
            .map(|(name, value)| Binding::named(name, value));
        Expr::Set {
            recursive: false,
            bindings: bindings.collect(),
        }
    }

    /// `let name = value; in body`
    pub fn bind(name: &str, value: Expr, body: Expr) -> Expr {
        Expr::Let(vec![Binding::named(name, value)], Box::new(body))
    }

    /// `if condition then yes else no`
    pub fn choose(condition: Expr, yes: Expr, no: Expr) -> Expr {
        Expr::If(Box::new(condition), Box::new(yes), Box::new(no))
    }
}

impl Binding {
    /// `name = value;`
    pub fn named(name: impl Into<String>, value: Expr) -> Binding {
        Binding::Value(vec![Key::Static(name.into())], value)
    }
}
