//! The table of productions: what can be made for which type, how often, with which feature.

use super::{
    Generator, bindings, booleans, calls, carried, contexts, control, derivations, files,
    functions, grouped, lazy, lists, loops, moved, nearly, numbers, opaque, passed_over, paths,
    raw, references, sets, sized, sources, strings, texts, uncalled,
};
use crate::{
    builtins,
    swarm::Feature::{self, *},
    tree::Expr,
    types::Type,
};

/// What a production makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// A value of any type that is wanted.
    Any,
    /// A value of a type that JSON knows.
    Data,
    /// A boolean.
    Bool,
    /// An integer.
    Int,
    /// A floating-point number.
    Float,
    /// A string.
    Str,
    /// A path.
    Path,
    /// A list.
    List,
    /// A set with known attributes.
    Set,
    /// A set with any attributes.
    Map,
    /// A function.
    Fun,
    /// A function of a set.
    Formals,
    /// A derivation.
    Derivation,
    /// What can only be printed.
    Opaque,
}

impl Goal {
    fn admits(self, wanted: &Type) -> bool {
        match self {
            Goal::Any => true,
            Goal::Data => wanted.is_data(),
            Goal::Bool => matches!(wanted, Type::Bool),
            Goal::Int => matches!(wanted, Type::Int(_)),
            Goal::Float => matches!(wanted, Type::Float),
            Goal::Str => matches!(wanted, Type::Str(_)),
            Goal::Path => matches!(wanted, Type::Path(_)),
            Goal::List => matches!(wanted, Type::List(..)),
            Goal::Set => matches!(wanted, Type::Set(_)),
            Goal::Map => matches!(wanted, Type::Map(_)),
            Goal::Fun => matches!(wanted, Type::Fun(..)),
            Goal::Formals => matches!(wanted, Type::Formals(..)),
            Goal::Derivation => matches!(wanted, Type::Derivation),
            Goal::Opaque => matches!(wanted, Type::Opaque),
        }
    }
}

/// A way to make an expression.
pub struct Production {
    /// What it makes.
    pub name: &'static str,
    /// For which types.
    pub goal: Goal,
    /// How often, among those for the same type.
    pub weight: u32,
    /// The feature that it needs.
    pub feature: Feature,
    /// How; nothing where it turns out that it cannot be done here.
    pub make: Make,
}

