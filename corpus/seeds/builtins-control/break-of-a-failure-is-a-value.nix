(builtins.tryEval (break (throw "x"))).success
