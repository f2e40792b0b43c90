//! Campaigns that are killed with `kill -9` at any instant, and hold in the end what one run holds: one without C++ Nix,
//! one between two releases behind their servers, and one of our machine against two of them, where these are installed.
//! `TWINIX_KILLS=50` says how often.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot be set up fails, or says why it is skipped"
)]

mod programs;

mod stored;

use std::{
    env, fs,
    path::Path,
    process::{self, Stdio},
    thread,
    time::Duration,
};

use assert_cmd::{Command, cargo::cargo_bin};
use programs::PROGRAMS;
use rusqlite::Connection;
use stored::{assert_same, content, count, rows};
use tempfile::TempDir;
use twinix_oracle::{Dialect, discover::discover};

/// A campaign.
struct Campaign {
    folder: TempDir,
    arguments: Vec<String>,
    /// Whether it finds divergences.
    diverges: bool,
    /// How many programs are left to it after the last kill.
    rest: u64,
    /// The longest time that it runs before it is killed, in milliseconds; more where it gets nowhere.
    longest: u64,
}

impl Campaign {
    fn of(words: &[&str], rest: u64, longest: u64) -> Self {
        let folder = TempDir::new().unwrap();
        for (name, text) in PROGRAMS {
            let file = folder.path().join("corpus").join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        Self {
            folder,
            arguments: words.iter().map(|&word| word.to_owned()).collect(),
            diverges: true,
            rest,
            longest,
        }
    }

    fn words(&self, db: &str) -> Vec<String> {
        let words = ["fuzz", "--db", db, "--seed", "8", "--corpus", "corpus"].map(str::to_owned);
        words
            .into_iter()
            .chain(self.arguments.iter().cloned())
            .collect()
    }

    /// Kills it so many times while it runs, and holds what it came to against one run.
    fn is_killed(&self, wanted: u64) {
        let file = |campaign: &Self, name: &str| campaign.folder.path().join(name);
        // Any instant: from before the file is made to long after it was resumed.
        let mut state = 88_172_645_463_325_252_u64;
        let (mut kills, mut advances, mut before) = (0, 0, 0);
        let mut longest = self.longest;
        while kills < wanted {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let mut child = process::Command::new(cargo_bin("twinix"))
                .args(self.words("killed.db"))
                .current_dir(self.folder.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            thread::sleep(Duration::from_millis(50 + state % longest));
            let ended = child.try_wait().unwrap();
            assert_eq!(ended, None, "it has no end by itself");
            child.kill().unwrap();
            child.wait().unwrap();
            let now = progress(&file(self, "killed.db"));
            kills += u64::from(now.is_some());
            let advanced = now.is_some_and(|now| now > before);
            advances += u64::from(advanced);
            before = now.unwrap_or(before);
            // A reduction that was killed begins anew: on a machine that is slower today none might ever come to its end.
            longest = if advanced {
                self.longest
            } else {
                longest + self.longest / 4
            };
        }
        let items = "SELECT count(*) FROM items";
        let done = count(&file(self, "killed.db"), items);
        println!(
            "{kills} kills of a running campaign, {advances} after progress, the last at {done} programs"
        );
        assert!(advances >= wanted / 4, "{advances} of {kills}");
        let programs = u64::try_from(done).unwrap() + self.rest;
        for db in ["killed.db", "whole.db"] {
            let mut command = Command::cargo_bin("twinix").unwrap();
            command.current_dir(self.folder.path()).args(self.words(db));
            command.args(["--programs", &programs.to_string()]);
            command.assert().code(i32::from(self.diverges));
        }
        let (killed, whole) = (file(self, "killed.db"), file(self, "whole.db"));
        assert_eq!(count(&whole, items), i64::try_from(programs).unwrap());
        let found = |table: &str| count(&whole, &format!("SELECT count(*) FROM {table}")) > 0;
        assert_eq!(found("buckets"), self.diverges);
        assert_eq!(found("reduced"), self.diverges);
        assert!(found("features"));
        let left = "SELECT count(*) FROM divergences WHERE bucket IS NULL";
        assert_eq!(count(&whole, left), 0);
        assert_same(&content(&killed), &content(&whole));
        let answers = "SELECT * FROM answers ORDER BY 1";
        assert_same(&rows(&killed, answers), &rows(&whole, answers));
    }
}

/// How far a campaign is: none where it has not begun.
fn progress(db: &Path) -> Option<i64> {
    let db = Connection::open(db).ok()?;
    let begun: i64 = db
        .query_row("SELECT count(*) FROM campaign", [], |row| row.get(0))
        .ok()?;
    let far = "SELECT (SELECT count(*) FROM items) + (SELECT count(bucket) FROM divergences)";
    (begun > 0).then(|| db.query_row(far, [], |row| row.get(0)).unwrap())
}

fn wanted() -> u64 {
    env::var("TWINIX_KILLS").map_or(4, |kills| kills.parse().unwrap())
}

#[test]
fn a_campaign_that_is_killed_again_and_again_finds_what_one_run_finds() {
    let twinix = cargo_bin("twinix").display().to_string();
    let subject = format!("'{twinix}' eval --dialect 2.3 {{flags}} {{file}}");
    let words = [
        "--subject",
        &subject,
        "--oracle",
        "rust",
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
    ];
    Campaign::of(&words, 20, 7000).is_killed(wanted());
}

#[test]
fn a_campaign_between_releases_that_is_killed_finds_what_one_run_finds() {
    if lacks([Dialect::V2_8, Dialect::V2_34]) {
        return;
    }
    let words = [
        "--subject",
        "2.8",
        "--oracle",
        "2.34",
        "--epoch",
        "4",
        "--confirm",
        "1",
        "--reduce-first",
        "1",
        "--candidates",
        "60",
        "--timeout",
        "60",
    ];
    Campaign::of(&words, 60, 7000).is_killed(wanted());
}

/// With what is not counted, as users have it, but with time enough beside other tests: what is late in one of the two
/// campaigns only is another row.
#[test]
fn a_campaign_of_our_machine_that_is_killed_finds_what_one_run_finds() {
    if lacks([Dialect::V2_3, Dialect::V2_34]) {
        return;
    }
    let words = [
        "--oracle",
        "2.3",
        "--oracle",
        "2.34",
        "--epoch",
        "32",
        "--timeout",
        "20",
    ];
    let mut campaign = Campaign::of(&words, 400, 2000);
    campaign.diverges = false;
    campaign.is_killed(wanted());
}

fn lacks(releases: [Dialect; 2]) -> bool {
    let (_, missing) = discover().select(&releases);
    if !missing.is_empty() {
        println!("skipped: not all of {releases:?} are installed");
    }
    !missing.is_empty()
}
