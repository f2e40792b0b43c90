//! Builtins that put files into the store: `path`, `filterSource`, `toFile`,
//! and `storePath`, which refers to what is there (`primops.cc`).

use super::demand::Demand;
use super::derivation::{base_name, object_of, read_hash};
use super::realise::realise;
use super::{Builtin, Run, builtin, internal};
use crate::context::ContextElement;
use crate::derivation::nar::{Archiver, Step};
use crate::derivation::store::{
    add_copy, add_text, is_valid, look_at_source, not_valid, refer, references, take_in,
    write_copy, write_text,
};
use crate::derivation::store_path::{Method, is_derivation};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::formats::hash::{Algorithm, Hash, Hasher, digest};
use crate::heap::{Bytes, Value, View};
use crate::load::{checked_path, kind_of, read_file, resolve_freely, resolve_links};
use crate::paths;
use crate::print::describe::type_name;
use crate::state::State;
use crate::vm::coerce::{coerce_to_path, coerce_to_path_at, context_set};
use crate::vm::{Co, Shared};
use std::collections::BTreeSet;

/// The family.
pub const BUILTINS: &[Builtin] = &[
    builtin(
        "filterSource",
        2,
        Run::Generator(|co, state, args| Box::pin(filter_source(co, state, args[0], args[1]))),
    ),
    builtin(
        "path",
        1,
        Run::Generator(|co, state, args| Box::pin(path(co, state, args[0]))),
    ),
    builtin(
        "storePath",
        1,
        Run::Generator(|co, state, args| Box::pin(store_path(co, state, args[0]))),
    ),
    builtin(
        "toFile",
        2,
        Run::Generator(|co, state, args| Box::pin(to_file(co, state, args[0], args[1]))),
    ),
];

/// A path in the store, as a string that refers to it.
pub(super) fn store_string<'h>(state: &State<'h>, path: &[u8]) -> Value<'h> {
    let path: &'h [u8] = state.heap.alloc_slice(path);
    let context = context_set(state, vec![ContextElement::Plain(path)]);
    Value::string(Bytes::with_context(state.heap, path, context))
}

/// The name of a path's copy, unless it is given another.
fn copy_name<'p>(state: &State<'_>, path: &'p [u8]) -> &'p [u8] {
    if path == b"/" && state.has(Behaviour::CopiesResolveParents) {
        return b"source";
    }
    // One slash at the end is taken off.
    base_name(path.strip_suffix(b"/").unwrap_or(path))
}

/// What is to be copied, and how.
struct Copy<'h> {
    path: Bytes<'h>,
    /// Whether a link at the path is followed, because a slash comes after it.
    followed: bool,
    name: Vec<u8>,
    filter: Option<Value<'h>>,
    method: Method,
    expected: Option<Hash>,
}

async fn filter_source<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    filter: Value<'h>,
    path_value: Value<'h>,
) -> Result<Value<'h>> {
    let about = "while evaluating the second argument (the path to filter) passed to 'builtins.filterSource'";
    let path = coerce_to_path(&co, &state, path_value, about).await?;
    if !state.has(Behaviour::CopiesTakeContexts) {
        refuse_context(path)?;
    }
    let filter = if state.has(Behaviour::ErrorsShowValues) {
        let demand = Demand::new(&co, &state);
        demand
            .function(
                filter,
                "while evaluating the first argument passed to builtins.filterSource",
            )
            .await?
    } else {
        let filter = co.force(filter).await?;
        let is_function = match filter.view() {
            View::Closure(_) => true,
            View::Builtin(_) | View::Partial(_) => state.has(Behaviour::FiltersMayBeBuiltins),
            _ => false,
        };
        if !is_function {
            return Err(Error::type_error(format!(
                "first argument in call to 'filterSource' is not a function but {}",
                type_name(&state, filter)
            ))
            .at(co.pos));
        }
        filter
    };
    let written = written_as(&co, &state, path_value, path).await?;
    let copy = Copy {
        path,
        followed: false,
        name: copy_name(&state, written).to_vec(),
        filter: Some(filter),
        method: Method::Nar,
        expected: None,
    };
    add_path(&co, &state, copy).await
}

/// 2.3 copies nothing that it would have to build first.
fn refuse_context(path: Bytes<'_>) -> Result<()> {
    match path.context() {
        None => Ok(()),
        Some(_) => Err(Error::value(format!(
            "string '{}' cannot refer to other paths",
            String::from_utf8_lossy(path.bytes())
        ))),
    }
}

