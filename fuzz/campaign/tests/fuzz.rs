//! Campaigns as a user sees them. No C++ Nix is needed: the subject is our own evaluator in a process of
//! its own and in an old dialect, the oracle is the same evaluator in the newest one.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod programs;

mod stored;

mod placed;

use std::{
    path::{Path, PathBuf},
    process::{self, Stdio},
    thread,
    time::Duration,
};

use assert_cmd::cargo::cargo_bin;
use placed::twinix;
use predicates::{prelude::PredicateBooleanExt, str::contains};
use programs::PROGRAMS;
use rusqlite::Connection;
use stored::{assert_same, content, count};
use tempfile::TempDir;

/// A folder with these programs in `corpus`.
fn folder() -> TempDir {
    placed::folder(&PROGRAMS)
}

/// The arguments of a campaign that finds divergences.
fn arguments(db: &str, programs: u64) -> Vec<String> {
    let twinix = cargo_bin("twinix").display().to_string();
    let subject = format!("'{twinix}' eval --dialect 2.3 {{flags}} {{file}}");
    [
        "fuzz",
        "--db",
        db,
        "--programs",
        &programs.to_string(),
        "--seed",
        "8",
        "--subject",
        &subject,
        "--oracle",
        "rust",
        "--corpus",
        "corpus",
        "--mutate",
        "0.4",
        "--rewrite",
        "0.1",
        "--sample",
        "0.1",
        "--epoch",
        "8",
        "--reduce-first",
        "2",
        "--candidates",
        "60",
        "--timeout",
        "60",
    ]
    .map(str::to_owned)
    .to_vec()
}

#[test]
fn the_number_of_workers_changes_nothing() {
    let folder = folder();
    for (db, jobs) in [("one.db", "1"), ("four.db", "4")] {
        twinix(folder.path())
            .args(arguments(db, 50))
            .args(["--jobs", jobs])
            .assert()
            .code(1);
    }
    assert_same(
        &content(&folder.path().join("four.db")),
        &content(&folder.path().join("one.db")),
    );
}

#[test]
fn a_campaign_goes_on_only_under_its_own_settings() {
    let folder = folder();
    let run = |programs, more: &[&str]| {
        twinix(folder.path())
            .args(arguments("x.db", programs))
            .args(more)
            .assert()
    };
    // A campaign that cannot begin leaves no file.
    run(8, &["--oracle", "2.35"]).code(2);
    assert!(!folder.path().join("x.db").exists());
    run(8, &[]).code(1);
    run(16, &["--confirm", "3"])
        .code(2)
        .stderr(contains("--confirm was all, not 3").and(contains("--anew")));
    // What is left out is taken from the file.
    twinix(folder.path())
        .args([
            "fuzz",
            "--db",
            "x.db",
            "--programs",
            "10",
            "--corpus",
            "corpus",
        ])
        .assert()
        .code(1);
    let file = folder.path().join("x.db");
    assert_eq!(count(&file, "SELECT count(*) FROM items"), 10);
    run(6, &["--confirm", "3", "--anew"]).code(1);
    assert_eq!(count(&file, "SELECT count(*) FROM items"), 6);
}

#[test]
fn a_program_that_comes_twice_is_in_its_bucket_once() {
    let folder = folder();
    let programs = folder.path().join("twice");
    std::fs::create_dir(&programs).unwrap();
    for name in ["a.nix", "b.nix"] {
        std::fs::write(programs.join(name), "[ 1 ] < [ 2 ]").unwrap();
    }
    let twinix_itself = cargo_bin("twinix").display().to_string();
    twinix(folder.path())
        .args([
            "fuzz",
            "--db",
            "x.db",
            "--programs",
            "2",
            "--corpus",
            "twice",
        ])
        .args(["--oracle", "rust", "--mode", "strict", "--subject"])
        .arg(format!(
            "'{twinix_itself}' eval --dialect 2.3 {{flags}} {{file}}"
        ))
        .assert()
        .code(1)
        .stdout(contains("2 programs, 1 of them twice"));
    let file = folder.path().join("x.db");
    assert_eq!(count(&file, "SELECT items FROM buckets"), 1);
    assert_eq!(
        count(&file, "SELECT duplicate_of FROM items WHERE item = 1"),
        0
    );
}

