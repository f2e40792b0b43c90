//! The programs of the corpus, for tests that take each of them.

use std::{fs, path::Path};

use walkdir::WalkDir;

/// One program with the files beside it.
pub struct Seed {
    /// Its path from the folder of seeds.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The other files of its folder, by their paths from there.
    pub siblings: Vec<(String, Vec<u8>)>,
}

impl Seed {
    /// What its first line says after a key such as `# features:`.
    pub fn header(&self, key: &str) -> Option<Vec<String>> {
        let words = self.text.lines().next()?.strip_prefix(key)?;
        Some(words.split_whitespace().map(str::to_owned).collect())
    }
}

/// All programs of the corpus that are UTF-8, in order.
pub fn seeds() -> Vec<Seed> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/seeds");
    let mut seeds = Vec::new();
    let walk = WalkDir::new(&root)
        .min_depth(2)
        .max_depth(3)
        .sort_by_file_name();
    for entry in walk.into_iter().filter_map(Result::ok) {
        let is_program = match entry.depth() {
            2 => entry.path().extension().is_some_and(|ext| ext == "nix"),
            _ => entry.file_name() == "default.nix",
        };
        let (true, Ok(text)) = (
            is_program && entry.file_type().is_file(),
            fs::read_to_string(entry.path()),
        ) else {
            continue;
        };
        let siblings = match (entry.depth(), entry.path().parent()) {
            (3, Some(folder)) => beside(folder),
            _ => Vec::new(),
        };
        let name = entry.path().strip_prefix(&root).unwrap_or(entry.path());
        seeds.push(Seed {
            name: name.display().to_string(),
            text,
            siblings,
        });
    }
    seeds
}

fn beside(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = WalkDir::new(folder)
        .min_depth(1)
        .into_iter()
        .filter_map(Result::ok);
    files
        .filter(|file| file.file_type().is_file() && file.path() != folder.join("default.nix"))
        .filter_map(|file| {
            let path = file.path().strip_prefix(folder).ok()?;
            Some((path.to_str()?.to_owned(), fs::read(file.path()).ok()?))
        })
        .collect()
}

/// Bytes that a seed decides.
pub fn bytes(seed: u64, count: usize) -> Vec<u8> {
    let mut stream = twinix_generator::choices::Stream::new(seed);
    (0..count)
        .map(|_| {
            let byte = twinix_generator::choices::Choices::below(&mut stream, 256);
            u8::try_from(byte).unwrap_or(0)
        })
        .collect()
}
