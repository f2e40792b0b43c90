//! Downloads: `fetchurl`, `fetchTarball`, `fetchClosure`
//! (`fetchTree.cc`, `fetchClosure.cc`; in 2.3 `primops.cc`).

use super::demand::Demand;
use super::derivation::{base_name, object_of, read_hash};
use super::sources::store_string;
use super::{Builtin, Run, builtin};
use crate::derivation::store::{add_copy, is_valid, take_in};
use crate::derivation::store_path::{Method, is_derivation, name_problem};
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, ErrorKind, Result};
use crate::fetch::archive::{Unpacking, unpack};
use crate::fetch::cache_url;
use crate::fetch::source::{archive_at, download, network_refused};
use crate::fetch::store::{Object, add_file, add_tree, is_unseen, outside};
use crate::fetch::url::Rules;
use crate::fetch::{Problem, Rulebook};
use crate::formats::hash::{Algorithm, Format, Hash};
use crate::heap::{Value, View};
use crate::io::{IoError, Tree};
use crate::load::read_file;
use crate::paths;
use crate::state::State;
use crate::vm::coerce::coerce_to_path;
use crate::vm::{Co, Shared};

/// The family.
pub const BUILTINS: &[Builtin] = &[
    builtin(
        "fetchurl",
        1,
        Run::Generator(|co, state, args| Box::pin(fetch(co, state, args[0], &FILE))),
    ),
    builtin(
        "fetchTarball",
        1,
        Run::Generator(|co, state, args| Box::pin(fetch(co, state, args[0], &ARCHIVE))),
    )
    .global(),
    builtin(
        "fetchClosure",
        1,
        Run::Generator(|co, state, args| Box::pin(fetch_closure(co, state, args[0]))),
    )
    .since(Dialect::V2_8)
    .feature("fetch-closure"),
];

/// Which of the two builtins it is.
struct Which {
    name: &'static str,
    method: Method,
    default_name: &'static [u8],
}

const FILE: Which = Which {
    name: "fetchurl",
    method: Method::Flat,
    default_name: b"",
};

const ARCHIVE: Which = Which {
    name: "fetchTarball",
    method: Method::Nar,
    default_name: b"source",
};

/// What is to be fetched.
struct Request<'h> {
    url: Vec<u8>,
    name: &'h [u8],
    named: bool,
    hash: Option<Hash>,
}

async fn request<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    argument: Value<'h>,
    which: &Which,
) -> Result<Request<'h>> {
    let demand = Demand::new(co, state);
    let mut found = Request {
        url: Vec::new(),
        name: which.default_name,
        named: false,
        hash: None,
    };
    let value = co.force(argument).await?;
    let View::Attrs(set) = value.view() else {
        let context = "while evaluating the url we should fetch";
        found.url = demand.plain_string(value, context).await?.to_vec();
        return Ok(found);
    };
    let mut has_url = false;
    for (key, value) in set.iter() {
        let demand = demand.at(key.pos);
        match &*state.symbols.name(key.name) {
            b"url" => {
                let context = "while evaluating the url we should fetch";
                found.url = demand.plain_string(value, context).await?.to_vec();
                has_url = true;
            }
            b"sha256" => {
                let context = "while evaluating the sha256 of the content we should fetch";
                let text = demand.plain_string(value, context).await?;
                found.hash = Some(read_hash(state, text, Some(Algorithm::Sha256))?);
            }
            b"name" => {
                let context = "while evaluating the name of the content we should fetch";
                found.name = demand.plain_string(value, context).await?;
                found.named = true;
            }
            other => {
                let other = String::from_utf8_lossy(other);
                return Err(Error::value(format!(
                    "unsupported argument '{other}' to '{}'",
                    which.name
                ))
                .at(co.pos));
            }
        }
    }
    if !has_url || found.url.is_empty() && state.has(Behaviour::FetchGitIsItsOwn) {
        return Err(Error::new(ErrorKind::MissingAttribute, "'url' argument required").at(co.pos));
    }
    Ok(found)
}

/// `channel:` stands for an address in the network.
pub fn resolve_channel(state: &State<'_>, url: &[u8]) -> Vec<u8> {
    match url.strip_prefix(b"channel:") {
        Some(name) => {
            let host: &[u8] = if state.has(Behaviour::UrlsFollowRfc3986) {
                b"https://channels.nixos.org/"
            } else {
                b"https://nixos.org/channels/"
            };
            [host, name, b"/nixexprs.tar.xz"].concat()
        }
        None => url.to_vec(),
    }
}

/// The address that a builtin is given.
fn resolve(state: &State<'_>, which: &Which, url: Vec<u8>) -> Vec<u8> {
    let knows_channels =
        which.method == Method::Nar || !state.has(Behaviour::OnlyTarballsAreChannels);
    if knows_channels {
        resolve_channel(state, &url)
    } else {
        url
    }
}

