//! `metamorphic`: programs that are rewritten without a change of meaning do
//! what they did. No Nix is needed.
//!
//! An input is a program, a NUL, and the choices of the rewrites.

use crate::program::{Done, Program, run, shown};
use crate::{Broken, Checked};
use arbitrary::Unstructured;
use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::errors::ErrorKind;
use twinix_evaluator::job::Output;
use twinix_generator::metamorphic::rewrite;

/// How many rewrites follow each other.
const REWRITES: usize = 3;

/// The bytes of an input.
pub fn to_bytes(dialect: Dialect, text: &[u8], choices: &[u8]) -> Vec<u8> {
    let program = Program { dialect, text };
    [&*program.to_bytes(), &[0], choices].concat()
}

/// Rewrites the program some times and compares what it does.
///
/// # Errors
/// If that changes.
pub fn check(data: &[u8]) -> Checked {
    let end = data.iter().position(|&byte| byte == 0);
    let (program, choices) = match end {
        Some(end) => (&data[..end], &data[end + 1..]),
        None => (data, &[][..]),
    };
    let Some(program) = Program::of(program) else {
        return Ok(());
    };
    let Ok(mut text) = std::str::from_utf8(program.text).map(str::to_owned) else {
        return Ok(());
    };
    let first = run(program.job(Output::Plain));
    if is_no_program(&first) || says_nothing(&first) || sees_itself(&program) {
        return Ok(());
    }
    let mut u = Unstructured::new(choices);
    for _ in 0..REWRITES {
        let Ok(Some((rewritten, how))) = rewrite(&mut u, &text) else {
            break;
        };
        let again = Program {
            dialect: program.dialect,
            text: rewritten.as_bytes(),
        };
        let second = run(again.job(Output::Plain));
        if says_nothing(&second) {
            break;
        }
        unchanged(&first, &second).map_err(|why| {
            Broken::new(format!(
                "{}:\n{text}\nbecomes\n{rewritten}\nand {why}",
                how.name
            ))
        })?;
        text = rewritten;
    }
    Ok(())
}

/// Whether what was rewritten does what it did.
fn unchanged(first: &Done, second: &Done) -> Result<(), String> {
    if deed(first) == deed(second) && first.said == second.said {
        return Ok(());
    }
    Err(format!("did\n{}\nand does\n{}", told(first), told(second)))
}

/// Whether it is not to be rewritten: only a program has a meaning.
fn is_no_program(done: &Done) -> bool {
    let kind = done.result.as_ref().err().map(|failed| failed.kind);
    matches!(kind, Some(ErrorKind::Parse | ErrorKind::Feature))
}

/// Whether the outcome depends on more than the meaning: limits, how deep calls
/// nest, and warnings about the text itself.
fn says_nothing(done: &Done) -> bool {
    const QUOTES: &[u8] = b"warning: at ";
    if done.said.windows(QUOTES.len()).any(|part| part == QUOTES) {
        return true;
    }
    let kind = done.result.as_ref().err().map(|failed| failed.kind);
    matches!(kind, Some(ErrorKind::Limit(_) | ErrorKind::CallDepth))
}

/// Whether a value depends on itself in 2.3, which shows what some calls make before it is done: then it matters
/// where the call stands.
fn sees_itself(program: &Program<'_>) -> bool {
    if program.dialect != Dialect::V2_3 {
        return false;
    }
    let newest = Program {
        dialect: Dialect::default(),
        text: program.text,
    };
    let done = run(newest.job(Output::Plain));
    matches!(done.result, Err(failed) if failed.kind == ErrorKind::InfiniteRecursion)
}

/// What must stay the same. Of messages only those of the program's own do: others may quote it.
fn deed(done: &Done) -> Result<&[u8], (ErrorKind, bool, &[u8])> {
    match &done.result {
        Ok(value) => Ok(value),
        Err(failed) => {
            let is_own = matches!(failed.kind, ErrorKind::Throw | ErrorKind::Abort);
            let words = if is_own { &*failed.message } else { b"" };
            Err((failed.kind, failed.catchable, words))
        }
    }
}

fn told(done: &Done) -> String {
    let said = shown(&done.said);
    match &done.result {
        Ok(value) => format!("{said}{}", shown(value)),
        Err(failed) => format!("{said}{:?}: {}", failed.kind, shown(&failed.message)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_rewrite_must_not_do_is_broken() {
        let done = |text: &str| {
            let text = text.as_bytes();
            let dialect = Dialect::V2_34;
            run(Program { dialect, text }.job(Output::Plain))
        };
        let is_broken = |first, second| {
            let (first, second) = (done(first), done(second));
            assert!(!says_nothing(&second));
            unchanged(&first, &second).is_err()
        };
        assert!(!is_broken("1 + 1", "2"));
        for (first, second) in [
            ("1", "2"),
            ("1", "(1"),
            ("1", "null.a"),
            ("throw \"a\"", "throw \"b\""),
            ("1", "builtins.trace 2 1"),
        ] {
            assert!(is_broken(first, second), "{first} and {second}");
        }
    }
}
