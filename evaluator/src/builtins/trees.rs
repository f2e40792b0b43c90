//! Trees and repositories: `fetchTree`, `fetchGit` (`fetchTree.cc`; in 2.3
//! `fetchGit.cc`).

use super::demand::Demand;
use super::fetchers::check_uri;
use super::json::{JsonOptions, write_json};
use super::sources::store_string;
use super::{Builtin, Run, builtin};
use crate::dialect::{Behaviour, Dialect};
use crate::errors::{Error, ErrorKind, Result};
use crate::fetch::dates::date_text;
use crate::fetch::git::{First, NO_REVISION, fetch_2_3};
use crate::fetch::input::git_revision;
use crate::fetch::schemes::fix_url;
use crate::fetch::store::{Object, add_tree, fetch_to_store, outside};
use crate::fetch::url::Rules;
use crate::fetch::{Attr, Attributes, Input, Problem, Rulebook};
use crate::formats::hash::Format;
use crate::heap::{Attrs, Value, View};
use crate::positions::Pos;
use crate::print::describe::type_name;
use crate::state::State;
use crate::symbols::known;
use crate::vm::coerce::{PATH_SEGMENT, coerce, coerce_at};
use crate::vm::{Co, Shared};

macro_rules! fetcher {
    ($name:literal, $which:expr) => {
        builtin(
            $name,
            1,
            Run::Generator(|co, state, args| Box::pin(fetch(co, state, args[0], $which))),
        )
        .global()
    };
}

/// The family.
pub const BUILTINS: &[Builtin] = &[
    fetcher!("fetchTree", TREE)
        .since(Dialect::V2_8)
        .until(Dialect::V2_26),
    fetcher!("fetchTree", TREE)
        .since(Dialect::V2_26)
        .feature("fetch-tree"),
    fetcher!("fetchGit", GIT),
    // What flakes fetch their locked inputs with: no program can name it.
    fetcher!("fetchFinalTree", LOCKED_TREE).feature(super::INTERNAL),
];

/// Which of the builtins it is (`FetchTreeParams`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Which {
    is_git: bool,
    /// Whether the input is the entry of a lock file.
    is_final: bool,
}

const TREE: Which = Which {
    is_git: false,
    is_final: false,
};

const GIT: Which = Which {
    is_git: true,
    is_final: false,
};

const LOCKED_TREE: Which = Which {
    is_git: false,
    is_final: true,
};

impl Which {
    fn name(self) -> &'static str {
        if self.is_git { "fetchGit" } else { "fetchTree" }
    }

    /// What messages say: before 2.34 always `fetchTree`, and attributes where
    /// that says arguments.
    fn words(self, state: &State<'_>) -> (&'static str, &'static str) {
        if state.has(Behaviour::UrlsFollowRfc3986) {
            (self.name(), "argument")
        } else {
            ("fetchTree", "attribute")
        }
    }
}

/// Fetches a tree and describes it.
///
/// # Errors
/// If it is not to be had, or may not be fetched.
pub async fn fetch<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    argument: Value<'h>,
    which: Which,
) -> Result<Value<'h>> {
    if which.is_git && state.has(Behaviour::FetchGitIsItsOwn) {
        return fetch_git_2_3(co, state, argument).await;
    }
    let book = state.rulebook();
    let result = fetch_checked(&co, &state, &book, argument, which).await;
    state.print_warnings(&book);
    let (object, input) = result.map_err(|error| {
        if book.is_recent() {
            error
        } else {
            error.at(co.pos)
        }
    })?;
    Ok(describe(
        &state,
        &book,
        &object,
        &input,
        which.is_git,
        false,
    )?)
}

