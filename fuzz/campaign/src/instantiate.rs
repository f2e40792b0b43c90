//! `twinix instantiate`: the derivations of a program, as `nix-instantiate` prints them without `--eval`.
#![allow(
    clippy::print_stderr,
    reason = "errors of the evaluation go to standard error"
)]

use std::{
    io::{Write, stdout},
    process::ExitCode,
};

use serde_json::json;
use twinix_evaluator::instantiate::{Found, instantiate as run};

use crate::{
    cli::InstantiateOptions,
    eval::{self, StorePlace},
    flags,
    watching::{Seen, watch},
};

/// Runs the verb.
pub fn instantiate(options: &InstantiateOptions) -> ExitCode {
    if options.eval.eval || options.eval.parse {
        return eval::eval(&options.eval);
    }
    done(options).unwrap_or_else(|message| {
        eprintln!("error: {message}");
        ExitCode::from(2)
    })
}

fn done(options: &InstantiateOptions) -> Result<ExitCode, String> {
    let mut settings = eval::settings(&options.eval)?;
    settings.read_only = options.eval.dry_run;
    watch(&mut settings, &options.eval);
    let mut seen = Seen::nothing();
    let store = StorePlace::of(&options.eval, !options.eval.dry_run)
        .map_err(|error| eval::no_store(&options.eval, &error))?;
    let io = store.io(&settings);
    let inputs = eval::inputs(&options.eval, &settings.base_directory)?;
    let task = flags::instantiation(&options.eval, settings, inputs);
    let mut listed = Vec::new();
    let mut written = Ok(());
    let mut print = |found: &Found| {
        if options.eval.json {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            listed.push(json!({"drvPath": text(&found.path), "output": text(&found.output)}));
        } else if written.is_ok() {
            let line = [found.line().as_slice(), b"\n"].concat();
            written = stdout().lock().write_all(&line);
        }
    };
    let instantiated = run(&task, io, Box::new(eval::print_trace), &mut print);
    if options.eval.json {
        let list = serde_json::Value::Array(listed);
        written = writeln!(stdout(), "{list:#}");
    }
    seen.add(instantiated.watched);
    seen.tell(&options.eval)
        .map_err(|error| format!("{error:#}"))?;
    Ok(match instantiated.result {
        Err(failure) => {
            eval::tell(&failure);
            ExitCode::from(failure.status)
        }
        // Nobody reads what could not be printed.
        Ok(()) if written.is_err() => ExitCode::from(2),
        Ok(()) => ExitCode::SUCCESS,
    })
}
