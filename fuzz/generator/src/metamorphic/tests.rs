use std::fmt::Write as _;

use super::*;

/// A program for each rewrite, which it rewrites where the first place for it is.
const EXAMPLES: &[(&str, &str)] = &[
    ("parenthesise", "{ a = { b = 1; }; a.c = 2; }"),
    ("unparenthesise", "[ ((1)) (x) ]"),
    ("layout", "1\n# end\n+ 2"),
    ("let-introduce", "1 + 2"),
    ("identity", "[ 1 ]"),
    ("thunk", "[ (throw \"x\") ]"),
    ("with-introduce", "x: x + 1"),
    ("if-constant", "1"),
    ("assert-constant", "1"),
    ("seq", "1"),
    ("select-introduce", "1"),
    ("let-inline", "let x = 1 + 2; y = 3; in [ x y y ]"),
    ("let-to-call", "let x = 1; in x + x"),
    ("let-merge", "let x = 1; in let y = x + 1; in y"),
    ("legacy-let", "let x = 1; y.z = x; in y"),
    ("modern-let", "let { x = 1; body = x; }"),
    ("rec-to-let", "rec { a = 1; b.c = a; inherit (b) d; }"),
    ("reorder", "let y = x + 1; x = 1; in y"),
    (
        "rename-binding",
        "let x = 1; y = x + 1; in { inherit y; z = x: x; }",
    ),
    ("inherit-expand", "x: y: { inherit x y; }"),
    ("inherit-contract", "x: { x = x; }"),
    ("inherit-select", "x: { inherit (x) y; }"),
    ("call-to-let", "(x: x + 1) 2"),
    ("formals-to-let", "({ a, b }: a + b) { a = 1; b = 2; }"),
    ("formal-select", "{ a, b ? a }: [ a (a + b) ]"),
    ("eta", "x: x + 1"),
    ("lambda-lift", "let y = 1; in x: x + y"),
    ("rename-parameter", "(a_b:a_b) 1"),
    ("update-split", "{ a = 1; b.c = 2; b.d = 3; }"),
    ("update-merge", "{ a = 1; } // { b = 2; }"),
    ("path-split", "{ a.b.c = 1; }"),
    ("path-merge", "{ a = { b = 1; c.d = 2; }; }"),
    ("concat-split", "[ 1 2 3 ]"),
    ("concat-merge", "[ 1 ] ++ [ 2 (f 3) ]"),
    ("string-split", "\"ab\""),
    ("string-quotes", "[ \"a b\" ''c'' ]"),
    ("double-negation", "a: b: a < b"),
    ("de-morgan", "a: b: a && b"),
    ("implication", "a: b: a -> b"),
    ("not-equal", "assert 1 != 2; 3"),
    ("if-negate", "c: if c then 1 else 2"),
    ("has-split", "x: x ? a.b"),
    ("or-to-if", "x: x.a.b or 1"),
    ("select-split", "x: x.a.b"),
    ("select-join", "x: (x.a).b"),
    (
        "with-to-select",
        "with { a = 1; b = [ ]; }; x: [ a x ] ++ b",
    ),
];

#[test]
fn each_rewrite_does_what_its_row_says() {
    let mut text = String::new();
    for rewrite in REWRITES {
        let (_, before) = EXAMPLES
            .iter()
            .find(|(name, _)| *name == rewrite.name)
            .unwrap_or_else(|| panic!("{} has an example", rewrite.name));
        let after = rewrite.first(before);
        let after = after.unwrap_or_else(|| panic!("{} applies to its example", rewrite.name));
        writeln!(
            text,
            "{}: {}\n  {before:?}\n  {after:?}",
            rewrite.name, rewrite.what
        )
        .unwrap();
    }
    insta::assert_snapshot!(text);
}

