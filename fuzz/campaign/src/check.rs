//! `twinix check`: evaluates programs in the subject and in the oracles, shows how they compare and
//! counts the verdicts.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read, Write, stdout},
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Mutex},
};

use anyhow::{Context, Result, bail};
use rayon::prelude::*;
use serde::Serialize;
use twinix_oracle::{
    Evaluator, Precision, Program, Settings, Unavailable,
    known::KnownList,
    outcome::Answer,
    program::Delivery,
    recorded::record_file,
    settings::Mode,
    verdict::{self, Check, Verdict, check_all},
};

use crate::{
    campaign::restricting,
    cli::CheckOptions,
    evaluators::{Chooser, is_command, speaks_for_all, tell_of_flags},
    header,
    programs::{self, Place},
    progress,
    remembered::{Memory, Remembered},
    render, stop,
    style::Look,
    suites::{self, Asked, SuiteReport, Wanted},
    summary::Summary,
    table,
};

/// A program that could not be checked.
#[derive(Debug, Serialize)]
struct Failed {
    program: String,
    error: String,
}

/// All that a run found.
#[derive(Debug, Serialize)]
struct Report {
    subject: String,
    programs: Vec<Check>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failed: Vec<Failed>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suites: Vec<SuiteReport>,
    summary: Summary,
}

impl Report {
    fn add(&mut self, asked: &[Asking], results: Vec<Result<Check, Unavailable>>) {
        for ((program, _), result) in asked.iter().zip(results) {
            match result {
                Ok(check) => self.programs.push(check),
                Err(error) => self.failed.push(Failed {
                    program: program.name().to_owned(),
                    error: error.to_string(),
                }),
            }
        }
    }
}

/// Runs the verb.
pub fn check(options: &CheckOptions) -> Result<ExitCode> {
    if options.attrs.is_none() && (!options.select.is_empty() || options.state.is_some()) {
        bail!("--attr and --state are for the attributes of a package set: name it by --attrs");
    }
    if options.attrs.is_some() {
        return crate::attrs::check_attributes(options);
    }
    let base = settings(options)?;
    let (asked, mut suites) = gather(options, &base)?;
    for &dialect in &options.suite {
        suites.push(Wanted::of_release(dialect)?);
    }
    let mut chooser = Chooser::default();
    let subject = chooser.subject(
        options.sides.subject.as_deref(),
        options.terms.dialect.first().copied(),
    )?;
    let sides = options.sides.subject.iter().chain(&options.sides.oracle);
    tell_of_flags(sides.map(String::as_str));
    let known = match &options.around.known {
        Some(file) => KnownList::read(file)?,
        None => KnownList::default(),
    };
    let precision = options.terms.precision();
    let pool = progress::pool(options.around.jobs)?;
    let mut report = Report {
        subject: subject.name().to_owned(),
        programs: Vec::new(),
        failed: Vec::new(),
        suites: Vec::new(),
        summary: Summary::default(),
    };
    if options.table {
        check_table(
            options,
            &base,
            &mut chooser,
            (subject.as_ref(), &precision, &known),
            &pool,
            &mut report,
        )?;
    }
    if !asked.is_empty() {
        let has_records = asked.iter().any(|(program, _)| {
            program
                .path()
                .is_some_and(|file| record_file(file).is_file())
        });
        let only_recorded = |oracle: &String| oracle == "recorded";
        if options.expr
            && !options.sides.oracle.is_empty()
            && options.sides.oracle.iter().all(only_recorded)
        {
            bail!("an expression has no recorded outcomes: give a file, or another oracle");
        }
        refuse_unrecorded(options, &asked, only_recorded)?;
        let oracles =
            chooser.oracles(&options.sides.oracle, &options.terms.dialect, has_records)?;
        let oracles: Vec<&dyn Evaluator> = oracles.iter().map(AsRef::as_ref).collect();
        speaks_for_all(subject.as_ref(), &oracles)?;
        let bar = progress::counted(asked.len(), "programs checked");
        let stream = Stream::new(options, subject.name(), &asked, &bar);
        let results = pool.install(|| {
            check_all(
                &asked,
                subject.as_ref(),
                &oracles,
                &precision,
                &known,
                &|index, result| {
                    stream.done(index, result);
                    bar.inc(1);
                },
            )
        });
        bar.finish_and_clear();
        stream.finish()?;
        report.add(&asked, results);
    }
    report.summary = Summary::of(&report.programs);
    for wanted in &suites {
        let oracle = chooser.one_of_each(&[wanted.dialect]).pop();
        let asked = Asked {
            subject: subject.as_ref(),
            oracle: oracle.as_ref().map(|oracle| oracle as &dyn Evaluator),
            precision: &precision,
            known: &known,
            limits: base.limits,
        };
        report.suites.push(suites::run(wanted, &asked, &pool)?);
    }
    show(&report, options)?;
    Ok(exit_code(&report, options.at_least))
}

