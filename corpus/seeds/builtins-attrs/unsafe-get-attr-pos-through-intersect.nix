let p = builtins.unsafeGetAttrPos "a" (builtins.intersectAttrs { a = 1; } { b = 0; a = 1; }); in p.column