async fn fetch<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    argument: Value<'h>,
    which: &'static Which,
) -> Result<Value<'h>> {
    let is_attrs = co.force(argument).await?.as_attrs().is_some();
    let request = request(&co, &state, argument, which).await?;
    let own = state.has(Behaviour::FetchGitIsItsOwn);
    let url = if own {
        check_uri(&state, &request.url)?;
        resolve(&state, which, request.url)
    } else {
        let url = resolve(&state, which, request.url);
        check_uri(&state, &url)?;
        url
    };
    let name: &[u8] = if request.name.is_empty() {
        last_component(&url, own)
    } else {
        request.name
    };
    if state.has(Behaviour::StoreNamesAreCheckedAlone)
        && let Some(problem) = name_problem(state.dialect(), name)
    {
        let builtin = which.name;
        let advice = if request.named {
            format!(
                "Please change the value for the 'name' attribute passed to '{builtin}', so that it can create a valid store path."
            )
        } else if is_attrs {
            format!(
                "Please add a valid 'name' attribute to the argument for '{builtin}', so that it can create a valid store path."
            )
        } else {
            format!(
                "Please pass an attribute set with 'url' and 'name' attributes to '{builtin}',  so that it can create a valid store path."
            )
        };
        let url = String::from_utf8_lossy(&url);
        return Err(Error::value(format!(
            "invalid store path name when fetching URL '{url}': {}. {advice}",
            String::from_utf8_lossy(&problem)
        ))
        .at(co.pos));
    }
    if state.settings.pure && request.hash.is_none() {
        return Err(Error::new(
            ErrorKind::Restricted,
            format!(
                "in pure evaluation mode, '{}' requires a 'sha256' argument",
                which.name
            ),
        )
        .at(co.pos));
    }
    if let Some(hash) = &request.hash {
        let path = state.store_dir().fixed_output(which.method, hash, name)?;
        if is_valid(&state, &path) {
            add_copy(&state, &path);
            return Ok(store_string(&state, &path));
        }
    }
    let book = state.rulebook();
    let object = obtain(&state, &book, which, &url, name);
    state.print_warnings(&book);
    let object = object?;
    if is_derivation(&object.path) {
        take_in(&state, &object.path, &read_file(&state, &object.path)?)?;
    }
    if let Some(hash) = &request.hash
        && *hash != object.hash
    {
        if is_unseen(&state) {
            // What was downloaded is hashed again where it was to be put.
            let path = String::from_utf8_lossy(&object.path);
            let why = IoError::NotFound.describe();
            let message = format!("opening file '{path}': {why}");
            return Err(Error::new(ErrorKind::Io, message).nowhere());
        }
        let (word, got) = if own {
            ("wanted:", "got:   ")
        } else {
            ("specified:", "got:      ")
        };
        return Err(Error::new(
            ErrorKind::HashMismatch,
            format!(
                "hash mismatch in file downloaded from '{}':\n  {word} {}\n  {got} {}",
                String::from_utf8_lossy(&url),
                hash.print(Format::Nix32, true),
                object.hash.print(Format::Nix32, true)
            ),
        )
        .nowhere());
    }
    Ok(store_string(&state, &object.path))
}

/// The name that a URL gives: 2.3 takes what stands behind the last slash, which is nothing without one;
/// later releases do not count slashes at the end.
fn last_component(url: &[u8], own: bool) -> &[u8] {
    if own {
        let slash = url.iter().rposition(|&byte| byte == b'/');
        return slash.map_or(b"", |slash| &url[slash + 1..]);
    }
    let end = match url {
        [rest @ .., b'/'] if !rest.is_empty() => rest.len(),
        _ => url.len(),
    };
    base_name(&url[..end])
}

fn obtain(
    state: &State<'_>,
    book: &Rulebook,
    which: &Which,
    url: &[u8],
    name: &[u8],
) -> std::result::Result<Object, Problem> {
    let outside = outside(state);
    if which.method == Method::Flat {
        return add_file(state, name, download(book, &outside, url)?);
    }
    add_tree(state, name, unpacked(state, book, url)?)
}

/// What is in an archive.
///
/// # Errors
/// If it is not to be had, or no archive.
pub fn unpacked(
    state: &State<'_>,
    book: &Rulebook,
    url: &[u8],
) -> std::result::Result<Tree, Problem> {
    let outside = outside(state);
    if state.has(Behaviour::FetchGitIsItsOwn) {
        let bytes = download(book, &outside, url)?;
        return Ok(unpack(&bytes, Unpacking::StripFirst, url, outside.memory)?.tree);
    }
    match archive_at(book, &outside, url) {
        Ok(unpacked) => Ok(unpacked.tree),
        Err(problem) if book.is_recent() => Err(problem.during(format!(
            "while fetching the input '{}'",
            book.url(url)?.print(book.rules)
        ))),
        Err(problem) => Err(problem),
    }
}

