let a = { b = a; }; in builtins.trace (builtins.deepSeq a a) 1
