//! What the reducer promises, with predicates that need no evaluator.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use proptest::prelude::*;
use rnix::{Root, SyntaxKind};
use twinix_reducer::{CannotReduce, End, Interesting, Options, Source, passes, printer, reduce};

/// A predicate on the text of the program.
struct Holds<F>(F);

impl<F: Fn(&Source) -> bool + Sync> Interesting for Holds<F> {
    fn test(&self, candidates: &[Source]) -> Vec<bool> {
        candidates.iter().map(&self.0).collect()
    }
}

fn text(source: &Source) -> &str {
    std::str::from_utf8(&source.text).unwrap()
}

/// Whether the program has a token of this kind and no syntax error.
fn has(kind: SyntaxKind) -> impl Fn(&Source) -> bool + Sync + Copy {
    move |source| {
        let parsed = Root::parse(text(source));
        parsed.errors().is_empty()
            && parsed
                .syntax()
                .descendants_with_tokens()
                .any(|part| part.kind() == kind)
    }
}

fn contains(source: &Source, part: &[u8]) -> bool {
    source.text.windows(part.len()).any(|it| it == part)
}

fn reduced(program: &Source, holds: impl Fn(&Source) -> bool + Sync) -> Source {
    let done = reduce(program, &Holds(holds), &Options::default(), &()).unwrap();
    assert_eq!(done.end, End::FixedPoint);
    done.source
}

fn reduced_text(program: &str, holds: impl Fn(&str) -> bool + Sync) -> String {
    let source = reduced(&Source::new(program), |source| holds(text(source)));
    text(&source).to_owned()
}

const PROGRAM: &str = r#"
# A program with a bit of everything.
let
  inherit (builtins) map length;
  helper = { name ? "x", value, ... }@args: rec {
    inherit name;
    list = map (x: x + 1) [ 1 2 3 value ];
    nested.deep = if value > 3 then list else throw "too small: ${toString value}";
  };
  unused = with helper; assert true; ''
    indented ${unused.a or "text"}
  '';
in
  { a = helper { value = 5; }; } // { b = length (helper { value = 1; }).list; c = ./some/path; d = 1.50e3; }
"#;

#[test]
fn a_node_is_found_in_a_large_program() {
    for (kind, expected) in [
        (SyntaxKind::TOKEN_UPDATE, "0 // 0"),
        (SyntaxKind::NODE_WITH, "with 0; 0"),
        (SyntaxKind::NODE_ASSERT, "assert 0; 0"),
        (SyntaxKind::NODE_IF_ELSE, "if 0 then 0 else 0"),
        (SyntaxKind::NODE_LIST, "[ ]"),
        (SyntaxKind::NODE_LAMBDA, "a: 0"),
        (SyntaxKind::NODE_PATTERN, "{ }: 0"),
        (SyntaxKind::NODE_PAT_BIND, "{ }@a: 0"),
        (SyntaxKind::TOKEN_ELLIPSIS, "{ ... }: 0"),
        (SyntaxKind::TOKEN_REC, "rec { }"),
        (SyntaxKind::NODE_INTERPOL, "\"${0}\""),
        (SyntaxKind::NODE_PATH_REL, "./."),
        (SyntaxKind::TOKEN_FLOAT, "0."),
        (SyntaxKind::TOKEN_OR, "\"\".a or 0"),
        (SyntaxKind::NODE_LET_IN, "let in 0"),
    ] {
        let source = reduced(&Source::new(PROGRAM), has(kind));
        assert_eq!(text(&source), expected, "{kind:?}");
    }
}

#[test]
fn what_is_called_is_put_where_it_is_used() {
    let holds = |text: &str| text.contains("seven") && !text.contains("eight");
    assert_eq!(
        reduced_text("let f = x: x + seven; in f (f 1)", holds),
        "seven"
    );
}

#[test]
fn texts_in_strings_are_shortened_by_their_own_grammar() {
    assert_eq!(
        reduced_text(
            r#"builtins.fromJSON "{\"a\": [1, 2, {\"b\": \"text\"}], \"c\": 1.0e5}""#,
            |text| Root::parse(text).errors().is_empty() && text.contains("1.0e5")
        ),
        r#""1.0e5""#
    );
    assert_eq!(
        reduced_text(r#"builtins.match "(a|[b-c]+)d*(e{2,3})" "abc""#, |text| {
            Root::parse(text).errors().is_empty() && text.contains('{') && text.contains('}')
        }),
        "{ }"
    );
}

