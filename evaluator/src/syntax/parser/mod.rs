//! The parser: a hand-written machine with its own stack, operator precedence
//! for operators, straight into the arena.
//!
//! It accepts the grammar of C++ Nix's `parser.y` and runs its actions in the
//! order in which bison reduces, because that order is visible: it decides
//! which of two errors is reported and in which order symbols are made.
//! Nothing here recurses on the depth of the source.

mod bindings;
mod expressions;
mod functions;
mod literals;
mod operators;

use super::ast::{AttrName, AttrSet, Expr, ExprRef};
use super::attrs::AttrIndex;
use super::diagnosis;
use super::lexer::{LexError, Lexer};
use super::options::{NulBytes, PositionStyle, SyntaxOptions};
use super::strings::Piece;
use super::token::{Kind, Token};
use crate::heap::Heap;
use crate::positions::{Origin, Pos, Positions};
use crate::symbols::{Symbol, Symbols};
use operators::Operator;
use std::cell::RefCell;

/// A program that is refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ParseError {
    /// What C++ Nix prints after `error: `.
    pub message: String,
    /// Where.
    pub pos: Pos,
}

/// What the parser needs beside the source.
pub struct ParseContext<'h, 'c> {
    /// Where the program goes.
    pub heap: &'h Heap,
    /// The names of the evaluation.
    pub symbols: &'c Symbols,
    /// For positions inside messages; the source is registered there already.
    pub positions: &'c Positions,
    /// The absolute path of the folder that relative paths start from.
    pub base_path: &'c [u8],
    /// The home folder, for `~/…`.
    pub home: &'c [u8],
    /// The behaviours that differ between releases.
    pub options: SyntaxOptions,
    /// The warnings so far, as C++ Nix prints them after `warning: `.
    pub warnings: RefCell<Vec<(String, Pos)>>,
}

impl ParseContext<'_, '_> {
    /// A position as C++ Nix writes it inside a message.
    pub fn position_text(&self, pos: Pos) -> String {
        let Some(location) = self.positions.locate(pos) else {
            return "undefined position".into();
        };
        let origin = match (&location.origin, self.options.position_style) {
            (Origin::File(path), _) => String::from_utf8_lossy(path).into_owned(),
            (Origin::Internal(name), _) => format!("<nix/{name}>"),
            (_, PositionStyle::Parenthesised) => "(string)".into(),
            (Origin::String, PositionStyle::Quoted) => "«string»".into(),
            (Origin::Stdin, PositionStyle::Quoted) => "«stdin»".into(),
        };
        format!("{origin}:{}:{}", location.line, location.column)
    }
}

/// Parses `source`, whose first byte has the position `start`.
///
/// # Errors
/// What C++ Nix's parser refuses; undefined variables are not its business.
pub fn parse<'h>(
    source: &[u8],
    start: Pos,
    ctx: &ParseContext<'h, '_>,
) -> Result<ExprRef<'h>, ParseError> {
    let nul = memchr::memchr(0, source);
    let source = match nul {
        Some(end) if ctx.options.nul == NulBytes::CutSource => &source[..end],
        _ => source,
    };
    let mut parser = Parser::new(source, start, ctx);
    parser.has_nul = nul.is_some();
    match parser.run() {
        Ok(expr) => Ok(expr),
        Err(failure) => Err(parser.explain(*failure)),
    }
}

/// Why the machine stopped.
enum Failure {
    /// At a token that the grammar does not allow there.
    Syntax,
    /// At something that the lexer refuses.
    Lexer(LexError),
    /// At something that the grammar allows and its actions refuse.
    Refused(ParseError),
    /// At a depth that the parser of some releases does not have.
    TooDeep,
}

type Fallible<T> = Result<T, Box<Failure>>;

/// An expression and where it starts.
#[derive(Clone, Copy)]
struct Node<'h> {
    expr: ExprRef<'h>,
    start: Pos,
}

