let p = builtins.unsafeGetAttrPos "a" { x = 1; a.b.c = 1; }; q = builtins.unsafeGetAttrPos "c" { a.b.c = 1; }.a.b; in [ p.column q.column ]
