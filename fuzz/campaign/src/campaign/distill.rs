//! `twinix corpus distill`: of the programs of folders and campaigns it keeps the smallest set that
//! reaches the same, of what campaigns count: what ran in our virtual machine, and the tuples of what was
//! asked, the verdict and what everyone did.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{Write, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use twinix_oracle::{Dialect, outcome::Answer, settings::Mode};

use super::{
    cover::{Candidate, cover},
    examine,
    examined::{number, tuple, word},
    given,
    item::Source,
    opened::opened,
    plan::Plan,
    setup::plan_of_seed,
};
use crate::{
    cli::DistillOptions,
    header, progress,
    subject::{Done, Vm},
};

/// A program that may be kept, and how it is asked for.
struct Program {
    source: Source,
    mode: Mode,
    dialect: Dialect,
    /// What everyone did, where a campaign tells; else it is what our own does.
    tuple: Option<String>,
}

/// Runs the verb.
pub fn distill(options: &DistillOptions) -> Result<ExitCode> {
    refuse_full(&options.into)?;
    let mut programs = Vec::new();
    for place in &options.programs {
        let found = programs_of(place);
        programs.extend(found.with_context(|| format!("cannot distill {}", place.display()))?);
    }
    if programs.is_empty() {
        let places: Vec<String> = options
            .programs
            .iter()
            .map(|it| it.display().to_string())
            .collect();
        bail!(
            "there is no program in {}: give folders with .nix files, or files of campaigns that kept some",
            places.join(", ")
        );
    }
    // Whatever order they were given in.
    programs.sort_by_cached_key(|one| (one.source.hash(), format!("{:?}", one.mode)));
    let plan = plan_of_seed(0, 1.0);
    let candidates = observe(&programs, &plan, options.jobs)?;
    let kept = cover(&candidates);
    let named = |place: usize| {
        let source = &programs[place].source;
        (source.hash().to_string(), source)
    };
    let sources: BTreeMap<String, &Source> = kept.into_iter().map(named).collect();
    let all: BTreeMap<String, &Source> = (0..programs.len()).map(named).collect();
    for (name, source) in &sources {
        write(&options.into, name, source)?;
    }
    let features: BTreeSet<i64> = (candidates.iter())
        .flat_map(|one| one.features.iter().copied())
        .collect();
    let size = |of: &BTreeMap<_, &Source>| of.values().map(|one| one.size()).sum::<usize>();
    writeln!(
        stdout().lock(),
        "{}: {} of {} programs ({} of {} bytes) reach the same {} features",
        options.into.display(),
        sources.len(),
        all.len(),
        size(&sources),
        size(&all),
        features.len()
    )?;
    Ok(ExitCode::SUCCESS)
}

/// What is in the way of writing into a folder.
fn refuse_full(folder: &Path) -> Result<()> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!(
            "{} is not empty: give --into another folder, or empty it",
            folder.display()
        );
    }
    Ok(())
}

/// The programs at a place: those that a campaign kept, or those of a folder.
fn programs_of(place: &Path) -> Result<Vec<Program>> {
    if place.extension().is_some_and(|extension| extension == "db") {
        return of_campaign(place);
    }
    let in_folder = given::read(&[place.to_owned()])?.into_iter();
    Ok(in_folder
        .map(|source| Program {
            source,
            mode: Mode::Strict,
            dialect: Dialect::NEWEST,
            tuple: None,
        })
        .collect())
}

fn of_campaign(file: &Path) -> Result<Vec<Program>> {
    let reader = opened(file)?;
    let dialect = reader.plan()?.newest_dialect();
    let kept = reader.kept()?.into_iter();
    kept.map(|(item, mode, tuple)| {
        let source = reader.program(item)?;
        Ok(Program {
            source: source.with_context(|| format!("item {item} has no program"))?,
            mode,
            dialect,
            tuple: Some(tuple),
        })
    })
    .collect()
}

/// What each program reaches.
fn observe(programs: &[Program], plan: &Plan, jobs: Option<usize>) -> Result<Vec<Candidate>> {
    let vm = Vm::new();
    let bar = progress::counted(programs.len(), "programs observed");
    let observed: Result<Vec<Candidate>> = progress::pool(jobs)?.install(|| {
        (programs.par_iter())
            .map(|program| {
                let candidate = observe_one(program, plan, &vm);
                bar.inc(1);
                candidate
            })
            .collect()
    });
    bar.finish_and_clear();
    observed
}

fn observe_one(program: &Program, plan: &Plan, vm: &Vm) -> Result<Candidate> {
    let Program { source, mode, .. } = program;
    let settings = plan.settings(*mode, source, program.dialect);
    let asked = examine::program(&source.hash().to_string(), source)?;
    let Done { outcome, hits, .. } = vm.observe(&asked, &settings)?;
    let mut features = Vec::new();
    // What ends at a limit may end elsewhere another time.
    if matches!(outcome.answer, Answer::Value(_) | Answer::Error(_)) {
        features.extend(hits.iter().map(|(hit, _)| hit.id().cast_signed()));
        let own = || tuple(*mode, "alone", word(&outcome));
        features.push(number(&program.tuple.clone().unwrap_or_else(own)));
    }
    features.sort_unstable();
    features.dedup();
    Ok(Candidate {
        size: source.size(),
        features,
    })
}

/// Writes a program so that `--corpus` reads the same one.
fn write(folder: &Path, name: &str, source: &Source) -> Result<()> {
    let place: PathBuf = if source.files.is_empty() {
        folder.join(format!("{name}.nix"))
    } else {
        folder.join(name).join("default.nix")
    };
    let mut text = Vec::new();
    let said = header::settings(&source.text).unwrap_or_default();
    if said.features != source.features {
        text.extend_from_slice(format!("# features: {}\n", source.features.join(" ")).as_bytes());
    }
    text.extend_from_slice(&source.text);
    let beside = place.parent().unwrap_or(folder).to_owned();
    let files = source
        .files
        .iter()
        .map(|(path, content)| (beside.join(path), content));
    for (path, content) in files.chain([(place, &text)]) {
        let named = || format!("cannot write {}", path.display());
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(named)?;
        }
        fs::write(&path, content).with_context(named)?;
    }
    Ok(())
}
