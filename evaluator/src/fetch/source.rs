//! From an input to files: what is on this machine is read, what is in the
//! network is refused in words.

use super::archive::{Unpacking, unpack};
use super::attrs::Attr;
use super::git;
use super::input::{Input, Rulebook};
use super::problem::{DOWNLOAD, Problem, Result};
use super::schemes::{Scheme, file_path};
use super::url::{Rules, Url};
use crate::errors::ErrorKind;
use crate::io::{Content, FileKind, Io, IoError, Node, Tree};
use crate::paths;
use bstr::{BString, ByteSlice};
use std::collections::BTreeMap;

/// What of the outside fetching may use.
pub struct Outside<'a> {
    /// The files.
    pub io: &'a dyn Io,
    /// Where relative paths start.
    pub base: &'a [u8],
    /// Whether the user allows what is in the network.
    pub network: bool,
    /// Whether uncommitted changes may be fetched.
    pub allow_dirty: bool,
    /// Whether that is worth a warning.
    pub warn_dirty: bool,
    /// The limit on memory, in bytes.
    pub memory: usize,
}

/// The error for what is not on this machine.
pub fn network_refused(outside: &Outside<'_>, url: &[u8]) -> Problem {
    let why = if outside.network {
        "downloading is not built into twinix; put it into the store first and give its hash, or use a local copy"
    } else {
        "the network is not used (see --allow-network)"
    };
    Problem::of(
        ErrorKind::Io,
        format!("{DOWNLOAD}{}': {why}", url.as_bstr()),
    )
}

/// What is said where a Mercurial repository would be read.
pub const NO_MERCURIAL: &str =
    "warning: twinix reads no Mercurial repositories: it does what Nix does where there is no 'hg'";

/// The path of a `file:` URL.
///
/// # Errors
/// If a part of it is no name of a file.
pub fn local_path(book: &Rulebook, url: &Url) -> Result<BString> {
    match book.rules {
        Rules::Rfc3986 => file_path(&url.path),
        _ => Ok(url.path_text()),
    }
}

/// The content of what stands at a URL, as curl gives it.
///
/// # Errors
/// If it is not there, or not on this machine.
pub fn download(book: &Rulebook, outside: &Outside<'_>, url: &[u8]) -> Result<Vec<u8>> {
    let failed = |why: &str| {
        Problem::of(
            ErrorKind::Io,
            format!("{DOWNLOAD}{}': {why}", url.as_bstr()),
        )
    };
    let unsupported = |scheme: &[u8]| {
        let shown = scheme.as_bstr();
        if book.is_recent() {
            failed(&format!(
                "Unsupported protocol (1) Protocol \"{shown}\" not supported"
            ))
        } else {
            failed("Unsupported protocol (1)")
        }
    };
    let malformed = || failed("URL using bad/illegal format or missing URL (3)");
    let Some((scheme, rest)) = url.split_once_str(":") else {
        return Err(if book.rules == Rules::Rfc3986 {
            Problem::new(format!("URL '{}' doesn't have a scheme", url.as_bstr()))
        } else {
            malformed()
        });
    };
    if scheme != b"file" {
        let known: &[&[u8]] = &[b"http", b"https", b"ftp", b"s3"];
        return Err(if known.contains(&scheme) {
            network_refused(outside, url)
        } else {
            unsupported(scheme)
        });
    }
    if url.contains(&b' ') && book.dialect.has(crate::dialect::Behaviour::UrlsAreStrict) {
        return Err(malformed());
    }
    let end = rest.find_byteset(b"?#").unwrap_or(rest.len());
    let rest = &rest[..end];
    let path = match rest.strip_prefix(b"//") {
        Some(rest) => rest.strip_prefix(b"localhost").unwrap_or(rest),
        None => rest,
    };
    if !path.starts_with(b"/") {
        return Err(malformed());
    }
    let path = paths::canonical(&decoded_as_curl_does(path));
    match outside.io.read_file(&path) {
        Ok(content) => Ok(content),
        // What curl makes of directories.
        Err(IoError::IsADirectory) if book.is_recent() => {
            let mut listing = Vec::new();
            for (name, _) in outside.io.read_dir(&path).unwrap_or_default() {
                if !name.starts_with(b".") {
                    listing.extend_from_slice(&name);
                    listing.push(b'\n');
                }
            }
            Ok(listing)
        }
        Err(IoError::IsADirectory) => Ok(Vec::new()),
        Err(_) if !book.is_recent() => Err(failed("Couldn't read a file:// file (37)")),
        Err(_) => {
            let could_not = if book.rules == Rules::Rfc3986 {
                "Could not"
            } else {
                "Couldn't"
            };
            Err(failed(&format!(
                "Could not read a file:// file (37) {could_not} open file {}",
                path.as_bstr()
            )))
        }
    }
}

/// The path with `%XX` decoded, and what is none left as it is.
fn decoded_as_curl_does(path: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((&byte, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| byte == b'%');
        let decoded = digits
            .filter(|digits| digits.iter().all(u8::is_ascii_hexdigit))
            .and_then(|digits| u8::from_str_radix(digits.to_str().ok()?, 16).ok());
        out.push(decoded.unwrap_or(byte));
        rest = if decoded.is_some() {
            &after[2..]
        } else {
            after
        };
    }
    out
}

/// How archives are unpacked in a release that has inputs.
fn unpacking(book: &Rulebook) -> Unpacking {
    if book.is_recent() {
        Unpacking::EnterOnlyDirectory
    } else {
        Unpacking::OnlyEntry
    }
}

