//! `fetchMercurial` (`fetchMercurial.cc`). Repositories are not read: what comes of it is what the releases
//! say where there is no `hg`.

use super::demand::Demand;
use super::fetchers::check_uri;
use super::{Builtin, Run, builtin};
use crate::dialect::Behaviour;
use crate::errors::{Error, ErrorKind, Result};
use crate::fetch::schemes::is_revision;
use crate::fetch::source::NO_MERCURIAL;
use crate::fetch::store::fetch_to_store;
use crate::fetch::{Attributes, Input};
use crate::heap::{Value, View};
use crate::vm::coerce::{PATH_SEGMENT, coerce, coerce_at};
use crate::vm::{Co, Shared};
use bstr::ByteSlice;

/// The family.
pub const BUILTINS: &[Builtin] = &[builtin(
    "fetchMercurial",
    1,
    Run::Generator(|co, state, args| Box::pin(fetch(co, state, args[0]))),
)
.global()];

/// What is to be fetched.
struct Request<'h> {
    url: Vec<u8>,
    /// A revision, or the name of a branch or tag.
    revision: Option<&'h [u8]>,
    name: &'h [u8],
}

async fn request<'h>(co: &Co<'h>, state: &Shared<'h>, argument: Value<'h>) -> Result<Request<'h>> {
    let value = co.force(argument).await?;
    let mut request = Request {
        url: Vec::new(),
        revision: None,
        name: b"source",
    };
    let View::Attrs(set) = value.view() else {
        let about = "while evaluating the first argument passed to builtins.fetchMercurial";
        let url = coerce(co, state, value, PATH_SEGMENT, about).await?;
        request.url = url.bytes().to_vec();
        return Ok(request);
    };
    for (key, value) in set.iter() {
        let demand = Demand::new(co, state).at(key.pos);
        match &*state.symbols.name(key.name) {
            b"url" => {
                let about =
                    "while evaluating the `url` attribute passed to builtins.fetchMercurial";
                let url = coerce_at(co, state, value, PATH_SEGMENT, about, key.pos).await?;
                request.url = url.bytes().to_vec();
            }
            b"rev" => {
                let about =
                    "while evaluating the `rev` attribute passed to builtins.fetchMercurial";
                request.revision = Some(demand.plain_string(value, about).await?);
            }
            b"name" => {
                let about =
                    "while evaluating the `name` attribute passed to builtins.fetchMercurial";
                request.name = demand.plain_string(value, about).await?;
            }
            other => {
                let message = format!(
                    "unsupported argument '{}' to 'fetchMercurial'",
                    other.as_bstr()
                );
                return Err(Error::value(message).at(key.pos));
            }
        }
    }
    if request.url.is_empty() {
        return Err(Error::new(ErrorKind::MissingAttribute, "'url' argument required").at(co.pos));
    }
    Ok(request)
}

async fn fetch<'h>(co: Co<'h>, state: Shared<'h>, argument: Value<'h>) -> Result<Value<'h>> {
    let request = request(&co, &state, argument).await?;
    check_uri(&state, &request.url)?;
    let names_revision = match request.revision {
        Some(text) if state.has(Behaviour::FetchGitIsItsOwn) => !text.is_empty(),
        Some(text) => is_revision(text),
        None => false,
    };
    if state.settings.pure && !names_revision {
        return Err(Error::new(
            ErrorKind::Restricted,
            "in pure evaluation mode, 'fetchMercurial' requires a Mercurial revision",
        ));
    }
    if state.has(Behaviour::FetchGitIsItsOwn) {
        (state.trace)(NO_MERCURIAL.as_bytes());
        return Err(Error::new(ErrorKind::Io, "program 'hg' failed with exit code 1").nowhere());
    }
    let book = state.rulebook();
    let fetched = (|| -> Result<Value<'h>> {
        let input = input(&request, names_revision);
        let input = Input::from_attributes(&book, input)?;
        let (object, _) = fetch_to_store(&state, &book, &input)?;
        Ok(state.string(&object.path))
    })();
    state.print_warnings(&book);
    fetched.map_err(Error::nowhere)
}

fn input(request: &Request<'_>, names_revision: bool) -> Attributes {
    let mut attributes = Attributes::new();
    attributes.set_text("type", "hg");
    let url = if request.url.contains_str("://") {
        request.url.clone()
    } else {
        [b"file://".as_slice(), &request.url].concat()
    };
    attributes.set_text("url", url);
    attributes.set_text("name", request.name);
    if let Some(revision) = request.revision {
        attributes.set_text(if names_revision { "rev" } else { "ref" }, revision);
    }
    attributes
}
