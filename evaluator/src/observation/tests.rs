//! What programs are seen to do.

use super::{Ending, Feature, Hits, Kind, Opcode, Subject};
use crate::builtins::registered;
use crate::io::MemoryIo;
use crate::job::{Input, Job, observe};
use crate::limits::Limits;
use crate::state::Settings;
use std::collections::{BTreeMap, BTreeSet};

fn job(program: &str, settings: Settings) -> Job {
    Job {
        settings,
        ..Job::of(Input::Expression(program.as_bytes().to_vec()))
    }
}

fn observed() -> Settings {
    Settings {
        observe: true,
        ..Settings::default()
    }
}

fn hits_with(program: &str, settings: Settings) -> Hits {
    let job = job(program, settings);
    let observed = observe(&job, Box::new(MemoryIo::default()), Box::new(|_| {}));
    observed.hits.expect("the settings ask for hits")
}

fn hits(program: &str) -> Hits {
    hits_with(program, observed())
}

/// How often the features that begin with `prefix` occurred.
fn of(hits: &Hits, prefix: &str) -> BTreeMap<String, u64> {
    hits.iter()
        .map(|(feature, count)| (feature.to_string(), count))
        .filter(|(text, _)| text.starts_with(prefix))
        .collect()
}

#[track_caller]
fn assert_hits(program: &str, prefix: &str, expected: &[(&str, u64)]) {
    let expected = expected
        .iter()
        .map(|&(text, count)| (text.to_owned(), count))
        .collect();
    assert_eq!(of(&hits(program), prefix), expected, "{program}");
}

#[test]
fn nothing_is_counted_unasked() {
    let job = job("1 + 2", Settings::default());
    let done = observe(&job, Box::new(MemoryIo::default()), Box::new(|_| {}));
    assert!(done.hits.is_none());
}

#[test]
fn operators_are_told_apart_by_operands() {
    assert_hits(
        "let f = a: b: a + b; in [ (f 1 2) (f 3 4) (f 1 2.0) ]",
        "Add ",
        &[("Add int int: value", 2), ("Add int float: value", 1)],
    );
    assert_hits(
        "let f = a: b: a + b; in f 1 { }",
        "Add ",
        &[("Add int empty-set: error", 1)],
    );
    assert_hits(
        "{ a = 1; } // { }",
        "UpdateReversed ",
        &[("UpdateReversed empty-set set: value", 1)],
    );
}

#[test]
fn purposes_are_told_apart() {
    let both = hits("if true && false then 1 else 2");
    let jumps = of(&both, "JumpIfFalse");
    assert!(
        jumps.keys().any(|text| text.starts_with("JumpIfFalse(if)")),
        "{jumps:?}"
    );
    assert!(
        both.iter()
            .any(|(feature, _)| feature.purpose() == "&&-left"),
        "{both:?}"
    );
}

#[test]
fn builtins_are_told_apart_by_arguments_and_endings() {
    assert_hits(
        "builtins.length [ 1 ]",
        "builtins.length",
        &[("builtins.length list: value", 1)],
    );
    assert_hits(
        "builtins.length 1",
        "builtins.length",
        &[("builtins.length int: error", 1)],
    );
    assert_hits(
        "builtins.length (throw \"\")",
        "builtins.",
        &[
            ("builtins.length lazy: passed", 1),
            ("builtins.throw string: error", 1),
        ],
    );
}

#[test]
fn generators_end_when_their_frames_do() {
    assert_hits(
        "builtins.map (x: x + 1) [ 1 2 ]",
        "builtins.map",
        &[("builtins.map function list: value", 1)],
    );
    assert_hits(
        "(builtins.tryEval (builtins.length (throw \"\"))).success",
        "builtins.",
        &[
            ("builtins.length lazy: passed", 1),
            ("builtins.throw string: error", 1),
            ("builtins.tryEval lazy: value", 1),
        ],
    );
    assert_hits(
        "builtins.sort (a: b: throw \"\") [ 1 2 ]",
        "builtins.",
        &[
            ("builtins.sort function list: passed", 1),
            ("builtins.throw string: error", 1),
        ],
    );
}

