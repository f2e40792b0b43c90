//! Subjects that need longer than they are given: one that is asked again with more time and answers, and one that
//! never does. No C++ Nix is needed: the oracle is our own evaluator.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod placed;

#[allow(dead_code, reason = "other tests read whole files")]
mod stored;

use std::{fs, path::Path};

use assert_cmd::{assert::Assert, cargo::cargo_bin};
use predicates::str::contains;
use stored::rows;

/// A campaign of one program whose subject sleeps so long before it begins with that, and has one second.
fn campaign(folder: &Path, db: &str, seconds: u32) -> Assert {
    // Not with what it is asked first, to see whether it evaluates at all.
    let script = format!(
        "for file; do :; done\n\
         if grep -rq '1 + 1' \"$(dirname \"$file\")\"; then sleep {seconds}; fi\n\
         exec \"$@\"\n"
    );
    campaign_through(folder, db, &script)
}

/// The same with a subject that this script starts.
fn campaign_through(folder: &Path, db: &str, script: &str) -> Assert {
    fs::write(folder.join("late.sh"), script).unwrap();
    let twinix = cargo_bin("twinix").display().to_string();
    let late = folder.join("late.sh").display().to_string();
    let subject = format!("sh '{late}' '{twinix}' eval {{flags}} {{file}}");
    placed::twinix(folder)
        .args(["fuzz", "--db", db, "--programs", "1", "--seed", "8"])
        .args(["--corpus", "corpus", "--timeout", "1", "--sample", "0"])
        .args(["--subject", &subject, "--oracle", "rust"])
        .assert()
}

fn verdicts(folder: &Path, db: &str) -> Vec<String> {
    rows(
        &folder.join(db),
        "SELECT verdict, outcomes, again FROM items ORDER BY item",
    )
}

#[test]
fn a_subject_that_needs_more_time_gets_it_before_it_is_said_to_diverge() {
    let folder = placed::folder(&[("a.nix", "1 + 1")]);
    campaign(folder.path(), "slow.db", 2).code(0);
    assert_eq!(
        verdicts(folder.path(), "slow.db"),
        [r#"Text("agree") | Text("value|value") | Text("confirmed")"#]
    );
    campaign(folder.path(), "stuck.db", 600)
        .code(1)
        .stdout(contains("time"));
    assert_eq!(
        verdicts(folder.path(), "stuck.db"),
        [r#"Text("divergence") | Text("resource|value") | Text("confirmed")"#]
    );
}

#[test]
fn a_command_whose_files_changed_is_another_subject() {
    let folder = placed::folder(&[("a.nix", "1 + 1")]);
    campaign(folder.path(), "x.db", 0).code(0);
    campaign(folder.path(), "x.db", 0).code(0);
    // The same words on the command line, and another file.
    campaign_through(folder.path(), "x.db", "exec \"$@\"\n")
        .code(2)
        .stderr(contains("the subject is another executable than it was"));
}
