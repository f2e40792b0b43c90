//! Files: import, reading, the search path, names of paths.

use super::internal;
use super::realise::{imported, realise};
use super::references::references_in;
use super::{Builtin, Kind, Run, builtin, plain_string, want};
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, ErrorKind, Result};
use crate::formats::hash::{Format, HashErrorKind, ParseOptions, digest, parse_algorithm};
use crate::heap::{Bytes, Thunk, ThunkState, Value, View};
use crate::io::{FileKind, IoError};
use crate::load::{
    check_path, check_store_name, file_to_import, kind_of, load_source, parse_file, read_file,
    read_program, resolve_links, resolve_program,
};
use crate::paths;
use crate::positions::{Origin, Pos};
use crate::state::State;
use crate::syntax::ast::{Expr, Formal, Formals, Lambda};
use crate::vm::arithmetic::expected;
use crate::vm::coerce::{PATH_SEGMENT, coerce, coerce_to_path, context_set};
use crate::vm::walk::too_deep;
use crate::vm::{Co, Shared, address};
use std::cell::Cell;
use std::rc::Rc;

/// The family.
pub const BUILTINS: &[Builtin] = &[
    builtin(
        "import",
        1,
        Run::Generator(|co, state, args| Box::pin(import(co, state, args[0]))),
    )
    .global(),
    builtin(
        "scopedImport",
        2,
        Run::Generator(|co, state, args| Box::pin(scoped_import(co, state, args[0], args[1]))),
    )
    .global(),
    builtin(
        "readFile",
        1,
        Run::Generator(|co, state, args| Box::pin(read(co, state, args[0]))),
    ),
    builtin(
        "readDir",
        1,
        Run::Generator(|co, state, args| Box::pin(read_dir(co, state, args[0]))),
    ),
    builtin(
        "readFileType",
        1,
        Run::Generator(|co, state, args| Box::pin(read_file_type(co, state, args[0]))),
    )
    .since(Dialect::V2_26),
    builtin(
        "pathExists",
        1,
        Run::Generator(|co, state, args| Box::pin(path_exists(co, state, args[0]))),
    ),
    builtin(
        "hashFile",
        2,
        Run::Generator(|co, state, args| Box::pin(hash_file(co, state, args[0], args[1]))),
    ),
    builtin(
        "getEnv",
        1,
        Run::Plain(
            &[want(
                0,
                Kind::PlainString,
                "while evaluating the first argument passed to builtins.getEnv",
            )],
            get_env,
        ),
    ),
    builtin(
        "baseNameOf",
        1,
        Run::Generator(|co, state, args| Box::pin(base_name_of(co, state, args[0]))),
    )
    .global(),
    builtin(
        "dirOf",
        1,
        Run::Generator(|co, state, args| Box::pin(dir_of(co, state, args[0]))),
    )
    .global(),
    builtin(
        "toPath",
        1,
        Run::Generator(|co, state, args| Box::pin(to_path(co, state, args[0]))),
    ),
];

/// A path argument: coerced, allowed by the settings; `follows`: a link at its end
/// will be followed.
async fn path_argument<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    value: Value<'h>,
    follows: bool,
) -> Result<Bytes<'h>> {
    let path = realised_path(co, state, value).await?;
    check_path(state, path.bytes(), follows)?;
    Ok(path)
}

/// A path argument that need not be allowed. Store objects it refers to would have to be built.
async fn realised_path<'h>(co: &Co<'h>, state: &Shared<'h>, value: Value<'h>) -> Result<Bytes<'h>> {
    let path = coerce_to_path(co, state, value, "while realising the context of a path").await?;
    let realised = realise(state, path.context());
    realised
        .and_then(|()| check_store_name(state, path.bytes()))
        .map_err(|error| {
            let path = String::from_utf8_lossy(path.bytes());
            let text = format!("while realising the context of path '{path}'");
            error.traced(co.pos, text)
        })?;
    Ok(path)
}

