//! Bindings, attribute paths and `inherit`.

use super::{Fallible, Frame, Node, Parser, SetKind, Step, Target};
use crate::positions::Pos;
use crate::symbols::Symbol;
use crate::syntax::ast::{
    AttrDef, AttrName, AttrSet, DefKind, Expr, ExprRef, HasAttr, Lazy, Select,
};
use crate::syntax::attrs::{Duplicate, add_attr};
use crate::syntax::printer::Printer;
use crate::syntax::token::Kind;
use std::cell::Cell;

impl<'h> Parser<'h, '_, '_> {
    /// The next binding of the set on top, or its end.
    pub(super) fn bindings(&mut self) -> Fallible<Step<'h>> {
        match self.token.kind {
            Kind::Id | Kind::Or | Kind::Quote | Kind::DollarCurly => {
                let pos = self.here();
                let base = self.names.len() as u32;
                self.path_element(Target::Binding(pos), base)
            }
            Kind::Inherit => {
                self.advance()?;
                if self.token.kind == Kind::LeftParen {
                    self.advance()?;
                    self.push(Frame::InheritSource)?;
                    return Ok(Step::Expr);
                }
                let names_at = self.pos(self.previous_end);
                let base = self.names.len() as u32;
                self.inherit_names(None, names_at, base)
            }
            _ => self.close_set(),
        }
    }

    fn close_set(&mut self) -> Fallible<Step<'h>> {
        let Some(&Frame::Set {
            set, start, kind, ..
        }) = self.frames.last()
        else {
            return self.unexpected();
        };
        let end = if kind == SetKind::LetIn {
            Kind::In
        } else {
            Kind::RightBrace
        };
        if self.token.kind != end {
            return self.unexpected();
        }
        self.frames.pop();
        let expr = match kind {
            SetKind::LetIn => {
                self.advance()?;
                self.push(Frame::LetBody {
                    start,
                    bindings: set,
                })?;
                return Ok(Step::Expr);
            }
            SetKind::Plain => Expr::Attrs(set),
            SetKind::Recursive => {
                set.recursive.set(true);
                Expr::Attrs(set)
            }
            SetKind::LegacyLet => {
                set.recursive.set(true);
                set.pos.set(start);
                let body = AttrName::Static(self.symbols.intern(b"body"));
                Expr::Select(self.heap.alloc(Select {
                    pos: Pos::NONE,
                    set: self.make(Expr::Attrs(set)),
                    path: self.heap.alloc_slice(&[body]),
                    default: None,
                }))
            }
        };
        let expr = self.make(expr);
        self.advance()?;
        Ok(Step::Simple(Node { expr, start }))
    }

    /// A name of an attribute path at the current token, and what follows.
    pub(super) fn path_element(&mut self, target: Target<'h>, base: u32) -> Fallible<Step<'h>> {
        let pos = self.here();
        match self.token.kind {
            Kind::Id | Kind::Or => {
                let name = AttrName::Static(self.intern(self.token));
                self.names.push((name, pos));
                self.advance()?;
                self.path_continues(target, base)
            }
            Kind::Quote => {
                self.push(Frame::Path { target, base })?;
                self.string(pos, true)
            }
            Kind::DollarCurly => {
                self.advance()?;
                self.push(Frame::Path { target, base })?;
                self.push(Frame::DynamicName(pos))?;
                Ok(Step::Expr)
            }
            _ => self.unexpected(),
        }
    }

    /// A name in the form of a string or `${…}` is complete.
    pub(super) fn name_is(&mut self, expr: ExprRef<'h>, pos: Pos) -> Fallible<Step<'h>> {
        let Some(Frame::Path { target, base }) = self.frames.pop() else {
            return self.unexpected();
        };
        let name = match expr {
            Expr::String(name) => AttrName::Static(self.symbols.intern(name)),
            _ => AttrName::Dynamic(expr),
        };
        if let Target::Inherit { from, names_at } = target {
            if let AttrName::Dynamic(_) = name {
                let message = self.located("dynamic attributes not allowed in inherit", pos);
                return self.refuse(message, pos);
            }
            self.names.push((name, pos));
            return self.inherit_names(from, names_at, base);
        }
        self.names.push((name, pos));
        self.path_continues(target, base)
    }

    /// After a name of an attribute path: the next one, or the end of the path.
    #[inline]
    pub(super) fn path_continues(&mut self, target: Target<'h>, base: u32) -> Fallible<Step<'h>> {
        while self.token.kind == Kind::Dot {
            self.advance()?;
            if !matches!(self.token.kind, Kind::Id | Kind::Or) {
                return self.path_element(target, base);
            }
            let name = AttrName::Static(self.intern(self.token));
            let pos = self.here();
            self.names.push((name, pos));
            self.advance()?;
        }
        match target {
            Target::Binding(start) => {
                self.expect(Kind::Assign)?;
                self.push(Frame::Binding { base, start })?;
                Ok(Step::Expr)
            }
            Target::Select(set) => {
                let path = self.take_path(base);
                if self.token.kind == Kind::Or {
                    self.advance()?;
                    self.push(Frame::SelectDefault { set, path })?;
                    return Ok(Step::Select);
                }
                Ok(self.make_select(set, path, None))
            }
            Target::HasAttr(set) => {
                let path = self.take_path(base);
                let has = self.heap.alloc(HasAttr {
                    set: set.expr,
                    path,
                });
                Ok(Step::Operated(Node {
                    expr: self.make(Expr::HasAttr(has)),
                    start: set.start,
                }))
            }
            Target::Inherit { .. } => self.unexpected(),
        }
    }

    fn take_path(&mut self, base: u32) -> &'h [AttrName<'h>] {
        let names = &self.names[base as usize..];
        let path = self.heap.alloc_from_iter(names.iter().map(|name| name.0));
        self.names.truncate(base as usize);
        path
    }

    fn top_set(&self) -> Fallible<(&'h AttrSet<'h>, Pos)> {
        match self.frames.last() {
            Some(&Frame::Set {
                set, after_brace, ..
            }) => Ok((set, after_brace)),
            _ => self.unexpected(),
        }
    }

    /// A binding is complete, at its `;`.
    pub(super) fn bind(&mut self, base: u32, start: Pos, expr: ExprRef<'h>) -> Fallible<Step<'h>> {
        let (set, _) = self.top_set()?;
        let path = &self.names[base as usize..];
        let added = add_attr(
            self.heap,
            &mut self.index,
            &self.ctx.options,
            set,
            path,
            start,
            expr,
        );
        if let Err(duplicate) = added {
            return self.duplicate(*duplicate);
        }
        self.names.truncate(base as usize);
        self.advance()?;
        Ok(Step::Bindings)
    }

    #[cold]
    fn duplicate<T>(&self, duplicate: Duplicate<'h>) -> Fallible<T> {
        let printer = Printer::new(self.symbols, &self.ctx.options);
        let path = printer.path_text(&duplicate.path);
        let previous = self.ctx.position_text(duplicate.previous);
        let message = if self.ctx.options.positions_in_messages {
            let at = self.ctx.position_text(duplicate.pos);
            format!("attribute '{path}' at {at} already defined at {previous}")
        } else {
            format!("attribute '{path}' already defined at {previous}")
        };
        self.refuse(message, duplicate.pos)
    }

    /// A symbol as a message shows it.
    pub(super) fn shown_symbol(&self, symbol: Symbol) -> String {
        let printer = Printer::new(self.symbols, &self.ctx.options);
        printer.path_text(&[AttrName::Static(symbol)])
    }

    /// The source of an `inherit (e)` is complete, at its `)`.
    pub(super) fn inherit_from(&mut self, expr: ExprRef<'h>) -> Fallible<Step<'h>> {
        self.advance()?;
        let names_at = self.pos(self.previous_end);
        let (set, _) = self.top_set()?;
        // The source takes its place when the whole clause is complete, but
        // nothing can see the difference.
        let from = set.inherit_from.len() as u32;
        set.inherit_from.push(self.heap, Lazy::new(expr));
        let base = self.names.len() as u32;
        self.inherit_names(Some(from), names_at, base)
    }

    /// The names of an `inherit`, up to its `;`.
    fn inherit_names(&mut self, from: Option<u32>, names_at: Pos, base: u32) -> Fallible<Step<'h>> {
        loop {
            match self.token.kind {
                Kind::Id | Kind::Or => {
                    let name = AttrName::Static(self.intern(self.token));
                    let pos = self.here();
                    self.names.push((name, pos));
                    self.advance()?;
                }
                Kind::Quote | Kind::DollarCurly => {
                    return self.path_element(Target::Inherit { from, names_at }, base);
                }
                Kind::Semicolon => break,
                _ => return self.unexpected(),
            }
        }
        self.inherit(from, names_at, base)?;
        self.names.truncate(base as usize);
        self.advance()?;
        Ok(Step::Bindings)
    }

    fn inherit(&mut self, from: Option<u32>, names_at: Pos, base: u32) -> Fallible<()> {
        let (set, after_brace) = self.top_set()?;
        if self.names.len() == base as usize
            && let Some(from) = from
            && !self.ctx.options.keeps_unused_sources
        {
            set.inherit_from.truncate(from as usize);
        }
        let source =
            from.map(|from| self.make(Expr::InheritFrom(self.heap.alloc(Cell::new(from)))));
        for i in base as usize..self.names.len() {
            let (AttrName::Static(name), own) = self.names[i] else {
                return self.unexpected();
            };
            let (pos, value_pos) = if self.ctx.options.inherit_positions {
                (own, own)
            } else {
                (names_at, after_brace)
            };
            if let Some(previous) = self.index.find(set, name) {
                return self.duplicate(Duplicate {
                    path: vec![AttrName::Static(name)],
                    pos,
                    previous: previous.pos,
                });
            }
            let (kind, value) = match source {
                None => (DefKind::Inherited, self.var(name, value_pos)),
                Some(source) => {
                    let select = self.heap.alloc(Select {
                        pos: value_pos,
                        set: source,
                        path: self.heap.alloc_slice(&[AttrName::Static(name)]),
                        default: None,
                    });
                    (DefKind::InheritedFrom, self.make(Expr::Select(select)))
                }
            };
            let def = AttrDef {
                name,
                pos,
                kind,
                value: Lazy::new(value),
            };
            self.index.insert(self.heap, set, self.heap.alloc(def));
        }
        Ok(())
    }
}
