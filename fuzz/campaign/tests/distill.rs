//! Distilling folders and campaigns. No C++ Nix is needed.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod placed;

use std::{collections::BTreeMap, fs, path::Path};

use placed::twinix;
use predicates::str::{contains, is_match};
use tempfile::TempDir;
use walkdir::WalkDir;

const PROGRAMS: [(&str, &str); 5] = [
    ("all.nix", "map (x: x + 1) [ (1 - 2) (3 * 4) ]"),
    ("less.nix", "map (x: x + 1) [ (1 - 2) ]"),
    ("same.nix", "map (x: x + 1) [ (1 - 2) (3 * 4) ] # longer"),
    ("beside/default.nix", "import ./two.nix // { a = 1; }"),
    ("beside/two.nix", "{ b = 2; }"),
];

fn folder() -> TempDir {
    placed::folder(&PROGRAMS)
}

/// All files in a folder.
fn files(folder: &Path) -> BTreeMap<String, String> {
    WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).unwrap();
            // Generated programs have files that are no text.
            let text = fs::read(entry.path()).unwrap();
            let text = String::from_utf8_lossy(&text).into_owned();
            (name.display().to_string(), text)
        })
        .collect()
}

fn distill(folder: &Path, from: &[&str], into: &str) -> BTreeMap<String, String> {
    twinix(folder)
        .args(["corpus", "distill"])
        .args(from)
        .args(["--into", into])
        .assert()
        .code(0);
    files(&folder.join(into))
}

#[test]
fn the_programs_that_add_nothing_are_left_out() {
    let folder = folder();
    let kept = distill(folder.path(), &["corpus"], "kept");
    let mut texts: Vec<&str> = kept.values().map(String::as_str).collect();
    texts.sort_unstable();
    let expected = [PROGRAMS[3].1, PROGRAMS[0].1, PROGRAMS[4].1];
    assert_eq!(texts, expected);
    assert!(kept.keys().any(|name| name.ends_with("/default.nix")));
}

#[test]
fn distilling_again_changes_nothing() {
    let folder = folder();
    let once = distill(folder.path(), &["corpus"], "once");
    assert_eq!(distill(folder.path(), &["once"], "twice"), once);
    assert_eq!(distill(folder.path(), &["once", "corpus"], "both"), once);
}

#[test]
fn what_a_campaign_kept_is_distilled() {
    let folder = folder();
    twinix(folder.path())
        .args(["fuzz", "--db", "x.db", "--programs", "40", "--seed", "3"])
        .args(["--corpus", "corpus", "--oracle", "rust", "--sample", "0"])
        .assert()
        .code(0);
    let kept = distill(folder.path(), &["x.db"], "kept");
    assert!(kept.len() > 3, "{kept:?}");
    assert_eq!(distill(folder.path(), &["x.db"], "again"), kept);
    // It can be given to the next campaign.
    twinix(folder.path())
        .args([
            "fuzz",
            "--db",
            "y.db",
            "--programs",
            "10",
            "--corpus",
            "kept",
        ])
        .args(["--oracle", "rust", "--sample", "0"])
        .assert()
        .code(0);
}

#[test]
fn nothing_is_overwritten() {
    let folder = folder();
    twinix(folder.path())
        .args(["corpus", "distill", "--into", "corpus"])
        .assert()
        .code(2)
        .stderr(contains("corpus is not empty"));
    twinix(folder.path())
        .args(["corpus", "distill", "nowhere.db", "--into", "kept"])
        .assert()
        .code(2)
        .stderr(is_match("cannot distill nowhere.db").unwrap());
}
