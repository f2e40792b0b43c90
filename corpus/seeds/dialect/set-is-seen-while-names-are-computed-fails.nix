let s = { a = 1; ${throw "x"} = 2; }; in [ (builtins.tryEval s).success (builtins.tryEval s).success ]