async fn import<'h>(co: Co<'h>, state: Shared<'h>, path: Value<'h>) -> Result<Value<'h>> {
    let path = path_argument(&co, &state, path, true).await?;
    if let Some(derivation) = imported(&co, &state, path.bytes()).await? {
        return Ok(derivation);
    }
    let file = file_to_import(&state, path.bytes())?;
    import_file(&state, &file)
}

/// The thunk of a file: each is evaluated once.
///
/// # Errors
/// If it cannot be read or is no program.
pub fn import_file<'h>(state: &State<'h>, file: &[u8]) -> Result<Value<'h>> {
    if let Some(&known) = state.imports.borrow().get(file) {
        let running = known
            .as_thunk()
            .is_some_and(|thunk| matches!(thunk.state(), ThunkState::Blackhole));
        // The older releases remember a file when it was evaluated, not before, and
        // so import one that imports itself until nothing is left to do it with.
        if running && !state.has(Behaviour::ImportCyclesAreSeen) {
            return Err(too_deep(state));
        }
        return Ok(known);
    }
    let text = read_program(state, file)?;
    let origin = Origin::File(Rc::from(file));
    let unit = load_source(state, origin, &text, paths::parent(file))?;
    let mut imported = state.imported.borrow_mut();
    imported.insert(address(unit), file.to_vec());
    let thunk = Value::thunk(Thunk::suspend(state.heap, unit, None));
    state.imports.borrow_mut().insert(file.to_vec(), thunk);
    Ok(thunk)
}

/// The file is the body of a function whose arguments are the scope's names.
async fn scoped_import<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    scope: Value<'h>,
    path: Value<'h>,
) -> Result<Value<'h>> {
    let path = path_argument(&co, &state, path, true).await?;
    if let Some(derivation) = imported(&co, &state, path.bytes()).await? {
        return Ok(derivation);
    }
    let scope = co.force(scope).await?;
    let View::Attrs(set) = scope.view() else {
        return Err(expected(&state, "a set", scope).traced(
            co.pos,
            "while evaluating the first argument passed to builtins.scopedImport",
        ));
    };
    let file = file_to_import(&state, path.bytes())?;
    if set.is_empty() && state.has(Behaviour::ImportIsScopedImport) {
        return import_file(&state, &file);
    }
    let body = parse_file(&state, &file)?;
    let formals = set.iter().map(|(key, _)| Formal {
        pos: key.pos,
        name: key.name,
        default: None,
    });
    let lambda = state.heap.alloc(Lambda {
        pos: Pos::NONE,
        name: Cell::new(None),
        arg: None,
        formals: Some(Formals {
            list: state.heap.alloc_from_iter(formals),
            ellipsis: false,
        }),
        body,
        unit: Cell::new(None),
        scope: Cell::new(None),
    });
    let program = state.heap.alloc(Expr::Lambda(lambda));
    let unit = resolve_program(&state, program)?;
    let function = Value::thunk(Thunk::suspend(state.heap, unit, None));
    // There it is no call: the file is evaluated among the names.
    co.uncounted().call(function, &[scope]).await
}

async fn read<'h>(co: Co<'h>, state: Shared<'h>, path: Value<'h>) -> Result<Value<'h>> {
    let path = path_argument(&co, &state, path, true).await?;
    let text = read_file(&state, path.bytes())?;
    if text.contains(&0) {
        let path = String::from_utf8_lossy(path.bytes());
        return Err(Error::value(format!(
            "the contents of the file '{path}' cannot be represented as a Nix string"
        )));
    }
    let context = context_set(&state, references_in(&state, path.bytes(), &text));
    Ok(Value::string(Bytes::with_context(
        state.heap, &text, context,
    )))
}