/// Refuses to hold programs against recorded outcomes where nothing is recorded of any.
fn refuse_unrecorded(
    options: &CheckOptions,
    asked: &[Asking],
    is_recorded: impl Fn(&String) -> bool,
) -> Result<()> {
    let oracles = &options.sides.oracle;
    let has_record = |(program, _): &Asking| {
        let file = program.path().map(record_file);
        file.is_some_and(|file| file.is_file())
    };
    if oracles.is_empty() || !oracles.iter().all(is_recorded) || asked.iter().any(has_record) {
        return Ok(());
    }
    let places: Vec<&str> = options.programs.iter().map(String::as_str).collect();
    let places = places.join(" ");
    bail!(
        "nothing is recorded of {places}: `twinix corpus record {places}` asks the installed releases and \
         keeps what they say beside the programs"
    )
}

/// The settings of a program of which nothing is known, as campaigns have them: no evaluator shall read for it what
/// lies outside its folder, but for what the user shows it.
fn foreign(options: &CheckOptions, base: &Settings) -> Settings {
    let mut settings = base.clone();
    if !options.terms.unrestricted && settings.mode != Mode::Parse {
        let flags = restricting(settings.mode).iter();
        settings.flags.extend(flags.map(|&flag| flag.to_owned()));
        for path in &base.visible {
            let shown = path.display().to_string();
            settings.flags.extend(["-I".to_owned(), shown]);
        }
    }
    settings
}

/// Runs the rows of the table, each against the oracles of the releases that have what it is about. They are
/// asked through servers, and about what does not agree once more in fresh processes.
fn check_table(
    options: &CheckOptions,
    base: &Settings,
    chooser: &mut Chooser,
    (subject, precision, known): (&dyn Evaluator, &Precision, &KnownList),
    pool: &rayon::ThreadPool,
    report: &mut Report,
) -> Result<()> {
    let rows = table::rows(&options.programs);
    for name in &options.programs {
        if !table::is_builtin(name) {
            bail!("no release has a builtin '{name}'");
        }
    }
    let sides = &options.sides;
    let asks_commands = std::iter::once(sides.subject())
        .chain(sides.oracle.iter().map(String::as_str))
        .any(is_command);
    if asks_commands {
        progress::say(
            "commands know no canonical notation: rows that show floats and contexts exactly are asked for \
             as --mode strict",
        );
    }
    let (wanted, dialects) = (&options.sides.oracle, &options.terms.dialect);
    let fresh = chooser.oracles(wanted, dialects, false)?;
    let mut served = chooser.served(wanted, dialects, pool.current_num_threads())?;
    if let Some(file) = &options.remember {
        let memory = Arc::new(Memory::open(file)?);
        let remembered = |oracle| -> Box<dyn Evaluator> {
            Box::new(Remembered::new(oracle, Arc::clone(&memory)))
        };
        served = served.into_iter().map(remembered).collect();
    }
    let bar = progress::counted(rows.len(), "rows checked");
    for (dialects, rows) in table::by_dialects(rows) {
        let has = |oracle: &&dyn Evaluator| {
            let dialect = oracle.dialect().or(base.dialect);
            dialect.is_none_or(|dialect| dialects.contains(&dialect))
        };
        let served: Vec<&dyn Evaluator> = served.iter().map(AsRef::as_ref).filter(has).collect();
        let fresh: Vec<&dyn Evaluator> = fresh.iter().map(AsRef::as_ref).filter(has).collect();
        let mut asked = Vec::with_capacity(rows.len());
        if served.is_empty() {
            bar.inc(rows.len() as u64);
            continue;
        }
        for row in rows {
            let mut settings = row.settings(base);
            if asks_commands && settings.mode == Mode::Canonical {
                settings.mode = Mode::Strict;
            }
            asked.push((row.program()?, settings));
        }
        let stream = Stream::new(options, subject.name(), &asked, &bar);
        let done = |index, result: &_| {
            stream.done(index, result);
            bar.inc(1);
        };
        let ask = |(index, (program, settings)): (usize, &Asking)| {
            let by = |oracles: &[&dyn Evaluator]| {
                verdict::check(program, subject, oracles, settings, precision, known)
            };
            let mut checked = by(&served);
            if !matches!(&checked, Ok(check) if check.verdict == Verdict::Agree) {
                checked = by(&fresh);
            }
            done(index, &checked);
            checked
        };
        let results = pool.install(|| asked.par_iter().enumerate().map(ask).collect());
        stream.finish()?;
        report.add(&asked, results);
    }
    bar.finish_and_clear();
    report
        .programs
        .sort_by(|one, other| one.program.cmp(&other.program));
    Ok(())
}

