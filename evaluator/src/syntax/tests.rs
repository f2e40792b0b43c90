//! What the parser makes of programs, as C++ Nix prints it: every snapshot was
//! compared with `nix-instantiate --parse` of its release.

use super::{ParseContext, PipeOperators, Printer, SyntaxOptions, parse};
use crate::dialect::Dialect;
use crate::heap::Heap;
use crate::positions::{Origin, Positions};
use crate::symbols::Symbols;

/// The printed program, or its error and where that is; warnings first.
fn shown(source: &str, options: SyntaxOptions) -> String {
    let heap = Heap::new();
    let symbols = Symbols::new(Dialect::V2_34);
    let positions = Positions::default();
    let start = positions
        .add(Origin::String, source.as_bytes().into())
        .unwrap();
    let ctx = ParseContext {
        heap: &heap,
        symbols: &symbols,
        positions: &positions,
        base_path: b"/base",
        home: b"/home/me",
        options,
        warnings: Default::default(),
    };
    let result = match parse(source.as_bytes(), start, &ctx) {
        Ok(expr) => {
            let printed = Printer::new(&symbols, &options).program(expr);
            String::from_utf8_lossy(&printed).into_owned()
        }
        Err(error) => format!(
            "error: {} [{}]",
            error.message,
            ctx.position_text(error.pos)
        ),
    };
    let warnings = ctx.warnings.into_inner();
    warnings
        .iter()
        .map(|(warning, _)| format!("warning: {warning}\n"))
        .chain([result])
        .collect()
}

fn table(programs: &str, options: SyntaxOptions) -> String {
    programs
        .split("\n\n")
        .map(|program| format!("{program}\n    {}\n", shown(program, options)))
        .collect()
}

const OPERATORS: &str = r#"a: b: a -> b -> a || b && a

a: a == 1 && a != 2 || !a == 3

a: a < 1 == (a >= 2)

a: -a ? b.c

a: !a + 1

a: -a * 2 - -3 - 4 / 5

a: a ++ [ ] ++ a // a // { }

a: a ? b ? c

a: f: f a.b or f.c a.b.c (f a) f

a: a + a ? b.${a}."x${a}y"."z"

a: f: (f a) a

f: x: [ f or x ]

f: f or

a: if a then a: a else with a; assert a; let b = a; in b"#;

const SETS: &str = r#"{ a.b.c = 1; a.b.d = 2; a = { e = 3; b = { f = 4; }; }; }

{ a = { b = 1; }; a.b = 2; }

{ a = 1; a.b = 2; }

{ a = { b = { x = 1; }; }; a = { b = { x = 1; }; }; }

x: { a = { inherit (x) b; }; a = { inherit (x.y) c; }; }

x: { a = { ${x} = 1; }; a = { ${x} = 2; }; }

a: { inherit a; inherit "b" ${"c"}; }

a: { inherit a a; }

a: { inherit ${a}; }

a: let ${a} = 1; in a

rec { a = 1; b = a; } // let { x = 1; body = x; }

{ a = rec { x = 1; }; a = { y = 2; }; }

