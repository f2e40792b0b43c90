//! Strings: length, parts, joining, replacing, versions, hashes.

use super::demand::{Demand, attribute};
use super::{Builtin, Kind, Run, builtin, want};
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, ErrorKind, Result};
use crate::formats::hash::{
    Format, Hash, HashError, HashErrorKind, ParseOptions, digest, parse_algorithm, parse_any,
    parse_format,
};
use crate::formats::replace::{Edit, edits};
use crate::formats::strings::{self, SubstringError};
use crate::formats::versions;
use crate::heap::{Bytes, List, Value, View};
use crate::positions::Pos;
use crate::state::State;
use crate::symbols::known;
use crate::vm::coerce::{Builder, INTERPOLATE, TO_STRING, coerce_scalar};
use crate::vm::nested_outputs::is_unread;
use crate::vm::{Co, Shared};

/// The family.
pub const BUILTINS: &[Builtin] = &[
    builtin(
        "toString",
        1,
        Run::Generator(|co, state, args| {
            Box::pin(async move {
                let demand = Demand::new(&co, &state);
                let text = demand
                    .coerced(
                        args[0],
                        TO_STRING,
                        "while evaluating the first argument passed to builtins.toString",
                    )
                    .await?;
                Ok(copy(&state, text))
            })
        }),
    )
    .quick(&[want(0, Kind::Coerced, "")], |state, args| {
        let value = args[0].evaluated()?;
        match (value.view(), coerce_scalar(state, value, TO_STRING)?) {
            // A string of its own, which is counted when sizes of values are.
            (View::String(text), _) => Some(copy(state, text)),
            (_, text) => Some(Value::string(text)),
        }
    })
    .global(),
    builtin(
        "stringLength",
        1,
        Run::Generator(|co, state, args| {
            Box::pin(async move {
                let demand = Demand::new(&co, &state);
                let text = demand
                    .coerced(
                        args[0],
                        INTERPOLATE,
                        "while evaluating the argument passed to builtins.stringLength",
                    )
                    .await?;
                Ok(state.int(text.bytes().len() as i64))
            })
        }),
    )
    .quick(&[want(0, Kind::Coerced, "")], |state, args| {
        let text = read_already(args[0])?;
        Some(state.int(text.bytes().len() as i64))
    }),
    builtin(
        "substring",
        3,
        Run::Generator(|co, state, args| Box::pin(substring(co, state, args))),
    )
    .quick(
        &[
            want(
                0,
                Kind::Natural,
                "while evaluating the first argument (the start offset) passed to builtins.substring",
            ),
            want(
                1,
                Kind::Positive,
                "while evaluating the second argument (the substring length) passed to builtins.substring",
            ),
            want(2, Kind::Coerced, ""),
        ],
        |state, args| {
            let (View::Int(start), View::Int(length)) =
                (args[0].evaluated()?.view(), args[1].evaluated()?.view())
            else {
                return None;
            };
            let text = read_already(args[2])?;
            let size = text.bytes().len();
            let range = strings::substring(state.dialect(), start, length, size).ok()?;
            // Negative numbers mean what the releases differ in.
            (start >= 0 && length > 0).then(|| part(state, text, range))
        },
    ),
    builtin(
        "concatStringsSep",
        2,
        Run::Generator(|co, state, args| Box::pin(concat_sep(co, state, args[0], args[1]))),
    )
    .quick(
        &[want(
            0,
            Kind::String,
            "while evaluating the first argument (the separator string) passed to builtins.concatStringsSep",
        )],
        concat_evaluated,
    ),
    builtin(
        "replaceStrings",
        3,
        Run::Generator(|co, state, args| Box::pin(replace(co, state, args))),
    ),
    builtin(
        "splitVersion",
        1,
        Run::Plain(
            &[want(
                0,
                Kind::PlainString,
                "while evaluating the first argument passed to builtins.splitVersion",
            )],
            |state, args| {
                let parts: Vec<Value<'_>> = versions::components(text(args[0]))
                    .map(|part| state.string(part))
                    .collect();
                Ok(Value::list(List::new(state.heap, &parts)))
            },
        ),
    ),
    builtin(
        "compareVersions",
        2,
        Run::Plain(
            &[
                want(
                    0,
                    Kind::PlainString,
                    "while evaluating the first argument passed to builtins.compareVersions",
                ),
                want(
                    1,
                    Kind::PlainString,
                    "while evaluating the second argument passed to builtins.compareVersions",
                ),
            ],
            |state, args| {
                let order = versions::compare_versions(text(args[0]), text(args[1]));
                Ok(state.int(order as i64))
            },
        ),
    ),
    builtin(
        "parseDrvName",
        1,
        Run::Plain(
            &[want(
                0,
                Kind::PlainString,
                "while evaluating the first argument passed to builtins.parseDrvName",
            )],
            |state, args| {
                let (name, version) = versions::parse_drv_name(text(args[0]));
                Ok(state.attrs(vec![
                    (known::NAME, Pos::NONE, state.string(name)),
                    (
                        state.symbols.intern(b"version"),
                        Pos::NONE,
                        state.string(version),
                    ),
                ]))
            },
        ),
    ),
    builtin(
        "hashString",
        2,
        Run::Generator(|co, state, args| Box::pin(hash_string(co, state, args[0], args[1]))),
    ),
    builtin(
        "convertHash",
        1,
        Run::Generator(|co, state, args| Box::pin(convert_hash(co, state, args[0]))),
    )
    .since(Dialect::V2_26),
];

