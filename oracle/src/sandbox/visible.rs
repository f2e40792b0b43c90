//! What a program sees of this machine, for evaluators that are not processes: they have to give the
//! outcome of one that is shut in.

use std::{
    fs, io,
    path::{Component, Path, PathBuf},
};

use super::STORE;
use crate::{program::ROOT, settings::Settings};

/// More links than this, one after the other, are a circle.
const MOST_LINKS: usize = 40;

/// What stands at a path, inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen {
    /// This file or folder of the machine, if it exists.
    Real(PathBuf),
    /// A folder that can be walked through, but not listed (`Permission denied`).
    Passage,
    /// Nothing.
    Nothing,
    /// A circle of symbolic links.
    Circle,
}

/// The visible parts of the machine.
#[derive(Debug, Clone, Default)]
pub struct Visible {
    /// Where it is inside, and where it really is.
    trees: Vec<(PathBuf, PathBuf)>,
}

impl Visible {
    /// A program's folder, as `/pwd`, and what the settings make visible beside it.
    pub fn around(folder: &Path, settings: &Settings) -> Self {
        let mut visible = Self::beside(settings);
        visible.trees.push((PathBuf::from(ROOT), folder.to_owned()));
        visible
    }

    /// What the settings make visible, without a program.
    pub fn beside(settings: &Settings) -> Self {
        let trees = extra(settings).into_iter();
        Self {
            trees: trees.map(|path| (path.clone(), path)).collect(),
        }
    }

    /// What stands at an absolute path; a symbolic link at its end is followed or not, all others are,
    /// and lead to what is visible only.
    pub fn look(&self, path: &Path, follow: bool) -> Seen {
        let mut links = 0;
        let mut rest: Vec<PathBuf> = parts(path);
        let mut at = PathBuf::from("/");
        while let Some(part) = rest.pop() {
            if part == Path::new("..") {
                if let Some(real) = self.real(&at)
                    && !real.is_dir()
                {
                    // The machine itself says what is wrong with it.
                    return Seen::Real(real.join(".."));
                }
                at.pop();
                continue;
            }
            at.push(part);
            let Some(real) = self.real(&at) else {
                continue;
            };
            if rest.is_empty() && !follow {
                break;
            }
            if let Ok(target) = fs::read_link(&real) {
                links += 1;
                if links > MOST_LINKS {
                    return Seen::Circle;
                }
                at.pop();
                if target.is_absolute() {
                    at = PathBuf::from("/");
                }
                rest.extend(parts(&target));
            }
        }
        match self.real(&at) {
            Some(real) => Seen::Real(real),
            None if self.is_passage(&at) => Seen::Passage,
            None => Seen::Nothing,
        }
    }

    fn is_passage(&self, at: &Path) -> bool {
        let mut trees = self.trees.iter().map(|(tree, _)| tree.as_path());
        Path::new(STORE).starts_with(at) || trees.any(|tree| tree.starts_with(at))
    }

    /// Where something of a visible tree really is.
    fn real(&self, at: &Path) -> Option<PathBuf> {
        // The innermost tree: one may be mounted in another.
        let (tree, real) = self
            .trees
            .iter()
            .filter(|(tree, _)| at.starts_with(tree))
            .max_by_key(|(tree, _)| tree.as_os_str().len())?;
        let below = at.strip_prefix(tree).ok()?;
        Some(if below.as_os_str().is_empty() {
            real.clone()
        } else {
            real.join(below)
        })
    }
}

/// The components of a path, the last one first.
fn parts(path: &Path) -> Vec<PathBuf> {
    let mut parts: Vec<PathBuf> = path
        .components()
        .filter(|part| matches!(part, Component::Normal(_) | Component::ParentDir))
        .map(|part| PathBuf::from(part.as_os_str()))
        .collect();
    parts.reverse();
    parts
}