async fn read_dir<'h>(co: Co<'h>, state: Shared<'h>, path: Value<'h>) -> Result<Value<'h>> {
    let path = path_argument(&co, &state, path, true).await?;
    let directory = if state.strings_are_paths_as_written() {
        path.bytes().to_vec()
    } else {
        resolve_links(&state, path.bytes(), true)?
    };
    let mut entries = state.io.read_dir(&directory).map_err(|error| {
        let path = String::from_utf8_lossy(path.bytes());
        match error {
            IoError::NotFound | IoError::NotADirectory
                if let Some(path) = internal::in_file_system(&state, path.as_bytes()) =>
            {
                let what = if error == IoError::NotFound {
                    "does not exist"
                } else {
                    "is not a directory"
                };
                Error::new(ErrorKind::Io, format!("file '{path}' {what}"))
            }
            IoError::NotFound if state.has(Behaviour::FilesAreLookedAtFirst) => {
                crate::load::not_there(&state, path.as_bytes())
            }
            error => {
                let what = if state.has(Behaviour::FilesAreLookedAtFirst) {
                    let directory = String::from_utf8_lossy(&directory);
                    format!("cannot read directory \"{directory}\"")
                } else if state.has(Behaviour::FileErrorsNameFile) {
                    let directory = String::from_utf8_lossy(&directory);
                    format!("reading directory {directory}")
                } else {
                    format!("opening directory '{path}'")
                };
                Error::new(ErrorKind::Io, format!("{what}: {}", error.describe()))
            }
        }
    })?;
    // Of a directory above what may be read, the way there is all that is seen.
    if !state.access.is_unrestricted() {
        entries.retain(|(name, _)| {
            let separator: &[u8] = if directory == b"/" { b"" } else { b"/" };
            let entry = [directory.as_slice(), separator, name].concat();
            state.access.permits(&entry) || internal::is_allowed(&state, &entry)
        });
    }
    entries.sort();
    let pairs = entries
        .iter()
        .map(|(name, kind)| {
            (
                state.symbols.intern(name),
                Pos::NONE,
                state.string(kind.name().as_bytes()),
            )
        })
        .collect();
    Ok(state.attrs(pairs))
}

async fn read_file_type<'h>(co: Co<'h>, state: Shared<'h>, path: Value<'h>) -> Result<Value<'h>> {
    let path = path_argument(&co, &state, path, false).await?;
    let direct = resolve_links(&state, path.bytes(), false)?;
    let kind = kind_of(&state, &direct)?;
    Ok(state.string(kind.name().as_bytes()))
}

async fn path_exists<'h>(co: Co<'h>, state: Shared<'h>, path: Value<'h>) -> Result<Value<'h>> {
    let is_hidden = |error: &Error| {
        error.kind() == ErrorKind::Restricted && state.has(Behaviour::PathExistsHidesRefusals)
    };
    let value = match co.force(path).await {
        Err(error) if is_hidden(&error) => return Ok(Value::bool(false)),
        other => other?,
    };
    // What the check of the path hands back has neither links nor a slash at its end.
    let resolves = state.has(Behaviour::AccessChecksResolve) && !state.access.is_unrestricted();
    let as_written = state.strings_are_paths_as_written();
    let must_be_directory = !resolves
        && !as_written
        && matches!(value.view(), View::String(text)
        if text.bytes().ends_with(b"/") || text.bytes().ends_with(b"/."));
    let path = match realised_path(&co, &state, value).await {
        Err(error) if is_hidden(&error) => return Ok(Value::bool(false)),
        other => other?,
    };
    match check_path(&state, path.bytes(), must_be_directory) {
        Err(error) if error.kind() == ErrorKind::Restricted => return Ok(Value::bool(false)),
        // Where links are followed to see what is allowed, nothing is given away.
        Err(error)
            if error.kind() == ErrorKind::Io
                && !state.access.is_unrestricted()
                && !state.has(Behaviour::AccessIncludesParents) =>
        {
            return Ok(Value::bool(false));
        }
        other => other?,
    }
    let resolved = if as_written {
        path.bytes().to_vec()
    } else {
        resolve_links(&state, path.bytes(), resolves || must_be_directory)?
    };
    if !internal::are_only_imported(&state) && internal::source(&state, path.bytes()).is_some() {
        return Ok(Value::bool(!must_be_directory));
    }
    Ok(Value::bool(match state.io.kind(&resolved) {
        Ok(kind) => !must_be_directory || kind == FileKind::Directory,
        Err(_) => false,
    }))
}

