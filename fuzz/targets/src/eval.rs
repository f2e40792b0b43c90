//! `eval`: evaluation ends, whatever the program is, within its limits and
//! without touching the native stack; it is the same every time, and watching it
//! changes nothing.

use crate::program::{Done, Program, run, shown};
use crate::{Broken, Checked};
use std::time::{Duration, Instant};
use twinix_evaluator::errors::{ErrorKind, Limit};
use twinix_evaluator::job::Output;
use twinix_evaluator::limits::Limits;

/// How much later than its limit an evaluation may end. Machines under load are
/// slow, and the time is looked at only now and then.
const GRACE: Duration = Duration::from_secs(8);

/// Evaluates the program and looks at how it ended.
///
/// # Errors
/// If it is not as it must be.
pub fn check(data: &[u8]) -> Checked {
    let Some(program) = Program::of(data) else {
        return Ok(());
    };
    let job = program.job(Output::Plain);
    let begun = Instant::now();
    let first = run(job.clone());
    let time = job.settings.limits.time.unwrap_or_default();
    if begun.elapsed() > time + GRACE {
        return Err(Broken::new(format!(
            "the time is limited to {time:?}, and it took {:?}",
            begun.elapsed()
        )));
    }
    within(&first, &job.settings.limits)?;
    well_formed(&first)?;
    let mut watched = job;
    watched.settings.observe = true;
    let second = run(watched);
    if second.hits.is_none() {
        return Err(Broken::new("it was watched, and nothing was seen"));
    }
    same(&first, &second)
}

/// What was used is little more than what may be used: memory is looked at now and then.
fn within(done: &Done, limits: &Limits) -> Checked {
    const SLACK: usize = 16 << 20;
    let fuel = limits.fuel.unwrap_or(u64::MAX);
    if done.used.bytes > limits.memory.saturating_mul(2).saturating_add(SLACK)
        || done.used.steps > fuel
    {
        return Err(Broken::new(format!(
            "it used {:?} of {limits:?}",
            done.used
        )));
    }
    Ok(())
}

/// A failure says what is wrong, and only failures of the program's own are
/// catchable.
fn well_formed(done: &Done) -> Checked {
    let Err(failure) = &done.result else {
        return Ok(());
    };
    if failure.report.is_empty() {
        return Err(Broken::new(format!("{:?} says nothing", failure.kind)));
    }
    let limit = matches!(failure.kind, ErrorKind::Limit(_));
    if failure.catchable && (limit || failure.kind == ErrorKind::Parse) {
        return Err(Broken::new(format!("{:?} is catchable", failure.kind)));
    }
    Ok(())
}

fn same(first: &Done, second: &Done) -> Checked {
    let limited_by_time = |done: &Done| {
        let kind = done.result.as_ref().err().map(|failure| failure.kind);
        kind == Some(ErrorKind::Limit(Limit::Time))
    };
    if limited_by_time(first) || limited_by_time(second) {
        return Ok(());
    }
    let outcome = |done: &Done| match &done.result {
        Ok(value) => (value.clone(), None),
        Err(failure) => (
            failure.report.clone(),
            Some((failure.kind, failure.catchable)),
        ),
    };
    if outcome(first) != outcome(second) {
        return Err(Broken::new(format!(
            "it gave first ({:?})\n{}\nand then, watched, ({:?})\n{}",
            outcome(first).1,
            shown(&outcome(first).0),
            outcome(second).1,
            shown(&outcome(second).0)
        )));
    }
    if first.used != second.used {
        return Err(Broken::new(format!(
            "it used {:?} first, and then, watched, {:?}",
            first.used, second.used
        )));
    }
    if first.said != second.said {
        return Err(Broken::new(format!(
            "it said first\n{}\nand then, watched,\n{}",
            shown(&first.said),
            shown(&second.said)
        )));
    }
    if first.derivations != second.derivations {
        return Err(Broken::new("it made other derivations when it was watched"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::limits;
    use twinix_evaluator::dialect::Dialect;

    fn done(text: &str) -> Done {
        let text = text.as_bytes();
        let dialect = Dialect::V2_34;
        run(Program { dialect, text }.job(Output::Plain))
    }

    #[test]
    fn what_is_not_the_same_is_broken() {
        assert_eq!(same(&done("1"), &done("1")), Ok(()));
        let long = |end: &str| {
            let text = "x".repeat(3000);
            format!("\"{text}{end}\"")
        };
        for (first, second) in [
            ("1".to_owned(), "2".to_owned()),
            (long("a"), long("b")),
            ("1".to_owned(), "builtins.trace 2 1".to_owned()),
            ("throw \"a\"".to_owned(), "abort \"a\"".to_owned()),
        ] {
            assert!(same(&done(&first), &done(&second)).is_err(), "{first}");
        }
    }

    #[test]
    fn what_is_badly_formed_or_too_much_is_broken() {
        let mut failed = done("1 + null");
        assert_eq!(well_formed(&failed), Ok(()));
        if let Err(failure) = &mut failed.result {
            failure.report.clear();
        }
        assert!(well_formed(&failed).is_err());
        let mut large = done("1");
        assert_eq!(within(&large, &limits()), Ok(()));
        large.used.bytes = 1 << 30;
        assert!(within(&large, &limits()).is_err());
    }
}
