//! Rewriting a program changes nothing that our evaluator does with it: value, error kind,
//! catchability, traces, in the oldest and the newest dialect.
//!
//! `TWINIX_CHAINS=20 TWINIX_APPLICATIONS=500 cargo test -p twinix-generator --test metamorphic -- --nocapture` goes further
//! than a test in passing does, and prints how often each row was applied.

#![allow(
    clippy::print_stdout,
    reason = "clippy does not see helpers of tests as tests"
)]

use std::{cell::RefCell, collections::BTreeMap, env, rc::Rc};

use arbitrary::Unstructured;
use twinix_evaluator::{
    dialect::Dialect,
    errors::ErrorKind,
    io::MemoryIo,
    job::{Input, Job, run},
    limits::Limits,
    state::Settings,
};
use twinix_generator::metamorphic::{REWRITES, Rewrite, rewrite};

mod corpus;

use corpus::{Seed, bytes, generated, precarious, seeds};

/// What the program's file is called.
const PROGRAM: &str = "program.nix";

/// What an evaluation did, as far as a rewrite must keep it.
#[derive(Debug, PartialEq, Eq, Clone)]
struct Outcome {
    result: Result<String, (ErrorKind, bool, String)>,
    traces: Vec<String>,
}

impl Outcome {
    /// Whether the program was one at all.
    fn is_program(&self) -> bool {
        !matches!(self.result, Err((ErrorKind::Parse, ..)))
    }

    /// Whether it says nothing about the program's meaning.
    fn meets_limit(&self) -> bool {
        matches!(
            self.result,
            Err((ErrorKind::Limit(_) | ErrorKind::CallDepth, ..))
        )
    }
}

impl Seed {
    /// Whether its value depends on itself, where nothing is seen before it is done.
    fn recurses(&self, strict: bool) -> bool {
        let newest = evaluate(self, &self.text, Dialect::V2_34, strict);
        matches!(newest.result, Err((ErrorKind::InfiniteRecursion, ..)))
    }
}

fn evaluate(seed: &Seed, text: &str, dialect: Dialect, strict: bool) -> Outcome {
    let path = |name: &str| format!("/pwd/{name}").into_bytes();
    let mut files = vec![(path(PROGRAM), text.as_bytes().to_vec())];
    for (name, content) in &seed.siblings {
        files.push((path(name), content.clone()));
    }
    let job = Job {
        settings: Settings {
            dialect,
            features: seed.features.clone(),
            base_directory: b"/pwd".to_vec(),
            limits: Limits {
                fuel: Some(3_000_000),
                memory: 1 << 30,
                ..Limits::default()
            },
            ..Settings::default()
        },
        strict,
        ..Job::of(Input::File(path(PROGRAM)))
    };
    let traces: Rc<RefCell<Vec<String>>> = Rc::default();
    let sink = Rc::clone(&traces);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let result = run(
        &job,
        Box::new(MemoryIo::new(files)),
        Box::new(move |line| {
            // That a form is deprecated is said to the user, and is no trace.
            if !line.starts_with(b"warning:") {
                sink.borrow_mut().push(text(line));
            }
        }),
    );
    let result = result.map(|value| text(&value)).map_err(|failure| {
        let is_own = matches!(failure.kind, ErrorKind::Throw | ErrorKind::Abort);
        let message = if is_own {
            text(&failure.message)
        } else {
            String::new()
        };
        (failure.kind, failure.catchable, message)
    });
    let traces = traces.borrow().clone();
    Outcome { result, traces }
}

/// Compares a rewritten program with what it was.
#[derive(Default)]
struct Comparison {
    before: BTreeMap<(usize, Dialect, bool), Outcome>,
    compared: usize,
    inconclusive: usize,
    differences: Vec<String>,
}