#[test]
fn numbers_are_made_as_short_as_they_can_be() {
    let is_large = |text: &str| text.parse::<i64>().is_ok_and(|number| number >= 5_000);
    assert_eq!(reduced_text("9223372036854775807", is_large).len(), 4);
}

#[test]
fn the_program_has_to_be_interesting_and_the_empty_one_not() {
    let reduce = |holds: fn(&Source) -> bool| {
        reduce(
            &Source::new("1 + 1"),
            &Holds(holds),
            &Options::default(),
            &(),
        )
    };
    assert_eq!(reduce(|_| false).unwrap_err(), CannotReduce::NotInteresting);
    assert_eq!(
        reduce(|_| true).unwrap_err(),
        CannotReduce::EmptyIsInteresting
    );
}

#[test]
fn a_limit_gives_the_best_so_far() {
    let interesting = Holds(has(SyntaxKind::TOKEN_UPDATE));
    let of = |options| reduce(&Source::new(PROGRAM), &interesting, &options, &()).unwrap();
    let stopped = of(Options {
        tests: Some(10),
        ..Options::default()
    });
    assert_eq!(stopped.end, End::Tests);
    assert!(has(SyntaxKind::TOKEN_UPDATE)(&stopped.source));
    let late = of(Options {
        time: Some(Duration::ZERO),
        ..Options::default()
    });
    assert_eq!((late.end, late.source.size()), (End::Time, PROGRAM.len()));
}

#[test]
fn an_end_in_the_middle_gives_the_best_so_far() {
    /// Has time for so many batches.
    struct Slow {
        batches: AtomicUsize,
        sleeps_at: usize,
    }
    impl Interesting for Slow {
        fn test(&self, candidates: &[Source]) -> Vec<bool> {
            if self.batches.fetch_add(1, Ordering::Relaxed) == self.sleeps_at {
                thread::sleep(LIMIT);
            }
            candidates
                .iter()
                .map(has(SyntaxKind::TOKEN_UPDATE))
                .collect()
        }
        fn confirm(&self, candidate: &Source) -> bool {
            has(SyntaxKind::TOKEN_UPDATE)(candidate)
        }
    }
    const LIMIT: Duration = Duration::from_secs(2);
    static STOPPED: AtomicBool = AtomicBool::new(false);
    let of = |sleeps_at, options| {
        let interesting = Slow {
            batches: AtomicUsize::new(0),
            sleeps_at,
        };
        reduce(&Source::new(PROGRAM), &interesting, &options, &()).unwrap()
    };
    let small = of(usize::MAX, Options::default());
    let late = of(
        4,
        Options {
            time: Some(LIMIT),
            batch: 2,
            ..Options::default()
        },
    );
    assert_eq!(late.end, End::Time);
    assert!(has(SyntaxKind::TOKEN_UPDATE)(&late.source));
    let size = late.source.size();
    assert!(small.source.size() < size && size < PROGRAM.len(), "{size}");
    STOPPED.store(true, Ordering::Relaxed);
    let stopped = of(
        usize::MAX,
        Options {
            stops: Some(|| STOPPED.load(Ordering::Relaxed)),
            ..Options::default()
        },
    );
    let whole = PROGRAM.len();
    assert_eq!((stopped.end, stopped.source.size()), (End::Stopped, whole));
}

#[test]
fn what_is_not_confirmed_is_taken_back() {
    /// Finds everything interesting that has a `//`, but confirms only what is long.
    struct Doubtful;
    impl Interesting for Doubtful {
        fn test(&self, candidates: &[Source]) -> Vec<bool> {
            candidates
                .iter()
                .map(has(SyntaxKind::TOKEN_UPDATE))
                .collect()
        }
        fn confirm(&self, candidate: &Source) -> bool {
            candidate.text.len() > 20
        }
    }
    let done = reduce(&Source::new(PROGRAM), &Doubtful, &Options::default(), &()).unwrap();
    assert!(done.taken_back > 0 && done.source.text.len() > 20);
}

#[test]
fn files_are_merged_into_the_program_or_dropped() {
    let mut program = Source::new("{ a = (import ./lib/x.nix).value; b = import ./y.nix; }");
    let mut file = |path: &str, text: &str| {
        program
            .files
            .insert(PathBuf::from(path), text.as_bytes().to_vec());
    };
    file("lib/x.nix", "{ value = { } // import ../y.nix; }");
    file("y.nix", "{ z = 1; }");
    file("unused.json", "{\"a\": 1}");
    /// Whether it is in the program or a file that is reached from there.
    fn reaches(source: &Source, text: &[u8], depth: usize) -> bool {
        let text = String::from_utf8_lossy(text);
        text.contains("//")
            || source.files.iter().any(|(path, content)| {
                let name = path.file_name().unwrap().to_string_lossy();
                let is_read = text.contains("import") && text.contains(&format!("/{name}"));
                depth < 4 && is_read && reaches(source, content, depth + 1)
            })
    }
    let holds = |source: &Source| reaches(source, &source.text, 0);
    let source = reduced(&program, holds);
    assert_eq!((text(&source), source.files.len()), ("0 // 0", 0));
}

