//! Builds derivations with an installed C++ Nix, for programs that import what they build. The store is
//! a folder that an evaluator wrote; Nix is told what is in it before it builds.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    path::Path,
    process::{Command, Stdio},
};

use thiserror::Error;

use crate::root::Launch;

/// A store object, as Nix registers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreObject {
    /// Its path.
    pub path: String,
    /// The SHA-256 of its archive, in base 16.
    pub hash: String,
    /// The length of its archive.
    pub size: u64,
    /// The paths that it refers to.
    pub references: Vec<String>,
}

/// A derivation could not be built.
#[derive(Debug, Error)]
pub enum BuildError {
    /// Nix could not be started.
    #[error("cannot run nix-store: {0}")]
    Start(#[from] io::Error),
    /// Nix did not take the objects into its store.
    #[error("nix-store cannot register what is in the store ({0})")]
    Register(String),
    /// Nix failed; it said why on standard error.
    #[error("nix-store failed ({0})")]
    Build(String),
}

/// Builds an output (`DRV!OUTPUT`) in the store below `root`, whose objects are these. What Nix says goes
/// to standard error. Nothing is downloaded but what a derivation itself downloads.
///
/// # Errors
/// When Nix cannot be started or fails.
pub fn build(
    launch: &Launch,
    root: &Path,
    objects: &[StoreObject],
    output: &str,
) -> Result<(), BuildError> {
    let nix = || {
        let launch = launch.tool("nix-store");
        let mut store = std::ffi::OsString::from("local?root=");
        store.push(root);
        let mut command = Command::new(&launch.program);
        command
            .args(&launch.arguments)
            .envs(launch.environment.iter().map(|(name, value)| (name, value)))
            .env_remove("NIX_REMOTE")
            .arg("--store")
            .arg(store);
        // No other users, no other machines.
        for name in ["build-users-group", "build-hook", "builders"] {
            command.args(["--option", name, ""]);
        }
        command.args(["--option", "substitute", "false"]);
        command.stdout(Stdio::null());
        command
    };
    // The only way that every release has to register objects without looking for them at /nix/store.
    let mut child = nix().arg("--load-db").stdin(Stdio::piped()).spawn()?;
    let wrote = match child.stdin.take() {
        Some(mut stdin) => stdin.write_all(registration(objects).as_bytes()),
        None => Ok(()),
    };
    let status = child.wait()?;
    if !status.success() {
        return Err(BuildError::Register(status.to_string()));
    }
    wrote?;
    let mut command = nix();
    let status = command
        .args(["--realise", output])
        .stdin(Stdio::null())
        .status()?;
    if status.success() {
        Ok(())
    } else {
        Err(BuildError::Build(status.to_string()))
    }
}

/// What `nix-store --load-db` reads (`decodeValidPathInfo`).
fn registration(objects: &[StoreObject]) -> String {
    let mut text = String::new();
    for object in objects {
        let StoreObject {
            path,
            hash,
            size,
            references,
        } = object;
        // The empty line is for the derivation that built it: none.
        let _ = writeln!(text, "{path}\n{hash}\n{size}\n\n{}", references.len());
        for reference in references {
            let _ = writeln!(text, "{reference}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{StoreObject, registration};

    #[test]
    fn objects_are_registered_line_by_line() {
        let object = StoreObject {
            path: "/nix/store/a".to_owned(),
            hash: "00".to_owned(),
            size: 7,
            references: vec!["/nix/store/b".to_owned()],
        };
        assert_eq!(
            registration(&[object]),
            "/nix/store/a\n00\n7\n\n1\n/nix/store/b\n"
        );
    }
}
