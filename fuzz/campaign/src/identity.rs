//! What tells one executable from another: what an evaluator answered is only worth keeping while it is
//! the same evaluator.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};
use twinix_oracle::root::Launch;

/// Of this program.
///
/// # Errors
/// When it cannot read itself.
pub fn of_this_program() -> Result<String> {
    let file = env::current_exe().context("cannot find the program itself")?;
    of_files(&[file])
}

/// Of an installed C++ Nix: its executable and its libraries.
///
/// # Errors
/// When they cannot be read.
pub fn of_installed(launch: &Launch) -> Result<String> {
    let arguments = launch.arguments.iter().map(PathBuf::from);
    let mut files: Vec<PathBuf> = arguments.filter(|path| path.is_file()).collect();
    files.push(launch.program.clone());
    let folders = launch.arguments.iter().flat_map(env::split_paths);
    for folder in folders.filter(|path| path.is_dir()) {
        files.extend(libraries(&folder).with_context(|| folder.display().to_string())?);
    }
    of_files(&files)
}

/// Nix's own libraries in a folder.
fn libraries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_of_nix = path
            .file_name()
            .is_some_and(|name| name.as_encoded_bytes().starts_with(b"libnix"));
        if is_of_nix && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Of the files of which an evaluator is made.
///
/// # Errors
/// When they cannot be read.
pub fn of_files(files: &[PathBuf]) -> Result<String> {
    let mut hasher = blake3::Hasher::new();
    for file in files {
        let content = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        hasher.update(&(content.len() as u64).to_le_bytes());
        hasher.update(&content);
    }
    Ok(hasher.finalize().to_hex()[..16].to_owned())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn another_library_is_another_evaluator() {
        let folder = TempDir::new().unwrap();
        let file = |name: &str| folder.path().join(name);
        for name in ["loader", "nix-instantiate", "libnixexpr.so", "libc.so"] {
            fs::write(file(name), name).unwrap();
        }
        let launch = Launch {
            arguments: vec![
                "--library-path".into(),
                folder.path().into(),
                file("nix-instantiate").into(),
            ],
            ..Launch::direct(file("loader"))
        };
        let identity = of_installed(&launch).unwrap();
        fs::write(file("libc.so"), "other").unwrap();
        assert_eq!(of_installed(&launch).unwrap(), identity);
        fs::write(file("libnixexpr.so"), "other").unwrap();
        assert_ne!(of_installed(&launch).unwrap(), identity);
    }
}
