builtins.tryEval (builtins.foldl' (a: b: if b > 3 then throw "x" else a + b) 0 [ 1 2 3 4 5 ])