impl Comparison {
    /// Whether all outcomes are the same.
    fn holds(&mut self, number: usize, seed: &Seed, text: &str, by: &[&Rewrite]) -> bool {
        let keeps_thunks = by.iter().all(|row| row.lazy);
        for dialect in [Dialect::V2_3, Dialect::V2_34] {
            for strict in [true, false] {
                if !strict && !keeps_thunks {
                    continue;
                }
                let wanted = self
                    .before
                    .entry((number, dialect, strict))
                    .or_insert_with(|| evaluate(seed, &seed.text, dialect, strict));
                // 2.3 shows what some calls make before it is done; then it matters where the call stands.
                if dialect == Dialect::V2_3 && seed.recurses(strict) {
                    self.inconclusive += 1;
                    continue;
                }
                let got = evaluate(seed, text, dialect, strict);
                if !wanted.is_program() || wanted.meets_limit() || got.meets_limit() {
                    self.inconclusive += 1;
                    continue;
                }
                self.compared += 1;
                if *wanted != got {
                    self.differences.push(format!(
                        "{} in {dialect:?}, strict {strict}, by {by:?}:\n--- from\n{}\n--- to\n{text}\n--- {wanted:?}\n+++ {got:?}",
                        seed.name, seed.text
                    ));
                    return false;
                }
            }
        }
        true
    }

    fn assert_no_differences(&self) {
        println!(
            "{} outcomes compared, {} inconclusive",
            self.compared, self.inconclusive
        );
        let some = &self.differences[..self.differences.len().min(12)];
        assert!(
            self.differences.is_empty(),
            "{} differences, among them\n{}",
            self.differences.len(),
            some.join("\n\n")
        );
    }
}

/// Precarious programs first, then those of the corpus, and some of the generator.
fn programs() -> Vec<Seed> {
    let mut programs = precarious();
    programs.extend(seeds());
    programs.extend(generated(setting("TWINIX_GENERATED", 400) as u64));
    programs
}

/// A number from the environment, to go further than a test in passing does.
fn setting(name: &str, default: usize) -> usize {
    let value = env::var(name).ok().and_then(|value| value.parse().ok());
    value.unwrap_or(default)
}

#[test]
fn chains_of_rewrites_change_no_outcome() {
    const LINKS: usize = 4;
    let chains = setting("TWINIX_CHAINS", 1);
    let mut comparison = Comparison::default();
    let (mut applied, mut left_alone) = (0, 0);
    let programs = programs();
    for (number, seed) in programs.iter().enumerate() {
        for chain in 0..chains {
            let bytes = bytes(number as u64 * 1_000_003 + chain as u64, 512);
            let mut u = Unstructured::new(&bytes);
            let mut text = seed.text.clone();
            let mut rows = Vec::new();
            for _ in 0..LINKS {
                let Some((next, row)) = rewrite(&mut u, &text).unwrap() else {
                    left_alone += usize::from(rows.is_empty());
                    break;
                };
                rows.push(row);
                text = next;
                applied += 1;
                if !comparison.holds(number, seed, &text, &rows) {
                    break;
                }
            }
        }
        comparison.before.clear();
    }
    println!(
        "{applied} applications, {left_alone} of {} chains left alone",
        programs.len() * chains
    );
    comparison.assert_no_differences();
}

#[test]
fn each_rewrite_changes_no_outcome() {
    // A prime.
    const STRIDE: usize = 7_919;
    let first = precarious().len();
    let wanted = setting("TWINIX_APPLICATIONS", 40);
    let mut comparison = Comparison::default();
    let programs = programs();
    for (row, rewrite) in REWRITES.iter().enumerate() {
        let mut applied = 0;
        for step in 0..programs.len() {
            if applied == wanted {
                break;
            }
            let number = match step {
                step if step < first => step,
                step => (row * 331 + step * STRIDE) % programs.len(),
            };
            let bytes = bytes((row * 7_919 + step) as u64, 64);
            let seed = &programs[number];
            let mut u = Unstructured::new(&bytes);
            if let Some(text) = rewrite.apply(&mut u, &seed.text).unwrap() {
                applied += 1;
                comparison.holds(number, seed, &text, &[rewrite]);
            }
        }
        println!("{:<18} {applied:>5}", rewrite.name);
        assert!(
            applied > 0,
            "{} applies to no program of the corpus",
            rewrite.name
        );
    }
    comparison.assert_no_differences();
}
