//! The intermediate representation: what C++ Nix's parser makes of a program,
//! in the arena of the evaluation.
//!
//! The forms are those of C++ Nix after its desugaring (`parser.y`,
//! `nixexpr.hh`), because `--parse` prints them and errors mention them:
//! `a - b` is a call of `__sub`, `<x>` a call of `__findFile`, `a.b.c = 1`
//! nested sets.
//!
//! Whatever may become a thunk is a [`Lazy`]: the resolver hangs its unit of
//! code there.

use super::growing::Growing;
use crate::compiler::{Scope, Unit, WithChain};
use crate::positions::Pos;
use crate::symbols::Symbol;
use std::cell::Cell;

/// A reference to an expression in the arena.
pub type ExprRef<'h> = &'h Expr<'h>;

/// An expression.
#[derive(Clone, Copy)]
pub enum Expr<'h> {
    /// An integer literal.
    Int(i64),
    /// A float literal.
    Float(f64),
    /// A string without interpolation, escapes and indentation resolved.
    String(&'h [u8]),
    /// A path literal: absolute; canonical except for a trailing `/` before an
    /// interpolation.
    Path(&'h [u8]),
    /// A variable.
    Var(&'h Var<'h>),
    /// The source of an `inherit (e)`: only as the set of a [`Select`] in an
    /// attribute definition of kind [`DefKind::InheritedFrom`]. The number is
    /// an index into [`AttrSet::inherit_from`].
    InheritFrom(&'h Cell<u32>),
    /// `e.a.b` or `e.a.b or d`
    Select(&'h Select<'h>),
    /// `e ? a.b`
    HasAttr(&'h HasAttr<'h>),
    /// `{ … }` or `rec { … }`
    Attrs(&'h AttrSet<'h>),
    /// `[ … ]`
    List(&'h [Lazy<'h>]),
    /// `x: e`, `{ a, b ? c, ... } @ x: e`
    Lambda(&'h Lambda<'h>),
    /// `f a b`
    Call(&'h Call<'h>),
    /// `let … in e`
    Let(&'h Let<'h>),
    /// `with e; b`
    With(&'h With<'h>),
    /// `if c then a else b`
    If(&'h If<'h>),
    /// `assert c; e`
    Assert(&'h Assert<'h>),
    /// `!e`
    Not(ExprRef<'h>),
    /// `a == b` and the other operators that are no calls of a builtin.
    Binary(&'h Binary<'h>),
    /// `"a${b}c"` or `a + b` or a path with interpolation.
    Concat(&'h Concat<'h>),
    /// `__curPos`
    CurPos(Pos),
}

impl Expr<'_> {
    /// Where C++ Nix says that the expression stands (`getPos` in `nixexpr.hh`):
    /// literals and `let` have no position there.
    pub fn pos(&self) -> Pos {
        let mut expr = self;
        loop {
            match expr {
                Expr::Int(_)
                | Expr::Float(_)
                | Expr::String(_)
                | Expr::Path(_)
                | Expr::InheritFrom(_)
                | Expr::Let(_) => return Pos::NONE,
                Expr::Var(var) => return var.pos,
                Expr::Select(select) => return select.pos,
                Expr::HasAttr(has) => expr = has.set,
                Expr::Attrs(set) => return set.pos.get(),
                Expr::List(items) => match items.first() {
                    Some(first) => expr = first.expr,
                    None => return Pos::NONE,
                },
                Expr::Lambda(lambda) => return lambda.pos,
                Expr::Call(call) => return call.pos,
                Expr::With(with) => return with.pos,
                Expr::If(branch) => return branch.pos,
                Expr::Assert(assert) => return assert.pos,
                Expr::Not(operand) => expr = operand,
                Expr::Binary(binary) => return binary.pos,
                Expr::Concat(concat) => return concat.pos,
                Expr::CurPos(pos) => return *pos,
            }
        }
    }
}

/// An expression in a place where C++ Nix makes a thunk of it (unless it is a
/// literal or a variable).
pub struct Lazy<'h> {
    /// The expression.
    pub expr: ExprRef<'h>,
    /// The code of the thunk, set by the resolver if there is one.
    pub unit: Cell<Option<&'h Unit<'h>>>,
}

