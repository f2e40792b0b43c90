//! `twinix corpus`: keeps what the releases do with the programs of the corpus beside them.

use std::{
    fs,
    io::{Write, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use twinix_oracle::{
    Dialect, Evaluator, Settings, Unavailable,
    discover::Oracle,
    recorded::{self, Record},
    settings::Limits,
};

use crate::{
    cli::{CorpusVerb, RecordOptions},
    evaluators::Chooser,
    plural::counted,
    programs::{self, Place},
    progress,
    reduce::{again::again, finding::findings},
};

/// Runs the verb.
pub fn corpus(verb: &CorpusVerb) -> Result<ExitCode> {
    match verb {
        CorpusVerb::Record(options) => record(options),
        CorpusVerb::Verify(options) => verify(options),
        CorpusVerb::Distill(options) => crate::campaign::distill(options),
        CorpusVerb::Add {
            file,
            area,
            new_area,
            name,
            corpus,
        } => {
            refuse_new_area(area, *new_area, corpus)?;
            add(file, area, name, corpus)
        }
    }
}

fn record(options: &RecordOptions) -> Result<ExitCode> {
    let programs = programs_of(&options.programs)?;
    let oracles = oracles_of(&options.oracle)?;
    let base = settings(options.timeout);
    let results = each(&programs, options.jobs, "programs recorded", |file| {
        let own = own(file)?;
        recorded::record(file, own, &references(&oracles), &base)
    })?;
    let mut out = stdout().lock();
    let (mut written, mut failed) = (0, 0);
    for (file, result) in programs.iter().zip(&results) {
        match result {
            Ok(recorded) => {
                written += usize::from(recorded.is_new);
                for (dialect, why) in &recorded.record.without {
                    writeln!(out, "{}: no outcome of {dialect}: {why}", file.display())?;
                }
            }
            Err(error) => {
                failed += 1;
                writeln!(out, "{}: {error}", file.display())?;
            }
        }
    }
    writeln!(
        out,
        "{}, {} written, {failed} failed (oracles {})",
        counted(programs.len(), "program"),
        counted(written, "record"),
        names(&oracles)
    )?;
    Ok(if failed > 0 {
        ExitCode::from(2)
    } else {
        ExitCode::SUCCESS
    })
}

fn verify(options: &RecordOptions) -> Result<ExitCode> {
    let programs = programs_of(&options.programs)?;
    let oracles = oracles_of(&options.oracle)?;
    let base = settings(options.timeout);
    let results = each(&programs, options.jobs, "programs verified", |file| {
        let own = own(file)?;
        let recorded = recorded::observe(file, own, &references(&oracles), &base)?;
        let old = Record::of(file)?.unwrap_or_default();
        Ok((recorded, old))
    })?;
    let mut out = stdout().lock();
    let (mut differing, mut failed) = (0, 0);
    for (file, result) in programs.iter().zip(&results) {
        match result {
            Ok((recorded, _)) if !recorded.is_new => {}
            Ok((recorded, old)) => {
                differing += 1;
                let settings_differ = recorded.record.settings != old.settings;
                if settings_differ {
                    writeln!(out, "{}: recorded under other settings", file.display())?;
                }
                for dialect in &recorded.changed {
                    let said = |record: &Record| said(record, *dialect);
                    writeln!(out, "{}: {dialect}", file.display())?;
                    writeln!(out, "  recorded  {}", said(old))?;
                    writeln!(out, "  now       {}", said(&recorded.record))?;
                }
            }
            Err(error) => {
                failed += 1;
                writeln!(out, "{}: {error}", file.display())?;
            }
        }
    }
    writeln!(
        out,
        "{}, {} not hold, {failed} failed (oracles {})",
        counted(programs.len(), "program"),
        match differing {
            1 => "1 record does".to_owned(),
            _ => format!("{differing} records do"),
        },
        names(&oracles)
    )?;
    let (changed, unknown) = verify_findings(options, &mut out)?;
    Ok(match (differing + changed, failed + unknown) {
        (0, 0) => ExitCode::SUCCESS,
        (_, 0) => ExitCode::from(1),
        _ => ExitCode::from(2),
    })
}

/// Evaluates the findings again: how many are not as they are said to be, and of how many nothing is
/// known.
fn verify_findings(options: &RecordOptions, out: &mut impl Write) -> Result<(usize, usize)> {
    let timeout = Duration::from_secs_f64(options.timeout.max(0.0));
    let (mut all, mut changed, mut unknown) = (0, 0, 0);
    for place in options.programs.iter().filter(|place| place.is_dir()) {
        for (folder, finding) in findings(place)? {
            all += 1;
            let name = folder.display();
            match again(&folder, &finding, timeout) {
                Ok((again, _)) if again.holds() => continue,
                Ok((again, _)) => writeln!(out, "{name}: {again}")?,
                Err(error) => {
                    unknown += 1;
                    writeln!(out, "{name}: {error:#}")?;
                    continue;
                }
            }
            changed += 1;
        }
    }
    if all > 0 {
        writeln!(
            out,
            "{}, {changed} not as said, {unknown} could not be asked",
            counted(all, "finding")
        )?;
    }
    Ok((changed, unknown))
}

fn said(record: &Record, dialect: Dialect) -> String {
    match (record.outcomes.get(&dialect), record.without.get(&dialect)) {
        (Some(outcome), _) => {
            let traces: String = outcome
                .traces
                .iter()
                .map(|line| format!(" [{line}]"))
                .collect();
            format!("{outcome}{traces}")
        }
        (None, Some(why)) => format!("no outcome: {why}"),
        (None, None) => "nothing".to_owned(),
    }
}

/// Refuses an area that the corpus does not have, which is more often misspelt than new.
fn refuse_new_area(area: &str, is_meant: bool, corpus: &Path) -> Result<()> {
    let seeds = corpus.join("seeds");
    if is_meant || !seeds.is_dir() || seeds.join(area).is_dir() {
        return Ok(());
    }
    let mut areas = Vec::new();
    for entry in fs::read_dir(&seeds).with_context(|| seeds.display().to_string())? {
        let entry = entry?;
        if entry.path().is_dir() {
            areas.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    areas.sort();
    bail!(
        "the corpus has no area '{area}': give one of {}, or --new-area to make it",
        areas.join(", ")
    )
}

fn add(file: &Path, area: &str, name: &str, corpus: &Path) -> Result<ExitCode> {
    let source = fs::read(file).with_context(|| file.display().to_string())?;
    let folder = corpus.join("seeds").join(area);
    if !corpus.join("seeds").is_dir() {
        bail!(
            "{0} is no corpus: it has no folder seeds. Name the corpus by --corpus, or begin one: \
             mkdir -p {0}/seeds/{area}",
            corpus.display()
        );
    }
    let place = folder.join(format!("{name}.nix"));
    if place.exists() || folder.join(name).exists() {
        bail!("{} is there already", place.display());
    }
    let oracles = oracles_of(&[])?;
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    fs::write(&place, source).with_context(|| place.display().to_string())?;
    let own = own(&place)?;
    let base = settings(Limits::default().time.as_secs_f64());
    let recorded = recorded::record(&place, own, &references(&oracles), &base)?;
    let mut out = stdout().lock();
    writeln!(out, "{}", place.display())?;
    for oracle in &oracles {
        let said = said(&recorded.record, oracle.dialect);
        writeln!(out, "  {:<8} {said}", oracle.name)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn programs_of(places: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut programs = Vec::new();
    for place in places {
        match programs::look(place)? {
            Place::Programs(found) => programs.extend(found),
            Place::LangSuite(_) => bail!(
                "{} is a language test suite: it has its own expected output",
                place.display()
            ),
        }
    }
    Ok(programs)
}

fn oracles_of(wanted: &[Dialect]) -> Result<Vec<Oracle>> {
    let all = if wanted.is_empty() {
        &Dialect::ALL
    } else {
        wanted
    };
    let oracles = Chooser::default().one_of_each(all);
    if oracles.is_empty() && wanted.is_empty() {
        bail!("no release of C++ Nix is installed: run `twinix oracle install`");
    }
    let missing: Vec<&str> = wanted
        .iter()
        .filter(|dialect| !oracles.iter().any(|oracle| oracle.dialect == **dialect))
        .map(|dialect| dialect.name())
        .collect();
    if oracles.is_empty() || !missing.is_empty() {
        bail!(
            "Nix {} is not installed: run `twinix oracle install {}`",
            missing.join(" and "),
            missing.join(" ")
        );
    }
    Ok(oracles)
}

fn references(oracles: &[Oracle]) -> Vec<&dyn Evaluator> {
    oracles
        .iter()
        .map(|oracle| oracle as &dyn Evaluator)
        .collect()
}

fn names(oracles: &[Oracle]) -> String {
    let names: Vec<&str> = oracles.iter().map(|oracle| oracle.name.as_str()).collect();
    names.join(" ")
}

fn own(file: &Path) -> Result<Option<recorded::RecordedSettings>, Unavailable> {
    programs::own_settings(file).map_err(Unavailable::Unsupported)
}

fn settings(timeout: f64) -> Settings {
    Settings {
        limits: Limits {
            time: Duration::from_secs_f64(timeout.max(0.0)),
            ..Limits::default()
        },
        ..Settings::default()
    }
}

fn each<T: Send>(
    programs: &[PathBuf],
    jobs: Option<usize>,
    what: &'static str,
    work: impl Fn(&Path) -> Result<T, Unavailable> + Sync,
) -> Result<Vec<Result<T, Unavailable>>> {
    let bar = progress::counted(programs.len(), what);
    let results = progress::pool(jobs)?.install(|| {
        programs
            .par_iter()
            .map(|file| {
                let result = work(file);
                bar.inc(1);
                result
            })
            .collect()
    });
    bar.finish_and_clear();
    Ok(results)
}