#[test]
fn a_file_that_is_needed_stays_under_a_short_name() {
    let mut program = Source::new("builtins.readFile ./folder/data.json");
    program.files.insert(
        PathBuf::from("folder/data.json"),
        b"line one\nline two \xff\nline three".to_vec(),
    );
    let holds = |source: &Source| {
        source.files.iter().any(|(path, bytes)| {
            bytes.contains(&0xff) && text(source).contains(&path.display().to_string())
        })
    };
    let source = reduced(&program, holds);
    assert_eq!(
        (source.files.len(), source.files.get(Path::new("a.json"))),
        (1, Some(&vec![0xff]))
    );
}

/// Bytes that are not UTF-8 are read by C++ Nix like any others, so a program with some has a tree.
#[test]
fn what_is_not_utf8_is_reduced_by_its_tree() {
    let program = b"let f = { name ? \"\xC3\", ... }: [ name \"\xFF\xFE\" ]; /* \x80 */ in builtins.seq \"\xC3\xA9\xC3\" (f { } // 0)";
    let small = reduced(&Source::new(*program), |source| {
        contains(source, b"builtins.seq")
    });
    assert_eq!(small.text, b"builtins.seq");
    let small = reduced(&Source::new(*program), |source| {
        contains(source, b"\xFE") && contains(source, b"[")
    });
    assert_eq!(small.text, b"[ \"\xFE\" ]");
}

/// A string may have any number of them; and they may stand where no program has any.
#[test]
fn many_bytes_and_bytes_outside_of_strings_go_too() {
    let long = [&b"builtins.toJSON \""[..], &[0xFF; 3000], b"\""].concat();
    let small = reduced(&Source::new(long), |source| {
        contains(source, b"toJSON") && contains(source, b"\xFF")
    });
    assert_eq!(small.text, b"toJSON \"\xFF\"");
    let broken = [&b"[ \xFF ] ; "[..], &b"{ a = 1; } ".repeat(100)].concat();
    let small = reduced(&Source::new(broken), |source| contains(source, b"\xFF"));
    assert_eq!(small.text, b"\xFF");
}

/// A file is Nix where it is imported, whatever it is called.
#[test]
fn bytes_come_along_with_what_is_imported() {
    let mut program = Source::new("import ./data");
    program
        .files
        .insert("data".into(), b"[ \"\xC3\" ]".to_vec());
    let small = reduced(&program, |source| {
        let read = match source.text.as_slice() {
            b"import ./data" => source.files.values().next().unwrap_or(&source.text),
            _ => &source.text,
        };
        read.contains(&0xC3)
    });
    assert_eq!(
        (small.text.as_slice(), small.files.len()),
        (&b"\"\xC3\""[..], 0)
    );
}

/// Bytes that come together are a character, and go as one.
#[test]
fn what_becomes_utf8_is_read_anew() {
    let program = b"\"q\xC3y\xA9\"";
    let small = reduced(&Source::new(*program), |source| {
        let is_text = std::str::from_utf8(&source.text).is_ok_and(|text| text.contains('q'));
        is_text || source.text == program
    });
    assert_eq!(small.text, b"\"q\"");
}

#[test]
fn a_deep_program_is_no_problem() {
    let depth = 200;
    let program = format!("{}1 // 2{}", "[ (".repeat(depth), ") ]".repeat(depth));
    let interesting = Holds(has(SyntaxKind::TOKEN_UPDATE));
    let options = Options {
        tests: Some(200),
        ..Options::default()
    };
    let done = reduce(&Source::new(program), &interesting, &options, &()).unwrap();
    assert_eq!(text(&done.source), "0 // 0");
}

#[test]
fn the_table_names_each_pass_once_and_every_stage_has_one() {
    let mut names: Vec<&str> = passes::PASSES.iter().map(|pass| pass.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), passes::PASSES.len());
    for stage in passes::Stage::ORDER {
        assert!(passes::PASSES.iter().any(|pass| pass.stage == stage));
    }
    assert!(passes::PASSES.iter().all(|pass| !pass.about.is_empty()));
}

