//! Programs that are trees of files: drops files, puts their content in the place of an import, and
//! gives them short names.

use std::path::{Component, Path, PathBuf};

use rnix::{SyntaxKind::*, SyntaxNode};

use super::{Found, drop::runs};
use crate::{
    bytes::text_of,
    edit::{Splice, spliced},
    source::{Source, Unit, is_nix},
    syntax::{
        Level, atom, attribute_name, attributes, bare, fitted, is_expression, level, parse, range,
    },
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
            let Some(import) = imported(source, &unit, &node) else {
                continue;
            };
            for (content, level) in import.contents() {
                let splice = Splice {
                    range: range(&node),
                    text: fitted(&content, level, &node),
                };
                let Some(bytes) = spliced(text.as_bytes(), &[splice]) else {
                    continue;
                };
                let mut merged = source.clone();
                merged.set(&unit, bytes);
                let mut dropped = merged.clone();
                dropped.files.remove(&import.path);
                found.whole(source, dropped);
                found.whole(source, merged);
            }
        }
    }
}

/// An import, and what it reads.
struct Import {
    path: PathBuf,
    content: String,
    /// The names that `scopedImport` gives, as an expression.
    scope: Option<String>,
}

impl Import {
    /// What can stand in its place.
    fn contents(&self) -> Vec<(String, Level)> {
        let (inner, _) = parse(&self.content);
        let held = inner.children().find(is_expression).map(|it| bare(&it));
        let plain = held.and_then(|it| level(it.kind())).unwrap_or(Level::Open);
        let content = self.content.trim();
        let mut contents = vec![(content.to_owned(), plain)];
        if let Some(scope) = &self.scope {
            contents.push((format!("with {scope}; {content}"), Level::Open));
        }
        contents
    }
}

/// The file that a call of `import` or `scopedImport` reads, and what is in it.
fn imported(source: &Source, unit: &Unit, node: &SyntaxNode) -> Option<Import> {
    let (function, argument) = called(node)?;
    let scope = if is_builtin(&function, "import") {
        None
    } else {
        let (function, scope) = called(&function)?;
        if !is_builtin(&function, "scopedImport") {
            return None;
        }
        Some(atom(&scope))
    };
    let argument = bare(&argument);
    if argument.kind() != NODE_PATH_REL {
        return None;
    }
    let path = resolved(unit, &argument.text().to_string())?;
    let path = if source.files.contains_key(&path) {
        path
    } else {
        path.join("default.nix")
    };
    let content = source.files.get(&path)?;
    let content = if is_nix(&path) {
        std::str::from_utf8(content).ok()?.to_owned()
    } else {
        text_of(content)
    };
    Some(Import {
        path,
        content,
        scope,
    })
}

/// The function and the argument of a call.
fn called(node: &SyntaxNode) -> Option<(SyntaxNode, SyntaxNode)> {
    let node = bare(node);
    if node.kind() != NODE_APPLY {
        return None;
    }
    let mut parts = node.children().filter(is_expression);
    let (function, argument) = (parts.next()?, parts.next()?);
    parts.next().is_none().then_some((function, argument))
}

/// Whether an expression is a builtin, by one of its names.
fn is_builtin(node: &SyntaxNode, name: &str) -> bool {
    let node = bare(node);
    match node.kind() {
        NODE_IDENT => {
            let text = node.text().to_string();
            text == name || text.strip_prefix("__") == Some(name)
        }
        NODE_SELECT => {
            let path: Vec<SyntaxNode> = attributes(&node);
            let base = node.children().next().map(|base| bare(&base));
            base.is_some_and(|base| base.text() == "builtins")
                && matches!(path.as_slice(), [only] if attribute_name(only).as_deref() == Some(name))
        }
        _ => false,
    }
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
