//! One of the two sides: a store below some root, and the derivations read from it.

use std::{
    cell::RefCell,
    collections::HashMap,
    ffi::OsStr,
    fs,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    rc::Rc,
};

use anyhow::{Context, Result, bail};
use twinix_evaluator::{
    derivation::{
        aterm::{Derivation, Output, parse},
        store_path::StoreDir,
    },
    dialect::Dialect,
};

use super::pairs::Input;

/// The directory of the store, as derivations write it.
pub const STORE: &[u8] = b"/nix/store";

/// The largest source that is shown line by line.
const MOST_TEXT: u64 = 256 << 10;

/// A derivation as it was read.
#[derive(Debug)]
pub struct Read {
    /// Its fields.
    pub derivation: Derivation,
    /// Its text.
    pub text: Vec<u8>,
}

/// A store, with what was read from it.
pub struct Side {
    root: PathBuf,
    /// A derivation that was named by its file, which may lie anywhere.
    named: Option<(Vec<u8>, PathBuf)>,
    read: RefCell<HashMap<Vec<u8>, Option<Rc<Read>>>>,
}

impl Side {
    /// The side of a derivation that is named on the command line, and its store path.
    ///
    /// # Errors
    /// When it is no derivation.
    pub fn of(named: &str, root: Option<&Path>) -> Result<(Self, Vec<u8>)> {
        // As nix-instantiate and nix build print them, with an output.
        let plain = named.split(['!', '^']).next().unwrap_or(named);
        if !plain.ends_with(".drv") {
            bail!("'{named}' is not the path of a derivation: it does not end in .drv");
        }
        let path = Path::new(plain);
        let base = path.file_name().unwrap_or_default();
        let stored = [STORE, b"/", base.as_bytes()].concat();
        let absolute = std::path::absolute(path)?;
        let parent = absolute.parent().unwrap_or(Path::new("/"));
        let around = parent
            .as_os_str()
            .as_bytes()
            .strip_suffix(STORE)
            .map(|root| Path::new(OsStr::from_bytes(root)));
        let is_in_root = around == Some(Path::new(""));
        let (root, file) = match (root, around) {
            (Some(root), _) if is_in_root => (root.to_owned(), None),
            (Some(root), _) => (root.to_owned(), Some(absolute)),
            (None, Some(around)) if !is_in_root => (around.to_owned(), None),
            (None, Some(_)) => (PathBuf::from("/"), None),
            (None, None) => (PathBuf::from("/"), Some(absolute)),
        };
        let side = Self {
            root,
            named: file.map(|file| (stored.clone(), file)),
            read: RefCell::default(),
        };
        if side.read(&stored)?.is_none() {
            bail!(
                "'{named}' cannot be read: there is no {}",
                side.place(&stored).display()
            );
        }
        Ok((side, stored))
    }

    /// Whether both sides read the same files.
    pub fn is_same(&self, other: &Side) -> bool {
        self.root == other.root && self.named == other.named
    }

    fn place(&self, path: &[u8]) -> PathBuf {
        if let Some((stored, file)) = &self.named
            && stored == path
        {
            return file.clone();
        }
        let below = path.strip_prefix(b"/").unwrap_or(path);
        self.root.join(OsStr::from_bytes(below))
    }

    /// The derivation at a store path; `None` where nothing is there.
    ///
    /// # Errors
    /// When what is there cannot be read or is no derivation.
    pub fn read(&self, path: &[u8]) -> Result<Option<Rc<Read>>> {
        if let Some(read) = self.read.borrow().get(path) {
            return Ok(read.clone());
        }
        let place = self.place(path);
        let read = match fs::read(&place) {
            Ok(text) => {
                let store = StoreDir {
                    directory: STORE,
                    dialect: Dialect::default(),
                };
                let derivation = parse(store, &text)
                    .with_context(|| format!("{} is no derivation", place.display()))?;
                Some(Rc::new(Read { derivation, text }))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => {
                return Err(error).with_context(|| place.display().to_string());
            }
        };
        self.read.borrow_mut().insert(path.to_vec(), read.clone());
        Ok(read)
    }

    /// The inputs of a derivation, by where it mentions their outputs.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn inputs(&self, read: &Read) -> Result<Vec<Input>> {
        let mut inputs = Vec::new();
        for path in read.derivation.input_derivations.keys() {
            let mut input = Input {
                path: path.clone(),
                content: None,
                mentioned: None,
            };
            if let Some(one) = self.read(path)? {
                let outputs = one.derivation.outputs.values();
                input.mentioned = outputs
                    .clone()
                    .filter_map(Output::path)
                    .filter_map(|path| memchr::memmem::find(&read.text, path))
                    .min();
                input.content = outputs.clone().find_map(|output| match output {
                    Output::Fixed { path, .. } => Some(path.clone()),
                    _ => None,
                });
            }
            inputs.push(input);
        }
        Ok(inputs)
    }

    /// The content of a store object that is a text of some lines.
    pub fn text(&self, path: &[u8]) -> Option<String> {
        let place = self.place(path);
        let metadata = fs::symlink_metadata(&place).ok()?;
        if !metadata.is_file() || metadata.len() > MOST_TEXT {
            return None;
        }
        String::from_utf8(fs::read(place).ok()?).ok()
    }
}
