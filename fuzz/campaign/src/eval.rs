//! `twinix eval`: our evaluator, flag for flag like `nix-instantiate --eval`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "prints the result of the evaluation"
)]

use crate::cli::EvalOptions;
use crate::flags::{self, Surroundings};
use std::io::{IsTerminal, Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::process::ExitCode;
use twinix_evaluator::io::RealIo;
use twinix_evaluator::job::{Failure, Input, Job, run};
use twinix_evaluator::paths;

/// Runs the verb.
pub fn eval(options: &EvalOptions) -> ExitCode {
    let jobs = match jobs(options) {
        Ok(jobs) => jobs,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::from(2);
        }
    };
    for job in jobs {
        let trace = Box::new(|line: &[u8]| {
            let mut stderr = std::io::stderr().lock();
            // A closed standard error is no reason to stop.
            let _ = stderr
                .write_all(line)
                .and_then(|()| stderr.write_all(b"\n"));
        });
        match run(&job, Box::new(RealIo::default()), trace) {
            Ok(mut text) => {
                if flags::ends_line(options) {
                    text.push(b'\n');
                }
                if std::io::stdout().lock().write_all(&text).is_err() {
                    return ExitCode::from(2);
                }
            }
            Err(failure) => {
                // As with traces, a closed standard error changes nothing.
                let _ = std::io::stderr().lock().write_all(&report(&failure));
                return ExitCode::from(1);
            }
        }
    }
    ExitCode::SUCCESS
}

fn jobs(options: &EvalOptions) -> Result<Vec<Job>, String> {
    let directory = std::env::current_dir()
        .map_err(|error| format!("the current directory cannot be told: {error}"))?;
    let around = Surroundings {
        directory: directory.into_os_string().into_vec(),
        environment: std::env::vars_os()
            .map(|(name, value)| (name.into_vec(), value.into_vec()))
            .collect(),
    };
    let settings = flags::settings(options, &around)?;
    let inputs = inputs(options, &settings.base_directory)?;
    Ok(flags::jobs(options, &settings, inputs))
}

fn inputs(options: &EvalOptions, base: &[u8]) -> Result<Vec<Input>, String> {
    // With -E, no expression is none; a file that nobody named would be a surprise.
    let files = if options.files.is_empty() && !options.expr {
        vec!["./default.nix".to_owned()]
    } else {
        options.files.clone()
    };
    files
        .into_iter()
        .map(|file| {
            if options.expr {
                Ok(Input::Expression(file.into_bytes()))
            } else if file == "-" {
                let mut text = Vec::new();
                std::io::stdin()
                    .lock()
                    .read_to_end(&mut text)
                    .map_err(|error| format!("reading standard input: {error}"))?;
                Ok(Input::Stdin(text))
            } else {
                Ok(Input::File(paths::absolute(file.as_bytes(), base)))
            }
        })
        .collect()
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
