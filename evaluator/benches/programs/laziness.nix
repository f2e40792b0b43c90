# Thunks that are made and never needed, and such that are needed once.
let
  make = n: { a = n * 2; b = n + throw "never"; c = [ (n + 1) (throw "never") ]; };
in
builtins.foldl' (sum: n: let s = make n; in sum + s.a + builtins.head s.c) 0 (builtins.genList (x: x) 200000)
