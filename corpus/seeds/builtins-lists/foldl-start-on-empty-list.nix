builtins.tryEval (builtins.foldl' (a: b: a) (throw "start") [ ])
