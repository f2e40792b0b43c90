use std::{collections::BTreeMap, fs, path::Path};

use walkdir::WalkDir;

use super::*;
use crate::choices::{Choices, Stream};

/// The programs of the corpus.
fn seeds() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/seeds");
    let mut files: Vec<_> = WalkDir::new(folder)
        .into_iter()
        .filter_map(std::result::Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|ext| ext == "nix"))
        .collect();
    files.sort();
    files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok())
        .collect()
}

/// Bytes that a seed decides.
fn bytes(seed: u64, count: usize) -> Vec<u8> {
    let mut stream = Stream::new(seed);
    (0..count)
        .map(|_| u8::try_from(stream.below(256)).unwrap_or(0))
        .collect()
}

#[test]
fn ten_thousand_mutations_of_the_corpus_are_safe_and_mostly_parse() {
    let seeds = seeds();
    assert!(seeds.len() > 1_000, "the corpus is there");
    let all: Vec<&str> = seeds.iter().map(String::as_str).collect();
    let (mut parsed, mut changed) = (0, 0);
    let mut used = BTreeMap::new();
    const RUNS: usize = 10_000;
    for run in 0..RUNS {
        let bytes = bytes(run as u64, 512);
        let mut u = Unstructured::new(&bytes);
        let program = all[run % all.len()];
        let (mutant, names) = mutate_and_tell(&mut u, program, &all).unwrap();
        assert_eq!(safety::scrub(&mutant), mutant, "of {program}");
        parsed += usize::from(rnix::Root::parse(&mutant).errors().is_empty());
        changed += usize::from(mutant != program);
        for name in names {
            *used.entry(name).or_insert(0) += 1;
        }
    }
    println!("of {RUNS} mutants {changed} differ from their seed and {parsed} parse");
    println!("{used:#?}");
    assert!(parsed * 10 >= RUNS * 9, "{parsed} of {RUNS} parse");
    assert!(changed * 20 >= RUNS * 19, "{changed} of {RUNS} differ");
    for mutation in MUTATIONS {
        assert!(
            used.contains_key(mutation.name),
            "{} never worked",
            mutation.name
        );
    }
}

#[test]
fn the_same_bytes_give_the_same_mutant() {
    let seeds = seeds();
    let donors: Vec<&str> = seeds.iter().take(50).map(String::as_str).collect();
    for seed in 0..200 {
        let bytes = bytes(seed, 256);
        let program = donors[seed as usize % donors.len()];
        let mutant = || mutate(&mut Unstructured::new(&bytes), program, &donors).unwrap();
        assert_eq!(mutant(), mutant());
    }
}

#[test]
fn few_bytes_and_odd_programs_do_no_harm() {
    for program in [
        "",
        "{",
        "\"${",
        "1",
        "x",
        "''${''${1}''}''",
        "a or b",
        "\u{feff}1",
        "//",
    ] {
        for count in 0..40 {
            let bytes = bytes(count as u64, count);
            mutate(&mut Unstructured::new(&bytes), program, &[]).unwrap();
            mutate(&mut Unstructured::new(&bytes), program, &["[ 1 ]", "}"]).unwrap();
        }
    }
}

#[test]
fn names_of_rows_are_unique() {
    let names: std::collections::BTreeSet<_> = MUTATIONS.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), MUTATIONS.len());
    assert!(
        MUTATIONS
            .iter()
            .all(|row| row.weight > 0 && !row.what.is_empty())
    );
}