impl<'h> Lazy<'h> {
    /// An expression whose unit is not known yet.
    pub fn new(expr: ExprRef<'h>) -> Lazy<'h> {
        Lazy {
            expr,
            unit: Cell::new(None),
        }
    }
}

/// A variable and, once resolved, where its value is.
pub struct Var<'h> {
    /// The name.
    pub name: Symbol,
    /// Where it stands; [`Pos::NONE`] for the `__sub`, `__lessThan`, … of operators.
    pub pos: Pos,
    /// Set by the resolver.
    pub binding: Cell<Binding<'h>>,
}

/// What a variable refers to.
#[derive(Clone, Copy, Default)]
pub enum Binding<'h> {
    /// Not resolved yet.
    #[default]
    Unresolved,
    /// The variable of this index in a scope.
    Local(&'h Scope<'h>, u32),
    /// A global: its index in the table of globals.
    Global(u32),
    /// To be looked up in the sets of the `with`s around it, innermost first.
    With(&'h WithChain<'h>),
}

/// A name in an attribute path.
#[derive(Clone, Copy)]
pub enum AttrName<'h> {
    /// A static name.
    Static(Symbol),
    /// `${e}` or `"a${b}"`
    Dynamic(ExprRef<'h>),
}

/// `e.a.b or d`
pub struct Select<'h> {
    /// Where the selection stands; [`Pos::NONE`] for legacy `let { … }`.
    pub pos: Pos,
    /// The set.
    pub set: ExprRef<'h>,
    /// The attribute path, never empty.
    pub path: &'h [AttrName<'h>],
    /// The expression after `or`.
    pub default: Option<ExprRef<'h>>,
}

/// `e ? a.b`
pub struct HasAttr<'h> {
    /// The set.
    pub set: ExprRef<'h>,
    /// The attribute path, never empty.
    pub path: &'h [AttrName<'h>],
}

/// How an attribute was defined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DefKind {
    /// `a = e`
    Plain,
    /// `inherit a`: the expression is a variable of the scope outside.
    Inherited,
    /// `inherit (e) a`: the expression selects from an [`Expr::InheritFrom`].
    InheritedFrom,
}

/// A definition with a static name.
pub struct AttrDef<'h> {
    /// The attribute's name.
    pub name: Symbol,
    /// Where it is defined.
    pub pos: Pos,
    /// How it is defined.
    pub kind: DefKind,
    /// What it is defined as.
    pub value: Lazy<'h>,
}

/// A definition with a computed name.
pub struct DynamicDef<'h> {
    /// The expression for the name.
    pub name: ExprRef<'h>,
    /// Where it is defined.
    pub pos: Pos,
    /// What it is defined as.
    pub value: Lazy<'h>,
}

/// The bindings of a set or a `let`.
pub struct AttrSet<'h> {
    /// Where the set stands; [`Pos::NONE`] for a `let` and for sets that an
    /// attribute path implies.
    pub pos: Cell<Pos>,
    /// Whether the attributes see each other.
    pub recursive: Cell<bool>,
    /// The definitions in the order of the source (after merging); names are
    /// unique.
    pub defs: Growing<'h, AttrDef<'h>>,
    /// The definitions with computed names, in the order of the source.
    pub dynamic: Growing<'h, DynamicDef<'h>>,
    /// The sources of `inherit (e)`.
    pub inherit_from: Growing<'h, Lazy<'h>>,
    /// The scope that the attributes make if the set is recursive (or a `let`);
    /// set by the resolver.
    pub scope: Cell<Option<&'h Scope<'h>>>,
    /// The scope of the hidden variables for `inherit_from`; set by the resolver.
    pub from_scope: Cell<Option<&'h Scope<'h>>>,
}

/// A named argument of a function.
pub struct Formal<'h> {
    /// Where it stands.
    pub pos: Pos,
    /// Its name.
    pub name: Symbol,
    /// The expression after `?`.
    pub default: Option<Lazy<'h>>,
}

