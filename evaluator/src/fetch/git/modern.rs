//! Git inputs in 2.26 and later (`git.cc`, `git-utils.cc`).

use super::super::attrs::Attr;
use super::super::input::{Input, Rulebook, git_revision};
use super::super::problem::{Problem, Result};
use super::super::source::{Outside, local_path, network_refused};
use super::super::url::{Rules, Url};
use super::{NO_REVISION, Repository};
use crate::errors::ErrorKind;
use crate::io::{FileKind, Node, Tree};
use crate::paths;
use bstr::{BString, ByteSlice};

/// How deep submodules may nest.
const MAX_SUBMODULES: usize = 64;

/// Where a repository is.
struct Location {
    directory: Vec<u8>,
    /// Whether its working tree counts.
    has_workdir: bool,
    shown: String,
}

fn location(book: &Rulebook, outside: &Outside<'_>, input: &Input) -> Result<Location> {
    let mut url = book.url(input.attributes.need_text(book.dialect, "url")?)?;
    if url.scheme != "file" {
        url.query.remove(b"dir".as_bstr());
        let shown = url.print(book.rules);
        return Err(network_refused(outside, &shown));
    }
    let path = local_path(book, &url)?;
    if !path.starts_with(b"/") {
        book.warn(format!(
            "warning: Fetching Git repository '{}', which uses a path relative to the current directory. This is not supported and will stop working in a future release. See https://github.com/NixOS/nix/issues/12281 for details.",
            url.print(book.rules)
        ));
    }
    let directory = paths::absolute(&path, outside.base);
    let repository = Repository::at(outside.io, &directory);
    let exists = outside.io.kind(&directory).is_ok();
    let is_bare = !repository.has_workdir() && (exists || book.rules != Rules::Rfc3986);
    let shown = if is_bare {
        let plain = Url {
            query: Default::default(),
            ..url
        };
        plain.print(book.rules).to_string()
    } else {
        String::from_utf8_lossy(&directory).into_owned()
    };
    let looked_at = Location {
        directory,
        has_workdir: !is_bare,
        shown,
    };
    check_is_repository(outside, &looked_at)?;
    Ok(looked_at)
}

fn check_is_repository(outside: &Outside<'_>, location: &Location) -> Result<()> {
    let repository = Repository::at(outside.io, &location.directory);
    let found = outside.io.kind(&location.directory).is_ok()
        && repository
            .maybe_line(&[b"rev-parse", b"--git-dir"])?
            .is_some();
    if found {
        return Ok(());
    }
    // libgit2 takes for a repository what has these folders; `git` wants to know what is checked out.
    let own = if location.has_workdir { ".git/" } else { "" };
    let has = |name: &str, kind| repository.kind(format!("{own}{name}").as_bytes()) == Some(kind);
    let is_one = has("objects", FileKind::Directory)
        && has("refs", FileKind::Directory)
        && has("HEAD", FileKind::Regular);
    if is_one && !repository.has_head(own.as_bytes()) {
        return Err(Problem::of(
            ErrorKind::Io,
            "resolving HEAD: corrupted loose reference file: HEAD",
        ));
    }
    Err(Problem::of(
        ErrorKind::Io,
        format!(
            "opening Git repository '{}': could not find repository at '{0}'",
            location.shown
        ),
    ))
}

/// Fetches a repository's files.
///
/// # Errors
/// If they are not to be had.
pub fn fetch(book: &Rulebook, outside: &Outside<'_>, input: &Input) -> Result<(Tree, Input)> {
    fetch_nested(book, outside, input, 0)
}

fn fetch_nested(
    book: &Rulebook,
    outside: &Outside<'_>,
    input: &Input,
    depth: usize,
) -> Result<(Tree, Input)> {
    if depth > MAX_SUBMODULES {
        return Err(Problem::new("submodules are nested too deeply"));
    }
    if let Some(revision) = input.revision(book)?
        && ![20, 32].contains(&revision.bytes().len())
    {
        return Err(Problem::new(format!(
            "Hash '{}' is not supported by Git. Supported types are sha1 and sha256.",
            revision.print(crate::formats::hash::Format::Base16, true)
        )));
    }
    let place = location(book, outside, input)?;
    if input.flag("exportIgnore")? && input.flag("submodules")? {
        return Err(Problem::new(
            "exportIgnore and submodules are not supported together yet",
        ));
    }
    let wants_commit = input.reference(book)?.is_some() || input.revision(book)?.is_some();
    if wants_commit || !place.has_workdir {
        from_commit(book, outside, &place, input, depth)
    } else {
        from_workdir(book, outside, &place, input, depth)
    }
}

