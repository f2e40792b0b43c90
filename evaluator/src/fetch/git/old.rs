//! Git in 2.3 (`fetchGit.cc`) and 2.8 (`git.cc`), which call `git`.

use super::super::archive::unpack_stream;
use super::super::attrs::Attr;
use super::super::input::{Input, Rulebook, git_revision};
use super::super::problem::{Problem, Result};
use super::super::schemes::is_revision;
use super::super::source::{Outside, network_refused};
use super::super::url::Url;
use super::{NO_REVISION, Repository, failed};
use crate::io::{FileKind, Node, Tree};
use crate::paths;
use bstr::{BString, ByteSlice};
use std::collections::{BTreeMap, BTreeSet};

/// How deep submodules may nest.
const MAX_SUBMODULES: usize = 64;

impl Repository<'_> {
    /// The files of a commit as `git archive` gives them.
    pub(super) fn archived(&self, revision: &[u8]) -> Result<Tree> {
        unpack_stream(&self.run(&[b"archive", b"--format=tar", revision], Vec::new())?)
    }

    /// The files that Git knows, as they are now.
    fn tracked(&self, with_submodules: bool) -> Result<Tree> {
        let mut arguments: Vec<&[u8]> = vec![b"ls-files", b"-z"];
        if with_submodules {
            arguments.push(b"--recurse-submodules");
        }
        let listed = self.run(&arguments, Vec::new())?;
        let listed = listed.split_str("\0").filter(|file| !file.is_empty());
        // A submodule is listed as a file but is a directory. It is left out, but
        // the directory that it is in is on the way to something listed.
        let (submodules, files): (Vec<&[u8]>, Vec<&[u8]>) =
            listed.partition(|file| self.kind(file) == Some(FileKind::Directory));
        let files: BTreeSet<BString> = files.into_iter().map(Into::into).collect();
        let mut tree = self.files_tree(&files, false)?;
        for submodule in submodules {
            let mut names: Vec<&[u8]> = submodule.split_str("/").collect();
            names.pop();
            tree.insert(&names, Node::Directory(BTreeMap::new()));
        }
        Ok(tree)
    }
}

/// What `fetchGit` gives in 2.3.
pub struct First {
    /// The files.
    pub tree: Tree,
    /// The commit, zeros if the tree is dirty.
    pub revision: BString,
    /// How many commits lead to it.
    pub count: u64,
    /// Whether these are uncommitted changes, which are always called `source`.
    pub is_dirty: bool,
}

/// `fetchGit` of 2.3.
///
/// # Errors
/// If the repository or the commit is not to be had.
pub fn fetch_2_3(
    outside: &Outside<'_>,
    url: &[u8],
    reference: Option<&[u8]>,
    revision: &[u8],
) -> Result<First> {
    let mut reference = reference.map(BString::from);
    let mut revision = BString::from(revision);
    let path = url.strip_prefix(b"file://").unwrap_or(url);
    if url.contains_str("://") && !url.starts_with(b"file://") || !path.starts_with(b"/") {
        return Err(network_refused(outside, url));
    }
    let repository = Repository::at(outside.io, path);
    if reference.is_none()
        && revision.is_empty()
        && url.starts_with(b"/")
        && repository.has_workdir()
    {
        let answer = repository.answer(&[b"diff-index", b"--quiet", b"HEAD", b"--"], Vec::new())?;
        match answer.status {
            Some(0) => {}
            Some(1) => {
                return Ok(First {
                    tree: repository.tracked(false)?,
                    revision: NO_REVISION.into(),
                    count: 0,
                    is_dirty: true,
                });
            }
            _ => return Err(failed(&answer)),
        }
        revision = repository.line(&[b"rev-parse", b"HEAD"])?;
        reference = Some("HEAD".into());
    }
    if !revision.is_empty() && !is_revision(&revision) {
        return Err(Problem::new(format!("invalid Git revision '{revision}'")));
    }
    let reference = reference.unwrap_or_else(|| "HEAD".into());
    let tip = tip(&repository, &reference)?;
    if repository.is_shallow()? {
        return Err(Problem::of(
            crate::errors::ErrorKind::Io,
            "program 'git' failed with exit code 128:\nshallow repositories are not cloned",
        ));
    }
    if revision.is_empty() {
        revision = tip;
    } else {
        // A clone of the one reference must have the commit.
        let arguments: [&[u8]; 4] = [b"merge-base", b"--is-ancestor", &revision, &tip];
        let answer = repository.answer(&arguments, Vec::new())?;
        if answer.status != Some(0) {
            return Err(failed(&answer));
        }
    }
    Ok(First {
        tree: repository.archived(&revision)?,
        count: repository.count(&revision)?,
        revision,
        is_dirty: false,
    })
}

