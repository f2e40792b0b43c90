//! Evaluates a tiny program many times in one process and prints the resident
//! memory on the way: it must stay flat after the first thousand.
//!
//! `cargo run --release -p twinix-evaluator --example many -- 1000000`
#![allow(clippy::print_stdout, reason = "prints what it measures")]

use twinix_evaluator::io::MemoryIo;
use twinix_evaluator::job::{Input, Job, run};
use twinix_evaluator::state::Settings;

fn main() {
    let count: u64 = std::env::args()
        .nth(1)
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    for number in 0..=count {
        let program = format!(
            "let f = x: {{ a = x; b = [ x (x + 1) ]; }}; in builtins.toJSON (f {number}) + \"{}\"",
            number % 7
        );
        let job = Job {
            settings: Settings::default(),
            ..Job::of(Input::Expression(program.into_bytes()))
        };
        let result = run(&job, Box::new(MemoryIo::default()), Box::new(|_| {}));
        assert!(result.is_ok(), "the program has a value");
        if number == 1_000 || number % (count / 4).max(1) == 0 {
            println!("{number:>9} programs, {} KiB resident", resident_kib());
        }
    }
}

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .and_then(|rest| rest.split_whitespace().next())
        .and_then(|text| text.parse().ok())
        .unwrap_or(0)
}
