//! `twinix eval`: our evaluator, flag for flag like `nix-instantiate --eval`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "prints the result of the evaluation"
)]

use crate::building::Building;
use crate::cli::EvalOptions;
use crate::flags::{self, Surroundings};
use crate::watching::{Seen, watch};
use std::io::{IsTerminal, Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;
use std::process::ExitCode;
use tempfile::TempDir;
use twinix_evaluator::builtins::addresses::is_address;
use twinix_evaluator::io::{Io, RealIo};
use twinix_evaluator::job::{Failure, Input, Job, observe};
use twinix_evaluator::paths;
use twinix_evaluator::state::Settings;

/// Runs the verb.
pub fn eval(options: &EvalOptions) -> ExitCode {
    let jobs = match jobs(options) {
        Ok(jobs) => jobs,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::from(2);
        }
    };
    let store = match StorePlace::of(options, options.read_write_mode) {
        Ok(store) => store,
        Err(error) => {
            eprintln!("error: {}", no_store(options, &error));
            return ExitCode::from(2);
        }
    };
    let mut seen = Seen::nothing();
    let status = evaluate(options, jobs, &store, &mut seen);
    if let Err(error) = seen.tell(options) {
        eprintln!("error: {error:#}");
        return ExitCode::from(2);
    }
    status
}

/// Why there is no store to write to.
pub fn no_store(options: &EvalOptions, error: &std::io::Error) -> String {
    match options.store_root() {
        Some(folder) => format!("--store {}: {error}", folder.display()),
        None => format!("there is no room for a store: {error}"),
    }
}

fn evaluate(
    options: &EvalOptions,
    jobs: Vec<Job>,
    store: &StorePlace,
    seen: &mut Seen,
) -> ExitCode {
    for mut job in jobs {
        watch(&mut job.settings, options);
        let io = store.io(&job.settings);
        let observed = observe(&job, io, Box::new(print_trace));
        seen.add(observed.watched);
        match observed.result {
            Ok(mut text) => {
                if flags::ends_line(options) {
                    text.push(b'\n');
                }
                let mut stdout = std::io::stdout().lock();
                if let Err(error) = stdout.write_all(&text).and_then(|()| stdout.flush()) {
                    // A reader that has enough, such as head, is no failure to tell of.
                    if error.kind() == std::io::ErrorKind::BrokenPipe {
                        return ExitCode::from(crate::CLOSED_PIPE);
                    }
                    eprintln!("error: cannot write to standard output: {error}");
                    return ExitCode::from(2);
                }
            }
            Err(failure) => {
                // That it failed is said all the same.
                let _ = std::io::stdout().lock().write_all(&failure.output);
                tell(&failure);
                return ExitCode::from(failure.status);
            }
        }
    }
    ExitCode::SUCCESS
}

/// Says on standard error what failed.
pub fn tell(failure: &Failure) {
    // As with traces, a closed standard error changes nothing.
    let _ = std::io::stderr().lock().write_all(&report(failure));
}

/// Prints a trace line.
pub fn print_trace(line: &[u8]) {
    let mut stderr = std::io::stderr().lock();
    // A closed standard error is no reason to stop.
    let _ = stderr
        .write_all(line)
        .and_then(|()| stderr.write_all(b"\n"));
}

/// Where store objects are while an evaluation runs.
pub enum StorePlace {
    /// Nowhere.
    Nowhere,
    /// In a folder of the user.
    Kept(PathBuf),
    /// In a folder that goes away with this value.
    Scratch(TempDir),
}

impl StorePlace {
    /// What the options say; an evaluation that writes needs some place, because programs read what
    /// they wrote.
    pub fn of(options: &EvalOptions, writes: bool) -> std::io::Result<StorePlace> {
        Ok(match options.store_root() {
            Some(folder) => {
                let folder = std::path::absolute(folder)?;
                if writes {
                    std::fs::create_dir_all(&folder)?;
                    let objects = Some(folder.join("nix/store")).filter(|it| it.is_dir());
                    // No question tells as surely whether one may write as writing does.
                    drop(tempfile::tempfile_in(objects.as_ref().unwrap_or(&folder))?);
                }
                StorePlace::Kept(folder)
            }
            None if writes => StorePlace::Scratch(scratch_store()?),
            None => StorePlace::Nowhere,
        })
    }

    /// The machine with this store. Only in a store that stays something is built.
    pub fn io(&self, settings: &Settings) -> Box<dyn Io> {
        match self {
            StorePlace::Nowhere => Box::new(RealIo::default().remembering()),
            StorePlace::Kept(folder) => Box::new(Building::new(folder, &settings.store_dir)),
            StorePlace::Scratch(folder) => {
                let folder = folder.path().to_owned();
                Box::new(RealIo::with_store(folder, &settings.store_dir).remembering())
            }
        }
    }
}

/// A folder for the store of one evaluation.
fn scratch_store() -> std::io::Result<TempDir> {
    tempfile::Builder::new().prefix("twinix-store-").tempdir()
}

/// The settings that the options make here.
pub fn settings(options: &EvalOptions) -> Result<Settings, String> {
    let directory = std::env::current_dir()
        .map_err(|error| format!("the current directory cannot be told: {error}"))?;
    let around = Surroundings {
        directory: directory.into_os_string().into_vec(),
        environment: std::env::vars_os()
            .map(|(name, value)| (name.into_vec(), value.into_vec()))
            .collect(),
    };
    let (settings, warnings) = flags::settings_and_warnings(options, &around)?;
    for warning in warnings {
        eprintln!("{warning}");
    }
    Ok(settings)
}

fn jobs(options: &EvalOptions) -> Result<Vec<Job>, String> {
    let settings = settings(options)?;
    let inputs = inputs(options, &settings.base_directory)?;
    Ok(flags::jobs(options, &settings, inputs))
}

/// The programs that the options name, in the order in which they are evaluated: standard input comes
/// first, wherever `-` stands (`main_nix_instantiate`).
pub fn inputs(options: &EvalOptions, base: &[u8]) -> Result<Vec<Input>, String> {
    let (stdin, mut named): (Vec<&str>, Vec<&str>) = (options.files.iter())
        .map(String::as_str)
        .partition(|&file| file == "-");
    let mut inputs = Vec::new();
    if !stdin.is_empty() {
        let mut text = Vec::new();
        std::io::stdin()
            .lock()
            .read_to_end(&mut text)
            .map_err(|error| format!("reading standard input: {error}"))?;
        inputs.push(Input::Stdin(text));
    } else if named.is_empty() && !options.expr {
        named.push("./default.nix");
    }
    inputs.extend(named.into_iter().map(|file| {
        let search = file
            .strip_prefix('<')
            .and_then(|name| name.strip_suffix('>'));
        match search {
            _ if options.expr => Input::Expression(file.as_bytes().to_vec()),
            _ if is_address(options.dialect, file.as_bytes()) => {
                Input::Address(file.as_bytes().to_vec())
            }
            Some(name) if !name.is_empty() => Input::Search(name.as_bytes().to_vec()),
            _ => Input::File(paths::absolute(file.as_bytes(), base)),
        }
    }));
    Ok(inputs)
}

/// What goes to standard error for a failure: on a terminal its first word in red.
fn report(failure: &Failure) -> Vec<u8> {
    match failure.report.strip_prefix(b"error:") {
        Some(rest) if std::io::stderr().is_terminal() => {
            [b"\x1b[31;1merror:\x1b[0m".as_slice(), rest].concat()
        }
        _ => failure.report.clone(),
    }
}