/// The `{ a, b ? c, ... }` of a function.
pub struct Formals<'h> {
    /// The arguments, sorted by symbol.
    pub list: &'h [Formal<'h>],
    /// Whether there is an ellipsis.
    pub ellipsis: bool,
}

/// A function.
pub struct Lambda<'h> {
    /// Where it starts.
    pub pos: Pos,
    /// What it was bound to, for error messages: when it was parsed, or the last time that it was made as a dynamic
    /// attribute (`setName` in `nixexpr.cc` and `eval.cc`).
    pub name: Cell<Option<Symbol>>,
    /// `x` in `x: e` and in `{ … } @ x: e`
    pub arg: Option<Symbol>,
    /// The named arguments.
    pub formals: Option<Formals<'h>>,
    /// The body.
    pub body: ExprRef<'h>,
    /// The function's code; set by the resolver.
    pub unit: Cell<Option<&'h Unit<'h>>>,
    /// The scope of its arguments: [`Lambda::arg`] if there is one, then the
    /// named ones in order; set by the resolver.
    pub scope: Cell<Option<&'h Scope<'h>>>,
}

impl Lambda<'_> {
    /// Names it, and the functions that it returns one after another, for messages (`ExprLambda::setName`).
    pub fn set_name(&self, name: Symbol) {
        self.name.set(Some(name));
        let mut body = self.body;
        while let Expr::Lambda(lambda) = body {
            lambda.name.set(Some(name));
            body = lambda.body;
        }
    }
}

/// `f a b`
pub struct Call<'h> {
    /// Where C++ Nix says the call is: its start, or the operator.
    pub pos: Pos,
    /// The function.
    pub function: ExprRef<'h>,
    /// The arguments, at least one.
    pub arguments: Growing<'h, Lazy<'h>>,
    /// Whether this is `f or` read as a call of `f` with the variable `or`,
    /// and nothing was applied to it yet (`ExprCall::cursedOrEndPos`).
    pub cursed_or: Cell<bool>,
}

/// `let … in e`
pub struct Let<'h> {
    /// The bindings.
    pub bindings: &'h AttrSet<'h>,
    /// The body.
    pub body: ExprRef<'h>,
}

/// `with e; b`
pub struct With<'h> {
    /// Where it stands.
    pub pos: Pos,
    /// The set.
    pub set: Lazy<'h>,
    /// The body.
    pub body: ExprRef<'h>,
    /// The scope of one hidden variable that holds the set; set by the resolver.
    pub scope: Cell<Option<&'h Scope<'h>>>,
}

/// `if c then a else b`
pub struct If<'h> {
    /// Where it stands.
    pub pos: Pos,
    /// The condition.
    pub condition: ExprRef<'h>,
    /// The branch for `true`.
    pub then: ExprRef<'h>,
    /// The branch for `false`.
    pub otherwise: ExprRef<'h>,
}

/// `assert c; e`
pub struct Assert<'h> {
    /// Where it stands.
    pub pos: Pos,
    /// The condition.
    pub condition: ExprRef<'h>,
    /// The body.
    pub body: ExprRef<'h>,
}

/// An operator that is no call of a builtin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOp {
    /// `==`
    Eq,
    /// `!=`
    NotEq,
    /// `&&`
    And,
    /// `||`
    Or,
    /// `->`
    Implies,
    /// `//`
    Update,
    /// `++`
    ConcatLists,
}

/// An operator with its operands.
pub struct Binary<'h> {
    /// Which operator.
    pub op: BinaryOp,
    /// Where the operator stands; [`Pos::NONE`] for `==` and `!=`, which have
    /// none in C++ Nix.
    pub pos: Pos,
    /// The operand before it.
    pub left: ExprRef<'h>,
    /// The operand after it.
    pub right: ExprRef<'h>,
}

/// Interpolation, or `+`.
pub struct Concat<'h> {
    /// Where it stands (for `+`: the operator).
    pub pos: Pos,
    /// Whether the result is a string whatever the first part is (`"${a}"`).
    pub force_string: bool,
    /// The parts with their positions, at least one.
    pub parts: &'h [(Pos, ExprRef<'h>)],
}
