//! Prints programs as `nix-instantiate --parse` does (`Expr::show` in
//! `nixexpr.cc`).
//!
//! What is left to print is kept on a stack of its own, so the depth of the
//! program does not matter.

use super::ast::{AttrName, AttrSet, BinaryOp, DefKind, Expr, ExprRef, Formals, Lambda};
use super::options::SyntaxOptions;
use crate::symbols::{Symbol, Symbols};

/// Something left to print.
#[derive(Clone, Copy)]
enum Item<'h> {
    Expr(ExprRef<'h>),
    Text(&'static str),
    Name(Symbol),
}

/// Prints programs.
pub struct Printer<'c> {
    symbols: &'c Symbols,
    options: &'c SyntaxOptions,
}

const KEYWORDS: [&[u8]; 9] = [
    b"if", b"then", b"else", b"assert", b"with", b"let", b"in", b"rec", b"inherit",
];

impl<'c> Printer<'c> {
    /// A printer for programs with names from `symbols`.
    pub fn new(symbols: &'c Symbols, options: &'c SyntaxOptions) -> Printer<'c> {
        Printer { symbols, options }
    }

    /// The whole program, without a newline at the end.
    pub fn program(&self, expr: ExprRef<'_>) -> Vec<u8> {
        let mut out = Vec::new();
        self.run(vec![Item::Expr(expr)], &mut out);
        out
    }

    /// An attribute path as messages show it (`showAttrSelectionPath`).
    pub fn path_text(&self, path: &[AttrName<'_>]) -> String {
        let mut items = Vec::new();
        path_items(path, &mut items);
        items.reverse();
        let mut out = Vec::new();
        self.run(items, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    fn run(&self, mut left: Vec<Item<'_>>, out: &mut Vec<u8>) {
        let mut items = Vec::new();
        while let Some(item) = left.pop() {
            match item {
                Item::Text(text) => out.extend_from_slice(text.as_bytes()),
                Item::Name(name) => self.name(name, out),
                Item::Expr(expr) => {
                    self.expr(expr, out, &mut items);
                    left.extend(items.drain(..).rev());
                }
            }
        }
    }

    /// An attribute name or variable (`printIdentifier` in `print.cc`).
    fn name(&self, symbol: Symbol, out: &mut Vec<u8>) {
        let name = self.symbols.name(symbol);
        let keyword = if self.options.quote_keywords {
            KEYWORDS.contains(&&*name)
        } else {
            &*name == b"if"
        };
        let plain = name
            .first()
            .is_some_and(|&byte| byte.is_ascii_alphabetic() || byte == b'_')
            && name
                .iter()
                .all(|&byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'\'' | b'-'));
        if plain && !keyword {
            out.extend_from_slice(&name);
        } else {
            self.string(&name, out);
        }
    }

    /// A string literal (`printLiteralString`, or `showString` before 2.16).
    fn string(&self, bytes: &[u8], out: &mut Vec<u8>) {
        out.push(b'"');
        for (i, &byte) in bytes.iter().enumerate() {
            match byte {
                b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
                b'$' if !self.options.escape_only_interpolation
                    || bytes.get(i + 1) == Some(&b'{') =>
                {
                    out.extend_from_slice(b"\\$");
                }
                b'\n' => out.extend_from_slice(b"\\n"),
                b'\r' => out.extend_from_slice(b"\\r"),
                b'\t' => out.extend_from_slice(b"\\t"),
                _ => out.push(byte),
            }
        }
        out.push(b'"');
    }

    /// Prints what has no parts; the rest becomes items.
    fn expr<'h>(&self, expr: ExprRef<'h>, out: &mut Vec<u8>, items: &mut Vec<Item<'h>>) {
        use Item::Text;
        match expr {
            Expr::Int(n) => out.extend_from_slice(n.to_string().as_bytes()),
            Expr::Float(x) => out.extend_from_slice(float_text(*x).as_bytes()),
            Expr::String(bytes) => self.string(bytes, out),
            Expr::Path(path) => out.extend_from_slice(path),
            Expr::Var(var) => self.name(var.name, out),
            Expr::CurPos(_) => out.extend_from_slice(b"__curPos"),
            Expr::InheritFrom(_) => {}
            Expr::Select(select) => {
                items.extend([Text("("), Item::Expr(select.set), Text(").")]);
                path_items(select.path, items);
                if let Some(default) = select.default {
                    items.extend([Text(" or ("), Item::Expr(default), Text(")")]);
                }
            }
            Expr::HasAttr(has) => {
                items.extend([Text("(("), Item::Expr(has.set), Text(") ? ")]);
                path_items(has.path, items);
                items.push(Text(")"));
            }
            Expr::Attrs(set) => self.set(set, items),
            Expr::List(elements) => {
                items.push(Text("[ "));
                for element in *elements {
                    items.extend([Text("("), Item::Expr(element.expr), Text(") ")]);
                }
                items.push(Text("]"));
            }
            Expr::Lambda(lambda) => self.lambda(lambda, items),
            Expr::Call(call) => {
                // Calls of one argument each, before calls could have several.
                let opening = if self.options.flat_calls {
                    1
                } else {
                    call.arguments.len()
                };
                items.extend((0..opening).map(|_| Text("(")));
                items.push(Item::Expr(call.function));
                for argument in call.arguments.iter() {
                    // An application printed its empty operator between two spaces.
                    let space = if self.options.flat_calls { " " } else { "  " };
                    items.extend([Text(space), Item::Expr(argument.expr)]);
                    if !self.options.flat_calls {
                        items.push(Text(")"));
                    }
                }
                if self.options.flat_calls {
                    items.push(Text(")"));
                }
            }
            Expr::Let(binding) => {
                items.push(Text("(let "));
                self.bindings(binding.bindings, true, items);
                items.extend([Text("in "), Item::Expr(binding.body), Text(")")]);
            }
            Expr::With(with) => items.extend([
                Text("(with "),
                Item::Expr(with.set.expr),
                Text("; "),
                Item::Expr(with.body),
                Text(")"),
            ]),
            Expr::If(branch) => items.extend([
                Text("(if "),
                Item::Expr(branch.condition),
                Text(" then "),
                Item::Expr(branch.then),
                Text(" else "),
                Item::Expr(branch.otherwise),
                Text(")"),
            ]),
            Expr::Assert(assert) => items.extend([
                Text("assert "),
                Item::Expr(assert.condition),
                Text("; "),
                Item::Expr(assert.body),
            ]),
            Expr::Not(operand) => {
                items.extend([Text("(! "), Item::Expr(operand), Text(")")]);
            }
            Expr::Binary(binary) => items.extend([
                Text("("),
                Item::Expr(binary.left),
                Text(operator_text(binary.op)),
                Item::Expr(binary.right),
                Text(")"),
            ]),
            Expr::Concat(concat) => {
                items.push(Text("("));
                for (i, (_, part)) in concat.parts.iter().enumerate() {
                    if i > 0 {
                        items.push(Text(" + "));
                    }
                    items.push(Item::Expr(part));
                }
                items.push(Text(")"));
            }
        }
    }

    fn set<'h>(&self, set: &'h AttrSet<'h>, items: &mut Vec<Item<'h>>) {
        if set.recursive.get() {
            items.push(Item::Text("rec "));
        }
        items.push(Item::Text("{ "));
        self.bindings(set, false, items);
        items.push(Item::Text("}"));
    }

    fn bindings<'h>(&self, set: &'h AttrSet<'h>, in_let: bool, items: &mut Vec<Item<'h>>) {
        use Item::{Name, Text};
        let mut defs: Vec<_> = set.defs.iter().collect();
        if self.options.sorted_output {
            defs.sort_by_cached_key(|def| self.symbols.name(def.name));
            self.inherited(set, &defs, items);
            defs.retain(|def| def.kind == DefKind::Plain);
        } else if self.options.sorted_sets && !in_let {
            defs.sort_by_cached_key(|def| self.symbols.name(def.name));
        } else {
            defs.sort_by_key(|def| def.name);
        }
        for def in defs {
            match (def.kind, def.value.expr) {
                (DefKind::Inherited, _) => {
                    let end = if in_let { "; " } else { " ; " };
                    items.extend([Text("inherit "), Name(def.name), Text(end)]);
                }
                (DefKind::InheritedFrom, Expr::Select(select)) => {
                    items.extend([Name(def.name), Text(" = (")]);
                    if let Expr::InheritFrom(from) = select.set
                        && let Some(source) = set.inherit_from.get(from.get() as usize)
                    {
                        items.push(Item::Expr(source.expr));
                    }
                    items.push(Text(")."));
                    path_items(select.path, items);
                    items.push(Text("; "));
                }
                (_, value) => {
                    items.extend([Name(def.name), Text(" = "), Item::Expr(value), Text("; ")]);
                }
            }
        }
        if in_let && !self.options.sorted_output {
            return;
        }
        for def in set.dynamic.iter() {
            items.extend([
                Text("\"${"),
                Item::Expr(def.name),
                Text("}\" = "),
                Item::Expr(def.value.expr),
                Text("; "),
            ]);
        }
    }

    /// `inherit` and `inherit (e)` in groups; `defs` are sorted by name.
    fn inherited<'h>(
        &self,
        set: &'h AttrSet<'h>,
        defs: &[&'h super::ast::AttrDef<'h>],
        items: &mut Vec<Item<'h>>,
    ) {
        use Item::{Name, Text};
        let mut plain = defs
            .iter()
            .filter(|def| def.kind == DefKind::Inherited)
            .peekable();
        if plain.peek().is_some() {
            items.push(Text("inherit"));
            for def in plain {
                items.extend([Text(" "), Name(def.name)]);
            }
            items.push(Text("; "));
        }
        let mut from: Vec<(u32, Symbol)> = Vec::new();
        for def in defs {
            if let (DefKind::InheritedFrom, Expr::Select(select)) = (def.kind, def.value.expr)
                && let Expr::InheritFrom(index) = select.set
            {
                from.push((index.get(), def.name));
            }
        }
        from.sort_by_key(|entry| entry.0);
        for group in from.chunk_by(|a, b| a.0 == b.0) {
            items.push(Text("inherit ("));
            if let Some(source) = set.inherit_from.get(group[0].0 as usize) {
                items.push(Item::Expr(source.expr));
            }
            items.push(Text(")"));
            for &(_, name) in group {
                items.extend([Text(" "), Name(name)]);
            }
            items.push(Text("; "));
        }
    }

    fn lambda<'h>(&self, lambda: &'h Lambda<'h>, items: &mut Vec<Item<'h>>) {
        use Item::{Name, Text};
        items.push(Text("("));
        if let Some(formals) = &lambda.formals {
            self.formals(formals, items);
            if lambda.arg.is_some() {
                items.push(Text(" @ "));
            }
        }
        items.extend(lambda.arg.map(Name));
        items.extend([Text(": "), Item::Expr(lambda.body), Text(")")]);
    }

    fn formals<'h>(&self, formals: &'h Formals<'h>, items: &mut Vec<Item<'h>>) {
        use Item::{Name, Text};
        items.push(Text("{ "));
        let mut list: Vec<_> = formals.list.iter().collect();
        if self.options.sorted_output {
            list.sort_by_cached_key(|formal| self.symbols.name(formal.name));
        } else if !self.options.late_formals_check {
            list.sort_by_key(|formal| formal.pos);
        }
        let mut first = true;
        for formal in list {
            if !first {
                items.push(Text(", "));
            }
            first = false;
            items.push(Name(formal.name));
            if let Some(default) = &formal.default {
                items.extend([Text(" ? "), Item::Expr(default.expr)]);
            }
        }
        if formals.ellipsis {
            items.push(Text(if first { "..." } else { ", ..." }));
        }
        items.push(Text(" }"));
    }
}

