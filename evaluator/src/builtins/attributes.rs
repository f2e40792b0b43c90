//! Attribute sets. A set is made with its names in order, and each attribute
//! keeps the position that C++ Nix keeps (`primops.cc`).

use super::demand::Demand;
use super::{Builtin, Kind, Run, before_nul, builtin, missing_in_call, want};
use crate::compiler::Surroundings;
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Attrs, Key, Keys, Thunk, Value, View};
use crate::positions::Pos;
use crate::state::State;
use crate::symbols::{Symbol, known};
use crate::vm::{Co, Shared};
use std::rc::Rc;

macro_rules! by_name {
    ($name:literal, $run:expr) => {
        builtin(
            $name,
            2,
            Run::Plain(
                &[
                    want(
                        0,
                        Kind::PlainString,
                        concat!(
                            "while evaluating the first argument passed to builtins.",
                            $name
                        ),
                    ),
                    want(
                        1,
                        Kind::Attrs,
                        concat!(
                            "while evaluating the second argument passed to builtins.",
                            $name
                        ),
                    ),
                ],
                |state, args| $run(state, name_of(state, args[0]), set_of(args[1])),
            ),
        )
    };
}

/// The family.
pub const BUILTINS: &[Builtin] = &[
    builtin(
        "attrNames",
        1,
        Run::Plain(
            &[want(
                0,
                Kind::Attrs,
                "while evaluating the argument passed to builtins.attrNames",
            )],
            |state, args| {
                let names: Vec<Value<'_>> = by_text(state, set_of(args[0]))
                    .iter()
                    .map(|(name, _)| state.string(before_nul(state, name)))
                    .collect();
                Ok(state.list(&names))
            },
        ),
    ),
    builtin(
        "attrValues",
        1,
        Run::Plain(
            &[want(
                0,
                Kind::Attrs,
                "while evaluating the argument passed to builtins.attrValues",
            )],
            |state, args| {
                let values: Vec<Value<'_>> = by_text(state, set_of(args[0]))
                    .iter()
                    .map(|(_, value)| *value)
                    .collect();
                Ok(state.list(&values))
            },
        ),
    ),
    by_name!("getAttr", get),
    by_name!("unsafeGetAttrPos", position),
    by_name!("hasAttr", |_, name, set: Attrs<'_>| {
        Ok(Value::bool(set.get(name).is_some()))
    }),
    builtin(
        "removeAttrs",
        2,
        Run::Generator(|co, state, args| Box::pin(remove(co, state, args[0], args[1]))),
    )
    .global(),
    builtin(
        "listToAttrs",
        1,
        Run::Generator(|co, state, args| Box::pin(from_list(co, state, args[0]))),
    ),
    builtin(
        "intersectAttrs",
        2,
        Run::Plain(
            &[
                want(
                    0,
                    Kind::Attrs,
                    "while evaluating the first argument passed to builtins.intersectAttrs",
                ),
                want(
                    1,
                    Kind::Attrs,
                    "while evaluating the second argument passed to builtins.intersectAttrs",
                ),
            ],
            |state, args| Ok(intersect(state, set_of(args[0]), set_of(args[1]))),
        ),
    ),
    builtin(
        "catAttrs",
        2,
        Run::Generator(|co, state, args| Box::pin(collect(co, state, args[0], args[1]))),
    ),
    builtin(
        "functionArgs",
        1,
        Run::Plain(&[want(0, Kind::Any, "")], |state, args| {
            function_args(state, args[0])
        }),
    ),
    builtin(
        "mapAttrs",
        2,
        Run::Plain(
            &[want(
                1,
                Kind::Attrs,
                "while evaluating the second argument passed to builtins.mapAttrs",
            )],
            |state, args| Ok(map(state, args[0], set_of(args[1]))),
        ),
    ),
    builtin(
        "zipAttrsWith",
        2,
        Run::Generator(|co, state, args| Box::pin(zip(co, state, args[0], args[1]))),
    )
    .since(Dialect::V2_8),
];