async fn path<'h>(co: Co<'h>, state: Shared<'h>, given: Value<'h>) -> Result<Value<'h>> {
    let demand = Demand::new(&co, &state);
    let set = demand
        .attrs(
            given,
            "while evaluating the argument passed to 'builtins.path'",
        )
        .await?;
    let mut path: Option<Bytes<'h>> = None;
    let mut written: &[u8] = b"";
    let mut name: &[u8] = b"";
    let mut filter = None;
    let mut method = Method::Nar;
    let mut expected = None;
    for (key, value) in set.iter() {
        let attribute = state.symbols.name(key.name);
        let demand = demand.at(key.pos);
        match &*attribute {
            b"path" => {
                let about = "while evaluating the 'path' attribute passed to 'builtins.path'";
                let found = coerce_to_path_at(&co, &state, value, about, key.pos).await?;
                if !state.has(Behaviour::CopiesTakeContexts) {
                    refuse_context(found).map_err(|error| error.at(key.pos))?;
                }
                path = Some(found);
                written = written_as(&co, &state, value, found).await?;
            }
            b"name" => {
                name = demand
                    .plain_string(
                        value,
                        "while evaluating the `name` attribute passed to builtins.path",
                    )
                    .await?;
            }
            b"filter" => {
                filter = Some(if state.has(Behaviour::ErrorsShowValues) {
                    demand
                        .function(
                            value,
                            "while evaluating the `filter` parameter passed to builtins.path",
                        )
                        .await?
                } else {
                    co.force(value).await?
                });
            }
            b"recursive" => {
                let recursive = demand
                    .bool(
                        value,
                        "while evaluating the `recursive` attribute passed to builtins.path",
                    )
                    .await?;
                method = if recursive { Method::Nar } else { Method::Flat };
            }
            b"sha256" => {
                let text = demand
                    .plain_string(
                        value,
                        "while evaluating the `sha256` attribute passed to builtins.path",
                    )
                    .await?;
                expected = Some(read_hash(&state, text, Some(Algorithm::Sha256))?);
            }
            other => {
                let function = if state.has(Behaviour::PathErrorsNameBuiltin) {
                    "builtins.path"
                } else {
                    "addPath"
                };
                let other = String::from_utf8_lossy(other);
                return Err(Error::value(format!(
                    "unsupported argument '{other}' to '{function}'"
                ))
                .at(key.pos));
            }
        }
    }
    let Some(path) = path else {
        return Err(if state.has(Behaviour::PathErrorsNameBuiltin) {
            Error::value(
                "missing required 'path' attribute in the first argument to 'builtins.path'",
            )
        } else {
            Error::new(ErrorKind::MissingAttribute, "'path' required")
        }
        .at(co.pos));
    };
    if name.is_empty() {
        name = copy_name(&state, written);
    }
    let copy = Copy {
        path,
        followed: !state.strings_are_paths_as_written()
            && (written.ends_with(b"/") || written.ends_with(b"/.")),
        name: name.to_vec(),
        filter,
        method,
        expected,
    };
    add_path(&co, &state, copy).await
}

/// A path as it stands in the program, before it was brought to its canonical
/// form, for releases that look at that.
async fn written_as<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    value: Value<'h>,
    path: Bytes<'h>,
) -> Result<&'h [u8]> {
    if state.has(Behaviour::StringPathsStayAsWritten)
        && let Some(text) = co.force(value).await?.as_string()
    {
        return Ok(text.bytes());
    }
    Ok(path.bytes())
}

async fn add_path<'h>(co: &Co<'h>, state: &Shared<'h>, copy: Copy<'h>) -> Result<Value<'h>> {
    let path = copy.path;
    let added = add_unchecked(co, state, copy).await;
    added.map_err(|error| {
        if !state.has(Behaviour::CopiesTakeContexts) {
            return error;
        }
        let path = String::from_utf8_lossy(path.bytes());
        error.traced(co.pos, format!("while adding path '{path}'"))
    })
}