/// Refuses what restricted evaluation may not fetch (`checkURI` in `eval.cc`).
///
/// # Errors
/// If it may not be fetched.
pub fn check_uri(state: &State<'_>, uri: &[u8]) -> Result<()> {
    if !state.settings.restricted {
        return Ok(());
    }
    let whole_schemes = state.has(Behaviour::AllowedUrisMayBeSchemes);
    let is_allowed = state.settings.allowed_uris.iter().any(|prefix| {
        uri == prefix.as_slice()
            || !prefix.is_empty()
                && uri.len() > prefix.len()
                && uri.starts_with(prefix)
                && (prefix.ends_with(b"/")
                    || uri[prefix.len()] == b'/'
                    || whole_schemes && is_scheme(prefix))
    });
    if is_allowed {
        return Ok(());
    }
    let path = if uri.starts_with(b"/") {
        Some(uri.to_vec())
    } else if state.has(Behaviour::UrlsFollowRfc3986) {
        let parsed = crate::fetch::url::parse(uri, Rules::Rfc3986, false);
        parsed
            .ok()
            .filter(|parsed| parsed.url.scheme == "file")
            .map(|parsed| parsed.url.path_text().into())
    } else {
        uri.strip_prefix(b"file://").map(<[u8]>::to_vec)
    };
    match path {
        Some(path) if !path.starts_with(b"/") && !state.has(Behaviour::UrlPathsAreDecoded) => {
            Err(Error::value(format!(
                "not an absolute path: '{}'",
                String::from_utf8_lossy(&path)
            )))
        }
        Some(path) => state.access.check(&paths::canonical(&path)),
        None => Err(Error::new(
            ErrorKind::Restricted,
            format!(
                "access to URI '{}' is forbidden in restricted mode",
                String::from_utf8_lossy(uri)
            ),
        )),
    }
}

/// Whether an allowed URI is just a scheme: `github:`.
fn is_scheme(prefix: &[u8]) -> bool {
    let Some(scheme) = prefix.strip_suffix(b":") else {
        return false;
    };
    scheme.first().is_some_and(u8::is_ascii_lowercase)
        && scheme
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+.-".contains(byte))
}

async fn fetch_closure<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    argument: Value<'h>,
) -> Result<Value<'h>> {
    let demand = Demand::new(&co, &state);
    let context = "while evaluating the argument passed to builtins.fetchClosure";
    let set = demand.attrs(argument, context).await?;
    let mut from_store = None;
    let mut from_path = None;
    let mut to_path = None;
    let mut input_addressed = false;
    for (key, value) in set.iter() {
        let name = state.symbols.name(key.name);
        match &*name {
            b"fromPath" => from_path = Some(object(&co, &state, value).await?),
            b"toPath" => {
                let value = co.force(value).await?;
                let is_gap = value
                    .as_string()
                    .is_some_and(|text| text.bytes().is_empty());
                to_path = Some(if is_gap {
                    None
                } else {
                    Some(object(&co, &state, value).await?)
                });
            }
            b"fromStore" => {
                let context =
                    "while evaluating the attribute 'fromStore' passed to builtins.fetchClosure";
                from_store = Some(demand.plain_string(value, context).await?);
            }
            b"inputAddressed" if state.has(Behaviour::ClosuresMayBeInputAddressed) => {
                let context = "while evaluating the attribute 'inputAddressed' passed to builtins.fetchClosure";
                input_addressed = demand.bool(value, context).await?;
            }
            other => {
                return Err(Error::value(format!(
                    "attribute '{}' isn't supported in call to 'fetchClosure'",
                    String::from_utf8_lossy(other)
                ))
                .at(co.pos));
            }
        }
    }
    let missing = |name: &str| {
        Error::new(
            ErrorKind::MissingAttribute,
            format!("attribute '{name}' is missing in call to 'fetchClosure'"),
        )
        .at(co.pos)
    };
    let from_path = from_path.ok_or_else(|| missing("fromPath"))?;
    if input_addressed && to_path.is_some() {
        return Err(Error::value(
            "attribute 'inputAddressed' is set to true, but 'toPath' is also set. Please remove one of them",
        )
        .at(co.pos));
    }
    let from_store = from_store.ok_or_else(|| missing("fromStore"))?;
    cache_url::check(from_store, Rules::of(state.dialect()))
        .map_err(|problem| Error::from(problem).at(co.pos))?;
    // What is in the store already needs no network.
    let wanted = match to_path {
        Some(Some(path)) => path,
        Some(None) => return Err(network_refused(&outside(&state), from_store).into()),
        None => from_path,
    };
    if !is_valid(&state, &wanted) {
        return Err(network_refused(&outside(&state), from_store).into());
    }
    add_copy(&state, &wanted);
    Ok(store_string(&state, &wanted))
}

/// A store path given as a string or path (`coerceToStorePath`).
async fn object<'h>(co: &Co<'h>, state: &Shared<'h>, value: Value<'h>) -> Result<Vec<u8>> {
    let path = coerce_to_path(co, state, value, "").await?;
    match object_of(state, path.bytes()) {
        Some(object) if object == path.bytes() => Ok(object.to_vec()),
        _ => Err(Error::value(format!(
            "path '{}' is not in the Nix store",
            String::from_utf8_lossy(path.bytes())
        ))
        .at(co.pos)),
    }
}
