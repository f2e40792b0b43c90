//! What holds of the installed oracles. Where one is missing, a test says so and passes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "clippy does not see helpers of tests as tests"
)]

use std::{collections::BTreeSet, path::PathBuf, sync::LazyLock, time::Duration};

use rayon::prelude::*;
use twinix_oracle::{
    Dialect, Evaluator, Outcome, Precision, Program, Settings, Verdict,
    discover::{Found, Oracle, discover},
    doctor,
    known::KnownList,
    lang_suite::{CaseResult, LangSuite},
    outcome::{Answer, Limit},
    program::Delivery,
    settings::{Limits, Mode},
    suite,
    taxonomy::ErrorKind,
    verdict::check,
};

static FOUND: LazyLock<Found> = LazyLock::new(discover);

/// The installed oracles, one for each dialect; says which are missing.
fn oracles(test: &str) -> Vec<&'static Oracle> {
    let (oracles, missing) = FOUND.select(&Dialect::ALL);
    for dialect in missing {
        println!(
            "{test}: skipped for {dialect}: no such oracle is installed (`twinix oracle install {dialect}`)"
        );
    }
    oracles
}

fn evaluate(oracle: &Oracle, text: &str, settings: &Settings) -> Outcome {
    oracle
        .evaluate(&Program::text("p", text), settings)
        .unwrap()
}

#[test]
fn every_oracle_gives_values_errors_and_traces() {
    let settings = Settings::default();
    for oracle in oracles("values") {
        let name = &oracle.name;
        assert_eq!(
            evaluate(oracle, "{ b = [ 1 ]; a = 1.5; }", &settings),
            Outcome::value("{ a = 1.5; b = [ 1 ]; }"),
            "{name}"
        );
        let traced = evaluate(
            oracle,
            r#"builtins.trace "a" (builtins.trace "b\nc" 1)"#,
            &settings,
        );
        assert_eq!(traced.traces, ["trace: a", "trace: b\nc"], "{name}");
        let failed = evaluate(oracle, "{\n  a = b: 1 + \"x\";\n}.a 1", &settings);
        let failure = failed.failure().unwrap();
        assert_eq!(failure.kind, ErrorKind::Type, "{name}");
        let position = failure.position.as_ref().unwrap().to_string();
        assert!(
            position.starts_with("/pwd/program.nix:2:"),
            "{name}: {position}"
        );
    }
}

#[test]
fn every_way_of_delivery_works() {
    let settings = Settings::default();
    for oracle in oracles("delivery") {
        for delivery in [Delivery::File, Delivery::Stdin, Delivery::Expression] {
            let program = Program::text("p", "import ./a.nix")
                .with_sibling("a.nix", "42")
                .unwrap()
                .delivered(delivery);
            assert_eq!(
                oracle.evaluate(&program, &settings).unwrap(),
                Outcome::value("42"),
                "{} {delivery:?}",
                oracle.name
            );
        }
    }
}

#[test]
fn every_mode_is_asked_for() {
    for oracle in oracles("modes") {
        let value = |mode, text| {
            let settings = Settings {
                mode,
                ..Settings::default()
            };
            match evaluate(oracle, text, &settings).answer {
                Answer::Value(text) => text,
                other => panic!("{}: {other:?}", oracle.name),
            }
        };
        assert_eq!(
            value(Mode::Json, "{ a = [ 1 null ]; }"),
            r#"{"a":[1,null]}"#
        );
        assert!(value(Mode::Xml, "{ a = 1; }").contains("<attr name=\"a\">"));
        assert_eq!(value(Mode::Parse, "x: x"), "(x: x)");
        assert!(
            value(Mode::Lazy, "[ (1 + 1) ]").contains("<CODE>") || oracle.dialect >= Dialect::V2_26
        );
    }
}

#[test]
fn the_canonical_notation_is_the_same_in_all_releases_and_leaves_nothing_out() {
    let settings = Settings {
        mode: Mode::Canonical,
        ..Settings::default()
    };
    let program = r#"let d = derivation { name = "a"; system = "b"; builder = "c"; }; in
        { f = 0.1; g = 1.0e300; h = 0.1 + 0.2; n = [ null true "q\"\n\${x}" ./a (x: x) ];
          c = "${d}"; r = let r = { inherit r; }; in 1; z = 0.0; m = 0.0 - 1.0e-300 / 4.0e23; }"#;
    let said: BTreeSet<String> = oracles("canonical")
        .into_iter()
        .map(|oracle| evaluate(oracle, program, &settings).to_string())
        .collect();
    assert!(said.len() <= 1, "{said:#?}");
    for text in said {
        for part in [
            r#""f"=float:7205759403792794p-56"#,
            r#"path:"/pwd/a" lambda"#,
            r#"{"outputs":["out"]}"#,
            r#""m"=float:-1p-1074"#,
        ] {
            assert!(text.contains(part), "{part} is not in {text}");
        }
    }
}