/// Programs that a rewrite would change, if it were applied.
const EXCEPTIONS: &[(&str, &str)] = &[
    // Evaluated twice, with two traces.
    ("let-inline", "let x = builtins.trace \"a\" 1; in [ x x ]"),
    ("let-inline", "let x = builtins.trace \"a\" 1; in y: x"),
    (
        "let-inline",
        "let x = builtins.trace \"a\" 1; in assert x == 1; 2",
    ),
    (
        "let-inline",
        "let x = { a = 1; b = 2; }; in { inherit (x) a b; }",
    ),
    (
        "let-inline",
        "let x = builtins.trace \"a\" 1; in builtins.tryEval [ x ]",
    ),
    // The value would mean another variable.
    ("let-inline", "y: let x = y + 1; in let y = 2; in x"),
    ("let-inline", "let x = 1 + y; in with { y = 1; }; x"),
    ("let-inline", "let x = 1 + x; in x"),
    // A name would become static, a set be merged.
    ("let-inline", "let x = \"a\"; in { ${x} = 1; }"),
    ("let-inline", "let x = { b = 1; }; in { a = x; }"),
    ("let-to-call", "let x = x; in x"),
    ("let-merge", "let x = 1; in let x = 2; in x"),
    ("let-merge", "let x = [ ]; in let y = x; in [ x y ]"),
    ("legacy-let", "let x = 1; in body"),
    ("rec-to-let", "rec { ${\"a\"} = 1; ${a} = 2; }"),
    ("rec-to-let", "{ a = rec { b = 1; }; a.c = 2; }"),
    ("rec-to-let", "{ a = rec { b = 1; }; ${\"\\a\"}.c = 2; }"),
    ("rec-to-let", "{ a = rec { b = 1; }; \"\\a\".c = 2; }"),
    // Whether a variable is that of the set depends on what the set is merged with.
    (
        "let-inline",
        "let x = 1; in { a.y = x; a = rec { x = 2; z = x; }; }",
    ),
    // Which attribute is forced first.
    ("reorder", "{ a = throw \"a\"; b = abort \"b\"; }"),
    ("reorder", "{ ${x} = 1; ${y} = 2; }"),
    // Which of the variables is filled first.
    ("reorder", "let y = x; x = [ 1 2 3 ]; in [ x y ]"),
    ("rename-binding", "let y = x; x = [ 1 2 3 ]; in [ x y ]"),
    ("rename-binding", "let x = 1; in { inherit x; }"),
    ("inherit-expand", "x: rec { inherit x; }"),
    ("inherit-expand", "let inherit x; in x"),
    ("inherit-contract", "rec { x = x; }"),
    ("inherit-select", "x: { inherit (x) a b; }"),
    ("call-to-let", "x: (x: x) x"),
    ("call-to-let", "f: f 1"),
    ("formals-to-let", "({ a, b ? 1 }: a) { a = 1; }"),
    ("formals-to-let", "({ a }: a) { a = 1; b = 2; }"),
    ("formals-to-let", "a: ({ a }: a) { a = a; }"),
    ("formal-select", "{ a }: [ a ]"),
    ("formal-select", "{ a ? 1 }: a + 1"),
    ("formal-select", "builtins.toXML ({ a }: a + 1)"),
    // A builtin or a functor is no function.
    ("eta", "map"),
    ("eta", "{ a }: a"),
    ("lambda-lift", "with { y = 1; }; x: y"),
    ("lambda-lift", "x: x"),
    ("rename-parameter", "builtins.toXML (x: x)"),
    ("rename-parameter", "x: { inherit x; }"),
    ("update-split", "{ a.b = 1; a.c = 2; }"),
    ("update-split", "rec { a = 1; b = a; }"),
    ("update-split", "{ a = { b = 1; c = 2; }; a.d = 3; }"),
    ("update-merge", "{ a.b = 1; } // { a.c = 2; }"),
    ("update-merge", "{ a = { b = 1; } // { c = 2; }; a.d = 3; }"),
    ("update-merge", "{ ${x} = 1; } // { a = 2; }"),
    ("path-split", "{ a.b = 1; a.c = 2; }"),
    ("path-split", "{ a = { b.c = 1; }; a = { b.d = 2; }; }"),
    ("path-merge", "{ a = rec { b = 1; c = b; }; }"),
    ("path-merge", "x: { a = { inherit x; }; }"),
    ("concat-split", "[ 1 ]"),
    ("concat-merge", "let x = [ 1 ]; in x ++ [ ]"),
    ("string-split", "{ \"ab\" = 1; ${\"cd\"} = 2; }.\"ab\""),
    ("string-quotes", "\" a\""),
    ("string-quotes", "\"a\\nb\""),
    ("double-negation", "assert 1 == 2; 3"),
    ("double-negation", "x: x"),
    ("not-equal", "1 == 2"),
    ("has-split", "(f 1) ? a.b"),
    ("or-to-if", "(f 1).a or 2"),
    ("select-split", "x: x.a.b or 1"),
    ("select-join", "x: (x.a or { }).b"),
    // The cell may or may not be that of the attribute; the name may come from outside.
    ("with-to-select", "with { a = [ ]; }; [ a a ]"),
    ("with-to-select", "with { a = 1; }; with { b = 2; }; a"),
    ("with-to-select", "with { b = 1; }; with { a = 1; }; a + b"),
    ("with-to-select", "with x; a"),
];

