//! Applies each rewrite to programs of the corpus and of the generator and asks C++ Nix whether it changed anything.
//!
//! ```text
//! cargo run -p twinix-generator --example metamorphic -- [--release 2.34]… [--applications 100] [--generated 2000] [--seed 0] [--only NAME]…
//! ```
//!
//! Prints a line for each rewrite and each program whose outcome changed. Exit status 1 if there is one.

use std::{
    collections::HashMap,
    io::{Write, stdout},
    process::ExitCode,
    sync::Mutex,
};

use arbitrary::Unstructured;
use rayon::prelude::*;
use twinix_generator::metamorphic::{REWRITES, Rewrite};
use twinix_oracle::{
    Dialect, Evaluator, Outcome, Precision, Program, Settings,
    compare::compare,
    discover::{Oracle, discover},
    outcome::Answer,
    settings::Mode,
    taxonomy::ErrorKind,
};

#[path = "../tests/corpus/mod.rs"]
mod corpus;

use corpus::{Seed, bytes, generated, precarious, seeds};

struct Options {
    releases: Vec<Dialect>,
    applications: usize,
    generated: usize,
    seed: u64,
    only: Vec<String>,
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        releases: Vec::new(),
        applications: 100,
        generated: 2_000,
        seed: 0,
        only: Vec::new(),
    };
    let mut words = std::env::args().skip(1);
    while let Some(flag) = words.next() {
        let value = words.next().ok_or(format!("{flag} needs a value"))?;
        let number = || {
            value
                .parse::<usize>()
                .map_err(|_| format!("{flag} needs a number, not '{value}'"))
        };
        match flag.as_str() {
            "--release" => options
                .releases
                .push(value.parse().map_err(|error| format!("{error}"))?),
            "--applications" => options.applications = number()?,
            "--generated" => options.generated = number()?,
            "--seed" => options.seed = number()? as u64,
            "--only" => options.only.push(value),
            _ => {
                return Err(format!(
                    "there is no flag {flag}: --release, --applications, --generated, --seed, --only"
                ));
            }
        }
    }
    if options.releases.is_empty() {
        options.releases = vec![Dialect::V2_8, Dialect::V2_34];
    }
    Ok(options)
}

/// What was asked, and the answer.
type Asked = Mutex<HashMap<(usize, Dialect, Mode), Outcome>>;

fn evaluate(oracle: &Oracle, seed: &Seed, text: &str, mode: Mode) -> Result<Outcome, String> {
    let mut program = Program::text(&seed.name, text);
    for (path, content) in &seed.siblings {
        program = program
            .with_sibling(path, content.clone())
            .map_err(|error| error.to_string())?;
    }
    let settings = Settings {
        mode,
        features: seed.features.clone(),
        ..Settings::default()
    };
    oracle
        .evaluate(&program, &settings)
        .map_err(|error| error.to_string())
}

/// Whether an outcome says anything about the program's meaning.
fn is_conclusive(outcome: &Outcome) -> bool {
    match &outcome.answer {
        Answer::Resource(_) | Answer::Crash(_) => false,
        Answer::Error(failure) => failure.kind != ErrorKind::RecursionDepth,
        Answer::Value(_) => true,
    }
}

/// One application of a rewrite, and how many outcomes were compared; the differences in words.
fn ask(
    rewrite: &Rewrite,
    oracles: &[&Oracle],
    (number, seed): (usize, &Seed),
    text: &str,
    asked: &Asked,
) -> Result<(usize, Vec<String>), String> {
    let modes: &[Mode] = if rewrite.lazy {
        &[Mode::Canonical, Mode::Lazy]
    } else {
        &[Mode::Canonical, Mode::Strict]
    };
    let mut compared = 0;
    let mut differences = Vec::new();
    for oracle in oracles {
        for &mode in modes {
            let key = (number, oracle.dialect, mode);
            let known = asked
                .lock()
                .map_err(|error| error.to_string())?
                .get(&key)
                .cloned();
            let before = match known {
                Some(outcome) => outcome,
                None => {
                    let outcome = evaluate(oracle, seed, &seed.text, mode)?;
                    let mut asked = asked.lock().map_err(|error| error.to_string())?;
                    asked.insert(key, outcome.clone());
                    outcome
                }
            };
            let after = evaluate(oracle, seed, text, mode)?;
            // What C++ Nix cannot read is no program; what it reads before it must read afterwards.
            let is_program = before
                .failure()
                .is_none_or(|failure| failure.kind != ErrorKind::Parse);
            if !is_program || !is_conclusive(&before) || !is_conclusive(&after) {
                continue;
            }
            compared += 1;
            if let Some(difference) = compare(&after, &before, &Precision::default()).difference {
                differences.push(format!(
                    "{} of {} in {} ({mode:?}): {difference}\n{text}",
                    rewrite.name, seed.name, oracle.name
                ));
            }
        }
    }
    Ok((compared, differences))
}

fn run() -> Result<bool, String> {
    let options = options()?;
    let found = discover();
    let (oracles, missing) = found.select(&options.releases);
    if let Some(release) = missing.first() {
        return Err(format!(
            "C++ Nix {release} is not installed: `twinix oracle install {release}`"
        ));
    }
    let first = precarious().len();
    let seeds: Vec<(usize, Seed)> = precarious()
        .into_iter()
        .chain(seeds())
        .chain(generated(options.generated as u64))
        .enumerate()
        .collect();
    let asked = Asked::default();
    let mut is_sound = true;
    let (mut all_applied, mut all_compared) = (0, 0);
    for (row, rewrite) in REWRITES.iter().enumerate() {
        if !options.only.is_empty() && !options.only.iter().any(|name| name == rewrite.name) {
            continue;
        }
        // Where the walk over the seeds begins differs from row to row and from seed to seed.
        let start = (options.seed as usize * 7_919 + row * 1_299_709) % seeds.len();
        let mut applications = Vec::new();
        for round in 0..4_u64 {
            for step in 0..seeds.len() {
                let index = match step {
                    step if step < first => step,
                    step => (start + step * 7_919) % seeds.len(),
                };
                let (number, seed) = &seeds[index];
                if applications.len() == options.applications {
                    break;
                }
                let bytes = bytes(options.seed ^ (*number as u64 * 31 + round), 64);
                let applied = rewrite
                    .apply(&mut Unstructured::new(&bytes), &seed.text)
                    .map_err(|error| error.to_string())?;
                if let Some(text) = applied {
                    applications.push(((*number, seed), text));
                }
            }
        }
        let results: Vec<_> = applications
            .par_iter()
            .map(|(seed, text)| ask(rewrite, &oracles, *seed, text, &asked))
            .collect::<Result<_, _>>()?;
        let compared: usize = results.iter().map(|(compared, _)| compared).sum();
        let differences: Vec<_> = results.into_iter().flat_map(|(_, found)| found).collect();
        all_applied += applications.len();
        all_compared += compared;
        is_sound &= differences.is_empty();
        let mut out = stdout().lock();
        let _ = writeln!(
            out,
            "{:<18} {:>4} applications {:>5} outcomes compared {:>3} differ",
            rewrite.name,
            applications.len(),
            compared,
            differences.len()
        );
        for difference in differences.iter().take(4) {
            let _ = writeln!(out, "  {}", difference.replace('\n', "\n    "));
        }
    }
    let _ = writeln!(
        stdout(),
        "{all_applied} applications, {all_compared} outcomes compared"
    );
    Ok(is_sound)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            let _ = writeln!(std::io::stderr(), "error: {message}");
            ExitCode::from(2)
        }
    }
}