fn from_commit(
    book: &Rulebook,
    outside: &Outside<'_>,
    place: &Location,
    input: &Input,
    depth: usize,
) -> Result<(Tree, Input)> {
    let repository = Repository::at(outside.io, &place.directory);
    let mut result = input.clone();
    let reference = match input.reference(book)? {
        Some(reference) => reference.clone(),
        None => repository.head_branch()?.unwrap_or_else(|| {
            book.warn(format!(
                "warning: could not read HEAD ref from repo at '{}', using 'master'",
                place.shown
            ));
            "master".into()
        }),
    };
    result.attributes.set_text("ref", reference.clone());
    let revision = match input.revision(book)? {
        Some(revision) => {
            let revision = BString::from(git_revision(&revision));
            check_revision(&repository, place, &revision, &reference)?;
            revision
        }
        None => {
            let revision =
                repository.resolve(&full_name(place, &reference), book.rules == Rules::Rfc3986)?;
            result.attributes.set_text("rev", revision.clone());
            revision
        }
    };
    let shallow = input.flag("shallow")?;
    if repository.is_shallow()? && !shallow {
        return Err(Problem::new(format!(
            "'{}' is a shallow Git repository, but shallow repositories are only allowed when `shallow = true;` is specified",
            place.shown
        )));
    }
    result.attributes.set(
        "lastModified",
        Attr::Number(repository.committed(&revision)?),
    );
    if !shallow {
        let count = repository.count(&revision)?;
        result.attributes.set("revCount", Attr::Number(count));
    }
    refuse_verification(book, input)?;
    let mut tree = repository.tree(&revision, input.flag("exportIgnore")?)?;
    if input.flag("submodules")? {
        for module in repository.submodules(&revision)? {
            let url = resolve_url(&repository, place, &module.url)?;
            let mut inner = module_input(book, &url)?;
            if let Some(revision) = &module.revision {
                inner.attributes.set_text("rev", revision.clone());
            }
            let (inner_tree, _) = fetch_nested(book, outside, &inner, depth + 1)?;
            let path: Vec<&[u8]> = module.path.split_str("/").collect();
            tree.graft(&path, &inner_tree);
        }
    }
    Ok((tree, result))
}

/// What a clone of a repository without working tree would look a name up as.
fn full_name(place: &Location, reference: &BString) -> BString {
    if place.has_workdir || reference.starts_with(b"refs/") || reference == "HEAD" {
        return reference.clone();
    }
    [b"refs/heads/".as_slice(), reference].concat().into()
}

fn check_revision(
    repository: &Repository<'_>,
    place: &Location,
    revision: &[u8],
    reference: &BString,
) -> Result<()> {
    let peeled = [revision, b"^{commit}"].concat();
    if repository
        .maybe_line(&[b"rev-parse", b"--verify", b"-q", &peeled])?
        .is_some()
    {
        return Ok(());
    }
    let revision = revision.as_bstr();
    Err(Problem::of(
        ErrorKind::Io,
        if place.has_workdir {
            format!(
                "getting Git object '{revision}': object not found - no match for id ({revision})"
            )
        } else {
            format!(
                "Cannot find Git revision '{revision}' in ref '{reference}' of repository '{}'! Please make sure that the rev exists on the ref you've specified or add allRefs = true; to fetchGit.",
                place.shown
            )
        },
    ))
}

/// Signatures are not checked here, so nothing is taken for signed.
fn refuse_verification(book: &Rulebook, input: &Input) -> Result<()> {
    let has_keys = input.attributes.has("publicKey") || input.attributes.has("publicKeys");
    if !input.attributes.flag("verifyCommit")?.unwrap_or(has_keys) {
        return Ok(());
    }
    Err(Problem::of(
        crate::errors::ErrorKind::Unsupported,
        format!(
            "the signature of the commit of '{}' cannot be checked: twinix does not verify signatures",
            input.print(book)?
        ),
    ))
}