/// The files of an archive.
///
/// # Errors
/// If it is not to be had or none.
pub fn archive_at(
    book: &Rulebook,
    outside: &Outside<'_>,
    url: &[u8],
) -> Result<super::archive::Unpacked> {
    if book.is_recent() {
        let parsed = book.url(url)?;
        if book.rules == Rules::Rfc3986 && parsed.scheme == "file" {
            let path = file_path(&parsed.path)?;
            if !path.starts_with(b"/") {
                return Err(Problem::new(format!(
                    "tarball '{}' must use an absolute path. The 'file' scheme does not support relative paths.",
                    parsed.print(book.rules)
                )));
            }
            let why = match outside.io.kind(&paths::canonical(&path)) {
                Ok(FileKind::Directory) => "is a directory, not a file.",
                Ok(_) => "",
                Err(_) => "does not exist.",
            };
            if !why.is_empty() {
                let message = format!("tarball \"{path}\" {why}");
                return Err(Problem::of(ErrorKind::Io, message));
            }
        }
    }
    let bytes = download(book, outside, url).map_err(|problem| {
        if book.is_recent() {
            problem.within_archive()
        } else {
            problem
        }
    })?;
    unpack(&bytes, unpacking(book), url, outside.memory)
}

/// The file or directory at a path as a tree, and when the newest of it was
/// changed.
///
/// # Errors
/// If it cannot be read.
pub fn tree_at(io: &dyn Io, path: &[u8]) -> Result<(Tree, i64)> {
    let problem = |path: &[u8], error: IoError| {
        let path = path.as_bstr();
        Problem::of(
            ErrorKind::Io,
            match error {
                IoError::NotFound => format!("path '{path}' does not exist"),
                error => format!("getting status of '{path}': {}", error.describe()),
            },
        )
    };
    let mut tree = Tree::default();
    let mut newest = 0;
    let mut work: Vec<Vec<Vec<u8>>> = vec![Vec::new()];
    while let Some(names) = work.pop() {
        let mut here = path.to_vec();
        for name in &names {
            if here != b"/" {
                here.push(b'/');
            }
            here.extend_from_slice(name);
        }
        let kind = io.kind(&here).map_err(|error| problem(&here, error))?;
        newest = newest.max(io.modified(&here).unwrap_or(0));
        let node = match kind {
            FileKind::Directory => {
                let entries = io.read_dir(&here).map_err(|error| problem(&here, error))?;
                for (name, _) in entries {
                    let mut inner = names.clone();
                    inner.push(name);
                    work.push(inner);
                }
                Node::Directory(BTreeMap::new())
            }
            FileKind::Symlink => {
                Node::Symlink(io.read_link(&here).map_err(|error| problem(&here, error))?)
            }
            FileKind::Regular => Node::File {
                executable: io.is_executable(&here),
                content: Content::At(here.into()),
            },
            FileKind::Unknown => {
                return Err(Problem::of(
                    ErrorKind::Io,
                    format!("file '{}' has an unsupported type", here.as_bstr()),
                ));
            }
        };
        let names: Vec<&[u8]> = names.iter().map(Vec::as_slice).collect();
        tree.insert(&names, node);
    }
    Ok((tree, newest))
}

/// What fetching an input gave: its files, and the input with what is now known
/// of it.
pub struct Fetched {
    /// The files.
    pub tree: Tree,
    /// The input with revision, dates and counts.
    pub input: Input,
}

/// Fetches the files of an input.
///
/// # Errors
/// If they are not to be had.
pub fn fetch(book: &Rulebook, outside: &Outside<'_>, input: &Input) -> Result<Fetched> {
    let unsupported = || {
        Problem::new(format!(
            "cannot fetch unsupported input '{}'",
            input.attributes.json(book.dialect)
        ))
    };
    let scheme = input.scheme.ok_or_else(unsupported)?;
    let mut result = input.clone();
    let url = || input.attributes.need_text(book.dialect, "url");
    let tree = match scheme {
        Scheme::Path => {
            let path = input.attributes.need_text(book.dialect, "path")?;
            let path = match &input.parent {
                _ if path.starts_with(b"/") => paths::canonical(path),
                Some(parent) => paths::absolute(path, parent),
                None => {
                    return Err(Problem::new(format!(
                        "cannot fetch input '{}' because it uses a relative path",
                        input.print(book)?
                    )));
                }
            };
            let (tree, newest) = tree_at(outside.io, &path)?;
            // From 2.26 on a date that is given is believed.
            if !(book.is_recent() && input.attributes.has("lastModified")) {
                let newest = u64::try_from(newest).unwrap_or(0);
                result.attributes.set("lastModified", Attr::Number(newest));
            }
            tree
        }
        Scheme::Git => {
            let (tree, found) = if book.is_recent() {
                git::fetch_modern(book, outside, input)?
            } else {
                git::fetch_2_8(book, outside, input)?
            };
            result = found;
            tree
        }
        Scheme::Tarball => {
            let unpacked = archive_at(book, outside, url()?)?;
            if book.is_recent() && unpacked.modified != 0 {
                result.attributes.add(
                    "lastModified",
                    Attr::Number(u64::try_from(unpacked.modified).unwrap_or(0)),
                );
            }
            unpacked.tree
        }
        Scheme::File => Tree::of(Node::File {
            executable: false,
            content: Content::Bytes(download(book, outside, url()?)?.into()),
        }),
        Scheme::GitHub | Scheme::GitLab | Scheme::SourceHut => {
            return Err(network_refused(outside, &input.print(book)?));
        }
        Scheme::Indirect => {
            return Err(Problem::new(format!(
                "indirect input '{}' cannot be fetched directly",
                input.print(book)?
            )));
        }
        Scheme::Mercurial => {
            book.warn(NO_MERCURIAL.to_owned());
            return Err(Problem::of(ErrorKind::Io, "hg failed with exit code 1"));
        }
    };
    Ok(Fetched {
        tree,
        input: result,
    })
}
