//! `twinix check --attrs`: evaluates every attribute of a package set in the subject and in each
//! oracle, errors included. Attributes go in batches; a batch that fails, or on which the evaluators
//! differ, is halved until each attribute that does stands alone. Evaluators are as fresh for each
//! batch as for each program, which bounds their memory.

mod ledger;
mod program;

use std::{
    collections::BTreeMap,
    io::{Write, stdout},
    process::ExitCode,
    sync::Mutex,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use serde::Serialize;
use twinix_oracle::{
    Evaluator, Precision, Settings, Verdict,
    known::KnownList,
    outcome::Answer,
    settings::{Limits, Mode},
    verdict::{Check, check},
};

use crate::{cli::CheckOptions, evaluators::Chooser, identity, progress, render, style::Look};
use ledger::{About, Entry, Ledger};
use program::{Path, Seen};

/// Sets deeper than this are not entered: one that leads to itself (`pkgs.pkgs`) has no end.
const DEEPEST: usize = 8;

/// What is shared by all batches.
struct Walk<'a> {
    root: program::Root,
    subject: &'a dyn Evaluator,
    oracles: &'a [Box<dyn Evaluator>],
    settings: &'a Settings,
    precision: Precision,
    known: KnownList,
    batch: usize,
    ledger: Mutex<Ledger>,
    /// What differs, with the name of the oracle.
    differing: Mutex<Vec<(String, Check)>>,
    bar: ProgressBar,
}

/// Attributes for one oracle.
struct Batch {
    oracle: usize,
    paths: Vec<Path>,
}

/// The numbers of one oracle.
#[derive(Debug, Default, Serialize)]
struct Counts {
    /// Attributes that were looked at.
    attributes: usize,
    /// By verdict.
    verdicts: BTreeMap<String, usize>,
    /// By what the attribute is: `derivation`, `set`, `caught`, `error` …
    kinds: BTreeMap<String, usize>,
}

/// Everything that a run found.
#[derive(Debug, Serialize)]
struct Report {
    root: String,
    oracles: BTreeMap<String, Counts>,
    /// The attributes that do not agree, those of earlier runs included.
    unsettled: Vec<String>,
    differing: Vec<Check>,
}

/// Runs the verb.
pub fn check_attributes(options: &CheckOptions) -> Result<ExitCode> {
    let Some(file) = &options.attrs else {
        bail!("no path was given");
    };
    let file = std::fs::canonicalize(file)
        .with_context(|| format!("{}: no such file or directory", file.display()))?;
    let root = program::Root::new(&file)?;
    let settings = Settings {
        mode: Mode::Json,
        // The programs are written for the run; what they import is all around this file.
        visible: vec![if file.is_dir() {
            file.clone()
        } else {
            file.parent().unwrap_or(&file).to_owned()
        }],
        limits: Limits {
            // A batch of attributes of nixpkgs takes longer than a program of the corpus.
            time: Duration::from_secs_f64(options.terms.timeout.max(60.0)),
            memory: options.terms.max_memory << 20,
            ..Limits::default()
        },
        ..Settings::default()
    };
    let mut chooser = Chooser::default();
    let subject = chooser.subject(
        options.sides.subject.as_deref(),
        options.terms.dialect.first().copied(),
    )?;
    let oracles = chooser.oracles(&options.sides.oracle, &options.terms.dialect, false)?;
    let pool = progress::pool(options.around.jobs)?;
    let starts: Vec<Path> = match options.select.as_slice() {
        [] => vec![Vec::new()],
        selected => selected.iter().map(|one| program::path(one)).collect(),
    };
    let about = About {
        // What one build found says nothing about the next one.
        subject: match subject.dialect() {
            None if subject.name() == "twinix" => {
                format!("twinix ({})", identity::of_this_program()?)
            }
            _ => subject.name().to_owned(),
        },
        root: file.display().to_string(),
    };
    let walk = Walk {
        root,
        subject: subject.as_ref(),
        oracles: &oracles,
        settings: &settings,
        precision: Precision::default(),
        known: match &options.around.known {
            Some(file) => KnownList::read(file)?,
            None => KnownList::default(),
        },
        batch: options.batch.max(1),
        ledger: Mutex::new(Ledger::open(options.state.as_deref(), &about)?),
        differing: Mutex::default(),
        bar: progress::counted(0, "attributes"),
    };
    let batches = (0..oracles.len())
        .flat_map(|oracle| {
            starts.iter().map(move |start| Batch {
                oracle,
                paths: vec![start.clone()],
            })
        })
        .collect::<Vec<_>>();
    let walk = &walk;
    let failed: Mutex<Option<anyhow::Error>> = Mutex::default();
    pool.scope(|scope| {
        for batch in batches {
            let failed = &failed;
            scope.spawn(move |scope| walk.run(scope, batch, failed));
        }
    });
    walk.bar.finish_and_clear();
    if let Some(error) = failed.into_inner().unwrap_or(None) {
        return Err(error);
    }
    walk.have_begun(&starts)?;
    walk.report(options)
}

