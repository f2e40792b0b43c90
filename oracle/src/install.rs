//! Installs oracles: downloads the packages of a Debian suite that has the wanted release, unpacks
//! them side by side into one folder, and checks that what is in it runs and is that release.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use thiserror::Error;

use crate::{
    apt::{Apt, AptError, Packages, io_error, need},
    dialect::Dialect,
    discover::{NotAnOracle, Oracle, oracle_folder},
};

/// The Debian suite that has a release.
pub const fn suite_of(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::V2_3 => "bullseye",
        Dialect::V2_8 => "bookworm",
        Dialect::V2_26 => "trixie",
        Dialect::V2_34 => "sid",
    }
}

/// What an installation is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The oracle is there already.
    Present(String),
    /// The lists of a suite are fetched.
    Lists(&'static str),
    /// The packages are downloaded.
    Download(&'static str),
    /// This many packages are unpacked.
    Unpack(usize),
    /// The oracle is installed; its exact version.
    Done(String),
}

/// An oracle could not be installed.
#[derive(Debug, Error)]
pub enum InstallError {
    /// There is no folder to put it into.
    #[error("there is no folder for oracles: set TWINIX_ORACLES or HOME")]
    NoFolder,
    /// The packages could not be had.
    #[error("Nix {wanted} is not to be had from Debian {suite}: {error}")]
    Apt {
        /// The release.
        wanted: Dialect,
        /// The suite that should have it.
        suite: &'static str,
        /// Why not.
        #[source]
        error: AptError,
    },
    /// The suite has moved on.
    #[error(
        "Nix {wanted} is not to be had: Debian {suite} has {found} now. An installed Nix {wanted} from elsewhere is used if it is on the search path; the recorded outcomes work without any"
    )]
    MovedOn {
        /// The release.
        wanted: Dialect,
        /// The suite that had it.
        suite: &'static str,
        /// The version that it has now.
        found: String,
    },
    /// What was installed does not run.
    #[error("Nix {wanted} was unpacked but does not run: {error}")]
    Broken {
        /// The release.
        wanted: Dialect,
        /// Why not.
        #[source]
        error: NotAnOracle,
    },
}

/// Installs an oracle for each of these releases, where there is none yet. `progress` is told each
/// step. The result has one entry for each release, in the same order: one that cannot be had does not
/// keep the others from being installed.
pub fn install(
    releases: &[Dialect],
    progress: &dyn Fn(Dialect, &Step),
) -> Vec<(Dialect, Result<Oracle, InstallError>)> {
    releases
        .iter()
        .map(|&release| {
            (
                release,
                install_one(release, &|step| progress(release, &step)),
            )
        })
        .collect()
}

fn install_one(wanted: Dialect, progress: &dyn Fn(Step)) -> Result<Oracle, InstallError> {
    let folder = oracle_folder().ok_or(InstallError::NoFolder)?;
    let root = folder.join(wanted.name());
    if let Ok(oracle) = Oracle::in_root(&root)
        && oracle.version.release == wanted.release()
    {
        progress(Step::Present(oracle.name.clone()));
        return Ok(oracle);
    }
    let suite = suite_of(wanted);
    let failed = |error| InstallError::Apt {
        wanted,
        suite,
        error,
    };
    fs::create_dir_all(&folder)
        .map_err(io_error(format!("cannot make {}", folder.display())))
        .map_err(failed)?;
    // On the same file system as its place, so that it can be renamed into it whole.
    let scratch = tempfile::Builder::new()
        .prefix(".install-")
        .tempdir_in(&folder)
        .map_err(io_error(format!("cannot write to {}", folder.display())))
        .map_err(failed)?;
    let unpacked = scratch.path().join("root");
    unpack_suite(suite, &scratch.path().join("apt"), &unpacked, progress).map_err(failed)?;

    let oracle =
        Oracle::in_root(&unpacked).map_err(|error| InstallError::Broken { wanted, error })?;
    if oracle.version.release != wanted.release() {
        return Err(InstallError::MovedOn {
            wanted,
            suite,
            found: oracle.name,
        });
    }
    put_in_place(&unpacked, &root).map_err(failed)?;
    let oracle = Oracle::in_root(&root).map_err(|error| InstallError::Broken { wanted, error })?;
    progress(Step::Done(oracle.name.clone()));
    Ok(oracle)
}

/// Downloads `nix-bin` of a suite with everything that it needs, and unpacks it.
fn unpack_suite(
    suite: &'static str,
    scratch: &Path,
    root: &Path,
    progress: &dyn Fn(Step),
) -> Result<(), AptError> {
    need("dpkg-deb")?;
    progress(Step::Lists(suite));
    let apt = Apt::new(scratch, suite, Packages::Binary)?;
    progress(Step::Download(suite));
    let packages = apt.download("nix-bin")?;
    progress(Step::Unpack(packages.len()));
    fs::create_dir_all(root).map_err(io_error(format!("cannot make {}", root.display())))?;
    packages
        .iter()
        .try_for_each(|package| unpack(package, root))
}

fn unpack(package: &Path, root: &Path) -> Result<(), AptError> {
    let output = Command::new("dpkg-deb")
        .arg("--extract")
        .args([package, root])
        .stdin(Stdio::null())
        .output()
        .map_err(io_error("cannot run dpkg-deb"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(AptError::Failed {
        what: format!("unpacking {}", package.display()),
        said: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
    })
}

/// Renames a folder into its place; one that was there before, and did not work, goes.
fn put_in_place(new: &Path, place: &Path) -> Result<(), AptError> {
    if place.exists() {
        let old: PathBuf = new.with_file_name("old");
        fs::rename(place, &old)
            .map_err(io_error(format!("cannot move {} away", place.display())))?;
    }
    fs::rename(new, place).map_err(io_error(format!("cannot make {}", place.display())))
}
