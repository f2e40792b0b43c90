//! Writes Git repositories as files beside a program: objects, references and an index, byte for byte the same on
//! every machine.

use std::{collections::BTreeMap, io::Write};

use flate2::{Compression, write::ZlibEncoder};
use sha1::{Digest, Sha1};

/// The name of an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Id([u8; 20]);

impl Id {
    /// In base 16, as Git shows it.
    pub(super) fn hex(self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// What stands in the tree of a commit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Item {
    File(&'static str),
    Executable(&'static str),
    Link(&'static str),
    /// The commit of a submodule.
    Module(Id),
}

impl Item {
    fn mode(self) -> u32 {
        match self {
            Self::File(_) => 0o100_644,
            Self::Executable(_) => 0o100_755,
            Self::Link(_) => 0o120_000,
            Self::Module(_) => 0o160_000,
        }
    }
}

/// The items of a commit by their paths.
pub(super) type Items = BTreeMap<&'static str, Item>;

/// The files of a repository, by their paths in what is called `.git` beside a working tree.
pub(super) struct Store {
    files: BTreeMap<String, Vec<u8>>,
}

impl Store {
    /// A repository without a commit, which a branch is to get.
    pub(super) fn new(branch: &str, has_tree: bool) -> Self {
        let mut store = Self {
            files: BTreeMap::new(),
        };
        let config = format!(
            "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = {}\n",
            !has_tree
        );
        store.put("config", config);
        store.put("HEAD", format!("ref: refs/heads/{branch}\n"));
        // Folders without a file cannot stand beside a program, and these have to be there.
        store.put("objects/info/packs", "\n");
        store.put("refs/heads/.keep", "");
        store
    }

    /// Puts a file of the repository itself.
    pub(super) fn put(&mut self, path: &str, content: impl Into<Vec<u8>>) {
        self.files.insert(path.to_owned(), content.into());
    }

    /// Takes away an object.
    pub(super) fn lose(&mut self, id: Id) {
        self.files.remove(&place_of(id));
    }

    /// Its files.
    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let files = self.files.iter();
        files.map(|(path, content)| (path.as_str(), content.as_slice()))
    }

    fn object(&mut self, kind: &str, content: &[u8]) -> Id {
        let mut whole = format!("{kind} {}\0", content.len()).into_bytes();
        whole.extend_from_slice(content);
        let id = Id(Sha1::digest(&whole).into());
        // Nothing is written to a file, so nothing can fail.
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::none());
        let written = packed.write_all(&whole).and_then(|()| packed.finish());
        self.put(&place_of(id), written.unwrap_or_default());
        id
    }

    /// Puts what an item is; its name.
    fn item(&mut self, item: Item) -> Id {
        match item {
            Item::File(content) | Item::Executable(content) | Item::Link(content) => {
                self.object("blob", content.as_bytes())
            }
            Item::Module(commit) => commit,
        }
    }

    fn tree(&mut self, items: &Items) -> Id {
        let mut folders: BTreeMap<&str, Items> = BTreeMap::new();
        // Git sorts a folder as if its name ended in a slash.
        let mut entries: BTreeMap<String, (String, Id)> = BTreeMap::new();
        for (path, item) in items {
            match path.split_once('/') {
                Some((folder, rest)) => {
                    folders.entry(folder).or_default().insert(rest, *item);
                }
                None => {
                    let entry = (format!("{:o} {path}", item.mode()), self.item(*item));
                    entries.insert((*path).to_owned(), entry);
                }
            }
        }
        for (folder, items) in &folders {
            let entry = (format!("40000 {folder}"), self.tree(items));
            entries.insert(format!("{folder}/"), entry);
        }
        let mut content = Vec::new();
        for (entry, id) in entries.values() {
            content.extend_from_slice(entry.as_bytes());
            content.push(0);
            content.extend_from_slice(&id.0);
        }
        self.object("tree", &content)
    }

    /// Puts a commit of these items, at this time in seconds since 1970.
    pub(super) fn commit(&mut self, items: &Items, parents: &[Id], time: u64) -> Id {
        let mut content = format!("tree {}\n", self.tree(items).hex());
        for parent in parents {
            content.push_str(&format!("parent {}\n", parent.hex()));
        }
        content.push_str(&format!(
            "author A <a@example.org> {} +0200\ncommitter B <b@example.org> {time} -0130\n\nA change\n",
            time - 5
        ));
        self.object("commit", content.as_bytes())
    }

    /// Puts a tag that is an object.
    pub(super) fn tag(&mut self, name: &str, of: Id) -> Id {
        let content = format!(
            "object {}\ntype commit\ntag {name}\ntagger A <a@example.org> 1500000300 +0000\n\nA tag\n",
            of.hex()
        );
        self.object("tag", content.as_bytes())
    }

    /// Writes down that a reference stands for an object.
    pub(super) fn refer(&mut self, name: &str, id: Id) {
        self.put(name, format!("{}\n", id.hex()));
    }

    /// Writes an index that says of no file when it was read, so that Git reads it again.
    pub(super) fn index(&mut self, items: &Items) {
        let mut index = b"DIRC".to_vec();
        index.extend(2_u32.to_be_bytes());
        index.extend((items.len() as u32).to_be_bytes());
        for (path, item) in items {
            let start = index.len();
            let size = match item {
                Item::File(content) | Item::Executable(content) | Item::Link(content) => {
                    content.len() as u32
                }
                Item::Module(_) => 0,
            };
            // Two times of two numbers each, device, file, mode, user, group, size.
            for number in [0, 0, 0, 0, 0, 0, item.mode(), 0, 0, size] {
                index.extend(number.to_be_bytes());
            }
            index.extend(self.item(*item).0);
            index.extend((path.len() as u16).to_be_bytes());
            index.extend(path.as_bytes());
            // At least one zero, up to a whole number of eight bytes.
            let length = index.len() - start;
            index.resize(start + (length / 8 + 1) * 8, 0);
        }
        let sum = Sha1::digest(&index);
        index.extend_from_slice(&sum);
        self.put("index", index);
    }
}

fn place_of(id: Id) -> String {
    let hex = id.hex();
    format!("objects/{}/{}", &hex[..2], &hex[2..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_git() {
        let mut store = Store::new("master", true);
        let empty = store.object("blob", b"");
        assert_eq!(empty.hex(), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
        let tree = store.tree(&Items::new());
        assert_eq!(tree.hex(), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    }

    #[test]
    fn a_folder_comes_where_its_slash_does() {
        let mut store = Store::new("master", true);
        let items = Items::from([
            ("a.b", Item::File("")),
            ("a/c", Item::File("")),
            ("a0", Item::File("")),
        ]);
        let id = store.tree(&items);
        let mut text = Vec::new();
        let packed = &store.files[&place_of(id)];
        std::io::Read::read_to_end(
            &mut flate2::read::ZlibDecoder::new(packed.as_slice()),
            &mut text,
        )
        .unwrap();
        let at = |name: &[u8]| {
            let mut places = text.windows(name.len());
            places.position(|place| place == name).unwrap()
        };
        assert!(at(b" a.b\0") < at(b" a\0") && at(b" a\0") < at(b" a0\0"));
    }
}