impl Walk<'_> {
    /// Whether there was anything to walk through: that both sides fail in the same way where a walk
    /// starts says nothing about a package set.
    fn have_begun(&self, starts: &[Path]) -> Result<()> {
        let Ok(ledger) = self.ledger.lock() else {
            return Ok(());
        };
        let file = self.root.file().display();
        for (start, oracle) in starts
            .iter()
            .flat_map(|start| self.oracles.iter().map(move |oracle| (start, oracle)))
        {
            let Some(entry) = ledger.get(oracle.name(), start) else {
                continue;
            };
            let (name, kind) = (oracle.name(), &entry.kind);
            if entry.verdict != "agree" {
                continue;
            }
            if start.is_empty() && kind != "set" {
                bail!(
                    "{file} gives no set of attributes: {name} and the subject say {kind}; \
                     `twinix eval {file}` shows what it is"
                );
            }
            if kind == "error (missing-attribute)" {
                bail!(
                    "the attribute '{}' is not in {file} (as {name} says)",
                    program::shown(start)
                );
            }
        }
        Ok(())
    }

    /// Looks at a batch, and at what it leads to.
    fn run<'s>(
        &'s self,
        scope: &rayon::Scope<'s>,
        batch: Batch,
        failed: &'s Mutex<Option<anyhow::Error>>,
    ) {
        match self.look(batch) {
            Ok(batches) => {
                for batch in batches {
                    scope.spawn(move |scope| self.run(scope, batch, failed));
                }
            }
            Err(error) => {
                if let Ok(mut failed) = failed.lock() {
                    failed.get_or_insert(error);
                }
            }
        }
    }

    fn look(&self, batch: Batch) -> Result<Vec<Batch>> {
        let oracle = self.oracles[batch.oracle].as_ref();
        let mut next = Vec::new();
        let mut paths = Vec::new();
        {
            // What an earlier run has settled is not asked again.
            let Ok(ledger) = self.ledger.lock() else {
                return Ok(next);
            };
            for path in batch.paths {
                match ledger.get(oracle.name(), &path) {
                    Some(entry) => next.extend(self.children(batch.oracle, &path, &entry.children)),
                    None => paths.push(path),
                }
            }
        }
        if paths.is_empty() {
            return Ok(next);
        }
        let program = self.root.program(&paths);
        let checked = check(
            &program,
            self.subject,
            &[oracle],
            self.settings,
            &self.precision,
            &self.known,
        )?;
        let Some(against) = checked.against.first() else {
            let why = checked.unavailable.first().map_or("", |(_, why)| why);
            bail!("{} gives no outcome: {why}", oracle.name());
        };
        if against.verdict == Verdict::Agree
            && let Answer::Value(text) = &against.oracle_outcome.answer
        {
            let all = program::seen(text)?;
            for (path, mut seen) in paths.into_iter().zip(all) {
                seen.end_at(path.len() >= DEEPEST);
                next.extend(self.children(batch.oracle, &path, &seen.children));
                self.settle(oracle, path, seen, "agree")?;
            }
            return Ok(next);
        }
        if paths.len() > 1 {
            let rest = paths.split_off(paths.len() / 2);
            for paths in [paths, rest] {
                let oracle = batch.oracle;
                next.push(Batch { oracle, paths });
            }
            return Ok(next);
        }
        for path in paths {
            let verdict = against.verdict.name();
            let mut seen = Seen::alone(&against.oracle_outcome);
            seen.end_at(path.len() >= DEEPEST);
            next.extend(self.children(batch.oracle, &path, &seen.children));
            if verdict != "agree"
                && let Ok(mut differing) = self.differing.lock()
            {
                let mut check = checked.clone();
                check.program = program::shown(&path);
                differing.push((oracle.name().to_owned(), check));
            }
            self.settle(oracle, path, seen, verdict)?;
        }
        Ok(next)
    }

    /// Batches of what a set leads to.
    fn children(&self, oracle: usize, path: &Path, names: &[String]) -> Vec<Batch> {
        let paths: Vec<Path> = names
            .iter()
            .map(|name| [path.as_slice(), std::slice::from_ref(name)].concat())
            .collect();
        self.bar.inc_length(paths.len() as u64);
        paths
            .chunks(self.batch)
            .map(|paths| Batch {
                oracle,
                paths: paths.to_vec(),
            })
            .collect()
    }

    fn settle(&self, oracle: &dyn Evaluator, path: Path, seen: Seen, verdict: &str) -> Result<()> {
        self.bar.inc(1);
        let entry = Entry {
            oracle: oracle.name().to_owned(),
            path,
            verdict: verdict.to_owned(),
            kind: seen.kind,
            children: seen.children,
        };
        match self.ledger.lock() {
            Ok(mut ledger) => ledger.add(entry),
            Err(_) => Ok(()),
        }
    }

    fn report(&self, options: &CheckOptions) -> Result<ExitCode> {
        let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
        let mut unsettled = Vec::new();
        if let Ok(ledger) = self.ledger.lock() {
            let chosen = |entry: &&Entry| {
                self.oracles
                    .iter()
                    .any(|oracle| oracle.name() == entry.oracle)
            };
            for entry in ledger.entries().filter(chosen) {
                if entry.verdict != "agree" {
                    let name = format!("{} ({})", program::shown(&entry.path), entry.oracle);
                    unsettled.push(name);
                }
                let counts = counts.entry(entry.oracle.clone()).or_default();
                counts.attributes += 1;
                *counts.verdicts.entry(entry.verdict.clone()).or_default() += 1;
                *counts.kinds.entry(entry.kind.clone()).or_default() += 1;
            }
        }
        let mut differing = self
            .differing
            .lock()
            .map(|differing| differing.clone())
            .unwrap_or_default();
        differing.sort_by(|a, b| (&a.0, &a.1.program).cmp(&(&b.0, &b.1.program)));
        unsettled.sort();
        let settled = counts
            .values()
            .all(|counts| counts.verdicts.keys().all(|verdict| verdict == "agree"));
        let report = Report {
            root: self.root.file().display().to_string(),
            oracles: counts,
            unsettled,
            differing: differing.into_iter().map(|(_, check)| check).collect(),
        };
        let mut out = stdout().lock();
        if options.json {
            serde_json::to_writer_pretty(&mut out, &report)?;
            writeln!(out)?;
        } else {
            let look = Look::of_stdout();
            for check in &report.differing {
                write!(
                    out,
                    "{}",
                    render::check(check, self.subject.name(), look, false)
                )?;
            }
            if report.unsettled.len() > report.differing.len() {
                writeln!(out, "not settled by this and earlier runs:")?;
                for name in &report.unsettled {
                    writeln!(out, "  {name}")?;
                }
            }
            for (oracle, counts) in &report.oracles {
                writeln!(out, "{oracle}: {} attributes", counts.attributes)?;
                for (what, numbers) in [("verdicts", &counts.verdicts), ("kinds", &counts.kinds)] {
                    let numbers: Vec<String> = numbers
                        .iter()
                        .map(|(name, number)| format!("{name} {number}"))
                        .collect();
                    writeln!(out, "  {what}: {}", numbers.join(", "))?;
                }
            }
        }
        Ok(ExitCode::from(u8::from(!settled)))
    }
}
