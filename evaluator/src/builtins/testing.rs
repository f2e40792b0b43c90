//! Runs small programs for tests of builtins.

use crate::dialect::Dialect;
use crate::errors::ErrorKind;
use crate::io::MemoryIo;
use crate::job::{Failure, Input, Job, Output, run};
use crate::state::Settings;

/// What a program prints, strictly evaluated.
pub fn evaluate(dialect: Dialect, program: &str, output: Output) -> Result<String, Failure> {
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
    run(&job, Box::new(MemoryIo::default()), Box::new(|_| {}))
        .map(|printed| String::from_utf8_lossy(&printed).into_owned())
}

/// Checks what programs print in one dialect.
pub fn check_in(dialect: Dialect, table: &[(&str, &str)]) {
    for (program, expected) in table {
        match evaluate(dialect, program, Output::Plain) {
            Ok(printed) => assert_eq!(printed, *expected, "{program} in {dialect}"),
            Err(failure) => panic!(
                "{program} in {dialect}: {}",
                String::from_utf8_lossy(&failure.message)
            ),
        }
    }
}

/// Checks what programs print in every dialect.
pub fn check(table: &[(&str, &str)]) {
    for dialect in Dialect::ALL {
        check_in(dialect, table);
    }
}

/// Checks that a program fails.
pub fn fails(dialect: Dialect, program: &str, kind: ErrorKind, message: &str) {
    match evaluate(dialect, program, Output::Plain) {
        Ok(printed) => panic!("{program} in {dialect} prints {printed}"),
        Err(failure) => {
            let found = String::from_utf8_lossy(&failure.message);
            assert_eq!(
                (failure.kind, found.as_ref()),
                (kind, message),
                "{program} in {dialect}"
            );
        }
    }
}
