//! `twinix eval`: our evaluator, flag for flag like `nix-instantiate --eval`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "prints the result of the evaluation"
)]

use crate::cli::EvalOptions;
use std::io::{IsTerminal, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::process::ExitCode;
use std::time::Duration;
use twinix_evaluator::dialect::Behaviour;
use twinix_evaluator::io::RealIo;
use twinix_evaluator::job::{Argument, Failure, Input, Job, Output, Place, run};
use twinix_evaluator::limits::Limits;
use twinix_evaluator::paths;
use twinix_evaluator::positions::Origin;
use twinix_evaluator::state::Settings;

/// Runs the verb.
pub fn eval(options: &EvalOptions) -> ExitCode {
    let settings = match settings(options) {
        Ok(settings) => settings,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::from(2);
        }
    };
    let inputs = match inputs(options, &settings.base_directory) {
        Ok(inputs) => inputs,
        Err(message) => {
            eprintln!("error: {message}");
            return ExitCode::from(2);
        }
    };
    let attributes = if options.attributes.is_empty() {
        vec![String::new()]
    } else {
        options.attributes.clone()
    };
    for input in inputs {
        for attribute in &attributes {
            let job = Job {
                settings: settings.clone(),
                input: input.clone(),
                attribute: attribute.clone(),
                arguments: arguments(options),
                output: output(options),
                strict: options.strict,
            };
            let trace = Box::new(|line: &[u8]| {
                let mut stderr = std::io::stderr().lock();
                // A closed standard error is no reason to stop.
                let _ = stderr
                    .write_all(line)
                    .and_then(|()| stderr.write_all(b"\n"));
            });
            match run(&job, Box::new(RealIo), trace) {
                Ok(mut text) => {
                    if ends_line(options) {
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
    }
    ExitCode::SUCCESS
}

/// Whether the output of the release ends with a newline that is not part of
/// the result. XML ends its last line itself.
fn ends_line(options: &EvalOptions) -> bool {
    if options.json {
        options.dialect.has(Behaviour::JsonOutputEndsItsLine)
    } else {
        !options.raw && !options.xml
    }
}

fn output(options: &EvalOptions) -> Output {
    if options.parse {
        Output::Parse
    } else if options.json {
        Output::Json
    } else if options.xml {
        Output::Xml {
            locations: !options.no_location,
        }
    } else if options.raw {
        Output::Raw
    } else {
        Output::Plain
    }
}

fn arguments(options: &EvalOptions) -> Vec<(String, Argument)> {
    let expressions = options.arg.chunks_exact(2).map(|pair| {
        (
            pair[0].clone(),
            Argument::Expression(pair[1].clone().into_bytes()),
        )
    });
    let strings = options.argstr.chunks_exact(2).map(|pair| {
        (
            pair[0].clone(),
            Argument::String(pair[1].clone().into_bytes()),
        )
    });
    expressions.chain(strings).collect()
}

fn inputs(options: &EvalOptions, base: &[u8]) -> Result<Vec<Input>, String> {
    let files = if options.files.is_empty() {
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

/// The settings that flags and environment make.
pub fn settings(options: &EvalOptions) -> Result<Settings, String> {
    if options.raw && !options.dialect.has(Behaviour::RawOutput) {
        return Err(format!(
            "there is no --raw in Nix {}; leave it out or choose a newer --dialect",
            options.dialect
        ));
    }
    let directory = std::env::current_dir()
        .map_err(|error| format!("the current directory cannot be told: {error}"))?;
    let environment = |name: &str| {
        std::env::var_os(name)
            .map(OsStringExt::into_vec)
            .filter(|value| !value.is_empty())
    };
    let mut features: Vec<String> = Vec::new();
    let mut settings = Settings {
        dialect: options.dialect,
        pure: options.pure_eval,
        restricted: options.restrict_eval,
        base_directory: directory.as_os_str().as_bytes().to_vec(),
        home: environment("HOME").unwrap_or_else(|| b"/homeless-shelter".to_vec()),
        store_dir: environment("NIX_STORE_DIR").unwrap_or_else(|| b"/nix/store".to_vec()),
        trace_verbose: options.trace_verbose,
        limits: Limits {
            call_depth: options.max_call_depth.unwrap_or(10_000),
            time: options.timeout.map(Duration::from_secs_f64),
            memory: options.max_memory.map_or(usize::MAX, |mib| mib << 20),
            ..Limits::default()
        },
        ..Settings::default()
    };
    for pair in options.option.chunks_exact(2) {
        let (name, value) = (pair[0].as_str(), pair[1].as_str());
        match name {
            "experimental-features" | "extra-experimental-features" => {
                features.extend(value.split_whitespace().map(str::to_owned));
            }
            "pure-eval" => settings.pure = value == "true",
            "restrict-eval" => settings.restricted = value == "true",
            "trace-verbose" => settings.trace_verbose = value == "true",
            "system" => settings.system = value.to_owned(),
            "max-call-depth" => {
                settings.limits.call_depth = value.parse().map_err(|_| {
                    format!("the option 'max-call-depth' takes a number, not '{value}'")
                })?;
            }
            // nix-instantiate has hundreds of options that do not concern
            // evaluation.
            _ => {}
        }
    }
    for list in options
        .extra_experimental_features
        .iter()
        .chain(&options.experimental_features)
    {
        features.extend(list.split_whitespace().map(str::to_owned));
    }
    settings.features = features;
    settings.search_path = options
        .include
        .iter()
        .map(|entry| entry.clone().into_bytes())
        .chain(
            environment("NIX_PATH")
                .unwrap_or_default()
                .split(|&byte| byte == b':')
                .filter(|entry| !entry.is_empty())
                .map(<[u8]>::to_vec),
        )
        .collect();
    Ok(settings)
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
