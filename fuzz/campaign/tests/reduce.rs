//! `twinix reduce` as a user sees it. No C++ Nix is needed: subject and oracle are commands that look
//! at the text of the program.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::{
    fs,
    path::Path,
    process::{self, Stdio},
    thread,
    time::Duration,
};

use assert_cmd::{Command, cargo::cargo_bin};
use predicates::{prelude::PredicateBooleanExt, str::contains};
use serde_json::Value;
use tempfile::TempDir;

/// Evaluates every program to 2, but those with an update operator to 1.
const SUBJECT: &str = r#"sh -c "if grep -q // $0; then echo 1; else echo 2; fi" {file}"#;
const ORACLE: &str = r#"sh -c "echo 2" {file}"#;

const PROGRAM: &str =
    "let\n  # a set\n  x = { a = 1; };\nin\n{ list = [ (x // { b = 2; }) 5 ]; }\n";

fn twinix(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("twinix").unwrap();
    command
        .current_dir(folder)
        .env("TWINIX_ORACLES", folder.join("no-oracles"));
    command
}

fn reduce(folder: &Path, rest: &[&str]) -> Command {
    let mut command = twinix(folder);
    command
        .arg("reduce")
        .args(["--subject", SUBJECT, "--oracle", ORACLE, "--jobs", "2"])
        .args(rest);
    command
}

#[test]
fn the_smallest_program_is_printed_and_reduced_for_good() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("x.nix"), PROGRAM).unwrap();
    reduce(folder.path(), &["x.nix"])
        .assert()
        .code(0)
        .stdout("0 // 0\n")
        .stderr(contains("signature 2.34|value|other|//"));
    reduce(folder.path(), &["-E", "0 // 0"])
        .assert()
        .code(0)
        .stdout("0 // 0\n");
}

#[test]
fn what_is_known_is_not_reduced_and_nothing_becomes_it() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("x.nix"), PROGRAM).unwrap();
    let known = |program: &str| {
        let list = format!("[[known]]\nid = 'u'\nlink = ''\nwhy = ''\nprogram = '{program}'\n");
        fs::write(folder.path().join("known.toml"), list).unwrap();
    };
    known("//");
    reduce(folder.path(), &["x.nix", "--known", "known.toml"])
        .assert()
        .code(1)
        .stderr(contains("the verdict is known: u").and(contains("without --known")));
    // All that is as small as it gets is known: the program ends just before.
    known("^0 // 0$");
    reduce(folder.path(), &["x.nix", "--known", "known.toml"])
        .assert()
        .code(0)
        .stdout(contains("//").and(contains("0 // 0").not()));
}

#[test]
fn a_reduced_program_keeps_its_settings() {
    let folder = TempDir::new().unwrap();
    let file = |name: &str| folder.path().join(name);
    fs::write(file("x.nix"), PROGRAM).unwrap();
    let settings = r#"{ "settings": { "flags": ["--option", "max-call-depth", "50"] } }"#;
    fs::write(file("x.json"), settings).unwrap();
    let reduce = |words: &[&str]| {
        let of = |command: &str| format!("sh -c '{command}' sh {{flags}} {{file}}");
        let subject = of("for f; do :; done; if grep -q // $f; then echo 1; else echo 2; fi");
        let sides = ["reduce", "--subject", &subject, "--oracle", &of("echo 2")];
        let mut command = twinix(folder.path());
        command.args(sides).args(words).assert().code(0)
    };
    reduce(&["x.nix", "-o", "small.nix"]);
    let kept: Value = serde_json::from_slice(&fs::read(file("small.json")).unwrap()).unwrap();
    assert_eq!(kept["settings"]["flags"][1], "max-call-depth");
    reduce(&["small.nix"]).stderr(contains("max-call-depth"));
}

#[test]
fn a_finding_says_who_is_compared() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("x.nix"), PROGRAM).unwrap();
    fs::create_dir(folder.path().join("corpus")).unwrap();
    reduce(folder.path(), &["x.nix", "--save", "it"])
        .assert()
        .code(0);
    twinix(folder.path())
        .args(["reduce", "corpus/regressions/it"])
        .assert()
        .code(0)
        .stdout("0 // 0\n");
}

