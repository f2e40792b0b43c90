builtins.tryEval (builtins.seq (break (throw "x")) 1)
