//! What holds of servers: they say what a fresh process says, to the byte, whatever programs did before.
//! Where an oracle is missing, a test says so and passes.
//!
//! `TWINIX_SNAPSHOT_ALL=1 cargo nextest run -p twinix-oracle --test snapshot corpus` compares all programs
//! of the corpus instead of a few.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "clippy does not see helpers of tests as tests"
)]

use std::{
    collections::BTreeMap,
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::LazyLock,
    time::Duration,
};

use rayon::prelude::*;
use rustix::process::{Pid, Signal, kill_process_group};
use tempfile::TempDir;
use twinix_oracle::{
    Dialect, Evaluator, Program, Settings,
    discover::{Found, discover},
    outcome::{Answer, Limit},
    program::Delivery,
    sandbox,
    settings::{Limits, Mode},
    snapshot::Snapshot,
};

static FOUND: LazyLock<Found> = LazyLock::new(discover);

/// Servers of the installed oracles, one for each dialect; says which are missing.
fn snapshots(test: &str) -> Vec<Snapshot> {
    let (oracles, missing) = FOUND.select(&Dialect::ALL);
    for dialect in missing {
        println!(
            "{test}: skipped for {dialect}: no such oracle is installed (`twinix oracle install {dialect}`)"
        );
    }
    let snapshots: Vec<Snapshot> = oracles
        .into_iter()
        .map(|oracle| Snapshot::new(oracle.clone(), 2))
        .collect();
    if let Some(why) = snapshots.iter().find_map(Snapshot::unavailable) {
        println!("{test}: skipped: {why}");
        return Vec::new();
    }
    snapshots
}

/// Holds a server against a fresh process.
fn compare(snapshot: &Snapshot, program: &Program, settings: &Settings) {
    let fast = snapshot.evaluate_verbatim(program, settings).unwrap();
    let slow = snapshot
        .fresh()
        .evaluate_verbatim(program, settings)
        .unwrap();
    // 2.3 prints where a position is in memory in two messages, which is another place each time; curl
    // says how long it took.
    if [", at 0x", " over proxy ", "Failed to connect to "]
        .iter()
        .any(|it| slow.1.stderr.contains(it))
    {
        return;
    }
    // How much is printed before the native stack ends depends on what lies at its beginning.
    if slow.1.stderr.contains("stack overflow (possible") {
        assert_eq!(fast.0, slow.0);
        return;
    }
    assert_eq!(
        fast,
        slow,
        "{} ({:?}) in {}",
        program.name(),
        settings.mode,
        snapshot.name()
    );
}

/// Asserts that a server answered, and no other process.
fn assert_served(snapshot: &Snapshot) {
    let counters = snapshot.counters();
    assert!(
        counters.served > 0 && counters.fallbacks == 0,
        "{}: {counters}, {:?}",
        snapshot.name(),
        snapshot.trouble()
    );
}

fn programs_below(folder: &Path, programs: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            programs_below(&path, programs);
        } else if path.extension().is_some_and(|extension| extension == "nix") {
            programs.push(path);
        }
    }
}

#[test]
fn the_corpus_prints_what_it_prints_in_a_fresh_process() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus/seeds");
    let mut files = Vec::new();
    programs_below(&corpus, &mut files);
    let step = if env::var_os("TWINIX_SNAPSHOT_ALL").is_some() {
        1
    } else {
        101
    };
    let modes = [
        Mode::Strict,
        Mode::Lazy,
        Mode::Json,
        Mode::Xml,
        Mode::Parse,
        Mode::Canonical,
    ];
    for snapshot in snapshots("corpus") {
        files.par_iter().step_by(step).for_each(|file| {
            let text = fs::read(file).unwrap();
            // As good as any other way to spread the modes over the programs.
            let choice = text.len();
            let delivery = [Delivery::File, Delivery::File, Delivery::Stdin][choice % 3];
            let settings = Settings {
                mode: modes[choice / 3 % modes.len()],
                ..Settings::default()
            };
            let name = file.strip_prefix(&corpus).unwrap().display().to_string();
            let program = Program::text(name, text).delivered(delivery);
            compare(&snapshot, &program, &settings);
        });
        println!("{}: {}", snapshot.name(), snapshot.counters());
        assert_served(&snapshot);
    }
}

