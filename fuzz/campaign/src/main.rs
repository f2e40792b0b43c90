//! The `twinix` command line.

mod attrs;
mod check;
mod cli;
mod corpus;
mod drv_diff;
mod eval;
mod evaluators;
mod flags;
mod header;
mod installed;
mod instantiate;
mod programs;
mod progress;
mod render;
mod style;
mod subject;
mod suites;
mod summary;

use clap::Parser;
use cli::{Cli, Verb};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[expect(clippy::print_stderr, reason = "the last words of the program")]
fn main() -> ExitCode {
    let done = match Cli::parse().verb {
        Verb::Eval(options) => return eval::eval(&options),
        Verb::Instantiate(options) => return instantiate::instantiate(&options),
        Verb::DrvDiff(options) => drv_diff::drv_diff(&options),
        Verb::Check(options) => check::check(&options),
        Verb::Oracle(verb) => installed::oracle(&verb),
        Verb::Corpus(verb) => corpus::corpus(&verb),
    };
    done.unwrap_or_else(|error| {
        // A reader that has enough, such as head, is no failure.
        if !is_closed_pipe(&error) {
            eprintln!("error: {error:#}");
        }
        ExitCode::from(2)
    })
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
    })
}
