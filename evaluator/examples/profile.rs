//! Evaluates a file and prints what it did, the most frequent first: a profile
//! of instructions and builtins. With `--off` nothing is observed, which is how
//! the price of observation is measured.
//!
//! `cargo run --release -p twinix-evaluator --example profile -- FILE [--off]`
#![allow(clippy::print_stdout, reason = "prints what it measures")]

use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use twinix_evaluator::io::RealIo;
use twinix_evaluator::job::{Input, Job, observe};
use twinix_evaluator::state::Settings;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let file = std::path::absolute(arguments.next().unwrap_or_default())?;
    let off = arguments.next().is_some_and(|flag| flag == "--off");
    let job = Job {
        settings: Settings {
            observe: !off,
            ..Settings::default()
        },
        ..Job::of(Input::File(file.as_os_str().as_bytes().to_vec()))
    };
    let observed = observe(&job, Box::new(RealIo::default()), Box::new(|_| {}));
    let mut out = std::io::stdout().lock();
    if let Err(failure) = observed.result {
        writeln!(out, "error: {}", String::from_utf8_lossy(&failure.message))?;
    }
    for (feature, count) in observed.hits.unwrap_or_default().sorted() {
        writeln!(out, "{count:>12} {feature}")?;
    }
    Ok(())
}
