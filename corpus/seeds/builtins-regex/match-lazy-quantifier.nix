builtins.tryEval (builtins.match "a+?" "a")
