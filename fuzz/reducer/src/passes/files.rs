//! Programs that are trees of files: drops files, puts their content in the place of an import, and
//! gives them short names.

use std::path::{Component, Path, PathBuf};

use rnix::{SyntaxKind::*, SyntaxNode};

use super::{Found, drop::runs};
use crate::{
    edit::{Splice, spliced},
    source::{Source, Unit},
    syntax::{Level, bare, fitted, is_expression, level, parse, range},
};

/// Drops files.
pub(super) fn drop(source: &Source, found: &mut Found<'_>) {
    let paths: Vec<&PathBuf> = source.files.keys().collect();
    for run in runs(paths.len()) {
        let mut fewer = source.clone();
        for path in paths.iter().skip(run.start).take(run.len()) {
            fewer.files.remove(*path);
        }
        found.whole(source, fewer);
    }
}

/// The path of a file beside the program that a relative path names, seen from one of its files.
fn resolved(unit: &Unit, path: &str) -> Option<PathBuf> {
    let folder = unit
        .as_deref()
        .and_then(Path::parent)
        .unwrap_or(Path::new(""));
    let mut resolved = PathBuf::new();
    for part in folder.join(path).components() {
        match part {
            Component::Normal(name) => resolved.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !resolved.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(resolved)
}

/// Puts the content of a file in the place of an import of it, and drops the file.
pub(super) fn inline_imports(source: &Source, found: &mut Found<'_>) {
    for unit in source.units() {
        let Some(text) = source.nix(&unit) else {
            continue;
        };
        let (root, _) = parse(text);
        for node in root.descendants() {
            if let Some((path, content)) = imported(source, &unit, &node) {
                let (inner, _) = parse(&content);
                let held = inner.children().find(is_expression).map(|it| bare(&it));
                let level = held.and_then(|it| level(it.kind())).unwrap_or(Level::Open);
                let splice = Splice {
                    range: range(&node),
                    text: fitted(content.trim(), level, &node),
                };
                let Some(bytes) = spliced(text.as_bytes(), &[splice]) else {
                    continue;
                };
                let mut merged = source.clone();
                merged.set(&unit, bytes);
                let mut dropped = merged.clone();
                dropped.files.remove(&path);
                found.whole(source, dropped);
                found.whole(source, merged);
            }
        }
    }
}

/// The file that a call of `import` reads, and what is in it.
fn imported(source: &Source, unit: &Unit, node: &SyntaxNode) -> Option<(PathBuf, String)> {
    if node.kind() != NODE_APPLY {
        return None;
    }
    let parts: Vec<SyntaxNode> = node.children().filter(is_expression).collect();
    let [function, argument] = parts.as_slice() else {
        return None;
    };
    let argument = bare(argument);
    if function.text() != "import" || argument.kind() != NODE_PATH_REL {
        return None;
    }
    let path = resolved(unit, &argument.text().to_string())?;
    let path = if source.files.contains_key(&path) {
        path
    } else {
        path.join("default.nix")
    };
    let content = source.files.get(&path)?;
    let content = std::str::from_utf8(content).ok()?.to_owned();
    Some((path, content))
}

/// Gives files short names beside the program.
pub(super) fn rename(source: &Source, found: &mut Found<'_>) {
    for path in source.files.keys() {
        let extension = path.extension().and_then(|it| it.to_str());
        let target = ('a'..='z')
            .map(|letter| match extension {
                Some(extension) => PathBuf::from(format!("{letter}.{extension}")),
                None => PathBuf::from(letter.to_string()),
            })
            .find(|it| !source.files.contains_key(it));
        let (Some(target), Some(old)) = (target, path.to_str()) else {
            continue;
        };
        let is_simpler =
            (target.as_os_str().len(), target.as_path()) < (path.as_os_str().len(), path.as_path());
        if !is_simpler {
            continue;
        }
        let new = target.display().to_string();
        let mut renamed = source.clone();
        for unit in source.units() {
            if let Ok(text) = std::str::from_utf8(source.bytes(&unit)) {
                renamed.set(&unit, text.replace(old, &new).into_bytes());
            }
        }
        if let Some(content) = renamed.files.remove(path) {
            renamed.files.insert(target, content);
        }
        found.whole(source, renamed);
    }
}