/// A program with its settings.
type Asking = (Program, Settings);

/// The programs that are asked for, with their settings, and the language test suites.
fn gather(options: &CheckOptions, base: &Settings) -> Result<(Vec<Asking>, Vec<Wanted>)> {
    let mut asked = Vec::new();
    let mut suites = Vec::new();
    if options.table {
        return Ok((asked, suites));
    }
    if options.expr {
        for (number, text) in options.programs.iter().enumerate() {
            let name = if options.programs.len() == 1 {
                "-E".to_owned()
            } else {
                format!("-E {}", number + 1)
            };
            let program = Program::text(name, text.as_bytes()).delivered(Delivery::Expression);
            asked.push((program, foreign(options, base)));
        }
        return Ok((asked, suites));
    }
    for name in &options.programs {
        if name == "-" {
            let mut text = Vec::new();
            std::io::stdin()
                .lock()
                .read_to_end(&mut text)
                .context("cannot read standard input")?;
            let own = header::settings(&text).map(|own| own.over(base));
            let program = Program::text("-", text);
            asked.push((program, own.unwrap_or_else(|| foreign(options, base))));
            continue;
        }
        match programs::look(&PathBuf::from(name))? {
            Place::LangSuite(folder) => {
                suites.push(Wanted::of_folder(
                    folder,
                    options.terms.dialect.first().copied(),
                ));
            }
            Place::Programs(files) => {
                for file in files {
                    let program =
                        programs::program(&file).with_context(|| file.display().to_string())?;
                    let settings = match programs::own_settings(&file) {
                        Ok(Some(own)) => own.over(base),
                        Ok(None) => foreign(options, base),
                        Err(error) => bail!(error),
                    };
                    asked.push((program, settings));
                }
            }
        }
    }
    Ok((asked, suites))
}

fn settings(options: &CheckOptions) -> Result<Settings> {
    let visible = options.see.iter().map(|path| {
        fs::canonicalize(path)
            .with_context(|| format!("--see {}: there is no such file or folder", path.display()))
    });
    Ok(Settings {
        visible: visible.collect::<Result<_>>()?,
        ..options.terms.settings()
    })
}

fn show(report: &Report, options: &CheckOptions) -> Result<()> {
    let mut out = stdout().lock();
    if options.json {
        serde_json::to_writer_pretty(&mut out, report)?;
        writeln!(out)?;
        return Ok(());
    }
    let look = Look::of_stdout();
    for failed in &report.failed {
        writeln!(out, "failed       {}: {}", failed.program, failed.error)?;
    }
    for suite in &report.suites {
        write!(
            out,
            "{}",
            suite.text(&report.subject, look, options.verbose)
        )?;
    }
    if report.programs.len() > 1 {
        write!(out, "\n{}", report.summary.table())?;
    }
    Ok(())
}