/// Programs of the corpus, a few of each area.
fn seeds() -> Vec<(PathBuf, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/seeds");
    let mut found = Vec::new();
    for area in fs::read_dir(folder).unwrap() {
        let mut files: Vec<PathBuf> = fs::read_dir(area.unwrap().path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|name| name == "nix") && path.is_file())
            .collect();
        files.sort();
        let step = (files.len() / 6).max(1);
        for file in files.into_iter().step_by(step) {
            if let Ok(text) = fs::read_to_string(&file) {
                found.push((file, text));
            }
        }
    }
    found
}

#[test]
fn the_printer_keeps_every_program_of_the_corpus() {
    let seeds = seeds();
    assert!(seeds.len() > 50);
    for (file, text) in seeds {
        if !Root::parse(&text).errors().is_empty() {
            continue;
        }
        let printed = printer::print(&text);
        let Some(printed) = printed else {
            panic!("{}: it cannot be printed", file.display());
        };
        assert_eq!(
            printer::print(&printed).as_deref(),
            Some(printed.as_str()),
            "{}",
            file.display()
        );
    }
}

#[test]
fn programs_of_the_corpus_are_reduced_to_a_fixed_point() {
    for (file, program) in seeds() {
        // The largest token that is a word is what the program has to keep.
        let parsed = Root::parse(&program);
        let word = parsed
            .syntax()
            .descendants_with_tokens()
            .filter_map(|part| part.into_token())
            .filter(|token| token.kind() == SyntaxKind::TOKEN_IDENT)
            .map(|token| token.text().to_owned())
            .max_by_key(String::len);
        let Some(word) = word else { continue };
        let holds = |source: &Source| text(source).contains(&word);
        let once = reduced(&Source::new(program.clone()), holds);
        assert!(holds(&once), "{}", file.display());
        assert!(once.size() <= program.len(), "{}", file.display());
        assert_eq!(reduced(&once, holds), once, "{}", file.display());
    }
}

/// Small programs, well-formed but with no care for what they mean.
fn program() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("1".to_owned()),
        Just("x".to_owned()),
        Just("null".to_owned()),
        Just("\"text ${x}\"".to_owned()),
        Just("builtins.length".to_owned()),
        Just("./a/b".to_owned()),
        Just("1.5".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) + ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) // ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("[ ({a}) ({b}) ]")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) ({b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("let x = {a}; y = x; in {b}")),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("rec {{ x = {a}; z.y = {b}; }}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("with {a}; {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("assert {a}; {b}")),
            (inner.clone(), inner.clone())
                .prop_map(|(a, b)| format!("({{ x, y ? {a}, ... }}@z: {b})")),
            inner.clone().prop_map(|a| format!("({a}).x.y or 1")),
            inner
                .clone()
                .prop_map(|a| format!("{{ inherit ({a}) x y; inherit z; }}")),
            inner.prop_map(|a| format!("if {a} ? x then -({a}) else !({a})")),
        ]
    })
}

const KINDS: [SyntaxKind; 8] = [
    SyntaxKind::TOKEN_UPDATE,
    SyntaxKind::TOKEN_INTEGER,
    SyntaxKind::NODE_LAMBDA,
    SyntaxKind::NODE_INHERIT,
    SyntaxKind::NODE_APPLY,
    SyntaxKind::NODE_INTERPOL,
    SyntaxKind::NODE_HAS_ATTR,
    SyntaxKind::NODE_SELECT,
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_result_is_interesting_simpler_and_reduced_for_good(
        program in program(),
        kind in proptest::sample::select(&KINDS[..]),
    ) {
        let source = Source::new(program);
        prop_assume!(has(kind)(&source));
        let once = reduced(&source, has(kind));
        prop_assert!(has(kind)(&once));
        prop_assert!(once.cost() <= source.cost());
        prop_assert_eq!(&reduced(&once, has(kind)), &once);
    }

    #[test]
    fn no_batch_size_finds_what_is_not_interesting(
        program in program(),
        batch in 1_usize..40,
    ) {
        let tests = AtomicUsize::new(0);
        let holds = |source: &Source| {
            tests.fetch_add(1, Ordering::Relaxed);
            has(SyntaxKind::TOKEN_UPDATE)(source)
        };
        let source = Source::new(program);
        prop_assume!(holds(&source));
        let options = Options { batch, ..Options::default() };
        let done = reduce(&source, &Holds(holds), &options, &()).unwrap();
        prop_assert_eq!(text(&done.source), "0 // 0");
        prop_assert!(tests.into_inner() < 5_000);
    }
}
