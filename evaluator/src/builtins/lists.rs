//! Lists.

use super::demand::Demand;
use super::{Builtin, Kind, Run, Want, builtin, sort, want};
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, ErrorKind, Limit, Result};
use crate::heap::{List, Thunk, Value, View};
use crate::positions::Pos;
use crate::state::State;
use crate::symbols::known;
use crate::vm::walk::{self, Walk, levels};
use crate::vm::{Co, Shared, equal, equal_scalars, own_pos};
use rustc_hash::FxHashMap;

const MAP_LIST: Want = want(
    1,
    Kind::List,
    "while evaluating the second argument passed to builtins.map",
);
const GEN_LIST_LENGTH: Want = want(
    1,
    Kind::Int,
    "while evaluating the second argument passed to builtins.genList",
);

/// The family.
pub const BUILTINS: &[Builtin] = &[
    builtin(
        "elemAt",
        2,
        Run::Plain(
            &[
                want(
                    1,
                    Kind::Int,
                    "while evaluating the second argument passed to 'builtins.elemAt'",
                ),
                want(
                    0,
                    Kind::List,
                    "while evaluating the first argument passed to 'builtins.elemAt'",
                ),
            ],
            elem_at,
        ),
    ),
    builtin(
        "head",
        1,
        Run::Plain(
            &[want(
                0,
                Kind::List,
                "while evaluating the first argument passed to 'builtins.head'",
            )],
            |state, args| {
                let first = items(args[0]).first().copied();
                first.ok_or_else(|| {
                    empty(state, "head").unwrap_or_else(|| out_of_bounds(state, 0, 0))
                })
            },
        ),
    ),
    builtin(
        "tail",
        1,
        Run::Plain(
            &[want(
                0,
                Kind::List,
                "while evaluating the first argument passed to 'builtins.tail'",
            )],
            |state, args| match items(args[0]).split_first() {
                Some((_, rest)) => Ok(Value::list(List::sharing(state.heap, rest))),
                None => Err(empty(state, "tail")
                    .unwrap_or_else(|| Error::value("'tail' called on an empty list"))),
            },
        ),
    ),
    builtin(
        "map",
        2,
        Run::Plain(&[MAP_LIST], |state, args| Ok(map(state, args[0], args[1]))),
    )
    .global()
    .until(Dialect::V2_26),
    builtin(
        "map",
        2,
        Run::Plain(
            &[
                MAP_LIST,
                want(
                    0,
                    Kind::FunctionForItems,
                    "while evaluating the first argument passed to builtins.map",
                ),
            ],
            |state, args| Ok(map(state, args[0], args[1])),
        ),
    )
    .global()
    .since(Dialect::V2_26),
    builtin(
        "filter",
        2,
        Run::Generator(|co, state, args| Box::pin(filter(co, state, args[0], args[1]))),
    ),
    builtin(
        "elem",
        2,
        Run::Generator(|co, state, args| Box::pin(elem(co, state, args[0], args[1]))),
    )
    .quick(
        &[want(
            1,
            Kind::List,
            "while evaluating the second argument passed to builtins.elem",
        )],
        |_, args| {
            let list = args[1].evaluated()?.as_list()?;
            let wanted = args[0].evaluated()?;
            for item in list.items() {
                let same = args[0].same(*item);
                if same || equal_scalars(wanted, item.evaluated()?)? {
                    return Some(Value::bool(true));
                }
            }
            Some(Value::bool(false))
        },
    ),
    builtin(
        "concatLists",
        1,
        Run::Generator(|co, state, args| Box::pin(concat_lists(co, state, args[0]))),
    )
    .quick(
        &[want(
            0,
            Kind::List,
            "while evaluating the first argument passed to builtins.concatLists",
        )],
        |state, args| {
            let lists = args[0].evaluated()?.as_list()?.items();
            // Mostly one in many has any elements.
            let mut parts = Vec::new();
            for list in lists {
                let part = list.evaluated()?.as_list()?;
                if !part.items().is_empty() {
                    parts.push(part);
                }
            }
            concat(state, &parts).ok()
        },
    )
    .items(0, Kind::List),
    builtin(
        "length",
        1,
        Run::Plain(
            &[want(
                0,
                Kind::List,
                "while evaluating the first argument passed to builtins.length",
            )],
            |state, args| Ok(state.int(items(args[0]).len() as i64)),
        ),
    ),
    builtin(
        "foldl'",
        3,
        Run::Fold(&[
            want(
                0,
                Kind::Function,
                "while evaluating the first argument passed to builtins.foldlStrict",
            ),
            want(
                2,
                Kind::List,
                "while evaluating the third argument passed to builtins.foldlStrict",
            ),
        ]),
    ),
    builtin(
        "any",
        2,
        Run::Generator(|co, state, args| Box::pin(any_or_all(co, state, args[0], args[1], &ANY))),
    ),
    builtin(
        "all",
        2,
        Run::Generator(|co, state, args| Box::pin(any_or_all(co, state, args[0], args[1], &ALL))),
    ),
    builtin(
        "genList",
        2,
        Run::Plain(&[GEN_LIST_LENGTH], |state, args| {
            generate(state, args[0], args[1])
        }),
    )
    .until(Dialect::V2_26),
    builtin(
        "genList",
        2,
        Run::Plain(
            &[
                GEN_LIST_LENGTH,
                want(
                    0,
                    Kind::FunctionForItems,
                    "while evaluating the first argument passed to builtins.genList",
                ),
            ],
            |state, args| generate(state, args[0], args[1]),
        ),
    )
    .since(Dialect::V2_26),
    builtin(
        "sort",
        2,
        Run::Generator(|co, state, args| Box::pin(sort::sort(co, state, args[0], args[1]))),
    ),
    builtin(
        "partition",
        2,
        Run::Generator(|co, state, args| Box::pin(partition(co, state, args[0], args[1]))),
    ),
    builtin(
        "groupBy",
        2,
        Run::Generator(|co, state, args| Box::pin(group(co, state, args[0], args[1]))),
    )
    .since(Dialect::V2_8),
    builtin(
        "concatMap",
        2,
        Run::Generator(|co, state, args| Box::pin(concat_map(co, state, args[0], args[1]))),
    ),
];

