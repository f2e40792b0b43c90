//! What an evaluation leaves behind: memory that is in use afterwards and was not before. Counted in this process, so
//! that it is found without a sanitizer, which makes everything twice as slow.

use crate::program::{Program, run};
use crate::{Broken, Checked};
use cap::Cap;
use std::alloc::System;
use twinix_evaluator::job::Output;

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// How often a program is evaluated: what is made once and kept, or is another thread's, does not grow every time.
const TIMES: usize = 3;

/// Evaluates the program again and again: it leaves nothing. Other threads that allocate meanwhile can hide that, or look
/// like it.
///
/// # Errors
/// If memory grows every time.
pub fn check(data: &[u8]) -> Checked {
    let Some(program) = Program::of(data) else {
        return Ok(());
    };
    let job = program.job(Output::Plain);
    drop(run(job.clone()));
    nothing_is_left(|| drop(run(job.clone())))
}

fn nothing_is_left(evaluate: impl Fn()) -> Checked {
    let mut least = usize::MAX;
    for _ in 0..TIMES {
        let before = ALLOCATOR.allocated();
        evaluate();
        least = least.min(ALLOCATOR.allocated().saturating_sub(before));
        if least == 0 {
            return Ok(());
        }
    }
    Err(Broken::new(format!(
        "it leaves at least {least} bytes each time it is evaluated"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_seen() {
        assert!(nothing_is_left(|| drop(vec![0_u8; 10])).is_ok());
        let leaky = || {
            Box::leak(vec![0_u8; 10].into_boxed_slice());
        };
        assert!(nothing_is_left(leaky).is_err());
    }
}
