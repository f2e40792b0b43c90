//! Arguments of builtins: by their types, or from a grammar of their own.

use super::Generator;
use crate::{
    builtins::{Letters, Pattern},
    config::Release,
    grammar,
    swarm::Feature,
    tree::{Expr, Part},
    types::{Str, Type},
};

impl Generator<'_> {
    /// An argument as a signature wants it.
    pub(crate) fn argument(
        &mut self,
        pattern: Pattern,
        strict: bool,
        letters: &mut Letters,
    ) -> Expr {
        let certain = self.certain && strict;
        if let Some(of) = self.type_of(pattern, letters) {
            // What is called or held in a list or a set is not certain to be evaluated.
            return match &of {
                Type::Fun(from, to) => self.iterated(from, to),
                _ if self.on(Feature::Point) && self.chance(4) && pattern == Pattern::Any => {
                    self.point()
                }
                _ => self.make(&of, certain),
            };
        }
        match pattern {
            Pattern::List(_) | Pattern::Some(_) => {
                let size = 1 + self.below(3);
                Expr::List((0..size).map(|_| self.coercible(false)).collect())
            }
            Pattern::Coercible => self.coercible(false),
            Pattern::Shown => self.shown(),
            Pattern::Count => Expr::int(i64::from(self.below(7))),
            Pattern::Rounded => self.rounded(),
            Pattern::Version => self.text(grammar::version),
            Pattern::Package => self.text(grammar::package),
            Pattern::Slashes => self.text(grammar::slashes),
            Pattern::Absolute => self.text(grammar::absolute),
            Pattern::Algorithm => Expr::text(self.algorithm()),
            Pattern::Own(text) => Expr::Source(text),
            _ => self.leaf(&Type::Null),
        }
    }

    /// A function that is called for each of several items.
    fn iterated(&mut self, from: &Type, to: &Type) -> Expr {
        if self.loops >= 2 || self.tired() {
            self.loops += 1;
            let function = self.leaf(&Type::fun(from.clone(), to.clone()));
            self.loops -= 1;
            return function;
        }
        self.loops += 1;
        let function = self.expr(&Type::fun(from.clone(), to.clone()));
        self.loops -= 1;
        function
    }

    /// A string of a grammar, sometimes made of two.
    pub(super) fn text(&mut self, grammar: fn(&mut dyn crate::choices::Choices) -> String) -> Expr {
        let text = grammar(self.choices);
        self.written(text)
    }

    /// A string of this text, now and then as something that has to be evaluated.
    pub(super) fn written(&mut self, text: String) -> Expr {
        self.mass += text.len() as u32;
        let middle = text.len() / 2;
        if self.on(Feature::Interpolation) && text.is_char_boundary(middle) && self.chance(15) {
            let (one, two) = text.split_at(middle);
            return if self.chance(50) {
                Expr::binary(crate::tree::Op::Add, Expr::text(one), Expr::text(two))
            } else {
                Expr::Str(vec![
                    Part::Text(one.to_owned()),
                    Part::Hole(Expr::text(two)),
                ])
            };
        }
        Expr::text(&text)
    }

    /// The name of a hash algorithm that the program's releases know.
    pub(super) fn algorithm(&mut self) -> &'static str {
        let newest = self.since(Release::V2_34) && self.wishes("blake3-hashes");
        if newest && self.chance(40) {
            return "blake3";
        }
        self.pick(&["sha256", "md5", "sha1", "sha512"])
    }

    /// What becomes a string where one is interpolated; `plain`: one without context.
    pub(super) fn coercible(&mut self, plain: bool) -> Expr {
        let string = Type::Str(if plain { Str::Plain } else { Str::Any });
        match self.below(8) {
            5 if self.on(Feature::Coerced) => {
                let text = if self.tired() || self.chance(70) {
                    self.expr(&string)
                } else {
                    self.coercible(plain)
                };
                Expr::set([("outPath", text)])
            }
            6 if self.on(Feature::Coerced) => {
                if self.chance(30) {
                    let text = self.expr(&string);
                    let me = Expr::lambda("_me", Expr::select(Expr::var("_me"), "text"));
                    return Expr::set([("__toString", me), ("text", text)]);
                }
                let text = self.expr(&string);
                let function = Expr::lambda("_", text);
                if self.chance(40) {
                    // `__toString` comes first.
                    Expr::set([("__toString", function), ("outPath", Expr::text("never"))])
                } else {
                    Expr::set([("__toString", function)])
                }
            }
            7 if !plain && self.on(Feature::Derivation) => self.expr(&Type::Derivation),
            4 if !plain && self.on(Feature::File) && self.chance(40) => {
                self.path_literal(crate::types::Place::File)
            }
            _ => self.expr(&string),
        }
    }

    /// What `toString` makes a string of.
    fn shown(&mut self) -> Expr {
        match self.below(8) {
            0 => self.expr(&Type::Int(63)),
            1 => self.expr(&Type::Bool),
            2 => self.expr(&Type::Null),
            3 => self.expr(&Type::Float),
            4 | 6 if !self.tired() => {
                // What an empty list leaves of itself is a matter of its own.
                let size = self.below(4);
                let mut item = || {
                    if self.chance(25) {
                        Expr::List(Vec::new())
                    } else {
                        self.shown()
                    }
                };
                Expr::List((0..size).map(|_| item()).collect())
            }
            5 => self.coercible(false),
            _ => self.expr(&Type::Str(Str::Any)),
        }
    }

    /// A number that is near a whole number of few bits.
    fn rounded(&mut self) -> Expr {
        let whole = self.below(2000);
        let number = match self.below(4) {
            0 => return self.expr(&Type::Int(30)),
            1 => format!("{whole}.0"),
            2 => format!("{whole}.5"),
            _ => format!("{whole}.{}", self.below(1000)),
        };
        let number = Expr::Float(number);
        if self.chance(50) {
            Expr::Negate(Box::new(number))
        } else {
            number
        }
    }
}
