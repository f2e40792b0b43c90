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
use twinix_generator::metamorphic::{Rewrite, rewrite};

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
    let newest = || {
        let text = program.text;
        let dialect = Dialect::default();
        run(Program { dialect, text }.job(Output::Plain))
    };
    if !has_meaning(&first, program.dialect == Dialect::V2_3, newest) {
        return Ok(());
    }
    for (rewritten, how) in rewrites(choices, &text) {
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

/// Some rewrites of a program that the bytes choose, one after the other: the text after each.
pub(crate) fn rewrites<'c>(
    choices: &'c [u8],
    text: &str,
) -> impl Iterator<Item = (String, &'static Rewrite)> + use<'c> {
    let mut u = Unstructured::new(choices);
    let mut text = text.to_owned();
    let next = move || {
        let (rewritten, how) = rewrite(&mut u, &text).ok().flatten()?;
        text.clone_from(&rewritten);
        Some((rewritten, how))
    };
    std::iter::from_fn(next).take(REWRITES)
}

/// Whether a program that did this can be rewritten without a change. What it does in the newest dialect is asked for
/// where it is one of 2.3: a value that depends on itself is shown there by some calls before it is done, and then it
/// matters where the call stands.
pub(crate) fn has_meaning(done: &Done, is_of_2_3: bool, newest: impl FnOnce() -> Done) -> bool {
    let sees_itself = || kind(&newest()) == Some(ErrorKind::InfiniteRecursion);
    !(is_no_program(done) || says_nothing(done) || is_of_2_3 && sees_itself())
}

fn kind(done: &Done) -> Option<ErrorKind> {
    done.result.as_ref().err().map(|failed| failed.kind)
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
    matches!(kind(done), Some(ErrorKind::Parse | ErrorKind::Feature))
}

/// Whether the outcome depends on more than the meaning: limits, how deep calls
/// nest, and warnings about the text itself.
pub(crate) fn says_nothing(done: &Done) -> bool {
    const QUOTES: &[u8] = b"warning: at ";
    if done.said.windows(QUOTES.len()).any(|part| part == QUOTES) {
        return true;
    }
    matches!(kind(done), Some(ErrorKind::Limit(_) | ErrorKind::CallDepth))
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
