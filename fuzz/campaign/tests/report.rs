//! Reports as a user asks for them: of a small campaign in which our own evaluator in an old dialect is held
//! against the newest one.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::{fs, path::Path};

use assert_cmd::{Command, cargo::cargo_bin};
use predicates::{prelude::PredicateBooleanExt, str::contains};
use serde_json::Value;
use tempfile::TempDir;

fn twinix(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("twinix").unwrap();
    command
        .current_dir(folder)
        .env("TWINIX_ORACLES", folder.join("no-oracles"));
    command
}

/// A campaign of these programs.
fn campaign(folder: &Path, db: &str, programs: &[&str]) {
    let corpus = folder.join(format!("{db}-corpus"));
    fs::create_dir(&corpus).unwrap();
    for (number, program) in programs.iter().enumerate() {
        fs::write(corpus.join(format!("{number}.nix")), program).unwrap();
    }
    let itself = cargo_bin("twinix").display().to_string();
    twinix(folder)
        .args(["fuzz", "--db", db, "--mode", "strict", "--oracle", "rust"])
        .args(["--programs", &programs.len().to_string()])
        .args(["--timeout", "60", "--subject"])
        .arg(format!("'{itself}' eval --dialect 2.3 {{flags}} {{file}}"))
        .arg("--corpus")
        .arg(&corpus)
        .assert()
        .code(predicates::ord::le(1));
}

const AGREES: &str = "let f = x: x + 1; in map f [ 1 2 3 ]";
const LISTS: &str = "[ 1 ] < [ 2 ]";
const GROUPS: &str = "builtins.groupBy (x: \"a\") [ 1 2 ]";

#[test]
fn a_campaign_is_told_in_all_formats_at_once() {
    let folder = TempDir::new().unwrap();
    campaign(
        folder.path(),
        "x.db",
        &[AGREES, LISTS, GROUPS, "{ } // </script>"],
    );
    twinix(folder.path())
        .args([
            "report", "--db", "x.db", "--html", "x.html", "--json", "x.json",
        ])
        .args(["--junit", "x.xml", "--sarif", "x.sarif", "--markdown"])
        .assert()
        .code(1)
        .stdout(contains("open buckets").and(contains("twinix replay --db x.db --bucket 1")));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let report: Value = serde_json::from_str(&read("x.json")).unwrap();
    assert_eq!(report["counts"]["programs"], 4);
    assert_eq!(report["endings"]["value"], 3);
    assert_eq!(report["origins"]["given"], 4);
    assert!(!report["buckets"].as_array().unwrap().is_empty());
    assert!(!report["runs"].as_array().unwrap().is_empty());
    let texts = report["buckets"].to_string();
    assert!(texts.contains("groupBy"), "{texts}");
    assert!(read("x.html").starts_with("<!doctype html>"));
    assert!(read("x.xml").contains("<testcase"));
    assert!(read("x.sarif").contains("\"2.1.0\""));
    // Without a format the short one is printed.
    twinix(folder.path())
        .args(["report", "--db", "x.db"])
        .assert()
        .code(1)
        .stdout(contains("| programs | agree |"));
}

#[test]
fn only_new_buckets_are_a_failure_against_an_earlier_campaign() {
    let folder = TempDir::new().unwrap();
    campaign(folder.path(), "old.db", &[AGREES, LISTS]);
    campaign(folder.path(), "same.db", &[LISTS, AGREES]);
    campaign(folder.path(), "more.db", &[LISTS, GROUPS]);
    campaign(folder.path(), "none.db", &[AGREES]);
    let since = |db: &str| {
        twinix(folder.path())
            .args(["report", "--db", db, "--since", "old.db"])
            .assert()
    };
    since("same.db")
        .code(0)
        .stdout(contains("0 new buckets, 1 still open, 0 gone"));
    since("more.db")
        .code(1)
        .stdout(contains("1 new bucket, 1 still open"));
    since("none.db").code(0).stdout(contains("1 gone"));
    twinix(folder.path())
        .args(["report", "--db", "none.db"])
        .assert()
        .code(0)
        .stdout(contains("no open buckets"));
}

#[test]
fn what_is_no_campaign_is_refused() {
    let folder = TempDir::new().unwrap();
    fs::write(
        folder.path().join("x.db"),
        "no database, but long enough to look at",
    )
    .unwrap();
    for (file, why) in [("x.db", "x.db"), ("nothing.db", "nothing.db")] {
        twinix(folder.path())
            .args(["report", "--db", file])
            .assert()
            .code(2)
            .stderr(contains(why));
    }
    campaign(folder.path(), "y.db", &[AGREES]);
    twinix(folder.path())
        .args(["report", "--db", "y.db", "--json", "--junit"])
        .assert()
        .code(2)
        .stderr(contains("only one format can be printed"));
}