/// What the settings make visible beside the program: what they say, and absolute paths that are
/// searched for `<x>`.
pub(crate) fn extra(settings: &Settings) -> Vec<PathBuf> {
    let mut searched: Vec<&str> = settings.nix_path.split(':').collect();
    let mut flags = settings.flags.iter().map(String::as_str);
    while let Some(flag) = flags.next() {
        match flag.strip_prefix("-I") {
            Some("") => searched.extend(flags.next()),
            Some(entry) => searched.push(entry),
            None => {}
        }
    }
    let mut extra = settings.visible.clone();
    extra.extend(
        searched
            .into_iter()
            .map(|entry| entry.split_once('=').map_or(entry, |(_, path)| path))
            .map(PathBuf::from),
    );
    extra.retain(|path| is_usable(path).is_ok_and(|usable| usable));
    extra.sort();
    extra.dedup();
    extra
}

/// Whether a path can be made visible under its own name: the folders above it come before it.
fn is_usable(path: &Path) -> io::Result<bool> {
    Ok(path.is_absolute() && path != Path::new("/") && fs::canonicalize(path)? == path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;
    use tempfile::TempDir;

    #[test]
    fn only_the_programs_folder_is_there() {
        let folder = TempDir::new().unwrap();
        let root = folder.path();
        let visible = Visible::around(root, &Settings::default());
        let look = |path| visible.look(Path::new(path), true);
        assert_eq!(look("/pwd"), Seen::Real(root.to_owned()));
        assert_eq!(look("/pwd/a/b"), Seen::Real(root.join("a/b")));
        assert_eq!(look("/pwd/../pwd/./a"), Seen::Real(root.join("a")));
        assert_eq!(look("/"), Seen::Passage);
        assert_eq!(look("/etc/passwd"), Seen::Nothing);
        assert_eq!(look("/pwdx"), Seen::Nothing);
        assert_eq!(look("/nix/store"), Seen::Passage);
        assert_eq!(look("/nix/store/x"), Seen::Nothing);
    }

    #[test]
    fn only_a_folder_has_one_above_it() {
        let folder = TempDir::new().unwrap();
        let root = folder.path();
        fs::write(root.join("file"), "").unwrap();
        symlink("file", root.join("link")).unwrap();
        let visible = Visible::around(root, &Settings::default());
        for name in ["file", "link", "nothing"] {
            let at = format!("/pwd/{name}/../file");
            let Seen::Real(real) = visible.look(Path::new(&at), true) else {
                panic!("{at} is in the folder");
            };
            assert!(fs::metadata(&real).is_err(), "{at}");
        }
    }

    #[test]
    fn a_link_leads_out_of_nothing() {
        let folder = TempDir::new().unwrap();
        let root = folder.path();
        symlink("/etc", root.join("out")).unwrap();
        symlink("in", root.join("back")).unwrap();
        symlink("/pwd/in", root.join("here")).unwrap();
        symlink("circle", root.join("circle")).unwrap();
        let visible = Visible::around(root, &Settings::default());
        let look = |path| visible.look(Path::new(path), true);
        assert_eq!(look("/pwd/out"), Seen::Nothing);
        assert_eq!(look("/pwd/out/passwd"), Seen::Nothing);
        assert_eq!(look("/pwd/back"), Seen::Real(root.join("in")));
        assert_eq!(look("/pwd/here/x"), Seen::Real(root.join("in/x")));
        assert_eq!(look("/pwd/circle"), Seen::Circle);
        let link = visible.look(Path::new("/pwd/out"), false);
        assert_eq!(link, Seen::Real(root.join("out")));
    }

    #[test]
    fn what_is_searched_is_visible_under_its_own_name() {
        let folder = TempDir::new().unwrap();
        let other = fs::canonicalize(folder.path()).unwrap();
        let settings = Settings {
            flags: vec!["-I".to_owned(), format!("x={}", other.display())],
            ..Settings::default()
        };
        let visible = Visible::around(Path::new("/nowhere"), &settings);
        assert_eq!(
            visible.look(&other.join("y"), true),
            Seen::Real(other.join("y"))
        );
        let above = other.parent().unwrap();
        assert_eq!(visible.look(above, true), Seen::Passage);
    }
}
