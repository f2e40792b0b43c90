//! How many programs a second each installed release evaluates, through servers and with a process a
//! program, and whether both print the same:
//!
//! `cargo run --profile quick -p twinix-oracle --example snapshot_rate -- FOLDER_OR_FILE… [--threads N]
//! [--fresh EVERY]`
//!
//! The programs are the `.nix` files; every EVERY-th (default 20) is also given to a fresh process.

#![allow(clippy::print_stdout, reason = "the figures are the result")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};

use rayon::prelude::*;
use twinix_oracle::{Dialect, Program, Settings, discover::discover, sandbox, snapshot::Snapshot};

fn collect(path: &Path, programs: &mut Vec<PathBuf>) {
    if let Ok(entries) = fs::read_dir(path) {
        let mut below: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        below.sort();
        for path in below {
            collect(&path, programs);
        }
    } else if path.extension().is_some_and(|extension| extension == "nix") {
        programs.push(path.to_owned());
    }
}

fn main() {
    let (mut threads, mut every, mut files) = (2, 20, Vec::new());
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let number = |word: Option<String>| word.and_then(|word| word.parse().ok());
        match word.as_str() {
            "--threads" => threads = number(words.next()).unwrap_or(threads),
            "--fresh" => every = number(words.next()).unwrap_or(every),
            path => collect(Path::new(path), &mut files),
        }
    }
    let programs: Vec<Program> = files
        .iter()
        .filter_map(|file| {
            Some(Program::text(
                file.display().to_string(),
                fs::read(file).ok()?,
            ))
        })
        .collect();
    if let Some(why) = sandbox::refusal() {
        println!("not shut in: {why}");
    }
    let settings = Settings::default();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let Ok(pool) = pool else {
        println!("no threads");
        return;
    };
    for oracle in discover().select(&Dialect::ALL).0 {
        let snapshot = Snapshot::new(oracle.clone(), threads);
        if let Some(why) = snapshot.unavailable() {
            println!("no servers: {why}");
        }
        let ask = |program: &Program| snapshot.evaluate_verbatim(program, &settings).ok();
        // The servers are started first.
        pool.broadcast(|_| ask(&Program::text("first", "1")));
        let started = Instant::now();
        let answers: Vec<_> = pool.install(|| programs.par_iter().map(ask).collect());
        let fast = programs.len() as f64 / started.elapsed().as_secs_f64();
        let differ = AtomicUsize::new(0);
        let again: Vec<usize> = (0..programs.len()).step_by(every).collect();
        let started = Instant::now();
        pool.install(|| {
            again.par_iter().for_each(|&index| {
                let program = &programs[index];
                let fresh = oracle.evaluate_verbatim(program, &settings).ok();
                if fresh != answers[index] {
                    differ.fetch_add(1, Ordering::Relaxed);
                    println!(
                        "{} differs:\n  fresh    {:?}\n  snapshot {:?}",
                        program.name(),
                        fresh.map(|(_, printed)| printed),
                        answers[index].as_ref().map(|(_, printed)| printed)
                    );
                }
            });
        });
        let slow = again.len() as f64 / started.elapsed().as_secs_f64();
        println!(
            "{}: {fast:.0} programs/s through {threads} servers, {slow:.0}/s with a process each ({:.0} times); \
             {} of {} differ; {}",
            oracle.name,
            fast / slow,
            differ.into_inner(),
            again.len(),
            snapshot.counters()
        );
        if let Some(trouble) = snapshot.trouble() {
            println!("  last trouble: {trouble}");
        }
    }
}
