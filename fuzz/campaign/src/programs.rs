//! Finds the programs that a verb is about, each with the settings that it needs.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use twinix_oracle::{
    Program,
    lang_suite::is_lang_suite,
    recorded::{Record, RecordedSettings, record_file},
};
use walkdir::WalkDir;

use crate::header;

/// A place on the command line, looked at.
pub enum Place {
    /// A file, or a folder of programs.
    Programs(Vec<PathBuf>),
    /// A folder in the layout of C++ Nix's language tests.
    LangSuite(PathBuf),
}

/// Looks at what stands at a path.
///
/// # Errors
/// When nothing does, or it cannot be read, with the path in the message.
pub fn look(path: &Path) -> io::Result<Place> {
    let named = |error: io::Error| {
        let words = error.to_string();
        let words = words.split(" (os error").next().unwrap_or_default();
        io::Error::new(error.kind(), format!("{}: {words}", path.display()))
    };
    let kind = fs::metadata(path).map_err(named)?;
    if !kind.is_dir() && !kind.is_file() {
        let error = format!("{}: it is neither a file nor a folder", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, error));
    }
    if kind.is_dir() {
        if is_lang_suite(path) {
            return Ok(Place::LangSuite(path.to_owned()));
        }
        let programs = in_folder(path).map_err(named)?;
        if programs.is_empty() {
            let error = format!("{}: there is no .nix file in it", path.display());
            return Err(io::Error::new(io::ErrorKind::NotFound, error));
        }
        return Ok(Place::Programs(programs));
    }
    fs::File::open(path).map_err(named)?;
    Ok(Place::Programs(vec![path.to_owned()]))
}

/// The programs in a folder, by name: every `.nix` file, but of a folder with a `default.nix` only that,
/// because the others are there for it to read.
pub fn in_folder(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut programs = Vec::new();
    let mut walk = WalkDir::new(folder).sort_by_file_name().into_iter();
    while let Some(entry) = walk.next() {
        let entry = entry?;
        if entry.file_type().is_dir() {
            let program = entry.path().join("default.nix");
            if program.is_file() {
                programs.push(program);
                walk.skip_current_dir();
            }
        } else if entry.file_type().is_file()
            && entry.path().extension().is_some_and(|name| name == "nix")
        {
            programs.push(entry.into_path());
        }
    }
    Ok(programs)
}

/// The program in a file under the name that the user knows it by.
pub fn program(file: &Path) -> io::Result<Program> {
    Ok(Program::file(file)?.named(file.display().to_string()))
}

/// The settings that a program itself asks for: in its first line, else in its record.
pub fn own_settings(file: &Path) -> Result<Option<RecordedSettings>, String> {
    let source = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    if let Some(settings) = header::settings(&source) {
        return Ok(Some(settings));
    }
    // Not every .json beside a program is a record: in a folder that is no corpus it is data.
    let is_record = fs::read_to_string(record_file(file)).is_ok_and(|text| looks_recorded(&text));
    if !is_record {
        return Ok(None);
    }
    let record = Record::of(file).map_err(|error| error.to_string())?;
    Ok(record.map(|record| record.settings))
}

fn looks_recorded(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok_and(|value| {
        value.as_object().is_some_and(|object| {
            ["settings", "without", "2.3", "2.8", "2.26", "2.34"]
                .iter()
                .any(|name| object.contains_key(*name))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn folder(files: &[&str]) -> TempDir {
        let folder = TempDir::new().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "1").unwrap();
        }
        folder
    }

    fn names(folder: &TempDir) -> Vec<String> {
        in_folder(folder.path())
            .unwrap()
            .iter()
            .map(|path| path.strip_prefix(folder.path()).unwrap())
            .map(|path| path.display().to_string())
            .collect()
    }

    #[test]
    fn what_lies_beside_a_default_is_no_program() {
        let folder = folder(&["b/default.nix", "b/x.nix", "b/sub/y.nix", "a.nix", "a.txt"]);
        assert_eq!(names(&folder), ["a.nix", "b/default.nix"]);
    }

    #[test]
    fn what_is_not_there_is_named() {
        let error = look(Path::new("no/such/file.nix")).err().unwrap();
        assert_eq!(
            error.to_string(),
            "no/such/file.nix: No such file or directory"
        );
    }

    #[test]
    fn a_data_file_is_not_taken_for_a_record() {
        let folder = folder(&["a.nix"]);
        let file = folder.path().join("a.nix");
        fs::write(folder.path().join("a.json"), r#"{"mode": 1}"#).unwrap();
        assert_eq!(own_settings(&file), Ok(None));
        let record = r#"{"settings": {"mode": "json"}}"#;
        fs::write(folder.path().join("a.json"), record).unwrap();
        assert!(own_settings(&file).unwrap().is_some());
    }
}
