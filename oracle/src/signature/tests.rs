use super::*;
use crate::{
    Dialect, Evaluator, Precision, Program, Settings, Unavailable,
    known::KnownList,
    outcome::{Crash, Limit},
    verdict::check,
};

/// An evaluator that says what it was told to say, under each dialect.
struct Parrot(Option<Dialect>, Vec<(Dialect, Outcome)>);

impl Evaluator for Parrot {
    fn name(&self) -> &str {
        self.0.map_or("subject", Dialect::name)
    }

    fn dialect(&self) -> Option<Dialect> {
        self.0
    }

    fn evaluate(&self, _: &Program, settings: &Settings) -> Result<Outcome, Unavailable> {
        let dialect = settings.dialect.unwrap_or(Dialect::NEWEST);
        let said = self.1.iter().find(|(other, _)| *other == dialect);
        said.map(|(_, outcome)| outcome.clone())
            .ok_or_else(|| Unavailable::Unsupported("it was told nothing".to_owned()))
    }
}

/// What a check of these outcomes, oracle and subject of each release, is called.
fn of_releases(outcomes: &[(Dialect, Outcome, Outcome)]) -> Option<String> {
    let subject = outcomes
        .iter()
        .map(|(dialect, _, ours)| (*dialect, ours.clone()));
    let subject = Parrot(None, subject.collect());
    let oracles: Vec<Parrot> = outcomes
        .iter()
        .map(|(dialect, theirs, _)| Parrot(Some(*dialect), vec![(*dialect, theirs.clone())]))
        .collect();
    let oracles: Vec<&dyn Evaluator> = oracles.iter().map(|one| one as &dyn Evaluator).collect();
    let check = check(
        &Program::text("p", "1"),
        &subject,
        &oracles,
        &Settings::default(),
        &Precision::default(),
        &KnownList::default(),
    )
    .unwrap();
    Signature::of(&check).map(|signature| signature.to_string())
}

fn of(oracle: Outcome, subject: Outcome) -> String {
    of_releases(&[(Dialect::V2_34, oracle, subject)]).unwrap()
}

fn value(text: &str) -> Outcome {
    Outcome::value(text)
}

fn error(kind: ErrorKind, message: &str) -> Outcome {
    Outcome::error(Failure::new(kind, message, None))
}

fn traced(traces: &[&str]) -> Outcome {
    Outcome {
        traces: traces.iter().map(|text| format!("trace: {text}")).collect(),
        ..value("1")
    }
}

fn type_error(message: &str) -> Outcome {
    error(ErrorKind::Type, message)
}

#[test]
fn no_difference_has_no_signature() {
    let limit = Outcome::new(Answer::Resource(Limit::Time));
    assert_eq!(
        of_releases(&[(Dialect::V2_34, value("1"), value("1"))]),
        None
    );
    assert_eq!(of_releases(&[(Dialect::V2_34, value("1"), limit)]), None);
    assert_eq!(of_releases(&[]), None);
}

#[test]
fn one_bug_in_a_small_and_in_a_large_value_is_merged() {
    assert_eq!(of(value("1"), value("1.0")), "2.34|value|int→float");
    assert_eq!(
        of(value("{ a = [ 7 2 ]; }"), value("{ a = [ 7.0 2 ]; }")),
        of(value("1"), value("1.0"))
    );
}

#[test]
fn renamed_variables_and_other_values_are_merged() {
    assert_eq!(
        of(
            value("1"),
            type_error("expected a set but found a list: [ 1 ]")
        ),
        of(
            value("{ }"),
            type_error("expected a set but found an integer: 5")
        ),
    );
    assert_eq!(
        of(
            error(ErrorKind::UndefinedVariable, "undefined variable 'x'"),
            value("1")
        ),
        of(
            error(ErrorKind::UndefinedVariable, "undefined variable 'foo-bar'"),
            value("[ ]")
        ),
    );
    // What a program throws is its own, and so is what fails where it is evaluated.
    let lazier = "2.34|class|error→value";
    assert_eq!(of(error(ErrorKind::Throw, "a"), value("1")), lazier);
    assert_eq!(of(error(ErrorKind::Throw, "b: c"), value("1")), lazier);
    assert_eq!(of(type_error("x"), value("{ }")), lazier);
}

