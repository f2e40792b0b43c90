//! The programs that the user gives to a campaign: they are its first items, and what is new about them
//! is kept and changed further.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use walkdir::WalkDir;

use super::item::{Hash, Source};
use crate::{header, programs};

/// The largest program that is taken, files beside it included.
const LARGEST: usize = 256 << 10;

/// The programs in folders and files, by path; programs that are too large are left out.
///
/// # Errors
/// When one cannot be read.
pub fn read(places: &[PathBuf]) -> Result<Vec<Source>> {
    let mut given = Vec::new();
    for place in places {
        let named = || place.display().to_string();
        let files = if place.is_dir() {
            programs::in_folder(place).with_context(named)?
        } else {
            vec![place.clone()]
        };
        for file in files {
            let source = source(&file).with_context(|| file.display().to_string())?;
            if source.size() <= LARGEST {
                given.push(source);
            }
        }
    }
    Ok(given)
}

/// The program in a file. Where it is the `default.nix` of a folder, what lies beside it goes with it.
fn source(file: &Path) -> Result<Source> {
    let text = fs::read(file)?;
    let asked = header::settings(&text).unwrap_or_default();
    let mut files = BTreeMap::new();
    let folder = file.parent().filter(|_| file.ends_with("default.nix"));
    if let Some(folder) = folder {
        for entry in WalkDir::new(folder).sort_by_file_name() {
            let entry = entry?;
            let relative = entry.path().strip_prefix(folder)?;
            if entry.file_type().is_file() && relative != Path::new("default.nix") {
                files.insert(relative.to_owned(), fs::read(entry.path())?);
            }
        }
    }
    Ok(Source {
        text,
        files,
        features: asked.features,
    })
}

/// What tells one set of programs from another.
pub fn hash(given: &[Source]) -> Hash {
    let mut hasher = blake3::Hasher::new();
    for source in given {
        hasher.update(&source.hash().0);
    }
    Hash::of(&hasher)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn a_folder_with_a_default_is_one_program_with_files() {
        let folder = TempDir::new().unwrap();
        for (name, text) in [
            ("a.nix", "# features: flakes\n1"),
            ("b/default.nix", "import ./x/y.nix"),
            ("b/x/y.nix", "2"),
        ] {
            let file = folder.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let given = read(&[folder.path().to_owned()]).unwrap();
        assert_eq!(given.len(), 2);
        assert_eq!(given[0].features, ["flakes"]);
        assert_eq!(given[1].files[Path::new("x/y.nix")], b"2");
        assert_ne!(hash(&given), hash(&given[1..]));
    }
}
