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
use twinix_evaluator::job::{Failure, Input, Job, Place, run};
use twinix_evaluator::paths;
use twinix_evaluator::positions::Origin;

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
                eprint!("{}", render(&failure, options.show_trace));
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

/// A failure as C++ Nix prints it to standard error.
pub fn render(failure: &Failure, show_trace: bool) -> String {
    let mut out = String::from("error:");
    let message = String::from_utf8_lossy(&failure.message);
    if failure.trace.is_empty() {
        out.push_str(&format!(" {message}\n"));
    } else {
        out.push('\n');
        let lines = &failure.trace;
        for (text, place) in lines {
            out.push_str(&format!("       … {text}\n"));
            out.push_str(&at(place));
        }
        if !show_trace && lines.len() > 20 {
            out.push_str("       (stack trace truncated; use '--show-trace' to show the full, detailed trace)\n");
        }
        out.push_str(&format!("\n       error: {message}\n"));
    }
    out.push_str(&at(&failure.place));
    if let (Some(place), Some([before, line, after])) = (&failure.place, &failure.excerpt) {
        let mut show = |number: u32, text: &Option<Vec<u8>>| {
            if let Some(text) = text {
                let text = String::from_utf8_lossy(text);
                out.push_str(&format!("         {number:>4}| {text}\n"));
            }
        };
        show(place.line.saturating_sub(1), before);
        show(place.line, line);
        out.push_str(&format!(
            "             | {}^\n",
            " ".repeat(place.column as usize - 1)
        ));
        let mut show = |number: u32, text: &Option<Vec<u8>>| {
            if let Some(text) = text {
                let text = String::from_utf8_lossy(text);
                out.push_str(&format!("         {number:>4}| {text}\n"));
            }
        };
        show(place.line + 1, after);
    }
    if std::io::stderr().is_terminal() {
        out = out.replace("error:", "\u{1b}[31;1merror:\u{1b}[0m");
    }
    out
}

fn at(place: &Place) -> String {
    match place {
        None => String::new(),
        Some(location) => {
            let origin = match &location.origin {
                Origin::File(path) => String::from_utf8_lossy(path).into_owned(),
                Origin::Internal(name) => format!("«nix-internal»/{name}"),
                Origin::String => "«string»".to_owned(),
                Origin::Stdin => "«stdin»".to_owned(),
            };
            format!(
                "         at {origin}:{}:{}:\n",
                location.line, location.column
            )
        }
    }
}
