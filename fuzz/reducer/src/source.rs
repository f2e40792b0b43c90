//! The program that is reduced: its text and the files beside it, and what makes one simpler than
//! another.

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
};

use crate::{
    bytes::{as_text, length},
    printer, syntax,
};

/// What a file costs besides its bytes, so that one is dropped rather than emptied.
const FILE: usize = 8;

/// A program with the files that it can read. Neither has to be UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Source {
    /// The program.
    pub text: Vec<u8>,
    /// The files beside it, by their paths relative to the program's folder.
    pub files: BTreeMap<PathBuf, Vec<u8>>,
}

/// How simple a program is; the smaller the simpler.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    /// Bytes of everything but white space and comments.
    significant: usize,
    /// Files that are not in the canonical layout.
    unkempt: usize,
    /// All bytes.
    bytes: usize,
    /// Of two programs alike in everything else, the one that comes first by its text.
    text: Vec<u8>,
}

/// One of the files of a program: itself, or one beside it.
pub(crate) type Unit = Option<PathBuf>;

impl Source {
    /// A program without files.
    pub fn new(text: impl Into<Vec<u8>>) -> Self {
        Self {
            text: text.into(),
            files: BTreeMap::new(),
        }
    }

    /// The bytes of the program and of all its files.
    pub fn size(&self) -> usize {
        self.text.len() + self.files.values().map(Vec::len).sum::<usize>()
    }

    /// How simple it is.
    pub fn cost(&self) -> Cost {
        as_text(self).cost_of_text()
    }

    /// The same of a program that is text already.
    pub(crate) fn cost_of_text(&self) -> Cost {
        let mut cost = Cost {
            significant: 0,
            unkempt: 0,
            bytes: self.size_of_text(),
            text: self.text.clone(),
        };
        for unit in self.units() {
            if let Some(path) = &unit {
                cost.significant += FILE + path.as_os_str().len();
                cost.text.extend(path.as_os_str().as_encoded_bytes());
                cost.text.extend(self.bytes(&unit));
            }
            match self.nix(&unit) {
                Some(text) => {
                    cost.significant += syntax::significant(text);
                    cost.unkempt += usize::from(printer::print(text).as_deref() != Some(text));
                }
                None => cost.significant += self.bytes(&unit).len(),
            }
        }
        cost
    }

    /// How many bytes the program has whose text this is.
    pub(crate) fn size_of_text(&self) -> usize {
        let units = self.units().into_iter();
        let sizes = units.map(|unit| match self.nix(&unit) {
            Some(text) => length(text),
            None => self.bytes(&unit).len(),
        });
        sizes.sum()
    }

    /// The program and its files.
    pub(crate) fn units(&self) -> Vec<Unit> {
        let files = self.files.keys().cloned().map(Some);
        std::iter::once(None).chain(files).collect()
    }

    pub(crate) fn bytes(&self, unit: &Unit) -> &[u8] {
        match unit {
            None => &self.text,
            Some(path) => self.files.get(path).map_or(&[], Vec::as_slice),
        }
    }

    pub(crate) fn set(&mut self, unit: &Unit, bytes: Vec<u8>) {
        match unit {
            None => self.text = bytes,
            Some(path) => {
                self.files.insert(path.clone(), bytes);
            }
        }
    }

    /// The text of a unit that is written in Nix: the program, and files whose name says so.
    pub(crate) fn nix(&self, unit: &Unit) -> Option<&str> {
        let is_nix = unit.as_deref().is_none_or(is_nix);
        is_nix
            .then(|| std::str::from_utf8(self.bytes(unit)).ok())
            .flatten()
    }

    /// Looks at one of its files.
    pub(crate) fn measured(&self, unit: &Unit) -> Measured {
        match self.nix(unit) {
            Some(text) => {
                let (root, is_program) = syntax::parse(text);
                let tokens: Vec<String> = syntax::tokens(&root)
                    .map(|token| token.text().to_owned())
                    .collect();
                Measured {
                    significant: tokens.iter().map(|token| length(token)).sum(),
                    is_program,
                    key: key(&tokens),
                }
            }
            None => Measured {
                significant: self.bytes(unit).len(),
                is_program: false,
                key: key(self.bytes(unit)),
            },
        }
    }
}

/// What the reducer has to know of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Measured {
    /// Bytes of everything but white space and comments.
    pub(crate) significant: usize,
    /// Whether it is a Nix program.
    pub(crate) is_program: bool,
    /// The same for files that differ in white space and comments only.
    pub(crate) key: (u64, u64),
}

/// A hash that is wide enough to stand for what is hashed.
pub(crate) fn key(of: &(impl Hash + ?Sized)) -> (u64, u64) {
    let hash = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        salt.hash(&mut hasher);
        of.hash(&mut hasher);
        hasher.finish()
    };
    (hash(0), hash(1))
}

/// Whether a file is written in Nix, by its name.
pub(crate) fn is_nix(path: &Path) -> bool {
    path.extension().is_some_and(|name| name == "nix")
}