async fn fetch_checked<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    book: &Rulebook,
    argument: Value<'h>,
    which: Which,
) -> Result<(Object, Input)> {
    if !which.is_git && !book.is_recent() && !book.flakes {
        return Err(Problem::feature("flakes", true).into());
    }
    let mut input = input(co, state, book, argument, which).await?;
    if !state.settings.pure && !input.is_direct() && (book.flakes || !book.is_recent()) {
        input = crate::flakes::registry::look_up(state, book, &input)?.input;
    }
    if state.settings.pure && !input.is_locked(book)? {
        check_pure(co, book, &input, which)?;
    }
    if book.is_recent() {
        check_uri(state, &input.print(book)?)?;
        if which.is_final {
            input.attributes.set("__final", Attr::Bool(true));
        } else if input.is_final() {
            return Err(Error::value(format!(
                "input '{}' is not allowed to use the '__final' attribute",
                input.print(book)?
            )));
        }
    }
    Ok(fetch_to_store(state, book, &input)?)
}

fn check_pure(co: &Co<'_>, book: &Rulebook, input: &Input, which: Which) -> Result<()> {
    let message = match book.rules {
        Rules::Verbatim => {
            "in pure evaluation mode, 'fetchTree' requires a locked input".to_owned()
        }
        Rules::Decoded => format!(
            "in pure evaluation mode, '{}' will not fetch unlocked input '{}'",
            which.name(),
            input.print(book)?
        ),
        Rules::Rfc3986 if input.attributes.has("narHash") => {
            book.warn(format!(
                "warning: Input '{}' is unlocked (e.g. lacks a Git revision) but is checked by NAR hash. This is not reproducible and will break after garbage collection or when shared.",
                input.print(book)?
            ));
            return Ok(());
        }
        Rules::Rfc3986 => format!(
            "in pure evaluation mode, '{}' doesn't fetch unlocked input '{}'",
            which.name(),
            input.print(book)?
        ),
    };
    Err(Error::new(ErrorKind::Restricted, message).at(co.pos))
}

async fn input<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    book: &Rulebook,
    argument: Value<'h>,
    which: Which,
) -> Result<Input> {
    let value = co.force(argument).await?;
    if let View::Attrs(set) = value.view() {
        let attributes = attributes(co, state, book, set, which).await?;
        return Ok(Input::from_attributes(book, attributes)?);
    }
    let context = if book.rules == Rules::Rfc3986 {
        format!(
            "while evaluating the first argument passed to '{}'",
            which.name()
        )
    } else {
        "while evaluating the first argument passed to the fetcher".to_owned()
    };
    let text = coerce(co, state, value, PATH_SEGMENT, "")
        .await
        .map_err(|error| error.traced(co.pos, context))?;
    let text = text.bytes();
    if which.is_git {
        let url = if book.is_recent() {
            fix_url(book, text)?.into()
        } else {
            old_git_url(state, text)?
        };
        let mut attributes = Attributes::new();
        attributes.set_text("type", "git");
        attributes.set_text("url", url);
        if book.is_recent() {
            attributes.set("exportIgnore", Attr::Bool(true));
        }
        return Ok(Input::from_attributes(book, attributes)?);
    }
    if book.is_recent() {
        if !book.flakes {
            return Err(Error::value(
                "passing a string argument to 'fetchTree' requires the 'flakes' experimental feature",
            )
            .at(co.pos));
        }
        return Ok(Input::from_url(book, &book.url(text)?, true)?);
    }
    let url = old_url(state, text, "file")?;
    Ok(Input::from_url(book, &book.url(&url)?, true)?)
}

/// A URL of 2.8, where a path stands for a file (`fixURI`).
fn old_url(state: &State<'_>, text: &[u8], scheme: &str) -> Result<Vec<u8>> {
    check_uri(state, text)?;
    if bstr::ByteSlice::contains_str(text, "://") {
        return Ok(text.to_vec());
    }
    Ok([scheme.as_bytes(), b"://", text].concat())
}

/// The URL of a repository in 2.8 (`fixURIForGit`).
fn old_git_url(state: &State<'_>, text: &[u8]) -> Result<Vec<u8>> {
    match crate::fetch::schemes::scp_parts(text) {
        Some((user, host, path)) => {
            let text = [user, b"@", host, b"/", path].concat();
            old_url(state, &text, "ssh")
        }
        None => old_url(state, text, "file"),
    }
}

