//! Rewrites that must not change what a program does: value, error kind, catchability, traces, in any
//! release. A free second oracle, which needs no Nix.
//!
//! Each row of [`REWRITES`] says at its function why it is sound. What all of them rest on:
//!
//! - **Positions.** Any rewrite moves what stands behind it. Programs that can see positions, their own
//!   text or unevaluated values (by `trace`) are not rewritten (`facts.rs`).
//! - **Cells.** C++ Nix makes a cell for each item, attribute, argument and default: a variable there
//!   *is* the variable's cell, a literal a shared constant, everything else a new thunk. `[ f ] == [ f ]`
//!   and `«repeated»` can tell whether cells are the same, so a variable in such a place stays one, and
//!   nothing else becomes one ([`facts::is_replaceable`]).
//! - **How often.** Nothing is evaluated more or less often, or in another order, than before: traces.
//! - **Forms that the parser looks at.** Sets that are merged with other definitions, strings as names
//!   of attributes, `assert a == b` (evaluates its operands again to say how they differ).
//! - **Order of attributes.** Attributes are forced in the order in which their names first occurred
//!   (Nix issue 7933). After each rewrite the names that can be attributes must first occur in the same
//!   order as before ([`order`]).
//! - **Depth.** Some rewrites add or remove a call. A program that ends at the limit on nested calls,
//!   or just below it, can end otherwise: such outcomes say nothing.

use arbitrary::{Result, Unstructured};
use rnix::SyntaxNode;

use crate::lossless::{self, Edit};

mod bindings;
mod facts;
mod functions;
mod layout;
mod logic;
mod order;
mod selection;
mod sets;
mod strings;
mod wrapping;

use facts::Program;

/// Rewrites one node; none where it does not apply there.
type Run = fn(&mut Unstructured<'_>, &Program<'_>, &SyntaxNode) -> Result<Option<Vec<Edit>>>;

/// One kind of rewrite.
#[derive(Clone, Copy)]
pub struct Rewrite {
    /// What to call it.
    pub name: &'static str,
    /// What it does.
    pub what: &'static str,
    /// Whether the outcome is also the same where not everything in the result is evaluated (without
    /// `--strict`): then it leaves thunks where they were.
    pub lazy: bool,
    run: Run,
}

impl std::fmt::Debug for Rewrite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// A rewrite that leaves thunks where they were.
const fn lazy(name: &'static str, what: &'static str, run: Run) -> Rewrite {
    Rewrite {
        name,
        what,
        lazy: true,
        run,
    }
}

/// A rewrite that may make a thunk of a literal, which only a printer that does not force can see.
const fn strict(name: &'static str, what: &'static str, run: Run) -> Rewrite {
    Rewrite {
        name,
        what,
        lazy: false,
        run,
    }
}