#[test]
fn no_rewrite_is_applied_where_it_would_show() {
    for (name, program) in EXCEPTIONS {
        let rewrite = Rewrite::named(name).unwrap_or_else(|| panic!("there is {name}"));
        assert!(lossless::parse(program).is_some(), "{program} is a program");
        let rewritten = rewrite.first(program);
        assert!(rewritten.is_none(), "{name}: {program}\n{rewritten:?}");
    }
}

#[test]
fn what_stands_for_a_cell_stays() {
    let replaceable = |program: &str| {
        let root = lossless::parse(program).unwrap();
        let nodes = lossless::expressions(&root);
        let all = nodes.iter().filter(|node| facts::is_replaceable(node));
        all.map(|node| node.text().to_string()).collect::<Vec<_>>()
    };
    // `[ f ] == [ f ]` while both items are the cell of `f`.
    assert_eq!(replaceable("[ f 1 ]"), ["[ f 1 ]", "1"]);
    assert_eq!(replaceable("g (f) + f"), ["g (f) + f", "g (f)", "g", "f"]);
    assert_eq!(replaceable("{ a = f; }"), ["{ a = f; }"]);
    assert_eq!(replaceable("{ a ? f }: f"), ["{ a ? f }: f", "f"]);
    assert_eq!(replaceable("with f; f"), ["with f; f", "f"]);
    assert_eq!(replaceable("f |> g"), ["f |> g"]);
    // Sets that the parser merges, names, and what `assert` takes apart.
    let set = "{ a = { b = { c = 1; }; }; a.b.d = 2; }";
    assert_eq!(replaceable(set), [set, "1", "2"]);
    assert_eq!(replaceable("{ ${\"a\"} = 1; }"), ["{ ${\"a\"} = 1; }", "1"]);
    assert_eq!(
        replaceable("assert (1 == 2); 3"),
        ["assert (1 == 2); 3", "1", "2", "3"]
    );
}

#[test]
fn programs_that_see_how_they_are_written_are_left_alone() {
    for program in [
        "[ 1 __curPos ]",
        "builtins.unsafeGetAttrPos \"a\" { a = 1; }",
        "let s = with s; { ${k} = 1; }; in s",
        "let s = { ${k} = 1; }; k = \"k\"; in s",
        "builtins.valueSize [ 1 2 ]",
        "builtins.trace [ (1 + 1) ] 2",
        "builtins.trace (x: x) 2",
        "map builtins.trace [ 1 ]",
        "builtins.${\"trace\"} 1 2",
        "builtins.attrNames builtins",
        "let __sub = a: b: 1; in 2 - 3",
        "rec { __overrides = { a = 1; }; }",
        "builtins.readDir ./.",
        "import ./default.nix",
        "builtins.readFile ./a/../program.nix",
        "(1 or null)",
        "rec { a = 1; ${''${(\"a\")}''} = 1; }",
    ] {
        for count in [0, 64] {
            let bytes = vec![7; count];
            let mut u = Unstructured::new(&bytes);
            assert!(rewrite(&mut u, program).unwrap().is_none(), "{program}");
        }
    }
    for program in [
        "builtins.trace \"a\" 1",
        "builtins.trace (\"a\" + x) 1",
        "with builtins; trace (toString 1) 2",
        "import ./a.nix",
        "let inherit (builtins) trace; in trace \"a\" 1",
    ] {
        assert!(Program::new(program).is_some(), "{program}");
    }
}

#[test]
fn names_of_rows_are_unique() {
    let names: std::collections::BTreeSet<_> = REWRITES.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), REWRITES.len());
}