#[test]
fn a_run_ends_at_its_limits() {
    for oracle in oracles("limits") {
        let name = &oracle.name;
        let limits = Limits {
            time: Duration::from_millis(700),
            ..Limits::default()
        };
        let endless =
            r#"builtins.match "(a+)+b" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa""#;
        let outcome = evaluate(
            oracle,
            endless,
            &Settings {
                limits,
                ..Settings::default()
            },
        );
        assert_eq!(outcome.answer, Answer::Resource(Limit::Time), "{name}");

        let limits = Limits {
            memory: 900 << 20,
            time: Duration::from_secs(60),
            ..Limits::default()
        };
        let greedy = "let f = n: if n == 0 then [ ] else f (n - 1) ++ f (n - 1); g = l: n: if n == 0 then builtins.length l else g (l ++ l) (n - 1); in g [ 1 ] 40";
        let outcome = evaluate(
            oracle,
            greedy,
            &Settings {
                limits,
                ..Settings::default()
            },
        );
        assert_eq!(outcome.answer, Answer::Resource(Limit::Memory), "{name}");

        let limits = Limits {
            output: 100_000,
            ..Limits::default()
        };
        let long = r#"builtins.genList (x: x) 100000"#;
        let outcome = evaluate(
            oracle,
            long,
            &Settings {
                limits,
                ..Settings::default()
            },
        );
        assert_eq!(outcome.answer, Answer::Resource(Limit::Output), "{name}");
    }
}

#[test]
fn nothing_of_this_machine_shines_through() {
    let settings = Settings::default();
    for oracle in oracles("environment") {
        let text = r#"map builtins.getEnv [ "HOME" "USER" "CARGO" ] ++ [ (toString ~/x) builtins.currentSystem ]"#;
        assert_eq!(
            evaluate(oracle, text, &settings),
            Outcome::value(r#"[ "/homeless-shelter" "" "" "/homeless-shelter/x" "x86_64-linux" ]"#),
            "{}",
            oracle.name
        );
        let network = evaluate(
            oracle,
            r#"builtins.fetchurl "http://example.invalid/x""#,
            &settings,
        );
        assert_eq!(
            network.failure().unwrap().kind,
            ErrorKind::Io,
            "{}",
            oracle.name
        );
    }
    assert!(!PathBuf::from("/homeless-shelter").exists());
}

#[test]
fn the_oracles_agree_with_themselves() {
    let oracles = oracles("check");
    let all: Vec<&dyn Evaluator> = oracles
        .iter()
        .map(|oracle| *oracle as &dyn Evaluator)
        .collect();
    for oracle in &oracles {
        let checked = check(
            &Program::text("p", "builtins.langVersion"),
            *oracle,
            &all,
            &Settings::default(),
            &Precision::default(),
            &KnownList::default(),
        )
        .unwrap();
        let is_other = |other: &&&Oracle| {
            (other.dialect == Dialect::V2_3) != (oracle.dialect == Dialect::V2_3)
        };
        let expected = if oracles.iter().any(|other| is_other(&other)) {
            Verdict::Drift
        } else {
            Verdict::Agree
        };
        assert_eq!(checked.verdict, expected, "{}", oracle.name);
    }
}

#[test]
fn the_doctor_finds_what_is_installed() {
    let oracles = oracles("doctor");
    let diagnosis = doctor::examine();
    let well = diagnosis
        .patients
        .iter()
        .filter(|patient| patient.problems.is_empty())
        .count();
    assert!(well >= oracles.len(), "{diagnosis:?}");
}

/// Every release has to pass its own suite, so that a failure there is ours: in how a case is run, or
/// in how an outcome is read. What needs a checkout of its own is named with the reason.
#[test]
fn every_release_passes_its_own_language_tests() {
    for dialect in Dialect::ALL {
        let Some(oracle) = FOUND.select(&[dialect]).0.first().copied() else {
            println!("language tests: skipped for {dialect}: no such oracle is installed");
            continue;
        };
        let folder = match suite::fetch(dialect) {
            Ok(folder) => folder,
            Err(error) => {
                println!("language tests: {error}");
                continue;
            }
        };
        let suite = LangSuite::open(&folder).unwrap();
        let run: Vec<_> = suite
            .cases
            .iter()
            .filter(|case| case.disabled.is_none())
            .collect();
        let failed: Vec<String> = run
            .par_iter()
            .filter_map(|case| {
                let outcome = oracle.evaluate(&case.program, &case.settings).unwrap();
                match case.judge(&outcome) {
                    CaseResult::Pass => None,
                    CaseResult::Fail { expected, actual } => Some(format!(
                        "{}: expected {expected:.200}, got {actual:.300}",
                        case.name
                    )),
                }
            })
            .collect();
        println!(
            "language tests: {dialect}: {} of {} pass",
            run.len() - failed.len(),
            run.len()
        );
        for line in &failed {
            println!("  {line}");
        }
        assert!(
            failed.len() * 50 <= run.len(),
            "more than 2 % of the suite of {dialect} fail"
        );
    }
}
