//! Functions with formal arguments.

use super::{Fallible, Frame, Node, Parser, RawFormal, SetKind, Step, Target};
use crate::positions::Pos;
use crate::symbols::Symbol;
use crate::syntax::ast::{AttrName, Expr, ExprRef, Formal, Formals, Lambda, Lazy};
use crate::syntax::token::{Kind, Token};
use std::cell::Cell;

impl<'h> Parser<'h, '_, '_> {
    /// A `{` where a function may stand: formals or a set.
    pub(super) fn brace(&mut self) -> Fallible<Step<'h>> {
        let start = self.here();
        self.advance()?;
        match self.token.kind {
            Kind::Ellipsis => {
                self.open_formals(start, None)?;
                self.formals()
            }
            Kind::RightBrace => {
                self.advance()?;
                if matches!(self.token.kind, Kind::Colon | Kind::At) {
                    let base = self.formals.len() as u32;
                    return self.after_formals(start, base, None, false);
                }
                let set = self.new_set(start);
                let expr = self.make(Expr::Attrs(set));
                Ok(Step::Simple(Node { expr, start }))
            }
            Kind::Id => {
                let name = self.token;
                let pos = self.here();
                let after_brace = self.pos(self.previous_end);
                self.advance()?;
                match self.token.kind {
                    Kind::Assign | Kind::Dot => {
                        let set = self.new_set(start);
                        self.push(Frame::Set {
                            set,
                            start,
                            after_brace,
                            kind: SetKind::Plain,
                        })?;
                        let base = self.names.len() as u32;
                        let name = AttrName::Static(self.intern(name));
                        self.names.push((name, pos));
                        self.path_continues(Target::Binding(pos), base)
                    }
                    Kind::Comma | Kind::Question | Kind::RightBrace => {
                        self.open_formals(start, None)?;
                        self.formal(name)
                    }
                    _ => self.unexpected(),
                }
            }
            _ => self.set(SetKind::Plain, start),
        }
    }

    fn open_formals(&mut self, start: Pos, argument: Option<Token>) -> Fallible<()> {
        let base = self.formals.len() as u32;
        self.push(Frame::Formals {
            start,
            base,
            argument,
        })
    }

    /// After `x @`.
    pub(super) fn formals_after_at(&mut self, argument: Token, start: Pos) -> Fallible<Step<'h>> {
        self.expect(Kind::LeftBrace)?;
        self.open_formals(start, Some(argument))?;
        self.formals()
    }

    /// Formals after `{` or `,`.
    fn formals(&mut self) -> Fallible<Step<'h>> {
        match self.token.kind {
            Kind::Id => {
                let name = self.token;
                self.advance()?;
                self.formal(name)
            }
            Kind::Ellipsis => {
                self.advance()?;
                self.close_formals(true)
            }
            _ => self.close_formals(false),
        }
    }

    /// A formal whose name was just read.
    fn formal(&mut self, mut name: Token) -> Fallible<Step<'h>> {
        loop {
            if self.token.kind == Kind::Question {
                self.advance()?;
                self.push(Frame::FormalDefault { name })?;
                return Ok(Step::Expr);
            }
            if !matches!(self.token.kind, Kind::Comma | Kind::RightBrace) {
                return self.unexpected();
            }
            self.add_formal(name, None);
            if self.token.kind == Kind::RightBrace {
                return self.close_formals(false);
            }
            self.advance()?;
            if self.token.kind != Kind::Id {
                return self.formals();
            }
            name = self.token;
            self.advance()?;
        }
    }

    fn add_formal(&mut self, name: Token, default: Option<ExprRef<'h>>) {
        let formal = RawFormal {
            pos: self.pos(name.start),
            name: self.intern(name),
            default,
        };
        self.formals.push(formal);
    }

    pub(super) fn formal_with_default(
        &mut self,
        name: Token,
        default: ExprRef<'h>,
    ) -> Fallible<Step<'h>> {
        if !matches!(self.token.kind, Kind::Comma | Kind::RightBrace) {
            return self.unexpected();
        }
        self.add_formal(name, Some(default));
        if self.token.kind == Kind::Comma {
            self.advance()?;
            return self.formals();
        }
        self.close_formals(false)
    }

    fn close_formals(&mut self, ellipsis: bool) -> Fallible<Step<'h>> {
        let Some(Frame::Formals {
            start,
            base,
            argument,
        }) = self.frames.pop()
        else {
            return self.unexpected();
        };
        self.expect(Kind::RightBrace)?;
        self.after_formals(start, base, argument, ellipsis)
    }

    fn after_formals(
        &mut self,
        start: Pos,
        base: u32,
        mut argument: Option<Token>,
        ellipsis: bool,
    ) -> Fallible<Step<'h>> {
        if !self.ctx.options.late_formals_check {
            self.check_formals_at_once(base)?;
        }
        if argument.is_none() && self.token.kind == Kind::At {
            self.advance()?;
            argument = Some(self.token);
            self.expect(Kind::Id)?;
        }
        self.expect(Kind::Colon)?;
        self.push(Frame::FormalsBody {
            start,
            base,
            argument,
            ellipsis,
        })?;
        Ok(Step::Expr)
    }

    /// The rule of 2.3: from the last formal to the first.
    fn check_formals_at_once(&self, base: u32) -> Fallible<()> {
        let formals = &self.formals[base as usize..];
        let mut seen = rustc_hash::FxHashSet::default();
        for formal in formals.iter().rev() {
            if !seen.insert(formal.name) {
                return self.duplicate_formal(formal.name, formal.pos);
            }
        }
        Ok(())
    }

    #[cold]
    fn duplicate_formal(&self, name: Symbol, pos: Pos) -> Fallible<()> {
        let name = self.shown_symbol(name);
        let message = format!("duplicate formal function argument '{name}'");
        let message = self.located(&message, pos);
        self.refuse(message, pos)
    }

    /// A function with formals is complete (`validateFormals` in
    /// `parser-state.hh`).
    pub(super) fn lambda_with_formals(
        &mut self,
        start: Pos,
        base: u32,
        argument: Option<Token>,
        ellipsis: bool,
        body: ExprRef<'h>,
    ) -> Fallible<Step<'h>> {
        let arg = argument.map(|name| self.intern(name));
        let formals = &mut self.formals[base as usize..];
        formals.sort_unstable_by_key(|formal| (formal.name, formal.pos));
        let formals = &self.formals[base as usize..];
        let duplicate = formals
            .windows(2)
            .find(|pair| pair[0].name == pair[1].name)
            .map(|pair| (pair[1].name, pair[1].pos));
        if let Some((name, pos)) = duplicate {
            self.duplicate_formal(name, pos)?;
        }
        if let Some(arg) = arg
            && formals
                .binary_search_by_key(&arg, |formal| formal.name)
                .is_ok()
        {
            self.duplicate_formal(arg, start)?;
        }
        let list = self
            .heap
            .alloc_from_iter(formals.iter().map(|formal| Formal {
                pos: formal.pos,
                name: formal.name,
                default: formal.default.map(Lazy::new),
            }));
        self.formals.truncate(base as usize);
        let lambda = self.heap.alloc(Lambda {
            pos: start,
            name: Cell::new(None),
            arg,
            formals: Some(Formals { list, ellipsis }),
            body,
            unit: Cell::new(None),
            scope: Cell::new(None),
        });
        let expr = self.make(Expr::Lambda(lambda));
        Ok(Step::Done(Node { expr, start }))
    }
}
