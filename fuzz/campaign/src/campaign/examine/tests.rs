//! Tests of what is decided about an item.

use super::*;
use twinix_oracle::outcome::Limit;

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