/// Makes an expression of a type.
pub type Make = fn(&mut Generator<'_>, &Type) -> Option<Expr>;

const fn row(
    name: &'static str,
    goal: Goal,
    weight: u32,
    feature: Feature,
    make: Make,
) -> Production {
    Production {
        name,
        goal,
        weight,
        feature,
        make,
    }
}

/// Every production.
#[rustfmt::skip]
pub const PRODUCTIONS: &[Production] = &[
    row("a literal, or a variable", Goal::Any, 10, Core, |generator, wanted| Some(generator.leaf(wanted))),
    row("let", Goal::Any, 14, Let, bindings::let_in),
    row("a name defined again", Goal::Any, 4, Inherit, bindings::again),
    row("legacy let", Goal::Any, 3, LegacyLet, bindings::legacy_let),
    row("with", Goal::Any, 8, With, bindings::with),
    row("the name of an outer with", Goal::Any, 4, With, bindings::outer_with),
    row("a redefined operator", Goal::Any, 2, Desugared, bindings::desugared),
    row("if", Goal::Any, 7, If, control::condition),
    row("assert", Goal::Any, 4, Assert, control::assertion),
    row("tryEval", Goal::Any, 5, TryEval, control::try_eval),
    row("seq and trace", Goal::Any, 3, Trace, control::traced),
    row("a numbered trace", Goal::Any, 6, Trace, control::numbered),
    row("overrides", Goal::Any, 2, Overrides, sets::overridden),
    row("what is never evaluated", Goal::Any, 8, Lazy, lazy::dropped),
    row("a call", Goal::Any, 8, Apply, calls::applied),
    row("a call of a variable", Goal::Any, 8, Apply, calls::of_variable),
    row("a call with a set", Goal::Any, 7, Pattern, calls::with_set),
    row("a call of a functor", Goal::Any, 4, Functor, calls::of_functor),
    row("an attribute", Goal::Any, 8, Select, sets::selected),
    row("an attribute of a variable", Goal::Any, 8, Select, sets::selected_from_variable),
    row("a failure asked for twice", Goal::Any, 3, TryEval, lazy::asked_twice),
    row("an attribute or something else", Goal::Any, 5, Select, sets::selected_or),
    row("an item", Goal::Any, 3, Builtins, lists::element),
    row("a builtin", Goal::Any, 45, Builtins, builtins::call),
    row("recursion", Goal::Any, 6, Recursion, loops::recursion),
    row("mutual recursion", Goal::Any, 3, Recursion, loops::mutual),
    row("a fold", Goal::Any, 6, Fold, loops::fold),
    row("JSON read", Goal::Data, 5, Json, texts::from_json),
    row("a variable named or", Goal::Any, 2, Odd, bindings::named_or),
    row("an attribute whose name is no UTF-8", Goal::Any, 12, Raw, raw::named),
    row("an import", Goal::Any, 5, Import, files::import),
    row("a scoped import", Goal::Any, 3, Import, files::scoped_import),

    row("a comparison", Goal::Bool, 12, Operators, booleans::comparison),
    row("equality", Goal::Bool, 12, Operators, booleans::equality),
    row("values that nearly are equal", Goal::Bool, 14, Operators, nearly::equal),
    row("identity", Goal::Bool, 4, Operators, booleans::identity),
    row("logic", Goal::Bool, 12, Operators, booleans::logic),
    row("a size", Goal::Bool, 2, Builtins, sized::sized),
    row("has an attribute", Goal::Bool, 10, Has, booleans::has),
    row("matches", Goal::Bool, 5, Regex, texts::matches),
    row("succeeds", Goal::Bool, 5, TryEval, control::succeeds),

    row("arithmetic", Goal::Int, 30, Operators, numbers::arithmetic),
    row("bits", Goal::Int, 6, Builtins, numbers::bits_of),
    row("division", Goal::Int, 6, Operators, numbers::division),
    row("versions compared", Goal::Int, 4, Version, texts::versions),
    row("a number made whole", Goal::Int, 6, Floats, numbers::whole),
    row("break", Goal::Int, 1, Trace, numbers::paused),
    row("arithmetic of floats", Goal::Float, 25, Floats, numbers::floating),

    row("strings joined", Goal::Str, 12, Operators, strings::joined),
    row("interpolation", Goal::Str, 20, Interpolation, strings::interpolated),
    row("an indented string", Goal::Str, 10, Indented, strings::indented),
    row("a URI", Goal::Str, 3, Uri, strings::uri),
    row("replaced strings", Goal::Str, 4, Builtins, strings::replaced),
    row("a string of bytes", Goal::Str, 4, Bytes, strings::bytes),
    row("a string with context", Goal::Str, 8, Context, contexts::appended),
    row("a string that refers to a derivation", Goal::Str, 8, Derivation, contexts::of_derivation),
    row("a string made of one with context", Goal::Str, 6, Context, carried::string),
    row("a copied file", Goal::Str, 6, File, files::copied),
    row("an attribute of a derivation", Goal::Str, 8, Derivation, derivations::attribute),
    row("a hash", Goal::Str, 5, Hash, texts::hash),
    row("converted hash", Goal::Str, 3, Hash, texts::converted_hash),
    row("a list made a string", Goal::Str, 5, Builtins, strings::of_list),
    row("JSON written", Goal::Str, 5, Json, texts::to_json),
    row("XML written", Goal::Str, 6, Xml, texts::to_xml),
    row("split and joined", Goal::Str, 4, Regex, texts::split_joined),
    row("the type of something", Goal::Str, 2, Builtins, strings::type_name),

    row("a path", Goal::Path, 10, Path, paths::computed),

    row("a list", Goal::List, 14, Core, lists::literal),
    row("lists joined", Goal::List, 10, Operators, lists::joined),
    row("a sorted list", Goal::List, 8, Sort, lists::sorted),
    row("a long list", Goal::List, 5, Fold, lists::long),
    row("a list in groups", Goal::List, 7, Builtins, grouped::regrouped),
    row("a long list sorted", Goal::List, 4, Sort, grouped::sorted),
    row("a closure", Goal::List, 5, Fold, loops::closure),
    row("a list by a function that nothing calls", Goal::List, 2, Lazy, uncalled::list),

    row("a set", Goal::Set, 16, Core, sets::literal),
    row("a recursive set", Goal::Set, 8, Recursive, sets::recursive),
    row("a set defined in parts", Goal::Set, 8, Parts, sets::merged),
    row("updated set", Goal::Set, 8, Operators, sets::updated),
    row("a set of what is in scope", Goal::Set, 6, Inherit, sets::inherited),
    row("a set without some attributes", Goal::Set, 5, Builtins, sets::removed),
    row("a set read from TOML", Goal::Set, 5, Toml, texts::from_toml),

    row("a set of any attributes", Goal::Map, 16, Core, sets::map_literal),
    row("a recursive set of any attributes", Goal::Map, 4, Recursive, sets::map_recursive),
    row("sets of any attributes updated", Goal::Map, 8, Operators, sets::map_updated),
    row("a set through a builtin", Goal::Map, 8, Builtins, grouped::rejoined),
    row("a set of any attributes defined in parts", Goal::Map, 6, Parts, sets::map_merged),
    row("a set with computed names", Goal::Map, 6, Dynamic, sets::map_dynamic),
    row("a set by a function that nothing calls", Goal::Map, 2, Lazy, uncalled::map),

    row("a function", Goal::Fun, 20, Core, functions::lambda),
    row("a functor", Goal::Fun, 6, Functor, functions::functor),
    row("a builtin as a value", Goal::Fun, 8, Point, functions::builtin),
    row("functions composed", Goal::Fun, 4, Apply, functions::composed),
    row("a function of a set", Goal::Formals, 20, Core, functions::formals),

    row("a derivation", Goal::Derivation, 20, Core, derivations::derivation),
    row("a derivation changed", Goal::Derivation, 4, Operators, derivations::changed),

    row("something of a type", Goal::Opaque, 60, Core, opaque::of_a_type),
    row("a derivation to print", Goal::Opaque, 10, Derivation, derivations::derivation),
    row("derivationStrict", Goal::Opaque, 10, Derivation, derivations::strict),
    row("a position", Goal::Opaque, 8, Position, opaque::position),
    row("the position of what was moved", Goal::Opaque, 14, Position, moved::position),
    row("a value in several places", Goal::Opaque, 6, Core, opaque::repeated),
    row("a derivation in several places", Goal::Opaque, 9, Derivation, derivations::repeated),
    row("a long list to sort", Goal::Opaque, 5, Sort, grouped::sorted),
    row("a value that contains itself", Goal::Opaque, 8, Cycle, opaque::cycle),
    row("a builtin to print", Goal::Opaque, 5, Point, opaque::point),
    row("a path to print", Goal::Opaque, 16, Path, paths::printed),
    row("what is looked up", Goal::Opaque, 9, SearchPath, paths::searched),
    row("what a regular expression finds", Goal::Opaque, 8, Regex, texts::groups),
    row("what a regular expression splits", Goal::Opaque, 6, Regex, texts::split),
    row("any JSON read", Goal::Opaque, 6, Json, texts::any_json),
    row("any TOML read", Goal::Opaque, 9, Toml, texts::any_toml),
    row("what a closure reaches", Goal::Opaque, 8, Fold, |generator, _| {
        let strings = generator.chance(40);
        Some(generator.closure_of(strings))
    }),
    row("what is left of a context", Goal::Opaque, 24, Context, carried::seen),
    row("a string that refers to an output of an output", Goal::Opaque, 6, Context, contexts::nested),
    row("a context", Goal::Opaque, 6, Context, contexts::context),
    row("what tryEval gives", Goal::Opaque, 5, TryEval, control::tried),
    row("the arguments of a function", Goal::Opaque, 4, Pattern, functions::arguments),
    row("references to flakes", Goal::Opaque, 12, Fetch, references::flake_references),
    row("what is found behind addresses", Goal::Opaque, 4, Fetch, passed_over::addresses),
    row("bytes that are no UTF-8 read", Goal::Opaque, 40, Raw, raw::read),
    row("sources", Goal::Opaque, 9, File, sources::sources),
];

/// Makes an expression of a type by one of the productions for it.
pub(super) fn produce(generator: &mut Generator<'_>, wanted: &Type) -> Expr {
    let weight = |generator: &Generator<'_>, index: usize, production: &Production| {
        let possible = production.goal.admits(wanted) && generator.on(production.feature);
        let factor = generator.swarm.weights[index % generator.swarm.weights.len()];
        // What makes this type says more about it than what makes any.
        let own = if production.goal == Goal::Any { 1 } else { 3 };
        if possible {
            production.weight * u32::from(factor) * own
        } else {
            0
        }
    };
    // A few may turn out to be impossible here.
    for _ in 0..3 {
        let weights: Vec<u32> = (PRODUCTIONS.iter().enumerate())
            .map(|(index, production)| weight(generator, index, production))
            .collect();
        let Some(index) = generator.weighted(&weights) else {
            break;
        };
        let fault = generator.fault.clone();
        if let Some(made) = (PRODUCTIONS[index].make)(generator, wanted) {
            return made;
        }
        // A fault in what was given up is in no program.
        generator.fault = fault;
    }
    generator.leaf(wanted)
}
