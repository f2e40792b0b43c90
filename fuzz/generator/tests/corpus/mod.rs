//! The programs of the corpus, for tests that take each of them.

use std::{fs, path::Path};

use twinix_generator::{
    Config,
    choices::{Choices, Stream},
    generate,
};
use walkdir::WalkDir;

mod precarious;

/// One program with the files beside it.
pub struct Seed {
    /// Its path from the folder of seeds, or where else it comes from.
    pub name: String,
    /// Its text.
    pub text: String,
    /// The other files of its folder, by their paths from there.
    pub siblings: Vec<(String, Vec<u8>)>,
    /// The experimental features that it wants.
    pub features: Vec<String>,
}

/// All programs of the corpus that are UTF-8 and evaluated without flags, in order.
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
        let header = |key| Some(text.lines().next()?.strip_prefix(key)?.to_owned());
        if header("# flags:").is_some() || header("# instantiate:").is_some() {
            continue;
        }
        let features = header("# features:").unwrap_or_default();
        let features = features.split_whitespace().map(str::to_owned).collect();
        let siblings = match (entry.depth(), entry.path().parent()) {
            (3, Some(folder)) => beside(folder),
            _ => Vec::new(),
        };
        let name = entry.path().strip_prefix(&root).unwrap_or(entry.path());
        seeds.push(Seed {
            name: name.display().to_string(),
            text,
            siblings,
            features,
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

/// Programs that tell much by their outcome.
pub fn precarious() -> Vec<Seed> {
    precarious::PROGRAMS
        .iter()
        .enumerate()
        .map(|(number, text)| Seed {
            name: format!("precarious {number}"),
            text: (*text).to_owned(),
            siblings: Vec::new(),
            features: Vec::new(),
        })
        .collect()
}

/// Programs of the generator that are UTF-8.
pub fn generated(count: u64) -> Vec<Seed> {
    let config = Config::default();
    (0..count)
        .filter_map(|seed| {
            let program = generate(seed, &config);
            let files = program.files.into_iter();
            Some(Seed {
                name: format!("generated {seed}"),
                text: String::from_utf8(program.text).ok()?,
                siblings: files
                    .map(|(path, content)| (path.display().to_string(), content))
                    .collect(),
                features: program.features,
            })
        })
        .collect()
}

/// Bytes that a seed decides.
pub fn bytes(seed: u64, count: usize) -> Vec<u8> {
    let mut stream = Stream::new(seed);
    (0..count)
        .map(|_| u8::try_from(stream.below(256)).unwrap_or(0))
        .collect()
}