/// The commit that a clone of one reference gets: a short name is that of a
/// branch or of a tag that is no object of its own.
fn tip(repository: &Repository<'_>, reference: &BString) -> Result<BString> {
    if reference.starts_with(b"refs/") || reference == "HEAD" {
        return repository.line(&[b"rev-parse", b"--verify", reference]);
    }
    for prefix in ["refs/", "refs/tags/", "refs/heads/"] {
        let name = [prefix.as_bytes(), reference].concat();
        let found = repository.maybe_line(&[b"rev-parse", b"--verify", b"-q", &name])?;
        let Some(found) = found else { continue };
        if repository.line(&[b"cat-file", b"-t", &found])? == "commit" {
            return Ok(found);
        }
        break;
    }
    Err(Problem::of(
        crate::errors::ErrorKind::Io,
        format!(
            "program 'git' failed with exit code 128:\nfatal: couldn't find remote ref {reference}"
        ),
    ))
}

/// Git inputs of 2.8.
///
/// # Errors
/// If the repository or the commit is not to be had.
pub fn fetch_2_8(book: &Rulebook, outside: &Outside<'_>, input: &Input) -> Result<(Tree, Input)> {
    let url = book.url(input.attributes.need_text(book.dialect, "url")?)?;
    if let Some(revision) = input.revision(book)?
        && ![20, 32].contains(&revision.bytes().len())
    {
        return Err(Problem::new(format!(
            "Hash '{}' is not supported by Git. Supported types are sha1 and sha256.",
            revision.print(crate::formats::hash::Format::Base16, true)
        )));
    }
    if url.scheme != "file" {
        return Err(network_refused(outside, &base(&url)));
    }
    let directory = paths::absolute(&url.path_text(), outside.base);
    let repository = Repository::at(outside.io, &directory);
    let is_local = repository.has_workdir();
    let shallow = input.flag("shallow")?;
    let with_submodules = input.flag("submodules")?;
    let mut result = input.clone();
    let has_target = input.reference(book)?.is_some() || input.revision(book)?.is_some();
    let shown = if is_local {
        url.path_text()
    } else {
        base(&url)
    };
    if is_local && !has_target && !is_clean(&repository, with_submodules, &shown)? {
        if !outside.allow_dirty {
            return Err(Problem::new(format!("Git tree '{shown}' is dirty")));
        }
        if outside.warn_dirty {
            book.warn(format!("warning: Git tree '{shown}' is dirty"));
        }
        let committed = match repository.head()? {
            Some(head) => repository.committed(&head)?,
            None => 0,
        };
        result
            .attributes
            .set("lastModified", Attr::Number(committed));
        return Ok((repository.tracked(with_submodules)?, result));
    }
    let reference = match input.reference(book)? {
        Some(reference) => reference.clone(),
        None if is_local => repository.line(&[b"rev-parse", b"--abbrev-ref", b"HEAD"])?,
        None => "master".into(),
    };
    result.attributes.set_text("ref", reference.clone());
    let all = input.flag("allRefs")?;
    if !is_local {
        check_clonable(&repository, (!all).then(|| cloned_name(&reference)))?;
    }
    let revision = match input.revision(book)? {
        Some(revision) => git_revision(&revision).into(),
        None => {
            let name = if is_local || reference.starts_with(b"refs/") {
                reference.clone()
            } else {
                [b"refs/heads/".as_slice(), &reference].concat().into()
            };
            let revision = repository.line(&[b"rev-parse", &name])?;
            let hash = book.hash(&revision, Some(crate::formats::hash::Algorithm::Sha1))?;
            let revision = BString::from(git_revision(&hash));
            result.attributes.set_text("rev", revision.clone());
            revision
        }
    };
    if repository.is_shallow()? && !shallow {
        return Err(Problem::new(format!(
            "'{shown}' is a shallow Git repository, but a non-shallow repository is needed"
        )));
    }
    let answer = repository.answer(&[b"cat-file", b"commit", &revision], Vec::new())?;
    let is_missing = answer.status == Some(128) && answer.errors.contains_str("bad file");
    let is_fetched = is_local || all || {
        // Only the history of the reference is cloned.
        let name = cloned_name(&reference);
        let arguments: [&[u8]; 4] = [b"merge-base", b"--is-ancestor", &revision, &name];
        repository.answer(&arguments, Vec::new())?.status == Some(0)
    };
    if is_missing || !is_fetched {
        return Err(Problem::new(format!(
            "Cannot find Git revision '{revision}' in ref '{reference}' of repository '{shown}'! Please make sure that the rev exists on the ref you've specified or add allRefs = true; to fetchGit."
        )));
    }
    let tree = if with_submodules {
        with_modules(outside, &repository, &revision, 0)?
    } else {
        repository.archived(&revision)?
    };
    let committed = repository.committed(&revision)?;
    result
        .attributes
        .set("lastModified", Attr::Number(committed));
    if !shallow {
        let count = repository.count(&revision)?;
        result.attributes.set("revCount", Attr::Number(count));
    }
    Ok((tree, result))
}