#[test]
fn other_kinds_of_change_are_kept_apart() {
    let signatures: BTreeSet<String> = [
        of(value("1"), value("2")),
        of(value("1"), value("1.0")),
        of(value("[ 1 2 ]"), value("[ 2 1 ]")),
        of(value("[ 1 2 ]"), value("[ 1 ]")),
        of(value("{ a = 1; }"), value("{ }")),
        of(value(r#""\${""#), value(r#""${""#)),
        of(value(r#""A""#), value(r#""a""#)),
        of(value("1"), error(ErrorKind::Throw, "x")),
        of(error(ErrorKind::Throw, "x"), value("1")),
        of(
            value("1"),
            type_error("expected a set but found a list: [ ]"),
        ),
        of(
            value("1"),
            type_error("expected a list but found a set: { }"),
        ),
        of(
            value("1"),
            Outcome::new(Answer::Crash(Crash {
                signal: 11,
                message: String::new(),
            })),
        ),
        of(type_error("x"), error(ErrorKind::Io, "x")),
    ]
    .into();
    assert_eq!(signatures.len(), 13, "{signatures:#?}");
}

#[test]
fn what_the_other_one_went_on_to_do_does_not_matter() {
    let syntax = |expected: &str| {
        let message = format!("syntax error, unexpected invalid token{expected}");
        error(ErrorKind::Parse, &message)
    };
    let parse = "2.34|class|more→parse(syntax error, unexpected invalid token)";
    assert_eq!(of(value("1"), syntax("")), parse);
    assert_eq!(of(type_error("x"), syntax(", expecting ELSE")), parse);
    let undefined = || error(ErrorKind::UndefinedVariable, "undefined variable 'x'");
    let missing = || error(ErrorKind::MissingAttribute, "attribute 'x' missing");
    assert_eq!(of(undefined(), syntax("")), parse);
    assert_eq!(of(value("1"), undefined()), "2.34|class|more→missing");
    assert_eq!(of(value("1"), missing()), "2.34|class|more→missing");
    assert_eq!(of(missing(), undefined()), "2.34|class|more→missing");
    // Which of several errors is met first; of which kind they are is the program's.
    let either = "2.34|kind|error→error";
    assert_eq!(of(type_error("x"), error(ErrorKind::Throw, "y")), either);
    assert_eq!(of(missing(), type_error("x")), either);
    assert_eq!(of(error(ErrorKind::Abort, "x"), missing()), either);
}

#[test]
fn traces_are_told_apart_by_what_happened_to_them() {
    let oracle = ["1", "2"];
    for (subject, expected) in [
        (vec!["2", "1"], "order"),
        (vec!["1"], "lacks"),
        (vec!["1", "2", "2"], "exceeds"),
        (vec!["1", "[ ]", "2"], "exceeds"),
        (vec!["1", "[ ]"], "int→list"),
    ] {
        assert_eq!(
            of(traced(&oracle), traced(&subject)),
            format!("2.34|traces|{expected}")
        );
    }
}

#[test]
fn what_the_program_throws_is_compared_as_a_text() {
    assert_eq!(
        of(
            error(ErrorKind::Throw, "a 1.0"),
            error(ErrorKind::Throw, "a 1")
        ),
        "2.34|message|string-number"
    );
}

#[test]
fn derivations_are_named_by_their_field() {
    let made = |hash: &str, builder: &str| {
        let path = format!("/nix/store/{}-x.drv", hash.repeat(32));
        let term = format!(r#"Derive([],[],[],"s","{builder}",[],[])"#);
        let mut outcome = value(&path);
        outcome.derivations.insert(path, term);
        outcome
    };
    assert_eq!(
        of(made("a", "b"), made("c", "d")),
        "2.34|derivations|builder"
    );
    assert_eq!(of(made("a", "b"), made("c", "b")), "2.34|derivations|hash");
}

#[test]
fn releases_that_say_nothing_are_no_witnesses() {
    let differs = |dialect| (dialect, value("1"), value("2"));
    let fails = |dialect| {
        (
            dialect,
            error(ErrorKind::Throw, "a"),
            error(ErrorKind::Throw, "a"),
        )
    };
    let agrees = |dialect| (dialect, value("1"), value("1"));
    let everywhere = of_releases(&[differs(Dialect::V2_3), differs(Dialect::V2_34)]);
    assert_eq!(everywhere.as_deref(), Some("all|value|int"));
    assert_eq!(
        of_releases(&[fails(Dialect::V2_3), differs(Dialect::V2_34)]),
        everywhere
    );
    assert_eq!(
        of_releases(&[
            agrees(Dialect::V2_3),
            differs(Dialect::V2_8),
            differs(Dialect::V2_34)
        ])
        .as_deref(),
        Some("2.8,2.34|value|int")
    );
}

#[test]
fn the_words_of_a_minimal_program_make_a_bucket() {
    let signature: Signature = "2.34|value|int".parse().unwrap();
    let bucket = signature.with(["sort", "lessThan", "sort"]);
    assert_eq!(bucket.to_string(), "2.34|value|int|lessThan sort");
    assert_eq!(bucket.divergence(), signature);
    assert_eq!(bucket.with([]).to_string(), "2.34|value|int|none");
    assert_eq!(
        (bucket.releases(), bucket.aspect(), bucket.change()),
        ("2.34", "value", "int")
    );
}

#[test]
fn a_builtin_that_one_lacks_is_told_though_both_fail() {
    let found = |ours: &str| {
        let outcomes = (type_error("x"), error(ErrorKind::MissingAttribute, ours));
        let subject = Parrot(None, vec![(Dialect::V2_34, outcomes.1)]);
        let oracle = Parrot(Some(Dialect::V2_34), vec![(Dialect::V2_34, outcomes.0)]);
        check(
            &Program::text("p", "1"),
            &subject,
            &[&oracle],
            &Settings::default(),
            &Precision::default(),
            &KnownList::default(),
        )
        .unwrap()
    };
    let words = BTreeSet::from(["warn".to_owned()]);
    let of = |ours| {
        Signature::of_minimal(&found(ours), &words, None)
            .unwrap()
            .to_string()
    };
    assert_eq!(
        of("attribute 'warn' missing"),
        "2.34|class|more→missing|warn"
    );
    assert_eq!(of("attribute 'a' missing"), "2.34|kind|error→error|warn");
}

#[test]
fn what_cannot_be_printed_is_written_with_escapes() {
    let with_nul = of(value("1"), error(ErrorKind::Other, "a NUL: \0 in it"));
    assert!(with_nul.contains(r"a NUL: \u{0} in it"), "{with_nul}");
    let signature: Signature = with_nul.parse().unwrap();
    let bucket = signature.with(["\n"]).to_string();
    assert_eq!(bucket.parse::<Signature>().unwrap().to_string(), bucket);
}

#[test]
fn it_is_read_back_and_has_a_name_for_files() {
    let text = of(value("1"), value("1.0"));
    let signature: Signature = text.parse().unwrap();
    let json = serde_json::to_string(&signature).unwrap();
    assert_eq!(serde_json::from_str::<Signature>(&json).unwrap(), signature);
    assert_eq!(signature.name(), "2.34-value-int-float-77b1309f");
    for broken in ["", "2.8", "2.8|value", "2.8||x", "a|b|c|d|e", "a|b|c\n"] {
        assert!(broken.parse::<Signature>().is_err(), "{broken:?}");
    }
}
