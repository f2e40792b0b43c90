//! Programs that are reduced while they evaluate to the same thing: what the reducer is for, with our
//! own evaluator in the place of subject and oracles.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use twinix_evaluator::{
    io::MemoryIo,
    job::{Input, Job, run},
    state::Settings,
};
use twinix_reducer::{Interesting, Options, Source, reduce};

/// What a program evaluates to, or the first words of its error.
fn outcome(source: &Source) -> String {
    let files = source.files.iter().map(|(path, content)| {
        let path = format!("/pwd/{}", path.display()).into_bytes();
        (path, content.clone())
    });
    let main = (b"/pwd/program.nix".to_vec(), source.text.clone());
    let job = Job {
        settings: Settings::default(),
        ..Job::of(Input::File(b"/pwd/program.nix".to_vec()))
    };
    let io = Box::new(MemoryIo::new(files.chain([main])));
    match run(&job, io, Box::new(|_| {})) {
        Ok(value) => String::from_utf8_lossy(&value).into_owned(),
        Err(failure) => {
            let message = String::from_utf8_lossy(&failure.message).into_owned();
            let words: Vec<&str> = message.split_whitespace().take(3).collect();
            format!("error: {}", words.join(" "))
        }
    }
}

struct Outcome(String);

impl Interesting for Outcome {
    fn test(&self, candidates: &[Source]) -> Vec<bool> {
        candidates
            .iter()
            .map(|candidate| outcome(candidate).contains(&self.0))
            .collect()
    }
}

fn reduced(program: &Source, wanted: &str) -> Source {
    let interesting = Outcome(wanted.to_owned());
    let once = reduce(program, &interesting, &Options::default(), &()).unwrap();
    let again = reduce(&once.source, &interesting, &Options::default(), &()).unwrap();
    assert_eq!(
        again.source, once.source,
        "reducing twice changes something"
    );
    once.source
}

fn text(program: &str, wanted: &str) -> String {
    let source = reduced(&Source::new(program), wanted);
    String::from_utf8(source.text).unwrap()
}

#[test]
fn functions_bindings_and_selections_are_unfolded() {
    assert_eq!(
        text(
            "let lib = rec { id = x: x; twice = f: x: f (f x); }; in
             with lib; { a = twice (y: y / zero) 1; zero = 0; }.a",
            "error: undefined variable"
        ),
        "a"
    );
    assert_eq!(
        text(
            "let inherit (builtins) foldl' genList; div = { by, ... }@args: args.n / by;
             in foldl' (a: b: a + div { n = b; by = 3 - b; }) 0 (genList (x: x) 6)",
            "error: division by zero"
        ),
        "0 / 0"
    );
    assert_eq!(
        text(
            "rec { fix = f: let x = f x; in x; value = fix (self: { a = self.b; b = self.a; }); }.value",
            "error: infinite recursion encountered"
        ),
        "let a = a; in a"
    );
}

#[test]
fn data_is_reduced_to_what_matters() {
    assert_eq!(
        text(
            r#"builtins.fromJSON ''{"name": "x", "list": [1, 2, 1e400], "rest": {"a": null}}''"#,
            "error: [json.exception.out_of_range.406] number overflow"
        ),
        r#"builtins.fromJSON "1e400""#
    );
}

#[test]
fn one_literal_is_put_wherever_another_stands() {
    assert_eq!(
        text(
            "if { a = 1.5; b = 1; } == { a = 1.5; b = 2; } then 7 else throw \"no\"",
            "error: no"
        ),
        "throw \"no\""
    );
    assert_eq!(
        text("[ (\"long text\" == \"long text\") ]", "[ true ]"),
        "[ (0 == 0) ]"
    );
}

#[test]
fn an_argument_stands_in_for_a_call_with_several() {
    assert_eq!(
        text(
            "builtins.substring 0 (0 / 0) \"a\"",
            "error: division by zero"
        ),
        "0 / 0"
    );
}

#[test]
fn imports_with_a_scope_are_inlined() {
    let mut program = Source::new("builtins.scopedImport { a = 1; } ./b.nix");
    program
        .files
        .insert("b.nix".into(), b"[ (a / 0) ]".to_vec());
    let small = reduced(&program, "error: division by zero");
    assert_eq!(small, Source::new("0 / 0"));
    let mut program = Source::new("(builtins).\"import\" ./b.nix");
    program.files.insert("b.nix".into(), b"0 / 0".to_vec());
    assert_eq!(
        reduced(&program, "error: division by zero"),
        Source::new("0 / 0")
    );
}

#[test]
fn a_tree_of_files_becomes_one_program() {
    let mut program = Source::new("(import ./lib { n = 3; }).result");
    for (path, content) in [
        (
            "lib/default.nix",
            "{ n }: { result = (import ./div.nix) n 0; other = ./x; }",
        ),
        ("lib/div.nix", "a: b: if a > 100 then a else a / b"),
        ("lib/unused.nix", "1"),
    ] {
        program
            .files
            .insert(path.into(), content.as_bytes().to_vec());
    }
    let source = reduced(&program, "error: division by zero");
    assert_eq!(source, Source::new("0 / 0"));
}
