//! Runs one program in one `nix-instantiate` and reads the outcome from what it left: everything that
//! could make two runs differ besides the program is fixed here.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

use crate::{
    canonical,
    dialect::{Dialect, Implementation, Version},
    evaluator::Unavailable,
    inside::{Inside, RENDERER, STORE, Scratch},
    outcome::{Answer, Crash, Failure, Limit, Outcome, text_of_bytes},
    places::Places,
    process::{self, Ending, Finished, Job},
    program::{Delivery, Placed, Program},
    root::Launch,
    sandbox::{self, TOOLS_PATH, tools::NO_TOOLS},
    settings::{Limits, Mode, Settings},
    stderr::Stderr,
    taxonomy::{ErrorKind, is_ambiguous, unthrown},
};

/// The platform that every evaluator is told it runs on, so that `builtins.currentSystem` and outcomes
/// that contain it are the same everywhere.
pub const SYSTEM: &str = "x86_64-linux";

/// Exactly what an evaluator printed, for those who compare with the expected output of a test suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The exit status, where it ended by itself.
    pub status: Option<i32>,
    /// Standard output, with this machine's folders renamed.
    pub stdout: String,
    /// Standard error, with this machine's folders renamed.
    pub stderr: String,
}

/// The environment variables that a program sees in every evaluator, whatever machine it runs on.
pub fn environment_of(settings: &Settings) -> BTreeMap<String, String> {
    let mut environment: BTreeMap<String, String> = [
        ("HOME", settings.home.as_str()),
        ("NIX_PATH", settings.nix_path.as_str()),
        ("NIX_STORE_DIR", "/nix/store"),
        ("LC_ALL", "C"),
        ("TZ", "UTC"),
        // No program may reach the network: nobody listens on the discard port.
        ("http_proxy", "http://127.0.0.1:9"),
        ("https_proxy", "http://127.0.0.1:9"),
        ("all_proxy", "http://127.0.0.1:9"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    let mut set = |name: &str, value: &str| environment.insert(name.to_owned(), value.to_owned());
    if settings.mode == Mode::Instantiate {
        // A store that is written to belongs to somebody, and there is no list of users.
        set("USER", "nix");
    }
    // In the open no program may start another one: what stands in a repository is started by `git`.
    let has_tools = settings.mode == Mode::Instantiate && sandbox::refusal().is_none();
    set("PATH", if has_tools { TOOLS_PATH } else { NO_TOOLS });
    environment.extend(settings.environment.clone());
    environment
}

/// Evaluates a program in a `nix-instantiate` of this version.
pub fn evaluate(
    launch: &Launch,
    version: &Version,
    program: &Program,
    settings: &Settings,
) -> Result<Outcome, Unavailable> {
    let placed = program.place().map_err(Unavailable::Program)?;
    let outcome = observe(dialect_of(version), settings, |asked, settings| {
        run(launch, version, &placed, asked, settings)
    })?;
    Ok(outcome.0)
}

/// Evaluates a program and returns also what was printed, word for word.
pub fn evaluate_verbatim(
    launch: &Launch,
    version: &Version,
    program: &Program,
    settings: &Settings,
) -> Result<(Outcome, Printed), Unavailable> {
    let placed = program.place().map_err(Unavailable::Program)?;
    let (outcome, run) = observe(dialect_of(version), settings, |asked, settings| {
        run(launch, version, &placed, asked, settings)
    })?;
    Ok((outcome, run.printed()))
}

/// What is asked about a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Asked {
    /// What it evaluates to.
    Value,
    /// Whether `tryEval` catches what it ends with.
    Caught,
}

/// The outcome of a program, and what it was read from; `run` asks the evaluator.
pub(crate) fn observe(
    dialect: Dialect,
    settings: &Settings,
    run: impl Fn(Asked, &Settings) -> Result<Run, Unavailable>,
) -> Result<(Outcome, Run), Unavailable> {
    let ran = run(Asked::Value, settings)?;
    let mut outcome = outcome_of(&ran.finished, &ran.places, settings.mode, dialect);
    outcome.derivations.clone_from(&ran.derivations);
    let Answer::Error(failure) = &mut outcome.answer else {
        return Ok((outcome, ran));
    };
    // The report alone leaves open whether it was thrown. Other flags can choose what is evaluated.
    failure.open = is_ambiguous(failure, dialect);
    let asks_again =
        failure.open && is_forced_by_expression(settings.mode) && settings.only_restricts();
    if !asks_again {
        return Ok((outcome, ran));
    }
    let answer = run(Asked::Caught, settings)?.finished;
    let is_caught = match (answer.ending, answer.stdout.trim_ascii()) {
        (Ending::Status(0), b"false") => true,
        (Ending::Status(0), b"true") | (Ending::Status(1..), _) => false,
        _ => return Ok((outcome, ran)),
    };
    failure.open = false;
    let kind = match (is_caught, failure.kind) {
        (true, kind) if !kind.is_catchable() => ErrorKind::Throw,
        (false, ErrorKind::Throw) => unthrown(&failure.message),
        _ => return Ok((outcome, ran)),
    };
    // A report that says nothing can be that of an assertion as well.
    let is_either = failure.kind == ErrorKind::Other;
    *failure = Failure::new(kind, failure.message.as_str(), failure.position.clone());
    failure.open = is_either;
    Ok((outcome, ran))
}

/// Whether an expression can force what this mode forces.
fn is_forced_by_expression(mode: Mode) -> bool {
    !matches!(mode, Mode::Parse | Mode::Instantiate)
}

/// The expression whose value is whether `tryEval` catches what a program ends with; both paths as Nix has them.
pub(crate) fn caught(mode: Mode, program: &str, renderer: &str) -> String {
    let forced = match mode {
        Mode::Strict => format!("builtins.deepSeq (import {program}) null"),
        Mode::Canonical => format!("import {renderer} (import {program})"),
        Mode::Json => format!("builtins.toJSON (import {program})"),
        Mode::Xml => format!("builtins.toXML (import {program})"),
        Mode::Lazy | Mode::Parse | Mode::Instantiate => format!("import {program}"),
    };
    format!("(builtins.tryEval ({forced})).success")
}

/// Runs an evaluator outside any program, with a fixed environment and a limit of some seconds.
pub fn bare(launch: &Launch, flags: &[&str]) -> io::Result<Finished> {
    let scratch = Scratch::new()?;
    let settings = Settings::default();
    let inside = Inside::of(launch, scratch.folder(), &scratch, &settings)?;
    let mut arguments = inside.launch.arguments.clone();
    arguments.extend(flags.iter().map(OsString::from));
    let job = Job {
        program: inside.launch.program.clone(),
        arguments,
        environment: inside.environment(&settings),
        folder: inside.root.clone(),
        stdin: None,
        sandbox: inside.sandbox.clone(),
    };
    process::run(&job, &Limits::default())
}

pub(crate) fn dialect_of(version: &Version) -> Dialect {
    version.dialect().unwrap_or(Dialect::V2_3)
}

/// What an evaluator left.
pub(crate) struct Run {
    pub(crate) finished: Finished,
    pub(crate) places: Places,
    /// Path to text.
    pub(crate) derivations: BTreeMap<String, String>,
}

impl Run {
    /// What was printed, word for word.
    pub(crate) fn printed(&self) -> Printed {
        Printed {
            status: match self.finished.ending {
                Ending::Status(status) => Some(status),
                _ => None,
            },
            stdout: self.places.rename(&text_of_bytes(&self.finished.stdout)),
            stderr: self.places.rename(&text_of_bytes(&self.finished.stderr)),
        }
    }
}

/// Runs an evaluator in a process of its own.
fn run(
    launch: &Launch,
    version: &Version,
    placed: &Placed,
    asked: Asked,
    settings: &Settings,
) -> Result<Run, Unavailable> {
    let scratch = Scratch::new().map_err(Unavailable::Program)?;
    let inside =
        Inside::of(launch, placed.root(), &scratch, settings).map_err(Unavailable::Program)?;
    let mut arguments = inside.launch.arguments.clone();
    arguments.extend(flags(version, asked, settings, &inside));
    let input = deliver(&mut arguments, placed, asked, settings, &inside);
    let job = Job {
        program: inside.launch.program.clone(),
        arguments,
        environment: inside.environment(settings),
        folder: inside.root.clone(),
        stdin: input.map_err(Unavailable::Program)?,
        sandbox: inside.sandbox.clone(),
    };
    let finished = process::run(&job, &settings.limits).map_err(|error| Unavailable::Start {
        command: launch.program.display().to_string(),
        error,
    })?;
    let places = inside.places();
    let mut derivations = BTreeMap::new();
    if settings.mode == Mode::Instantiate {
        let terms = scratch.derivations().map_err(Unavailable::Program)?;
        derivations.extend((terms.into_iter()).map(|(path, term)| (path, places.rename(&term))));
    }
    Ok(Run {
        finished,
        places,
        derivations,
    })
}

/// The flags that do not come from the caller, then those that do.
pub(crate) fn flags(
    version: &Version,
    asked: Asked,
    settings: &Settings,
    inside: &Inside,
) -> Vec<OsString> {
    let mode = match asked {
        Asked::Value => settings.mode,
        Asked::Caught => Mode::Lazy,
    };
    let mut flags: Vec<OsString> = vec!["--store".into()];
    let has_dummy_store = version.release >= (2, 4);
    if mode == Mode::Instantiate {
        if inside.is_store_of_machine {
            flags.push("local".into());
        } else {
            // Every release can have a store below another root, with /nix/store in its paths all the same.
            let mut store = OsString::from("local?root=");
            store.push(inside.scratch.join(STORE));
            flags.push(store);
        }
        for (name, value) in [
            // Nobody but the user who runs it needs the store, and nobody after a crash.
            ("build-users-group", ""),
            ("fsync-metadata", "false"),
            // The log would grow past the limit on the size of files.
            ("use-sqlite-wal", "false"),
        ] {
            flags.extend(["--option", name, value].map(OsString::from));
        }
    } else if has_dummy_store {
        flags.push("dummy://".into());
    } else {
        // 2.3 has no dummy store. A binary cache in a scratch folder opens no database.
        let mut store = OsString::from("file://");
        store.push(inside.scratch.join("store"));
        flags.push(store);
    }
    for (name, value) in [("system", SYSTEM), ("download-attempts", "1")] {
        flags.extend(["--option".into(), name.into(), value.into()]);
    }
    let has_features = version.release >= (2, 4);
    if has_features && !settings.features.is_empty() {
        flags.push("--extra-experimental-features".into());
        flags.push(settings.features.join(" ").into());
    }
    // From 2.9 on the frames above the error tell a throw from any other error, and only a full trace
    // is sure to have them.
    let needs_trace = version.release >= (2, 9)
        && version.implementation != Implementation::Lix
        && mode != Mode::Parse
        && !settings
            .flags
            .iter()
            .any(|flag| flag.ends_with("show-trace"));
    if needs_trace {
        flags.push("--show-trace".into());
    }
    flags.extend(mode.flags().iter().map(OsString::from));
    flags.extend(settings.flags.iter().map(OsString::from));
    flags
}

/// Adds the program to the arguments; returns what is to be standard input.
fn deliver(
    arguments: &mut Vec<OsString>,
    placed: &Placed,
    asked: Asked,
    settings: &Settings,
    inside: &Inside,
) -> io::Result<Option<PathBuf>> {
    let file = inside.file(placed);
    if let Some(expression) = expression(asked, settings, &file, inside) {
        arguments.extend(expression);
        return Ok(None);
    }
    match placed.program().delivery() {
        Delivery::File => {
            arguments.push(relative(&file, &inside.root));
            Ok(None)
        }
        Delivery::Stdin => {
            arguments.push("-".into());
            Ok(Some(placed.file().to_owned()))
        }
        Delivery::Expression => {
            let text = placed.program().source()?;
            arguments.push("-E".into());
            arguments.push(os_string(text));
            Ok(None)
        }
    }
}

/// The arguments that evaluate an expression around the program, where that is what is asked for.
pub(crate) fn expression(
    asked: Asked,
    settings: &Settings,
    file: &Path,
    inside: &Inside,
) -> Option<Vec<OsString>> {
    let renderer = inside.scratch.join(RENDERER);
    let text = match (asked, settings.mode) {
        (Asked::Caught, mode) => caught(
            mode,
            &canonical::nix_path(file),
            &canonical::nix_path(&renderer),
        ),
        (Asked::Value, Mode::Canonical) => canonical::expression(&renderer, file),
        _ => return None,
    };
    let mut arguments: Vec<OsString> = Vec::new();
    if settings.flags.iter().any(|flag| flag == "--restrict-eval") {
        // The program may read its own folder only; what renders its value is not the program.
        arguments.extend(["-I".into(), renderer.into_os_string()]);
    }
    arguments.extend(["-E".into(), text.into()]);
    Some(arguments)
}

/// The path of the program as a user in its folder would write it.
fn relative(file: &Path, root: &Path) -> OsString {
    match file.strip_prefix(root) {
        Ok(file) => Path::new(".").join(file).into_os_string(),
        Err(_) => file.as_os_str().to_owned(),
    }
}

fn os_string(bytes: Vec<u8>) -> OsString {
    use std::os::unix::ffi::OsStringExt;
    OsString::from_vec(bytes)
}

/// Reads an outcome from what a process left.
pub(crate) fn outcome_of(
    finished: &Finished,
    places: &Places,
    mode: Mode,
    dialect: Dialect,
) -> Outcome {
    let said = places.rename(&text_of_bytes(&finished.stderr));
    let report = match mode {
        Mode::Instantiate => Stderr::read_beside_git(&said, dialect),
        _ => Stderr::read(&said, dialect),
    };
    let answer = match finished.ending {
        Ending::OutOfTime => Answer::Resource(Limit::Time),
        Ending::TooMuchOutput => Answer::Resource(Limit::Output),
        Ending::Crowded => Answer::Resource(Limit::Memory),
        Ending::Status(0) => {
            let stdout = places.rename(&text_of_bytes(&finished.stdout));
            let text = stdout.strip_suffix('\n').unwrap_or(&stdout);
            Answer::Value(match mode {
                Mode::Canonical => canonical::decode(text),
                _ => text.to_owned(),
            })
        }
        _ if report.out_of_memory => Answer::Resource(Limit::Memory),
        Ending::Status(status) if !report.is_error => {
            Answer::Error(unreported(status, &report.last_line))
        }
        Ending::Status(_) => Answer::Error(report.failure(dialect)),
        Ending::Signal(signal) => Answer::Crash(Crash {
            signal,
            message: report.last_line,
        }),
    };
    Outcome {
        answer,
        traces: report.traces,
        derivations: BTreeMap::new(),
    }
}

/// The failure of an evaluator that says nothing which looks like an error of Nix.
fn unreported(status: i32, last_line: &str) -> Failure {
    let said = match last_line {
        "" => format!("status {status}, and nothing on standard error"),
        line => format!("{line} (status {status})"),
    };
    Failure::new(ErrorKind::Other, said, None)
}
