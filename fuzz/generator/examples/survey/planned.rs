//! What a program may end with for the fault that was planted in it: any other end is an accident, such as a
//! second fault that came first, and says that the generator does not know its own programs.

use twinix_evaluator::errors::ErrorKind;
use twinix_generator::{
    Generated,
    builtins::{Pattern, TABLE},
};

use ErrorKind::{
    Abort, Assert, DivisionByZero, Feature, HashMismatch, ImportFromDerivation, InfiniteRecursion,
    Io, MissingArgument, MissingAttribute, Overflow, Parse, SearchPath, Throw, Type,
    UndefinedVariable, UnexpectedArgument, Value,
};

/// The kinds of error that each fault can end with in the newest release, by the names in `FAULTS`.
///
/// Many have several because the fault is one of several expressions. Where something is of the wrong kind, what
/// stands there may also be a `throw` of its own (`Generator::wrong`), or a small fault: a `throw`, an addition
/// of a set or a missing attribute, which is asked for of what need not be a set.
const ENDINGS: &[(&str, &[ErrorKind])] = &[
    (CALLED, &[Type, Throw]),
    ("throw", &[Throw]),
    ("abort", &[Abort]),
    ("an assertion that does not hold", &[Assert]),
    ("an assertion that two values are equal", &[Assert]),
    ("a name that with does not bring", &[UndefinedVariable]),
    ("an operator gets what it cannot take", &[Type, Throw]),
    ("an attribute is missing", &[MissingAttribute, Type]),
    ("something is called that is no function", &[Type]),
    (
        "an argument is missing or is not known",
        &[MissingArgument, UnexpectedArgument, Type],
    ),
    ("infinite recursion", &[InfiniteRecursion]),
    ("a division by zero", &[DivisionByZero]),
    ("an overflow", &[Overflow]),
    ("a condition that is no boolean", &[Type, Throw]),
    ("what is not in the search path", &[SearchPath]),
    ("a with of what is no set", &[Type, Throw]),
    ("a string is made of what is none", &[Type, Throw]),
    ("a name is computed of what is no string", &[Type]),
    // Where the name is known before anything is evaluated, it is no program.
    ("a name is defined twice", &[Value, Parse]),
    ("a path where nothing is", &[Io]),
    // References may ask for what takes a feature, and for it first.
    (
        "a reference to a flake that is none",
        &[Value, MissingAttribute, Type, Feature],
    ),
    (
        "a fetch that is refused",
        &[Value, MissingAttribute, Type, Feature, Io],
    ),
    ("the fault is deep inside", &[Throw, Type, MissingAttribute]),
    (
        "two things fail, and one of them first",
        &[DivisionByZero, Abort, MissingAttribute, Throw],
    ),
    (
        "what tryEval does not catch",
        &[MissingAttribute, Abort, Type],
    ),
    (
        "an item fails that is evaluated",
        &[Throw, Type, MissingAttribute],
    ),
    ("a malformed text", &[Value]),
    // The format may be what is missing.
    ("a malformed hash", &[Value, MissingAttribute]),
    // What a path in a context is made of may take a feature.
    ("a context that is refused", &[Value, Type, Feature]),
    // A filter throws, or answers what is no boolean; a hash is another one, or none.
    (
        "a source that is not copied",
        &[Value, Type, Throw, HashMismatch, Io],
    ),
    ("a closure that fails", &[MissingAttribute, Throw, Type]),
    (
        "a file that is not found or read",
        &[Io, MissingAttribute, SearchPath, Type, Value],
    ),
    ("a number that is out of range", &[Value]),
    ("what nothing calls has to be a function", &[Type]),
    ("a large value is of the wrong kind", &[Type]),
    ("a context where none may be", &[Value]),
    // Reading what a derivation would build is one of the ways; others take features.
    (
        "a derivation that cannot be made",
        &[Value, MissingAttribute, Type, Feature, ImportFromDerivation],
    ),
    ("JSON of bytes that are no text", &[Value]),
    ("a number in JSON that is too large", &[Overflow]),
    ("a malformed regular expression", &[Value]),
    ("something is no UTF-8", &[Value]),
    ("a NUL is refused", &[Value]),
];

/// The fault whose name comes with that of a builtin.
const CALLED: &str = "a builtin is called with something wrong";

/// What some builtins make of an argument that is wrong, or of another one that they look at before it.
const BUILTINS: &[(&str, &[ErrorKind])] = &[
    // Nothing that they are given is wrong for them.
    ("abort", &[Abort]),
    ("tryEval", &[Abort]),
    // The divisor comes first.
    ("div", &[DivisionByZero]),
    // They never succeed here, whatever they are given.
    ("fetchClosure", &[Value]),
    ("fetchGit", &[Io]),
    ("fetchMercurial", &[Io]),
    ("fetchTarball", &[Io]),
    ("fetchTree", &[Io, Feature]),
    ("fetchurl", &[Io]),
    ("getFlake", &[Io]),
    ("outputOf", &[Value]),
    ("storePath", &[Value]),
];

/// Whether it is said here how a fault can end.
pub fn is_known(fault: &str) -> bool {
    ENDINGS.iter().any(|(row, _)| *row == fault)
}

/// Whether a program with this fault can come to an error of this kind.
pub fn can_end(fault: &str, kind: ErrorKind) -> bool {
    let (name, builtin) = match fault.split_once(": ") {
        Some((name, builtin)) => (name, Some(builtin)),
        None => (fault, None),
    };
    let has = |table: &[(&str, &[ErrorKind])], name: &str| {
        let mut rows = table.iter();
        rows.any(|(row, kinds)| *row == name && kinds.contains(&kind))
    };
    has(ENDINGS, name)
        || builtin.is_some_and(|builtin| {
            has(BUILTINS, builtin) || kind == MissingAttribute && takes_anything(builtin)
        })
}

/// Whether a file beside a program is no program: so are some of the flakes that are none.
pub fn breaks_a_file(program: &Generated) -> bool {
    program.fault.as_deref() == Some("a flake is none")
}

/// Whether an argument of a builtin may be any value, so that a wrong one has to fail by itself.
fn takes_anything(builtin: &str) -> bool {
    let rows = TABLE.iter().filter(|row| row.name == builtin);
    rows.flat_map(|row| row.takes).any(|argument| {
        let of = argument.of;
        argument.strict
            && matches!(
                of,
                Pattern::Any | Pattern::A | Pattern::B | Pattern::D | Pattern::Data
            )
    })
}
