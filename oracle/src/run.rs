//! Runs one program in one `nix-instantiate` and reads the outcome from what it left: everything that
//! could make two runs differ besides the program is fixed here.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    canonical,
    dialect::{Dialect, Implementation, Version},
    evaluator::Unavailable,
    outcome::{Answer, Crash, Failure, Limit, Outcome, text_of_bytes},
    places::Places,
    process::{self, Ending, Finished, Job},
    program::{Delivery, Placed, Program, ROOT},
    root::Launch,
    scratch::ScratchFolder,
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

/// The state that an evaluator writes, in a folder that goes away with this value.
struct Scratch {
    folder: ScratchFolder,
}

impl Scratch {
    fn new() -> io::Result<Self> {
        let folder = ScratchFolder::new("twinix-state-")?;
        fs::create_dir(folder.path().join("conf"))?;
        Ok(Self { folder })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The whole environment of an evaluator.
    fn environment(&self, launch: &Launch, settings: &Settings) -> BTreeMap<OsString, OsString> {
        let mut environment = BTreeMap::new();
        let mut set = |name: &str, value: OsString| environment.insert(name.into(), value);
        for (name, folder) in [
            ("NIX_CONF_DIR", "conf"),
            ("NIX_STATE_DIR", "state"),
            ("NIX_LOCALSTATE_DIR", "state"),
            ("NIX_LOG_DIR", "log"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_CONFIG_HOME", "conf"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_STATE_HOME", "xdg-state"),
            ("TMPDIR", "."),
        ] {
            set(name, self.path(folder).into_os_string());
        }
        // Threads of the collector only cost time in runs as short as these.
        set("GC_MARKERS", "1".into());
        for (name, value) in &launch.environment {
            set(name, value.clone());
        }
        for (name, value) in environment_of(settings) {
            set(&name, value.into());
        }
        environment
    }
}

/// The environment variables that a program sees in every evaluator, whatever machine it runs on.
pub fn environment_of(settings: &Settings) -> BTreeMap<String, String> {
    let mut environment: BTreeMap<String, String> = [
        ("HOME", settings.home.as_str()),
        ("NIX_PATH", settings.nix_path.as_str()),
        ("NIX_STORE_DIR", "/nix/store"),
        ("LC_ALL", "C"),
        ("TZ", "UTC"),
        // No program may start another one, such as git.
        ("PATH", "/nonexistent"),
        // No program may reach the network: nobody listens on the discard port.
        ("http_proxy", "http://127.0.0.1:9"),
        ("https_proxy", "http://127.0.0.1:9"),
        ("all_proxy", "http://127.0.0.1:9"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
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
    let (finished, places) = run(launch, version, &placed, settings)?;
    let mut outcome = outcome_of(&finished, &places, settings.mode, dialect_of(version));
    settle(launch, version, &placed, settings, &mut outcome)?;
    Ok(outcome)
}

/// Asks `tryEval` where the report alone leaves open whether an error was thrown.
fn settle(
    launch: &Launch,
    version: &Version,
    placed: &Placed,
    settings: &Settings,
    outcome: &mut Outcome,
) -> Result<(), Unavailable> {
    let Answer::Error(failure) = &mut outcome.answer else {
        return Ok(());
    };
    if !is_ambiguous(failure, dialect_of(version)) {
        return Ok(());
    }
    let kind = match (is_caught(launch, version, placed, settings)?, failure.kind) {
        (Some(true), kind) if !kind.is_catchable() => ErrorKind::Throw,
        (Some(false), ErrorKind::Throw) => unthrown(&failure.message),
        _ => return Ok(()),
    };
    *failure = Failure::new(kind, failure.message.as_str(), failure.position.clone());
    Ok(())
}

/// Whether `tryEval` catches what a program ends with; `None` where it cannot be asked.
fn is_caught(
    launch: &Launch,
    version: &Version,
    placed: &Placed,
    settings: &Settings,
) -> Result<Option<bool>, Unavailable> {
    let program = canonical::nix_path(placed.file());
    let forced = match settings.mode {
        Mode::Strict => format!("builtins.deepSeq (import {program}) null"),
        Mode::Canonical => format!("import ./canonical.nix (import {program})"),
        Mode::Lazy => format!("import {program}"),
        // Others print in ways of their own.
        Mode::Json | Mode::Xml | Mode::Parse | Mode::Instantiate => return Ok(None),
    };
    // Flags can choose what is evaluated.
    if !settings.flags.is_empty() {
        return Ok(None);
    }
    let text = format!("(builtins.tryEval ({forced})).success");
    let asked = Program::text("is it caught", text)
        .with_sibling("canonical.nix", canonical::SOURCE)
        .and_then(|asked| asked.delivered(Delivery::Expression).place())
        .map_err(Unavailable::Program)?;
    let settings = Settings {
        mode: Mode::Lazy,
        ..settings.clone()
    };
    let (finished, _) = run(launch, version, &asked, &settings)?;
    Ok(match finished.ending {
        Ending::Status(0) => Some(finished.stdout.starts_with(b"false")),
        Ending::Status(_) => Some(false),
        _ => None,
    })
}

/// Evaluates a program and returns also what was printed, word for word.
pub fn evaluate_verbatim(
    launch: &Launch,
    version: &Version,
    program: &Program,
    settings: &Settings,
) -> Result<(Outcome, Printed), Unavailable> {
    let placed = program.place().map_err(Unavailable::Program)?;
    let (finished, places) = run(launch, version, &placed, settings)?;
    let printed = Printed {
        status: match finished.ending {
            Ending::Status(status) => Some(status),
            _ => None,
        },
        stdout: places.rename(&text_of_bytes(&finished.stdout)),
        stderr: places.rename(&text_of_bytes(&finished.stderr)),
    };
    let mut outcome = outcome_of(&finished, &places, settings.mode, dialect_of(version));
    settle(launch, version, &placed, settings, &mut outcome)?;
    Ok((outcome, printed))
}

/// Runs an evaluator outside any program, with a fixed environment and a limit of some seconds.
pub fn bare(launch: &Launch, flags: &[&str]) -> io::Result<Finished> {
    let scratch = Scratch::new()?;
    let settings = Settings::default();
    let mut arguments = launch.arguments.clone();
    arguments.extend(flags.iter().map(OsString::from));
    let job = Job {
        program: launch.program.clone(),
        arguments,
        environment: scratch.environment(launch, &settings),
        folder: scratch.path("."),
        stdin: None,
    };
    process::run(&job, &Limits::default())
}

fn dialect_of(version: &Version) -> Dialect {
    version.dialect().unwrap_or(Dialect::V2_3)
}

fn run(
    launch: &Launch,
    version: &Version,
    placed: &Placed,
    settings: &Settings,
) -> Result<(Finished, Places), Unavailable> {
    let scratch = Scratch::new().map_err(Unavailable::Program)?;
    let mut arguments = launch.arguments.clone();
    arguments.extend(flags(version, settings, &scratch));
    let stdin =
        deliver(&mut arguments, placed, settings, &scratch).map_err(Unavailable::Program)?;
    let job = Job {
        program: launch.program.clone(),
        arguments,
        environment: scratch.environment(launch, settings),
        folder: placed.root().to_owned(),
        stdin,
    };
    let finished = process::run(&job, &settings.limits).map_err(|error| Unavailable::Start {
        command: launch.program.display().to_string(),
        error,
    })?;
    let mut places = Places::default()
        .call(placed.root(), ROOT)
        .call(scratch.folder.path(), "/scratch");
    if let Some(root) = &launch.root {
        places = places.call(root, "/oracle");
    }
    Ok((finished, places))
}

/// The flags that do not come from the caller, then those that do.
fn flags(version: &Version, settings: &Settings, scratch: &Scratch) -> Vec<OsString> {
    let mut flags: Vec<OsString> = vec!["--store".into()];
    let has_dummy_store = version.release >= (2, 4);
    if has_dummy_store {
        flags.push("dummy://".into());
    } else {
        // 2.3 has no dummy store. A binary cache in a scratch folder opens no database.
        let mut store = OsString::from("file://");
        store.push(scratch.path("store"));
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
        && settings.mode != Mode::Parse
        && !settings
            .flags
            .iter()
            .any(|flag| flag.ends_with("show-trace"));
    if needs_trace {
        flags.push("--show-trace".into());
    }
    flags.extend(settings.mode.flags().iter().map(OsString::from));
    flags.extend(settings.flags.iter().map(OsString::from));
    flags
}

/// Adds the program to the arguments; returns what is to be standard input.
fn deliver(
    arguments: &mut Vec<OsString>,
    placed: &Placed,
    settings: &Settings,
    scratch: &Scratch,
) -> io::Result<Option<PathBuf>> {
    if settings.mode == Mode::Canonical {
        let renderer = scratch.path("canonical.nix");
        fs::write(&renderer, canonical::SOURCE)?;
        arguments.push("-E".into());
        arguments.push(canonical::expression(&renderer, placed.file()).into());
        return Ok(None);
    }
    match placed.program().delivery() {
        Delivery::File => {
            arguments.push(relative(placed.file(), placed.root()));
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
    let report = Stderr::read(&places.rename(&text_of_bytes(&finished.stderr)), dialect);
    let answer = match finished.ending {
        Ending::OutOfTime => Answer::Resource(Limit::Time),
        Ending::TooMuchOutput => Answer::Resource(Limit::Output),
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
