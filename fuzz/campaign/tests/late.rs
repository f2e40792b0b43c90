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
    // What was cut short reached nothing that would make its program worth keeping.
    assert_eq!(features(folder.path(), "stuck.db"), 0);
    campaign(folder.path(), "quick.db", 0).code(0);
    assert!(features(folder.path(), "quick.db") > 0);
}

/// How many features were reached.
fn features(folder: &Path, db: &str) -> usize {
    rows(&folder.join(db), "SELECT feature FROM features").len()
}

/// A campaign of our evaluator against an oracle that this script starts, where commands see and write everything.
fn campaign_against(folder: &Path, db: &str, programs: &str, script: &str) -> Assert {
    fs::write(folder.join("oracle.sh"), script).unwrap();
    let twinix = cargo_bin("twinix").display().to_string();
    let oracle = folder.join("oracle.sh").display().to_string();
    let oracle = format!("sh '{oracle}' '{twinix}' eval {{flags}} {{file}}");
    placed::twinix(folder)
        .env("TWINIX_COMMANDS_SEE", "everything")
        .args(["fuzz", "--db", db, "--programs", programs, "--seed", "8"])
        .args(["--corpus", "corpus", "--sample", "0", "--mode", "strict"])
        .args([
            "-j",
            "1",
            "--subject",
            "rust",
            "--oracle",
            &oracle,
            "--no-reduce",
            "--timeout",
            "60",
        ])
        .assert()
}

#[test]
fn an_oracle_that_needs_more_room_gets_it() {
    let folder = placed::folder(&[("a.nix", "1 + 1")]);
    // More than there is room for at first.
    let script = "for file; do :; done\n\
         if grep -q '1 + 1' \"$file\"; then head -c 20000000 /dev/zero | tr '\\0' x >&2; echo >&2; fi\n\
         exec \"$@\"\n";
    campaign_against(folder.path(), "x.db", "1", script).code(0);
    assert_eq!(
        verdicts(folder.path(), "x.db"),
        [r#"Text("agree") | Text("value|value") | Text("confirmed")"#]
    );
}

#[test]
fn a_program_that_said_nothing_at_first_has_a_bucket_when_it_diverges_later() {
    let folder = placed::folder(&[("a.nix", "1 + 1"), ("b.nix", "1 + 1")]);
    let count = folder.path().join("count").display().to_string();
    // It crashes for the first program, also when it is asked again.
    let script = format!(
        "for file; do :; done\n\
         if grep -q '1 + 1' \"$file\"; then\n\
         echo >> '{count}'\n\
         if [ $(wc -l < '{count}') -le 2 ]; then kill -SEGV $$; fi\n\
         echo 3; exit 0\n\
         fi\n\
         exec \"$@\"\n"
    );
    campaign_against(folder.path(), "x.db", "2", &script).code(1);
    assert_eq!(
        rows(
            &folder.path().join("x.db"),
            "SELECT verdict, duplicate_of, (SELECT count(*) FROM divergences d WHERE d.item = i.item)
             FROM items i ORDER BY item"
        ),
        [
            r#"Text("inconclusive") | Null | Integer(0)"#,
            r#"Text("divergence") | Integer(0) | Integer(1)"#
        ]
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