#[test]
fn the_report_is_json() {
    let folder = TempDir::new().unwrap();
    let output = reduce(folder.path(), &["-E", PROGRAM, "--json"])
        .assert()
        .code(0);
    let report: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(report["text"], "0 // 0");
    assert_eq!(report["end"], "fixed-point");
    assert_eq!(report["of_oracles"][0]["value"], "2");
    assert_eq!(report["before"], PROGRAM.len());
}

#[test]
fn what_does_not_diverge_is_not_reduced() {
    let folder = TempDir::new().unwrap();
    reduce(folder.path(), &["-E", "1"])
        .assert()
        .code(1)
        .stderr(contains("nothing to reduce"));
    twinix(folder.path())
        .args(["reduce", "-E", "1", "--oracle", "recorded"])
        .assert()
        .code(2)
        .stderr(contains("say nothing about other programs"));
}

#[test]
fn a_first_line_with_settings_stays() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("x.nix");
    fs::write(&file, format!("# features: pipe-operators\n{PROGRAM}")).unwrap();
    let subject = SUBJECT.replace("{file}", "{file} {flags}");
    twinix(folder.path())
        .args(["reduce", "x.nix", "--subject", &subject, "-o", "out.nix"])
        .args(["--oracle", &ORACLE.replace("{file}", "{file} {flags}")])
        .assert()
        .code(0);
    assert_eq!(
        fs::read_to_string(folder.path().join("out.nix")).unwrap(),
        "# features: pipe-operators\n0 // 0\n"
    );
}

#[test]
fn a_finding_is_saved_with_what_is_known_of_it() {
    let folder = TempDir::new().unwrap();
    let corpus = folder.path().join("corpus");
    let saved = corpus.join("regressions/update");
    // Nobody looks for a finding in a folder that is made in passing.
    reduce(folder.path(), &["-E", PROGRAM, "--save", "update"])
        .assert()
        .code(2)
        .stderr(contains("--corpus FOLDER"));
    fs::create_dir(&corpus).unwrap();
    reduce(
        folder.path(),
        &["-E", PROGRAM, "--save", "update", "--cause", "why"],
    )
    .assert()
    .code(0)
    .stderr(contains("saved as corpus/regressions/update"));
    let read = |name: &str| fs::read_to_string(saved.join(name)).unwrap();
    assert_eq!(read("program.nix"), "0 // 0\n");
    let finding: Value = serde_json::from_str(&read("finding.json")).unwrap();
    assert_eq!(finding["signature"], "2.34|value|other|//");
    assert_eq!(finding["cause"], "why");
    assert_eq!(finding["of_subject"][0]["value"], "1");
    // It diverges until its evaluators change.
    twinix(folder.path())
        .args(["replay", "corpus/regressions/update"])
        .assert()
        .code(1)
        .stdout(contains("0 // 0").and(contains("it still diverges: 2.34|value|other")));
    let json = fs::read_to_string(saved.join("finding.json")).unwrap();
    let mended = json.replace("echo 1", "echo 2");
    fs::write(saved.join("finding.json"), mended).unwrap();
    twinix(folder.path())
        .args(["replay", "corpus/regressions"])
        .assert()
        .code(0)
        .stdout(contains("it no longer diverges"));
    // A name is taken once.
    reduce(folder.path(), &["-E", PROGRAM, "--save", "update"])
        .assert()
        .code(2)
        .stderr(contains("is there already"));
}

#[test]
fn a_finding_of_another_corpus_names_it() {
    let folder = TempDir::new().unwrap();
    let more = ["--save", "update", "--corpus", "mine"];
    reduce(folder.path(), &[&["-E", PROGRAM][..], &more].concat())
        .assert()
        .code(0)
        .stderr(contains("subject  sh").and(contains("saved as mine/regressions/update")));
    let json = folder.path().join("mine/regressions/update/finding.json");
    let finding: Value = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    let replay = finding["replay"].as_str().unwrap();
    assert!(
        replay.contains(" mine/regressions/update/program.nix"),
        "{replay}"
    );
}

