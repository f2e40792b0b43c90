//! What goes to standard error when a program fails, byte for byte: `stderr.json` holds what each release
//! of C++ Nix wrote, with and without `--show-trace`.
//!
//! `TWINIX_CAPTURE=1 cargo test -p twinix --test stderr` asks the installed oracles again and writes the
//! file anew; to add a program, add it there without any text.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot be set up fails, and one test is there for what it prints"
)]

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde::{Deserialize, Serialize};
use twinix_evaluator::{
    io::MemoryIo,
    job::{Input, Job, run},
    state::Settings as OurSettings,
};
use twinix_oracle::{Dialect, Program, Settings, discover::discover};
use walkdir::WalkDir;

/// A program that fails.
#[derive(Debug, Serialize, Deserialize)]
struct Failing {
    program: String,
    /// The releases whose text is not reproduced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    except: Vec<Dialect>,
    /// What each release wrote.
    #[serde(default)]
    short: BTreeMap<Dialect, String>,
    /// What each release wrote with `--show-trace`.
    #[serde(default)]
    full: BTreeMap<Dialect, String>,
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/stderr.json")
}

fn flags(dialect: Dialect, show_trace: bool) -> Vec<String> {
    let flag = match (show_trace, dialect) {
        (true, _) => "--show-trace",
        // The driver asks the newer releases for the trace unless it is told not to.
        (false, Dialect::V2_26 | Dialect::V2_34) => "--no-show-trace",
        (false, _) => return Vec::new(),
    };
    vec![flag.to_owned()]
}

fn capture(programs: &mut [Failing]) {
    let found = discover();
    let (oracles, missing) = found.select(&Dialect::ALL);
    assert!(missing.is_empty(), "no oracle for {missing:?}");
    for failing in programs.iter_mut() {
        let program = Program::text("failing", failing.program.as_str());
        for oracle in &oracles {
            let dialect = oracle.dialect;
            let said = |show_trace| {
                let settings = Settings {
                    flags: flags(dialect, show_trace),
                    ..Settings::default()
                };
                let (_, printed) = oracle.evaluate_verbatim(&program, &settings).unwrap();
                without_remarks(&printed.stderr)
            };
            failing.short.insert(dialect, said(false));
            failing.full.insert(dialect, said(true));
        }
        failing.except = Dialect::ALL
            .into_iter()
            .filter(|&dialect| !differing(failing, dialect).is_empty())
            .collect();
    }
    let text = serde_json::to_string_pretty(programs).unwrap();
    fs::write(file(), text + "\n").unwrap();
}

/// Standard error without what an evaluator says about its machine.
fn without_remarks(stderr: &str) -> String {
    stderr
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("warning: the group 'nixbld'"))
        .collect()
}

fn ours(program: &str, dialect: Dialect, show_trace: bool) -> String {
    let path = b"/pwd/program.nix";
    let job = Job {
        settings: OurSettings {
            dialect: dialect.name().parse().unwrap(),
            show_trace,
            base_directory: b"/pwd".to_vec(),
            ..OurSettings::default()
        },
        ..Job::of(Input::File(path.to_vec()))
    };
    let io = MemoryIo::new([(path.to_vec(), program.as_bytes().to_vec())]);
    let said = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
    let sink = std::rc::Rc::clone(&said);
    let trace = Box::new(move |line: &[u8]| {
        sink.borrow_mut().extend_from_slice(line);
        sink.borrow_mut().push(b'\n');
    });
    let result = run(&job, Box::new(io), trace);
    let mut text = said.take();
    if let Err(failure) = result {
        text.extend_from_slice(&failure.report);
    }
    String::from_utf8(text).unwrap()
}

/// How our text differs from that of a release, for each kind of text that does.
fn differing(failing: &Failing, dialect: Dialect) -> Vec<String> {
    [(false, &failing.short), (true, &failing.full)]
        .into_iter()
        .filter_map(|(show_trace, texts)| {
            let theirs = texts.get(&dialect)?;
            let ours = ours(&failing.program, dialect, show_trace);
            (ours != *theirs).then(|| {
                format!(
                    "{dialect}, {}\n--- C++ Nix\n{theirs}+++ twinix\n{ours}",
                    failing.program
                )
            })
        })
        .collect()
}