async fn attributes<'h>(
    co: &Co<'h>,
    state: &Shared<'h>,
    book: &Rulebook,
    set: Attrs<'h>,
    which: Which,
) -> Result<Attributes> {
    let demand = Demand::new(co, state);
    let (fetcher, word) = which.words(state);
    let mut kind: Option<&[u8]> = which.is_git.then_some(b"git");
    match set.get_with_pos(known::TYPE) {
        Some(_) if kind.is_some() => {
            return Err(Error::value(format!("unexpected {word} 'type'")).at(co.pos));
        }
        Some((value, pos)) => {
            let context = format!("while evaluating the `type` {word} passed to '{fetcher}'");
            let text = demand.at(pos).plain_string(value, "").await;
            kind = Some(text.map_err(|error| error.traced(pos, context))?);
        }
        None if kind.is_none() => {
            return Err(Error::new(
                ErrorKind::MissingAttribute,
                format!("{word} 'type' is missing in call to 'fetchTree'"),
            )
            .at(co.pos));
        }
        None => {}
    }
    let kind = kind.unwrap_or_default();
    let mut attributes = Attributes::new();
    attributes.set_text("type", kind);
    for (key, value) in set.iter() {
        if key.name == known::TYPE {
            continue;
        }
        let name = state.symbols.name(key.name);
        let shown = String::from_utf8_lossy(&name);
        let value = co.force_at(value, key.pos).await?;
        let attr = match value.view() {
            View::Path(_) | View::String(_) => {
                let text = coerce_at(co, state, value, PATH_SEGMENT, "", key.pos).await?;
                let text = text.bytes();
                Attr::Text(match (&*name, book.is_recent()) {
                    (b"url", true) if which.is_git => fix_url(book, text)?,
                    (b"url", false) if kind == b"git" => old_git_url(state, text)?.into(),
                    (b"url", false) => old_url(state, text, "file")?.into(),
                    _ => text.into(),
                })
            }
            View::Bool(flag) => Attr::Bool(flag),
            View::Int(n) if n < 0 && book.is_recent() => {
                let message = if book.rules == Rules::Rfc3986 {
                    format!("negative value given for '{fetcher}' argument '{shown}': {n}")
                } else {
                    format!("negative value given for fetchTree attr {shown}: {n}")
                };
                return Err(Error::value(message).at(co.pos));
            }
            View::Int(n) => Attr::Number(n as u64),
            _ if shown == "publicKeys" && book.is_recent() => {
                if !book.verified_fetches {
                    return Err(Problem::feature("verified-fetches", false).into());
                }
                let options = JsonOptions {
                    strict: true,
                    copy_to_store: true,
                };
                Attr::Text(write_json(co, state, value, options).await?.bytes().into())
            }
            _ => {
                let found = type_name(state, value);
                let message = if book.rules == Rules::Rfc3986 {
                    format!(
                        "argument '{shown}' to '{fetcher}' is {found} while a string, Boolean or integer is expected"
                    )
                } else {
                    format!(
                        "fetchTree argument '{shown}' is {found} while a string, Boolean or integer is expected"
                    )
                };
                return Err(Error::type_error(message));
            }
        };
        attributes.add(&*name, attr);
    }
    if book.is_recent() {
        let has_modules = attributes.flag("submodules").map_err(Error::from)?;
        if which.is_git && !has_modules.unwrap_or(false) {
            attributes.add("exportIgnore", Attr::Bool(true));
        }
        if !which.is_git && kind == b"git" {
            attributes.add("shallow", Attr::Bool(true));
        }
    }
    if !which.is_git && attributes.has("name") {
        let apostrophe = if book.is_recent() { "’" } else { "'" };
        return Err(Error::value(format!(
            "{word} 'name' isn{apostrophe}t supported in call to '{fetcher}'"
        ))
        .at(co.pos));
    }
    Ok(attributes)
}