/// The set that a [`Kind::Attrs`] argument is.
fn set_of(value: Value<'_>) -> Attrs<'_> {
    match value.as_attrs() {
        Some(set) => set,
        None => unreachable!("the argument was checked to be a set"),
    }
}

/// The name that a [`Kind::PlainString`] argument is.
fn name_of<'h>(state: &State<'h>, value: Value<'h>) -> Symbol {
    match value.as_string() {
        Some(text) => state.symbol_of(text),
        None => unreachable!("the argument was checked to be a string"),
    }
}

fn get<'h>(state: &State<'h>, name: Symbol, set: Attrs<'h>) -> Result<Value<'h>> {
    set.get(name).ok_or_else(|| {
        missing_in_call(state, name, "getAttr")
            .traced(Pos::NONE, "in the attribute set under consideration")
    })
}

fn position<'h>(state: &State<'h>, name: Symbol, set: Attrs<'h>) -> Result<Value<'h>> {
    Ok(match set.get_with_pos(name) {
        Some((_, pos)) => state.position_value(pos),
        None => Value::null(),
    })
}

/// The attributes in the order of their names' bytes.
fn by_text<'h>(state: &State<'h>, set: Attrs<'h>) -> Vec<(Rc<[u8]>, Value<'h>)> {
    let mut entries: Vec<_> = set
        .iter()
        .map(|(key, value)| (state.symbols.name(key.name), value))
        .collect();
    entries.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    entries
}

/// A new set of keys that are ascending, and their values.
fn new_set<'h>(state: &State<'h>, keys: &[Key], values: &[Value<'h>]) -> Value<'h> {
    Value::attrs(Attrs::new(state.heap, Keys::new(state.heap, keys), values))
}

/// As [`new_set`], where there could have been more of them.
fn what_is_left<'h>(state: &State<'h>, keys: &[Key], values: &[Value<'h>]) -> Value<'h> {
    if keys.is_empty() {
        state.unused_set()
    } else {
        new_set(state, keys, values)
    }
}

async fn remove<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    set: Value<'h>,
    names: Value<'h>,
) -> Result<Value<'h>> {
    const SET: &str = "while evaluating the first argument passed to builtins.removeAttrs";
    const NAMES: &str = "while evaluating the second argument passed to builtins.removeAttrs";
    const NAME: &str =
        "while evaluating the values of the second argument passed to builtins.removeAttrs";
    let demand = Demand::new(&co, &state);
    let set = demand.attrs(set, SET).await?;
    let names = demand.list(names, NAMES).await?;
    let mut removed = Vec::with_capacity(names.items().len());
    for &name in names.items() {
        let name = state.symbols.intern(demand.plain_string(name, NAME).await?);
        if let Some(index) = set.keys().find(name) {
            removed.push(index);
        }
    }
    if set.is_empty() {
        return Ok(new_set(&state, &[], &[]));
    }
    if removed.is_empty() {
        // A set of its own, as C++ Nix makes it: a printer would tell.
        let copy = Attrs::new(state.heap, set.keys(), set.values());
        return Ok(Value::attrs(copy));
    }
    removed.sort_unstable();
    removed.dedup();
    let mut keys = Vec::with_capacity(set.len() - removed.len());
    let mut values = Vec::with_capacity(keys.capacity());
    let mut from = 0;
    for to in removed.into_iter().chain([set.len()]) {
        keys.extend_from_slice(&set.keys().as_slice()[from..to]);
        values.extend_from_slice(&set.values()[from..to]);
        from = to + 1;
    }
    Ok(what_is_left(&state, &keys, &values))
}

