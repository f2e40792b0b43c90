//! `twinix reduce`: makes a program that diverges as small as it can be while it diverges in the same
//! way.

pub mod again;
pub mod finding;
mod given;
mod same;

use std::{
    collections::BTreeMap,
    fs,
    io::{Write, stderr, stdout},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

use anyhow::{Context, Result, bail};
use indicatif::{HumanCount, ProgressBar};
use serde::Serialize;
use tempfile::Builder;
use twinix_oracle::{
    Settings,
    known::KnownList,
    recorded::record_file,
    settings::Mode,
    signature::Signature,
    verdict::{Check, Verdict},
};
use twinix_reducer::{End, Options, Progress, Reduced, Source, State, reduce, words};

use crate::{
    cli::ReduceOptions,
    parties::{Parties, Speed},
    progress, stop,
};
use finding::{Finding, Said};
use given::Given;
pub use same::{Asks, SameSignature};
use same::{Candidates, Terms};

/// Candidates for each thread in one batch: enough that no thread waits for the last one, few enough
/// that little is tested in vain.
const BATCH: usize = 4;

/// What is printed as JSON.
#[derive(Serialize)]
struct Report {
    program: String,
    signature: Signature,
    bucket: Signature,
    before: usize,
    after: usize,
    tests: usize,
    seconds: f64,
    end: &'static str,
    taken_back: usize,
    passes: BTreeMap<&'static str, usize>,
    text: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    files: BTreeMap<String, String>,
    of_subject: Vec<Said>,
    of_oracles: Vec<Said>,
    #[serde(skip_serializing_if = "Option::is_none")]
    saved: Option<String>,
}

/// Runs the verb.
pub fn reduce_program(options: &ReduceOptions) -> Result<ExitCode> {
    refuse_places(options)?;
    let options = &as_found(options)?;
    let pool = progress::pool(options.around.jobs)?;
    let jobs = pool.current_num_threads();
    let parties = Parties::choose(
        options.sides.subject(),
        &options.sides.oracle,
        &options.terms.dialect,
        Speed::Served(jobs),
    )?;
    let mut given = Given::read(options)?;
    let known = match &options.around.known {
        Some(file) => KnownList::read(file)?,
        None => KnownList::default(),
    };
    let precision = options.terms.precision();
    let settings = given.settings.clone();
    let terms = Terms {
        parties: &parties,
        settings: &settings,
        precision: &precision,
        known: &known,
    };

    let began = Instant::now();
    let check = terms.check(&given.name, &given.source)?;
    let took = began.elapsed();
    let Some(signature) = Signature::of(&check) else {
        writeln!(
            stderr(),
            "{}: there is nothing to reduce, the verdict is {}",
            given.name,
            check.verdict
        )?;
        let lines = match check.verdict {
            Verdict::Known { .. } => vec!["without --known it is reduced".to_owned()],
            _ => advice(options, &parties, &settings),
        };
        for line in lines {
            writeln!(stderr(), "  {line}")?;
        }
        return Ok(ExitCode::from(1));
    };
    // Files that the divergence does not need only slow down everything.
    if !given.source.files.is_empty() {
        let alone = Source::new(given.source.text.clone());
        let found = terms.check(&given.name, &alone)?;
        if Signature::of(&found).as_ref() == Some(&signature) {
            given.source = alone;
        }
    }

    let candidates = Candidates::new(&terms, took);
    let same = SameSignature::new(
        &candidates,
        &parties,
        signature.clone(),
        &check,
        Some(&pool),
    );
    let bar = Bar(progress::spinner());
    let limits = Options {
        time: Some(options.time),
        stops: Some(stop::is_asked),
        batch: jobs * BATCH,
        ..Options::default()
    };
    stop::take_care();
    let reduced = reduce(&given.source, &same, &limits, &bar);
    bar.0.finish_and_clear();
    let reduced = match reduced {
        Ok(reduced) => reduced,
        Err(error) => {
            writeln!(stderr(), "{}: {error} ({signature})", given.name)?;
            return Ok(ExitCode::from(1));
        }
    };
    let last = terms.check(&given.name, &reduced.source)?;
    if Signature::of(&last).as_ref() != Some(&signature) {
        writeln!(
            stderr(),
            "{}: the divergence {signature} does not show every time: nothing is reduced",
            given.name
        )?;
        return Ok(ExitCode::from(1));
    }
    finish(options, &given, &signature, &reduced, &last)?;
    Ok(match reduced.end {
        End::Stopped => ExitCode::from(STOPPED),
        _ => ExitCode::SUCCESS,
    })
}

/// As programs end that Ctrl-C stops.
const STOPPED: u8 = 130;

/// The options with what a finding says of its program and of who is compared, where the user does not.
fn as_found(options: &ReduceOptions) -> Result<ReduceOptions> {
    let mut options = options.clone();
    let folder = PathBuf::from(&options.program);
    if options.expr {
        return Ok(options);
    }
    if let Some(finding) = finding::of(&folder)? {
        options.program = folder.join(&finding.program).display().to_string();
        options.sides.subject.get_or_insert(finding.subject);
        if options.sides.oracle.is_empty() {
            options.sides.oracle = finding.oracles;
        }
        options.terms.exact |= finding.exact;
    }
    Ok(options)
}

/// So many lines that a program traces are shown of each evaluator.
const MOST_TRACES: usize = 8;

/// Refuses to write where something would be lost, or where nobody looks for it, before any work is done.
fn refuse_places(options: &ReduceOptions) -> Result<()> {
    if options.save.is_some() && options.corpus.is_none() && !Path::new(CORPUS).is_dir() {
        bail!("there is no folder {CORPUS} here: name the corpus by --corpus FOLDER");
    }
    let Some(out) = options.out.as_ref() else {
        return Ok(());
    };
    let whole = |path: &Path| fs::canonicalize(path).ok();
    let program = Path::new(&options.program);
    let given = [program.to_owned(), program.join("default.nix")];
    let written = [out.clone(), out.join("default.nix")];
    let is_same = |one: &PathBuf| {
        given
            .iter()
            .any(|it| whole(it).is_some() && whole(it) == whole(one))
    };
    if written.iter().any(is_same) {
        bail!(
            "--out {} would overwrite the program itself: give another --out",
            out.display()
        );
    }
    let is_empty = || fs::read_dir(out).is_ok_and(|mut entries| entries.next().is_none());
    if out.exists() && !is_empty() {
        bail!(
            "--out {} is there already: give another, or remove it",
            out.display()
        );
    }
    Ok(())
}

/// What to try where a program does not diverge: it may only do so when it is asked in another way, or of
/// others.
fn advice(options: &ReduceOptions, parties: &Parties, settings: &Settings) -> Vec<String> {
    let oracles: Vec<&str> = (parties.oracles.iter())
        .map(|one| one.who().name.as_str())
        .collect();
    let mut lines = vec![format!(
        "it was asked of {} and {}: --subject and --oracle name others",
        parties.subject.who().name,
        oracles.join(", ")
    )];
    if options.terms.mode.is_none() && settings.mode == Mode::Strict {
        lines.push(
            "it was asked for its value: --mode canonical also shows exact floats and string contexts, \
             --mode parse the syntax"
                .to_owned(),
        );
    }
    if !options.terms.exact {
        lines.push("messages and positions were not compared: --exact does".to_owned());
    }
    lines
}

/// The corpus where none is named.
const CORPUS: &str = "corpus";

/// Writes, saves and reports the result.
fn finish(
    options: &ReduceOptions,
    given: &Given,
    signature: &Signature,
    reduced: &Reduced,
    last: &Check,
) -> Result<()> {
    let words = words(&reduced.source);
    let bucket = Signature::of_minimal(last, &words, None).unwrap_or_else(|| signature.clone());
    let subject = options.sides.subject();
    let (of_subject, of_oracles) = finding::said(subject, last);
    let text = given.whole(&reduced.source);
    let mut saved = None;
    if let Some(name) = &options.save {
        let name = if name.is_empty() {
            bucket.name()
        } else {
            name.clone()
        };
        let corpus = options.corpus.as_deref().unwrap_or(Path::new(CORPUS));
        let folder = corpus.join("regressions").join(&name);
        let called = corpus.file_name().map_or(Path::new(CORPUS), Path::new);
        let program = Finding::place(&reduced.source);
        let finding = Finding {
            signature: bucket.clone(),
            state: finding::State::Open,
            cause: options.cause.clone(),
            upstream: options.upstream.clone(),
            subject: subject.to_owned(),
            oracles: options.sides.oracle.clone(),
            settings: given.own.clone(),
            exact: options.terms.exact,
            replay: replay(
                options,
                &called.join("regressions").join(&name).join(&program),
            ),
            program,
            of_subject: of_subject.clone(),
            of_oracles: of_oracles.clone(),
        };
        finding.save(&folder, &text, &reduced.source)?;
        saved = Some(folder.display().to_string());
    }
    if let Some(out) = &options.out {
        write(out, &text, &reduced.source)?;
        if given.is_recorded {
            let program = match reduced.source.files.is_empty() {
                true => out.clone(),
                false => out.join("default.nix"),
            };
            let settings = serde_json::json!({ "settings": given.own });
            let text = format!("{}\n", serde_json::to_string_pretty(&settings)?);
            whole(&record_file(&program), text.as_bytes())?;
        }
    }
    let end = match reduced.end {
        End::FixedPoint => "fixed-point",
        End::Time => "time",
        End::Tests => "tests",
        End::Stopped => "stopped",
    };
    if options.json {
        let lossy = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let files = reduced.source.files.iter();
        let report = Report {
            program: given.name.clone(),
            signature: signature.clone(),
            bucket,
            before: given.source.size(),
            after: reduced.source.size(),
            tests: reduced.tests,
            seconds: reduced.elapsed.as_secs_f64(),
            end,
            taken_back: reduced.taken_back,
            passes: reduced.passes.clone(),
            text: lossy(&reduced.source.text),
            files: files
                .map(|(path, content)| (path.display().to_string(), lossy(content)))
                .collect(),
            of_subject,
            of_oracles,
            saved,
        };
        let mut out = stdout().lock();
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
        return Ok(());
    }
    if options.out.is_none() {
        stdout().lock().write_all(&text)?;
        for (path, content) in &reduced.source.files {
            writeln!(stdout(), "\n# {}", path.display())?;
            stdout().lock().write_all(content)?;
            writeln!(stdout())?;
        }
    }
    let mut says = stderr().lock();
    writeln!(
        says,
        "{} → {} bytes in {:.1} s, {} candidates ({})\nsignature {bucket}",
        given.source.size(),
        reduced.source.size(),
        reduced.elapsed.as_secs_f64(),
        reduced.tests,
        match reduced.end {
            End::FixedPoint => "nothing more can be left out",
            End::Time | End::Tests => "the time was over: --time gives it more",
            End::Stopped => "stopped: the same command again would go further",
        }
    )?;
    // Who is the subject and who an oracle is not told by names that may be commands.
    for (role, all) in [("subject", &of_subject), ("oracle", &of_oracles)] {
        for said in all {
            writeln!(
                says,
                "{role:<8} {:<10} as {:<5} {}",
                said.evaluator, said.dialect, said.outcome
            )?;
            for line in said.outcome.traces.iter().take(MOST_TRACES) {
                writeln!(says, "{:<29}{line}", "")?;
            }
        }
    }
    if options.out.is_none() && given.is_recorded {
        let settings = serde_json::to_string(&given.own)?;
        writeln!(
            says,
            "evaluated with {settings}: --out FILE.nix writes that beside it"
        )?;
    }
    if let Some(out) = &options.out {
        writeln!(says, "wrote {}", out.display())?;
    }
    if let Some(saved) = saved {
        writeln!(says, "saved as {saved}")?;
    }
    Ok(())
}

/// The command that shows a saved finding.
fn replay(options: &ReduceOptions, program: &Path) -> String {
    let mut words = vec!["twinix check".to_owned(), program.display().to_string()];
    let mut add = |name: &str, value: &str| {
        words.push(format!("--{name}"));
        let is_plain = value.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
        words.push(if is_plain {
            value.to_owned()
        } else {
            format!("'{}'", value.replace('\'', r"'\''"))
        });
    };
    if let Some(subject) = &options.sides.subject {
        add("subject", subject);
    }
    for oracle in &options.sides.oracle {
        add("oracle", oracle);
    }
    for dialect in &options.terms.dialect {
        add("dialect", dialect.name());
    }
    if options.terms.exact {
        words.push("--exact".to_owned());
    }
    words.join(" ")
}

/// Writes the program into a file, or with its files into a folder.
fn write(out: &Path, text: &[u8], source: &Source) -> Result<()> {
    if source.files.is_empty() {
        return whole(out, text);
    }
    for (path, content) in &source.files {
        whole(&out.join(path), content)?;
    }
    // Without this one a folder is no program.
    whole(&out.join("default.nix"), text)
}

/// Writes a file so that whoever ends this process, and whenever, it is there whole or as it was before.
fn whole(path: &Path, content: &[u8]) -> Result<()> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let named = || path.display().to_string();
    fs::create_dir_all(folder).with_context(named)?;
    // Nothing can take the place of what is no file, such as a terminal, or a link to one.
    if path.symlink_metadata().is_ok_and(|it| !it.is_file()) {
        return fs::write(path, content).with_context(named);
    }
    let mut file = Builder::new()
        .prefix(".reduced-")
        .permissions(fs::Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .with_context(named)?;
    file.write_all(content).with_context(named)?;
    file.persist(path).with_context(named)?;
    Ok(())
}

/// Shows how far it is.
struct Bar(ProgressBar);

impl Progress for Bar {
    fn tested(&self, state: &State<'_>) {
        self.0.set_message(format!(
            "{} → {} bytes, {} of {} candidates kept, last by {}",
            HumanCount(state.before as u64),
            HumanCount(state.now as u64),
            state.kept,
            state.tests,
            if state.pass.is_empty() {
                "none"
            } else {
                state.pass
            },
        ));
    }
}
