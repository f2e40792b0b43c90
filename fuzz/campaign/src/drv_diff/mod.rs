//! `twinix drv-diff`: where the difference between two derivations comes from.

mod fields;
mod pairs;
mod render;
mod side;
mod walk;

use std::{
    io::{Write, stdout},
    process::ExitCode,
};

use anyhow::{Result, bail};

use crate::{cli::DrvDiffOptions, style::Look};
use side::Side;

/// Runs the verb.
pub fn drv_diff(options: &DrvDiffOptions) -> Result<ExitCode> {
    if options.store.len() > 2 {
        bail!("--store is given once for both derivations, or twice, first for A");
    }
    let root = |side: usize| options.store.get(side).or(options.store.first());
    let (a, from) = Side::of(&options.a, root(0).map(std::path::PathBuf::as_path))?;
    let (b, to) = Side::of(&options.b, root(1).map(std::path::PathBuf::as_path))?;
    let found = walk::walk(&a, &b, &from, &to)?;
    let mut out = stdout().lock();
    if options.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&found)?)?;
    } else {
        let shown = render::report(&found, options, Look::of_stdout());
        out.write_all(shown.as_bytes())?;
    }
    Ok(if found.equal {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    })
}
