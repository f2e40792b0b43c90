//! How archives are packed: in the formats that their names say.

use std::io::{self, Cursor, Write};

use tar::{Builder, EntryType};
use zip::{DateTime, ZipWriter, write::SimpleFileOptions};

/// What an archive holds.
pub(super) enum Entry {
    Folder(&'static str),
    File(&'static str, &'static str),
    Executable(&'static str, &'static str),
    Link(&'static str, &'static str),
    /// Another name of a file.
    Hard(&'static str, &'static str),
    /// An entry of another type.
    Of(u8, &'static str, &'static str),
    /// Bytes that stand where the header of an entry would.
    Header(&'static [u8]),
}

use Entry::{Executable, File, Folder, Hard, Header, Link, Of};

/// The bytes of an archive. Behind the name of its format, `-60` cuts it after so many bytes, `-sum` makes its
/// checksum wrong and `-more` lets something follow; `raw` has no end.
pub(super) fn packed(name: &str, entries: &[Entry]) -> Vec<u8> {
    let change = name
        .rsplit_once('-')
        .filter(|(_, change)| !change.contains('.'));
    let (name, change) = change.unwrap_or((name, ""));
    let mut formats = name.split('.').skip(1);
    let first = formats.next().unwrap_or_default();
    let is_raw = first == "raw";
    // Nothing is written to a file, so nothing can fail; a short archive would be a broken one.
    let mut bytes = match first {
        "zip" => zipped(entries),
        _ => {
            let is_pressed = name.ends_with("gz") || name.ends_with("bz2") || name.ends_with("xz");
            let time = if is_pressed {
                1_600_000_000
            } else {
                1_500_000_000
            };
            tarred(entries, time, is_raw)
        }
    }
    .unwrap_or_default();
    let pressed = if first == "tgz" { "gz" } else { "" };
    for format in formats.chain([pressed]) {
        bytes = compressed(format, bytes).unwrap_or_default();
    }
    match change {
        "" => {}
        "sum" => {
            let at = bytes.len().saturating_sub(8);
            bytes[at] ^= 1;
        }
        "more" => bytes.extend(b"and more"),
        length => bytes.truncate(length.parse().unwrap_or(0)),
    }
    bytes
}

fn compressed(format: &str, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
    match format {
        "gz" => {
            let level = flate2::Compression::none();
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), level);
            gzip.write_all(&bytes).and_then(|()| gzip.finish())
        }
        "bz2" => {
            let level = bzip2::Compression::best();
            let mut bzip = bzip2::write::BzEncoder::new(Vec::new(), level);
            bzip.write_all(&bytes).and_then(|()| bzip.finish())
        }
        "xz" => {
            let mut xz = liblzma::write::XzEncoder::new(Vec::new(), 6);
            xz.write_all(&bytes).and_then(|()| xz.finish())
        }
        "zst" => Ok(zstandard(&bytes)),
        _ => Ok(bytes),
    }
}

/// A frame that says its size in four bytes, of blocks that are not compressed.
fn zstandard(bytes: &[u8]) -> Vec<u8> {
    let mut out = b"\x28\xb5\x2f\xfd\xa0".to_vec();
    out.extend((bytes.len() as u32).to_le_bytes());
    let mut blocks = bytes.chunks(1 << 16).peekable();
    while let Some(block) = blocks.next() {
        let is_last = u32::from(blocks.peek().is_none());
        let header = (block.len() as u32) << 3 | is_last;
        out.extend(&header.to_le_bytes()[..3]);
        out.extend(block);
    }
    out
}

fn tarred(entries: &[Entry], time: u64, is_raw: bool) -> io::Result<Vec<u8>> {
    let mut archive = Builder::new(Vec::new());
    for (number, entry) in entries.iter().enumerate() {
        let mut header = tar::Header::new_gnu();
        header.set_mtime(time + number as u64);
        let (name, content, mode) = match *entry {
            Header(bytes) => {
                let mut bytes = bytes.to_vec();
                if number > 0 {
                    bytes.resize(512, 0);
                }
                archive.get_mut().extend(bytes);
                continue;
            }
            Folder(name) => {
                header.set_entry_type(EntryType::Directory);
                (name, "", 0o755)
            }
            Link(name, target) => {
                header.set_entry_type(EntryType::Symlink);
                header.set_size(0);
                header.set_mode(0o777);
                archive.append_link(&mut header, name, target)?;
                continue;
            }
            Hard(name, target) => {
                header.set_entry_type(EntryType::Link);
                header.set_size(0);
                header.set_mode(0o644);
                as_it_is(&mut header, name);
                header.set_link_name_literal(target)?;
                header.set_cksum();
                archive.append(&header, io::empty())?;
                continue;
            }
            Of(kind, name, content) => {
                header.set_entry_type(EntryType::new(kind));
                (name, content, 0o644)
            }
            File(name, content) => (name, content, 0o644),
            Executable(name, content) => (name, content, 0o755),
        };
        header.set_mode(mode);
        header.set_size(content.len() as u64);
        if name.len() < 100 {
            as_it_is(&mut header, name);
            header.set_cksum();
            archive.append(&header, content.as_bytes())?;
        } else {
            archive.append_data(&mut header, name, content.as_bytes())?;
        }
    }
    if is_raw {
        return Ok(std::mem::take(archive.get_mut()));
    }
    archive.into_inner()
}

/// Names an entry, also where the name leads up or starts at the root.
fn as_it_is(header: &mut tar::Header, name: &str) {
    let place = &mut header.as_old_mut().name;
    place[..name.len()].copy_from_slice(name.as_bytes());
}

fn zipped(entries: &[Entry]) -> io::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for entry in entries {
        // Before and after the first of March.
        let is_of_winter = matches!(entry, File("d/winter", _));
        let (month, day) = if is_of_winter { (2, 29) } else { (7, 14) };
        let time = DateTime::from_date_and_time(2016, month, day, 2, 40, 20).unwrap_or_default();
        let options = SimpleFileOptions::default().last_modified_time(time);
        match *entry {
            Folder(name) => archive.add_directory(name, options.unix_permissions(0o755))?,
            Link(name, target) => archive.add_symlink(name, target, options)?,
            File(name, content) | Executable(name, content) => {
                let is_executable = matches!(entry, Executable(..));
                let mode = if is_executable { 0o755 } else { 0o644 };
                archive.start_file(name, options.unix_permissions(mode))?;
                archive.write_all(content.as_bytes())?;
            }
            Hard(..) | Of(..) | Header(_) => {}
        }
    }
    Ok(archive.finish()?.into_inner())
}
