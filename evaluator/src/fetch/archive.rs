//! Archives: tar in the usual compressions and zip, unpacked into trees as the
//! releases do it (`tarfile.cc`; 2.3 calls GNU tar).

use super::problem::{Problem, Result};
use crate::errors::{ErrorKind, Limit};
use crate::io::{Content, Node, Tree};
use bstr::{BStr, ByteSlice};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// How an archive becomes the directory that is fetched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unpacking {
    /// 2.3: the first component of every path is dropped.
    StripFirst,
    /// 2.8: there is exactly one thing at the top, and that is taken.
    OnlyEntry,
    /// 2.26 and later: a directory that is the only thing at the top is
    /// entered.
    EnterOnlyDirectory,
}

/// An unpacked archive.
pub struct Unpacked {
    /// Its files.
    pub tree: Tree,
    /// When the newest of its entries was changed.
    pub modified: i64,
}

fn broken(why: impl std::fmt::Display) -> Problem {
    Problem::of(ErrorKind::Io, format!("Failed to open archive ({why})"))
}

/// The problem of what is in no format of archives: 2.8 reads it from a file, for which it has other words.
fn not_one(how: Unpacking) -> Problem {
    let why = "Unrecognized archive format";
    if how == Unpacking::OnlyEntry {
        Problem::of(ErrorKind::Io, format!("failed to open archive: {why}"))
    } else {
        broken(why)
    }
}

/// What `tar` reads at a time. It takes less than that from a program which decompresses for nothing at all, and says
/// nothing.
const BLOCK: usize = 512;

/// Unpacks an archive; `url` is what messages call it, and `most` how many bytes it may come to.
///
/// # Errors
/// If it comes to more, is none, or is not what the release accepts.
pub fn unpack(bytes: &[u8], how: Unpacking, url: &[u8], most: usize) -> Result<Unpacked> {
    let plain = decompress(bytes, most)?;
    let bytes = plain.as_deref().unwrap_or(bytes);
    let mut unpacker = Unpacker {
        tree: Tree::default(),
        modified: 0,
        how: Some(how),
        left: most,
        links: BTreeMap::new(),
    };
    let is_zip = bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06");
    if is_zip && how != Unpacking::StripFirst {
        unpacker.zip(bytes)?;
    } else if bytes.is_empty() && how != Unpacking::StripFirst || is_tar(bytes) {
        unpacker.tar(bytes)?;
    } else if how != Unpacking::StripFirst || plain.is_none() || bytes.len() >= BLOCK {
        return Err(not_one(how));
    }
    unpacker.make_links()?;
    let Unpacker {
        mut tree, modified, ..
    } = unpacker;
    let only = match tree.node(tree.root()) {
        Node::Directory(entries) if entries.len() == 1 => entries.values().next().copied(),
        _ => None,
    };
    match (how, only) {
        (Unpacking::StripFirst, _) => {}
        (Unpacking::OnlyEntry, Some(entry)) => tree.enter(entry),
        (Unpacking::OnlyEntry, None) => {
            return Err(Problem::new(format!(
                "tarball '{}' contains an unexpected number of top-level files",
                url.as_bstr()
            )));
        }
        (Unpacking::EnterOnlyDirectory, Some(entry)) => {
            if matches!(tree.node(entry), Node::Directory(_)) {
                tree.enter(entry);
            }
        }
        (Unpacking::EnterOnlyDirectory, None) => {}
    }
    Ok(Unpacked { tree, modified })
}

/// Unpacks what `git archive` gives, all of it.
///
/// # Errors
/// If it is no tar archive.
pub fn unpack_stream(bytes: &[u8]) -> Result<Tree> {
    let mut unpacker = Unpacker {
        tree: Tree::default(),
        modified: 0,
        how: None,
        // `git` has it in memory already.
        left: usize::MAX,
        links: BTreeMap::new(),
    };
    unpacker.tar(bytes)?;
    Ok(unpacker.tree)
}

/// The decompressed bytes; none if they are not compressed.
fn decompress(bytes: &[u8], most: usize) -> Result<Option<Vec<u8>>> {
    let mut out: Option<Vec<u8>> = None;
    loop {
        let current = out.as_deref().unwrap_or(bytes);
        let mut next = Vec::new();
        let read = if current.starts_with(b"\x1f\x8b") {
            inflate(current, &mut next, most)
        } else if current.starts_with(b"BZh") {
            read(bzip2::read::MultiBzDecoder::new(current), &mut next, most)
        } else if current.starts_with(b"\xfd7zXZ\0") {
            let decoder = liblzma::read::XzDecoder::new_multi_decoder(current);
            read(decoder, &mut next, most)
        } else if current.starts_with(b"\x28\xb5\x2f\xfd") {
            match ruzstd::decoding::StreamingDecoder::new(current) {
                Ok(decoder) => read(decoder, &mut next, most),
                Err(error) => return Err(broken(error)),
            }
        } else {
            return Ok(out);
        };
        read.map_err(broken)?;
        check_size(next.len(), most)?;
        out = Some(next);
    }
}

