//! The tree of a commit.

use super::super::problem::{Problem, Result};
use super::{Repository, failed};
use crate::io::{Content, FileKind, GitAnswer, Node, Tree};
use bstr::{BString, ByteSlice};
use std::collections::{BTreeMap, BTreeSet};

/// The status of `git` where it does not know an option.
const BAD_USAGE: i32 = 129;

/// An entry of a commit's tree.
struct Entry {
    mode: BString,
    object: BString,
    path: BString,
}

/// A submodule as `.gitmodules` names it.
pub struct Submodule {
    /// Where it stands.
    pub path: BString,
    /// Its repository.
    pub url: BString,
    /// The commit that belongs to this one; none in a working tree.
    pub revision: Option<BString>,
}

impl Repository<'_> {
    fn entries(&self, revision: &[u8]) -> Result<Vec<Entry>> {
        let text = self.run(
            &[b"ls-tree", b"-r", b"-t", b"-z", b"--full-tree", revision],
            Vec::new(),
        )?;
        text.split_str("\0")
            .filter(|line| !line.is_empty())
            .map(|line| {
                let (about, path) = line.split_once_str("\t").ok_or_else(|| unexpected(line))?;
                let mut words = about.split_str(" ");
                match (words.next(), words.next(), words.next()) {
                    (Some(mode), Some(_), Some(object)) => Ok(Entry {
                        mode: mode.into(),
                        object: object.into(),
                        path: path.into(),
                    }),
                    _ => Err(unexpected(line)),
                }
            })
            .collect()
    }

    /// The contents of objects, in their order.
    fn contents(&self, objects: &[&BString]) -> Result<Vec<BString>> {
        if objects.is_empty() {
            return Ok(Vec::new());
        }
        let mut questions = Vec::new();
        for object in objects {
            questions.extend_from_slice(object);
            questions.push(b'\n');
        }
        let answers = self.run(&[b"cat-file", b"--batch"], questions)?;
        let mut rest = answers.as_slice();
        let mut contents = Vec::with_capacity(objects.len());
        for _ in objects {
            let (line, after) = rest.split_once_str("\n").ok_or_else(|| unexpected(rest))?;
            let size = line
                .rsplit_str(" ")
                .next()
                .and_then(|size| size.to_str().ok()?.parse::<usize>().ok())
                .filter(|size| *size < after.len())
                .ok_or_else(|| unexpected(line))?;
            contents.push(after[..size].into());
            rest = &after[size + 1..];
        }
        Ok(contents)
    }

    /// The files of a commit as they are stored; submodules are empty
    /// directories (`GitSourceAccessor`).
    pub fn tree(&self, revision: &[u8], export_ignore: bool) -> Result<Tree> {
        let entries = self.entries(revision)?;
        let ignored = if export_ignore {
            let paths = entries.iter().map(|entry| entry.path.as_slice());
            self.export_ignored(paths, Some(revision))?
        } else {
            BTreeSet::new()
        };
        let kept: Vec<&Entry> = entries
            .iter()
            .filter(|entry| !is_under(&entry.path, &ignored))
            .collect();
        let blobs: Vec<&Entry> = kept
            .iter()
            .copied()
            .filter(|entry| entry.mode.starts_with(b"1") && entry.mode != "160000")
            .collect();
        let objects: Vec<&BString> = blobs.iter().map(|entry| &entry.object).collect();
        let contents = self.contents(&objects)?;
        let mut tree = Tree::default();
        for entry in kept {
            if entry.mode == "040000" || entry.mode == "160000" {
                let path: Vec<&[u8]> = entry.path.split_str("/").collect();
                tree.insert(&path, Node::Directory(BTreeMap::new()));
            }
        }
        for (entry, content) in blobs.into_iter().zip(contents) {
            let path: Vec<&[u8]> = entry.path.split_str("/").collect();
            let node = if entry.mode == "120000" {
                Node::Symlink(content.into())
            } else {
                Node::File {
                    executable: entry.mode == "100755",
                    content: Content::Bytes(Vec::from(content).into()),
                }
            };
            tree.insert(&path, node);
        }
        Ok(tree)
    }

    /// Which of these paths have the attribute `export-ignore`: by the
    /// attributes in the working tree and the index, then by those of the
    /// commit; without commit by the index alone.
    pub fn export_ignored<'p>(
        &self,
        paths: impl Iterator<Item = &'p [u8]>,
        revision: Option<&[u8]>,
    ) -> Result<BTreeSet<BString>> {
        // A pattern that ends in a slash is one for directories, and what is a
        // directory the working tree tells.
        let mut input = Vec::new();
        for path in paths {
            input.extend_from_slice(path);
            if self.kind(path) == Some(FileKind::Directory) {
                input.push(b'/');
            }
            input.push(0);
        }
        if input.is_empty() {
            return Ok(BTreeSet::new());
        }
        let ask = |place: Option<&[u8]>| {
            let mut arguments: Vec<&[u8]> = vec![b"check-attr", b"-z", b"--stdin"];
            arguments.extend(place);
            arguments.push(b"export-ignore");
            self.answer(&arguments, input.clone())
        };
        let read = |answer: GitAnswer| -> Result<Vec<(BString, BString)>> {
            if answer.status != Some(0) {
                return Err(failed(&answer));
            }
            let fields: Vec<&[u8]> = answer.output.split_str("\0").collect();
            Ok(fields
                .chunks_exact(3)
                .map(|field| {
                    let path = field[0].strip_suffix(b"/").unwrap_or(field[0]);
                    (path.into(), field[2].into())
                })
                .collect())
        };
        let mut answers = BTreeMap::new();
        if let Some(revision) = revision {
            // libgit2 is told to look in a commit, and does not look in what a tag stands for.
            if self.line(&[b"cat-file", b"-t", revision])? == "commit" {
                let source = [b"--source=", revision].concat();
                let answer = ask(Some(&source))?;
                if answer.status == Some(BAD_USAGE) {
                    let left_out = self.left_out_of_archive(revision, &input)?;
                    answers.extend(left_out.map(|path| (path, "set".into())));
                } else {
                    answers.extend(read(answer)?);
                }
            }
            if self.has_workdir() {
                let nearer = read(ask(None)?)?;
                answers.extend(
                    nearer
                        .into_iter()
                        .filter(|(_, value)| value != "unspecified"),
                );
            }
        } else {
            answers.extend(read(ask(Some(b"--cached"))?)?);
        }
        Ok(answers
            .into_iter()
            .filter(|(_, value)| value == "set")
            .map(|(path, _)| path)
            .collect())
    }

    /// Those of some paths, with a zero after each, that `git archive` leaves out of a commit, for a `git` before
    /// 2.40, which does not tell the attributes that a commit gives. A directory of which nothing is left is one of
    /// them.
    fn left_out_of_archive(
        &self,
        revision: &[u8],
        paths: &[u8],
    ) -> Result<impl Iterator<Item = BString>> {
        let archived = self.archived(revision)?;
        let paths = paths.split_str("\0").filter(|path| !path.is_empty());
        let paths = paths.map(|path| path.strip_suffix(b"/").unwrap_or(path));
        Ok(paths
            .filter(move |path| {
                let names: Vec<&[u8]> = path.split_str("/").collect();
                archived.find(&names).is_none()
            })
            .map(BString::from))
    }

    /// The submodules of a commit.
    pub fn submodules(&self, revision: &[u8]) -> Result<Vec<Submodule>> {
        let entries = self.entries(revision)?;
        if !entries.iter().any(|entry| entry.path == ".gitmodules") {
            return Ok(Vec::new());
        }
        let blob = [b"--blob=", revision, b":.gitmodules"].concat();
        let mut modules = self.module_file(&[b"config", &blob])?;
        for module in &mut modules {
            module.revision = entries
                .iter()
                .find(|entry| entry.path == module.path && entry.mode == "160000")
                .map(|entry| entry.object.clone());
        }
        modules.retain(|module| module.revision.is_some());
        Ok(modules)
    }

    /// Reads a `.gitmodules`; the command names the file.
    pub fn module_file(&self, command: &[&[u8]]) -> Result<Vec<Submodule>> {
        let arguments = [command, &[b"-z".as_slice(), b"--list"]].concat();
        let text = self.run(&arguments, Vec::new())?;
        let mut settings: BTreeMap<BString, BString> = BTreeMap::new();
        for line in text.split_str("\0") {
            if let Some((key, value)) = line.split_once_str("\n") {
                settings.entry(key.into()).or_insert(value.into());
            }
        }
        let mut modules = Vec::new();
        for (key, path) in &settings {
            let Some(name) = key
                .strip_prefix(b"submodule.")
                .and_then(|key| key.strip_suffix(b".path"))
            else {
                continue;
            };
            let url = [b"submodule.", name, b".url"].concat();
            modules.push(Submodule {
                path: path.clone(),
                url: settings.get(url.as_bstr()).cloned().unwrap_or_default(),
                revision: None,
            });
        }
        Ok(modules)
    }
}

fn unexpected(line: &[u8]) -> Problem {
    Problem::new(format!("git gave an unexpected line: {}", line.as_bstr()))
}

/// Whether a path or one of its directories is in the set.
pub fn is_under(path: &[u8], set: &BTreeSet<BString>) -> bool {
    let mut here = path;
    loop {
        if set.contains(here.as_bstr()) {
            return true;
        }
        match here.rfind_byte(b'/') {
            Some(slash) => here = &here[..slash],
            None => return false,
        }
    }
}
