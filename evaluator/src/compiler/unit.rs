//! Units and scopes: what the resolver finds out about a program, so that each
//! unit can be compiled by itself when it is first run.

use crate::symbols::Symbol;
use std::cell::Cell;

/// A piece of code with an activation of its own: a file, the body of a
/// function, a thunk.
pub struct Unit<'h> {
    /// The unit in which this one is suspended or made.
    pub parent: Option<&'h Unit<'h>>,
}

/// A variable of a scope.
pub struct VarInfo {
    /// Its name.
    pub name: Symbol,
    /// Whether a unit other than the scope's own refers to it, so that it has
    /// to be in the environment.
    pub captured: Cell<bool>,
    /// Its slot in the environment (if captured) or in the frame.
    pub slot: Cell<u32>,
}

/// The variables that one construct introduces.
pub struct Scope<'h> {
    /// The unit in whose activation the variables are filled.
    pub unit: &'h Unit<'h>,
    /// The variables.
    pub vars: &'h [VarInfo],
}
