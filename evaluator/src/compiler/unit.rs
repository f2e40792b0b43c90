//! Units and scopes: what the resolver finds out about a program, so that each
//! unit can be compiled by itself when it is first run.

use super::chunk::Chunk;
use crate::positions::Pos;
use crate::symbols::Symbol;
use crate::syntax::ast::{ExprRef, Lambda};
use std::cell::Cell;

/// A piece of code with an activation of its own: a file, the body of a
/// function, a thunk.
pub struct Unit<'h> {
    /// The unit in whose activation this one is suspended or made.
    pub parent: Option<&'h Unit<'h>>,
    /// The expression to evaluate.
    pub body: ExprRef<'h>,
    /// The functions whose body this is: `a: b: e` is one unit of two
    /// arguments. Empty for a file or thunk.
    pub lambdas: &'h [&'h Lambda<'h>],
    /// Whether a variable of this unit is captured, so that each activation
    /// has an environment.
    pub has_env: Cell<bool>,
    /// The bytecode, once the unit was run.
    pub chunk: Cell<Option<&'h Chunk<'h>>>,
}

/// A variable of a scope.
pub struct VarInfo {
    /// Its name.
    pub name: Symbol,
    /// Whether it is filled at the point that the resolver has reached.
    pub filled: Cell<bool>,
    /// Whether a unit other than the scope's own refers to it, so that it has
    /// to be in the environment.
    pub captured: Cell<bool>,
    /// Its slot in the environment (if captured) or in the frame; known once
    /// the scope's unit is compiled.
    pub slot: Cell<Option<u32>>,
}

/// The variables that one construct introduces.
pub struct Scope<'h> {
    /// The unit in whose activation the variables are filled.
    pub unit: &'h Unit<'h>,
    /// The variables.
    pub vars: &'h [VarInfo],
}

/// The `with`s around a variable, innermost first.
pub struct WithChain<'h> {
    /// The scope of the hidden variable that holds the set.
    pub scope: &'h Scope<'h>,
    /// Where the `with` stands.
    pub pos: Pos,
    /// The `with`s further out.
    pub outer: Option<&'h WithChain<'h>>,
}
