//! The list of planted bugs fits the source: an anchor that moved or changed is noticed here, not when
//! somebody plants the bugs the next time.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "what is not checked here is there to be read")]
struct List {
    mode: Option<String>,
    bug: Vec<Bug>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "what is not checked here is there to be read")]
struct Bug {
    id: String,
    what: String,
    file: PathBuf,
    form: Option<String>,
    oracle: Option<String>,
    mode: Option<String>,
    from: String,
    to: String,
    probe: String,
    miss: Option<String>,
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn bugs() -> Vec<Bug> {
    let mut bugs = Vec::new();
    for entry in fs::read_dir(workspace().join("planted/bugs")).unwrap() {
        let path = entry.unwrap().path();
        let list: Result<List, _> = toml::from_str(&fs::read_to_string(&path).unwrap());
        match list {
            Ok(list) => bugs.extend(list.bug),
            Err(error) => panic!("{}: {error}", path.display()),
        }
    }
    bugs
}

#[test]
fn each_anchor_is_in_its_file_once() {
    let wrong: Vec<String> = bugs()
        .iter()
        .filter_map(|bug| {
            let text = fs::read_to_string(workspace().join(&bug.file)).unwrap_or_default();
            let times = text.matches(&bug.from).count();
            (times != 1).then(|| format!("{}: {times} times in {}", bug.id, bug.file.display()))
        })
        .collect();
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn anchors_do_not_overlap() {
    let bugs = bugs();
    let mut places: Vec<_> = bugs
        .iter()
        .map(|bug| {
            let text = fs::read_to_string(workspace().join(&bug.file)).unwrap();
            let start = text.find(&bug.from).unwrap();
            (&bug.file, start, start + bug.from.len(), &bug.id)
        })
        .collect();
    places.sort_unstable();
    for pair in places.windows(2) {
        let (one, other) = (pair[0], pair[1]);
        let apart = one.0 != other.0 || one.2 <= other.1;
        assert!(apart, "{} and {} overlap", one.3, other.3);
    }
}

#[test]
fn each_bug_can_be_named_and_seen() {
    let bugs = bugs();
    assert!(bugs.len() >= 100, "there are {} bugs", bugs.len());
    let ids: BTreeSet<&str> = bugs.iter().map(|bug| bug.id.as_str()).collect();
    assert_eq!(ids.len(), bugs.len(), "an id is there twice");
    for bug in &bugs {
        let is_kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(bug.id.chars().all(is_kebab), "{}", bug.id);
        assert!(!bug.probe.trim().is_empty(), "{}", bug.id);
        match bug.form.as_deref() {
            None => assert!(!bug.to.contains("PLANTED"), "{}", bug.id),
            Some("code") => assert!(bug.to.contains("PLANTED"), "{}", bug.id),
            Some(other) => panic!("{}: there is no form '{other}'", bug.id),
        }
    }
}
