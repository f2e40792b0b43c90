//! The verbs with a real C++ Nix; each test says so and passes where none is installed.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot be set up fails, or says why it is skipped"
)]

#[allow(dead_code, reason = "other tests read whole files")]
mod stored;

use std::fs;

use assert_cmd::Command;
use predicates::str::contains;
use rusqlite::Connection;
use stored::{assert_same, count, rows};
use tempfile::TempDir;
use twinix_oracle::{Dialect, discover::discover};

fn newest() -> bool {
    let is_there = discover().select(&[Dialect::V2_34]).1.is_empty();
    if !is_there {
        println!("skipped: Nix 2.34 is not installed");
    }
    is_there
}

fn twinix() -> Command {
    Command::cargo_bin("twinix").unwrap()
}

#[test]
fn the_subject_agrees_with_the_release() {
    if !newest() {
        return;
    }
    for program in [
        "let f = n: if n == 0 then 1 else n * f (n - 1); in f 10",
        "{ a = ./x; b = [ 1.5 \"\\n\" null ]; }",
        "throw \"a\\tb\\n  c\"",
        "builtins.trace { a = 1; } (1 / 0)",
        "x",
        "1 +",
        "abort \"y\"",
        "assert 1 == 2; 3",
        "import ./no-such-file.nix",
        "<no-such-name>",
    ] {
        twinix()
            .args(["check", "--oracle", "2.34", "-E", program])
            .assert()
            .code(0)
            .stdout(contains("agree"));
    }
}

#[test]
fn bad_files_are_to_the_subject_what_they_are_to_the_release() {
    if !newest() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let cases: [(&str, &[u8]); 4] = [
        ("invalid-utf-8.nix", b"\"\xff\xfe\""),
        ("empty.nix", b""),
        ("nul.nix", b"1 \0 2"),
        ("cycle.nix", b"import ./cycle.nix"),
    ];
    for (name, text) in cases {
        fs::write(folder.path().join(name), text).unwrap();
    }
    twinix()
        .current_dir(folder.path())
        .args(["check", "--oracle", "2.34", "--verbose", "."])
        .assert()
        .code(0);
}

#[test]
fn what_is_recorded_holds_until_the_program_changes() {
    if !newest() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let seeds = folder.path().join("corpus/seeds");
    fs::create_dir_all(&seeds).unwrap();
    fs::write(folder.path().join("x.nix"), "1 + 1").unwrap();
    let corpus = |arguments: &[&str]| {
        let mut command = twinix();
        command
            .current_dir(folder.path())
            .arg("corpus")
            .args(arguments);
        command.assert()
    };
    corpus(&["add", "x.nix", "--area", "smus", "--name", "one-and-one"])
        .code(2)
        .stderr(contains("no area 'smus'"));
    let new = ["add", "x.nix", "--area", "sums", "--name", "one-and-one"];
    corpus(&[&new[..], &["--new-area"]].concat()).code(0);
    let program = seeds.join("sums/one-and-one.nix");
    assert!(program.with_extension("json").is_file());
    corpus(&["verify"])
        .code(0)
        .stdout(contains("0 records do not hold"));
    fs::write(&program, "1 + 2").unwrap();
    corpus(&["verify", "--oracle", "2.34"])
        .code(1)
        .stdout(contains("now       3"));
    corpus(&["record"])
        .code(0)
        .stdout(contains("1 record written"));
    corpus(&["verify"]).code(0);
    corpus(&["add", "x.nix", "--area", "sums", "--name", "one-and-one"])
        .code(2)
        .stderr(contains("is there already"));
}

#[test]
fn what_fresh_processes_refute_is_not_remembered() {
    if !newest() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let corpus = folder.path().join("corpus");
    fs::create_dir(&corpus).unwrap();
    for (name, text) in [
        ("a.nix", "1 + 1"),
        ("b.nix", "\"x\""),
        ("c.nix", "{ a = 1; }"),
    ] {
        fs::write(corpus.join(name), text).unwrap();
    }
    let campaign = || {
        twinix()
            .current_dir(folder.path())
            .args(["fuzz", "--db", "x.db", "--anew", "--corpus", "corpus"])
            .args(["--programs", "3", "--oracle", "2.34", "--mode", "strict"])
            .assert()
            .code(0);
    };
    let db = folder.path().join("x.db");
    let answers = || rows(&db, "SELECT * FROM answers ORDER BY hash");
    campaign();
    let right = answers();
    assert_eq!(right.len(), 3);
    let wrong = "UPDATE answers SET outcome = (SELECT outcome FROM answers ORDER BY hash LIMIT 1)";
    Connection::open(&db).unwrap().execute(wrong, []).unwrap();
    campaign();
    let refuted = "SELECT count(*) FROM refuted JOIN items USING (item) WHERE again = 'disputed'";
    assert_eq!(count(&db, refuted), 2);
    campaign();
    assert_same(&answers(), &right);
    assert_eq!(count(&db, "SELECT count(*) FROM refuted"), 0);
}
