//! When two outcomes say nothing about each other: limits, crashes and what the surroundings of an
//! evaluator cannot do.

use crate::{
    dialect::Dialect,
    outcome::{Answer, Failure, Outcome},
    taxonomy::ErrorKind,
};

/// Why two outcomes say nothing about each other, where they do not.
pub(crate) fn undecidable(subject: &Outcome, oracle: &Outcome, dialect: Dialect) -> Option<String> {
    // Whatever the oracle did, a subject must not die.
    if is_bug(subject) {
        return None;
    }
    match (&subject.answer, &oracle.answer) {
        (Answer::Resource(ours), Answer::Resource(_)) => {
            return Some(format!("both reached a limit (the subject its {ours})"));
        }
        (Answer::Resource(limit), _) => return Some(format!("the subject reached its {limit}")),
        (_, Answer::Resource(limit)) => return Some(format!("the oracle reached its {limit}")),
        _ => {}
    }
    // Where no depth of calls is the limit, how far a release gets depends on what each level puts
    // on its native stack.
    let out_of_stack = |outcome: &Outcome| matches!(outcome.failure(), Some(failure) if failure.kind == ErrorKind::RecursionDepth);
    if matches!(dialect, Dialect::V2_3 | Dialect::V2_8)
        && out_of_stack(subject) != out_of_stack(oracle)
    {
        let who = if out_of_stack(subject) {
            "subject"
        } else {
            "oracle"
        };
        return Some(format!(
            "only the {who} reached the end of its native stack"
        ));
    }
    if ends_native_stack(subject)
        && ends_native_stack(oracle)
        && subject.traces.len() != oracle.traces.len()
    {
        return Some("both reached the end of their native stacks, at other depths".to_owned());
    }
    match (&subject.answer, &oracle.answer) {
        (_, Answer::Crash(crash)) => Some(format!("the oracle crashed (signal {})", crash.signal)),
        (Answer::Error(failure), _) if failure.kind == ErrorKind::NotImplemented => Some(format!(
            "the subject cannot do this yet: {}",
            failure.message
        )),
        (Answer::Error(ours), Answer::Error(theirs))
            if ours.kind == ErrorKind::Usage || theirs.kind == ErrorKind::Usage =>
        {
            Some("an evaluator does not know the flags that were given".to_owned())
        }
        // The oracles' store is one that nothing can be put into (`dummy://`).
        (ours, Answer::Error(failure))
            if cannot_store(failure)
                && !matches!(ours, Answer::Error(ours) if cannot_store(ours)
                    || (ours.kind == failure.kind && subject.traces == oracle.traces)) =>
        {
            Some(format!(
                "the oracle's store cannot do this: {}",
                failure.message
            ))
        }
        // Evaluators are shut in without other programs: 2.3 unpacks with `tar`, many fetch with `git` or `hg`.
        (ours, theirs) if lacks(ours) != lacks(theirs) && !fail_alike(ours, theirs) => {
            let (who, program) = match lacks(theirs) {
                Some(program) => ("oracle", program),
                None => ("subject", lacks(ours).unwrap_or_default()),
            };
            Some(format!("the {who} has no `{program}` here"))
        }
        (_, Answer::Error(failure)) if failure.kind == ErrorKind::Usage => Some(format!(
            "the oracle does not know the flags: {}",
            failure.message
        )),
        _ => None,
    }
}

/// Whether something could not be put into a store. What else fails there may come long after.
fn cannot_store(failure: &Failure) -> bool {
    !matches!(failure.kind, ErrorKind::Throw | ErrorKind::Abort)
        && failure.message.contains("is not supported by store")
}

/// Whether it ended where the native stack did. Since 2.20 calls end before, but files that import each other do not.
fn ends_native_stack(outcome: &Outcome) -> bool {
    matches!(outcome.failure(), Some(failure)
        if failure.kind == ErrorKind::RecursionDepth && failure.message.contains("possible infinite recursion"))
}

/// Whether an evaluator within this process panicked, did not heed its limits or contradicted itself.
pub(crate) fn is_bug(subject: &Outcome) -> bool {
    matches!(&subject.answer, Answer::Crash(crash) if crash.signal == 0)
}

fn fail_alike(ours: &Answer, theirs: &Answer) -> bool {
    matches!((ours, theirs), (Answer::Error(ours), Answer::Error(theirs)) if ours.kind == theirs.kind)
}

/// The program that a failure says is not there, where it is one that evaluators start.
fn lacks(answer: &Answer) -> Option<&'static str> {
    let Answer::Error(failure) = answer else {
        return None;
    };
    if matches!(failure.kind, ErrorKind::Throw | ErrorKind::Abort) {
        return None;
    }
    ["tar", "git", "hg"].into_iter().find(|program| {
        let said = format!("executing '{program}': No such file or directory");
        failure.message.contains(&said)
    })
}
