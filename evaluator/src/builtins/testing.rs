//! Tests of builtins by small programs, with answers taken from C++ Nix.

use crate::dialect::Dialect;
use crate::errors::ErrorKind;
use crate::io::MemoryIo;
use crate::job::{Failure, Input, Job, Output, run};
use crate::state::Settings;
use std::cell::RefCell;
use std::rc::Rc;

/// Evaluates a program strictly: the printed result and the trace lines.
pub fn evaluate(dialect: Dialect, program: &str) -> (Result<String, Failure>, Vec<String>) {
    evaluate_to(dialect, program, Output::Plain)
}

/// As [`evaluate`], printed in some format.
pub fn evaluate_to(
    dialect: Dialect,
    program: &str,
    output: Output,
) -> (Result<String, Failure>, Vec<String>) {
    let job = Job {
        settings: Settings {
            dialect,
            ..Settings::default()
        },
        input: Input::Expression(program.as_bytes().to_vec()),
        attribute: String::new(),
        arguments: Vec::new(),
        output,
        strict: true,
    };
    let lines = Rc::new(RefCell::new(Vec::new()));
    let sink = Rc::clone(&lines);
    let trace = Box::new(move |line: &[u8]| {
        sink.borrow_mut()
            .push(String::from_utf8_lossy(line).into_owned());
    });
    let result = run(&job, Box::new(MemoryIo::default()), trace)
        .map(|text| String::from_utf8_lossy(&text).into_owned());
    let lines = lines.borrow().clone();
    (result, lines)
}

fn shown(result: Result<String, Failure>) -> String {
    result.unwrap_or_else(|failure| {
        format!(
            "{:?}: {}",
            failure.kind,
            String::from_utf8_lossy(&failure.message)
        )
    })
}

/// Programs and what all dialects print for them.
pub fn check(programs: &[(&str, &str)]) {
    check_in(&Dialect::ALL, programs);
}

/// Programs and what some dialects print for them.
pub fn check_in(dialects: &[Dialect], programs: &[(&str, &str)]) {
    for (program, expected) in programs {
        for &dialect in dialects {
            let result = shown(evaluate(dialect, program).0);
            assert_eq!(&result, expected, "{dialect}: {program}");
        }
    }
}

/// A program that fails: the kind, and what the message contains.
pub fn fails(dialects: &[Dialect], program: &str, kind: ErrorKind, message: &str) {
    for &dialect in dialects {
        match evaluate(dialect, program).0 {
            Ok(result) => panic!("{dialect}: {program} is {result}"),
            Err(failure) => {
                let found = String::from_utf8_lossy(&failure.message).into_owned();
                assert_eq!(failure.kind, kind, "{dialect}: {program}: {found}");
                assert!(found.contains(message), "{dialect}: {program}: {found}");
            }
        }
    }
}