/// The bytes of a value that was checked to be a string.
fn text(value: Value<'_>) -> &[u8] {
    value.as_string().map_or(&[], Bytes::bytes)
}

async fn substring<'h>(co: Co<'h>, state: Shared<'h>, args: [Value<'h>; 3]) -> Result<Value<'h>> {
    let demand = Demand::new(&co, &state);
    let checks_first = state.has(Behaviour::SubstringChecksStartFirst);
    let start = demand
        .int(
            args[0],
            "while evaluating the first argument (the start offset) passed to builtins.substring",
        )
        .await?;
    if checks_first && start < 0 {
        return Err(Error::value(SubstringError::NegativeStart.message()).at(co.pos));
    }
    let length = demand
        .int(
            args[1],
            "while evaluating the second argument (the substring length) passed to builtins.substring",
        )
        .await?;
    if checks_first && length == 0 {
        let value = co.force(args[2]).await?;
        if let View::String(text) = value.view() {
            return Ok(part(&state, text, 0..0));
        }
    }
    let text = demand
        .coerced(
            args[2],
            INTERPOLATE,
            "while evaluating the third argument (the string) passed to builtins.substring",
        )
        .await?;
    let size = text.bytes().len();
    let range = strings::substring(state.dialect(), start, length, size).map_err(|error| {
        let told = Error::value(error.message());
        match error {
            SubstringError::NegativeStart => told.at(co.pos),
            SubstringError::OutOfRange { .. } => told.bare(),
        }
    })?;
    Ok(part(&state, text, range))
}

/// What is a string already and has a context that need not be read.
fn read_already<'h>(value: Value<'h>) -> Option<Bytes<'h>> {
    value
        .evaluated()?
        .as_string()
        .filter(|&text| !is_unread(text))
}

/// A string of its own with the same bytes and context.
fn copy<'h>(state: &State<'h>, text: Bytes<'h>) -> Value<'h> {
    Value::string(Bytes::with_context(
        state.heap,
        text.bytes(),
        text.context(),
    ))
}

/// A part of a string; it keeps the context of the whole.
fn part<'h>(state: &State<'h>, text: Bytes<'h>, range: std::ops::Range<usize>) -> Value<'h> {
    Value::string(Bytes::sharing(
        state.heap,
        &text.bytes()[range],
        text.context(),
    ))
}

/// A string with room for so many bytes that will have `separator` between its parts: its context belongs to the
/// string also where there is nothing to separate.
fn begun(separator: Bytes<'_>, room: usize) -> Builder<'_> {
    let mut out = Builder::with_room(room);
    out.add_context(separator.context());
    out
}

/// What `concatStringsSep` gives if all parts are strings already.
fn concat_evaluated<'h>(state: &State<'h>, args: &[Value<'h>]) -> Option<Value<'h>> {
    let separator = read_already(args[0])?;
    let items = args[1].evaluated()?.as_list()?.items();
    let mut size = separator.bytes().len().checked_mul(items.len())?;
    for item in items {
        size += read_already(*item)?.bytes().len();
    }
    if !state.heap.has_room(size) {
        return None;
    }
    let mut out = begun(separator, size);
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push_bytes(separator.bytes());
        }
        out.push(read_already(*item)?);
    }
    Some(Value::string(out.finish(state)))
}

async fn concat_sep<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    separator: Value<'h>,
    list: Value<'h>,
) -> Result<Value<'h>> {
    let demand = Demand::new(&co, &state);
    let separator = demand
        .string(
            separator,
            "while evaluating the first argument (the separator string) passed to builtins.concatStringsSep",
        )
        .await?;
    let list = demand
        .list(
            list,
            "while evaluating the second argument (the list of strings to concat) passed to builtins.concatStringsSep",
        )
        .await?;
    let mut out = begun(separator, 0);
    for (index, &item) in list.items().iter().enumerate() {
        if index > 0 {
            out.push_bytes(separator.bytes());
        }
        let text = demand
            .coerced(
                item,
                INTERPOLATE,
                "while evaluating one element of the list of strings to concat passed to builtins.concatStringsSep",
            )
            .await?;
        out.push(text);
        state.room(out.bytes().len())?;
    }
    Ok(Value::string(out.finish(&state)))
}

