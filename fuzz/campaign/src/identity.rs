//! What tells one executable from another: what an evaluator answered is only worth keeping while it is
//! the same evaluator.

use std::{
    env,
    fs::File,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use anyhow::{Context, Result};
use blake3::{Hash, Hasher};
use rayon::prelude::*;
use twinix_oracle::{
    parts::{self, Content, Installation, Parts},
    root::Launch,
    sandbox,
};

use crate::progress::say;

/// Of this program.
///
/// # Errors
/// When it cannot read itself.
pub fn of_this_program() -> Result<String> {
    let file = env::current_exe().context("cannot find the program itself")?;
    of_files(&[file])
}

/// Of an installed C++ Nix: all that it can load and read, the programs of this machine that it can start, and whether
/// it is shut in.
///
/// # Errors
/// When they cannot be read.
pub fn of_installed(launch: &Launch) -> Result<String> {
    let named = || format!("cannot look through {}", launch.program.display());
    let installation = Installation::of(launch).with_context(named)?;
    if !installation.is_whole {
        say(&format!(
            "warning: nothing tells which libraries {} loads (it is a script, or was linked statically): answers that \
             are remembered are told apart by this file alone, so give another --db after an update of Nix",
            launch.program.display()
        ));
    }
    let mut hasher = Hasher::new();
    hasher.update(of_parts(&installation.parts)?.as_bytes());
    hasher.update(&[u8::from(sandbox::refusal().is_none())]);
    // Who has no folder of its own finds no programs.
    if launch.root.is_some() {
        hasher.update(of_tools()?.as_bytes());
    }
    Ok(short(&hasher))
}

/// Of what every installation finds of this machine; it is looked at once.
fn of_tools() -> Result<Hash> {
    static TOOLS: OnceLock<Hash> = OnceLock::new();
    if let Some(tools) = TOOLS.get() {
        return Ok(*tools);
    }
    let tools = parts::tools().context("cannot look through git and its parts")?;
    let tools = of_parts(&tools)?;
    Ok(*TOOLS.get_or_init(|| tools))
}

fn of_parts(parts: &Parts) -> Result<Hash> {
    let hashes: Vec<Hash> = parts
        .par_iter()
        .map(|(_, content)| match content {
            Content::File(file) => of_file(file),
            Content::Link(target) => Ok(blake3::hash(target.as_os_str().as_bytes())),
        })
        .collect::<Result<_>>()?;
    let mut hasher = Hasher::new();
    for ((name, content), hash) in parts.iter().zip(hashes) {
        let name = name.as_os_str().as_bytes();
        hasher.update(&(name.len() as u64).to_le_bytes());
        hasher.update(name);
        hasher.update(&[u8::from(matches!(content, Content::Link(_)))]);
        hasher.update(hash.as_bytes());
    }
    Ok(hasher.finalize())
}

/// Of the files of which an evaluator is made.
///
/// # Errors
/// When they cannot be read.
pub fn of_files(files: &[PathBuf]) -> Result<String> {
    let mut hasher = Hasher::new();
    for file in files {
        hasher.update(of_file(file)?.as_bytes());
    }
    Ok(short(&hasher))
}

fn of_file(file: &Path) -> Result<Hash> {
    let named = || format!("cannot read {}", file.display());
    let mut hasher = Hasher::new();
    let content = File::open(file).with_context(named)?;
    hasher.update_reader(content).with_context(named)?;
    Ok(hasher.finalize())
}

fn short(hasher: &Hasher) -> String {
    hasher.finalize().to_hex()[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, time::Instant};

    use tempfile::TempDir;
    use twinix_oracle::discover::discover;

    use super::*;

    #[test]
    fn another_library_or_other_data_is_another_evaluator() {
        let folder = TempDir::new().unwrap();
        let write = |path: &str, content: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        };
        let files = [
            "usr/bin/nix-instantiate",
            "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
            "usr/lib/x86_64-linux-gnu/libnixexpr.so",
            "usr/lib/x86_64-linux-gnu/libc.so.6",
            "usr/lib/x86_64-linux-gnu/gconv/UTF-16.so",
            "usr/share/nix/corepkgs/derivation.nix",
        ];
        for file in files {
            write(file, file);
        }
        let identity = || of_installed(&Launch::of_root(folder.path()).unwrap()).unwrap();
        let mut seen = vec![identity()];
        assert_eq!(identity(), seen[0]);
        for file in files {
            write(file, "other");
            let other = identity();
            assert!(!seen.contains(&other), "{file}");
            seen.push(other);
        }
        // What it does not read is nothing to it.
        write("usr/share/doc/nix/changelog", "x");
        assert!(seen.ends_with(&[identity()]));
    }

    #[test]
    fn an_installation_is_the_same_wherever_it_is() {
        let folder = TempDir::new().unwrap();
        let identity = |name: &str| {
            let root = folder.path().join(name);
            for file in [
                "usr/bin/nix-instantiate",
                "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
            ] {
                let file = root.join(file);
                fs::create_dir_all(file.parent().unwrap()).unwrap();
                fs::write(file, "x").unwrap();
            }
            of_installed(&Launch::of_root(&root).unwrap()).unwrap()
        };
        assert_eq!(identity("here"), identity("there"));
    }

    /// Says what it costs at the start of every campaign.
    #[test]
    fn installed_releases_are_told_apart() {
        let oracles = discover().oracles;
        let began = Instant::now();
        let identities: BTreeSet<String> = oracles
            .iter()
            .map(|oracle| of_installed(&oracle.launch).unwrap())
            .collect();
        println!("{} releases in {:?}", oracles.len(), began.elapsed());
        let names: BTreeSet<&str> = oracles.iter().map(|oracle| oracle.name.as_str()).collect();
        assert!(identities.len() >= names.len(), "{identities:?}");
    }
}