#[test]
fn whether_an_error_is_caught_is_asked_of_a_server_too() {
    for snapshot in snapshots("caught") {
        for text in [
            "throw \"x\"",
            "abort \"x\"",
            "assert false; 1",
            "throw (toString ./x)",
            "import ./missing.nix",
        ] {
            let program = Program::text("p", text);
            compare(&snapshot, &program, &Settings::default());
        }
        assert_served(&snapshot);
    }
}

#[test]
fn files_of_one_program_are_gone_in_the_next() {
    for snapshot in snapshots("siblings") {
        let settings = Settings::default();
        let text = "[ (import ./a/b/c.nix) (builtins.attrNames (builtins.readDir ./.)) ]";
        let alone = Program::text("alone", text);
        let with = alone.clone().with_sibling("a/b/c.nix", "42").unwrap();
        let listing = Program::text("listing", "builtins.readDir ./.");
        for program in [&alone, &with, &alone, &listing, &with] {
            compare(&snapshot, program, &settings);
        }
        let value = snapshot.evaluate(&with, &settings).unwrap().answer;
        assert_eq!(
            value,
            Answer::Value("[ 42 [ \"a\" \"program.nix\" ] ]".to_owned())
        );
        assert_served(&snapshot);
    }
}

#[test]
fn flags_features_and_environment_are_those_of_the_settings() {
    for snapshot in snapshots("settings") {
        let settings = Settings {
            features: vec!["pipe-operators".to_owned(), "pipe-operator".to_owned()],
            flags: ["--arg", "x", "40", "-A", "a"].map(str::to_owned).to_vec(),
            environment: BTreeMap::from([("X".to_owned(), "y".to_owned())]),
            ..Settings::default()
        };
        let program = Program::text(
            "p",
            "{ x }: { a = [ x (builtins.getEnv \"X\") (builtins.getEnv \"LD_PRELOAD\") ]; }",
        );
        compare(&snapshot, &program, &settings);
        let piped = Program::text("piped", "{ x }: { a = x |> (y: y + 2); }");
        compare(&snapshot, &piped, &settings);
        assert_served(&snapshot);
    }
}

#[test]
fn flags_that_are_not_known_are_left_to_a_fresh_process() {
    for snapshot in snapshots("usage") {
        let settings = Settings {
            flags: vec!["--frobnicate".to_owned()],
            ..Settings::default()
        };
        compare(&snapshot, &Program::text("p", "1"), &settings);
        compare(&snapshot, &Program::text("p", "1"), &settings);
        assert_eq!(snapshot.counters().starts, 1);
    }
}

#[test]
fn an_overflow_of_the_stack_costs_no_process() {
    for snapshot in snapshots("stack") {
        let settings = Settings::default();
        for text in [
            "let f = n: 1 + f (n + 1); in f 0",
            "let a = a; in a",
            "let f = n: 1 + f (n + 1); in f 0",
            "1",
        ] {
            compare(&snapshot, &Program::text("p", text), &settings);
        }
        let counters = snapshot.counters();
        assert_eq!(counters.restarts, 0, "{}: {counters}", snapshot.name());
        assert_eq!(counters.reforks, Default::default());
        assert_served(&snapshot);
    }
}

#[test]
fn a_program_that_never_ends_is_stopped_and_the_next_is_served() {
    let settings = Settings {
        limits: Limits {
            time: Duration::from_secs(2),
            ..Limits::default()
        },
        ..Settings::default()
    };
    let endless = Program::text(
        "endless",
        "builtins.genericClosure { startSet = [ { key = 0; } ]; operator = x: [ { key = x.key + 1; } ]; }",
    );
    for snapshot in snapshots("time") {
        let answer = snapshot.evaluate(&endless, &settings).unwrap().answer;
        assert_eq!(answer, Answer::Resource(Limit::Time), "{}", snapshot.name());
        let next = snapshot.evaluate(&Program::text("next", "1 + 1"), &settings);
        assert_eq!(next.unwrap().answer, Answer::Value("2".to_owned()));
        let counters = snapshot.counters();
        assert_eq!(
            (counters.reforks.time, counters.starts, counters.restarts),
            (1, 1, 0),
            "{counters}"
        );
    }
}