/// Shows what was found about each program as soon as everything before it was shown: a run that is
/// stopped, or read through a pipe, has said what it knew.
struct Stream<'a> {
    subject: &'a str,
    look: Look,
    verbose: bool,
    shown: bool,
    all: usize,
    bar: &'a indicatif::ProgressBar,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    next: usize,
    texts: BTreeMap<usize, String>,
    failed: Option<std::io::Error>,
    /// How many came out how so far.
    verdicts: BTreeMap<&'static str, usize>,
}

impl Waiting {
    fn count(&mut self, result: &Result<Check, Unavailable>) {
        let name = match result {
            Ok(check) => check.verdict.name(),
            Err(_) => "failed",
        };
        *self.verdicts.entry(name).or_default() += 1;
    }

    /// What is said where the run is stopped now.
    fn so_far(&self, all: usize) -> String {
        let done: usize = self.verdicts.values().sum();
        let verdicts = self
            .verdicts
            .iter()
            .map(|(name, count)| format!("{count} {name}"));
        let verdicts: Vec<String> = verdicts.collect();
        format!(
            "stopped after {done} of {all} programs: {}",
            verdicts.join(", ")
        )
    }
}

impl<'a> Stream<'a> {
    fn new(
        options: &CheckOptions,
        subject: &'a str,
        asked: &[Asking],
        bar: &'a indicatif::ProgressBar,
    ) -> Self {
        Self {
            subject,
            look: Look::of_stdout(),
            // Someone who asks about one program wants to see what it does.
            verbose: options.verbose || asked.len() == 1,
            shown: !options.json,
            all: asked.len(),
            bar,
            waiting: Mutex::default(),
        }
    }

    fn done(&self, index: usize, result: &Result<Check, Unavailable>) {
        if !self.shown {
            return;
        }
        let text = match result {
            Ok(check) if self.verbose || !matches!(check.verdict.name(), "agree" | "known") => {
                render::check(check, self.subject, self.look, self.verbose)
            }
            _ => String::new(),
        };
        let Ok(mut waiting) = self.waiting.lock() else {
            return;
        };
        waiting.count(result);
        stop::say_last(waiting.so_far(self.all));
        waiting.texts.insert(index, text);
        loop {
            let next = waiting.next;
            let Some(text) = waiting.texts.remove(&next) else {
                break;
            };
            waiting.next += 1;
            if text.is_empty() || waiting.failed.is_some() {
                continue;
            }
            let written = self
                .bar
                .suspend(|| stdout().lock().write_all(text.as_bytes()));
            waiting.failed = written.err();
        }
    }

    /// Fails if something could not be written.
    fn finish(self) -> Result<()> {
        stop::say_last(String::new());
        match self.waiting.into_inner().map(|waiting| waiting.failed) {
            Ok(Some(error)) => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// Whether the subject alone came to no end: it cannot be said to agree, whatever the limit was.
fn subject_gave_up(check: &Check) -> bool {
    check.against.iter().any(|one| {
        matches!(one.subject_outcome.answer, Answer::Resource(_))
            && !matches!(one.oracle_outcome.answer, Answer::Resource(_))
    })
}

fn exit_code(report: &Report, at_least: Option<f64>) -> ExitCode {
    let counts = &report.summary.programs;
    let gave_up = report.programs.iter().any(subject_gave_up);
    let nothing_compared = !report.programs.is_empty() && counts.decided() == 0 && !gave_up;
    if !report.failed.is_empty() || nothing_compared {
        return ExitCode::from(2);
    }
    let good = match at_least {
        Some(least) => {
            counts.percentage() >= least
                && report
                    .suites
                    .iter()
                    .all(|suite| suite.percentage() >= least)
        }
        None => {
            counts.differing() == 0
                && !gave_up
                && report
                    .suites
                    .iter()
                    .all(|suite| suite.passing == suite.counted)
        }
    };
    ExitCode::from(u8::from(!good))
}
