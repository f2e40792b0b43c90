//! Strings, indented strings and paths, with what is interpolated in them.

use super::{Fallible, Frame, Node, Parser, Step};
use crate::positions::Pos;
use crate::syntax::ast::{Concat, Expr, ExprRef};
use crate::syntax::options::{Lint, Lints, NulBytes};
use crate::syntax::paths;
use crate::syntax::strings::{Piece, strip_indentation, unescape};
use crate::syntax::token::{Kind, Token};

/// The first NUL byte that no backslash escapes.
fn unescaped_nul(raw: &[u8]) -> Option<usize> {
    memchr::memchr(0, raw)?;
    let mut i = 0;
    while i < raw.len() {
        match raw[i] {
            0 => return Some(i),
            b'\\' => i += 2,
            _ => i += 1,
        }
    }
    None
}

impl<'h> Parser<'h, '_, '_> {
    /// The bytes that a string token stands for, in the arena.
    fn string_bytes(&mut self, token: Token) -> Fallible<&'h [u8]> {
        let mut raw = self.text_of(token);
        if self.has_nul
            && let Some(nul) = unescaped_nul(raw)
        {
            match self.ctx.options.nul {
                NulBytes::Refuse => return self.refuse_nul(token),
                NulBytes::CutString | NulBytes::CutSource => raw = &raw[..nul],
            }
        }
        if !token.escaped {
            return Ok(self.heap.alloc_slice(raw));
        }
        self.text.clear();
        unescape(raw, &mut self.text);
        Ok(self.heap.alloc_slice(&self.text))
    }

    #[cold]
    fn refuse_nul<T>(&self, token: Token) -> Fallible<T> {
        let mut text = Vec::new();
        if token.kind == Kind::Str {
            unescape(self.text_of(token), &mut text);
        } else {
            text.extend_from_slice(self.text_of(token));
        }
        let shown = String::from_utf8_lossy(&text).replace('\0', "␀");
        let message = format!(
            "input string '{shown}' cannot be represented as Nix string because it contains null \
             bytes"
        );
        self.refuse(message, self.pos(token.start))
    }

    pub(super) fn string_expr(&self, bytes: &'h [u8]) -> ExprRef<'h> {
        if self.ctx.options.strings_are_symbols {
            self.symbols.intern(bytes);
        }
        self.make(Expr::String(bytes))
    }

    /// At a `"`: a string, or (if `name`) a name in an attribute path.
    pub(super) fn string(&mut self, start: Pos, name: bool) -> Fallible<Step<'h>> {
        self.advance()?;
        let first = self.token;
        let bytes: &'h [u8] = match first.kind {
            Kind::Quote => &[],
            Kind::Str => {
                let bytes = self.string_bytes(first)?;
                self.advance()?;
                bytes
            }
            _ => &[],
        };
        if self.token.kind == Kind::Quote {
            let expr = self.string_expr(bytes);
            self.advance()?;
            return self.string_done(expr, start, name);
        }
        let base = self.parts.len() as u32;
        if first.kind == Kind::Str {
            let expr = self.string_expr(bytes);
            let pos = self.pos(first.start);
            self.parts.push((pos, expr));
        }
        self.push(Frame::String { start, base, name })?;
        self.pieces()
    }

    fn string_done(&mut self, expr: ExprRef<'h>, start: Pos, name: bool) -> Fallible<Step<'h>> {
        if name {
            self.name_is(expr, start)
        } else {
            Ok(Step::Simple(Node { expr, start }))
        }
    }

    /// At the `''` that opens an indented string.
    pub(super) fn indented(&mut self, start: Pos) -> Fallible<Step<'h>> {
        self.advance()?;
        let base = self.pieces.len() as u32;
        self.push(Frame::Indented { start, base })?;
        self.pieces()
    }

    /// At the first piece of a path.
    pub(super) fn path_literal(&mut self, start: Pos) -> Fallible<Step<'h>> {
        let token = self.token;
        let literal = self.text_of(token);
        if token.kind == Kind::HomePath {
            if !self.ctx.options.home_paths {
                let shown = String::from_utf8_lossy(literal);
                let message = format!("the path '{shown}' can not be resolved in pure mode");
                return self.refuse(message, Pos::NONE);
            }
            self.text.clear();
            self.text.extend_from_slice(self.ctx.home);
            self.text.extend_from_slice(&literal[1..]);
        } else {
            paths::absolute(literal, self.ctx.base_path, &mut self.text);
        }
        if self.ctx.options.lints != Lints::default() {
            self.lint_path(literal, token.kind == Kind::HomePath, start)?;
        }
        let expr = self.make(Expr::Path(self.heap.alloc_slice(&self.text)));
        self.advance()?;
        if !self.ctx.options.path_interpolation {
            return Ok(Step::Simple(Node { expr, start }));
        }
        if self.token.kind == Kind::PathEnd {
            self.advance()?;
            return Ok(Step::Simple(Node { expr, start }));
        }
        let base = self.parts.len() as u32;
        self.parts.push((start, expr));
        self.push(Frame::PathPieces { start, base })?;
        self.pieces()
    }

    pub(super) fn search_path(&mut self, token: Token, start: Pos) -> ExprRef<'h> {
        let text = self.text_of(token);
        let name = self.heap.alloc_slice(&text[1..text.len() - 1]);
        let find = self.operator_var(b"__findFile");
        let list = self.operator_var(b"__nixPath");
        let name = self.string_expr(name);
        self.make(Expr::Call(self.new_call(start, find, &[list, name])))
    }

    pub(super) fn uri(&mut self, token: Token, start: Pos) -> Fallible<ExprRef<'h>> {
        if !self.ctx.options.url_literals {
            return self.refuse("URL literals are disabled".into(), start);
        }
        let text = String::from_utf8_lossy(self.text_of(token)).into_owned();
        self.lint(self.ctx.options.lints.url, start, |fatal| {
            let word = if fatal { "disallowed" } else { "discouraged" };
            format!(
                "URL literals are {word}. Consider using a string literal \"{text}\" instead (lint-url-literals)"
            )
        })?;
        Ok(self.string_expr(self.heap.alloc_slice(self.text_of(token))))
    }

    /// Refuses or warns about a literal that is not liked.
    fn lint(&self, lint: Lint, pos: Pos, message: impl FnOnce(bool) -> String) -> Fallible<()> {
        match lint {
            Lint::Ignore => Ok(()),
            Lint::Warn => {
                let warning = (message(false), pos);
                self.ctx.warnings.borrow_mut().push(warning);
                Ok(())
            }
            Lint::Fatal => self.refuse(message(true), pos),
        }
    }

    /// The lints about a path literal as it is written.
    fn lint_path(&self, literal: &[u8], home: bool, pos: Pos) -> Fallible<()> {
        let lints = self.ctx.options.lints;
        let shown = String::from_utf8_lossy(literal);
        let unportable = |kind: &str| {
            format!(
                "{kind} path literals are not portable. Consider replacing path literal '{shown}' by a string, relative path, or parameter (lint-absolute-path-literals)"
            )
        };
        match literal.first() {
            _ if home => self.lint(lints.absolute_path, pos, |_| unportable("home")),
            Some(b'/') => self.lint(lints.absolute_path, pos, |_| unportable("absolute")),
            Some(b'.') => Ok(()),
            _ => self.lint(lints.short_path, pos, |_| {
                format!(
                    "relative path literal '{shown}' should be prefixed with '.' for clarity: './{shown}' (lint-short-path-literals)"
                )
            }),
        }
    }

    /// The next pieces of the string or path on top, up to an interpolation or
    /// the end.
    pub(super) fn pieces(&mut self) -> Fallible<Step<'h>> {
        loop {
            let token = self.token;
            let pos = self.here();
            match (token.kind, self.frames.last()) {
                (Kind::DollarCurly, _) => {
                    self.advance()?;
                    self.push(Frame::Interpolation(pos))?;
                    return Ok(Step::Expr);
                }
                (Kind::Str, Some(&Frame::PathPieces { base, .. }))
                    if self.parts.len() == base as usize + 1 =>
                {
                    // `a//b`: the grammar wants an interpolation after this.
                    let expr = self.string_expr(self.heap.alloc_slice(self.text_of(token)));
                    self.parts.push((pos, expr));
                    self.advance()?;
                    if self.token.kind != Kind::DollarCurly {
                        return self.unexpected();
                    }
                }
                (Kind::Str, Some(Frame::String { .. } | Frame::PathPieces { .. })) => {
                    let bytes = self.string_bytes(token)?;
                    let expr = self.string_expr(bytes);
                    self.parts.push((pos, expr));
                    self.advance()?;
                }
                (Kind::IndStr, Some(Frame::Indented { .. })) => {
                    let raw = self.text_of(token);
                    // C++ Nix does not look at what is escaped.
                    if self.has_nul
                        && !token.escaped
                        && memchr::memchr(0, raw).is_some()
                        && self.ctx.options.nul == NulBytes::Refuse
                    {
                        return self.refuse_nul(token);
                    }
                    let piece = if token.escaped {
                        Piece::Escape(raw)
                    } else {
                        Piece::Text(raw)
                    };
                    self.pieces.push((pos, piece));
                    self.advance()?;
                }
                (Kind::Quote, Some(&Frame::String { start, base, name })) => {
                    self.frames.pop();
                    let expr = self.concat(base, None);
                    self.advance()?;
                    return self.string_done(expr, start, name);
                }
                (Kind::PathEnd, Some(&Frame::PathPieces { start, base })) => {
                    self.frames.pop();
                    let expr = self.concat(base, Some(start));
                    self.advance()?;
                    return Ok(Step::Simple(Node { expr, start }));
                }
                (Kind::IndClose, Some(&Frame::Indented { start, base })) => {
                    self.frames.pop();
                    let expr = self.strip(start, base);
                    self.advance()?;
                    return Ok(Step::Simple(Node { expr, start }));
                }
                _ => return self.unexpected(),
            }
        }
    }

    /// An interpolated expression is complete, at its `}`.
    pub(super) fn interpolated(&mut self, expr: ExprRef<'h>, at: Pos) -> Fallible<Step<'h>> {
        match self.frames.last() {
            Some(Frame::Indented { .. }) => self.pieces.push((at, Piece::Expr(expr))),
            _ => self.parts.push((at, expr)),
        }
        self.advance()?;
        Ok(Step::Pieces)
    }

    /// The pieces since `base` as one expression: of a path that starts at
    /// `path`, or of a string.
    fn concat(&mut self, base: u32, path: Option<Pos>) -> ExprRef<'h> {
        let parts = self.heap.alloc_slice(&self.parts[base as usize..]);
        self.parts.truncate(base as usize);
        let concat = self.heap.alloc(Concat {
            pos: path.unwrap_or_else(|| parts.first().map_or(Pos::NONE, |part| part.0)),
            force_string: path.is_none(),
            parts,
        });
        self.make(Expr::Concat(concat))
    }

    fn strip(&mut self, start: Pos, base: u32) -> ExprRef<'h> {
        let mut parts = std::mem::take(&mut self.parts);
        let parts_base = parts.len();
        strip_indentation(
            &self.pieces[base as usize..],
            &self.ctx.options,
            |pos, piece| {
                let expr = match piece {
                    Ok(text) => self.string_expr(self.heap.alloc_slice(text)),
                    Err(expr) => expr,
                };
                parts.push((pos, expr));
            },
        );
        self.parts = parts;
        self.pieces.truncate(base as usize);
        match self.parts[parts_base..] {
            [] => self.string_expr(&[]),
            [(_, expr @ Expr::String(_))] => {
                self.parts.truncate(parts_base);
                expr
            }
            _ => {
                let parts = self.heap.alloc_slice(&self.parts[parts_base..]);
                self.parts.truncate(parts_base);
                self.make(Expr::Concat(self.heap.alloc(Concat {
                    pos: start,
                    force_string: true,
                    parts,
                })))
            }
        }
    }
}
