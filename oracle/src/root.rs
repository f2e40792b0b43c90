//! An oracle root: the packages of one Debian suite, unpacked side by side into one folder, and the
//! command that runs the `nix-instantiate` in it with the libraries in it.

use std::{
    ffi::{OsStr, OsString},
    fs,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
};

use thiserror::Error;

/// The command that starts an evaluator, up to its own flags.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// The executable: a root's dynamic loader, or `nix-instantiate` itself.
    pub program: PathBuf,
    /// What comes before the flags of `nix-instantiate`.
    pub arguments: Vec<OsString>,
    /// Variables that this installation needs.
    pub environment: Vec<(String, OsString)>,
    /// The folder that it is installed in, where it has one of its own.
    pub root: Option<PathBuf>,
}

impl Launch {
    /// A `nix-instantiate` that runs by itself.
    pub fn direct(program: impl Into<PathBuf>) -> Self {
        Self {
            program: program.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            root: None,
        }
    }

    /// The command for the `nix-instantiate` in an oracle root. It goes through the root's own dynamic
    /// loader, because the host's one cannot load the libraries of another release of glibc.
    pub fn of_root(root: &Path) -> Result<Self, BrokenRoot> {
        if !root.is_dir() {
            return Err(BrokenRoot::Missing(root.to_owned()));
        }
        let executable = root.join("usr/bin/nix-instantiate");
        if !executable.is_file() {
            return Err(BrokenRoot::NoNix(executable));
        }
        let folders = library_folders(root);
        let loader = folders
            .iter()
            .find_map(|folder| loader_in(folder, root))
            .ok_or_else(|| BrokenRoot::NoLoader(root.to_owned()))?;
        let mut library_path = OsString::new();
        for (index, folder) in folders.iter().enumerate() {
            if index > 0 {
                library_path.push(":");
            }
            library_path.push(folder);
        }
        // 2.3 reads <nix/…> from files, at a path that was fixed when it was built.
        let data = root.join("usr/share");
        let environment = if data.join("nix/corepkgs").is_dir() {
            vec![("NIX_DATA_DIR".to_owned(), data.into_os_string())]
        } else {
            Vec::new()
        };
        Ok(Self {
            program: loader,
            arguments: vec![
                "--library-path".into(),
                library_path,
                executable.into_os_string(),
            ],
            environment,
            root: Some(root.to_owned()),
        })
    }

    /// The same command where the installation is at another place; without a place of its own, it is
    /// where it is.
    #[must_use]
    pub(crate) fn moved_to(&self, place: &Path) -> Self {
        let Some(root) = &self.root else {
            return self.clone();
        };
        let moved = |word: &OsStr| replace(word, root.as_os_str(), place.as_os_str());
        Self {
            program: moved(self.program.as_os_str()).into(),
            arguments: self.arguments.iter().map(|word| moved(word)).collect(),
            environment: self
                .environment
                .iter()
                .map(|(name, value)| (name.clone(), moved(value)))
                .collect(),
            root: Some(place.to_owned()),
        }
    }

    /// The command for another program of the same installation.
    #[must_use]
    pub fn tool(&self, name: &str) -> Self {
        let mut launch = self.clone();
        let beside = |file: &Path| file.with_file_name(name);
        match (&self.root, launch.arguments.last_mut()) {
            (Some(_), Some(executable)) => *executable = beside(Path::new(executable)).into(),
            _ => launch.program = beside(&launch.program),
        }
        launch
    }

    /// The command that lists the libraries which the loader finds, instead of running anything.
    pub fn list_libraries(&self) -> Option<Self> {
        self.root.as_ref()?;
        let mut listing = self.clone();
        listing.arguments.insert(0, "--list".into());
        Some(listing)
    }
}

/// A word with every occurrence of a path replaced.
fn replace(word: &OsStr, path: &OsStr, by: &OsStr) -> OsString {
    let (mut rest, path) = (word.as_bytes(), path.as_bytes());
    let mut replaced = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix(path) {
            replaced.extend_from_slice(by.as_bytes());
            rest = after;
        } else {
            replaced.push(rest[0]);
            rest = &rest[1..];
        }
    }
    OsString::from_vec(replaced)
}

/// Why a folder is not a usable oracle root.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BrokenRoot {
    /// There is no such folder.
    #[error("there is no folder {}", .0.display())]
    Missing(PathBuf),
    /// Nix is not in it.
    #[error("{} is missing: the installation is incomplete", .0.display())]
    NoNix(PathBuf),
    /// The C library's loader is not in it.
    #[error("no dynamic loader (ld-linux-*.so.*) below {}: the package libc6 is missing", .0.display())]
    NoLoader(PathBuf),
}