async fn add_unchecked<'h>(co: &Co<'h>, state: &Shared<'h>, copy: Copy<'h>) -> Result<Value<'h>> {
    let is_stored = state.store_dir().inside(copy.path.bytes()).is_some();
    if is_stored || !state.has(Behaviour::CopiesRealiseStorePaths) {
        realise(state, copy.path.context())?;
    }
    let referred = references_of_copy(state, copy.path);
    let path = copy.path.bytes();
    let free = state.settings.pure && state.has(Behaviour::PureReadsWhatIsHashed);
    let is_checked = !(free && copy.expected.is_some());
    let is_checked_first = state.has(Behaviour::AccessChecksResolve);
    let mut checked = path.to_vec();
    if is_checked && is_checked_first {
        checked = checked_path(state, path)?;
    }
    let wanted = match &copy.expected {
        Some(hash) => {
            let expected = if state.has(Behaviour::CopiesKeepReferencesAgain) {
                &referred
            } else {
                &BTreeSet::new()
            };
            let store = state.store_dir();
            let path = store.fixed_output_referring(copy.method, hash, &copy.name, expected)?;
            Some((hash, path))
        }
        None => None,
    };
    if let Some((_, path)) = &wanted
        && is_valid(state, path)
    {
        add_copy(state, path);
        return Ok(store_string(state, path));
    }
    if is_checked && !is_checked_first {
        checked = checked_path(state, path)?;
    }
    let path = checked.as_slice();
    let source = if copy.followed || state.has(Behaviour::CopiesResolveLinks) {
        resolve_links(state, path, true)?
    } else {
        path.to_vec()
    };
    let mut entries = Vec::new();
    let mut flat = None;
    let hash = match copy.method {
        Method::Nar => {
            look_at_source(state, &source)?;
            filtered_hash(co, state, &source, copy.filter, &mut entries).await?
        }
        _ => {
            let content = flat.insert(read_file(state, &source)?);
            if content.is_empty()
                && !state.settings.read_only
                && state.has(Behaviour::EmptyFilesAreNotStored)
            {
                return Err(Error::value("bad optional access").foreign());
            }
            digest(Algorithm::Sha256, content)
        }
    };
    let store = state.store_dir();
    let made = store.fixed_output_referring(copy.method, &hash, &copy.name, &referred)?;
    if wanted.is_some_and(|(_, wanted)| wanted != made) {
        return Err(Error::new(
            ErrorKind::HashMismatch,
            format!(
                "store path mismatch in (possibly filtered) path added from '{}'",
                String::from_utf8_lossy(path)
            ),
        )
        .nowhere());
    }
    match &flat {
        Some(content) => write_text(state, &made, content)?,
        None => write_copy(state, &made, &source, &entries)?,
    }
    if !referred.is_empty() {
        refer(state, &made, referred);
    }
    if is_derivation(&made) && !state.settings.read_only {
        take_in(state, &made, &read_file(state, &source)?)?;
    }
    add_copy(state, &made);
    Ok(store_string(state, &made))
}

/// What a copy of something in the store refers to: what the store object does, as far as the release looks at that.
fn references_of_copy(state: &State<'_>, path: Bytes<'_>) -> BTreeSet<Vec<u8>> {
    let first = state.has(Behaviour::CopiesKeepReferences) && !state.settings.read_only;
    let again = state.has(Behaviour::CopiesKeepReferencesAgain) && path.context().is_some();
    match state.store_dir().split(path.bytes()) {
        Some((object, _)) if (first || again) && is_valid(state, object) => {
            // What cannot be read refers to nothing.
            references(state, object).unwrap_or_default()
        }
        _ => BTreeSet::new(),
    }
}

/// The hash of a tree without what the filter leaves out; `entries` are the
/// paths of what it does not.
async fn filtered_hash<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    source: &[u8],
    filter: Option<Value<'h>>,
    entries: &mut Vec<Vec<u8>>,
) -> Result<Hash> {
    let limited = state.has(Behaviour::NarsNestLittle);
    let io = std::rc::Rc::clone(state);
    let sink = Hasher::new(Algorithm::Sha256);
    let mut archiver = Archiver::new(io.io.as_ref(), source, sink, limited)?;
    while let Step::Ask(entry) = archiver.advance() {
        if let Some(filter) = filter {
            let kind = kind_of(state, &entry)?;
            let shown = internal::on_disk(state, &entry);
            let arguments = [state.string(shown), state.string(kind.name().as_bytes())];
            let answer = co.call(filter, &arguments).await?;
            let demand = Demand::new(co, state);
            let context = "while evaluating the return value of the path filter function";
            if !demand.answer(answer, context)? {
                continue;
            }
        }
        archiver.include(&entry)?;
        entries.push(entry);
    }
    Ok(archiver.finish().finish())
}

