//! Opens the file of a campaign to be read, wherever it lies, and says what to do where that is no
//! campaign.

use std::{
    ffi::OsString,
    fmt::Write,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use super::store::Reader;

/// Opens a campaign to be read.
///
/// # Errors
/// When there is none in the file.
pub fn opened(file: &Path) -> Result<Reader> {
    if !file.exists() {
        bail!(
            "there is no {}: `twinix fuzz` makes campaigns, in twinix-fuzz.db unless --db names another \
             file",
            file.display()
        );
    }
    let size = std::fs::metadata(file).map_or(0, |it| it.len());
    if size == 0 && file.is_file() {
        bail!(
            "{} is empty, no campaign: give the file that `twinix fuzz` wrote, or let `{}` begin one in it",
            file.display(),
            command("fuzz", file)
        );
    }
    Reader::open(&readable(file)).with_context(|| {
        format!(
            "{} cannot be read as a campaign: give the file that `twinix fuzz --db` wrote",
            file.display()
        )
    })
}

/// The name under which SQLite reads a file. To read one it writes others beside it, for those who write at
/// the same time. Where it may not, and nobody writes, it is told that the file does not change.
pub fn readable(file: &Path) -> PathBuf {
    let log = [file.as_os_str().as_bytes(), b"-wal"].concat();
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let nobody_writes = !Path::new(std::ffi::OsStr::from_bytes(&log)).exists();
    // No question tells as surely whether one may write as writing does.
    let is_read_only = || tempfile::tempfile_in(folder).is_err();
    if !(file.exists() && nobody_writes && is_read_only()) {
        return file.to_owned();
    }
    std::path::absolute(file).map_or_else(|_| file.to_owned(), |whole| unchanging(&whole))
}

/// The address of a file that does not change, as SQLite reads it.
fn unchanging(whole: &Path) -> PathBuf {
    let mut address = String::from("file://");
    for &byte in whole.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                address.push(char::from(byte));
            }
            // Writing to a string cannot fail.
            _ => drop(write!(address, "%{byte:02X}")),
        }
    }
    address.push_str("?immutable=1");
    OsString::from(address).into()
}

/// A command about a campaign, as a shell takes it: `twinix replay --db FILE --item 6`.
pub fn command(words: &str, file: &Path) -> String {
    let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
    let space = if rest.is_empty() { "" } else { " " };
    format!("twinix {verb} --db {}{space}{rest}", quoted(file))
}

/// A path as a shell takes it.
fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_' | '+' | '@');
    if !text.is_empty() && text.chars().all(is_plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    #[test]
    fn a_file_that_may_be_written_beside_is_read_as_it_is() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("x.db");
        std::fs::write(&file, "x").unwrap();
        assert_eq!(readable(&file), file);
    }

    #[test]
    fn no_name_is_taken_for_a_part_of_an_address() {
        assert_eq!(
            unchanging(Path::new("/a b/100%?.db")),
            Path::new("file:///a%20b/100%25%3F.db?immutable=1")
        );
    }

    #[test]
    fn commands_are_quoted_for_a_shell() {
        assert_eq!(
            command("replay --item 6", Path::new("my file.db")),
            "twinix replay --db 'my file.db' --item 6"
        );
        assert_eq!(command("fuzz", Path::new("x.db")), "twinix fuzz --db x.db");
    }
}
