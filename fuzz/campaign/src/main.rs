//! The `twinix` command line.

mod apart;
mod attrs;
mod building;
mod campaign;
mod check;
mod cli;
mod corpus;
mod drv_diff;
mod eval;
mod evaluators;
mod flags;
mod header;
mod identity;
mod installed;
mod instantiate;
mod outside;
mod overgrown;
mod parties;
mod plural;
mod programs;
mod progress;
mod reduce;
mod remembered;
mod render;
mod report;
mod stop;
mod style;
mod subject;
mod suites;
mod summary;
mod table;
mod watching;

use cli::{Cli, Verb};
use std::process::ExitCode;

/// How a program ends that nobody reads any more: as the signal for that would end it.
pub const CLOSED_PIPE: u8 = 128 + 13;

#[expect(clippy::print_stderr, reason = "the last words of the program")]
fn main() -> ExitCode {
    let verb = Cli::read().verb;
    end_with_signals();
    let done = match verb {
        Verb::Eval(options) => return eval::eval(&options),
        Verb::Instantiate(options) => return instantiate::instantiate(&options),
        Verb::DrvDiff(options) => drv_diff::drv_diff(&options),
        Verb::Check(options) => check::check(&options),
        Verb::Fuzz(options) => campaign::fuzz(&options),
        Verb::Replay(options) => campaign::replay(&options),
        Verb::Merge(options) => campaign::merge(&options),
        Verb::Report(options) => report::report(&options),
        Verb::Reduce(options) => reduce::reduce_program(&options),
        Verb::Oracle(verb) => installed::oracle(&verb),
        Verb::Corpus(verb) => corpus::corpus(&verb),
    };
    done.unwrap_or_else(|error| {
        // A reader that has enough, such as head, is no failure to tell of.
        if is_closed_pipe(&error) {
            return ExitCode::from(CLOSED_PIPE);
        }
        eprintln!("error: {}", said(&error));
        ExitCode::from(2)
    })
}

/// Lets a signal that ends the program take the evaluators with it that it started. Work that comes to
/// an orderly end by itself is only asked to.
fn end_with_signals() {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    // Without handlers the program ends by the signal, as any other.
    let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM]) else {
        return;
    };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            if stop::ask() {
                progress::say_on_terminal(
                    "stopping when what is being done is stored; again: at once",
                );
                continue;
            }
            twinix_oracle::scratch::stop_everything();
            if let Some(words) = stop::last_words() {
                progress::say(&format!("\n{words}"));
            }
            // As a shell reports it.
            std::process::exit(128 + signal);
        }
    });
}

/// An error with what it came from. What says the same as what it came from is said once; an error of the
/// system without a word about what it happened to came from printing.
fn said(error: &anyhow::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in error.chain() {
        let text = cause.to_string();
        let says_the_same = |last: &String| {
            last.ends_with(&text) || (!last.is_empty() && text.ends_with(last.as_str()))
        };
        if !parts.last().is_some_and(says_the_same) {
            parts.push(text);
        }
    }
    let text = parts.join(": ");
    match error.downcast_ref::<std::io::Error>() {
        Some(error) if parts.len() == 1 && is_full(error) => {
            format!("cannot write to standard output: {text}")
        }
        _ => text,
    }
}

/// Whether there is no room for what is written.
pub fn is_full(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