/// A campaign of these programs alone, with dialect 2.3 as the subject and the newest as the oracle; its store.
fn campaign_of(folder: &Path, programs: &[&str]) -> PathBuf {
    let given = folder.join("given");
    std::fs::create_dir(&given).unwrap();
    for (number, text) in programs.iter().enumerate() {
        std::fs::write(given.join(format!("{number}.nix")), text).unwrap();
    }
    let twinix_itself = cargo_bin("twinix").display().to_string();
    twinix(folder)
        .args(["fuzz", "--db", "x.db", "--corpus", "given"])
        .args(["--programs", &programs.len().to_string()])
        .args(["--oracle", "rust", "--mode", "strict", "--subject"])
        .arg(format!(
            "'{twinix_itself}' eval --dialect 2.3 {{flags}} {{file}}"
        ))
        .assert()
        .code(1);
    folder.join("x.db")
}

#[test]
fn one_cause_is_one_bucket_whatever_carries_it_to_the_surface() {
    let folder = folder();
    let file = campaign_of(
        folder.path(),
        &[
            "[ (1 + builtins.langVersion) ]",
            "toString builtins.langVersion",
            "{ a = builtins.langVersion == 5; }",
            "throw (toString builtins.langVersion)",
            "builtins.trace (toString builtins.langVersion) 0",
        ],
    );
    let signatures = "SELECT count(DISTINCT signature) FROM divergences";
    assert_eq!(count(&file, signatures), 5);
    assert_eq!(count(&file, "SELECT count(*) FROM buckets"), 1);
    let same = "SELECT count(*) FROM reduced WHERE trim(CAST(text AS TEXT), char(10)) = 'builtins.langVersion'";
    assert_eq!(count(&file, same), 5);
}

#[test]
fn what_every_evaluator_understands_alike_gives_way_to_what_is_simplest() {
    let folder = folder();
    // Since 2.9 the function is evaluated even if there is nothing to call it for.
    let file = campaign_of(
        folder.path(),
        &[
            "builtins.genList { }.a 0",
            "__genList (throw \"a\") (builtins.stringLength \"\")",
            "builtins.length (builtins.genList (assert false; x: x) (builtins.sub 1 1))",
            "builtins.genList (let a = a; in a) (let inherit (builtins) head; in head [ 0 ])",
        ],
    );
    assert_eq!(count(&file, "SELECT count(*) FROM buckets"), 1);
    // What is no function either way: 0, or what fails.
    let same = "SELECT count(*) FROM reduced WHERE replace(CAST(text AS TEXT), '__', 'builtins.') \
                IN ('builtins.genList 0 0', 'builtins.genList (0 0) 0')";
    assert_eq!(count(&file, same), 4);
}

#[test]
fn what_is_known_is_kept_apart() {
    let folder = folder();
    std::fs::write(
        folder.path().join("known.toml"),
        "[[known]]\nid = 'lists'\nlink = 'https://example.org/1'\nwhy = 'no order of lists'\n\
         program = '^\\[ 1 \\] <'\n",
    )
    .unwrap();
    twinix(folder.path())
        .args(arguments("x.db", 1))
        .args(["--known", "known.toml"])
        .assert()
        .code(0)
        .stdout(contains("1 known").and(contains("lists")));
    let replay = || {
        let mut command = twinix(folder.path());
        command.args(["replay", "--db", "x.db", "--item", "0"]);
        command
    };
    replay().assert().code(1).stdout(contains(
        "it was: known, by its list: give the same --known",
    ));
    replay()
        .args(["--known", "known.toml"])
        .assert()
        .code(0)
        .stdout(contains("known: lists").and(contains("it was").not()));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let folder = folder();
    for (words, said) in [
        (
            &["--oracle", "rust", "--rewrite", "0.5", "--mutate", "0.8"][..],
            "together 1.3 is more than 1",
        ),
        (&["--max-memory", "0"], "above 0"),
        (
            &["--oracle", "rust", "--oracle", "rust"],
            "the oracle twinix is named twice",
        ),
    ] {
        twinix(folder.path())
            .args(["fuzz", "--db", "y.db", "--programs", "1"])
            .args(["--subject", "cat {file}"])
            .args(words)
            .assert()
            .code(2)
            .stderr(contains(said));
        assert!(!folder.path().join("y.db").exists());
    }
}