/// The set that describes a fetched tree (`emitTreeAttrs`). `zeros`: what is no
/// commit has a revision all the same. `forced_dirty`: it is not the commit it
/// says it is.
///
/// # Errors
/// If the attributes of the input are malformed.
pub fn describe<'h>(
    state: &State<'h>,
    book: &Rulebook,
    object: &Object,
    input: &Input,
    zeros: bool,
    forced_dirty: bool,
) -> std::result::Result<Value<'h>, Problem> {
    let mut pairs = vec![(
        known::OUT_PATH,
        Pos::NONE,
        store_string(state, &object.path),
    )];
    let mut add = |name: &str, value| {
        pairs.push((state.symbols.intern(name.as_bytes()), Pos::NONE, value));
    };
    if let Some(hash) = input.nar_hash(book)? {
        let hash = hash.print(Format::Sri, true);
        add("narHash", state.string(hash.as_bytes()));
    }
    if input.kind() == "git" {
        add("submodules", Value::bool(input.flag("submodules")?));
    }
    if !forced_dirty {
        let revision = match input.revision(book)? {
            Some(revision) => Some(git_revision(&revision)),
            None if zeros => Some(NO_REVISION.to_owned()),
            None => None,
        };
        if let Some(revision) = revision {
            add("rev", state.string(revision.as_bytes()));
            add("shortRev", state.string(&revision.as_bytes()[..7]));
        }
        match input.attributes.number("revCount")? {
            Some(count) => add("revCount", state.int(count as i64)),
            None if zeros => add("revCount", state.int(0)),
            None => {}
        }
    }
    if book.is_recent()
        && let Some(revision) = input.attributes.text(book.dialect, "dirtyRev")?
    {
        add("dirtyRev", state.string(revision));
        let short = input.attributes.need_text(book.dialect, "dirtyShortRev")?;
        add("dirtyShortRev", state.string(short));
    }
    if let Some(date) = input.attributes.number("lastModified")? {
        add("lastModified", state.int(date as i64));
        add(
            "lastModifiedDate",
            state.string(date_text(date as i64).as_bytes()),
        );
    }
    Ok(state.attrs(pairs))
}

async fn fetch_git_2_3<'h>(
    co: Co<'h>,
    state: Shared<'h>,
    argument: Value<'h>,
) -> Result<Value<'h>> {
    let demand = Demand::new(&co, &state);
    let value = co.force(argument).await?;
    let mut url: &[u8] = b"";
    let mut reference = None;
    let mut revision: &[u8] = b"";
    let mut name: &[u8] = b"source";
    if let View::Attrs(set) = value.view() {
        for (key, value) in set.iter() {
            match &*state.symbols.name(key.name) {
                b"url" => url = coerce(&co, &state, value, PATH_SEGMENT, "").await?.bytes(),
                b"ref" => reference = Some(demand.plain_string(value, "").await?),
                b"rev" => revision = demand.plain_string(value, "").await?,
                b"name" => name = demand.plain_string(value, "").await?,
                other => {
                    return Err(Error::value(format!(
                        "unsupported argument '{}' to 'fetchGit'",
                        String::from_utf8_lossy(other)
                    ))
                    .at(key.pos));
                }
            }
        }
        if url.is_empty() {
            return Err(
                Error::new(ErrorKind::MissingAttribute, "'url' argument required").at(co.pos),
            );
        }
    } else {
        url = coerce(&co, &state, value, PATH_SEGMENT, "").await?.bytes();
    }
    check_uri(&state, url)?;
    if state.settings.pure && revision.is_empty() {
        return Err(Error::new(
            ErrorKind::Restricted,
            "in pure evaluation mode, 'fetchGit' requires a Git revision",
        ));
    }
    let First {
        tree,
        revision,
        count,
        is_dirty,
    } = fetch_2_3(&outside(&state), url, reference, revision)?;
    let name = if is_dirty { b"source" } else { name };
    let object = add_tree(&state, name, tree)?;
    let pairs = vec![
        (
            known::OUT_PATH,
            Pos::NONE,
            store_string(&state, &object.path),
        ),
        (
            state.symbols.intern(b"rev"),
            Pos::NONE,
            state.string(&revision),
        ),
        (
            state.symbols.intern(b"shortRev"),
            Pos::NONE,
            state.string(&revision[..7.min(revision.len())]),
        ),
        (
            state.symbols.intern(b"revCount"),
            Pos::NONE,
            state.int(count as i64),
        ),
    ];
    Ok(state.attrs(pairs))
}
