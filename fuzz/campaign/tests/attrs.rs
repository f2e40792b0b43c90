//! `twinix check --attrs` as a user sees it. The oracle is twinix itself, run as a command, so that no
//! C++ Nix is needed; a second one that lies about an attribute stands for a release that differs.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::{fs, path::Path};

use assert_cmd::Command;
use predicates::str::contains;
use tempfile::TempDir;

const SET: &str = r#"
{ }:
let build = name: derivation { inherit name; system = "x"; builder = "y"; }; in
{
  a = build "a";
  thrown = throw "no";
  broken = 1 + "x";
  undefined = { }.missing;
  "with.dot" = 1;
  inner = { recurseForDerivations = true; b = build "b"; broken = builtins.add 1 "x"; };
  quiet = { c = build "c"; };
}
"#;

fn folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("default.nix"), SET).unwrap();
    folder
}

fn check(folder: &Path, oracle: &str) -> Command {
    let mut command = Command::cargo_bin("twinix").unwrap();
    command
        .current_dir(folder)
        .env("TWINIX_ORACLES", folder.join("no-oracles"))
        .args(["check", "--attrs", ".", "--dialect", "2.34", "--oracle"])
        .arg(oracle);
    command
}

fn ourselves() -> String {
    let binary = assert_cmd::cargo::cargo_bin("twinix");
    format!("{} eval {{flags}} {{file}}", binary.display())
}

#[test]
fn every_attribute_is_looked_at_whatever_fails() {
    let folder = folder();
    let binary = ourselves();
    check(folder.path(), &binary)
        .assert()
        .success()
        .stdout(contains("11 attributes"))
        .stdout(contains("verdicts: agree 11"))
        .stdout(contains("caught 1"))
        .stdout(contains("derivation 2"))
        .stdout(contains("error (type) 2"))
        .stdout(contains("error (missing-attribute) 1"));
}

#[test]
fn a_run_goes_on_where_an_earlier_one_stopped() {
    let folder = folder();
    let binary = ourselves();
    let state = folder.path().join("state");
    check(folder.path(), &binary)
        .args(["--state", "state"])
        .assert()
        .success();
    let settled = fs::read_to_string(&state).unwrap();
    check(folder.path(), &binary)
        .args(["--state", "state"])
        .assert()
        .success()
        .stdout(contains("11 attributes"));
    assert_eq!(
        fs::read_to_string(&state).unwrap().trim(),
        settled.trim(),
        "nothing was asked again"
    );
}

#[test]
fn an_oracle_that_differs_in_one_attribute_is_told_by_its_name() {
    let folder = folder();
    // The same evaluator, on a program in which `a` has another name.
    let binary = assert_cmd::cargo::cargo_bin("twinix");
    let script = folder.path().join("differs");
    fs::write(
        &script,
        format!(
            "#!/bin/sh\nsed 's/kind = \"derivation\"/kind = if path == [ \"a\" ] then \"x\" else \"derivation\"/' \"$1\" > $TMPDIR/changed.nix\nexec {} eval --strict --json $TMPDIR/changed.nix\n",
            binary.display()
        ),
    )
    .unwrap();
    let oracle = format!("sh {} {{file}} {{flags}}", script.display());
    check(folder.path(), &oracle)
        // The script is named by the command, the binary is not.
        .env("TWINIX_COMMANDS_SEE", &binary)
        .assert()
        .code(1)
        .stdout(contains("divergence   a\n"))
        .stdout(contains("agree 10, divergence 1"));
}
