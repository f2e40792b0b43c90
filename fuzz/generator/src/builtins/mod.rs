//! The builtins of every release: what each takes, what it gives, and how a call of it comes about.

use crate::{build::Generator, config::Release, lossless::scope::GLOBALS, tree::Expr, types::Type};

mod table;

pub use table::TABLE;

/// A builtin.
pub struct Builtin {
    /// Its name in `builtins`.
    pub name: &'static str,
    /// The first release that has it.
    pub since: Release,
    /// The first release that has it no more.
    pub until: Option<Release>,
    /// The experimental feature without which it does not exist.
    pub feature: Option<&'static str>,
    /// What it takes.
    pub takes: &'static [Argument],
    /// How calls of it that succeed come about.
    pub how: How,
    /// How often it is chosen among those that give the same.
    pub weight: u16,
}

/// An argument of a builtin.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// What it is to be.
    pub of: Pattern,
    /// Whether a call of the builtin always evaluates it, and fails if it is of another kind.
    pub strict: bool,
}

/// How calls of a builtin that succeed come about.
#[derive(Clone, Copy)]
pub enum How {
    /// Arguments of the right types are all that it needs; this is what it gives.
    Gives(Pattern),
    /// A production of the table of productions makes them, because they depend on each other.
    Production,
    /// None succeeds, for the reason that is given.
    Never(&'static str),
    /// It is no function: this is what it is.
    Constant(Pattern),
}

/// What an argument is to be, or a result is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pattern {
    /// A value of any type.
    Any,
    /// A value of a type that is the same wherever this letter stands.
    A,
    /// The same for another type.
    B,
    /// A type of values that have an order: numbers, or strings.
    Ordered,
    /// Data: what can be JSON and be compared.
    Data,
    /// A type of data that is the same wherever this letter stands.
    D,
    /// A boolean.
    Bool,
    /// An integer of at most so many bits.
    Int(u8),
    /// How many.
    Count,
    /// A number that has a whole number near it.
    Rounded,
    /// A string.
    Str,
    /// A string without context.
    Plain,
    /// A name.
    Name,
    /// What becomes a string where one is interpolated.
    Coercible,
    /// What `toString` makes a string of.
    Shown,
    /// A list.
    List(&'static Pattern),
    /// A list that is not empty.
    Some(&'static Pattern),
    /// A set of attributes of one type.
    Map(&'static Pattern),
    /// A set with the attributes that are given.
    Set(&'static [(&'static str, Pattern)]),
    /// A function that is called for each of several.
    Fun(&'static Pattern, &'static Pattern),
    /// A function of two arguments.
    Fun2(&'static Pattern, &'static Pattern, &'static Pattern),
    /// A path, or nothing there.
    Path,
    /// The path of a file of text.
    Text,
    /// The path of a folder.
    Folder,
    /// A version.
    Version,
    /// The name and version of a package.
    Package,
    /// The name of a hash algorithm.
    Algorithm,
    /// A path as a string.
    Slashes,
    /// An absolute path as a string.
    Absolute,
    /// What only a production can make; the text names it.
    Own(&'static str),
}

/// What the letters of a signature stand for.
#[derive(Clone, Debug, Default)]
pub struct Letters {
    a: Option<Type>,
    b: Option<Type>,
    d: Option<Type>,
}

impl Letters {
    /// Whether a result can be what is wanted; what its letters are then.
    pub fn unify(pattern: Pattern, wanted: &Type) -> Option<Letters> {
        let mut letters = Letters::default();
        letters.take(pattern, wanted).then_some(letters)
    }

    fn take(&mut self, pattern: Pattern, wanted: &Type) -> bool {
        use crate::types::Str;
        if *wanted == Type::Opaque {
            return true;
        }
        match (pattern, wanted) {
            (Pattern::A, _) => Letters::set(&mut self.a, wanted),
            (Pattern::B, _) => Letters::set(&mut self.b, wanted),
            (Pattern::D, _) => wanted.is_data() && Letters::set(&mut self.d, wanted),
            (Pattern::Bool, Type::Bool) | (Pattern::Str, Type::Str(Str::Any)) => true,
            (Pattern::Plain, Type::Str(Str::Any | Str::Plain)) => true,
            (Pattern::Name, Type::Str(_)) => true,
            (Pattern::Int(have), Type::Int(want)) => have <= *want,
            (Pattern::List(item), Type::List(wanted, 0))
            | (Pattern::Some(item), Type::List(wanted, 0 | 1)) => self.take(*item, wanted),
            (Pattern::Map(value), Type::Map(wanted)) => self.take(*value, wanted),
            (Pattern::Set(fields), Type::Set(names)) => {
                let taken = names.iter().all(|(name, wanted)| {
                    fields
                        .iter()
                        .any(|(other, of)| other == name && self.take(*of, wanted))
                });
                // Whoever wants data gets nothing else with it, and a letter may stand for anything.
                let known = |(other, of): &(&str, Pattern)| {
                    *of == Pattern::Plain || names.iter().any(|(name, _)| name == other)
                };
                taken && (!wanted.is_data() || fields.iter().all(known))
            }
            _ => false,
        }
    }

    fn set(letter: &mut Option<Type>, to: &Type) -> bool {
        match letter {
            Some(of) => of == to,
            None => {
                *letter = Some(to.clone());
                true
            }
        }
    }

    /// The type that a letter stands for: from now on the one that `draw` gives.
    pub fn get(&mut self, letter: Pattern, draw: impl FnOnce() -> Type) -> Type {
        let place = match letter {
            Pattern::A => &mut self.a,
            Pattern::B => &mut self.b,
            _ => &mut self.d,
        };
        place.get_or_insert_with(draw).clone()
    }
}

/// Whether a result can be what is wanted, apart from letters that stand in it twice.
pub fn possible(pattern: Pattern, wanted: &Type) -> bool {
    match (pattern, wanted) {
        (Pattern::A | Pattern::B, _) | (_, Type::Opaque) => true,
        (Pattern::D, _) => wanted.is_data(),
        (Pattern::List(_) | Pattern::Some(_), Type::List(..))
        | (Pattern::Map(_), Type::Map(_))
        | (Pattern::Set(_), Type::Set(_)) => Letters::unify(pattern, wanted).is_some(),
        (_, Type::List(..) | Type::Map(_) | Type::Set(_)) => false,
        _ => Letters::default().take(pattern, wanted),
    }
}

/// Whether a name is visible everywhere, so that no `with` brings another of this name.
pub fn is_global(name: &str) -> bool {
    let bare = name.strip_prefix("__").unwrap_or(name);
    GLOBALS.contains(&name) || bare != name && TABLE.iter().any(|builtin| builtin.name == bare)
}

/// The builtin of a name.
pub fn named(name: &str) -> Option<&'static Builtin> {
    TABLE.iter().find(|builtin| builtin.name == name)
}

/// A call of any builtin that gives what is wanted.
pub fn call(generator: &mut Generator<'_>, wanted: &Type) -> Option<Expr> {
    let weight = |builtin: &Builtin| match builtin.how {
        How::Gives(pattern) | How::Constant(pattern) if possible(pattern, wanted) => {
            u32::from(builtin.weight) * u32::from(generator.has_builtin(builtin))
        }
        _ => 0,
    };
    let weights: Vec<u32> = TABLE.iter().map(weight).collect();
    let builtin = &TABLE[generator.weighted(&weights)?];
    let (How::Gives(pattern) | How::Constant(pattern)) = builtin.how else {
        return None;
    };
    let mut letters = Letters::unify(pattern, wanted)?;
    let function = generator.builtin(builtin.name);
    let mut arguments = Vec::with_capacity(builtin.takes.len());
    for argument in builtin.takes {
        arguments.push(generator.argument(argument.of, argument.strict, &mut letters));
    }
    Some(generator.applied(function, arguments))
}
