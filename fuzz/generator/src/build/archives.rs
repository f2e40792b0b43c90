//! Archives beside a program, for fetchers to unpack: few, so that their hashes can be known.

use super::{
    Generator,
    packing::{Entry, packed},
};

/// An archive, in the format that its name says, and the hash of what it holds as fetchers hash it (SHA-256
/// of the unpacked tree as an archive of Nix, in base 64); a test holds it against the evaluator.
pub(super) struct Archive {
    /// Its file.
    pub(super) file: &'static str,
    /// The hash of its one folder, without the name of the algorithm; none if nothing asks for it.
    pub(super) hash: &'static str,
    entries: &'static [Entry],
}

use Entry::{Executable, File, Folder, Hard, Header, Link, Of};

/// Archives that every release takes. Those called `t` hold the same, some with other times.
pub(super) const GOOD: [Archive; 5] = [
    of_tree("t.tar"),
    of_tree("t.tar.gz"),
    of_tree("t.tar.bz2"),
    of_tree("t.tar.xz"),
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

/// What `tar` of 2.3 does not read.
pub(super) const NEWER: [Archive; 2] = [of_tree("t.zip"), of_tree("t.tar.zst")];

const fn of_tree(file: &'static str) -> Archive {
    Archive {
        file,
        hash: "7fhjwpABJaK0VnmkuI+xEIwV07sP7Chf32UD+7PWbDM=",
        entries: &[
            Folder("d/"),
            File("d/a", "some text\n"),
            Executable("d/run", "#!/bin/sh\n"),
            Folder("d/sub/"),
            File("d/sub/b.nix", "1 + 1\n"),
            Link("d/link", "sub/b.nix"),
            File("d/default.nix", "{ x ? 1 }: \"imported ${toString x}\"\n"),
        ],
    }
}

/// One of two folders: 2.8 does not take it.
pub(super) const TWO: Archive = odd("two.tar", &[File("a/x", "x"), File("b/y", "y")]);

const fn odd(file: &'static str, entries: &'static [Entry]) -> Archive {
    Archive {
        file,
        hash: "",
        entries,
    }
}

const LONG: &str = "d/name-of-more-than-a-hundred-bytes-which-the-header-of-an-entry-has-no-room-for-and-which-comes-before-it-then";

/// Archives that are unusual. Whether 2.3 takes them, or 2.8, is up to them.
pub(super) const ODD: [Archive; 26] = [
    TWO,
    odd(
        "hard.tar",
        &[File("d/a", "x"), Hard("d/b", "d/a"), Hard("d/c", "d/b")],
    ),
    odd("dots.tar", &[File("./d/a", "x"), File("./d/./b", "y")]),
    odd("up.tar", &[File("d/a", "x"), File("d/../b", "y")]),
    odd("out.tar", &[File("d/a", "x"), File("../b", "y")]),
    odd(
        "linked-up.tar",
        &[File("d/a", "x"), Hard("d/b", "d/../d/a")],
    ),
    odd("absolute.tar", &[File("/d/a", "x"), File("/d/b", "y")]),
    odd("continued.tar", &[File("d/a", "x"), Of(b'7', "d/c", "y")]),
    odd("unknown.tar", &[File("d/a", "x"), Of(b'Z', "d/c", "yy")]),
    odd(
        "comment.tar",
        &[
            Of(b'g', "pax_global_header", "16 comment=text\n"),
            File("d/a", "x"),
        ],
    ),
    odd(
        "dated.tar",
        &[
            Of(b'x', "x", "22 mtime=1400000000.5\n"),
            File("d/a", "x"),
            Of(b'x', "x", "11 mtime=x\n"),
            File("d/b", "y"),
        ],
    ),
    odd("long.tar", &[File(LONG, "x"), Link("d/l", LONG)]),
    odd("empty.tar", &[]),
    odd("nothing.raw.tar", &[]),
    odd("zeros.raw.tar", &[Header(&[0; 512])]),
    odd("one.tar", &[File("a", "x")]),
    odd("one-link.tar", &[Link("a", "x")]),
    odd("twice.tar", &[File("d/a", "x"), File("d/a", "y")]),
    odd("slash.tar", &[File("d/a", "x"), File("d/s/", "")]),
    odd("twice.tar.gz.gz", &[File("d/a", "x")]),
    odd("open.raw.tar", &[File("d/a", "x")]),
    odd("checked.tar.gz-sum", &[File("d/a", "x")]),
    odd("followed.tar.gz-more", &[File("d/a", "x")]),
    odd("empty.zip", &[]),
    odd("up.zip", &[File("d/a", "x"), File("../b", "y")]),
    odd(
        "pressed.zip",
        &[
            File(
                "d/a",
                "the same again and again and again and again and again",
            ),
            File("d/winter", "x"),
            File("/d/b", "y"),
        ],
    ),
];

/// Archives that no release takes, and the like.
pub(super) const BROKEN: [Archive; 24] = [
    odd("linked.tar", &[File("d/a", "x"), Hard("d/b", "d/z")]),
    odd("pipe.tar", &[File("d/a", "x"), Of(b'6', "d/p", "")]),
    odd("device.tar", &[File("d/a", "x"), Of(b'3', "d/p", "")]),
    odd("block.tar", &[Of(b'4', "d/p", ""), File("d/a", "x")]),
    odd("cut.tar-700", &[File("d/a", "x"), File("d/b", "y")]),
    odd(
        "cut.tar-1030",
        &[File("d/a", "some text"), File("d/b", "more text")],
    ),
    odd("sum.raw.tar", &[Header(b"d/a\0 no sum"), File("d/a", "x")]),
    odd(
        "late-sum.raw.tar",
        &[File("d/a", "x"), Header(b"d/b\0 no sum")],
    ),
    odd("cut.tar.gz-60", &[File("d/a", "x")]),
    odd("cut.tar.bz2-60", &[File("d/a", "x")]),
    odd("cut.tar.xz-60", &[File("d/a", "x")]),
    odd("cut.zip-70", &[File("d/a", "x"), File("d/b", "y")]),
    odd("text.raw.gz", &[Header(b"just text")]),
    odd("text.raw", &[Header(b"just text, no archive")]),
    odd("json.raw", &[Header(b"{\"a\": 1}")]),
    odd("a.raw", &[Header(b"\x1f\x8b")]),
    odd("b.raw", &[Header(b"\x1f\x8b\x08\0\0\0\0\0\0\x03zzzzzzzzz")]),
    odd("c.raw", &[Header(b"\x1f\x8b\x07\0\0\0\0\0\0\x03zzzzzzzzz")]),
    odd("d.raw", &[Header(b"BZh91AYzzzzzzzzzzzzzz")]),
    odd("e.raw", &[Header(b"BZhx")]),
    odd("f.raw", &[Header(b"\xfd7zXZ\0zzzzzzzzzzzzzzzzzzzz")]),
    odd("g.raw", &[Header(b"\x28\xb5\x2f\xfdzzzzzzzzzzzzzzzzzzzz")]),
    odd("h.raw", &[Header(b"\x28\xb5\x2f")]),
    odd("i.raw", &[Header(b"7z\xbc\xaf'\x1c\0\x04")]),
];

impl Generator<'_> {
    /// Puts an archive beside the program.
    pub(super) fn archive(&mut self, archive: &Archive) -> String {
        self.mass += 24;
        let bytes = packed(archive.file, archive.entries);
        self.file(archive.file, &bytes)
    }
}
