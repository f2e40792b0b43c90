//! What is known of a value before there is one: enough to build programs that do not fail.

use std::rc::Rc;

use crate::{choices::Choices, names};

/// A set of values. Narrow where an operation is partial: a list knows how long it is at least, an
/// integer how large it can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    /// `null`
    Null,
    /// A boolean.
    Bool,
    /// An integer of at most so many bits: from `-2^n` to `2^n - 1`; 63: any.
    Int(u8),
    /// A floating-point number.
    Float,
    /// A string.
    Str(Str),
    /// A path.
    Path(Place),
    /// A list of at least so many items.
    List(Box<Type>, u8),
    /// A set with at least these attributes.
    Set(Rc<Fields>),
    /// A set with any attributes, all of one type.
    Map(Box<Type>),
    /// A function.
    Fun(Box<Type>, Box<Type>),
    /// A function of a set with these attributes and no others.
    Formals(Rc<Fields>, Box<Type>),
    /// A derivation.
    Derivation,
    /// Anything, which can only be printed and asked for its type.
    Opaque,
}

/// The attributes of a set, by name.
pub type Fields = Vec<(String, Type)>;

/// A set of strings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Str {
    /// Any.
    Any,
    /// Any without context.
    Plain,
    /// A short one that can be an attribute or a store object's name.
    Name,
}

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anything or nothing.
    Any,
    /// A file.
    File,
    /// A folder.
    Folder,
}

impl Type {
    /// A list of any length.
    pub fn list(item: Type) -> Type {
        Type::List(Box::new(item), 0)
    }

    /// A list that is not empty.
    pub fn some(item: Type) -> Type {
        Type::List(Box::new(item), 1)
    }

    /// A set whose attributes are all of one type.
    pub fn map(value: Type) -> Type {
        Type::Map(Box::new(value))
    }

    /// A function.
    pub fn fun(from: Type, to: Type) -> Type {
        Type::Fun(Box::new(from), Box::new(to))
    }

    /// A set with attributes.
    pub fn set<N: Into<String>>(fields: impl IntoIterator<Item = (N, Type)>) -> Type {
        Type::Set(Rc::new(
            fields
                .into_iter()
                .map(|(name, of)| (name.into(), of))
                .collect(),
        ))
    }

    /// Whether every value of this type is one of `wanted`.
    pub fn fits(&self, wanted: &Type) -> bool {
        match (self, wanted) {
            (_, Type::Opaque) => true,
            (Type::Int(have), Type::Int(want)) => have <= want,
            (Type::Str(have), Type::Str(want)) => have.fits(*want),
            (Type::Path(have), Type::Path(want)) => have == want || *want == Place::Any,
            (Type::List(have, least), Type::List(want, wanted)) => {
                least >= wanted && have.fits(want)
            }
            // What is wanted as data is wanted without anything else beside it.
            (Type::Set(_), Type::Set(_)) if wanted.is_data() && !self.is_data() => false,
            (Type::Set(have), Type::Set(want)) => want.iter().all(|(name, want)| {
                have.iter()
                    .any(|(other, have)| name == other && have.fits(want))
            }),
            (Type::Map(have), Type::Map(want)) => have.fits(want),
            (Type::Fun(from, to), Type::Fun(wanted_from, wanted_to)) => {
                wanted_from.fits(from) && to.fits(wanted_to)
            }
            _ => self == wanted,
        }
    }

    /// Whether a value of it grows when it is put together with others.
    pub fn grows(&self) -> bool {
        !matches!(
            self,
            Type::Null | Type::Bool | Type::Int(_) | Type::Float | Type::Path(_)
        )
    }

    /// Whether values of it can be JSON and be compared, and hold no functions, paths or contexts.
    pub fn is_data(&self) -> bool {
        match self {
            Type::Null | Type::Bool | Type::Int(_) | Type::Float => true,
            Type::Str(of) => *of != Str::Any,
            Type::List(item, _) | Type::Map(item) => item.is_data(),
            Type::Set(fields) => fields.iter().all(|(_, of)| of.is_data()),
            _ => false,
        }
    }
}

impl Str {
    fn fits(self, wanted: Str) -> bool {
        match wanted {
            Str::Any => true,
            Str::Plain => self != Str::Any,
            Str::Name => self == Str::Name,
        }
    }
}

/// A random type, at most `depth` types within one another. `data`: only what JSON knows.
pub fn random(choices: &mut dyn Choices, depth: u32, data: bool) -> Type {
    let scalars = 6;
    let drawn = choices.below(if depth == 0 {
        scalars
    } else {
        scalars + if data { 6 } else { 9 }
    });
    match drawn {
        0 => Type::Int([63, 30, 8][choices.below(3) as usize]),
        1 | 2 => Type::Str(match choices.below(4) {
            3 if !data => Str::Any,
            2 => Str::Name,
            _ => Str::Plain,
        }),
        3 => Type::Bool,
        4 => Type::Float,
        5 => Type::Null,
        6 | 7 => Type::List(
            Box::new(random(choices, depth - 1, data)),
            choices.below(2) as u8,
        ),
        8 | 9 => record(choices, depth, data),
        10 | 11 => Type::map(random(choices, depth - 1, data)),
        12 => Type::fun(
            random(choices, depth - 1, false),
            random(choices, depth - 1, false),
        ),
        13 => {
            let fields = fields(choices, depth, false);
            Type::Formals(Rc::new(fields), Box::new(random(choices, depth - 1, false)))
        }
        _ => Type::Path(Place::Any),
    }
}

/// A random set with known attributes.
pub fn record(choices: &mut dyn Choices, depth: u32, data: bool) -> Type {
    Type::Set(Rc::new(fields(choices, depth, data)))
}

fn fields(choices: &mut dyn Choices, depth: u32, data: bool) -> Fields {
    let mut fields = Fields::new();
    for _ in 0..=choices.below(3) {
        let name = names::attribute(choices, false);
        if fields.iter().all(|(other, _)| other != name) {
            fields.push((
                name.to_owned(),
                random(choices, depth.saturating_sub(1), data),
            ));
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choices::Stream;

    #[test]
    fn narrow_types_fit_wide_ones_only() {
        assert!(Type::Int(8).fits(&Type::Int(30)));
        assert!(!Type::Int(30).fits(&Type::Int(8)));
        assert!(Type::some(Type::Bool).fits(&Type::list(Type::Bool)));
        assert!(!Type::list(Type::Bool).fits(&Type::some(Type::Bool)));
        assert!(Type::Str(Str::Name).fits(&Type::Str(Str::Any)));
        assert!(!Type::Str(Str::Any).fits(&Type::Str(Str::Plain)));
        let wide = Type::set([("a", Type::Int(3)), ("b", Type::Null)]);
        assert!(wide.fits(&Type::set([("a", Type::Int(9))])));
        assert!(!Type::set([("a", Type::Int(9))]).fits(&wide));
    }

    #[test]
    fn functions_take_more_and_give_less() {
        let have = Type::fun(Type::Int(30), Type::Str(Str::Name));
        assert!(have.fits(&Type::fun(Type::Int(8), Type::Str(Str::Any))));
        assert!(!have.fits(&Type::fun(Type::Int(63), Type::Str(Str::Any))));
    }

    #[test]
    fn every_random_type_fits_itself() {
        let mut choices = Stream::new(1);
        for _ in 0..1000 {
            let of = random(&mut choices, 3, false);
            assert!(of.fits(&of), "{of:?}");
            assert!(random(&mut choices, 3, true).is_data());
        }
    }
}
