//! Writes the seeds of every target, and the dictionary, for `scripts/fuzz`.
//!
//! `twinix-targets CORPUS FUZZ` reads the programs below CORPUS and writes
//! `FUZZ/corpus/TARGET/…` and `FUZZ/nix.dict`. What is there already stays.

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};
use twinix_targets::TARGETS;
use twinix_targets::seeds::{Corpus, dictionary};

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let [corpus, fuzz] = &*arguments else {
        return fail("usage: twinix-targets CORPUS FUZZ");
    };
    match write(corpus.as_ref(), fuzz.as_ref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&format!(
            "cannot write the seeds of '{}' to '{}': {error}",
            corpus.display(),
            fuzz.display()
        )),
    }
}

#[allow(clippy::print_stderr, reason = "this is the command line")]
fn fail(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::from(2)
}

fn write(corpus: &Path, fuzz: &Path) -> io::Result<()> {
    let corpus = Corpus::read(corpus)?;
    for target in TARGETS {
        let folder = fuzz.join("corpus").join(target.name);
        fs::create_dir_all(&folder)?;
        for seed in (target.seeds)(&corpus) {
            fs::write(folder.join(seed.name), seed.bytes)?;
        }
    }
    fs::write(fuzz.join("nix.dict"), dictionary())
}