/// The elements of a [`Kind::List`] argument.
fn items(value: Value<'_>) -> &[Value<'_>] {
    match value.as_list() {
        Some(list) => list.items(),
        None => unreachable!("the argument was checked to be a list"),
    }
}

fn elem_at<'h>(state: &State<'h>, args: &[Value<'h>]) -> Result<Value<'h>> {
    let items = items(args[0]);
    let View::Int(wanted) = args[1].view() else {
        unreachable!("the argument was checked to be an integer");
    };
    let index = if state.has(Behaviour::ElemAtCutsIndex) {
        i64::from(wanted as i32)
    } else {
        wanted
    };
    usize::try_from(index)
        .ok()
        .and_then(|index| items.get(index).copied())
        .ok_or_else(|| out_of_bounds(state, index, items.len()))
}

/// The error for an index that a list does not have.
fn out_of_bounds(state: &State<'_>, index: i64, length: usize) -> Error {
    Error::value(if state.has(Behaviour::ErrorsShowValues) {
        format!("'builtins.elemAt' called with index {index} on a list of size {length}")
    } else {
        format!("list index {index} is out of bounds")
    })
}

/// The error for an empty list, as newer releases word it.
fn empty(state: &State<'_>, name: &str) -> Option<Error> {
    state
        .has(Behaviour::ErrorsShowValues)
        .then(|| Error::value(format!("'builtins.{name}' called on an empty list")))
}

fn map<'h>(state: &State<'h>, function: Value<'h>, list: Value<'h>) -> Value<'h> {
    let items = items(list);
    if items.is_empty() {
        return list;
    }
    let function = state.heap.alloc(function);
    let apply = |&item| Value::thunk(Thunk::suspend_apply(state.heap, function, item));
    Value::list(List::of(state.heap, items.iter().map(apply)))
}

/// Bytes of the arena that an element of a generated list takes: its word, and
/// its thunk.
const GENERATED_BYTES: usize = 24;

fn generate<'h>(state: &State<'h>, function: Value<'h>, length: Value<'h>) -> Result<Value<'h>> {
    let View::Int(length) = length.view() else {
        unreachable!("the argument was checked to be an integer");
    };
    let Ok(count) = usize::try_from(length) else {
        return Err(Error::value(format!("cannot create list of size {length}")));
    };
    let room = count
        .checked_mul(GENERATED_BYTES)
        .is_some_and(|bytes| bytes < LARGEST_LIST && state.heap.has_room(bytes));
    if !room {
        return Err(Error::new(
            ErrorKind::Limit(Limit::Memory),
            "the evaluation needs more memory than allowed",
        ));
    }
    let function = state.heap.alloc(function);
    let generated: Vec<Value<'h>> = (0..length)
        .map(|index| {
            let index = state.int(index);
            Value::thunk(Thunk::suspend_apply(state.heap, function, index))
        })
        .collect();
    Ok(state.list(&generated))
}

