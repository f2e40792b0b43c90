//! The kinds of argument that every builtin is given in every position: each type, and the values of a
//! type that builtins are known to treat apart.

/// A kind of argument.
pub struct Kind {
    /// What a row calls it.
    pub name: &'static str,
    /// An expression of that kind that can stand wherever an argument or a list element can.
    pub text: &'static str,
}

const fn kind(name: &'static str, text: &'static str) -> Kind {
    Kind { name, text }
}

/// A string that refers to a store object, and is the path of one.
pub const PLAIN_CONTEXT: &str = r#"(builtins.appendContext "/nix/store/00000000000000000000000000000000-a" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; })"#;

/// A string that refers to an output of a derivation, and looks like the path of one.
pub const OUTPUT_CONTEXT: &str = r#"(builtins.appendContext "/nix/store/00000000000000000000000000000000-a" { "/nix/store/00000000000000000000000000000000-a.drv" = { outputs = [ "out" ]; }; })"#;

/// A string that refers to a derivation and all its outputs, and is the path of one.
pub const WHOLE_CONTEXT: &str = r#"(builtins.appendContext "/nix/store/00000000000000000000000000000000-a.drv" { "/nix/store/00000000000000000000000000000000-a.drv" = { allOutputs = true; }; })"#;

/// The kinds. A row of the table is named after them, so a name does not change its meaning.
#[rustfmt::skip]
pub const KINDS: &[Kind] = &[
    kind("null", "null"),
    kind("true", "true"),
    kind("false", "false"),
    kind("int", "1"),
    kind("zero", "0"),
    kind("negative-int", "(-1)"),
    kind("largest-int", "9223372036854775807"),
    kind("float", "1.5"),
    kind("whole-float", "2.0"),
    kind("string", r#""a""#),
    kind("empty-string", r#""""#),
    kind("absolute-string", r#""/a""#),
    kind("context-plain", PLAIN_CONTEXT),
    kind("context-output", OUTPUT_CONTEXT),
    kind("context-whole", WHOLE_CONTEXT),
    kind("path", "./file"),
    kind("path-of-folder", "./folder"),
    kind("path-of-nothing", "./missing"),
    kind("empty-list", "[ ]"),
    kind("list", "[ 1 ]"),
    kind("list-of-strings", r#"[ "a" ]"#),
    kind("list-that-throws", r#"[ (throw "inner") ]"#),
    kind("empty-set", "{ }"),
    kind("set", "{ a = 1; }"),
    kind("set-with-outPath", r#"{ outPath = "a"; }"#),
    kind("set-with-toString", r#"{ __toString = _: "a"; }"#),
    kind("functor", "{ __functor = _: x: x; }"),
    kind("set-that-throws", r#"{ a = throw "inner"; }"#),
    kind("function", "(x: x)"),
    kind("function-of-two", "(x: y: x)"),
    kind("function-of-set", "({ a, b ? 1 }: a)"),
    kind("builtin", "builtins.add"),
    kind("partial-builtin", "(builtins.add 1)"),
    kind("derivation", r#"(derivation { name = "d"; system = "s"; builder = "b"; })"#),
    kind("set-of-type-derivation", r#"{ type = "derivation"; }"#),
    kind("throw", r#"(throw "outer")"#),
    kind("abort", r#"(abort "outer")"#),
    kind("assert", "(assert false; 1)"),
    kind("not-in-search-path", "<nowhere>"),
    kind("infinite-recursion", "(let x = x; in x)"),
];
