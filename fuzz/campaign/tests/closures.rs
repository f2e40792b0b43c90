//! Whole closures, instantiated by our evaluator and by C++ Nix: every derivation must be the same to the
//! last byte. Needs a package set and installed oracles:
//!
//! `TWINIX_NIXPKGS=… cargo test --profile quick -p twinix --test closures -- --ignored --nocapture`

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]
#![allow(clippy::print_stdout, reason = "the figures are the result")]

use std::fs;

use assert_cmd::Command;
use tempfile::TempDir;

/// A system with a desktop, a database and a web server: the one that is measured, too.
const SYSTEM: &str = include_str!("../../../evaluator/benches/programs/nixpkgs/nixos.nix");

#[test]
#[ignore = "needs a package set and takes a minute"]
fn every_derivation_of_a_closure_is_the_same() {
    let packages = std::env::var("TWINIX_NIXPKGS").expect("TWINIX_NIXPKGS names a package set");
    let folder = TempDir::new().unwrap();
    let package = |name: &str| {
        format!(
            "(import {packages} {{ system = \"x86_64-linux\"; config = {{ }}; overlays = [ ]; }}).{name}"
        )
    };
    let system = SYSTEM
        .replace("<nixpkgs/nixos>", &format!("{packages}/nixos"))
        .replace(".drvPath", "");
    for (name, program) in [
        ("hello", package("hello")),
        ("firefox", package("firefox")),
        ("nixos", system),
    ] {
        let file = folder.path().join(format!("{name}.nix"));
        fs::write(&file, program).unwrap();
        let output = Command::cargo_bin("twinix")
            .unwrap()
            .arg("check")
            .arg(&file)
            .args(["--mode", "instantiate", "--json", "--see", &packages])
            .args(["--oracle", "2.34", "--oracle", "2.8"])
            .args(["--timeout", "600", "--max-memory", "12000"])
            .output()
            .unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        for against in report["programs"][0]["against"].as_array().unwrap() {
            let of = |side: &str| against[side]["derivations"].as_object().unwrap().clone();
            let (ours, theirs) = (of("subject_outcome"), of("oracle_outcome"));
            let same = theirs
                .iter()
                .filter(|&(path, term)| ours.get(path) == Some(term));
            let same = same.count();
            let oracle = against["oracle"].as_str().unwrap();
            println!(
                "{name}, {oracle}: {} derivations, {} of ours, {same} the same",
                theirs.len(),
                ours.len()
            );
            assert_eq!((same, ours.len()), (theirs.len(), theirs.len()));
            assert_eq!(against["verdict"], "agree");
        }
    }
}
