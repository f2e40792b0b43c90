//! What small campaigns begin with.

/// Programs that the dialects 2.3 and 2.34 evaluate differently or alike.
pub const PROGRAMS: [(&str, &str); 6] = [
    ("a.nix", "[ 1 ] < [ 2 ]"),
    ("b.nix", "let f = x: x + 1; in map f [ 1 2 3 ]"),
    (
        "c.nix",
        "builtins.groupBy (x: if x > 1 then \"a\" else \"b\") [ 1 2 ]",
    ),
    ("d.nix", "{ a = throw \"x\"; }.a"),
    (
        "e/default.nix",
        "import ./x.nix + builtins.length (builtins.attrNames { a = 1; })",
    ),
    ("e/x.nix", "41"),
];
