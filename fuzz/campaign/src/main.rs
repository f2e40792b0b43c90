//! The `twinix` command line.

mod cli;
mod eval;

use clap::Parser;
use cli::{Cli, Verb};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match Cli::parse().verb {
        Verb::Eval(options) => eval::eval(&options),
    }
}
