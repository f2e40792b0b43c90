//! Evaluation never panics, never overflows the native stack, never runs away:
//! deep, long, cyclic and broken programs end with a value or a typed error.
//! Every program runs on a thread with a small stack.

use twinix_evaluator::dialect::Dialect;
use twinix_evaluator::errors::{ErrorKind, Limit};
use twinix_evaluator::io::MemoryIo;
use twinix_evaluator::job::{Input, Job, run};
use twinix_evaluator::limits::Limits;
use twinix_evaluator::state::Settings;

/// What kind of error it is, and the column where it stands.
#[derive(Debug, PartialEq, Eq)]
struct Failed {
    kind: ErrorKind,
    column: u32,
}

fn evaluate_with(program: Vec<u8>, limits: Limits) -> Result<String, Failed> {
    evaluate_in(Dialect::V2_34, program, limits)
}

fn evaluate_in(dialect: Dialect, program: Vec<u8>, limits: Limits) -> Result<String, Failed> {
    let job = Job {
        settings: Settings {
            dialect,
            limits,
            ..Settings::default()
        },
        ..Job::of(Input::Expression(program))
    };
    std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(move || {
            run(&job, Box::new(MemoryIo::default()), Box::new(|_| {}))
                .map(|text| String::from_utf8_lossy(&text).into_owned())
                .map_err(|failure| Failed {
                    kind: failure.kind,
                    column: failure.place.map_or(0, |place| place.column),
                })
        })
        .expect("a thread starts")
        .join()
        .expect("evaluation does not panic")
}

fn evaluate(program: &str) -> Result<String, Failed> {
    evaluate_with(program.as_bytes().to_vec(), Limits::default())
}

fn kind(program: &str) -> ErrorKind {
    match evaluate(program) {
        Ok(value) => panic!(
            "{} has the value {value}",
            &program[..program.len().min(60)]
        ),
        Err(failure) => failure.kind,
    }
}

const DEEP: usize = 100_000;

#[test]
fn recursion_reaches_the_call_depth_and_no_further() {
    let sum = |n: usize| format!("let f = n: if n == 0 then 0 else 1 + f (n - 1); in f {n}");
    assert_eq!(evaluate(&sum(5_000)).unwrap(), "5000");
    assert_eq!(evaluate(&sum(9_999)).unwrap(), "9999");
    for n in [10_000, 100_000, 100_000_000] {
        assert_eq!(kind(&sum(n)), ErrorKind::CallDepth);
    }
}

#[test]
fn deep_programs_have_values_or_errors() {
    let nested = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(DEEP), close.repeat(DEEP))
    };
    assert_eq!(evaluate(&nested("(", "1", ")")).unwrap(), "1");
    assert_eq!(evaluate(&nested("let x = 1; in ", "x", "")).unwrap(), "1");
    assert_eq!(kind(&nested("-", "1", "")), ErrorKind::CallDepth);
    assert_eq!(evaluate(&nested("!", "true", "")).unwrap(), "true");
    assert_eq!(evaluate(&nested("a: ", "1", "")).unwrap(), "<LAMBDA>");
    assert_eq!(
        evaluate(&nested("if true then ", "1", " else 2")).unwrap(),
        "1"
    );
    assert_eq!(evaluate(&nested("\"${", "\"x\"", "}\"")).unwrap(), "\"x\"");
    assert_eq!(evaluate(&nested("", "1", " + 1")).unwrap(), "100001");
    assert_eq!(kind(&nested("[", "", "]")), ErrorKind::CallDepth);
    assert_eq!(kind(&nested("{ a = ", "1", "; }")), ErrorKind::CallDepth);
    assert_eq!(kind(&nested("[", "", "")), ErrorKind::Parse);
    assert_eq!(kind(&nested("(x: x) (", "1", ")")), ErrorKind::CallDepth);
    let select = format!("let a = {{ b = a; c = 1; }}; in a{}.c", ".b".repeat(DEEP));
    assert_eq!(evaluate(&select).unwrap(), "1");
}

#[test]
fn chains_of_thunks_do_not_need_native_stack() {
    let chain = "(builtins.foldl' (acc: x: { v = acc.v + x; }) { v = 0; } (builtins.genList (x: x) 200000)).v";
    assert_eq!(evaluate(chain).unwrap(), "19999900000");
}

#[test]
fn lists_of_a_million_elements_go_through_every_builtin() {
    let list = "builtins.genList (x: x) 1000000";
    let programs = [
        ("builtins.length (map (x: x + 1) xs)", "1000000"),
        ("builtins.length (builtins.filter (x: x > 10) xs)", "999989"),
        ("builtins.head (builtins.sort (a: b: a > b) xs)", "999999"),
        ("builtins.foldl' (a: b: a + b) 0 xs", "499999500000"),
        ("builtins.deepSeq xs 1", "1"),
        ("builtins.stringLength (builtins.toJSON xs)", "6888891"),
        ("xs == map (x: x) xs", "true"),
    ];
    for (program, expected) in programs {
        let program = format!("let xs = {list}; in {program}");
        assert_eq!(evaluate(&program).unwrap(), expected, "{program}");
    }
}

#[test]
fn cycles_end() {
    assert_eq!(kind("let x = x; in x"), ErrorKind::InfiniteRecursion);
    assert_eq!(
        kind("let x = y + 1; y = x; in x"),
        ErrorKind::InfiniteRecursion
    );
    assert_eq!(
        evaluate("let x = { a = x; }; in x").unwrap(),
        "{ a = «repeated»; }"
    );
    assert_eq!(kind("let f = x: f x; in f 1"), ErrorKind::CallDepth);
    assert_eq!(
        kind("let a = [ a ]; b = [ b ]; in a == b"),
        ErrorKind::CallDepth
    );
    assert_eq!(
        kind("let a = { b = a; }; in builtins.toJSON a"),
        ErrorKind::CallDepth
    );
}