#[test]
fn errors_are_printed_as_each_release_prints_them() {
    let text = fs::read_to_string(file()).unwrap();
    let mut programs: Vec<Failing> = serde_json::from_str(&text).unwrap();
    if env::var_os("TWINIX_CAPTURE").is_some() {
        capture(&mut programs);
    }
    let mut wrong = Vec::new();
    for failing in &programs {
        for dialect in Dialect::ALL {
            let differing = differing(failing, dialect);
            if !failing.except.contains(&dialect) {
                wrong.extend(differing);
            } else if differing.is_empty() {
                wrong.push(format!(
                    "{dialect}, {}is no exception any more",
                    failing.program
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// The flags that the first line of a program of the corpus asks for; none for what is instantiated.
fn corpus_flags(text: &str) -> Option<Vec<String>> {
    let first = text.lines().next().unwrap_or("");
    if first.starts_with("# instantiate:") {
        return None;
    }
    if let Some(flags) = first.strip_prefix("# flags:") {
        return Some(flags.split_whitespace().map(str::to_owned).collect());
    }
    let mut all = vec!["--strict".to_owned()];
    if let Some(features) = first.strip_prefix("# features:") {
        let features = features.trim().to_owned();
        all.extend([
            "--option".to_owned(),
            "experimental-features".to_owned(),
            features,
        ]);
    }
    Some(all)
}

/// Prints for each installed release in how many of the corpus' failing programs our standard error is
/// that of `nix-instantiate`: `cargo test -p twinix --test stderr -- --ignored --nocapture`; the programs
/// that differ are named if `TWINIX_NAMES` is set.
#[test]
#[ignore = "asks every oracle for every program of the corpus; run it by name"]
fn standard_errors_of_the_corpus() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/seeds");
    let corpus = corpus.canonicalize().unwrap();
    let found = discover();
    for oracle in found.select(&Dialect::ALL).0 {
        let name = oracle.dialect.name();
        let (mut same, mut all) = (0, 0);
        for entry in WalkDir::new(&corpus).sort_by_file_name() {
            let record = entry.unwrap().into_path();
            let Some(program) = failing_program(&record, name) else {
                continue;
            };
            let text = fs::read(&program).unwrap();
            let Some(flags) = corpus_flags(&String::from_utf8_lossy(&text)) else {
                continue;
            };
            let folder = program.parent().unwrap().to_owned();
            let theirs = {
                let settings = Settings {
                    mode: twinix_oracle::settings::Mode::Lazy,
                    flags: [flags.clone(), self::flags(oracle.dialect, false)].concat(),
                    ..Settings::default()
                };
                let program = Program::file(&program).unwrap();
                let (_, printed) = oracle.evaluate_verbatim(&program, &settings).unwrap();
                without_remarks(&printed.stderr)
            };
            let run = Command::new(env!("CARGO_BIN_EXE_twinix"))
                .args(["eval", "--dialect", name])
                .args(&flags)
                .arg(&program)
                .current_dir(&folder)
                .env_clear()
                .env("HOME", "/homeless-shelter")
                .output()
                .unwrap();
            let ours =
                String::from_utf8_lossy(&run.stderr).replace(folder.to_str().unwrap(), "/pwd");
            all += 1;
            if ours == theirs {
                same += 1;
            } else if env::var_os("TWINIX_NAMES").is_some() {
                println!(
                    "{name} {}",
                    program.strip_prefix(&corpus).unwrap().display()
                );
            }
        }
        println!("{name}: {same} of {all}");
    }
}

/// The program of a record, if the record says that it fails in this release.
fn failing_program(record: &Path, release: &str) -> Option<PathBuf> {
    if record.extension()? != "json" {
        return None;
    }
    let outcomes: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(record).ok()?).ok()?;
    outcomes.get(release)?.get("error")?;
    let beside = record.with_extension("nix");
    let within = record.with_extension("").join("default.nix");
    [beside, within]
        .into_iter()
        .find(|program| program.exists())
}
