//! The programs in C that this crate carries along, written out where they can be run.

use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use crate::discover::folder;

/// The variable that names the folder for files which can be made anew.
pub const CACHE_VARIABLE: &str = "TWINIX_CACHE";

/// A program or library that was compiled with this crate.
pub(crate) struct Embedded {
    pub(crate) name: &'static str,
    content: &'static [u8],
}

/// The program that shuts an evaluator in.
pub(crate) const JAIL: Embedded = Embedded {
    name: "jail",
    content: include_bytes!(concat!(env!("OUT_DIR"), "/jail")),
};

/// The library that makes a server of an evaluator.
pub(crate) const SNAPSHOT: Embedded = Embedded {
    name: "snapshot.so",
    content: include_bytes!(concat!(env!("OUT_DIR"), "/snapshot.so")),
};

impl Embedded {
    /// Writes it to the user's cache folder, unless it is there; where that cannot be written to, to
    /// the folder for temporary files.
    pub(crate) fn written(&self) -> Result<PathBuf, String> {
        if self.content.is_empty() {
            return Err(format!(
                "twinix was built without {}: a C compiler for Linux on x86-64 is needed",
                self.name
            ));
        }
        let user = rustix::process::getuid().as_raw();
        let fallback = std::env::temp_dir().join(format!("twinix-cache-{user}"));
        let cache = folder(CACHE_VARIABLE, "XDG_CACHE_HOME", ".cache", "twinix");
        let mut last = String::new();
        for folder in cache.into_iter().chain([fallback]) {
            match self.written_in(&folder) {
                Ok(path) => return Ok(path),
                Err(error) => last = format!("cannot write to {}: {error}", folder.display()),
            }
        }
        Err(last)
    }

    fn written_in(&self, folder: &Path) -> io::Result<PathBuf> {
        // The name says what is in it, so that different builds do not take each other's.
        let path = folder.join(format!("{:016x}-{}", self.hash(), self.name));
        if fs::read(&path).is_ok_and(|there| there == self.content) {
            return Ok(path);
        }
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        io::Write::write_all(&mut file, self.content)?;
        let executable = fs::Permissions::from_mode(0o755);
        file.as_file().set_permissions(executable)?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok(path)
    }

    /// FNV-1a: it has to be the same in every build of Rust.
    fn hash(&self) -> u64 {
        self.content
            .iter()
            .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_once_and_mended_when_broken() {
        let one = Embedded {
            name: "x",
            content: b"abc",
        };
        let folder = tempfile::TempDir::new().unwrap();
        let path = one.written_in(folder.path()).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"abc");
        fs::write(&path, "broken").unwrap();
        assert_eq!(one.written_in(folder.path()).unwrap(), path);
        assert_eq!(fs::read(&path).unwrap(), b"abc");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_was_not_built_says_so() {
        let none = Embedded {
            name: "x",
            content: b"",
        };
        assert!(none.written().unwrap_err().contains("C compiler"));
    }
}