/// No machine has the memory for a list of more bytes, whatever the limit is.
const LARGEST_LIST: usize = 1 << 40;

async fn filter<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    function: Value<'h>,
    list: Value<'h>,
) -> Result<Value<'h>> {
    const FUNCTION: &str = "while evaluating the first argument passed to builtins.filter";
    const LIST: &str = "while evaluating the second argument passed to builtins.filter";
    const ANSWER: &str =
        "while evaluating the return value of the filtering function passed to builtins.filter";
    let demand = Demand::new(&co, &state);
    let (function, list) = demand_both(&demand, function, FUNCTION, list, LIST).await?;
    let items = list.items();
    let mut kept = Vec::with_capacity(items.len());
    for &item in items {
        let answer = co.call_at(function, &[item], Pos::NONE).await?;
        if demand.answer(answer, ANSWER)? {
            kept.push(item);
        }
    }
    if kept.len() == items.len() {
        return Ok(Value::list(list));
    }
    Ok(state.list(&kept))
}

/// A function and a list: the list first, and the function only if there is
/// something to call it for, since 2.13; before, the function first.
pub(super) async fn demand_both<'h>(
    demand: &Demand<'_, 'h>,
    function: Value<'h>,
    function_context: &'static str,
    list: Value<'h>,
    list_context: &'static str,
) -> Result<(Value<'h>, List<'h>)> {
    if demand.state.has(Behaviour::EmptyListNeedsNoFunction) {
        let list = demand.list(list, list_context).await?;
        if list.items().is_empty() {
            return Ok((function, list));
        }
        let function = demand.function(function, function_context).await?;
        Ok((function, list))
    } else {
        let function = demand.function(function, function_context).await?;
        let list = demand.list(list, list_context).await?;
        Ok((function, list))
    }
}

async fn elem<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    wanted: Value<'h>,
    list: Value<'h>,
) -> Result<Value<'h>> {
    let demand = Demand::new(&co, &state);
    let context = "while evaluating the second argument passed to builtins.elem";
    let list = demand.list(list, context).await?;
    let mut value = wanted;
    // It is the comparison that evaluates both.
    let within = levels(&state, 1);
    for &item in list.items() {
        walk::step(&co, &state, Walk::Equality, 0, 0)?;
        value = co.force_within(value, co.pos, within).await?;
        let found = co.force_within(item, co.pos, within).await?;
        // A cell is equal to itself whatever it holds, a function included.
        if wanted.same(item) || equal(&co, &state, value, found).await? {
            return Ok(Value::bool(true));
        }
    }
    Ok(Value::bool(false))
}

/// One list out of `parts`; the only one that is not empty as it is.
fn concat<'h>(state: &State<'h>, parts: &[List<'h>]) -> Result<Value<'h>> {
    let mut full = parts.iter().filter(|part| !part.items().is_empty());
    match (full.next(), full.next()) {
        (None, _) => Ok(state.list(&[])),
        (Some(&only), None) => Ok(Value::list(only)),
        _ => {
            let parts: Vec<&[Value<'h>]> = parts.iter().map(|part| part.items()).collect();
            let items: usize = parts.iter().map(|part| part.len()).sum();
            state.room(items * size_of::<Value<'h>>())?;
            Ok(Value::list(List::concat(state.heap, &parts)))
        }
    }
}

async fn concat_lists<'h>(co: Co<'h>, state: Shared<'h>, lists: Value<'h>) -> Result<Value<'h>> {
    const LISTS: &str = "while evaluating the first argument passed to builtins.concatLists";
    const PART: &str = "while evaluating a value of the list passed to builtins.concatLists";
    let demand = Demand::new(&co, &state);
    let lists = demand.list(lists, LISTS).await?;
    let mut parts = Vec::with_capacity(lists.items().len());
    for &list in lists.items() {
        parts.push(demand.list(list, PART).await?);
    }
    concat(&state, &parts)
}

async fn concat_map<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    function: Value<'h>,
    list: Value<'h>,
) -> Result<Value<'h>> {
    const FUNCTION: &str = "while evaluating the first argument passed to builtins.concatMap";
    const LIST: &str = "while evaluating the second argument passed to builtins.concatMap";
    const ANSWER: &str =
        "while evaluating the return value of the function passed to builtins.concatMap";
    let demand = Demand::new(&co, &state);
    let function = demand.function(function, FUNCTION).await?;
    let list = demand.list(list, LIST).await?;
    let pos = match own_pos(function) {
        _ if state.has(Behaviour::TracesArePrefixes) => co.pos,
        Pos::NONE => co.pos,
        pos => pos,
    };
    let mut parts = Vec::with_capacity(list.items().len());
    for &item in list.items() {
        let part = co.call(function, &[item]).await?;
        parts.push(demand.at(pos).list(part, ANSWER).await?);
    }
    concat(&state, &parts)
}

