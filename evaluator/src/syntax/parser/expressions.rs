//! The levels of expressions above operators, and the simple expressions.

use super::{Fallible, Frame, Node, Parser, SetKind, Step, Target};
use crate::positions::Pos;
use crate::symbols::Symbol;
use crate::syntax::Growing;
use crate::syntax::ast::{
    Assert, AttrName, AttrSet, Binding, Call, Expr, ExprRef, If, Lambda, Lazy, Let, Select, Var,
    With,
};
use crate::syntax::token::{Kind, Token};
use std::cell::Cell;

impl<'h> Parser<'h, '_, '_> {
    /// `expr_function` at the current token.
    pub(super) fn expr(&mut self) -> Fallible<Step<'h>> {
        let start = self.here();
        let frame = match self.token.kind {
            Kind::Id => {
                let name = self.token;
                self.advance()?;
                return match self.token.kind {
                    Kind::Colon => {
                        self.advance()?;
                        self.push(Frame::LambdaBody { start, name })?;
                        Ok(Step::Expr)
                    }
                    Kind::At => {
                        self.advance()?;
                        self.formals_after_at(name, start)
                    }
                    _ => Ok(Step::Simple(self.variable(name, start))),
                };
            }
            Kind::LeftBrace => return self.brace(),
            Kind::Let => {
                self.advance()?;
                return self.let_expression(start, true);
            }
            Kind::Assert => Frame::AssertCondition(start),
            Kind::With => Frame::WithSet(start),
            Kind::If => Frame::IfCondition(start),
            _ => return Ok(Step::Operand),
        };
        self.advance()?;
        self.push(frame)?;
        Ok(Step::Expr)
    }

    /// After `let`: the bindings of `let … in` (if `with_in`) or `let { … }`.
    fn let_expression(&mut self, start: Pos, with_in: bool) -> Fallible<Step<'h>> {
        let mut after_brace = self.pos(self.previous_end);
        let kind = if self.token.kind == Kind::LeftBrace {
            self.advance()?;
            after_brace = self.pos(self.previous_end);
            SetKind::LegacyLet
        } else if with_in {
            SetKind::LetIn
        } else {
            return self.unexpected();
        };
        let set = self.new_set(Pos::NONE);
        self.push(Frame::Set {
            set,
            start,
            after_brace,
            kind,
        })?;
        Ok(Step::Bindings)
    }

    pub(super) fn new_set(&self, pos: Pos) -> &'h AttrSet<'h> {
        self.heap.alloc(AttrSet {
            pos: Cell::new(pos),
            recursive: Cell::new(false),
            defs: Growing::new(),
            dynamic: Growing::new(),
            inherit_from: Growing::new(),
            scope: Cell::new(None),
            from_scope: Cell::new(None),
        })
    }

    pub(super) fn variable(&self, name: Token, start: Pos) -> Node<'h> {
        let expr = if self.text_of(name) == b"__curPos" {
            self.make(Expr::CurPos(start))
        } else {
            self.var(self.intern(name), start)
        };
        Node { expr, start }
    }

    pub(super) fn var(&self, name: Symbol, pos: Pos) -> ExprRef<'h> {
        let var = self.heap.alloc(Var {
            name,
            pos,
            binding: Cell::new(Binding::Unresolved),
        });
        self.make(Expr::Var(var))
    }

    /// A variable that an operator stands for.
    pub(super) fn operator_var(&self, name: &[u8]) -> ExprRef<'h> {
        self.var(self.symbols.intern(name), Pos::NONE)
    }

    pub(super) fn new_call(
        &self,
        pos: Pos,
        function: ExprRef<'h>,
        arguments: &[ExprRef<'h>],
    ) -> &'h Call<'h> {
        let call = Call {
            pos,
            function,
            arguments: Growing::with_capacity(self.heap, arguments.len()),
            cursed_or: Cell::new(false),
        };
        for argument in arguments {
            call.arguments.push(self.heap, Lazy::new(argument));
        }
        self.heap.alloc(call)
    }

    /// `expr_select` at the current token.
    #[inline]
    pub(super) fn select(&mut self) -> Fallible<Step<'h>> {
        let start = self.here();
        let token = self.token;
        let expr = match token.kind {
            Kind::Id => {
                self.advance()?;
                return Ok(Step::Simple(self.variable(token, start)));
            }
            Kind::Quote => return self.string(start, false),
            Kind::IndOpen => return self.indented(start),
            Kind::Path | Kind::HomePath => return self.path_literal(start),
            Kind::Int => self.make(Expr::Int(self.lexer.integer)),
            Kind::Float => self.make(Expr::Float(self.lexer.float)),
            Kind::SearchPath => self.search_path(token, start),
            Kind::Uri => self.uri(token, start)?,
            Kind::LeftParen => {
                self.advance()?;
                self.push(Frame::Paren(start))?;
                return Ok(Step::Expr);
            }
            Kind::LeftBracket => {
                self.advance()?;
                let base = self.items.len() as u32;
                self.push(Frame::List { start, base })?;
                return self.list_element();
            }
            Kind::LeftBrace => {
                self.advance()?;
                return self.set(SetKind::Plain, start);
            }
            Kind::Rec => {
                self.advance()?;
                self.expect(Kind::LeftBrace)?;
                return self.set(SetKind::Recursive, start);
            }
            Kind::Let => {
                self.advance()?;
                return self.let_expression(start, false);
            }
            _ => return self.unexpected(),
        };
        self.advance()?;
        Ok(Step::Simple(Node { expr, start }))
    }

    /// After the `{` of a set.
    pub(super) fn set(&mut self, kind: SetKind, start: Pos) -> Fallible<Step<'h>> {
        let set = self.new_set(start);
        let after_brace = self.pos(self.previous_end);
        self.push(Frame::Set {
            set,
            start,
            after_brace,
            kind,
        })?;
        Ok(Step::Bindings)
    }

    /// The next element of the list on top, or its end.
    fn list_element(&mut self) -> Fallible<Step<'h>> {
        if self.token.kind.starts_simple() {
            return Ok(Step::Select);
        }
        if self.token.kind != Kind::RightBracket {
            return self.unexpected();
        }
        let Some(Frame::List { start, base }) = self.frames.pop() else {
            return self.unexpected();
        };
        let items = &self.items[base as usize..];
        let list = self
            .heap
            .alloc_from_iter(items.iter().map(|item| Lazy::new(item)));
        self.items.truncate(base as usize);
        let expr = self.make(Expr::List(list));
        self.advance()?;
        Ok(Step::Simple(Node { expr, start }))
    }

    /// An `expr_simple` is complete: a selection may follow.
    #[inline]
    pub(super) fn simple(&mut self, node: Node<'h>) -> Fallible<Step<'h>> {
        match self.token.kind {
            Kind::Dot => {
                self.advance()?;
                let base = self.names.len() as u32;
                self.path_element(Target::Select(node), base)
            }
            Kind::Or => {
                let variable = self.var(self.symbols.intern(b"or"), node.start);
                self.advance()?;
                let call = self.new_call(node.start, node.expr, &[variable]);
                call.cursed_or.set(true);
                Ok(Step::Selected(Node {
                    expr: self.make(Expr::Call(call)),
                    start: node.start,
                }))
            }
            _ => Ok(Step::Selected(node)),
        }
    }

    pub(super) fn make_select(
        &self,
        set: Node<'h>,
        path: &'h [AttrName<'h>],
        default: Option<ExprRef<'h>>,
    ) -> Step<'h> {
        let select = self.heap.alloc(Select {
            pos: set.start,
            set: set.expr,
            path,
            default,
        });
        Step::Selected(Node {
            expr: self.make(Expr::Select(select)),
            start: set.start,
        })
    }

    /// An `expr_select` is complete.
    #[inline]
    pub(super) fn selected(&mut self, node: Node<'h>) -> Fallible<Step<'h>> {
        match self.frames.last() {
            Some(Frame::List { .. }) => {
                self.warn_if_cursed(node.expr);
                self.items.push(node.expr);
                self.list_element()
            }
            Some(Frame::Application { .. }) => {
                self.warn_if_cursed(node.expr);
                self.items.push(node.expr);
                if self.token.kind.starts_simple() {
                    return Ok(Step::Select);
                }
                let Some(Frame::Application { function, base }) = self.frames.pop() else {
                    return self.unexpected();
                };
                let arguments = &self.items[base as usize..];
                let expr = self.apply(function.start, function.expr, arguments);
                self.items.truncate(base as usize);
                Ok(Step::Operated(Node {
                    expr,
                    start: function.start,
                }))
            }
            Some(&Frame::SelectDefault { set, path }) => {
                self.warn_if_cursed(node.expr);
                self.frames.pop();
                Ok(self.make_select(set, path, Some(node.expr)))
            }
            _ => {
                if let Expr::Call(call) = node.expr {
                    call.cursed_or.set(false);
                }
                if self.token.kind.starts_simple() {
                    let base = self.items.len() as u32;
                    self.push(Frame::Application {
                        function: node,
                        base,
                    })?;
                    return Ok(Step::Select);
                }
                Ok(Step::Operated(node))
            }
        }
    }

    /// `expr_function` is complete.
    pub(super) fn done(&mut self, node: Node<'h>) -> Fallible<Step<'h>> {
        let Some(frame) = self.frames.last() else {
            if self.token.kind != Kind::End {
                return self.unexpected();
            }
            return Ok(Step::Finished(node.expr));
        };
        let ends_with = match frame {
            Frame::Paren(_) => Some(Kind::RightParen),
            Frame::Interpolation(_) | Frame::DynamicName(_) => Some(Kind::RightBrace),
            Frame::AssertCondition(_) | Frame::WithSet(_) | Frame::Binding { .. } => {
                Some(Kind::Semicolon)
            }
            Frame::InheritSource => Some(Kind::RightParen),
            Frame::IfCondition(_) => Some(Kind::Then),
            Frame::IfThen { .. } => Some(Kind::Else),
            _ => None,
        };
        if let Some(kind) = ends_with
            && self.token.kind != kind
        {
            return self.unexpected();
        }
        let Some(frame) = self.frames.pop() else {
            return self.unexpected();
        };
        let next = match frame {
            Frame::Paren(start) => {
                self.advance()?;
                return Ok(Step::Simple(Node {
                    expr: node.expr,
                    start,
                }));
            }
            Frame::Interpolation(at) => return self.interpolated(node.expr, at),
            Frame::DynamicName(at) => {
                self.advance()?;
                return self.name_is(node.expr, at);
            }
            Frame::Binding { base, start } => return self.bind(base, start, node.expr),
            Frame::InheritSource => return self.inherit_from(node.expr),
            Frame::LambdaBody { start, name } => {
                return Ok(self.lambda(start, name, node.expr));
            }
            Frame::FormalDefault { name } => return self.formal_with_default(name, node.expr),
            Frame::FormalsBody {
                start,
                base,
                argument,
                ellipsis,
            } => return self.lambda_with_formals(start, base, argument, ellipsis, node.expr),
            Frame::AssertCondition(start) => Frame::AssertBody {
                start,
                condition: node.expr,
            },
            Frame::WithSet(start) => Frame::WithBody {
                start,
                set: node.expr,
            },
            Frame::IfCondition(start) => Frame::IfThen {
                start,
                condition: node.expr,
            },
            Frame::IfThen { start, condition } => Frame::IfElse {
                start,
                condition,
                then: node.expr,
            },
            body => return self.body_done(body, node),
        };
        self.advance()?;
        self.push(next)?;
        Ok(Step::Expr)
    }

    /// The last part of `assert`, `with`, `let` or `if` is complete.
    fn body_done(&mut self, frame: Frame<'h>, node: Node<'h>) -> Fallible<Step<'h>> {
        let (expr, start) = match frame {
            Frame::AssertBody { start, condition } => {
                let assert = self.heap.alloc(Assert {
                    pos: start,
                    condition,
                    body: node.expr,
                });
                (Expr::Assert(assert), start)
            }
            Frame::WithBody { start, set } => {
                let with = self.heap.alloc(With {
                    pos: start,
                    set: Lazy::new(set),
                    body: node.expr,
                    scope: Cell::new(None),
                });
                (Expr::With(with), start)
            }
            Frame::IfElse {
                start,
                condition,
                then,
            } => {
                let branch = self.heap.alloc(If {
                    pos: start,
                    condition,
                    then,
                    otherwise: node.expr,
                });
                (Expr::If(branch), start)
            }
            Frame::LetBody { start, bindings } => {
                if !bindings.dynamic.is_empty() {
                    let message = self.located("dynamic attributes not allowed in let", start);
                    return self.refuse(message, start);
                }
                let body = node.expr;
                (Expr::Let(self.heap.alloc(Let { bindings, body })), start)
            }
            _ => return self.unexpected(),
        };
        let expr = self.make(expr);
        Ok(Step::Done(Node { expr, start }))
    }

    /// `x: body`; the name becomes a symbol only now, as in C++ Nix.
    fn lambda(&mut self, start: Pos, name: Token, body: ExprRef<'h>) -> Step<'h> {
        let lambda = self.heap.alloc(Lambda {
            pos: start,
            name: Cell::new(None),
            arg: Some(self.intern(name)),
            formals: None,
            body,
            unit: Cell::new(None),
            scope: Cell::new(None),
        });
        let expr = self.make(Expr::Lambda(lambda));
        Step::Done(Node { expr, start })
    }

    /// A message with its position at the end, for the releases that put it there.
    pub(super) fn located(&self, message: &str, pos: Pos) -> String {
        if self.ctx.options.positions_in_messages {
            format!("{message} at {}", self.ctx.position_text(pos))
        } else {
            message.into()
        }
    }
}