async fn replace<'h>(co: Co<'h>, state: Shared<'h>, args: [Value<'h>; 3]) -> Result<Value<'h>> {
    const REPLACEMENT: &str =
        "while evaluating one of the replacement strings passed to builtins.replaceStrings";
    let demand = Demand::new(&co, &state);
    let from = demand
        .list(
            args[0],
            "while evaluating the first argument passed to builtins.replaceStrings",
        )
        .await?
        .items();
    let to = demand
        .list(
            args[1],
            "while evaluating the second argument passed to builtins.replaceStrings",
        )
        .await?
        .items();
    if from.len() != to.len() {
        let whose = if state.has(Behaviour::ReplaceErrorNamesBuiltins) {
            "passed to builtins.replaceStrings"
        } else {
            "to 'replaceStrings'"
        };
        return Err(Error::value(format!(
            "'from' and 'to' arguments {whose} have different lengths"
        ))
        .at(co.pos));
    }
    let mut patterns = Vec::with_capacity(from.len());
    for &pattern in from {
        let pattern = demand
            .bytes(
                pattern,
                "while evaluating one of the strings to replace passed to builtins.replaceStrings",
            )
            .await?;
        patterns.push(pattern.bytes());
    }
    let mut replacements: Vec<Option<Bytes<'h>>> = vec![None; to.len()];
    if !state.has(Behaviour::ReplaceStringsIsLazy) {
        for (index, &replacement) in to.iter().enumerate() {
            replacements[index] = Some(demand.string(replacement, REPLACEMENT).await?);
        }
    }
    let text = demand
        .string(
            args[2],
            "while evaluating the third argument passed to builtins.replaceStrings",
        )
        .await?;
    let mut out = Builder::default();
    out.add_context(text.context());
    let mut used = vec![false; to.len()];
    for edit in edits(&patterns, text.bytes()) {
        match edit {
            Edit::Keep(range) => out.push_bytes(&text.bytes()[range]),
            Edit::Replace(index) => {
                let replacement = match replacements[index] {
                    Some(known) => known,
                    None => demand.string(to[index], REPLACEMENT).await?,
                };
                replacements[index] = Some(replacement);
                out.push_bytes(replacement.bytes());
                if !std::mem::replace(&mut used[index], true) {
                    out.add_context(replacement.context());
                }
            }
        }
        state.room(out.bytes().len())?;
    }
    Ok(Value::string(out.finish(&state)))
}

fn options(state: &State<'_>) -> ParseOptions {
    ParseOptions {
        release: state.dialect(),
        blake3: state.feature("blake3-hashes"),
    }
}

fn hash_error(error: HashError) -> Error {
    let kind = match error.kind {
        HashErrorKind::Feature => ErrorKind::Feature,
        _ => ErrorKind::Value,
    };
    let foreign = error.kind == HashErrorKind::Usage;
    let error = Error::new(kind, error.message);
    if foreign { error.foreign() } else { error }
}

async fn hash_string<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    algorithm: Value<'h>,
    text: Value<'h>,
) -> Result<Value<'h>> {
    let demand = Demand::new(&co, &state);
    let name = demand
        .plain_string(
            algorithm,
            "while evaluating the first argument passed to builtins.hashString",
        )
        .await?;
    let algorithm = parse_algorithm(options(&state), name).map_err(hash_error)?;
    let text = demand
        .string(
            text,
            "while evaluating the second argument passed to builtins.hashString",
        )
        .await?;
    let printed = digest(algorithm, text.bytes()).print(Format::Base16, false);
    let context = if state.has(Behaviour::HashStringDropsContext) {
        None
    } else {
        text.context()
    };
    Ok(Value::string(Bytes::with_context(
        state.heap,
        printed.as_bytes(),
        context,
    )))
}

async fn convert_hash<'h>(co: Co<'h>, state: Shared<'h>, set: Value<'h>) -> Result<Value<'h>> {
    let demand = Demand::new(&co, &state);
    let set = demand
        .attrs(
            set,
            "while evaluating the first argument passed to builtins.convertHash",
        )
        .await?;
    let hash = attribute(&state, set, "hash", "while locating the attribute 'hash'")?;
    let hash = demand
        .plain_string(hash, "while evaluating the attribute 'hash'")
        .await?;
    let algorithm = match state
        .symbols
        .find(b"hashAlgo")
        .and_then(|name| set.get(name))
    {
        None => None,
        Some(name) => {
            let name = demand
                .plain_string(name, "while evaluating the attribute 'hashAlgo'")
                .await?;
            Some(parse_algorithm(options(&state), name).map_err(hash_error)?)
        }
    };
    let format = attribute(
        &state,
        set,
        "toHashFormat",
        "while locating the attribute 'toHashFormat'",
    )?;
    let format = demand
        .plain_string(format, "while evaluating the attribute 'toHashFormat'")
        .await?;
    if format == b"base32" {
        (state.trace)(b"warning: \"base32\" is a deprecated alias for hash format \"nix32\".");
    }
    let format = parse_format(format).map_err(hash_error)?;
    let hash: Hash = parse_any(options(&state), hash, algorithm).map_err(hash_error)?;
    Ok(state.string(hash.print(format, format == Format::Sri).as_bytes()))
}

#[cfg(test)]
mod tests;