/// Looks at a path and all directories that it is in (`canonPath` in
/// `util.cc`).
fn look_at(state: &State<'_>, path: &[u8]) -> Result<()> {
    let ends = path.iter().enumerate().skip(1);
    let ends = ends.filter_map(|(end, &byte)| (byte == b'/').then_some(end));
    for end in ends.chain([path.len()]) {
        state.io.kind(&path[..end]).map_err(|error| {
            let path = String::from_utf8_lossy(&path[..end]);
            let message = format!("getting status of '{path}': {}", error.describe());
            Error::new(ErrorKind::Io, message)
        })?;
    }
    Ok(())
}

async fn store_path<'h>(co: Co<'h>, state: Shared<'h>, path: Value<'h>) -> Result<Value<'h>> {
    if state.settings.pure {
        let name = if state.has(Behaviour::StorePathErrorNamesBuiltins) {
            "builtins.storePath"
        } else {
            "__storePath"
        };
        return Err(Error::new(
            ErrorKind::Restricted,
            format!("'{name}' is not allowed in pure evaluation mode"),
        )
        .at(co.pos));
    }
    let about = "while evaluating the first argument passed to 'builtins.storePath'";
    let text = coerce_to_path(&co, &state, path, about).await?;
    let mut path = written_as(&co, &state, path, text).await?.to_vec();
    if state.has(Behaviour::StorePathsAreLookedAt) {
        path = checked_path(&state, &path)?;
    }
    let asked = if state.has(Behaviour::StorePathsAreCanonical) {
        paths::canonical(&path)
    } else {
        path.clone()
    };
    if !state.store_dir().is_object(&asked) {
        path = resolve_freely(&state, &path)?;
        if state.has(Behaviour::StorePathsAreLookedAt) {
            look_at(&state, &path)?;
        }
    }
    if state.store_dir().inside(&path).is_none() {
        let path = String::from_utf8_lossy(&path);
        return Err(Error::value(format!("path '{path}' is not in the Nix store")).at(co.pos));
    }
    let Some(object) = object_of(&state, &path) else {
        let base = state.store_dir().inside(&path).unwrap_or_default();
        let base = base.split(|&byte| byte == b'/').next().unwrap_or_default();
        return Err(if state.has(Behaviour::StoreNamesAreCheckedAlone) {
            Error::value(state.store_dir().base_problem(base))
        } else {
            let base = String::from_utf8_lossy(base);
            Error::value(format!("'{base}' is not a valid store path"))
        });
    };
    if !state.settings.read_only && !crate::derivation::store::is_valid(&state, object) {
        return Err(not_valid(&state, object));
    }
    let object: &'h [u8] = state.heap.alloc_slice(object);
    let mut context = text
        .context()
        .map_or_else(Vec::new, |context| context.elements.to_vec());
    context.push(ContextElement::Plain(object));
    let context = context_set(&state, context);
    Ok(Value::string(Bytes::with_context(
        state.heap, &path, context,
    )))
}

async fn to_file<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    name: Value<'h>,
    content: Value<'h>,
) -> Result<Value<'h>> {
    let demand = Demand::new(&co, &state);
    let name = demand
        .plain_string(
            name,
            "while evaluating the first argument passed to builtins.toFile",
        )
        .await?;
    let content = demand
        .string(
            content,
            "while evaluating the second argument passed to builtins.toFile",
        )
        .await?;
    let mut references = BTreeSet::new();
    for &element in content
        .context()
        .map_or(&[][..], |context| context.elements)
    {
        let ContextElement::Plain(path) = element else {
            return Err(refers_to_derivation(&state, name, element).at(co.pos));
        };
        references.insert(path.to_vec());
    }
    let path = add_text(&state, name, content.bytes(), references)?;
    if state.has(Behaviour::TextsMayBeRead) {
        state.access.allow(&path);
    }
    Ok(store_string(&state, &path))
}

fn refers_to_derivation(state: &State<'_>, name: &[u8], element: ContextElement<'_>) -> Error {
    let name = String::from_utf8_lossy(name);
    if state.has(Behaviour::ErrorsShowValues) {
        let shown = element.encoded(&state.settings.store_dir, true);
        return Error::value(format!(
            "files created by builtins.toFile may not reference derivations, but {name} references {}",
            String::from_utf8_lossy(&shown)
        ));
    }
    if state.has(Behaviour::CopiesTakeContexts) {
        let shown = element.encoded(&state.settings.store_dir, false);
        return Error::value(format!(
            "in 'toFile': the file named '{name}' must not contain a reference to a derivation but contains ({})",
            String::from_utf8_lossy(&shown)
        ));
    }
    Error::value(format!(
        "in 'toFile': the file '{name}' cannot refer to derivation outputs"
    ))
}