async fn hash_file<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    algorithm: Value<'h>,
    path: Value<'h>,
) -> Result<Value<'h>> {
    let name = co.force(algorithm).await?;
    let name = plain_string(&state, name).map_err(|error| {
        error.traced(
            co.pos,
            "while evaluating the first argument passed to builtins.hashFile",
        )
    })?;
    let options = ParseOptions {
        release: state.dialect(),
        blake3: state.feature("blake3-hashes"),
    };
    let algorithm = parse_algorithm(options, name).map_err(|error| {
        let kind = match error.kind {
            HashErrorKind::Feature => ErrorKind::Feature,
            _ => ErrorKind::Value,
        };
        Error::new(kind, error.message)
    })?;
    let path = if state.has(Behaviour::HashFileIgnoresContext) {
        let about = "while realising the context of a path";
        let path = coerce_to_path(&co, &state, path, about).await?;
        check_path(&state, path.bytes(), true)?;
        path
    } else {
        path_argument(&co, &state, path, true).await?
    };
    let text = read_file(&state, path.bytes())?;
    let hash = digest(algorithm, &text).print(Format::Base16, false);
    if state.has(Behaviour::HashFileIgnoresContext) {
        return Ok(Value::string(Bytes::with_context(
            state.heap,
            hash.as_bytes(),
            path.context(),
        )));
    }
    Ok(state.string(hash.as_bytes()))
}

fn get_env<'h>(state: &State<'h>, args: &[Value<'h>]) -> Result<Value<'h>> {
    let name = plain_string(state, args[0])?;
    if state.settings.pure || state.settings.restricted {
        return Ok(state.string(b""));
    }
    Ok(state.string(&state.io.environment(name).unwrap_or_default()))
}

async fn base_name_of<'h>(co: Co<'h>, state: Shared<'h>, value: Value<'h>) -> Result<Value<'h>> {
    let about = "while evaluating the first argument passed to builtins.baseNameOf";
    let text = coerce(&co, &state, value, PATH_SEGMENT, about).await?;
    let bytes = text.bytes();
    // Only one slash at the end is taken off.
    let end = match bytes {
        [rest @ .., b'/'] if !rest.is_empty() => rest.len(),
        _ => bytes.len(),
    };
    let start = bytes[..end]
        .iter()
        .rposition(|&byte| byte == b'/')
        .map_or(0, |slash| slash + 1);
    Ok(Value::string(Bytes::with_context(
        state.heap,
        &bytes[start..end],
        text.context(),
    )))
}

async fn dir_of<'h>(co: Co<'h>, state: Shared<'h>, value: Value<'h>) -> Result<Value<'h>> {
    let value = co.force(value).await?;
    if let View::Path(path) = value.view() {
        let is_root = internal::is_root(&state, path.bytes());
        return Ok(if is_root {
            value
        } else {
            state.path(paths::parent(path.bytes()))
        });
    }
    let about = "while evaluating the first argument passed to 'builtins.dirOf'";
    let text = coerce(&co, &state, value, PATH_SEGMENT, about).await?;
    let bytes = text.bytes();
    let directory: &[u8] = match bytes.iter().rposition(|&byte| byte == b'/') {
        None => b".",
        Some(0) => b"/",
        Some(slash) if state.has(Behaviour::DirOfDropsSlashes) => {
            // The releases that ask the C++ library, for which `//` is a root.
            match bytes[..slash].iter().rposition(|&byte| byte != b'/') {
                Some(last) => &bytes[..=last],
                None if slash + 1 == bytes.len() => bytes,
                None => b"/",
            }
        }
        Some(slash) => &bytes[..slash],
    };
    Ok(Value::string(Bytes::with_context(
        state.heap,
        directory,
        text.context(),
    )))
}

async fn to_path<'h>(co: Co<'h>, state: Shared<'h>, value: Value<'h>) -> Result<Value<'h>> {
    let about = "while evaluating the first argument passed to builtins.toPath";
    let path = coerce_to_path(&co, &state, value, about).await?;
    Ok(Value::string(Bytes::with_context(
        state.heap,
        &paths::canonical(path.bytes()),
        path.context(),
    )))
}
