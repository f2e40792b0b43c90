//! `twinix oracle`: which releases of C++ Nix are there, getting them, and what is wrong with them.

use std::{
    io::{Write, stderr, stdout},
    process::ExitCode,
};

use anyhow::Result;
use serde_json::json;
use twinix_oracle::{
    Dialect,
    discover::{discover, oracle_folder},
    doctor::examine,
    install::{Step, install},
};

use crate::{cli::OracleVerb, progress};

/// Runs the verb.
pub fn oracle(verb: &OracleVerb) -> Result<ExitCode> {
    match verb {
        OracleVerb::List { json } => list(*json),
        OracleVerb::Install { releases } => install_all(releases),
        OracleVerb::Doctor { json } => doctor(*json),
    }
}

fn list(as_json: bool) -> Result<ExitCode> {
    let found = discover();
    let mut out = stdout().lock();
    if as_json {
        let oracles: Vec<_> = found
            .oracles
            .iter()
            .map(|oracle| {
                json!({
                    "name": oracle.name,
                    "dialect": oracle.dialect,
                    "implementation": oracle.version.implementation,
                    "location": oracle.location,
                })
            })
            .collect();
        let broken: Vec<_> = found
            .broken
            .iter()
            .map(|(place, error)| json!({"location": place, "error": error.to_string()}))
            .collect();
        serde_json::to_writer_pretty(&mut out, &json!({"oracles": oracles, "broken": broken}))?;
        writeln!(out)?;
        return Ok(ExitCode::SUCCESS);
    }
    for oracle in &found.oracles {
        let place = oracle.location.display();
        writeln!(
            out,
            "{:<10} dialect {:<5} {place}",
            oracle.name, oracle.dialect
        )?;
    }
    for (place, error) in &found.broken {
        writeln!(out, "{:<10} {}: {error}", "broken", place.display())?;
    }
    if found.oracles.is_empty() {
        writeln!(
            out,
            "no C++ Nix is installed: `twinix oracle install` gets one of each release"
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

fn install_all(releases: &[Dialect]) -> Result<ExitCode> {
    let wanted = if releases.is_empty() {
        &Dialect::ALL
    } else {
        releases
    };
    let line = progress::spinner();
    let results = install(wanted, &|release, step| {
        line.set_message(match step {
            Step::Present(version) => format!("{release}: {version} is there"),
            Step::Lists(suite) => format!("{release}: fetching the package lists of {suite}"),
            Step::Download(suite) => format!("{release}: downloading packages of {suite}"),
            Step::Unpack(count) => format!("{release}: unpacking {count} packages"),
            Step::Done(version) => format!("{release}: installed {version}"),
        });
    });
    line.finish_and_clear();
    let mut all_there = true;
    for (release, result) in results {
        match result {
            Ok(oracle) => {
                let place = oracle.location.display();
                writeln!(stdout(), "{release:<5} Nix {} in {place}", oracle.name)?;
            }
            Err(error) => {
                all_there = false;
                writeln!(stderr(), "error: {error}")?;
            }
        }
    }
    Ok(if all_there {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    })
}

fn doctor(as_json: bool) -> Result<ExitCode> {
    let line = progress::spinner();
    line.set_message("examining the oracles");
    let diagnosis = examine();
    line.finish_and_clear();
    let mut out = stdout().lock();
    if as_json {
        serde_json::to_writer_pretty(&mut out, &diagnosis)?;
        writeln!(out)?;
    } else {
        match oracle_folder() {
            Some(folder) => writeln!(out, "oracles are kept in {}", folder.display())?,
            None => writeln!(
                out,
                "there is no folder for oracles: set HOME or TWINIX_ORACLES"
            )?,
        }
        for patient in &diagnosis.patients {
            let version = patient.version.as_deref().unwrap_or("unknown");
            let state = if patient.problems.is_empty() {
                "well"
            } else {
                "ill"
            };
            writeln!(
                out,
                "{version:<10} {state:<5} {}",
                patient.location.display()
            )?;
            for problem in &patient.problems {
                writeln!(out, "           {problem}")?;
            }
        }
        for (_, problem) in &diagnosis.missing {
            writeln!(out, "{:<10} {problem}", "missing")?;
        }
    }
    Ok(if diagnosis.is_well() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(2)
    })
}
