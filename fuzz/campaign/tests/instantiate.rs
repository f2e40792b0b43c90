//! `twinix instantiate` as a user sees it. What each release prints is in `corpus/seeds/instantiate`.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::{fs, path::Path};

use assert_cmd::Command;
use tempfile::TempDir;

fn twinix(folder: &Path) -> Command {
    let mut command = Command::cargo_bin("twinix").unwrap();
    command.current_dir(folder).env_remove("NIX_PATH");
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

fn printed(command: &mut Command) -> String {
    let output = command.assert().code(0);
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

const PROGRAM: &str = r#"{ prefix ? "" }:
let d = name: more: derivation ({ name = prefix + name; builder = "/bin/sh"; system = "x"; } // more);
in rec {
  b = d "b" { inherit a; source = ./source; text = builtins.toFile "text" "hello"; };
  a = (d "a" { outputs = [ "out" "dev" ]; }).dev;
}"#;

#[test]
fn paths_are_printed_and_files_written() {
    let folder = folder(&[
        ("default.nix", PROGRAM),
        ("source/x", "1"),
        ("source/sub/y", "2"),
    ]);
    let store = folder.path().join("root/nix/store");
    let lines = printed(twinix(folder.path()).args(["instantiate", "--store", "root"]));
    // As nix-instantiate of all four releases prints it.
    insta::assert_snapshot!(lines, @r"
    /nix/store/9i16pgg7s50rmwnb0hj7hkyfjz1fi7lc-a.drv!dev
    /nix/store/vr8b366kqir9xf94njpi5vl44qg9fjvb-b.drv
    ");
    let mut names: Vec<String> = fs::read_dir(&store)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap()[33..].to_owned())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["a.drv", "b.drv", "source", "text"]);
    let source = fs::read_dir(&store)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.ends_with("source") || path.to_string_lossy().ends_with("-source"))
        .unwrap();
    assert_eq!(fs::read_to_string(source.join("sub/y")).unwrap(), "2");
}

#[test]
fn several_attributes_and_arguments_are_as_in_nix_instantiate() {
    let folder = folder(&[("p.nix", PROGRAM), ("source/x", "1")]);
    let lines = printed(twinix(folder.path()).args([
        "instantiate",
        "p.nix",
        "-A",
        "a",
        "-A",
        "a",
        "--argstr",
        "prefix",
        "p-",
        "--json",
    ]));
    let list: serde_json::Value = serde_json::from_str(&lines).unwrap();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 2);
    assert_eq!(list[0], list[1]);
    assert_eq!(list[0]["output"], "dev");
    assert!(list[0]["drvPath"].as_str().unwrap().ends_with("-p-a.drv"));
}

#[test]
fn a_dry_run_writes_nothing_and_prints_the_same() {
    let folder = folder(&[("default.nix", PROGRAM), ("source/x", "1")]);
    let dry = printed(twinix(folder.path()).args(["instantiate", "--dry-run", "--store", "root"]));
    assert!(!folder.path().join("root").exists());
    assert_eq!(dry, printed(twinix(folder.path()).arg("instantiate")));
}

#[test]
fn what_was_found_before_an_error_is_printed() {
    let program = r#"let d = derivation { name = "d"; builder = "b"; system = "x"; };
        in [ d { type = "derivation"; name = "x"; } ]"#;
    let folder = folder(&[("p.nix", program)]);
    let output = twinix(folder.path())
        .args(["instantiate", "p.nix"])
        .assert()
        .code(1);
    let output = output.get_output();
    let lines = String::from_utf8_lossy(&output.stdout).lines().count();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(lines, 1);
    assert!(
        error.contains("derivation does not contain a 'drvPath' attribute"),
        "{error}"
    );
}

#[test]
fn programs_come_from_the_search_path_and_from_standard_input() {
    let folder = folder(&[("lib/p.nix", PROGRAM), ("lib/source/x", "1")]);
    let found = ["instantiate", "<lib/p.nix>", "-I", "lib=./lib", "-A", "a"];
    let found = printed(twinix(folder.path()).args(found));
    let read = ["instantiate", "-", "-A", "a"];
    let read = printed(twinix(folder.path()).args(read).write_stdin(PROGRAM));
    assert_eq!(found, read);
}

#[test]
fn an_evaluation_in_read_write_mode_can_read_what_it_wrote() {
    let text = r#"import (builtins.toFile "n" "40 + 2")"#;
    let folder = folder(&[]);
    let run = |flags: &[&str]| {
        let mut command = twinix(folder.path());
        command.args(["eval", "-E", text]).args(flags);
        command
    };
    assert_eq!(printed(&mut run(&["--read-write-mode"])), "42\n");
    run(&[]).assert().code(1);
}

/// Needs a C++ Nix and the right to make a sandbox; without an oracle nothing is claimed.
#[test]
fn what_is_imported_is_built_in_the_store_that_stays() {
    let program = r#"import (derivation {
      name = "made.nix"; system = "x86_64-linux"; builder = "/bin/sh";
      args = [ "-c" "echo 40 + 2 > $out" ];
    })"#;
    let folder = folder(&[("p.nix", program)]);
    let run = |flags: &[&str]| {
        let mut command = twinix(folder.path());
        command
            .args(["eval", "p.nix", "--read-write-mode"])
            .args(flags);
        command.env("NIX_CONFIG", "sandbox-paths = /bin /lib /lib64 /usr");
        command
    };
    let refused = |flags: &[&str], words: &'static str| {
        run(flags)
            .assert()
            .code(1)
            .stderr(predicates::str::contains(words));
    };
    refused(&[], "and there is none");
    let off = ["--option", "allow-import-from-derivation", "false"];
    refused(
        &off,
        "because the option 'allow-import-from-derivation' is disabled",
    );
    let listed = twinix(folder.path())
        .args(["oracle", "list"])
        .output()
        .unwrap();
    let has_oracle = String::from_utf8_lossy(&listed.stdout).contains("dialect 2.34");
    if has_oracle && std::env::var_os("TWINIX_SANDBOX").is_some() {
        assert_eq!(printed(&mut run(&["--store", "root"])), "42\n");
    }
}

#[test]
fn the_file_of_a_derivation_is_imported_as_a_derivation() {
    let program = r#"let
      made = derivation { name = "n"; system = "x"; builder = "b"; outputs = [ "out" "dev" ]; };
      found = import made.drvPath;
    in [
      (map (name: found.${name} == made.${name}) [ "name" "drvPath" ])
      (map (output: output.outPath) found.all == [ made.dev.outPath made.out.outPath ])
      (builtins.getContext "${found.out}" == builtins.getContext "${made.out}")
      found.outputName
    ]"#;
    let folder = folder(&[]);
    let mut command = twinix(folder.path());
    command.args(["eval", "--strict", "--read-write-mode", "-E", program]);
    // As nix-instantiate 2.3 and 2.34 print it: outputs are in the order of their names.
    assert_eq!(
        printed(&mut command),
        "[ [ true true ] true true \"dev\" ]\n"
    );
}
