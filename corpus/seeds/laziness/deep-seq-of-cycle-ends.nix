let a = { b = a; l = [ a ]; }; in builtins.deepSeq a "ok"
