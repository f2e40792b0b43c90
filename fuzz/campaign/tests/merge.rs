//! Campaigns that several machines share: what is merged is what one machine would have found.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod stored;

mod placed;

use std::{env, path::Path};

use assert_cmd::{assert::Assert, cargo::cargo_bin};
use placed::twinix;
use predicates::str::contains;
use rusqlite::Connection;
use stored::{assert_same, content, count};
use tempfile::TempDir;

/// Programs that the dialects 2.3 and 2.34 evaluate differently or alike.
const PROGRAMS: [(&str, &str); 5] = [
    ("a.nix", "[ 1 ] < [ 2 ]"),
    ("b.nix", "let f = x: x + 1; in map f [ 1 2 3 ]"),
    (
        "c.nix",
        "builtins.groupBy (x: if x > 1 then \"a\" else \"b\") [ 1 2 ]",
    ),
    ("d/default.nix", "import ./x.nix + builtins.length [ 1 ]"),
    ("d/x.nix", "41"),
];

fn folder() -> TempDir {
    placed::folder(&PROGRAMS)
}

/// Runs a campaign of so many programs, or a shard of it.
fn campaign(folder: &Path, db: &str, shard: &str, programs: u64) {
    let itself = cargo_bin("twinix").display().to_string();
    twinix(folder)
        .args(["fuzz", "--db", db, "--shard", shard, "--seed", "7"])
        .args(["--programs", &programs.to_string(), "--corpus", "corpus"])
        .args(["--mutate", "0.4", "--rewrite", "0.1", "--sample", "0.1"])
        .args(["--epoch", "8", "--reduce-first", "1", "--candidates", "60"])
        .args(["--timeout", "60", "--oracle", "rust", "--subject"])
        .arg(format!("'{itself}' eval --dialect 2.3 {{flags}} {{file}}"))
        .assert()
        .code(predicates::ord::le(1));
}

fn merge(folder: &Path, shards: &[String]) -> Assert {
    twinix(folder)
        .arg("merge")
        .args(shards)
        .args(["--into", "merged.db"])
        .assert()
}

#[test]
fn a_merge_of_the_shards_is_the_campaign_of_one_machine() {
    let shards: u64 = env::var("TWINIX_SHARDS").map_or(5, |shards| shards.parse().unwrap());
    let programs = 14 * shards;
    let folder = folder();
    let file = |name: &str| folder.path().join(name);
    let names: Vec<String> = (0..shards).map(|index| format!("{index}.db")).collect();
    // Merged when they are half way, and again when they have gone on: in any order, and as far as all are.
    for (index, name) in (0..shards).zip(&names) {
        let far = programs / 2 + index;
        campaign(folder.path(), name, &format!("{index}/{shards}"), far);
    }
    let backwards: Vec<String> = names.iter().rev().cloned().collect();
    merge(folder.path(), &backwards).code(0);
    let half = count(&file("merged.db"), "SELECT count(*) FROM items");
    assert!(half >= i64::try_from(programs / 2).unwrap());
    for (index, name) in (0..shards).zip(&names) {
        campaign(folder.path(), name, &format!("{index}/{shards}"), programs);
    }
    merge(folder.path(), &names)
        .code(0)
        .stdout(contains(format!("{programs} programs of {shards} shards")));
    // How fast a merge was says nothing about the campaign.
    assert_eq!(count(&file("merged.db"), "SELECT count(*) FROM pace"), 0);
    let left = count(
        &file("merged.db"),
        "SELECT count(*) FROM divergences WHERE bucket IS NULL",
    );
    campaign(folder.path(), "whole.db", "0/1", programs);
    println!(
        "{shards} shards, {programs} programs, {} divergences in {} buckets, {left} were left to reduce",
        count(&file("whole.db"), "SELECT count(*) FROM divergences"),
        count(&file("whole.db"), "SELECT count(*) FROM buckets"),
    );
    // Reduces what was left.
    campaign(folder.path(), "merged.db", "0/1", programs);
    assert!(count(&file("whole.db"), "SELECT count(*) FROM buckets") > 1);
    assert!(count(&file("whole.db"), "SELECT count(*) FROM reduced") > 1);
    assert_same(&content(&file("merged.db")), &content(&file("whole.db")));
    every_program_is_made_again(folder.path());
}

/// Those that were made from others, too: the merged file has all that was given.
fn every_program_is_made_again(folder: &Path) {
    let db = Connection::open(folder.join("merged.db")).unwrap();
    let mut query = db
        .prepare("SELECT item FROM items WHERE origin LIKE 'mutated%' LIMIT 20")
        .unwrap();
    let items: Vec<i64> = query
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert!(items.len() > 5);
    for item in items {
        twinix(folder)
            .args(["replay", "--db", "merged.db", "--print", "--item"])
            .arg(item.to_string())
            .assert()
            .code(0);
    }
}

#[test]
fn what_a_shard_had_no_time_to_reduce_is_reduced_later() {
    const PROGRAMS: u64 = 24;
    let folder = folder();
    let file = |name: &str| folder.path().join(name);
    campaign(folder.path(), "0.db", "0/2", PROGRAMS);
    campaign(folder.path(), "1.db", "1/2", PROGRAMS);
    Connection::open(file("0.db"))
        .unwrap()
        .execute_batch(
            "UPDATE divergences SET bucket = NULL, tried = 0; DELETE FROM buckets;
             DELETE FROM reduced; DELETE FROM reduced_files;",
        )
        .unwrap();
    merge(folder.path(), &["0.db".to_owned(), "1.db".to_owned()])
        .code(0)
        .stderr(contains("wait to be reduced"));
    for db in ["merged.db", "whole.db"] {
        campaign(folder.path(), db, "0/1", PROGRAMS);
    }
    assert!(count(&file("whole.db"), "SELECT count(*) FROM reduced") > 1);
    assert_same(&content(&file("merged.db")), &content(&file("whole.db")));
}

#[test]
fn only_all_shards_of_one_campaign_are_merged() {
    let folder = folder();
    campaign(folder.path(), "0.db", "0/2", 6);
    campaign(folder.path(), "1.db", "1/2", 6);
    campaign(folder.path(), "3.db", "1/3", 6);
    let refused = |shards: &[&str], why: &str| {
        let shards: Vec<String> = shards.iter().map(|&shard| shard.to_owned()).collect();
        merge(folder.path(), &shards).code(2).stderr(contains(why));
    };
    refused(&["1.db"], "shard 0/2 is not there");
    refused(&["0.db", "1.db", "1.db"], "a shard is there twice");
    refused(&["0.db", "3.db"], "it is shard 1/3, not one of 2");
    refused(&["0.db", "nothing.db"], "nothing.db");
    assert!(!folder.path().join("merged.db").exists());
    // A shard goes on as the shard that it is.
    twinix(folder.path())
        .args(["fuzz", "--db", "0.db", "--shard", "1/2"])
        .args(["--programs", "6", "--corpus", "corpus"])
        .assert()
        .code(2)
        .stderr(contains("shard.index was 0, not 1"));
}
