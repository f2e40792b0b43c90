let p = builtins.unsafeGetAttrPos "a" {
  inherit ({ a = 1; })
    b a; }; in [ p.line p.column ]
