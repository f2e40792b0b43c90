//! A campaign for the tests.

use std::collections::BTreeMap;

use twinix_oracle::{
    Dialect, Outcome, Precision,
    known::KnownList,
    outcome::Failure,
    taxonomy::ErrorKind,
    verdict::{Check, decide},
};

use crate::{
    model::{
        Bucket, Campaign, Counts, Coverage, Ending, Evaluator, File, Reached, Run, Setting, Slice,
        Source, SyntaxKind,
    },
    trend::Trend,
};

fn check(oracles: &[(&str, Dialect, Outcome)], subject: &Outcome) -> Check {
    let answers: Vec<_> = oracles
        .iter()
        .map(|(name, dialect, outcome)| ((*name).to_owned(), *dialect, outcome.clone()))
        .collect();
    let ours = oracles
        .iter()
        .map(|(_, dialect, _)| (*dialect, subject.clone()))
        .collect();
    decide(
        "item 7",
        "",
        answers,
        &ours,
        Vec::new(),
        &Precision::default(),
        &KnownList::default(),
    )
}

fn value_bucket() -> Bucket {
    let subject = Outcome::value("[ 1 \"a\" ]");
    let old = Outcome::error(Failure::new(
        ErrorKind::Type,
        "value is an integer while a set was expected",
        "/pwd/program.nix:1:3".parse().ok(),
    ));
    Bucket {
        number: 1,
        verdict: "divergence".to_owned(),
        signature: "2.3,2.34|value|int→float|add".to_owned(),
        programs: 12,
        first: 7,
        item: 7,
        mode: "strict".to_owned(),
        source: Source {
            text: "[ (builtins.add 1 0.0) \"a\" ]".to_owned(),
            size: 28,
            is_reduced: true,
            ..Source::default()
        },
        check: Some(check(
            &[
                ("2.3.7", Dialect::V2_3, old),
                ("2.26.3", Dialect::V2_26, subject.clone()),
                ("2.34.8", Dialect::V2_34, Outcome::value("[ 1.0 \"a\" ]")),
            ],
            &subject,
        )),
        replay: "twinix replay --db x.db --bucket 1".to_owned(),
    }
}

fn derivation_bucket() -> Bucket {
    let outcome = |builder: &str| {
        let mut outcome = Outcome::value("«derivation /nix/store/x-a.drv»");
        let term = format!(
            "Derive([(\"out\",\"/nix/store/y-a\",\"\",\"\")],[],[],\"x86_64-linux\",\"{builder}\",[],\
             [(\"builder\",\"{builder}\"),(\"name\",\"a\")])"
        );
        let path = "/nix/store/x-a.drv".to_owned();
        outcome.derivations.insert(path, term);
        outcome
    };
    let subject = outcome("/bin/bash");
    Bucket {
        number: 2,
        verdict: "drift".to_owned(),
        signature: "2.34|derivations|builder".to_owned(),
        programs: 1,
        first: 40,
        item: 40,
        mode: "canonical".to_owned(),
        source: Source {
            text: "import ./a.nix".to_owned(),
            size: 70,
            files: vec![File {
                path: "a.nix".to_owned(),
                text: "derivation {\n  name = \"a\";\n  # ``` </script>\n}\n".to_owned(),
            }],
            features: vec!["flakes".to_owned()],
            ..Source::default()
        },
        check: Some(check(
            &[("2.34.8", Dialect::V2_34, outcome("/bin/sh"))],
            &subject,
        )),
        replay: "twinix replay --db x.db --bucket 2".to_owned(),
    }
}

fn known_bucket() -> Bucket {
    Bucket {
        number: 3,
        verdict: "known".to_owned(),
        signature: "2.3|class|value→type(expected a set but found T)".to_owned(),
        programs: 3,
        first: 12,
        item: 12,
        mode: "lazy".to_owned(),
        source: Source {
            text: "{ }.a".to_owned(),
            size: 5,
            ..Source::default()
        },
        check: None,
        replay: "twinix replay --db x.db --bucket 3".to_owned(),
    }
}

/// A campaign with three buckets.
pub fn campaign() -> Campaign {
    let counts = |pairs: &[(&str, u64)]| -> BTreeMap<String, u64> {
        let pairs = pairs.iter();
        pairs.map(|(name, n)| ((*name).to_owned(), *n)).collect()
    };
    let evaluator = |name: &str, identity: Option<&str>| Evaluator {
        name: name.to_owned(),
        identity: identity.map(str::to_owned),
    };
    let mut add = Reached {
        name: "add".to_owned(),
        ..Reached::default()
    };
    add.add(Ending::Value, 120);
    add.add(Ending::Error, 3);
    let never = Reached {
        name: "zipAttrsWith".to_owned(),
        ..Reached::default()
    };
    Campaign {
        name: "x.db".to_owned(),
        version: "0.1.0".to_owned(),
        subject: evaluator("twinix", Some("942eaabbc725960e")),
        oracles: vec![
            evaluator("2.3.7", None),
            evaluator("2.26.3", None),
            evaluator("2.34.8", Some("8235f64ea868e802")),
        ],
        seed: 7,
        generator: 1,
        settings: vec![Setting {
            name: "epoch".to_owned(),
            value: "1024".to_owned(),
        }],
        counts: Counts {
            programs: 2_000,
            duplicates: 4,
            agree: 1_980,
            divergence: 12,
            drift: 1,
            known: 3,
            inconclusive: 4,
            confirmed: 30,
            unconfirmed: 1,
        },
        endings: counts(&[
            ("value", 1_800),
            ("type", 150),
            ("throw", 46),
            ("resource", 4),
        ]),
        modes: counts(&[("strict", 1_500), ("json", 500)]),
        origins: counts(&[("generated", 1_600), ("mutated", 400)]),
        slices: vec![
            Slice {
                first: 0,
                programs: 1_000,
                divergence: 9,
                drift: 1,
                known: 3,
                inconclusive: 2,
                features: 800,
                buckets: 3,
            },
            Slice {
                first: 1_000,
                programs: 1_000,
                divergence: 3,
                inconclusive: 2,
                features: 100,
                ..Slice::default()
            },
        ],
        runs: vec![Run {
            moments: vec![(0, 0), (1_000, 400), (2_000, 1_000), (4_000, 2_000)],
        }],
        coverage: Coverage {
            features: 900,
            unnamed: 2,
            kept: 300,
            builtins: vec![add, never],
            instructions: vec![Reached {
                name: "Add".to_owned(),
                kinds: 2,
                value: 40_000,
                error: 0,
                passed: 7,
            }],
            syntax: vec![SyntaxKind {
                name: "let-in".to_owned(),
                value: 200,
                error: 50,
                other: 0,
            }],
        },
        buckets: vec![value_bucket(), derivation_bucket(), known_bucket()],
    }
}

/// The campaign against one that had its second bucket, and one more.
pub fn trend() -> Trend {
    let campaign = campaign();
    let gone = Bucket {
        signature: "all|value|bool".to_owned(),
        verdict: "divergence".to_owned(),
        programs: 5,
        ..Bucket::default()
    };
    let earlier = Campaign {
        name: "old.db".to_owned(),
        buckets: vec![campaign.buckets[1].clone(), gone],
        ..Campaign::default()
    };
    Trend::new(&earlier, &campaign)
}
