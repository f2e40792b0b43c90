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

/// Leaves the divergences of a campaign to be reduced, as one that was stopped does.
fn not_reduced(folder: &Path, db: &str) {
    rusqlite::Connection::open(folder.join(db))
        .unwrap()
        .execute_batch(
            "UPDATE divergences SET bucket = NULL, tried = 0; DELETE FROM buckets;
             DELETE FROM reduced; DELETE FROM reduced_files;",
        )
        .unwrap();
}

#[test]
fn what_is_not_reduced_yet_diverges_all_the_same() {
    let folder = TempDir::new().unwrap();
    campaign(folder.path(), "x.db", &[AGREES, LISTS, GROUPS]);
    not_reduced(folder.path(), "x.db");
    twinix(folder.path())
        .args(["report", "--db", "x.db", "--json", "x.json"])
        .args(["--junit", "x.xml", "--sarif", "x.sarif", "--html", "x.html"])
        .arg("--markdown")
        .assert()
        .code(1)
        .stdout(
            contains("no open buckets, 2 divergences are not reduced yet")
                .and(contains("<summary>Item 1</summary>"))
                .and(contains("twinix replay --db x.db --item 1")),
        )
        .stderr(contains("wrote x.xml"));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    let report: Value = serde_json::from_str(&read("x.json")).unwrap();
    assert_eq!(report["waiting"], 2);
    assert_eq!(report["buckets"][0]["number"], -1);
    assert!(read("x.xml").contains("failures=\"2\""));
    assert!(read("x.sarif").contains("items/1/program.nix"));
    assert!(read("x.html").contains("Not reduced yet"));
    twinix(folder.path())
        .args(["replay", "--db", "x.db", "--bucket", "1"])
        .assert()
        .code(2)
        .stderr(contains("item 1, 2").and(contains("twinix replay --db x.db --item 1")));
    // Against an earlier campaign that had it, it is not new.
    campaign(folder.path(), "old.db", &[LISTS, GROUPS]);
    twinix(folder.path())
        .args(["report", "--db", "x.db", "--since", "old.db"])
        .assert()
        .code(0)
        .stdout(contains("0 new buckets, 2 still open"));
}

#[test]
fn a_reduced_program_is_told_and_replayed_as_it_is_evaluated() {
    let folder = TempDir::new().unwrap();
    campaign(folder.path(), "x.db", &[LISTS]);
    // As if it had been found in another way than the plainest one.
    rusqlite::Connection::open(folder.path().join("x.db"))
        .unwrap()
        .execute_batch("UPDATE items SET mode = 'json'")
        .unwrap();
    let report = twinix(folder.path())
        .args(["report", "--db", "x.db", "--json"])
        .assert()
        .code(1);
    let report: Value = serde_json::from_slice(&report.get_output().stdout).unwrap();
    assert_eq!(report["buckets"][0]["mode"], "strict");
    let replay = |rest: &[&str]| twinix(folder.path()).arg("replay").args(rest).assert();
    replay(&["--db", "x.db", "--bucket", "1"])
        .code(1)
        .stdout(contains("# reduced from item 0, evaluated strict"));
    // What is written is a finding, which shows the divergence again.
    replay(&["--db", "x.db", "--bucket", "1", "--out", "finding"])
        .code(0)
        .stderr(contains("`twinix replay finding`"));
    replay(&["finding"])
        .code(1)
        .stdout(contains("divergence   finding").and(contains("it still diverges")));
}

#[test]
fn campaigns_of_others_are_held_against_each_other_with_a_warning() {
    let folder = TempDir::new().unwrap();
    campaign(folder.path(), "x.db", &[AGREES]);
    let since = |db: &str| {
        twinix(folder.path())
            .args(["report", "--db", "x.db", "--since", db])
            .assert()
            .code(0)
    };
    since("x.db").stderr("");
    rusqlite::Connection::open(folder.path().join("x.db"))
        .unwrap()
        .execute_batch(
            "VACUUM INTO 'old.db'"
                .replace(
                    "old.db",
                    &folder.path().join("old.db").display().to_string(),
                )
                .as_str(),
        )
        .unwrap();
    rusqlite::Connection::open(folder.path().join("old.db"))
        .unwrap()
        .execute_batch(
            "UPDATE campaign SET plan = replace(plan, '\"name\":\"twinix\"', '\"name\":\"2.8.0\"')",
        )
        .unwrap();
    since("old.db").stderr(contains("warning: old.db is of").and(contains("2.8.0")));
}

#[test]
fn what_is_missing_is_said_before_anything_else() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("zero.db"), "").unwrap();
    for (arguments, why) in [
        (&["report", "--db", "no.db"][..], "there is no no.db"),
        (&["report", "--db", "zero.db"], "zero.db is empty"),
        (
            &["replay", "--db", "no.db", "--item", "1"],
            "there is no no.db",
        ),
        (&["merge", "no.db", "--into", "all.db"], "there is no no.db"),
        (&["replay"], "say what to replay"),
        (&["replay", "--seed", "1"], "say which program of seed 1"),
    ] {
        twinix(folder.path())
            .args(arguments)
            .assert()
            .code(2)
            .stderr(contains(why).and(contains("unable to open").not()));
    }
}

#[test]
fn a_report_is_not_written_over_the_campaign() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("x.db"), "hours of work").unwrap();
    twinix(folder.path())
        .args(["report", "--db", "x.db", "--markdown", "./x.db"])
        .assert()
        .code(2)
        .stderr(contains("is the campaign itself"));
    let left = fs::read(folder.path().join("x.db")).unwrap();
    assert_eq!(left, b"hours of work");
}
