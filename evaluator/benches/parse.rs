//! How fast the parser is: all Nix files below `TWINIX_NIXPKGS` (a folder or
//! one file), five times; prints megabytes a second.
#![allow(clippy::print_stdout, reason = "a bench reports on the terminal")]

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};
use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::heap::Heap;
use twinix_evaluator::positions::{Origin, Positions};
use twinix_evaluator::symbols::Symbols;
use twinix_evaluator::syntax::{ParseContext, SyntaxOptions, parse};

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let Ok(entries) = std::fs::read_dir(path) else {
            return;
        };
        for entry in entries.flatten() {
            collect(&entry.path(), files);
        }
    } else if path.extension().is_some_and(|extension| extension == "nix") {
        files.push(path.to_path_buf());
    }
}

fn parse_all(sources: &[Rc<[u8]>]) -> (Duration, usize, usize) {
    let heap = Heap::new();
    let symbols = Symbols::new(Dialect::V2_34);
    let positions = Positions::default();
    let mut refused = 0;
    let begin = Instant::now();
    for source in sources {
        let start = positions
            .add(Origin::String, Rc::clone(source))
            .expect("nixpkgs is far smaller than 4 GiB");
        let ctx = ParseContext {
            heap: &heap,
            symbols: &symbols,
            positions: &positions,
            base_path: b"/base",
            home: b"/home",
            options: SyntaxOptions::default(),
            warnings: Default::default(),
        };
        if parse(source, start, &ctx).is_err() {
            refused += 1;
        }
    }
    (begin.elapsed(), refused, heap.allocated())
}

fn main() {
    let Some(root) = std::env::var_os("TWINIX_NIXPKGS") else {
        println!("skipped: TWINIX_NIXPKGS names no folder or file to parse");
        return;
    };
    let mut files = Vec::new();
    collect(Path::new(&root), &mut files);
    let sources: Vec<Rc<[u8]>> = files
        .iter()
        .filter_map(|file| std::fs::read(file).ok())
        .map(Rc::from)
        .collect();
    let bytes: usize = sources.iter().map(|source| source.len()).sum();
    for _ in 0..5 {
        let (time, refused, allocated) = parse_all(&sources);
        println!(
            "{} files, {bytes} bytes, {refused} refused: {time:?}, {:.1} MB/s, {:.2} arena bytes a byte",
            sources.len(),
            bytes as f64 / 1e6 / time.as_secs_f64(),
            allocated as f64 / bytes as f64,
        );
    }
}
