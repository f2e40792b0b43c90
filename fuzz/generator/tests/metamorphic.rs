//! Rewriting a program changes nothing that our evaluator does with it: value, error kind,
//! catchability, traces, in the oldest and the newest dialect.
//!
//! `TWINIX_CHAINS=20 cargo test -p twinix-generator --test metamorphic -- --nocapture` goes further
//! than a test in passing does, and prints how often each row was applied.

use std::{cell::RefCell, collections::BTreeMap, env, rc::Rc};

use arbitrary::Unstructured;
use twinix_evaluator::{
    dialect::Dialect,
    errors::ErrorKind,
    io::MemoryIo,
    job::{Input, Job, Output, run},
    limits::Limits,
    state::Settings,
};
use twinix_generator::metamorphic::{REWRITES, rewrite};

mod corpus;

use corpus::{Seed, bytes, seeds};

/// What an evaluation did, as far as a rewrite must keep it.
#[derive(Debug, PartialEq, Eq, Clone)]
struct Outcome {
    result: Result<String, (ErrorKind, bool, String)>,
    traces: Vec<String>,
}

impl Outcome {
    /// Whether it says anything about the program's meaning.
    fn is_conclusive(&self) -> bool {
        !matches!(
            self.result,
            Err((ErrorKind::Limit(_) | ErrorKind::CallDepth, ..))
        )
    }
}

fn evaluate(seed: &Seed, text: &str, dialect: Dialect, strict: bool) -> Outcome {
    let path = |name: &str| format!("/pwd/{name}").into_bytes();
    let mut files = vec![(path(&seed.file), text.as_bytes().to_vec())];
    for (name, content) in &seed.siblings {
        files.push((path(name), content.clone()));
    }
    let job = Job {
        settings: Settings {
            dialect,
            features: seed.header("# features:").unwrap_or_default(),
            base_directory: b"/pwd".to_vec(),
            limits: Limits {
                fuel: Some(3_000_000),
                memory: 1 << 30,
                ..Limits::default()
            },
            ..Settings::default()
        },
        input: Input::File(path(&seed.file)),
        attribute: String::new(),
        arguments: Vec::new(),
        output: Output::Plain,
        strict,
    };
    let traces: Rc<RefCell<Vec<String>>> = Rc::default();
    let sink = Rc::clone(&traces);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let result = run(
        &job,
        Box::new(MemoryIo::new(files)),
        Box::new(move |line| {
            sink.borrow_mut()
                .push(String::from_utf8_lossy(line).into_owned())
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

#[test]
fn rewriting_the_corpus_changes_no_outcome() {
    let chains: u64 = env::var("TWINIX_CHAINS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(1);
    const LINKS: usize = 4;
    let mut applied: BTreeMap<&str, usize> = REWRITES.iter().map(|row| (row.name, 0)).collect();
    let mut differences = Vec::new();
    let (mut compared, mut inconclusive, mut left_alone) = (0, 0, 0);
    for (number, seed) in seeds().iter().enumerate() {
        if seed.header("# flags:").is_some() || seed.header("# instantiate:").is_some() {
            continue;
        }
        let mut before = BTreeMap::new();
        for chain in 0..chains {
            let bytes = bytes(number as u64 * 1_000_003 + chain, 512);
            let mut u = Unstructured::new(&bytes);
            let mut text = seed.text.clone();
            let mut names = Vec::new();
            let mut keeps_thunks = true;
            'chain: for _ in 0..LINKS {
                let Some((next, row)) = rewrite(&mut u, &text).unwrap() else {
                    left_alone += usize::from(names.is_empty());
                    break;
                };
                names.push(row.name);
                keeps_thunks &= row.lazy;
                *applied.entry(row.name).or_default() += 1;
                let (was, dialects) = (text, [Dialect::V2_3, Dialect::V2_34]);
                text = next;
                for (dialect, strict) in dialects.into_iter().flat_map(|d| [(d, true), (d, false)])
                {
                    if !strict && !keeps_thunks {
                        continue;
                    }
                    let wanted = before
                        .entry((dialect, strict))
                        .or_insert_with(|| evaluate(seed, &seed.text, dialect, strict));
                    let got = evaluate(seed, &text, dialect, strict);
                    if !wanted.is_conclusive() || !got.is_conclusive() {
                        inconclusive += 1;
                        continue;
                    }
                    compared += 1;
                    if *wanted != got {
                        differences.push(format!(
                            "{} in {dialect:?}, strict {strict}, by {names:?}:\n--- from\n{was}\n--- to\n{text}\n--- {wanted:?}\n+++ {got:?}",
                            seed.name
                        ));
                        break 'chain;
                    }
                }
            }
        }
    }
    println!(
        "{compared} outcomes compared, {inconclusive} inconclusive, {left_alone} programs left alone"
    );
    println!("{applied:#?}");
    assert!(
        differences.is_empty(),
        "{} differences, among them\n{}",
        differences.len(),
        differences[..differences.len().min(12)].join("\n\n")
    );
    for (name, count) in applied {
        assert!(count > 0, "{name} was never applied");
    }
}
