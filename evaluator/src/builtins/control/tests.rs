//! Answers are C++ Nix's.

use crate::builtins::testing::{check, check_in, evaluate, fails};
use crate::dialect::Dialect::{self, V2_3, V2_8, V2_26, V2_34};
use crate::errors::ErrorKind;

const CAUGHT: &str = "{ success = false; value = false; }";

#[test]
fn try_eval_catches_throw_and_assert_and_nothing_else() {
    check(&[
        ("builtins.tryEval (throw \"a\")", CAUGHT),
        ("builtins.tryEval (assert false; 1)", CAUGHT),
        ("builtins.tryEval <nope>", CAUGHT),
        ("builtins.tryEval 1", "{ success = true; value = 1; }"),
    ]);
    fails(
        &Dialect::ALL,
        "builtins.tryEval (abort \"a\")",
        ErrorKind::Abort,
        "evaluation aborted with the following error message: 'a'",
    );
    fails(
        &Dialect::ALL,
        "builtins.tryEval (throw 1)",
        ErrorKind::Type,
        "cannot coerce",
    );
    fails(
        &Dialect::ALL,
        "builtins.tryEval { }.a",
        ErrorKind::MissingAttribute,
        "attribute 'a' missing",
    );
}

#[test]
fn only_the_newest_release_remembers_that_a_thunk_failed() {
    let program = "let x = builtins.trace \"t\" (throw \"x\"); in [ (builtins.tryEval x) (builtins.tryEval x) ]";
    for (dialect, count) in [(V2_3, 2), (V2_8, 2), (V2_26, 2), (V2_34, 1)] {
        let (result, lines) = evaluate(dialect, program);
        assert_eq!(result.unwrap(), format!("[ {CAUGHT} {CAUGHT} ]"));
        assert_eq!(lines.len(), count, "{dialect}");
    }
}

#[test]
fn the_first_argument_is_evaluated_first() {
    fails(
        &Dialect::ALL,
        "builtins.seq (throw \"a\") (throw \"b\")",
        ErrorKind::Throw,
        "a",
    );
    fails(
        &Dialect::ALL,
        "builtins.trace (throw \"a\") 1",
        ErrorKind::Throw,
        "a",
    );
    fails(
        &Dialect::ALL,
        "builtins.deepSeq [ { b = throw \"b\"; } (throw \"c\") ] (throw \"d\")",
        ErrorKind::Throw,
        "b",
    );
    check(&[("let x = [ x ]; in builtins.deepSeq x 1", "1")]);
}

#[test]
fn a_message_of_context_is_looked_at_only_after_a_failure() {
    check(&[("builtins.addErrorContext (throw \"c\") 1", "1")]);
    fails(
        &Dialect::ALL,
        "builtins.addErrorContext (throw \"c\") (throw \"x\")",
        ErrorKind::Throw,
        "c",
    );
    fails(
        &Dialect::ALL,
        "builtins.addErrorContext 1 (abort \"x\")",
        ErrorKind::Type,
        "cannot coerce",
    );
}

#[test]
fn trace_shows_what_is_evaluated() {
    let program = "builtins.trace { a = 1 + 1; e = [ ]; f = null; } (builtins.trace (x: x) 1)";
    for dialect in [V2_3, V2_8] {
        let (_, lines) = evaluate(dialect, program);
        assert_eq!(
            lines,
            [
                "trace: { a = <CODE>; e = <CODE>; f = null; }",
                "trace: <LAMBDA>"
            ],
            "{dialect}"
        );
    }
    for dialect in [V2_26, V2_34] {
        let (_, lines) = evaluate(dialect, program);
        assert_eq!(
            lines,
            [
                "trace: { a = «thunk»; e = [ ]; f = null; }",
                "trace: «lambda @ «string»:1:67»"
            ],
            "{dialect}"
        );
    }
    let (_, lines) = evaluate(
        V2_34,
        "builtins.warn \"a\\nb\" (builtins.traceVerbose \"v\" 1)",
    );
    assert_eq!(lines, ["evaluation warning: a\n                    b"]);
}

#[test]
fn constants_are_those_of_the_release() {
    check(&[
        (
            "[ true false null builtins.true ]",
            "[ true false null true ]",
        ),
        ("builtins.builtins.builtins ? add", "true"),
        ("[ (builtins ? __add) (__add 1 2) ]", "[ false 3 ]"),
        ("builtins.typeOf __currentTime", "\"int\""),
        (
            "[ __storeDir __currentSystem ]",
            "[ \"/nix/store\" \"x86_64-linux\" ]",
        ),
        (
            "let true = 1; builtins = 2; in [ true builtins ]",
            "[ 1 2 ]",
        ),
    ]);
    check_in(
        &[V2_3],
        &[("[ __langVersion __nixVersion ]", "[ 5 \"2.3.7\" ]")],
    );
    check_in(
        &[V2_34],
        &[("[ __langVersion __nixVersion ]", "[ 6 \"2.34.8\" ]")],
    );
}