/// Reads to the end, or one byte more than so many.
fn read(from: impl Read, out: &mut Vec<u8>, most: usize) -> std::io::Result<usize> {
    from.take((most as u64).saturating_add(1)).read_to_end(out)
}

/// A small archive can come to any size.
fn check_size(size: usize, most: usize) -> Result<()> {
    if size <= most {
        return Ok(());
    }
    Err(Problem::of(
        ErrorKind::Limit(Limit::Memory),
        "an archive comes to more than the limit on memory",
    ))
}

/// Reads what `gzip` wrote. A checksum that is wrong is not looked at, nor what follows that is no more of it.
fn inflate(bytes: &[u8], out: &mut Vec<u8>, most: usize) -> std::io::Result<usize> {
    let mut rest = bytes;
    while rest.starts_with(b"\x1f\x8b") && out.len() <= most {
        let mut decoder = flate2::bufread::GzDecoder::new(rest);
        match read(&mut decoder, out, most - out.len()) {
            Err(error) if !error.to_string().contains("checksum") => return Err(error),
            _ => rest = decoder.into_inner(),
        }
    }
    Ok(out.len())
}

/// Whether the first block is the header of a tar archive, or its end.
fn is_tar(bytes: &[u8]) -> bool {
    let Some(block) = bytes.get(..512) else {
        return false;
    };
    if block.iter().all(|&byte| byte == 0) {
        return true;
    }
    let sum: u32 = block
        .iter()
        .enumerate()
        .map(|(at, &byte)| u32::from(if (148..156).contains(&at) { b' ' } else { byte }))
        .sum();
    let digits = block[148..156].trim_with(|c| c == ' ' || c == '\0');
    digits
        .to_str()
        .ok()
        .and_then(|digits| u32::from_str_radix(digits, 8).ok())
        == Some(sum)
}

struct Unpacker {
    tree: Tree,
    modified: i64,
    /// How it is unpacked; none: as it is.
    how: Option<Unpacking>,
    /// How many bytes the files may still come to.
    left: usize,
    /// Hard links and what they stand for: made when all files are there.
    links: BTreeMap<Vec<Vec<u8>>, Vec<Vec<u8>>>,
}

impl Unpacker {
    /// Reads a file of the archive.
    fn take(&mut self, file: impl Read, content: &mut Vec<u8>) -> Result<()> {
        read(file, content, self.left).map_err(broken)?;
        check_size(content.len(), self.left)?;
        self.left -= content.len();
        Ok(())
    }

