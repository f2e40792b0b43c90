//! `--profile` and `--stats` as a user sees them.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::{fs, path::Path};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const PROGRAM: &str = "let
  count = n: if n == 0 then 0 else 1 + count (n - 1);
in builtins.foldl' (sum: _: sum + count 1000) 0 (builtins.genList (x: x) 500)";

fn eval(folder: &Path, arguments: &[&str]) -> std::process::Output {
    fs::write(folder.join("work.nix"), PROGRAM).unwrap();
    let mut command = Command::cargo_bin("twinix").unwrap();
    let command = command.current_dir(folder).env_remove("NIX_PATH");
    let asserted = command.args(["eval", "work.nix"]).args(arguments).assert();
    let output = asserted.code(0).get_output().clone();
    assert_eq!(output.stdout, b"500000\n");
    output
}

#[test]
fn a_profile_is_two_files_that_name_the_function_that_works() {
    let folder = TempDir::new().unwrap();
    let output = eval(folder.path(), &["--profile", "out"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(said, "wrote out.folded and out.svg\n");
    let folded = fs::read_to_string(folder.path().join("out.folded")).unwrap();
    assert!(folded.contains("work.nix:2:11:count "), "{folded}");
    for line in folded.lines() {
        let (stack, time) = line.rsplit_once(' ').unwrap();
        assert!(!stack.is_empty() && time.parse::<u64>().is_ok(), "{line}");
    }
    let graph = fs::read_to_string(folder.path().join("out.svg")).unwrap();
    assert!(graph.contains("work.nix:2:11:count"), "{graph}");
    assert!(!graph.contains("href=\"http"), "it wants the network");
}

#[test]
fn an_ending_that_is_given_is_not_given_twice() {
    let folder = TempDir::new().unwrap();
    let output = eval(folder.path(), &["--profile", "where.svg"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("wrote where.folded and where.svg"), "{text}");
    assert!(!folder.path().join("where.svg.svg").exists());
}

#[test]
fn statistics_have_the_names_of_nix_show_stats() {
    let folder = TempDir::new().unwrap();
    let output = eval(folder.path(), &["--stats"]);
    let stats: Value = serde_json::from_slice(&output.stderr).unwrap();
    // As C++ Nix 2.34 counts them.
    assert_eq!(stats["nrFunctionCalls"], 501_500);
    assert_eq!(stats["nrThunks"], 500_004);
    assert!(stats["heap"]["bytes"].as_u64().unwrap() > 0);
    assert!(stats["cpuTime"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_profile_that_cannot_be_written_says_where() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("work.nix"), "1").unwrap();
    let mut command = Command::cargo_bin("twinix").unwrap();
    let command = command.current_dir(folder.path());
    let asserted = command
        .args(["eval", "work.nix", "--profile", "nowhere/out"])
        .assert();
    let output = asserted.code(2).get_output().clone();
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("nowhere/out.folded"), "{text}");
}