/// Of pairs with the same name the first counts, and only that needs a value.
/// 2.34 looks at the values after all names.
async fn from_list<'h>(co: Co<'h>, state: Shared<'h>, list: Value<'h>) -> Result<Value<'h>> {
    const LIST: &str = "while evaluating the argument passed to builtins.listToAttrs";
    const ELEMENT: &str = "while evaluating an element of the list passed to builtins.listToAttrs";
    const NAME: &str = "while evaluating the `name` attribute of an element of the list passed to builtins.listToAttrs";
    let demand = Demand::new(&co, &state);
    let list = demand.list(list, LIST).await?;
    let no = |name| {
        if state.has(Behaviour::TracesArePrefixes) {
            let name = state.symbols.text(name);
            let message = format!("'{name}' attribute missing in a call to 'listToAttrs'");
            return Error::new(ErrorKind::MissingAttribute, message).at(co.pos);
        }
        missing_in_call(&state, name, "listToAttrs")
            .at(co.pos)
            .traced(Pos::NONE, "in a {name=...; value=...;} pair")
    };
    let values_last = state.has(Behaviour::ListToAttrsLooksAtNamesFirst);
    let mut pairs: Vec<(Symbol, Option<(Value<'h>, Pos)>)> = Vec::with_capacity(list.items().len());
    for &element in list.items() {
        if state.has(Behaviour::CallsAreSeenUnfinished) && pairs.len() <= SEEN {
            co.reveal(so_far(&state, &pairs)).await?;
        }
        let set = demand.attrs(element, ELEMENT).await?;
        let (name, pos) = set
            .get_with_pos(known::NAME)
            .ok_or_else(|| no(known::NAME))?;
        let pos = if state.has(Behaviour::TracesArePrefixes) {
            co.pos
        } else {
            pos
        };
        let name = demand.at(pos).plain(name, NAME).await?;
        let name = state.symbol_of(name);
        let value = set.get_with_pos(known::VALUE);
        let needed = value.is_none() && !values_last;
        if needed && pairs.iter().all(|pair| pair.0 != name) {
            return Err(no(known::VALUE));
        }
        pairs.push((name, value));
    }
    pairs.sort_by_key(|pair| pair.0);
    pairs.dedup_by_key(|pair| pair.0);
    let mut keys = Vec::with_capacity(pairs.len());
    let mut values = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        let (value, pos) = value.ok_or_else(|| no(known::VALUE))?;
        keys.push(Key { name, pos });
        values.push(value);
    }
    Ok(new_set(&state, &keys, &values))
}

/// How many pairs of `listToAttrs` are seen before it is done, where that can be: to show each costs as much as all
/// before it.
const SEEN: usize = 64;

/// What there is of the set that `listToAttrs` makes.
fn so_far<'h>(state: &State<'h>, pairs: &[(Symbol, Option<(Value<'h>, Pos)>)]) -> Value<'h> {
    let mut there: Vec<(Symbol, Pos, Value<'h>)> = Vec::with_capacity(pairs.len());
    for &(name, value) in pairs {
        if let Some((value, pos)) = value
            && there.iter().all(|pair| pair.0 != name)
        {
            there.push((name, pos, value));
        }
    }
    state.attrs(there)
}

/// The attributes of `right` whose names `left` has.
fn intersect<'h>(state: &State<'h>, left: Attrs<'h>, right: Attrs<'h>) -> Value<'h> {
    if left.is_empty() || right.is_empty() {
        return new_set(state, &[], &[]);
    }
    let all = right.keys().as_slice();
    let mut keys = Vec::with_capacity(left.len().min(right.len()));
    let mut values = Vec::with_capacity(keys.capacity());
    let mut take = |index: usize| {
        keys.push(all[index]);
        values.push(right.values()[index]);
    };
    if left.len() < right.len() {
        for key in left.keys().as_slice() {
            if let Some(index) = right.keys().find(key.name) {
                take(index);
            }
        }
    } else {
        for (index, key) in all.iter().enumerate() {
            if left.keys().find(key.name).is_some() {
                take(index);
            }
        }
    }
    what_is_left(state, &keys, &values)
}

async fn collect<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    name: Value<'h>,
    list: Value<'h>,
) -> Result<Value<'h>> {
    const NAME: &str = "while evaluating the first argument passed to builtins.catAttrs";
    const LIST: &str = "while evaluating the second argument passed to builtins.catAttrs";
    const ELEMENT: &str =
        "while evaluating an element in the list passed as second argument to builtins.catAttrs";
    let demand = Demand::new(&co, &state);
    let name = state.symbols.intern(demand.plain_string(name, NAME).await?);
    let list = demand.list(list, LIST).await?;
    let mut found = Vec::new();
    for &element in list.items() {
        let set = demand.attrs(element, ELEMENT).await?;
        found.extend(set.get(name));
    }
    Ok(state.list(&found))
}