/// What tells `any` from `all`.
struct Quantifier {
    /// The answer that ends the search.
    ends_at: bool,
    function: &'static str,
    list: &'static str,
    answer: &'static str,
}

const ANY: Quantifier = Quantifier {
    ends_at: true,
    function: "while evaluating the first argument passed to builtins.any",
    list: "while evaluating the second argument passed to builtins.any",
    answer: "while evaluating the return value of the function passed to builtins.any",
};

const ALL: Quantifier = Quantifier {
    ends_at: false,
    function: "while evaluating the first argument passed to builtins.all",
    list: "while evaluating the second argument passed to builtins.all",
    answer: "while evaluating the return value of the function passed to builtins.all",
};

async fn any_or_all<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    function: Value<'h>,
    list: Value<'h>,
    which: &'static Quantifier,
) -> Result<Value<'h>> {
    let demand = Demand::new(&co, &state);
    let function = demand.function(function, which.function).await?;
    let list = demand.list(list, which.list).await?;
    for &item in list.items() {
        let answer = co.call(function, &[item]).await?;
        if demand.answer(answer, which.answer)? == which.ends_at {
            return Ok(Value::bool(which.ends_at));
        }
    }
    Ok(Value::bool(!which.ends_at))
}

async fn partition<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    function: Value<'h>,
    list: Value<'h>,
) -> Result<Value<'h>> {
    const FUNCTION: &str = "while evaluating the first argument passed to builtins.partition";
    const LIST: &str = "while evaluating the second argument passed to builtins.partition";
    const ANSWER: &str =
        "while evaluating the return value of the partition function passed to builtins.partition";
    let demand = Demand::new(&co, &state);
    let function = demand.function(function, FUNCTION).await?;
    let list = demand.list(list, LIST).await?;
    let (mut right, mut wrong) = (Vec::new(), Vec::new());
    for &item in list.items() {
        co.force(item).await?;
        let answer = co.call(function, &[item]).await?;
        if demand.answer(answer, ANSWER)? {
            right.push(item);
        } else {
            wrong.push(item);
        }
    }
    Ok(state.attrs(vec![
        (known::RIGHT, Pos::NONE, state.list(&right)),
        (known::WRONG, Pos::NONE, state.list(&wrong)),
    ]))
}

async fn group<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    function: Value<'h>,
    list: Value<'h>,
) -> Result<Value<'h>> {
    const FUNCTION: &str = "while evaluating the first argument passed to builtins.groupBy";
    const LIST: &str = "while evaluating the second argument passed to builtins.groupBy";
    const ANSWER: &str =
        "while evaluating the return value of the grouping function passed to builtins.groupBy";
    let demand = Demand::new(&co, &state);
    let function = demand.function(function, FUNCTION).await?;
    let list = demand.list(list, LIST).await?;
    let mut numbers = FxHashMap::default();
    let mut groups: Vec<(crate::symbols::Symbol, Vec<Value<'h>>)> = Vec::new();
    for &item in list.items() {
        let answer = co.call(function, &[item]).await?;
        let name = demand.plain_string(answer, ANSWER).await?;
        let name = state.symbols.intern(name);
        let number = *numbers.entry(name).or_insert(groups.len());
        match groups.get_mut(number) {
            Some((_, members)) => members.push(item),
            None => groups.push((name, vec![item])),
        }
    }
    let pairs = groups
        .iter()
        .map(|(name, members)| (*name, Pos::NONE, state.list(members)))
        .collect();
    Ok(state.attrs(pairs))
}

#[cfg(test)]
mod tests;
