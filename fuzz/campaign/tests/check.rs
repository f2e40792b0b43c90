//! `twinix check`, `oracle` and `corpus` as a user sees them. No C++ Nix is needed: oracles are recorded
//! outcomes or commands that print what they are told to print.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::{fs, path::Path, time::Duration};

use assert_cmd::Command;
use predicates::{prelude::PredicateBooleanExt, str::contains};
use tempfile::TempDir;

fn twinix(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("twinix").unwrap();
    command
        .current_dir(folder)
        .env("TWINIX_ORACLES", folder.join("no-oracles"))
        .env("PATH", folder.join("no-commands"));
    command
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
    folder
}

/// The records of two releases that say the same.
fn record(outcome: &str) -> String {
    format!(r#"{{"2.8": {outcome}, "2.34": {outcome}}}"#)
}

#[test]
fn programs_that_agree_with_their_records_are_counted_and_not_shown() {
    let folder = folder(&[
        ("c/a.nix", "1 + 1"),
        ("c/a.json", &record(r#"{"value": "2"}"#)),
        ("c/b/default.nix", "import ./x.nix"),
        ("c/b/x.nix", "3"),
        ("c/b.json", &record(r#"{"value": "3"}"#)),
    ]);
    let output = twinix(folder.path())
        .args([
            "check",
            "c",
            "--oracle",
            "recorded",
            "--dialect",
            "2.8",
            "--dialect",
            "2.34",
        ])
        .assert()
        .code(0);
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    insta::assert_snapshot!(text);
}

#[test]
fn a_divergence_is_shown_and_is_the_exit_code() {
    let folder = folder(&[
        ("a.nix", "1 + 1"),
        ("a.json", &record(r#"{"value": "3"}"#)),
        ("b.nix", "1"),
        ("b.json", &record(r#"{"value": "1"}"#)),
    ]);
    let output = twinix(folder.path())
        .args([
            "check",
            "a.nix",
            "b.nix",
            "--oracle",
            "recorded",
            "--dialect",
            "2.34",
        ])
        .assert()
        .code(1);
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    insta::assert_snapshot!(text);
    twinix(folder.path())
        .args([
            "check",
            "a.nix",
            "b.nix",
            "--oracle",
            "recorded",
            "--dialect",
            "2.34",
        ])
        .args(["--at-least", "50"])
        .assert()
        .code(0);
}

#[test]
fn a_known_divergence_is_no_failure() {
    let known = r#"[{"id": "K1", "link": "l", "why": "w", "program": "1 \\+ 1"}]"#;
    let folder = folder(&[
        ("a.nix", "1 + 1"),
        ("a.json", &record(r#"{"value": "3"}"#)),
        ("known.json", known),
    ]);
    twinix(folder.path())
        .args([
            "check",
            "a.nix",
            "--oracle",
            "recorded",
            "--dialect",
            "2.34",
        ])
        .args(["--known", "known.json"])
        .assert()
        .code(0)
        .stdout(contains("known"));
}

#[test]
fn the_json_has_every_outcome() {
    let folder = folder(&[
        ("a.nix", "throw \"x\""),
        (
            "a.json",
            &record(r#"{"error": {"kind": "throw", "catchable": true, "message": "x"}}"#),
        ),
    ]);
    let output = twinix(folder.path())
        .args([
            "check",
            "a.nix",
            "--json",
            "--oracle",
            "recorded",
            "--dialect",
            "2.34",
        ])
        .assert()
        .code(0);
    let report: serde_json::Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(report["summary"]["programs"]["agree"], 1);
    let one = &report["programs"][0]["against"][0];
    assert_eq!(one["subject_outcome"]["error"]["kind"], "throw");
    assert_eq!(one["dialect"], "2.34");
}

#[test]
fn the_first_line_of_a_program_says_how_it_is_evaluated() {
    let outcome = r#"{"value": "{\"a\":1}"}"#;
    let settings = format!(r#"{{"settings": {{"mode": "json"}}, "2.34": {outcome}}}"#);
    let folder = folder(&[
        ("a.nix", "# flags: --strict --json\n{ a = 1; }"),
        ("a.json", &settings),
    ]);
    twinix(folder.path())
        .args([
            "check",
            "a.nix",
            "--oracle",
            "recorded",
            "--dialect",
            "2.34",
        ])
        .assert()
        .code(0)
        .stdout(contains("agree"));
}

#[test]
fn any_command_is_an_oracle_or_a_subject() {
    let folder = folder(&[("a.nix", "1 + 1")]);
    twinix(folder.path())
        .args(["check", "a.nix", "--oracle", "/bin/sh -c 'echo 2' {file}"])
        .assert()
        .code(0);
    twinix(folder.path())
        .args(["check", "a.nix", "--oracle", "/bin/sh -c 'echo 2' {file}"])
        .args(["--subject", "/bin/sh -c 'echo 3' {file}"])
        .assert()
        .code(1)
        .stdout(contains("divergence"));
}

#[test]
fn a_command_has_those_variables_of_the_user_that_are_named() {
    let folder = folder(&[("a.nix", "1")]);
    let check = |kept: &str| {
        twinix(folder.path())
            .env("OPEN", "1")
            .env("SECRET", "2")
            .env("TWINIX_COMMANDS_KEEP", kept)
            .args(["check", "a.nix", "--oracle", "/bin/sh -c 'echo 1' {file}"])
            .args(["--subject", "/bin/sh -c 'echo $OPEN$SECRET' {file}"])
            .assert()
    };
    check("OPEN").code(0);
    check("OPEN:SECRET").code(1).stdout(contains("12"));
    check("OPEN, SECRET")
        .code(2)
        .stderr(contains("'OPEN, SECRET' in TWINIX_COMMANDS_KEEP"));
}

#[test]
fn it_is_said_what_is_not_asked_of_a_command_without_flags() {
    let folder = folder(&[("a.nix", "1")]);
    let check = |subject: &str| {
        twinix(folder.path())
            .args(["check", "a.nix", "--subject", subject, "--oracle"])
            .arg("/bin/sh -c 'echo 1' {flags} {file}")
            .assert()
            .code(0)
    };
    check("/bin/sh -c 'echo 1' {file}").stderr(contains("has no {flags}: it is asked for"));
    check("/bin/sh -c 'echo 1' {flags} {file}").stderr(contains("has no {flags}").not());
}

/// Such programs are shut in, and have to be able to read themselves all the same.
#[test]
fn a_folder_of_programs_without_records_is_compared() {
    let folder = folder(&[
        ("some/a.nix", "1"),
        ("some/more/b.nix", "import ./c.nix"),
        ("some/more/c.nix", "1"),
    ]);
    for (says, code) in [("1", 0), ("2", 1)] {
        twinix(folder.path())
            .args(["check", "some", "--oracle"])
            .arg(format!("/bin/sh -c 'echo {says}' {{file}}"))
            .assert()
            .code(code);
    }
}

#[test]
fn a_command_that_speaks_one_dialect_is_not_guessed_at() {
    let folder = folder(&[("a.nix", "1"), ("a.json", &record(r#"{"value":"1"}"#))]);
    let check = |more: &[&str]| {
        let mut command = twinix(folder.path());
        command.args(["check", "a.nix", "--oracle", "recorded"]);
        command.args(["--subject"]).arg(more[0]).args(&more[1..]);
        command.assert()
    };
    check(&["/bin/echo 1 {file}"])
        .code(2)
        .stderr(contains("--dialect"));
    check(&["/bin/sh -c 'echo 1' {dialect} {file}"]).code(0);
    check(&["/bin/sh -c 'echo 1' {file}", "--dialect", "2.34"]).code(0);
}

#[test]
fn without_an_oracle_the_message_says_how_to_get_one() {
    let folder = folder(&[("a.nix", "1")]);
    twinix(folder.path())
        .args(["check", "a.nix"])
        .assert()
        .code(2)
        .stderr(contains("twinix oracle install"));
    twinix(folder.path())
        .args(["check", "a.nix", "--oracle", "2.34"])
        .assert()
        .code(2)
        .stderr(contains("twinix oracle install 2.34"));
}

#[test]
fn bad_input_is_refused_by_name() {
    let folder = folder(&[("empty/x.txt", "")]);
    for (argument, said) in [
        ("no-such.nix", "no-such.nix: No such file or directory"),
        ("empty", "empty: there is no .nix file in it"),
    ] {
        twinix(folder.path())
            .args(["check", argument])
            .assert()
            .code(2)
            .stderr(contains(said));
    }
    twinix(folder.path()).args(["check"]).assert().code(2);
    twinix(folder.path())
        .args(["check", "-E", "1", "--oracle", "recorded"])
        .assert()
        .code(2)
        .stderr(contains("no recorded outcomes"));
}

#[test]
fn a_program_that_is_not_text_is_an_outcome_like_any_other() {
    let folder = folder(&[]);
    fs::write(folder.path().join("a.nix"), b"\"\xff\" )").unwrap();
    twinix(folder.path())
        .args([
            "check",
            "a.nix",
            "--oracle",
            "/bin/sh -c 'read -r line < $0; test $line = 1 && echo 1 && exit; echo error: syntax error, x >&2; exit 1' {file}",
        ])
        .assert()
        .code(0)
        .stdout(contains("parse"));
}

#[test]
fn a_language_test_suite_is_held_against_what_it_expects() {
    let folder = folder(&[
        ("lang/eval-okay-a.nix", "1 + 1"),
        ("lang/eval-okay-a.exp", "2\n"),
        ("lang/eval-okay-b.nix", "1 + 1"),
        ("lang/eval-okay-b.exp", "3\n"),
        ("lang/eval-fail-c.nix", "throw \"x\""),
        ("lang/parse-fail-e.nix", ")"),
    ]);
    let output = twinix(folder.path())
        .args(["check", "lang", "--dialect", "2.34"])
        .assert()
        .code(1);
    let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    insta::assert_snapshot!(text);
    twinix(folder.path())
        .args(["check", "lang", "--at-least", "70"])
        .assert()
        .code(0);
}

#[test]
fn the_oracles_are_listed_and_examined() {
    let folder = folder(&[]);
    twinix(folder.path())
        .args(["oracle", "doctor"])
        .assert()
        .code(2)
        .stdout(contains("twinix oracle install 2.34"));
    twinix(folder.path())
        .args(["oracle", "list", "--json"])
        .assert()
        .code(0)
        .stdout(contains("\"oracles\""));
    twinix(folder.path())
        .args(["oracle", "install", "2.99"])
        .assert()
        .code(2)
        .stderr(contains("the dialects are 2.3, 2.8, 2.26 and 2.34"));
}

#[test]
fn nothing_is_recorded_without_an_oracle() {
    let folder = folder(&[("corpus/seeds/x/a.nix", "1"), ("b.nix", "2")]);
    for arguments in [
        ["corpus", "record"].as_slice(),
        &[
            "corpus",
            "add",
            "b.nix",
            "--new-area",
            "--area",
            "y",
            "--name",
            "b",
        ],
    ] {
        twinix(folder.path())
            .args(arguments)
            .assert()
            .code(2)
            .stderr(contains("twinix oracle install"));
    }
    assert!(!folder.path().join("corpus/seeds/y").exists());
    twinix(folder.path())
        .args(["corpus", "add", "b.nix", "--area", "../y", "--name", "b"])
        .assert()
        .code(2)
        .stderr(contains("lower-case letters"));
}

#[test]
fn help_names_every_verb() {
    let folder = folder(&[]);
    twinix(folder.path()).arg("--help").assert().code(0).stdout(
        contains("check")
            .and(contains("oracle"))
            .and(contains("corpus"))
            .and(contains("Exit codes")),
    );
}

#[test]
fn the_table_has_rows_of_builtins_only() {
    let folder = folder(&[]);
    twinix(folder.path())
        .args(["check", "--table", "head", "nonsense"])
        .assert()
        .code(2)
        .stderr(contains("no release has a builtin 'nonsense'"));
}

#[test]
fn what_is_misspelt_is_named() {
    let folder = folder(&[("a.nix", "1"), ("c/b.nix", "1"), ("c/d.nix", "1")]);
    for (arguments, why) in [
        (
            &["check", "a.nix", "--subject", "x {flie}"][..],
            "put {file} into it",
        ),
        (
            &["check", "a.nix", "--timeout", "x"],
            "a number of seconds above 0",
        ),
        (
            &["check", "a.nix", "--timeout", "0"],
            "a number of seconds above 0",
        ),
        (&["check", "a.nix", "-j", "0"], "a whole number above 0"),
        (
            &["check", "c", "--oracle", "recorded"],
            "nothing is recorded of c: `twinix corpus record c`",
        ),
        (&["replay", "a.nix"], "nothing is recorded of a.nix"),
        (
            &["corpus", "record", "a.nix"],
            "run `twinix oracle install`",
        ),
        (
            &["corpus", "record", "a.nix", "--oracle", "2.8"],
            "run `twinix oracle install 2.8`",
        ),
        (
            &["check", "a.nix", "--known", "no.toml"],
            "no.toml: No such file or directory (os error 2)\n",
        ),
    ] {
        twinix(folder.path())
            .args(arguments)
            .assert()
            .code(2)
            .stderr(contains(why));
    }
}

#[test]
fn a_program_is_read_from_standard_input() {
    twinix(folder(&[]).path())
        .args(["check", "-", "--oracle", "rust"])
        .write_stdin("# flags: --strict --json\n[ (1 + 1) ]\n")
        .assert()
        .code(0)
        .stdout(contains("[2]"));
}

#[test]
fn commands_are_asked_for_rows_of_the_table_without_the_canonical_notation() {
    let itself = assert_cmd::cargo::cargo_bin("twinix").display().to_string();
    twinix(folder(&[]).path())
        .args([
            "check",
            "--table",
            "typeOf",
            "--oracle",
            "rust",
            "--subject",
        ])
        .arg(format!("'{itself}' eval {{flags}} {{file}}"))
        .assert()
        .stdout(contains("cannot be asked").not())
        .stderr(contains("--mode strict"));
}

#[test]
fn the_version_is_that_of_the_program() {
    twinix(folder(&[]).path())
        .args(["eval", "--version"])
        .assert()
        .code(0)
        .stdout(concat!("twinix ", env!("CARGO_PKG_VERSION"), "\n"));
}

#[test]
fn an_exact_version_is_a_dialect_too() {
    let folder = folder(&[]);
    for (verb, arguments) in [
        (
            "check",
            &["-E", "1", "--oracle", "rust", "--dialect", "2.8.0"][..],
        ),
        ("eval", &["-E", "1", "--dialect", "2.34.8"]),
    ] {
        twinix(folder.path())
            .arg(verb)
            .args(arguments)
            .assert()
            .code(0);
    }
    twinix(folder.path())
        .args(["check", "-E", "1", "--oracle", "rust", "--dialect", "2.80"])
        .assert()
        .code(2)
        .stderr(contains("there is no dialect '2.80'"));
}

#[test]
fn what_is_neither_a_file_nor_a_folder_is_refused_and_not_waited_for() {
    let folder = folder(&[]);
    let pipe = folder.path().join("pipe.nix");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    twinix(folder.path())
        .args(["check", "pipe.nix", "--oracle", "recorded"])
        .timeout(Duration::from_secs(20))
        .assert()
        .code(2)
        .stderr(contains("pipe.nix: it is neither a file nor a folder"));
}