/// Which arguments a function names, and whether they have defaults.
fn function_args<'h>(state: &State<'h>, function: Value<'h>) -> Result<Value<'h>> {
    let formals = match function.view() {
        View::Closure(function) => function.lambda().formals.as_ref(),
        View::Builtin(_) | View::Partial(_) if state.has(Behaviour::FunctionArgsOfBuiltins) => None,
        _ => return Err(Error::type_error("'functionArgs' requires a function")),
    };
    let formals = formals.map_or(&[][..], |formals| formals.list);
    let keeps_positions = state.has(Behaviour::FunctionArgsOfBuiltins);
    let keys: Vec<Key> = formals
        .iter()
        .map(|formal| Key {
            name: formal.name,
            pos: if keeps_positions {
                formal.pos
            } else {
                Pos::NONE
            },
        })
        .collect();
    let values: Vec<Value<'h>> = formals
        .iter()
        .map(|formal| Value::bool(formal.default.is_some()))
        .collect();
    Ok(new_set(state, &keys, &values))
}

/// The same names without positions.
fn without_positions(set: Attrs<'_>) -> Vec<Key> {
    let keys = set.keys().as_slice().iter();
    keys.map(|key| Key {
        name: key.name,
        pos: Pos::NONE,
    })
    .collect()
}

fn map<'h>(state: &State<'h>, function: Value<'h>, set: Attrs<'h>) -> Value<'h> {
    let values: Vec<Value<'h>> = set
        .iter()
        .map(|(key, value)| {
            let name = state.string(before_nul(state, &state.symbols.name(key.name)));
            Value::thunk(Thunk::suspend_call(state.heap, &[function, name, value]))
        })
        .collect();
    new_set(state, &without_positions(set), &values)
}

async fn zip<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    function: Value<'h>,
    list: Value<'h>,
) -> Result<Value<'h>> {
    const FUNCTION: &str = "while evaluating the first argument passed to builtins.zipAttrsWith";
    const LIST: &str = "while evaluating the second argument passed to builtins.zipAttrsWith";
    const ELEMENT: &str =
        "while evaluating a value of the list passed as second argument to builtins.zipAttrsWith";
    let demand = Demand::new(&co, &state);
    let function = demand.function(function, FUNCTION).await?;
    let list = demand.list(list, LIST).await?;
    let mut pairs: Vec<(Symbol, Value<'h>)> = Vec::new();
    for &element in list.items() {
        let set = demand.attrs(element, ELEMENT).await?;
        pairs.extend(set.iter().map(|(key, value)| (key.name, value)));
    }
    pairs.sort_by_key(|pair| pair.0);
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    for group in pairs.chunk_by(|a, b| a.0 == b.0) {
        let name = group[0].0;
        let members: Vec<Value<'h>> = group.iter().map(|pair| pair.1).collect();
        let text = state.string(before_nul(&state, &state.symbols.name(name)));
        let call = [function, text, state.list(&members)];
        keys.push(Key {
            name,
            pos: Pos::NONE,
        });
        values.push(Value::thunk(Thunk::suspend_call(state.heap, &call)));
    }
    Ok(new_set(&state, &keys, &values))
}

#[cfg(test)]
mod tests;