fn path_items<'h>(path: &[AttrName<'h>], items: &mut Vec<Item<'h>>) {
    for (i, name) in path.iter().enumerate() {
        if i > 0 {
            items.push(Item::Text("."));
        }
        match *name {
            AttrName::Static(name) => items.push(Item::Name(name)),
            AttrName::Dynamic(expr) => {
                items.extend([Item::Text("\"${"), Item::Expr(expr), Item::Text("}\"")]);
            }
        }
    }
}

fn operator_text(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Eq => " == ",
        BinaryOp::NotEq => " != ",
        BinaryOp::And => " && ",
        BinaryOp::Or => " || ",
        BinaryOp::Implies => " -> ",
        BinaryOp::Update => " // ",
        BinaryOp::ConcatLists => " ++ ",
    }
}

/// A float as a C++ stream writes it: `%g`, six significant digits.
fn float_text(x: f64) -> String {
    if x == 0.0 {
        return "0".into();
    }
    let scientific = format!("{x:.5e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let trim = |digits: &str| match digits.contains('.') {
        true => digits
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_string(),
        false => digits.to_string(),
    };
    if (-4..6).contains(&exponent) {
        let decimals = (5 - exponent).max(0) as usize;
        return trim(&format!("{x:.decimals$}"));
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trim(mantissa), exponent.abs())
}