    /// The names of a path, without what is dropped of it.
    fn names<'p>(&self, path: &'p [u8]) -> Vec<&'p [u8]> {
        let mut names: Vec<&[u8]> = Vec::new();
        let mut parts = path.split_str("/").filter(|part| !part.is_empty());
        if self.how == Some(Unpacking::StripFirst) {
            parts.next();
        }
        for name in parts {
            match name {
                b"." => {}
                b".." => {
                    names.pop();
                }
                name => names.push(name),
            }
        }
        names
    }

    /// Refuses a path that leads up: what writes files as it unpacks does not follow it.
    fn check_path(&self, path: &[u8]) -> Result<()> {
        let leads_up = path.split_str("/").any(|name| name == b"..");
        let writes = matches!(self.how, Some(Unpacking::StripFirst | Unpacking::OnlyEntry));
        if leads_up && writes {
            let message = "failed to extract archive (Path contains '..')";
            return Err(Problem::of(ErrorKind::Io, message));
        }
        Ok(())
    }

    fn insert(&mut self, path: &[u8], node: Node) {
        let names = self.names(path);
        if names.is_empty() && !matches!(node, Node::Directory(_)) {
            return;
        }
        self.tree.insert(&names, node);
    }

    fn tar(&mut self, bytes: &[u8]) -> Result<()> {
        let mut archive = tar::Archive::new(Cursor::new(bytes));
        let mut end = 0;
        for entry in archive.entries().map_err(broken)? {
            let mut entry = match entry {
                // `tar` does not see what is left of a block.
                Err(_)
                    if self.how == Some(Unpacking::StripFirst)
                        && bytes
                            .len()
                            .checked_sub(end)
                            .is_some_and(|rest| rest < BLOCK) =>
                {
                    break;
                }
                other => other.map_err(broken)?,
            };
            end = end_of(&entry);
            let path = entry.path_bytes().into_owned();
            self.check_path(&path)?;
            let kind = entry.header().entry_type();
            let changed = modified_of(&mut entry);
            self.modified = self.modified.max(changed);
            let target = entry.link_name_bytes().map(|name| name.into_owned());
            match kind {
                tar::EntryType::Directory => {
                    self.insert(&path, Node::Directory(BTreeMap::new()));
                }
                tar::EntryType::Symlink => {
                    self.insert(&path, Node::Symlink(target.unwrap_or_default()));
                }
                tar::EntryType::Link => {
                    let target = target.unwrap_or_default();
                    self.check_path(&target)?;
                    let [link, target] = [&path, &target].map(|path| {
                        let names = self.names(path);
                        names.into_iter().map(<[u8]>::to_vec).collect()
                    });
                    self.links.insert(link, target);
                }
                tar::EntryType::XGlobalHeader => {}
                tar::EntryType::Fifo | tar::EntryType::Char | tar::EntryType::Block => {
                    let message = format!(
                        "file '{}' in tarball has unsupported file type",
                        BStr::new(&path)
                    );
                    return Err(Problem::of(ErrorKind::Io, message));
                }
                // What is not known is a file.
                _ => {
                    let mut content = Vec::new();
                    self.take(&mut entry, &mut content)?;
                    let mode = entry.header().mode().unwrap_or(0);
                    // Before POSIX, a slash at the end made a directory.
                    let node = if path.ends_with(b"/") && content.is_empty() {
                        Node::Directory(BTreeMap::new())
                    } else {
                        file(mode, content)
                    };
                    self.insert(&path, node);
                }
            }
        }
        Ok(())
    }

    fn zip(&mut self, bytes: &[u8]) -> Result<()> {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).map_err(broken)?;
            let path = entry.name_raw().to_vec();
            self.check_path(&path)?;
            let mode = entry.unix_mode().unwrap_or(0o644);
            let stamps = entry.extra_data_fields().find_map(|field| match field {
                zip::extra_fields::ExtraField::ExtendedTimestamp(stamp) => stamp.mod_time(),
                _ => None,
            });
            let changed = match stamps {
                Some(stamp) => i64::from(stamp as i32),
                None => entry.last_modified().map_or(0, dos_time),
            };
            self.modified = self.modified.max(changed);
            let mut content = Vec::new();
            self.take(&mut entry, &mut content)?;
            let node = if path.ends_with(b"/") {
                Node::Directory(BTreeMap::new())
            } else if mode & 0o170_000 == 0o120_000 {
                Node::Symlink(content)
            } else {
                file(mode, content)
            };
            self.insert(&path, node);
        }
        Ok(())
    }

    fn make_links(&mut self) -> Result<()> {
        for (link, target) in std::mem::take(&mut self.links) {
            let names = |path: &'_ [Vec<u8>]| path.join(b"/".as_slice());
            let target_names: Vec<&[u8]> = target.iter().map(Vec::as_slice).collect();
            if target_names.is_empty() {
                continue;
            }
            let found = self.tree.find(&target_names).ok_or_else(|| {
                let path = names(&target);
                Problem::new(format!("path '/{}' does not exist", path.as_bstr()))
            })?;
            let node = self.tree.node(found).clone();
            if matches!(node, Node::Directory(_)) {
                return Err(Problem::new("cannot create a hard link to a directory"));
            }
            let link_names: Vec<&[u8]> = link.iter().map(Vec::as_slice).collect();
            self.tree.insert(&link_names, node);
        }
        Ok(())
    }
}

fn file(mode: u32, content: Vec<u8>) -> Node {
    Node::File {
        executable: mode & 0o100 != 0,
        content: Content::Bytes(content.into()),
    }
}

/// Where the blocks of an entry end.
fn end_of<R: Read>(entry: &tar::Entry<'_, R>) -> usize {
    let blocks = entry.size().div_ceil(BLOCK as u64);
    let end = (entry.raw_file_position()).saturating_add(blocks.saturating_mul(BLOCK as u64));
    usize::try_from(end).unwrap_or(usize::MAX)
}

/// When an entry was changed: the extended header says it more precisely.
fn modified_of<R: Read>(entry: &mut tar::Entry<'_, R>) -> i64 {
    let header = entry.header().mtime().map_or(0, |time| time as i64);
    let Ok(Some(extensions)) = entry.pax_extensions() else {
        return header;
    };
    extensions
        .flatten()
        .find(|extension| extension.key_bytes() == b"mtime")
        .and_then(|extension| {
            let text = extension.value().ok()?;
            let (seconds, _) = text.split_once('.').unwrap_or((text, ""));
            seconds.parse().ok()
        })
        .unwrap_or(header)
}

/// Seconds since 1970 of a date without time zone, taken for one of UTC.
fn dos_time(time: zip::DateTime) -> i64 {
    let (year, month) = (i64::from(time.year()), i64::from(time.month()));
    // Days since the epoch, with years that start in March.
    let year = if month <= 2 { year - 1 } else { year };
    let era_years = year.rem_euclid(400);
    let month_of_year = (month + 9) % 12;
    let day_of_year = (153 * month_of_year + 2) / 5 + i64::from(time.day()) - 1;
    let day_of_era = era_years * 365 + era_years / 4 - era_years / 100 + day_of_year;
    let days = year.div_euclid(400) * 146_097 + day_of_era - 719_468;
    days * 86_400
        + i64::from(time.hour()) * 3600
        + i64::from(time.minute()) * 60
        + i64::from(time.second())
}
