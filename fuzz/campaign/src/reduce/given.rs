//! The program that is to be reduced, with its files and the settings under which it is evaluated.

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, anyhow};
use twinix_oracle::{Program, Settings, recorded::RecordedSettings};
use twinix_reducer::Source;
use walkdir::WalkDir;

use crate::{campaign::restricting, cli::ReduceOptions, header, programs};

/// Folders with more in them than this are no part of a program.
const MOST_BYTES: usize = 4 << 20;
const MOST_FILES: usize = 2_000;

/// The program as it was given.
pub struct Given {
    /// What to call it.
    pub name: String,
    /// Its text, without a first line that holds settings, and its files.
    pub source: Source,
    /// The first line, where it holds settings: it is no part of what is reduced.
    pub header: Option<Vec<u8>>,
    /// What is asked of the evaluators.
    pub settings: Settings,
    /// The same as far as it is kept with a finding.
    pub own: RecordedSettings,
    /// Whether these are kept beside the program, and not in it.
    pub is_recorded: bool,
}

impl Given {
    /// Reads the program.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(options: &ReduceOptions) -> Result<Self> {
        let base = options.terms.settings();
        let foreign = RecordedSettings {
            mode: base.mode,
            flags: if options.terms.unrestricted {
                Vec::new()
            } else {
                let flags = restricting(base.mode).iter();
                flags.map(|&flag| flag.to_owned()).collect()
            },
            ..RecordedSettings::default()
        };
        if options.expr {
            return Ok(Self {
                name: "-E".to_owned(),
                source: Source::new(options.program.as_bytes()),
                header: None,
                settings: foreign.over(&base),
                own: foreign,
                is_recorded: false,
            });
        }
        if options.program == "-" {
            let mut text = Vec::new();
            (std::io::stdin().lock().read_to_end(&mut text))
                .context("cannot read standard input")?;
            let own = header::settings(&text).unwrap_or(foreign);
            let (header, text) = apart(text);
            return Ok(Self {
                name: "-".to_owned(),
                source: Source::new(text),
                header,
                settings: own.over(&base),
                own,
                is_recorded: false,
            });
        }
        let file = program_of(Path::new(&options.program))?;
        let text = fs::read(&file).with_context(|| file.display().to_string())?;
        let own = programs::own_settings(&file).map_err(|error| anyhow!(error))?;
        let (header, text) = apart(text);
        let is_recorded = own.is_some() && header.is_none();
        let own = own.unwrap_or(foreign);
        Ok(Self {
            name: options.program.clone(),
            is_recorded,
            source: Source {
                text,
                files: beside(&file)?,
            },
            header,
            settings: own.over(&base),
            own,
        })
    }

    /// The text with its first line.
    pub fn whole(&self, source: &Source) -> Vec<u8> {
        let mut text = self.header.clone().unwrap_or_default();
        text.extend_from_slice(&source.text);
        if !text.ends_with(b"\n") {
            text.push(b'\n');
        }
        text
    }
}

/// The file with the program: itself, or of a folder its `default.nix`, or what is kept with a finding.
fn program_of(given: &Path) -> Result<PathBuf> {
    if !given.is_dir() {
        return Ok(given.to_owned());
    }
    let files = [given.join("default.nix"), given.join("program.nix")];
    files.into_iter().find(|file| file.is_file()).ok_or_else(|| {
        anyhow!(
            "{} has neither a default.nix nor, as a finding, a program.nix: name one of its files",
            given.display()
        )
    })
}

/// The first line, if it holds settings, and the rest.
fn apart(text: Vec<u8>) -> (Option<Vec<u8>>, Vec<u8>) {
    let end = text.iter().position(|&byte| byte == b'\n');
    match end {
        Some(end) if header::settings(&text).is_some() => {
            let rest = text.get(end + 1..).unwrap_or_default().to_vec();
            (text.get(..=end).map(<[u8]>::to_vec), rest)
        }
        _ => (None, text),
    }
}

/// The files that a program can read: those beside a `default.nix`, or beside a file that names one of
/// them.
fn beside(file: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut files = BTreeMap::new();
    let text = fs::read(file)?;
    let is_whole_folder = file.ends_with("default.nix");
    let mentions_paths = memchr::memmem::find(&text, b"./").is_some();
    if !is_whole_folder && !mentions_paths {
        return Ok(files);
    }
    let parent = file.parent().filter(|it| !it.as_os_str().is_empty());
    let folder = parent.unwrap_or(Path::new("."));
    let mut bytes = 0;
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        let relative = entry.path().strip_prefix(folder)?.to_owned();
        if !entry.file_type().is_file() || folder.join(&relative) == *file {
            continue;
        }
        let content = fs::read(entry.path())?;
        bytes += content.len();
        if bytes > MOST_BYTES || files.len() >= MOST_FILES {
            // This is no folder that was made for the program.
            return Ok(BTreeMap::new());
        }
        files.insert(relative, content);
    }
    Ok(files)
}

/// A program of this text and these files.
///
/// # Errors
/// When a file has a path that leaves the folder.
pub fn program(name: &str, source: &Source) -> std::io::Result<Program> {
    let mut program = Program::text(name, source.text.clone());
    for (path, content) in &source.files {
        program = program.with_sibling(path, content.clone())?;
    }
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_first_line_with_settings_is_no_part_of_the_program() {
        let (header, text) = apart(b"# flags: --strict --json\n1\n".to_vec());
        assert_eq!(header.as_deref(), Some(&b"# flags: --strict --json\n"[..]));
        assert_eq!(text, b"1\n");
        let (header, text) = apart(b"# a comment\n1".to_vec());
        assert_eq!((header, text), (None, b"# a comment\n1".to_vec()));
    }
}
