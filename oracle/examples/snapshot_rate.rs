//! How many programs a second each installed release evaluates, through servers and with a process a
//! program, and whether both print the same:
//!
//! `cargo run --profile quick -p twinix-oracle --example snapshot_rate -- FOLDER_OR_FILE… [--threads N]
//! [--fresh EVERY]`
//!
//! A folder with a `default.nix` is a program with all that is in the folder, as `survey --dump` writes them; elsewhere
//! each `.nix` file is one. A first line `# features: …` says what it wants. Every EVERY-th (default 20) is also given to a
//! fresh process. The exit status is 1 if one differs or was not answered, or if none was compared; what is known to be
//! another thing each time is counted apart.

#![allow(clippy::print_stdout, reason = "the figures are the result")]

use std::{
    env, fs, io,
    path::Path,
    process::ExitCode,
    sync::atomic::{AtomicUsize, Ordering},
    time::Instant,
};

use rayon::prelude::*;
use twinix_oracle::{Dialect, Program, Settings, discover::discover, sandbox, snapshot::Snapshot};

/// What releases print that is another thing each time: where a position of 2.3 is in memory, how long curl waited.
const CHANCE: [&str; 2] = [", at 0x", "Failed to connect to "];

/// A program and how it is asked.
type Asked = (Program, Settings);

/// Adds the programs at a path.
fn collect(path: &Path, programs: &mut Vec<Asked>) -> io::Result<()> {
    if path.is_dir() && path.join("default.nix").is_file() {
        programs.push(read(path, &path.join("default.nix"))?);
    } else if path.is_dir() {
        let entries: io::Result<Vec<_>> = fs::read_dir(path)?.collect();
        let mut below: Vec<_> = entries?.into_iter().map(|entry| entry.path()).collect();
        below.sort();
        for path in below {
            collect(&path, programs)?;
        }
    } else if path.extension().is_some_and(|extension| extension == "nix") {
        programs.push(read(Path::new(""), path)?);
    }
    Ok(())
}

/// The program in a file, with what else is in a folder.
fn read(folder: &Path, file: &Path) -> io::Result<Asked> {
    let text = fs::read(file)?;
    let first = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let wanted = String::from_utf8_lossy(first);
    let wanted = wanted.strip_prefix("# features:").unwrap_or_default();
    let settings = Settings {
        features: wanted.split_whitespace().map(str::to_owned).collect(),
        ..Settings::default()
    };
    let mut program = Program::text(file.display().to_string(), text);
    let mut folders = vec![folder.to_owned()];
    while let Some(one) = folders.pop().filter(|one| one.is_dir()) {
        for entry in fs::read_dir(&one)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path != file {
                let place = path
                    .strip_prefix(folder)
                    .map_err(io::Error::other)?
                    .to_owned();
                program = program.with_sibling(place, fs::read(&path)?)?;
            }
        }
    }
    Ok((program, settings))
}

fn main() -> io::Result<ExitCode> {
    let (mut threads, mut every, mut programs) = (2, 20, Vec::new());
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let number = |word: Option<String>| word.and_then(|word| word.parse().ok());
        match word.as_str() {
            "--threads" => threads = number(words.next()).unwrap_or(threads),
            "--fresh" => every = number(words.next()).unwrap_or(every),
            path => collect(Path::new(path), &mut programs)?,
        }
    }
    if let Some(why) = sandbox::refusal() {
        println!("not shut in: {why}");
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    let pool = pool.map_err(io::Error::other)?;
    let mut is_fine = !programs.is_empty();
    for oracle in discover().select(&Dialect::ALL).0 {
        let snapshot = Snapshot::new(oracle.clone(), threads);
        if let Some(why) = snapshot.unavailable() {
            println!("no servers: {why}");
        }
        let ask = |(program, settings): &Asked| snapshot.evaluate_verbatim(program, settings).ok();
        // The servers are started first.
        let first = (Program::text("first", "1"), Settings::default());
        pool.broadcast(|_| ask(&first));
        let before = snapshot.counters();
        let started = Instant::now();
        let answers: Vec<_> = pool.install(|| programs.par_iter().map(ask).collect());
        let fast = programs.len() as f64 / started.elapsed().as_secs_f64();
        let alone = snapshot.counters().fallbacks - before.fallbacks;
        let [differ, unanswered, chance] = [const { AtomicUsize::new(0) }; 3];
        let again: Vec<usize> = (0..programs.len()).step_by(every).collect();
        let started = Instant::now();
        pool.install(|| {
            again.par_iter().for_each(|&index| {
                let (program, settings) = &programs[index];
                let fresh = oracle.evaluate_verbatim(program, settings).ok();
                if fresh.is_none() || answers[index].is_none() {
                    unanswered.fetch_add(1, Ordering::Relaxed);
                } else if fresh != answers[index] {
                    let said = fresh.as_ref().map(|(_, printed)| printed.stderr.as_str());
                    if CHANCE
                        .iter()
                        .any(|it| said.unwrap_or_default().contains(it))
                    {
                        chance.fetch_add(1, Ordering::Relaxed);
                        return;
                    }
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
        let [differ, unanswered, chance] =
            [differ, unanswered, chance].map(AtomicUsize::into_inner);
        is_fine &= differ == 0 && unanswered == 0;
        println!(
            "{}: {fast:.0} programs/s through {threads} servers, {slow:.0}/s with a process each ({:.0} times); \
             {differ} of {} differ, {chance} more by chance, {unanswered} were not answered; {alone} of {} had no server; {}",
            oracle.name,
            fast / slow,
            again.len(),
            programs.len(),
            snapshot.counters()
        );
        if let Some(trouble) = snapshot.trouble() {
            println!("  last trouble: {trouble}");
        }
    }
    Ok(ExitCode::from(u8::from(!is_fine)))
}