/// The name that a reference is cloned by.
fn cloned_name(reference: &BString) -> BString {
    if reference.starts_with(b"refs/") || reference == "HEAD" {
        return reference.clone();
    }
    [b"refs/heads/".as_slice(), reference].concat().into()
}

/// Nothing is cloned of a repository that lacks its history, nor a name that stands for no commit or for one that is
/// lost.
fn check_clonable(repository: &Repository<'_>, name: Option<BString>) -> Result<()> {
    let is_there = match name {
        None => true,
        Some(name) => {
            let commit = [name.as_slice(), b"^{commit}"].concat();
            let found = repository.maybe_line(&[b"rev-parse", b"--verify", b"-q", &commit])?;
            found.is_some()
        }
    };
    if is_there && !repository.is_shallow()? {
        return Ok(());
    }
    Err(Problem::of(
        crate::errors::ErrorKind::Io,
        "program 'git' failed with exit code 128",
    ))
}

fn base(url: &Url) -> BString {
    let text = url.text.as_slice();
    let end = text.find_byteset(b"?#").unwrap_or(text.len());
    text[..end].into()
}

fn is_clean(repository: &Repository<'_>, with_submodules: bool, shown: &BString) -> Result<bool> {
    let answer = repository.answer(
        &[
            b"--git-dir=.git",
            b"rev-parse",
            b"--verify",
            b"--no-revs",
            b"HEAD^{commit}",
        ],
        Vec::new(),
    )?;
    if answer.errors.contains_str("fatal: not a git repository") {
        return Err(Problem::new(format!("'{shown}' is not a Git repository")));
    }
    if answer
        .errors
        .contains_str("fatal: Needed a single revision")
    {
        return Ok(false);
    }
    if answer.status != Some(0) {
        return Err(Problem::new(format!(
            "getting the HEAD of the Git tree '{shown}' failed with exit code {}:\n{}",
            answer.status.unwrap_or(-1),
            answer.errors.as_bstr()
        )));
    }
    let mut arguments: Vec<&[u8]> = vec![b"diff", b"HEAD", b"--quiet"];
    if !with_submodules {
        arguments.push(b"--ignore-submodules");
    }
    arguments.push(b"--");
    let answer = repository.answer(&arguments, Vec::new())?;
    match answer.status {
        Some(0) => Ok(true),
        Some(1) => Ok(false),
        _ => Err(failed(&answer)),
    }
}

/// The files of a commit and of its submodules, as a checkout has them.
fn with_modules(
    outside: &Outside<'_>,
    repository: &Repository<'_>,
    revision: &[u8],
    depth: usize,
) -> Result<Tree> {
    if depth > MAX_SUBMODULES {
        return Err(Problem::new("submodules are nested too deeply"));
    }
    let mut tree = repository.tree(revision, false)?;
    for module in repository.submodules(revision)? {
        let url = module.url.as_slice();
        let path = url.strip_prefix(b"file://").unwrap_or(url);
        if url.contains_str("://") && path == url {
            return Err(network_refused(outside, url));
        }
        if !may_clone_files(repository)? {
            return Err(Problem::of(
                crate::errors::ErrorKind::Io,
                "program 'git' failed with exit code 1:\nfatal: transport 'file' not allowed",
            ));
        }
        let directory = paths::absolute(path, &repository.directory);
        let inner = Repository::at(outside.io, &directory);
        let revision = module.revision.unwrap_or_default();
        let inner_tree = with_modules(outside, &inner, &revision, depth + 1)?;
        let path: Vec<&[u8]> = module.path.split_str("/").collect();
        tree.graft(&path, &inner_tree);
    }
    Ok(tree)
}

/// Whether `git submodule update` takes a submodule of this machine: since
/// 2.38 only if it is told so (`protocol.file.allow` of git-config).
fn may_clone_files(repository: &Repository<'_>) -> Result<bool> {
    for setting in [b"protocol.file.allow".as_slice(), b"protocol.allow"] {
        if let Some(value) = repository.maybe_line(&[b"config", b"--global", b"--get", setting])? {
            return Ok(value == "always");
        }
    }
    Ok(false)
}
