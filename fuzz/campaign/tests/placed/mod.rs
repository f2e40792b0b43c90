//! A folder with programs in it, and the command line there, without C++ Nix.

use std::{fs, path::Path};

use assert_cmd::Command;
use tempfile::TempDir;

/// A folder with these programs in `corpus`.
pub fn folder(programs: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in programs {
        let file = folder.path().join("corpus").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    folder
}

/// `twinix` in a folder, where no release is installed.
pub fn twinix(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("twinix").unwrap();
    command
        .current_dir(folder)
        .env("TWINIX_ORACLES", folder.join("no-oracles"));
    command
}
