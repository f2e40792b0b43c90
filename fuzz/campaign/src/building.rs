//! The machine for an evaluation that may build what it reads: derivations in a store of the user are
//! built by an installed C++ Nix.

use std::{
    collections::{BTreeSet, HashSet},
    path::{Path, PathBuf},
};

use twinix_evaluator::{
    derivation::{
        aterm::parse,
        nar::archive,
        store_path::{HASH_LENGTH, StoreDir, is_derivation},
    },
    dialect::Dialect,
    formats::hash::{Algorithm, Format, digest},
    io::{FileKind, GitAnswer, Io, IoError, RealIo, StorePart},
};
use twinix_oracle::{
    build::{StoreObject, build},
    discover::discover,
    outcome::text_of_bytes,
};

/// The machine, with a store in which derivations are built.
pub struct Building {
    real: RealIo,
    root: PathBuf,
    store_dir: Vec<u8>,
}

impl Building {
    /// The machine, with the store below `root`.
    pub fn new(root: &Path, store_dir: &[u8]) -> Self {
        Self {
            real: RealIo::with_store(root.to_owned(), store_dir),
            root: root.to_owned(),
            store_dir: store_dir.to_vec(),
        }
    }

    /// A derivation and all objects that it needs, as Nix registers them.
    fn closure(&self, derivation: &[u8]) -> Result<Vec<StoreObject>, String> {
        let mut objects = Vec::new();
        let mut seen = HashSet::new();
        let mut work = vec![derivation.to_vec()];
        while let Some(path) = work.pop() {
            if !seen.insert(path.clone()) {
                continue;
            }
            let (object, references) = self.object(&path)?;
            objects.push(object);
            work.extend(references);
        }
        Ok(objects)
    }

    fn object(&self, path: &[u8]) -> Result<(StoreObject, BTreeSet<Vec<u8>>), String> {
        let shown = text_of_bytes(path);
        let nar = archive(&self.real, path, Vec::new(), false)
            .map_err(|error| format!("{shown}: {}", text_of_bytes(error.message())))?;
        let mut references = if is_derivation(path) {
            self.inputs(path)?
        } else {
            self.mentioned(&nar)?
        };
        references.remove(path);
        let object = StoreObject {
            path: shown,
            hash: digest(Algorithm::Sha256, &nar).print(Format::Base16, false),
            size: nar.len() as u64,
            references: references.iter().map(|path| text_of_bytes(path)).collect(),
        };
        Ok((object, references))
    }

    fn inputs(&self, path: &[u8]) -> Result<BTreeSet<Vec<u8>>, String> {
        let shown = text_of_bytes(path);
        let text = (self.real.read_file(path))
            .map_err(|error| format!("{shown}: {}", error.describe()))?;
        let store = StoreDir {
            directory: &self.store_dir,
            dialect: Dialect::default(),
        };
        let derivation = parse(store, &text).map_err(|error| format!("{shown}: {error}"))?;
        let mut inputs = derivation.input_sources;
        inputs.extend(derivation.input_derivations.into_keys());
        Ok(inputs)
    }

    /// The objects of the store whose hashes stand in an archive: what a text or source refers to.
    fn mentioned(&self, nar: &[u8]) -> Result<BTreeSet<Vec<u8>>, String> {
        let prefix = [self.store_dir.as_slice(), b"/"].concat();
        let mut hashes: HashSet<&[u8]> = HashSet::new();
        for at in memchr::memmem::find_iter(nar, &prefix) {
            hashes.extend(nar.get(at + prefix.len()..at + prefix.len() + HASH_LENGTH));
        }
        if hashes.is_empty() {
            return Ok(BTreeSet::new());
        }
        let store = [self.root.as_os_str().as_encoded_bytes(), &self.store_dir].concat();
        let entries = (self.real.read_dir(&store))
            .map_err(|error| format!("{}: {}", text_of_bytes(&store), error.describe()))?;
        Ok(entries
            .into_iter()
            .filter(|(name, _)| {
                name.get(..HASH_LENGTH)
                    .is_some_and(|hash| hashes.contains(hash))
            })
            .map(|(name, _)| [prefix.as_slice(), &name].concat())
            .collect())
    }
}

impl Io for Building {
    fn kind(&self, path: &[u8]) -> Result<FileKind, IoError> {
        self.real.kind(path)
    }

    fn read_file(&self, path: &[u8]) -> Result<Vec<u8>, IoError> {
        self.real.read_file(path)
    }

    fn read_dir(&self, path: &[u8]) -> Result<Vec<(Vec<u8>, FileKind)>, IoError> {
        self.real.read_dir(path)
    }

    fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, IoError> {
        self.real.read_link(path)
    }

    fn is_executable(&self, path: &[u8]) -> bool {
        self.real.is_executable(path)
    }

    fn modified(&self, path: &[u8]) -> Result<i64, IoError> {
        self.real.modified(path)
    }

    fn git(
        &self,
        directory: &[u8],
        arguments: &[&[u8]],
        input: Vec<u8>,
    ) -> Result<GitAnswer, IoError> {
        self.real.git(directory, arguments, input)
    }

    fn keeps_store(&self) -> bool {
        self.real.keeps_store()
    }

    fn add_to_store(&self, path: &[u8], part: StorePart<'_>) -> Result<(), IoError> {
        self.real.add_to_store(path, part)
    }

    fn build(&self, derivation: &[u8], output: &[u8]) -> Result<(), String> {
        // The newest: older ones fail where there is no build hook.
        let newest = (discover().oracles.into_iter())
            .max_by_key(|oracle| (oracle.dialect, oracle.name.clone()));
        let Some(nix) = newest else {
            return Err("no C++ Nix is installed to build it with".to_owned());
        };
        let objects = self.closure(derivation)?;
        let output = format!("{}!{}", text_of_bytes(derivation), text_of_bytes(output));
        build(&nix.launch, &self.root, &objects, &output).map_err(|error| error.to_string())
    }

    fn environment(&self, name: &[u8]) -> Option<Vec<u8>> {
        self.real.environment(name)
    }

    fn now(&self) -> i64 {
        self.real.now()
    }
}