#[test]
fn limits_on_output_and_memory_hold() {
    for snapshot in snapshots("limits") {
        let limited = |limits| Settings {
            limits,
            ..Settings::default()
        };
        let output = limited(Limits {
            output: 20_000,
            ..Limits::default()
        });
        let memory = limited(Limits {
            memory: 1 << 30,
            ..Limits::default()
        });
        let long = Program::text("long", "builtins.genList (x: x) 20000");
        let large = Program::text("large", "builtins.genList (x: x) 1000000000");
        for (program, settings, limit) in [
            (&long, &output, Limit::Output),
            (&large, &memory, Limit::Memory),
            (&long, &output, Limit::Output),
        ] {
            let answer = snapshot.evaluate(program, settings).unwrap().answer;
            assert_eq!(answer, Answer::Resource(limit), "{}", snapshot.name());
            let one = snapshot.evaluate(&Program::text("one", "1"), settings);
            assert_eq!(one.unwrap().answer, Answer::Value("1".to_owned()));
        }
        assert_served(&snapshot);
    }
}

/// The processes that this one started.
fn children() -> Vec<Pid> {
    let is_ours = |status: &str| {
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"));
        parent.and_then(|pid| pid.trim().parse().ok()) == Some(std::process::id())
    };
    fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| {
            let pid: i32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
            if is_ours(&status) {
                Pid::from_raw(pid)
            } else {
                None
            }
        })
        .collect()
}

#[test]
fn a_server_that_was_killed_is_replaced() {
    for snapshot in snapshots("killed") {
        let settings = Settings::default();
        compare(&snapshot, &Program::text("before", "1"), &settings);
        for child in children() {
            // Each leads the group of both processes of a server.
            kill_process_group(child, Signal::KILL).unwrap();
        }
        compare(&snapshot, &Program::text("after", "2"), &settings);
        let counters = snapshot.counters();
        assert_eq!(
            (counters.restarts, counters.starts),
            (1, 2),
            "{}: {counters}",
            snapshot.name()
        );
        assert_served(&snapshot);
    }
}

#[test]
fn what_a_program_left_behind_is_not_met_by_the_next() {
    for snapshot in snapshots("taint") {
        let settings = Settings {
            flags: vec!["--read-write-mode".to_owned()],
            ..Settings::default()
        };
        // It starts threads, and keeps what it knows on disk.
        let fetch = "builtins.tryEval (builtins.fetchurl \"http://127.0.0.1:9/x\")";
        let store = "builtins.readFile (builtins.toFile \"x\" \"y\")";
        for text in [fetch, store, "1", fetch, store] {
            compare(&snapshot, &Program::text("p", text), &settings);
        }
    }
}

#[test]
fn threads_share_servers() {
    for snapshot in snapshots("threads") {
        let settings = Settings::default();
        (0..200).into_par_iter().for_each(|n| {
            let program = Program::text("p", format!("{n} + {n}"));
            let answer = snapshot.evaluate(&program, &settings).unwrap().answer;
            assert_eq!(answer, Answer::Value((n + n).to_string()));
        });
        let counters = snapshot.counters();
        assert!(
            counters.served == 200 && counters.starts <= 2,
            "{}: {counters}",
            snapshot.name()
        );
    }
}

