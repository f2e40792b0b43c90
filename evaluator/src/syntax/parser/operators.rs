//! Operators: precedence climbing on the machine's own stack, with the
//! precedences of `parser.y`.

use super::{Fallible, Frame, Node, Parser, Step, Target};
use crate::positions::Pos;
use crate::syntax::ast::{Binary, BinaryOp, Call, Concat, Expr, ExprRef, Lazy};
use crate::syntax::token::Kind;

/// A binary operator.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Implies,
    Or,
    And,
    Eq,
    NotEq,
    Less,
    Greater,
    LessEq,
    GreaterEq,
    Update,
    Plus,
    Minus,
    Times,
    Divide,
    Concat,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Associativity {
    Left,
    Right,
    None,
}

/// The precedence of `!`, between `//` and `+`.
const NOT: u8 = 7;
/// The precedence of `?`.
const HAS_ATTR: u8 = 11;
/// The precedence of negation, above everything.
const NEGATE: u8 = 12;

impl Operator {
    #[inline(always)]
    fn of(kind: Kind) -> Option<Operator> {
        Some(match kind {
            Kind::Implies => Operator::Implies,
            Kind::OrOr => Operator::Or,
            Kind::AndAnd => Operator::And,
            Kind::Eq => Operator::Eq,
            Kind::NotEq => Operator::NotEq,
            Kind::Less => Operator::Less,
            Kind::Greater => Operator::Greater,
            Kind::LessEq => Operator::LessEq,
            Kind::GreaterEq => Operator::GreaterEq,
            Kind::Update => Operator::Update,
            Kind::Plus => Operator::Plus,
            Kind::Minus => Operator::Minus,
            Kind::Star => Operator::Times,
            Kind::Slash => Operator::Divide,
            Kind::Concat => Operator::Concat,
            _ => return None,
        })
    }

    fn precedence(self) -> u8 {
        match self {
            Operator::Implies => 1,
            Operator::Or => 2,
            Operator::And => 3,
            Operator::Eq | Operator::NotEq => 4,
            Operator::Less | Operator::Greater | Operator::LessEq | Operator::GreaterEq => 5,
            Operator::Update => 6,
            Operator::Plus | Operator::Minus => 8,
            Operator::Times | Operator::Divide => 9,
            Operator::Concat => 10,
        }
    }

    fn associativity(self) -> Associativity {
        match self.precedence() {
            1 | 6 | 10 => Associativity::Right,
            4 | 5 => Associativity::None,
            _ => Associativity::Left,
        }
    }
}

/// What follows an operand.
enum Following {
    Operator(Operator),
    HasAttr,
    Nothing,
}

