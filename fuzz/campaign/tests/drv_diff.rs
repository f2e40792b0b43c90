//! `twinix drv-diff` as a user sees it.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::{fs, path::Path};

use assert_cmd::Command;
use predicates::str::contains;
use tempfile::TempDir;

/// A small closure: a library, two sources of one name, and what needs them.
const PROGRAM: &str = r#"
{ flags, script, version ? "1" }:
let
  d = name: more: derivation ({ inherit name; builder = "/bin/sh"; system = "x"; } // more);
  fetch = sha256: d "source" { outputHashAlgo = "sha256"; outputHash = sha256; };
  lib = d "lib-${version}" { inherit flags; builder = builtins.toFile "builder.sh" script; };
in
d "app" {
  args = [ "-e" lib ];
  patches = [
    (fetch "0000000000000000000000000000000000000000000000000000")
    (fetch "1111111111111111111111111111111111111111111111111111")
  ];
  tool = d "tool" { inherit lib; };
}
"#;

fn twinix(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("twinix").unwrap();
    command.current_dir(folder);
    command
}

/// Instantiates into a store of its own; gives the path of the derivation in it.
fn made(folder: &Path, store: &str, arguments: &[(&str, &str)]) -> String {
    fs::write(folder.join("p.nix"), PROGRAM).unwrap();
    let mut command = twinix(folder);
    command.args(["instantiate", "p.nix", "--store", store]);
    for (name, value) in arguments {
        command.args(["--argstr", name, value]);
    }
    let output = command.assert().code(0);
    let path = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    format!("{store}{}", path.trim_end())
}

/// Compares two sets of arguments, with flags.
fn diff(one: &[(&str, &str)], other: &[(&str, &str)], flags: &[&str], code: i32) -> String {
    let folder = TempDir::new().unwrap();
    let (a, b) = (
        made(folder.path(), "a", one),
        made(folder.path(), "b", other),
    );
    let mut command = twinix(folder.path());
    let output = command.arg("drv-diff").args([a, b]).args(flags).assert();
    String::from_utf8(output.code(code).get_output().stdout.clone()).unwrap()
}

const SCRIPT: (&str, &str) = ("script", "set -e\nmkdir $out\ncp -r . $out\nexit 0\n");
const FLAGS: (&str, &str) = ("flags", "--enable-one --enable-two");

#[test]
fn the_same_derivations_are_equal() {
    insta::assert_snapshot!(diff(&[FLAGS, SCRIPT], &[FLAGS, SCRIPT], &[], 0));
}

#[test]
fn the_environment_of_an_input_is_compared_line_by_line() {
    let flags = ("flags", "--enable-one\n--enable-three");
    insta::assert_snapshot!(diff(&[FLAGS, SCRIPT], &[flags, SCRIPT], &[], 1));
}

#[test]
fn builders_are_compared_by_what_is_in_them() {
    let script = ("script", "set -e\nmkdir -p $out\ncp -r . $out\nexit 0\n");
    insta::assert_snapshot!(diff(&[FLAGS, SCRIPT], &[FLAGS, script], &[], 1));
}

#[test]
fn an_input_of_another_version_is_still_that_input() {
    let two = ("version", "2");
    insta::assert_snapshot!(diff(&[FLAGS, SCRIPT], &[FLAGS, SCRIPT, two], &["--all"], 1));
}

#[test]
fn the_end_of_a_text_is_no_line_but_a_difference() {
    let flags = ("flags", "--enable-one --enable-two\n");
    let shown = diff(&[FLAGS, SCRIPT], &[flags, SCRIPT], &[], 1);
    assert!(shown.contains("- does not end its last line"), "{shown}");
    assert!(shown.contains("+ ends its last line"), "{shown}");
}

#[test]
fn the_json_has_every_difference() {
    let flags = ("flags", "");
    insta::assert_snapshot!(diff(&[FLAGS, SCRIPT], &[flags, SCRIPT], &["--json"], 1));
}

#[test]
fn stores_may_be_named_apart_from_the_paths() {
    let folder = TempDir::new().unwrap();
    let (a, b) = (
        made(folder.path(), "a", &[FLAGS, SCRIPT]),
        made(folder.path(), "b", &[("flags", "x"), SCRIPT]),
    );
    let stored = |path: &str| path[1..].to_owned();
    let mut command = twinix(folder.path());
    command.args(["drv-diff", "--store", "a", "--store", "b"]);
    command
        .args([stored(&a), stored(&b)])
        .assert()
        .code(1)
        .stdout(contains("env.flags"));
    let mut command = twinix(folder.path());
    command.args(["drv-diff", "--store", "a", &stored(&a), &stored(&a)]);
    command.assert().code(0).stdout("equal (the same file)\n");
}

#[test]
fn a_derivation_that_its_path_does_not_describe_is_found() {
    let folder = TempDir::new().unwrap();
    let (a, b) = (
        made(folder.path(), "a", &[FLAGS, SCRIPT]),
        made(folder.path(), "b", &[FLAGS, SCRIPT]),
    );
    let file = folder.path().join(&b);
    let text = fs::read_to_string(&file).unwrap();
    fs::write(file, text.replace("\"-e\"", "\"-x\"")).unwrap();
    let mut command = twinix(folder.path());
    command
        .args(["drv-diff", &a, &b])
        .assert()
        .code(1)
        .stdout(contains("args"));
}

#[test]
fn what_is_no_derivation_or_not_there_is_an_error_of_usage() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("x.drv"), "Derive(").unwrap();
    for (argument, words) in [
        ("y", "does not end in .drv"),
        ("y.drv", "cannot be read"),
        ("x.drv", "is no derivation"),
    ] {
        let mut command = twinix(folder.path());
        command.args(["drv-diff", argument, argument]);
        command.assert().code(2).stderr(contains(words));
    }
}