fn module_input(book: &Rulebook, url: &[u8]) -> Result<Input> {
    let mut attributes = super::super::attrs::Attributes::new();
    attributes.set_text("type", "git");
    attributes.set_text("url", url);
    attributes.set("submodules", Attr::Bool(true));
    attributes.set("allRefs", Attr::Bool(true));
    Input::from_attributes(book, attributes)
}

/// The address of a submodule, which may start at that of its parent
/// (`git_submodule_resolve_url`).
fn resolve_url(repository: &Repository<'_>, place: &Location, url: &BString) -> Result<BString> {
    if !url.starts_with(b"./") && !url.starts_with(b"../") {
        return Ok(url.clone());
    }
    let origin = if place.has_workdir {
        repository
            .maybe_line(&[b"config", b"remote.origin.url"])?
            .unwrap_or_else(|| place.directory.clone().into())
    } else {
        place.directory.clone().into()
    };
    let (scheme, path) = match origin.split_once_str("://") {
        Some((scheme, path)) => ([scheme, b"://"].concat(), path.to_vec()),
        None => (Vec::new(), origin.to_vec()),
    };
    let mut path = path.trim_end_with(|c| c == '/').to_vec();
    let mut rest = url.as_slice();
    loop {
        if let Some(after) = rest.strip_prefix(b"../") {
            let slash = path.rfind_byte(b'/').unwrap_or(0);
            path.truncate(slash);
            rest = after;
        } else if let Some(after) = rest.strip_prefix(b"./") {
            rest = after;
        } else {
            break;
        }
    }
    Ok([scheme.as_slice(), &path, b"/", rest].concat().into())
}

fn from_workdir(
    book: &Rulebook,
    outside: &Outside<'_>,
    place: &Location,
    input: &Input,
    depth: usize,
) -> Result<(Tree, Input)> {
    let repository = Repository::at(outside.io, &place.directory);
    let mut workdir = repository.workdir()?;
    let mut result = input.clone();
    let export_ignore = input.flag("exportIgnore")?;
    // A link to a repository is copied as the link that it is.
    let mut tree = match outside.io.read_link(&place.directory) {
        Ok(target) => Tree::of(Node::Symlink(target)),
        Err(_) => repository.files_tree(&workdir.files, export_ignore)?,
    };
    if input.flag("submodules")? {
        for module in &workdir.submodules {
            let url = repository.path(&module.path);
            let mut inner = module_input(book, &url)?;
            inner.attributes.remove("allRefs");
            let (inner_tree, inner) = fetch_nested(book, outside, &inner, depth + 1)?;
            if inner.revision(book)?.is_none() {
                workdir.is_dirty = true;
            }
            if tree.kind(tree.root()) == FileKind::Directory {
                let path: Vec<&[u8]> = module.path.split_str("/").collect();
                tree.graft(&path, &inner_tree);
            }
        }
    }
    let attributes = &mut result.attributes;
    if workdir.is_dirty {
        if !outside.allow_dirty {
            return Err(Problem::new(format!("Git tree '{}' is dirty", place.shown)));
        }
        if outside.warn_dirty {
            book.warn(format!("warning: Git tree '{}' is dirty", place.shown));
        }
        if let Some(head) = &workdir.head {
            let short = &head[..7.min(head.len())];
            attributes.set_text("dirtyRev", [head.as_slice(), b"-dirty"].concat());
            attributes.set_text("dirtyShortRev", [short, b"-dirty"].concat());
        }
    } else {
        if let Some(branch) = repository.head_branch()? {
            attributes.set_text("ref", branch);
        }
        let revision = workdir.head.clone().unwrap_or_else(|| NO_REVISION.into());
        attributes.set_text("rev", revision);
        // 2.26 counts whatever it is asked.
        if !input.flag("shallow")? || book.rules != Rules::Rfc3986 {
            let count = match &workdir.head {
                Some(head) => repository.count(head)?,
                None => 0,
            };
            attributes.set("revCount", Attr::Number(count));
        }
    }
    let committed = match &workdir.head {
        Some(head) => repository.committed(head)?,
        None => 0,
    };
    attributes.set("lastModified", Attr::Number(committed));
    refuse_verification(book, input)?;
    Ok((tree, result))
}