#[test]
fn bytes_that_are_no_text_are_refused_where_they_stand() {
    let failure = evaluate_with(b"\"\xff\xfe\" + \xff".to_vec(), Limits::default()).unwrap_err();
    assert_eq!(failure.kind, ErrorKind::Parse);
    assert_eq!(failure.column, 8);
}

#[test]
fn limits_are_outcomes() {
    let endless = "let f = n: if n == 0 then f 1 else builtins.seq (builtins.genList (x: x) 1000) (builtins.foldl' (a: b: a) 0 (builtins.genList (x: x) 100000000)); in f 1";
    let limit = |limits: Limits| evaluate_with(endless.into(), limits).unwrap_err().kind;
    assert_eq!(
        limit(Limits {
            fuel: Some(10_000),
            ..Limits::default()
        }),
        ErrorKind::Limit(Limit::Fuel)
    );
    assert_eq!(
        limit(Limits {
            memory: 64 << 20,
            ..Limits::default()
        }),
        ErrorKind::Limit(Limit::Memory)
    );
    let forever = "builtins.foldl' (a: b: a) 0 (builtins.genList (x: x) 20000000)";
    let slow = Limits {
        time: Some(std::time::Duration::from_millis(20)),
        ..Limits::default()
    };
    assert_eq!(
        evaluate_with(forever.into(), slow).unwrap_err().kind,
        ErrorKind::Limit(Limit::Time)
    );
}

#[test]
fn walks_that_force_nothing_meet_the_limits() {
    let shared = "let f = n: if n == 0 then [ 1 ] else let x = f (n - 1); in [ x x ]; in";
    for program in ["f 60 == f 60", "toString (f 60)", "builtins.toJSON (f 60)"] {
        let slow = Limits {
            time: Some(std::time::Duration::from_millis(50)),
            memory: 256 << 20,
            ..Limits::default()
        };
        let kind = evaluate_with(format!("{shared} {program}").into(), slow)
            .unwrap_err()
            .kind;
        assert!(matches!(kind, ErrorKind::Limit(_)), "{program}: {kind:?}");
    }
}

#[test]
fn what_is_written_meets_the_limit_on_texts() {
    let shared =
        "let f = n: if n == 0 then [ 1 ] else let x = f (n - 1); in builtins.seq x [ x x ]; in";
    let long = "let f = n: if n == 0 then \"x\" else let x = f (n - 1); in x + x; in";
    let limits = Limits {
        text: 1 << 20,
        ..Limits::default()
    };
    for program in [
        format!("{shared} builtins.trace (f 60) 1"),
        format!("{shared} f 60"),
        format!("{long} throw (f 24)"),
        format!("{long} builtins.hashString (f 24) \"\""),
    ] {
        // 2.3 prints what is in many places in each of them.
        let failed = evaluate_in(Dialect::V2_3, program.clone().into(), limits.clone());
        let kind = failed.unwrap_err().kind;
        assert_eq!(kind, ErrorKind::Limit(Limit::Memory), "{program}");
    }
}

#[test]
fn xml_fails_as_deep_as_it_gets_without_room_for_its_text() {
    let limits = Limits {
        text: 1 << 20,
        ..Limits::default()
    };
    // Contains itself, so that it ends where no call may be deeper.
    let kind = |program: &str| {
        let failed = evaluate_in(Dialect::V2_34, program.to_owned().into(), limits.clone());
        failed.unwrap_err().kind
    };
    assert_eq!(kind("builtins.toXML builtins"), ErrorKind::CallDepth);
    let long = "builtins.toXML (builtins.genList (x: \"0123456789\") 100000)";
    assert_eq!(kind(long), ErrorKind::Limit(Limit::Memory));
}

#[test]
fn what_doubles_itself_meets_the_limit_on_memory() {
    let steps = "(builtins.genList (x: x) 60)";
    for (step, start) in [
        ("a + a", "\"ab\""),
        ("a ++ a", "[ 1 ]"),
        ("\"${a}${a}\"", "\"ab\""),
        ("builtins.concatStringsSep a [ a a ]", "\"ab\""),
        ("builtins.concatLists [ a a ]", "[ 1 ]"),
        ("builtins.concatMap (x: [ x x ]) a", "[ 1 ]"),
        ("builtins.replaceStrings [ \"b\" ] [ \"bb\" ] a", "\"ab\""),
    ] {
        let program = format!("builtins.foldl' (a: b: {step}) {start} {steps}");
        let limits = Limits {
            memory: 256 << 20,
            time: Some(std::time::Duration::from_secs(20)),
            ..Limits::default()
        };
        let kind = evaluate_with(program.into(), limits).unwrap_err().kind;
        assert_eq!(kind, ErrorKind::Limit(Limit::Memory), "{step}");
    }
}

#[test]
fn names_may_be_bound_within_operands() {
    let programs = [
        ("(x: 10 - (let a = x; f = y: a + y; in f 1)) 2", "7"),
        (
            "(x: (with { b = x; }; b) * (let r = rec { c = x; d = c; }; in r.d)) 3",
            "9",
        ),
        (
            "1 < (let a = [ (b + 1) ]; b = 1; in builtins.head a)",
            "true",
        ),
    ];
    for (program, expected) in programs {
        assert_eq!(evaluate(program).unwrap(), expected, "{program}");
    }
}