#[test]
fn a_program_is_made_again_byte_for_byte() {
    let folder = folder();
    twinix(folder.path())
        .args(arguments("x.db", 60))
        .assert()
        .code(1);
    let db = Connection::open(folder.path().join("x.db")).unwrap();
    let mut query = db
        .prepare("SELECT item, text FROM programs ORDER BY item")
        .unwrap();
    let kept: Vec<(i64, Vec<u8>)> = query
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(kept.len() > 5);
    for (item, text) in kept {
        let again = twinix(folder.path())
            .args([
                "replay",
                "--db",
                "x.db",
                "--print",
                "--item",
                &item.to_string(),
            ])
            .assert()
            .code(0);
        assert_eq!(again.get_output().stdout, text);
    }
    // Those that were not kept are checked against their hash. Given ones that were not kept are in their files.
    let mut query = db
        .prepare("SELECT item FROM items WHERE origin != 'given'")
        .unwrap();
    let made: Vec<i64> = query
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(made.len() > 40);
    for item in made {
        twinix(folder.path())
            .args([
                "replay",
                "--db",
                "x.db",
                "--print",
                "--item",
                &item.to_string(),
            ])
            .assert()
            .code(0);
    }
    twinix(folder.path())
        .args(["replay", "--db", "x.db", "--bucket", "1"])
        .assert()
        .code(1)
        .stdout(contains("divergence"));
    twinix(folder.path())
        .args(["replay", "--db", "x.db", "--bucket", "99"])
        .assert()
        .code(2)
        .stderr(contains("no bucket '99'"));
    // What is written is evaluated as it was: in its mode, with its features and its evaluators.
    twinix(folder.path())
        .args(["replay", "--db", "x.db", "--bucket", "1", "--out", "found"])
        .assert()
        .code(0);
    let mode = "SELECT mode FROM reduced JOIN divergences USING (item) WHERE bucket = 1";
    let modes: Vec<String> = (db.prepare(mode).unwrap())
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let record = std::fs::read_to_string(folder.path().join("found/program.json")).unwrap();
    let is_mode = |mode: &String| match mode.as_str() {
        "strict" => !record.contains("\"mode\""),
        mode => record.contains(&format!("\"mode\": \"{mode}\"")),
    };
    assert!(modes.iter().any(is_mode), "{modes:?} {record}");
    twinix(folder.path())
        .args(["replay", "found"])
        .assert()
        .code(1)
        .stdout(contains("divergence"));
}

#[test]
fn an_interrupted_campaign_says_how_to_go_on() {
    let folder = folder();
    let child = process::Command::new(cargo_bin("twinix"))
        .args(arguments("x.db", 100_000))
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let db = folder.path().join("x.db");
    let has_begun = || {
        let db = Connection::open(&db).ok()?;
        let items = "SELECT count(*) FROM items";
        let items: i64 = db.query_row(items, [], |row| row.get(0)).ok()?;
        (items > 0).then_some(())
    };
    let mut tries = 0..600;
    while has_begun().is_none() && tries.next().is_some() {
        thread::sleep(Duration::from_millis(100));
    }
    let interrupted = process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(interrupted.success());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("goes on from there"), "{said}");
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.contains("verdicts/s"), "{shown}");
}

#[test]
fn a_campaign_ends_when_enough_diverges() {
    let folder = folder();
    let db = folder.path().join("x.db");
    let run = |until: i64| {
        let mut arguments = arguments("x.db", 100_000);
        arguments.extend(["--until", &until.to_string(), "--json"].map(str::to_owned));
        let done = twinix(folder.path()).args(arguments).assert().code(1);
        let report: serde_json::Value = serde_json::from_slice(&done.get_output().stdout).unwrap();
        assert_eq!(report["pending"], 0, "what was found is reduced");
        assert!(report["run"]["first"].is_number(), "{report}");
        count(
            &db,
            "SELECT count(*) FROM items WHERE verdict = 'divergence'",
        )
    };
    // What was begun before is entered as well.
    let found = run(1);
    assert!((1..50).contains(&found), "{found}");
    // It goes on from there.
    let more = run(found + 2);
    assert!((found + 2..found + 50).contains(&more), "{found} {more}");
}