/// The folders of a root that hold libraries. Roots of bookworm and older suites have `lib` beside
/// `usr/lib`; from trixie on there is only `usr/lib`. `lib64` is left out: its links are absolute and
/// lead to the host.
fn library_folders(root: &Path) -> Vec<PathBuf> {
    let mut folders = vec![root.join("usr/lib/nix")];
    for parent in ["usr/lib", "lib"] {
        let Ok(entries) = fs::read_dir(root.join(parent)) else {
            continue;
        };
        let mut triplets: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| {
                path.file_name()
                    .is_some_and(|name| name.to_string_lossy().contains("-linux-gnu"))
            })
            .collect();
        triplets.sort();
        folders.append(&mut triplets);
    }
    folders.retain(|folder| folder.is_dir());
    folders
}

/// The dynamic loader in a library folder: `ld-linux-x86-64.so.2`, in older suites a link to
/// `ld-2.31.so`. A link that leaves the root would run the host's loader.
fn loader_in(folder: &Path, root: &Path) -> Option<PathBuf> {
    let root = fs::canonicalize(root).ok()?;
    let mut candidates: Vec<PathBuf> = fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            name.is_some_and(|name| {
                name.starts_with("ld-linux") || (name.starts_with("ld-2.") && name.ends_with(".so"))
            })
        })
        .filter(|path| fs::canonicalize(path).is_ok_and(|path| path.starts_with(&root)))
        .collect();
    candidates.sort();
    candidates.pop()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    fn touch(root: &Path, path: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }

    #[test]
    fn a_merged_root_runs_through_its_loader() {
        let root = TempDir::new().unwrap();
        touch(root.path(), "usr/bin/nix-instantiate");
        touch(root.path(), "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
        let launch = Launch::of_root(root.path()).unwrap();
        assert!(
            launch
                .program
                .ends_with("usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2")
        );
        assert_eq!(launch.arguments.len(), 3);
        assert!(launch.environment.is_empty());
    }

    #[test]
    fn an_unmerged_root_of_2_3_gets_its_data_folder() {
        let root = TempDir::new().unwrap();
        touch(root.path(), "usr/bin/nix-instantiate");
        touch(root.path(), "usr/lib/nix/libnixexpr.so");
        touch(root.path(), "usr/lib/x86_64-linux-gnu/libgc.so.1");
        touch(root.path(), "lib/x86_64-linux-gnu/ld-2.31.so");
        touch(root.path(), "usr/share/nix/corepkgs/fetchurl.nix");
        let launch = Launch::of_root(root.path()).unwrap();
        assert!(launch.program.ends_with("lib/x86_64-linux-gnu/ld-2.31.so"));
        let path = launch.arguments[1].to_str().unwrap();
        assert_eq!(path.split(':').count(), 3);
        assert_eq!(launch.environment[0].0, "NIX_DATA_DIR");
    }

    #[test]
    fn a_moved_root_is_named_by_its_new_place_everywhere() {
        let root = TempDir::new().unwrap();
        touch(root.path(), "usr/bin/nix-instantiate");
        touch(root.path(), "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
        touch(root.path(), "usr/lib/nix/libnixexpr.so");
        touch(root.path(), "usr/share/nix/corepkgs/fetchurl.nix");
        let moved = Launch::of_root(root.path())
            .unwrap()
            .moved_to(Path::new("/o"));
        assert_eq!(
            moved.program,
            Path::new("/o/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2")
        );
        assert_eq!(
            moved.arguments,
            [
                "--library-path",
                "/o/usr/lib/nix:/o/usr/lib/x86_64-linux-gnu",
                "/o/usr/bin/nix-instantiate"
            ]
        );
        assert_eq!(moved.environment[0].1, "/o/usr/share");
    }

    #[test]
    fn a_link_out_of_the_root_is_no_loader() {
        let root = TempDir::new().unwrap();
        touch(root.path(), "usr/bin/nix-instantiate");
        let folder = root.path().join("lib/x86_64-linux-gnu");
        fs::create_dir_all(&folder).unwrap();
        symlink("/bin/sh", folder.join("ld-linux-x86-64.so.2")).unwrap();
        assert!(matches!(
            Launch::of_root(root.path()),
            Err(BrokenRoot::NoLoader(_))
        ));
    }

    #[test]
    fn what_is_missing_is_named() {
        let root = TempDir::new().unwrap();
        assert!(matches!(
            Launch::of_root(root.path()),
            Err(BrokenRoot::NoNix(_))
        ));
        let gone = root.path().join("gone");
        assert_eq!(Launch::of_root(&gone), Err(BrokenRoot::Missing(gone)));
    }
}