impl<'h> Parser<'h, '_, '_> {
    /// `expr_op` at the current token, up to its first complete operand.
    #[inline]
    pub(super) fn operand(&mut self) -> Fallible<Step<'h>> {
        let frame = match self.token.kind {
            Kind::Bang => Frame::Not(self.here()),
            Kind::Minus => Frame::Negate(self.here()),
            _ => return self.select(),
        };
        self.advance()?;
        self.push(frame)?;
        Ok(Step::Operand)
    }

    /// An operand is complete: either it belongs to the operator before it or
    /// to the one after it.
    pub(super) fn operated(&mut self, mut node: Node<'h>) -> Fallible<Step<'h>> {
        let kind = self.token.kind;
        let (following, precedence) = match Operator::of(kind) {
            Some(operator) => (Following::Operator(operator), operator.precedence()),
            None if kind == Kind::Question => (Following::HasAttr, HAS_ATTR),
            None => (Following::Nothing, 0),
        };
        loop {
            let waiting = match self.frames.last() {
                Some(Frame::Not(_)) => NOT,
                Some(Frame::Negate(_)) => NEGATE,
                Some(Frame::Binary { operator, .. }) => {
                    let waiting = operator.precedence();
                    if waiting == precedence {
                        match operator.associativity() {
                            Associativity::Right => break,
                            Associativity::None => return self.unexpected(),
                            Associativity::Left => {}
                        }
                    }
                    waiting
                }
                _ => break,
            };
            if precedence > waiting {
                break;
            }
            let Some(frame) = self.frames.pop() else {
                break;
            };
            node = self.reduce(frame, node);
        }
        match following {
            Following::Operator(operator) => {
                let at = self.here();
                self.advance()?;
                self.push(Frame::Binary {
                    operator,
                    left: node,
                    at,
                })?;
                Ok(Step::Operand)
            }
            Following::HasAttr => {
                self.advance()?;
                let base = self.names.len() as u32;
                self.path_element(Target::HasAttr(node), base)
            }
            Following::Nothing => self.piped(node),
        }
    }

    /// Builds the node of an operator whose last operand is complete.
    fn reduce(&self, frame: Frame<'h>, node: Node<'h>) -> Node<'h> {
        match frame {
            Frame::Not(start) => Node {
                expr: self.make(Expr::Not(node.expr)),
                start,
            },
            Frame::Negate(start) => {
                let zero = self.make(Expr::Int(0));
                let call = self.builtin_call(b"__sub", start, zero, node.expr);
                Node { expr: call, start }
            }
            Frame::Binary { operator, left, at } => self.binary(operator, left, at, node),
            _ => node,
        }
    }

    fn builtin_call(
        &self,
        name: &[u8],
        pos: Pos,
        first: ExprRef<'h>,
        second: ExprRef<'h>,
    ) -> ExprRef<'h> {
        let function = self.operator_var(name);
        self.make(Expr::Call(self.new_call(pos, function, &[first, second])))
    }

    fn binary(&self, operator: Operator, left: Node<'h>, at: Pos, right: Node<'h>) -> Node<'h> {
        let pos = if self.ctx.options.operator_positions {
            at
        } else {
            left.start
        };
        let (a, b) = (left.expr, right.expr);
        let plain = |op, pos| {
            self.make(Expr::Binary(self.heap.alloc(Binary {
                op,
                pos,
                left: a,
                right: b,
            })))
        };
        let expr = match operator {
            Operator::Implies => plain(BinaryOp::Implies, pos),
            Operator::Or => plain(BinaryOp::Or, pos),
            Operator::And => plain(BinaryOp::And, pos),
            Operator::Eq => plain(BinaryOp::Eq, Pos::NONE),
            Operator::NotEq => plain(BinaryOp::NotEq, Pos::NONE),
            Operator::Update => plain(BinaryOp::Update, pos),
            Operator::Concat => plain(BinaryOp::ConcatLists, pos),
            Operator::Less => self.builtin_call(b"__lessThan", pos, a, b),
            Operator::Greater => self.builtin_call(b"__lessThan", pos, b, a),
            Operator::LessEq => {
                let greater = self.builtin_call(b"__lessThan", pos, b, a);
                self.make(Expr::Not(greater))
            }
            Operator::GreaterEq => {
                let less = self.builtin_call(b"__lessThan", pos, a, b);
                self.make(Expr::Not(less))
            }
            Operator::Minus => self.builtin_call(b"__sub", pos, a, b),
            Operator::Times => self.builtin_call(b"__mul", pos, a, b),
            Operator::Divide => self.builtin_call(b"__div", pos, a, b),
            Operator::Plus => {
                let parts = self.heap.alloc_slice(&[(left.start, a), (right.start, b)]);
                self.make(Expr::Concat(self.heap.alloc(Concat {
                    pos,
                    force_string: false,
                    parts,
                })))
            }
        };
        Node {
            expr,
            start: left.start,
        }
    }

    /// A whole `expr_op` is complete: pipes may be around it.
    fn piped(&mut self, node: Node<'h>) -> Fallible<Step<'h>> {
        let at = self.here();
        match (self.token.kind, self.frames.last()) {
            (Kind::PipeFrom, Some(Frame::PipeInto { .. }))
            | (Kind::PipeInto, Some(Frame::PipeFrom { .. })) => self.unexpected(),
            (Kind::PipeFrom, _) => {
                self.advance()?;
                self.push(Frame::PipeFrom { left: node, at })?;
                Ok(Step::Operand)
            }
            (Kind::PipeInto, top) => {
                let node = match top {
                    Some(&Frame::PipeInto { left, at }) => {
                        self.frames.pop();
                        self.pipe(node.expr, left.expr, left.start, at)
                    }
                    _ => node,
                };
                self.advance()?;
                self.push(Frame::PipeInto { left: node, at })?;
                Ok(Step::Operand)
            }
            _ => {
                let mut node = node;
                loop {
                    node = match self.frames.last() {
                        Some(&Frame::PipeInto { left, at }) => {
                            self.pipe(node.expr, left.expr, left.start, at)
                        }
                        Some(&Frame::PipeFrom { left, at }) => {
                            self.pipe(left.expr, node.expr, left.start, at)
                        }
                        _ => return Ok(Step::Done(node)),
                    };
                    self.frames.pop();
                }
            }
        }
    }

    fn pipe(&self, function: ExprRef<'h>, argument: ExprRef<'h>, start: Pos, at: Pos) -> Node<'h> {
        Node {
            expr: self.apply(at, function, &[argument]),
            start,
        }
    }

    /// Applies `function`: a call as function takes the arguments itself
    /// (`makeCall` in `parser.y`), parentheses or not.
    pub(super) fn apply(
        &self,
        pos: Pos,
        function: ExprRef<'h>,
        arguments: &[ExprRef<'h>],
    ) -> ExprRef<'h> {
        match function {
            Expr::Call(call) if self.ctx.options.flat_calls => {
                for argument in arguments {
                    call.arguments.push(self.heap, Lazy::new(argument));
                }
                function
            }
            _ => self.make(Expr::Call(self.new_call(pos, function, arguments))),
        }
    }

    /// Warns about `f or` where a later Nix will read it differently.
    #[inline(always)]
    pub(super) fn warn_if_cursed(&self, expr: ExprRef<'h>) {
        if let Expr::Call(call) = expr
            && call.cursed_or.get()
            && self.ctx.options.warn_cursed_or
        {
            self.warn_cursed(call);
        }
    }

    #[cold]
    fn warn_cursed(&self, call: &Call<'h>) {
        let from = (call.pos.0 - self.start.0) as usize;
        let text = String::from_utf8_lossy(&self.source[from..self.previous_end as usize]);
        let position = self.ctx.position_text(call.pos);
        let message = format!(
            "at {position}: This expression uses `or` as an identifier in a way that will change \
             in a future Nix release.\n\
             Wrap this entire expression in parentheses to preserve its current meaning:\n    \
             ({text})\n\
             Give feedback at https://github.com/NixOS/nix/pull/11121"
        );
        self.ctx.warnings.borrow_mut().push((message, call.pos));
    }
}
