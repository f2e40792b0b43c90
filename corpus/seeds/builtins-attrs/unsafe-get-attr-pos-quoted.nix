let p = builtins.unsafeGetAttrPos "a b" { x = 1; "a b" = 1; }; in p.column
