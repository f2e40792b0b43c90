//! The search path: what `<name>` and `findFile` look through.

use super::addresses;
use super::internal;
use super::realise::realise;
use super::{Builtin, Run, builtin, missing_in_call, plain_string};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::heap::{Value, View};
use crate::load::{check_path, check_store_name, kind_of, refuse_nul, resolve_links};
use crate::paths;
use crate::positions::Pos;
use crate::state::State;
use crate::symbols::known;
use crate::vm::arithmetic::expected;
use crate::vm::coerce::{PATH_SEGMENT, coerce};
use crate::vm::{Co, Shared};

/// The family.
pub const BUILTINS: &[Builtin] = &[builtin(
    "findFile",
    2,
    Run::Generator(|co, state, args| Box::pin(find_file(co, state, args[0], args[1]))),
)];

/// An entry of the search path: the prefix and the path it stands for.
struct SearchEntry {
    prefix: Vec<u8>,
    path: Vec<u8>,
}

impl SearchEntry {
    /// What of `path` is left behind the prefix, if it matches
    /// (`suffixIfPotentialMatch` in `search-path.cc`).
    fn suffix<'p>(&self, path: &'p [u8]) -> Option<&'p [u8]> {
        if self.prefix.is_empty() {
            return Some(path);
        }
        let rest = path.strip_prefix(self.prefix.as_slice())?;
        (rest.is_empty() || rest[0] == b'/').then_some(rest)
    }
}

/// What stands below an entry of the search path, if there is something
/// (`findFile` and `resolveLookupPathPath` in `parser.y`, later `eval.cc`).
///
/// # Errors
/// If the program may not read it.
fn below_entry(state: &State<'_>, entry: &SearchEntry, suffix: &[u8]) -> Result<Option<Vec<u8>>> {
    let fetched = addresses::of_entry(state, &entry.path)?;
    if fetched.is_none() && is_lost(state, &entry.path) {
        return Ok(None);
    }
    if fetched.is_none() {
        refuse_nul(state, &entry.path)?;
    }
    let root =
        fetched.unwrap_or_else(|| paths::absolute(&entry.path, &state.settings.base_directory));
    // From 2.26 on links are followed, and what is looked for cannot leave the entry by `..`; before, it is
    // the system that looks, at the text.
    let follows = state.has(Behaviour::AccessIncludesParents);
    let root_is_there = if follows {
        check_path(state, &root, true)?;
        kind_of(state, &resolve_links(state, &root, true)?).is_ok()
    } else {
        kind_of(state, &root).is_ok()
    };
    if !root_is_there {
        let entry = String::from_utf8_lossy(&entry.path);
        let warning = format!("warning: Nix search path entry '{entry}' does not exist, ignoring");
        state.warn_once(&warning);
        return Ok(None);
    }
    if follows {
        refuse_nul(state, suffix)?;
        let found = [root, paths::canonical(suffix)].concat();
        let found = paths::into_canonical(found);
        check_store_name(state, &found)?;
        let found = resolve_links(state, &found, true)?;
        if state.io.kind(&found).is_err() {
            return Ok(None);
        }
        check_path(state, &found, true)?;
        return Ok(Some(found));
    }
    let mut found = root;
    if !suffix.is_empty() && suffix[0] != b'/' {
        found.push(b'/');
    }
    found.extend_from_slice(suffix);
    if kind_of(state, &found).is_err() {
        return Ok(None);
    }
    let found = paths::canonical(&found);
    check_path(state, &found, true)?;
    // Only where something is forbidden is the path taken apart.
    if state.access.is_unrestricted() {
        Ok(Some(found))
    } else {
        resolve_links(state, &found, true).map(Some)
    }
}

/// Whether an entry that was not fetched is passed over: later releases look for a path of this name.
fn is_lost(state: &State<'_>, entry: &[u8]) -> bool {
    addresses::is_address(state.dialect(), entry) && !state.has(Behaviour::FlakesAreLookedUp)
}

async fn find_file<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    search: Value<'h>,
    wanted: Value<'h>,
) -> Result<Value<'h>> {
    let list = co.force(search).await?;
    let View::List(list) = list.view() else {
        return Err(expected(&state, "a list", list).traced(
            co.pos,
            "while evaluating the first argument passed to builtins.findFile",
        ));
    };
    let mut entries = Vec::new();
    for &item in list.items() {
        let item = co.force(item).await?;
        let View::Attrs(set) = item.view() else {
            return Err(expected(&state, "a set", item).traced(
                co.pos,
                "while evaluating an element of the list passed to builtins.findFile",
            ));
        };
        let prefix = match set.get(state.symbols.late(known::PREFIX)) {
            None => Vec::new(),
            Some(prefix) => plain_string(&state, co.force(prefix).await?)?.to_vec(),
        };
        let Some(path) = set.get(state.symbols.late(known::PATH)) else {
            return Err(
                missing_in_call(&state, state.symbols.late(known::PATH), "findFile")
                    .traced(Pos::NONE, "in an element of the __nixPath"),
            );
        };
        let about = "while evaluating the `path` attribute of an element of the list passed to builtins.findFile";
        let path = coerce(&co, &state, path, PATH_SEGMENT, about).await?;
        realise(&state, path.context()).map_err(|error| {
            let path = String::from_utf8_lossy(path.bytes());
            let why = String::from_utf8_lossy(error.message());
            Error::value(format!("cannot find '{path}', since {why}")).at(co.pos)
        })?;
        entries.push(SearchEntry {
            prefix,
            path: path.bytes().to_vec(),
        });
    }
    let wanted = co.force(wanted).await?;
    let wanted = plain_string(&state, wanted).map_err(|error| {
        error.traced(
            co.pos,
            "while evaluating the second argument passed to builtins.findFile",
        )
    })?;
    for entry in &entries {
        if let Some(suffix) = entry.suffix(wanted)
            && let Some(found) = below_entry(&state, entry, suffix)?
        {
            return Ok(state.path(&found));
        }
    }
    // 2.3 has an entry of the search path for them.
    if let Some(name) = wanted.strip_prefix(b"nix/")
        && state.has(Behaviour::CorepkgsAreBuiltIn)
    {
        let path = if state.has(Behaviour::AccessIncludesParents) {
            [&*internal::directory(&state), &paths::canonical(name)].concat()
        } else {
            [&*internal::directory(&state), b"/", name].concat()
        };
        check_path(&state, &paths::canonical(&path), true)?;
        internal::mount(&state);
        return Ok(state.path(&path));
    }
    let wanted = String::from_utf8_lossy(wanted);
    let message = if state.settings.pure && state.has(Behaviour::PureLookUpsSaySo) {
        format!("cannot look up '<{wanted}>' in pure evaluation mode (use '--impure' to override)")
    } else {
        format!(
            "file '{wanted}' was not found in the Nix search path (add it using $NIX_PATH or -I)"
        )
    };
    Err(Error::new(ErrorKind::SearchPath, message).at(co.pos))
}