{ "" = 1; "a b" = 2; "if" = 3; or = 4; "a$b" = 5; _' = 6; "1" = 7; "${"x"}" = 8; ${"y"} = 9; }

{ a, b ? a, ... } @ c: c

{ b, a }: { }: { ... }: c@{ d, }: a

{ a, b, a }: a

{ a } @ a: a

a @ { a }: a"#;

const LITERALS: &str = r#"[ 1 007 1.5 .5 1. 1e3 1.e3 1.5e-7 100000.0 1000000.0 0.0001 0.00001 123456789.0 ]

99999999999999999999

[ 1.0e400 ]

[ 1.0e-310 ]

"a\nb\t\r\"\\\${x}$${y}$z$"

"a${"b"}c${"d${"e"}"}"

[ /a/../b/./c ./a ../a/b a/b/../c ~/x a//b/${"c"}/d+e ]

[ ./${"a"} /${"b"} ~/${"c"} ./a/${"b"}c/d ]

/a/

./a//b

[ <nixpkgs> <nixpkgs/lib> http://example.org/a?b=c%20d x:x ]

a-b: a'b: a-b.c

''
  a
    b

  ''${x} ''' ''\n $${y} ' $
  ''

''  a ${"x"}
   b''

''
''

''   ''

__curPos

1 /* a */ + /** b **/ 2 # c"#;

const ERRORS: &str = r#"1 +

{ a = 1 b = 2; }

1 == 1 == 1

let a = 1 in a

"abc

[ 1 2

{ x = 1; if = 3; }

{a}

{a,

é

a: b: a |> b

/* a

''a

{ a ? 1 = 2; }

f: x: f x: x

a.1

x: x.y or

{ inherit (a b; }

if a then b

rec a

let { a = 1; } b"#;

/// As in the shell: the lines of a table, each a program.
fn assert_tables(name: &str, options: SyntaxOptions) {
    for (part, programs) in [
        ("operators", OPERATORS),
        ("sets", SETS),
        ("literals", LITERALS),
        ("errors", ERRORS),
    ] {
        insta::assert_snapshot!(format!("{name}_{part}"), table(programs, options));
    }
}

#[test]
fn programs_are_read_as_in_2_34() {
    assert_tables("nix_2_34", SyntaxOptions::default());
}

#[test]
fn programs_are_read_as_in_2_26() {
    assert_tables("nix_2_26", SyntaxOptions::v2_26());
}

#[test]
fn programs_are_read_as_in_2_8() {
    assert_tables("nix_2_8", SyntaxOptions::v2_8());
}

#[test]
fn programs_are_read_as_in_2_3() {
    assert_tables("nix_2_3", SyntaxOptions::v2_3());
}

#[test]
fn pipes_call_their_function() {
    let options = SyntaxOptions {
        pipe_operators: PipeOperators::Enabled,
        ..SyntaxOptions::default()
    };
    assert_eq!(
        shown("a: b: c: a |> b |> c", options),
        "(a: (b: (c: (c (b a)))))"
    );
    assert_eq!(
        shown("a: b: c: a <| b <| c", options),
        "(a: (b: (c: (a (b c)))))"
    );
    assert_eq!(
        shown("a: b: a |> b <| a", options),
        "error: syntax error, unexpected '<|', expecting end of file [«string»:1:14]"
    );
}

#[test]
fn home_paths_are_refused_where_they_are_impure() {
    let options = SyntaxOptions {
        home_paths: false,
        ..SyntaxOptions::default()
    };
    assert_eq!(
        shown("~/a", options),
        "error: the path '~/a' can not be resolved in pure mode [undefined position]"
    );
}

#[test]
fn symbols_are_made_in_the_order_of_reductions() {
    let heap = Heap::new();
    let symbols = Symbols::new(Dialect::V2_34);
    let positions = Positions::default();
    let source = b"x: { b ? c, a }@y: { d.e = f; inherit (g) h; ${i} = z.j; }";
    let start = positions.add(Origin::String, source[..].into()).unwrap();
    let ctx = ParseContext {
        heap: &heap,
        symbols: &symbols,
        positions: &positions,
        base_path: b"/",
        home: b"/",
        options: SyntaxOptions::default(),
        warnings: Default::default(),
    };
    assert!(parse(source, start, &ctx).is_ok());
    let mut names: Vec<char> = ('a'..='z')
        .filter(|name| symbols.find(&[*name as u8]).is_some())
        .collect();
    names.sort_by_key(|name| symbols.find(&[*name as u8]));
    let names: String = names.into_iter().collect();
    assert_eq!(names, "cbadefghizjyx");
}

/// Deep programs, each with how deep it is.
fn deep(depth: usize) -> Vec<String> {
    let around = |open: &str, middle: &str, close: &str| {
        format!("{}{middle}{}", open.repeat(depth), close.repeat(depth))
    };
    vec![
        around("[", "", "]"),
        around("(", "1", ")"),
        around("-", "1", ""),
        around("!", "1", ""),
        around("a: ", "1", ""),
        around("{a}: ", "1", ""),
        around("{a ? ", "1", "}: 1"),
        around("if ", "1", " then 1 else 1"),
        around("if 1 then 1 else ", "1", ""),
        around("with 1; ", "1", ""),
        around("assert ", "1", "; 1"),
        around("let a = ", "1", "; in 1"),
        around("{ a = ", "1", "; }"),
        around("{ a.b = ", "1", "; }"),
        around("{ ${", "1", "} = 1; }"),
        around("{ inherit (", "1", ") a; }"),
        around("\"${", "1", "}\""),
        around("''${", "1", "}''"),
        around("./a${", "1", "}"),
        around("a.${", "1", "}"),
        around("a.b or ", "1", ""),
        around("1 -> ", "1", ""),
        around("1 + ", "1", ""),
        format!("a{}", " ? b".repeat(depth)),
        format!("x{}", ".a".repeat(depth)),
        format!("f{}", " x".repeat(depth)),
        format!(
            "{{ a = {0}; a = {0}; }}",
            "{ a = ".repeat(depth) + "{ }" + &"; }".repeat(depth)
        ),
    ]
}

#[test]
fn no_depth_reaches_the_native_stack() {
    let worker = std::thread::Builder::new().stack_size(256 * 1024);
    let checked = worker.spawn(|| {
        for program in deep(100_000) {
            let shown = shown(&program, SyntaxOptions::default());
            assert!(!shown.starts_with("error"), "{program:.60}: {shown:.200}");
        }
    });
    checked.unwrap().join().unwrap();
}

#[test]
fn the_older_releases_have_a_limit_of_depth() {
    for (source, old, newer) in [("[", 4999, 5000), ("!", 9998, 9999), ("a: ", 14996, 14998)] {
        let source = source.repeat(20_000) + "1";
        assert_eq!(
            shown(&source, SyntaxOptions::v2_3()),
            format!("error: memory exhausted, at (string):1:{old} [(string):1:{old}]")
        );
        assert_eq!(
            shown(&source, SyntaxOptions::v2_8()),
            format!("error: memory exhausted [(string):1:{old}]")
        );
        assert_eq!(
            shown(&source, SyntaxOptions::v2_26()),
            format!("error: memory exhausted [«string»:1:{newer}]")
        );
    }
}

#[test]
fn nul_bytes_are_refused_cut_or_end_the_source() {
    assert_eq!(
        shown("\"a\0b\"", SyntaxOptions::default()),
        "error: input string 'a␀b' cannot be represented as Nix string because it contains null \
         bytes [«string»:1:2]"
    );
    assert_eq!(shown("\"a\0b\"", SyntaxOptions::v2_8()), "\"a\"");
    assert_eq!(shown("''a\0b''", SyntaxOptions::v2_8()), "\"a\0b\"");
    assert_eq!(shown("1 # \0\n + 2", SyntaxOptions::v2_3()), "1");
    assert_eq!(shown("1 # \0\n + 2", SyntaxOptions::default()), "(1 + 2)");
    assert_eq!(shown("1 \0 ]", SyntaxOptions::default()), "1");
}
