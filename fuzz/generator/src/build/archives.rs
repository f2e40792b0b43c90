//! Archives beside a program, for fetchers to unpack: few, so that their hashes can be known.

use std::io::Write;

use tar::{Builder, EntryType, Header};

use super::Generator;

/// An archive, and the hash of what it holds as fetchers hash it (SHA-256 of the unpacked tree as an
/// archive of Nix, in base 64); a test holds it against the evaluator.
pub(super) struct Archive {
    /// Its file.
    pub(super) file: &'static str,
    /// The hash of its one folder, without the name of the algorithm.
    pub(super) hash: &'static str,
    entries: &'static [Entry],
}

enum Entry {
    Folder(&'static str),
    File(&'static str, &'static str),
    Executable(&'static str, &'static str),
    Link(&'static str, &'static str),
}

use Entry::{Executable, File, Folder, Link};

/// Archives that can be fetched. `t.tar` and `u.tar.gz` hold the same with other times.
pub(super) const GOOD: [Archive; 3] = [
    Archive {
        file: "t.tar",
        hash: TREE,
        entries: ENTRIES,
    },
    Archive {
        file: "u.tar.gz",
        hash: TREE,
        entries: ENTRIES,
    },
    Archive {
        file: "flake.tgz",
        hash: "PCdSwE9hMej23MPPJ7mMEYLkuGMOSKZL6/PfXKNtzZw=",
        entries: &[
            File(
                "f/flake.nix",
                "{ outputs = { self }: { x = \"packed\"; }; }\n",
            ),
            File("f/a.txt", "some text\n"),
        ],
    },
];

const TREE: &str = "7fhjwpABJaK0VnmkuI+xEIwV07sP7Chf32UD+7PWbDM=";

const ENTRIES: &[Entry] = &[
    Folder("d/"),
    File("d/a", "some text\n"),
    Executable("d/run", "#!/bin/sh\n"),
    Folder("d/sub/"),
    File("d/sub/b.nix", "1 + 1\n"),
    Link("d/link", "sub/b.nix"),
    File("d/default.nix", "{ x ? 1 }: \"imported ${toString x}\"\n"),
];

/// One of two folders: 2.8 does not take it.
pub(super) const TWO: Archive = Archive {
    file: "two.tar",
    hash: "",
    entries: &[File("a/x", "x"), File("b/y", "y")],
};

impl Archive {
    fn bytes(&self) -> Vec<u8> {
        // Nothing is written to a file, so nothing can fail; a short archive would be a broken one.
        let packed = |time| self.packed(time).unwrap_or_default();
        if !self.file.ends_with("gz") {
            return packed(1_500_000_000);
        }
        let mut pressed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        let written = pressed.write_all(&packed(1_600_000_000));
        written.and_then(|()| pressed.finish()).unwrap_or_default()
    }

    fn packed(&self, time: u64) -> std::io::Result<Vec<u8>> {
        let mut archive = Builder::new(Vec::new());
        for (number, entry) in self.entries.iter().enumerate() {
            let mut header = Header::new_gnu();
            header.set_mtime(time + number as u64);
            let (name, content, mode) = match *entry {
                Folder(name) => {
                    header.set_entry_type(EntryType::Directory);
                    (name, "", 0o755)
                }
                Link(name, target) => {
                    header.set_entry_type(EntryType::Symlink);
                    header.set_link_name(target)?;
                    (name, "", 0o777)
                }
                File(name, content) => (name, content, 0o644),
                Executable(name, content) => (name, content, 0o755),
            };
            header.set_mode(mode);
            header.set_size(content.len() as u64);
            archive.append_data(&mut header, name, content.as_bytes())?;
        }
        archive.into_inner()
    }
}

impl Generator<'_> {
    /// Puts an archive beside the program.
    pub(super) fn archive(&mut self, archive: &Archive) -> String {
        self.mass += 24;
        let bytes = archive.bytes();
        self.file(archive.file, &bytes)
    }
}