#[test]
fn the_program_itself_is_not_overwritten() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("x.nix"), PROGRAM).unwrap();
    reduce(folder.path(), &["x.nix", "-o", "./x.nix"])
        .assert()
        .code(2)
        .stderr(contains("would overwrite the program itself"));
    let text = fs::read_to_string(folder.path().join("x.nix")).unwrap();
    assert_eq!(text, PROGRAM);
}

#[test]
fn a_program_that_agrees_is_said_how_else_it_can_be_asked() {
    let folder = TempDir::new().unwrap();
    reduce(folder.path(), &["-E", "1"])
        .assert()
        .code(1)
        .stderr(contains("nothing to reduce").and(contains("--exact")));
}

/// A reduction that gets stuck in the middle: short programs take longer than there is time, but for the one that
/// commands are tried with.
fn stuck(folder: &Path, rest: &[&str]) -> process::Command {
    let subject = format!(
        r#"sh -c "if [ $(wc -c < $0) -lt 60 ] && ! grep -qx 1 $0; then sleep 30; fi; {}" {{file}}"#,
        "if grep -q // $0; then echo 1; else echo 2; fi"
    );
    fs::write(folder.join("x.nix"), PROGRAM).unwrap();
    let mut command = process::Command::new(cargo_bin("twinix"));
    command
        .current_dir(folder)
        .env("TWINIX_ORACLES", folder.join("no-oracles"))
        .args(["reduce", "x.nix", "-o", "small.nix", "--jobs", "1"])
        .args(["--subject", &subject, "--oracle", ORACLE])
        .args(rest)
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// The reduced program has what the divergence needs, and is a whole file.
fn is_best_so_far(file: &Path) -> bool {
    let text = fs::read_to_string(file).unwrap();
    text.contains("//") && text.ends_with('\n') && text.len() <= PROGRAM.len()
}

#[test]
fn where_the_time_is_over_the_best_so_far_is_written() {
    let folder = TempDir::new().unwrap();
    let done = stuck(folder.path(), &["--time", "3s"]).output().unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(0), "{said}");
    assert!(said.contains("the time was over"), "{said}");
    assert!(is_best_so_far(&folder.path().join("small.nix")));
}

#[test]
fn an_interrupted_reduction_writes_the_best_so_far() {
    let folder = TempDir::new().unwrap();
    let small = folder.path().join("small.nix");
    // One that comes before the reduction begins ends the program at once: then it has to come later.
    for seconds in [1, 2, 4, 8, 16] {
        let child = stuck(folder.path(), &[]).spawn().unwrap();
        thread::sleep(Duration::from_secs(seconds));
        let killed = process::Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(killed.unwrap().success());
        let done = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert_eq!(done.status.code(), Some(130), "{said}");
        if !said.contains("stopped") {
            assert!(!small.exists());
            continue;
        }
        assert!(is_best_so_far(&small));
        return;
    }
    panic!("no reduction had begun after sixteen seconds");
}

#[test]
fn a_killed_reduction_leaves_a_whole_file_or_none() {
    let folder = TempDir::new().unwrap();
    let small = folder.path().join("small.nix");
    fs::write(folder.path().join("x.nix"), PROGRAM).unwrap();
    for milliseconds in [0, 40, 150, 300, 600, 1000, 1500] {
        let mut child = process::Command::new(cargo_bin("twinix"))
            .current_dir(folder.path())
            .env("TWINIX_ORACLES", folder.path().join("no-oracles"))
            .args(["reduce", "x.nix", "-o", "small.nix", "--jobs", "2"])
            .args(["--subject", SUBJECT, "--oracle", ORACLE])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(milliseconds));
        child.kill().unwrap();
        child.wait().unwrap();
        if small.exists() {
            assert_eq!(fs::read_to_string(&small).unwrap(), "0 // 0\n");
            fs::remove_file(&small).unwrap();
        }
    }
}
