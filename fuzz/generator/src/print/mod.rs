//! Writes a tree as text: with parentheses where the grammar wants them and some where it does not, in a
//! layout and in spellings that are chosen like everything else.

use crate::{
    choices::Choices,
    names::is_identifier,
    tree::{Binding, Expr, Formal, Grouping, Key, Op, Param, Part},
};

mod layout;
mod numbers;
mod strings;
#[cfg(test)]
mod tests;

use layout::Writer;
pub use layout::{Space, Style};

/// The levels of expressions, from what takes everything to its right to what stands alone.
const ANY: u8 = 0;
const HAS: u8 = 12;
const NOT: u8 = 8;
const NEGATE: u8 = 13;
const APPLY: u8 = 14;
const SELECT: u8 = 15;
const SIMPLE: u8 = 16;

/// Writes a program.
pub fn print(expr: &Expr, style: Style, choices: &mut dyn Choices) -> String {
    let mut printer = Printer {
        writer: Writer::new(style),
        choices,
    };
    printer.expr(expr, ANY);
    printer.finish()
}

struct Printer<'a> {
    writer: Writer,
    choices: &'a mut dyn Choices,
}

impl Printer<'_> {
    fn token(&mut self, text: &str) {
        self.writer.token(text, self.choices);
    }

    fn chance(&mut self, percent: u8) -> bool {
        percent > 0 && self.choices.below(100) >= 100 - u32::from(percent)
    }

    /// Whether something is spelled as people hardly do.
    fn rarely(&mut self) -> bool {
        self.chance(self.style().rare)
    }

    fn finish(mut self) -> String {
        self.writer.end(self.choices);
        self.writer.out
    }

    fn style(&self) -> Style {
        self.writer.style
    }

    /// Writes an expression where one of at least `level` is wanted.
    fn expr(&mut self, expr: &Expr, level: u8) {
        let parentheses = level_of(expr) < level || self.chance(self.style().parentheses);
        if parentheses {
            self.token("(");
            // A set may be one of several definitions of an attribute, which only sets as they stand can be.
            if self.chance(self.style().rare / 8) && !matches!(expr, Expr::Set { .. }) {
                self.token("let");
                self.token("in");
            }
            self.bare(expr);
            self.token(")");
        } else {
            self.bare(expr);
        }
    }

    fn bare(&mut self, expr: &Expr) {
        match expr {
            Expr::Var(name) => self.token(name),
            Expr::Int(number) => self.integer(*number),
            Expr::Float(text) => self.float(text),
            Expr::Uri(text) => self.closed_token(text),
            Expr::Search(text) => self.closed_token(&format!("<{text}>")),
            Expr::CurPos => self.token("__curPos"),
            Expr::Source(text) => self.closed_token(text),
            Expr::Str(parts) => self.string(parts),
            Expr::Indented(parts) => self.single_quoted(parts),
            Expr::Path(parts) => self.path(parts),
            Expr::List(items) => {
                self.token("[");
                for item in items {
                    self.expr(item, SELECT);
                }
                self.token("]");
            }
            Expr::Set {
                recursive,
                bindings,
            } => {
                if *recursive {
                    self.token("rec");
                }
                self.bindings("{", bindings, "}");
            }
            Expr::LegacyLet(bindings) => {
                // C++ Nix takes it wherever a set may stand; rnix wants parentheses, and no space before
                // the closing one.
                self.token("(");
                self.token("let");
                self.bindings("{", bindings, "}");
                self.writer.raw(")");
            }
            Expr::Let(bindings, body) => {
                self.bindings("let", bindings, "in");
                self.expr(body, ANY);
            }
            Expr::With(set, body) => self.headed("with", set, body),
            Expr::Assert(condition, body) => self.headed("assert", condition, body),
            Expr::If(condition, yes, no) => {
                self.token("if");
                self.expr(condition, ANY);
                self.token("then");
                self.expr(yes, ANY);
                self.token("else");
                self.expr(no, ANY);
            }
            Expr::Lambda(param, body) => {
                self.param(param);
                self.token(":");
                self.expr(body, ANY);
            }
            // `x.y or` would go on with what stands in for `x.y`.
            Expr::Apply(function, argument) if is_or(argument) => {
                self.expr(function, SIMPLE);
                self.token("or");
            }
            Expr::Apply(function, argument) => {
                self.expr(function, APPLY);
                self.expr(argument, SELECT);
            }
            Expr::Select(whole, path, or) => {
                self.expr(whole, SIMPLE);
                self.token(".");
                self.keys(path);
                if let Some(or) = or {
                    self.token("or");
                    self.expr(or, SELECT);
                }
            }
            Expr::Has(whole, path) => {
                self.expr(whole, HAS + 1);
                self.token("?");
                self.keys(path);
            }
            Expr::Not(inner) => {
                self.token("!");
                self.expr(inner, NOT);
            }
            Expr::Negate(inner) => {
                self.token("-");
                self.expr(inner, NEGATE);
            }
            Expr::Binary(op, one, two) => self.binary(*op, one, two),
        }
    }

    fn headed(&mut self, word: &str, head: &Expr, body: &Expr) {
        self.token(word);
        self.expr(head, ANY);
        self.token(";");
        self.expr(body, ANY);
    }

    fn binary(&mut self, op: Op, one: &Expr, two: &Expr) {
        let (text, level, grouping) = op.row();
        self.expr(
            one,
            if grouping == Grouping::Left {
                level
            } else {
                level + 1
            },
        );
        self.token(text);
        self.expr(
            two,
            if grouping == Grouping::Right {
                level
            } else {
                level + 1
            },
        );
    }

    fn param(&mut self, param: &Param) {
        let (formals, ellipsis, whole) = match param {
            Param::Name(name) => return self.token(name),
            Param::Pattern {
                formals,
                ellipsis,
                whole,
            } => (formals, *ellipsis, whole),
        };
        let before = whole.is_some() && self.choices.below(2) == 1;
        if let (Some(name), true) = (whole, before) {
            self.token(name);
            self.token("@");
        }
        self.token("{");
        for (index, Formal { name, default }) in formals.iter().enumerate() {
            if index > 0 {
                self.token(",");
            }
            self.token(name);
            if let Some(default) = default {
                self.token("?");
                self.expr(default, ANY);
            }
        }
        if ellipsis {
            if !formals.is_empty() {
                self.token(",");
            }
            self.token("...");
        } else if !formals.is_empty() && self.rarely() {
            self.token(",");
        }
        self.token("}");
        if let (Some(name), false) = (whole, before) {
            self.token("@");
            self.token(name);
        }
    }

    fn bindings(&mut self, open: &str, bindings: &[Binding], close: &str) {
        self.token(open);
        self.writer.deeper();
        for binding in bindings {
            self.writer.line();
            if self.chance(self.style().rare / 8) {
                self.inherit_nothing();
            }
            match binding {
                Binding::Value(path, value) => self.value(path, value),
                Binding::Inherit(from, names) => {
                    self.token("inherit");
                    if let Some(from) = from {
                        self.token("(");
                        self.expr(from, ANY);
                        self.token(")");
                    }
                    for name in names {
                        self.inherited(name);
                    }
                    self.token(";");
                }
            }
        }
        self.writer.shallower();
        self.writer.line();
        self.token(close);
    }

    fn inherit_nothing(&mut self) {
        self.token("inherit");
        if self.choices.below(2) == 1 {
            for text in ["(", "{", "}", ")"] {
                self.token(text);
            }
        }
        self.token(";");
        self.writer.line();
    }

    fn inherited(&mut self, name: &str) {
        if self.is_bare(name) && !self.chance(self.style().quotes / 2) {
            self.token(name);
        } else {
            self.name_in_quotes(name);
        }
    }

    /// Whether a name is written without quotes. `or` may be as an attribute, but hardly anywhere else.
    fn is_bare(&mut self, name: &str) -> bool {
        is_identifier(name) || name == "or" && self.choices.below(2) == 1
    }

    fn name_in_quotes(&mut self, name: &str) {
        if self.rarely() {
            self.token("${");
            self.quoted_name(name);
            self.token("}");
        } else {
            self.quoted_name(name);
        }
    }

    /// `path = value;`, or one line for each attribute of the value where that means the same.
    fn value(&mut self, path: &[Key], value: &Expr) {
        if let Expr::Set {
            recursive: false,
            bindings,
        } = value
            && can_spread(path, bindings)
            && self.chance(self.style().spread)
        {
            for binding in bindings {
                if let Binding::Value(inner, value) = binding {
                    self.writer.line();
                    let whole: Vec<Key> = path.iter().chain(inner).cloned().collect();
                    self.value(&whole, value);
                }
            }
            return;
        }
        self.keys(path);
        self.token("=");
        self.expr(value, ANY);
        self.token(";");
    }

    fn keys(&mut self, path: &[Key]) {
        for (index, key) in path.iter().enumerate() {
            if index > 0 {
                self.token(".");
            }
            match key {
                Key::Static(name) => {
                    let odd = self.chance(self.style().quotes);
                    if !odd && self.is_bare(name) {
                        self.token(name);
                    } else if odd && self.choices.below(2) == 1 {
                        self.token("${");
                        self.quoted_name(name);
                        self.token("}");
                    } else {
                        self.quoted_name(name);
                    }
                }
                // A string with holes needs no braces of its own.
                Key::Dynamic(Expr::Str(parts))
                    if parts.iter().any(|part| matches!(part, Part::Hole(_)))
                        && self.choices.below(2) == 1 =>
                {
                    self.double_quoted(parts);
                }
                Key::Dynamic(expr) => {
                    self.token("${");
                    self.expr(expr, ANY);
                    self.token("}");
                }
            }
        }
    }
}

fn is_or(expr: &Expr) -> bool {
    matches!(expr, Expr::Var(name) if name == "or")
}

/// Whether the attributes of a set can be written one by one under the name of the set.
fn can_spread(path: &[Key], bindings: &[Binding]) -> bool {
    let fixed = |path: &[Key]| path.iter().all(|key| matches!(key, Key::Static(_)));
    !bindings.is_empty()
        && fixed(path)
        && bindings
            .iter()
            .all(|binding| matches!(binding, Binding::Value(path, _) if fixed(path)))
}

fn level_of(expr: &Expr) -> u8 {
    match expr {
        Expr::Let(..) | Expr::With(..) | Expr::Assert(..) | Expr::If(..) | Expr::Lambda(..) => ANY,
        Expr::Binary(op, ..) => op.row().1,
        Expr::Not(_) => NOT,
        Expr::Has(..) => HAS,
        Expr::Negate(_) => NEGATE,
        Expr::Apply(..) => APPLY,
        Expr::Select(..) => SELECT,
        _ => SIMPLE,
    }
}
