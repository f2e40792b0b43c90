//! Evaluations leave nothing behind. The only test of its process, as memory is counted for all of it.

use std::path::Path;
use twinix_targets::leaks::check;
use twinix_targets::program::shown;
use twinix_targets::seeds::{Corpus, programs};

/// How many programs of the corpus are tried.
const SOME: usize = 300;

#[test]
fn programs_of_the_corpus_leave_nothing() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
    let corpus = Corpus::read(&folder).expect("the corpus is part of the repository");
    let seeds = programs(&corpus);
    let step = (seeds.len() / SOME).max(1);
    for seed in seeds.iter().step_by(step) {
        let broken = check(&seed.bytes).err();
        assert_eq!(broken, None, "{}:\n{}", seed.name, shown(&seed.bytes));
    }
}
