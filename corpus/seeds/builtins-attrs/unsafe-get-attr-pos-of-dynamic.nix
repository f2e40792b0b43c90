let p = builtins.unsafeGetAttrPos "ab" { ${"a" + "b"} = 1; }; in p.column
