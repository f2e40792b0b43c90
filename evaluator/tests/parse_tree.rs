//! Our parser against two others on real files: `nix-instantiate --parse` has
//! to print the same program, rnix has to accept and refuse the same files.
//!
//! `TWINIX_NIXPKGS` names the folder with the files, `TWINIX_NIX_INSTANTIATE` a
//! `nix-instantiate` 2.34 (or a wrapper), `TWINIX_PARSE_FILES` how many files to
//! ask it about (default 50, spread evenly; 0 means all).
#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

use std::path::{Path, PathBuf};
use std::process::Command;
use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::heap::Heap;
use twinix_evaluator::positions::{Origin, Positions};
use twinix_evaluator::symbols::Symbols;
use twinix_evaluator::syntax::{ParseContext, Printer, SyntaxOptions, parse};

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "nix") {
            files.push(path);
        }
    }
}

/// The files to read, or why there are none.
fn files() -> Result<Vec<PathBuf>, &'static str> {
    let root = std::env::var_os("TWINIX_NIXPKGS").ok_or("TWINIX_NIXPKGS names no folder")?;
    let mut files = Vec::new();
    collect(&Path::new(&root).canonicalize().unwrap(), &mut files);
    assert!(!files.is_empty(), "{root:?} has no Nix file");
    Ok(files)
}

/// What we print for a file, or our message.
fn ours(file: &Path) -> Result<Vec<u8>, String> {
    let source = std::fs::read(file).unwrap();
    let heap = Heap::new();
    let symbols = Symbols::new(Dialect::V2_34);
    let positions = Positions::default();
    let origin = Origin::File(file.as_os_str().as_encoded_bytes().into());
    let start = positions.add(origin, source[..].into()).unwrap();
    let options = SyntaxOptions::default();
    let ctx = ParseContext {
        heap: &heap,
        symbols: &symbols,
        positions: &positions,
        base_path: file.parent().unwrap().as_os_str().as_encoded_bytes(),
        home: b"/homeless",
        options,
        warnings: Default::default(),
    };
    match parse(&source, start, &ctx) {
        Ok(expr) => Ok(Printer::new(&symbols, &options).program(expr)),
        Err(error) => Err(format!(
            "{} at {}",
            error.message,
            ctx.position_text(error.pos)
        )),
    }
}

/// Whether a refusal of C++ Nix comes from its parser; `--parse` also refuses
/// undefined variables.
fn refused_by_parser(stderr: &str) -> bool {
    !stderr.contains("error: undefined variable")
}

#[test]
fn real_files_print_as_nix_instantiate_prints_them() {
    let files = match files() {
        Ok(files) => files,
        Err(why) => return println!("skipped: {why}"),
    };
    let Some(oracle) = std::env::var_os("TWINIX_NIX_INSTANTIATE") else {
        return println!("skipped: TWINIX_NIX_INSTANTIATE names no nix-instantiate");
    };
    let wanted: usize = match std::env::var("TWINIX_PARSE_FILES") {
        Ok(count) => count.parse().unwrap(),
        Err(_) => 50,
    };
    let step = match wanted {
        0 => 1,
        _ => files.len().div_ceil(wanted),
    };
    let mut different = Vec::new();
    for file in files.iter().step_by(step) {
        let output = Command::new(&oracle)
            .env("HOME", "/homeless")
            .arg("--parse")
            .arg(file)
            .output()
            .unwrap();
        let same = match ours(file) {
            Ok(printed) => {
                output.stdout.strip_suffix(b"\n") == Some(&printed[..])
                    || !refused_by_parser(&String::from_utf8_lossy(&output.stderr))
            }
            Err(_) => !output.status.success(),
        };
        if !same {
            different.push(file);
        }
    }
    assert!(
        different.is_empty(),
        "{} differ: {different:#?}",
        different.len()
    );
}

#[test]
fn real_files_are_accepted_as_rnix_accepts_them() {
    let files = match files() {
        Ok(files) => files,
        Err(why) => return println!("skipped: {why}"),
    };
    for file in &files {
        let Ok(text) = std::fs::read_to_string(file) else {
            continue;
        };
        let theirs = rnix::Root::parse(&text).errors().is_empty();
        let ours = ours(file);
        assert_eq!(ours.is_ok(), theirs, "{}: {:?}", file.display(), ours.err());
    }
}
