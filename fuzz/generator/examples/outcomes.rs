//! Prints a hash of what each program does: `cargo run -p twinix-generator --example outcomes -- SEED N`.
//!
//! Two runs compared show how many programs a change of the evaluator shows in, without any oracle: see
//! docs/planted.md. Eight of ten programs are printed plain, one as JSON, one as XML; traces count.

#![allow(clippy::print_stdout, reason = "it is there to print")]

use std::{
    cell::RefCell,
    collections::hash_map::DefaultHasher,
    error::Error,
    hash::{Hash, Hasher},
    rc::Rc,
    time::Duration,
};

use twinix_evaluator::{
    io::MemoryIo,
    job::{Input, Job, Output, run},
    limits::Limits,
    state::Settings,
};
use twinix_generator::{Config, generate};

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let mut number = |name: &str| -> Result<u64, Box<dyn Error>> {
        let word = words.next().ok_or(format!("{name} is missing: SEED N"))?;
        Ok(word.parse()?)
    };
    let (first, count) = (number("SEED")?, number("N")?);
    for seed in first..first + count {
        println!("{seed} {:016x}", outcome(seed));
    }
    Ok(())
}

fn outcome(seed: u64) -> u64 {
    let program = generate(seed, &Config::default());
    let mut files = vec![(b"/pwd/program.nix".to_vec(), program.text)];
    for (path, content) in program.files {
        files.push((format!("/pwd/{}", path.display()).into_bytes(), content));
    }
    let job = Job {
        settings: Settings {
            limits: Limits {
                fuel: Some(2_000_000),
                time: Some(Duration::from_secs(5)),
                ..Limits::default()
            },
            features: program.features,
            base_directory: b"/pwd".to_vec(),
            ..Settings::default()
        },
        input: Input::File(b"/pwd/program.nix".to_vec()),
        attribute: String::new(),
        arguments: Vec::new(),
        output: match seed % 10 {
            7 => Output::Json,
            8 => Output::Xml { locations: false },
            _ => Output::Plain,
        },
        strict: true,
    };
    let traces = Rc::new(RefCell::new(Vec::new()));
    let sink = Rc::clone(&traces);
    let trace = Box::new(move |line: &[u8]| sink.borrow_mut().push(line.to_vec()));
    let result = run(&job, Box::new(MemoryIo::new(files)), trace)
        .map_err(|failure| format!("{:?} {}", failure.kind, failure.catchable));
    let mut hasher = DefaultHasher::new();
    (result, &*traces.borrow()).hash(&mut hasher);
    hasher.finish()
}
