//! `eval`: evaluation ends, whatever the program is, within its limits and
//! without touching the native stack; it is the same every time, and watching it
//! changes nothing.

use crate::program::{Done, Program, run, shown};
use crate::{Broken, Checked};
use std::time::{Duration, Instant};
use twinix_evaluator::errors::{ErrorKind, Limit};
use twinix_evaluator::job::Output;

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
    well_formed(&first)?;
    let mut watched = job;
    watched.settings.observe = true;
    let second = run(watched);
    if second.hits.is_none() {
        return Err(Broken::new("it was watched, and nothing was seen"));
    }
    same(&first, &second)
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
    let text = |done: &Done| match &done.result {
        Ok(value) => shown(value),
        Err(failure) => shown(&failure.report),
    };
    if text(first) != text(second) {
        return Err(Broken::new(format!(
            "it gave first\n{}\nand then, watched,\n{}",
            text(first),
            text(second)
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
