builtins.tryEval (builtins.trace "seen" (throw "x"))
