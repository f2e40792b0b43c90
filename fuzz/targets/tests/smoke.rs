//! Every target holds on what it starts from.

use std::path::Path;
use twinix_targets::seeds::Corpus;
use twinix_targets::{TARGETS, program::shown};

fn corpus() -> Corpus {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
    Corpus::read(&folder).expect("the corpus is part of the repository")
}

/// How many seeds of a target are tried at most, spread evenly over all of them:
/// each is reduced four times, or generated and compared.
const FEW: usize = 50;

#[track_caller]
fn holds_on_its_seeds(name: &str) {
    holds_on_some_seeds(name, usize::MAX);
}

#[track_caller]
fn holds_on_some_seeds(name: &str, most: usize) {
    let target = TARGETS.iter().find(|target| target.name == name);
    let target = target.expect("the table has the targets");
    let seeds = (target.seeds)(&corpus());
    assert!(seeds.len() > 20, "{name} has {} seeds", seeds.len());
    let step = seeds.len().div_ceil(most);
    let fails: Vec<String> = seeds
        .iter()
        .step_by(step)
        .filter_map(|seed| {
            let broken = (target.check)(&seed.bytes).err()?;
            Some(format!("{}:\n{}\n{broken}", seed.name, shown(&seed.bytes)))
        })
        .collect();
    assert!(
        fails.is_empty(),
        "{name} fails on {}: {}",
        fails.len(),
        fails[..fails.len().min(3)].join("\n")
    );
}

#[test]
fn parse_holds_on_its_seeds() {
    holds_on_its_seeds("parse");
}

#[test]
fn eval_holds_on_its_seeds() {
    holds_on_its_seeds("eval");
}

#[test]
fn print_parse_holds_on_its_seeds() {
    holds_on_its_seeds("print_parse");
}

#[test]
fn derivation_holds_on_its_seeds() {
    holds_on_its_seeds("derivation");
}

#[test]
fn metamorphic_holds_on_its_seeds() {
    holds_on_its_seeds("metamorphic");
}

#[test]
fn differential_holds_on_its_seeds() {
    holds_on_some_seeds("differential", FEW);
}

#[test]
fn reducer_holds_on_its_seeds() {
    holds_on_some_seeds("reducer", FEW);
}

#[test]
fn every_target_has_its_file() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz_targets");
    for target in TARGETS {
        let file = folder.join(target.name).with_extension("rs");
        assert!(file.is_file(), "{} is missing", file.display());
    }
}