/// All kinds of rewrite.
#[rustfmt::skip]
pub const REWRITES: &[Rewrite] = &[
    lazy("parenthesise", "e → (e)", wrapping::parenthesise),
    lazy("unparenthesise", "((e)) → (e), (x) → x", wrapping::unparenthesise),
    lazy("layout", "other spaces and comments", layout::layout),
    strict("let-introduce", "e → let v = e; in v", wrapping::let_introduce),
    strict("identity", "e → (v: v) e", wrapping::identity),
    strict("thunk", "e → (v: e) null", wrapping::thunk),
    strict("with-introduce", "e → with { }; e", wrapping::with_introduce),
    strict("if-constant", "e → if 1 == 1 then e else null", wrapping::if_constant),
    strict("assert-constant", "e → assert 1 == 1; e", wrapping::assert_constant),
    strict("seq", "e → builtins.seq null e", wrapping::seq),
    strict("select-introduce", "e → { v = e; }.v", wrapping::select_introduce),
    lazy("let-inline", "let x = e; in … x … → … e …", bindings::let_inline),
    lazy("let-to-call", "let x = e; in b → (x: b) e", bindings::let_to_call),
    lazy("let-merge", "let a in let b in e → let a b in e", bindings::let_merge),
    lazy("legacy-let", "let b in e → let { b body = e; }", bindings::legacy_let),
    lazy("modern-let", "let { b body = e; } → (rec { b body = e; }).body", bindings::modern_let),
    lazy("rec-to-let", "rec { a = e; } → let a = e; in { inherit a; }", bindings::rec_to_let),
    lazy("reorder", "exchanges neighbouring bindings", bindings::reorder),
    lazy("rename-binding", "renames a variable of a let", bindings::rename),
    lazy("inherit-expand", "inherit x; → x = x;", bindings::inherit_expand),
    lazy("inherit-contract", "x = x; → inherit x;", bindings::inherit_contract),
    lazy("inherit-select", "inherit (e) x; → x = (e).x;", bindings::inherit_select),
    lazy("call-to-let", "(x: b) e → let x = e; in b", functions::call_to_let),
    lazy("formals-to-let", "({ x }: b) { x = e; } → let x = e; in b", functions::formals_to_let),
    lazy("formal-select", "{ x }: … x … → { x }@v: … v.x …", functions::formal_select),
    lazy("eta", "x: e → x: (x: e) x", functions::eta),
    lazy("lambda-lift", "x: … y … → (y: x: … y …) y", functions::lambda_lift),
    lazy("rename-parameter", "renames the parameter of a function", functions::rename),
    lazy("update-split", "{ a… b… } → { a… } // { b… }", sets::update_split),
    lazy("update-merge", "{ a… } // { b… } → { a… b… }", sets::update_merge),
    lazy("path-split", "a.b = e; → a = { b = e; };", sets::path_split),
    lazy("path-merge", "a = { b = e; c = f; }; → a.b = e; a.c = f;", sets::path_merge),
    lazy("concat-split", "[ a b ] → [ a ] ++ [ b ]", sets::concat_split),
    lazy("concat-merge", "[ a ] ++ [ b ] → [ a b ]", sets::concat_merge),
    strict("string-split", "\"ab\" → \"a\" + \"b\", \"a${\"b\"}\", \"${\"ab\"}\"", strings::split),
    lazy("string-quotes", "\"a\" ↔ ''a''", strings::quotes),
    lazy("double-negation", "a == b → !(!(a == b))", logic::double_negation),
    lazy("de-morgan", "a && b → !(!a || !b)", logic::de_morgan),
    lazy("implication", "a -> b ↔ !a || b", logic::implication),
    lazy("not-equal", "a != b ↔ !(a == b)", logic::not_equal),
    lazy("if-negate", "if c then a else b → if !c then b else a", logic::if_negate),
    lazy("has-split", "x ? a.b → x ? a && x.a ? b", selection::has_split),
    lazy("or-to-if", "x.a or e → if x ? a then x.a else e", selection::or_to_if),
    lazy("select-split", "e.a.b → (e.a).b", selection::select_split),
    lazy("select-join", "(e.a).b → e.a.b", selection::select_join),
    strict("with-to-select", "with { a = e; }; … a … → let v = { a = e; }; in … v.a …", selection::with_to_select),
];

/// How many rows are drawn by chance before all are tried in turn: so that rows which often apply do
/// not take the place of those before them.
const DRAWS: usize = 8;

/// Rewrites a program at one place that the bytes choose; none where it cannot be rewritten.
///
/// # Errors
/// If the bytes cannot be read; running out of them is no error.
pub fn rewrite(
    u: &mut Unstructured<'_>,
    program: &str,
) -> Result<Option<(String, &'static Rewrite)>> {
    let Some(program) = Program::new(program) else {
        return Ok(None);
    };
    let mut order: Vec<usize> = Vec::with_capacity(DRAWS + REWRITES.len());
    for _ in 0..DRAWS {
        order.push(u.choose_index(REWRITES.len())?);
    }
    order.extend(0..REWRITES.len());
    for index in order {
        let rewrite = &REWRITES[index];
        if let Some(text) = rewrite.apply_to(u, &program)? {
            return Ok(Some((text, rewrite)));
        }
    }
    Ok(None)
}

impl Rewrite {
    /// The rewrite of this name.
    pub fn named(name: &str) -> Option<&'static Rewrite> {
        REWRITES.iter().find(|rewrite| rewrite.name == name)
    }

    /// Applies this rewrite at one place that the bytes choose; none where there is no place for it.
    ///
    /// # Errors
    /// If the bytes cannot be read; running out of them is no error.
    pub fn apply(&self, u: &mut Unstructured<'_>, program: &str) -> Result<Option<String>> {
        match Program::new(program) {
            Some(program) => self.apply_to(u, &program),
            None => Ok(None),
        }
    }

    /// The result at the first place in the text where the rewrite applies.
    #[cfg(test)]
    fn first(&self, program: &str) -> Option<String> {
        self.apply(&mut Unstructured::new(&[]), program)
            .unwrap_or_default()
    }

    fn apply_to(&self, u: &mut Unstructured<'_>, program: &Program<'_>) -> Result<Option<String>> {
        let nodes: Vec<SyntaxNode> = program.root.descendants().collect();
        let start = u.choose_index(nodes.len())?;
        for node in nodes[start..].iter().chain(&nodes[..start]) {
            let Some(edits) = (self.run)(u, program, node)? else {
                continue;
            };
            let Some(text) = lossless::apply(program.text, edits) else {
                continue;
            };
            // A rewrite that gives no program, or another order of names, is none.
            let Some(root) = lossless::parse(&text) else {
                continue;
            };
            if text != program.text && order::is_kept(&program.root, &root) {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