#[test]
fn folds_and_what_they_call_are_seen() {
    let program = "builtins.foldl' builtins.add 0 [ 1 2 3 ]";
    assert_hits(
        program,
        "builtins.",
        &[
            ("builtins.add int int: value", 3),
            ("builtins.foldl' > builtins.add", 3),
            ("builtins.foldl' builtin int list: value", 1),
        ],
    );
    assert_hits(program, "Call >", &[("Call > builtins.foldl'", 1)]);
    // What fails without a frame of its own is not the fold's failure.
    assert_hits(
        "builtins.foldl' builtins.add 0 [ [ ] ]",
        "builtins.add",
        &[("builtins.add int empty-list: error", 1)],
    );
}

#[test]
fn limits_count_as_no_ending() {
    let settings = Settings {
        limits: Limits {
            fuel: Some(3000),
            ..Limits::default()
        },
        ..observed()
    };
    let hits = hits_with("builtins.length (let f = n: f (n + 1); in f 0)", settings);
    assert!(!hits.is_empty());
    assert_eq!(of(&hits, "builtins.length"), BTreeMap::new());
}

#[test]
fn every_opcode_and_every_builtin_has_a_name_of_its_own() {
    let opcodes: BTreeSet<&str> = Opcode::ALL.iter().map(|opcode| opcode.name()).collect();
    assert_eq!(opcodes.len(), Opcode::ALL.len());
    assert!(Opcode::ALL.len() <= 64, "six bits hold an opcode");
    let kinds: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(kinds.len(), Kind::ALL.len());
    let names = registered()
        .map(|builtin| builtin.name)
        .collect::<BTreeSet<_>>();
    for name in &names {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'\'' || byte == b'_';
        assert!(name.bytes().all(plain), "{name}");
    }
    insta::assert_snapshot!(
        "names",
        format!(
            "opcodes: {}\n\nkinds: {}\n\nbuiltins: {}",
            opcodes.into_iter().collect::<Vec<_>>().join(" "),
            kinds.into_iter().collect::<Vec<_>>().join(" "),
            names.into_iter().collect::<Vec<_>>().join(" ")
        )
    );
}

#[test]
fn features_keep_what_they_are_made_of() {
    let hits = hits("builtins.map (x: x + 1.5) [ 1 ] ++ [ (builtins.add 1 2) ]");
    let mut ids = BTreeSet::new();
    for (feature, count) in hits.iter() {
        assert!(count > 0);
        assert!(ids.insert(feature.id()), "{feature} has the id of another");
        assert_eq!(feature.caller().is_some(), feature.ending().is_none());
    }
    let found = hits
        .iter()
        .find(|(feature, _)| feature.to_string() == "Add int float: value");
    let (feature, _) = found.expect("the function adds");
    assert_eq!(feature.subject(), Subject::Opcode(Opcode::Add));
    assert_eq!(
        feature.kinds().collect::<Vec<_>>(),
        [Kind::Int, Kind::Float]
    );
    assert_eq!(feature.ending(), Some(Ending::Value));
}

#[test]
fn ids_do_not_change() {
    let hits = hits("1 + 2");
    let id = |text: &str| {
        let mut all = hits.iter().map(|(feature, _)| feature);
        let found = all.find(|feature| feature.to_string() == text);
        found.map(Feature::id)
    };
    // FNV-1a with 64 bits of these very bytes.
    assert_eq!(id("Add int int: value"), Some(15_586_367_368_574_060_003));
}

#[test]
fn hits_add_up() {
    let mut all = hits("1 + 2");
    let first = all.len();
    assert_eq!(all.absorb(&hits("1 + 2")), 0);
    assert_eq!(all.len(), first);
    assert!(all.absorb(&hits("1.5 + 2")) > 0);
    let add = all
        .sorted()
        .into_iter()
        .find(|(feature, _)| feature.to_string() == "Add int int: value");
    assert_eq!(add.map(|(_, count)| count), Some(2));
}
