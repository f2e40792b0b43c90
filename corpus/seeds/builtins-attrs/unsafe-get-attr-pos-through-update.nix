let p = builtins.unsafeGetAttrPos "a" ({ a = 1; } // { b = 2;
 a = 3; }); in [ p.line p.column ]