#[test]
fn a_program_does_not_break_out() {
    if let Some(why) = sandbox::refusal() {
        println!("break-out: skipped: {why}");
        return;
    }
    let folder = TempDir::new().unwrap();
    let secret = folder.path().join("secret.nix");
    fs::write(&secret, "\"the secret\"").unwrap();
    let secret = secret.display();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let attempts = [
        format!("import {secret}"),
        format!("builtins.readFile {secret}"),
        format!("builtins.readFile \"/pwd/../{secret}\""),
        format!("builtins.readFile \"/oracle/../../../..{secret}\""),
        format!("builtins.fetchurl file://{secret}"),
        format!("builtins.readFile (builtins.path {{ path = {secret}; }})"),
        format!(
            "builtins.filterSource (p: t: true) {}",
            folder.path().display()
        ),
        format!("builtins.fetchGit {}", folder.path().display()),
        "builtins.readDir /.".to_owned(),
        "builtins.readDir /proc".to_owned(),
        "builtins.readDir /proc/self".to_owned(),
        "builtins.readFile /proc/self/environ".to_owned(),
        "builtins.readFile /proc/1/cmdline".to_owned(),
        "builtins.readFile /proc/self/root/etc/passwd".to_owned(),
        "builtins.readFile /proc/self/fd/197/1/cmdline".to_owned(),
        "builtins.readFile /dev/fd/197/1/cmdline".to_owned(),
        "builtins.readFile /etc/passwd".to_owned(),
        "builtins.readDir /tmp".to_owned(),
        format!("builtins.fetchurl \"http://127.0.0.1:{port}/x\""),
        format!("builtins.fetchTarball \"http://127.0.0.1:{port}/x\""),
        "builtins.exec [ \"/bin/sh\" \"-c\" \"echo 1\" ]".to_owned(),
    ];
    let settings = Settings {
        // Nothing but the missing network is in the way.
        environment: BTreeMap::from([("no_proxy".to_owned(), "*".to_owned())]),
        ..Settings::default()
    };
    // Where derivations are instantiated there are `git` and `tar`, and a store to write to.
    let instantiating = Settings {
        mode: Mode::Instantiate,
        ..settings.clone()
    };
    // With a flag that nobody sets here a program can start others, which is the most that it can do.
    let starting = Settings {
        flags: [
            "--option",
            "allow-unsafe-native-code-during-evaluation",
            "true",
        ]
        .map(str::to_owned)
        .to_vec(),
        ..instantiating.clone()
    };
    let writing = format!(
        "builtins.exec [ \"/bin/sh\" \"-c\" ''
          for place in /pwd /pwd/program.nix /oracle /usr /bin /etc /dev / {}; do
            for file in $place $place/w; do
              if (echo x > $file) 2> /dev/null; then echo \"throw \\\"wrote to $file\\\"\"; exit; fi
            done
          done
          (echo x > /scratch/w) 2> /dev/null && echo '\"only there\"'
        '' ]",
        folder.path().display()
    );
    for snapshot in snapshots("break-out") {
        let instantiated = |text: &str, settings: &Settings| {
            let program = format!(
                "derivation {{ name = \"x\"; system = \"s\"; \
                 builder = builtins.unsafeDiscardStringContext (builtins.toJSON ({text})); }}"
            );
            let program = Program::text("p", program);
            let outcome = snapshot.fresh().evaluate(&program, settings);
            outcome.unwrap().answer
        };
        // What does not try to break out is not refused.
        for (text, settings) in [
            ("builtins.readFile /pwd/program.nix", &instantiating),
            (&writing, &starting),
        ] {
            let answer = instantiated(text, settings);
            assert!(
                matches!(answer, Answer::Value(_)),
                "{}, instantiating: {text}: {answer:?}",
                snapshot.name()
            );
        }
        for text in &attempts {
            let answer = instantiated(text, &instantiating);
            assert!(
                matches!(answer, Answer::Error(_)),
                "{}, instantiating: {text}: {answer:?}",
                snapshot.name()
            );
        }
        let evaluators: [&dyn Evaluator; 2] = [&snapshot, snapshot.fresh()];
        for text in &attempts {
            for evaluator in evaluators {
                let outcome = evaluator.evaluate(&Program::text("p", text.as_str()), &settings);
                let answer = outcome.unwrap().answer;
                assert!(
                    matches!(answer, Answer::Error(_)),
                    "{}: {text}: {answer:?}",
                    snapshot.name()
                );
            }
        }
        assert!(listener.accept().is_err(), "{}", snapshot.name());
    }
}
