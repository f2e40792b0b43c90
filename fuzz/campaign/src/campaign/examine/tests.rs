//! Tests of what is decided about an item.

use super::*;
use twinix_oracle::outcome::Failure;
use twinix_oracle::verdict::Verdict;

#[test]
fn the_clock_goes_on_between_an_outcome_and_its_confirmation() {
    let value = |text: &str| Outcome::new(Answer::Value(text.to_owned()));
    let before = value(r#"{"currentTime"=1796037579;"x"=1}"#);
    let after = value(r#"{"currentTime"=1796037580;"x"=1}"#);
    assert!(is_same(&before, &after));
    assert!(!is_same(
        &before,
        &value(r#"{"currentTime"=1796037580;"x"=2}"#)
    ));
    let mut traced = after.clone();
    traced.traces.push("trace: x".to_owned());
    assert!(!is_same(&before, &traced));
}

/// What one oracle and our machine did.
fn checked(subject: &str, oracle: Answer) -> Check {
    let ours = BTreeMap::from([(Dialect::NEWEST, Outcome::value(subject))]);
    let answers = vec![("2.34".to_owned(), Dialect::NEWEST, Outcome::new(oracle))];
    let (precision, known) = (Precision::default(), KnownList::default());
    decide("p", "p", answers, &ours, Vec::new(), &precision, &known)
}

#[test]
fn a_machine_that_contradicts_itself_diverges_though_it_is_right_in_the_end() {
    let value = |text: &str| Answer::Value(text.to_owned());
    let settled = |first: &Check, mut again: Check| {
        contradict(first, &mut again);
        again
    };
    let right = || checked("1", value("1"));
    assert_eq!(settled(&right(), right()).verdict, Verdict::Agree);
    let found = settled(&checked("2", value("1")), right());
    assert_eq!(found.verdict, Verdict::Divergence);
    let Answer::Crash(crash) = &found.against[0].subject_outcome.answer else {
        panic!("a contradiction is a crash of ours");
    };
    assert!(crash.message.contains('2') && crash.message.contains('1'));
    assert!(bucket_of(&found).is_some());
    // Where the release changes its mind too, both saw another world.
    assert_eq!(
        settled(&checked("2", value("2")), right()).verdict,
        Verdict::Agree
    );
    let mut cut = checked("1", value("1"));
    cut.against[0].subject_outcome = Outcome::new(Answer::Resource(Limit::Time));
    assert_eq!(settled(&cut, right()).verdict, Verdict::Agree);
}

/// What our machine and an oracle did, of which neither has a value.
fn undecided(subject: Answer, oracle: Limit) -> Against {
    let mut check = checked("1", Answer::Resource(oracle));
    let mut one = check.against.remove(0);
    one.subject_outcome = Outcome::new(subject);
    one
}

#[test]
fn what_is_late_is_asked_again_but_for_reports_of_depth_that_are_too_long() {
    let deep = || {
        let message = "stack overflow".to_owned();
        Answer::Error(Failure::new(ErrorKind::RecursionDepth, message, None))
    };
    let value = || Answer::Value("1".to_owned());
    assert!(is_late(&undecided(value(), Limit::Output)));
    assert!(is_late(&undecided(value(), Limit::Time)));
    assert!(is_late(&undecided(deep(), Limit::Time)));
    assert!(!is_late(&undecided(deep(), Limit::Output)));
    // Both are at a limit.
    assert!(!is_late(&undecided(
        Answer::Resource(Limit::Fuel),
        Limit::Time
    )));
}

#[test]
fn only_what_is_not_known_of_a_rewrite_is_open() {
    let differs = |id: Option<&str>| {
        let mut check = checked("2", Answer::Value("1".to_owned()));
        let one = &mut check.against[0];
        one.oracle = format!("{REWRITE}eta");
        if let Some(id) = id {
            one.verdict = Verdict::Known {
                id: id.to_owned(),
                link: String::new(),
            };
        }
        check.summarise();
        bucket_of(&check).map(|bucket| bucket.verdict)
    };
    assert_eq!(differs(None), Some(REWRITE_VERDICT));
    assert_eq!(differs(Some("it")), Some("known"));
}
