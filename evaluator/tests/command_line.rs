//! What only a program shows that is not in a file.

#![allow(clippy::unwrap_used, reason = "a program that is none fails the test")]

use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::io::MemoryIo;
use twinix_evaluator::job::{Input, Job, run};
use twinix_evaluator::state::Settings;

fn printed(dialect: Dialect, input: Input) -> String {
    let settings = Settings {
        dialect,
        ..Settings::default()
    };
    printed_under(settings, input)
}

fn printed_under(settings: Settings, input: Input) -> String {
    let job = Job {
        settings,
        ..Job::of(input)
    };
    let text = run(&job, Box::new(MemoryIo::default()), Box::new(|_| {})).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn the_file_of_a_position_on_the_command_line() {
    let program = b"__curPos.file".to_vec();
    let file = |dialect| printed(dialect, Input::Expression(program.clone()));
    assert_eq!(file(Dialect::V2_3), "\"(string)\"");
    assert_eq!(file(Dialect::V2_8), "\"__curPos.file\"");
}

#[test]
fn newer_releases_know_no_position_on_the_command_line() {
    for input in [Input::Expression, Input::Stdin] {
        let program = b"__curPos".to_vec();
        assert_eq!(printed(Dialect::V2_26, input(program.clone())), "null");
        assert_eq!(printed(Dialect::V2_34, input(program)), "null");
    }
}

#[test]
fn standard_input_is_not_told_from_an_expression() {
    let file = |dialect| printed(dialect, Input::Stdin(b"__curPos.file".to_vec()));
    assert_eq!(file(Dialect::V2_3), "\"(string)\"");
    assert_eq!(file(Dialect::V2_8), "\"__curPos.file\"");
}

/// A file cannot be the program in pure evaluation, so that the corpus has none.
#[test]
fn pure_evaluation_keeps_only_the_entry_of_corepkgs() {
    let path = |dialect| {
        let settings = Settings {
            dialect,
            pure: true,
            search_path: vec![b"given=/tmp".to_vec()],
            ..Settings::default()
        };
        printed_under(
            settings,
            Input::Expression(b"map (e: e.prefix) builtins.nixPath".to_vec()),
        )
    };
    assert_eq!(path(Dialect::V2_3), r#"[ "nix" ]"#);
    assert_eq!(path(Dialect::V2_8), "[ ]");
    assert_eq!(path(Dialect::V2_34), "[ ]");
}
