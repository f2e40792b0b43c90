//! The kinds of values that observation tells apart: the types of the language,
//! divided where evaluators are known to differ.

use crate::heap::{Value, View};
use crate::symbols::known;

/// What an operand or an argument is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Kind {
    /// There is no such operand.
    Absent,
    /// Something that was not evaluated, or failed.
    Lazy,
    /// `null`
    Null,
    /// A boolean.
    Bool,
    /// An integer.
    Int,
    /// A float.
    Float,
    /// A string without context.
    String,
    /// A string with context.
    StringWithContext,
    /// A path.
    Path,
    /// A list with elements.
    List,
    /// `[ ]`
    EmptyList,
    /// A set with attributes.
    Set,
    /// `{ }`
    EmptySet,
    /// A set with `__functor`.
    Functor,
    /// A function made by a lambda.
    Function,
    /// A builtin, maybe with some of its arguments.
    Builtin,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 16] = [
        Kind::Absent,
        Kind::Lazy,
        Kind::Null,
        Kind::Bool,
        Kind::Int,
        Kind::Float,
        Kind::String,
        Kind::StringWithContext,
        Kind::Path,
        Kind::List,
        Kind::EmptyList,
        Kind::Set,
        Kind::EmptySet,
        Kind::Functor,
        Kind::Function,
        Kind::Builtin,
    ];

    /// Its name, which no later version changes.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Absent => "absent",
            Kind::Lazy => "lazy",
            Kind::Null => "null",
            Kind::Bool => "bool",
            Kind::Int => "int",
            Kind::Float => "float",
            Kind::String => "string",
            Kind::StringWithContext => "string-with-context",
            Kind::Path => "path",
            Kind::List => "list",
            Kind::EmptyList => "empty-list",
            Kind::Set => "set",
            Kind::EmptySet => "empty-set",
            Kind::Functor => "functor",
            Kind::Function => "function",
            Kind::Builtin => "builtin",
        }
    }

    /// The kind of a value; what its thunk was evaluated to counts.
    pub(super) fn of(value: Value<'_>) -> Kind {
        let Some(value) = value.evaluated() else {
            return Kind::Lazy;
        };
        match value.view() {
            View::Null => Kind::Null,
            View::Bool(_) => Kind::Bool,
            View::Int(_) => Kind::Int,
            View::Float(_) => Kind::Float,
            View::String(text) if text.context().is_some() => Kind::StringWithContext,
            View::String(_) => Kind::String,
            View::Path(_) => Kind::Path,
            View::List(list) if list.items().is_empty() => Kind::EmptyList,
            View::List(_) => Kind::List,
            View::Attrs(set) if set.is_empty() => Kind::EmptySet,
            View::Attrs(set) if set.get(known::FUNCTOR).is_some() => Kind::Functor,
            View::Attrs(_) => Kind::Set,
            View::Closure(_) => Kind::Function,
            View::Builtin(_) | View::Partial(_) => Kind::Builtin,
            View::Thunk(_) | View::Suspended(_) => Kind::Lazy,
            View::Empty => Kind::Absent,
        }
    }
}
