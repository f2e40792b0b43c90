//! What an installed C++ Nix is made of: all files that can change what it answers. Who remembers answers has to know
//! when one of them is another one; a library that only some programs reach counts as much as the evaluator itself.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
};

use walkdir::WalkDir;

use crate::{
    root::Launch,
    sandbox::{self, tools},
};

/// What lies among the libraries and is no part of the evaluator: the parts of Perl, a third of all files.
const FOREIGN: [&str; 3] = ["perl", "perl-base", "perl5"];

/// What is at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// That of this file.
    File(PathBuf),
    /// A symbolic link that leads there.
    Link(PathBuf),
}

/// The parts, each under a name that is the same on every machine where the installation has a folder of its own.
pub type Parts = BTreeMap<PathBuf, Content>;

/// The parts of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// Its files.
    pub parts: Parts,
    /// Whether these are all: nothing tells what a script starts.
    pub is_whole: bool,
}

impl Installation {
    /// Looks at what a command starts, loads and reads.
    ///
    /// # Errors
    /// When a folder of it cannot be read.
    pub fn of(launch: &Launch) -> io::Result<Self> {
        let mut folders: Vec<PathBuf> = Vec::new();
        let mut files = vec![launch.program.clone()];
        for word in &launch.arguments {
            let paths = std::env::split_paths(word);
            folders.extend(paths.filter(|path| path.is_dir()));
            files.extend(Some(PathBuf::from(word)).filter(|path| path.is_file()));
        }
        let data = launch.environment.iter();
        folders.extend(data.map(|(_, data)| Path::new(data).join("nix")));
        let mut is_whole = true;
        if launch.root.is_none() && launch.arguments.is_empty() {
            let libraries = tools::libraries(&launch.program);
            is_whole = !libraries.is_empty();
            files.extend(libraries);
            folders.extend(data_beside(&launch.program));
        }
        folders.retain(|folder| folder.is_dir());
        let mut parts = Parts::new();
        let name = |path: &Path| match &launch.root {
            Some(root) => path.strip_prefix(root).unwrap_or(path).to_owned(),
            None => path.to_owned(),
        };
        for folder in &folders {
            for (path, content) in below(folder)? {
                parts.insert(name(&path), content);
            }
        }
        for file in files {
            parts.insert(name(&file), Content::File(file));
        }
        Ok(Self { parts, is_whole })
    }
}

/// The programs of this machine that evaluators find where derivations are instantiated, with all that belongs to them;
/// none where evaluators are not shut in.
///
/// # Errors
/// When a folder of them cannot be read.
pub fn tools() -> io::Result<Parts> {
    let mut parts = Parts::new();
    if sandbox::refusal().is_some() {
        return Ok(parts);
    }
    for path in tools::visible() {
        if path.is_dir() {
            parts.extend(below(path)?);
        } else {
            parts.insert(path.clone(), Content::File(path.clone()));
        }
    }
    Ok(parts)
}

/// What 2.3 reads `<nix/…>` from, where it was installed beside this executable.
fn data_beside(program: &Path) -> Option<PathBuf> {
    let program = program.canonicalize().ok()?;
    Some(program.parent()?.parent()?.join("share/nix"))
}

/// All files below a folder that count, and links to where they lead.
fn below(folder: &Path) -> io::Result<Parts> {
    let mut parts = Parts::new();
    let is_foreign = |name: &OsStr| FOREIGN.iter().any(|foreign| name == *foreign);
    let walk = WalkDir::new(folder).into_iter();
    for entry in walk.filter_entry(|entry| !is_foreign(entry.file_name())) {
        let entry = entry?;
        let (kind, path) = (entry.file_type(), entry.path());
        if kind.is_symlink() {
            let target = fs::read_link(path)?;
            // A library may be in a folder of its own. One that leads to the root leads nowhere, inside.
            let is_far = target.parent().is_some_and(|above| above != Path::new(""));
            let content = match is_far && target.is_relative() && path.is_file() {
                true => Content::File(path.to_owned()),
                false => Content::Link(target),
            };
            parts.insert(path.to_owned(), content);
        } else if kind.is_file() {
            parts.insert(path.to_owned(), Content::File(path.to_owned()));
        }
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn names(parts: &Parts) -> Vec<&str> {
        parts.keys().map(|path| path.to_str().unwrap()).collect()
    }

    #[test]
    fn an_installation_is_its_libraries_its_data_and_where_links_lead() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let write = |path: &str| {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        };
        write("usr/bin/nix-instantiate");
        write("usr/bin/nix-store");
        write("usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2");
        write("usr/lib/x86_64-linux-gnu/gconv/UTF-16.so");
        write("usr/lib/x86_64-linux-gnu/perl/5.40/x.so");
        write("usr/lib/llvm/libLLVM.so");
        write("usr/share/nix/corepkgs/derivation.nix");
        write("usr/share/doc/x");
        let link = |name| root.join("usr/lib/x86_64-linux-gnu").join(name);
        symlink("../llvm/libLLVM.so", link("libLLVM.so.1")).unwrap();
        symlink("libx.so.1", link("libx.so")).unwrap();
        let installation = Installation::of(&Launch::of_root(root).unwrap()).unwrap();
        assert!(installation.is_whole);
        let parts = &installation.parts;
        assert_eq!(
            names(parts),
            [
                "usr/bin/nix-instantiate",
                "usr/lib/x86_64-linux-gnu/gconv/UTF-16.so",
                "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
                "usr/lib/x86_64-linux-gnu/libLLVM.so.1",
                "usr/lib/x86_64-linux-gnu/libx.so",
                "usr/share/nix/corepkgs/derivation.nix",
            ]
        );
        let at = |name: &str| &parts[&PathBuf::from("usr/lib/x86_64-linux-gnu").join(name)];
        assert_eq!(*at("libx.so"), Content::Link("libx.so.1".into()));
        assert_eq!(*at("libLLVM.so.1"), Content::File(link("libLLVM.so.1")));
    }

    #[test]
    fn one_of_the_search_path_is_what_its_loader_loads() {
        let installation = Installation::of(&Launch::direct("/bin/sh")).unwrap();
        assert!(installation.is_whole);
        let names = names(&installation.parts);
        let has = |part: &str| names.iter().any(|name| name.contains(part));
        assert!(has("/bin/sh") && has("libc.so"), "{names:?}");
    }

    #[test]
    fn what_a_script_starts_is_not_known() {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("nix-instantiate");
        fs::write(&script, "exec /bin/true").unwrap();
        let installation = Installation::of(&Launch::direct(&script)).unwrap();
        assert!(!installation.is_whole);
        assert_eq!(names(&installation.parts), [script.to_str().unwrap()]);
    }
}
