//! What the four releases say for every kind of error, as they said it (`captured.json`), and the kind
//! that is recovered from it.
//!
//! `TWINIX_CAPTURE=1 cargo test -p twinix-oracle --test taxonomy` asks the installed oracles again and
//! writes the file anew.

#![allow(
    clippy::unwrap_used,
    reason = "clippy does not see helpers of tests as tests"
)]

use std::{collections::BTreeMap, env, fs, path::PathBuf};

use serde::{Deserialize, Serialize};
use twinix_oracle::{
    Dialect, Program, Settings, discover::discover, program::Delivery, stderr::Stderr,
    taxonomy::ErrorKind,
};

#[derive(Debug, Serialize, Deserialize)]
struct Probe {
    program: String,
    /// The kind, and the releases that differ from it.
    kind: ErrorKind,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    except: BTreeMap<Dialect, Option<ErrorKind>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    flags: Vec<String>,
    /// Whether it is given as an argument: restricted and pure evaluation read no file.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    expression: bool,
    /// What each release wrote to standard error; nothing where it gave a value.
    #[serde(default)]
    stderr: BTreeMap<Dialect, Option<String>>,
}

impl Probe {
    fn expected(&self, dialect: Dialect) -> Option<ErrorKind> {
        self.except
            .get(&dialect)
            .copied()
            .unwrap_or(Some(self.kind))
    }
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/captured.json")
}

fn probes() -> Vec<Probe> {
    serde_json::from_str(&fs::read_to_string(file()).unwrap()).unwrap()
}

fn capture(probes: &mut [Probe]) {
    let found = discover();
    let (oracles, missing) = found.select(&Dialect::ALL);
    assert!(missing.is_empty(), "no oracle for {missing:?}");
    for probe in probes.iter_mut() {
        for oracle in &oracles {
            let settings = Settings {
                flags: probe.flags.clone(),
                ..Settings::default()
            };
            let delivery = if probe.expression {
                Delivery::Expression
            } else {
                Delivery::File
            };
            let program = Program::text("probe", probe.program.as_str()).delivered(delivery);
            let (_, printed) = oracle.evaluate_verbatim(&program, &settings).unwrap();
            let said = (printed.status != Some(0)).then_some(printed.stderr);
            probe.stderr.insert(oracle.dialect, said);
        }
    }
    let text = serde_json::to_string_pretty(probes).unwrap();
    fs::write(file(), text + "\n").unwrap();
}

#[test]
fn every_captured_error_has_its_kind() {
    let mut probes = probes();
    if env::var_os("TWINIX_CAPTURE").is_some() {
        capture(&mut probes);
    }
    let mut wrong = Vec::new();
    for probe in &probes {
        for (&dialect, said) in &probe.stderr {
            let kind = said
                .as_ref()
                .map(|said| Stderr::read(said, dialect).failure(dialect).kind);
            if kind != probe.expected(dialect) {
                wrong.push(format!(
                    "{dialect} {}: expected {:?}, recovered {kind:?} from {said:?}",
                    probe.program,
                    probe.expected(dialect)
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn every_kind_that_a_program_can_reach_is_captured() {
    let probes = probes();
    let unreachable = [ErrorKind::NotImplemented, ErrorKind::Other];
    for kind in ErrorKind::ALL {
        let is_captured = probes.iter().any(|probe| probe.kind == kind);
        assert!(
            is_captured || unreachable.contains(&kind),
            "{kind} is not captured"
        );
    }
}