/// What the machine does next.
enum Step<'h> {
    /// Parse an `expr_function` at the current token.
    Expr,
    /// Parse an operand of an operator at the current token.
    Operand,
    /// Parse an `expr_select` at the current token.
    Select,
    /// An `expr_simple` is complete.
    Simple(Node<'h>),
    /// An `expr_select` is complete.
    Selected(Node<'h>),
    /// An operand is complete.
    Operated(Node<'h>),
    /// An `expr_function` is complete.
    Done(Node<'h>),
    /// Parse bindings; a [`Frame::Set`] is on top.
    Bindings,
    /// Parse the next pieces of the string or path on top.
    Pieces,
    /// The program is complete.
    Finished(ExprRef<'h>),
}

/// What a set of bindings is part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SetKind {
    Plain,
    Recursive,
    LetIn,
    LegacyLet,
}

/// What an attribute path or a list of names belongs to.
#[derive(Clone, Copy)]
enum Target<'h> {
    Select(Node<'h>),
    HasAttr(Node<'h>),
    Binding(Pos),
    Inherit { from: Option<u32>, names_at: Pos },
}

/// What an unfinished construct waits for. `base` fields are lengths of the
/// scratch lists at its start.
enum Frame<'h> {
    Not(Pos),
    Negate(Pos),
    Binary {
        operator: Operator,
        left: Node<'h>,
        at: Pos,
    },
    PipeFrom {
        left: Node<'h>,
        at: Pos,
    },
    PipeInto {
        left: Node<'h>,
        at: Pos,
    },
    Application {
        function: Node<'h>,
        base: u32,
    },
    SelectDefault {
        set: Node<'h>,
        path: &'h [AttrName<'h>],
    },
    List {
        start: Pos,
        base: u32,
    },
    Paren(Pos),
    LambdaBody {
        start: Pos,
        name: Token,
    },
    FormalDefault {
        name: Token,
    },
    Formals {
        start: Pos,
        base: u32,
        argument: Option<Token>,
    },
    FormalsBody {
        start: Pos,
        base: u32,
        argument: Option<Token>,
        ellipsis: bool,
    },
    AssertCondition(Pos),
    AssertBody {
        start: Pos,
        condition: ExprRef<'h>,
    },
    WithSet(Pos),
    WithBody {
        start: Pos,
        set: ExprRef<'h>,
    },
    LetBody {
        start: Pos,
        bindings: &'h AttrSet<'h>,
    },
    IfCondition(Pos),
    IfThen {
        start: Pos,
        condition: ExprRef<'h>,
    },
    IfElse {
        start: Pos,
        condition: ExprRef<'h>,
        then: ExprRef<'h>,
    },
    Set {
        set: &'h AttrSet<'h>,
        start: Pos,
        after_brace: Pos,
        kind: SetKind,
    },
    Binding {
        base: u32,
        start: Pos,
    },
    InheritSource,
    Path {
        target: Target<'h>,
        base: u32,
    },
    DynamicName(Pos),
    String {
        start: Pos,
        base: u32,
        name: bool,
    },
    Indented {
        start: Pos,
        base: u32,
    },
    PathPieces {
        start: Pos,
        base: u32,
    },
    Interpolation(Pos),
}

/// A formal argument before sorting.
#[derive(Clone, Copy)]
struct RawFormal<'h> {
    pos: Pos,
    name: Symbol,
    default: Option<ExprRef<'h>>,
}

struct Parser<'h, 'c, 's> {
    ctx: &'c ParseContext<'h, 'c>,
    heap: &'h Heap,
    symbols: &'c Symbols,
    source: &'s [u8],
    /// Whether there may be a NUL byte in it: no string is searched for one otherwise.
    has_nul: bool,
    start: Pos,
    lexer: Lexer<'s>,
    /// The token to look at.
    token: Token,
    /// Where the token before it ends.
    previous_end: u32,
    frames: Vec<Frame<'h>>,
    /// List elements and arguments of unfinished lists and calls.
    items: Vec<ExprRef<'h>>,
    /// Names of unfinished attribute paths.
    names: Vec<(AttrName<'h>, Pos)>,
    /// Pieces of unfinished strings and paths.
    parts: Vec<(Pos, ExprRef<'h>)>,
    /// Pieces of unfinished indented strings.
    pieces: Vec<(Pos, Piece<'h, 's>)>,
    formals: Vec<RawFormal<'h>>,
    index: AttrIndex<'h>,
    /// Scratch for what a literal stands for.
    text: Vec<u8>,
    /// The number of frames at which the depth limit of the release has to be
    /// looked at exactly.
    depth_check: usize,
}

impl<'h, 'c, 's> Parser<'h, 'c, 's> {
    fn new(source: &'s [u8], start: Pos, ctx: &'c ParseContext<'h, '_>) -> Parser<'h, 'c, 's> {
        Parser {
            ctx,
            heap: ctx.heap,
            symbols: ctx.symbols,
            source,
            has_nul: true,
            start,
            lexer: Lexer::new(source, &ctx.options),
            token: Token {
                kind: Kind::End,
                escaped: false,
                start: 0,
                end: 0,
            },
            previous_end: 0,
            frames: Vec::with_capacity(64),
            items: Vec::with_capacity(64),
            names: Vec::with_capacity(16),
            parts: Vec::with_capacity(16),
            pieces: Vec::with_capacity(16),
            formals: Vec::with_capacity(16),
            index: AttrIndex::default(),
            text: Vec::new(),
            depth_check: match ctx.options.stack_limit {
                // No construct of one frame takes more than eight symbols on
                // the stack of the generated parser.
                Some(limit) => limit / 8,
                None => usize::MAX,
            },
        }
    }

    fn run(&mut self) -> Fallible<ExprRef<'h>> {
        self.advance()?;
        let mut step = Step::Expr;
        loop {
            step = match step {
                Step::Expr => self.expr()?,
                Step::Operand => self.operand()?,
                Step::Select => self.select()?,
                Step::Simple(node) => self.simple(node)?,
                Step::Selected(node) => self.selected(node)?,
                Step::Operated(node) => self.operated(node)?,
                Step::Done(node) => self.done(node)?,
                Step::Bindings => self.bindings()?,
                Step::Pieces => self.pieces()?,
                Step::Finished(expr) => return Ok(expr),
            };
        }
    }

    /// Puts a failure into C++ Nix's words.
    #[cold]
    fn explain(&self, failure: Failure) -> ParseError {
        let (message, at) = match failure {
            Failure::Refused(error) => return error,
            Failure::Lexer(error) => {
                let pos = self.pos(error.at as u32);
                // Unlike its parser, the lexer of 2.3 told no positions.
                return ParseError {
                    message: error.message,
                    pos,
                };
            }
            Failure::Syntax | Failure::TooDeep => {
                let found = diagnosis::diagnose(self.source, &self.ctx.options);
                match found {
                    Some(found) => (found.message, found.at),
                    None => (
                        format!("syntax error, unexpected {:?}", self.token.kind),
                        self.token.start as usize,
                    ),
                }
            }
        };
        let pos = self.pos(at as u32);
        let message = if self.ctx.options.positions_in_messages {
            format!("{message}, at {}", self.ctx.position_text(pos))
        } else {
            message
        };
        ParseError { message, pos }
    }

    #[inline(always)]
    fn advance(&mut self) -> Fallible<()> {
        self.previous_end = self.token.end;
        match self.lexer.next() {
            Ok(token) => {
                self.token = token;
                Ok(())
            }
            Err(error) => Err(Box::new(Failure::Lexer(*error))),
        }
    }

    #[inline(always)]
    fn expect(&mut self, kind: Kind) -> Fallible<()> {
        if self.token.kind == kind {
            self.advance()
        } else {
            self.unexpected()
        }
    }

    #[cold]
    #[inline(never)]
    fn unexpected<T>(&self) -> Fallible<T> {
        Err(Box::new(Failure::Syntax))
    }

    #[cold]
    #[inline(never)]
    fn refuse<T>(&self, message: String, pos: Pos) -> Fallible<T> {
        Err(Box::new(Failure::Refused(ParseError { message, pos })))
    }

    #[inline(always)]
    fn pos(&self, offset: u32) -> Pos {
        Pos(self.start.0 + offset)
    }

    /// The position of the current token.
    #[inline(always)]
    fn here(&self) -> Pos {
        self.pos(self.token.start)
    }

    #[inline(always)]
    fn text_of(&self, token: Token) -> &'s [u8] {
        &self.source[token.start as usize..token.end as usize]
    }

    #[inline(always)]
    fn intern(&self, token: Token) -> Symbol {
        self.symbols.intern(self.text_of(token))
    }

    #[inline(always)]
    fn make(&self, expr: Expr<'h>) -> ExprRef<'h> {
        self.heap.alloc(expr)
    }

    #[inline(always)]
    fn push(&mut self, frame: Frame<'h>) -> Fallible<()> {
        self.frames.push(frame);
        if self.frames.len() > self.depth_check {
            self.check_depth()?;
        }
        Ok(())
    }

    /// Asks the slow, exact parser once whether the stack of this release
    /// would overflow anywhere in the source.
    #[cold]
    #[inline(never)]
    fn check_depth(&mut self) -> Fallible<()> {
        self.depth_check = usize::MAX;
        if diagnosis::overflows(self.source, &self.ctx.options) {
            return Err(Box::new(Failure::TooDeep));
        }
        Ok(())
    }
}
