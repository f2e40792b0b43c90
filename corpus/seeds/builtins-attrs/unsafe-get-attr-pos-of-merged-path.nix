let p = builtins.unsafeGetAttrPos "a" { a.x = 1; a.y = 2; }; in p.column
